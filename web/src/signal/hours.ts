// What a guest asks the server before it can be reached: about an open consultation hour, and to pass a word on (docs/signalling.md section 2).

import { type Invitation, post } from './http.ts';

/** An open consultation hour, which a lasting link leads to. Times are milliseconds since the epoch, by the server's clock. */
export interface HourInvitation {
  readonly practice: string;
  readonly hour: string;
  /** Until when guests may come in; `null` or past: it is closed. */
  readonly open_until: number | null;
  readonly now: number;
  /** As in `Invitation`; its room is the hour. */
  readonly sealed_welcome: string;
}

/** A room of one's own in it, with an ordinary invite. */
export interface HourRoom {
  readonly room: string;
  readonly invite: string;
}

export function isHour(answer: Invitation | HourInvitation): answer is HourInvitation {
  return 'hour' in answer;
}

export function isOpen({ open_until: until, now }: HourInvitation): boolean {
  return until !== null && until > now;
}

/** Goes into it; the same client gets the same room for as long as it stands. `client`: base64url of 16 bytes. Refused with `not_open` where it has closed meanwhile. */
export function enterHour(invite: string, client: string): Promise<HourRoom> {
  return post('invite/enter', { invite, client });
}

/** A word to the practice (`consent/reply.ts`); the last one stands. */
export async function sendReply(invite: string, sealed: string): Promise<void> {
  await post('invite/reply', { invite, sealed_reply: sealed });
}
