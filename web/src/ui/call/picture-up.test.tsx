// @vitest-environment happy-dom
import { signal } from '@preact/signals';
import { render } from 'preact';
import { act } from 'preact/test-utils';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { usePictureUp } from './picture-up.ts';

const video = signal<HTMLVideoElement | null>(null);
let drawn: (() => void) | undefined;

beforeEach(() => {
  vi.useFakeTimers();
  video.value = null;
  drawn = undefined;
  Object.assign(HTMLVideoElement.prototype, { requestVideoFrameCallback: (told: () => void) => ((drawn = told), 1), cancelVideoFrameCallback: () => (drawn = undefined) });
});

afterEach(async () => {
  await act(() => render(null, document.body));
  for (const name of ['requestVideoFrameCallback', 'cancelVideoFrameCallback']) Reflect.deleteProperty(HTMLVideoElement.prototype, name);
  vi.useRealTimers();
});

it('is up with the first picture of the element that comes', async () => {
  await show();
  await act(() => void (video.value = document.createElement('video')));
  expect(text()).toBe('not yet');

  await act(() => drawn?.());

  expect(text()).toBe('up');
});

it('is not waited for any longer where it does not come', async () => {
  await show();
  await act(() => void (video.value = document.createElement('video')));

  await act(() => void vi.advanceTimersByTime(250));

  expect(text()).toBe('up');
  expect(drawn).toBeUndefined();
});

it('is not waited for where the browser cannot tell', async () => {
  Reflect.deleteProperty(HTMLVideoElement.prototype, 'requestVideoFrameCallback');

  await show();

  expect(text()).toBe('up');
});

it('is no more asked for after the view is gone', async () => {
  await show();
  await act(() => void (video.value = document.createElement('video')));

  await act(() => render(null, document.body));

  expect(drawn).toBeUndefined();
});

function View() {
  return <p>{usePictureUp(video) ? 'up' : 'not yet'}</p>;
}

async function show() {
  await act(() => render(<View />, document.body));
}

const text = () => document.body.textContent;
