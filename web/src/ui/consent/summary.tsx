// What was agreed to: for the guest, who may take it back, and for the practice, which keeps it.

import { useSignal } from '@preact/signals';
import type { Item } from '../../call/control.ts';
import { type ConsentState, type Visit } from '../../drive/visit.ts';
import { Button, Icon } from '../parts.tsx';
import { dayOf, t, timeOf } from '../text.ts';
import './consent.css';
import { saveConsent } from './save.ts';
import { Drawing } from './signature.tsx';
import './texts.ts';

interface ConsentSummaryProps {
  readonly visit: Pick<Visit, 'call' | 'consent' | 'revokeConsent'>;
  /** Whose document it is. */
  readonly practice: string;
  /** The guest's, while it is connected. */
  readonly canRevoke?: boolean;
}

export function ConsentSummary({ visit, practice, canRevoke = false }: ConsentSummaryProps) {
  const consent = visit.consent.value;
  const isGuest = visit.call.value.role === 'guest';
  if (!consent.receipt) return <p>{t(consent.state === 'refused' && !isGuest ? 'consent-refused-practice' : 'consent-state-none')}</p>;
  const { decision } = consent.receipt;
  return (
    <div class="consent-summary stack" data-test="consent-summary" data-state={consent.state}>
      <StateLine consent={consent} />
      <p>
        <bdi>{t(decision.text.for === 'guardian' ? 'consent-signed-guardian' : 'consent-signed-by', { name: consent.name ?? decision.name })}</bdi>{' '}
        {t('consent-signed-at', { day: dayOf(decision.at), time: timeOf(decision.at) })}
      </p>
      {'drawn' in decision.mark ? (
        <Drawing strokes={decision.mark.drawn} />
      ) : (
        <p class="signature-typed">
          <bdi>{decision.mark.typed}</bdi>
        </p>
      )}
      <ul class="consent-items plain">
        {[...decision.agreed, ...decision.declined].map((item) => (
          <ItemRow key={item} item={item} consent={consent} onRevoke={canRevoke ? () => visit.revokeConsent([item]) : null} />
        ))}
      </ul>
      {isGuest && <p class="soft small">{t(consent.isSeen ? 'consent-seen' : 'consent-unseen')}</p>}
      {!consent.text && <p class="soft small">{t('consent-text-unknown')}</p>}
      {canRevoke && <p class="soft small">{t('consent-explained-guest')}</p>}
      <div class="dialog-actions">
        <SaveConsent consent={consent} practice={practice} label={t(isGuest ? 'consent-save-copy' : 'consent-save')} />
        {canRevoke && consent.items.length > 0 && (
          <Button kind="danger" data-test="consent-revoke-all" onClick={() => visit.revokeConsent(consent.items)}>
            {t('consent-revoke-all')}
          </Button>
        )}
      </div>
    </div>
  );
}

/** In one line how it stands. */
export function StateLine({ consent }: { readonly consent: ConsentState }) {
  const isGiven = consent.state === 'given';
  return (
    <p class={`consent-state ${isGiven ? 'good' : 'warn'}`} role="status" data-test="consent-state" data-state={consent.state}>
      <Icon name={isGiven ? 'check' : 'warning'} />
      {t(`consent-state-${wordsOf(consent)}`)}
    </p>
  );
}

/** The end of an id: `consent-state-…`. */
export function wordsOf({ state, items }: ConsentState): 'none' | 'given' | 'refused' | 'revoked' | 'part' {
  return state === 'revoked' && items.length > 0 ? 'part' : state;
}

interface ItemRowProps {
  readonly item: Item;
  readonly consent: ConsentState;
  readonly onRevoke: (() => void) | null;
}

function ItemRow({ item, consent, onRevoke }: ItemRowProps) {
  const holds = consent.items.includes(item);
  const wasDeclined = consent.receipt?.decision.declined.includes(item) ?? false;
  return (
    <li class={holds ? '' : 'gone'} data-test={`consent-holds-${item}`} data-holds={holds}>
      <span class="row">
        <Icon name={holds ? 'check' : 'close'} />
        {t(`consent-item-${item}`)}
        {!holds && <span class="small">({t(wasDeclined ? 'consent-item-declined' : 'consent-item-revoked')})</span>}
      </span>
      {holds && onRevoke && (
        <Button kind="quiet" aria-label={t('consent-revoke-item', { item: t(`consent-item-${item}`) })} data-test={`consent-revoke-${item}`} onClick={onRevoke}>
          {t('consent-revoke')}
        </Button>
      )}
    </li>
  );
}

interface SaveConsentProps {
  readonly consent: ConsentState;
  readonly practice: string;
  readonly label: string;
}

/** Makes the PDF in this browser. */
export function SaveConsent({ consent, practice, label }: SaveConsentProps) {
  const isBusy = useSignal(false);
  const hasFailed = useSignal(false);
  const { receipt, text, items } = consent;
  if (!receipt) return null;
  const save = async () => {
    isBusy.value = true;
    const revoked = receipt.decision.agreed.filter((item) => !items.includes(item));
    hasFailed.value = await saveConsent({ practice, receipt, text, revoked }).then(
      () => false,
      (cause: unknown) => {
        console.error(cause);
        return true;
      },
    );
    isBusy.value = false;
  };
  return (
    <>
      <Button kind="secondary" icon="download" busy={isBusy.value} data-test="consent-save" onClick={() => void save()}>
        {label}
      </Button>
      {hasFailed.value && (
        <p class="field-error" role="alert">
          {t('consent-save-failed')}
        </p>
      )}
    </>
  );
}
