// The messages of the control channel (docs/signalling.md section 6).

import { fieldsOf, parseJson } from './json.ts';

/** Everything that either side says on `control`. */
export type ControlMessage =
  | { readonly type: 'hello'; readonly name: string; readonly visit?: string; readonly language: string; readonly you?: Part }
  | { readonly type: 'admit' }
  /** The practice's, in the call: back to the waiting room. `admit` ends it. */
  | { readonly type: 'hold' }
  /** The practice's, to who waits. */
  | { readonly type: 'notice'; readonly id: string; readonly text: string }
  /** What the guest has signed: JSON, as it was signed (`consent/receipt.ts` reads it), and the signature. */
  | { readonly type: 'consent'; readonly statement: string; readonly signature: string }
  /** The practice's: the receipt of this hash is right. */
  | { readonly type: 'consent-seen'; readonly sha256: string }
  | { readonly type: 'consent-refuse' }
  | { readonly type: 'consent-revoke'; readonly items: readonly Item[] }
  /** The practice's, to a guest who has signed nothing: a part of its document, in base64url. */
  | { readonly type: 'consent-ask'; readonly part: number; readonly of: number; readonly data: string }
  /** `weak`: the picture is on, and waits for a better line. */
  | { readonly type: 'media'; readonly audio: boolean; readonly video: boolean; readonly screen: boolean; readonly weak?: boolean }
  /** Of the receiver's last second of sound and picture, while some of it is lost: bits a second that came, and the percentage that didn't. */
  | { readonly type: 'came'; readonly rate: number; readonly lost: number }
  | { readonly type: 'chat'; readonly id: string; readonly at: number; readonly text: string }
  | { readonly type: 'chat-seen'; readonly id: string }
  /** `photo`: the picture that was asked for by this number. */
  | { readonly type: 'file-offer'; readonly id: number; readonly name: string; readonly size: number; readonly mime: string; readonly photo?: number }
  /** `from`: bytes that the receiver has already, of before an interruption. */
  | { readonly type: 'file-accept'; readonly id: number; readonly from?: number }
  | { readonly type: 'file-refuse'; readonly id: number; readonly reason: FileRefusal }
  | { readonly type: 'file-end'; readonly id: number; readonly sha256: string }
  | { readonly type: 'file-done'; readonly id: number; readonly ok: boolean }
  | { readonly type: 'file-cancel'; readonly id: number; readonly from: 'sender' | 'receiver' }
  /** The practice's: asks for a still picture. */
  | { readonly type: 'photo-ask'; readonly id: number }
  /** The practice's: the picture of this number is not needed any more. */
  | { readonly type: 'photo-withdraw'; readonly id: number }
  | { readonly type: 'photo-answer'; readonly id: number; readonly answer: 'sending' | 'refused' | 'failed' }
  | Meet
  | Pass
  /** The practice's: the guest of this seat is not in the call any more. */
  | { readonly type: 'unmeet'; readonly seat: number }
  | { readonly type: 'ping'; readonly n: number }
  | { readonly type: 'pong'; readonly n: number }
  | { readonly type: 'bye'; readonly reason: 'ended' | 'left' };

/** Whom a guest's link was made for. */
export type Part = 'patient' | 'companion' | 'interpreter' | 'colleague';

/** The practice's, to a guest in the call: another guest is in it, too. The two make a connection of their own, under the certificates that the practice has verified. */
export interface Meet {
  readonly type: 'meet';
  /** The other's. */
  readonly seat: number;
  readonly name: string;
  readonly part: Part;
  readonly language: string;
  /** SHA-256 of the other's certificate, in hexadecimal. */
  readonly fingerprint: string;
  /** This side makes the offer. */
  readonly offers: boolean;
  /** Names the connection to be made; 16 random bytes. */
  readonly mesh: string;
}

/** To the other guest of this seat, by way of the practice; one of the two. Towards the receiver `seat` is the sender's. */
export interface Pass {
  readonly type: 'pass';
  readonly seat: number;
  readonly mesh: string;
  readonly description?: { readonly type: 'offer' | 'answer'; readonly sdp: string };
  /** One to eight; none: no more are coming. */
  readonly candidates?: readonly Candidate[];
}

/** What a guest agrees to, each for itself. */
export type Item =
  /** Picture and sound: camera, microphone and screen. */
  | 'video'
  /** Pictures that are sent as files, in either direction. */
  | 'photo'
  /** Any other file, in either direction. */
  | 'file';

/** Why a file is not taken. */
export type FileRefusal = 'too-large' | 'declined' | 'no-space';

/** An ICE candidate, and the `mid` that it belongs to. */
export interface Candidate {
  readonly candidate: string;
  readonly mid: string;
}

/** What a message may be at the most, in UTF-16 units. */
export const LONGEST_MESSAGE = 32_768;
export const LONGEST_STATEMENT = 24_576;
export const LONGEST_ASK = 24_000;
/** Messages that a practice's document comes in. */
export const MOST_ASKS = 4;
export const LONGEST_NAME = 80;
export const LONGEST_CHAT = 4_000;
export const LONGEST_NOTICE = 500;
export const LONGEST_SDP = 24_000;
export const MOST_CANDIDATES = 8;
export const LONGEST_FILE_NAME = 255;
/** What is offered at the most: 2 GiB. */
export const LARGEST_FILE = 2 * 1024 ** 3;

