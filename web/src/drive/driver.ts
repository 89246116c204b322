// Carries a call's effects out: hands without rules. What comes from the server, the other side, the devices and the clock becomes an event; `step`
// says what follows.

import { batch, computed, type ReadonlySignal, type Signal, signal } from '@preact/signals';
import { type Candidate, isCandidate, type Item, LONGEST_NAME, type Part } from '../call/control.ts';
import { fieldsOf, parseJson } from '../call/json.ts';
import type { Call, Effect, Event, InCall, Introduction, OverReason, Presence, Role, Timer } from '../call/model.ts';
import { isTalking, newCall, step } from '../call/step.ts';
import { plainLine } from '../call/text.ts';
import type { ConsentText, WelcomeDocument } from '../consent/document.ts';
import type { Bond, Decision } from '../consent/receipt.ts';
import { type Certificate, makeCertificate } from '../rtc/certificate.ts';
import { Connection, type ConnectionEvent, type ConnectionOptions, type Said, type Tracks } from '../rtc/connection.ts';
import { openLocalDevices } from '../rtc/devices.ts';
import { Files } from '../rtc/files.ts';
import type { DeviceKind, LocalDevices, Source } from '../rtc/media.ts';
import type { Description } from '../rtc/negotiation.ts';
import { compare, type Facts, factsOf, type Sample, sampleOf } from '../rtc/stats.ts';
import { type Bytes, decodeBase64url, encodeBase64url, toHex, utf8 } from '../sealed/bytes.ts';
import type { Context } from '../sealed/context.ts';
import { parseMessage } from '../sealed/message.ts';
import { Refusal } from '../sealed/refusal.ts';
import type { Kind, Session } from '../sealed/session.ts';
import { Line, type LineEvent, type LineOptions } from '../signal/line.ts';
import type { Joined } from '../signal/wire.ts';
import { Chat } from './chat.ts';
import { allows, type ConsentMessage, type ConsentPart, type ConsentState, itemOf } from './consent.ts';
import type { Handshake } from './handshake.ts';
import type { Memory } from './memory.ts';
import { Notices, writeNotice } from './notices.ts';
import type { Person, Quality, RemoteMedia, Seat, Times, Visit } from './visit.ts';

export interface DriverOptions {
  readonly role: Role;
  readonly self: Introduction;
  /** The other's seat. */
  readonly peerSeat: number;
  /** Whom the guest's link was made for, as far as this side knows. */
  readonly part: Part;
  readonly client: LineOptions['client'];
  readonly pass: LineOptions['pass'];
  readonly handshake: Handshake;
  readonly memory: Memory;
  readonly consent: ConsentPart;
  /** Shared with the page; absent: made here, and closed at the end whatever happened. */
  readonly local?: LocalDevices | undefined;
  readonly tools?: Tools;
}

/** What touches the world: a test hands others in. */
export interface Tools {
  openLine(options: LineOptions): Pick<Line, 'join' | 'send' | 'leave' | 'close'>;
  connect(options: ConnectionOptions): Connection;
  makeCertificate(): Promise<Certificate>;
}

export class Driver implements Visit {
  readonly call: Signal<Call>;
  readonly quality = signal<Quality | null>(null);
  readonly facts = signal<Facts | null>(null);
  readonly times = signal<Times | null>(null);
  readonly part: Signal<Part>;
  readonly seats: Signal<readonly Seat[]>;
  readonly local: LocalDevices;
  readonly #options: DriverOptions;
  readonly #tools: Tools;
  readonly #line: ReturnType<Tools['openLine']>;
  readonly #chat = new Chat();
  readonly #notices = new Notices();
  readonly #files = new Files();
  readonly #connection = signal<Connection | null>(null);
  /** What a receipt on that connection is bound to. */
  #bond: Bond | null = null;
  /** Admission lets media flow, on this connection. */
  readonly #isAttached = signal(false);
  readonly #events: Event[] = [];
  readonly #timers = new Map<Timer, ReturnType<typeof setTimeout>>();
  readonly #endings: (() => void)[] = [];
  #certificate: Promise<Certificate> | null = null;
  /** The same, for `connect`, which does not wait. */
  #ready: Certificate | null = null;
  #joined: Joined | null = null;
  #session: Session | null = null;
  /** What comes sealed, and what begins, one after the other. */
  #turn: Promise<unknown> = Promise.resolve();
  #usedLocal = false;
  #isCarrying = false;
  #isDisposed = false;

