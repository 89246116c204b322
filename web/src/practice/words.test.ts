import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { type Board, MOST_ADDRESSEES } from './board.ts';
import { type Addressee, Words } from './words.ts';

beforeEach(() => void vi.useFakeTimers({ now: NOW }));
afterEach(() => void vi.useRealTimers());

it('stands on the board until each device has passed it on', async () => {
  const words = new Words(Date.now);
  const asked = words.ask([at('a', ROOM_1), at('b', ROOM_1), at('c', ROOM_2)], 'Ten minutes more.');
  await settled();
  const { value: word } = words.word;
  expect(word).toMatchObject({ to: ['a', 'b', 'c'], text: 'Ten minutes more.' });

  words.hear(new Map([[ROOM_1, board({ passed: [{ id: word?.id ?? '', reached: 2 }] })]]), nobody);
  words.hear(new Map([[ROOM_1, board({ passed: [{ id: word?.id ?? '', reached: 2 }] })]]), nobody);
  await settled();
  expect(words.word.value).not.toBeNull();
  words.hear(new Map([[ROOM_2, board({ passed: [{ id: word?.id ?? '', reached: 1 }] })]]), nobody);

  expect([await asked, words.word.value]).toEqual([3, null]);
});

it('reaches nobody at a device that does not answer in time, and is not said later', async () => {
  const words = new Words(Date.now);
  const asked = words.ask([at('a', ROOM_1), at('b', ROOM_2)], 'Soon.');
  await settled();
  const id = words.word.value?.id ?? '';
  words.hear(new Map([[ROOM_2, board({ passed: [{ id, reached: 1 }] })]]), nobody);

  await vi.advanceTimersByTimeAsync(5_000);

  expect([await asked, words.word.value]).toEqual([1, null]);
});

it('counts no answer of a device that was not asked, nor to another word', async () => {
  const words = new Words(Date.now);
  const asked = words.ask([at('a', ROOM_1)], 'Soon.');
  await settled();
  const id = words.word.value?.id ?? '';
  words.hear(
    new Map([
      [ROOM_2, board({ passed: [{ id, reached: 1 }] })],
      [ROOM_1, board({ passed: [{ id: 'x'.repeat(22), reached: 1 }] })],
    ]),
    nobody,
  );

  await vi.advanceTimersByTimeAsync(5_000);

  expect(await asked).toBe(0);
});

it('comes one after the other, and to many in parts', async () => {
  const words = new Words(Date.now);
  const guests = Array.from({ length: MOST_ADDRESSEES + 1 }, (_, index) => at(`g${index}`, ROOM_1));
  const [first, second] = [words.ask(guests, 'To all.'), words.ask([at('a', ROOM_1)], 'To one.')];
  const said: [number, string][] = [];
  for (let part = 0; part < 3; part++) {
    await settled();
    const { value: word } = words.word;
    if (!word) throw new Error('no word');
    said.push([word.to.length, word.text]);
    words.hear(new Map([[ROOM_1, board({ passed: [{ id: word.id, reached: word.to.length }] })]]), nobody);
  }

  expect(await Promise.all([first, second])).toEqual([MOST_ADDRESSEES + 1, 1]);
  expect(said).toEqual([
    [MOST_ADDRESSEES, 'To all.'],
    [1, 'To all.'],
    [1, 'To one.'],
  ]);
});

it('of another device is passed on once, to our guests among those it is for', () => {
  const words = new Words(Date.now);
  const tell = vi.fn((key: string) => (key === 'theirs' ? null : key === 'waits'));
  const boards = new Map([[ROOM_1, board({ word: { id: WORD, to: ['waits', 'talks', 'theirs'], text: 'Soon.' } })]]);

  words.hear(boards, tell);
  words.hear(boards, tell);

  expect(tell.mock.calls).toEqual([
    ['waits', 'Soon.'],
    ['talks', 'Soon.'],
    ['theirs', 'Soon.'],
  ]);
  expect(words.passed.value).toEqual([{ id: WORD, reached: 1 }]);
});

it('that is for nobody here is not answered, and is passed on when one of them is handed over', () => {
  const words = new Words(Date.now);
  const boards = new Map([[ROOM_1, board({ word: { id: WORD, to: ['a'], text: 'Soon.' } })]]);
  words.hear(boards, () => null);
  expect(words.passed.value).toEqual([]);

  words.hear(boards, () => true);

  expect(words.passed.value).toEqual([{ id: WORD, reached: 1 }]);
});

it('of an old board is not said', () => {
  const words = new Words(Date.now);
  const tell = vi.fn(() => true);

  words.hear(new Map([[ROOM_1, { ...board({ word: { id: WORD, to: ['a'], text: 'Soon.' } }), at: NOW - 31_000 }]]), tell);

  expect(tell).not.toHaveBeenCalled();
});

function at(key: string, device: string): Addressee {
  return { key, device };
}

function board(of: Partial<Board>): Board {
  return { at: NOW, word: null, passed: [], guests: [], ...of };
}

function settled(): Promise<unknown> {
  return vi.advanceTimersByTimeAsync(0);
}

const nobody = () => null;
const NOW = 1_790_000_000_000;
const ROOM_1 = 'b'.repeat(32);
const ROOM_2 = 'c'.repeat(32);
const WORD = 'w'.repeat(22);
