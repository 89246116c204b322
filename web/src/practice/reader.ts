// What the server tells of a room, read with this browser's keys.

import { openReply } from '../consent/reply.ts';
import { type Bytes, decodeBase64url } from '../sealed/bytes.ts';
import { NOTHING } from '../sealed/crypto.ts';
import { hourRoomKey, invite, link, roomKey } from '../sealed/links.ts';
import type { Appointment, FurtherGuest, GuestLink, Invited, Made } from './appointments.ts';
import type { Keys } from './keys.ts';
import { FURTHER_SEATS, type Label, openLabel } from './label.ts';
import { openRoomSecret, takeApart } from './reception.ts';

/** What a reader reads with. */
export interface ReaderKeys {
  /** Where guests' links lead. */
  readonly origin: string;
  readonly keys: Keys;
  /** The doctors' own secret as an issuer of links; `null` on a staff device. */
  readonly issuer: Bytes | null;
  /** The hash of the practice's identity, as links have it. */
  readonly practice: Bytes;
  readonly labels: CryptoKey;
  /** A staff device's: the secrets of rooms that were made in this page. */
  readonly drawn: ReadonlyMap<string, Bytes>;
  /** Whether an open consultation hour of this id was made with our keys. */
  readonly isOurHour: (hour: string) => boolean;
}

/** What a room says anew is read anew; of all others the very same object comes again, so that a list of hundreds costs only what has changed. */
export class RoomReader {
  private readonly known = new Map<string, Known>();

  constructor(private readonly with_: ReaderKeys) {}

  async readAll(rooms: readonly Room[]): Promise<readonly Appointment[]> {
    // A page that stays open for weeks need not know them all.
    if (this.known.size > MOST_KNOWN) this.known.clear();
    return Promise.all(rooms.map((room) => this.look(room)));
  }

  async read(room: Room): Promise<Appointment> {
    return {
      room: room.id,
      startsAt: room.starts_at,
      endsAt: room.ends_at,
      opensAt: room.opens_at,
      closesAt: room.closes_at,
      epoch: room.epoch,
      isCancelled: room.state === 'closed',
      ...(await this.made(room)),
    };
  }

  private async look(room: Room): Promise<Appointment> {
    const hour = hourOf(room);
    const said = JSON.stringify([room, hour !== null && this.with_.isOurHour(hour)]);
    const before = this.known.get(room.id);
    if (before?.said === said) return before.appointment;
    const appointment = await this.read(room);
    this.known.set(room.id, { said, appointment });
    return appointment;
  }

  private async made(room: Room): Promise<Pick<Appointment, 'made' | 'reply'>> {
    const hour = hourOf(room);
    const program = { made: { by: 'program', issuer: room.issuer } as const, reply: null };
    if (room.issuer !== CONSOLE && room.issuer !== RECEPTION && hour === null) return program;
    const { sealedSecret, label: sealed } = takeApart(decodeBase64url(room.sealed_label) ?? NOTHING);
    const opened = await openLabel(this.with_.labels, room.id, sealed);
    if (opened === null && (hour === null || !this.with_.isOurHour(hour))) return hour === null ? { made: { by: 'other-device' }, reply: null } : program;
    const label = opened ?? { text: '' };
    const common = { label, sealedSecret, hour, isLabelled: opened !== null };
    const invites = new Invites(room);
    const issuer = await this.issuerOf(room.id, sealedSecret);
    if (!issuer) return { made: { by: 'practice', ...common, invite: invites.current(GUEST)?.invited ?? null }, reply: null };
    const key = hour === null ? await roomKey(issuer, room.id) : await hourRoomKey(await roomKey(issuer, hour), room.id);
    const reply = room.sealed_reply ? await openReply(room.sealed_reply, room.id, key) : null;
    const made: Made = {
      by: 'us',
      ...common,
      roomKey: key,
      issuer,
      // The server has drawn the first link of a room of an hour: only the guest's browser knows it.
      link: hour === null ? await this.link(room.id, issuer, key, invites, GUEST) : null,
      links: invites.count(GUEST),
      others: await this.others(room.id, label, issuer, key, invites),
    };
    return { made, reply: reply && { ...reply, at: room.replied_at ?? 0 } };
  }

  private others(room: string, { seats = {} }: Label, issuer: Bytes, key: Bytes, invites: Invites): Promise<readonly FurtherGuest[]> {
    const asked = FURTHER_SEATS.flatMap((seat) => (seats[seat] ? [{ seat, part: seats[seat] }] : []));
    return Promise.all(asked.map(async (one) => ({ ...one, link: await this.link(room, issuer, key, invites, one.seat), links: invites.count(one.seat) })));
  }

  private async link(room: string, issuer: Bytes, key: Bytes, invites: Invites, seat: number): Promise<GuestLink | null> {
    const current = invites.current(seat);
    const { origin, practice } = this.with_;
    return current && { ...current.invited, url: link(origin, await invite(issuer, room, seat, current.number), { roomKey: key, practice }) };
  }

  /** The secret that a room's links are derived from; `null` where this browser doesn't have it. */
  private async issuerOf(room: string, sealedSecret: Bytes | null): Promise<Bytes | null> {
    const { keys, drawn, issuer } = this.with_;
    if (keys.role === 'staff') return drawn.get(room) ?? null;
    return sealedSecret ? openRoomSecret(keys.box, room, sealedSecret) : issuer;
  }
}

/** The server lists a room's invites in the order in which they were made: that is how we know their numbers. */
class Invites {
  constructor(private readonly room: Room) {}

  count(seat: number): number {
    return this.of(seat).length;
  }

  /** The newest one, if it holds. */
  current(seat: number): { readonly number: number; readonly invited: Invited } | null {
    const all = this.of(seat);
    const number = all.findLastIndex(({ revoked }) => !revoked);
    const one = all[number];
    return one ? { number, invited: { invite: one.id, uses: one.uses, maxUses: one.max_uses } } : null;
  }

  private of(seat: number): readonly Invite[] {
    return this.room.invites.filter((one) => one.seat === seat);
  }
}

interface Known {
  /** All that it was read from. */
  readonly said: string;
  readonly appointment: Appointment;
}

/** As docs/signalling.md section 2 has it. */
export interface Room {
  readonly id: string;
  readonly starts_at: number;
  readonly ends_at: number;
  readonly opens_at: number;
  readonly closes_at: number;
  readonly epoch: number;
  readonly issuer: string;
  readonly state: 'open' | 'closed';
  readonly sealed_label: string;
  readonly sealed_reply?: string;
  readonly replied_at?: number | null;
  readonly invites: readonly Invite[];
}

interface Invite {
  readonly id: string;
  readonly seat: number;
  readonly max_uses: number;
  readonly uses: number;
  readonly revoked: boolean;
}

/** The open consultation hour that a room belongs to. */
function hourOf({ issuer }: Room): string | null {
  return /^hour:([\da-f]{32})$/.exec(issuer)?.[1] ?? null;
}

const MOST_KNOWN = 10_000;
/** The patient's seat. */
export const GUEST = 1;
/** As the server names the issuer of what a practice's devices make, and its staff's. Whose keys a room has, its label says. */
export const CONSOLE = 'console';
const RECEPTION = 'reception';
