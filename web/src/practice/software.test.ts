// @vitest-environment happy-dom
import { IDBFactory } from 'fake-indexeddb';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { openWelcome } from '../consent/welcome.ts';
import type { PracticeOptions } from '../drive/visit.ts';
import { decodeBase64url, encodeBase64url, utf8 } from '../sealed/bytes.ts';
import { sha256 } from '../sealed/crypto.ts';
import { encodeFragment, identityHash, parseFragment, roomKey } from '../sealed/links.ts';
import { newRoom } from './appointments.ts';
import { Console } from './console.ts';
import { boardKey, identityPoint, labelKey, publicPoint, settingsKey } from './keys.ts';
import { firstDevice, lobby, PretendLines, PretendServer, type PretendVisit, pretendDevices, pretendVisit } from './pretend.ts';
import { accessOf, readSoftware, softwareProblem } from './software.ts';
import { openSoftwareLabel, sealSoftwareLabel, takeSoftwareApart } from './software-label.ts';
import { type Device, Store } from './store.ts';

const ORIGIN = 'https://video.example.org';
let server: PretendServer;
let device: Device;
let lines: PretendLines;
let visits: Map<string, PretendVisit>;
let options: PracticeOptions[];
let console: Console;

beforeEach(async () => {
  localStorage.clear();
  server = new PretendServer();
  server.codes.add('CODE');
  vi.stubGlobal('fetch', server.fetch);
  device = await firstDevice(await Store.open(new IDBFactory()));
  lines = new PretendLines();
  visits = new Map();
  options = [];
  console = await opens(device);
});
afterEach(() => {
  console.dispose();
  vi.unstubAllGlobals();
});

describe('a name of software', () => {
  it.each([
    ['booking', null],
    ['pvs-2', null],
    ['', 'shape'],
    ['Booking', 'shape'],
    ['hour:1', 'shape'],
    ['b'.repeat(41), 'shape'],
    ['console', 'reserved'],
    ['reception', 'reserved'],
    ['portal', 'taken'],
  ])('%j: %s', (name, problem) => expect(softwareProblem(name, ['portal'])).toBe(problem));

  it('is one of twenty at the most', () => {
    const many = Array.from({ length: 20 }, (_, at) => `portal-${at}`);

    expect(softwareProblem('booking', many)).toBe('too-many');
    expect(readSoftware([...many, 'booking', 7])).toEqual(many);
    expect(readSoftware('booking')).toEqual([]);
  });
});

describe('the access of software', () => {
  it('gives the keys of its rooms, and of no others', async () => {
    const room = await makes('booking');
    await connects('booking');
    const { VISITE_ISSUER_SECRET: secret = '', VISITE_PRACTICE_HASH: hash, VISITE_PRACTICE: practice, VISITE_ADDRESS: address, VISITE_ISSUER: issuer } = await access('booking');

    const key = await roomKey(decodeBase64url(secret) ?? new Uint8Array(), room);

    expect([address, practice, issuer]).toEqual([ORIGIN, device.practice, 'booking']);
    expect(hash).toBe(encodeBase64url(await identityHash(await identityPoint(device.keys))));
    expect(options.map((one) => [one.room, one.roomKey])).toEqual([[room, key]]);
    expect((await access('portal'))['VISITE_ISSUER_SECRET']).not.toBe(secret);
    expect((await access('console'))['VISITE_ISSUER_SECRET']).not.toBe(secret);
  });
});

describe('guests of rooms that software has made', () => {
  it('are not met before it is connected, nor when it is not any more', async () => {
    const room = await makes('booking');
    await console.refresh();
    expect(console.appointments.value[0]?.made).toEqual({ by: 'program', issuer: 'booking' });
    expect(visits.size).toBe(0);

    await connects('booking');
    expect(console.appointments.value[0]?.made).toMatchObject({ by: 'us', software: 'booking', link: null });
    expect([...visits.keys()]).toEqual([room]);

    await connects();
    await vi.waitFor(() => expect(console.appointments.value[0]?.made).toEqual({ by: 'program', issuer: 'booking' }));
    expect(console.watch.visits.value.size).toBe(0);
  });

  it('are met by a page that is opened later, at its first look', async () => {
    const room = await makes('booking');
    await connects('booking');
    console.dispose();
    visits.clear();

    console = await opens(device);
    await console.refresh();

    expect([...visits.keys()]).toEqual([room]);
  });

  it('sit where the software has asked them in, as what it says they are', async () => {
    await makes('booking', { text: 'Wunde', seats: { 3: 'interpreter' } }, [1, 2, 3]);
    await connects('booking');

    expect(options[0]?.seats).toEqual([
      { seat: 1, part: 'patient' },
      { seat: 2, part: 'companion' },
      { seat: 3, part: 'interpreter' },
    ]);
  });

  it('read who the practice is, as all others do', async () => {
    const room = await makes('booking', { text: 'Wunde am Knie' });
    await connects('booking');

    await vi.waitFor(() => expect(server.rooms.get(room)?.sealed_welcome).toBeTruthy());
    const { VISITE_ISSUER_SECRET: secret = '', VISITE_PRACTICE_HASH: hash = '' } = await access('booking');
    const key = await roomKey(decodeBase64url(secret) ?? new Uint8Array(), room);
    const link = parseFragment(encodeFragment({ roomKey: key, practice: decodeBase64url(hash) ?? new Uint8Array() }));
    const welcome = await openWelcome(server.rooms.get(room)?.sealed_welcome ?? '', room, link);
    expect(welcome.practice).toBe(device.practiceName);
  });
});

