// The recovery file: a practice's keys under a passphrase, for the day on which no browser has them any more.
//
//   { "visite": "recovery", "v": 1, "practice": id, "practice_name": "…", "identity": hash, "kdf": { "name": "PBKDF2-SHA256", "rounds": 600000, "salt": … },
//     "nonce": …, "sealed": …, "check": … }
//
//   key    = PBKDF2-SHA256(passphrase in UTF-8, NFKC and trimmed; salt, 16 bytes at random; rounds; 32 bytes)
//   sealed = AES-256-GCM(key, nonce, AAD = lp("visite v1 recovery") ‖ lp(practice id) ‖ lp(identity hash), the material as JSON)
//   check  = the first 8 bytes of SHA-256 over the other fields, each as lp(its text), in this order: tells a damaged file from a wrong passphrase

import { type Bytes, concat, decodeBase64url, encodeBase64url, lp, utf8 } from '../sealed/bytes.ts';
import { sha256 } from '../sealed/crypto.ts';
import { identityHash } from '../sealed/links.ts';
import { isWhole, parse, readBytes, readMaterial, type WholeMaterial, writeMaterial } from './material.ts';

/** As it is saved, and kept in the practice's browsers. */
export interface RecoveryFile {
  readonly visite: 'recovery';
  readonly v: 1;
  /** Id and name of the practice. */
  readonly practice: string;
  readonly practice_name: string;
  /** What the practice's links say about its identity key. */
  readonly identity: string;
  readonly kdf: { readonly name: 'PBKDF2-SHA256'; readonly rounds: number; readonly salt: string };
  readonly nonce: string;
  readonly sealed: string;
  readonly check: string;
}

export type RecoveryProblem =
  /** Some other file. */
  | 'not-recovery'
  /** One of ours that was cut off or changed. */
  | 'damaged'
  /** Of a newer version of Visite. */
  | 'newer'
  /** Of another practice than this one. */
  | 'other-practice'
  | 'passphrase';

export class RecoveryError extends Error {
  override readonly name = 'RecoveryError';

  constructor(readonly problem: RecoveryProblem) {
    super(`recovery: ${problem}`);
  }
}

export async function sealRecovery(material: WholeMaterial, practice: { readonly id: string; readonly name: string }, passphrase: string): Promise<RecoveryFile> {
  const salt = crypto.getRandomValues(new Uint8Array(SALT));
  const nonce = crypto.getRandomValues(new Uint8Array(NONCE));
  const identity = encodeBase64url(await identityHash(material.identity.publicKey));
  const key = await stretch(passphrase, salt, ROUNDS);
  const sealed = await crypto.subtle.encrypt(parameters(nonce, practice.id, identity), key, writeMaterial(material));
  const file = {
    visite: 'recovery' as const,
    v: 1 as const,
    practice: practice.id,
    practice_name: practice.name,
    identity,
    kdf: { name: 'PBKDF2-SHA256' as const, rounds: ROUNDS, salt: encodeBase64url(salt) },
    nonce: encodeBase64url(nonce),
    sealed: encodeBase64url(new Uint8Array(sealed)),
  };
  return { ...file, check: await checkOf(file) };
}

/** Reads a file that somebody has chosen. Throws a `RecoveryError`. */
export async function readRecovery(bytes: Bytes): Promise<RecoveryFile> {
  const fields = parse(bytes);
  if (!fields) throw new RecoveryError(new TextDecoder().decode(bytes.slice(0, 200)).includes('"visite"') ? 'damaged' : 'not-recovery');
  if (fields['visite'] !== 'recovery') throw new RecoveryError('not-recovery');
  if (typeof fields['v'] === 'number' && fields['v'] > 1) throw new RecoveryError('newer');
  if (!isFile(fields) || (await checkOf(fields)) !== fields.check) throw new RecoveryError('damaged');
  return fields;
}

/** Throws a `RecoveryError`. Takes a moment, on purpose: so does every guess. */
export async function openRecovery(file: RecoveryFile, passphrase: string): Promise<WholeMaterial> {
  const [salt, nonce, sealed] = [readBytes(file.kdf.salt, SALT), readBytes(file.nonce, NONCE), decodeBase64url(file.sealed)];
  if (!salt || !nonce || !sealed) throw new RecoveryError('damaged');
  const key = await stretch(passphrase, salt, file.kdf.rounds);
  const opened = await crypto.subtle.decrypt(parameters(nonce, file.practice, file.identity), key, sealed).catch(() => {
    throw new RecoveryError('passphrase');
  });
  const material = readMaterial(new Uint8Array(opened));
  if (!isWhole(material)) throw new RecoveryError('damaged');
  return material;
}

