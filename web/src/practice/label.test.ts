import { expect, it } from 'vitest';
import { decodeBase64url, encodeBase64url } from '../sealed/bytes.ts';
import { Labels, MAX_LABEL } from './label.ts';

it('only who has the secret reads it', async () => {
  const ours = await Labels.of(SECRET);
  const theirs = await Labels.of(SECRET.map((byte) => byte ^ 1));
  const sealed = await ours.seal(ROOM, 'A.M., Husten');

  expect(await ours.open(ROOM, sealed)).toBe('A.M., Husten');
  expect(await theirs.open(ROOM, sealed)).toBeNull();
});

it('belongs to its room', async () => {
  const labels = await Labels.of(SECRET);
  const sealed = await labels.seal(ROOM, 'A.M.');

  expect(await labels.open('b'.repeat(32), sealed)).toBeNull();
});

it('tells an empty one from one that was not sealed', async () => {
  const labels = await Labels.of(SECRET);

  expect(await labels.open(ROOM, await labels.seal(ROOM, ''))).toBe('');
  for (const nothing of ['', 'AQ', '!', encodeBase64url(new Uint8Array(200))]) expect(await labels.open(ROOM, nothing)).toBeNull();
});

it('does not show how long it is, and fits into what the server takes', async () => {
  const labels = await Labels.of(SECRET);
  const length = async (text: string) => decodeBase64url(await labels.seal(ROOM, text))?.length ?? 0;

  expect(await length('A.M.')).toBe(await length('Anna Maria Musterfrau, Nachsorge'));
  expect(await length('𝕍'.repeat(MAX_LABEL))).toBeLessThan(2048);
  await expect(labels.seal(ROOM, 'x'.repeat(MAX_LABEL + 1))).rejects.toThrow(RangeError);
});

const SECRET = new Uint8Array(32).fill(7);
const ROOM = 'a'.repeat(32);
