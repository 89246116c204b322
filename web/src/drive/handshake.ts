// Each side's part in the sealed handshake, from what it keeps for long to a session.

import type { Bytes } from '../sealed/bytes.ts';
import type { Context } from '../sealed/context.ts';
import { drawEphemeral } from '../sealed/crypto.ts';
import { Guest, type IdentityKey, Practice } from '../sealed/handshake.ts';
import type { Fragment } from '../sealed/links.ts';
import { HID, parseMessage } from '../sealed/message.ts';
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
  | { readonly type: 'done'; readonly session: Session; readonly reply: Bytes | null }
  | { readonly type: 'refused'; readonly reason: 'link-damaged' | 'untrusted' };

/** One side of the handshakes of a visit, one after the other. */
export interface Handshake {
  /** The guest's first message of a new handshake; whatever an older one was waiting for is void. The practice never begins. */
  begin(context: Context, fingerprint: Bytes): Promise<Bytes>;
  /** Takes anything but an envelope. */
  take(message: Bytes, context: Context, fingerprint: Bytes): Promise<Outcome>;
  /** The guest's: what it began is not needed any more. */
  abandon(): void;
}

export class GuestHandshake implements Handshake {
  readonly #link: Fragment;
  #guest: Guest | null = null;

  constructor(link: Fragment) {
    this.#link = link;
  }

  async begin(context: Context, fingerprint: Bytes): Promise<Bytes> {
    const hid = crypto.getRandomValues(new Uint8Array(HID));
    const { guest, commit } = await Guest.commit(context, this.#link, hid, await drawEphemeral(fingerprint));
    this.#guest = guest;
    return commit;
  }

  abandon(): void {
    this.#guest = null;
  }

  async take(message: Bytes): Promise<Outcome> {
    const guest = this.#guest;
    if (!guest) return NOTHING;
    return refusing(async () => {
      const { session, helloB } = await guest.hello(message);
      this.#guest = null;
      return { type: 'done', session, reply: helloB };
    });
  }
}

export class PracticeHandshake implements Handshake {
  readonly #roomKey: Bytes;
  readonly #identity: IdentityKey;
  #practice: Practice | null = null;

  constructor(roomKey: Bytes, identity: IdentityKey) {
    this.#roomKey = roomKey;
    this.#identity = identity;
  }

  begin(): Promise<Bytes> {
    return Promise.reject(new Error('only a guest begins'));
  }

  abandon(): void {}

  async take(message: Bytes, context: Context, fingerprint: Bytes): Promise<Outcome> {
    return refusing(() => (parseMessage(message).type === 'commit' ? this.#answer(message, context, fingerprint) : this.#finish(message)));
  }

  async #answer(commit: Bytes, context: Context, fingerprint: Bytes): Promise<Outcome> {
    try {
      const { practice, helloA } = await Practice.answer(context, this.#roomKey, this.#identity, await drawEphemeral(fingerprint), commit);
      this.#practice = practice;
      return { type: 'began', reply: helloA };
    } catch (error) {
      // Nothing that a stranger says may disturb the guest who is in.
      if (error instanceof Refusal) return { type: 'turned-away', reply: Practice.refuse(commit) };
      throw error;
    }
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
