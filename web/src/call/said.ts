// What the two say to each other: who they are, come in, wait, goodbye.

import type { Call, ConnectionEvent, InCall, Introduction, Link, Media, Millis, Phase } from './model.ts';
import { backToWaiting, type Decision, isTalking, lobby, lookedFor, moved, nothing, over } from './moves.ts';

export function said(call: Call, message: Extract<ConnectionEvent, { type: 'said' }>['message'], now: Millis): Decision {
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

export function admit(call: Call, link: Link, now: Millis): Decision {
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
export function hold(call: Call, link: Link): Decision {
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

export function ownMedia(call: Call, own: Media): Decision {
  return [{ ...call, own }, call.phase.name === 'in-call' ? [{ type: 'say', message: { type: 'media', ...own } }] : []];
}

function parted(call: Call): Decision {
  // Who leaves the waiting room may come back to it.
  return call.role === 'practice' && !isTalking(call) ? backToWaiting(call) : over(call, 'peer-left');
}
