// The handshake between a practice (A) and a guest (B): docs/sealed-signalling.md. The Rust twin is crates/sealed; one vector file holds both.
//
//   B ── commit ──> A      B binds itself to what it will say
//   B <─ hello A ── A      A shows who it is
//   B ── hello B ─> A      and now B says it
//
// Everything is under K from the link; the practice's hello is signed as well. Nothing here knows how messages travel, and chance comes in as an argument.

import { type Bytes, concat, equal, lp } from './bytes.ts';
import { type Context, contextBytes } from './context.ts';
import { agree, checkMac, derive, type Ephemeral, HASH, isSigned, MAC, mac, macKey, NONCE, NOTHING, POINT, sha256, SIGNATURE } from './crypto.ts';
import { type Fragment, identityHash } from './links.ts';
import { cut, expectBody, head, parseMessage } from './message.ts';
import { Refusal } from './refusal.ts';
import { Session, type Side } from './session.ts';

/** The guest, having committed itself and waiting for the practice's hello. */
export class Guest {
  readonly #common: Common;
  readonly #practice: Bytes;
  readonly #commit: Bytes;

  private constructor(common: Common, practice: Bytes, commit: Bytes) {
    this.#common = common;
    this.#practice = practice;
    this.#commit = commit;
  }

  /** Begins a handshake: the first message, and who waits for its answer. `hid` is 16 random bytes. */
  static async commit(context: Context, link: Fragment, hid: Bytes, own: Ephemeral): Promise<{ guest: Guest; commit: Bytes }> {
    const common = await makeCommon(context, link.roomKey, hid, own);
    const commitment = await commitTo(common.ctx, await bodyOf(common, 'fingerprint B'));
    const proof = await mac(common.macB, concat(lp('commit'), common.ctx, commitment));
    const commit = concat(head('commit', hid), commitment, proof);
    return { guest: new Guest(common, link.practice, commit), commit };
  }

