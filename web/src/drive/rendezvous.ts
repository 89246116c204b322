// How the two meet by way of the server: the line's events, the handshakes, and what is sealed.

import type { Event, OverReason, Presence, Role } from '../call/model.ts';
import { parseJson } from '../call/json.ts';
import type { Certificate } from '../rtc/certificate.ts';
import { type Bytes, decodeBase64url, encodeBase64url, utf8 } from '../sealed/bytes.ts';
import type { Context } from '../sealed/context.ts';
import { parseMessage } from '../sealed/message.ts';
import { Refusal } from '../sealed/refusal.ts';
import type { Kind, Session } from '../sealed/session.ts';
import type { Line, LineEvent } from '../signal/line.ts';
import type { Joined } from '../signal/wire.ts';
import type { Handshake } from './handshake.ts';
import { pack, unpack } from './packing.ts';

/** What one visit needs of a line; others may share it. */
export type LineHandle = Pick<Line, 'prepare' | 'join' | 'send' | 'waiting' | 'hurry' | 'doubt' | 'leave' | 'close'>;

/** What a guest's page knows of its seat before it joins. */
export interface Invitation {
  readonly room: string;
  readonly epoch: number;
  readonly seat: number;
}

export interface RendezvousOptions {
  readonly role: Role;
  readonly peerSeat: number;
  readonly handshake: Handshake;
  /** The guest's: with it the handshake begins in the same flight as the join. */
  readonly invitation: Invitation | null;
  /** The guest's: the first message of the handshake, where it was made before, and what goes beside it. */
  readonly begun?: Promise<Bytes>;
  readonly early?: () => Promise<Bytes | null>;
  /** The practice's: what it answers to an offer that came beside a commit. */
  readonly answerEarly: (offer: unknown) => Promise<object | null>;
  readonly openLine: (onEvent: (event: LineEvent) => void) => LineHandle;
  readonly makeCertificate: () => Promise<Certificate>;
  readonly onEvent: (event: WithoutTime) => void;
  readonly onJoined: (joined: Joined) => void;
  /** What was sealed in the session that stands; false when nobody may say this. */
  readonly onEnvelope: (kind: Kind, value: unknown) => boolean;
}

/** Says and begins nothing before `prepare` or `join`. */
export class Rendezvous {
  readonly #options: RendezvousOptions;
  readonly #line: LineHandle;
  #certificate: Promise<Certificate> | null = null;
  #own: Certificate | null = null;
  #joined: Joined | null = null;
  #session: Session | null = null;
  /** The first message of the handshake that goes with the join. */
  #early: Promise<Bytes> | null = null;
  /** It has gone, and nothing else has been agreed on since. */
  #isBegun = false;
  /** The guest's: the handshake that was begun last has not been abandoned, perhaps before its first message was made. */
  #isWanted = false;
  #later: ReturnType<typeof setTimeout> | undefined;
  /** The practice's: a prekey, since somebody was there. */
  #hasLeft = false;
  /** What comes sealed, and what begins, one after the other. */
  #turn: Promise<unknown> = Promise.resolve();
  #isGone = false;

  constructor(options: RendezvousOptions) {
    this.#options = options;
    this.#line = options.openLine((event) => this.#heard(event));
  }

  /** Of the last handshake that was done. */
  get session(): Session | null {
    return this.#session;
  }

  get joined(): Joined | null {
    return this.#joined;
  }

  /** This page's certificate, once it is made: as soon as there is a session, or before. */
  get own(): Certificate | null {
    return this.#own;
  }

