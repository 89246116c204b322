// Tells the operator what came of looking for a way to a guest, and after how long, where the operator counts that: a word and a time, without room, seat or name.

import { effect } from '@preact/signals';
import type { Call, Phase } from '../call/model.ts';
import type { Visit } from '../drive/visit.ts';
import { HttpRefusal } from '../signal/http.ts';
import { followSeats } from './progress.ts';

/** As the call `outcome` has it. */
export type Outcome = 'direct' | 'relayed' | 'no_path' | 'relay_missing';

/** Follows a visit until it is over. `report` gets milliseconds, to the quarter of a second, and may be refused. Gives what ends it. */
export function followOutcomes(visit: Pick<Visit, 'seats'>, report: (outcome: Outcome, tookMs: number) => Promise<unknown>, now = () => performance.now()): () => void {
  return followSeats(visit, ({ call }) => followConnections(call, (outcome, tookMs) => void tell(() => report(outcome, tookMs)), now));
}

function followConnections(call: Visit['call'], report: (outcome: Outcome, tookMs: number) => void, now: () => number): () => void {
  let began: number | null = null;
  return effect(() => {
    const { phase } = call.value;
    if (phase.name === 'connecting') {
      began ??= now();
      return;
    }
    if (began === null || isUndecided(phase)) return;
    const outcome = outcomeOf(phase);
    if (outcome) report(outcome, Math.round((now() - began) / STEP) * STEP);
    began = null;
  });
}

/** Connected, and the browser can't tell yet by which way. */
function isUndecided(phase: Phase): boolean {
  return (phase.name === 'lobby' || phase.name === 'in-call') && phase.link.path === null;
}

function outcomeOf(phase: Call['phase']): Outcome | null {
  if (phase.name === 'no-path') return phase.isRelayMissing ? 'relay_missing' : 'no_path';
  return phase.name === 'lobby' || phase.name === 'in-call' ? phase.link.path : null;
}

/** Once: what is lost is missing from a count. */
async function tell(report: () => Promise<unknown>): Promise<void> {
  try {
    await report();
  } catch (cause) {
    if (!(cause instanceof HttpRefusal)) throw cause;
  }
}

/** Milliseconds. */
const STEP = 250;
