// The guest's page as a whole: which view for which place and phase.

import { useSignalEffect } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import type { Visit } from '../../drive/visit.ts';
import type { Invitation } from '../../signal/http.ts';
import { CallView } from '../call/call-view.tsx';
import { playChime } from '../media/sound.ts';
import { Notice, Page, Spinner } from '../parts.tsx';
import { t } from '../text.ts';
import type { Arrival } from './arrival.ts';
import { CheckView } from './check-view.tsx';
import { ConsentView, Declined } from './consent-view.tsx';
import { EarlyView } from './early-view.tsx';
import { OverView, Reason } from './over-view.tsx';
import './texts.ts';
import './visit.css';
import { WaitingView } from './waiting-view.tsx';

export function VisitPage({ arrival }: { readonly arrival: Pick<Arrival, 'place' | 'ask' | 'give' | 'skip' | 'decline' | 'reconsider' | 'enter' | 'again'> }) {
  const place = arrival.place.value;
  switch (place.name) {
    case 'damaged':
      return (
        <Page narrow>
          <Reason reason="link-damaged" practice={null} />
        </Page>
      );
    case 'untrusted':
      return (
        <Page narrow name={place.invitation.practice}>
          <Reason reason="untrusted" practice={place.invitation.practice} />
        </Page>
      );
    case 'ended':
      return (
        <Page narrow>
          <Notice code="ended" tone="good" heading="h1" title={t('over-ended-title')}>
            <p>{t('over-ended-text')}</p>
          </Notice>
        </Page>
      );
    case 'asking':
      return <Asking trouble={place.trouble} />;
    case 'refused':
      return (
        <Page narrow>
          <Reason reason={place.reason} practice={null} />
        </Page>
      );
    case 'early':
      return <EarlyView practice={place.invitation.practice} startsAt={place.invitation.starts_at} opensAt={place.invitation.opens_at} clockOffset={place.clockOffset} isVerified={place.welcome !== null} />;
    case 'consent':
      return (
        <ConsentView
          invitation={place.invitation}
          welcome={place.welcome}
          onGive={(decision, text) => arrival.give(decision, text)}
          onSkip={() => arrival.skip()}
          onRefuse={() => arrival.decline()}
        />
      );
    case 'declined':
      return <Declined practice={place.invitation.practice} onBack={() => arrival.reconsider()} />;
    case 'check':
      return <CheckView invitation={place.invitation} isVerified={place.welcome !== null} answer={place.answer} local={place.local} onContinue={(name) => arrival.enter(name)} />;
    case 'inside':
      return <Inside visit={place.visit} invitation={place.invitation} isVerified={place.isVerified} onAgain={() => arrival.again()} />;
  }
}

function Asking({ trouble }: { readonly trouble: 'offline' | 'unavailable' | 'slow-down' | null }) {
  return (
    <Page narrow>
      <div class="asking" aria-busy="true">
        {trouble ? (
          <Notice code={trouble} tone="warn" heading="h1" title={t(`asking-${trouble}-title`)}>
            <p>{t(`asking-${trouble}-text`)}</p>
            <p class="row soft">
              <Spinner /> {t('asking-again')}
            </p>
          </Notice>
        ) : (
          <p class="row soft">
            <Spinner /> {t('busy')}
          </p>
        )}
      </div>
    </Page>
  );
}

interface InsideProps {
  readonly visit: Visit;
  readonly invitation: Invitation | null;
  /** The practice's welcome was right. Without one the handshake tells, later. */
  readonly isVerified: boolean;
  readonly onAgain: () => void;
}

/** A visit, from joining to its end. */
export function Inside({ visit, invitation, isVerified, onAgain }: InsideProps) {
  const { phase } = visit.call.value;
  useAdmissionSigns(visit);
  switch (phase.name) {
    case 'in-call':
    case 'interrupted':
      return <CallView key={visit} visit={visit} />;
    case 'over':
      return <OverView visit={visit} reason={phase.reason} practice={invitation?.practice ?? null} onAgain={onAgain} />;
    case 'too-early':
      return <EarlyView practice={invitation?.practice ?? null} startsAt={invitation?.starts_at ?? null} opensAt={phase.opensAt} clockOffset={visit.times.value?.clockOffset ?? 0} isVerified={isVerified} />;
    default:
      return <WaitingView visit={visit} phase={phase} invitation={invitation} isVerified={isVerified} />;
  }
}

/** Who waits may look elsewhere: being let in is heard, and seen in the tab's title. */
function useAdmissionSigns(visit: Visit): void {
  const wasWaiting = useRef(false);
  const isIn = visit.call.value.phase.name === 'in-call';
  useSignalEffect(() => {
    const { name } = visit.call.value.phase;
    if (name === 'in-call' && wasWaiting.current) playChime();
    wasWaiting.current = name === 'lobby';
  });
  useEffect(() => {
    const before = document.title;
    if (isIn) document.title = `● ${t('visit-title-in-call')}`;
    return () => {
      document.title = before;
    };
  }, [isIn]);
}