  constructor(options: DriverOptions) {
    this.#options = options;
    this.#tools = options.tools ?? BROWSER;
    this.local = options.local ?? openLocalDevices();
    this.part = signal(options.part);
    this.seats = signal(options.role === 'practice' ? [{ seat: options.peerSeat as Seat['seat'], part: options.part, visit: this }] : []);
    this.call = signal(newCall(options.role, options.self, options.memory.admitted()));
    this.#line = this.#tools.openLine({
      url: `${location.origin.replace(/^http/, 'ws')}/signal`,
      client: options.client,
      stream: encodeBase64url(crypto.getRandomValues(new Uint8Array(16))),
      pass: options.pass,
      onEvent: (event) => this.#heardFromServer(event),
    });
  }

  // --- The handle ---

  get messages(): Visit['messages'] {
    return this.#chat.messages;
  }

  get files(): Visit['files'] {
    return this.#files.list;
  }

  get notices(): Visit['notices'] {
    return this.#notices.list;
  }

  get consent(): ReadonlySignal<ConsentState> {
    return this.#options.consent.state;
  }

  get consentAsked(): ReadonlySignal<WelcomeDocument | null> {
    return this.#options.consent.asked;
  }

  readonly remote: ReadonlySignal<RemoteMedia> = computed(() => {
    const connection = this.#isAttached.value && allows(this.consent.value, 'video') ? this.#connection.value : null;
    const theirs = talkOf(this.call.value)?.theirs;
    return { camera: connection?.camera ?? null, screen: (theirs?.screen && connection?.screen) || null };
  });

  readonly people: ReadonlySignal<readonly Person[]> = computed(() => {
    const talk = talkOf(this.call.value);
    if (!talk) return [];
    const { link, theirs } = talk;
    const state = this.call.value.phase.name === 'in-call' ? 'here' : 'interrupted';
    const part = this.#options.role === 'guest' ? 'practice' : this.part.value;
    return [{ key: 'peer', name: link.peer.name, part, state, theirs, remote: this.remote.value, quality: this.quality.value }];
  });

  start(): void {
    this.#endings.push(this.local.media.subscribe(() => this.#localChanged()), this.#watchQuality(), this.#watchNetwork(), this.consent.subscribe(() => this.#consentChanged()));
    this.#happened({ type: 'start' });
  }

  admit(): void {
    if (this.#options.consent.mayAdmit()) this.#happened({ type: 'admit' });
  }

  hold(): void {
    this.#happened({ type: 'hold' });
  }

  tell(text: string): boolean {
    const notice = this.#options.role === 'practice' && this.call.value.phase.name === 'lobby' ? writeNotice(text) : null;
    if (notice) this.#connection.value?.say(notice);
    return notice !== null;
  }

  remove(key: string): void {
    if (this.#options.role === 'practice' && this.people.value.some((person) => person.key === key)) this.hangUp();
  }

  giveConsent(decision: Decision, text: ConsentText): void {
    this.#options.consent.give(decision, text);
  }

  refuseConsent(): void {
    const isNeeded = this.consentAsked.value?.policy === 'required';
    this.#options.consent.refuse();
    if (isNeeded) this.hangUp();
  }

  revokeConsent(items: readonly Item[]): void {
    this.#options.consent.revoke(items);
    if (this.consent.value.state === 'revoked' && this.consent.value.items.length === 0) this.hangUp();
  }

  hangUp(): void {
    this.#happened({ type: 'hang-up' });
  }

  retry(): void {
    this.#happened({ type: 'retry' });
  }

  dispose(): void {
    if (this.#isDisposed) return;
    this.#isDisposed = true;
    for (const end of this.#endings.splice(0)) end();
    for (const timer of this.#timers.values()) clearTimeout(timer);
    this.#line.close();
    this.#disconnect(false);
    this.#chat.clear();
    void this.#files.discard();
    this.#letGoOfDevices();
  }

  sendChat(text: string): boolean {
    if (this.call.value.phase.name !== 'in-call') return false;
    const message = this.#chat.write(text, Date.now());
    if (message) this.#connection.value?.say(message);
    return message !== null;
  }

  markSeen(id: string): void {
    const message = this.#chat.markSeen(id);
    if (message) this.#connection.value?.say(message);
  }

  sendFile(file: File): boolean {
    return this.call.value.phase.name === 'in-call' && allows(this.consent.value, itemOf(file.name)) && this.#files.send(file);
  }

  cancelFile(key: string): void {
    this.#files.cancel(key);
  }

  markSaved(key: string): void {
    this.#files.markSaved(key);
    if (this.call.value.phase.name === 'over') void this.#files.end();
  }

  async setMicrophone(on: boolean): Promise<void> {
    if (!on || allows(this.consent.value, 'video')) await this.local.setMicrophone(on);
  }

  async setCamera(on: boolean): Promise<void> {
    if (!on || allows(this.consent.value, 'video')) await this.local.setCamera(on);
  }

  async shareScreen(): Promise<void> {
    if (allows(this.consent.value, 'video')) await this.local.shareScreen();
  }

  stopScreen(): void {
    this.local.stopScreen();
  }

  chooseDevice(kind: DeviceKind, id: string): Promise<void> {
    return this.local.choose(kind, id);
  }

  // --- Events in, effects out ---

  #happened(event: DistributiveOmit<Event, 'now'>): void {
    if (this.#isDisposed) return;
    this.#events.push({ ...event, now: Date.now() + (this.times.value?.clockOffset ?? 0) } as Event);
    // What an effect brings about at once comes after the other effects of its event.
    if (this.#isCarrying) return;
    this.#isCarrying = true;
    try {
      batch(() => this.#carryAllOut());
    } finally {
      this.#isCarrying = false;
    }
  }

  #carryAllOut(): void {
    for (let event = this.#events.shift(); event; event = this.#events.shift()) {
      const [next, effects] = step(this.call.value, event);
      this.call.value = next;
      for (const effect of effects) this.#carryOut(effect);
    }
  }

  #carryOut(effect: Effect): void {
    switch (effect.type) {
      case 'join':
        this.#options.memory.remember();
        return this.#line.join(effect.takeover);
      case 'leave':
        return this.#line.leave();
      case 'begin-handshake':
        return this.#beginHandshake();
      case 'connect':
        return this.#connect();
      case 'disconnect':
        return this.#disconnect(true);
      case 'ask-for-restart':
        return this.#seal('restart', {});
      case 'say':
        return this.#connection.value?.say(effect.message);
      case 'attach-media':
        return this.#attach();
      case 'detach-media':
        return this.#detach();
      case 'start-timer':
        clearTimeout(this.#timers.get(effect.timer));
        return void this.#timers.set(effect.timer, setTimeout(() => this.#happened({ type: 'timer', timer: effect.timer }), effect.after));
      case 'stop-timer':
        return clearTimeout(this.#timers.get(effect.timer));
      case 'remember-admitted':
        return this.#options.memory.rememberAdmitted(effect.visit);
      case 'forget-admitted':
        return this.#options.memory.forgetAdmitted(effect.visit);
      case 'clear':
        return this.#clear();
    }
  }

  #clear(): void {
    this.#chat.clear();
    this.#notices.clear();
    void this.#files.end();
    this.#options.memory.forget();
    this.quality.value = null;
    this.facts.value = null;
    this.#letGoOfDevices();
  }

  /** What the page shares with other visits is closed only by the one that used it. */
  #letGoOfDevices(): void {
    if (this.#usedLocal || !this.#options.local || this.#options.role === 'guest') this.local.close();
    this.#usedLocal = false;
  }

  // --- The server ---

  #heardFromServer(event: LineEvent): void {
    switch (event.type) {
      case 'joined':
        return this.#heardJoined(event.joined);
      case 'peer':
        return event.peer.seat === this.#options.peerSeat ? this.#happened({ type: 'peer', peer: presenceOf(event.peer) }) : undefined;
      case 'sealed':
        return event.from === this.#options.peerSeat ? this.#inTurn(() => this.#unseal(event.data)) : undefined;
      case 'lost':
        return this.#happened({ type: 'line-lost', trouble: event.trouble });
      case 'too-early':
        return this.#happened({ type: 'too-early', opensAt: event.opensAt });
      case 'refused':
        return this.#happened({ type: 'refused', reason: REFUSALS[event.code] ?? 'failed' });
    }
  }

  #heardJoined(joined: Joined): void {
    this.#joined = joined;
    const { starts_at: startsAt, opens_at: opensAt, closes_at: closesAt, now } = joined;
    this.times.value = { startsAt, opensAt, closesAt, clockOffset: now - Date.now() };
    this.#happened({ type: 'joined', peer: presenceOf(joined.peers.find(({ seat }) => seat === this.#options.peerSeat)) });
  }

  // --- The handshake, and what is sealed ---

  #beginHandshake(): void {
    this.#inTurn(async () => {
      const context = this.#context();
      if (!context || this.#isOver()) return;
      const { fingerprint } = await this.#ownCertificate();
      this.#send(await this.#options.handshake.begin(context, fingerprint));
    });
  }

  async #unseal(data: string): Promise<void> {
    const message = decodeBase64url(data);
    const context = this.#context();
    if (!message || !context || this.#isOver()) return;
    const isEnvelope = message[1] === ENVELOPE;
    try {
      if (isEnvelope) await this.#openEnvelope(message);
      else await this.#shakeHands(message, context);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      if (error.reason !== 'other-handshake') this.#happened({ type: 'handshake-refused', reason: 'untrusted' });
    }
  }

  async #shakeHands(message: Bytes, context: Context): Promise<void> {
    parseMessage(message);
    const { fingerprint } = await this.#ownCertificate();
    const outcome = await this.#options.handshake.take(message, context, fingerprint);
    switch (outcome.type) {
      case 'nothing':
        return;
      case 'turned-away':
        this.#send(outcome.reply);
        return this.#happened({ type: 'turned-away' });
      case 'refused':
        return this.#happened({ type: 'handshake-refused', reason: outcome.reason });
      case 'began':
        this.#send(outcome.reply);
        return this.#happened({ type: 'handshake-began' });
      case 'done':
        if (outcome.reply) this.#send(outcome.reply);
        await this.#adopt(outcome.session);
    }
  }

  async #adopt(session: Session): Promise<void> {
    this.#ready = await this.#ownCertificate();
    this.#session = session;
    this.#happened({ type: 'handshake-done', safetyCode: session.safetyCode });
  }

  async #openEnvelope(envelope: Bytes): Promise<void> {
    const session = this.#session;
    if (!session) return;
    const { kind, payload } = await session.open(envelope);
    const connection = this.#connection.value;
    if (session !== this.#session || !connection) return;
    const value = readJson(payload);
    if (kind === 'description' && isDescription(value, this.#options.role)) connection.takeDescription(value);
    else if (kind === 'candidates' && isCandidates(value)) connection.takeCandidates(value);
    else if (kind === 'restart' && isEmpty(value)) this.#happened({ type: 'restart-wanted' });
    else this.#happened({ type: 'rules-broken' });
  }

  #seal(kind: Kind, payload: object): void {
    // Two at a time keep their order: a session seals one after the other.
    const sealing = this.#session?.seal(kind, utf8(JSON.stringify(payload)));
    sealing?.then((envelope) => this.#send(envelope)).catch(() => this.#happened({ type: 'rules-broken' }));
  }

  #send(message: Bytes): void {
    this.#line.send(this.#options.peerSeat, encodeBase64url(message));
  }

  #context(): Context | null {
    if (!this.#joined) return null;
    const { room, epoch, seat } = this.#joined;
    return { room, epoch, guest: this.#options.role === 'guest' ? seat : this.#options.peerSeat };
  }

  #ownCertificate(): Promise<Certificate> {
    return (this.#certificate ??= this.#tools.makeCertificate());
  }

  #inTurn(act: () => Promise<void>): void {
    this.#turn = this.#turn.then(() => (this.#isDisposed ? undefined : act())).catch((error: unknown) => {
      console.error(error);
      this.#happened({ type: 'rules-broken' });
    });
  }

  // --- The connection ---

  #connect(): void {
    this.#disconnectOld();
    if (!this.#session || !this.#ready || !this.#joined) return;
    const connection: Connection = this.#tools.connect({
      role: this.#options.role,
      certificate: this.#ready.certificate,
      peerFingerprint: this.#session.peerFingerprint,
      iceServers: this.#joined.ice_servers,
      onEvent: (event) => this.#heardFromConnection(event),
    });
    this.#connection.value = connection;
    this.#bond = this.#bondOf(this.#session, this.#ready, this.#joined);
    this.#files.connect({ channel: connection.file, say: (message) => connection.say(message) });
    if (this.#options.role === 'guest') connection.offer();
  }

  #bondOf({ peerFingerprint }: Session, { fingerprint }: Certificate, { room, epoch }: Joined): Bond {
    const [own, peer] = [toHex(fingerprint), toHex(peerFingerprint)];
    return { room, epoch, fingerprints: this.#options.role === 'practice' ? { practice: own, guest: peer } : { practice: peer, guest: own } };
  }

  #disconnect(lastWords: boolean): void {
    this.#session = null;
    this.#disconnectOld(lastWords);
  }

  #disconnectOld(lastWords = true): void {
    this.#isAttached.value = false;
    this.#bond = null;
    this.#options.consent.parted();
    this.#files.disconnect();
    this.#connection.value?.close(lastWords);
    this.#connection.value = null;
  }

  #attach(): void {
    this.#isAttached.value = true;
    this.#usedLocal = true;
    const { microphone, camera } = this.local.media.value;
    // The practice lets in by one click, or by itself after a reload: its camera is asked for here. A guest has been asked before.
    if (this.#options.role === 'practice' && microphone.state === 'off' && camera.state === 'off') void this.local.open();
    this.#connection.value?.attach(this.#tracks());
  }

  #detach(): void {
    this.#isAttached.value = false;
    this.#connection.value?.attach(SILENCE);
  }

  #heardFromConnection(event: ConnectionEvent): void {
    switch (event.type) {
      case 'description':
        return this.#seal('description', event.description);
      case 'candidates':
        return this.#seal('candidates', event.candidates);
      case 'said':
        return this.#heardFromPeer(event.message);
      case 'path-kind':
        return this.#happened({ type: 'path-kind', path: event.path });
      default:
        return this.#happened({ type: event.type });
    }
  }

  #heardFromPeer(message: Said): void {
    switch (message.type) {
      case 'hello':
        this.#happened({ type: 'said', message: { ...message, name: plainLine(message.name, LONGEST_NAME) || '?' } });
        if (this.#options.role === 'guest') this.part.value = message.you ?? 'patient';
        return this.#greeted(message.visit);
      case 'notice':
        return this.#options.role === 'guest' && this.call.value.phase.name === 'lobby' ? this.#notices.hear(message, Date.now()) : undefined;
      case 'admit':
      case 'hold':
      case 'media':
      case 'bye':
        return this.#happened({ type: 'said', message });
      case 'chat':
      case 'chat-seen':
        // Who has not been let in is not heard.
        return isTalking(this.call.value) ? this.#chat.hear(message, Date.now()) : undefined;
      case 'consent':
      case 'consent-seen':
      case 'consent-refuse':
      case 'consent-revoke':
      case 'consent-ask':
        return void this.#hearConsent(message);
      case 'file-offer':
        if (!allows(this.consent.value, itemOf(message.name))) return this.#connection.value?.say({ type: 'file-refuse', id: message.id, reason: 'declined' });
        return isTalking(this.call.value) ? this.#files.hear(message) : undefined;
      case 'file-accept':
      case 'file-refuse':
      case 'file-end':
      case 'file-done':
      case 'file-cancel':
        return isTalking(this.call.value) ? this.#files.hear(message) : undefined;
    }
  }

  // --- Consent ---

  #greeted(visit: string | undefined): void {
    const [connection, bond] = [this.#connection.value, this.#bond];
    if (connection && bond) this.#options.consent.greeted({ bond, visit, say: (message) => connection.say(message) });
  }

  async #hearConsent(message: ConsentMessage): Promise<void> {
    const connection = this.#connection.value;
    const isRight = await this.#options.consent.hear(message).catch(() => false);
    if (!isRight && this.#connection.value === connection) this.#happened({ type: 'rules-broken' });
  }

  /** What is taken back stops now, on this side too. */
  #consentChanged(): void {
    const consent = this.consent.peek();
    if (consent.state !== 'revoked') return;
    if (!allows(consent, 'video') && isTalking(this.call.peek())) {
      this.local.close();
      this.#connection.peek()?.attach(this.#tracks());
    }
    for (const { key, name, state } of this.#files.list.peek()) {
      const isUnderWay = state.name === 'offered' || state.name === 'sending' || state.name === 'receiving';
      if (isUnderWay && !allows(consent, itemOf(name))) this.#files.cancel(key);
    }
  }

  // --- Devices, network, quality ---

  #localChanged(): void {
    const { microphone, camera, screen } = this.local.media.peek();
    this.#happened({ type: 'own-media', media: { audio: microphone.state === 'on', video: camera.state === 'on', screen: screen.state === 'on' } });
    if (this.#isAttached.peek()) this.#connection.peek()?.attach(this.#tracks());
  }

  #tracks(): Tracks {
    if (!allows(this.consent.peek(), 'video')) return SILENCE;
    const { microphone, camera, screen } = this.local.media.peek();
    return { microphone: trackOf(microphone), camera: trackOf(camera), screen: trackOf(screen) };
  }

  #watchNetwork(): () => void {
    const changed = () => this.#happened({ type: 'network-changed' });
    const gone = () => this.dispose();
    const { connection } = navigator as Navigator & { readonly connection?: EventTarget };
    globalThis.addEventListener('online', changed);
    connection?.addEventListener('change', changed);
    // So that the other side knows at once.
    globalThis.addEventListener('pagehide', gone);
    return () => {
      globalThis.removeEventListener('online', changed);
      connection?.removeEventListener('change', changed);
      globalThis.removeEventListener('pagehide', gone);
    };
  }

  #watchQuality(): () => void {
    let before: { readonly connection: Connection; readonly sample: Sample } | null = null;
    const timer = setInterval(async () => {
      const connection = this.call.value.phase.name === 'in-call' ? this.#connection.value : null;
      const report = await connection?.peer.getStats().catch(() => null);
      if (!connection || !report || this.#isDisposed) {
        before = this.quality.value = this.facts.value = null;
        return;
      }
      this.facts.value = factsOf(report);
      const sample = sampleOf(report);
      if (before?.connection === connection) this.quality.value = compare(before.sample, sample);
      before = { connection, sample };
    }, QUALITY);
    return () => clearInterval(timer);
  }

  #isOver(): boolean {
    return this.call.value.phase.name === 'over';
  }
}

