// The end, and every door that stays closed: what happened, and what to do now.

import type { OverReason } from '../../call/model.ts';
import type { Phone } from '../../consent/document.ts';
import type { Visit } from '../../drive/visit.ts';
import { FileList, unsaved } from '../call/files.tsx';
import { VisitReceipt } from '../call/receipt.tsx';
import { SaveConsent } from '../consent/summary.tsx';
import { CallPractice } from '../media/call-practice.tsx';
import { Button, Page } from '../parts.tsx';
import { t } from '../text.ts';
import { Reason } from './reason.tsx';

interface OverViewProps {
  readonly visit: Visit;
  readonly reason: OverReason;
  readonly practice: string | null;
  readonly phone: Phone | null;
  /** Into the waiting room once more. */
  readonly onAgain: () => void;
}

export function OverView({ visit, reason, practice, phone, onAgain }: OverViewProps) {
  // Also what was just saved: its row says so.
  const came = visit.files.value.filter(({ from, state }) => from === 'peer' && state.name === 'done');
  const consent = visit.consent.value;
  return (
    <Page narrow name={practice}>
      <div class="over stack wide">
        <Reason reason={reason} practice={practice}>
          {consent.state === 'revoked' && <p>{t('consent-revoked-note')}</p>}
          <NextStep reason={reason} onAgain={onAgain} onRetry={() => visit.retry()} />
          {phone && CALLS.includes(reason) && (
            <p>
              <CallPractice phone={phone} />
            </p>
          )}
        </Reason>
        {consent.receipt && (
          <section class="card row spread">
            <h2>{t('consent-title')}</h2>
            <SaveConsent consent={consent} practice={practice ?? t('self-the-practice')} label={t('consent-save-copy')} />
          </section>
        )}
        {came.length > 0 && (
          <section class="card over-files stack tight">
            <h2>{t('over-files-title')}</h2>
            <p class="soft">{t(unsaved(came).length > 0 ? 'over-files-text' : 'over-files-saved')}</p>
            <FileList visit={visit} files={came} />
          </section>
        )}
        <VisitReceipt visit={visit} />
      </div>
    </Page>
  );
}

interface NextStepProps {
  readonly reason: OverReason;
  readonly onAgain: () => void;
  readonly onRetry: () => void;
}

/** What can be done on this page; for the others the text says what can be done elsewhere. */
function NextStep({ reason, onAgain, onRetry }: NextStepProps) {
  switch (reason) {
    case 'hung-up':
    case 'peer-left':
    case 'evicted':
      return (
        <p>
          <Button kind="secondary" icon="reload" data-test="again" onClick={onAgain}>
            {t('over-again')}
          </Button>
        </p>
      );
    case 'taken-over':
    case 'occupied':
      return (
        <p>
          <Button kind="primary" icon="reload" data-test="retry" onClick={onRetry}>
            {t(reason === 'taken-over' ? 'over-go-on-here' : 'retry')}
          </Button>
        </p>
      );
    case 'failed':
      return (
        <p>
          <Button kind="primary" icon="reload" data-test="reload" onClick={() => location.reload()}>
            {t('over-reload')}
          </Button>
        </p>
      );
    case 'link-damaged':
    case 'untrusted':
    case 'invite-invalid':
    case 'invite-used':
    case 'over':
    case 'closed':
    case 'signed-out':
      return null;
  }
}

/** Where the practice itself is what helps. */
const CALLS: readonly OverReason[] = ['link-damaged', 'untrusted', 'invite-invalid', 'invite-used', 'over', 'closed', 'evicted', 'failed'];
