// A practice's appointments: what the server keeps of them, and what only this browser can add, links and labels.

import { type Bytes, toHex } from '../sealed/bytes.ts';
import { identityHash, invite, inviteHash, issuerSecret, link, roomKey } from '../sealed/links.ts';
import { HttpRefusal } from '../signal/http.ts';
import { publicPoint } from './keys.ts';
import { Labels } from './label.ts';
import type { Session } from './session.ts';
import type { Device } from './store.ts';

/** One visit that was arranged. Times are milliseconds since the epoch, by the server's clock. */
export interface Appointment {
  readonly room: string;
  readonly startsAt: number;
  readonly endsAt: number;
  /** The waiting room's doors. */
  readonly opensAt: number;
  readonly closesAt: number;
  /** Counts the times it was given. */
  readonly epoch: number;
  readonly isCancelled: boolean;
  readonly made: Made;
}

export type Made =
  /** By this browser, or another one with the same practice secret. */
  | {
      readonly by: 'us';
      /** The practice's own note; may be empty. */
      readonly label: string;
      readonly roomKey: Bytes;
      /** `null` when it was revoked, and no new one was made. */
      readonly link: GuestLink | null;
      /** How many links the guest's seat has had. */
      readonly links: number;
    }
  /** By another device of this practice, with a secret of its own: its link can't be made here. */
  | { readonly by: 'other-device' }
  /** By a program, which calls itself `issuer`. */
  | { readonly by: 'program'; readonly issuer: string };

/** What the guest gets. */
export interface GuestLink {
  /** By which the server knows it. */
  readonly invite: string;
  readonly url: string;
  /** Browsers that have used it, and how many may. */
  readonly uses: number;
  readonly maxUses: number;
}

/** An appointment to be made. Sent twice with the same `room`, it is made once. */
export interface Draft {
  /** From `newRoom`. */
  readonly room: string;
  readonly startsAt: number;
  readonly durationMs: number;
  /** At most `MAX_LABEL` characters. */
  readonly label: string;
  /** On how many browsers the link is to be good: 1 to 20. */
  readonly maxUses: number;
}

/** An id for an appointment: 128 random bits. */
export function newRoom(): string {
  return toHex(crypto.getRandomValues(new Uint8Array(16)));
}

/** A practice's calls about its appointments. All throw an `HttpRefusal`. */
export class Appointments {
  private constructor(
    private readonly session: Session,
    private readonly origin: string,
    private readonly issuer: Bytes,
    private readonly practice: Bytes,
    private readonly labels: Labels,
  ) {}

  /** `origin`: where guests' links lead, `https://video.example.org`. */
  static async of(session: Session, { keys }: Device, origin: string): Promise<Appointments> {
    const [issuer, practice, labels] = await Promise.all([
      issuerSecret(keys.secret, ISSUER),
      publicPoint(keys.identity).then(identityHash),
      Labels.of(keys.secret),
    ]);
    return new Appointments(session, origin, issuer, practice, labels);
  }

  /** All that start in `[from, until)`, by start. */
  async list(from: number, until: number): Promise<readonly Appointment[]> {
    const rooms: Room[] = [];
    let token = '';
    do {
      const page: Page = await this.session.call('rooms/list', { from, until, ...(token !== '' && { page_token: token }) });
      rooms.push(...page.rooms);
      token = page.next_page_token;
    } while (token !== '');
    return Promise.all(rooms.map((room) => this.read(room)));
  }

  async create({ room, startsAt, durationMs, label, maxUses }: Draft): Promise<Appointment> {
    const [sha256, sealedLabel] = await Promise.all([this.hashOf(room, 0), this.labels.seal(room, label)]);
    const invites = [{ seat: GUEST, max_uses: maxUses, sha256 }];
    const body = { room, starts_at: startsAt, duration_ms: durationMs, invites, sealed_label: sealedLabel, request_id: room };
    const created = await this.session.call<{ room: Room }>('rooms', body);
    return this.read(created.room);
  }

  /** Gives it another time; its link stays good. */
  async move(room: string, startsAt: number, durationMs: number): Promise<Appointment> {
    return this.read(await this.session.call<Room>(`rooms/${room}/move`, { starts_at: startsAt, duration_ms: durationMs }));
  }

  /** For good. Twice is no error. */
  async cancel(room: string): Promise<Appointment> {
    return this.read(await this.session.call<Room>(`rooms/${room}/close`, {}));
  }

  /** Whoever came by this link is sent out, and it leads nowhere any more. Twice is no error. */
  async revoke({ invite }: GuestLink): Promise<void> {
    await this.session.call(`invites/${invite}/revoke`, {});
  }

  /** The `number`th link of an appointment's guest, for as many browsers. When another browser was faster, the one that it made is as good. */
  async makeLink(room: string, number: number, maxUses: number): Promise<void> {
    const body = { seat: GUEST, max_uses: maxUses, sha256: await this.hashOf(room, number) };
    await this.session.call(`rooms/${room}/invites`, body).catch((cause: unknown) => {
      if (!(cause instanceof HttpRefusal) || cause.code !== 'already_exists') throw cause;
    });
  }

  /** What lets the practice take its seat. */
  async token(room: string): Promise<string> {
    return (await this.session.call<{ token: string }>(`rooms/${room}/token`, {})).token;
  }

  private async read(room: Room): Promise<Appointment> {
    return {
      room: room.id,
      startsAt: room.starts_at,
      endsAt: room.ends_at,
      opensAt: room.opens_at,
      closesAt: room.closes_at,
      epoch: room.epoch,
      isCancelled: room.state === 'closed',
      made: await this.made(room),
    };
  }

  private async made(room: Room): Promise<Made> {
    if (room.issuer !== ISSUER) return { by: 'program', issuer: room.issuer };
    const label = await this.labels.open(room.id, room.sealed_label);
    if (label === null) return { by: 'other-device' };
    const key = await roomKey(this.issuer, room.id);
    // The server lists invites in the order in which they were made: that is how we know their numbers.
    const own = room.invites.filter(({ seat }) => seat === GUEST);
    const number = own.findLastIndex(({ revoked }) => !revoked);
    const current = own[number];
    return { by: 'us', label, roomKey: key, link: current ? await this.linkOf(room.id, key, current, number) : null, links: own.length };
  }

  private async linkOf(room: string, key: Bytes, { id, uses, max_uses }: Invite, number: number): Promise<GuestLink> {
    const text = await invite(this.issuer, room, GUEST, number);
    return { invite: id, url: link(this.origin, text, { roomKey: key, practice: this.practice }), uses, maxUses: max_uses };
  }

  private async hashOf(room: string, number: number): Promise<string> {
    return inviteHash(await invite(this.issuer, room, GUEST, number));
  }
}

/** As docs/signalling.md section 2 has it. */
interface Room {
  readonly id: string;
  readonly starts_at: number;
  readonly ends_at: number;
  readonly opens_at: number;
  readonly closes_at: number;
  readonly epoch: number;
  readonly issuer: string;
  readonly state: 'open' | 'closed';
  readonly sealed_label: string;
  readonly invites: readonly Invite[];
}

interface Invite {
  readonly id: string;
  readonly seat: number;
  readonly max_uses: number;
  readonly uses: number;
  readonly revoked: boolean;
}

interface Page {
  readonly rooms: readonly Room[];
  readonly next_page_token: string;
}

const ISSUER = 'console';
/** The seat of the one guest that a visit has so far. */
const GUEST = 1;
