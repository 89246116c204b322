// The waiting room: for whom one waits, how far the connection is, what the practice says, and that nothing has to be done.

import { useSignal } from '@preact/signals';
import { useRef } from 'preact/hooks';
import type { Call, Phase } from '../../call/model.ts';
import type { Phone } from '../../consent/document.ts';
import type { Reply } from '../../consent/reply.ts';
import type { Notice as Written, Visit } from '../../drive/visit.ts';
import type { RelayUse } from '../../call/relay-use.ts';
import { isHour } from '../../signal/hours.ts';
import { useWakeLock } from '../call/wake-lock.ts';
import { ConsentSummary } from '../consent/summary.tsx';
import { Verified } from '../consent/verified.tsx';
import { later } from '../later.tsx';
import { CallPractice } from '../media/call-practice.tsx';
import { Button, Dialog, Icon, Notice, Page, Spinner } from '../parts.tsx';
import { t, timeOf } from '../text.ts';
import type { Meeting } from './arrival.ts';
import { MeetingHead } from './head.tsx';
import { OwnDevices, OwnMedia } from './own-media.tsx';
import { ReplyChoice } from './reply.tsx';

export const ConsentForm = later(() => import('../consent/consent-form.tsx').then((module) => module.ConsentForm));

interface WaitingViewProps {
  readonly visit: Visit;
  readonly phase: Extract<Phase, { name: 'joining' | 'waiting' | 'connecting' | 'no-path' | 'lobby' }>;
  readonly invitation: Meeting | null;
  readonly isVerified: boolean;
  /** To be opened in another browser where this one can't. */
  readonly link: string | null;
  readonly phone: Phone | null;
  /** What the practice allows its visits. */
  readonly relay: RelayUse;
  readonly onReply: (reply: Reply) => Promise<void>;
}

export function WaitingView({ visit, phase, invitation, isVerified, link, phone, relay, onReply }: WaitingViewProps) {
  // A phone that goes dark is a patient who is called in vain.
  useWakeLock();
  const isLeaving = useSignal(false);
  const since = useRef(Date.now());
  const practice = invitation?.practice ?? null;
  const status = statusOf(visit.call.value, phase);
  const asked = visit.consentAsked.value;
  const part = visit.part.value;
  // The handshake proves it, too: who is in the lobby has found the link's own practice at the other end.
  const isKnown = isVerified || phase.name === 'lobby';
  const { self } = visit.call.value;
  const { receipt, text: signed } = visit.consent.value;
  if (asked)
    return (
      <Page name={practice}>
        <div class="consent stack wide" data-test="waiting" data-status={status}>
          <h1>{t('consent-asked-now')}</h1>
          <Verified practice={asked.practice} />
          <p>{t('consent-intro', { practice: asked.practice })}</p>
          <ConsentForm document={asked} name={self.name} onGive={(decision, text) => visit.giveConsent(decision, text)} onRefuse={() => visit.hangUp()} onSkip={() => visit.refuseConsent()} />
        </div>
      </Page>
    );
  return (
    <Page name={practice}>
      <div class="waiting" data-test="waiting" data-status={status}>
        <div class="waiting-head">{invitation && <MeetingHead meeting={invitation} isVerified={isKnown} />}</div>
        <div class="waiting-now stack">
          {phase.name === 'no-path' ? <NoPath phone={phone} relay={relay} onRetry={() => visit.retry()} /> : <Status status={status} />}
          {/* It stands there from the beginning: what comes into it is read out. */}
          <Written notices={visit.notices.value} />
          <p class="waiting-since soft">
            {t('waiting-since', { time: timeOf(since.current), practice: practice ?? t('self-the-practice') })} {part !== 'patient' && t(`waiting-part-${part}`)}
          </p>
          <Steps reached={STEPS.indexOf(phase.name === 'lobby' ? 'connected' : phase.name === 'joining' ? 'arrived' : 'waiting')} />
        </div>
        <div class="waiting-media card">
          <OwnMedia local={visit.local} practice={practice} link={link} phone={phone} small />
        </div>
        <div class="waiting-more stack wide">
          <ul class="reminders plain">
            <li>
              <Icon name="speaker" />
              <span>{t('waiting-sound')}</span>
            </li>
            {signed?.for === 'guardian' && (
              <li>
                <Icon name="person" />
                <span>{t('check-child')}</span>
              </li>
            )}
            <li>
              <Icon name="lock" />
              <span>{t('check-not-yet')}</span>
            </li>
            <li>
              <Icon name="file" />
              <span>{t('waiting-ready')}</span>
            </li>
          </ul>
          <OwnDevices local={visit.local} />
          {invitation && !isHour(invitation) && part === 'patient' && <ReplyChoice phone={phone} onReply={onReply} />}
          {receipt && (
            <details class="own-more" data-test="consent-own">
              <summary>{t('consent-title')}</summary>
              <ConsentSummary visit={visit} practice={practice ?? t('self-the-practice')} canRevoke={phase.name === 'lobby'} />
            </details>
          )}
          <p>
            <Button kind="quiet" icon="back" data-test="leave" onClick={() => (isLeaving.value = true)}>
              {t('waiting-leave')}
            </Button>
          </p>
        </div>
      </div>
      <Dialog open={isLeaving.value} title={t('waiting-leave-title')} onClose={() => (isLeaving.value = false)}>
        <p>{t('waiting-leave-text')}</p>
        <div class="dialog-actions">
          <Button kind="secondary" onClick={() => (isLeaving.value = false)}>
            {t('waiting-stay')}
          </Button>
          <Button kind="danger" data-test="leave-anyway" onClick={() => visit.hangUp()}>
            {t('waiting-leave')}
          </Button>
        </div>
      </Dialog>
    </Page>
  );
}

