import { beforeEach, describe, expect, it } from 'vitest';
import type { OverReason, Phase } from '../call/model.ts';
import type { SharedFile } from '../drive/visit.ts';
import type { Appointment } from './appointments.ts';
import { inCall, lobby, type PretendVisit, pretendVisit } from './pretend.ts';
import { Watch } from './watch.ts';

let begun: PretendVisit[];
let watch: Watch;
let first: Phase | undefined;
beforeEach(() => {
  begun = [];
  first = undefined;
  watch = new Watch(() => {
    const visit = pretendVisit(first);
    begun.push(visit);
    return visit;
  }, SELF);
});

describe('a waiting room', () => {
  it('is looked after from the moment its doors open until they close', () => {
    watch.update([ROOM], ROOM.opensAt - 1);
    expect(watch.visits.value.size).toBe(0);

    watch.update([ROOM], ROOM.opensAt);
    watch.update([ROOM], ROOM.opensAt + 1_000);
    expect([...watch.visits.value]).toEqual([[ROOM.room, begun[0]]]);

    watch.update([ROOM], ROOM.closesAt);
    expect(watch.visits.value.size).toBe(0);
    expect(begun.map(({ asked }) => asked)).toEqual([['dispose']]);
  });

  it('is left when its appointment is cancelled or disappears', () => {
    watch.update([ROOM, OTHER], NOW);
    watch.update([{ ...ROOM, isCancelled: true }], NOW);

    expect(watch.visits.value.size).toBe(0);
    expect(begun.map(({ asked }) => asked)).toEqual([['dispose'], ['dispose']]);
  });

  it('is entered anew when its appointment was moved', () => {
    watch.update([ROOM], NOW);
    watch.update([{ ...ROOM, epoch: 2 }], NOW);

    expect(begun.length).toBe(2);
    expect(watch.visits.value.get(ROOM.room)).toBe(begun[1]);
  });

  it('has a seat for everybody who was asked in meanwhile', () => {
    watch.update([ROOM], NOW);
    const { made } = ROOM;
    if (made.by !== 'us') throw new Error('not ours');
    const asked: Appointment = { ...ROOM, made: { ...made, others: [{ seat: 2, part: 'interpreter', link: null, links: 1 }] } };

    watch.update([asked], NOW);
    watch.update([{ ...asked }], NOW);

    expect(begun[0]?.asked).toEqual(['set seats 1 patient, 2 interpreter']);
  });

  it('of another device is left alone', () => {
    watch.update([{ ...ROOM, made: { by: 'other-device' } }], NOW);

    expect(begun).toEqual([]);
  });
});

describe('a guest who was handed', () => {
  it('to another device is left to it, and kept here until it comes', () => {
    watch.update([ROOM, to(OTHER, COLLEAGUE)], NOW);
    expect([...watch.visits.value.keys()]).toEqual([ROOM.room]);

    watch.update([to(ROOM, COLLEAGUE)], NOW);

    expect(watch.visits.value.get(ROOM.room)).toBe(begun[0]);
    expect(begun[0]?.asked).toEqual([]);
  });

  it('to this one is taken over from the one that had them', async () => {
    watch.update([ROOM], NOW);
    set(0, { name: 'over', reason: 'occupied' });
    await Promise.resolve();
    expect(begun[0]?.asked).toEqual([]);

    watch.update([to(ROOM, SELF)], NOW);
    await Promise.resolve();

    expect(begun[0]?.asked).toEqual(['retry']);
  });

  it('to this one is taken over also where this one comes later', async () => {
    first = { name: 'joining', trouble: null };
    watch.update([to(ROOM, SELF)], NOW);
    set(0, { name: 'over', reason: 'occupied' });
    await Promise.resolve();

    expect(begun[0]?.asked).toEqual(['retry']);
  });

  it('is not fought for: whoever takes them after that keeps them, until they are handed here again', async () => {
    watch.update([to(ROOM, SELF)], NOW);
    set(0, lobby('Anna M.'));
    set(0, { name: 'over', reason: 'taken-over' });
    watch.update([to(ROOM, SELF)], NOW + 1_000);
    await Promise.resolve();
    expect(begun[0]?.asked).toEqual([]);

    watch.update([to(ROOM, COLLEAGUE)], NOW + 2_000);
    watch.update([to(ROOM, SELF)], NOW + 3_000);
    await Promise.resolve();

    expect(begun[0]?.asked).toEqual(['retry']);
  });

  function to(appointment: Appointment, device: string): Appointment {
    return { ...appointment, made: { ...appointment.made, label: { text: '', to: device } } as Appointment['made'] };
  }
});

