// @vitest-environment happy-dom
import { IDBFactory } from 'fake-indexeddb';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Phase } from '../call/model.ts';
import type { PracticeOptions } from '../drive/visit.ts';
import { openBoard } from './board.ts';
import { Console } from './console.ts';
import { identityPoint, labelKey, publicPoint, settingsKey, boardKey, type Keys } from './keys.ts';
import { firstDevice, inCall, lobby, PretendLines, PretendServer, type PretendVisit, pretendDevices, pretendVisit } from './pretend.ts';
import { type Device, Store } from './store.ts';

let server: PretendServer;
let device: Device;
let visits: Map<string, PretendVisit>;
let console: Console;
let lines: PretendLines;
beforeEach(async () => {
  server = new PretendServer();
  server.codes.add('CODE');
  vi.stubGlobal('fetch', server.fetch);
  const store = await Store.open(new IDBFactory());
  device = await firstDevice(store);
  visits = new Map();
  lines = new PretendLines();
  console = await Console.open({ device, origin: 'https://video.example.org', language: 'de', local: pretendDevices(), visit, openLine: lines.openLine(device.id) });
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
  const { room } = await console.desk.createNow();

  expect(console.appointments.value.map((one) => one.room)).toEqual([room]);
  expect([...visits.keys()]).toEqual([room]);
  expect(visits.get(room)?.asked).toEqual(['start']);
});

it('an appointment that is far off is on the list all the same', async () => {
  await console.desk.create({ room: 'c'.repeat(32), startsAt: Date.now() + 100 * 86_400_000, durationMs: 600_000, label: '', maxUses: 1 });

  expect(console.appointments.value.length).toBe(1);
  expect(visits.size).toBe(0);
});

it('without the server the list stays, and comes back by itself', async () => {
  await console.desk.createNow();
  server.isDown = true;
  await console.refresh();
  expect([console.state.value, console.appointments.value.length]).toEqual(['unreachable', 1]);

  server.isDown = false;
  dispatchEvent(new Event('online'));

  await vi.waitFor(() => expect(console.state.value).toBe('fresh'));
});

it('once it is closed it asks the server for nothing that would follow', async () => {
  const asked = console.desk.create({ room: 'c'.repeat(32), startsAt: Date.now(), durationMs: 600_000, label: '', maxUses: 1 });
  await vi.waitFor(() => expect(server.asked).toContain('rooms'));
  const before = server.asked.length;

  console.dispose();
  await asked;

  expect(server.asked.slice(before)).toEqual([]);
});

it('a revoked device leaves its waiting rooms', async () => {
  const { room } = await console.desk.createNow();
  server.devices.clear();
  server.tokens.clear();

  await console.refresh();

  expect(console.state.value).toBe('revoked');
  expect(visits.get(room)?.asked).toEqual(['start', 'dispose']);
});

it('a cancelled one is left before anybody could be told by the server', async () => {
  const { room } = await console.desk.createNow();

  await console.desk.cancel(room);

  expect(visits.get(room)?.asked).toEqual(['start', 'dispose']);
  expect(console.appointments.value[0]?.isCancelled).toBe(true);
  expect(console.watch.ended.value).toEqual([]);
});

it('a link is revoked, and another one made', async () => {
  const first = await console.desk.createNow();
  if (first.made.by !== 'us' || !first.made.link) throw new Error('no link');
  await console.desk.revoke(first.made.link, first.startsAt);
  const [without] = console.appointments.value;
  if (without?.made.by !== 'us') throw new Error('not ours');
  expect(without.made.link).toBeNull();

  await console.desk.makeLink(without, 3);

  expect(console.appointments.value[0]?.made).toMatchObject({ links: 2, link: { maxUses: 3 } });
});

it('says with whom somebody talks', async () => {
  const { room } = await console.desk.createNow();
  expect(console.talking.value).toBeNull();

  const visit = visits.get(room);
  if (visit) visit.call.value = { ...visit.call.value, phase: inCall('Anna M.', Date.now()) };

  expect(console.talking.value?.room).toBe(room);
});

