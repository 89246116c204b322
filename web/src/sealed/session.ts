// What a handshake leads to: seals and opens envelopes, one counter for each direction.

import { type Bytes, concat, lp, u64 } from './bytes.ts';
import { aesKey, derive } from './crypto.ts';
import { expectBody, head } from './message.ts';
import { pad, unpad } from './padding.ts';
import { Refusal } from './refusal.ts';

/** What is in an envelope. */
export type Kind = 'description' | 'candidates' | 'restart';
export type Side = 'practice' | 'guest';

/** What all keys of a session grow from. */
export interface Roots {
  readonly side: Side;
  readonly hid: Bytes;
  readonly ctx: Bytes;
  /** The ECDH secret ‖ K. */
  readonly ikm: Bytes;
  /** T: the hash of all that was said. */
  readonly transcript: Bytes;
  /** The certificate that the other side's DTLS has to show. */
  readonly peerFingerprint: Bytes;
}

export class Session {
  readonly peerFingerprint: Bytes;
  /** Six digits that both sides can read out: equal when nobody sits between them. */
  readonly safetyCode: string;
  readonly #roots: Roots;
  readonly #outgoing: Direction;
  readonly #incoming: Direction;
  /** One after the other, whoever calls: two at a time would share a counter. */
  #turn: Promise<unknown> = Promise.resolve();

  private constructor(roots: Roots, outgoing: Direction, incoming: Direction, safetyCode: string) {
    this.peerFingerprint = roots.peerFingerprint;
    this.safetyCode = safetyCode;
    this.#roots = roots;
    this.#outgoing = outgoing;
    this.#incoming = incoming;
  }

  static async derive(roots: Roots): Promise<Session> {
    const key = (label: string, length: number) => derive(roots.ikm, roots.transcript, concat(lp(label), roots.ctx), length);
    const direction = async (label: string): Promise<Direction> => ({ key: await aesKey(await key(label, 32)), counter: 0 });
    const [toB, toA, code] = await Promise.all([direction('A to B'), direction('B to A'), key('safety code', 8)]);
    const [outgoing, incoming] = roots.side === 'practice' ? [toB, toA] : [toA, toB];
    const number = new DataView(code.buffer).getBigUint64(0) % SAFETY_CODES;
    return new Session(roots, outgoing, incoming, number.toString().padStart(6, '0'));
  }

  /** Names the handshake that led here. */
  get hid(): Bytes {
    return this.#roots.hid;
  }

  /** Seals `payload` into the next envelope. */
  seal(kind: Kind, payload: Bytes): Promise<Bytes> {
    return this.#inTurn(async () => {
      const padded = pad(BUCKETS[kind], payload);
      const { key, counter } = this.#outgoing;
      const sealed = await crypto.subtle.encrypt(this.#parameters(this.#roots.side, kind, counter), key, padded);
      this.#outgoing.counter += 1;
      return concat(head('envelope', this.hid), Uint8Array.of(KINDS[kind]), u64(counter), new Uint8Array(sealed));
    });
  }

  /** Opens the other side's next envelope. `other-handshake` is for an old one, to be thrown away in silence; every other refusal ends the handshake. */
  open(envelope: Bytes): Promise<{ kind: Kind; payload: Bytes }> {
    return this.#inTurn(async () => {
      const body = expectBody(envelope, 'envelope', this.hid);
      if (body.length < PREFIX + TAG) throw new Refusal('malformed');
      const kind = ALL_KINDS.find((kind) => KINDS[kind] === body[0]);
      if (!kind) throw new Refusal('malformed');
      const { key, counter } = this.#incoming;
      if (new DataView(body.buffer, body.byteOffset + 1).getBigUint64(0) !== BigInt(counter)) throw new Refusal('counter');
      const padded = await crypto.subtle.decrypt(this.#parameters(other(this.#roots.side), kind, counter), key, body.slice(PREFIX)).catch(() => {
        throw new Refusal('sealed');
      });
      const payload = unpad(BUCKETS[kind], new Uint8Array(padded));
      this.#incoming.counter += 1;
      return { kind, payload };
    });
  }

  #inTurn<T>(act: () => Promise<T>): Promise<T> {
    const turn = this.#turn.then(act);
    this.#turn = turn.catch(() => undefined);
    return turn;
  }

  #parameters(sender: Side, kind: Kind, counter: number): AesGcmParams {
    const direction = sender === 'practice' ? 0 : 1;
    const { ctx, transcript } = this.#roots;
    const additionalData = concat(lp('envelope'), ctx, Uint8Array.of(direction, KINDS[kind]), u64(counter), transcript);
    return { name: 'AES-GCM', iv: concat(new Uint8Array(4), u64(counter)), additionalData };
  }
}

interface Direction {
  readonly key: CryptoKey;
  counter: number;
}

function other(side: Side): Side {
  return side === 'practice' ? 'guest' : 'practice';
}

const KINDS: Record<Kind, number> = { description: 1, candidates: 2, restart: 3 };
const ALL_KINDS = Object.keys(KINDS) as Kind[];
/** The sizes that a plaintext may have. One for descriptions, whatever browser wrote them, but for those that don't fit. */
const BUCKETS: Record<Kind, readonly number[]> = { description: [12_288, 24_576], candidates: [1_024], restart: [1_024] };
const PREFIX = 1 + 8;
const TAG = 16;
const SAFETY_CODES = 1_000_000n;
