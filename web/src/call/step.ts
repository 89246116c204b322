// The rules of a connection: what happened, and what is to be done about it.

import type { Call, ConnectionEvent, Effect, Event, Introduction, Millis, OverReason, Role, Timer } from './model.ts';
import { backToWaiting, type Decision, isBeginning, isConnected, isTalking, moved, nothing, over, progress } from './moves.ts';
import { anew, beginHandshake, ended, lookAgain, mend, noPath, pathKind, pathLost, pathUp, relayMissing, restartWanted } from './paths.ts';
import { admit, hold, ownMedia, said } from './said.ts';
import { deadlines } from './timers.ts';

export { isConnected, isTalking } from './moves.ts';

/** A connection that has not begun. */
export function newCall(role: Role, self: Introduction, admitted: readonly string[] = []): Call {
  const own = { audio: false, video: false, screen: false };
  return { role, self, line: 'down', peer: { state: 'gone' }, page: null, own, admitted, held: null, setback: null, phase: { name: 'joining', trouble: null } };
}

/** What follows from an event: the call afterwards, and what is to be done, in this order. */
export function step(call: Call, event: Event): [Call, readonly Effect[]] {
  const [next, effects] = decide(call, event);
  return [next, [...effects, ...deadlines(call, next, event)]];
}

function decide(call: Call, event: Event): Decision {
  if (call.phase.name === 'over') return event.type === 'retry' ? retry(call, event.now) : nothing(call);
  switch (event.type) {
    case 'start':
      return [call, [{ type: 'join', takeover: false }]];
    case 'admit':
      return call.role === 'practice' && call.phase.name === 'lobby' ? admit(call, call.phase.link, event.now) : nothing(call);
    case 'hold':
      return call.role === 'practice' && call.phase.name === 'in-call' ? hold(call, call.phase.link) : nothing(call);
    case 'hang-up':
      return over(call, 'hung-up');
    case 'retry':
      return retry(call, event.now);
    case 'own-media':
      return ownMedia(call, event.media);
    case 'joined':
      return joined(call, event, event.now);
    case 'line-lost':
      return lineLost(call, event.trouble);
    case 'too-early':
      return tooEarly(call, event.opensAt);
    case 'refused':
      return refused(call, event.reason);
    case 'peer':
      return peerChanged(call, event, event.now);
    case 'network-changed':
      return mend(call, event.now);
    case 'handshake-began':
      // What stands is given up only for what is proven to be the guest's: a commit alone could be an old one, sent again.
      return isTalking(call) || isConnected(call) ? nothing(call) : progress(call, { step: 'handshake' }, event.now, [{ type: 'disconnect' }]);
    case 'handshake-done':
      return progress(call, { step: 'path', safetyCode: event.safetyCode }, event.now, [{ type: 'connect' }]);
    case 'turned-away':
      // Nothing that a stranger says may disturb the guest who is in.
      return isTalking(call) || isConnected(call) ? nothing(call) : nothing({ ...call, setback: 'link-damaged' });
    case 'handshake-refused':
      return handshakeRefused(call, event.reason);
    case 'timer':
      return ranOut(call, event.timer, event.now);
    default:
      return connection(call, event);
  }
}

function connection(call: Call, event: ConnectionEvent & { readonly now: Millis }): Decision {
  switch (event.type) {
    case 'path-up':
      return pathUp(call, event.now);
    case 'path-kind':
      return pathKind(call, event.path);
    case 'path-lost':
      return pathLost(call, event.now);
    case 'relay-missing':
      return relayMissing(call);
    case 'connection-ended':
      return ended(call, event.now);
    case 'restart-wanted':
      return restartWanted(call, event.now);
    case 'wrong-certificate':
      return over(call, 'untrusted');
    case 'rules-broken':
      return over(call, 'failed');
    case 'said':
      return said(call, event.message, event.now);
  }
}

// --- The server and the other seat ---

function joined(call: Call, came: Coming, now: Millis): Decision {
  const up: Call = { ...call, line: 'up' };
  const isNew = call.phase.name === 'joining' || call.phase.name === 'too-early';
  const inRoom: Call = isNew ? { ...up, peer: { state: 'gone' }, phase: { name: 'waiting' } } : up;
  const [next, effects] = peerChanged(inRoom, came, now);
  // What could not be mended while the line was down is mended now.
  return effects.length === 0 ? mend(next, now) : [next, effects];
}

