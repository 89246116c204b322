// What every derivation and every MAC of a handshake is bound to: the same words in another room, at another time or for another seat are worth nothing.

import { type Bytes, concat, lp, u32 } from './bytes.ts';

export interface Context {
  /** 32 lower-case hexadecimal digits. */
  readonly room: string;
  /** Which of the room's times: goes up by one when the appointment is moved. */
  readonly epoch: number;
  /** The guest's seat, 1 to 3. The practice's is 0. */
  readonly guest: number;
}

export function contextBytes({ room, epoch, guest }: Context, hid: Bytes): Bytes {
  return concat(lp('visite sealed v1'), lp(room), u32(epoch), Uint8Array.of(PRACTICE_SEAT, guest), hid);
}

export const PRACTICE_SEAT = 0;
