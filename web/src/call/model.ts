// What a connection between a practice and a guest is, what can happen to it and what it wants done: the words of `step`.
// Values only. The life of a connection, as both sides see it:
//
//   joining ─> waiting ─> connecting ─> lobby ─> in-call ─> over
//      │          ^        │  ^  │        │        │  ^
//      v          └────────┘  v  └<───────┘        v  │
//   too-early             no-path            interrupted
//
// `hold` leads from the call back to the lobby. Chat and files are no part of it: they need to know only whether both are talking (`isTalking`).

import type { ControlMessage, Part } from './control.ts';

/** Which end of the visit this is. */
export type Role = 'practice' | 'guest';

/** Milliseconds since the Unix epoch. */
export type Millis = number;

/** One end's whole knowledge of the connection. */
export interface Call {
  readonly role: Role;
  /** How this side introduces itself. */
  readonly self: Introduction;
  /** The connection to the server: a beginning depends on it, a call does not. */
  readonly line: Line;
  /** What the server says about the other seat. */
  readonly peer: Presence;
  /** The guest's: with which life of the practice's page the newest handshake was begun. The server may forget the other for a while; what was agreed on stands. */
  readonly page: string | null;
  /** What this side sends, or would send. */
  readonly own: Media;
  /** The practice's: whom it has let in, by their visit secret, so that a reload on either side doesn't need a second click. */
  readonly admitted: readonly string[];
  /** Whose visit the practice has put on hold, by its visit secret. */
  readonly held: string | null;
  /** The practice's: why the last attempt to reach it came to nothing, until one succeeds. It ends nothing: whoever comes without the key must not close the door. */
  readonly setback: Setback | null;
  readonly phase: Phase;
}

export interface Introduction {
  readonly name: string;
  /** `de`, `en`, …: what the person reads. */
  readonly language: string;
  /** The guest's proof to be the same page as before; base64url of 16 bytes. */
  readonly visit?: string;
  /** The practice's: whom the other's link was made for; absent: the patient. */
  readonly you?: Part;
}

export type Setback =
  /** Somebody came who does not have this link's key: a link that was cut or changed, or somebody who tries. */
  | 'link-damaged'
  /** What came was changed on its way or came in the wrong order: somebody may be in between. */
  | 'untrusted'
  /** It was broken off in the middle of the handshake, as a guest's page does that does not believe what it hears. */
  | 'broken-off';

export type Line =
  /** Not connected, and coming back by itself. */
  | 'down'
  | 'up'
  /** The server won't have us any more, yet the call may go on without it. */
  | 'refused';

export type Presence =
  /** Not in the room. */
  | { readonly state: 'gone' }
  /** In the room; `away`: its line to the server broke less than 30 s ago. `stream` names the life of its page. */
  | { readonly state: 'here' | 'away'; readonly stream: string };

/** Which of its tracks a side sends. */
export interface Media {
  readonly audio: boolean;
  readonly video: boolean;
  readonly screen: boolean;
  /** The picture is on, and pauses for want of bandwidth. */
  readonly weak?: boolean;
}

/** Straight to the other's network, or by the installation's relay. */
export type Path = 'direct' | 'relayed';

/** What is known of a standing connection. */
export interface Link {
  /** The other's own words about itself: to be shown as text, and believed as far as one believes a person. */
  readonly peer: Introduction;
  /** Six digits that both can read out. */
  readonly safetyCode: string;
  /** `null` until the browser can tell. */
  readonly path: Path | null;
}

/** How far a new connection has come. */
export type Progress =
  /** Agreeing on keys. `standsBy`: the connection that is to be replaced is still there, and is used on if its path comes back before. */
  | { readonly step: 'handshake'; readonly standsBy?: true }
  /** Looking for a way between the two networks. `lost`: both were in the lobby already, and know each other. */
  | { readonly step: 'path'; readonly safetyCode: string; readonly lost?: Link }
  /** Connected; the other has not said its name yet. */
  | { readonly step: 'greeting'; readonly safetyCode: string; readonly path: Path | null };

