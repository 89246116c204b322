// A practice's side of a room with one to three guests: each seat has a visit of its own, and this one is all of them together.

import { batch, computed, effect, type ReadonlySignal, signal, untracked } from '@preact/signals';
import type { ControlMessage, Item } from '../call/control.ts';
import type { Call, OverReason } from '../call/model.ts';
import { isTalking } from '../call/step.ts';
import type { ConsentText } from '../consent/document.ts';
import type { Decision } from '../consent/receipt.ts';
import type { DeviceKind, LocalDevices } from '../rtc/media.ts';
import { encodeBase64url } from '../sealed/bytes.ts';
import { Chat } from './chat.ts';
import type { Driver, DriverOptions, Ground } from './driver.ts';
import { Introductions, type Present } from './introductions.ts';
import type { Person, Seat, SeatPlan, SharedFile, Visit } from './visit.ts';

/** What a seat's visit has in common with the others. */
export type Common = Required<Pick<DriverOptions, 'chat' | 'onMesh' | 'isSharingDevices'>> & { readonly local: LocalDevices };

export interface RoomOptions {
  readonly plan: readonly SeatPlan[];
  readonly local: LocalDevices;
  /** Nobody else uses the devices: they are closed with the room. */
  readonly ownsLocal: boolean;
  /** Makes a seat's visit, and does not start it. */
  readonly seat: (plan: SeatPlan, common: Common) => Driver;
}

export class Room implements Visit {
  readonly local: LocalDevices;
  readonly #options: RoomOptions;
  readonly #guests = signal<readonly Guest[]>([]);
  /** Seats' visits that are over and gave way to new ones: their files stay until the room is let go. */
  readonly #past = signal<readonly Guest[]>([]);
  /** With it the whole visit has ended. */
  readonly #last = signal<Guest | null>(null);
  readonly #chat = new Chat();
  readonly #introductions = new Introductions(() => encodeBase64url(crypto.getRandomValues(new Uint8Array(16))));
  readonly #grounds = new Map<Driver, Ground>();
  #unfollow: () => void = () => undefined;
  #made = 0;
  #isStarted = false;
  #isEnding = false;
  #isDisposed = false;

  constructor(options: RoomOptions) {
    this.#options = options;
    this.local = options.local;
    this.setSeats(options.plan);
  }

