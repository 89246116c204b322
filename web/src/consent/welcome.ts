// A practice's welcome: its document, signed once with its identity key and sealed anew for each room, so that only who holds the link reads it
// (docs/signalling.md section 6). The server keeps it and can do no more with it than leave it out.

import { type Bytes, concat, decodeBase64url, encodeBase64url, equal, lp, u32 } from '../sealed/bytes.ts';
import { derive, isSigned, NOTHING, POINT } from '../sealed/crypto.ts';
import { type Fragment, identityHash } from '../sealed/links.ts';
import { Refusal } from '../sealed/refusal.ts';
import { LARGEST_DOCUMENT, readDocument, type WelcomeDocument, writeDocument } from './document.ts';

/** A document with who signed it. It says nothing about a room, and may be given to whoever arranges visits. */
export interface SignedWelcome {
  /** The practice's identity key: uncompressed P-256 point, 65 bytes. */
  readonly identity: Bytes;
  /** ECDSA P-256 with SHA-256, r‖s, 64 bytes. */
  readonly signature: Bytes;
  /** At most 28 539 bytes. */
  readonly document: Bytes;
}

/** Signs without giving the key away. */
interface Signer {
  readonly publicKey: Bytes;
  sign(bytes: Bytes): Promise<Bytes>;
}

/** Why a welcome is not believed. */
export class WelcomeRefusal extends Error {
  override readonly name = 'WelcomeRefusal';

  constructor(
    readonly reason: /** Not sealed with this link's key, or changed on its way. */
      | 'sealed'
      /** Signed by another practice than the link's, or by nobody. */
      | 'untrusted'
      /** Rightly signed, and yet not what this version reads. */
      | 'malformed',
  ) {
    super(`the welcome is refused: ${reason}`);
  }
}

/** A document that guests are to believe. */
export async function signWelcome(document: WelcomeDocument, signer: Signer): Promise<SignedWelcome> {
  const bytes = writeDocument(document);
  if (bytes.length > LARGEST_DOCUMENT) throw new RangeError('the form lets nobody write longer texts');
  return { identity: signer.publicKey, signature: await signer.sign(signedBytes(bytes)), document: bytes };
}

/** For the wire: base64url of at most 28 701 bytes. */
export async function sealWelcome({ identity, signature, document }: SignedWelcome, room: string, roomKey: Bytes): Promise<string> {
  const framed = concat(identity, signature, u32(document.length), document);
  const plain = concat(framed, new Uint8Array((BLOCK - (framed.length % BLOCK)) % BLOCK));
  const nonce = crypto.getRandomValues(new Uint8Array(NONCE));
  const sealed = await crypto.subtle.encrypt(parameters(room, nonce), await keyOf(room, roomKey), plain);
  return encodeBase64url(concat(Uint8Array.of(VERSION), nonce, new Uint8Array(sealed)));
}

/** What a guest's link opens. Throws a `WelcomeRefusal`. */
export async function openWelcome(sealed: string, room: string, { roomKey, practice }: Fragment): Promise<WelcomeDocument> {
  const bytes = sealed.length <= LONGEST_SEALED ? decodeBase64url(sealed) : null;
  if (!bytes || bytes[0] !== VERSION || bytes.length <= 1 + NONCE) throw new WelcomeRefusal('sealed');
  const nonce = bytes.slice(1, 1 + NONCE);
  const opened = await crypto.subtle.decrypt(parameters(room, nonce), await keyOf(room, roomKey), bytes.slice(1 + NONCE)).catch(() => {
    throw new WelcomeRefusal('sealed');
  });
  const { identity, signature, document } = unframe(new Uint8Array(opened));
  if (!equal(await identityHash(identity), practice) || !(await isRightlySigned(identity, signature, document))) throw new WelcomeRefusal('untrusted');
  const read = readDocument(document);
  if (!read) throw new WelcomeRefusal('malformed');
  return read;
}

function unframe(plain: Bytes): SignedWelcome {
  const head = POINT + SIGNATURE + 4;
  if (plain.length < head) throw new WelcomeRefusal('untrusted');
  const length = new DataView(plain.buffer, plain.byteOffset).getUint32(POINT + SIGNATURE);
  const isWhole = head + length <= plain.length && plain.subarray(head + length).every((byte) => byte === 0);
  if (!isWhole) throw new WelcomeRefusal('untrusted');
  return { identity: plain.slice(0, POINT), signature: plain.slice(POINT, POINT + SIGNATURE), document: plain.slice(head, head + length) };
}

async function isRightlySigned(identity: Bytes, signature: Bytes, document: Bytes): Promise<boolean> {
  return isSigned(identity, signature, signedBytes(document)).catch((cause: unknown) => {
    // A key that is no point signs nothing.
    if (cause instanceof Refusal) return false;
    throw cause;
  });
}

function signedBytes(document: Bytes): Bytes {
  return concat(lp(LABEL), lp(document));
}

async function keyOf(room: string, roomKey: Bytes): Promise<CryptoKey> {
  const key = await derive(roomKey, NOTHING, concat(lp(`${LABEL} key`), lp(room)), 32);
  return crypto.subtle.importKey('raw', key, 'AES-GCM', false, ['encrypt', 'decrypt']);
}

function parameters(room: string, nonce: Bytes): AesGcmParams {
  return { name: 'AES-GCM', iv: nonce, additionalData: concat(lp(LABEL), lp(room)) };
}

const LABEL = 'visite v1 welcome';
const VERSION = 1;
const NONCE = 12;
const SIGNATURE = 64;
/** How long the practice's texts are says something, too. */
const BLOCK = 4_096;
/** Characters: base64url of the 32 768 bytes that the server takes. */
const LONGEST_SEALED = 43_691;
