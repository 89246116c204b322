// How long each phase may last: the timers are read off the phase, so none can be forgotten.

import type { Call, Effect, Event, Millis, Phase, Timer } from './model.ts';

/** Starts the timers that the new phase needs, and stops those that only the old one did. One that ran out and is still needed begins anew. */
export function deadlines(before: Call, after: Call, event: Event): readonly Effect[] {
  const [old, wanted] = [timersOf(before, event.now), timersOf(after, event.now)];
  const effects: Effect[] = [];
  for (const timer of TIMERS) {
    const [was, is] = [old[timer], wanted[timer]];
    const hasRunOut = event.type === 'timer' && event.timer === timer;
    const isRestarted = stepOf(before.phase) !== stepOf(after.phase) || before.page !== after.page || event.type === 'handshake-began';
    if (is && (!was || hasRunOut || (isRestarted && is.perStep))) effects.push({ type: 'start-timer', timer, after: is.after });
    else if (!is && was && !hasRunOut) effects.push({ type: 'stop-timer', timer });
  }
  return effects;
}

interface Deadline {
  readonly after: Millis;
  /** Begins anew with each step that a new connection makes. */
  readonly perStep: boolean;
}

function timersOf({ role, peer, phase }: Call, now: Millis): Partial<Record<Timer, Deadline>> {
  switch (phase.name) {
    case 'too-early':
      // A clock that runs ahead of the server's must not have us ask all the time, nor one that is behind wait too long.
      return { opens: { after: Math.min(Math.max(phase.opensAt - now, SECOND), ASK_AGAIN), perStep: false } };
    case 'waiting':
      // The other is there and yet there is no connection: one has just failed. The guest begins again.
      return role === 'guest' && peer.state !== 'gone' ? { handshake: { after: BEGIN_AGAIN, perStep: true } } : {};
    case 'connecting':
      return { ...progressTimers(phase.progress.step), ...(phase.progress.step === 'path' && phase.progress.lost && PATH_LOST) };
    case 'interrupted':
      return { ...progressTimers(phase.progress.step), 'give-up': { after: GIVE_UP, perStep: false } };
    default:
      return {};
  }
}

function progressTimers(step: 'path-lost' | 'handshake' | 'path' | 'greeting'): Partial<Record<Timer, Deadline>> {
  switch (step) {
    case 'path-lost':
      return PATH_LOST;
    case 'handshake':
      return { handshake: { after: HANDSHAKE, perStep: true } };
    case 'path':
      return { path: { after: PATH, perStep: true } };
    case 'greeting':
      return {};
  }
}

function stepOf(phase: Phase): string {
  return phase.name === 'connecting' || phase.name === 'interrupted' ? phase.progress.step : phase.name;
}

const SECOND = 1_000;
const ASK_AGAIN = 60 * SECOND;
/** Two messages over a bad line, and their being sent again. */
const HANDSHAKE = 10 * SECOND;
/** The browsers alone take 11 to 15 s to say that there is no way, or never say so; both sides are to know within 8 s. */
const PATH = 6 * SECOND;
/** Firefox takes a stalled machine for a lost path; what doesn't come back in that time, mostly doesn't. */
const MEND = 3 * SECOND;
const BEGIN_AGAIN = 4 * SECOND;
/** Tunnels are shorter, lifts too. */
const GIVE_UP = 180 * SECOND;
const PATH_LOST: Partial<Record<Timer, Deadline>> = { mend: { after: MEND, perStep: true } };
const TIMERS: readonly Timer[] = ['opens', 'handshake', 'path', 'mend', 'give-up'];
