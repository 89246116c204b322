// What the console says about the guest of an appointment.

import type { Call, Link } from '../call/model.ts';
import { asks, type WelcomeDocument } from '../consent/document.ts';
import type { ConsentState } from '../drive/visit.ts';

export type GuestState =
  /** This console is not in the room yet, or its line to the server is broken. */
  | 'joining'
  /** Not there. */
  | 'absent'
  /** There, and the two browsers are getting in touch. */
  | 'connecting'
  /** In the waiting room: may be let in. */
  | 'waiting'
  /** The two networks let no way through. */
  | 'no-path'
  | 'in-call'
  | 'interrupted'
  /** Another device or window of the practice looks after this room. */
  | 'elsewhere'
  /** It ended a moment ago. */
  | 'ended';

export function guestState({ phase, peer }: Call): GuestState {
  switch (phase.name) {
    case 'joining':
    case 'too-early':
      return 'joining';
    case 'waiting':
      return peer.state === 'gone' ? 'absent' : 'connecting';
    case 'lobby':
      return 'waiting';
    case 'over':
      return phase.reason === 'occupied' || phase.reason === 'taken-over' ? 'elsewhere' : 'ended';
    case 'connecting':
    case 'no-path':
    case 'in-call':
    case 'interrupted':
      return phase.name;
  }
}

/** As the guest has introduced itself; `null` before that. To be shown as text. */
export function guestName(call: Call): string | null {
  return guestLink(call)?.peer.name ?? null;
}

/** Whether it was talked to before, and waits again. */
export function isHeld({ phase }: Call): boolean {
  return phase.name === 'lobby' && phase.isHeld === true;
}

/** Why there is no path: the practice connects by the relay only, and the installation has none. */
export function isRelayMissing({ phase }: Call): boolean {
  return phase.name === 'no-path' && phase.isRelayMissing === true;
}

/** By what its page shows over reloads that it is the same one. */
export function guestPage(call: Call): string | undefined {
  return guestLink(call)?.peer.visit;
}

/** Whom this side is connected to; `null` before both have introduced themselves. */
export function guestLink({ phase }: Call): Link | null {
  switch (phase.name) {
    case 'lobby':
    case 'in-call':
      return phase.link;
    case 'interrupted':
      return phase.before.link;
    default:
      return null;
  }
}

/** Whether nobody may be let in before they have signed: `document` is what the practice asks now. */
export function lacksConsent(document: WelcomeDocument | null, { receipt, items }: ConsentState): boolean {
  return document?.policy === 'required' && asks(document) && (receipt === null || !items.includes('video'));
}
