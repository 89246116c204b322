// Too early: when the waiting room opens, and that nothing has to be done.

import { useNow } from '../clock.ts';
import { Verified } from '../consent/verified.tsx';
import { Notice, Page } from '../parts.tsx';
import { clockOf, dayOf, t, timeOf, timeZoneOf } from '../text.ts';

interface EarlyViewProps {
  readonly practice: string | null;
  readonly startsAt: number | null;
  readonly opensAt: number;
  /** To be added to this machine's clock to have the server's. */
  readonly clockOffset: number;
  readonly isVerified: boolean;
}

export function EarlyView({ practice, startsAt, opensAt, clockOffset, isVerified }: EarlyViewProps) {
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
      </div>
    </Page>
  );
}

interface AppointmentHeadProps {
  readonly practice: string | null;
  readonly startsAt: number;
  /** Its signature was right. */
  readonly isVerified?: boolean;
}

/** With whom, on which day, and when, by the reader's clock. */
export function AppointmentHead({ practice, startsAt, isVerified = false }: AppointmentHeadProps) {
  return (
    <header class="appointment stack tight">
      <h1>{practice === null ? t('visit-appointment') : t('visit-appointment-with', { practice })}</h1>
      <p class="lead">
        <time dateTime={new Date(startsAt).toISOString()}>{t('visit-when', { day: dayOf(startsAt), time: timeOf(startsAt) })}</time> <span class="small">({timeZoneOf(startsAt)})</span>
      </p>
      {isVerified && practice !== null && <Verified practice={practice} />}
    </header>
  );
}

/** Milliseconds. */
const A_DAY = 86_400_000;
