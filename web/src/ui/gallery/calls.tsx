// Every state of the call, for the gallery.

import type { JSX } from 'preact';
import type { Facts, Person } from '../../drive/visit.ts';
import { CallView } from '../call/call-view.tsx';
import { notesOf, recordOf } from '../call/record.ts';
import { VisitReceipt } from '../call/receipt.tsx';
import { Button, Notice, Page } from '../parts.tsx';
import { fakeFile, fakeInCall, fakeLink, fakeMessage, fakePerson, fakeVisit, type FakeVisit } from './fake.ts';
import { on, opened } from './opened.ts';
import { person, sharedScreen } from './pictures.ts';
import { afterwards, press } from './press.ts';

const PRACTICE = 'Praxis am Finkenweg';
const PATIENT = 'Anna Maria Müller-Lüdenscheidt';
const FACTS: Facts = { path: 'direct', dtls: '1.3', srtp: 'AEAD_AES_128_GCM', cipher: 'TLS_AES_128_GCM_SHA256', roundTripMs: 31, codecs: 'opus, VP8' };

/** By the name behind `?state=`. */
export const CALLS: Readonly<Record<string, () => JSX.Element>> = {
  call: () => guest(),
  'call-chat': () =>
    guest((visit) => {
      visit.messages.value = [
        fakeMessage('1', 'peer', 'Guten Tag, Frau M.! Können Sie mir die Laborwerte noch einmal schicken?', true),
        fakeMessage('2', 'me', 'Ja, einen Moment.', true),
        fakeMessage('3', 'me', 'Hier kommen sie.'),
      ];
      visit.files.value = [
        fakeFile('a', 'me', 'Laborwerte Mai.pdf', { name: 'sending', bytes: 1_500_000 }),
        fakeFile('b', 'peer', 'Therapieplan.pdf', { name: 'receiving', bytes: 700_000 }),
        fakeFile('c', 'peer', 'Überweisung Kardiologie, Dr. Hohenstein-Mittelberger.pdf', { name: 'done', file: new Blob(['x']), saved: false }),
      ];
    }, 'chat-open'),
  'call-unread': () =>
    guest((visit) => {
      visit.messages.value = [fakeMessage('1', 'peer', 'Ich schicke Ihnen gleich den Plan.'), fakeMessage('2', 'peer', 'Bitte einmal gegenlesen.')];
    }),
  'call-dark': () => guest((visit) => talk(visit, { theirs: { audio: false, video: false, screen: false } })),
  'call-screen': () => guest(theirScreen),
  'call-screen-pinned': () =>
    guest((visit) => {
      theirScreen(visit);
      more(visit, INTERPRETER);
    }, 'pin-seat-2'),
  'call-sharing': () =>
    guest((visit) => {
      visit.local.media.value = { ...visit.local.media.value, screen: on(sharedScreen()) };
      visit.quality.value = { light: 'poor', cause: 'bandwidth', roundTripMs: 240 };
    }),
  'call-muted': () =>
    guest((visit) => {
      const { microphone } = visit.local.media.value;
      if (microphone.state === 'on') visit.local.media.value = { ...visit.local.media.value, microphone: { ...microphone, state: 'muted' }, camera: { state: 'failed', failure: 'in-use' } };
      visit.quality.value = { light: 'fair', cause: 'loss', roundTripMs: 90 };
    }),
  'call-weak': () =>
    guest((visit) => {
      talk(visit, { theirs: { audio: true, video: false, screen: false, weak: true } });
      visit.quality.value = { light: 'poor', cause: 'bandwidth', roundTripMs: 420 };
    }),
  'call-own-weak': () =>
    guest((visit) => {
      visit.sending.value = { video: 'paused', saving: false };
      visit.quality.value = { light: 'poor', cause: 'bandwidth', roundTripMs: 420 };
    }),
  'call-unplugged': () => guest((visit) => (visit.local.unplugged.value = ['microphone', 'speaker'])),
  'call-swapped': () => guest(() => undefined, 'swap'),
  'call-own-hidden': () => guest(() => undefined, 'own-hide'),
  'call-facts': () => guest(() => undefined, 'call-facts'),
  'call-devices': () => guest(() => undefined, 'devices'),
  'call-more': () => guest((visit) => (visit.sending.value = { video: 'reduced', saving: true }), 'more'),
  'call-shortcuts': () => guest(() => undefined, 'more', 'menu-shortcuts'),
  'call-relayed': () => guest((visit) => talk(visit, { link: { ...fakeLink(DOCTOR), path: 'relayed' } })),
  interrupted: () => guest((visit) => pathLost(visit, 'here')),
  'interrupted-away': () => guest((visit) => pathLost(visit, 'away')),
  'coming-back': () => guest((visit) => at(visit, { name: 'interrupted', since: Date.now() - 7_000, before: fakeInCall(DOCTOR), progress: { step: 'handshake' } })),
  'three': () => guest((visit) => more(visit, INTERPRETER)),
  'three-pinned': () => guest((visit) => more(visit, INTERPRETER), 'pin-seat-2'),
  'three-speaker': () => guest((visit) => more(visit, INTERPRETER), 'more', 'menu-view'),
  'four': () => guest((visit) => more(visit, INTERPRETER, COMPANION)),
  'four-pinned': () => guest((visit) => more(visit, INTERPRETER, COMPANION), 'pin-peer', 'pin-seat-2'),
  'four-screen': () =>
    guest((visit) => {
      theirScreen(visit);
      more(visit, INTERPRETER, COMPANION);
    }, 'pin-seat-2'),
  'four-coming': () => guest((visit) => more(visit, { ...INTERPRETER(), state: 'interrupted' }, { ...COMPANION(), state: 'connecting', remote: { camera: null, screen: null } })),
  'four-dark': () => guest((visit) => more(visit, { ...INTERPRETER(), theirs: { audio: true, video: false, screen: false, weak: true } }, { ...COMPANION(), theirs: { audio: false, video: false, screen: false } })),
  'four-facts': () => guest((visit) => more(visit, INTERPRETER, COMPANION), 'call-facts'),
  'four-unread': () =>
    guest((visit) => {
      more(visit, INTERPRETER, COMPANION);
      visit.messages.value = [{ ...fakeMessage('1', 'peer', 'Ich schreibe den Namen des Mittels auf.'), name: 'Katharina Ellermann' }];
    }),
  'practice-call': () => practice(),
  'practice-four': () => practice((visit) => more(visit, INTERPRETER, COMPANION)),
  'practice-people': () => practice((visit) => more(visit, INTERPRETER, COMPANION), 'persons-open'),
  'practice-notes': () => practice((visit) => (notesOf(visit).value = 'RR 135/85, Schwindel seit 3 Tagen\nKontrolle Elektrolyte'), 'notes-open'),
  'practice-leaving-notes': () => practice((visit) => (notesOf(visit).value = 'RR 135/85'), 'hang-up'),
  'practice-photo': () => practice(() => undefined, 'photo-ask'),
  'practice-photo-asked': () => practice((visit) => (visit.photo.state.value = { name: 'asked' }), 'photo-ask'),
  'practice-photo-came': () =>
    practice((visit) => {
      visit.files.value = [{ ...fakeFile('p', 'peer', 'Foto 14-32.jpg', { name: 'done', file: null, saved: true }), photo: true }];
      visit.photo.state.value = { name: 'came', key: 'p' };
    }, 'photo-ask'),
  'photo-asked': () => guest((visit) => (visit.photo.state.value = { name: 'asked' })),
  'photo-camera-off': () =>
    guest((visit) => {
      visit.local.media.value = { ...visit.local.media.value, camera: { state: 'off' } };
      visit.photo.state.value = { name: 'asked' };
    }),
  'photo-taken': () => guest((visit) => (visit.photo.state.value = { name: 'taken', photo: new Blob([PHOTO], { type: 'image/svg+xml' }) })),
  'photo-withdrawn': () => guest((visit) => (visit.photo.state.value = { name: 'withdrawn' })),
  'photo-sending': () =>
    guest((visit) => {
      visit.files.value = [{ ...fakeFile('p', 'me', 'Foto 14-32.jpg', { name: 'sending', bytes: 900_000 }), photo: true }];
      visit.photo.state.value = { name: 'sending', key: 'p' };
    }),
  'receipt': () => over(),
};

