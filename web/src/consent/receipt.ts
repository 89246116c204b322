// What a guest signs with a key of its browser, and how a practice knows that it is right (docs/signalling.md section 6). The statement names the connection
// that it is said on, by room, epoch and both certificates: on another connection it is worth nothing.

import type { ControlMessage, Item } from '../call/control.ts';
import { LONGEST_NAME, LONGEST_STATEMENT } from '../call/control.ts';
import { fieldsOf, parseJson } from '../call/json.ts';
import { type Bytes, concat, decodeBase64url, encodeBase64url, lp, toHex } from '../sealed/bytes.ts';
import { isSigned, POINT, sha256 } from '../sealed/crypto.ts';
import { Refusal } from '../sealed/refusal.ts';
import { type ConsentText, isTextLanguage, ITEMS } from './document.ts';

/** What a person has decided, before there is a connection. */
export interface Decision {
  readonly text: TextRef;
  /** Who signs; 1 to 80 characters. */
  readonly name: string;
  readonly agreed: readonly Item[];
  readonly declined: readonly Item[];
  /** When it was signed: milliseconds since the epoch, by the guest's clock. */
  readonly at: number;
  readonly mark: Mark;
}

/** Which text, to the letter. */
export interface TextRef {
  readonly id: string;
  readonly language: ConsentText['language'];
  readonly for: ConsentText['for'];
  readonly version: number;
  /** SHA-256 of its Markdown: 64 hexadecimal digits. */
  readonly sha256: string;
}

/** How a person signs. */
export type Mark =
  /** Strokes, each x, y, x, y, … in a field of 1000 by 400; at most 60 strokes and 1 500 points. */
  | { readonly drawn: readonly (readonly number[])[] }
  /** 1 to 80 characters. */
  | { readonly typed: string };

/** The connection that a receipt is bound to. */
export interface Bond {
  readonly room: string;
  readonly epoch: number;
  /** SHA-256 of each side's DTLS certificate: 64 hexadecimal digits. */
  readonly fingerprints: { readonly practice: string; readonly guest: string };
}

/** A decision as it was signed: both sides hold the same bytes. */
export interface Receipt {
  readonly decision: Decision;
  readonly bond: Bond;
  /** The key of the guest's browser, in base64url. */
  readonly key: string;
  /** The very text that was signed. */
  readonly statement: string;
  readonly signature: string;
  /** Names the receipt: SHA-256 of lp(statement) ‖ signature, 64 hexadecimal digits. */
  readonly sha256: string;
}

/** Draws the key that a guest's browser signs its receipts with. It lives as long as the page. */
export function drawReceiptKey(): Promise<CryptoKeyPair> {
  return crypto.subtle.generateKey(ECDSA, false, ['sign', 'verify']);
}

/** A decision, bound to a connection and signed. */
export async function signReceipt(decision: Decision, bond: Bond, { privateKey, publicKey }: CryptoKeyPair): Promise<Receipt> {
  const key = encodeBase64url(new Uint8Array(await crypto.subtle.exportKey('raw', publicKey)));
  const { text, name, agreed, declined, at, mark } = decision;
  const { room, epoch, fingerprints } = bond;
  const statement = JSON.stringify({ v: VERSION, room, epoch, fingerprints, text, name, agreed, declined, at, mark, key });
  const signature = new Uint8Array(await crypto.subtle.sign(SIGN, privateKey, signedBytes(statement)));
  return { decision, bond, key, statement, signature: encodeBase64url(signature), sha256: await hashOf(statement, signature) };
}

/** What came on `control`, if it is rightly signed and bound to this very connection; else `null`. */
export async function readReceipt({ statement, signature }: Extract<ControlMessage, { type: 'consent' }>, bond: Bond): Promise<Receipt | null> {
  const said = parseStatement(statement);
  const bytes = decodeBase64url(signature);
  if (!said || !bytes || !isSame(said.bond, bond)) return null;
  const key = decodeBase64url(said.key);
  if (!key || key.length !== POINT || !(await isRight(key, bytes, statement))) return null;
  return { ...said, statement, signature, sha256: await hashOf(statement, bytes) };
}

/** For what was kept over a reload. */
export function isDecision(value: unknown): value is Decision {
  const fields = exactly(value, ['text', 'name', 'agreed', 'declined', 'at', 'mark']);
  if (!fields) return false;
  const { text, name, agreed, declined, at, mark } = fields as unknown as Decision;
  return isTextRef(text) && isWords(name) && isItems(agreed) && isItems(declined) && new Set([...agreed, ...declined]).size === agreed.length + declined.length && isCount(at) && isMark(mark);
}

