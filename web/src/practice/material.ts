// What the keys of a practice are made of: the bytes themselves. They exist for a moment, when keys are made, brought back or handed to a further device, and are
// kept and sent only sealed (recovery.ts, transfer.ts, vault.ts).

import { type Bytes, decodeBase64url, encodeBase64url, utf8 } from '../sealed/bytes.ts';
import { hkdfKey, POINT } from '../sealed/crypto.ts';
import { type DoctorKeys, ECDH, ECDSA } from './keys.ts';

export interface Material {
  /** The practice secret, 32 bytes. */
  readonly secret: Bytes;
  /** `null` in a browser whose identity key was made before recovery files existed: it can be used there and never be read out. */
  readonly identity: Pair | null;
  readonly box: Pair;
}

/** All that a second browser needs. */
export type WholeMaterial = Material & { readonly identity: Pair };

interface Pair {
  /** PKCS #8. */
  readonly privateKey: Bytes;
  /** Uncompressed, 65 bytes. */
  readonly publicKey: Bytes;
}

/** A new practice's. */
export async function makeMaterial(): Promise<WholeMaterial> {
  const [identity, box] = await Promise.all([makeIdentity(), makeBox()]);
  return { secret: crypto.getRandomValues(new Uint8Array(SECRET)), identity, box };
}

export function makeIdentity(): Promise<Pair> {
  return makePair(ECDSA, ['sign', 'verify']);
}

export function makeBox(): Promise<Pair> {
  return makePair(ECDH, ['deriveBits']);
}

/** To be used here, and not to be read out. Throws where the bytes are no keys. */
export async function keysOf({ secret, identity, box }: WholeMaterial): Promise<DoctorKeys> {
  const [hkdf, identityPair, boxPair] = await Promise.all([hkdfKey(secret), identityKeys(identity), boxKeys(box)]);
  return { role: 'doctor', secret: hkdf, identity: identityPair, box: boxPair };
}

export function identityKeys(pair: Pair): Promise<CryptoKeyPair> {
  return importPair(pair, ECDSA, ['sign'], ['verify']);
}

export function boxKeys(pair: Pair): Promise<CryptoKeyPair> {
  return importPair(pair, ECDH, ['deriveBits'], []);
}

export function writeMaterial({ secret, identity, box }: Material): Bytes {
  return utf8(JSON.stringify({ secret: encodeBase64url(secret), identity: identity && writePair(identity), box: writePair(box) }));
}

/** `null` for everything that `writeMaterial` would not have written. */
export function readMaterial(bytes: Bytes): Material | null {
  const fields = parse(bytes);
  const secret = readBytes(fields?.['secret'], SECRET);
  const box = readPair(fields?.['box']);
  const identity = fields?.['identity'] === null ? null : readPair(fields?.['identity']);
  if (!secret || !box || (identity === null && fields?.['identity'] !== null)) return null;
  return { secret, identity, box };
}

export function isWhole(material: Material | null): material is WholeMaterial {
  return material !== null && material.identity !== null;
}

/** JSON's object in UTF-8; `null` for anything else. */
export function parse(bytes: Bytes): Readonly<Record<string, unknown>> | null {
  try {
    const value: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : null;
  } catch {
    return null;
  }
}

/** Base64url of so many bytes; `null` for anything else. */
export function readBytes(value: unknown, length: number): Bytes | null {
  const bytes = typeof value === 'string' ? decodeBase64url(value) : null;
  return bytes?.length === length ? bytes : null;
}

async function makePair(algorithm: EcKeyGenParams, usages: KeyUsage[]): Promise<Pair> {
  const pair = (await crypto.subtle.generateKey(algorithm, true, usages)) as CryptoKeyPair;
  const [privateKey, publicKey] = await Promise.all([crypto.subtle.exportKey('pkcs8', pair.privateKey), crypto.subtle.exportKey('raw', pair.publicKey)]);
  return { privateKey: new Uint8Array(privateKey), publicKey: new Uint8Array(publicKey) };
}

async function importPair(pair: Pair, algorithm: EcKeyImportParams, own: KeyUsage[], others: KeyUsage[]): Promise<CryptoKeyPair> {
  const [privateKey, publicKey] = await Promise.all([
    crypto.subtle.importKey('pkcs8', pair.privateKey, algorithm, false, own),
    crypto.subtle.importKey('raw', pair.publicKey, algorithm, true, others),
  ]);
  return { privateKey, publicKey };
}

function writePair({ privateKey, publicKey }: Pair): unknown {
  return { private: encodeBase64url(privateKey), public: encodeBase64url(publicKey) };
}

function readPair(value: unknown): Pair | null {
  if (typeof value !== 'object' || value === null) return null;
  const fields = value as Readonly<Record<string, unknown>>;
  const privateKey = typeof fields['private'] === 'string' ? decodeBase64url(fields['private']) : null;
  const publicKey = readBytes(fields['public'], POINT);
  return privateKey && publicKey ? { privateKey, publicKey } : null;
}

const SECRET = 32;
