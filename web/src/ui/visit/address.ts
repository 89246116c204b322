// The address bar: the fragment leaves it before anything else happens, and is kept for reloads in this tab's own history entry, until the visit ends.

import type { Link, Wants } from './arrival.ts';

/** What the history entry holds. It is no storage: it goes with the tab. */
interface Entry {
  readonly fragment: string;
  readonly wants: Wants;
}

/** Takes the link out of the address; `null` where it is no guest's address or has no second half. `hasEnded`: the visit of this page was over, and the link let go. */
export function takeLink(): { readonly link: Link | null; readonly wants: Wants; readonly hasEnded: boolean } {
  const invite = /^\/v\/([^/]+)\/?$/.exec(location.pathname)?.[1] ?? '';
  const kept = entryOf(history.state);
  // A link that is pasted over this page brings another fragment, which counts.
  const fragment = location.hash.slice(1) || kept?.fragment || '';
  const wants = kept?.wants ?? BOTH;
  const hasEnded = fragment === '' && history.state === ENDED;
  if (!hasEnded) history.replaceState({ fragment, wants } satisfies Entry, '', location.pathname);
  else history.replaceState(ENDED, '', location.pathname);
  return { link: invite && fragment ? { invite, fragment } : null, wants, hasEnded };
}

/** For a reload. Out of an open consultation hour the link leads to the guest's own room from now on. */
export function keepLink({ invite, fragment }: Link, wants: Wants): void {
  history.replaceState({ fragment, wants } satisfies Entry, '', `/v/${invite}`);
}

/** The whole of it, to be opened elsewhere. */
export function textOf({ invite, fragment }: Link): string {
  return `${location.origin}/v/${invite}#${fragment}`;
}

/** The visit is over: who wants to come back opens the link again. */
export function dropLink(): void {
  history.replaceState(ENDED, '', location.pathname);
}

/** Whether a reload would find the link. */
export function isLinkKept(): boolean {
  return entryOf(history.state) !== null;
}

/** Remembers what is switched off, for a reload. */
export function keepWants(wants: Wants): void {
  const kept = entryOf(history.state);
  // Each entry costs tens of milliseconds, and this is asked for when media begin to flow.
  const isNew = kept && (kept.wants.camera !== wants.camera || kept.wants.microphone !== wants.microphone);
  if (isNew) history.replaceState({ ...kept, wants } satisfies Entry, '', location.pathname);
}

function entryOf(state: unknown): Entry | null {
  const { fragment, wants } = (state ?? {}) as Partial<Entry>;
  if (typeof fragment !== 'string' || typeof wants?.camera !== 'boolean' || typeof wants.microphone !== 'boolean') return null;
  return { fragment, wants };
}

const ENDED = 'ended';
const BOTH: Wants = { camera: true, microphone: true };
