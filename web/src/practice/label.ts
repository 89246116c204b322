// What a practice notes about an appointment, so that only its own browsers can read it.
//
//   key    = HKDF-SHA256(ikm = practice secret, salt = "", info = lp("visite v1 label key"), 32 bytes)
//   label  = 0x01 (version) ‖ nonce (12 bytes, at random) ‖ AES-256-GCM(key, nonce, AAD = lp("visite v1 label") ‖ lp(room id), plaintext)
//   plaintext = length (u16) ‖ the text in UTF-8 ‖ zero bytes up to a multiple of 128
//
// Where more than the text is noted, the plaintext is 0x80 ‖ length (u16) ‖ {"text":"…","to"?:device id,"seats"?:{"2":"interpreter"},"series"?:id} ‖ zero bytes: no text is
// so long that its length would begin like that.
//
// The room id is its 32 ASCII characters, as everywhere. Every room of ours has a label, if only an empty one: one that doesn't open is another's.
// What the reception adds to it, so that the doctors can open the room, is in reception.ts.

import type { Part } from '../call/control.ts';
import { fieldsOf, parseJson } from '../call/json.ts';
import { type Bytes, concat, lp, utf8 } from '../sealed/bytes.ts';
import { seal, unseal } from './keys.ts';

export interface Label {
  /** The practice's own note: at most `MAX_LABEL` characters, may be empty. */
  readonly text: string;
  /** Which of the practice's devices is to meet the guest; absent: whichever is first. */
  readonly to?: string;
  /** Who else is asked in, by seat, besides the patient on seat 1. */
  readonly seats?: { readonly [seat in FurtherSeat]?: Part };
  /** Appointments that were made together have this in common. */
  readonly series?: string;
}

/** A seat of a second or third guest. */
export type FurtherSeat = 2 | 3;

export const FURTHER_SEATS: readonly FurtherSeat[] = [2, 3];

/** `key`: from `labelKey`. */
export async function sealLabel(key: CryptoKey, room: string, label: Label): Promise<Bytes> {
  if ([...label.text].length > MAX_LABEL) throw new RangeError('the form lets nobody type a longer label');
  return seal(key, boundTo(room), writeLabel(label));
}

/** `null` when it was not sealed with our key for this room. */
export async function openLabel(key: CryptoKey, room: string, sealed: Bytes): Promise<Label | null> {
  const opened = await unseal(key, boundTo(room), sealed);
  return opened && readLabel(opened);
}

function boundTo(room: string): Bytes {
  return concat(lp('visite v1 label'), lp(room));
}

/** The plaintext. */
export function writeLabel(label: Label): Bytes {
  const isBare = label.to === undefined && label.series === undefined && Object.keys(label.seats ?? {}).length === 0;
  return pad(isBare ? lp(utf8(label.text)) : concat(Uint8Array.of(RECORD), lp(utf8(JSON.stringify(label)))));
}

/** `null` for what is none. */
export function readLabel(plain: Bytes): Label | null {
  if (plain[0] !== RECORD) return textOf(plain, (text) => ({ text }));
  return textOf(plain.subarray(1), readRecord);
}

/** A later version may note more: what is not known here is left out. */
function readRecord(json: string): Label | null {
  try {
    const { text, to, seats, series } = fieldsOf(parseJson(json)) ?? {};
    if (typeof text !== 'string') return null;
    const parts = FURTHER_SEATS.flatMap((seat) => {
      const part = fieldsOf(seats)?.[seat];
      return isPart(part) ? [[seat, part] as const] : [];
    });
    return { text, ...(isId(to) && { to }), ...(parts.length > 0 && { seats: Object.fromEntries(parts) }), ...(isId(series) && { series }) };
  } catch {
    return null;
  }
}

/** How long a note is says something, too. */
function pad(plain: Bytes): Bytes {
  return concat(plain, new Uint8Array((BUCKET - (plain.length % BUCKET)) % BUCKET));
}

function textOf(framed: Bytes, then: (text: string) => Label | null): Label | null {
  const length = ((framed[0] ?? 0) << 8) | (framed[1] ?? 0);
  return length + 2 <= framed.length ? then(new TextDecoder().decode(framed.subarray(2, 2 + length))) : null;
}

function isPart(value: unknown): value is Part {
  return value === 'patient' || value === 'companion' || value === 'interpreter' || value === 'colleague';
}

function isId(value: unknown): value is string {
  return typeof value === 'string' && /^[\da-f]{32}$/.test(value);
}

/** Characters. Sealed they are at most 1 500 bytes and a little, of 2048 that the server takes. */
export const MAX_LABEL = 200;
const BUCKET = 128;
const RECORD = 0x80;
