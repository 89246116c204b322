import { expect, it } from 'vitest';
import type { Phase } from '../call/model.ts';
import { Arrivals, everybody, look, seen, type Sight } from './attendance.ts';
import type { Seen } from './board.ts';
import { inCall, lobby, type PretendVisit, pretendVisit } from './pretend.ts';

it('they stand in order of arrival, by name, part and consent, and who is not there does not stand there', () => {
  const [anna, bernd] = [visit(lobby('Anna M.')), visit(lobby('Bernd B.'))];
  const bench = new Bench({ a: bernd, b: visit({ name: 'waiting' }), c: anna, d: visit({ name: 'over', reason: 'taken-over' }) });
  bench.look(NOW, ['c']);

  const present = bench.look(NOW + 60_000);

  expect(present.map(({ room, name, since, part, consent }) => [room, name, since, part, consent])).toEqual([
    ['c', 'Anna M.', NOW, 'patient', null],
    ['a', 'Bernd B.', NOW + 60_000, 'patient', null],
  ]);
});

it('who reloads the page keeps the place, and who was away for longer does not', () => {
  const anna = visit(lobby('Anna M.'));
  const bench = new Bench({ a: anna });
  bench.look(NOW);

  set(anna, { name: 'waiting' });
  bench.look(NOW + 10_000);
  set(anna, lobby('Anna M.'));
  expect(bench.look(NOW + 50_000)[0]?.since).toBe(NOW);

  set(anna, { name: 'waiting' });
  bench.look(NOW + 60_000);
  set(anna, lobby('Anna M.'));
  expect(bench.look(NOW + 120_000)[0]?.since).toBe(NOW + 120_000);
});

it('who is handed from another device keeps the place, too', () => {
  const bench = new Bench({ a: visit(lobby('Anna M.')) });
  bench.boards.set(COLLEAGUE, { at: NOW, guests: [seenBy('a', NOW - 300_000)] });

  expect(bench.look(NOW)[0]?.since).toBe(NOW - 300_000);
});

it('each seat of a room stands for itself', () => {
  const room = visit(inCall('Anna M.', NOW));
  const interpreter = visit(lobby('Olena K.'));
  room.seats.value = [
    { seat: 1, part: 'patient', visit: room },
    { seat: 2, part: 'interpreter', visit: interpreter },
  ];

  const present = new Bench({ a: room }).look(NOW);

  expect(present.map(({ seat, part, state, visit }) => [seat, part, state, visit])).toEqual([
    [1, 'patient', 'in-call', room],
    [2, 'interpreter', 'waiting', interpreter],
  ]);
});

it('others’ guests stand among ours, and what we see ourselves counts more', () => {
  const bench = new Bench({ a: visit(lobby('Anna M.')) });
  const own = bench.look(NOW);
  const boards = new Map<string, Sight>([
    [COLLEAGUE, { at: NOW, guests: [seenBy('b', NOW - 60_000), seenBy('a', NOW)] }],
    [OTHER, { at: NOW - 1, guests: [{ ...seenBy('b', NOW - 60_000), name: 'older' }] }],
  ]);

  const all = everybody(own, boards);

  expect(all.map(({ room, name, device, visit }) => [room, name, device, visit !== null])).toEqual([
    ['b', 'Carla C.', COLLEAGUE, false],
    ['a', 'Anna M.', null, true],
  ]);
  const word = own.map(seen);
  expect(Object.keys(word[0] ?? {}).sort()).toEqual(['consent', 'isHeld', 'name', 'part', 'quality', 'room', 'seat', 'since', 'state', 'told']);
});

class Bench {
  readonly boards = new Map<string, Sight>();
  private readonly arrivals = new Arrivals();

  constructor(private readonly rooms: Readonly<Record<string, PretendVisit>>) {}

  look(now: number, only = Object.keys(this.rooms)) {
    const visits = new Map(Object.entries(this.rooms).filter(([room]) => only.includes(room)));
    return look(visits, this.arrivals, this.boards, null, now);
  }
}

function visit(phase: Phase): PretendVisit {
  return pretendVisit(phase);
}

function set(of: PretendVisit, phase: Phase): void {
  of.call.value = { ...of.call.value, phase };
}

function seenBy(room: string, since: number): Seen {
  return { room, seat: 1, part: 'patient', state: 'waiting', isHeld: false, name: 'Carla C.', since, consent: 'given', quality: null, told: null };
}

const NOW = 1_790_000_000_000;
const COLLEAGUE = 'e'.repeat(32);
const OTHER = 'f'.repeat(32);