/** A page that ends with the receipt of a visit that was. */
function over(): JSX.Element {
  const visit = ready(fakeVisit(fakeInCall(DOCTOR), { self: { name: PATIENT, language: 'de' } }));
  more(visit, INTERPRETER);
  visit.files.value = [fakeFile('a', 'me', 'Laborwerte Mai.pdf', { name: 'done', file: null, saved: false }), { ...fakeFile('p', 'me', 'Foto 14-32.jpg', { name: 'done', file: null, saved: false }), photo: true }];
  afterwards(async () => {
    // It is noted by the call's page, after that is drawn.
    while (!recordOf(visit)) await new Promise(requestAnimationFrame);
    at(visit, { name: 'over', reason: 'hung-up' });
  });
  return <Ended visit={visit} />;
}

function Ended({ visit }: { readonly visit: FakeVisit }) {
  if (visit.call.value.phase.name !== 'over') return <CallView visit={visit} />;
  return (
    <Page narrow name={PRACTICE}>
      <div class="stack wide">
        <Notice tone="good" heading="h1" title="Das Gespräch ist beendet" />
        <VisitReceipt visit={visit} open />
      </div>
    </Page>
  );
}

function guest(prepare: (visit: FakeVisit) => unknown = () => undefined, ...presses: readonly string[]): JSX.Element {
  const visit = ready(fakeVisit(fakeInCall(DOCTOR)));
  prepare(visit);
  press(...presses);
  return <CallView visit={visit} />;
}

