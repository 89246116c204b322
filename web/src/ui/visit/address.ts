// The address bar: the fragment leaves it before anything else happens, and is kept for reloads in this tab's own history entry.

import type { Link, Wants } from './arrival.ts';

/** What the history entry holds. It is no storage: it goes with the tab. */
interface Entry {
  readonly fragment: string;
  readonly wants: Wants;
}

/** Takes the link out of the address; `null` where it is no guest's address or has no second half. */
export function takeLink(): { readonly link: Link | null; readonly wants: Wants } {
  const invite = /^\/v\/([^/]+)\/?$/.exec(location.pathname)?.[1] ?? '';
  const kept = entryOf(history.state);
  // A link that is pasted over this page brings another fragment, which counts.
  const fragment = location.hash.slice(1) || kept?.fragment || '';
  const wants = kept?.wants ?? BOTH;
  history.replaceState({ fragment, wants } satisfies Entry, '', location.pathname);
  return { link: invite && fragment ? { invite, fragment } : null, wants };
}

/** Remembers what is switched off, for a reload. */
export function keepWants(wants: Wants): void {
  const kept = entryOf(history.state);
  if (kept) history.replaceState({ ...kept, wants } satisfies Entry, '', location.pathname);
}

function entryOf(state: unknown): Entry | null {
  const { fragment, wants } = (state ?? {}) as Partial<Entry>;
  if (typeof fragment !== 'string' || typeof wants?.camera !== 'boolean' || typeof wants.microphone !== 'boolean') return null;
  return { fragment, wants };
}

const BOTH: Wants = { camera: true, microphone: true };
