// Each side's part in the sealed handshake, from what it keeps for long to a session.

import { type Bytes, equal } from '../sealed/bytes.ts';
import type { Context } from '../sealed/context.ts';
import { drawEphemeral, drawKeyPair } from '../sealed/crypto.ts';
import { type EarlyAnswer, EarlyOffer, Prekey } from '../sealed/early.ts';
import { Guest, type IdentityKey, Practice } from '../sealed/handshake.ts';
import type { Fragment } from '../sealed/links.ts';
import { HID, type MessageType, parseMessage } from '../sealed/message.ts';
import { Refusal } from '../sealed/refusal.ts';
import type { Session } from '../sealed/session.ts';

/** What a message of the handshake led to. */
export type Outcome =
  /** To be thrown away: it belongs to another handshake. */
  | { readonly type: 'nothing' }
  /** The practice's: a guest who has the key began. */
  | { readonly type: 'began'; readonly reply: Bytes }
  /** The practice's: somebody without the key began. The answer tells that somebody; nothing else changes. */
  | { readonly type: 'turned-away'; readonly reply: Bytes }
  /** The practice's: a guest's offer, beside its commit. */
  | { readonly type: 'offered'; readonly payload: Bytes }
  /** The guest's: the answer to that. */
  | { readonly type: 'answered'; readonly payload: Bytes }
  | { readonly type: 'done'; readonly session: Session; readonly reply: Bytes | null }
  | { readonly type: 'refused'; readonly reason: 'link-damaged' | 'untrusted' };

/** One side of the handshakes of a visit, one after the other. */
export interface Handshake {
  /** The guest's first message of a new handshake; whatever an older one was waiting for is void. The practice never begins. */
  begin(context: Context, fingerprint: Bytes): Promise<Bytes>;
  /** Seals what may go before the handshake is through: the guest's offer, once, where it has begun with a prekey; the practice's answer to one. `null` where there is no way to. */
  sealEarly(payload: Bytes): Promise<Bytes | null>;
  /** The practice's: a prekey, to be left for whoever comes. */
  leave(context: Context): Promise<Bytes>;
  /** Takes anything but an envelope. */
  take(message: Bytes, context: Context, fingerprint: Bytes): Promise<Outcome>;
  /** The guest's: what it began is not needed any more. */
  abandon(): void;
}

export class GuestHandshake implements Handshake {
  readonly #link: Fragment;
  #guest: Guest | null = null;
  #early: EarlyOffer | null = null;

  constructor(link: Fragment) {
    this.#link = link;
  }

  /** `prekey`: what the practice has left. One that is not its own is not used. */
  async begin(context: Context, fingerprint: Bytes, prekey: Bytes | null = null): Promise<Bytes> {
    const hid = crypto.getRandomValues(new Uint8Array(HID));
    const { guest, commit } = await Guest.commit(context, this.#link, hid, await drawEphemeral(fingerprint));
    this.#early = prekey && (await this.#earlyOffer(context, hid, prekey));
    this.#guest = guest;
    return commit;
  }

  async sealEarly(payload: Bytes): Promise<Bytes | null> {
    return this.#early && this.#early.seal(payload);
  }

  leave(): Promise<Bytes> {
    return Promise.reject(new Error('only a practice leaves a prekey'));
  }

  abandon(): void {
    this.#guest = null;
    this.#early = null;
  }

  async take(message: Bytes): Promise<Outcome> {
    return refusing(() => this.#take(message, parseMessage(message).type));
  }

  async #take(message: Bytes, type: MessageType): Promise<Outcome> {
    const [guest, early] = [this.#guest, this.#early];
    // What waits for whoever comes next.
    if (type === 'prekey') return NOTHING;
    if (type === 'earlyA') return early && !guest ? { type: 'answered', payload: await early.open(message) } : NOTHING;
    if (!guest) return NOTHING;
    const { session, helloB } = await guest.hello(message);
    this.#guest = null;
    return { type: 'done', session, reply: helloB };
  }

  async #earlyOffer(context: Context, hid: Bytes, prekey: Bytes): Promise<EarlyOffer | null> {
    try {
      return await EarlyOffer.make(context, this.#link, hid, await drawKeyPair(), prekey);
    } catch (error) {
      // Whoever left it was not the practice: its hello will show who is there.
      if (error instanceof Refusal) return null;
      throw error;
    }
  }
}

export class PracticeHandshake implements Handshake {
  readonly #roomKey: Bytes;
  readonly #identity: IdentityKey;
  #practice: Practice | null = null;
  #prekey: Prekey | null = null;
  #answer: EarlyAnswer | null = null;

  constructor(roomKey: Bytes, identity: IdentityKey) {
    this.#roomKey = roomKey;
    this.#identity = identity;
  }

  begin(): Promise<Bytes> {
    return Promise.reject(new Error('only a guest begins'));
  }

  abandon(): void {}

  async leave(context: Context): Promise<Bytes> {
    const id = crypto.getRandomValues(new Uint8Array(HID));
    this.#prekey = await Prekey.make(context, this.#roomKey, this.#identity, id, await drawKeyPair());
    return this.#prekey.message;
  }

  async sealEarly(payload: Bytes): Promise<Bytes | null> {
    const answer = this.#answer;
    this.#answer = null;
    return answer && answer.seal(payload);
  }

  async take(message: Bytes, context: Context, fingerprint: Bytes): Promise<Outcome> {
    return refusing(() => {
      switch (parseMessage(message).type) {
        case 'commit':
          return this.#begin(message, context, fingerprint);
        case 'earlyB':
          return this.#open(message);
        default:
          return this.#finish(message);
      }
    });
  }

  async #begin(commit: Bytes, context: Context, fingerprint: Bytes): Promise<Outcome> {
    try {
      const { practice, helloA } = await Practice.answer(context, this.#roomKey, this.#identity, await drawEphemeral(fingerprint), commit);
      this.#practice = practice;
      this.#answer = null;
      return { type: 'began', reply: helloA };
    } catch (error) {
      // Nothing that a stranger says may disturb the guest who is in.
      if (error instanceof Refusal) return { type: 'turned-away', reply: Practice.refuse(commit) };
      throw error;
    }
  }

  /** Of the handshake that is under way, once. An offer for another prekey waits until the handshake is through. */
  async #open(earlyB: Bytes): Promise<Outcome> {
    const prekey = this.#prekey;
    if (!prekey || !this.#practice || !equal(parseMessage(earlyB).hid, this.#practice.hid)) return NOTHING;
    const { payload, answer } = await prekey.open(earlyB);
    this.#prekey = null;
    this.#answer = answer;
    return { type: 'offered', payload };
  }

  async #finish(helloB: Bytes): Promise<Outcome> {
    if (!this.#practice) return NOTHING;
    const session = await this.#practice.finish(helloB);
    this.#practice = null;
    return { type: 'done', session, reply: null };
  }
}

async function refusing(act: () => Promise<Outcome>): Promise<Outcome> {
  try {
    return await act();
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    if (error.reason === 'other-handshake') return NOTHING;
    return { type: 'refused', reason: error.reason === 'mac' ? 'link-damaged' : 'untrusted' };
  }
}

const NOTHING: Outcome = { type: 'nothing' };
