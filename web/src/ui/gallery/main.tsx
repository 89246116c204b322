// A developer's gallery: every state of the guest's pages and of the call, from fake visits. `npx vite`, then /gallery.html; `?state=…&language=…` shows one.
// Not among the inputs of the build.

import { signal } from '@preact/signals';
import { render } from 'preact';
import type { JSX } from 'preact';
import '../theme.css';
import type { OverReason, Phase } from '../../call/model.ts';
import type { Devices, LocalMedia, MediaFailure, Source } from '../../rtc/media.ts';
import type { Invitation } from '../../signal/http.ts';
import { textHash, type WelcomeDocument } from '../../consent/document.ts';
import { drawReceiptKey, type Receipt, signReceipt } from '../../consent/receipt.ts';
import { templates } from '../../consent/templates.ts';
import type { ConsentState } from '../../drive/visit.ts';
import { Start } from '../start/start.tsx';
import { LANGUAGES, speak } from '../text.ts';
import type { Place } from '../visit/arrival.ts';
import { VisitPage } from '../visit/page.tsx';
import { fakeDevices, type FakeDevices, fakeFile, fakeInCall, fakeLink, fakeMessage, fakeVisit, type FakeVisit } from './fake.ts';
import { person, sharedScreen } from './pictures.ts';

const NOW = Date.now();
const PRACTICE = 'Praxis am Finkenweg';
const DOCTOR = 'Dr. Miriam Albrecht';

const invitation: Invitation = {
  practice: PRACTICE,
  room: '0'.repeat(32),
  seat: 1,
  epoch: 1,
  starts_at: NOW + 8 * 60_000,
  ends_at: NOW + 28 * 60_000,
  opens_at: NOW - 7 * 60_000,
  closes_at: NOW + 58 * 60_000,
  now: NOW,
  sealed_welcome: '',
};

const TEXTS = templates(PRACTICE);
const WELCOME: WelcomeDocument = { practice: PRACTICE, made: NOW, policy: 'required', texts: TEXTS, items: ['video', 'photo', 'file'] };
const [TEXT] = TEXTS as [(typeof TEXTS)[number]];
const RECEIPT: Receipt = await signReceipt(
  {
    text: { id: TEXT.id, language: TEXT.language, for: TEXT.for, version: TEXT.version, sha256: await textHash(TEXT.markdown) },
    name: 'Anna Maria Müller-Lüdenscheidt',
    agreed: ['video', 'file'],
    declined: ['photo'],
    at: NOW - 240_000,
    mark: { drawn: [[120, 250, 180, 120, 230, 90, 260, 180, 300, 280, 200, 200, 330, 190], [380, 250, 400, 180, 430, 250, 460, 180, 490, 250], [540, 250, 560, 170, 600, 250, 640, 170, 690, 240, 840, 200]] },
  },
  { room: '0'.repeat(32), epoch: 1, fingerprints: { practice: '1'.repeat(64), guest: '2'.repeat(64) } },
  await drawReceiptKey(),
);
const SIGNED: ConsentState = { state: 'given', items: ['video', 'file'], name: RECEIPT.decision.name, receipt: RECEIPT, text: TEXT, isSeen: true };

