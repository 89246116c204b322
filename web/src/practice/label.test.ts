import { expect, it } from 'vitest';
import { concat, lp, utf8 } from '../sealed/bytes.ts';
import { type Label, MAX_LABEL, openLabel, sealLabel } from './label.ts';
import { aesKey, seal } from './keys.ts';

it('only who has the key reads it', async () => {
  const sealed = await sealLabel(OURS, ROOM, { text: 'A.M., Husten' });

  expect(await openLabel(OURS, ROOM, sealed)).toEqual({ text: 'A.M., Husten' });
  expect(await openLabel(THEIRS, ROOM, sealed)).toBeNull();
});

it('belongs to its room', async () => {
  expect(await openLabel(OURS, 'b'.repeat(32), await sealLabel(OURS, ROOM, { text: 'A.M.' }))).toBeNull();
});

it('tells an empty one from one that was not sealed', async () => {
  expect(await openLabel(OURS, ROOM, await sealLabel(OURS, ROOM, { text: '' }))).toEqual({ text: '' });
  for (const length of [0, 1, 13, 200]) expect(await openLabel(OURS, ROOM, new Uint8Array(length).fill(1))).toBeNull();
});

it('does not show how long it is, and fits into what the server takes', async () => {
  const length = async (label: Label) => (await sealLabel(OURS, ROOM, label)).length;

  expect(await length({ text: 'A.M.' })).toBe(await length({ text: 'Anna Maria Musterfrau, Nachsorge' }));
  for (const character of ['𝕍', '"', '\u0001']) expect(await length({ ...WHOLE, text: character.repeat(MAX_LABEL) })).toBeLessThan(2048 - 126);
  await expect(sealLabel(OURS, ROOM, { text: 'x'.repeat(MAX_LABEL + 1) })).rejects.toThrow(RangeError);
});

it('says who else comes, to whom it was handed, and with which ones it was made', async () => {
  expect(await openLabel(OURS, ROOM, await sealLabel(OURS, ROOM, WHOLE))).toEqual(WHOLE);
});

it('of a version that knows more is read as far as this one knows', async () => {
  const newer = { text: 'A.M.', to: 'nobody', seats: { 2: 'aunt', 3: 'colleague', 4: 'companion' }, mood: 'good' };
  const sealed = await seal(OURS, concat(lp('visite v1 label'), lp(ROOM)), concat(Uint8Array.of(0x80), lp(utf8(JSON.stringify(newer)))));

  expect(await openLabel(OURS, ROOM, sealed)).toEqual({ text: 'A.M.', seats: { 3: 'colleague' } });
});

const OURS = await aesKey(new Uint8Array(32).fill(7));
const THEIRS = await aesKey(new Uint8Array(32).fill(8));
const ROOM = 'a'.repeat(32);
const WHOLE: Label = { text: 'A.M.', to: 'd'.repeat(32), seats: { 2: 'interpreter', 3: 'companion' }, series: 'e'.repeat(32) };
