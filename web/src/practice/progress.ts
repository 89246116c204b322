// Tells the server how far the practice has come with a guest, which it can't see: for software that follows along. A seat and a time, nothing else.

import { effect } from '@preact/signals';
import type { Call, Media } from '../call/model.ts';
import type { Visit } from '../drive/visit.ts';
import { HttpRefusal } from '../signal/http.ts';

/** As the call `rooms/<id>/progress` has it. */
export type Progress = 'admitted' | 'connected';

/** Follows a visit until it is over. `report` may be refused: it is tried three times, and nothing of the visit depends on it. Gives what ends it. */
export function followProgress(visit: Pick<Visit, 'seats'>, report: (seat: number, progress: Progress) => Promise<unknown>): () => void {
  return followSeats(visit, (one, seat) => followSeat(one, (progress) => void tell(() => report(seat, progress))));
}

/** Follows each guest of a visit from its first moment on. `follow` gives what ends it, and so does this. */
export function followSeats({ seats }: Pick<Visit, 'seats'>, follow: (one: Pick<Visit, 'call'>, seat: number) => () => void): () => void {
  const followed = new Map<number, () => void>();
  const end = effect(() => {
    for (const { seat, visit: one } of seats.value) {
      if (!followed.has(seat)) followed.set(seat, follow(one, seat));
    }
  });
  return () => {
    end();
    for (const stop of followed.values()) stop();
  };
}

function followSeat({ call }: Pick<Visit, 'call'>, report: (progress: Progress) => void): () => void {
  let said: Progress | null = null;
  /** What the guest is taken to send before it has said anything. */
  let assumed: Media | null = null;
  return effect(() => {
    const next = progressOf(call.value, assumed);
    const { phase } = call.value;
    if (phase.name === 'in-call') assumed ??= phase.theirs;
    else if (phase.name !== 'interrupted') assumed = null;
    if (phase.name === 'interrupted' || next === said) return;
    said = next;
    if (next) report(next);
  });
}

/** Let in: by the practice's word. Connected: the guest has answered that on the connection between the two. */
function progressOf({ phase }: Call, assumed: Media | null): Progress | null {
  if (phase.name !== 'in-call') return null;
  const { theirs } = phase;
  return theirs.audio || theirs.video || theirs.screen || (assumed !== null && theirs !== assumed) ? 'connected' : 'admitted';
}

async function tell(report: () => Promise<unknown>): Promise<void> {
  for (const pause of PAUSES) {
    try {
      await report();
      return;
    } catch (cause) {
      // A server of before this call says `not_found`; one that has not heard of the seat yet, `failed_precondition`.
      if (!(cause instanceof HttpRefusal)) throw cause;
      if (cause.code !== 'failed_precondition' && cause.code !== 'unavailable' && cause.code !== 'offline') return;
    }
    await new Promise((resolve) => setTimeout(resolve, pause));
  }
}

/** Milliseconds. */
const PAUSES = [1_000, 4_000, 15_000];
