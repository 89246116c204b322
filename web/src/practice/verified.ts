// In which visits the doctor has compared the safety code with the guest. Remembered in this browser only, by room: a guest has no identity beyond the visit.
// It holds for the guest's page with which it was compared: whoever comes by the same link with another one is not meant.

import { type ReadonlySignal, type Signal, signal } from '@preact/signals';
import type { Store } from './store.ts';

export class Verified {
  private constructor(
    private readonly store: Store,
    private readonly current: Signal<ReadonlyMap<string, string>>,
  ) {}

  /** Forgets what is older than any appointment can be. */
  static async of(store: Store, now: () => number = Date.now): Promise<Verified> {
    const compared = await store.compared();
    const old = [...compared].filter(([, { at }]) => at < now() - KEPT).map(([room]) => room);
    if (old.length > 0) await store.dropCompared(old);
    return new Verified(store, signal(new Map([...compared].filter(([room]) => !old.includes(room)).map(([room, { visit }]) => [room, visit]))));
  }

  /** By room, with which page of a guest's: `peer.visit` of its introduction. */
  get rooms(): ReadonlySignal<ReadonlyMap<string, string>> {
    return this.current;
  }

  /** Whether it was compared with this very page. */
  holds(room: string, visit: string | undefined): boolean {
    return visit !== undefined && this.current.value.get(room) === visit;
  }

  async mark(room: string, visit: string): Promise<void> {
    await this.store.keepCompared(room, { visit, at: Date.now() });
    this.current.value = new Map([...this.current.value, [room, visit]]);
  }

  async unmark(room: string): Promise<void> {
    await this.store.dropCompared([room]);
    this.current.value = new Map([...this.current.value].filter(([one]) => one !== room));
  }
}

/** The server deletes appointments after 90 days at the latest. */
const KEPT = 90 * 24 * 60 * 60 * 1_000;
