// Carries a call's effects out: hands without rules. What comes from the server, the other side, the devices and the clock becomes an event; `step`
// says what follows.

import { computed, type ReadonlySignal, type Signal, signal } from '@preact/signals';
import { type ControlMessage, type Item, LONGEST_NAME, type Part } from '../call/control.ts';
import { fieldsOf } from '../call/json.ts';
import type { Call, InCall, Introduction, Media, Role } from '../call/model.ts';
import { isTalking, newCall } from '../call/step.ts';
import { plainLine } from '../call/text.ts';
import type { ConsentText, WelcomeDocument } from '../consent/document.ts';
import type { Bond, Decision } from '../consent/receipt.ts';
import type { Connection, ConnectionEvent, Said, Tracks } from '../rtc/connection.ts';
import { openLocalDevices } from '../rtc/devices.ts';
import { Files } from '../rtc/files.ts';
import type { DeviceKind, LocalDevices, Source } from '../rtc/media.ts';
import type { RelayUse } from '../call/relay-use.ts';
import { hasRelay, routeOf, serversFor } from '../rtc/relay.ts';
import type { Sending } from '../rtc/sending.ts';
import { type Bytes, toHex } from '../sealed/bytes.ts';
import type { Kind } from '../sealed/session.ts';
import type { LineOptions } from '../signal/line.ts';
import type { Joined } from '../signal/wire.ts';
import { Chat } from './chat.ts';
import { Connections } from './connections.ts';
import { allows, type ConsentMessage, type ConsentPart, type ConsentState, itemOf } from './consent.ts';
import { Engine, type EngineOptions } from './engine.ts';
import { Gauge } from './gauge.ts';
import type { Handshake } from './handshake.ts';
import type { Memory } from './memory.ts';
import { Mesh } from './mesh.ts';
import { watchNetwork } from './network.ts';
import { Notices, writeNotice } from './notices.ts';
import { Photo } from './photo.ts';
import { type Invitation, Rendezvous, type WithoutTime } from './rendezvous.ts';
import { BROWSER, lineOptions, type Tools } from './tools.ts';
import type { Person, Quality, RemoteMedia, Seat, Times, Visit } from './visit.ts';
import type { Means, Warm } from './warm.ts';

export interface DriverOptions {
  readonly role: Role;
  readonly self: Introduction;
  /** The other's seat. */
  readonly peerSeat: number;
  /** Whom the guest's link was made for, as far as this side knows. */
  readonly part: Part;
  readonly client: LineOptions['client'];
  readonly pass: LineOptions['pass'];
  readonly invitation?: Invitation | null;
  /** The guest's: what was made ready before it went on. */
  readonly ready?: Ready;
  readonly handshake: Handshake;
  readonly memory: Memory;
  readonly consent: ConsentPart;
  /** What the practice allows, as far as this side knows; `null`: not known yet, and nothing is connected before. Asked for each connection. */
  readonly relay: () => RelayUse | null;
  /** Shared with the page; absent: made here, and closed at the end whatever happened. */
  readonly local?: LocalDevices | undefined;
  /** Shared with the other seats of the room; absent: this visit's own. */
  readonly chat?: Chat;
  /** The practice's: what a guest says about other guests. */
  readonly onMesh?: (message: MeshMessage) => void;
  /** Somebody else in the room uses the devices, too. */
  readonly isSharingDevices?: () => boolean;
  readonly tools?: Tools;
}

/** What a guest's page makes ready for a visit. */
export interface Ready {
  readonly handshake: Handshake;
  /** Its first message. */
  readonly begun: Promise<Bytes>;
  /** The connection that it will lead to. */
  readonly warm: Warm;
  /** Its offer, for an early message; `null` where there is none yet. */
  readonly early: () => Promise<Bytes | null>;
}

export type MeshMessage = Extract<ControlMessage, { type: 'pass' | 'unmeet' }>;