  /** Makes what takes time, so that a `join` soon after is quick. Nothing is said to anybody. */
  prepare(): void {
    const { role, invitation, handshake, begun } = this.#options;
    this.#line.prepare();
    const certificate = this.#ownCertificate();
    if (role !== 'guest' || !invitation || this.#early) return;
    const { room, epoch, seat } = invitation;
    this.#early = begun ?? certificate.then(({ fingerprint }) => handshake.begin({ room, epoch, guest: seat }, fingerprint));
    this.#early.catch(() => undefined);
  }

  join(takeover: boolean): void {
    this.#isGone = false;
    const { role, invitation, early } = this.#options;
    if (this.#joined || this.#isBegun || role !== 'guest' || !invitation) return this.#line.join(takeover);
    this.prepare();
    this.#inTurn(async () => {
      const commit = await this.#early;
      if (commit) this.#send(commit);
      const offer = await early?.();
      if (offer) this.#send(offer);
      this.#isBegun = true;
      this.#line.join(takeover);
    });
  }

  leave(): void {
    this.#isGone = true;
    this.#line.leave();
  }

  close(): void {
    this.#isGone = true;
    this.#line.close();
  }

  /** Somebody waits for the line. */
  hurry(on: boolean): void {
    this.#line.hurry(on);
  }

  doubt(): void {
    this.#line.doubt();
  }

  /** The guest's: a new handshake, `after` milliseconds, unless it is abandoned before. */
  begin(after = 0): void {
    this.#isBegun = false;
    this.#isWanted = true;
    clearTimeout(this.#later);
    if (after === 0) this.#begin();
    else this.#later = setTimeout(() => this.#begin(), after);
  }

  #begin(): void {
    this.#inTurn(async () => {
      const context = this.#context();
      if (!context || !this.#isWanted) return;
      const { fingerprint } = await this.#ownCertificate();
      const commit = await this.#options.handshake.begin(context, fingerprint);
      if (this.#isWanted) this.#send(commit);
      else this.#options.handshake.abandon();
    });
  }

