// What software notes about a room that it has made, for the practice to read.
//
//   label     = 0x03 (version) ‖ length of sealed (u16) ‖ sealed ‖ what the practice has noted since, sealed as label.ts does; nothing at first
//   sealed    = 0x01 (version) ‖ nonce (12 bytes) ‖ AES-256-GCM(key, nonce, AAD = lp("visite v1 software label") ‖ lp(room id), plaintext)
//   key       = HKDF-SHA256(ikm = K, salt = "", info = lp("visite v1 software label key") ‖ lp(room id), 32 bytes)
//   plaintext = as in label.ts, without the device and the series
//
// K is the room's key: whoever has the link could read it, if they came by the label.

import { plainLine } from '../call/text.ts';
import { type Bytes, concat, lp, utf8 } from '../sealed/bytes.ts';
import { derive, NOTHING } from '../sealed/crypto.ts';
import { aesKey, seal, unseal } from './keys.ts';
import { type Label, MAX_LABEL, readLabel, writeLabel } from './label.ts';

/** A label, taken apart. */
export interface SoftwareParts {
  /** What the software has sealed; `null`: nothing, or in another way than this. */
  readonly sealedBySoftware: Bytes | null;
  /** The note, as label.ts seals it. */
  readonly label: Bytes;
}

export function takeSoftwareApart(label: Bytes): SoftwareParts {
  const length = ((label[1] ?? 0) << 8) | (label[2] ?? 0);
  const end = HEAD + length;
  if (label[0] !== VERSION || length > LONGEST_SEALED || label.length < end) return { sealedBySoftware: null, label };
  return { sealedBySoftware: label.slice(HEAD, end), label: label.slice(end) };
}

/** The software's side: at most 400 bytes of text; throws a `RangeError` for more. */
export async function sealSoftwareLabel(roomKey: Bytes, room: string, label: Pick<Label, 'text' | 'seats'>): Promise<Bytes> {
  if (utf8(label.text).length > LONGEST) throw new RangeError(`a label's text has at most ${LONGEST} bytes`);
  return concat(Uint8Array.of(VERSION), lp(await seal(await keyOf(roomKey, room), boundTo(room), writeLabel(label))));
}

/** `null` when it was not sealed with this room's key. */
export async function openSoftwareLabel(roomKey: Bytes, room: string, sealed: Bytes): Promise<Pick<Label, 'text' | 'seats'> | null> {
  const opened = await unseal(await keyOf(roomKey, room), boundTo(room), sealed);
  const label = opened && readLabel(opened);
  return label && { text: plainLine(label.text, MAX_LABEL), ...(label.seats && { seats: label.seats }) };
}

async function keyOf(roomKey: Bytes, room: string): Promise<CryptoKey> {
  return aesKey(await derive(roomKey, NOTHING, concat(lp('visite v1 software label key'), lp(room)), 32));
}

function boundTo(room: string): Bytes {
  return concat(lp('visite v1 software label'), lp(room));
}

const VERSION = 3;
const HEAD = 3;
/** Bytes of text. */
const LONGEST = 400;
/** Bytes: the practice's own note has room behind it, in the 2 048 that the server takes. */
const LONGEST_SEALED = 1 + 12 + 640 + 16;
