// What every rule moves with: the phase, and what is done about it.

import type { Call, Effect, Interrupted, Link, Millis, OverReason, PathLost, Phase, Progress } from './model.ts';

/** The call afterwards, and what is to be done, in this order. */
export type Decision = readonly [Call, readonly Effect[]];

/** A path that is being looked for. */
export type Way = Pick<Extract<Progress, { step: 'path' }>, 'safetyCode' | 'lost'>;

/** Whether the two talk, or did until the path broke. */
export function isTalking({ phase }: Call): boolean {
  return phase.name === 'in-call' || phase.name === 'interrupted';
}

/** Whether anything can be said to the other. */
export function isConnected({ phase }: Call): boolean {
  return phase.name === 'in-call' || phase.name === 'lobby';
}

export function moved(call: Call, phase: Phase, effects: readonly Effect[] = []): Decision {
  return [{ ...call, phase }, effects];
}

export function nothing(call: Call): Decision {
  return [call, []];
}

export function over(call: Call, reason: OverReason): Decision {
  const isOurs = reason === 'hung-up' || reason === 'failed' || reason === 'untrusted';
  const bye: Effect = { type: 'say', message: { type: 'bye', reason: call.role === 'practice' ? 'ended' : 'left' } };
  const hasOther = call.phase.name === 'connecting' || isTalking(call) || isConnected(call);
  const effects: Effect[] = [{ type: 'disconnect' }, { type: 'leave' }, { type: 'clear' }];
  return moved({ ...call, line: 'down' }, { name: 'over', reason }, isOurs && hasOther ? [bye, ...effects] : effects);
}

/** A new connection has come as far as `progress`. */
export function progress(call: Call, progress: Progress, now: Millis, effects: readonly Effect[]): Decision {
  switch (call.phase.name) {
    case 'in-call':
      return moved(call, { name: 'interrupted', since: now, before: call.phase, progress }, effects);
    case 'interrupted':
      return moved(call, { ...call.phase, progress }, effects);
    case 'waiting':
    case 'connecting':
    case 'no-path':
    case 'lobby':
      return moved(call, { name: 'connecting', progress }, effects);
    default:
      return nothing(call);
  }
}

export function backToWaiting(call: Call): Decision {
  if (!isBeginning(call.phase) && call.phase.name !== 'lobby' && call.phase.name !== 'interrupted') return nothing(call);
  return moved(call, { name: 'waiting' }, [{ type: 'disconnect' }]);
}

/** A connection that is being made and that needs the other in the room. */
export function isBeginning(phase: Phase): boolean {
  return phase.name === 'connecting' || phase.name === 'no-path';
}

export function lobby({ role, self, held }: Call, link: Link): Extract<Phase, { name: 'lobby' }> {
  const guest = role === 'practice' ? link.peer : self;
  return { name: 'lobby', link, ...(held !== null && held === guest.visit && { isHeld: true }) };
}

/** The path that is being looked for, or was not found in time. */
export function lookedFor(phase: Phase): Way | null {
  if (phase.name === 'no-path') return phase;
  const isUnderWay = phase.name === 'connecting' || phase.name === 'interrupted';
  return isUnderWay && phase.progress.step === 'path' ? phase.progress : null;
}

export function isPathLost(phase: Phase): phase is Interrupted & { readonly progress: PathLost } {
  return phase.name === 'interrupted' && phase.progress.step === 'path-lost';
}