  /** What is under way leads to nothing any more. */
  abandon(): void {
    this.#isWanted = false;
    clearTimeout(this.#later);
    this.#options.handshake.abandon();
  }

  /** What comes in the session that stood is not heard any more. */
  drop(): void {
    this.#session = null;
  }

  seal(kind: Kind, payload: object): void {
    // Two at a time keep their order: a session seals one after the other.
    const sealing = this.#session?.seal(kind, written(payload));
    sealing?.then((envelope) => this.#send(envelope)).catch(() => this.#options.onEvent({ type: 'rules-broken' }));
  }

  /** The same in every handshake of this page. */
  #ownCertificate(): Promise<Certificate> {
    return (this.#certificate ??= this.#options.makeCertificate().then((own) => (this.#own = own)));
  }

  // --- The line ---

  #heard(event: LineEvent): void {
    const { peerSeat, onEvent } = this.#options;
    switch (event.type) {
      case 'joined':
        return this.#heardJoined(event.joined);
      case 'peer':
        return event.peer.seat === peerSeat ? this.#heardPeer(presenceOf(event.peer), 'peer') : undefined;
      case 'sealed':
        return event.from === peerSeat ? this.#inTurn(() => this.#unseal(event.data)) : undefined;
      case 'alive':
        // Perhaps only this machine stood still: then the path shows, too, that it lives.
        return void setTimeout(() => this.#isGone || onEvent({ type: 'network-changed' }), STANDSTILL);
      case 'lost':
        return onEvent({ type: 'line-lost', trouble: event.trouble });
      case 'too-early':
        return onEvent({ type: 'too-early', opensAt: event.opensAt });
      case 'refused':
        return onEvent({ type: 'refused', reason: REFUSALS[event.code] ?? 'failed' });
    }
  }

  #heardJoined(joined: Joined): void {
    const { invitation, peerSeat, onJoined } = this.#options;
    this.#joined = joined;
    // The appointment was moved meanwhile: nobody could read what was begun.
    if (invitation && (joined.room !== invitation.room || joined.epoch !== invitation.epoch || joined.seat !== invitation.seat)) this.#isBegun = false;
    onJoined(joined);
    this.#heardPeer(presenceOf(joined.peers.find(({ seat }) => seat === peerSeat)), 'joined');
  }

  #heardPeer(peer: Presence, type: 'joined' | 'peer'): void {
    const isBegun = this.#isBegun;
    if (peer.state !== 'gone') this.#isBegun = this.#hasLeft = false;
    else if (this.#options.role === 'practice' && !this.#hasLeft) this.#leavePrekey();
    this.#options.onEvent({ type, peer, ...(isBegun && { isBegun }) });
  }

  /** For whoever comes next. Those who come and take nothing away must not fill the path. */
  #leavePrekey(): void {
    this.#hasLeft = true;
    this.#inTurn(async () => {
      const context = this.#context();
      if (context && this.#line.waiting(this.#options.peerSeat) < MOST_WAITING) this.#send(await this.#options.handshake.leave(context));
    });
  }

  #send(message: Bytes): void {
    this.#line.send(this.#options.peerSeat, encodeBase64url(message));
  }

  // --- What came sealed ---

  async #unseal(data: string): Promise<void> {
    const message = decodeBase64url(data);
    const context = this.#context();
    if (!message || !context) return;
    const isEnvelope = message[1] === ENVELOPE;
    try {
      if (isEnvelope) await this.#openEnvelope(message);
      else await this.#shakeHands(message, context);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      if (error.reason !== 'other-handshake') this.#options.onEvent({ type: 'handshake-refused', reason: 'untrusted' });
    }
  }

  async #shakeHands(message: Bytes, context: Context): Promise<void> {
    const { handshake, onEvent, answerEarly } = this.#options;
    parseMessage(message);
    const own = await this.#ownCertificate();
    const outcome = await handshake.take(message, context, own.fingerprint);
    switch (outcome.type) {
      case 'nothing':
        return;
      case 'turned-away':
        this.#send(outcome.reply);
        return onEvent({ type: 'turned-away' });
      case 'refused':
        return onEvent({ type: 'handshake-refused', reason: outcome.reason });
      case 'began':
        this.#send(outcome.reply);
        return onEvent({ type: 'handshake-began' });
      case 'offered': {
        const answer = await answerEarly(await unpack(outcome.payload));
        const sealed = answer && (await handshake.sealEarly(await pack(answer)));
        return sealed ? this.#send(sealed) : undefined;
      }
      case 'answered':
        return this.#deliver('description', await unpack(outcome.payload));
      case 'done':
        if (outcome.reply) this.#send(outcome.reply);
        this.#session = outcome.session;
        onEvent({ type: 'handshake-done', safetyCode: outcome.session.safetyCode });
    }
  }

  async #openEnvelope(envelope: Bytes): Promise<void> {
    const session = this.#session;
    if (!session) return;
    const { kind, payload } = await session.open(envelope);
    if (session === this.#session) this.#deliver(kind, readJson(payload));
  }

  #deliver(kind: Kind, value: unknown): void {
    if (!this.#options.onEnvelope(kind, value)) this.#options.onEvent({ type: 'rules-broken' });
  }

  #context(): Context | null {
    if (!this.#joined) return null;
    const { role, peerSeat } = this.#options;
    const { room, epoch, seat } = this.#joined;
    return { room, epoch, guest: role === 'guest' ? seat : peerSeat };
  }

  #inTurn(act: () => Promise<void>): void {
    this.#turn = this.#turn.then(() => (this.#isGone ? undefined : act())).catch((error: unknown) => {
      console.error(error);
      this.#options.onEvent({ type: 'rules-broken' });
    });
  }
}

export type WithoutTime = Event extends infer One ? (One extends Event ? Omit<One, 'now'> : never) : never;

function presenceOf(peer: { readonly presence: 'here' | 'away' | 'gone'; readonly stream?: string } | undefined): Presence {
  return peer && peer.presence !== 'gone' && peer.stream !== undefined ? { state: peer.presence, stream: peer.stream } : { state: 'gone' };
}

function written(payload: object): Bytes {
  return utf8(JSON.stringify(payload));
}

function readJson(payload: Bytes): unknown {
  try {
    return parseJson(new TextDecoder('utf-8', { fatal: true }).decode(payload));
  } catch {
    return undefined;
  }
}

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
const ENVELOPE = 4;
const MOST_WAITING = 16;
/** Milliseconds. */
const STANDSTILL = 800;