/** Two people talking. */
export interface InCall {
  readonly name: 'in-call';
  readonly link: Link;
  readonly since: Millis;
  /** What the other says that it sends. */
  readonly theirs: Media;
}

/** The path broke in the call, and is being mended: the old one (`path-lost`), or a new connection after a page was loaded anew. */
export interface Interrupted {
  readonly name: 'interrupted';
  readonly since: Millis;
  readonly before: InCall;
  readonly progress: PathLost | Progress;
}

/** `ended`: the connection is closed and can't come back by itself. */
export interface PathLost {
  readonly step: 'path-lost';
  readonly ended: boolean;
}

export type Phase =
  /** Not in the room yet. `trouble`: why it takes longer than usual. */
  | { readonly name: 'joining'; readonly trouble: 'offline' | 'unavailable' | null }
  /** The waiting room opens later; we join by ourselves then. */
  | { readonly name: 'too-early'; readonly opensAt: Millis }
  /** In the room; `Call.peer` says whether the other is. */
  | { readonly name: 'waiting' }
  | { readonly name: 'connecting'; readonly progress: Progress }
  /** No way between the two networks was found in time. It may still come: the browsers go on trying. */
  | { readonly name: 'no-path'; readonly safetyCode: string; readonly lost?: Link; /** The practice's: it connects by the relay only, and the installation has none. */ readonly isRelayMissing?: true }
  /** Connected, and not let in yet. `isHeld`: was in the call, and is to wait a moment. */
  | { readonly name: 'lobby'; readonly link: Link; readonly isHeld?: true }
  | InCall
  | Interrupted
  /** Final. */
  | { readonly name: 'over'; readonly reason: OverReason };

export type PhaseName = Phase['name'];

export type OverReason =
  /** This side ended it. */
  | 'hung-up'
  /** The other side ended it. */
  | 'peer-left'
  /** The other side does not have this link's key: the link was cut or changed on its way. */
  | 'link-damaged'
  /** The handshake was wrong in another way, or DTLS showed another certificate: somebody may be in between. */
  | 'untrusted'
  /** No such invite, or revoked, or the appointment cancelled. */
  | 'invite-invalid'
  /** All uses of the invite are spent by other browsers. */
  | 'invite-used'
  /** The appointment's time is over. */
  | 'over'
  /** Cancelled, or the invite or the device revoked, while being in. */
  | 'closed'
  /** Another device holds the seat. */
  | 'occupied'
  /** The practice freed the seat. */
  | 'evicted'
  /** The same browser joined in another tab. */
  | 'taken-over'
  /** The practice's device may not sign in any more. */
  | 'signed-out'
  /** A bug or an incompatible version on one of the two sides. */
  | 'failed';

/** What happened. */
export type Event = { readonly now: Millis } & (UserEvent | SignalEvent | HandshakeEvent | ConnectionEvent | TimerEvent);

/** What a person did. */
export type UserEvent =
  | { readonly type: 'start' }
  /** The practice's: come in. */
  | { readonly type: 'admit' }
  /** The practice's, in the call: back to the waiting room. */
  | { readonly type: 'hold' }
  | { readonly type: 'hang-up' }
  /** Try again: after `no-path`, or after `over` with `taken-over` or `occupied` (the practice then takes its seat back). */
  | { readonly type: 'retry' }
  /** What this side sends has changed. */
  | { readonly type: 'own-media'; readonly media: Media };

/** What came from the server, or from the browser about the network. */
export type SignalEvent =
  /** `isBegun`: the guest's handshake went with its join, and waits for the practice or is being answered. */
  | { readonly type: 'joined'; readonly peer: Presence; readonly isBegun?: boolean }
  | { readonly type: 'line-lost'; readonly trouble: 'offline' | 'unavailable' }
  | { readonly type: 'too-early'; readonly opensAt: Millis }
  | { readonly type: 'refused'; readonly reason: OverReason }
  | { readonly type: 'peer'; readonly peer: Presence; readonly isBegun?: boolean }
  /** Another network, or the same one again: the path may have to be looked for anew. */
  | { readonly type: 'network-changed' };

