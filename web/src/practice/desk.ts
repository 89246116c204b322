// What is done about appointments: they are made, moved and called off; who comes, by which link; and which device looks after whom.

import type { Part } from '../drive/visit.ts';
import { type Appointment, type Appointments, type Draft, type FurtherGuest, type Invited, newRoom, noteOf } from './appointments.ts';
import { FURTHER_SEATS, type FurtherSeat, type Label } from './label.ts';
import type { Roster } from './roster.ts';
import type { Watch } from './watch.ts';

/** Each change is on the list when its promise is kept. All throw an `HttpRefusal`. */
export class Desk {
  constructor(
    private readonly rooms: Appointments,
    private readonly roster: Roster,
    private readonly watch: Watch,
    /** This one's id. */
    private readonly device: string,
    /** By the server's clock. */
    private readonly now: () => number,
  ) {}

  // --- Appointments ---

  async create(draft: Draft): Promise<Appointment> {
    const created = await this.rooms.create(draft);
    // It is to be on the list, however far off it is.
    await Promise.all([this.roster.show(created.startsAt), this.roster.refreshAgain(created.startsAt)]);
    return created;
  }

  /** One after the other; the first one's day is looked at. What is sent again after a failure is made once. */
  async createAll(drafts: readonly Draft[]): Promise<Appointment | null> {
    let first: Appointment | null = null;
    for (const draft of drafts) {
      const created = await this.rooms.create(draft);
      first ??= created;
    }
    if (first) await Promise.all([this.roster.show(first.startsAt), this.roster.refreshAgain(first.startsAt)]);
    this.roster.changed();
    return first;
  }

  /** A visit that begins now. */
  createNow(): Promise<Appointment> {
    return this.create({ room: newRoom(), startsAt: this.now(), durationMs: INSTANT, label: '', maxUses: 3 });
  }

  /** Its day is looked at then. */
  async move(room: string, startsAt: number, durationMs: number): Promise<void> {
    this.watch.leave(room);
    await this.rooms.move(room, startsAt, durationMs).finally(() => this.refresh(startsAt, this.startOf(room)));
    await this.roster.show(startsAt);
  }

  async cancel(...rooms: readonly string[]): Promise<void> {
    const starts = rooms.map((room) => this.startOf(room));
    for (const room of rooms) this.watch.leave(room);
    try {
      for (const room of rooms) await this.rooms.cancel(room);
    } finally {
      await this.refresh(...starts);
      if (rooms.length > 1) this.roster.changed();
    }
  }

  /** This one and all later ones of its series that are not cancelled. */
  async restOfSeries({ startsAt, made }: Appointment): Promise<readonly Appointment[]> {
    const series = noteOf(made)?.series;
    if (series === undefined) return [];
    const all = await this.rooms.list(startsAt, startsAt + FURTHEST);
    return all.filter((one) => !one.isCancelled && noteOf(one.made)?.series === series);
  }

  /** What stands there is for the practice alone. */
  async note(appointment: Appointment, text: string): Promise<void> {
    await this.relabel(appointment, { ...labelled(appointment), text });
  }

  // --- Links ---

  async revoke(link: Invited, startsAt: number): Promise<void> {
    await this.rooms.revoke(link).finally(() => this.refresh(startsAt));
  }

  /** In place of a link that was revoked. */
  async makeLink(appointment: Appointment, maxUses: number, seat?: 1 | FurtherSeat): Promise<void> {
    await this.rooms.makeLink(appointment, maxUses, seat).finally(() => this.refresh(appointment.startsAt));
  }

  /** Asks somebody else in, with a link of their own. False when all seats are taken. */
  async addGuest(appointment: Appointment, part: Part): Promise<boolean> {
    const label = labelled(appointment);
    const seat = FURTHER_SEATS.find((one) => label.seats?.[one] === undefined);
    if (seat === undefined) return false;
    await this.relabel(appointment, { ...label, seats: { ...label.seats, [seat]: part } });
    const now = this.roster.appointments.value.find(({ room }) => room === appointment.room) ?? appointment;
    await this.makeLink(now, FURTHER_USES, seat);
    return true;
  }

  /** Their link leads nowhere any more. */
  async removeGuest(appointment: Appointment, { seat, link }: FurtherGuest): Promise<void> {
    if (link) await this.rooms.revoke(link);
    const label = labelled(appointment);
    const { [seat]: _, ...seats } = label.seats ?? {};
    await this.relabel(appointment, { ...label, seats });
  }

  // --- Which device meets whom ---

  /** Another of the practice's devices is to look after this guest. */
  async handOver(appointment: Appointment, device: string): Promise<void> {
    await this.relabel(appointment, { ...labelled(appointment), to: device });
  }

  /** This one is to. */
  async receive(appointment: Appointment): Promise<void> {
    const label = labelled(appointment);
    if (label.to !== undefined && label.to !== this.device) await this.relabel(appointment, { ...label, to: this.device });
    else this.watch.visits.value.get(appointment.room)?.retry();
  }

  /** Reads the list again, and the days of these moments. */
  private refresh(...at: readonly (number | null)[]): Promise<void> {
    return this.roster.refreshAgain(...at.flatMap((one) => one ?? []));
  }

  private async relabel(appointment: Appointment, label: Label): Promise<void> {
    await this.rooms.relabel(appointment, label).finally(() => this.refresh(appointment.startsAt));
  }

  private startOf(room: string): number | null {
    return this.roster.appointments.value.find((one) => one.room === room)?.startsAt ?? null;
  }
}

function labelled({ made }: Appointment): Label {
  return noteOf(made) ?? { text: '' };
}

/** How long a visit is planned that begins now, in milliseconds. */
const INSTANT = 30 * 60_000;
/** The form lets nobody arrange for later. */
export const FURTHEST = 2 * 366 * 24 * 60 * 60_000;
/** Browsers that a further guest's link may be used on. */
const FURTHER_USES = 3;