/** Whom this side talks to, on which connection. */
export interface Ground {
  readonly peer: Introduction;
  /** SHA-256 of the other's certificate, in hexadecimal. */
  readonly fingerprint: string;
  readonly connection: object;
}

export class Driver implements Visit {
  readonly call: ReadonlySignal<Call>;
  readonly times = signal<Times | null>(null);
  readonly part: Signal<Part>;
  readonly seats: Signal<readonly Seat[]>;
  readonly local: LocalDevices;
  readonly photo: Photo;
  readonly #options: DriverOptions;
  readonly #tools: Tools;
  readonly #rendezvous: Rendezvous;
  readonly #chat: Chat;
  readonly #notices = new Notices();
  readonly #files = new Files();
  readonly #mesh: Mesh;
  readonly #connections: Connections;
  readonly #connection: ReadonlySignal<Connection | null>;
  // In the waiting room, too: the practice sees what it can expect.
  readonly #gauge = new Gauge(() => (['lobby', 'in-call'].includes(this.call.peek().phase.name) ? this.#connection.peek() : null));
  /** What a receipt on that connection is bound to. */
  #bond: Bond | null = null;
  /** Admission lets media flow, on this connection. */
  readonly #isAttached = signal(false);
  readonly #isSaving = signal(false);
  readonly #engine: Engine;
  readonly #endings: (() => void)[] = [];
  /** When there was reason to doubt the path. */
  #doubtedAt = 0;
  /** The page's own devices were opened for this visit. */
  #usedLocal = false;
  /** What was on when the visit let go of it: on again for a guest who takes the visit back from another tab. */
  #wasOpen = { microphone: false, camera: false };
  #ahead: ReturnType<typeof setTimeout> | undefined;
  #isDisposed = false;

