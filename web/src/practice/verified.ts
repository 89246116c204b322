// In which visits the doctor has compared the safety code with the guest. Remembered in this browser only, by room: a guest has no identity beyond the visit.

import { type ReadonlySignal, type Signal, signal } from '@preact/signals';
import type { Store } from './store.ts';

export class Verified {
  private constructor(
    private readonly store: Store,
    private readonly current: Signal<ReadonlySet<string>>,
  ) {}

  /** Forgets what is older than any appointment can be. */
  static async of(store: Store, now: () => number = Date.now): Promise<Verified> {
    const compared = await store.compared();
    const old = [...compared].filter(([, at]) => at < now() - KEPT).map(([room]) => room);
    if (old.length > 0) await store.dropCompared(old);
    return new Verified(store, signal(new Set([...compared.keys()].filter((room) => !old.includes(room)))));
  }

  /** Ids of rooms. */
  get rooms(): ReadonlySignal<ReadonlySet<string>> {
    return this.current;
  }

  async mark(room: string): Promise<void> {
    await this.store.keepCompared(room, Date.now());
    this.current.value = new Set([...this.rooms.value, room]);
  }

  async unmark(room: string): Promise<void> {
    await this.store.dropCompared([room]);
    this.current.value = new Set([...this.rooms.value].filter((one) => one !== room));
  }
}

/** The server deletes appointments after 90 days at the latest. */
const KEPT = 90 * 24 * 60 * 60 * 1_000;
