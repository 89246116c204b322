// A practice's appointments: what the server keeps of them, and what only this browser can add, links and labels.

import { type Bytes, decodeBase64url, encodeBase64url, toHex } from '../sealed/bytes.ts';
import { NOTHING } from '../sealed/crypto.ts';
import { identityHash, invite, inviteHash, issuerSecret, link, roomKey } from '../sealed/links.ts';
import { HttpRefusal } from '../signal/http.ts';
import { identityPoint, type Keys, labelKey } from './keys.ts';
import { openLabel, sealLabel } from './label.ts';
import { openRoomSecret, putTogether, sealRoomSecret, takeApart } from './reception.ts';
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
  /** Here, by another doctor's device, or by the reception for the doctors: this browser has the room's keys. */
  | {
      readonly by: 'us';
      /** The practice's own note; may be empty. */
      readonly label: string;
      readonly roomKey: Bytes;
      /** What the room's key and links are derived from. */
      readonly issuer: Bytes;
      /** `null` when it was revoked, and no new one was made. */
      readonly link: GuestLink | null;
      /** How many links the guest's seat has had. */
      readonly links: number;
    }
  /** By a device of this practice, with keys that only the doctors' devices have: a staff device reads the note, and can't show the link. */
  | { readonly by: 'practice'; readonly label: string; readonly invite: Invited | null }
  /** By another device of this practice, with a secret of its own: its link can't be made here. */
  | { readonly by: 'other-device' }
  /** By a program, which calls itself `issuer`. */
  | { readonly by: 'program'; readonly issuer: string };

/** An invite as the server knows it. */
export interface Invited {
  readonly invite: string;
  /** Browsers that have used it, and how many may. */
  readonly uses: number;
  readonly maxUses: number;
}

/** What the guest gets. */
export interface GuestLink extends Invited {
  readonly url: string;
}

/** What a practice says to a guest before anything else, sealed under the room's key (base64url); empty where it says nothing. */
export type Welcome = (room: string, roomKey: Bytes) => Promise<string>;

/** The practice's own note, where it can be read here. */
export function labelOf({ made }: Appointment): string {
  return made.by === 'us' || made.by === 'practice' ? made.label : '';
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
  /** A staff device's: the secrets of rooms that were made in this page. */
  private readonly drawn = new Map<string, Bytes>();

  private constructor(
    private readonly session: Session,
    private readonly origin: string,
    private readonly keys: Keys,
    /** The doctors' own secret as an issuer of links. */
    private readonly issuer: Bytes | null,
    private readonly practice: Bytes,
    private readonly labels: CryptoKey,
    private readonly welcome: Welcome | null,
  ) {}

  /** `origin`: where guests' links lead, `https://video.example.org`. */
  static async of(session: Session, { keys }: Device, origin: string, welcome: Welcome | null = null): Promise<Appointments> {
    const [issuer, practice, labels] = await Promise.all([
      keys.role === 'doctor' ? issuerSecret(keys.secret, CONSOLE) : null,
      identityPoint(keys).then(identityHash),
      labelKey(keys),
    ]);
    return new Appointments(session, origin, keys, issuer, practice, labels, welcome);
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
    const issuer = this.issuer ?? this.draw(room);
    const [sha256, note, key] = await Promise.all([hashOf(issuer, room, 0), sealLabel(this.labels, room, label), roomKey(issuer, room)]);
    const sealedLabel = this.keys.role === 'staff' ? putTogether(await sealRoomSecret(this.keys.box, room, issuer), note) : note;
    const welcome = (await this.welcome?.(room, key)) ?? '';
    const body = {
      room,
      starts_at: startsAt,
      duration_ms: durationMs,
      invites: [{ seat: GUEST, max_uses: maxUses, sha256 }],
      sealed_label: encodeBase64url(sealedLabel),
      request_id: room,
      ...(welcome !== '' && { sealed_welcome: welcome }),
    };
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
  async revoke({ invite }: Invited): Promise<void> {
    await this.session.call(`invites/${invite}/revoke`, {});
  }

  /** The next link of an appointment's guest, for as many browsers. When another browser was faster, the one that it made is as good. */
  async makeLink({ room, made }: Appointment, maxUses: number): Promise<void> {
    if (made.by !== 'us') throw new Error('only links of our own can be made');
    const body = { seat: GUEST, max_uses: maxUses, sha256: await hashOf(made.issuer, room, made.links) };
    await this.session.call(`rooms/${room}/invites`, body).catch((cause: unknown) => {
      if (!(cause instanceof HttpRefusal) || cause.code !== 'already_exists') throw cause;
    });
  }

  /** What the practice says has changed, or by whom it is signed: its guests are to read the new one. */
  async renewWelcome({ room, made }: Appointment): Promise<void> {
    if (made.by !== 'us' || !this.welcome) return;
    await this.session.call(`rooms/${room}/welcome`, { sealed_welcome: await this.welcome(room, made.roomKey) });
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
    if (room.issuer !== CONSOLE && room.issuer !== RECEPTION) return { by: 'program', issuer: room.issuer };
    const { sealedSecret, label: note } = takeApart(decodeBase64url(room.sealed_label) ?? NOTHING);
    const label = await openLabel(this.labels, room.id, note);
    if (label === null) return { by: 'other-device' };
    // The server lists invites in the order in which they were made: that is how we know their numbers.
    const own = room.invites.filter(({ seat }) => seat === GUEST);
    const number = own.findLastIndex(({ revoked }) => !revoked);
    const current = own[number];
    const invited = current ? { invite: current.id, uses: current.uses, maxUses: current.max_uses } : null;
    const issuer = await this.issuerOf(room.id, sealedSecret);
    if (!issuer) return { by: 'practice', label, invite: invited };
    const key = await roomKey(issuer, room.id);
    const url = async () => link(this.origin, await invite(issuer, room.id, GUEST, number), { roomKey: key, practice: this.practice });
    return { by: 'us', label, roomKey: key, issuer, link: invited && { ...invited, url: await url() }, links: own.length };
  }

  /** The secret that a room's key and links are derived from; `null` where this browser doesn't have it. */
  private async issuerOf(room: string, sealedSecret: Bytes | null): Promise<Bytes | null> {
    if (this.keys.role === 'staff') return this.drawn.get(room) ?? null;
    return sealedSecret ? openRoomSecret(this.keys.box, room, sealedSecret) : this.issuer;
  }

  /** Again for the same room it is the same: what was sent before may have arrived. */
  private draw(room: string): Bytes {
    const drawn = this.drawn.get(room) ?? crypto.getRandomValues(new Uint8Array(32));
    this.drawn.set(room, drawn);
    return drawn;
  }
}

function hashOf(issuer: Bytes, room: string, number: number): Promise<string> {
  return invite(issuer, room, GUEST, number).then(inviteHash);
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

/** As the server names the issuer of what a practice's devices make, and its staff's. Whose keys a room has, its label says. */
const CONSOLE = 'console';
const RECEPTION = 'reception';
/** The seat of the one guest that a visit has so far. */
const GUEST = 1;
