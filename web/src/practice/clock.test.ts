import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { ServerClock } from './clock.ts';

const START = 1_790_000_000_000;
const AHEAD = 90_000;

beforeEach(() => {
  vi.useFakeTimers({ now: START });
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

it('is the server’s, in whole milliseconds, whatever this machine’s says', async () => {
  answersAfter(33, () => ({ now: Date.now() + AHEAD }));
  const clock = new ServerClock();

  await clock.synchronise();

  expect(Number.isInteger(clock.now())).toBe(true);
  expect(Math.abs(clock.now() - Date.now() - AHEAD)).toBeLessThanOrEqual(17);
});

it('stays what it was where the server can’t be asked or says nonsense', async () => {
  const clock = new ServerClock();
  answersAfter(0, () => ({ now: 'soon' }));
  await clock.synchronise();
  vi.stubGlobal('fetch', () => Promise.reject(new TypeError('failed to fetch')));
  await clock.synchronise();

  expect(clock.now()).toBe(START);
});

/** The answer is made when the request arrives, and comes `milliseconds` later. */
function answersAfter(milliseconds: number, answer: () => unknown) {
  vi.stubGlobal('fetch', async () => {
    const response = Response.json(answer());
    vi.setSystemTime(Date.now() + milliseconds);
    return response;
  });
}
