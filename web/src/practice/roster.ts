// The list of appointments, kept fresh: today's and those of the day that is looked at as soon as something changes, all others now and then.

import { type ReadonlySignal, signal } from '@preact/signals';
import { HttpRefusal } from '../signal/http.ts';
import type { Appointment } from './appointments.ts';
import { midnight } from './form.ts';

/** What is known of the list. */
export type ListState =
  | 'loading'
  | 'fresh'
  /** The server can't be asked right now: what is shown is what was known, and we go on trying. */
  | 'unreachable'
  /** This device may not sign in any more. */
  | 'revoked';

interface Source {
  /** All that start in `[from, until)`, by start. Throws an `HttpRefusal`. */
  list(from: number, until: number): Promise<readonly Appointment[]>;
  /** By the server's clock. */
  now(): number;
  isRevoked(): boolean;
  /** After each reading, whatever came of it. */
  onRead(): void;
}

export class Roster {
  private readonly known = signal<readonly Appointment[]>([]);
  private readonly listState = signal<ListState>('loading');
  private readonly shown = signal<number | null>(null);
  private reading: Promise<void> | null = null;
  private soon: ReturnType<typeof setTimeout> | undefined;
  private isChanged = false;
  private isAheadOld = true;
  /** By this machine's monotonic clock; `null`: never. */
  private readAt: number | null = null;
  private readAheadAt: number | null = null;

  constructor(private readonly source: Source) {}

  /** All that are known, by start; cancelled ones too: of today, of `DAYS_AHEAD` days, and of the day that is looked at. */
  get appointments(): ReadonlySignal<readonly Appointment[]> {
    return this.known;
  }

  get state(): ReadonlySignal<ListState> {
    return this.listState;
  }

  /** The day that is looked at, by its midnight; `null`: today, whatever day that becomes. */
  get day(): ReadonlySignal<number | null> {
    return this.shown;
  }

  /** Looks at the day of this moment. */
  show(at: number): Promise<void> {
    const day = midnight(at);
    const isToday = day === midnight(this.source.now());
    if ((isToday ? null : day) === this.shown.peek()) return Promise.resolve();
    this.shown.value = isToday ? null : day;
    return isToday ? Promise.resolve() : this.refreshAgain();
  }

  /** Reads what is in sight; what goes wrong is in `state`. */
  refresh(): Promise<void> {
    this.reading ??= this.read().finally(() => {
      this.reading = null;
      if (this.isChanged) void this.refresh();
    });
    return this.reading;
  }

  /** A reading that began before an action may not have seen it. `at`: when the appointments start that the action was about. */
  async refreshAgain(...at: readonly number[]): Promise<void> {
    await this.reading;
    const days = new Set(at.map((one) => midnight(one)));
    await Promise.all([this.refresh(), ...[...days].map((day) => this.readDay(day))]);
  }

  /** Something is another now: in sight it is shown at once, and the days ahead follow. What comes in a row is read once. */
  changed(): void {
    this.isAheadOld = true;
    if (this.reading) this.isChanged = true;
    else this.soon ??= setTimeout(() => this.catchUp(), PAUSE);
  }

  /** To be called every second. */
  tick(): void {
    if (this.listState.peek() === 'revoked') return;
    if (isDue(this.readAt, this.listState.peek() === 'unreachable' ? RETRY : REFRESH)) void this.refresh();
    if (this.listState.peek() === 'fresh' && isDue(this.readAheadAt, this.isAheadOld ? SOON : NOW_AND_THEN)) void this.readAhead();
  }

  private catchUp(): void {
    this.soon = undefined;
    if (this.listState.peek() !== 'revoked') void this.refresh();
  }

  private async read(): Promise<void> {
    this.isChanged = false;
    const today = midnight(this.source.now());
    // Yesterday's last ones may still be going on.
    await this.attempt(async () => {
      await this.take(today - EVENING, midnight(today, 1));
      const day = this.shown.peek();
      if (day !== null) await this.take(day, midnight(day, 1));
    });
    this.readAt = performance.now();
    this.source.onRead();
  }

  private async readAhead(): Promise<void> {
    this.readAheadAt = performance.now();
    this.isAheadOld = false;
    const today = midnight(this.source.now());
    await this.attempt(() => this.take(midnight(today, 1), midnight(today, DAYS_AHEAD + 1)));
    this.source.onRead();
  }

  private async readDay(day: number): Promise<void> {
    const isInSight = day === midnight(this.source.now()) || day === this.shown.peek();
    if (!isInSight) await this.attempt(() => this.take(day, midnight(day, 1)));
  }

  private async attempt(read: () => Promise<void>): Promise<void> {
    try {
      await read();
      this.listState.value = 'fresh';
    } catch (cause) {
      if (!(cause instanceof HttpRefusal)) throw cause;
      this.listState.value = this.source.isRevoked() ? 'revoked' : 'unreachable';
    }
  }

  /** In place of all that was known to start in `[from, until)`, and of what has come here from another time. */
  private async take(from: number, until: number): Promise<void> {
    const fresh = await this.source.list(from, until);
    const rooms = new Set(fresh.map(({ room }) => room));
    const [past, day] = [midnight(this.source.now()) - EVENING, this.shown.peek()];
    const isKept = ({ room, startsAt }: Appointment) =>
      !rooms.has(room) && (startsAt < from || startsAt >= until) && (startsAt >= past || (day !== null && startsAt >= day && startsAt < midnight(day, 1)));
    const kept = this.known.peek().filter(isKept);
    const next = [...kept.filter(({ startsAt }) => startsAt < from), ...fresh, ...kept.filter(({ startsAt }) => startsAt >= until)];
    const { value: before } = this.known;
    if (next.length !== before.length || next.some((one, at) => one !== before[at])) this.known.value = next;
  }
}

function isDue(last: number | null, pause: number): boolean {
  return last === null || performance.now() - last > pause;
}

/** Read without being looked at, from tomorrow. */
export const DAYS_AHEAD = 14;
const SECOND = 1_000;
/** Unseen by people, and what has changed is mostly that a guest has come, whose handshake goes first. */
const PAUSE = 200;
/** What is in sight, while nobody says that it has changed. */
const REFRESH = 30 * SECOND;
const RETRY = 5 * SECOND;
/** The days ahead, after a change. */
const SOON = 10 * SECOND;
const NOW_AND_THEN = 300 * SECOND;
/** No appointment is longer. */
const EVENING = 8 * 60 * 60 * SECOND;
