// What a practice tells its guests before they join: its policy about consent, and the texts that are to be signed (docs/signalling.md section 6).

import { fieldsOf, parseJson } from '../call/json.ts';
import type { Item } from '../call/control.ts';
import type { RelayUse } from '../call/relay-use.ts';
import { type Bytes, toHex, utf8 } from '../sealed/bytes.ts';
import { sha256 } from '../sealed/crypto.ts';

/** As it travels, in JSON: a guest reads it out of the practice's welcome, or is sent it over `control`. */
export interface WelcomeDocument {
  /** The practice's name; 1 to 200 characters. */
  readonly practice: string;
  /** When it was made: milliseconds since the epoch, by the practice's clock. */
  readonly made: number;
  readonly policy: Policy;
  /** At most one for each language and each of `adult` and `guardian`. Empty where nothing is to be signed here. */
  readonly texts: readonly ConsentText[];
  /** What a guest is asked to agree to, each for itself. */
  readonly items: readonly Item[];
  /** Whom to call where the visit does not come about: what `isPhone` takes. Absent where the practice names none. */
  readonly phone?: string;
  /** Whether visits may go by the operator's relay. Absent: never. */
  readonly relay?: 'if-needed' | 'only';
}

export type Policy =
  /** Nobody is let in without. */
  | 'required'
  /** Whoever does not sign may come in all the same. */
  | 'asked'
  /** Nothing is asked: it is signed on paper, or not at all. */
  | 'none';

export interface ConsentText {
  /** 1 to 64 of `a` to `z`, digits and `-`. */
  readonly id: string;
  readonly language: TextLanguage;
  /** Who signs: the guest for itself, or somebody for a child. */
  readonly for: 'adult' | 'guardian';
  /** 1 to 200 characters. */
  readonly title: string;
  /** 1 to 12 000 characters. */
  readonly markdown: string;
  /** Counts the text's changes, from 1. */
  readonly version: number;
}

/** What guests read. */
export type TextLanguage = (typeof TEXT_LANGUAGES)[number];

/** A telephone number as it is read, and as a link that calls it. */
export interface Phone {
  readonly text: string;
  readonly href: string;
}

export function writeDocument({ practice, made, policy, texts, items, phone, relay }: WelcomeDocument): Bytes {
  const plain = texts.map(({ id, language, for: of, title, markdown, version }) => ({ id, language, for: of, title, markdown, version }));
  return utf8(JSON.stringify({ v: VERSION, practice, made, policy, texts: plain, items, ...(phone !== undefined && { phone }), ...(relay !== undefined && { relay }) }));
}

/** `null` for everything that breaks the bounds above, has a field too many, or is of another version. */
export function readDocument(bytes: Bytes): WelcomeDocument | null {
  if (bytes.length > LARGEST_DOCUMENT) return null;
  try {
    const fields = fieldsOf(parseJson(new TextDecoder('utf-8', { fatal: true }).decode(bytes)));
    if (!fields || !hasOnly(fields, ['v', 'practice', 'made', 'policy', 'texts', 'items', 'phone', 'relay']) || fields['v'] !== VERSION) return null;
    const { practice, made, policy, texts, items, phone, relay } = fields as unknown as WelcomeDocument;
    const isRight =
      isText(practice, LONGEST_TITLE) &&
      isCount(made) &&
      POLICIES.includes(policy) &&
      Array.isArray(texts) &&
      texts.every(isConsentText) &&
      new Set(texts.map(({ language, for: of }) => `${language} ${of}`)).size === texts.length &&
      isItems(items) &&
      (phone === undefined || isPhone(phone)) &&
      (relay === undefined || relay === 'if-needed' || relay === 'only');
    return isRight ? { practice, made, policy, texts, items, ...(phone !== undefined && { phone }), ...(relay !== undefined && { relay }) } : null;
  } catch {
    return null;
  }
}

