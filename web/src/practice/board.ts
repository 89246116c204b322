// What a practice's device sees of its waiting rooms, for the practice's other devices (docs/signalling.md section 3): so all of them agree on who waits, and the
// reception sees it, and has a word passed on, without a key to any room.
//
//   board     = 0x01 (version) ‖ nonce (12 bytes, at random) ‖ AES-256-GCM(board key, nonce, AAD = lp("visite v1 board") ‖ lp(device id), plaintext)
//   plaintext = {"v":1,"at":…,"word":…|null,"passed":[…],"guests":[…]} in UTF-8 ‖ zero bytes up to a multiple of 1024
//
// `at` is when it was written, by the server's clock: an older one can't be passed off as the newest.

import { LONGEST_NAME, LONGEST_NOTICE, type Part } from '../call/control.ts';
import { fieldsOf, parseJson } from '../call/json.ts';
import { plainLine } from '../call/text.ts';
import { type Bytes, concat, decodeBase64url, encodeBase64url, lp, utf8 } from '../sealed/bytes.ts';
import type { GuestState } from './guest.ts';
import { seal, unseal } from './keys.ts';

/** A guest who is there, as the device sees them that looks after the room. */
export interface Seen {
  readonly room: string;
  readonly seat: 1 | 2 | 3;
  readonly part: Part;
  readonly state: PresentState;
  /** Was talked to, and waits again. */
  readonly isHeld: boolean;
  /** In their own words; `null` before they have introduced themselves. */
  readonly name: string | null;
  /** Since when, by the server's clock. */
  readonly since: number;
  /** `null`: nobody asks for any. */
  readonly consent: ConsentWord | null;
  /** `null`: not known (yet). */
  readonly quality: 'good' | 'fair' | 'poor' | null;
  /** When they were written to, by the server's clock; `null`: not while they have been waiting. */
  readonly told: number | null;
}

/** Of a guest who is there. */
export type PresentState = Extract<GuestState, 'connecting' | 'waiting' | 'no-path' | 'in-call' | 'interrupted'>;

export type ConsentWord = 'none' | 'given' | 'refused' | 'revoked' | 'part';

/** To guests whom other devices look after: they pass it on. */
export interface Word {
  /** 16 random bytes in base64url. */
  readonly id: string;
  /** `<room>/<seat>` of each. */
  readonly to: readonly string[];
  readonly text: string;
}

/** Another device's word that this one has passed on. */
export interface Passed {
  readonly id: string;
  /** How many it reached. */
  readonly reached: number;
}

export interface Board {
  readonly at: number;
  /** `null`: this device has nothing to say. */
  readonly word: Word | null;
  readonly passed: readonly Passed[];
  readonly guests: readonly Seen[];
}

/** For the wire. Of more guests than there is room for, those who came last are left out. */
export async function sealBoard(key: CryptoKey, device: string, { at, word, passed, guests }: Board): Promise<string> {
  const before = `{"v":${VERSION},"at":${at},"word":${JSON.stringify(word)},"passed":${JSON.stringify(passed)},"guests":[`;
  const written = guests.map((guest) => JSON.stringify(guest));
  let room = LARGEST - utf8(before).length - OVERHEAD;
  const fitting = written.filter((one) => (room -= utf8(one).length + 1) >= 0);
  const plain = utf8(`${before}${fitting.join(',')}]}`);
  const padded = concat(plain, new Uint8Array((STEP - (plain.length % STEP)) % STEP));
  return encodeBase64url(await seal(key, boundTo(device), padded));
}

/** `null` when it was not sealed with our key by this device, or is not what this version reads. */
export async function openBoard(key: CryptoKey, device: string, data: string): Promise<Board | null> {
  const sealed = decodeBase64url(data);
  const opened = sealed && (await unseal(key, boundTo(device), sealed));
  return opened && read(opened);
}

function read(plain: Bytes): Board | null {
  try {
    const end = plain.indexOf(0);
    const { v, at, word, passed, guests } = fieldsOf(parseJson(new TextDecoder('utf-8', { fatal: true }).decode(end < 0 ? plain : plain.subarray(0, end)))) ?? {};
    if (v !== VERSION || !isTime(at) || !Array.isArray(guests)) return null;
    return { at, word: readWord(word), passed: Array.isArray(passed) ? passed.flatMap((one) => readPassed(one) ?? []).slice(-MOST_PASSED) : [], guests: guests.flatMap((one) => readGuest(one) ?? []) };
  } catch {
    return null;
  }
}

function readWord(value: unknown): Word | null {
  const { id, to, text } = fieldsOf(value) ?? {};
  if (!isId(id) || typeof text !== 'string' || text.length > LONGEST_NOTICE) return null;
  if (!Array.isArray(to) || to.length > MOST_ADDRESSEES || !to.every((key) => typeof key === 'string')) return null;
  return { id, to, text };
}

function readPassed(value: unknown): Passed | null {
  const { id, reached } = fieldsOf(value) ?? {};
  return isId(id) && typeof reached === 'number' && Number.isInteger(reached) && reached >= 0 && reached <= MOST_ADDRESSEES ? { id, reached } : null;
}

function readGuest(value: unknown): Seen | null {
  const { room, seat, part, state, isHeld, name, since, consent, quality, told } = fieldsOf(value) ?? {};
  if (typeof room !== 'string' || !/^[\da-f]{32}$/.test(room) || (seat !== 1 && seat !== 2 && seat !== 3) || !isTime(since)) return null;
  if (!isOneOf(PARTS, part) || !isOneOf(STATES, state)) return null;
  return {
    room,
    seat,
    part,
    state,
    isHeld: isHeld === true,
    name: typeof name === 'string' ? plainLine(name, LONGEST_NAME) || null : null,
    since,
    consent: isOneOf(CONSENTS, consent) ? consent : null,
    quality: isOneOf(LIGHTS, quality) ? quality : null,
    told: isTime(told) ? told : null,
  };
}

function isId(value: unknown): value is string {
  return typeof value === 'string' && /^[\w-]{22}$/.test(value);
}

function isTime(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}

function isOneOf<T extends string>(words: readonly T[], value: unknown): value is T {
  return typeof value === 'string' && (words as readonly string[]).includes(value);
}

function boundTo(device: string): Bytes {
  return concat(lp('visite v1 board'), lp(device));
}

const PARTS: readonly Part[] = ['patient', 'companion', 'interpreter', 'colleague'];
const STATES: readonly PresentState[] = ['connecting', 'waiting', 'no-path', 'in-call', 'interrupted'];
const CONSENTS: readonly ConsentWord[] = ['none', 'given', 'refused', 'revoked', 'part'];
const LIGHTS = ['good', 'fair', 'poor'] as const;
const VERSION = 1;
/** Guests of one word: with the longest text it takes less than half of a board. */
export const MOST_ADDRESSEES = 40;
/** Who asked has long read it when as many more were passed on. */
export const MOST_PASSED = 8;
/** How many wait says something, too. */
const STEP = 1_024;
/** Of 8 192 bytes that the server takes; the seal needs 29 of them. */
const LARGEST = 7 * STEP;
const OVERHEAD = 64;
