// The devices of a practice, as one of them sees and changes them.

import { type ReadonlySignal, signal } from '@preact/signals';
import { type Bytes, decodeBase64url } from '../sealed/bytes.ts';
import type { Role } from './keys.ts';
import type { Session } from './session.ts';

/** One browser that acts for the practice. */
export interface KnownDevice {
  readonly id: string;
  readonly name: string;
  readonly role: Role;
  readonly publicKey: Bytes;
  readonly state: 'pending' | 'confirmed' | 'revoked';
  /** Milliseconds since the epoch, by the server's clock. */
  readonly createdAt: number;
  /** The one that asks. */
  readonly isSelf: boolean;
}

/** All calls throw an `HttpRefusal`. */
export class Devices {
  private readonly known = signal<readonly KnownDevice[] | null>(null);

  constructor(private readonly session: Session) {}

  /** By when they were made, revoked ones too; `null` before the first `refresh`. */
  get list(): ReadonlySignal<readonly KnownDevice[] | null> {
    return this.known;
  }

  async refresh(): Promise<readonly KnownDevice[]> {
    const { devices } = await this.session.call<{ devices: readonly Listed[] }>('devices/list', {});
    return (this.known.value = devices.map(read));
  }

  /** Signed out at once, and its seats are freed. Twice is no error. */
  async revoke(id: string): Promise<void> {
    await this.session.call('devices/revoke', { device: id });
    // A device that has revoked itself isn't told any more.
    if (!this.known.value?.some((one) => one.id === id && one.isSelf)) await this.refresh();
  }

  /** A code for one further device, good until `expiresAt`. It will have to be confirmed. */
  async invite(role: Role): Promise<{ readonly code: string; readonly expiresAt: number }> {
    const { code, expires_at } = await this.session.call<{ code: string; expires_at: number }>('devices/enrolment', { role });
    return { code, expiresAt: expires_at };
  }

  /** Lets a pending device in, and leaves it what was sealed for it (base64url). */
  async confirm(id: string, sealedKeys: string): Promise<void> {
    await this.session.call('devices/confirm', { device: id, sealed_keys: sealedKeys });
    await this.refresh();
  }
}

/** As docs/signalling.md section 2 has it. */
interface Listed {
  readonly id: string;
  readonly name: string;
  readonly role: Role;
  readonly public_key: string;
  readonly created_at: number;
  readonly confirmed_at: number | null;
  readonly revoked_at: number | null;
  readonly is_self: boolean;
}

function read({ id, name, role, public_key, created_at, confirmed_at, revoked_at, is_self }: Listed): KnownDevice {
  const state = revoked_at !== null ? 'revoked' : confirmed_at === null ? 'pending' : 'confirmed';
  return { id, name, role, publicKey: decodeBase64url(public_key) ?? new Uint8Array(0), state, createdAt: created_at, isSelf: is_self };
}
