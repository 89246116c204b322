// What a link's fragment holds, and what a practice derives from its secret (docs/signalling.md section 1).

import { type Bytes, concat, decodeBase64url, encodeBase64url, lp, utf8 } from './bytes.ts';
import { derive, NOTHING, sha256 } from './crypto.ts';

/** The part of a link that no server sees. */
export interface Fragment {
  /** K: whoever holds it may take part in the handshake of its room. 32 bytes. */
  readonly roomKey: Bytes;
  /** Whose signature the guest has to find: the first 16 bytes of the SHA-256 of the practice's identity key. */
  readonly practice: Bytes;
}

/** Why a text is no fragment. */
export class LinkError extends Error {
  override readonly name = 'LinkError';

  constructor(readonly reason: 'damaged' | 'version') {
    super(reason === 'damaged' ? 'the link is damaged' : 'the link is of a newer version');
  }
}

/** As it stands behind the `#` of a link. */
export function encodeFragment({ roomKey, practice }: Fragment): string {
  return encodeBase64url(concat(Uint8Array.of(VERSION), roomKey, practice));
}

/** Reads what stands behind the `#`. Throws a `LinkError`. */
export function parseFragment(text: string): Fragment {
  const bytes = decodeBase64url(text);
  if (!bytes || bytes.length === 0) throw new LinkError('damaged');
  if (bytes[0] !== VERSION) throw new LinkError('version');
  if (bytes.length !== 1 + KEY + IDENTITY) throw new LinkError('damaged');
  return { roomKey: bytes.slice(1, 1 + KEY), practice: bytes.slice(1 + KEY) };
}

/** What a fragment says about a practice's public identity key (uncompressed point, 65 bytes). */
export async function identityHash(publicKey: Bytes): Promise<Bytes> {
  return (await sha256(publicKey)).slice(0, IDENTITY);
}

/** The secret of `issuer`: `console`, or an integrator's name for itself. */
export function issuerSecret(practiceSecret: Bytes | CryptoKey, issuer: string): Promise<Bytes> {
  return derive(practiceSecret, NOTHING, concat(lp('visite v1 issuer'), lp(issuer)), KEY);
}

/** The key of one room. */
export function roomKey(issuer: Bytes, room: string): Promise<Bytes> {
  return derive(issuer, NOTHING, concat(lp('visite v1 room key'), lp(room)), KEY);
}

/** The key of a guest's own room in an open consultation hour: from that of the hour, which its lasting link holds, so that both sides have it without a word. */
export function hourRoomKey(hourKey: Bytes, room: string): Promise<Bytes> {
  return derive(hourKey, NOTHING, concat(lp('visite v1 hour room'), lp(room)), KEY);
}

/** The `number`th invite (from 0) for a seat, where the issuer wants to be able to show it again: 22 characters. */
export async function invite(issuer: Bytes, room: string, seat: number, number: number): Promise<string> {
  const info = concat(lp('visite v1 invite'), lp(room), lp(Uint8Array.of(seat, number)));
  return encodeBase64url(await derive(issuer, NOTHING, info, INVITE));
}

/** By what the server knows an invite, handed over when a room is made: the hash of its 22 characters. */
export async function inviteHash(invite: string): Promise<string> {
  return encodeBase64url(await sha256(utf8(invite)));
}

/** Whether it could be the path's half of a link. */
export function isInvite(text: string): boolean {
  return text.length === 22 && decodeBase64url(text)?.length === INVITE;
}

/** The whole link, as a guest gets it. */
export function link(origin: string, invite: string, fragment: Fragment): string {
  return `${origin}/v/${invite}#${encodeFragment(fragment)}`;
}

const VERSION = 1;
const KEY = 32;
const IDENTITY = 16;
const INVITE = 16;
