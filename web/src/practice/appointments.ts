// A practice's appointments: what the server keeps of them, and what only this browser can add, links and labels.

import type { Part } from '../call/control.ts';
import type { Reply } from '../consent/reply.ts';
import { type Bytes, concat, encodeBase64url, toHex } from '../sealed/bytes.ts';
import { NOTHING } from '../sealed/crypto.ts';
import { identityHash, invite, inviteHash, issuerSecret, roomKey } from '../sealed/links.ts';
import { HttpRefusal } from '../signal/http.ts';
import { identityPoint, type Keys, labelKey } from './keys.ts';
import { FURTHER_SEATS, type FurtherSeat, type Label, sealLabel } from './label.ts';
import { CONSOLE, GUEST, type Knowledge, type Room, RoomReader } from './reader.ts';
import { frontFor } from './reception.ts';
import type { Progress } from './progress.ts';
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
  /** What the guest said beforehand, and when; `null`: nothing, or nothing that can be read here. */
  readonly reply: (Reply & { readonly at: number }) | null;
}

export type Made =
  /** Here, by another doctor's device, by the reception for the doctors, or by connected software: this browser has the room's keys. */
  | (Noted & {
      readonly by: 'us';
      readonly roomKey: Bytes;
      /** What the room's links are derived from. */
      readonly issuer: Bytes;
      /** `null` when it was revoked and no new one was made, and where the server has drawn it: in a room of an open consultation hour, or of software. */
      readonly link: GuestLink | null;
      /** How many links the patient's seat has had. */
      readonly links: number;
      /** Who else is asked in. */
      readonly others: readonly FurtherGuest[];
    })
  /** With keys that only the doctors' devices have: a staff device reads the note, and can't show the link. */
  | (Noted & { readonly by: 'practice'; readonly invite: Invited | null })
  /** By another device of this practice, with a secret of its own: its link can't be made here. */
  | { readonly by: 'other-device' }
  /** By software that calls itself `issuer` and is not connected, or in an open hour that is not known. */
  | { readonly by: 'program'; readonly issuer: string };

/** What the practice's devices tell each other about an appointment. */
interface Noted {
  readonly label: Label;
  /** What the reception sealed for the doctors, or software for the practice, stands before the label, and stays there; empty where there is nothing. */
  readonly front: Bytes;
  /** The connected software that made it, by its name. */
  readonly software: string | null;
  /** Came of itself, to this open consultation hour. */
  readonly hour: string | null;
  /** False until one of the practice's devices has labelled a room of an hour, or of software. */
  readonly isLabelled: boolean;
}

/** A second or third guest. */
export interface FurtherGuest {
  readonly seat: FurtherSeat;
  readonly part: Part;
  readonly link: GuestLink | null;
  readonly links: number;
}

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
  return noteOf(made)?.text ?? '';
}

/** All that the practice's devices have noted, where it can be read here. */
export function noteOf(made: Made): Label | null {
  return made.by === 'us' || made.by === 'practice' ? made.label : null;
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
  /** Who else is asked in: at most two. */
  readonly others?: readonly Part[];
  /** What appointments that are made together have in common; from `newRoom`, too. */
  readonly series?: string;
}

/** An id for an appointment: 128 random bits. */
export function newRoom(): string {
  return toHex(crypto.getRandomValues(new Uint8Array(16)));
}

/** A practice's calls about its appointments. All throw an `HttpRefusal`. */
export class Appointments {
  /** By the room of the draft: what was sent for it. */
  private readonly attempts = new Map<string, Attempt>();

  private constructor(
    private readonly session: Session,
    private readonly keys: Keys,
    /** The doctors' own secret as an issuer of links. */
    private readonly issuer: Bytes | null,
    private readonly labels: CryptoKey,
    private readonly reader: RoomReader,
    /** A staff device's: the secrets of rooms that were made in this page. */
    private readonly drawn: Map<string, Bytes>,
    private readonly welcome: Welcome | null,
  ) {}

  /** `origin`: where guests' links lead, `https://video.example.org`. */
  static async of(session: Session, { keys }: Device, origin: string, welcome: Welcome | null = null, knows: Knowledge = KNOWS_NOTHING): Promise<Appointments> {
    const [issuer, practice, labels] = await Promise.all([
      keys.role === 'doctor' ? issuerSecret(keys.secret, CONSOLE) : null,
      identityPoint(keys).then(identityHash),
      labelKey(keys),
    ]);
    const drawn = new Map<string, Bytes>();
    const reader = new RoomReader({ origin, keys, issuer, practice, labels, drawn, knows });
    return new Appointments(session, keys, issuer, labels, reader, drawn, welcome);
  }

  /** All that start in `[from, until)`, by start. What has not changed since the last time is the same object. */
  async list(from: number, until: number): Promise<readonly Appointment[]> {
    const rooms: Room[] = [];
    let token = '';
    do {
      const page: Page = await this.session.call('rooms/list', { from, until, ...(token !== '' && { page_token: token }) });
      rooms.push(...page.rooms);
      token = page.next_page_token;
    } while (token !== '');
    return this.reader.readAll(rooms);
  }

  async create(draft: Draft): Promise<Appointment> {
    const attempt = await this.attempt(draft);
    if (attempt.made) return attempt.made;
    const { room } = await this.session.call<{ room: Room }>('rooms', attempt.body);
    attempt.made = await this.reader.read(room);
    return attempt.made;
  }

