// @vitest-environment happy-dom
import { signal } from '@preact/signals';
import { options, render } from 'preact';
import { afterEach, expect, it, vi } from 'vitest';
import { drawLast } from './draw-last.ts';

afterEach(() => {
  render(null, document.body);
  delete options.debounceRendering;
});

it('what a press leads to has left the page before it is drawn', async () => {
  const count = signal(0);
  function Count() {
    return <p>{`${count.value}`}</p>;
  }
  drawLast();
  render(<Count />, document.body);

  count.value = 1;
  for (let step = 0; step < 20; step++) await Promise.resolve();
  const seenBySender = document.body.textContent;

  expect(seenBySender).toBe('0');
  await vi.waitFor(() => expect(document.body.textContent).toBe('1'));
  count.value = 2;
  await vi.waitFor(() => expect(document.body.textContent).toBe('2'));
});
