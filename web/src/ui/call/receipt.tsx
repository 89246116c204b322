// The receipt of a visit, after it: what was, as this page has seen it.

import { useSignal } from '@preact/signals';
import type { Visit } from '../../drive/visit.ts';
import { Button, Icon } from '../parts.tsx';
import { t } from '../text.ts';
import './receipt.css';
import { NotesButtons } from './notes.tsx';
import { receiptFileName, receiptRows, receiptText } from './receipt-words.ts';
import { lastTalk, notesOf, recordOf, type VisitRecord } from './record.ts';
import { save } from './save.ts';
import './texts.ts';

interface VisitReceiptProps {
  readonly visit: Visit;
  /** Shown at once; else behind its title. */
  readonly open?: boolean;
  /** Absent: it stays. */
  readonly onDismiss?: () => void;
}

/** Nothing where nobody talked. */
export function VisitReceipt({ visit, open = false, onDismiss }: VisitReceiptProps) {
  const record = recordOf(visit);
  if (!record) return null;
  const guest = record.people.find(({ part }) => part !== 'practice')?.name ?? '';
  return (
    <>
      <Notes visit={visit} name={guest} />
      <details class="receipt card" open={open} data-test="receipt">
        <summary>
          <Icon name="file" size={24} />
          <h2>{record.role === 'practice' ? t('receipt-title-with', { name: guest }) : t('receipt-title')}</h2>
        </summary>
        <dl>
          {receiptRows(record, visit.consent.value).map(({ id, label, values }) => (
            <div key={id} data-test={`receipt-${id}`}>
              <dt>{label}</dt>
              {values.map((value, at) => (
                <dd key={at}>
                  <bdi>{value}</bdi>
                </dd>
              ))}
            </div>
          ))}
        </dl>
        <p class="soft small">{t('receipt-note')}</p>
        <Saving visit={visit} record={record} onDismiss={onDismiss} />
      </details>
    </>
  );
}

/** The practice's, on the page that the call has lain over: of the last visit, until the next one is over or it is put away. */
export function LastReceipt() {
  const visit = lastTalk.value;
  return visit && <VisitReceipt key={visit} visit={visit} onDismiss={() => (lastTalk.value = null)} />;
}

interface SavingProps {
  readonly visit: Visit;
  readonly record: VisitRecord;
  readonly onDismiss: (() => void) | undefined;
}

function Saving({ visit, record, onDismiss }: SavingProps) {
  const state = useSignal<'idle' | 'busy' | 'failed'>('idle');
  const name = receiptFileName(record);
  const savePdf = async () => {
    state.value = 'busy';
    try {
      const { receiptPdf } = await import('./receipt-pdf.ts');
      save(`${name}.pdf`, await receiptPdf(record, visit.consent.value));
      state.value = 'idle';
    } catch (cause) {
      console.error(cause);
      state.value = 'failed';
    }
  };
  return (
    <>
      <div class="row">
        <Button icon="download" busy={state.value === 'busy'} data-test="receipt-pdf" onClick={() => void savePdf()}>
          {t('receipt-save-pdf')}
        </Button>
        <Button kind="quiet" icon="download" data-test="receipt-text" onClick={() => save(`${name}.txt`, new Blob([receiptText(record, visit.consent.value)], { type: 'text/plain;charset=utf-8' }))}>
          {t('receipt-save-text')}
        </Button>
        {onDismiss && (
          <Button kind="quiet" icon="close" data-test="receipt-dismiss" onClick={onDismiss}>
            {t('receipt-dismiss')}
          </Button>
        )}
      </div>
      {state.value === 'failed' && (
        <p class="field-error" role="alert">
          {t('receipt-save-failed')}
        </p>
      )}
    </>
  );
}

/** The doctor's, where the other side ended the visit before they were copied. */
function Notes({ visit, name }: { readonly visit: Visit; readonly name: string }) {
  const text = notesOf(visit);
  if (text.value.trim() === '') return null;
  return (
    <section class="card stack tight" data-test="notes-left">
      <h2>{t('call-notes')}</h2>
      <p>{t('call-notes-left')}</p>
      <p class="receipt-notes" dir="auto">
        {text.value}
      </p>
      <NotesButtons text={text} name={name} />
    </section>
  );
}