describe('whoever talks', () => {
  it('is left in peace, whatever the list says', () => {
    watch.update([ROOM], NOW);
    set(0, inCall('Anna M.', NOW));

    watch.update([], ROOM.closesAt + 1);

    expect(watch.visits.value.get(ROOM.room)).toBe(begun[0]);
    expect(begun[0]?.asked).toEqual([]);
  });
});

describe('an end', () => {
  const ends: readonly OverReason[] = ['peer-left', 'failed', 'untrusted', 'closed'];
  it.each(ends)('that nobody here wished for (%s) is told, until it is dismissed', async (reason) => {
    await ended(reason);

    const [told] = watch.ended.value;
    expect(told).toMatchObject({ room: ROOM.room, reason, name: 'Anna M.' });
    if (told) watch.dismiss(told);
    expect(watch.ended.value).toEqual([]);
    expect(begun[0]?.asked).toEqual(['dispose']);
  });

  it('of one’s own is not told, and the room is looked after again', async () => {
    await ended('hung-up');
    watch.update([ROOM], NOW + 5_000);

    expect(watch.ended.value).toEqual([]);
    expect(begun[0]?.asked).toEqual(['dispose']);
    expect(watch.visits.value.get(ROOM.room)).toBe(begun[1]);
  });

  it('of one’s own is told while there are files that nobody has saved', async () => {
    await ended('hung-up', [FILE]);

    expect(watch.ended.value.map(({ reason }) => reason)).toEqual(['hung-up']);
    watch.update([ROOM], NOW + 5_000);
    expect(begun[0]?.asked).toEqual([]);
  });

  it('at once after the beginning does not lead to a next beginning at once', async () => {
    await ended('failed');
    watch.update([ROOM], NOW + 2_999);
    expect(begun.length).toBe(1);

    watch.update([ROOM], NOW + 3_000);
    expect(begun.length).toBe(2);
  });

  it('because another device took over stays on the list, to be taken back', async () => {
    await ended('taken-over');
    watch.update([ROOM], NOW + 60_000);

    expect(watch.visits.value.get(ROOM.room)).toBe(begun[0]);
    expect(watch.ended.value).toEqual([]);
  });

  it('while it is being left is nobody’s business', async () => {
    watch.update([ROOM], NOW);
    watch.leave(ROOM.room);
    set(0, { name: 'over', reason: 'closed' });
    await Promise.resolve();

    expect(watch.ended.value).toEqual([]);
  });

  async function ended(reason: OverReason, files: readonly SharedFile[] = []) {
    watch.update([ROOM], NOW);
    set(0, lobby('Anna M.'));
    set(0, inCall('Anna M.', NOW));
    if (begun[0]) begun[0].files.value = files;
    set(0, { name: 'over', reason });
    await Promise.resolve();
  }
});

function set(at: number, phase: PretendVisit['call']['value']['phase']) {
  const visit = begun[at];
  if (!visit) throw new Error('no such visit');
  visit.call.value = { ...visit.call.value, phase };
}

const SELF = 'd'.repeat(32);
const COLLEAGUE = 'e'.repeat(32);
const NOW = 1_790_000_000_000;
const ROOM: Appointment = {
  room: 'a'.repeat(32),
  startsAt: NOW,
  endsAt: NOW + 1_800_000,
  opensAt: NOW - 900_000,
  closesAt: NOW + 3_600_000,
  epoch: 1,
  isCancelled: false,
  reply: null,
  made: {
    by: 'us',
    label: { text: '' },
    front: new Uint8Array(), software: null,
    hour: null,
    isLabelled: true,
    roomKey: new Uint8Array(32),
    issuer: new Uint8Array(32),
    link: null,
    links: 1,
    others: [],
  },
};
const OTHER: Appointment = { ...ROOM, room: 'b'.repeat(32) };
const FILE: SharedFile = { key: '1', from: 'peer', name: 'scan.pdf', size: 4, state: { name: 'done', file: new Blob(['scan']), saved: false } };