  /** Gives it another time; its link stays good. */
  async move(room: string, startsAt: number, durationMs: number): Promise<Appointment> {
    return this.reader.read(await this.session.call<Room>(`rooms/${room}/move`, { starts_at: startsAt, duration_ms: durationMs }));
  }

  /** For good. Twice is no error. */
  async cancel(room: string): Promise<Appointment> {
    return this.reader.read(await this.session.call<Room>(`rooms/${room}/close`, {}));
  }

  /** What the practice's devices note about it. */
  async relabel({ room, made }: Appointment, label: Label): Promise<void> {
    if (made.by !== 'us' && made.by !== 'practice') throw new Error('only what can be read can be noted anew');
    await this.session.call(`rooms/${room}/label`, { sealed_label: await this.sealed(room, label, made.front) });
  }

  /** Whoever came by this link is sent out, and it leads nowhere any more. Twice is no error. */
  async revoke({ invite }: Invited): Promise<void> {
    await this.session.call(`invites/${invite}/revoke`, {});
  }

  /** The next link of a seat, for as many browsers. When another browser was faster, the one that it made is as good. */
  async makeLink({ room, made }: Appointment, maxUses: number, seat: 1 | FurtherSeat = GUEST): Promise<void> {
    if (made.by !== 'us') throw new Error('only links of our own can be made');
    const number = seat === GUEST ? made.links : (made.others.find((one) => one.seat === seat)?.links ?? 0);
    const body = { seat, max_uses: maxUses, sha256: await hashOf(made.issuer, room, seat, number) };
    await this.session.call(`rooms/${room}/invites`, body).catch((cause: unknown) => {
      if (!(cause instanceof HttpRefusal) || cause.code !== 'already_exists') throw cause;
    });
  }

  /** What the practice says has changed, or by whom it is signed: its guests are to read the new one. */
  async renewWelcome({ room, made }: Appointment): Promise<void> {
    if (made.by !== 'us' || !this.welcome) return;
    await this.session.call(`rooms/${room}/welcome`, { sealed_welcome: await this.welcome(room, made.roomKey) });
  }

  /** How far this device has come with a guest. */
  async reportProgress(room: string, seat: number, state: Progress): Promise<void> {
    await this.session.call(`rooms/${room}/progress`, { seat, state });
  }

  /** What lets the practice take its seat. */
  async token(room: string): Promise<string> {
    return (await this.session.call<{ token: string }>(`rooms/${room}/token`, {})).token;
  }

  private async sealed(room: string, label: Label, front: Bytes): Promise<string> {
    return encodeBase64url(concat(front, await sealLabel(this.labels, room, label)));
  }

  /** Of what was sent before it is the same to the byte: by that the server knows it again. Where something else is wished for now, that takes its place. */
  private async attempt(draft: Draft): Promise<Attempt> {
    const wish = JSON.stringify(draft);
    const before = this.attempts.get(draft.room);
    if (before?.wish === wish) return before;
    if (before) await this.withdraw(before);
    const room = before ? newRoom() : draft.room;
    const attempt: Attempt = { wish, room, body: await this.requestFor({ ...draft, room }), made: null };
    this.attempts.set(draft.room, attempt);
    return attempt;
  }

  private async withdraw({ room }: Attempt): Promise<void> {
    await this.cancel(room).catch((cause: unknown) => {
      // It never arrived.
      if (!(cause instanceof HttpRefusal) || cause.code !== 'not_found') throw cause;
    });
  }

  private async requestFor({ room, startsAt, durationMs, label: text, maxUses, others = [], series }: Draft): Promise<object> {
    const issuer = this.issuer ?? this.draw(room);
    const seats = Object.fromEntries(others.map((part, at) => [FURTHER_SEATS[at], part]));
    const label: Label = { text, ...(others.length > 0 && { seats }), ...(series !== undefined && { series }) };
    const invites = [GUEST, ...FURTHER_SEATS.slice(0, others.length)].map(async (seat) => ({ seat, max_uses: maxUses, sha256: await hashOf(issuer, room, seat, 0) }));
    const [key, front] = await Promise.all([roomKey(issuer, room), this.keys.role === 'staff' ? frontFor(this.keys.box, room, issuer) : NOTHING]);
    const welcome = (await this.welcome?.(room, key)) ?? '';
    return {
      room,
      starts_at: startsAt,
      duration_ms: durationMs,
      invites: await Promise.all(invites),
      sealed_label: await this.sealed(room, label, front),
      request_id: room,
      ...(welcome !== '' && { sealed_welcome: welcome }),
    };
  }

  private draw(room: string): Bytes {
    const drawn = crypto.getRandomValues(new Uint8Array(32));
    this.drawn.set(room, drawn);
    return drawn;
  }
}

function hashOf(issuer: Bytes, room: string, seat: number, number: number): Promise<string> {
  return invite(issuer, room, seat, number).then(inviteHash);
}

/** To make an appointment. */
interface Attempt {
  /** The draft. */
  readonly wish: string;
  /** Another than the draft's where an earlier attempt may have taken that. */
  readonly room: string;
  readonly body: object;
  /** `null` until the server has answered. */
  made: Appointment | null;
}

interface Page {
  readonly rooms: readonly Room[];
  readonly next_page_token: string;
}

const KNOWS_NOTHING: Knowledge = { isOurHour: () => false, isConnected: () => false };