it('what guests read first is renewed for every appointment to come, and again where the server could not be asked', async () => {
  const { room } = await console.desk.createNow();
  const cancelled = await console.desk.createNow();
  await console.desk.cancel(cancelled.room);
  const welcome = () => server.rooms.get(room)?.sealed_welcome;
  const [before, gone] = [welcome(), server.rooms.get(cancelled.room)?.sealed_welcome];
  expect(before).toMatch(/^[\w-]{5000,}$/);
  server.refusals.set(`rooms/${room}/welcome`, { status: 503, code: 'unavailable' });

  await console.renewWelcomes();
  expect(welcome()).toBe(before);
  await console.refresh();

  await vi.waitFor(() => expect(welcome()).not.toBe(before));
  expect(welcome()).toMatch(/^[\w-]{5000,}$/);
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
    openLine: lines.openLine(device.id),
    visit: (given) => {
      options = given;
      return pretendVisit();
    },
  });

  await console.desk.createNow();

  expect(options).toMatchObject({ device: device.id, name: 'Praxis am Finkenweg' });
  expect(await options?.token()).toBe('room-token');
});

it('one series is made once, however often it has to be sent, and ends from where one wishes', async () => {
  const day = 86_400_000;
  const drafts = [0, 7, 14].map((days, at) => ({ room: String(at).repeat(32), startsAt: Date.now() + days * day, durationMs: 600_000, label: 'A.M.', maxUses: 1, series: 'f'.repeat(32) }));
  server.refusals.set('rooms', { status: 503, code: 'unavailable' });
  await expect(console.desk.createAll(drafts)).rejects.toMatchObject({ status: 503 });
  await console.desk.createAll(drafts);
  expect([...server.rooms.keys()].sort()).toEqual(drafts.map(({ room }) => room));

  const [first] = console.appointments.value;
  const rest = first ? await console.desk.restOfSeries(first) : [];
  expect(rest.map(({ room }) => room)).toEqual(drafts.map(({ room }) => room));
  await console.desk.cancel(...rest.slice(1).map(({ room }) => room));

  expect([...server.rooms.values()].map(({ state }) => state)).toEqual(['open', 'closed', 'closed']);
});

it('a second guest is asked in with a link of their own, and out again', async () => {
  const first = await console.desk.createNow();

  expect(await console.desk.addGuest(first, 'interpreter')).toBe(true);
  const [asked] = console.appointments.value;
  if (asked?.made.by !== 'us') throw new Error('not ours');
  expect(asked.made.others).toMatchObject([{ seat: 2, part: 'interpreter', link: { uses: 0 } }]);
  expect(await console.desk.addGuest(asked, 'companion')).toBe(true);
  const [full] = console.appointments.value;
  expect(full && (await console.desk.addGuest(full, 'colleague'))).toBe(false);

  const [interpreter] = asked.made.others;
  if (full && interpreter) await console.desk.removeGuest(full, interpreter);

  expect(console.appointments.value[0]?.made).toMatchObject({ others: [{ seat: 3, part: 'companion' }] });
});

it('from one to the next: one is put back or sent away, and the next is let in', async () => {
  const [{ room: one }, { room: other }] = [await console.desk.createNow(), await console.desk.createNow()];
  const [talking, waiting] = [visits.get(one), visits.get(other)];
  if (!talking || !waiting) throw new Error('no visits');
  talking.call.value = { ...talking.call.value, phase: inCall('Anna M.', Date.now()) };
  waiting.call.value = { ...waiting.call.value, phase: lobby('Bernd B.') };
  const next = console.waiting.present.value.find(({ room }) => room === other);
  if (!next) throw new Error('nobody is next');

  console.waiting.goOn('hold', next);
  console.waiting.goOn('hang-up', next);

  expect(talking.asked).toEqual(['start', 'hold', 'hang up']);
  expect(waiting.asked).toEqual(['start', 'admit', 'admit']);
  expect(await console.waiting.tell([next], 'gleich')).toBe(1);
  expect(waiting.asked.at(-1)).toBe('tell gleich');
});

it('who comes to an open hour waits in a room that the practice knows as its own', async () => {
  await console.hours.create('');
  const [hour] = console.hours.list.value ?? [];
  const { id } = server.enter(hour?.id ?? '');

  await console.refresh();

  expect([...visits.keys()]).toEqual([id]);
  await vi.waitFor(() => expect(server.rooms.get(id)?.sealed_label).not.toBe(''));
});

