// An open consultation hour that is not open now. The page looks again by itself.

import type { Phone } from '../../consent/document.ts';
import { Verified } from '../consent/verified.tsx';
import { CallPractice } from '../media/call-practice.tsx';
import { Notice, Page, Spinner } from '../parts.tsx';
import { t } from '../text.ts';

interface ClosedViewProps {
  readonly practice: string;
  readonly isVerified: boolean;
  readonly phone: Phone | null;
}

export function ClosedView({ practice, isVerified, phone }: ClosedViewProps) {
  return (
    <Page narrow name={practice}>
      <div class="early stack wide">
        <header class="appointment stack tight">
          <h1>{isVerified ? t('drop-in') : t('drop-in-title', { practice })}</h1>
          {isVerified && <Verified practice={practice} />}
        </header>
        <Notice code="hour-closed" icon="clock" title={t('drop-in-closed-title')}>
          <p>{t('drop-in-closed-text')}</p>
          <p class="row soft">
            <Spinner /> {t('drop-in-closed-again')}
          </p>
        </Notice>
        {phone && (
          <p>
            <CallPractice phone={phone} />
          </p>
        )}
      </div>
    </Page>
  );
}
