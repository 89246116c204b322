import { describe, expect, it, vi } from 'vitest';
import { encodeBase64url, utf8 } from '../sealed/bytes.ts';
import { identityHash } from '../sealed/links.ts';
import { makeMaterial } from './material.ts';
import { isPassphrase, openRecovery, proposePassphrase, readRecovery, recoveryName, type RecoveryFile, sealRecovery, writeRecovery } from './recovery.ts';

// Stretching a passphrase takes its time, more of it on a machine that is busy.
vi.setConfig({ testTimeout: 30_000 });

const MATERIAL = await makeMaterial();
const PRACTICE = { id: 'a0'.repeat(16), name: 'Praxis am Finkenweg' };
const FILE = await sealRecovery(MATERIAL, PRACTICE, 'Öl und Essig, 12');

describe('the recovery file', () => {
  it('brings everything back', async () => {
    expect(await openRecovery(await readRecovery(utf8(writeRecovery(FILE))), 'Öl und Essig, 12')).toEqual(MATERIAL);
  });

  it('says whose it is, how it is locked, and nothing else', async () => {
    expect(FILE).toMatchObject({ visite: 'recovery', v: 1, practice: PRACTICE.id, practice_name: PRACTICE.name, kdf: { name: 'PBKDF2-SHA256', rounds: 600_000 } });
    expect(FILE.identity).toBe(encodeBase64url(await identityHash(MATERIAL.identity.publicKey)));
    for (const secret of [MATERIAL.secret, MATERIAL.identity.privateKey, MATERIAL.box.privateKey]) expect(writeRecovery(FILE)).not.toContain(encodeBase64url(secret).slice(0, 40));
  });

  it('opens with the same words from another keyboard', async () => {
    expect(await openRecovery(FILE, ' O\u0308l und Essig, 12\n')).toEqual(MATERIAL);
  });

  it('tells a wrong passphrase', async () => {
    await expect(openRecovery(FILE, 'öl und Essig, 12')).rejects.toMatchObject({ problem: 'passphrase' });
  });

  it('tells a file that is no recovery file', async () => {
    for (const other of ['', 'hello', '[]', 'null', '{}', '{"visite":"manifest"}']) await expect(readRecovery(utf8(other)), other).rejects.toMatchObject({ problem: 'not-recovery' });
    await expect(readRecovery(new Uint8Array([0xff, 0xd8, 0xff]))).rejects.toMatchObject({ problem: 'not-recovery' });
  });

  it('tells one that was cut off, at whichever byte', async () => {
    const whole = utf8(writeRecovery(FILE));
    for (let length = 20; length < whole.length - 2; length += 37) await expect(readRecovery(whole.slice(0, length)), String(length)).rejects.toMatchObject({ problem: 'damaged' });
  });

  const changes: readonly [string, unknown][] = [
    ['practice', 'b0'.repeat(16)],
    ['practice_name', 'Praxis am Amselweg'],
    ['identity', 'AAAA'],
    ['nonce', 'AAAAAAAAAAAAAAAA'],
    ['sealed', `A${FILE.sealed.slice(1)}x`],
    ['check', 'AAAAAAAAAAA'],
    ['kdf', { ...FILE.kdf, rounds: 1 }],
    ['kdf', { ...FILE.kdf, rounds: 600_001 }],
    ['kdf', { ...FILE.kdf, rounds: 1e12 }],
    ['kdf', { ...FILE.kdf, name: 'PBKDF2-SHA1' }],
    ['kdf', null],
    ['sealed', 7],
  ];
  it.each(changes)('tells one whose %s was changed to %o', async (field, value) => {
    await expect(readRecovery(utf8(JSON.stringify({ ...FILE, [field]: value })))).rejects.toMatchObject({ problem: 'damaged' });
  });

  it('is bound to its practice and identity even where the check was made anew', async () => {
    const forged: RecoveryFile = { ...FILE, practice: 'b0'.repeat(16) };

    await expect(openRecovery(forged, 'Öl und Essig, 12')).rejects.toMatchObject({ problem: 'passphrase' });
  });

  it('tells one of a newer version', async () => {
    await expect(readRecovery(utf8(JSON.stringify({ ...FILE, v: 2 })))).rejects.toMatchObject({ problem: 'newer' });
  });
});

it('a proposed passphrase is long enough, and never the same', () => {
  const proposed = new Set(Array.from({ length: 200 }, proposePassphrase));

  expect(proposed.size).toBe(200);
  for (const one of proposed) expect(one).toMatch(/^(?:[abcdefghkmnpqrstuvwxyz]{4}-){4}[abcdefghkmnpqrstuvwxyz]{4}$/);
  expect(new Set([...proposed].join('').replaceAll('-', '')).size).toBe(22);
});

it('a passphrase of one’s own has twelve characters', () => {
  expect(['', 'elf Zeichen', '  elf Zeichen  ', 'zwölf Zeichen'].map(isPassphrase)).toEqual([false, false, false, true]);
});

it('the file has a name that every disk takes', () => {
  expect(recoveryName('Praxis am Finkenweg')).toBe('visite-recovery-Praxis-am-Finkenweg.json');
  expect(recoveryName('Dr. Müller & Söhne / Größe: ∞')).toBe('visite-recovery-Dr-Mueller-Soehne-Groesse.json');
  expect(recoveryName('../..')).toBe('visite-recovery-practice.json');
});