it('two windows of one device have one board: nobody who waits in one is lost to the others by the other one', async () => {
  const said: string[] = [];
  const openLine = () => ({ open: () => {}, close: () => {}, board: (data: string) => void said.push(data) });
  const second = await Console.open({ device, origin: 'https://video.example.org', language: 'de', local: pretendDevices(), visit: () => pretendVisit({ name: 'over', reason: 'occupied' }), openLine });
  const { room } = await console.desk.createNow();
  const visit = visits.get(room);
  if (visit) visit.call.value = { ...visit.call.value, phase: lobby('Anna M.') };

  await vi.waitFor(() => expect(second.waiting.present.value).toMatchObject([{ room, name: 'Anna M.', device: device.id, visit: null }]));
  const key = await boardKey(device.keys);
  const last = async () => (key ? openBoard(key, device.id, said.at(-1) ?? '') : null);
  await vi.waitFor(async () => expect((await last())?.guests).toMatchObject([{ room, name: 'Anna M.' }]));
  second.dispose();
});

describe('two devices', () => {
  let second: Console;
  let theirs: Map<string, PretendVisit>;
  afterEach(() => second.dispose());

  it('agree on who waits, and hand a guest over', async () => {
    await opensSecond(device.keys);
    const { room } = await console.desk.createNow();
    lines.change();
    await vi.waitFor(() => expect(theirs.has(room)).toBe(true));
    set(theirs, room, { name: 'over', reason: 'occupied' });
    set(visits, room, lobby('Anna M.'));

    await vi.waitFor(() => expect(second.waiting.present.value).toMatchObject([{ room, name: 'Anna M.', device: device.id, visit: null }]));
    expect(second.waiting.present.value[0]?.since).toBe(console.waiting.present.value[0]?.since);
    const [appointment] = console.appointments.value;
    if (appointment) await console.desk.handOver(appointment, SECOND);
    lines.change();
    await vi.waitFor(() => expect(theirs.get(room)?.asked).toEqual(['start', 'retry']));
    set(visits, room, { name: 'over', reason: 'taken-over' });
    set(theirs, room, lobby('Anna M.'));

    await vi.waitFor(() => expect(console.waiting.present.value).toMatchObject([{ room, name: 'Anna M.', device: SECOND }]));
    expect(second.waiting.present.value[0]).toMatchObject({ device: null, since: console.waiting.present.value[0]?.since });
  });

  it('of which one is the reception’s see the same waiting list, and it writes to who waits there', async () => {
    const { keys } = device;
    if (keys.role !== 'doctor') throw new Error('not a doctor’s');
    const board = await boardKey(keys);
    const staff = { role: 'staff' as const, labels: await labelKey(keys), settings: await settingsKey(keys), identity: await identityPoint(keys), box: await publicPoint(keys.box) };
    await opensSecond(board ? { ...staff, board } : staff);
    const { room } = await console.desk.createNow();
    set(visits, room, lobby('Anna M.'));

    await vi.waitFor(() => expect(second.waiting.present.value).toMatchObject([{ room, name: 'Anna M.', state: 'waiting', device: device.id }]));
    expect(second.watch.visits.value.size).toBe(0);
    expect(second.deviceName(device.id)).toBe('Reception');

    expect(await second.waiting.tell(second.waiting.present.value, 'Ten minutes more.')).toBe(1);
    expect(visits.get(room)?.asked).toEqual(['start', 'tell Ten minutes more.']);
    await vi.waitFor(() => expect(second.waiting.present.value[0]?.told).toBe(console.waiting.present.value[0]?.told));
    expect(second.waiting.present.value[0]?.told).not.toBeNull();
  });

  async function opensSecond(keys: Keys) {
    theirs = new Map();
    server.addDevice({ id: SECOND, name: 'Zimmer 2', role: keys.role });
    const visit = ({ room }: PracticeOptions) => {
      const made = pretendVisit({ name: 'joining', trouble: null });
      theirs.set(room, made);
      return made;
    };
    second = await Console.open({ device: { ...device, id: SECOND, keys }, origin: 'https://video.example.org', language: 'de', local: pretendDevices(), visit, openLine: lines.openLine(SECOND) });
    await second.refresh();
  }

  function set(all: Map<string, PretendVisit>, room: string, phase: Phase) {
    const visit = all.get(room);
    if (visit) visit.call.value = { ...visit.call.value, phase };
  }
});

const SECOND = 'b'.repeat(32);

function visit({ room }: PracticeOptions): PretendVisit {
  const made = pretendVisit();
  visits.set(room, made);
  return made;
}