describe('what software notes', () => {
  it('the doctors read, the reception from when a doctor’s device has seen it, and it stays below the practice’s own note', async () => {
    const room = await makes('booking', { text: 'Wunde am Knie' });
    const before = server.rooms.get(room)?.sealed_label;
    await connects('booking');
    expect(console.appointments.value[0]?.made).toMatchObject({ label: { text: 'Wunde am Knie' } });
    await vi.waitFor(() => expect(server.rooms.get(room)?.sealed_label).not.toBe(before));

    const reception = await opens({ ...device, id: server.addDevice({ role: 'staff' }).id, keys: await staffKeys() });
    await reception.refresh();
    await vi.waitFor(() => expect(reception.appointments.value[0]?.made).toMatchObject({ by: 'practice', software: 'booking', label: { text: 'Wunde am Knie' } }));
    const [there] = reception.appointments.value;
    if (there) await reception.desk.note(there, '');
    reception.dispose();
    await console.refresh();

    expect(console.appointments.value[0]?.made).toMatchObject({ label: { text: 'Wunde am Knie' }, isLabelled: true });
    expect(console.watch.visits.value.size).toBe(1);
  });

  it('by another key than the room’s is not shown', async () => {
    const [room, other] = [newRoom(), newRoom()];
    const key = new Uint8Array(32).fill(7);
    const { sealedBySoftware, label } = takeSoftwareApart(await sealSoftwareLabel(key, room, { text: 'Wunde' }));
    if (!sealedBySoftware) throw new Error('it was sealed');

    expect(label.length).toBe(0);
    expect(await openSoftwareLabel(key, room, sealedBySoftware)).toEqual({ text: 'Wunde' });
    expect(await openSoftwareLabel(key, other, sealedBySoftware)).toBeNull();
    expect(await openSoftwareLabel(await sha256(key), room, sealedBySoftware)).toBeNull();
  });

  it('is one line of plain text, and leaves room for the practice’s note', async () => {
    const key = new Uint8Array(32).fill(7);
    const room = newRoom();
    const { sealedBySoftware } = takeSoftwareApart(await sealSoftwareLabel(key, room, { text: 'a\u202Eb\nc' }));

    expect(sealedBySoftware && (await openSoftwareLabel(key, room, sealedBySoftware))).toEqual({ text: 'ab c' });
    await expect(sealSoftwareLabel(key, room, { text: 'ä'.repeat(201) })).rejects.toThrow(RangeError);
    expect(takeSoftwareApart(Uint8Array.of(3, 255, 255, 1)).sealedBySoftware).toBeNull();
    expect(takeSoftwareApart(utf8('something else')).sealedBySoftware).toBeNull();
  });
});

it('rooms of software are moved and called off as all others', async () => {
  const room = await makes('booking');
  await connects('booking');

  await console.desk.move(room, Date.now() + 3_600_000, 600_000);
  expect(server.rooms.get(room)?.epoch).toBe(2);
  await console.desk.cancel(room);

  expect(server.rooms.get(room)?.state).toBe('closed');
});

it('what guests read stays as it is when software is connected, and another device’s change is not overwritten', async () => {
  const { identity, settings } = console;
  if (!identity) throw new Error('a doctor’s device');
  await settings.load();
  await settings.savePhone('030 1234567', identity);
  const { made } = settings.document.value ?? {};
  await settings.saveSoftware(['booking'], identity);
  expect(settings.document.value).toMatchObject({ phone: '030 1234567', made });

  const second = await opens(device);
  await second.settings.load();
  await settings.savePhone('030 7654321', identity);
  expect(await second.settings.saveSoftware([], identity)).toBe('conflict');

  expect(second.settings.software.value).toEqual(['booking']);
  second.dispose();
});

async function opens(as: Device): Promise<Console> {
  const visit = (given: PracticeOptions) => {
    const made = pretendVisit(lobby('Anna M.'));
    visits.set(given.room, made);
    options.push(given);
    return made;
  };
  return Console.open({ device: as, origin: ORIGIN, language: 'de', local: pretendDevices(), visit, openLine: lines.openLine(as.id) });
}

/** As an integrator's program does. */
async function makes(issuer: string, label?: Parameters<typeof sealSoftwareLabel>[2], seats = [1]): Promise<string> {
  const room = newRoom();
  const secret = decodeBase64url((await access(issuer))['VISITE_ISSUER_SECRET'] ?? '') ?? new Uint8Array();
  const sealed_label = label ? encodeBase64url(await sealSoftwareLabel(await roomKey(secret, room), room, label)) : '';
  server.add({ id: room, issuer, sealed_label, invites: seats.map((seat) => ({ id: newRoom(), seat, max_uses: 3, uses: 0, revoked: false, sha256: '' })) });
  return room;
}

async function access(issuer: string): Promise<Readonly<Record<string, string>>> {
  if (device.keys.role !== 'doctor') throw new Error('a doctor’s device');
  const text = await accessOf(issuer, device.practice, device.keys, ORIGIN);
  return Object.fromEntries(text.split('\n').map((line) => line.split(/=(.*)/s)));
}

async function connects(...names: readonly string[]): Promise<void> {
  if (!console.identity) throw new Error('a doctor’s device');
  await console.settings.load();
  expect(await console.settings.saveSoftware(names, console.identity)).toBe('saved');
  await console.refresh();
}

async function staffKeys(): Promise<Device['keys']> {
  const { keys } = device;
  const board = await boardKey(keys);
  if (keys.role !== 'doctor' || !board) throw new Error('a doctor’s device');
  return { role: 'staff', labels: await labelKey(keys), settings: await settingsKey(keys), board, identity: await identityPoint(keys), box: await publicPoint(keys.box) };
}
