// A guest's side of a visit.

import { LONGEST_NAME } from '../call/control.ts';
import { plainLine } from '../call/text.ts';
import type { RelayUse } from '../call/relay-use.ts';
import { encodeBase64url } from '../sealed/bytes.ts';
import { PRACTICE_SEAT } from '../sealed/context.ts';
import { parseFragment } from '../sealed/links.ts';
import { type Answer, GuestConsent } from './consent.ts';
import { Driver } from './driver.ts';
import { GuestHandshake } from './handshake.ts';
import { guestMemory, guestNotes, type Memory } from './memory.ts';
import { type Known, Prepared } from './prepared.ts';
import { answerOtherTabs } from './tabs.ts';
import { BROWSER, type Tools } from './tools.ts';
import type { GuestOptions, Visit } from './visit.ts';

/** The guest's visit. `tools`: for tests. Throws `LinkError` (`sealed/links.ts`) when the fragment is damaged. */
export function guestVisit({ invite, fragment, name, language, consent = null, invitation, relay = 'never', local }: GuestOptions, tools: Tools = BROWSER): Visit {
  const link = parseFragment(fragment);
  const before = guestNotes(invite);
  const taken = prepared?.invite === invite ? prepared : null;
  if (!taken) prepared?.drop();
  prepared = null;
  const identity = before ?? taken?.found ?? { client: draw(), visit: draw() };
  const seat = invitation ?? before?.invitation ?? null;
  const made = taken?.take(identity.client, seat);
  const notes = { fragment, name: plainLine(name, LONGEST_NAME), client: identity.client, visit: identity.visit, relay, ...(seat && { invitation: seat }) };
  let answer: Answer | null = consent;
  let isIn = false;
  let stopAnswering = () => {};
  const kept = guestMemory(invite, () => ({ ...notes, ...(answer && { consent: answer }) }));
  const memory: Memory = {
    ...kept,
    remember: () => {
      isIn = true;
      kept.remember();
      stopAnswering();
      stopAnswering = answerOtherTabs(invite, notes);
    },
    forget: () => {
      isIn = false;
      stopAnswering();
      kept.forget();
    },
    release: () => stopAnswering(),
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
    invitation: seat,
    handshake: made?.ready?.handshake ?? new GuestHandshake(link),
    ...(made?.ready && { ready: made.ready }),
    memory,
    consent: part,
    relay: () => relay,
    local,
    tools: taken && made ? { ...tools, openLine: made.openLine, makeCertificate: () => taken.certificate } : tools,
  });
}

/**
 * Makes ready what takes time, for a `guestVisit` with this link soon after: the connection to the server, on which nothing is said yet, a certificate, and where the practice
 * is there already, an offer. To be called when a guest is about to go in, and again with each sign of life until it does.
 */
export function prepareGuest({ invite, fragment, relay = 'never' }: Pick<GuestOptions, 'invite' | 'fragment' | 'relay'>, known: Known, tools: Tools = BROWSER): void {
  if (prepared?.invite !== invite) {
    prepared?.drop();
    prepared = new Prepared(invite, fragment, relay, tools);
  }
  prepared.renew(known);
}

/** For the next visit of this page. */
let prepared: Prepared | null = null;

/** What a guest's page kept over a reload, so that it goes back in without asking; `null` when there is nothing for this invite. */
export function rememberedGuest(invite: string): { readonly fragment: string; readonly name: string; readonly consent: Answer | null; readonly relay: RelayUse } | null {
  const notes = guestNotes(invite);
  return notes && { fragment: notes.fragment, name: notes.name, consent: notes.consent ?? null, relay: notes.relay ?? 'never' };
}

function draw(): string {
  return encodeBase64url(crypto.getRandomValues(new Uint8Array(16)));
}
