// What a practice's browser has and nobody else: two key pairs and the practice secret.

import type { Identity } from '../drive/visit.ts';
import type { Bytes } from '../sealed/bytes.ts';

/** Made once, before the browser is enrolled. The private halves can be used here, and never be read out. */
export interface Keys {
  /** Signs this browser in at the server. */
  readonly device: CryptoKeyPair;
  /** Shows guests that it is this practice: their links name its hash. */
  readonly identity: CryptoKeyPair;
  /** 32 bytes that every link and label of the practice is derived from. */
  readonly secret: Bytes;
}

export async function makeKeys(): Promise<Keys> {
  const [device, identity] = await Promise.all([makePair(), makePair()]);
  return { device, identity, secret: crypto.getRandomValues(new Uint8Array(32)) };
}

/** As the server and guests know a key pair: an uncompressed P-256 point, 65 bytes. */
export async function publicPoint(pair: CryptoKeyPair): Promise<Bytes> {
  return new Uint8Array(await crypto.subtle.exportKey('raw', pair.publicKey));
}

/** ECDSA P-256 with SHA-256; r‖s, 64 bytes. */
export async function sign(pair: CryptoKeyPair, bytes: Bytes): Promise<Bytes> {
  return new Uint8Array(await crypto.subtle.sign({ name: 'ECDSA', hash: 'SHA-256' }, pair.privateKey, bytes));
}

/** The practice's identity, as the handshake of a visit needs it. */
export async function identityOf({ identity }: Keys): Promise<Identity> {
  return { publicKey: await publicPoint(identity), sign: (bytes) => sign(identity, bytes) };
}

function makePair(): Promise<CryptoKeyPair> {
  return crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, false, ['sign', 'verify']);
}
