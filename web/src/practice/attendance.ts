// Who is there: the guests of this device's waiting rooms and, by their boards, of the practice's other devices.

import type { WelcomeDocument } from '../consent/document.ts';
import { asks } from '../consent/document.ts';
import type { Part, Visit } from '../drive/visit.ts';
import type { Board, ConsentWord, PresentState, Seen } from './board.ts';
import { guestName, type GuestState, guestState, isHeld } from './guest.ts';

/** Somebody who is there. */
export interface Present extends Seen {
  /** Names the guest on every device: room and seat. */
  readonly key: string;
  /** Which other device looks after them; `null`: this one. */
  readonly device: string | null;
  /** The seat's own; `null` where another device has it. */
  readonly visit: Visit | null;
}

/** Since when each guest is there. Who is gone for less than a minute, a reload or a lost network, keeps their place. */
export class Arrivals {
  private readonly known = new Map<string, Arrival>();

  /** `heard`: what another device says of them. */
  here(key: string, now: number, heard: Seen | undefined): Pick<Seen, 'since' | 'told'> {
    const known = this.known.get(key);
    const before = known && (known.goneAt === null || now - known.goneAt < GRACE) ? known : { since: now, told: null };
    const told = Math.max(before.told ?? 0, heard?.told ?? 0) || null;
    const arrival = { since: Math.min(before.since, heard?.since ?? before.since), told, goneAt: null };
    this.known.set(key, arrival);
    return { since: arrival.since, told };
  }

  /** They were written to. */
  told(key: string, now: number): void {
    const before = this.known.get(key);
    if (before) before.told = now;
  }

  gone(key: string, now: number): void {
    const before = this.known.get(key);
    if (before && before.goneAt === null) before.goneAt = now;
    else if (before && now - (before.goneAt ?? now) >= GRACE) this.known.delete(key);
  }
}

interface Arrival extends Pick<Seen, 'since'> {
  told: number | null;
  goneAt: number | null;
}

/** What another device, or another window of this one, sees. */
export type Sight = Pick<Board, 'at' | 'guests'>;

/** What this device sees, as its board says it, by arrival. */
export function look(visits: ReadonlyMap<string, Visit>, arrivals: Arrivals, boards: ReadonlyMap<string, Sight>, document: WelcomeDocument | null, now: number): readonly Present[] {
  const heard = new Map([...boards.values()].flatMap(({ guests }) => guests.map((one) => [keyOf(one), one] as const)));
  const found: Present[] = [];
  for (const [room, whole] of visits) {
    for (const { seat, part, visit } of seatsOf(whole)) {
      const key = keyOf({ room, seat });
      const call = visit.call.value;
      const state = guestState(call);
      if (!isPresent(state)) {
        arrivals.gone(key, now);
        continue;
      }
      const { since, told } = arrivals.here(key, now, heard.get(key));
      const quality = visit.quality.value?.light ?? null;
      found.push({ key, room, seat, part, state, isHeld: isHeld(call), name: guestName(call), since, consent: consentOf(visit, document), quality, told, device: null, visit });
    }
  }
  return found.sort(byArrival);
}

/** With those that other devices look after, by arrival. What this device sees itself, it knows better. */
export function everybody(own: readonly Present[], boards: ReadonlyMap<string, Sight>): readonly Present[] {
  const all = new Map<string, Present>(own.map((one) => [one.key, one]));
  // Of two who say to have the same guest, as for a moment while they are handed over, the newer word counts.
  for (const [device, { guests }] of [...boards].sort(([, one], [, other]) => other.at - one.at)) {
    for (const guest of guests) {
      const key = keyOf(guest);
      if (!all.has(key)) all.set(key, { ...guest, key, device, visit: null });
    }
  }
  return [...all.values()].sort(byArrival);
}

/** For the board: what belongs to this page stays here. */
export function seen({ room, seat, part, state, isHeld, name, since, consent, quality, told }: Present): Seen {
  return { room, seat, part, state, isHeld, name, since, consent, quality, told };
}

/** Each seat of a room; a visit of two has one. */
export function seatsOf(visit: Visit): readonly { readonly seat: 1 | 2 | 3; readonly part: Part; readonly visit: Visit }[] {
  const seats = visit.seats.value;
  return seats.length > 1 ? seats : [{ seat: 1, part: 'patient', visit }];
}

/** Whether they may be let in, as far as they themselves are concerned. */
export function isWaiting({ state }: Pick<Seen, 'state'>): boolean {
  return state === 'waiting';
}

function keyOf({ room, seat }: Pick<Seen, 'room' | 'seat'>): string {
  return `${room}/${seat}`;
}

function isPresent(state: GuestState): state is PresentState {
  return state !== 'joining' && state !== 'absent' && state !== 'elsewhere' && state !== 'ended';
}

function consentOf({ consent, call }: Visit, document: WelcomeDocument | null): ConsentWord | null {
  const { state, items } = consent.value;
  if (guestName(call.value) === null || (state === 'none' && !(document && asks(document)))) return null;
  return state === 'revoked' && items.length > 0 ? 'part' : state;
}

function byArrival(one: Present, other: Present): number {
  return one.since - other.since || (one.key < other.key ? -1 : 1);
}

/** Milliseconds. */
const GRACE = 60_000;
