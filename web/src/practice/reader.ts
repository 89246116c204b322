// What the server tells of a room, read with this browser's keys.

import { openReply } from '../consent/reply.ts';
import { type Bytes, decodeBase64url } from '../sealed/bytes.ts';
import { NOTHING } from '../sealed/crypto.ts';
import { hourRoomKey, invite, issuerSecret, link, roomKey } from '../sealed/links.ts';
import type { Appointment, FurtherGuest, GuestLink, Invited, Made } from './appointments.ts';
import type { Keys } from './keys.ts';
import { FURTHER_SEATS, type Label, openLabel } from './label.ts';
import { type LabelParts, openRoomSecret, takeApart } from './reception.ts';
import { openSoftwareLabel, takeSoftwareApart } from './software-label.ts';

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
  readonly knows: Knowledge;
}

/** What else a reader has to know of the practice. It may be another with every look. */
export interface Knowledge {
  /** Whether an open consultation hour of this id was made with our keys: see `Hours`. */
  readonly isOurHour: (hour: string) => boolean;
  /** Whether the practice meets the guests of rooms that the software of this name has made: see `PracticeSettings`. */
  readonly isConnected: (software: string) => boolean;
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
    const said = JSON.stringify([room, this.isKnown(room)]);
    const before = this.known.get(room.id);
    if (before?.said === said) return before.appointment;
    const appointment = await this.read(room);
    this.known.set(room.id, { said, appointment });
    return appointment;
  }

  private isKnown({ issuer }: Room): boolean {
    const { knows } = this.with_;
    const hour = hourOf(issuer);
    return isOwn(issuer) || (hour === null ? knows.isConnected(issuer) : knows.isOurHour(hour));
  }

  private async made(room: Room): Promise<Pick<Appointment, 'made' | 'reply'>> {
    const hour = hourOf(room.issuer);
    const software = isOwn(room.issuer) || hour !== null ? null : room.issuer;
    const isKnown = this.isKnown(room);
    const foreign = { made: isOwn(room.issuer) ? ({ by: 'other-device' } as const) : ({ by: 'program', issuer: room.issuer } as const), reply: null };
    if (software !== null && !isKnown) return foreign;
    const { front, sealedSecret, sealedBySoftware, label: ours } = partsOf(decodeBase64url(room.sealed_label) ?? NOTHING, software);
    const noted = await openLabel(this.with_.labels, room.id, ours);
    if (noted === null && (isOwn(room.issuer) || !isKnown)) return foreign;
    const common = { front, hour, software, isLabelled: noted !== null };
    const invites = new Invites(room);
    const issuer = await this.issuerOf(room.id, software, sealedSecret);
    if (!issuer) return { made: { by: 'practice', ...common, label: noted ?? { text: '' }, invite: invites.current(GUEST)?.invited ?? null }, reply: null };
    const key = hour === null ? await roomKey(issuer, room.id) : await hourRoomKey(await roomKey(issuer, hour), room.id);
    const label = together(noted, sealedBySoftware && (await openSoftwareLabel(key, room.id, sealedBySoftware)));
    const reply = room.sealed_reply ? await openReply(room.sealed_reply, room.id, key) : null;
    const made: Made = {
      by: 'us',
      ...common,
      label,
      roomKey: key,
      issuer,
      // The server has drawn the first link of a room of an hour, or the software's: only who was given it knows it.
      link: hour === null && software === null ? await this.link(room.id, issuer, key, invites, GUEST) : null,
      links: invites.count(GUEST),
      others: software === null ? await this.others(room.id, label, issuer, key, invites) : invites.further(label),
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
  private async issuerOf(room: string, software: string | null, sealedSecret: Bytes | null): Promise<Bytes | null> {
    const { keys, drawn, issuer } = this.with_;
    if (keys.role === 'staff') return drawn.get(room) ?? null;
    if (software !== null) return issuerSecret(keys.secret, software);
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

  /** Whom software has asked in besides the patient: who has a link that holds. */
  further({ seats }: Label): readonly FurtherGuest[] {
    const asked = FURTHER_SEATS.filter((seat) => this.current(seat) !== null);
    return asked.map((seat) => ({ seat, part: seats?.[seat] ?? 'companion', link: null, links: this.count(seat) }));
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

interface Parts extends LabelParts {
  readonly sealedBySoftware: Bytes | null;
  /** All that stands before the practice's own note. */
  readonly front: Bytes;
}

function partsOf(whole: Bytes, software: string | null): Parts {
  const parts = software === null ? { ...takeApart(whole), sealedBySoftware: null } : { sealedSecret: null, ...takeSoftwareApart(whole) };
  return { ...parts, front: whole.slice(0, whole.length - parts.label.length) };
}

/** What the practice has noted, and what the software says where the practice says nothing. */
function together(noted: Label | null, told: Pick<Label, 'text' | 'seats'> | null): Label {
  if (!noted) return told ?? { text: '' };
  return { ...told, ...noted, text: noted.text || (told?.text ?? '') };
}

/** Of a browser of the practice. */
function isOwn(issuer: string): boolean {
  return issuer === CONSOLE || issuer === RECEPTION;
}

/** The open consultation hour that a room belongs to. */
function hourOf(issuer: string): string | null {
  return /^hour:([\da-f]{32})$/.exec(issuer)?.[1] ?? null;
}

const MOST_KNOWN = 10_000;
/** The patient's seat. */
export const GUEST = 1;
/** As the server names the issuer of what a practice's devices make, and its staff's. Whose keys a room has, its label says. */
export const CONSOLE = 'console';
export const RECEPTION = 'reception';
