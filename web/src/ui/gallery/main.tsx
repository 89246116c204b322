// A developer's gallery: every state of the guest's pages and of the call, from fake visits. `npx vite`, then /gallery.html; `?state=…&language=…` shows one.
// Not among the inputs of the build.

import { signal } from '@preact/signals';
import { render } from 'preact';
import type { JSX } from 'preact';
import '../theme.css';
import type { OverReason, Phase } from '../../call/model.ts';
import type { LocalMedia, MediaFailure } from '../../rtc/media.ts';
import type { HourInvitation } from '../../signal/hours.ts';
import type { Invitation } from '../../signal/http.ts';
import { textHash, type WelcomeDocument } from '../../consent/document.ts';
import { drawReceiptKey, type Receipt, signReceipt } from '../../consent/receipt.ts';
import { templates } from '../../consent/templates.ts';
import type { ConsentState } from '../../drive/visit.ts';
import { browserOf } from '../../check/browser.ts';
import { encodeCheck } from '../../check/code.ts';
import type { Progress } from '../../check/run.ts';
import { type Outcomes, UNTRIED, verdictOf } from '../../check/steps.ts';
import { CheckPage } from '../check/page.tsx';
import { ReadCode } from '../check/read-code.tsx';
import { Page } from '../parts.tsx';
import { Start } from '../start/start.tsx';
import { LANGUAGES, laterTexts, speak } from '../text.ts';
import type { Place } from '../visit/arrival.ts';
import { LineCheck as LineCheckLater } from '../visit/check-view.tsx';
import { CallView } from '../visit/inside.tsx';
import { MediaTrouble as MediaTroubleLater, OtherBrowser } from '../visit/own-media.tsx';
import { ConsentView, Declined, Inside, VisitPage } from '../visit/page.tsx';
import { ConsentForm } from '../visit/waiting-view.tsx';
import { fakeDevices, type FakeDevices, fakeFile, fakeInCall, fakeLink, fakeVisit, type FakeVisit } from './fake.ts';
import { CALLS } from './calls.tsx';
import { opened } from './opened.ts';
import { afterwards, drawn, partOf, press } from './press.ts';
import { person } from './pictures.ts';

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

