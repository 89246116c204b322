// What the link is about: with whom, and when.

import { isHour } from '../../signal/hours.ts';
import { Verified } from '../consent/verified.tsx';
import { dayOf, t, timeOf, timeZoneOf } from '../text.ts';
import type { Meeting } from './arrival.ts';

interface AppointmentHeadProps {
  readonly practice: string | null;
  /** By the server's clock; `null` where nothing was agreed on. */
  readonly startsAt: number | null;
  /** The practice's signature was right. */
  readonly isVerified?: boolean;
}

/** With whom, on which day, and when, by the reader's clock. */
export function AppointmentHead({ practice, startsAt, isVerified = false }: AppointmentHeadProps) {
  return (
    <header class="appointment stack tight">
      {/* The badge below has its name. */}
      <h1>{practice === null || isVerified ? t('visit-appointment') : t('visit-appointment-with', { practice })}</h1>
      {startsAt !== null && (
        <p class="lead">
          <time dateTime={new Date(startsAt).toISOString()}>{t('visit-when', { day: dayOf(startsAt), time: timeOf(startsAt) })}</time> <span class="small">({timeZoneOf(startsAt)})</span>
        </p>
      )}
      {isVerified && practice !== null && <Verified practice={practice} />}
    </header>
  );
}

/** Who comes without an appointment is told until when. */
export function MeetingHead({ meeting, isVerified }: { readonly meeting: Meeting; readonly isVerified: boolean }) {
  if (!isHour(meeting)) return <AppointmentHead practice={meeting.practice} startsAt={meeting.starts_at} isVerified={isVerified} />;
  const { practice, open_until: until } = meeting;
  return (
    <header class="appointment stack tight">
      <h1>{isVerified ? t('drop-in') : t('drop-in-title', { practice })}</h1>
      {until !== null && <p class="lead">{t('drop-in-until', { time: timeOf(until) })}</p>}
      {isVerified && <Verified practice={practice} />}
    </header>
  );
}
