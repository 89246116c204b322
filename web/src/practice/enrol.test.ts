import { IDBFactory } from 'fake-indexeddb';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { utf8 } from '../sealed/bytes.ts';
import { issuerSecret } from '../sealed/links.ts';
import { begin, collect, deviceName, enrol, enter, recover, startAfresh, takeTicket, type Ticket } from './enrol.ts';
import { identityPoint, publicPoint, sign } from './keys.ts';
import { firstDevice, PretendServer } from './pretend.ts';
import { readRecovery, writeRecovery } from './recovery.ts';
import { type Device, type Newcomer, type Pending, Store } from './store.ts';
import { drawTransferKey } from './transfer.ts';
import { Vault } from './vault.ts';

// Stretching a passphrase takes its time, more of it on a machine that is busy.
vi.setConfig({ testTimeout: 30_000 });

let factory: IDBFactory;
let server: PretendServer;
let store: Store;
beforeEach(async () => {
  factory = new IDBFactory();
  server = new PretendServer();
  server.codes.add('CODE');
  vi.stubGlobal('fetch', server.fetch);
  store = await Store.open(factory);
});
afterEach(() => {
  vi.unstubAllGlobals();
});

describe('the ticket', () => {
  it('is taken out of the address bar', () => {
    const [location, history] = bar('#enrol=AbC-_9');

    expect(takeTicket(location, history)).toEqual({ code: 'AbC-_9', transferKey: null });
    expect(history.replaceState).toHaveBeenCalledWith(null, '', '/practice');
  });

  it('of another device has a key', () => {
    const key = 'AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE';

    expect(takeTicket(...bar(`#add=AbC-_9.${key}`))).toEqual({ code: 'AbC-_9', transferKey: new Uint8Array(32).fill(1) });
  });

  it('is one, or nothing', () => {
    const bad = ['', '#enrol=', '#enrol=<b>', '#other', `#enrol=${'x'.repeat(65)}`, '#add=AbC', '#add=AbC.', '#add=AbC.AQEB', `#add=AbC.${'A'.repeat(44)}`, '#add=.AQEB'];
    for (const hash of bad) expect(takeTicket(...bar(hash)), hash).toBeNull();
  });

  function bar(hash: string): [Location, History] {
    const location = { hash, pathname: '/practice', search: '' } as Location;
    return [location, { state: null, replaceState: vi.fn() } as unknown as History];
  }
});

describe('a browser', () => {
  it('that nothing is known of is a stranger', async () => {
    expect(await enter(store, null)).toEqual({ state: 'stranger' });
  });

  it('with a link becomes a device, and is one after a reload', async () => {
    const enrolment = await enrol(store, await opens('CODE'), 'Reception');

    if (enrolment.state !== 'enrolled') throw new Error(enrolment.state);
    expect(enrolment.device).toMatchObject({ name: 'Reception', practice: server.practice, practiceName: 'Praxis am Finkenweg', keys: { role: 'doctor' } });
    const again = await enter(await Store.open(factory), null);
    expect(again).toMatchObject({ state: 'enrolled', spare: null, device: { id: enrolment.device.id } });
    expect(await store.pending()).toBeNull();
  });

  it('that died before it asked finds its code and the very key again', async () => {
    const before = await opens('CODE');
    const after = await enter(await Store.open(factory), null);

    if (after.state !== 'enrolling') throw new Error(after.state);
    expect(after.pending.code).toBe('CODE');
    expect(await publicPoint(after.pending.key)).toEqual(await publicPoint(before.key));
  });

  it('that lost the answer gets it again, and no second device', async () => {
    const pending = await opens('CODE');
    server.losesAnswer.add('enrol');
    await expect(enrol(store, pending, 'Reception')).rejects.toMatchObject({ code: 'offline' });
    expect(await store.device()).toBeNull();

    expect(await enrol(store, pending, 'Reception')).toMatchObject({ state: 'enrolled' });
    expect(server.devices.size).toBe(1);
  });

  it('that is a device already keeps a further ticket aside', async () => {
    await firstDevice(store);

    expect(await enter(store, { code: 'OTHER', transferKey: null })).toMatchObject({ state: 'enrolled', spare: { code: 'OTHER' } });
  });

  it('that was revoked keeps the secret when it is enrolled in the same practice again', async () => {
    const former = await firstDevice(store);
    server.codes.add('AGAIN');

    const again = await enrol(store, await begin(store, { code: 'AGAIN', transfer: null }), 'Reception', { former });

    if (again.state !== 'enrolled') throw new Error(again.state);
    expect(again.device.id).not.toBe(former.id);
    expect(await fingerprint(again.device)).toEqual(await fingerprint(former));
    expect(await publicPoint(again.device.key)).not.toEqual(await publicPoint(former.key));
    expect(await store.backup()).not.toBeNull();
  });

  it('takes nothing of one practice over to another', async () => {
    const former = await firstDevice(store);
    server.codes.add('ELSEWHERE');
    server.devices.clear();

    const other = await enrol(store, await begin(store, { code: 'ELSEWHERE', transfer: null }), 'Reception', { former: { ...former, practice: 'b0'.repeat(16) } });

    if (other.state !== 'enrolled') throw new Error(other.state);
    expect(await fingerprint(other.device)).not.toEqual(await fingerprint(former));
  });
});

