import { IDBFactory } from 'fake-indexeddb';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { issuerSecret } from '../sealed/links.ts';
import { Appointments, newRoom } from './appointments.ts';
import { ServerClock } from './clock.ts';
import { enrol, enter } from './enrol.ts';
import { aesKey, labelKey, publicPoint } from './keys.ts';
import { openLabel, sealLabel } from './label.ts';
import { PretendServer } from './pretend.ts';
import { Session } from './session.ts';
import { Store } from './store.ts';
import { Vault } from './vault.ts';
import { Verified } from './verified.ts';

afterEach(() => {
  vi.unstubAllGlobals();
});

describe('what an earlier version of the page kept', () => {
  it('goes on being this device: the same links and notes, and a secret that can’t be read out any more', async () => {
    const factory = new IDBFactory();
    const keys = await formerKeys();
    await keepAsBefore(factory, 'device', { id: 'd0'.repeat(16), name: 'Reception', practice: 'a0'.repeat(16), practiceName: 'Praxis', keys });

    const store = await Store.open(factory);

    const entry = await enter(store, null);
    if (entry.state !== 'enrolled' || entry.device.keys.role !== 'doctor') throw new Error(entry.state);
    const { device } = entry;
    expect(device).toMatchObject({ id: 'd0'.repeat(16), name: 'Reception' });
    expect(await publicPoint(device.key)).toEqual(await publicPoint(keys.device));
    expect(await publicPoint(entry.device.keys.identity)).toEqual(await publicPoint(keys.identity));
    expect(await issuerSecret(entry.device.keys.secret, 'console')).toEqual(await issuerSecret(keys.secret, 'console'));
    expect(entry.device.keys.secret.extractable).toBe(false);
    const note = await sealLabel(await labelKey(device.keys), newRoom(), { text: 'x' });
    expect(note.length).toBeGreaterThan(100);
    // Its identity key can't be read out: a recovery file would be of little use, and the page says so.
    expect((await Vault.of(store, device))?.state.value).toBe('bound');
  });

  it('is converted once', async () => {
    const factory = new IDBFactory();
    await keepAsBefore(factory, 'device', { id: 'd0'.repeat(16), name: 'R', practice: 'a', practiceName: 'P', keys: await formerKeys() });
    const [once, twice] = [await (await Store.open(factory)).backup(), await (await Store.open(factory)).backup()];

    if (once?.state !== 'open' || twice?.state !== 'open') throw new Error('no backup');
    expect(twice.sealed).toEqual(once.sealed);
  });

  it('goes on with an enrolment that was under way', async () => {
    const factory = new IDBFactory();
    const keys = await formerKeys();
    await keepAsBefore(factory, 'pending', { code: 'CODE', keys });
    const server = new PretendServer();
    server.codes.add('CODE');
    vi.stubGlobal('fetch', server.fetch);
    const store = await Store.open(factory);
    const entry = await enter(store, null);
    if (entry.state !== 'enrolling') throw new Error(entry.state);
    expect(await publicPoint(entry.pending.key)).toEqual(await publicPoint(keys.device));

    const enrolment = await enrol(store, entry.pending, 'Reception');

    if (enrolment.state !== 'enrolled') throw new Error(enrolment.state);
    const appointments = await Appointments.of(new Session(enrolment.device, new ServerClock()), enrolment.device, 'https://video.example.org');
    expect(await appointments.list(0, 1)).toEqual([]);
  });
});

describe('what was compared', () => {
  it('is remembered by room, over a reload', async () => {
    const factory = new IDBFactory();
    const verified = await Verified.of(await Store.open(factory));
    await verified.mark('a', 'page 1');
    await verified.mark('b', 'page 2');
    await verified.unmark('a');

    for (const one of [verified, await Verified.of(await Store.open(factory))]) expect([...one.rooms.value]).toEqual([['b', 'page 2']]);
  });

  it('holds for the guest’s page with which it was compared, and for no other by the same link', async () => {
    const verified = await Verified.of(await Store.open(new IDBFactory()));
    await verified.mark('a', 'page 1');

    expect([verified.holds('a', 'page 1'), verified.holds('a', 'page 2'), verified.holds('a', undefined), verified.holds('b', 'page 1')]).toEqual([true, false, false, false]);
  });

  it('is forgotten when no appointment can be as old', async () => {
    const store = await Store.open(new IDBFactory());
    const verified = await Verified.of(store);
    await verified.mark('a', 'page 1');

    const later = await Verified.of(store, () => Date.now() + 91 * 24 * 3_600_000);

    expect(later.rooms.value.size).toBe(0);
    expect((await store.compared()).size).toBe(0);
  });
});

it('a note is the same one as before keys were kept otherwise', async () => {
  // Sealed by an earlier version: version, nonce, and AES-256-GCM under HKDF(practice secret, "visite v1 label key").
  const { secret } = await formerKeys();
  const hkdf = await crypto.subtle.importKey('raw', secret, 'HKDF', false, ['deriveBits']);
  const info = new Uint8Array([0, 19, ...new TextEncoder().encode('visite v1 label key')]);
  const bytes = await crypto.subtle.deriveBits({ name: 'HKDF', hash: 'SHA-256', salt: new Uint8Array(0), info }, hkdf, 256);
  const room = 'a'.repeat(32);
  const sealed = await sealLabel(await aesKey(new Uint8Array(bytes)), room, { text: 'A.M.' });
  const keys = { role: 'doctor' as const, secret: hkdf } as Parameters<typeof labelKey>[0];

  expect(await openLabel(await labelKey(keys), room, sealed)).toEqual({ text: 'A.M.' });
});

async function formerKeys() {
  const pair = () => crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, false, ['sign', 'verify']);
  return { device: await pair(), identity: await pair(), secret: new Uint8Array(32).fill(7) };
}

/** As version 1 of the store was laid out. */
function keepAsBefore(factory: IDBFactory, name: string, record: unknown): Promise<void> {
  return new Promise((done, fail) => {
    const request = factory.open('visite-practice', 1);
    request.onupgradeneeded = () => request.result.createObjectStore('records');
    request.onerror = () => fail(request.error);
    request.onsuccess = () => {
      const transaction = request.result.transaction('records', 'readwrite');
      transaction.objectStore('records').put(record, name);
      transaction.oncomplete = () => {
        request.result.close();
        done();
      };
    };
  });
}
