// Who is met in the waiting rooms: one visit for every appointment whose doors are open.

import { effect, type ReadonlySignal, type Signal, signal } from '@preact/signals';
import type { OverReason } from '../call/model.ts';
import { isTalking } from '../call/step.ts';
import type { SeatPlan, Visit } from '../drive/visit.ts';
import { type Appointment, noteOf } from './appointments.ts';
import { guestName } from './guest.ts';

/** A visit that has ended otherwise than by this side's wish, or that left files which nobody has saved. */
export interface Ended {
  readonly room: string;
  readonly reason: OverReason;
  /** As the guest had introduced itself; `null` when it had not come to that. */
  readonly name: string | null;
  /** Still has the files that came. */
  readonly visit: Visit;
}

/**
 * Begins a visit when an appointment's doors open, and lets go of it when they close, or the appointment was moved or cancelled. A guest who was handed to this device is
 * taken over from the one that had them, once; one who was handed to another is left to it. Whoever talks is left in peace.
 * `update` does all this: it is to be called with every new list, and every few seconds.
 */
export class Watch {
  private readonly watched = new Map<string, Watched>();
  /** Rooms that were handed to this device, and that it has had since. */
  private readonly received = new Set<string>();
  private readonly parting: Visit[] = [];
  private readonly pauses = new Map<string, number>();
  private readonly current = signal<ReadonlyMap<string, Visit>>(new Map());
  private readonly past = signal<readonly Ended[]>([]);

  /** `begin` makes the visit of an appointment of ours, and starts it. `device`: this one's id. */
  constructor(
    private readonly begin: (appointment: Appointment) => Visit,
    private readonly device: string,
  ) {}

  /** By room. */
  get visits(): ReadonlySignal<ReadonlyMap<string, Visit>> {
    return this.current;
  }

  /** Oldest first, until they are dismissed. */
  get ended(): ReadonlySignal<readonly Ended[]> {
    return this.past;
  }

  /** `now`: by the server's clock. */
  update(appointments: readonly Appointment[], now: number): void {
    for (const visit of this.parting.splice(0)) visit.dispose();
    const wanted = new Map(appointments.filter((one) => isOpen(one, now)).map((one) => [one.room, one]));
    for (const [room, { epoch, visit }] of this.watched) {
      if (wanted.get(room)?.epoch !== epoch && !isTalking(visit.call.value)) this.forget(room);
    }
    for (const [room, appointment] of wanted) {
      const to = noteOf(appointment.made)?.to;
      if (to !== this.device) this.received.delete(room);
      const watched = this.watched.get(room);
      if (watched) this.keepUp(watched, appointment);
      else if ((to === undefined || to === this.device) && (this.pauses.get(room) ?? 0) <= now) this.watch(appointment, now);
    }
    this.publish();
  }

  /** Leaves a room at once, since its appointment is about to be cancelled or moved. A next `update` may come back to it. */
  leave(room: string): void {
    this.forget(room);
    this.publish();
  }

  dismiss(ended: Ended): void {
    this.past.value = this.past.value.filter((one) => one !== ended);
    ended.visit.dispose();
  }

  dispose(): void {
    for (const room of [...this.watched.keys()]) this.forget(room);
    for (const visit of this.parting.splice(0)) visit.dispose();
    for (const { visit } of this.past.value) visit.dispose();
    this.past.value = [];
    this.publish();
  }

  /** What was noted meanwhile: who receives the guest, and who else is asked in. */
  private keepUp(watched: Watched, appointment: Appointment): void {
    if (watched.appointment === appointment) return;
    const before = JSON.stringify(seatPlan(watched.appointment));
    watched.appointment = appointment;
    watched.isHandedHere.value = noteOf(appointment.made)?.to === this.device;
    const seats = seatPlan(appointment);
    if (JSON.stringify(seats) !== before) watched.visit.setSeats(seats);
  }

  private watch(appointment: Appointment, now: number): void {
    const { room, epoch, made } = appointment;
    const visit = this.begin(appointment);
    const isHandedHere = signal(noteOf(made)?.to === this.device);
    let name: string | null = null;
    const unfollow = effect(() => {
      const call = visit.call.value;
      name = guestName(call) ?? name;
      const { phase } = call;
      if (isHandedHere.value && phase.name !== 'joining' && phase.name !== 'over') this.received.add(room);
      if (phase.name !== 'over') return;
      // Not in the middle of the visit's own doing.
      if (!isTakenBack(phase.reason)) queueMicrotask(() => this.end({ room, reason: phase.reason, name, visit }));
      else if (isHandedHere.value && !this.received.has(room)) queueMicrotask(() => this.receive(room, visit));
    });
    this.watched.set(room, { epoch, visit, appointment, isHandedHere, unfollow });
    // A visit that fails at once is not begun again at once.
    this.pauses.set(room, now + PAUSE);
  }

  private receive(room: string, visit: Visit): void {
    if (this.watched.get(room)?.visit !== visit || this.received.has(room)) return;
    this.received.add(room);
    visit.retry();
  }

  private end(ended: Ended): void {
    const watched = this.watched.get(ended.room);
    if (watched?.visit !== ended.visit) return;
    watched.unfollow();
    this.watched.delete(ended.room);
    if (NOTEWORTHY.has(ended.reason) || hasUnsaved(ended.visit)) this.past.value = [...this.past.value, ended];
    else this.parting.push(ended.visit);
    this.publish();
  }

  private forget(room: string): void {
    const watched = this.watched.get(room);
    if (!watched) return;
    watched.unfollow();
    watched.visit.dispose();
    this.watched.delete(room);
    this.received.delete(room);
    this.pauses.delete(room);
  }

  private publish(): void {
    const visits = [...this.watched].map(([room, { visit }]) => [room, visit] as const);
    const { value } = this.current;
    if (visits.length !== value.size || visits.some(([room, visit]) => value.get(room) !== visit)) this.current.value = new Map(visits);
  }
}

interface Watched {
  readonly epoch: number;
  readonly visit: Visit;
  appointment: Appointment;
  readonly isHandedHere: Signal<boolean>;
  readonly unfollow: () => void;
}

/** The seats that somebody has a link for. */
export function seatPlan({ made }: Appointment): readonly SeatPlan[] {
  const others = made.by === 'us' ? made.others.map(({ seat, part }) => ({ seat, part })) : [];
  return [{ seat: 1, part: 'patient' }, ...others];
}

/** Whether its waiting room is open, and ours to look after. */
export function isOpen({ opensAt, closesAt, isCancelled, made }: Appointment, now: number): boolean {
  return made.by === 'us' && !isCancelled && opensAt <= now && now < closesAt;
}

/** What came from the guest and would be lost with the visit. */
export function hasUnsaved({ files }: Visit): boolean {
  return files.value.some(({ from, state }) => from === 'peer' && state.name === 'done' && !state.saved);
}

/** Over for this window only: the person may take the seat back. */
function isTakenBack(reason: OverReason): boolean {
  return reason === 'occupied' || reason === 'taken-over';
}

/** Ends that nobody here wished for. That time is over, or that this device is signed out, the list and the page say. */
const NOTEWORTHY: ReadonlySet<OverReason> = new Set(['peer-left', 'link-damaged', 'untrusted', 'closed', 'evicted', 'failed']);
/** Milliseconds between two beginnings in the same room. */
const PAUSE = 3_000;