  constructor(options: DriverOptions) {
    this.#options = options;
    this.#tools = options.tools ?? BROWSER;
    this.local = options.local ?? openLocalDevices();
    this.#chat = options.chat ?? new Chat();
    this.part = signal(options.part);
    this.seats = signal(options.role === 'practice' ? [{ seat: options.peerSeat as Seat['seat'], part: options.part, visit: this }] : []);
    this.#engine = new Engine(newCall(options.role, options.self, options.memory.admitted()), {
      now: () => Date.now() + (this.times.peek()?.clockOffset ?? 0),
      carryOut: (effect) => this.#carryOut(effect),
      stepped: (before, after) => this.#stepped(before, after),
    });
    this.call = this.#engine.call;
    this.photo = new Photo({
      role: options.role,
      files: this.#files.list,
      mayShare: () => this.call.peek().phase.name === 'in-call' && allows(this.consent.peek(), 'photo'),
      say: (message) => this.say(message),
      takePhoto: () => this.local.takePhoto(),
      release: () => this.local.closeViewfinder(),
      send: (file, id) => this.#files.sendPhoto(file, id),
    });
    this.#connections = new Connections({
      role: options.role,
      connect: (how) => this.#tools.connect(how),
      means: () => this.#means(),
      foresight: this.#tools.foresight,
      onEvent: (event) => this.#heardFromConnection(event),
    });
    if (options.ready) this.#connections.warmUp(options.ready.warm);
    this.#connection = this.#connections.standing;
    this.#rendezvous = new Rendezvous({
      role: options.role,
      peerSeat: options.peerSeat,
      handshake: options.handshake,
      invitation: options.invitation ?? null,
      ...(options.ready && { begun: options.ready.begun, early: options.ready.early }),
      answerEarly: (offer) => this.#connections.answerEarly(offer),
      openLine: (onEvent) => this.#tools.openLine(lineOptions(options, onEvent)),
      makeCertificate: () => this.#tools.makeCertificate(),
      onEvent: (event) => this.#heardFromServer(event),
      onJoined: (joined) => this.#heardJoined(joined),
      onEnvelope: (kind, value) => this.#heardSealed(kind, value),
    });
    this.#mesh = new Mesh(
      {
        connect: (options) => this.#tools.connect(options),
        means: () => this.#means(),
        say: (message) => this.#connection.peek()?.say(message),
        onChat: (message, from) => this.#chat.hear(message, Date.now(), from),
      },
      { tracks: SILENCE, media: this.call.peek().own, isSaving: false },
    );
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

  get quality(): ReadonlySignal<Quality | null> {
    return this.#gauge.quality;
  }

  get facts(): Visit['facts'] {
    return this.#gauge.facts;
  }

  get consent(): ReadonlySignal<ConsentState> {
    return this.#options.consent.state;
  }

  get consentAsked(): ReadonlySignal<WelcomeDocument | null> {
    return this.#options.consent.asked;
  }

  readonly sending: ReadonlySignal<Sending> = computed(() => this.#connection.value?.sender.sending.value ?? { video: 'full', saving: this.#isSaving.value });

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
    return [{ key: 'peer', name: link.peer.name, part, state, theirs, remote: this.remote.value, quality: this.quality.value, facts: this.facts.value }, ...this.#mesh.people.value];
  });

  /** While the two talk, and are not interrupted. */
  readonly ground: ReadonlySignal<Ground | null> = computed(() => {
    const [{ phase }, connection] = [this.call.value, this.#connection.value];
    const { session } = this.#rendezvous;
    return phase.name === 'in-call' && connection && session ? { peer: phase.link.peer, fingerprint: toHex(session.peerFingerprint), connection } : null;
  });

  /** The one seat is given with the options. */
  setSeats(): void {}

  prepare(): void {
    this.#rendezvous.prepare();
  }

  start(): void {
    this.#gauge.start();
    this.#endings.push(
      () => this.#gauge.stop(),
      this.local.media.subscribe(() => this.#ownChanged()),
      this.sending.subscribe(() => this.#ownChanged()),
      this.consent.subscribe(() => this.#consentChanged()),
      watchNetwork(
        () => this.#networkChanged(),
        () => this.dispose(),
      ),
    );
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
    if (notice) this.say(notice);
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
    if (this.#options.role === 'guest' && this.call.value.phase.name === 'joining') void this.local.open(this.#wasOpen);
  }

  dispose(): void {
    if (this.#isDisposed) return;
    this.#isDisposed = true;
    for (const end of this.#endings.splice(0)) end();
    clearTimeout(this.#ahead);
    this.#engine.stop();
    this.#rendezvous.close();
    this.#options.memory.release();
    this.#connections.cool();
    this.#disconnect(false);
    this.#mesh.clear();
    this.photo.dispose();
    if (!this.#options.chat) this.#chat.clear();
    void this.#files.discard();
    this.#letGoOfDevices();
  }

  sendChat(text: string): boolean {
    if (this.call.value.phase.name !== 'in-call') return false;
    const message = this.#chat.write(text, Date.now());
    if (message) this.#sayToAll(message);
    return message !== null;
  }

  markSeen(id: string): void {
    const message = this.#chat.markSeen(id);
    if (message) this.#sayToAll(message);
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

  setSaving(on: boolean): void {
    this.#isSaving.value = on;
    this.#connection.peek()?.sender.setSaving(on);
    this.#ownChanged();
  }

  // --- What the other seats of a room need ---

  /** To the other side alone. */
  say(message: ControlMessage): void {
    this.#connection.peek()?.say(message);
  }

  /** How many others are in the call with this side. */
  share(people: number): void {
    this.#connection.peek()?.sender.setPeople(people);
  }

  // --- Events in, effects out ---

  #happened(event: WithoutTime): void {
    this.#engine.happened(event);
  }

  #stepped(before: Call, after: Call): void {
    if (after.own !== before.own || isTalking(after) !== isTalking(before)) this.#sendToOthers();
    const { name } = after.phase;
    this.#rendezvous.hurry(name === 'interrupted');
    if (name !== before.phase.name) {
      if (name === 'waiting' || name === 'over') this.#connections.cool();
      void this.#lookAhead();
    }
    if (!isTalking(after)) this.#mesh.clear();
  }

  #carryOut(effect: Parameters<EngineOptions['carryOut']>[0]): void {
    switch (effect.type) {
      case 'join':
        this.#options.memory.remember();
        return this.#rendezvous.join(effect.takeover);
      case 'leave':
        return this.#rendezvous.leave();
      case 'begin-handshake':
        this.#connections.warmUp();
        return this.#rendezvous.begin(effect.after);
      case 'try-path':
        return this.#connection.peek()?.tryPath();
      case 'abandon-handshake':
        this.#connections.cool();
        return this.#rendezvous.abandon();
      case 'connect':
        return this.#connect();
      case 'disconnect':
        return this.#disconnect(true);
      case 'ask-for-restart':
        return this.#rendezvous.seal('restart', {});
      case 'say':
        return this.say(effect.message);
      case 'attach-media':
        return this.#attach();
      case 'detach-media':
        return this.#detach();
      case 'remember-admitted':
        return this.#options.memory.rememberAdmitted(effect.visit);
      case 'forget-admitted':
        return this.#options.memory.forgetAdmitted(effect.visit);
      case 'clear':
        return this.#clear();
    }
  }

  #clear(): void {
    this.#connections.cool();
    if (!this.#options.chat) this.#chat.clear();
    this.#notices.clear();
    void this.#files.end();
    this.#options.memory.forget();
    this.#gauge.clear();
    this.#letGoOfDevices();
  }

  /** What the page shares with other visits is closed only by the one that used it. */
  #letGoOfDevices(): void {
    const isWanted = this.#options.isSharingDevices?.() ?? false;
    const { microphone, camera } = this.local.media.peek();
    this.#wasOpen = { microphone: microphone.state === 'on', camera: camera.state === 'on' };
    if (!isWanted && (this.#usedLocal || !this.#options.local || this.#options.role === 'guest')) this.local.close();
    this.#usedLocal = false;
  }

  // --- The server ---

  #heardFromServer(event: WithoutTime): void {
    // A line that breaks, or the other's, is reason to look whether the path does, too.
    const isHint = event.type === 'line-lost' || event.type === 'joined' || (event.type === 'peer' && event.peer.state === 'away');
    if (isHint) this.#doubt();
    // The handshake that went with the join is being answered.
    if ((event.type === 'joined' || event.type === 'peer') && event.isBegun && event.peer.state !== 'gone' && !this.#connections.isWarm) this.#connections.warmUp();
    this.#happened(event);
  }

  #heardJoined({ starts_at: startsAt, opens_at: opensAt, closes_at: closesAt, now }: Joined): void {
    this.times.value = { startsAt, opensAt, closesAt, clockOffset: now - Date.now() };
  }

  /** What was sealed in the session of the connection that stands. */
  #heardSealed(kind: Kind, value: unknown): boolean {
    if (kind !== 'restart') return this.#connections.take(kind, value);
    if (isEmpty(value)) this.#happened({ type: 'restart-wanted' });
    return isEmpty(value);
  }

  // --- The connection ---

  #connect(): void {
    this.#disconnectOld();
    const { session, own, joined } = this.#rendezvous;
    if (this.#lacksRelay()) return this.#happened({ type: 'relay-missing' });
    const connection = session && this.#connections.adopt(session.peerFingerprint);
    if (!session || !own || !joined || !connection) return;
    connection.sender.setSaving(this.#isSaving.peek());
    const [mine, theirs] = [toHex(own.fingerprint), toHex(session.peerFingerprint)];
    this.#bond = { room: joined.room, epoch: joined.epoch, fingerprints: this.#options.role === 'practice' ? { practice: mine, guest: theirs } : { practice: theirs, guest: mine } };
    this.#files.connect({ channel: connection.file, say: (message) => connection.say(message) });
    this.#connections.introduce(session.peerFingerprint);
  }

  /** While the practice waits for somebody it keeps in mind how its router maps. */
  async #lookAhead(): Promise<void> {
    clearTimeout(this.#ahead);
    const { joined } = this.#rendezvous;
    if (this.#options.role !== 'practice' || this.call.peek().phase.name !== 'waiting' || !joined || this.#options.relay() === 'only') return;
    this.#ahead = setTimeout(() => void this.#lookAhead(), AHEAD);
    await this.#tools.foresight.look(joined.ice_servers).catch(() => undefined);
  }

  #means(): Means | null {
    const { own, joined } = this.#rendezvous;
    const use = this.#options.relay();
    if (!own || !joined || use === null || this.#lacksRelay()) return null;
    return { certificate: own.certificate, iceServers: serversFor(use, joined.ice_servers), route: routeOf(this.#options.role, use) };
  }

  /** Nothing that may be used leads to the other: a practice that hides its address is not shown without. */
  #lacksRelay(): boolean {
    const { joined } = this.#rendezvous;
    return this.#options.role === 'practice' && this.#options.relay() === 'only' && joined !== null && !hasRelay(joined.ice_servers);
  }

  #disconnect(lastWords: boolean): void {
    this.#rendezvous.drop();
    this.#disconnectOld(lastWords);
  }

  #disconnectOld(lastWords = true): void {
    this.#isAttached.value = false;
    this.#bond = null;
    this.#options.consent.parted();
    this.#files.disconnect();
    this.photo.parted();
    this.#connections.close(lastWords);
  }

  #attach(): void {
    this.#isAttached.value = true;
    this.#files.talk(this.#peerPage());
    const { microphone, camera } = this.local.media.value;
    // The practice lets in by one click, or by itself after a reload: its camera is asked for here, and goes off with the visit. One that it has opened before stays open for the
    // next patient. A guest has been asked before.
    if (this.#options.role === 'practice' && microphone.state === 'off' && camera.state === 'off') {
      this.#usedLocal = true;
      void this.local.open();
    }
    this.#sendTracks();
  }

  #detach(): void {
    this.#isAttached.value = false;
    this.photo.parted();
    this.#connection.value?.attach(SILENCE);
  }

  /** By what the other proves to be the same as before: the practice by its identity key, in every handshake; a guest by its visit's secret. */
  #peerPage(): string {
    const { session } = this.#rendezvous;
    return this.#options.role === 'guest' ? 'practice' : (talkOf(this.call.peek())?.link.peer.visit ?? (session ? toHex(session.peerFingerprint) : ''));
  }

  #sendTracks(): void {
    if (this.#isAttached.peek()) this.#connection.peek()?.attach(this.#tracks());
    else this.#connection.peek()?.sender.expect(this.#tracks());
    this.#sendToOthers();
  }

  /** The connection to the practice may be a new one, and not stand yet: those to other guests go on meanwhile. */
  #sendToOthers(): void {
    this.#mesh.send({ tracks: isTalking(this.call.peek()) ? this.#tracks() : SILENCE, media: this.call.peek().own, isSaving: this.#isSaving.peek() });
  }

  #heardFromConnection(event: ConnectionEvent): void {
    switch (event.type) {
      case 'description':
        return this.#rendezvous.seal('description', event.description);
      case 'candidates':
        return this.#rendezvous.seal('candidates', event.candidates);
      case 'said':
        return this.#heardFromPeer(event.message);
      case 'path-kind':
        return this.#happened({ type: 'path-kind', path: event.path });
      case 'path-up':
        this.#happened({ type: 'path-up' });
        return this.#sendTracks();
      case 'stalled':
        // With the path the line may have gone as well.
        return this.#networkDoubted();
      case 'path-lost':
        this.#happened({ type: 'path-lost' });
        // There was reason to expect it: nothing is won by waiting whether it heals.
        if (Date.now() - this.#doubtedAt < DOUBT) this.#happened({ type: 'network-changed' });
        return;
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
      case 'consent':
      case 'consent-seen':
      case 'consent-refuse':
      case 'consent-revoke':
      case 'consent-ask':
        return void this.#hearConsent(message);
      default:
        // Who has not been let in is not heard.
        return isTalking(this.call.value) ? this.#heardInCall(message) : undefined;
    }
  }

  #heardInCall(message: SaidInCall): void {
    switch (message.type) {
      case 'chat':
      case 'chat-seen':
        return this.#chat.hear(message, Date.now(), talkOf(this.call.value)?.link.peer.name);
      case 'meet':
        return this.#options.role === 'guest' ? this.#mesh.hear(message) : undefined;
      case 'pass':
      case 'unmeet':
        return this.#options.role === 'guest' ? this.#mesh.hear(message) : this.#options.onMesh?.(message);
      case 'photo-ask':
      case 'photo-withdraw':
      case 'photo-answer':
        return this.photo.hear(message);
      case 'file-offer':
        if (!allows(this.consent.value, itemOf(message.name)) || (message.photo !== undefined && !this.photo.expects(message.photo))) return this.say({ type: 'file-refuse', id: message.id, reason: 'declined' });
        return this.#files.hear(message);
      default:
        return this.#files.hear(message);
    }
  }

  #sayToAll(message: ControlMessage): void {
    this.say(message);
    this.#mesh.say(message);
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
      if (!this.#options.isSharingDevices?.()) this.local.close();
      this.#sendTracks();
    }
    for (const { key, name, state } of this.#files.list.peek()) {
      const isUnderWay = state.name === 'offered' || state.name === 'sending' || state.name === 'receiving';
      if (isUnderWay && !allows(consent, itemOf(name))) this.#files.cancel(key);
    }
  }

  // --- Devices and network ---

  #ownChanged(): void {
    const { microphone, camera, screen } = this.local.media.peek();
    const { video } = this.sending.peek();
    const media: Media = { audio: microphone.state === 'on', video: camera.state === 'on', screen: screen.state === 'on', ...(camera.state === 'on' && video === 'paused' && { weak: true }) };
    if (!isSame(media, this.call.peek().own)) this.#happened({ type: 'own-media', media });
    this.#sendTracks();
  }

  #tracks(): Tracks {
    if (!allows(this.consent.peek(), 'video')) return SILENCE;
    const { microphone, camera, screen } = this.local.media.peek();
    return { microphone: trackOf(microphone), camera: trackOf(camera), screen: trackOf(screen) };
  }

  #networkChanged(): void {
    this.#tools.foresight.forget();
    void this.#lookAhead();
    this.#networkDoubted();
    this.#happened({ type: 'network-changed' });
  }

  #networkDoubted(): void {
    this.#doubt();
    this.#rendezvous.doubt();
  }

  #doubt(): void {
    this.#doubtedAt = Date.now();
    this.#connection.peek()?.doubt();
    this.#mesh.doubt();
  }
}

type SaidInCall = Exclude<Said, { type: 'hello' | 'notice' | 'admit' | 'hold' | 'media' | 'bye' | 'consent' | `consent-${string}` }>;

/** The call that stands, or the one that was interrupted. */
function talkOf({ phase }: Call): InCall | null {
  return phase.name === 'in-call' ? phase : phase.name === 'interrupted' ? phase.before : null;
}

function isSame(one: Media, other: Media): boolean {
  return one.audio === other.audio && one.video === other.video && one.screen === other.screen && one.weak === other.weak;
}

function trackOf(source: Source): MediaStreamTrack | null {
  return source.state === 'on' || source.state === 'muted' ? source.track : null;
}

function isEmpty(value: unknown): boolean {
  const fields = fieldsOf(value);
  return !!fields && Object.keys(fields).length === 0;
}

const SILENCE: Tracks = { microphone: null, camera: null, screen: null };
/** Milliseconds in which what was doubted shows. */
const DOUBT = 4_000;
const AHEAD = 60_000;
