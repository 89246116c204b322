// What a practice notes about an appointment, so that only its own browsers can read it.
//
//   key    = HKDF-SHA256(ikm = practice secret, salt = "", info = lp("visite v1 label key"), 32 bytes)
//   label  = 0x01 (version) ‖ nonce (12 bytes, at random) ‖ AES-256-GCM(key, nonce, AAD = lp("visite v1 label") ‖ lp(room id), plaintext)
//   plaintext = length (u16) ‖ the text in UTF-8 ‖ zero bytes up to a multiple of 128
//
// The room id is its 32 ASCII characters, as everywhere. Every room of ours has a label, if only an empty one: one that opens was made with our secret, so we can
// show the room's link; one that doesn't is another's.

import { type Bytes, concat, decodeBase64url, encodeBase64url, lp, utf8 } from '../sealed/bytes.ts';
import { derive, NOTHING } from '../sealed/crypto.ts';

/** Seals and opens a practice's labels. */
export class Labels {
  private constructor(private readonly key: CryptoKey) {}

  static async of(practiceSecret: Bytes): Promise<Labels> {
    const key = await derive(practiceSecret, NOTHING, lp('visite v1 label key'), 32);
    return new Labels(await crypto.subtle.importKey('raw', key, 'AES-GCM', false, ['encrypt', 'decrypt']));
  }

  /** For the wire: base64url. `text` has at most `MAX_LABEL` characters. */
  async seal(room: string, text: string): Promise<string> {
    if ([...text].length > MAX_LABEL) throw new RangeError('the form lets nobody type a longer label');
    const nonce = crypto.getRandomValues(new Uint8Array(NONCE));
    const sealed = await crypto.subtle.encrypt(parameters(room, nonce), this.key, pad(utf8(text)));
    return encodeBase64url(concat(Uint8Array.of(VERSION), nonce, new Uint8Array(sealed)));
  }

  /** `null` when it was not sealed with our secret for this room. */
  async open(room: string, sealed: string): Promise<string | null> {
    const bytes = decodeBase64url(sealed);
    if (!bytes || bytes[0] !== VERSION || bytes.length <= 1 + NONCE) return null;
    const nonce = bytes.slice(1, 1 + NONCE);
    const opened = await crypto.subtle.decrypt(parameters(room, nonce), this.key, bytes.slice(1 + NONCE)).catch(() => null);
    return opened === null ? null : unpad(new Uint8Array(opened));
  }
}

function parameters(room: string, nonce: Bytes): AesGcmParams {
  return { name: 'AES-GCM', iv: nonce, additionalData: concat(lp('visite v1 label'), lp(room)) };
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
const VERSION = 1;
const NONCE = 12;
const BUCKET = 128;