describe('a practice that has keys already', () => {
  let first: Device;
  let other: Store;
  beforeEach(async () => {
    first = await firstDevice(store);
    server.codes.add('SECOND');
    other = await Store.open(new IDBFactory());
  });

  it('does not get others by an operator’s link: the browser waits for its recovery file', async () => {
    const newcomer = await comes();
    expect(await other.device()).toBeNull();
    const file = await saved();

    const device = await recover(other, newcomer, file, PASSPHRASE);

    expect(await fingerprint(device)).toEqual(await fingerprint(first));
    expect((await enter(other, null)).state).toBe('enrolled');
    expect(await other.newcomer()).toBeNull();
    expect(await other.backup()).toEqual({ state: 'sealed', file });
  });

  it('whose devices are all gone still gets its file back', async () => {
    const file = await saved();
    server.devices.clear();

    const newcomer = await comes({ bringsRecovery: true });

    expect(await fingerprint(await recover(other, newcomer, file, PASSPHRASE))).toEqual(await fingerprint(first));
  });

  it('is asked for once more after a reload', async () => {
    const newcomer = await comes();

    expect(await enter(other, null)).toMatchObject({ state: 'newcomer', newcomer: { id: newcomer.id, isPending: false } });
  });

  it('takes no file of another practice', async () => {
    const newcomer = { ...(await comes()), practice: 'b0'.repeat(16) };

    await expect(recover(other, newcomer, await saved(), PASSPHRASE)).rejects.toMatchObject({ problem: 'other-practice' });
    expect(await other.device()).toBeNull();
  });

  it('may start with new ones', async () => {
    const device = await startAfresh(other, await comes());

    expect(await fingerprint(device)).not.toEqual(await fingerprint(first));
    expect(await other.backup()).toMatchObject({ state: 'open' });
  });

  async function saved() {
    const vault = await Vault.of(store, first);
    if (!vault) throw new Error('no vault');
    const file = await vault.makeFile(PASSPHRASE);
    return readRecovery(utf8(writeRecovery(file)));
  }

  async function comes(wishes = {}): Promise<Newcomer> {
    const enrolment = await enrol(other, await begin(other, { code: 'SECOND', transfer: null }), 'Room 2', wishes);
    if (enrolment.state !== 'newcomer') throw new Error(enrolment.state);
    return enrolment.newcomer;
  }
});

describe('a device that was confirmed and finds no keys', () => {
  it('is told so, and is not asked for in vain', async () => {
    await firstDevice(store);
    server.deviceCodes.set('ADD', 'doctor');
    const other = await Store.open(new IDBFactory());
    const entry = await enter(other, { code: 'ADD', transferKey: drawTransferKey() });
    if (entry.state !== 'enrolling') throw new Error(entry.state);
    const enrolment = await enrol(other, entry.pending, 'Room 2');
    if (enrolment.state !== 'newcomer') throw new Error(enrolment.state);
    const known = server.devices.get(enrolment.newcomer.id);
    if (!known) throw new Error('not known');
    expect(await collect(other, enrolment.newcomer)).toBeNull();

    for (const keys of [null, '', 'AQ', '!']) {
      server.addDevice({ ...known, confirmed_at: 1, keys });
      expect(await collect(other, enrolment.newcomer)).toMatchObject({ state: 'newcomer', newcomer: { isPending: false } });
    }
    expect(await other.device()).toBeNull();
  });
});

it('kept keys sign, and are not to be read out', async () => {
  const device = await firstDevice(store);
  const kept = await (await Store.open(factory)).device();
  if (kept?.keys.role !== 'doctor') throw new Error('no keys');

  for (const pair of [kept.key, kept.keys.identity]) expect((await sign(pair, new Uint8Array([1, 2, 3]))).length).toBe(64);
  for (const key of [kept.key.privateKey, kept.keys.identity.privateKey, kept.keys.box.privateKey, kept.keys.secret]) {
    expect(key.extractable).toBe(false);
    for (const format of ['pkcs8', 'raw', 'jwk'] as const) await expect(crypto.subtle.exportKey(format, key)).rejects.toThrow();
  }
  expect(await fingerprint(kept)).toEqual(await fingerprint(device));
});

it('a device is called what the server takes', () => {
  expect(deviceName('  Empfang ')).toBe('Empfang');
  expect(deviceName('ä'.repeat(60))).toBe('ä'.repeat(60));
  for (const bad of ['', '   ', 'ä'.repeat(61), 'a\u0000b', 'a\u202eb']) expect(deviceName(bad)).toBeNull();
});

async function opens(code: string): Promise<Pending> {
  const ticket: Ticket = { code, transferKey: null };
  const entry = await enter(store, ticket);
  if (entry.state !== 'enrolling') throw new Error(entry.state);
  return entry.pending;
}

/** What two devices of one practice have in common: the same links, the same identity. */
async function fingerprint({ keys }: Device) {
  if (keys.role !== 'doctor') throw new Error('a staff device has no secret');
  return { issuer: await issuerSecret(keys.secret, 'console'), identity: await identityPoint(keys), box: await publicPoint(keys.box) };
}

const PASSPHRASE = 'eins zwei drei vier';
