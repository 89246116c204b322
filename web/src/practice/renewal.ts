// What guests read before they come in has changed: everybody who has an appointment already is to read the new one.

import { HttpRefusal } from '../signal/http.ts';
import type { Appointment } from './appointments.ts';

interface Means {
  /** All appointments and open hours to come. Throws an `HttpRefusal`. */
  readonly all: () => Promise<readonly Appointment[]>;
  readonly renew: (appointment: Appointment) => Promise<void>;
  readonly renewHours: () => Promise<void>;
}

export class Renewal {
  private isDue = false;
  private sending: Promise<void> | null = null;

  constructor(private readonly means: Means) {}

  /** Where the server can't be asked now, with the next `goOn`. */
  begin(): Promise<void> {
    this.isDue = true;
    return this.goOn();
  }

  goOn(): Promise<void> {
    if (!this.isDue) return Promise.resolve();
    this.sending ??= this.send().finally(() => {
      this.sending = null;
    });
    return this.sending;
  }

  private async send(): Promise<void> {
    this.isDue = false;
    try {
      for (const one of await this.means.all()) await this.means.renew(one);
      await this.means.renewHours();
    } catch (cause) {
      if (!(cause instanceof HttpRefusal)) throw cause;
      this.isDue = true;
    }
  }
}