  /** Takes the practice's hello, and gives the session and the guest's own hello, to be sent before anything sealed. Throws a `Refusal`; after `other-handshake` it still waits, every other is the end. */
  async hello(helloA: Bytes): Promise<{ session: Session; helloB: Bytes }> {
    const { ctx, hid, macA, macB } = this.#common;
    const message = expectBody(helloA, 'helloA', hid);
    const [body, signature, proof] = cut(message, BODY_A, SIGNATURE, MAC);
    const said = helloASaid(ctx, this.#commit, body);
    await checkMac(macA, concat(said, signature), proof);
    const [point, nonce, veiled, identity] = cut(body, POINT, NONCE, HASH, POINT);
    if (!equal(await identityHash(identity), this.#practice)) throw new Refusal('identity');
    if (!(await isSigned(identity, signature, said))) throw new Refusal('signature');

    const ownBody = await bodyOf(this.#common, 'fingerprint B');
    const helloB = concat(head('helloB', hid), ownBody, await mac(macB, helloBSaid(ctx, this.#commit, helloA, ownBody)));
    const session = await agreeOn('guest', this.#common, point, await veil(this.#common, 'fingerprint A', nonce, veiled), [this.#commit, helloA, helloB]);
    return { session, helloB };
  }
}

/** The practice, having said hello and waiting for the guest's. */
export class Practice {
  readonly #common: Common;
  readonly #commit: Bytes;
  readonly #helloA: Bytes;

  private constructor(common: Common, commit: Bytes, helloA: Bytes) {
    this.#common = common;
    this.#commit = commit;
    this.#helloA = helloA;
  }

  /** Answers a guest's commit: the practice's hello, and who waits for the guest's. Throws a `Refusal` when it is no commit of somebody who has the room's key. */
  static async answer(context: Context, roomKey: Bytes, identity: IdentityKey, own: Ephemeral, commit: Bytes): Promise<{ practice: Practice; helloA: Bytes }> {
    const { type, hid, body } = parseMessage(commit);
    if (type !== 'commit') throw new Refusal('unexpected');
    const [commitment, proof] = cut(body, HASH, MAC);
    const common = await makeCommon(context, roomKey, hid, own);
    await checkMac(common.macB, concat(lp('commit'), common.ctx, commitment), proof);

    const ownBody = concat(await bodyOf(common, 'fingerprint A'), identity.publicKey);
    const said = helloASaid(common.ctx, commit, ownBody);
    const signature = await identity.sign(said);
    const helloA = concat(head('helloA', hid), ownBody, signature, await mac(common.macA, concat(said, signature)));
    return { practice: new Practice(common, commit, helloA), helloA };
  }

  /** What a guest whose commit had a wrong mac is answered with: its own check of the mac then tells it that its link is damaged. Shows nothing of the practice. */
  static refuse(commit: Bytes): Bytes {
    return concat(head('helloA', parseMessage(commit).hid), new Uint8Array(BODY_A + SIGNATURE + MAC));
  }

  /** Names the handshake. */
  get hid(): Bytes {
    return this.#common.hid;
  }

  /** Takes the guest's hello. Throws as `Guest.hello` does. */
  async finish(helloB: Bytes): Promise<Session> {
    const { ctx, hid, macB } = this.#common;
    const [body, proof] = cut(expectBody(helloB, 'helloB', hid), BODY_B, MAC);
    await checkMac(macB, helloBSaid(ctx, this.#commit, this.#helloA, body), proof);
    const [commitment] = cut(parseMessage(this.#commit).body, HASH, MAC);
    if (!equal(await commitTo(ctx, body), commitment)) throw new Refusal('commitment');
    const [point, nonce, veiled] = cut(body, POINT, NONCE, HASH);
    return agreeOn('practice', this.#common, point, await veil(this.#common, 'fingerprint B', nonce, veiled), [this.#commit, this.#helloA, helloB]);
  }
}

/** The practice's identity key: its public point, and something that signs with it without giving it away. */
export interface IdentityKey {
  /** Uncompressed, 65 bytes. */
  readonly publicKey: Bytes;
  /** ECDSA P-256 with SHA-256; r‖s, 64 bytes. */
  sign(bytes: Bytes): Promise<Bytes>;
}

/** What both sides have from the beginning to the end. */
interface Common {
  readonly ctx: Bytes;
  readonly hid: Bytes;
  readonly roomKey: Bytes;
  readonly own: Ephemeral;
  readonly macA: CryptoKey;
  readonly macB: CryptoKey;
}

async function makeCommon(context: Context, roomKey: Bytes, hid: Bytes, own: Ephemeral): Promise<Common> {
  const ctx = contextBytes(context, hid);
  const [macA, macB] = await Promise.all([macKey(roomKey, 'mac A', ctx), macKey(roomKey, 'mac B', ctx)]);
  return { ctx, hid, roomKey, own, macA, macB };
}

/** Point ‖ nonce ‖ veiled fingerprint: what both hellos say first. */
async function bodyOf(common: Common, label: VeilLabel): Promise<Bytes> {
  const { point, nonce, fingerprint } = common.own;
  return concat(point, nonce, await veil(common, label, nonce, fingerprint));
}

/** Hides a fingerprint from whoever relays it, and shows it again to who has the room's key. The nonce is its sender's, and so is never used twice. */
async function veil({ roomKey, ctx }: Common, label: VeilLabel, nonce: Bytes, fingerprint: Bytes): Promise<Bytes> {
  const veil = await derive(roomKey, NOTHING, concat(lp(label), ctx, nonce), HASH);
  return veil.map((byte, at) => byte ^ (fingerprint[at] ?? 0));
}

type VeilLabel = 'fingerprint A' | 'fingerprint B';

function commitTo(ctx: Bytes, bodyB: Bytes): Promise<Bytes> {
  return sha256(concat(lp('commitment'), ctx, bodyB));
}

function helloASaid(ctx: Bytes, commit: Bytes, body: Bytes): Bytes {
  return concat(lp('hello A'), ctx, lp(commit), body);
}

function helloBSaid(ctx: Bytes, commit: Bytes, helloA: Bytes, body: Bytes): Bytes {
  return concat(lp('hello B'), ctx, lp(commit), lp(helloA), body);
}

async function agreeOn(side: Side, { ctx, hid, roomKey, own }: Common, point: Bytes, peerFingerprint: Bytes, messages: readonly Bytes[]): Promise<Session> {
  const ikm = concat(await agree(own, point), roomKey);
  const transcript = await sha256(concat(lp('transcript'), ctx, ...messages.map(lp)));
  return Session.derive({ side, hid, ctx, ikm, transcript, peerFingerprint });
}

const BODY_B = POINT + NONCE + HASH;
const BODY_A = BODY_B + POINT;
