// A guest's side of a visit.

import { LONGEST_NAME } from '../call/control.ts';
import { plainLine } from '../call/text.ts';
import { encodeBase64url } from '../sealed/bytes.ts';
import { PRACTICE_SEAT } from '../sealed/context.ts';
import { parseFragment } from '../sealed/links.ts';
import { type Answer, GuestConsent } from './consent.ts';
import { BROWSER, Driver, type Tools } from './driver.ts';
import { GuestHandshake } from './handshake.ts';
import { guestMemory, guestNotes, type Memory } from './memory.ts';
import type { GuestOptions, Visit } from './visit.ts';

/** The guest's visit. `tools`: for tests. Throws `LinkError` (`sealed/links.ts`) when the fragment is damaged. */
export function guestVisit({ invite, fragment, name, language, consent = null, invitation, local }: GuestOptions, tools: Tools = BROWSER): Visit {
  const link = parseFragment(fragment);
  const before = guestNotes(invite);
  const notes = { fragment, name: plainLine(name, LONGEST_NAME), client: before?.client ?? draw(), visit: before?.visit ?? draw() };
  let answer: Answer | null = consent;
  let isIn = false;
  const kept = guestMemory(invite, () => ({ ...notes, ...(answer && { consent: answer }) }));
  const memory: Memory = {
    ...kept,
    remember: () => {
      isIn = true;
      kept.remember();
    },
    forget: () => {
      isIn = false;
      kept.forget();
    },
  };
  const part = new GuestConsent(consent, (newer) => {
    answer = newer;
    if (isIn) kept.remember();
  });
  return new Driver({
    role: 'guest',
    self: { name: notes.name, language, visit: notes.visit },
    peerSeat: PRACTICE_SEAT,
    part: 'patient',
    client: notes.client,
    pass: { invite },
    invitation: invitation ?? null,
    handshake: new GuestHandshake(link),
    memory,
    consent: part,
    local,
    tools,
  });
}

/** What a guest's page kept over a reload, so that it goes back in without asking; `null` when there is nothing for this invite. */
export function rememberedGuest(invite: string): { readonly fragment: string; readonly name: string; readonly consent: Answer | null } | null {
  const notes = guestNotes(invite);
  return notes && { fragment: notes.fragment, name: notes.name, consent: notes.consent ?? null };
}

function draw(): string {
  return encodeBase64url(crypto.getRandomValues(new Uint8Array(16)));
}
