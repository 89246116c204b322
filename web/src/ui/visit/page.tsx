// The guest's page as a whole: which view for which place.

import { useEffect } from 'preact/hooks';
import { phoneOf, relayUseOf } from '../../consent/document.ts';
import { drawAfter } from '../draw-after.ts';
import { later } from '../later.tsx';
import { Notice, Page, Spinner } from '../parts.tsx';
import { laterTexts, t } from '../text.ts';
import { textOf } from './address.ts';
import type { Arrival, Place } from './arrival.ts';
import { CheckView } from './check-view.tsx';
import { ClosedView } from './closed-view.tsx';
import { EarlyView } from './early-view.tsx';
import { MediaTrouble, OtherBrowser } from './own-media.tsx';
import { Reason } from './reason.tsx';
import './texts.ts';
import { useTop } from './top.ts';
import './visit.css';

export const ConsentView = later(() => Promise.all([import('./consent-view.tsx'), laterTexts()]).then(([module]) => module.ConsentView));
export const Declined = later(() => Promise.all([import('./consent-view.tsx'), laterTexts()]).then(([module]) => module.Declined));
export const Inside = later(() => Promise.all([import('./inside.tsx'), laterTexts()]).then(([module]) => module.Inside));

interface VisitPageProps {
  readonly arrival: Pick<Arrival, 'place' | 'link' | 'ask' | 'give' | 'skip' | 'decline' | 'reconsider' | 'prepare' | 'enter' | 'again' | 'tell'>;
}

export function VisitPage({ arrival }: VisitPageProps) {
  const place = arrival.place.value;
  const link = arrival.link.value && textOf(arrival.link.value);
  useNext(place);
  useTop(place.name);
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
    case 'incapable':
      return (
        <Page narrow name={place.invitation?.practice}>
          <OtherBrowser failure={place.failure} link={link} phone={phoneOf(place.welcome)} />
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
      return (
        <EarlyView
          practice={place.invitation.practice}
          startsAt={place.invitation.starts_at}
          opensAt={place.invitation.opens_at}
          clockOffset={place.clockOffset}
          isVerified={place.welcome !== null}
          phone={phoneOf(place.welcome)}
          onReply={(reply) => arrival.tell(reply)}
        />
      );
    case 'closed':
      return <ClosedView practice={place.invitation.practice} isVerified={place.welcome !== null} phone={phoneOf(place.welcome)} />;
    case 'consent':
      return (
        <ConsentView
          invitation={place.invitation}
          welcome={place.welcome}
          link={link}
          onGive={(decision, text) => arrival.give(decision, text)}
          onSkip={() => arrival.skip()}
          onRefuse={() => arrival.decline()}
        />
      );
    case 'declined':
      return <Declined practice={place.invitation.practice} phone={phoneOf(place.welcome)} onBack={() => arrival.reconsider()} />;
    case 'check':
      return (
        <CheckView
          invitation={place.invitation}
          isVerified={place.welcome !== null}
          answer={place.answer}
          local={place.local}
          entering={place.entering}
          link={link}
          phone={phoneOf(place.welcome)}
          relay={place.welcome && relayUseOf(place.welcome)}
          onAlive={() => arrival.prepare()}
          onContinue={(name) => drawAfter(() => arrival.enter(name))}
        />
      );
    case 'inside':
      return <Inside visit={place.visit} invitation={place.invitation} welcome={place.welcome} link={link} onAgain={() => arrival.again()} onReply={(reply) => arrival.tell(reply)} />;
  }
}

/**
 * The code of the step after this one is fetched while somebody reads: not before this one is drawn, which it would keep waiting, and what comes after
 * the first screen not before somebody does something there.
 */
function useNext({ name }: Place): void {
  useEffect(() => {
    if (name === 'early' || name === 'closed') void quiet().then(() => ConsentView.preload());
    if (name === 'consent') void ConsentView.preload().then(touched).then(quiet).then(() => Promise.all([Inside.preload(), Declined.preload()]));
    // Also for the case that the network goes, too. What draws the call would keep the handshake waiting if it came with the waiting room.
    if (name === 'check') void touched().then(quiet).then(() => Promise.all([Inside.preload(), MediaTrouble.preload()])).then(quiet).then(preloadCall).catch(() => undefined);
  }, [name]);
}

async function preloadCall(): Promise<void> {
  const { CallView } = await import('./inside.tsx');
  await CallView.preload();
}

/** Until somebody does something on the page, or has had it before them for a while. */
function touched(): Promise<unknown> {
  return new Promise((resolve) => {
    for (const type of ['pointermove', 'pointerdown', 'keydown']) addEventListener(type, resolve, { once: true, passive: true });
    setTimeout(resolve, A_WHILE);
  });
}

/** Until the browser has nothing better to do. */
function quiet(): Promise<unknown> {
  // Safari does not tell.
  return new Promise((resolve) => ('requestIdleCallback' in globalThis ? requestIdleCallback(resolve, { timeout: LONGEST_WORK }) : setTimeout(resolve, SOON)));
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
          <h1 class="asking-busy row soft">
            <Spinner /> {t('busy')}
          </h1>
        )}
      </div>
    </Page>
  );
}

/** Milliseconds. */
const A_WHILE = 5_000;
const LONGEST_WORK = 2_000;
const SOON = 200;
