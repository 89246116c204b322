// @vitest-environment happy-dom
import { IDBFactory } from 'fake-indexeddb';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { PracticeOptions } from '../drive/visit.ts';
import { Console } from './console.ts';
import { firstDevice, inCall, PretendServer, type PretendVisit, pretendDevices, pretendVisit } from './pretend.ts';
import { type Device, Store } from './store.ts';

let server: PretendServer;
let device: Device;
let visits: Map<string, PretendVisit>;
let console: Console;
beforeEach(async () => {
  server = new PretendServer();
  server.codes.add('CODE');
  vi.stubGlobal('fetch', server.fetch);
  const store = await Store.open(new IDBFactory());
  device = await firstDevice(store);
  visits = new Map();
  console = await Console.open({ device, origin: 'https://video.example.org', language: 'de', local: pretendDevices(), visit });
  await console.refresh();
});
afterEach(() => {
  console.dispose();
  vi.unstubAllGlobals();
});

it('an empty day is known to be empty', () => {
  expect([console.state.value, console.appointments.value]).toEqual(['fresh', []]);
});

it('a visit that begins now is on the list and its waiting room open', async () => {
  const { room } = await console.createNow();

  expect(console.appointments.value.map((one) => one.room)).toEqual([room]);
  expect([...visits.keys()]).toEqual([room]);
  expect(visits.get(room)?.asked).toEqual(['start']);
});

it('an appointment that is far off is on the list all the same', async () => {
  await console.create({ room: 'c'.repeat(32), startsAt: Date.now() + 100 * 86_400_000, durationMs: 600_000, label: '', maxUses: 1 });

  expect(console.appointments.value.length).toBe(1);
  expect(visits.size).toBe(0);
});

it('without the server the list stays, and comes back by itself', async () => {
  await console.createNow();
  server.isDown = true;
  await console.refresh();
  expect([console.state.value, console.appointments.value.length]).toEqual(['unreachable', 1]);

  server.isDown = false;
  dispatchEvent(new Event('online'));

  await vi.waitFor(() => expect(console.state.value).toBe('fresh'));
});

it('a revoked device leaves its waiting rooms', async () => {
  const { room } = await console.createNow();
  server.devices.clear();
  server.tokens.clear();

  await console.refresh();

  expect(console.state.value).toBe('revoked');
  expect(visits.get(room)?.asked).toEqual(['start', 'dispose']);
});

it('a cancelled one is left before anybody could be told by the server', async () => {
  const { room } = await console.createNow();

  await console.cancel(room);

  expect(visits.get(room)?.asked).toEqual(['start', 'dispose']);
  expect(console.appointments.value[0]?.isCancelled).toBe(true);
  expect(console.watch.ended.value).toEqual([]);
});

it('a link is revoked, and another one made', async () => {
  const first = await console.createNow();
  if (first.made.by !== 'us' || !first.made.link) throw new Error('no link');
  await console.revoke(first.made.link);
  const [without] = console.appointments.value;
  if (without?.made.by !== 'us') throw new Error('not ours');
  expect(without.made.link).toBeNull();

  await console.makeLink(without, 3);

  expect(console.appointments.value[0]?.made).toMatchObject({ links: 2, link: { maxUses: 3 } });
});

it('says with whom somebody talks', async () => {
  const { room } = await console.createNow();
  expect(console.talking.value).toBeNull();

  const visit = visits.get(room);
  if (visit) visit.call.value = { ...visit.call.value, phase: inCall('Anna M.', Date.now()) };

  expect(console.talking.value?.room).toBe(room);
});

it('what guests read first is renewed for every appointment to come, and again where the server could not be asked', async () => {
  const { room } = await console.createNow();
  const cancelled = await console.createNow();
  await console.cancel(cancelled.room);
  const welcome = () => server.rooms.get(room)?.sealed_welcome;
  const [before, gone] = [welcome(), server.rooms.get(cancelled.room)?.sealed_welcome];
  expect(before).toMatch(/^[\w-]{5000,}$/);
  server.refusals.set(`rooms/${room}/welcome`, { status: 503, code: 'unavailable' });

  await console.renewWelcomes();
  expect([welcome(), console.state.value]).toEqual([before, 'unreachable']);
  await console.refresh();

  expect(welcome()).toMatch(/^[\w-]{5000,}$/);
  expect(welcome()).not.toBe(before);
  expect(server.rooms.get(cancelled.room)?.sealed_welcome).toBe(gone);
  await console.refresh();
  expect(server.asked.filter((path) => path === `rooms/${room}/welcome`).length).toBe(2);
});

it('gives its visits a room token of its own', async () => {
  let options: PracticeOptions | undefined;
  console.dispose();
  console = await Console.open({
    device,
    origin: 'https://video.example.org',
    language: 'de',
    local: pretendDevices(),
    visit: (given) => {
      options = given;
      return pretendVisit();
    },
  });

  await console.createNow();

  expect(options).toMatchObject({ device: device.id, name: 'Praxis am Finkenweg' });
  expect(await options?.token()).toBe('room-token');
});

function visit({ room }: PracticeOptions): PretendVisit {
  const made = pretendVisit();
  visits.set(room, made);
  return made;
}
