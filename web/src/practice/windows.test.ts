import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { Seen } from './board.ts';
import { Windows } from './windows.ts';

let first: Windows;
let second: Windows;
let others: Windows;
beforeEach(() => {
  [first, second, others] = [new Windows('a'.repeat(32)), new Windows('a'.repeat(32)), new Windows('b'.repeat(32))];
});
afterEach(() => {
  vi.restoreAllMocks();
  for (const one of [first, second, others]) one.close();
});

it('the windows of one device see what each of them sees, and no other device’s do', async () => {
  first.say([GUEST]);

  await vi.waitFor(() => expect(seenBy(second)).toEqual([GUEST]));
  expect([seenBy(first), seenBy(others)]).toEqual([[], []]);
});

it('what has not changed is no news', async () => {
  first.say([GUEST]);
  await vi.waitFor(() => expect(seenBy(second)).toEqual([GUEST]));
  const before = second.guests.value;

  first.say([{ ...GUEST }]);
  first.say([{ ...GUEST }]);
  second.say([]);
  await vi.waitFor(() => expect(first.guests.value.size).toBe(1));

  expect(second.guests.value).toBe(before);
});

it('a window that was closed, or is silent for long, is forgotten', async () => {
  first.say([GUEST]);
  await vi.waitFor(() => expect(seenBy(second)).toEqual([GUEST]));
  const now = performance.now();
  vi.spyOn(performance, 'now').mockReturnValue(now + 10_500);
  second.say([]);
  expect(seenBy(second)).toEqual([]);

  first.say([GUEST]);
  await vi.waitFor(() => expect(seenBy(second)).toEqual([GUEST]));
  first.close();
  await vi.waitFor(() => expect(seenBy(second)).toEqual([]));
  first = new Windows('a'.repeat(32));
});

function seenBy(windows: Windows): readonly Seen[] {
  return [...windows.guests.value.values()].flatMap(({ guests }) => guests);
}

const GUEST: Seen = { room: 'e'.repeat(32), seat: 1, part: 'patient', state: 'waiting', isHeld: false, name: 'Anna M.', since: 1_790_000_000_000, consent: 'given', quality: 'good', told: null };
