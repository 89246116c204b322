// The console of a practice: its list, kept fresh, and its visits, kept in step with it.

import { computed, type ReadonlySignal, type Signal, signal } from '@preact/signals';
import { isTalking } from '../call/step.ts';
import type { Identity, PracticeOptions, Visit } from '../drive/visit.ts';
import type { LocalDevices } from '../rtc/media.ts';
import { HttpRefusal } from '../signal/http.ts';
import { type Appointment, Appointments, type Draft, type Invited, newRoom } from './appointments.ts';
import { ServerClock } from './clock.ts';
import { Devices } from './devices.ts';
import { midnight } from './form.ts';
import { identityOf, type Role } from './keys.ts';
import { Session } from './session.ts';
import { PracticeSettings, welcomeFor } from './settings.ts';
import type { Device } from './store.ts';
import { Watch } from './watch.ts';

/** What is known of the list. */
export type ListState =
  | 'loading'
  | 'fresh'
  /** The server can't be asked right now: what is shown is what was known, and we go on trying. */
  | 'unreachable'
  /** This device may not sign in any more. */
  | 'revoked';

/** What the console needs from around it. */
export interface Surroundings {
  readonly device: Device;
  /** Where guests' links lead. */
  readonly origin: string;
  readonly language: string;
  /** The practice's own camera and microphone, for all its visits. */
  readonly local: LocalDevices;
  /** `practiceVisit`, or a test's own. */
  readonly visit: (options: PracticeOptions) => Visit;
}

/** Made by `Console.open`; works until `dispose`. Actions throw an `HttpRefusal`. */
export class Console {
  readonly watch: Watch;
  readonly devices: Devices;
  private readonly known = signal<readonly Appointment[]>([]);
  private readonly listState = signal<ListState>('loading');
  private readonly days = signal(DAYS);
  private readonly time: Signal<number>;
  private readonly stopping = new AbortController();
  private refreshing: Promise<void> | null = null;
  /** By this machine's monotonic clock; `null`: never. */
  private refreshedAt: number | null = null;
  private synchronisedAt: number | null = null;
  private settledAt: number | null = null;
  private areWelcomesOld = false;

  private constructor(
    private readonly surroundings: Surroundings,
    private readonly clock: ServerClock,
    private readonly session: Session,
    /** What guests are asked to sign. */
    readonly settings: PracticeSettings,
    private readonly rooms: Appointments,
    /** `null` on a staff device: it takes part in no visit. */
    readonly identity: Identity | null,
  ) {
    this.time = signal(clock.now());
    this.devices = new Devices(session);
    this.watch = new Watch((appointment) => this.begin(appointment));
  }

  /** Signs in, reads the list and goes on doing so. */
  static async open(surroundings: Surroundings): Promise<Console> {
    const { device, origin } = surroundings;
    const { keys } = device;
    const clock = new ServerClock();
    const session = new Session(device, clock);
    const identity = keys.role === 'doctor' ? await identityOf(keys) : null;
    const settings = new PracticeSettings(session, keys, device.practiceName);
    const rooms = await Appointments.of(session, device, origin, welcomeFor(settings, identity));
    const console = new Console(surroundings, clock, session, settings, rooms, identity);
    console.run();
    return console;
  }

  /** All of today and of some days to come, by start; cancelled ones too. */
  get appointments(): ReadonlySignal<readonly Appointment[]> {
    return this.known;
  }

  get state(): ReadonlySignal<ListState> {
    return this.listState;
  }

  /** The server's time, every second. */
  get now(): ReadonlySignal<number> {
    return this.time;
  }

  get device(): Device {
    return this.surroundings.device;
  }

  /** A staff device arranges appointments, and lets nobody in. */
  get role(): Role {
    return this.device.keys.role;
  }

  get origin(): string {
    return this.surroundings.origin;
  }

  get local(): LocalDevices {
    return this.surroundings.local;
  }

  /** The visit in which somebody is being talked to, if any. */
  readonly talking = computed<{ readonly room: string; readonly visit: Visit } | null>(() => {
    for (const [room, visit] of this.watch.visits.value) if (isTalking(visit.call.value)) return { room, visit };
    return null;
  });

  async create(draft: Draft): Promise<Appointment> {
    const created = await this.rooms.create(draft);
    // It is to be on the list, however far off it is.
    const day = Math.ceil((created.startsAt - midnight(this.time.value)) / A_DAY) + 1;
    if (day > this.days.value) this.days.value = day;
    await this.refreshAfterAction();
    return created;
  }

  /** A visit that begins now. */
  createNow(): Promise<Appointment> {
    return this.create({ room: newRoom(), startsAt: this.clock.now(), durationMs: INSTANT, label: '', maxUses: 3 });
  }

