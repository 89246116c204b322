// The connections to the other side, one after the other: the one that stands, and the one that is made ready while a handshake is under way.

import { type ReadonlySignal, signal } from '@preact/signals';
import { type Candidate, isCandidate, LONGEST_SDP, MOST_CANDIDATES } from '../call/control.ts';
import { fieldsOf } from '../call/json.ts';
import type { Role } from '../call/model.ts';
import type { Connection, ConnectionEvent, ConnectionOptions } from '../rtc/connection.ts';
import type { Description } from '../rtc/negotiation.ts';

/** What a connection is made with. */
export type Means = Pick<ConnectionOptions, 'certificate' | 'iceServers'>;

export interface ConnectionsOptions {
  readonly role: Role;
  readonly connect: (options: ConnectionOptions) => Connection;
  /** `null` before there are any. */
  readonly means: () => Means | null;
  /** Of the one that stands. */
  readonly onEvent: (event: ConnectionEvent) => void;
}

export class Connections {
  readonly #options: ConnectionsOptions;
  readonly #standing = signal<Connection | null>(null);
  /** Without a session yet, and what it had to say meanwhile. */
  #warm: { readonly connection: Connection; readonly early: ConnectionEvent[] } | null = null;

  constructor(options: ConnectionsOptions) {
    this.#options = options;
  }

  get standing(): ReadonlySignal<Connection | null> {
    return this.#standing;
  }

  /** The guest's: an offer and its candidates are made while the handshake is under way. */
  warmUp(): void {
    this.cool();
    const { role, means, connect } = this.#options;
    const given = means();
    if (!given || role !== 'guest') return;
    const early: ConnectionEvent[] = [];
    const connection: Connection = connect({ ...given, role, peerFingerprint: null, onEvent: (event) => this.#heardEarly(connection, event) });
    this.#warm = { connection, early };
    connection.offer();
  }

  /** What was made ready isn't needed. */
  cool(): void {
    this.#warm?.connection.close();
    this.#warm = null;
  }

  /** The handshake is done: its connection stands now. It is offered by `offer`. */
  adopt(peerFingerprint: Uint8Array): Connection | null {
    const { role, means, connect, onEvent } = this.#options;
    const given = means();
    if (!given) return null;
    const connection = this.#warm?.connection ?? connect({ ...given, role, peerFingerprint, onEvent });
    this.#standing.value = connection;
    return connection;
  }

  /** The guest's. What was made ready goes out with the candidates that it has by now; an offer that is not there yet follows by itself. */
  offer(peerFingerprint: Uint8Array): void {
    const { role, onEvent } = this.#options;
    const warm = this.#warm;
    this.#warm = null;
    if (!warm) return role === 'guest' ? this.#standing.peek()?.offer() : undefined;
    const { connection, early } = warm;
    const offer = connection.expect(peerFingerprint);
    const isOffered = offer !== null && early.some(({ type }) => type === 'description');
    if (isOffered) onEvent({ type: 'description', description: offer });
    const isAllFound = early.some((event) => event.type === 'candidates' && event.candidates.length === 0);
    if (isOffered && isAllFound) onEvent({ type: 'candidates', candidates: [] });
    for (const event of early) if (event.type !== 'description' && event.type !== 'candidates') onEvent(event);
  }

  /** What came sealed. False when nobody may say this. */
  take(kind: 'description' | 'candidates', value: unknown): boolean {
    const connection = this.#standing.peek();
    if (!connection) return true;
    if (kind === 'description' && isDescription(value, this.#options.role)) connection.takeDescription(value);
    else if (kind === 'candidates' && isCandidates(value)) connection.takeCandidates(value);
    else return false;
    return true;
  }

  close(lastWords: boolean): void {
    this.#standing.peek()?.close(lastWords);
    this.#standing.value = null;
  }

  #heardEarly(connection: Connection, event: ConnectionEvent): void {
    if (this.#warm?.connection === connection) this.#warm.early.push(event);
    else if (this.#standing.peek() === connection) this.#options.onEvent(event);
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
