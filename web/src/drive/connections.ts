// The connections to the other side, one after the other: the one that stands, and the one that is made ready while a handshake is under way.

import { type ReadonlySignal, signal } from '@preact/signals';
import { type Candidate, isCandidate, LONGEST_SDP, MOST_CANDIDATES } from '../call/control.ts';
import { fieldsOf } from '../call/json.ts';
import type { Role } from '../call/model.ts';
import type { Connection, ConnectionEvent } from '../rtc/connection.ts';
import type { Foresight } from '../rtc/foresight.ts';
import type { Description } from '../rtc/negotiation.ts';
import { type Connect, type Means, Warm } from './warm.ts';

export interface ConnectionsOptions {
  readonly role: Role;
  readonly connect: Connect;
  /** `null` before there are any. */
  readonly means: () => Means | null;
  /** The practice's: what its candidates will be. */
  readonly foresight: Pick<Foresight, 'isClear' | 'complete'>;
  /** Of the one that stands. */
  readonly onEvent: (event: ConnectionEvent) => void;
}

export class Connections {
  readonly #options: ConnectionsOptions;
  readonly #standing = signal<Connection | null>(null);
  /** Without a session yet. */
  #warm: Warm | null = null;
  #late: ReturnType<typeof setTimeout> | undefined;

  constructor(options: ConnectionsOptions) {
    this.#options = options;
  }

  get standing(): ReadonlySignal<Connection | null> {
    return this.#standing;
  }

  /** The guest's: an offer and its candidates are made while the handshake is under way. `ready`: they were made before. */
  warmUp(ready?: Warm): void {
    this.cool();
    if (ready) this.#warm = ready;
    else this.#offer();
  }

  get isWarm(): boolean {
    return this.#warm !== null;
  }

  /** What was made ready isn't needed. */
  cool(): void {
    this.#warm?.close();
    this.#warm = null;
  }

  /** The practice's answer to an early offer, which nobody has proven yet to be the guest's. `null` where nobody may say this. */
  async answerEarly(offer: unknown): Promise<Description | null> {
    const { role, connect, means, foresight } = this.#options;
    const given = means();
    if (!given || !isDescription(offer, role)) return null;
    this.cool();
    const warm = new Warm(connect, role, given);
    this.#warm = warm;
    warm.connection.takeDescription(offer);
    const answer = await warm.described(given.route === 'relayed' || !foresight.isClear, LONGEST);
    return (warm.told = answer && (given.route === 'relayed' ? answer : foresight.complete(answer)));
  }

  /** The handshake is done: its connection stands now. What it has to say is told once `introduce` is called. */
  adopt(peerFingerprint: Uint8Array): Connection | null {
    const { role, means, connect, onEvent } = this.#options;
    const given = means();
    if (!given) return null;
    const connection = this.#warm?.connection ?? connect({ ...given, role, peerFingerprint, onEvent });
    this.#standing.value = connection;
    return connection;
  }

  /** Whom the standing connection leads to. The guest's offers; where an early message has done so, again if no answer comes. */
  introduce(peerFingerprint: Uint8Array): void {
    const { role, onEvent } = this.#options;
    const [warm, connection] = [this.#warm, this.#standing.peek()];
    this.#warm = null;
    if (!warm) return role === 'guest' ? connection?.offer() : undefined;
    const told = warm.told ?? warm.description;
    warm.connection.expect(peerFingerprint);
    if (told && !warm.told) onEvent({ type: 'description', description: told });
    else if (told && role === 'guest') this.#late = setTimeout(() => this.#offerLate(warm.connection), PATIENCE);
    warm.hand((event) => {
      const isTold = event.type === 'description' ? told !== null : event.type === 'candidates' && isWithin(event.candidates, told);
      if (!isTold && this.#standing.peek() === warm.connection) onEvent(event);
    });
  }

  /** What came sealed. False when nobody may say this. */
  take(kind: 'description' | 'candidates', value: unknown): boolean {
    const connection = this.#standing.peek();
    if (!connection) return true;
    if (kind === 'description' && isDescription(value, this.#options.role)) {
      clearTimeout(this.#late);
      connection.takeDescription(value);
    } else if (kind === 'candidates' && isCandidates(value)) connection.takeCandidates(value);
    else return false;
    return true;
  }

  close(lastWords: boolean): void {
    clearTimeout(this.#late);
    this.#standing.peek()?.close(lastWords);
    this.#standing.value = null;
  }

  #offer(): void {
    const { role, connect, means } = this.#options;
    const given = means();
    if (!given) return;
    this.#warm = new Warm(connect, role, given);
    this.#warm.connection.offer();
  }

  /** The early offer has not been opened, or its answer is lost. */
  #offerLate(connection: Connection): void {
    const description = connection.described;
    if (this.#standing.peek() === connection && description) this.#options.onEvent({ type: 'description', description });
  }
}

/** The guest offers, the practice answers. */
function isDescription(value: unknown, role: Role): value is Description {
  const fields = fieldsOf(value);
  const due = role === 'practice' ? 'offer' : 'answer';
  return !!fields && Object.keys(fields).length === 2 && fields['type'] === due && typeof fields['sdp'] === 'string' && fields['sdp'].length <= LONGEST_SDP;
}

function isCandidates(value: unknown): value is readonly Candidate[] {
  return Array.isArray(value) && value.length <= MOST_CANDIDATES && value.every(isCandidate);
}

/** By what they are, up to their type: of a candidate on its own browsers say more behind that than in a description. */
function isWithin(candidates: readonly Candidate[], description: Description | null): boolean {
  return !!description && candidates.length > 0 && candidates.every(({ candidate }) => description.sdp.includes(candidate.split(' ', UP_TO_TYPE).join(' ')));
}

/** Words of `candidate:<foundation> <component> <transport> <priority> <address> <port> typ <type>` (RFC 8839 section 5.1). */
const UP_TO_TYPE = 8;
/** Milliseconds that an answer may take. */
const LONGEST = 400;
/** Milliseconds: the answer comes right behind the practice's hello. */
const PATIENCE = 700;