/** Points of a drawing. */
export function pointsOf(drawn: readonly (readonly number[])[]): number {
  return drawn.reduce((sum, stroke) => sum + stroke.length / 2, 0);
}

function parseStatement(statement: string): Pick<Receipt, 'decision' | 'bond' | 'key'> | null {
  if (statement.length > LONGEST_STATEMENT) return null;
  try {
    const fields = exactly(parseJson(statement), ['v', 'room', 'epoch', 'fingerprints', 'text', 'name', 'agreed', 'declined', 'at', 'mark', 'key']);
    if (!fields || fields['v'] !== VERSION) return null;
    const { room, epoch, fingerprints, text, name, agreed, declined, at, mark, key } = fields;
    const decision = { text, name, agreed, declined, at, mark };
    const bond = { room, epoch, fingerprints };
    return isDecision(decision) && isBond(bond) && typeof key === 'string' ? { decision, bond, key } : null;
  } catch {
    return null;
  }
}

async function isRight(key: Bytes, signature: Bytes, statement: string): Promise<boolean> {
  return isSigned(key, signature, signedBytes(statement)).catch((cause: unknown) => {
    if (cause instanceof Refusal) return false;
    throw cause;
  });
}

function signedBytes(statement: string): Bytes {
  return concat(lp('visite v1 consent'), lp(statement));
}

async function hashOf(statement: string, signature: Bytes): Promise<string> {
  return toHex(await sha256(concat(lp(statement), signature)));
}

function isSame(one: Bond, other: Bond): boolean {
  return one.room === other.room && one.epoch === other.epoch && one.fingerprints.practice === other.fingerprints.practice && one.fingerprints.guest === other.fingerprints.guest;
}

// --- Bounds ---

/** The fields of an object that has exactly these; else `null`. */
function exactly(value: unknown, names: readonly string[]): Readonly<Record<string, unknown>> | null {
  const fields = fieldsOf(value);
  return fields && Object.keys(fields).length === names.length && names.every((name) => Object.hasOwn(fields, name)) ? fields : null;
}

function isBond(value: { readonly room: unknown; readonly epoch: unknown; readonly fingerprints: unknown }): value is Bond {
  const { room, epoch, fingerprints } = value;
  const both = exactly(fingerprints, ['practice', 'guest']);
  return typeof room === 'string' && /^[\da-f]{32}$/.test(room) && isCount(epoch) && both !== null && isHash(both['practice']) && isHash(both['guest']);
}

function isTextRef(value: unknown): value is TextRef {
  const fields = exactly(value, ['id', 'language', 'for', 'version', 'sha256']);
  if (!fields) return false;
  const { id, language, for: of, version, sha256: hash } = fields;
  return typeof id === 'string' && /^[a-z\d-]{1,64}$/.test(id) && isTextLanguage(language) && (of === 'adult' || of === 'guardian') && isCount(version) && isHash(hash);
}

function isMark(value: unknown): value is Mark {
  const fields = fieldsOf(value);
  if (exactly(value, ['typed'])) return isWords(fields?.['typed']);
  const drawn = exactly(value, ['drawn'])?.['drawn'];
  return Array.isArray(drawn) && drawn.length > 0 && drawn.length <= MOST_STROKES && drawn.every(isStroke) && pointsOf(drawn) <= MOST_POINTS;
}

function isStroke(value: unknown): value is readonly number[] {
  const isIn = (number: unknown, at: number) => Number.isInteger(number) && (number as number) >= 0 && (number as number) <= (at % 2 === 0 ? FIELD.width : FIELD.height);
  return Array.isArray(value) && value.length >= 2 && value.length % 2 === 0 && value.length <= 2 * MOST_POINTS && value.every(isIn);
}

function isItems(value: unknown): value is readonly Item[] {
  return Array.isArray(value) && value.length <= ITEMS.length && value.every((item) => ITEMS.includes(item as Item)) && new Set(value).size === value.length;
}

function isWords(value: unknown): value is string {
  return typeof value === 'string' && value.trim() !== '' && value.length <= LONGEST_NAME && !/\p{Surrogate}/u.test(value);
}

function isHash(value: unknown): boolean {
  return typeof value === 'string' && /^[\da-f]{64}$/.test(value);
}

function isCount(value: unknown): boolean {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

/** What a drawing's numbers are measured in. */
export const FIELD = { width: 1_000, height: 400 } as const;
export const MOST_STROKES = 60;
export const MOST_POINTS = 1_500;
const VERSION = 1;
const ECDSA = { name: 'ECDSA', namedCurve: 'P-256' } as const;
const SIGN = { name: 'ECDSA', hash: 'SHA-256' } as const;