function practice(prepare: (visit: FakeVisit) => unknown = () => undefined, ...presses: readonly string[]): JSX.Element {
  const visit = ready(fakeVisit(fakeInCall(PATIENT), { role: 'practice', self: { name: PRACTICE, language: 'de' } }));
  prepare(visit);
  press(...presses);
  return (
    <CallView
      visit={visit}
      isCompared={false}
      actions={
        <Button icon="calendar">
          Termine
        </Button>
      }
    />
  );
}

function ready(visit: FakeVisit): FakeVisit {
  opened(visit.local);
  visit.remote.value = { camera: person(38), screen: null };
  visit.quality.value = { light: 'good', cause: 'none', roundTripMs: 31 };
  visit.facts.value = FACTS;
  return visit;
}

function theirScreen(visit: FakeVisit): void {
  talk(visit, { theirs: { audio: true, video: true, screen: true } });
  visit.remote.value = { ...visit.remote.value, screen: sharedScreen() };
}

function more(visit: FakeVisit, ...people: readonly (Person | (() => Person))[]): void {
  visit.others.value = people.map((one) => (typeof one === 'function' ? one() : one));
}

function talk(visit: FakeVisit, change: Parameters<typeof fakeInCall>[1]): void {
  at(visit, fakeInCall(DOCTOR, change));
}

function at(visit: FakeVisit, phase: FakeVisit['call']['value']['phase']): void {
  visit.call.value = { ...visit.call.value, phase };
}

/** `there`: what the server says of the other. */
function pathLost(visit: FakeVisit, there: 'here' | 'away'): void {
  at(visit, { name: 'interrupted', since: Date.now() - 7_000, before: fakeInCall(DOCTOR), progress: { step: 'path-lost', ended: false } });
  visit.call.value = { ...visit.call.value, peer: { state: there, stream: 'page' } };
}

const PHOTO =
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 400 300"><rect width="400" height="300" fill="#d9b49a"/><path d="M0 210C120 170 260 250 400 190V300H0Z" fill="#cda58a"/><g fill="#b8584c"><circle cx="190" cy="130" r="26"/><circle cx="240" cy="160" r="14"/><circle cx="160" cy="175" r="9"/></g></svg>';
const INTERPRETER = () => fakePerson('seat-2', 'Katharina Ellermann', 'interpreter', { remote: { camera: person(290), screen: null }, facts: FACTS, quality: { light: 'good', cause: 'none', roundTripMs: 44 } });
const COMPANION = () => fakePerson('seat-3', 'Jonas Müller', 'companion', { remote: { camera: person(110, true), screen: null }, facts: { ...FACTS, path: 'relayed' }, quality: { light: 'fair', cause: 'delay', roundTripMs: 340 } });
const DOCTOR = 'Dr. Miriam Albrecht';
