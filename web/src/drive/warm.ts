// A connection that is made ready before it is certain whom it leads to.

import type { Candidate } from '../call/control.ts';
import type { Role } from '../call/model.ts';
import type { Connection, ConnectionEvent, ConnectionOptions } from '../rtc/connection.ts';
import type { Description } from '../rtc/negotiation.ts';

/** What a connection is made with. */
export type Means = Pick<ConnectionOptions, 'certificate' | 'iceServers' | 'route'>;
export type Connect = (options: ConnectionOptions) => Connection;

export class Warm {
  readonly connection: Connection;
  readonly #isRelayed: boolean;
  /** What the other side has been told in an early message. */
  told: Description | null = null;
  readonly #said: ConnectionEvent[] = [];
  #listener: ((event: ConnectionEvent) => void) | null = null;
  #noticed: () => void = () => undefined;

  constructor(connect: Connect, role: Role, means: Means) {
    this.#isRelayed = means.route === 'relayed';
    this.connection = connect({ ...means, role, peerFingerprint: null, onEvent: (event) => this.#heard(event) });
  }

  /** Its own description with the candidates that it has by now; `null` before there is one. */
  get description(): Description | null {
    return this.#said.some(({ type }) => type === 'description') ? this.connection.described : null;
  }

  /** The same once there are candidates in it, with `outside` one that leads here from elsewhere; or after so many milliseconds. */
  async described(outside: boolean, longest: number): Promise<Description | null> {
    await new Promise<void>((done) => {
      this.#noticed = () => {
        const found = this.#said.flatMap((one) => (one.type === 'candidates' ? [one.candidates] : []));
        if (this.description && found.some((some) => some.length === 0 || !outside || some.some((one) => isOutside(one, this.#isRelayed)))) done();
      };
      this.#noticed();
      setTimeout(done, longest);
    });
    return this.description;
  }

  /** Whether this network lets UDP out: STUN has answered. */
  get isOpen(): boolean {
    return this.#said.some((one) => one.type === 'candidates' && one.candidates.some((candidate) => isOutside(candidate, false)));
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

/** What STUN tells; of a connection that is hidden behind the relay, what that gives. */
function isOutside({ candidate }: Candidate, isHidden: boolean): boolean {
  return candidate.includes(isHidden ? ' typ relay ' : ' typ srflx ');
}
