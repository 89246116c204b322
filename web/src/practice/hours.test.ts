import { IDBFactory } from 'fake-indexeddb';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { hourRoomKey, inviteHash, parseFragment } from '../sealed/links.ts';
import { Appointments } from './appointments.ts';
import { ServerClock } from './clock.ts';
import { Hours } from './hours.ts';
import { keysOf, makeMaterial } from './material.ts';
import { firstDevice, PretendServer } from './pretend.ts';
import { Session } from './session.ts';
import { type Device, Store } from './store.ts';

let server: PretendServer;
let device: Device;
let session: Session;
let hours: Hours;
beforeEach(async () => {
  server = new PretendServer();
  server.codes.add('CODE');
  vi.stubGlobal('fetch', server.fetch);
  device = await firstDevice(await Store.open(new IDBFactory()));
  session = new Session(device, new ServerClock());
  hours = await Hours.of(session, device.keys, ORIGIN);
});
afterEach(() => void vi.unstubAllGlobals());

it('has a lasting link, which opens and closes', async () => {
  await hours.create('Montags');
  const [hour] = hours.list.value ?? [];
  if (!hour?.url) throw new Error('no link');
  expect(hour).toMatchObject({ name: 'Montags', openUntil: null });
  expect(server.hours.get(hour.id)?.sha256).toBe(await inviteHash(hour.url.split('/v/')[1]?.slice(0, 22) ?? ''));
  expect(JSON.stringify([...server.hours])).not.toContain('Montags');

  await hours.open(hour, NOW + 3_600_000);
  expect(hours.list.value?.[0]).toEqual({ ...hour, openUntil: NOW + 3_600_000 });
  await hours.close(hour);
  expect(hours.list.value?.[0]).toEqual(hour);
});

it('renewed has another link, and the old one is gone', async () => {
  await hours.create('Montags');
  const [before] = hours.list.value ?? [];
  if (before) await hours.renew(before);

  const [after] = hours.list.value ?? [];
  expect(hours.list.value?.length).toBe(1);
  expect(after?.name).toBe('Montags');
  expect(after?.url).not.toBe(before?.url);
  expect(server.hours.get(before?.id ?? '')?.revoked).toBe(true);
});

it('made with other keys is not shown', async () => {
  await (await Hours.of(session, await keysOf(await makeMaterial()), ORIGIN)).create('not ours');

  await hours.refresh();

  expect(hours.list.value).toEqual([]);
});

it('who comes by it has a room whose key both sides know, before anybody has labelled it', async () => {
  await hours.create('Montags');
  const [hour] = hours.list.value ?? [];
  const { id } = server.enter(hour?.id ?? '');
  const appointments = await Appointments.of(session, device, ORIGIN, null, { isOurHour: (one) => hours.isOurs(one), isConnected: () => false });
  const list = () => appointments.list(NOW - 60_000, NOW + 60_000);

  const [room] = await list();

  if (room?.made.by !== 'us') throw new Error('not ours');
  expect(room).toMatchObject({ room: id, made: { hour: hour?.id, isLabelled: false, link: null } });
  expect(room.made.roomKey).toEqual(await hourRoomKey(parseFragment(hour?.url?.split('#')[1] ?? '').roomKey, id));
  await appointments.relabel(room, { text: '' });
  expect((await list())[0]?.made).toMatchObject({ isLabelled: true });
});

it('a room of an hour that is not ours is none of ours', async () => {
  server.enter('f'.repeat(32));
  const appointments = await Appointments.of(session, device, ORIGIN, null, { isOurHour: (one) => hours.isOurs(one), isConnected: () => false });

  expect((await appointments.list(NOW - 60_000, NOW + 60_000)).map(({ made }) => made.by)).toEqual(['program']);
});

const NOW = Date.now();
const ORIGIN = 'https://video.example.org';
