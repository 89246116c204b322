// Rooms that no browser of the practice has made get what its own have: what guests read before they come in, and a label by which all its devices know them.

import { HttpRefusal } from '../signal/http.ts';
import type { Appointment } from './appointments.ts';

interface Means {
  /** Throw an `HttpRefusal`. */
  readonly welcome: (appointment: Appointment) => Promise<void>;
  readonly label: (appointment: Appointment) => Promise<void>;
}

export class Adoption {
  /** Done, or under way. */
  private readonly known = new Set<string>();
  private readonly queue: Appointment[] = [];
  private isBusy = false;

  constructor(private readonly means: Means) {}

  /** One after the other: software may bring a whole year at once. What is refused now is tried again with the next call. */
  take(appointments: readonly Appointment[], now: number): void {
    for (const one of appointments) {
      if (!isOrphan(one, now) || this.known.has(one.room)) continue;
      this.known.add(one.room);
      this.queue.push(one);
    }
    if (!this.isBusy) void this.work();
  }

  private async work(): Promise<void> {
    this.isBusy = true;
    for (let one = this.queue.shift(); one; one = this.queue.shift()) {
      try {
        await this.adopt(one);
      } catch (cause) {
        this.known.delete(one.room);
        if (!(cause instanceof HttpRefusal)) throw cause;
      }
    }
    this.isBusy = false;
  }

  /** The label comes last: it says that all is done. */
  private async adopt(one: Appointment): Promise<void> {
    // Of an hour the lasting link has brought the welcome.
    if (one.made.by === 'us' && one.made.software !== null) await this.means.welcome(one);
    await this.means.label(one);
  }
}

function isOrphan({ made, isCancelled, closesAt }: Appointment, now: number): boolean {
  return made.by === 'us' && !made.isLabelled && !isCancelled && now < closesAt;
}
