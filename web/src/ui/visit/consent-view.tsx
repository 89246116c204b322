// Before everything else, where the practice asks for it: its text, and the person's decision.

import { browserOf } from '../../check/browser.ts';
import type { ConsentText, Phone, WelcomeDocument } from '../../consent/document.ts';
import type { Decision } from '../../consent/receipt.ts';
import { ConsentForm } from '../consent/consent-form.tsx';
import '../consent/consent.css';
import '../consent/texts.ts';
import { CallPractice } from '../media/call-practice.tsx';
import { Button, CopyButton, Notice, Page } from '../parts.tsx';
import { t } from '../text.ts';
import type { Meeting } from './arrival.ts';
import { MeetingHead } from './head.tsx';

export interface ConsentViewProps {
  readonly invitation: Meeting;
  readonly welcome: WelcomeDocument;
  /** To be opened in another browser where this one is part of a mail or chat program. */
  readonly link: string | null;
  readonly onGive: (decision: Decision, text: ConsentText) => void;
  readonly onSkip: () => void;
  readonly onRefuse: () => void;
}

export function ConsentView({ invitation, welcome, link, onGive, onSkip, onRefuse }: ConsentViewProps) {
  return (
    <Page name={welcome.practice}>
      <div class="consent stack wide" data-test="consent">
        <MeetingHead meeting={{ ...invitation, practice: welcome.practice }} isVerified />
        {link !== null && <InApp link={link} />}
        <p>{t('consent-intro', { practice: welcome.practice })}</p>
        <ConsentForm document={welcome} onGive={onGive} onSkip={onSkip} onRefuse={onRefuse} />
      </div>
    </Page>
  );
}

/** Before anything is signed: there would be no camera later, and all of it had to be done again. */
function InApp({ link }: { readonly link: string }) {
  const { inApp } = browserOf(navigator.userAgent, navigator.maxTouchPoints);
  if (inApp === null) return null;
  return (
    <Notice code="in-app" tone="warn">
      <p>{t('consent-in-app', { program: inApp || 'none' })}</p>
      <p>
        <CopyButton text={link} label={t('help-copy-link')} data-test="copy-link" />
      </p>
    </Notice>
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