/** Reads what came on `control`; `null` when it breaks the rules of docs/signalling.md section 6. */
export function parseControl(text: string): ControlMessage | null {
  if (text.length > LONGEST_MESSAGE) return null;
  try {
    const message = fieldsOf(parseJson(text));
    const isRight = message && isType(message['type']) && fits(message, FORMS[message['type']]) && (message['type'] !== 'pass' || passesOne(message));
    return isRight ? (message as unknown as ControlMessage) : null;
  } catch {
    return null;
  }
}

type Check = (value: unknown) => boolean;
type Form = Readonly<Record<string, Check>>;

/** Not every name that `FORMS` answers to: each object also knows `constructor`, and a list of one name passes for it. */
function isType(value: unknown): value is ControlMessage['type'] {
  return typeof value === 'string' && Object.hasOwn(FORMS, value);
}

/** Every field is one of the form's and is right, and all that must be there are. */
function fits(message: Readonly<Record<string, unknown>>, form: Form): boolean {
  const known = Object.keys(message).every((name) => name === 'type' || Object.hasOwn(form, name));
  return known && Object.entries(form).every(([name, check]) => check(message[name]));
}

/** A description or candidates. */
function passesOne({ description, candidates }: Readonly<Record<string, unknown>>): boolean {
  return (description === undefined) !== (candidates === undefined);
}

/** Half a character is none: no UTF-8 could say it. */
const text = (least: number, most: number): Check => (value) => typeof value === 'string' && value.length >= least && value.length <= most && !/\p{Surrogate}/u.test(value);
const whole = (least: number, most: number): Check => (value) => Number.isSafeInteger(value) && (value as number) >= least && (value as number) <= most;
const matching = (pattern: RegExp): Check => (value) => typeof value === 'string' && pattern.test(value);
const oneOf = (...values: readonly string[]): Check => (value) => values.includes(value as string);
const optional = (check: Check): Check => (value) => value === undefined || check(value);
const flag: Check = (value) => typeof value === 'boolean';

const SIXTEEN_BYTES = matching(/^[\w-]{21}[AQgw]$/);
const SHA256 = matching(/^[\da-f]{64}$/);
const NUMBER = whole(1, 0xffff_ffff);
const COUNT = whole(0, Number.MAX_SAFE_INTEGER);
const GUEST_SEAT = whole(1, 3);
const LANGUAGE = matching(/^[A-Za-z]{2,3}(-[\w-]{1,16})?$/);
const PART = oneOf('patient', 'companion', 'interpreter', 'colleague');

const items: Check = (value) => Array.isArray(value) && value.length > 0 && new Set(value).size === value.length && value.every(oneOf('video', 'photo', 'file'));

const description: Check = (value) => {
  const fields = fieldsOf(value);
  return !!fields && fits(fields, { type: oneOf('offer', 'answer'), sdp: text(1, LONGEST_SDP) });
};
const candidates: Check = (value) => Array.isArray(value) && value.length <= MOST_CANDIDATES && value.every(isCandidate);

/** A candidate as it is signalled; also inside a sealed envelope. */
export function isCandidate(value: unknown): value is Candidate {
  const fields = fieldsOf(value);
  return !!fields && fits(fields, { candidate: text(0, 1_024), mid: text(0, 16) });
}

const FORMS: Readonly<Record<ControlMessage['type'], Form>> = {
  hello: { name: text(1, LONGEST_NAME), visit: optional(SIXTEEN_BYTES), language: LANGUAGE, you: optional(PART) },
  admit: {},
  hold: {},
  notice: { id: SIXTEEN_BYTES, text: text(1, LONGEST_NOTICE) },
  consent: { statement: text(2, LONGEST_STATEMENT), signature: matching(/^[\w-]{85}[AQgw]$/) },
  'consent-seen': { sha256: SHA256 },
  'consent-refuse': {},
  'consent-revoke': { items },
  'consent-ask': { part: whole(0, MOST_ASKS - 1), of: whole(1, MOST_ASKS), data: matching(/^[\w-]{1,24000}$/) },
  media: { audio: flag, video: flag, screen: flag, weak: optional(flag) },
  came: { rate: COUNT, lost: whole(0, 100) },
  chat: { id: SIXTEEN_BYTES, at: COUNT, text: text(1, LONGEST_CHAT) },
  'chat-seen': { id: SIXTEEN_BYTES },
  'file-offer': { id: NUMBER, name: text(1, LONGEST_FILE_NAME), size: whole(0, LARGEST_FILE), mime: text(0, 127), photo: optional(NUMBER) },
  'file-accept': { id: NUMBER, from: optional(whole(1, LARGEST_FILE)) },
  'file-refuse': { id: NUMBER, reason: oneOf('too-large', 'declined', 'no-space') },
  'file-end': { id: NUMBER, sha256: SHA256 },
  'file-done': { id: NUMBER, ok: flag },
  'file-cancel': { id: NUMBER, from: oneOf('sender', 'receiver') },
  'photo-ask': { id: NUMBER },
  'photo-withdraw': { id: NUMBER },
  'photo-answer': { id: NUMBER, answer: oneOf('sending', 'refused', 'failed') },
  meet: { seat: GUEST_SEAT, name: text(1, LONGEST_NAME), part: PART, language: LANGUAGE, fingerprint: SHA256, offers: flag, mesh: SIXTEEN_BYTES },
  pass: { seat: GUEST_SEAT, mesh: SIXTEEN_BYTES, description: optional(description), candidates: optional(candidates) },
  unmeet: { seat: GUEST_SEAT },
  ping: { n: COUNT },
  pong: { n: COUNT },
  bye: { reason: oneOf('ended', 'left') },
};
