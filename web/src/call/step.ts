// The rules of a connection: what happened, and what is to be done about it.

import type {
  Call,
  ConnectionEvent,
  Effect,
  Event,
  InCall,
  Interrupted,
  Introduction,
  Link,
  Media,
  Millis,
  OverReason,
  PathLost,
  Phase,
  Presence,
  Progress,
  Role,
  Timer,
} from './model.ts';
import { deadlines } from './timers.ts';

/** A connection that has not begun. */
export function newCall(role: Role, self: Introduction, admitted: readonly string[] = []): Call {
  const own = { audio: false, video: false, screen: false };
  return { role, self, line: 'down', peer: { state: 'gone' }, page: null, own, admitted, held: null, setback: null, phase: { name: 'joining', trouble: null } };
}

/** Whether the two talk, or did until the path broke. */
export function isTalking({ phase }: Call): boolean {
  return phase.name === 'in-call' || phase.name === 'interrupted';
}

/** Whether anything can be said to the other. */
export function isConnected({ phase }: Call): boolean {
  return phase.name === 'in-call' || phase.name === 'lobby';
}

/** What follows from an event: the call afterwards, and what is to be done, in this order. */
export function step(call: Call, event: Event): [Call, readonly Effect[]] {
  const [next, effects] = decide(call, event);
  return [next, [...effects, ...deadlines(call, next, event)]];
}

type Decision = readonly [Call, readonly Effect[]];
type Way = Pick<Extract<Progress, { step: 'path' }>, 'safetyCode' | 'lost'>;

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
      return joined(call, event.peer, event.now);
    case 'line-lost':
      return lineLost(call, event.trouble);
    case 'too-early':
      return tooEarly(call, event.opensAt);
    case 'refused':
      return refused(call, event.reason);
    case 'peer':
      return peerChanged(call, event.peer, event.now);
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