/** What the person is told: `waiting-…-title` and `-text`. */
type Status = 'joining' | 'offline' | 'unavailable' | 'absent' | 'away' | 'connecting' | 'lobby' | 'held' | 'no-path';

/** What a connection in the waiting room means for who waits. */
export function statusOf({ peer }: Call, phase: WaitingViewProps['phase']): Status {
  switch (phase.name) {
    case 'joining':
      return phase.trouble ?? 'joining';
    case 'waiting':
      return peer.state === 'gone' ? 'absent' : peer.state === 'away' ? 'away' : 'connecting';
    case 'lobby':
      return phase.isHeld ? 'held' : 'lobby';
    case 'connecting':
    case 'no-path':
      return phase.name;
  }
}

function Status({ status }: { readonly status: Status }) {
  const isSettled = status === 'lobby' || status === 'absent' || status === 'held';
  const isTrouble = status === 'offline' || status === 'unavailable' || status === 'away';
  return (
    <section class={`waiting-status ${status} ${isTrouble ? 'trouble' : ''}`} role="status">
      <span class="waiting-sign" aria-hidden="true">
        {status === 'lobby' ? <Icon name="check" size={28} /> : isSettled ? <Icon name="clock" size={28} /> : isTrouble ? <Icon name="warning" size={28} /> : <Spinner />}
      </span>
      <div class="stack tight">
        <h2>{t(`waiting-${status}-title`)}</h2>
        <p>{t(`waiting-${status}-text`)}</p>
      </div>
    </section>
  );
}

/** What the practice has written: the newest large, those before it above. */
function Written({ notices }: { readonly notices: readonly Written[] }) {
  return (
    <div class="written stack tight" role="log" aria-label={t('waiting-written')} data-test="written">
      {notices.slice(-SHOWN).map(({ id, at, text }, index, shown) => (
        <div key={id} class={index === shown.length - 1 ? 'written-one newest' : 'written-one'} data-test="written-one">
          <Icon name="chat" size={22} />
          <div>
            <p dir="auto">{text}</p>
            <p class="soft small">{t('waiting-written-at', { time: timeOf(at) })}</p>
          </div>
        </div>
      ))}
    </div>
  );
}

function NoPath({ phone, relay, onRetry }: { readonly phone: Phone | null; readonly relay: RelayUse; readonly onRetry: () => void }) {
  return (
    <Notice code="no-path" tone="warn" title={t('no-path-title')}>
      <p>{t(`no-path-text-${relay}`)}</p>
      <ol>
        <li>{t('no-path-network')}</li>
        <li>{t('no-path-vpn')}</li>
        <li>{t('no-path-phone')}</li>
      </ol>
      <p class="row">
        <Button kind="primary" icon="reload" data-test="retry" onClick={onRetry}>
          {t('retry')}
        </Button>
        {phone && <CallPractice phone={phone} />}
        <span class="row soft small">
          <Spinner /> {t('no-path-trying')}
        </span>
      </p>
    </Notice>
  );
}

/** The way from the link to the conversation. */
function Steps({ reached }: { readonly reached: number }) {
  return (
    <ol class="steps plain" aria-label={t('waiting-steps')}>
      {STEPS.map((step, at) => (
        <li key={step} class={at < reached ? 'done' : at === reached ? 'now' : ''} aria-current={at === reached ? 'step' : undefined}>
          <span class="steps-sign" aria-hidden="true">
            {at < reached ? <Icon name="check" size={16} /> : at + 1}
          </span>
          <span>{t(`waiting-step-${step}`)}</span>
        </li>
      ))}
    </ol>
  );
}

const STEPS = ['arrived', 'waiting', 'connected', 'talking'] as const;
/** Of what the practice has written; the rest is of no use any more. */
const SHOWN = 3;
