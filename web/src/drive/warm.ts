// A connection that is made ready before it is certain whom it leads to.

import type { Candidate } from '../call/control.ts';
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
    this.connection = connect({ ...means, role, peerFingerprint: null, onEvent: (event) => this.#heard(event) });
  }

  /** Its own description with the candidates that it has by now; `null` before there is one. */
  get description(): Description | null {
    return this.#said.some(({ type }) => type === 'description') ? this.connection.described : null;
  }

  /** The same once there are candidates in it, with `outside` the one that STUN tells; or after so many milliseconds. */
  async described(outside: boolean, longest: number): Promise<Description | null> {
    await new Promise<void>((done) => {
      this.#noticed = () => {
        const found = this.#said.flatMap((one) => (one.type === 'candidates' ? [one.candidates] : []));
        if (this.description && found.some((some) => some.length === 0 || !outside || some.some(isOutside))) done();
      };
      this.#noticed();
      setTimeout(done, longest);
    });
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
    this.#noticed();
  }
}

function isOutside({ candidate }: Candidate): boolean {
  return candidate.includes(' typ srflx ');
}
