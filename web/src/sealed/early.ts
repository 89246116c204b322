// Descriptions before the handshake is through (docs/sealed-signalling.md section 5): the practice leaves a prekey for whoever comes; with it a guest's offer goes beside its
// commit, and the practice's answer beside its hello. One offer, one answer, and the prekey is void. The Rust twin is crates/sealed/src/early.rs.

import { type Bytes, concat, equal, lp } from './bytes.ts';
import { type Context, contextBytes } from './context.ts';
import { aesKey, agree, checkMac, derive, isSigned, type KeyPair, MAC, mac, macKey, POINT, sha256, SIGNATURE } from './crypto.ts';
import type { IdentityKey } from './handshake.ts';
import { type Fragment, identityHash } from './links.ts';
import { cut, expectBody, HID, head, parseMessage } from './message.ts';
import { pad, unpad } from './padding.ts';
import { Refusal } from './refusal.ts';

/** The practice, having left a prekey at the server. */
export class Prekey {
  readonly #context: Context;
  readonly #roomKey: Bytes;
  readonly #own: KeyPair;
  /** What is left. */
  readonly message: Bytes;

  private constructor(context: Context, roomKey: Bytes, own: KeyPair, message: Bytes) {
    this.#context = context;
    this.#roomKey = roomKey;
    this.#own = own;
    this.message = message;
  }

  /** Makes one. `id` is 16 random bytes, `own` a key pair for this prekey alone. */
  static async make(context: Context, roomKey: Bytes, identity: IdentityKey, id: Bytes, own: KeyPair): Promise<Prekey> {
    const ctx = contextBytes(context, id);
    const body = concat(own.point, identity.publicKey);
    const said = concat(lp('prekey'), ctx, body);
    const signature = await identity.sign(said);
    const proof = await mac(await macKey(roomKey, 'mac A', ctx), concat(said, signature));
    return new Prekey(context, roomKey, own, concat(head('prekey', id), body, signature, proof));
  }

  /** Opens a guest's early offer, and gives what seals the answer. The prekey is used up by it. Throws `other-handshake` for what was sealed with another prekey. */
  async open(earlyB: Bytes): Promise<{ payload: Bytes; answer: EarlyAnswer }> {
    const { type, hid, body } = parseMessage(earlyB);
    if (type !== 'earlyB') throw new Refusal('unexpected');
    if (body.length < HID + POINT) throw new Refusal('malformed');
    if (!equal(body.slice(0, HID), parseMessage(this.message).hid)) throw new Refusal('other-handshake');
    const point = body.slice(HID, HID + POINT);
    const roots = await rootsOf(this.#context, hid, this.#roomKey, await agree(this.#own, point), this.message, point);
    const payload = await open(roots, 'early B', body.slice(HID + POINT));
    return { payload, answer: { hid, seal: async (answer) => concat(head('earlyA', hid), await seal(roots, 'early A', answer)) } };
  }
}

/** The practice's right to answer one early offer. */
export interface EarlyAnswer {
  /** The handshake that the offer belongs to. */
  readonly hid: Bytes;
  /** To be called once. */
  seal(payload: Bytes): Promise<Bytes>;
}

/** The guest, having found a prekey. */
export class EarlyOffer {
  readonly #roots: Roots;
  readonly #hid: Bytes;
  readonly #id: Bytes;
  readonly #point: Bytes;

  private constructor(roots: Roots, hid: Bytes, id: Bytes, point: Bytes) {
    this.#roots = roots;
    this.#hid = hid;
    this.#id = id;
    this.#point = point;
  }

  /** Looks whether the practice itself has left this prekey, and throws a `Refusal` when it has not. `hid` is the handshake's, `own` a key pair for this offer alone. */
  static async make(context: Context, { roomKey, practice }: Fragment, hid: Bytes, own: KeyPair, prekey: Bytes): Promise<EarlyOffer> {
    const { type, hid: id, body: rest } = parseMessage(prekey);
    if (type !== 'prekey') throw new Refusal('unexpected');
    const [body, signature, proof] = cut(rest, 2 * POINT, SIGNATURE, MAC);
    const ctx = contextBytes(context, id);
    const said = concat(lp('prekey'), ctx, body);
    await checkMac(await macKey(roomKey, 'mac A', ctx), concat(said, signature), proof);
    const [point, identity] = cut(body, POINT, POINT);
    if (!equal(await identityHash(identity), practice)) throw new Refusal('identity');
    if (!(await isSigned(identity, signature, said))) throw new Refusal('signature');
    return new EarlyOffer(await rootsOf(context, hid, roomKey, await agree(own, point), prekey, own.point), hid, id, own.point);
  }

  /** Seals the offer; to be called once. */
  async seal(payload: Bytes): Promise<Bytes> {
    return concat(head('earlyB', this.#hid), this.#id, this.#point, await seal(this.#roots, 'early B', payload));
  }

  /** Opens the practice's answer to it. */
  async open(earlyA: Bytes): Promise<Bytes> {
    return open(this.#roots, 'early A', expectBody(earlyA, 'earlyA', this.#hid));
  }
}

/** What the two keys grow from. Each key seals one message. */
interface Roots {
  readonly ctx: Bytes;
  readonly ikm: Bytes;
  readonly salt: Bytes;
}

async function rootsOf(context: Context, hid: Bytes, roomKey: Bytes, secret: Bytes, prekey: Bytes, point: Bytes): Promise<Roots> {
  const ctx = contextBytes(context, hid);
  return { ctx, ikm: concat(secret, roomKey), salt: await sha256(concat(lp('early'), ctx, lp(prekey), point)) };
}

async function seal(roots: Roots, label: Label, payload: Bytes): Promise<Bytes> {
  const padded = pad(BUCKETS, payload);
  return new Uint8Array(await crypto.subtle.encrypt(parameters(roots, label), await keyOf(roots, label), padded));
}

async function open(roots: Roots, label: Label, sealed: Bytes): Promise<Bytes> {
  const padded = await crypto.subtle.decrypt(parameters(roots, label), await keyOf(roots, label), sealed).catch(() => {
    throw new Refusal('sealed');
  });
  return unpad(BUCKETS, new Uint8Array(padded));
}

async function keyOf({ ikm, salt, ctx }: Roots, label: Label): Promise<CryptoKey> {
  return aesKey(await derive(ikm, salt, concat(lp(label), ctx), 32));
}

function parameters({ salt }: Roots, label: Label): AesGcmParams {
  return { name: 'AES-GCM', iv: new Uint8Array(12), additionalData: concat(lp(label), salt) };
}

type Label = 'early A' | 'early B';
/** One size for what all browsers write, small enough to leave in one flight; and one for what doesn't fit. */
const BUCKETS = [4_096, 24_576];