  /** Whose visit is the room's, where there can be only one: the lowest seat that talks, else the lowest. */
  readonly #first: ReadonlySignal<Driver> = computed(() => {
    const guests = this.#guests.value;
    const first = this.#last.value ?? guests.find(({ driver }) => isTalking(driver.call.value)) ?? guests[0];
    if (!first) throw new Error('a room has a seat');
    return first.driver;
  });

  readonly call: ReadonlySignal<Call> = computed(() => this.#first.value.call.value);
  readonly seats: ReadonlySignal<readonly Seat[]> = computed(() => this.#guests.value.map(({ plan, driver }) => ({ ...plan, visit: driver })));
  readonly people: ReadonlySignal<readonly Person[]> = computed(() =>
    this.#guests.value.flatMap(({ plan, driver }) => driver.people.value.map((person) => ({ ...person, key: keyOf(plan) }))),
  );
  readonly files: ReadonlySignal<readonly SharedFile[]> = computed(() =>
    [...this.#past.value, ...this.#guests.value].flatMap(({ tag, driver }) => driver.files.value.map((file) => ({ ...file, key: tag + file.key }))),
  );
  readonly remote: Visit['remote'] = computed(() => this.#first.value.remote.value);
  readonly quality: Visit['quality'] = computed(() => this.#first.value.quality.value);
  readonly facts: Visit['facts'] = computed(() => this.#first.value.facts.value);
  readonly sending: Visit['sending'] = computed(() => this.#first.value.sending.value);
  readonly notices: Visit['notices'] = computed(() => this.#first.value.notices.value);
  readonly part: Visit['part'] = computed(() => this.#first.value.part.value);
  readonly times: Visit['times'] = computed(() => this.#first.value.times.value);
  readonly consent: Visit['consent'] = computed(() => this.#first.value.consent.value);
  readonly consentAsked: Visit['consentAsked'] = computed(() => this.#first.value.consentAsked.value);

  readonly photo: Visit['photo'] = {
    state: computed(() => this.#first.value.photo.state.value),
    ask: () => this.#first.peek().photo.ask(),
    withdraw: () => this.#first.peek().photo.withdraw(),
    answer: (take) => this.#first.peek().photo.answer(take),
    send: () => this.#first.peek().photo.send(),
  };

  get messages(): Visit['messages'] {
    return this.#chat.messages;
  }

  setSeats(plan: readonly SeatPlan[]): void {
    const before = this.#guests.peek();
    const kept = before.filter(({ plan: { seat }, driver }) => plan.some((one) => one.seat === seat) || isTalking(driver.call.peek()));
    const wanted = plan.map((one) => {
      const guest = kept.find(({ plan: { seat } }) => seat === one.seat);
      return guest ? { ...guest, plan: one } : this.#make(one);
    });
    const staying = kept.filter(({ plan: { seat } }) => !plan.some((one) => one.seat === seat));
    const guests = [...wanted, ...staying].sort((one, other) => one.plan.seat - other.plan.seat);
    if (guests.length === 0) return;
    batch(() => {
      for (const { plan: { part }, driver } of guests) driver.part.value = part;
      if (guests.length !== before.length || guests.some(({ driver, plan }, at) => before[at]?.driver !== driver || before[at]?.plan.part !== plan.part)) this.#guests.value = guests;
    });
    for (const { driver } of before) if (!guests.some((guest) => guest.driver === driver)) driver.dispose();
  }

  prepare(): void {
    this.#first.peek().prepare();
  }

  start(): void {
    this.#isStarted = true;
    for (const { driver } of this.#guests.peek()) driver.start();
    this.#unfollow = effect(() => this.#follow());
  }

  admit(): void {
    this.#first.peek().admit();
  }

  hold(): void {
    for (const driver of this.#talking()) driver.hold();
  }

  tell(text: string): boolean {
    return this.#guests.peek().filter(({ driver }) => driver.tell(text)).length > 0;
  }

  remove(key: string): void {
    for (const { plan, driver } of this.#guests.peek()) if (keyOf(plan) === key && driver.people.peek().length > 0) driver.hangUp();
  }

  hangUp(): void {
    this.#isEnding = true;
    for (const { driver } of this.#guests.peek()) driver.hangUp();
  }

  retry(): void {
    for (const { driver } of this.#guests.peek()) driver.retry();
  }

  dispose(): void {
    if (this.#isDisposed) return;
    this.#isDisposed = true;
    this.#unfollow();
    for (const { driver } of [...this.#guests.peek(), ...this.#past.peek()]) driver.dispose();
    this.#chat.clear();
    if (this.#options.ownsLocal) this.local.close();
  }

  giveConsent(decision: Decision, text: ConsentText): void {
    this.#first.peek().giveConsent(decision, text);
  }

  refuseConsent(): void {
    this.#first.peek().refuseConsent();
  }

  revokeConsent(items: readonly Item[]): void {
    this.#first.peek().revokeConsent(items);
  }

  sendChat(text: string): boolean {
    if (!this.#guests.peek().some(({ driver }) => driver.call.peek().phase.name === 'in-call')) return false;
    return this.#sayToAll(this.#chat.write(text, Date.now()));
  }

  markSeen(id: string): void {
    this.#sayToAll(this.#chat.markSeen(id));
  }

  /** To everybody in the call who has agreed to it. */
  sendFile(file: File): boolean {
    return this.#talking().filter((driver) => driver.sendFile(file)).length > 0;
  }

  cancelFile(key: string): void {
    this.#byFile(key, (driver, own) => driver.cancelFile(own));
  }

  markSaved(key: string): void {
    this.#byFile(key, (driver, own) => driver.markSaved(own));
  }

  async setMicrophone(on: boolean): Promise<void> {
    await this.#first.peek().setMicrophone(on);
  }

  async setCamera(on: boolean): Promise<void> {
    await this.#first.peek().setCamera(on);
  }

  async shareScreen(): Promise<void> {
    await this.#first.peek().shareScreen();
  }

  stopScreen(): void {
    this.local.stopScreen();
  }

  chooseDevice(kind: DeviceKind, id: string): Promise<void> {
    return this.local.choose(kind, id);
  }

  setSaving(on: boolean): void {
    for (const { driver } of this.#guests.peek()) driver.setSaving(on);
  }

  // --- Seats ---

  #make(plan: SeatPlan): Guest {
    const driver: Driver = this.#options.seat(plan, {
      local: this.local,
      chat: this.#chat,
      onMesh: (message) => this.#introductions.hear(plan.seat, message, performance.now()),
      isSharingDevices: () => this.#talking().some((one) => one !== driver),
    });
    const tag = this.#made === 0 ? '' : `${this.#made}.`;
    this.#made += 1;
    if (this.#isStarted) driver.start();
    return { plan, driver, tag };
  }

  /** Whenever something of a seat changes. */
  #follow(): void {
    const guests = this.#guests.value;
    const talking = guests.filter(({ driver }) => isTalking(driver.call.value));
    const present = talking.flatMap(({ plan, driver }): Present[] => {
      const ground = driver.ground.value ?? this.#grounds.get(driver);
      if (!ground) return [];
      this.#grounds.set(driver, ground);
      return [{ ...plan, ...ground, say: (message) => driver.say(message) }];
    });
    const ended = guests.find(({ driver: { call } }) => call.value.phase.name === 'over' && ENDS_ONE.has(call.value.phase.reason));
    untracked(() => {
      this.#introductions.update(present, performance.now());
      for (const { driver } of talking) driver.share(talking.length);
      // Not in the middle of that visit's own doing.
      if (ended && !this.#isEnding) queueMicrotask(() => this.#ended(ended));
    });
  }

  /** One is gone. While others are there its seat is free for whoever comes; without them the visit is over. */
  #ended(guest: Guest): void {
    const guests = this.#guests.peek();
    if (this.#isDisposed || this.#isEnding || this.#last.peek() || !guests.includes(guest)) return;
    const others = guests.filter((one) => one !== guest);
    if (!others.some(({ driver }) => isOccupied(driver.call.peek()))) {
      for (const { driver } of others) driver.dispose();
      this.#last.value = guest;
      return;
    }
    this.#grounds.delete(guest.driver);
    const next = this.#make(guest.plan);
    batch(() => {
      this.#guests.value = guests.map((one) => (one === guest ? next : one));
      if (guest.driver.files.peek().length > 0) this.#past.value = [...this.#past.peek(), guest];
    });
    if (!this.#past.peek().includes(guest)) guest.driver.dispose();
  }

  #talking(): readonly Driver[] {
    return this.#guests.peek().flatMap(({ driver }) => (isTalking(driver.call.peek()) ? [driver] : []));
  }

  #sayToAll(message: ControlMessage | null): boolean {
    if (message) for (const driver of this.#talking()) driver.say(message);
    return message !== null;
  }

  #byFile(key: string, act: (driver: Driver, own: string) => void): void {
    for (const { tag, driver } of [...this.#past.peek(), ...this.#guests.peek()]) {
      const own = driver.files.peek().find((file) => tag + file.key === key)?.key;
      if (own !== undefined) return act(driver, own);
    }
  }
}

interface Guest {
  readonly plan: SeatPlan;
  readonly driver: Driver;
  /** Before the keys of its files. */
  readonly tag: string;
}

function keyOf({ seat }: SeatPlan): string {
  return seat === 1 ? 'peer' : `seat-${seat}`;
}

/** Somebody is there. */
function isOccupied({ phase }: Call): boolean {
  return phase.name === 'connecting' || phase.name === 'no-path' || phase.name === 'lobby' || phase.name === 'in-call' || phase.name === 'interrupted';
}

/** Ends that concern one seat; all others come from the server, and concern the room. */
const ENDS_ONE: ReadonlySet<OverReason> = new Set(['hung-up', 'peer-left', 'link-damaged', 'untrusted', 'failed']);
