import { expect, it } from 'vitest';
import { encodeBase64url } from '../sealed/bytes.ts';
import { openReply, type Reply, sealReply } from './reply.ts';

const said: readonly Reply[] = [{ kind: 'late', minutes: 5 }, { kind: 'late', minutes: 60 }, { kind: 'cancel' }];

it.each(said)('%o is read by who has the room’s key, and by nobody else', async (reply) => {
  const sealed = await sealReply(reply, ROOM, KEY);

  expect(await openReply(sealed, ROOM, KEY)).toEqual(reply);
  expect(await openReply(sealed, 'b'.repeat(32), KEY)).toBeNull();
  expect(await openReply(sealed, ROOM, new Uint8Array(32))).toBeNull();
});

it('all of them look alike', async () => {
  const lengths = await Promise.all(said.map(async (reply) => (await sealReply(reply, ROOM, KEY)).length));

  expect(new Set(lengths)).toEqual(new Set([encodeBase64url(new Uint8Array(157)).length]));
});

it('nobody is late by other times', async () => {
  for (const minutes of [4, 61, 7.5, Number.NaN]) await expect(sealReply({ kind: 'late', minutes }, ROOM, KEY)).rejects.toThrow(RangeError);
});

it.each(['', 'AAAA', '!', 'A'.repeat(210), 'A'.repeat(900)])('rubbish (%s) says nothing', async (rubbish) => {
  expect(await openReply(rubbish, ROOM, KEY)).toBeNull();
});

const ROOM = 'a'.repeat(32);
const KEY = new Uint8Array(32).fill(7);
