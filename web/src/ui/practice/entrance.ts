// From opening the page to a console, or to what is in its way.

import { effect, type ReadonlySignal, signal } from '@preact/signals';
import { Console, type Surroundings } from '../../practice/console.ts';
import { begin, collect, enrol, type Enrolment, enter, recover, startAfresh, type Ticket, type Way } from '../../practice/enrol.ts';
import { publicPoint } from '../../practice/keys.ts';
import type { RecoveryFile } from '../../practice/recovery.ts';
import { type Device, type Newcomer, type Pending, Store } from '../../practice/store.ts';
import { deviceNumber } from '../../practice/transfer.ts';
import { Vault } from '../../practice/vault.ts';
import { Verified } from '../../practice/verified.ts';
import { HttpRefusal } from '../../signal/http.ts';
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
  /** Enrolled, and to be confirmed on another device. `number`: six digits that it shows, too; `null` where its link came from no device. */
  | { readonly name: 'waiting'; readonly newcomer: Newcomer; readonly number: string | null }
  /** Enrolled, without the practice's keys. */
  | { readonly name: 'keyless'; readonly newcomer: Newcomer }
  | ConsolePlace
  | { readonly name: 'revoked'; readonly device: Device };

export interface ConsolePlace {
  readonly name: 'console';
  readonly console: Console;
  /** A link was opened that wasn't needed. */
  readonly hasSpare: boolean;
  /** What can be brought to other browsers; `null` on a staff device. */
  readonly vault: Vault | null;
  readonly verified: Verified;
}

interface Means extends Pick<Surroundings, 'origin' | 'local' | 'visit' | 'openLine'> {
  /** From the link, if one was opened. */
  readonly ticket: Ticket | null;
}

export class Entrance {
  private readonly current = signal<Place>({ name: 'opening' });
  private kept: Store | null = null;

  constructor(private readonly means: Means) {}

  get place(): ReadonlySignal<Place> {
    return this.current;
  }

  async open(): Promise<void> {
    this.kept = await Store.open().catch(() => null);
    if (!this.kept) {
      this.current.value = { name: 'no-store' };
      return;
    }
    const entry = await enter(this.kept, this.means.ticket);
    if (entry.state === 'stranger') this.current.value = { name: 'stranger' };
    else if (entry.state === 'enrolling') this.current.value = { name: 'enrolling', pending: entry.pending, former: null };
    else if (entry.state === 'enrolled') await this.openConsole(entry.device, entry.spare);
    else await this.goOn(entry);
  }

  /** Makes this browser a device. `bringsRecovery`: the practice has keys, and they will be brought in a file. Throws an `HttpRefusal`. */
  async enrol(name: string, bringsRecovery: boolean): Promise<void> {
    const { value: place } = this.current;
    if (place.name !== 'enrolling') return;
    await this.goOn(await enrol(this.store, place.pending, name, { former: place.former, bringsRecovery }));
  }

  /** New keys for a practice whose old ones can't be had. */
  async startAfresh(): Promise<void> {
    const { value: place } = this.current;
    if (place.name === 'keyless') await this.openConsole(await startAfresh(this.store, place.newcomer), null);
  }

  /** Throws a `RecoveryError`. */
  async recover(file: RecoveryFile, passphrase: string): Promise<void> {
    const { value: place } = this.current;
    if (place.name === 'keyless') await this.openConsole(await recover(this.store, place.newcomer, file, passphrase), null);
  }

  /** An identity that can be kept in a recovery file, in place of one that can't. */
  async renewIdentity(): Promise<void> {
    const { value: place } = this.current;
    if (place.name !== 'console' || !place.vault) return;
    const device = await place.vault.renewIdentity();
    place.console.dispose();
    const console = await this.openConsole(device, null);
    // What guests read before they join is signed by the old one.
    await console.renewWelcomes();
  }

  /** Forgets an enrolment that leads nowhere. */
  async giveUp(): Promise<void> {
    const { value: place } = this.current;
    if (place.name !== 'enrolling' && place.name !== 'waiting' && place.name !== 'keyless') return;
    const former = await this.store.device();
    await this.store.dropEnrolment();
    this.current.value = former ? { name: 'revoked', device: former } : { name: 'stranger' };
  }

  private get store(): Store {
    if (!this.kept) throw new Error('there is a place to be only where something can be kept');
    return this.kept;
  }

  private async goOn(enrolment: Enrolment): Promise<void> {
    if (enrolment.state === 'enrolled') await this.openConsole(enrolment.device, null);
    else if (enrolment.newcomer.isPending) await this.wait(enrolment.newcomer);
    else this.current.value = { name: 'keyless', newcomer: enrolment.newcomer };
  }

  /** Until another device has confirmed this one. */
  private async wait(newcomer: Newcomer): Promise<void> {
    const { transfer, key } = newcomer;
    const waiting: Place = { name: 'waiting', newcomer, number: transfer && (await deviceNumber(transfer, await publicPoint(key))) };
    this.current.value = waiting;
    const look = async () => {
      if (this.current.value !== waiting) return;
      const enrolment = await collect(this.store, newcomer).catch((cause: unknown) => {
        if (!(cause instanceof HttpRefusal)) throw cause;
        return null;
      });
      if (this.current.value !== waiting) return;
      if (enrolment) await this.goOn(enrolment);
      else setTimeout(() => void look(), PACE);
    };
    void look();
  }

  private async openConsole(device: Device, spare: Way | null): Promise<Console> {
    const { ticket: _, ...around } = this.means;
    const [console, vault, verified] = await Promise.all([
      Console.open({ ...around, device, language: language.peek() }),
      Vault.of(this.store, device),
      Verified.of(this.store),
    ]);
    this.current.value = { name: 'console', console, hasSpare: spare !== null, vault, verified };
    const unfollow = effect(() => {
      if (console.state.value !== 'revoked') return;
      queueMicrotask(() => {
        unfollow();
        void this.signOut(console, device, spare);
      });
    });
    return console;
  }

  private async signOut(console: Console, device: Device, spare: Way | null): Promise<void> {
    console.dispose();
    // The link that was opened is what a revoked device needs.
    if (spare) this.current.value = { name: 'enrolling', pending: await begin(this.store, spare), former: device };
    else this.current.value = { name: 'revoked', device };
  }
}

/** Milliseconds between two looks. */
const PACE = 2_000;