export function isConsentText(value: unknown): value is ConsentText {
  const fields = fieldsOf(value);
  if (!fields || !hasOnly(fields, ['id', 'language', 'for', 'title', 'markdown', 'version'])) return false;
  const { id, language, for: of, title, markdown, version } = fields as unknown as ConsentText;
  return (
    typeof id === 'string' &&
    /^[a-z\d-]{1,64}$/.test(id) &&
    isTextLanguage(language) &&
    (of === 'adult' || of === 'guardian') &&
    isText(title, LONGEST_TITLE) &&
    isText(markdown, LONGEST_MARKDOWN) &&
    isCount(version) &&
    version > 0
  );
}

/** By what a text is known, besides its version: SHA-256 of its Markdown, 64 hexadecimal digits. */
export async function textHash(markdown: string): Promise<string> {
  return toHex(await sha256(utf8(markdown)));
}

/** The text in the reader's language; where there is none, in the one that most here read. */
export function textFor(document: WelcomeDocument, of: ConsentText['for'], language: string): ConsentText | null {
  const fitting = textsOf(document, of);
  return fitting.find((text) => text.language === language) ?? fitting[0] ?? null;
}

/** What one signer can read, German first. */
export function textsOf({ texts }: WelcomeDocument, of: ConsentText['for']): readonly ConsentText[] {
  const rank = ({ language }: ConsentText) => TEXT_LANGUAGES.indexOf(language);
  return texts.filter((text) => text.for === of).sort((one, other) => rank(one) - rank(other));
}

export function isTextLanguage(value: unknown): value is TextLanguage {
  return TEXT_LANGUAGES.includes(value as TextLanguage);
}

/** Whether a guest is to be asked: a policy without a text to sign asks nothing. */
export function asks({ policy, texts }: WelcomeDocument): boolean {
  return policy !== 'none' && texts.some((text) => text.for === 'adult');
}

/** What the practice allows its visits. Who says nothing allows no relay. */
export function relayUseOf(document: WelcomeDocument | null): RelayUse {
  return document?.relay ?? 'never';
}

/** For the guest's pages: whom to call, where the practice says it. */
export function phoneOf(document: WelcomeDocument | null): Phone | null {
  const text = document?.phone;
  // What divides a number for the eye has no place in a link (RFC 3966 section 3).
  return text === undefined ? null : { text, href: `tel:${text.replaceAll(/[ /-]/g, '')}` };
}

/** 3 to 32 characters: digits, a `+` before them where it is international, and spaces, `-` and `/` between them. */
export function isPhone(value: unknown): value is string {
  return typeof value === 'string' && value.length <= LONGEST_PHONE && /^\+?\d(?:[ \-/]{0,3}\d){2,}$/.test(value);
}

function hasOnly(fields: Readonly<Record<string, unknown>>, names: readonly string[]): boolean {
  return Object.keys(fields).every((name) => names.includes(name));
}

function isText(value: unknown, most: number): boolean {
  return typeof value === 'string' && value.trim() !== '' && value.length <= most && !/\p{Surrogate}/u.test(value);
}

function isCount(value: unknown): boolean {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

function isItems(value: unknown): boolean {
  return Array.isArray(value) && value.every((item) => ITEMS.includes(item as Item)) && new Set(value).size === value.length;
}

/** In the order in which they stand in for each other. */
export const TEXT_LANGUAGES = ['de', 'en', 'tr', 'uk', 'ar'] as const;
export const LONGEST_TITLE = 200;
export const LONGEST_MARKDOWN = 12_000;
export const LONGEST_PHONE = 32;
/** What fits into seven blocks of a sealed welcome, in bytes. */
export const LARGEST_DOCUMENT = 28_539;
export const ITEMS: readonly Item[] = ['video', 'photo', 'file'];
export const POLICIES: readonly Policy[] = ['required', 'asked', 'none'];
const VERSION = 1;
