// A device being added, from the side of the one that adds it: a link is shown, whoever comes by it is asked about, and gets the keys when a person has said yes.

import { type ReadonlySignal, type Signal, signal } from '@preact/signals';
import type { Bytes } from '../sealed/bytes.ts';
import { HttpRefusal } from '../signal/http.ts';
import type { Devices, KnownDevice } from './devices.ts';
import type { DoctorKeys, Role } from './keys.ts';
import { addLink, deviceNumber, drawTransferKey, forDoctor, forStaff, sealForDevice } from './transfer.ts';
import type { Vault } from './vault.ts';

export type AddingState =
  /** The link is to be opened on the new device. `comers`: have opened it; more than one only when somebody else got hold of it. */
  | { readonly name: 'inviting'; readonly comers: readonly Comer[] }
  | { readonly name: 'done'; readonly device: KnownDevice };

/** Has come by the link and waits to be confirmed. */
export interface Comer {
  readonly device: KnownDevice;
  /** Six digits: the new device shows the same ones. */
  readonly number: string;
}

interface Means {
  readonly devices: Devices;
  readonly vault: Vault;
  readonly keys: DoctorKeys;
  /** Where this page is served, `https://video.example.org`. */
  readonly origin: string;
}

export class Adding {
  private readonly current: Signal<AddingState> = signal({ name: 'inviting', comers: [] });
  private readonly timer: ReturnType<typeof setInterval>;
  private isLooking = false;

  private constructor(
    private readonly devices: Devices,
    readonly role: Role,
    /** To be opened on the new device. */
    readonly link: string,
    /** Until when it is good, by the server's clock. */
    readonly expiresAt: number,
    private readonly transferKey: Bytes,
    private readonly handed: Bytes,
    private readonly before: ReadonlySet<string>,
  ) {
    this.timer = setInterval(() => void this.look(), PACE);
  }

  /** Throws a `RecoveryError` when the passphrase is another than the recovery file's, and an `HttpRefusal`. */
  static async begin({ devices, vault, keys, origin }: Means, role: Role, passphrase: string): Promise<Adding> {
    const material = await vault.unlock(passphrase);
    const { file } = vault;
    if (!file) throw new Error('the recovery file comes first');
    const handed = role === 'doctor' ? forDoctor(material, file) : await forStaff(keys);
    const before = new Set((await devices.refresh()).map(({ id }) => id));
    const { code, expiresAt } = await devices.invite(role);
    const transferKey = drawTransferKey();
    return new Adding(devices, role, addLink(origin, code, transferKey), expiresAt, transferKey, handed, before);
  }

  get state(): ReadonlySignal<AddingState> {
    return this.current;
  }

  /** A person has compared the numbers. Throws an `HttpRefusal`. */
  async confirm({ device }: Comer): Promise<void> {
    const sealed = await sealForDevice(this.transferKey, device.id, device.publicKey, this.handed);
    await this.devices.confirm(device.id, sealed);
    this.dispose();
    this.current.value = { name: 'done', device };
  }

  /** It is somebody else. Throws an `HttpRefusal`. */
  async refuse({ device }: Comer): Promise<void> {
    await this.devices.revoke(device.id);
    await this.look();
  }

  /** Forgets the keys. */
  dispose(): void {
    clearInterval(this.timer);
    this.handed.fill(0);
    this.transferKey.fill(0);
  }

  private async look(): Promise<void> {
    if (this.isLooking) return;
    this.isLooking = true;
    try {
      const all = await this.devices.refresh();
      // Another role than the one that was invited gets no keys: a server may say what it likes.
      const news = all.filter(({ id, state, role }) => state === 'pending' && role === this.role && !this.before.has(id));
      const comers = await Promise.all(news.map(async (device) => ({ device, number: await deviceNumber(this.transferKey, device.publicKey) })));
      if (this.current.value.name === 'inviting') this.current.value = { name: 'inviting', comers };
    } catch (cause) {
      // The server can't be asked right now: the next look may.
      if (!(cause instanceof HttpRefusal)) throw cause;
    } finally {
      this.isLooking = false;
    }
  }
}

/** Milliseconds between two looks. */
const PACE = 2_000;
