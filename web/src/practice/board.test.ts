import { describe, expect, it } from 'vitest';
import { concat, decodeBase64url, encodeBase64url, lp, utf8 } from '../sealed/bytes.ts';
import { type Board, MOST_ADDRESSEES, openBoard, type Seen, sealBoard, type Word } from './board.ts';
import { aesKey, seal } from './keys.ts';

it('is read by the practice’s devices, as that device’s', async () => {
  const data = await sealBoard(KEY, DEVICE, BOARD);

  expect(await openBoard(KEY, DEVICE, data)).toEqual(BOARD);
  expect(await openBoard(KEY, 'b'.repeat(32), data)).toBeNull();
  expect(await openBoard(await aesKey(new Uint8Array(32)), DEVICE, data)).toBeNull();
});

it('shows by its length only roughly how many wait', async () => {
  const [none, some] = await Promise.all([sealBoard(KEY, DEVICE, { ...BOARD, guests: [], word: null }), sealBoard(KEY, DEVICE, BOARD)]);

  expect(decodeBase64url(none)?.length).toBe(1024 + 29);
  expect(some.length).toBe(none.length);
});

it('leaves out who came last where the server would not take it', async () => {
  const guests = Array.from({ length: 200 }, (_, at) => ({ ...GUEST, since: at, name: 'Ä'.repeat(80) }));

  const data = await sealBoard(KEY, DEVICE, { ...BOARD, guests });

  expect(decodeBase64url(data)?.length).toBeLessThanOrEqual(8192);
  const opened = await openBoard(KEY, DEVICE, data);
  expect(opened?.guests.length).toBeGreaterThan(15);
  expect(opened?.guests[0]?.since).toBe(0);
});

it('has room for the longest word to the most guests', async () => {
  const word = { ...WORD, to: Array.from({ length: MOST_ADDRESSEES }, () => `${GUEST.room}/1`), text: '字'.repeat(500) };
  const guests = Array.from({ length: 200 }, (_, at) => ({ ...GUEST, since: at }));

  const data = await sealBoard(KEY, DEVICE, { ...BOARD, word, guests });

  expect(decodeBase64url(data)?.length).toBeLessThanOrEqual(8192);
  const opened = await openBoard(KEY, DEVICE, data);
  expect(opened?.word).toEqual(word);
  expect(opened?.guests.length).toBeGreaterThan(10);
});

describe('what another version wrote', () => {
  it('is taken as far as it is understood', async () => {
    const odd = { ...GUEST, name: 'Anna\u202E', consent: 'perhaps', quality: 4, shoes: 'brown' };
    const data = await written({ v: 1, at: 5, guests: [odd, { ...GUEST, state: 'singing' }, { ...GUEST, room: '../x' }, 7] });

    expect(await openBoard(KEY, DEVICE, data)).toEqual({ at: 5, word: null, passed: [], guests: [{ ...GUEST, name: 'Anna', consent: null, quality: null }] });
  });

  it.each([{ ...WORD, id: 'short' }, { ...WORD, to: 'everybody' }, { ...WORD, to: Array(41).fill('x') }, { ...WORD, text: 'x'.repeat(501) }, { ...WORD, text: 7 }, 7])('is no word where it is another thing (%o)', async (word) => {
    expect(await openBoard(KEY, DEVICE, await written({ ...BOARD, v: 1, word, passed: [{ id: 'x', reached: 1 }, { ...BOARD.passed[0], reached: -1 }] }))).toEqual({ ...BOARD, word: null, passed: [] });
  });

  it.each([{ v: 2, at: 5, guests: [] }, { v: 1, at: -1, guests: [] }, { v: 1, at: 5, guests: {} }, 'x'])('is not, where it is another thing (%o)', async (value) => {
    expect(await openBoard(KEY, DEVICE, await written(value))).toBeNull();
  });

  async function written(value: unknown): Promise<string> {
    return encodeBase64url(await seal(KEY, concat(lp('visite v1 board'), lp(DEVICE)), utf8(JSON.stringify(value))));
  }
});

const KEY = await aesKey(new Uint8Array(32).fill(7));
const DEVICE = 'd'.repeat(32);
const GUEST: Seen = { room: 'a'.repeat(32), seat: 1, part: 'patient', state: 'waiting', isHeld: false, name: 'Anna M.', since: 1_790_000_000_000, consent: 'given', quality: 'good', told: null };
const WORD: Word = { id: 'A'.repeat(22), to: [`${GUEST.room}/1`], text: 'Ten minutes more.' };
const BOARD: Board = { at: 1_790_000_000_500, word: WORD, passed: [{ id: 'B'.repeat(22), reached: 2 }], guests: [GUEST, { ...GUEST, seat: 2, part: 'interpreter', state: 'connecting', name: null, consent: null, quality: null }] };