const TEXTS = templates(PRACTICE, 'if-needed');
const WELCOME: WelcomeDocument = { practice: PRACTICE, made: NOW, policy: 'required', texts: TEXTS, items: ['video', 'photo', 'file'], phone: '030 1234567', relay: 'if-needed' };
const LINK = { invite: 'AAAAAAAAAAAAAAAAAAAAAA', fragment: 'gallery' };
const HOUR: HourInvitation = { practice: PRACTICE, hour: '1'.repeat(32), open_until: NOW + 95 * 60_000, now: NOW, sealed_welcome: '' };
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
  incapable: () => at({ name: 'incapable', failure: 'unsupported', invitation, welcome: WELCOME }),
  'incapable-insecure': () => at({ name: 'incapable', failure: 'insecure', invitation: null, welcome: null }),
  untrusted: () => at({ name: 'untrusted', invitation }),
  consent: () => at({ name: 'consent', invitation, welcome: WELCOME }),
  'consent-asked': () => at({ name: 'consent', invitation, welcome: { ...WELCOME, policy: 'asked' } }),
  'consent-wrong': () => {
    press('consent-give');
    return at({ name: 'consent', invitation, welcome: { ...WELCOME, texts: WELCOME.texts.map((text) => ({ ...text, markdown: text.markdown.slice(0, 600) })) } });
  },
  declined: () => at({ name: 'declined', invitation, welcome: WELCOME }),
  'check-signed': () => at({ name: 'check', invitation, welcome: WELCOME, answer: { type: 'given', decision: RECEIPT.decision, text: TEXT, revoked: [] }, entering: 'no', local: fakeDevices() }),
  'check-guardian': () => at({ name: 'check', invitation, welcome: WELCOME, answer: { type: 'given', decision: { ...RECEIPT.decision, text: { ...RECEIPT.decision.text, for: 'guardian' } }, text: TEXT, revoked: [] }, entering: 'no', local: opened(fakeDevices()) }),
  'lobby-signed': () =>
    inside({ name: 'lobby', link: fakeLink(PRACTICE) }, (visit) => {
      visit.consent.value = SIGNED;
      afterwards(() => partOf('consent-own')?.setAttribute('open', ''));
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
  check: () => at({ name: 'check', invitation, welcome: WELCOME, answer: null, entering: 'no', local: fakeDevices() }),
  'check-open': () => at({ name: 'check', invitation, welcome: WELCOME, answer: null, entering: 'no', local: opened(fakeDevices()) }),
  'check-denied': () => at({ name: 'check', invitation, welcome: WELCOME, answer: null, entering: 'no', local: failing('denied', 'denied') }),
  ...Object.fromEntries(
    (['ignored', 'denied-by-system', 'no-device', 'in-use', 'insecure', 'unsupported', 'failed'] satisfies MediaFailure[]).map((failure) => [
      `check-${failure}`,
      () => at({ name: 'check', invitation, welcome: WELCOME, answer: null, entering: 'no', local: failing(failure, failure) }),
    ]),
  ),
  'check-in-app': () => {
    Object.defineProperty(navigator, 'userAgent', { value: IN_MAIL });
    return at({ name: 'check', invitation, welcome: WELCOME, answer: null, entering: 'no', local: failing('denied', 'denied') });
  },
  'check-opening': () => at({ name: 'check', invitation, welcome: WELCOME, answer: null, entering: 'no', local: opening() }),
  'check-line': () => {
    press('check-line');
    return at({ name: 'check', invitation, welcome: WELCOME, answer: null, entering: 'no', local: opened(fakeDevices()) });
  },
  'hour-check': () => at({ name: 'check', invitation: HOUR, welcome: WELCOME, answer: null, entering: 'no', local: opened(fakeDevices()) }),
  'hour-failed': () => at({ name: 'check', invitation: HOUR, welcome: WELCOME, answer: null, entering: 'failed', local: opened(fakeDevices()) }),
  'hour-closed': () => at({ name: 'closed', invitation: { ...HOUR, open_until: null }, welcome: WELCOME }),
  'reply-late': () => replying('reply-late'),
  'reply-told': () => replying('reply-late', 'reply-10'),
  'reply-cancel': () => replying('reply-cancel'),
  trial: () => <CheckPage local={fakeDevices()} />,
  ...Object.fromEntries(
    (['running', 'good', 'no-camera', 'router', 'network', 'browser'] as const).map((state) => [`trial-${state}`, () => <TrialState state={state} />]),
  ),
  'trial-read': () => {
    afterwards(() => {
      const input = partOf('trial-read');
      if (!(input instanceof HTMLInputElement)) throw new Error('no field to read a code');
      input.value = encodeCheck({ ...GOOD, camera: 'bad', router: 'weak' }, SOME_BROWSER);
      input.dispatchEvent(new Event('input', { bubbles: true }));
    });
    return (
      <Page narrow>
        <h1 class="unseen">{PRACTICE}</h1>
        <ReadCode />
      </Page>
    );
  },
  'check-mixed': () => at({ name: 'check', invitation, welcome: WELCOME, answer: null, entering: 'no', local: failing('in-use', 'no-device') }),
  joining: () => inside({ name: 'joining', trouble: null }),
  'joining-unavailable': () => inside({ name: 'joining', trouble: 'unavailable' }),
  waiting: () => inside({ name: 'waiting' }),
  connecting: () => inside({ name: 'connecting', progress: { step: 'handshake' } }),
  lobby: () => inside({ name: 'lobby', link: fakeLink(PRACTICE) }),
  'lobby-written': () =>
    inside({ name: 'lobby', link: fakeLink(PRACTICE) }, (visit) => {
      visit.notices.value = [
        { id: '1', at: NOW - 300_000, text: 'Guten Tag! Frau Dr. Albrecht ist noch in einem Gespräch.' },
        { id: '2', at: NOW - 60_000, text: 'Es dauert noch etwa zehn Minuten.' },
      ];
    }),
  'lobby-held': () => inside({ name: 'lobby', link: fakeLink(PRACTICE), isHeld: true }),
  'lobby-interpreter': () => inside({ name: 'lobby', link: fakeLink(PRACTICE) }, (visit) => (visit.part.value = 'interpreter')),
  'lobby-denied': () =>
    inside({ name: 'lobby', link: fakeLink(PRACTICE) }, (visit) => {
      visit.local.media.value = failing('denied', 'denied').media.value;
    }),
  'no-path': () => inside({ name: 'no-path', safetyCode: '402917' }),
  ...CALLS,
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
  return <VisitPage arrival={{ place: signal(place), link: signal(LINK), tell: async () => undefined, ask: async () => undefined, give: () => undefined, skip: () => undefined, decline: () => undefined, reconsider: () => undefined, prepare: () => undefined, enter: () => undefined, again: () => undefined }} />;
}

function inside(phase: Phase, prepare: (visit: FakeVisit) => void = () => undefined): JSX.Element {
  const visit = fakeVisit(phase);
  if (phase.name !== 'over') opened(visit.local);
  prepare(visit);
  return at({ name: 'inside', visit, invitation, welcome: WELCOME });
}

function call(prepare: (visit: FakeVisit) => void = () => undefined, ...presses: readonly string[]): JSX.Element {
  press(...presses);
  return inside(fakeInCall(DOCTOR), (visit) => {
    visit.remote.value = { camera: person(38), screen: null };
    visit.quality.value = { light: 'good', cause: 'none', roundTripMs: 31 };
    prepare(visit);
  });
}

function replying(...presses: readonly string[]): JSX.Element {
  press(...presses);
  return at({ name: 'early', invitation: { ...invitation, starts_at: NOW + 50 * 60_000, opens_at: NOW + 35 * 60_000 }, welcome: WELCOME, clockOffset: 0 });
}

/** The browser's question is on the screen. */
function opening(): FakeDevices {
  const local = fakeDevices();
  local.media.value = { camera: { state: 'opening' }, microphone: { state: 'opening' }, screen: { state: 'off' } };
  return local;
}

function TrialState({ state }: { readonly state: 'running' | 'good' | 'no-camera' | 'router' | 'network' | 'browser' }) {
  const outcomes: Outcomes = { ...GOOD, ...TRIALS[state] };
  const isRunning = state === 'running';
  const progress: Progress = isRunning ? { ...outcomes, microphone: 'running', speaker: 'waiting', server: 'running', router: 'running', connection: 'waiting', speed: 'waiting' } : outcomes;
  const check = { progress: signal(progress), speed: signal(isRunning || state === 'browser' ? null : 12.4), verdict: signal(isRunning ? null : verdictOf(outcomes)), code: signal(isRunning ? null : encodeCheck(outcomes, SOME_BROWSER)), run: async () => undefined, heard: () => undefined };
  return <CheckPage local={fakeDevices()} check={check} />;
}

function failing(camera: MediaFailure, microphone: MediaFailure): FakeDevices {
  const local = fakeDevices();
  local.media.value = { camera: { state: 'failed', failure: camera }, microphone: { state: 'failed', failure: microphone }, screen: { state: 'off' } } satisfies LocalMedia;
  return local;
}

const GOOD: Outcomes = { browser: 'good', camera: 'good', microphone: 'good', speaker: 'good', server: 'good', router: 'good', connection: 'good', speed: 'good' };
const TRIALS: Readonly<Record<string, Partial<Outcomes>>> = { 'no-camera': { camera: 'bad' }, router: { router: 'weak' }, network: { server: 'bad', router: 'skipped' }, browser: { ...UNTRIED, browser: 'bad' } };
/** As a mail program on an iPhone shows a page inside itself. */
const IN_MAIL = 'Mozilla/5.0 (iPhone; CPU iPhone OS 18_7 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148 GMX/9.12';
const SOME_BROWSER = browserOf(navigator.userAgent, navigator.maxTouchPoints);

const wanted = new URLSearchParams(location.search);
const show = STATES[wanted.get('state') ?? ''];
const of = wanted.get('language');
const language = LANGUAGES.find((one) => one === of);
await laterTexts();
if (language) await speak(language);
// A state is drawn whole at once: what comes in pieces of its own is fetched first.
await Promise.all([ConsentView, Declined, Inside, CallView, ConsentForm, LineCheckLater, MediaTroubleLater, OtherBrowser].map((view) => view.preload()));
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
if (show) await drawn();
