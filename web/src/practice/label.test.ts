import { expect, it } from 'vitest';
import { openLabel, MAX_LABEL, sealLabel } from './label.ts';
import { aesKey } from './keys.ts';

it('only who has the key reads it', async () => {
  const sealed = await sealLabel(OURS, ROOM, 'A.M., Husten');

  expect(await openLabel(OURS, ROOM, sealed)).toBe('A.M., Husten');
  expect(await openLabel(THEIRS, ROOM, sealed)).toBeNull();
});

it('belongs to its room', async () => {
  expect(await openLabel(OURS, 'b'.repeat(32), await sealLabel(OURS, ROOM, 'A.M.'))).toBeNull();
});

it('tells an empty one from one that was not sealed', async () => {
  expect(await openLabel(OURS, ROOM, await sealLabel(OURS, ROOM, ''))).toBe('');
  for (const length of [0, 1, 13, 200]) expect(await openLabel(OURS, ROOM, new Uint8Array(length).fill(1))).toBeNull();
});

it('does not show how long it is, and fits into what the server takes', async () => {
  const length = async (text: string) => (await sealLabel(OURS, ROOM, text)).length;

  expect(await length('A.M.')).toBe(await length('Anna Maria Musterfrau, Nachsorge'));
  expect(await length('𝕍'.repeat(MAX_LABEL))).toBeLessThan(2048);
  await expect(sealLabel(OURS, ROOM, 'x'.repeat(MAX_LABEL + 1))).rejects.toThrow(RangeError);
});

const OURS = await aesKey(new Uint8Array(32).fill(7));
const THEIRS = await aesKey(new Uint8Array(32).fill(8));
const ROOM = 'a'.repeat(32);
