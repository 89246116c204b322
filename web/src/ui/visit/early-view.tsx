// Too early: when the waiting room opens, and that nothing has to be done.

import type { Phone } from '../../consent/document.ts';
import type { Reply } from '../../consent/reply.ts';
import { useNow } from '../clock.ts';
import { Icon, Notice, Page } from '../parts.tsx';
import { clockOf, dayOf, t, timeOf } from '../text.ts';
import { AppointmentHead } from './head.tsx';
import { ReplyChoice } from './reply.tsx';

interface EarlyViewProps {
  readonly practice: string | null;
  readonly startsAt: number | null;
  readonly opensAt: number;
  /** To be added to this machine's clock to have the server's. */
  readonly clockOffset: number;
  readonly isVerified: boolean;
  readonly phone: Phone | null;
  readonly onReply: (reply: Reply) => Promise<void>;
}

export function EarlyView({ practice, startsAt, opensAt, clockOffset, isVerified, phone, onReply }: EarlyViewProps) {
  const left = Math.max(0, opensAt - (useNow().value + clockOffset));
  const isLong = left > A_DAY;
  return (
    <Page narrow name={practice}>
      <div class="early stack wide">
        {startsAt !== null && <AppointmentHead practice={practice} startsAt={startsAt} isVerified={isVerified} />}
        <Notice code="too-early" icon="clock" heading={startsAt === null ? 'h1' : 'h2'} title={t('early-title')}>
          <p>{t('early-text', { day: dayOf(opensAt), time: timeOf(opensAt) })}</p>
          <p class={`countdown numerals ${isLong ? 'days' : ''}`} role="timer" data-test="countdown">
            {isLong ? t('early-days', { count: Math.floor(left / A_DAY) }) : clockOf(Math.ceil(left / 1_000) * 1_000)}
          </p>
          <p>{t(isLong ? 'early-come-back' : 'early-stay')}</p>
        </Notice>
        {left > LAST_MINUTES && (
          <a class="early-check card" href="/check" target="_blank" rel="noopener" data-test="early-check">
            <Icon name="camera" size={28} />
            <span class="stack tight">
              <strong>{t('early-check')}</strong>
              <span class="soft small">{t('early-check-text')}</span>
            </span>
            <Icon name="forward" />
          </a>
        )}
        {startsAt !== null && <ReplyChoice phone={phone} onReply={onReply} />}
      </div>
    </Page>
  );
}

/** Milliseconds. */
const A_DAY = 86_400_000;
/** Who has less time than this better stays here. */
const LAST_MINUTES = 60_000;
