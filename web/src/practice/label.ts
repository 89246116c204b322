// What a practice notes about an appointment, so that only its own browsers can read it.
//
//   key    = HKDF-SHA256(ikm = practice secret, salt = "", info = lp("visite v1 label key"), 32 bytes)
//   label  = 0x01 (version) ‖ nonce (12 bytes, at random) ‖ AES-256-GCM(key, nonce, AAD = lp("visite v1 label") ‖ lp(room id), plaintext)
//   plaintext = length (u16) ‖ the text in UTF-8 ‖ zero bytes up to a multiple of 128
//
// The room id is its 32 ASCII characters, as everywhere. Every room of ours has a label, if only an empty one: one that doesn't open is another's.
// What the reception adds to it, so that the doctors can open the room, is in reception.ts.

import { type Bytes, concat, lp, utf8 } from '../sealed/bytes.ts';
import { seal, unseal } from './keys.ts';

/** `key`: from `labelKey`. `text` has at most `MAX_LABEL` characters. */
export async function sealLabel(key: CryptoKey, room: string, text: string): Promise<Bytes> {
  if ([...text].length > MAX_LABEL) throw new RangeError('the form lets nobody type a longer label');
  return seal(key, boundTo(room), pad(utf8(text)));
}

/** `null` when it was not sealed with our key for this room. */
export async function openLabel(key: CryptoKey, room: string, sealed: Bytes): Promise<string | null> {
  const opened = await unseal(key, boundTo(room), sealed);
  return opened && unpad(opened);
}

function boundTo(room: string): Bytes {
  return concat(lp('visite v1 label'), lp(room));
}

/** How long a note is says something, too. */
function pad(text: Bytes): Bytes {
  const framed = lp(text);
  return concat(framed, new Uint8Array((BUCKET - (framed.length % BUCKET)) % BUCKET));
}

function unpad(padded: Bytes): string | null {
  const length = ((padded[0] ?? 0) << 8) | (padded[1] ?? 0);
  return length + 2 <= padded.length ? new TextDecoder().decode(padded.subarray(2, 2 + length)) : null;
}

/** Characters. Sealed they are at most 800 bytes and a little, of 2048 that the server takes. */
export const MAX_LABEL = 200;
const BUCKET = 128;
