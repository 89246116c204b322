// A visit, from joining to its end: which view for which phase.

import { useSignalEffect } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { phoneOf, relayUseOf, type WelcomeDocument } from '../../consent/document.ts';
import type { Reply } from '../../consent/reply.ts';
import type { Visit } from '../../drive/visit.ts';
import { isHour } from '../../signal/hours.ts';
import { later } from '../later.tsx';
import { playChime } from '../media/sound.ts';
import { laterTexts, t } from '../text.ts';
import type { Meeting } from './arrival.ts';
import { EarlyView } from './early-view.tsx';
import { OverView } from './over-view.tsx';
import { useTop } from './top.ts';
import { WaitingView } from './waiting-view.tsx';

/** What draws the call is the largest part of the page, and comes while one waits. */
export const CallView = later(() => Promise.all([import('../call/call-view.tsx'), laterTexts()]).then(([module]) => module.CallView));

export interface InsideProps {
  readonly visit: Visit;
  readonly invitation: Meeting | null;
  /** What the practice has signed. Without it the handshake tells who it is, later. */
  readonly welcome: WelcomeDocument | null;
  /** To be opened elsewhere. */
  readonly link: string | null;
  readonly onAgain: () => void;
  readonly onReply: (reply: Reply) => Promise<void>;
}

export function Inside({ visit, invitation, welcome, link, onAgain, onReply }: InsideProps) {
  const { phase } = visit.call.value;
  const practice = invitation?.practice ?? null;
  const phone = phoneOf(welcome);
  const isVerified = welcome !== null;
  useAdmissionSigns(visit);
  // The call covers the page, and nothing keeps it waiting.
  const isCall = phase.name === 'in-call' || phase.name === 'interrupted';
  useTop(isCall ? null : phase.name === 'over' ? 'over' : visit.consentAsked.value ? 'asked' : 'waiting');
  useEffect(() => void CallView.preload(), []);
  switch (phase.name) {
    case 'in-call':
    case 'interrupted':
      return <CallView key={visit} visit={visit} ways={{ link, phone }} />;
    case 'over':
      return <OverView visit={visit} reason={phase.reason} practice={practice} phone={phone} onAgain={onAgain} />;
    case 'too-early': {
      const startsAt = invitation && !isHour(invitation) ? invitation.starts_at : null;
      return <EarlyView practice={practice} startsAt={startsAt} opensAt={phase.opensAt} clockOffset={visit.times.value?.clockOffset ?? 0} isVerified={isVerified} phone={phone} onReply={onReply} />;
    }
    default:
      return <WaitingView visit={visit} phase={phase} invitation={invitation} isVerified={isVerified} link={link} phone={phone} relay={relayUseOf(welcome)} onReply={onReply} />;
  }
}

/** Who waits may look elsewhere: being let in is heard, and seen in the tab's title. */
function useAdmissionSigns(visit: Visit): void {
  const wasWaiting = useRef(false);
  const isIn = visit.call.value.phase.name === 'in-call';
  useSignalEffect(() => {
    const { name } = visit.call.value.phase;
    if (name === 'in-call' && wasWaiting.current) setTimeout(playChime, AFTER_THE_PICTURE);
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

/** Milliseconds. A browser that begins to make sound keeps its page waiting for some sixty: the picture comes first. */
const AFTER_THE_PICTURE = 400;
