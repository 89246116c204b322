// The console of a practice: its list and its waiting rooms, kept in step with the server and with the practice's other devices.

import { effect, type ReadonlySignal, type Signal, signal, untracked } from '@preact/signals';
import type { Identity, PracticeOptions, Visit } from '../drive/visit.ts';
import type { LocalDevices } from '../rtc/media.ts';
import { HttpRefusal } from '../signal/http.ts';
import { Adoption } from './adoption.ts';
import { type Appointment, Appointments, noteOf } from './appointments.ts';
import { ServerClock } from './clock.ts';
import { Desk, FURTHEST } from './desk.ts';
import { Devices } from './devices.ts';
import { Hours } from './hours.ts';
import { boardKey, identityOf, type Role } from './keys.ts';
import { followOutcomes } from './outcome.ts';
import { followProgress } from './progress.ts';
import { Renewal } from './renewal.ts';
import { type ListState, Roster } from './roster.ts';
import { Session } from './session.ts';
import { PracticeSettings, welcomeFor } from './settings.ts';
import type { Device } from './store.ts';
import { Team, type TeamOptions } from './team.ts';
import { WaitingRoom } from './waiting-room.ts';
import { seatPlan, Watch } from './watch.ts';
import { Windows } from './windows.ts';

export type { ListState } from './roster.ts';

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
  /** For tests. */
  readonly openLine?: TeamOptions['openLine'];
}

/** Made by `Console.open`; works until `dispose`. */
export class Console {
  readonly watch: Watch;
  readonly devices: Devices;
  readonly team: Team;
  readonly roster: Roster;
  readonly desk: Desk;
  readonly waiting: WaitingRoom;
  private readonly windows: Windows;
  private readonly renewal: Renewal;
  private readonly time: Signal<number>;
  private readonly adoption: Adoption;
  private readonly stopping = new AbortController();
  /** By this machine's monotonic clock; `null`: never. */
  private synchronisedAt: number | null = null;
  private settledAt: number | null = null;
  private isUnsettled = false;

  private constructor(
    private readonly surroundings: Surroundings,
    private readonly clock: ServerClock,
    private readonly session: Session,
    /** What guests are asked to sign. */
    readonly settings: PracticeSettings,
    private readonly rooms: Appointments,
    /** Open consultation hours. */
    readonly hours: Hours,
    /** `null` on a staff device: it takes part in no visit. */
    readonly identity: Identity | null,
    private readonly boards: CryptoKey | null,
  ) {
    const { device, origin, openLine } = surroundings;
    this.time = signal(clock.now());
    this.devices = new Devices(session);
    this.watch = new Watch((appointment) => this.begin(appointment), device.id);
    this.roster = new Roster({ list: (from, until) => this.list(from, until), now: () => clock.now(), isRevoked: () => session.isRevoked.value, onRead: () => this.afterReading() });
    this.desk = new Desk(rooms, this.roster, this.watch, device.id, () => clock.now());
    this.team = new Team({
      key: this.boards,
      device: device.id,
      url: `${origin.replace(/^http/, 'ws')}/practice`,
      token: () => session.token(),
      now: () => clock.now(),
      onChanged: () => this.changed(),
      ...(openLine && { openLine }),
    });
    this.windows = new Windows(device.id);
    this.waiting = new WaitingRoom({ watch: this.watch, team: this.team, windows: this.windows, device: device.id, document: settings.document, now: () => clock.now() });
    // So that the practice knows a room of an hour as its own when the hour is forgotten.
    this.adoption = new Adoption({ welcome: (one) => rooms.renewWelcome(one), label: (one) => rooms.relabel(one, noteOf(one.made) ?? { text: '' }) });
    this.renewal = new Renewal({ all: () => this.toCome(), renew: (one) => rooms.renewWelcome(one), renewHours: () => hours.renewWelcomes() });
  }

  /** Signs in, reads the list and goes on doing so. */
  static async open(surroundings: Surroundings): Promise<Console> {
    const { device, origin } = surroundings;
    const { keys } = device;
    const clock = new ServerClock();
    const session = new Session(device, clock);
    const identity = keys.role === 'doctor' ? await identityOf(keys) : null;
    const settings = new PracticeSettings(session, keys, device.practiceName);
    const welcome = welcomeFor(settings, identity);
    const [hours, boards] = await Promise.all([Hours.of(session, keys, origin, welcome), boardKey(keys)]);
    const rooms = await Appointments.of(session, device, origin, welcome, {
      isOurHour: (hour) => hours.isOurs(hour),
      isConnected: (software) => settings.software.value.includes(software),
    });
    const console = new Console(surroundings, clock, session, settings, rooms, hours, identity, boards);
    console.run();
    return console;
  }

  /** All that are known, by start; cancelled ones too. */
  get appointments(): ReadonlySignal<readonly Appointment[]> {
    return this.roster.appointments;
  }

