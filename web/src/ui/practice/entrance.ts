// From opening the page to a console, or to what is in its way.

import { effect, type ReadonlySignal, signal } from '@preact/signals';
import { Console, type Surroundings } from '../../practice/console.ts';
import { begin, enrol, enter } from '../../practice/enrol.ts';
import { type Device, type Pending, Store } from '../../practice/store.ts';
import { language } from '../text.ts';

/** Where a browser stands with its practice. */
export type Place =
  | { readonly name: 'opening' }
  /** The browser keeps nothing for this page: in some private windows. */
  | { readonly name: 'no-store' }
  /** Not a device of any practice. */
  | { readonly name: 'stranger' }
  /** `former`: the device it was before it was revoked. */
  | { readonly name: 'enrolling'; readonly pending: Pending; readonly former: Device | null }
  /** `hasSpareCode`: an enrolment link was opened that wasn't needed. */
  | { readonly name: 'console'; readonly console: Console; readonly hasSpareCode: boolean }
  | { readonly name: 'revoked'; readonly device: Device };

interface Means extends Pick<Surroundings, 'origin' | 'local' | 'visit'> {
  /** From the enrolment link, if one was opened. */
  readonly code: string | null;
}

export class Entrance {
  private readonly current = signal<Place>({ name: 'opening' });
  private store: Store | null = null;

  constructor(private readonly means: Means) {}

  get place(): ReadonlySignal<Place> {
    return this.current;
  }

  async open(): Promise<void> {
    this.store = await Store.open().catch(() => null);
    if (!this.store) {
      this.current.value = { name: 'no-store' };
      return;
    }
    const entry = await enter(this.store, this.means.code);
    if (entry.state === 'stranger') this.current.value = { name: 'stranger' };
    else if (entry.state === 'enrolling') this.current.value = { name: 'enrolling', pending: entry.pending, former: null };
    else await this.openConsole(entry.device, entry.spareCode);
  }

  /** Makes this browser a device. Throws an `HttpRefusal`. */
  async enrol(name: string): Promise<void> {
    const { value: place } = this.current;
    if (place.name !== 'enrolling' || !this.store) return;
    await this.openConsole(await enrol(this.store, place.pending, name, place.former), null);
  }

  /** Forgets an enrolment link that leads nowhere. */
  async giveUp(): Promise<void> {
    const { value: place } = this.current;
    if (place.name !== 'enrolling' || !this.store) return;
    await this.store.dropPending();
    this.current.value = place.former ? { name: 'revoked', device: place.former } : { name: 'stranger' };
  }

  private async openConsole(device: Device, spareCode: string | null): Promise<void> {
    const { origin, local, visit } = this.means;
    const console = await Console.open({ device, origin, local, visit, language: language.peek() });
    this.current.value = { name: 'console', console, hasSpareCode: spareCode !== null };
    const unfollow = effect(() => {
      if (console.state.value !== 'revoked') return;
      queueMicrotask(() => {
        unfollow();
        void this.signOut(console, device, spareCode);
      });
    });
  }

  private async signOut(console: Console, device: Device, spareCode: string | null): Promise<void> {
    console.dispose();
    // The link that was opened is what a revoked device needs.
    if (spareCode !== null && this.store) this.current.value = { name: 'enrolling', pending: await begin(this.store, spareCode), former: device };
    else this.current.value = { name: 'revoked', device };
  }
}