function joined(call: Call, peer: Presence, now: Millis): Decision {
  const up: Call = { ...call, line: 'up' };
  const isNew = call.phase.name === 'joining' || call.phase.name === 'too-early';
  const inRoom: Call = isNew ? { ...up, peer: { state: 'gone' }, phase: { name: 'waiting' } } : up;
  const [next, effects] = peerChanged(inRoom, peer, now);
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

function peerChanged(call: Call, peer: Presence, now: Millis): Decision {
  const known: Call = { ...call, peer };
  if (peer.state === 'gone') return isBeginning(known.phase) ? backToWaiting(brokenOff(known)) : nothing(known);
  const isAgreed = peer.stream === known.page && known.phase.name !== 'waiting';
  // The guest begins, and does so anew with each new page of the practice.
  return known.role === 'practice' || isAgreed ? nothing(known) : beginHandshake(known, now);
}

function beginHandshake(call: Call, now: Millis): Decision {
  if (call.peer.state === 'gone') return nothing(call);
  return progress({ ...call, page: call.peer.stream }, { step: 'handshake' }, now, [{ type: 'disconnect' }, { type: 'begin-handshake' }]);
}

/** The practice's page says so when a guest goes in the middle of a handshake, which takes a moment only. */
function brokenOff(call: Call): Call {
  const { phase } = call;
  const isShakingHands = phase.name === 'connecting' && phase.progress.step === 'handshake';
  return call.role === 'practice' && isShakingHands ? { ...call, setback: 'broken-off' } : call;
}

/** A connection that is being made and that needs the other in the room. */
function isBeginning(phase: Phase): boolean {
  return phase.name === 'connecting' || phase.name === 'no-path';
}

function handshakeRefused(call: Call, reason: 'link-damaged' | 'untrusted'): Decision {
  // What stands needs no handshake any more: whoever sends rubbish through the server ends no visit.
  if (isTalking(call) || isConnected(call)) return nothing(call);
  // Whoever came to the practice without the key must not be able to close its door.
  return call.role === 'guest' ? over(call, reason) : backToWaiting({ ...call, setback: reason });
}

function backToWaiting(call: Call): Decision {
  if (!isBeginning(call.phase) && call.phase.name !== 'lobby' && call.phase.name !== 'interrupted') return nothing(call);
  return moved(call, { name: 'waiting' }, [{ type: 'disconnect' }]);
}

// --- The handshake and the path ---

/** A new connection has come as far as `progress`. */
function progress(call: Call, progress: Progress, now: Millis, effects: readonly Effect[]): Decision {
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

function pathUp(call: Call, now: Millis): Decision {
  const { phase } = call;
  if (isPathLost(phase) && !phase.progress.ended) return moved(call, phase.before, [{ type: 'say', message: { type: 'media', ...call.own } }]);
  const way = lookedFor(phase);
  if (!way) return nothing(call);
  const hello: Effect = { type: 'say', message: { type: 'hello', ...call.self } };
  // The other may not have noticed anything, and then says no hello again.
  if (way.lost) return moved(call, lobby(call, way.lost), [hello]);
  return progress(call, { step: 'greeting', safetyCode: way.safetyCode, path: null }, now, [hello]);
}

/** The path that is being looked for, or was not found in time. */
function lookedFor(phase: Phase): Way | null {
  if (phase.name === 'no-path') return phase;
  const isUnderWay = phase.name === 'connecting' || phase.name === 'interrupted';
  return isUnderWay && phase.progress.step === 'path' ? phase.progress : null;
}

function looking({ safetyCode, lost }: Way): Phase {
  return { name: 'connecting', progress: { step: 'path', safetyCode, ...(lost && { lost }) } };
}

function noPath({ safetyCode, lost }: Way): Phase {
  return { name: 'no-path', safetyCode, ...(lost && { lost }) };
}

function pathKind(call: Call, path: Link['path']): Decision {
  const { phase } = call;
  if (phase.name === 'lobby' || phase.name === 'in-call') {
    return phase.link.path === path ? nothing(call) : moved(call, { ...phase, link: { ...phase.link, path } });
  }
  const isGreeting = (phase.name === 'connecting' || phase.name === 'interrupted') && phase.progress.step === 'greeting';
  return isGreeting ? moved(call, { ...phase, progress: { ...phase.progress, path } } as Phase) : nothing(call);
}

function pathLost(call: Call, now: Millis): Decision {
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

/** The other's end is closed: its page is gone, for good or to come back. */
function ended(call: Call, now: Millis): Decision {
  const { phase } = call;
  if (phase.name === 'in-call' || phase.name === 'interrupted') {
    const [since, before] = phase.name === 'in-call' ? [now, phase] : [phase.since, phase.before];
    // The practice has to ask while there is a session to ask in: the other may not have noticed anything, or not for the same reason.
    const ask = call.role === 'practice' ? askForRestart(call) : [];
    return moved(call, { name: 'interrupted', since, before, progress: { step: 'path-lost', ended: true } }, [...ask, { type: 'disconnect' }]);
  }
  return backToWaiting(call);
}

function isPathLost(phase: Phase): phase is Interrupted & { readonly progress: PathLost } {
  return phase.name === 'interrupted' && phase.progress.step === 'path-lost';
}

/** A lost path is mended by a new connection. Until that stands the old one may still come back. */
function mend(call: Call, now: Millis): Decision {
  const { phase } = call;
  if (call.line !== 'up') return nothing(call);
  // Another network may have what the first had not.
  if (phase.name === 'no-path') return retry(call, now);
  return lookedFor(phase)?.lost || isPathLost(phase) ? anew(call, now) : nothing(call);
}

/**
 * A new handshake and a new connection, over the server, since the path is what is broken: the guest begins, the practice asks for it.
 * No ICE restart: Firefox closes its channels for good when one of those fails, and the second one that Chromium offered to it failed whenever we tried.
 */
function anew(call: Call, now: Millis): Decision {
  if (call.line !== 'up') return nothing(call);
  return call.role === 'guest' ? beginHandshake(call, now) : [call, askForRestart(call)];
}

function askForRestart(call: Call): readonly Effect[] {
  return call.line === 'up' ? [{ type: 'ask-for-restart' }] : [];
}

function restartWanted(call: Call, now: Millis): Decision {
  return call.role === 'guest' ? beginHandshake(call, now) : nothing(call);
}

// --- What is said ---

function said(call: Call, message: Extract<ConnectionEvent, { type: 'said' }>['message'], now: Millis): Decision {
  switch (message.type) {
    case 'hello':
      return greeted({ ...call, setback: null }, message, now);
    case 'admit':
      return admitted(call, now);
    case 'hold':
      return held(call);
    case 'media': {
      const { type: _, ...theirs } = message;
      return theirMedia(call, theirs);
    }
    case 'bye':
      return parted(call);
  }
}

function greeted(call: Call, { name, language, visit, you }: Introduction, now: Millis): Decision {
  const { phase } = call;
  if ((phase.name !== 'connecting' && phase.name !== 'interrupted') || phase.progress.step !== 'greeting') return nothing(call);
  const peer: Introduction = { name, language, ...(visit !== undefined && { visit }), ...(you !== undefined && { you }) };
  const link: Link = { peer, safetyCode: phase.progress.safetyCode, path: phase.progress.path };
  const wasAdmitted = visit !== undefined && call.admitted.includes(visit);
  if (call.role === 'practice' && wasAdmitted) return admit(call, link, now);
  // The practice that was loaded anew lets in again by itself whom it had let in: until then nobody is sent back to the waiting room.
  if (call.role === 'guest' && phase.name === 'interrupted') return moved(call, { ...phase, before: { ...phase.before, link } });
  const waiting = lobby(call, link);
  return moved(call, waiting, call.role === 'practice' && waiting.isHeld ? [{ type: 'say', message: { type: 'hold' } }] : []);
}

function lobby({ role, self, held }: Call, link: Link): Extract<Phase, { name: 'lobby' }> {
  const guest = role === 'practice' ? link.peer : self;
  return { name: 'lobby', link, ...(held !== null && held === guest.visit && { isHeld: true }) };
}

function admit(call: Call, link: Link, now: Millis): Decision {
  const { visit } = link.peer;
  const isNew = visit !== undefined && !call.admitted.includes(visit);
  const next = { ...call, held: null, admitted: isNew ? [...call.admitted, visit] : call.admitted };
  return moved(next, talking(call.phase, link, now), [
    { type: 'say', message: { type: 'admit' } },
    { type: 'attach-media' },
    { type: 'say', message: { type: 'media', ...call.own } },
    ...(isNew ? [{ type: 'remember-admitted', visit } as const] : []),
  ]);
}

function admitted(call: Call, now: Millis): Decision {
  const { phase } = call;
  const link = knownLink(phase);
  if (call.role !== 'guest' || phase.name === 'in-call' || !link) return nothing(call);
  return moved({ ...call, held: null }, talking(phase, link, now), [{ type: 'attach-media' }, { type: 'say', message: { type: 'media', ...call.own } }]);
}

/** The practice's: both are back in the waiting room, and another click leads in again. */
function hold(call: Call, link: Link): Decision {
  const { visit } = link.peer;
  const next = { ...call, held: visit ?? null, admitted: call.admitted.filter((one) => one !== visit) };
  return moved(next, { name: 'lobby', link, isHeld: true }, [
    { type: 'say', message: { type: 'hold' } },
    { type: 'detach-media' },
    ...(visit !== undefined ? [{ type: 'forget-admitted', visit } as const] : []),
  ]);
}

/** The guest's: the practice has put it on hold, or says once more on a new connection that it did. */
function held(call: Call): Decision {
  const link = knownLink(call.phase);
  if (call.role !== 'guest' || !link) return nothing(call);
  return moved({ ...call, held: call.self.visit ?? null }, { name: 'lobby', link, isHeld: true }, isTalking(call) ? [{ type: 'detach-media' }] : []);
}

/** The connection on which the other says something, once it has introduced itself. */
function knownLink(phase: Phase): Link | null {
  if (phase.name === 'lobby' || phase.name === 'in-call') return phase.link;
  return lookedFor(phase)?.lost ?? greetedAnew(phase);
}

/** What is known of the connection that replaces the interrupted one; `null` before the other has said hello on it. */
function greetedAnew(phase: Phase): Link | null {
  if (phase.name !== 'interrupted' || phase.progress.step !== 'greeting') return null;
  const { link } = phase.before;
  return link.safetyCode === phase.progress.safetyCode ? { ...link, path: phase.progress.path } : null;
}

/** In the call, or back in it. */
function talking(phase: Phase, link: Link, now: Millis): InCall {
  const silent: Media = { audio: false, video: false, screen: false };
  return { name: 'in-call', link, since: phase.name === 'interrupted' ? phase.before.since : now, theirs: silent };
}

function theirMedia(call: Call, theirs: Media): Decision {
  const { phase } = call;
  if (phase.name === 'in-call') return moved(call, { ...phase, theirs });
  if (phase.name === 'interrupted') return moved(call, { ...phase, before: { ...phase.before, theirs } });
  return nothing(call);
}

function ownMedia(call: Call, own: Media): Decision {
  return [{ ...call, own }, call.phase.name === 'in-call' ? [{ type: 'say', message: { type: 'media', ...own } }] : []];
}

function parted(call: Call): Decision {
  // Who leaves the waiting room may come back to it.
  return call.role === 'practice' && !isTalking(call) ? backToWaiting(call) : over(call, 'peer-left');
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
  if (phase.name === 'no-path') {
    if (call.role === 'guest') return beginHandshake(call, now);
    return moved(call, looking(phase), askForRestart(call));
  }
  if (phase.name !== 'over' || (phase.reason !== 'taken-over' && phase.reason !== 'occupied')) return nothing(call);
  const again = newCall(call.role, call.self, call.admitted);
  return [{ ...again, own: call.own }, [{ type: 'join', takeover: call.role === 'practice' }]];
}

function over(call: Call, reason: OverReason): Decision {
  const isOurs = reason === 'hung-up' || reason === 'failed' || reason === 'untrusted';
  const bye: Effect = { type: 'say', message: { type: 'bye', reason: call.role === 'practice' ? 'ended' : 'left' } };
  const hasOther = call.phase.name === 'connecting' || isTalking(call) || isConnected(call);
  const effects: Effect[] = [{ type: 'disconnect' }, { type: 'leave' }, { type: 'clear' }];
  return moved({ ...call, line: 'down' }, { name: 'over', reason }, isOurs && hasOther ? [bye, ...effects] : effects);
}

function moved(call: Call, phase: Phase, effects: readonly Effect[] = []): Decision {
  return [{ ...call, phase }, effects];
}

function nothing(call: Call): Decision {
  return [call, []];
}
