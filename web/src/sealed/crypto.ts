// The few primitives that docs/sealed-signalling.md names, each in the one form that we use.

import { type Bytes, concat, lp } from './bytes.ts';
import { Refusal } from './refusal.ts';

/** For one key agreement. */
export interface KeyPair {
  readonly privateKey: CryptoKey;
  /** Uncompressed, 65 bytes. */
  readonly point: Bytes;
}

/** What one side brings to a handshake and never uses again. */
export interface Ephemeral extends KeyPair {
  readonly nonce: Bytes;
  /** SHA-256 of the certificate that the peer connection will use. */
  readonly fingerprint: Bytes;
}

/** Draws a key and a nonce for one handshake. */
export async function drawEphemeral(fingerprint: Bytes): Promise<Ephemeral> {
  return { ...(await drawKeyPair()), nonce: crypto.getRandomValues(new Uint8Array(NONCE)), fingerprint };
}

export async function drawKeyPair(): Promise<KeyPair> {
  const { privateKey, publicKey } = await crypto.subtle.generateKey(ECDH, false, ['deriveBits']);
  return { privateKey, point: new Uint8Array(await crypto.subtle.exportKey('raw', publicKey)) };
}

/** The ECDH secret with the other side's point: its x coordinate. */
export async function agree({ privateKey }: KeyPair, point: Bytes): Promise<Bytes> {
  const publicKey = await importPoint(point, ECDH, []);
  return new Uint8Array(await crypto.subtle.deriveBits({ name: 'ECDH', public: publicKey }, privateKey, 256));
}

/** Whether `signature` (r‖s) is `publicKey`'s over `bytes`. */
export async function isSigned(publicKey: Bytes, signature: Bytes, bytes: Bytes): Promise<boolean> {
  const key = await importPoint(publicKey, ECDSA, ['verify']);
  return crypto.subtle.verify({ name: 'ECDSA', hash: 'SHA-256' }, key, signature, bytes);
}

export async function sha256(bytes: Bytes): Promise<Bytes> {
  return new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
}

/** HKDF-SHA256, extract and expand. `ikm` may be a key that can't be read out (`hkdfKey`). */
export async function derive(ikm: Bytes | CryptoKey, salt: Bytes, info: Bytes, length: number): Promise<Bytes> {
  const key = ikm instanceof Uint8Array ? await hkdfKey(ikm) : ikm;
  return new Uint8Array(await crypto.subtle.deriveBits({ name: 'HKDF', hash: 'SHA-256', salt, info }, key, length * 8));
}

/** Bytes to derive from, so that they can't be read out any more. */
export function hkdfKey(bytes: Bytes): Promise<CryptoKey> {
  return crypto.subtle.importKey('raw', bytes, 'HKDF', false, ['deriveBits']);
}

/** The key under which one side's messages of a handshake have their MAC. */
export async function macKey(roomKey: Bytes, label: 'mac A' | 'mac B', ctx: Bytes): Promise<CryptoKey> {
  const key = await derive(roomKey, NOTHING, concat(lp(label), ctx), 32);
  return crypto.subtle.importKey('raw', key, { name: 'HMAC', hash: 'SHA-256' }, false, ['sign', 'verify']);
}

export async function mac(key: CryptoKey, bytes: Bytes): Promise<Bytes> {
  return new Uint8Array(await crypto.subtle.sign('HMAC', key, bytes));
}

/** In constant time, as WebCrypto does it. */
export async function checkMac(key: CryptoKey, bytes: Bytes, given: Bytes): Promise<void> {
  if (!(await crypto.subtle.verify('HMAC', key, given, bytes))) throw new Refusal('mac');
}

export function aesKey(bytes: Bytes): Promise<CryptoKey> {
  return crypto.subtle.importKey('raw', bytes, 'AES-GCM', false, ['encrypt', 'decrypt']);
}

async function importPoint(point: Bytes, algorithm: EcKeyImportParams, usages: KeyUsage[]): Promise<CryptoKey> {
  // Some libraries behind WebCrypto also read the compressed and hybrid forms; the protocol has one.
  if (point.length !== POINT || point[0] !== UNCOMPRESSED) throw new Refusal('point');
  return crypto.subtle.importKey('raw', point, algorithm, false, usages).catch(() => {
    throw new Refusal('point');
  });
}

export const NOTHING: Bytes = new Uint8Array(0);
export const POINT = 65;
export const NONCE = 32;
export const HASH = 32;
export const MAC = 32;
export const SIGNATURE = 64;
const UNCOMPRESSED = 4;
const ECDH = { name: 'ECDH', namedCurve: 'P-256' };
const ECDSA = { name: 'ECDSA', namedCurve: 'P-256' };
