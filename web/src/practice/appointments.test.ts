import { IDBFactory } from 'fake-indexeddb';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { sealReply } from '../consent/reply.ts';
import { encodeBase64url } from '../sealed/bytes.ts';
import { identityHash, inviteHash, parseFragment } from '../sealed/links.ts';
import { type Appointment, Appointments, type Draft, newRoom } from './appointments.ts';
import { ServerClock } from './clock.ts';
import { identityPoint, labelKey, publicPoint, settingsKey } from './keys.ts';
import { keysOf, makeMaterial } from './material.ts';
import { firstDevice, PretendServer } from './pretend.ts';
import { Session } from './session.ts';
import { type Device, Store } from './store.ts';

let server: PretendServer;
let device: Device;
let appointments: Appointments;
beforeEach(async () => {
  server = new PretendServer();
  server.codes.add('CODE');
  vi.stubGlobal('fetch', server.fetch);
  const store = await Store.open(new IDBFactory());
  device = await firstDevice(store);
  appointments = await of(device);
});
afterEach(() => {
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

describe('an appointment', () => {
  it('has a link that carries its key and names the practice, and the server has only the hash', async () => {
    const { room, made } = await appointments.create(draft());

    if (made.by !== 'us' || !made.link) throw new Error('no link');
    expect(made.link.url).toMatch(/^https:\/\/video\.example\.org\/v\/[\w-]{22}#[\w-]{66}$/);
    const [address = '', fragment = ''] = made.link.url.split('#');
    const { roomKey, practice } = parseFragment(fragment);
    expect(roomKey).toEqual(made.roomKey);
    expect(practice).toEqual(await identityHash(await identityPoint(device.keys)));
    expect(server.rooms.get(room)?.invites[0]?.sha256).toBe(await inviteHash(address.slice(-22)));
    expect(JSON.stringify([...server.rooms])).not.toContain(encodeBase64url(roomKey));
  });

  it('is made once, however often the answer is lost', async () => {
    const wish = draft();
    server.losesAnswer.add('rooms');
    await expect(appointments.create(wish)).rejects.toMatchObject({ code: 'offline' });

    const { room } = await appointments.create(wish);
    await appointments.create(wish);

    expect([...server.rooms.keys()]).toEqual([room]);
    expect(server.asked.filter((path) => path === 'rooms').length).toBe(2);
  });

  it('that was changed after a lost answer is made as it is wished for now, and not twice', async () => {
    const wish = draft({ label: 'A.M.' });
    server.losesAnswer.add('rooms');
    await expect(appointments.create(wish)).rejects.toMatchObject({ code: 'offline' });

    const { room, made } = await appointments.create({ ...wish, startsAt: START + 600_000, label: 'A.M., cough' });

    expect(made).toMatchObject({ label: { text: 'A.M., cough' }, link: { uses: 0 } });
    expect([...server.rooms.values()].filter(({ state }) => state === 'open').map(({ id, starts_at }) => [id, starts_at])).toEqual([[room, START + 600_000]]);
  });

  it('that the server refused may be asked for anew, whatever was changed', async () => {
    const wish = draft();
    server.refusals.set('rooms', { status: 400, code: 'invalid_argument', field: 'duration' });
    await expect(appointments.create(wish)).rejects.toMatchObject({ field: 'duration' });

    const { room, endsAt } = await appointments.create({ ...wish, durationMs: 600_000 });

    expect(endsAt).toBe(START + 600_000);
    expect([...server.rooms.keys()]).toEqual([room]);
  });

  it('is listed with its label and link', async () => {
    const created = await appointments.create(draft({ label: 'A.M., cough' }));

    expect(await all()).toEqual([created]);
    expect(created.made).toMatchObject({ by: 'us', label: { text: 'A.M., cough' }, links: 1, link: { uses: 0, maxUses: 2 } });
    expect(JSON.stringify([...server.rooms])).not.toContain('cough');
  });

  it('keeps its link when it is moved', async () => {
    const { room, made } = await appointments.create(draft());

    const moved = await appointments.move(room, START + 3_600_000, 600_000);

    expect(moved).toMatchObject({ startsAt: START + 3_600_000, endsAt: START + 4_200_000, epoch: 2, made });
  });

  it('is cancelled for good', async () => {
    const { room } = await appointments.create(draft());

    expect(await appointments.cancel(room)).toMatchObject({ isCancelled: true });
    expect(await appointments.cancel(room)).toMatchObject({ isCancelled: true });
    await expect(appointments.move(room, START, 600_000)).rejects.toMatchObject({ status: 409 });
  });
});

describe('a link', () => {
  it('that was revoked is gone, and the next one is another', async () => {
    const first = await appointments.create(draft());

    await appointments.revoke(linkOf(first));
    const [without] = await all();
    await appointments.makeLink(without ?? first, 3);
    const [second] = await all();

    expect(without?.made).toMatchObject({ link: null, links: 1 });
    expect(second?.made).toMatchObject({ links: 2, link: { maxUses: 3 } });
    expect(linkOf(second).url).not.toBe(linkOf(first).url);
    expect(linkOf(second).url.split('#')[1]).toBe(linkOf(first).url.split('#')[1]);
  });

  it('made twice at the same time is one', async () => {
    const first = await appointments.create(draft());
    await appointments.revoke(linkOf(first));

    await Promise.all([appointments.makeLink(first, 3), appointments.makeLink(first, 3)]);

    expect(server.rooms.get(first.room)?.invites.length).toBe(2);
  });
});

describe('a second and a third guest', () => {
  it('have links of their own, with the same key', async () => {
    const { made } = await appointments.create(draft({ others: ['interpreter', 'companion'] }));

    if (made.by !== 'us') throw new Error('not ours');
    expect(made.others.map(({ seat, part }) => [seat, part])).toEqual([[2, 'interpreter'], [3, 'companion']]);
    const urls = [made.link, ...made.others.map(({ link }) => link)].map((link) => link?.url ?? '');
    expect(new Set(urls).size).toBe(3);
    expect(new Set(urls.map((url) => url.split('#')[1])).size).toBe(1);
  });

  it('are asked in later, and out again', async () => {
    const first = await appointments.create(draft({ label: 'A.M.' }));

    await appointments.relabel(first, { text: 'A.M.', seats: { 2: 'colleague' } });
    await appointments.makeLink((await all())[0] ?? first, 3, 2);
    const [asked] = await all();
    if (asked?.made.by !== 'us') throw new Error('not ours');
    expect(asked.made.others).toMatchObject([{ seat: 2, part: 'colleague', links: 1, link: { maxUses: 3 } }]);
    expect(asked.made.link?.url).toBe(linkOf(first).url);

    const [guest] = asked.made.others;
    if (guest?.link) await appointments.revoke(guest.link);
    await appointments.relabel(asked, { text: 'A.M.' });
    expect((await all())[0]?.made).toMatchObject({ label: { text: 'A.M.' }, others: [], link: { url: linkOf(first).url } });
  });
});

it('a note is written anew, and what the reception sealed beside it stays', async () => {
  const staff = await of({ ...device, keys: await staffKeys(device) });
  const { room } = await staff.create(draft({ label: 'B.B.' }));
  const [before] = await all();
  if (before?.made.by !== 'us') throw new Error('not ours');

  await appointments.relabel(before, { text: 'B.B., Befund', to: 'd'.repeat(32) });
  const [seenByStaff] = await staff.list(START - 60_000, START + 86_400_000);
  if (seenByStaff) await staff.relabel(seenByStaff, { ...before.made.label, text: 'B.B., morgen' });

  const [after] = await all();
  expect(after).toMatchObject({ room, made: { by: 'us', label: { text: 'B.B., morgen' }, link: before.made.link } });
});

it('what the guest said beforehand is read, and gone when the appointment is moved', async () => {
  const { room, made } = await appointments.create(draft());
  if (made.by !== 'us') throw new Error('not ours');
  server.add({ ...server.rooms.get(room), id: room, sealed_reply: await sealReply({ kind: 'late', minutes: 10 }, room, made.roomKey), replied_at: START });

  expect((await all())[0]?.reply).toEqual({ kind: 'late', minutes: 10, at: START });
  await appointments.move(room, START + 60_000, 600_000);
  expect((await all())[0]?.reply).toBeNull();
});

it('what has not changed is the very same object when the list is read again', async () => {
  const [still, moved] = [await appointments.create(draft()), await appointments.create(draft({ startsAt: START + 60_000 }))];
  const before = await all();

  await appointments.move(moved.room, START + 120_000, 600_000);
  const after = await all();

  expect(after[0]?.room).toBe(still.room);
  expect(after[0]).toBe(before[0]);
  expect(after[1]).not.toBe(before[1]);
});

describe('what others made', () => {
  it('with another secret is listed without a link', async () => {
    const other = await of({ ...device, keys: await keysOf(await makeMaterial()) });
    await other.create(draft());

    expect((await all()).map(({ made }) => made)).toEqual([{ by: 'other-device' }]);
  });

  it('by a program is called by its name', async () => {
    server.add({ id: newRoom(), issuer: 'his-42', starts_at: START });

    expect((await all()).map(({ made }) => made)).toEqual([{ by: 'program', issuer: 'his-42' }]);
  });
});

it('the list has as many pages as it needs', async () => {
  server.pageSize = 2;
  for (let at = 0; at < 5; at += 1) await appointments.create(draft({ startsAt: START + at * 60_000 }));

  const starts = (await all()).map(({ startsAt }) => startsAt);

  expect(starts).toEqual([0, 1, 2, 3, 4].map((at) => START + at * 60_000));
  expect(server.asked.filter((path) => path === 'rooms/list').length).toBe(3);
});

describe('signing in', () => {
  it('happens once for many calls', async () => {
    await Promise.all([all(), all(), all()]);

    expect(server.asked.filter((path) => path === 'device/session').length).toBe(1);
  });

  it('is done anew when the server does not know the token any more', async () => {
    await all();
    server.tokens.clear();

    await Promise.all([all(), all()]);

    expect(server.asked.filter((path) => path === 'device/session').length).toBe(2);
  });

  it('is done anew before the token runs out', async () => {
    await all();
    vi.useFakeTimers({ now: Date.now() + 9.5 * 60_000, toFake: ['Date'] });

    await all();

    expect(server.asked.filter((path) => path === 'device/session').length).toBe(2);
  });

  it('that is refused twice means that the device is revoked', async () => {
    const session = new Session(device, new ServerClock());
    server.devices.clear();

    await expect(session.call('rooms/list', {})).rejects.toMatchObject({ code: 'sign_in_failed' });

    expect(session.isRevoked.value).toBe(true);
    expect(server.asked.filter((path) => path === 'device/session').length).toBe(2);
  });

  it('that could not be asked for means nothing', async () => {
    const session = new Session(device, new ServerClock());
    server.isDown = true;
    await expect(session.call('rooms/list', {})).rejects.toMatchObject({ code: 'offline' });

    server.isDown = false;
    await session.call('rooms/list', { from: 0, until: 1 });

    expect(session.isRevoked.value).toBe(false);
  });
});

function of(as: Device): Promise<Appointments> {
  return Appointments.of(new Session(as, new ServerClock()), as, 'https://video.example.org');
}

function all(): Promise<readonly Appointment[]> {
  return appointments.list(START - 60_000, START + 86_400_000);
}

async function staffKeys({ keys }: Device): Promise<Device['keys']> {
  if (keys.role !== 'doctor') throw new Error('not a doctor’s');
  return { role: 'staff', labels: await labelKey(keys), settings: await settingsKey(keys), identity: await identityPoint(keys), box: await publicPoint(keys.box) };
}

function linkOf(appointment: Appointment | undefined) {
  if (appointment?.made.by !== 'us' || !appointment.made.link) throw new Error('no link');
  return appointment.made.link;
}

function draft(change: Partial<Draft> = {}): Draft {
  return { room: newRoom(), startsAt: START, durationMs: 1_800_000, label: '', maxUses: 2, ...change };
}

const START = Math.floor(Date.now() / 60_000) * 60_000;
