// How a practice introduces the guests of a call to each other (docs/signalling.md section 6): each pair once, by a name of its own, and again when something of it has changed.

import type { ControlMessage, Part, Pass } from '../call/control.ts';
import type { Introduction } from '../call/model.ts';

/** A guest in the call. */
export interface Present {
  readonly seat: number;
  readonly part: Part;
  readonly peer: Introduction;
  /** SHA-256 of its certificate, in hexadecimal, as the handshake has verified it. */
  readonly fingerprint: string;
  /** On which connection it is spoken to. */
  readonly connection: object;
  readonly say: (message: ControlMessage) => void;
}

export class Introductions {
  readonly #draw: () => string;
  readonly #pairs = new Map<string, Pair>();
  #present: readonly Present[] = [];

  /** `draw`: base64url of 16 random bytes. */
  constructor(draw: () => string) {
    this.#draw = draw;
  }

  /** Who is in the call now. `now`: milliseconds, of any clock. */
  update(present: readonly Present[], now: number): void {
    const before = this.#present;
    this.#present = present;
    for (const gone of before.filter((one) => !present.some(({ seat }) => seat === one.seat))) this.#part(gone.seat);
    for (const lower of present) for (const upper of present) if (lower.seat < upper.seat) this.#introduce(lower, upper, now);
  }

  /** What the guest on the seat `from` says about another. */
  hear(from: number, message: Pass | Extract<ControlMessage, { type: 'unmeet' }>, now: number): void {
    const other = this.#present.find(({ seat }) => seat === message.seat);
    const self = this.#present.find(({ seat }) => seat === from);
    if (!self || other === self) return;
    // It hasn't heard that the other is gone.
    if (!other) return self.say({ type: 'unmeet', seat: message.seat });
    const [lower, upper] = from < message.seat ? [self, other] : [other, self];
    const pair = this.#pairs.get(nameOf(lower, upper));
    if (!pair) return;
    if (message.type === 'pass') {
      if (message.mesh !== pair.mesh || pair.passes >= MOST_PASSES) return;
      pair.passes += 1;
      return other.say({ ...message, seat: from });
    }
    // Both may miss each other at once.
    if (now - pair.since < PAUSE) return;
    this.#pairs.delete(nameOf(lower, upper));
    this.#introduce(lower, upper, now);
  }

  #introduce(lower: Present, upper: Present, now: number): void {
    const name = nameOf(lower, upper);
    const before = this.#pairs.get(name);
    const isSame = before?.fingerprints === lower.fingerprint + upper.fingerprint;
    const mesh = isSame ? before.mesh : this.#draw();
    // Over a new connection it is said again: the old one may have lost it, and a page that was loaded anew knows nothing.
    if (!isSame || before.lower !== lower.connection) lower.say(meet(upper, mesh, true));
    if (!isSame || before.upper !== upper.connection) upper.say(meet(lower, mesh, false));
    this.#pairs.set(name, { mesh, fingerprints: lower.fingerprint + upper.fingerprint, lower: lower.connection, upper: upper.connection, since: isSame ? before.since : now, passes: isSame ? before.passes : 0 });
  }

  #part(seat: number): void {
    for (const one of this.#present) one.say({ type: 'unmeet', seat });
    for (const name of [...this.#pairs.keys()]) if (name.split('-').includes(String(seat))) this.#pairs.delete(name);
  }
}

interface Pair {
  readonly mesh: string;
  readonly fingerprints: string;
  readonly lower: object;
  readonly upper: object;
  readonly since: number;
  passes: number;
}

function nameOf(lower: Present, upper: Present): string {
  return `${lower.seat}-${upper.seat}`;
}

function meet({ seat, part, peer, fingerprint }: Present, mesh: string, offers: boolean): ControlMessage {
  return { type: 'meet', seat, name: peer.name, part, language: peer.language, fingerprint, offers, mesh };
}

/** Descriptions, and candidates one by one: more than any two browsers find. */
const MOST_PASSES = 200;
/** Milliseconds between two introductions of the same pair. */
const PAUSE = 3_000;
