// The waiting room: who is there, how far the connection is, and that nothing has to be done.

import { useSignal } from '@preact/signals';
import type { Call, Phase } from '../../call/model.ts';
import type { Visit } from '../../drive/visit.ts';
import type { Invitation } from '../../signal/http.ts';
import { ConsentForm } from '../consent/consent-form.tsx';
import { ConsentSummary } from '../consent/summary.tsx';
import { Verified } from '../consent/verified.tsx';
import { Button, Dialog, Icon, Notice, Page, Spinner } from '../parts.tsx';
import { t } from '../text.ts';
import { AppointmentHead } from './early-view.tsx';
import { OwnMedia } from './own-media.tsx';

interface WaitingViewProps {
  readonly visit: Visit;
  readonly phase: Extract<Phase, { name: 'joining' | 'waiting' | 'connecting' | 'no-path' | 'lobby' }>;
  readonly invitation: Invitation | null;
  readonly isVerified: boolean;
}

export function WaitingView({ visit, phase, invitation, isVerified }: WaitingViewProps) {
  const isLeaving = useSignal(false);
  const practice = invitation?.practice ?? null;
  const status = statusOf(visit.call.value, phase);
  const asked = visit.consentAsked.value;
  // The handshake proves it, too: who is in the lobby has found the link's own practice at the other end.
  const isKnown = isVerified || phase.name === 'lobby';
  const { self } = visit.call.value;
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
        <div class="waiting-words stack wide">
          {invitation && <AppointmentHead practice={practice} startsAt={invitation.starts_at} isVerified={isKnown} />}
          {phase.name === 'no-path' ? <NoPath onRetry={() => visit.retry()} /> : <Status status={status} />}
          <Steps reached={STEPS.indexOf(phase.name === 'lobby' ? 'connected' : phase.name === 'joining' ? 'arrived' : 'waiting')} />
          <ul class="reminders plain">
            <li>
              <Icon name="lock" />
              <span>{t('check-not-yet')}</span>
            </li>
            <li>
              <Icon name="speaker" />
              <span>{t('waiting-sound')}</span>
            </li>
          </ul>
          {visit.consent.value.receipt && (
            <details class="own-more" data-test="consent-own">
              <summary>{t('consent-title')}</summary>
              <ConsentSummary visit={visit} practice={practice ?? t('self-the-practice')} canRevoke={phase.name === 'lobby'} />
            </details>
          )}
          <p>
            <Button kind="secondary" icon="back" data-test="leave" onClick={() => (isLeaving.value = true)}>
              {t('waiting-leave')}
            </Button>
          </p>
        </div>
        <div class="waiting-media card">
          <OwnMedia local={visit.local} practice={practice} />
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
type Status = 'joining' | 'offline' | 'unavailable' | 'absent' | 'away' | 'connecting' | 'lobby' | 'no-path';

/** What a connection in the waiting room means for who waits. */
export function statusOf({ peer }: Call, phase: WaitingViewProps['phase']): Status {
  switch (phase.name) {
    case 'joining':
      return phase.trouble ?? 'joining';
    case 'waiting':
      return peer.state === 'gone' ? 'absent' : peer.state === 'away' ? 'away' : 'connecting';
    case 'connecting':
    case 'lobby':
    case 'no-path':
      return phase.name;
  }
}

function Status({ status }: { readonly status: Status }) {
  const isSettled = status === 'lobby' || status === 'absent';
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

function NoPath({ onRetry }: { readonly onRetry: () => void }) {
  return (
    <Notice code="no-path" tone="warn" title={t('no-path-title')}>
      <p>{t('no-path-text')}</p>
      <ol>
        <li>{t('no-path-network')}</li>
        <li>{t('no-path-vpn')}</li>
        <li>{t('no-path-phone')}</li>
      </ol>
      <p class="row">
        <Button kind="primary" icon="reload" data-test="retry" onClick={onRetry}>
          {t('retry')}
        </Button>
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