type DistributiveOmit<T, K extends PropertyKey> = T extends unknown ? Omit<T, K> : never;

/** The call that stands, or the one that was interrupted. */
function talkOf({ phase }: Call): InCall | null {
  return phase.name === 'in-call' ? phase : phase.name === 'interrupted' ? phase.before : null;
}

function presenceOf(peer: { readonly presence: 'here' | 'away' | 'gone'; readonly stream?: string } | undefined): Presence {
  return peer && peer.presence !== 'gone' && peer.stream !== undefined ? { state: peer.presence, stream: peer.stream } : { state: 'gone' };
}

function trackOf(source: Source): MediaStreamTrack | null {
  return source.state === 'on' || source.state === 'muted' ? source.track : null;
}

function readJson(payload: Bytes): unknown {
  try {
    return parseJson(new TextDecoder('utf-8', { fatal: true }).decode(payload));
  } catch {
    return undefined;
  }
}

/** The guest offers, the practice answers. */
function isDescription(value: unknown, role: Role): value is Description {
  const fields = fieldsOf(value);
  const due = role === 'practice' ? 'offer' : 'answer';
  return !!fields && Object.keys(fields).length === 2 && fields['type'] === due && typeof fields['sdp'] === 'string';
}

function isCandidates(value: unknown): value is readonly Candidate[] {
  return Array.isArray(value) && value.length <= 8 && value.every(isCandidate);
}

function isEmpty(value: unknown): boolean {
  const fields = fieldsOf(value);
  return !!fields && Object.keys(fields).length === 0;
}

const BROWSER: Tools = {
  openLine: (options) => new Line(options),
  connect: (options) => new Connection(options),
  makeCertificate,
};

/** What the server's codes mean to the call (docs/signalling.md section 8). */
const REFUSALS: Readonly<Record<string, OverReason>> = {
  invite_invalid: 'invite-invalid',
  invite_used: 'invite-used',
  over: 'over',
  closed: 'closed',
  occupied: 'occupied',
  evicted: 'evicted',
  taken_over: 'taken-over',
  signed_out: 'signed-out',
};
const SILENCE: Tracks = { microphone: null, camera: null, screen: null };
const ENVELOPE = 4;
const QUALITY = 3_000;
