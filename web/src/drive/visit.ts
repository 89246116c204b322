// The handle that a page has of one visit.

import type { ReadonlySignal } from '@preact/signals';
import type { Item, Part } from '../call/control.ts';
import type { Call, Media } from '../call/model.ts';
import type { ConsentText, WelcomeDocument } from '../consent/document.ts';
import type { Decision } from '../consent/receipt.ts';
import type { From, SharedFile } from '../rtc/files.ts';
import type { DeviceKind, LocalDevices } from '../rtc/media.ts';
import type { RelayUse } from '../call/relay-use.ts';
import type { Sending } from '../rtc/sending.ts';
import type { Facts, Verdict } from '../rtc/stats.ts';
import type { Answer, ConsentState } from './consent.ts';
import type { Notice } from './notices.ts';
import type { PhotoHandle } from './photo.ts';
import type { Invitation } from './rendezvous.ts';

export { allows, type Answer, type ConsentState, itemOf } from './consent.ts';
export { guestVisit, prepareGuest, rememberedGuest } from './guest.ts';
export { practiceVisit } from './practice.ts';
export type { Part } from '../call/control.ts';
export type { FileState, From, SharedFile } from '../rtc/files.ts';
export type { Sending } from '../rtc/sending.ts';
export type { Facts } from '../rtc/stats.ts';
export type { Notice } from './notices.ts';
export type { PhotoHandle, PhotoState } from './photo.ts';
export type { Invitation } from './rendezvous.ts';
/** How good the call is: a light and, with it, why. */
export type Quality = Verdict;

/**
 * One connection between a practice and a guest, from joining to the end. Views read the signals and call the methods; nothing else is needed.
 *
 * A guest's page has one, the practice's console one for each room that it watches. Made by `guestVisit` and `practiceVisit`; does nothing before `start`.
 */
export interface Visit {
  /** Where it stands: the phase decides which view is shown. */
  readonly call: ReadonlySignal<Call>;
  /** Oldest first. Only while both talk; bounded (the oldest go). */
  readonly messages: ReadonlySignal<readonly ChatMessage[]>;
  /** Oldest first; both directions. */
  readonly files: ReadonlySignal<readonly SharedFile[]>;
  /** What the other sends. Streams keep their identity as long as the connection stands: `video.srcObject = remote.value.camera`. */
  readonly remote: ReadonlySignal<RemoteMedia>;
  /** A light and, with it, why; in the waiting room by the round trip alone. `null` where nothing is connected. */
  readonly quality: ReadonlySignal<Quality | null>;
  /** Everybody else in the call: the practice, or the patient, first. Empty outside a call. */
  readonly people: ReadonlySignal<readonly Person[]>;
  /** The practice's: the room's seats for guests, each with a visit of its own. Empty on a guest's page. */
  readonly seats: ReadonlySignal<readonly Seat[]>;
  /** The guest's: what the practice has written to it while it waits; newest last, at most 20. */
  readonly notices: ReadonlySignal<readonly Notice[]>;
  /** What is true of the connection to the first of `people`, or to who waits; `null` where there is none. */
  readonly facts: ReadonlySignal<Facts | null>;
  /** Whom the guest's link was made for. A guest's page: `patient` until the practice says otherwise. */
  readonly part: ReadonlySignal<Part>;
  /** Camera, microphone, screen, speakers: state, choices and the microphone's level. */
  readonly local: LocalDevices;
  /** The appointment's times as the server told them, once joined. */
  readonly times: ReadonlySignal<Times | null>;
  /** What the guest has agreed to, and the receipt that both sides hold. */
  readonly consent: ReadonlySignal<ConsentState>;
  /** The guest's, while it is connected: the practice asks it to sign this. `null` where it does not, or it is answered. */
  readonly consentAsked: ReadonlySignal<WelcomeDocument | null>;

  /** A still picture on request, with a yes for each; of the first of `people`. */
  readonly photo: PhotoHandle;
  /** How this side's picture goes out to the first of `people` now. */
  readonly sending: ReadonlySignal<Sending>;

  /** The practice's: the seats that somebody has a link for. One that talks stays until it is over. */
  setSeats(seats: readonly SeatPlan[]): void;
  /** May be called before `start`, and again: makes ready what takes time. Nobody hears anything of it. */
  prepare(): void;
  /** Joins the room. */
  start(): void;
  /** The practice's, in the lobby: come in. Asks for the practice's own camera and microphone where they aren't open yet. Does nothing where the practice requires consent and has none. */
  admit(): void;
  /** The practice's, in the call: both are in the waiting room again, where the guest is shown as held, until `admit`. Nothing is sent meanwhile; each side's camera stays its own business. */
  hold(): void;
  /** The practice's: shows this to a guest who waits. False when it can't be sent: empty, too long (500 characters), or nobody waits. */
  tell(text: string): boolean;
  /** The practice's, in the call: this one of `people` has to go. */
  remove(key: string): void;
  /** Ends the visit for both and clears up. In the lobby or earlier too: then the guest is sent away, or goes. */
  hangUp(): void;
  /** After `no-path`, and after `over` with `occupied` or `taken-over` (takes the practice's seat back). */
  retry(): void;
  /** Stops without a word to the other side: the page is going, or the console no longer watches this room. Final. */
  dispose(): void;