function lineLost(call: Call, trouble: 'offline' | 'unavailable'): Decision {
  const down: Call = { ...call, line: 'down' };
  return call.phase.name === 'joining' ? moved(down, { name: 'joining', trouble }) : nothing(down);
}

function tooEarly(call: Call, opensAt: Millis): Decision {
  // Moved to a later time while the two talk: they needn't stop.
  return isTalking(call) ? nothing({ ...call, line: 'refused' }) : moved({ ...call, line: 'down' }, { name: 'too-early', opensAt }, [{ type: 'disconnect' }]);
}

function refused(call: Call, reason: OverReason): Decision {
  // Two who talk don't need the server; only what was meant for this very visit ends it.
  const isMeantForUs = reason === 'closed' || reason === 'evicted' || reason === 'taken-over';
  return isTalking(call) && !isMeantForUs ? nothing({ ...call, line: 'refused' }) : over(call, reason);
}

function peerChanged(call: Call, { peer, isBegun = false }: Coming, now: Millis): Decision {
  const known: Call = { ...call, peer };
  if (peer.state === 'gone') return isBeginning(known.phase) ? backToWaiting(brokenOff(known)) : nothing(known);
  const isAgreed = peer.stream === known.page && known.phase.name !== 'waiting';
  // The guest begins, and does so anew with each new page of the practice.
  if (known.role === 'guest' && !isAgreed) {
    const isWaitedFor = isBegun && known.phase.name === 'waiting';
    return isWaitedFor ? progress({ ...known, page: peer.stream }, { step: 'handshake' }, now, []) : beginHandshake(known, now);
  }
  // Whoever comes back may have what the path needs.
  return call.peer.state !== 'here' && peer.state === 'here' ? mend(known, now) : nothing(known);
}

/** `isBegun`: the guest's handshake went with its join. */
type Coming = Pick<Extract<Event, { type: 'joined' }>, 'peer' | 'isBegun'>;

/** The practice's page says so when a guest goes in the middle of a handshake, which takes a moment only. */
function brokenOff(call: Call): Call {
  const { phase } = call;
  const isShakingHands = phase.name === 'connecting' && phase.progress.step === 'handshake';
  return call.role === 'practice' && isShakingHands ? { ...call, setback: 'broken-off' } : call;
}

function handshakeRefused(call: Call, reason: 'link-damaged' | 'untrusted'): Decision {
  // What stands needs no handshake any more: whoever sends rubbish through the server ends no visit.
  if (isTalking(call) || isConnected(call)) return nothing(call);
  // Whoever came to the practice without the key must not be able to close its door.
  return call.role === 'guest' ? over(call, reason) : backToWaiting({ ...call, setback: reason });
}

// --- Time, trouble and the end ---

function ranOut(call: Call, timer: Timer, now: Millis): Decision {
  const { phase } = call;
  switch (timer) {
    case 'opens':
      return phase.name === 'too-early' ? moved(call, { name: 'joining', trouble: null }, [{ type: 'join', takeover: false }]) : nothing(call);
    case 'handshake':
      return handshakeRanOut(call, now);
    case 'path':
      if (phase.name === 'connecting' && phase.progress.step === 'path') return moved(call, noPath(phase.progress));
      return phase.name === 'interrupted' ? anew(call, now) : nothing(call);
    case 'mend':
      return mend(call, now);
    case 'give-up':
      // Without the server nobody comes to the waiting room either.
      return call.line === 'refused' && phase.name === 'interrupted' ? over(call, 'peer-left') : backToWaiting(call);
  }
}

function handshakeRanOut(call: Call, now: Millis): Decision {
  const { phase } = call;
  const isDue = phase.name === 'waiting' || ((phase.name === 'connecting' || phase.name === 'interrupted') && phase.progress.step === 'handshake');
  // Without the line nothing could come; what is under way goes on when it is back.
  if (!isDue || call.line !== 'up') return nothing(call);
  if (call.role === 'guest') return beginHandshake(call, now);
  return phase.name === 'connecting' ? backToWaiting(brokenOff(call)) : nothing(call);
}

function retry(call: Call, now: Millis): Decision {
  const { phase } = call;
  if (phase.name === 'no-path') return lookAgain(call, phase, now);
  if (phase.name !== 'over' || (phase.reason !== 'taken-over' && phase.reason !== 'occupied')) return nothing(call);
  const again = newCall(call.role, call.self, call.admitted);
  return [{ ...again, own: call.own }, [{ type: 'join', takeover: call.role === 'practice' }]];
}
