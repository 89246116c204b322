// How a staff device makes an appointment that only the doctors can hold.
//
// A staff device has no practice secret to derive a room's keys from. It draws a secret for this room alone, makes key and links from it as an issuer does from its
// own (sealed/links.ts), and leaves it in the room's label, sealed to the doctors' devices:
//
//   label = 0x02 (version) ‖ ephemeral P-256 point (65 bytes) ‖ nonce (12) ‖ AES-256-GCM(key, the room's secret; 32 bytes and the tag) ‖ the label of version 1
//   key   = HKDF-SHA256(ikm = ECDH of the ephemeral key with the practice's box key, salt = "", info = lp("visite v1 reception key") ‖ lp(room id) ‖ lp(ephemeral point) ‖ lp(box point), 32 bytes)
//   AAD   = lp("visite v1 reception") ‖ lp(room id)
//
// The staff device itself keeps the secret in its page's memory: until the page is closed it can show the link.

import { type Bytes, concat, lp } from '../sealed/bytes.ts';
import { derive, NOTHING, POINT } from '../sealed/crypto.ts';
import { aesKey, ECDH, publicPoint, seal, unseal } from './keys.ts';

/** A label of either version, taken apart. */
export interface LabelParts {
  /** A room's secret, sealed to the doctors; `null` where the room's keys come from the practice secret. */
  readonly sealedSecret: Bytes | null;
  /** The note, as label.ts seals it. */
  readonly label: Bytes;
}

export function takeApart(sealed: Bytes): LabelParts {
  if (sealed[0] !== VERSION) return { sealedSecret: null, label: sealed };
  return { sealedSecret: sealed.slice(1, 1 + SEALED), label: sealed.slice(1 + SEALED) };
}

/** What stands before the label of version 1. `box`: the public half of the doctors' key. */
export async function frontFor(box: Bytes, room: string, secret: Bytes): Promise<Bytes> {
  return concat(Uint8Array.of(VERSION), await sealRoomSecret(box, room, secret));
}

async function sealRoomSecret(box: Bytes, room: string, secret: Bytes): Promise<Bytes> {
  const ephemeral = (await crypto.subtle.generateKey(ECDH, false, ['deriveBits'])) as CryptoKeyPair;
  const point = await publicPoint(ephemeral);
  const theirs = await crypto.subtle.importKey('raw', box, ECDH, false, []);
  const key = await keyOf(ephemeral.privateKey, theirs, room, point, box);
  // The version stands in front of the whole label already.
  return concat(point, (await seal(key, boundTo(room), secret)).slice(1));
}

/** `null` when it was not sealed to this box for this room. */
export async function openRoomSecret(box: CryptoKeyPair, room: string, sealed: Bytes): Promise<Bytes | null> {
  if (sealed.length !== SEALED) return null;
  const point = sealed.slice(0, POINT);
  const theirs = await crypto.subtle.importKey('raw', point, ECDH, false, []).catch(() => null);
  if (!theirs) return null;
  const key = await keyOf(box.privateKey, theirs, room, point, await publicPoint(box));
  return unseal(key, boundTo(room), concat(Uint8Array.of(SEAL_VERSION), sealed.slice(POINT)));
}

async function keyOf(own: CryptoKey, theirs: CryptoKey, room: string, ephemeral: Bytes, box: Bytes): Promise<CryptoKey> {
  const shared = new Uint8Array(await crypto.subtle.deriveBits({ name: 'ECDH', public: theirs }, own, 256));
  const info = concat(lp('visite v1 reception key'), lp(room), lp(ephemeral), lp(box));
  return aesKey(await derive(shared, NOTHING, info, 32));
}

function boundTo(room: string): Bytes {
  return concat(lp('visite v1 reception'), lp(room));
}

/** Of a label. */
const VERSION = 2;
const SEAL_VERSION = 1;
/** Point, nonce, secret, tag. */
const SEALED = POINT + 12 + 32 + 16;