/** As text, to be saved or sent. */
export function writeRecovery(file: RecoveryFile): string {
  return `${JSON.stringify(file, null, 2)}\n`;
}

/** `visite-recovery-Praxis-am-Finkenweg.json` */
export function recoveryName(practiceName: string): string {
  const ascii = practiceName
    .replaceAll(/[äöüÄÖÜß]/g, (letter) => GERMAN[letter] ?? letter)
    .normalize('NFKD')
    .replaceAll(/\p{M}/gu, '')
    .replaceAll(/[^A-Za-z0-9]+/g, '-')
    .replaceAll(/^-+|-+$/g, '')
    .slice(0, 60);
  return `visite-recovery-${ascii || 'practice'}.json`;
}

/** 20 letters in five groups, 90 bits: to be written down, or kept by a password manager. */
export function proposePassphrase(): string {
  let letters = '';
  while (letters.length < 20) {
    const [byte = 0] = crypto.getRandomValues(new Uint8Array(1));
    // Bytes beyond the last whole round of the alphabet would make its first letters likelier.
    if (byte < 256 - (256 % LETTERS.length)) letters += LETTERS[byte % LETTERS.length];
  }
  return letters.replaceAll(/(.{4})(?=.)/g, '$1-');
}

/** Long enough. How it is spelt is everybody's own business. */
export function isPassphrase(text: string): boolean {
  return [...canonical(text)].length >= MIN_PASSPHRASE;
}

async function stretch(passphrase: string, salt: Bytes, iterations: number): Promise<CryptoKey> {
  const words = await crypto.subtle.importKey('raw', utf8(canonical(passphrase)), 'PBKDF2', false, ['deriveKey']);
  return crypto.subtle.deriveKey({ name: 'PBKDF2', hash: 'SHA-256', salt, iterations }, words, { name: 'AES-GCM', length: 256 }, false, ['encrypt', 'decrypt']);
}

/** The same letters from any keyboard. */
function canonical(passphrase: string): string {
  return passphrase.normalize('NFKC').trim();
}

function parameters(iv: Bytes, practice: string, identity: string): AesGcmParams {
  return { name: 'AES-GCM', iv, additionalData: concat(lp('visite v1 recovery'), lp(practice), lp(identity)) };
}

async function checkOf(file: Omit<RecoveryFile, 'check'>): Promise<string> {
  const { practice, practice_name, identity, kdf, nonce, sealed } = file;
  const fields = ['recovery', '1', practice, practice_name, identity, kdf.name, String(kdf.rounds), kdf.salt, nonce, sealed];
  return encodeBase64url((await sha256(concat(...fields.map(lp)))).slice(0, CHECK));
}

function isFile(fields: Readonly<Record<string, unknown>>): fields is Readonly<Record<string, unknown>> & RecoveryFile {
  const texts = ['practice', 'practice_name', 'identity', 'nonce', 'sealed', 'check'].map((name) => fields[name]);
  const kdf = fields['kdf'] as Partial<RecoveryFile['kdf']> | null | undefined;
  const { name, rounds, salt } = kdf ?? {};
  const isKdf = name === 'PBKDF2-SHA256' && typeof salt === 'string' && Number.isInteger(rounds) && Number(rounds) >= ROUNDS && Number(rounds) <= MOST_ROUNDS;
  return isKdf && texts.every((text) => typeof text === 'string' && text.length <= LONGEST);
}

/** Characters. */
export const MIN_PASSPHRASE = 12;
/** What OWASP asks of PBKDF2 with SHA-256. */
const ROUNDS = 600_000;
/** More would keep an older phone busy for minutes. */
const MOST_ROUNDS = 10_000_000;
const SALT = 16;
const NONCE = 12;
const CHECK = 8;
/** Characters of one field; the longest of ours has some 900. */
const LONGEST = 4_000;
/** Without those that are mistaken for each other. */
const LETTERS = 'abcdefghkmnpqrstuvwxyz';
const GERMAN: Readonly<Record<string, string>> = { ä: 'ae', ö: 'oe', ü: 'ue', Ä: 'Ae', Ö: 'Oe', Ü: 'Ue', ß: 'ss' };
