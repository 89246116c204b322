// What a visit keeps over reloads of its page, in this tab alone: sessionStorage. All of it goes when the visit ends.

import { isRelayUse, type RelayUse } from '../call/relay-use.ts';
import { type Answer, isAnswer } from './consent.ts';
import type { Invitation } from './rendezvous.ts';

export interface Memory {
  /** Called with each join. */
  remember(): void;
  /** Visit secrets of those who were let in. */
  admitted(): readonly string[];
  rememberAdmitted(visit: string): void;
  /** It has to be let in by a click again. */
  forgetAdmitted(visit: string): void;
  forget(): void;
  /** The page is going, or lets go of the visit without its end. */
  release(): void;
}

/** What a guest's page goes back in with. */
export interface GuestNotes {
  readonly fragment: string;
  readonly name: string;
  /** This browser in this visit, as the server knows it; base64url of 16 bytes. */
  readonly client: string;
  /** Proves to the practice that it is the same page that was let in; base64url of 16 bytes. */
  readonly visit: string;
  /** What was signed, or that it was refused. */
  readonly consent?: Answer;
  /** What the practice allows its visits; absent: they are direct. */
  readonly relay?: RelayUse;
  /** Its seat: a page that is loaded anew begins the handshake with its join. */
  readonly invitation?: Invitation;
}

export function guestNotes(invite: string): GuestNotes | null {
  const notes = read(guestKey(invite)) as Partial<Record<keyof GuestNotes, unknown>> | null;
  const isWhole = notes && [notes.fragment, notes.name, notes.client, notes.visit].every((field) => typeof field === 'string');
  if (!isWhole || (notes.consent !== undefined && !isAnswer(notes.consent)) || (notes.invitation !== undefined && !isInvitation(notes.invitation)) || (notes.relay !== undefined && !isRelayUse(notes.relay))) return null;
  return notes as GuestNotes;
}

function isInvitation(value: unknown): value is Invitation {
  const { room, epoch, seat } = (value ?? {}) as Partial<Record<keyof Invitation, unknown>>;
  return typeof room === 'string' && Number.isSafeInteger(epoch) && Number.isSafeInteger(seat);
}

/** `notes` is asked each time: a consent may come later, or be taken back. */
export function guestMemory(invite: string, notes: () => GuestNotes): Memory {
  return {
    remember: () => sessionStorage.setItem(guestKey(invite), JSON.stringify(notes())),
    admitted: () => [],
    rememberAdmitted: () => undefined,
    forgetAdmitted: () => undefined,
    forget: () => sessionStorage.removeItem(guestKey(invite)),
    release: () => undefined,
  };
}

/** Each seat's own. */
export function practiceMemory(room: string, seat: number): Memory {
  const key = `visite.admitted.${room}${seat === 1 ? '' : `.${seat}`}`;
  const admitted = (): string[] => {
    const visits = read(key);
    return Array.isArray(visits) ? visits.filter((visit) => typeof visit === 'string') : [];
  };
  return {
    remember: () => undefined,
    admitted,
    rememberAdmitted: (visit) => sessionStorage.setItem(key, JSON.stringify([...admitted(), visit].slice(-MOST))),
    forgetAdmitted: (visit) => sessionStorage.setItem(key, JSON.stringify(admitted().filter((one) => one !== visit))),
    forget: () => sessionStorage.removeItem(key),
    release: () => undefined,
  };
}

function guestKey(invite: string): string {
  return `visite.guest.${invite}`;
}

function read(key: string): unknown {
  try {
    return JSON.parse(sessionStorage.getItem(key) ?? 'null');
  } catch {
    return null;
  }
}

const MOST = 16;
