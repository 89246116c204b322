// How a path is found, lost and mended.

import type { Call, Effect, InCall, Link, Millis, Phase } from './model.ts';
import { backToWaiting, type Decision, isPathLost, lobby, lookedFor, moved, nothing, progress, type Way } from './moves.ts';

/** The guest's: a new handshake. What stood in the call stays meanwhile: its path may be back sooner. */
export function beginHandshake(call: Call, now: Millis): Decision {
  if (call.peer.state === 'gone') return nothing(call);
  const { phase } = call;
  const isKept = phase.name === 'in-call' || (isPathLost(phase) && !phase.progress.ended) || standsBy(phase);
  const begin: Effect = { type: 'begin-handshake' };
  return progress({ ...call, page: call.peer.stream }, { step: 'handshake', ...(isKept && { standsBy: true }) }, now, isKept ? [begin] : [{ type: 'disconnect' }, begin]);
}

/** Whether the old connection is still there while a new handshake is under way. */
function standsBy(phase: Phase): boolean {
  return phase.name === 'interrupted' && phase.progress.step === 'handshake' && phase.progress.standsBy === true;
}

export function pathUp(call: Call, now: Millis): Decision {
  const { phase } = call;
  if (isPathLost(phase) && !phase.progress.ended) return resumed(call, phase.before);
  if (phase.name === 'interrupted' && standsBy(phase)) return resumed(call, phase.before, [{ type: 'abandon-handshake' }]);
  const way = lookedFor(phase);
  if (!way) return nothing(call);
  const hello: Effect = { type: 'say', message: { type: 'hello', ...call.self } };
  // The other may not have noticed anything, and then says no hello again.
  if (way.lost) return moved(call, lobby(call, way.lost), [hello]);
  return progress(call, { step: 'greeting', safetyCode: way.safetyCode, path: null }, now, [hello]);
}

/** The old path is back. */
function resumed(call: Call, before: InCall, effects: readonly Effect[] = []): Decision {
  return moved(call, before, [...effects, { type: 'say', message: { type: 'media', ...call.own } }]);
}

export function pathKind(call: Call, path: Link['path']): Decision {
  const { phase } = call;
  if (phase.name === 'lobby' || phase.name === 'in-call') {
    return phase.link.path === path ? nothing(call) : moved(call, { ...phase, link: { ...phase.link, path } });
  }
  const isGreeting = (phase.name === 'connecting' || phase.name === 'interrupted') && phase.progress.step === 'greeting';
  return isGreeting ? moved(call, { ...phase, progress: { ...phase.progress, path } } as Phase) : nothing(call);
}

export function pathLost(call: Call, now: Millis): Decision {
  const { phase } = call;
  switch (phase.name) {
    case 'in-call':
      // Most of these heal by themselves; the timer mends the others.
      return moved(call, { name: 'interrupted', since: now, before: phase, progress: { step: 'path-lost', ended: false } });
    case 'interrupted':
      if (phase.progress.step !== 'greeting') return nothing(call);
      return anew({ ...call, phase: { ...phase, progress: { step: 'path', safetyCode: phase.progress.safetyCode } } }, now);
    case 'lobby':
      return moved(call, looking({ safetyCode: phase.link.safetyCode, lost: phase.link }));
    case 'connecting':
      if (phase.progress.step === 'greeting') return anew({ ...call, phase: looking(phase.progress) }, now);
      return phase.progress.step === 'path' ? moved(call, noPath(phase.progress)) : nothing(call);
    default:
      return nothing(call);
  }
}

/** Waiting for a path would be in vain. */
export function relayMissing(call: Call): Decision {
  const { phase } = call;
  const isLooking = phase.name === 'connecting' && phase.progress.step === 'path';
  return isLooking ? moved(call, noPath(phase.progress, true)) : nothing(call);
}

/** The other's end is closed: its page is gone, for good or to come back. */
export function ended(call: Call, now: Millis): Decision {
  const { phase } = call;
  if (phase.name === 'interrupted' && standsBy(phase)) return moved(call, { ...phase, progress: { step: 'handshake' } }, [{ type: 'disconnect' }]);
  if (phase.name === 'in-call' || phase.name === 'interrupted') {
    const [since, before] = phase.name === 'in-call' ? [now, phase] : [phase.since, phase.before];
    // The practice has to ask while there is a session to ask in: the other may not have noticed anything, or not for the same reason.
    const ask = call.role === 'practice' ? askForRestart(call) : [];
    return moved(call, { name: 'interrupted', since, before, progress: { step: 'path-lost', ended: true } }, [...ask, { type: 'disconnect' }]);
  }
  return backToWaiting(call);
}

/** A lost path is mended by a new connection. Until that stands the old one may still come back. */
export function mend(call: Call, now: Millis): Decision {
  const { phase } = call;
  if (call.line !== 'up') return nothing(call);
  // Another network may have what the first had not.
  if (phase.name === 'no-path') return lookAgain(call, phase, now);
  return lookedFor(phase)?.lost || isPathLost(phase) ? anew(call, now) : nothing(call);
}

/** No path was found, and both go on looking. */
export function lookAgain(call: Call, way: Way, now: Millis): Decision {
  return call.role === 'guest' ? beginHandshake(call, now) : moved(call, looking(way), askForRestart(call));
}

/**
 * A new handshake and a new connection, over the server, since the path is what is broken: the guest begins, the practice asks for it.
 * No ICE restart: Firefox closes its channels for good when one of those fails, and the second one that Chromium offered to it failed whenever we tried.
 */
export function anew(call: Call, now: Millis): Decision {
  if (call.line !== 'up') return nothing(call);
  return call.role === 'guest' ? beginHandshake(call, now) : [call, askForRestart(call)];
}

export function askForRestart(call: Call): readonly Effect[] {
  return call.line === 'up' ? [{ type: 'ask-for-restart' }] : [];
}

/** What the practice asks for may be under way already. */
export function restartWanted(call: Call, now: Millis): Decision {
  const { phase } = call;
  const isUnderWay = (phase.name === 'interrupted' || phase.name === 'connecting') && phase.progress.step === 'handshake';
  if (call.role !== 'guest' || isUnderWay || call.peer.state === 'gone') return nothing(call);
  const [next, effects] = beginHandshake(call, now);
  if (phase.name !== 'in-call') return [next, effects];
  // Here nothing is lost, and what the practice missed when it asked may be back, since its question waits at the server while the line is down: then the old connection goes on.
  const patient = effects.map((effect) => (effect.type === 'begin-handshake' ? { ...effect, after: ROUND_TRIP } : effect));
  return [next, [...patient, { type: 'try-path' }]];
}

export function looking({ safetyCode, lost }: Way): Phase {
  return { name: 'connecting', progress: { step: 'path', safetyCode, ...(lost && { lost }) } };
}

export function noPath({ safetyCode, lost }: Way, isRelayMissing = false): Phase {
  return { name: 'no-path', safetyCode, ...(lost && { lost }), ...(isRelayMissing && { isRelayMissing }) };
}

/** Milliseconds: a long one. */
const ROUND_TRIP = 350;
