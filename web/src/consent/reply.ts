// What a guest says to the practice before it can be reached: it comes later, or not at all. Kept by the server with the room, and read only by who has the room's key.
//
//   key    = HKDF-SHA256(ikm = K, salt = "", info = lp("visite v1 reply key") ‖ lp(room id), 32 bytes)
//   reply  = 0x01 (version) ‖ nonce (12 bytes, at random) ‖ AES-256-GCM(key, nonce, AAD = lp("visite v1 reply") ‖ lp(room id), plaintext)
//   plaintext = {"v":1,"kind":"late","minutes":10} or {"v":1,"kind":"cancel"} ‖ zero bytes up to 128
//
// Whoever holds the link can say it, and the server can leave it out or keep an older one: it is a courtesy, and nothing is cancelled by it.

import { fieldsOf, parseJson } from '../call/json.ts';
import { type Bytes, concat, decodeBase64url, encodeBase64url, lp, utf8 } from '../sealed/bytes.ts';
import { derive, NOTHING } from '../sealed/crypto.ts';

export type Reply =
  /** By 5 to 60 whole minutes. */
  | { readonly kind: 'late'; readonly minutes: number }
  | { readonly kind: 'cancel' };

/** For the wire: base64url of 157 bytes, whatever it says. */
export async function sealReply(reply: Reply, room: string, roomKey: Bytes): Promise<string> {
  if (!isReply(reply)) throw new RangeError('nobody is offered to be so late');
  const plain = new Uint8Array(LENGTH);
  plain.set(utf8(JSON.stringify({ v: VERSION, ...reply })));
  const iv = crypto.getRandomValues(new Uint8Array(NONCE));
  const sealed = await crypto.subtle.encrypt({ name: 'AES-GCM', iv, additionalData: boundTo(room) }, await keyOf(room, roomKey), plain);
  return encodeBase64url(concat(Uint8Array.of(VERSION), iv, new Uint8Array(sealed)));
}

/** `null` for everything that `sealReply` would not have written for this room. */
export async function openReply(sealed: string, room: string, roomKey: Bytes): Promise<Reply | null> {
  const bytes = sealed.length <= LONGEST ? decodeBase64url(sealed) : null;
  if (!bytes || bytes[0] !== VERSION || bytes.length <= 1 + NONCE) return null;
  const parameters = { name: 'AES-GCM', iv: bytes.slice(1, 1 + NONCE), additionalData: boundTo(room) };
  const opened = await crypto.subtle.decrypt(parameters, await keyOf(room, roomKey), bytes.slice(1 + NONCE)).catch(() => null);
  return opened && read(new Uint8Array(opened));
}

function read(plain: Bytes): Reply | null {
  try {
    const end = plain.indexOf(0);
    const fields = fieldsOf(parseJson(new TextDecoder('utf-8', { fatal: true }).decode(end < 0 ? plain : plain.subarray(0, end))));
    if (fields?.['v'] !== VERSION) return null;
    const reply = fields['kind'] === 'late' ? { kind: 'late' as const, minutes: Number(fields['minutes']) } : { kind: 'cancel' as const };
    return fields['kind'] === reply.kind && isReply(reply) ? reply : null;
  } catch {
    return null;
  }
}

function isReply(reply: Reply): boolean {
  return reply.kind === 'cancel' || (Number.isInteger(reply.minutes) && reply.minutes >= LEAST_LATE && reply.minutes <= MOST_LATE);
}

async function keyOf(room: string, roomKey: Bytes): Promise<CryptoKey> {
  const key = await derive(roomKey, NOTHING, concat(lp('visite v1 reply key'), lp(room)), 32);
  return crypto.subtle.importKey('raw', key, 'AES-GCM', false, ['encrypt', 'decrypt']);
}

function boundTo(room: string): Bytes {
  return concat(lp('visite v1 reply'), lp(room));
}

/** Minutes. */
export const LEAST_LATE = 5;
export const MOST_LATE = 60;
const VERSION = 1;
const NONCE = 12;
const LENGTH = 128;
/** Characters: base64url of the 512 bytes that the server takes. */
const LONGEST = 683;