  async move(room: string, startsAt: number, durationMs: number): Promise<void> {
    this.watch.leave(room);
    await this.rooms.move(room, startsAt, durationMs).finally(() => this.refreshAfterAction());
  }

  async cancel(room: string): Promise<void> {
    this.watch.leave(room);
    await this.rooms.cancel(room).finally(() => this.refreshAfterAction());
  }

  async revoke(link: Invited): Promise<void> {
    await this.rooms.revoke(link).finally(() => this.refreshAfterAction());
  }

  /** In place of a link that was revoked. */
  async makeLink(appointment: Appointment, maxUses: number): Promise<void> {
    await this.rooms.makeLink(appointment, maxUses).finally(() => this.refreshAfterAction());
  }

  /** For every appointment to come that is on the list. Goes on with the next reading of the list where the server can't be asked now. */
  async renewWelcomes(): Promise<void> {
    this.areWelcomesOld = true;
    await this.refreshAfterAction();
  }

  showMoreDays(): Promise<void> {
    this.days.value += DAYS;
    return this.refresh();
  }

  /** How many days the list covers, from today. */
  get daysShown(): ReadonlySignal<number> {
    return this.days;
  }

  /** Reads the list again; what goes wrong is in `state`. */
  refresh(): Promise<void> {
    this.refreshing ??= this.readList().finally(() => {
      this.refreshing = null;
    });
    return this.refreshing;
  }

  /** A reading that began before the action may not have seen it. */
  private async refreshAfterAction(): Promise<void> {
    await this.refreshing;
    await this.refresh();
  }

  dispose(): void {
    this.stopping.abort();
    this.watch.dispose();
    this.local.close();
  }

  private run(): void {
    const { signal } = this.stopping;
    const timer = setInterval(() => this.tick(), SECOND);
    signal.addEventListener('abort', () => clearInterval(timer));
    const look = () => void this.refresh();
    addEventListener('focus', look, { signal });
    addEventListener('online', look, { signal });
    this.tick();
  }

  private tick(): void {
    this.keepStep();
    if (this.listState.value === 'revoked') return;
    if (isDue(this.synchronisedAt, SYNCHRONISE)) {
      this.synchronisedAt = performance.now();
      void this.clock.synchronise();
    }
    if (isDue(this.settledAt, SETTLE)) {
      this.settledAt = performance.now();
      // What goes wrong is in its state; appointments can't be made without it.
      this.settings.load().catch(ignoreRefusal);
    }
    if (isDue(this.refreshedAt, this.listState.value === 'unreachable' ? RETRY : REFRESH)) void this.refresh();
  }

  private async readList(): Promise<void> {
    try {
      const today = midnight(this.clock.now());
      // Yesterday's last ones may still be going on.
      this.known.value = await this.rooms.list(today - EVENING, midnight(today, this.days.value));
      if (this.areWelcomesOld) await this.sendWelcomes();
      this.listState.value = 'fresh';
    } catch (cause) {
      if (!(cause instanceof HttpRefusal)) throw cause;
      this.listState.value = this.session.isRevoked.value ? 'revoked' : 'unreachable';
    } finally {
      this.refreshedAt = performance.now();
      this.keepStep();
    }
  }

  private async sendWelcomes(): Promise<void> {
    for (const one of this.known.value) if (!one.isCancelled && one.closesAt > this.clock.now()) await this.rooms.renewWelcome(one);
    this.areWelcomesOld = false;
  }

  private keepStep(): void {
    this.time.value = this.clock.now();
    this.watch.update(this.listState.value === 'revoked' || this.role === 'staff' ? [] : this.known.value, this.time.value);
  }

  private begin({ room, made }: Appointment): Visit {
    const { identity } = this;
    if (made.by !== 'us' || !identity) throw new Error('only rooms of our own are watched');
    const { device, language, local, visit } = this.surroundings;
    const token = () => this.rooms.token(room);
    const begun = visit({ room, roomKey: made.roomKey, identity, device: device.id, token, name: device.practiceName, language, welcome: () => this.settings.document.value, local });
    begun.start();
    return begun;
  }
}

function ignoreRefusal(cause: unknown): void {
  if (!(cause instanceof HttpRefusal)) throw cause;
}

function isDue(last: number | null, pause: number): boolean {
  return last === null || performance.now() - last > pause;
}

const SECOND = 1_000;
/** The list, while all is well; focus and actions do it at once. */
const REFRESH = 30 * SECOND;
const RETRY = 5 * SECOND;
const SYNCHRONISE = 600 * SECOND;
/** What another device has changed about consent. */
const SETTLE = 300 * SECOND;
/** How long a visit is planned that begins now. */
const INSTANT = 30 * 60 * SECOND;
const A_DAY = 24 * 60 * 60 * SECOND;
/** No appointment is longer. */
const EVENING = 8 * 60 * 60 * SECOND;
/** Shown at first, and more at a time. */
const DAYS = 14;