  get state(): ReadonlySignal<ListState> {
    return this.roster.state;
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

  /** Whether the operator has a relay that the practice may choose. */
  get hasRelay(): ReadonlySignal<boolean> {
    return this.session.hasRelay;
  }

  /** The visit in which somebody is being talked to, if any. */
  get talking(): WaitingRoom['talking'] {
    return this.waiting.talking;
  }

  /** Whether this device can read who waits at the others: a staff device of an older version can't. */
  get seesBoards(): boolean {
    return this.boards !== null;
  }

  /** What a device of the practice calls itself; `null`: not known. */
  deviceName(id: string): string | null {
    return this.devices.list.value?.find((one) => one.id === id)?.name ?? null;
  }

  /** For every appointment to come. Goes on with the next reading of the list where the server can't be asked now. */
  renewWelcomes(): Promise<void> {
    return this.renewal.begin();
  }

  /** Reads the list again, and the days of these moments; what goes wrong is in `state`. */
  refresh(...at: readonly (number | null)[]): Promise<void> {
    return this.roster.refreshAgain(...at.flatMap((one) => one ?? []));
  }

  dispose(): void {
    if (this.stopping.signal.aborted) return;
    this.stopping.abort();
    this.session.end();
    this.team.close();
    this.windows.close();
    this.watch.dispose();
    this.local.close();
  }

  private run(): void {
    const { signal } = this.stopping;
    const timer = setInterval(() => this.tick(), SECOND);
    const end = this.waiting.start();
    let met = this.settings.software.peek();
    const unfollow = effect(() => {
      const { value } = this.settings.software;
      // What is on the list is read by it.
      if (value !== met) untracked(() => this.roster.changed());
      met = value;
    });
    signal.addEventListener('abort', () => {
      clearInterval(timer);
      end();
      unfollow();
    });
    const refresh = () => void this.roster.refresh();
    addEventListener('focus', refresh, { signal });
    addEventListener('online', refresh, { signal });
    this.team.open();
    this.tick();
  }

  private tick(): void {
    this.keepStep();
    if (this.state.value === 'revoked') return;
    if (isDue(this.synchronisedAt, SYNCHRONISE)) {
      this.synchronisedAt = performance.now();
      void this.clock.synchronise();
    }
    if (isDue(this.settledAt, this.isUnsettled ? SETTLE_SOON : SETTLE)) {
      this.settledAt = performance.now();
      this.isUnsettled = false;
      // What goes wrong is in its state; appointments can't be made without it.
      this.settings.load().catch(ignoreRefusal);
      this.devices.refresh().catch(ignoreRefusal);
      this.hours.refresh().catch(ignoreRefusal);
    }
    this.roster.tick();
    this.waiting.tick();
  }

  /** Somebody of the practice, a program or a guest has done something. */
  private changed(): void {
    this.roster.changed();
    // Devices, hours and settings change seldom, and what comes in a row is read once.
    this.isUnsettled = true;
  }

  private async list(from: number, until: number): Promise<readonly Appointment[]> {
    const found = await this.rooms.list(from, until);
    const strangers = found.flatMap(({ made }) => (made.by === 'program' ? [made.issuer] : []));
    const isOfUnknownHour = (issuer: string) => issuer.startsWith('hour:') && !this.hours.knows(issuer.slice('hour:'.length));
    const isEarly = strangers.length > 0 && this.settings.state.value === 'loading';
    if (isEarly) await this.settings.load().catch(ignoreRefusal);
    const isNewHour = strangers.some(isOfUnknownHour);
    if (isNewHour) await this.hours.refresh();
    if (!isEarly && !isNewHour) return found;
    return this.rooms.list(from, until);
  }

  private afterReading(): void {
    this.keepStep();
    if (this.state.value !== 'fresh') return;
    void this.renewal.goOn();
    if (this.role === 'doctor') this.adoption.take(this.appointments.value, this.clock.now());
  }

  private async toCome(): Promise<readonly Appointment[]> {
    const now = this.clock.now();
    const all = await this.rooms.list(now - A_DAY, now + FURTHEST);
    return all.filter(({ isCancelled, closesAt }) => !isCancelled && closesAt > now);
  }

  private keepStep(): void {
    // What was asked for before the end may be answered after it.
    if (this.stopping.signal.aborted) return;
    this.time.value = this.clock.now();
    this.watch.update(this.state.value === 'revoked' || this.role === 'staff' ? [] : this.appointments.value, this.time.value);
  }

  private begin(appointment: Appointment): Visit {
    const { room, made } = appointment;
    const { identity } = this;
    if (made.by !== 'us' || !identity) throw new Error('only rooms of our own are watched');
    const { device, language, local, visit } = this.surroundings;
    const { settings } = this;
    const token = async () => {
      // Whoever is met is met the way that the practice has chosen.
      if (settings.relay === null) await settings.ready();
      return this.rooms.token(room);
    };
    const begun = visit({ room, roomKey: made.roomKey, identity, device: device.id, token, name: device.practiceName, language, welcome: () => settings.document.value, relay: () => settings.relay, seats: seatPlan(appointment), local });
    followProgress(begun, (seat, progress) => this.rooms.reportProgress(room, seat, progress));
    followOutcomes(begun, (outcome, tookMs) => this.session.reportOutcome(outcome, tookMs));
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
const SYNCHRONISE = 600 * SECOND;
/** What another device has changed about consent, devices and hours, while nobody says so. */
const SETTLE = 300 * SECOND;
const SETTLE_SOON = 2 * SECOND;
const A_DAY = 24 * 60 * 60 * SECOND;
