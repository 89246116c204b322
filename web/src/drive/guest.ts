// A guest's side of a visit.

import { LONGEST_NAME } from '../call/control.ts';
import { plainLine } from '../call/text.ts';
import type { Certificate } from '../rtc/certificate.ts';
import { encodeBase64url } from '../sealed/bytes.ts';
import { PRACTICE_SEAT } from '../sealed/context.ts';
import { parseFragment } from '../sealed/links.ts';
import type { LineEvent } from '../signal/line.ts';
import { type Answer, GuestConsent } from './consent.ts';
import { BROWSER, Driver, lineOptions, type Tools } from './driver.ts';
import { GuestHandshake } from './handshake.ts';
import { guestMemory, guestNotes, type Memory } from './memory.ts';
import type { LineHandle } from './rendezvous.ts';
import { answerOtherTabs, askOtherTabs, type Identity } from './tabs.ts';
import type { GuestOptions, Visit } from './visit.ts';

/** The guest's visit. `tools`: for tests. Throws `LinkError` (`sealed/links.ts`) when the fragment is damaged. */
export function guestVisit({ invite, fragment, name, language, consent = null, invitation, local }: GuestOptions, tools: Tools = BROWSER): Visit {
  const link = parseFragment(fragment);
  const before = guestNotes(invite);
  const ready = prepared?.invite === invite ? prepared : null;
  prepared = null;
  const identity = before ?? ready?.found ?? { client: draw(), visit: draw() };
  ready?.settle(identity.client);
  ready?.stopAsking();
  const seat = invitation ?? before?.invitation ?? null;
  const notes = { fragment, name: plainLine(name, LONGEST_NAME), client: identity.client, visit: identity.visit, ...(seat && { invitation: seat }) };
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
    handshake: new GuestHandshake(link),
    memory,
    consent: part,
    local,
    tools: ready ? { ...tools, openLine: ({ onEvent }) => ready.openLine(onEvent), makeCertificate: () => ready.certificate } : tools,
  });
}

/**
 * Makes ready what takes time, for a `guestVisit` with this invite soon after: the connection to the server, on which nothing is said yet, and a certificate.
 * To be called when a guest is about to go in, and again with each sign of life until it does: the server waits some seconds only.
 */
export function prepareGuest(invite: string, tools: Tools = BROWSER): void {
  if (prepared?.invite !== invite) {
    let tell: (event: LineEvent) => void = () => undefined;
    let settle: (client: string) => void = () => undefined;
    const client = new Promise<string>((resolve) => (settle = resolve));
    const line = tools.openLine(lineOptions({ client, pass: { invite } }, (event) => tell(event)));
    const openLine: Prepared['openLine'] = (onEvent) => {
      tell = onEvent;
      return line;
    };
    const made: Prepared = { invite, line, certificate: tools.makeCertificate(), openLine, found: null, settle, stopAsking: askOtherTabs(invite, (identity) => (made.found = identity)) };
    prepared?.stopAsking();
    prepared = made;
  }
  prepared?.line.prepare();
}

/** For the next visit of this page. */
let prepared: Prepared | null = null;

interface Prepared {
  readonly invite: string;
  readonly line: LineHandle;
  readonly certificate: Promise<Certificate>;
  readonly openLine: (onEvent: (event: LineEvent) => void) => LineHandle;
  /** Another tab is in the visit, as this guest. */
  found: Identity | null;
  /** Says as whom the line joins. */
  readonly settle: (client: string) => void;
  readonly stopAsking: () => void;
}

/** What a guest's page kept over a reload, so that it goes back in without asking; `null` when there is nothing for this invite. */
export function rememberedGuest(invite: string): { readonly fragment: string; readonly name: string; readonly consent: Answer | null } | null {
  const notes = guestNotes(invite);
  return notes && { fragment: notes.fragment, name: notes.name, consent: notes.consent ?? null };
}

function draw(): string {
  return encodeBase64url(crypto.getRandomValues(new Uint8Array(16)));
}
