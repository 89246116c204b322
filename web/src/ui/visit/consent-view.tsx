// Before everything else, where the practice asks for it: its text, and the person's decision.

import type { ConsentText, Phone, WelcomeDocument } from '../../consent/document.ts';
import type { Decision } from '../../consent/receipt.ts';
import { ConsentForm } from '../consent/consent-form.tsx';
import '../consent/consent.css';
import '../consent/texts.ts';
import { CallPractice } from '../media/call-practice.tsx';
import { Button, Notice, Page } from '../parts.tsx';
import { t } from '../text.ts';
import type { Meeting } from './arrival.ts';
import { MeetingHead } from './head.tsx';

export interface ConsentViewProps {
  readonly invitation: Meeting;
  readonly welcome: WelcomeDocument;
  readonly onGive: (decision: Decision, text: ConsentText) => void;
  readonly onSkip: () => void;
  readonly onRefuse: () => void;
}

export function ConsentView({ invitation, welcome, onGive, onSkip, onRefuse }: ConsentViewProps) {
  return (
    <Page name={welcome.practice}>
      <div class="consent stack wide" data-test="consent">
        <MeetingHead meeting={{ ...invitation, practice: welcome.practice }} isVerified />
        <p>{t('consent-intro', { practice: welcome.practice })}</p>
        <ConsentForm document={welcome} onGive={onGive} onSkip={onSkip} onRefuse={onRefuse} />
      </div>
    </Page>
  );
}

/** Nobody was told, and the way back is open. */
export function Declined({ practice, phone, onBack }: { readonly practice: string; readonly phone: Phone | null; readonly onBack: () => void }) {
  return (
    <Page narrow name={practice}>
      <Notice code="declined" tone="good" heading="h1" title={t('consent-declined-title')}>
        <p>{t('consent-declined-text', { practice })}</p>
        <p class="row">
          {phone && <CallPractice phone={phone} />}
          <Button icon="back" data-test="consent-back" onClick={onBack}>
            {t('consent-declined-back')}
          </Button>
        </p>
      </Notice>
    </Page>
  );
}