  /** The guest's answers to `consentAsked`. */
  giveConsent(decision: Decision, text: ConsentText): void;
  /** Ends the visit where consent is required. */
  refuseConsent(): void;
  /** The guest's: takes back what it has agreed to. `video` stops picture and sound both ways; with nothing left the visit ends. */
  revokeConsent(items: readonly Item[]): void;

  /** False when it can't be sent: empty, too long (4 000 characters), or nobody there. */
  sendChat(text: string): boolean;
  /** The message is on the screen. */
  markSeen(id: string): void;
  /** Offers it to the other side, and sends it as soon as that accepts. False when it can't be offered: nobody there, too large (2 GB), ten wait already, or the guest has not agreed to it. */
  sendFile(file: File): boolean;
  /** Either side, any time before it is done. */
  cancelFile(key: string): void;
  /** The person saved it. What came and was not saved outlives the call's end, until `dispose`. */
  markSaved(key: string): void;

  setMicrophone(on: boolean): Promise<void>;
  setCamera(on: boolean): Promise<void>;
  /** Asks the person which screen or window. Needs a user's gesture. */
  shareScreen(): Promise<void>;
  stopScreen(): void;
  chooseDevice(kind: DeviceKind, id: string): Promise<void>;
  /** Saves data: the smallest picture is sent. */
  setSaving(on: boolean): void;
}

export interface ChatMessage {
  readonly id: string;
  readonly from: From;
  /** Theirs: who wrote it, to be shown as text where more than two talk. */
  readonly name?: string;
  /** Milliseconds since the epoch, by this machine's clock. */
  readonly at: number;
  /** Show it as text, in an element with `dir="auto"`. Control and bidi characters are taken out already. */
  readonly text: string;
  /** Mine: the other has seen it. Theirs: `markSeen` was called. */
  readonly seen: boolean;
}

/** Somebody in the same call: one picture. */
export interface Person {
  /** Stays the same over reloads and new connections: `peer` for the one that this page is connected to in the first place, `seat-2`, … for the others. */
  readonly key: string;
  /** To be shown as text. */
  readonly name: string;
  readonly part: Part | 'practice';
  readonly state: 'connecting' | 'here' | 'interrupted';
  /** What this one says that it sends. */
  readonly theirs: Media;
  readonly remote: RemoteMedia;
  readonly quality: Quality | null;
  /** What is true of the connection to this one; `null` until the browser has told. */
  readonly facts: Facts | null;
}

/** A seat of the room that somebody has a link for. */
export interface SeatPlan {
  readonly seat: 1 | 2 | 3;
  readonly part: Part;
}

/** The practice's: one guest's seat of the room. */
export interface Seat extends SeatPlan {
  readonly visit: Visit;
}

export interface RemoteMedia {
  /** Sound and camera, for one `<video>`; `null` where nothing is connected. Whether there is a picture says `theirs.video` of the phase. */
  readonly camera: MediaStream | null;
  /** The other's screen while it shares one. */
  readonly screen: MediaStream | null;
}

export interface Times {
  readonly startsAt: number;
  readonly opensAt: number;
  readonly closesAt: number;
  /** To be added to this machine's clock to have the server's. */
  readonly clockOffset: number;
}

/** What a guest's page knows. */
export interface GuestOptions {
  /** The link's two halves: `/v/<invite>` and what stands behind the `#`. */
  readonly invite: string;
  readonly fragment: string;
  /** As the doctor is to see it; 1 to 80 characters. */
  readonly name: string;
  readonly language: string;
  /** What was answered to the practice's text; absent: it was not asked. */
  readonly consent?: Answer | null;
  /** From the answer to the invite: with it the handshake begins in the same flight as the join. Absent: after the join. */
  readonly invitation?: Invitation;
  /** What the practice's welcome says; absent: it says nothing, and this page asks for no relay. */
  readonly relay?: RelayUse;
  /** Made by the check page with `openLocalDevices()`, or absent: then made here. */
  readonly local?: LocalDevices;
}

/** What a practice's console knows of a room that it watches. */
export interface PracticeOptions {
  readonly room: string;
  /** From `roomKey(issuerSecret, room)` of `sealed/links.ts`. */
  readonly roomKey: Uint8Array<ArrayBuffer>;
  /** The practice's identity key pair (not the device's): the guest's link names its hash. */
  readonly identity: Identity;
  /** The device's id: 32 hexadecimal digits. */
  readonly device: string;
  /** Gets a room token: `POST /api/v1/rooms/<id>/token`. Asked on joining, and when a token has run out. */
  readonly token: () => Promise<string>;
  /** As the guest is to see it: the practice's name. */
  readonly name: string;
  readonly language: string;
  /** What the practice asks its guests to sign; absent: nothing. Asked each time, since it may be changed meanwhile. */
  readonly welcome?: () => WelcomeDocument | null;
  /** What it allows its visits; `null`: not known yet, and nothing is connected before. Absent: they are direct. */
  readonly relay?: () => RelayUse | null;
  /** Absent: the patient's alone, which is seat 1. `Visit.setSeats` changes it. */
  readonly seats?: readonly SeatPlan[];
  readonly local?: LocalDevices;
}

/** Signs without giving the key away. */
export interface Identity {
  /** Uncompressed P-256 point, 65 bytes. */
  readonly publicKey: Uint8Array<ArrayBuffer>;
  /** ECDSA P-256 with SHA-256 over `bytes`; r‖s, 64 bytes. */
  sign(bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array<ArrayBuffer>>;
}

