// A connection that is made ready before it is certain whom it leads to.

import type { Role } from '../call/model.ts';
import type { Connection, ConnectionEvent, ConnectionOptions } from '../rtc/connection.ts';
import type { Description } from '../rtc/negotiation.ts';

/** What a connection is made with. */
export type Means = Pick<ConnectionOptions, 'certificate' | 'iceServers'>;
export type Connect = (options: ConnectionOptions) => Connection;

export class Warm {
  readonly connection: Connection;
  /** What the other side has been told in an early message. */
  told: Description | null = null;
  readonly #said: ConnectionEvent[] = [];
  #listener: ((event: ConnectionEvent) => void) | null = null;
  #noticed: () => void = () => undefined;

  constructor(connect: Connect, role: Role, means: Means) {
    this.connection = connect({ ...means, role, isAhead: true, peerFingerprint: null, onEvent: (event) => this.#heard(event) });
  }

  /** Its own description with the candidates that it has by now; `null` before there is one. */
  get description(): Description | null {
    return this.#said.some(({ type }) => type === 'description') ? this.connection.described : null;
  }

  /** The same as soon as it is there and a candidate from outside is in it, or a moment has passed. */
  async described(): Promise<Description | null> {
    await Promise.race([new Promise<void>((done) => (this.#noticed = done)), pause(LONGEST)]);
    return this.description;
  }

  /** What it has said so far, and all that follows. */
  hand(listener: (event: ConnectionEvent) => void): void {
    for (const event of this.#said.splice(0)) listener(event);
    this.#listener = listener;
  }

  close(): void {
    this.connection.close();
  }

  #heard(event: ConnectionEvent): void {
    if (this.#listener) return this.#listener(event);
    this.#said.push(event);
    if (!this.description) return;
    const isFound = this.#said.some((one) => one.type === 'candidates' && (one.candidates.length === 0 || one.candidates.some(({ candidate }) => candidate.includes(' typ srflx '))));
    if (isFound) this.#noticed();
    else if (event.type === 'description') setTimeout(() => this.#noticed(), MOMENT);
  }
}

function pause(duration: number): Promise<void> {
  return new Promise((done) => setTimeout(done, duration));
}

/** Milliseconds in which candidates that were gathered ahead show. */
const MOMENT = 40;
const LONGEST = 1_000;
