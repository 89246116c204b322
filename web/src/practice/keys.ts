// The keys of a practice, as its browsers use them. None of them can be read out; what of them may leave a browser, and how, is in material.ts.

import type { Identity } from '../drive/visit.ts';
import { type Bytes, concat, lp } from '../sealed/bytes.ts';
import { derive, NOTHING } from '../sealed/crypto.ts';

/** What a practice's devices have in common. */
export type Keys = DoctorKeys | StaffKeys;

export type Role = Keys['role'];

export interface DoctorKeys {
  readonly role: 'doctor';
  /** The practice secret, as an HKDF key: every link and label of the practice is derived from it. */
  readonly secret: CryptoKey;
  /** Shows guests that it is this practice: their links name its hash. ECDSA P-256. */
  readonly identity: CryptoKeyPair;
  /** Opens what the reception seals for the doctors. ECDH P-256. */
  readonly box: CryptoKeyPair;
}

/** Enough to arrange appointments and too little to open any room. */
export interface StaffKeys {
  readonly role: 'staff';
  /** Seals and opens notes. */
  readonly labels: CryptoKey;
  /** Opens the practice's settings. */
  readonly settings: CryptoKey;
  /** Seals and opens boards; absent on a device that was added before there were any. */
  readonly board?: CryptoKey;
  /** The public halves of the doctors' keys, uncompressed. */
  readonly identity: Bytes;
  readonly box: Bytes;
}

/** What signs a browser in at the server: made before it is enrolled, used here and nowhere else. */
export function makeDeviceKey(): Promise<CryptoKeyPair> {
  return crypto.subtle.generateKey(ECDSA, false, ['sign', 'verify']);
}

/** As the server and guests know a key pair: an uncompressed P-256 point, 65 bytes. */
export async function publicPoint(pair: CryptoKeyPair): Promise<Bytes> {
  return new Uint8Array(await crypto.subtle.exportKey('raw', pair.publicKey));
}

/** The practice's public identity key. */
export function identityPoint({ identity }: Keys): Promise<Bytes> {
  return identity instanceof Uint8Array ? Promise.resolve(identity) : publicPoint(identity);
}

/** ECDSA P-256 with SHA-256; r‖s, 64 bytes. */
export async function sign(pair: CryptoKeyPair, bytes: Bytes): Promise<Bytes> {
  return new Uint8Array(await crypto.subtle.sign({ name: 'ECDSA', hash: 'SHA-256' }, pair.privateKey, bytes));
}

/** The practice's identity, as the handshake of a visit needs it. */
export async function identityOf({ identity }: DoctorKeys): Promise<Identity> {
  return { publicKey: await publicPoint(identity), sign: (bytes) => sign(identity, bytes) };
}

/** Seals and opens notes (label.ts). */
export async function labelKey(keys: Keys): Promise<CryptoKey> {
  return keys.role === 'staff' ? keys.labels : aesKey(await labelBytes(keys));
}

/** Seals and opens the practice's settings. */
export async function settingsKey(keys: Keys): Promise<CryptoKey> {
  return keys.role === 'staff' ? keys.settings : aesKey(await settingsBytes(keys));
}

/** Seals and opens what the practice's devices show each other; `null` on a staff device that was added before they did. */
export async function boardKey(keys: Keys): Promise<CryptoKey | null> {
  return keys.role === 'staff' ? (keys.board ?? null) : aesKey(await boardBytes(keys));
}

/** For a staff device: docs/signalling.md has no word of these keys, they stay within the practice. */
export function labelBytes({ secret }: DoctorKeys): Promise<Bytes> {
  return derive(secret, NOTHING, lp('visite v1 label key'), 32);
}

export function settingsBytes({ secret }: DoctorKeys): Promise<Bytes> {
  return derive(secret, NOTHING, lp('visite v1 settings key'), 32);
}

export function boardBytes({ secret }: DoctorKeys): Promise<Bytes> {
  return derive(secret, NOTHING, lp('visite v1 board key'), 32);
}

export function aesKey(bytes: Bytes): Promise<CryptoKey> {
  return crypto.subtle.importKey('raw', bytes, 'AES-GCM', false, ['encrypt', 'decrypt']);
}

/** Sealed as everything is that a practice keeps at the server: 0x01 (version) ‖ nonce (12 bytes, at random) ‖ AES-256-GCM. */
export async function seal(key: CryptoKey, bound: Bytes, plaintext: Bytes): Promise<Bytes> {
  const iv = crypto.getRandomValues(new Uint8Array(NONCE));
  const sealed = await crypto.subtle.encrypt({ name: 'AES-GCM', iv, additionalData: bound }, key, plaintext);
  return concat(Uint8Array.of(VERSION), iv, new Uint8Array(sealed));
}

/** `null` when it was not sealed with this key, or for something else than `bound` says. */
export async function unseal(key: CryptoKey, bound: Bytes, sealed: Bytes): Promise<Bytes | null> {
  if (sealed[0] !== VERSION || sealed.length <= 1 + NONCE) return null;
  const parameters = { name: 'AES-GCM', iv: sealed.slice(1, 1 + NONCE), additionalData: bound };
  const opened = await crypto.subtle.decrypt(parameters, key, sealed.slice(1 + NONCE)).catch(() => null);
  return opened && new Uint8Array(opened);
}

export const ECDSA = { name: 'ECDSA', namedCurve: 'P-256' };
export const ECDH = { name: 'ECDH', namedCurve: 'P-256' };
const VERSION = 1;
const NONCE = 12;
