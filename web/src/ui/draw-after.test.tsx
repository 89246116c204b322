// @vitest-environment happy-dom
import { signal } from '@preact/signals';
import { render } from 'preact';
import { afterEach, expect, it, vi } from 'vitest';
import { drawAfter } from './draw-after.ts';

const count = signal(0);

afterEach(() => {
  render(null, document.body);
  count.value = 0;
});

it('what an act leads to has left the page before it is drawn', async () => {
  render(<Count />, document.body);

  drawAfter(() => void (count.value = 1));
  await soon();

  expect(document.body.textContent).toBe('0');
  await vi.waitFor(() => expect(document.body.textContent).toBe('1'));
});

it('everything else is drawn before anybody can do the next thing', async () => {
  render(<Count />, document.body);
  drawAfter(() => void (count.value = 1));
  await vi.waitFor(() => expect(document.body.textContent).toBe('1'));

  count.value = 2;
  await soon();

  expect(document.body.textContent).toBe('2');
});

function Count() {
  return <p>{`${count.value}`}</p>;
}

/** What follows at once, and no task of its own. */
async function soon() {
  for (let step = 0; step < 20; step++) await Promise.resolve();
}
