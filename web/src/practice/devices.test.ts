import { IDBFactory } from 'fake-indexeddb';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { identityHash, parseFragment } from '../sealed/links.ts';
import { Adding } from './adding.ts';
import { Appointments, labelOf, newRoom } from './appointments.ts';
import { ServerClock } from './clock.ts';
import { Devices } from './devices.ts';
import { begin, collect, enrol, enter } from './enrol.ts';
import { type DoctorKeys, identityPoint, publicPoint, type Role, sign } from './keys.ts';
import { firstDevice, PretendServer } from './pretend.ts';
import { Session } from './session.ts';
import { type Device, materialOf, type Newcomer, openBackup, Store } from './store.ts';
import { deviceNumber, drawTransferKey, readTransferKey } from './transfer.ts';
import { Vault } from './vault.ts';

// Stretching a passphrase takes its time, more of it on a machine that is busy.
vi.setConfig({ testTimeout: 30_000 });

let server: PretendServer;
let store: Store;
let first: Device;
let vault: Vault;
let devices: Devices;
let adding: Adding | null;
beforeEach(async () => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
  server = new PretendServer();
  server.codes.add('CODE');
  vi.stubGlobal('fetch', server.fetch);
  store = await Store.open(new IDBFactory());
  first = await firstDevice(store);
  vault = await vaultOf(store, first);
  await vault.keep(await vault.makeFile(PASSPHRASE));
  devices = new Devices(new Session(first, new ServerClock()));
  adding = null;
});
afterEach(() => {
  adding?.dispose();
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

describe('a doctor’s second device', () => {
  it('comes by a link, shows the same number, and then makes the very same links', async () => {
    const adds = await invites('doctor');
    const { newcomer, other } = await comes(adds.link, 'Phone');
    const [comer] = await comers(adds);
    expect(comer?.device).toMatchObject({ id: newcomer.id, name: 'Phone', state: 'pending' });
    expect(comer?.number).toMatch(/^\d{6}$/);
    expect(comer?.number).toBe(newcomer.transfer && (await deviceNumber(newcomer.transfer, await publicPoint(newcomer.key))));
    expect(await collect(other, newcomer)).toBeNull();

    if (comer) await adds.confirm(comer);

    const second = await collected(other, newcomer);
    const wish = { startsAt: Date.now(), durationMs: 600_000, label: 'A.M.', maxUses: 3 };
    const made = await (await appointmentsOf(first)).create({ room: newRoom(), ...wish });
    expect(await (await appointmentsOf(second)).list(0, 2 ** 52)).toEqual([made]);
    expect(adds.state.value.name).toBe('done');
    expect(server.devices.get(second.id)?.keys).toBeNull();
    expect((await enter(other, null)).state).toBe('enrolled');
  });

  it('can add a third one itself, with the same passphrase', async () => {
    const { second, other } = await added('doctor');

    const own = await vaultOf(other, second);

    expect(own.state.value).toBe('sealed');
    await expect(own.unlock('another passphrase')).rejects.toMatchObject({ problem: 'passphrase' });
    expect((await own.unlock(PASSPHRASE)).secret.length).toBe(32);
  });

  it('is not added without the passphrase', async () => {
    await expect(invites('doctor', 'another passphrase')).rejects.toMatchObject({ problem: 'passphrase' });

    expect(server.deviceCodes.size).toBe(0);
  });

  it('that a server puts in another’s place shows another number', async () => {
    const adds = await invites('doctor');
    const { newcomer } = await comes(adds.link, 'Phone');
    const known = server.devices.get(newcomer.id);
    const [honest] = await comers(adds);
    const foreign = await crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, true, ['sign', 'verify']);

    if (known) server.addDevice({ ...known, public_key: base64url(await publicPoint(foreign)) });

    const [swapped] = await comers(adds);
    expect(swapped?.number).not.toBe(honest?.number);
  });

  it('finds nothing that it could open where the keys were sealed for another', async () => {
    const adds = await invites('doctor');
    const { newcomer, other } = await comes(adds.link, 'Phone');
    const [comer] = await comers(adds);
    if (comer) await adds.confirm({ ...comer, device: { ...comer.device, publicKey: await publicPoint(first.key) } });

    expect(await collect(other, newcomer)).toMatchObject({ state: 'newcomer', newcomer: { isPending: false } });
    expect(await other.device()).toBeNull();
  });

  it('that was refused never gets in', async () => {
    const adds = await invites('doctor');
    const { newcomer, other } = await comes(adds.link, 'Phone');
    const [comer] = await comers(adds);

    if (comer) await adds.refuse(comer);

    expect(adds.state.value).toEqual({ name: 'inviting', comers: [] });
    expect(await collect(other, newcomer)).toBeNull();
  });

  it('is signed out from the first, and is told so', async () => {
    const { second } = await added('doctor');
    const session = new Session(second, new ServerClock());
    await session.call('rooms/list', { from: 0, until: 1 });

    await devices.revoke(second.id);

    await expect(session.call('rooms/list', { from: 0, until: 1 })).rejects.toMatchObject({ code: 'sign_in_failed' });
    expect(devices.list.value?.map(({ state }) => state)).toEqual(['confirmed', 'revoked']);
  });
});

describe('a staff device', () => {
  it('gets no key that opens a room, signs for the practice, or derives another', async () => {
    const { second } = await added('staff');

    const { keys } = second;
    if (keys.role !== 'staff') throw new Error(keys.role);
    expect(Object.keys(keys).sort()).toEqual(['board', 'box', 'identity', 'labels', 'role', 'settings']);
    expect([keys.labels.extractable, keys.settings.extractable, keys.board?.extractable]).toEqual([false, false, false]);
    expect(keys.identity).toEqual(await identityPoint(first.keys));
    const text = JSON.stringify(keys, (_, value: unknown) => (value instanceof Uint8Array ? [...value] : value));
    expect(text).not.toContain('secret');
  });

  it('makes an appointment whose link the doctors show, and nobody else', async () => {
    const { second } = await added('staff');
    const reception = await appointmentsOf(second);
    const made = await reception.create({ room: newRoom(), startsAt: Date.now(), durationMs: 600_000, label: 'B.B., by phone', maxUses: 3 });
    if (made.made.by !== 'us' || !made.made.link) throw new Error('no link');

    const [atTheDoctors] = await (await appointmentsOf(first)).list(0, 2 ** 52);

    expect(atTheDoctors).toEqual(made);
    const fragment = parseFragment(made.made.link.url.split('#')[1] ?? '');
    expect(fragment).toEqual({ roomKey: made.made.roomKey, practice: await identityHash(await identityPoint(first.keys)) });
    const [afterReload] = await (await appointmentsOf(second)).list(0, 2 ** 52);
    expect(afterReload?.made).toMatchObject({ by: 'practice', label: { text: 'B.B., by phone' }, invite: { uses: 0 } });
  });

  it('reads the doctors’ notes, and not their links', async () => {
    const { second } = await added('staff');
    await (await appointmentsOf(first)).create({ room: newRoom(), startsAt: Date.now(), durationMs: 600_000, label: 'A.M.', maxUses: 3 });

    const [one] = await (await appointmentsOf(second)).list(0, 2 ** 52);

    expect(one && labelOf(one)).toBe('A.M.');
    expect(one?.made.by).toBe('practice');
    expect(JSON.stringify(one)).not.toContain('roomKey');
  });

  it('leaves a next link to the doctors that a guest can’t work out from the first', async () => {
    const { second } = await added('staff');
    const reception = await appointmentsOf(second);
    const made = await reception.create({ room: newRoom(), startsAt: Date.now(), durationMs: 600_000, label: '', maxUses: 3 });
    if (made.made.by !== 'us' || !made.made.link) throw new Error('no link');
    await reception.revoke(made.made.link);
    const doctors = await appointmentsOf(first);
    const [without] = await doctors.list(0, 2 ** 52);

    if (without) await doctors.makeLink(without, 3);

    const [again] = await doctors.list(0, 2 ** 52);
    if (again?.made.by !== 'us' || !again.made.link) throw new Error('no link');
    expect(again.made.link.url).not.toBe(made.made.link.url);
    expect(again.made.issuer).not.toEqual(again.made.roomKey);
  });

  it('is refused at the door of a room', async () => {
    const { second } = await added('staff');
    const reception = await appointmentsOf(second);
    const { room } = await reception.create({ room: newRoom(), startsAt: Date.now(), durationMs: 600_000, label: '', maxUses: 3 });

    await expect(reception.token(room)).rejects.toMatchObject({ status: 403, code: 'permission_denied' });
  });

  it('has nothing to bring to another browser', async () => {
    const { second, other } = await added('staff');

    expect(await Vault.of(other, second)).toBeNull();
    expect(await other.backup()).toBeNull();
  });

  it('that the server calls a doctor gets nothing', async () => {
    const adds = await invites('staff');
    const { newcomer } = await comes(adds.link, 'Reception');
    const known = server.devices.get(newcomer.id);

    if (known) server.addDevice({ ...known, role: 'doctor' });

    expect(await comers(adds)).toEqual([]);
  });
});

it('an identity that can’t be kept is replaced by one that can', async () => {
  const bound = await Store.open(new IDBFactory());
  const device = await firstDeviceOf(bound);
  const backup = await bound.backup();
  if (backup?.state !== 'open') throw new Error('no backup');
  await bound.keepBackup(await openBackup({ ...(await materialOf(backup)), identity: null }));
  const before = await vaultOf(bound, device);
  expect(before.state.value).toBe('bound');
  await expect(before.makeFile(PASSPHRASE)).rejects.toThrow();

  const renewed = await before.renewIdentity();

  const after = await vaultOf(bound, renewed);
  expect(after.state.value).toBe('open');
  expect((renewed.keys as DoctorKeys).secret).toBe((device.keys as DoctorKeys).secret);
  expect(await identityPoint(renewed.keys)).not.toEqual(await identityPoint(device.keys));
  const file = await after.makeFile(PASSPHRASE);
  await after.keep(file);
  const { identity } = await after.unlock(PASSPHRASE);
  expect(identity.publicKey).toEqual(await identityPoint(renewed.keys));
  expect((await sign((renewed.keys as DoctorKeys).identity, identity.publicKey)).length).toBe(64);
});

async function firstDeviceOf(other: Store): Promise<Device> {
  server.codes.add('CODE');
  server.devices.clear();
  return firstDevice(other);
}

async function invites(role: Role, passphrase = PASSPHRASE): Promise<Adding> {
  if (first.keys.role !== 'doctor') throw new Error('the first is a doctor’s');
  adding = await Adding.begin({ devices, vault, keys: first.keys, origin: 'https://video.example.org' }, role, passphrase);
  return adding;
}

/** Another browser opens the link. */
async function comes(link: string, name: string): Promise<{ newcomer: Newcomer; other: Store }> {
  const [, code = '', key = ''] = /^https:\/\/video\.example\.org\/practice#add=([\w-]+)\.([\w-]{43})$/.exec(link) ?? [];
  const transferKey = readTransferKey(key);
  const other = await Store.open(new IDBFactory());
  const entry = await enter(other, { code, transferKey: transferKey ?? drawTransferKey() });
  if (entry.state !== 'enrolling' || !transferKey) throw new Error(link);
  const enrolment = await enrol(other, await begin(other, entry.pending), name);
  if (enrolment.state !== 'newcomer') throw new Error(enrolment.state);
  return { newcomer: enrolment.newcomer, other };
}

async function comers(adds: Adding) {
  const { value: before } = adds.state;
  await vi.advanceTimersByTimeAsync(2_000);
  // Each look says anew who has come.
  await vi.waitFor(() => expect(adds.state.value).not.toBe(before), { timeout: 10_000 });
  return adds.state.value.name === 'inviting' ? adds.state.value.comers : [];
}

async function collected(other: Store, newcomer: Newcomer): Promise<Device> {
  const enrolment = await collect(other, newcomer);
  if (enrolment?.state !== 'enrolled') throw new Error('not confirmed');
  return enrolment.device;
}

async function added(role: Role): Promise<{ second: Device; other: Store }> {
  const adds = await invites(role);
  const { newcomer, other } = await comes(adds.link, role);
  const [comer] = await comers(adds);
  if (!comer) throw new Error('nobody came');
  await adds.confirm(comer);
  return { second: await collected(other, newcomer), other };
}

async function vaultOf(of: Store, device: Device): Promise<Vault> {
  const found = await Vault.of(of, device);
  if (!found) throw new Error('no vault');
  return found;
}

function appointmentsOf(device: Device): Promise<Appointments> {
  return Appointments.of(new Session(device, new ServerClock()), device, 'https://video.example.org');
}

function base64url(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64url');
}

const PASSPHRASE = 'eins zwei drei vier';