const STATES: Readonly<Record<string, () => JSX.Element>> = {
  start: () => <Start />,
  asking: () => at({ name: 'asking', trouble: null }),
  'asking-offline': () => at({ name: 'asking', trouble: 'offline' }),
  'asking-unavailable': () => at({ name: 'asking', trouble: 'unavailable' }),
  damaged: () => at({ name: 'damaged' }),
  early: () => at({ name: 'early', invitation: { ...invitation, starts_at: NOW + 50 * 60_000, opens_at: NOW + 35 * 60_000 }, welcome: WELCOME, clockOffset: 0 }),
  'early-days': () => at({ name: 'early', invitation: { ...invitation, starts_at: NOW + 75 * 3_600_000, opens_at: NOW + 74.75 * 3_600_000 }, welcome: WELCOME, clockOffset: 0 }),
  untrusted: () => at({ name: 'untrusted', invitation }),
  consent: () => at({ name: 'consent', invitation, welcome: WELCOME }),
  'consent-asked': () => at({ name: 'consent', invitation, welcome: { ...WELCOME, policy: 'asked' } }),
  'consent-wrong': () => {
    requestAnimationFrame(() => document.querySelector<HTMLElement>('[data-test="consent-give"]')?.click());
    return at({ name: 'consent', invitation, welcome: { ...WELCOME, texts: WELCOME.texts.map((text) => ({ ...text, markdown: text.markdown.slice(0, 600) })) } });
  },
  declined: () => at({ name: 'declined', invitation, welcome: WELCOME }),
  'check-signed': () => at({ name: 'check', invitation, welcome: WELCOME, answer: { type: 'given', decision: RECEIPT.decision, text: TEXT, revoked: [] }, local: fakeDevices() }),
  'lobby-signed': () =>
    inside({ name: 'lobby', link: fakeLink(PRACTICE) }, (visit) => {
      visit.consent.value = SIGNED;
      requestAnimationFrame(() => document.querySelector('[data-test="consent-own"]')?.setAttribute('open', ''));
    }),
  'lobby-asked': () => inside({ name: 'lobby', link: fakeLink(PRACTICE) }, (visit) => (visit.consentAsked.value = WELCOME)),
  'call-signed': () => call((visit) => (visit.consent.value = SIGNED)),
  'call-consent': () => call((visit) => (visit.consent.value = SIGNED), 'call-consent'),
  'call-consent-part': () => call((visit) => (visit.consent.value = { ...SIGNED, state: 'revoked', items: ['video'] }), 'call-consent'),
  'call-consent-practice': () =>
    call((visit) => {
      visit.call.value = { ...visit.call.value, role: 'practice', self: { name: PRACTICE, language: 'de' } };
      visit.consent.value = SIGNED;
    }, 'call-consent'),
  'call-revoked': () => call((visit) => (visit.consent.value = { ...SIGNED, state: 'revoked', items: ['file'] })),
  'over-revoked': () => inside({ name: 'over', reason: 'hung-up' }, (visit) => (visit.consent.value = { ...SIGNED, state: 'revoked', items: [] })),
  check: () => at({ name: 'check', invitation, welcome: WELCOME, answer: null, local: fakeDevices() }),
  'check-open': () => at({ name: 'check', invitation, welcome: WELCOME, answer: null, local: opened(fakeDevices()) }),
  'check-denied': () => at({ name: 'check', invitation, welcome: WELCOME, answer: null, local: failing('denied', 'denied') }),
  'check-mixed': () => at({ name: 'check', invitation, welcome: WELCOME, answer: null, local: failing('in-use', 'no-device') }),
  joining: () => inside({ name: 'joining', trouble: null }),
  'joining-unavailable': () => inside({ name: 'joining', trouble: 'unavailable' }),
  waiting: () => inside({ name: 'waiting' }),
  connecting: () => inside({ name: 'connecting', progress: { step: 'handshake' } }),
  lobby: () => inside({ name: 'lobby', link: fakeLink(PRACTICE) }),
  'no-path': () => inside({ name: 'no-path', safetyCode: '402917' }),
  call: () => call(),
  'call-chat': () =>
    call((visit) => {
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
    call((visit) => {
      visit.messages.value = [fakeMessage('1', 'peer', 'Ich schicke Ihnen gleich den Plan.'), fakeMessage('2', 'peer', 'Bitte einmal gegenlesen.')];
    }),
  'call-dark': () => call((visit) => change(visit, fakeInCall(DOCTOR, { theirs: { audio: false, video: false, screen: false } }))),
  'call-screen': () =>
    call((visit) => {
      change(visit, fakeInCall(DOCTOR, { theirs: { audio: true, video: true, screen: true } }));
      visit.remote.value = { ...visit.remote.value, screen: sharedScreen() };
    }),
  'call-sharing': () =>
    call((visit) => {
      visit.local.media.value = { ...visit.local.media.value, screen: on(sharedScreen()) };
      visit.quality.value = { light: 'poor', cause: 'bandwidth', roundTripMs: 240 };
    }),
  'call-muted': () =>
    call((visit) => {
      const { microphone } = visit.local.media.value;
      if (microphone.state === 'on') visit.local.media.value = { ...visit.local.media.value, microphone: { ...microphone, state: 'muted' }, camera: { state: 'failed', failure: 'in-use' } };
      visit.quality.value = { light: 'fair', cause: 'loss', roundTripMs: 90 };
    }),
  'call-facts': () => call(() => undefined, null, '.call-facts'),
  'call-devices': () => call(() => undefined, 'devices'),
  'call-relayed': () => call((visit) => change(visit, fakeInCall(DOCTOR, { link: { ...fakeLink(DOCTOR), path: 'relayed' } }))),
  interrupted: () => call((visit) => change(visit, { name: 'interrupted', since: Date.now() - 7_000, before: fakeInCall(DOCTOR), progress: { step: 'path-lost', ended: false } })),
  'coming-back': () => call((visit) => change(visit, { name: 'interrupted', since: Date.now() - 7_000, before: fakeInCall(DOCTOR), progress: { step: 'handshake' } })),
  'over-with-files': () =>
    inside({ name: 'over', reason: 'hung-up' }, (visit) => {
      visit.files.value = [fakeFile('c', 'peer', 'Therapieplan.pdf', { name: 'done', file: new Blob(['x']), saved: false })];
    }),
  ...Object.fromEntries(
    (
      ['hung-up', 'peer-left', 'link-damaged', 'untrusted', 'invite-invalid', 'invite-used', 'over', 'closed', 'occupied', 'evicted', 'taken-over', 'signed-out', 'failed'] satisfies OverReason[]
    ).map((reason) => [`over-${reason}`, () => inside({ name: 'over', reason })]),
  ),
};

function at(place: Place): JSX.Element {
  return <VisitPage arrival={{ place: signal(place), ask: async () => undefined, give: () => undefined, skip: () => undefined, decline: () => undefined, reconsider: () => undefined, enter: () => undefined, again: () => undefined }} />;
}

function inside(phase: Phase, prepare: (visit: FakeVisit) => void = () => undefined): JSX.Element {
  const visit = fakeVisit(phase);
  if (phase.name !== 'over') opened(visit.local);
  prepare(visit);
  return at({ name: 'inside', visit, invitation, isVerified: true });
}

function call(prepare: (visit: FakeVisit) => void = () => undefined, click: string | null = null, selector = `[data-test="${click}"]`): JSX.Element {
  const page = inside(fakeInCall(DOCTOR), (visit) => {
    visit.remote.value = { camera: person(38), screen: null };
    visit.quality.value = { light: 'good', cause: 'none', roundTripMs: 31 };
    prepare(visit);
  });
  requestAnimationFrame(() => document.querySelector<HTMLElement>(selector)?.click());
  return page;
}

function change(visit: FakeVisit, phase: Phase): void {
  visit.call.value = { ...visit.call.value, phase };
}

function opened(local: FakeDevices): FakeDevices {
  local.media.value = { camera: on(person(205, innerHeight > innerWidth)), microphone: on(person(0)), screen: { state: 'off' } };
  local.devices.value = DEVICES;
  setInterval(() => (local.level.value = 0.35 + 0.3 * Math.sin(performance.now() / 300)), 50);
  return local;
}

function failing(camera: MediaFailure, microphone: MediaFailure): FakeDevices {
  const local = fakeDevices();
  local.media.value = { camera: { state: 'failed', failure: camera }, microphone: { state: 'failed', failure: microphone }, screen: { state: 'off' } } satisfies LocalMedia;
  return local;
}

function on(stream: MediaStream): Source {
  const track = stream.getVideoTracks()[0];
  if (!track) throw new Error('a painted stream has a track');
  return { state: 'on', track, stream };
}

const DEVICES: Devices = {
  microphones: [
    { kind: 'microphone', id: 'm1', label: 'Eingebautes Mikrofon' },
    { kind: 'microphone', id: 'm2', label: 'Headset (USB)' },
  ],
  cameras: [{ kind: 'camera', id: 'c1', label: 'Integrated Webcam (04f2:b6d9)' }],
  speakers: [{ kind: 'speaker', id: 's1', label: 'Eingebaute Lautsprecher' }],
  chosen: { microphone: 'm1', camera: 'c1', speaker: 's1' },
};

const wanted = new URLSearchParams(location.search);
const show = STATES[wanted.get('state') ?? ''];
const of = wanted.get('language');
const language = LANGUAGES.find((one) => one === of);
if (language) await speak(language);
const app = document.getElementById('app');
if (app)
  render(
    show ? (
      show()
    ) : (
      <ul>
        {Object.keys(STATES).map((state) => (
          <li key={state}>
            <a href={`?state=${state}`}>{state}</a>
          </li>
        ))}
      </ul>
    ),
    app,
  );
