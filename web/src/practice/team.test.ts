import { beforeEach, expect, it, vi } from 'vitest';
import type { PracticeLineOptions } from '../signal/practice-line.ts';
import { type Seen, sealBoard } from './board.ts';
import { aesKey } from './keys.ts';
import { Team } from './team.ts';

let said: string[];
let line: PracticeLineOptions;
let team: Team;
const changed = vi.fn();
beforeEach(() => {
  said = [];
  changed.mockClear();
  team = teamOf(KEY);
});

it('hears from the others what they see, and when they go', async () => {
  line.onEvent({ type: 'joined', device: OURS, boards: [{ device: ROOM_1, data: await board(ROOM_1, 5) }] });
  line.onEvent({ type: 'board', device: ROOM_2, data: await board(ROOM_2, 5) });
  await vi.waitFor(() => expect([...team.boards.value.keys()]).toEqual([ROOM_1, ROOM_2]));
  expect([...team.boards.value.values()].map(({ guests }) => guests)).toEqual([[GUEST], [GUEST]]);

  line.onEvent({ type: 'board', device: ROOM_1, data: null });

  await vi.waitFor(() => expect([...team.boards.value.keys()]).toEqual([ROOM_2]));
});

it('takes back no older word, and none that another sealed', async () => {
  line.onEvent({ type: 'board', device: ROOM_1, data: await board(ROOM_1, 9, []) });
  line.onEvent({ type: 'board', device: ROOM_1, data: await board(ROOM_1, 8) });
  line.onEvent({ type: 'board', device: ROOM_2, data: await board(ROOM_1, 9) });
  line.onEvent({ type: 'board', device: ROOM_1, data: await board(ROOM_1, 10, [GUEST]) });

  await vi.waitFor(() => expect(team.boards.value.get(ROOM_1)?.at).toBe(10));
  expect([...team.boards.value.keys()]).toEqual([ROOM_1]);
});

it('forgets who was gone while the line was down', async () => {
  line.onEvent({ type: 'board', device: ROOM_1, data: await board(ROOM_1, 5) });
  await vi.waitFor(() => expect(team.boards.value.size).toBe(1));

  line.onEvent({ type: 'lost', trouble: 'offline' });
  expect(team.isUp.value).toBe(false);
  line.onEvent({ type: 'joined', device: OURS, boards: [] });

  await vi.waitFor(() => expect(team.isUp.value).toBe(true));
  expect(team.boards.value.size).toBe(0);
});

it('says the newest only, later each time by the clock', async () => {
  team.say({ ...NOTHING, guests: [] });
  team.say({ ...NOTHING, guests: [GUEST] });
  await vi.waitFor(() => expect(said.length).toBe(1));
  team.say({ ...NOTHING, guests: [] });
  await vi.waitFor(() => expect(said.length).toBe(2));

  const theirs = teamOf(KEY, ROOM_1);
  for (const data of said) line.onEvent({ type: 'board', device: OURS, data });
  await vi.waitFor(() => expect(theirs.boards.value.get(OURS)).toEqual({ ...NOTHING, at: NOW + 1, guests: [] }));
});

it('asks for the list to be read again at each change, and when it comes back', () => {
  line.onEvent({ type: 'joined', device: OURS, boards: [] });
  line.onEvent({ type: 'changed' });

  expect(changed).toHaveBeenCalledTimes(2);
});

it('without the key hears of changes, and of nobody', async () => {
  const keyless = teamOf(null);
  keyless.say({ ...NOTHING, guests: [GUEST] });
  line.onEvent({ type: 'joined', device: OURS, boards: [{ device: ROOM_1, data: await board(ROOM_1, 5) }] });
  await Promise.resolve();

  expect([keyless.boards.value.size, said.length]).toEqual([0, 0]);
  expect(changed).toHaveBeenCalledTimes(1);
});

function teamOf(key: CryptoKey | null, device = OURS): Team {
  return new Team({
    key,
    device,
    url: 'wss://video.example.org/practice',
    token: async () => 'token',
    onChanged: changed,
    now: () => NOW,
    openLine: (options) => {
      line = options;
      return { open: () => {}, close: () => {}, board: (data) => void said.push(data) };
    },
  });
}

function board(device: string, at: number, guests: readonly Seen[] = [GUEST]): Promise<string> {
  return sealBoard(KEY, device, { ...NOTHING, at, guests });
}

const NOTHING = { word: null, passed: [] };
const KEY = await aesKey(new Uint8Array(32).fill(7));
const NOW = 1_790_000_000_000;
const OURS = 'a'.repeat(32);
const ROOM_1 = 'b'.repeat(32);
const ROOM_2 = 'c'.repeat(32);
const GUEST: Seen = { room: 'e'.repeat(32), seat: 1, part: 'patient', state: 'waiting', isHeld: false, name: 'Anna M.', since: NOW, consent: 'given', quality: 'good', told: null };