/** What became of the sealed handshake. */
export type HandshakeEvent =
  /** The practice's: a guest who has the key began one. */
  | { readonly type: 'handshake-began' }
  | { readonly type: 'handshake-done'; readonly safetyCode: string }
  /** The practice's: somebody without the key wanted to begin, and was sent away. */
  | { readonly type: 'turned-away' }
  | { readonly type: 'handshake-refused'; readonly reason: 'link-damaged' | 'untrusted' };

/** What the peer connection noticed. A connection that was replaced or closed notices nothing any more. */
export type ConnectionEvent =
  /** The path and the control channel work (again). */
  | { readonly type: 'path-up' }
  | { readonly type: 'path-kind'; readonly path: Path }
  | { readonly type: 'path-lost' }
  /** Nothing was connected: the practice allows the relay only, and the server has told of none. */
  | { readonly type: 'relay-missing' }
  /** The other side has closed it, or its page has gone: it won't come back. */
  | { readonly type: 'connection-ended' }
  /** The practice's wish for a new handshake. */
  | { readonly type: 'restart-wanted' }
  /** DTLS showed another certificate than the handshake promised, or a description did. */
  | { readonly type: 'wrong-certificate' }
  /** The other side said what nobody may say: it is broken, or hostile. */
  | { readonly type: 'rules-broken' }
  | { readonly type: 'said'; readonly message: Extract<ControlMessage, { type: 'hello' | 'admit' | 'hold' | 'media' | 'bye' }> };

export type TimerEvent = { readonly type: 'timer'; readonly timer: Timer };

export type Timer =
  /** The waiting room opens. */
  | 'opens'
  /** The other side should have answered the handshake. */
  | 'handshake'
  /** A path should have been found. */
  | 'path'
  /** The next attempt to mend. */
  | 'mend'
  /** The other has been away too long to call it an interruption. */
  | 'give-up';

/** What is to be done, in this order. */
export type Effect =
  /** Connect to the server and take the seat; where that is done already, nothing. `takeover`: from another device. */
  | { readonly type: 'join'; readonly takeover: boolean }
  /** Free the seat and close the line. */
  | { readonly type: 'leave' }
  /** The guest's: throw the old handshake away and commit anew; `after` a pause in which it may yet be abandoned, and then nobody hears of it. */
  | { readonly type: 'begin-handshake'; readonly after?: Millis }
  /** The guest's: see whether the other still answers on the old connection. It does: `path-up`. */
  | { readonly type: 'try-path' }
  /** The guest's: what is under way isn't needed any more. */
  | { readonly type: 'abandon-handshake' }
  /** Make the peer connection of the handshake that was just done, in place of an older one; the guest offers. */
  | { readonly type: 'connect' }
  | { readonly type: 'disconnect' }
  /** The practice's: have the guest begin a new handshake, in the session of the old one. */
  | { readonly type: 'ask-for-restart' }
  /** On the control channel. */
  | { readonly type: 'say'; readonly message: ControlMessage }
  /** From now on the tracks are sent, and what comes is shown. */
  | { readonly type: 'attach-media' }
  /** Nothing is sent or shown any more; the connection stays. */
  | { readonly type: 'detach-media' }
  | { readonly type: 'start-timer'; readonly timer: Timer; readonly after: Millis }
  | { readonly type: 'stop-timer'; readonly timer: Timer }
  /** Keep over reloads that this visit was let in. */
  | { readonly type: 'remember-admitted'; readonly visit: string }
  /** It needs another click. */
  | { readonly type: 'forget-admitted'; readonly visit: string }
  /** Camera, microphone, keys, storage: let go of everything. */
  | { readonly type: 'clear' };
