// Enrolled, and without the practice's keys: another device confirms this one, or a recovery file brings them.

import { useSignal } from '@preact/signals';
import { useRef } from 'preact/hooks';
import { readRecovery, type RecoveryFile } from '../../practice/recovery.ts';
import type { Newcomer } from '../../practice/store.ts';
import { Button, Dialog, Field, Notice, Page, Spinner } from '../parts.tsx';
import { t } from '../text.ts';
import { useAction } from './action.ts';
import { SpokenNumber } from './number.tsx';
import { PassphraseField } from './passphrase-field.tsx';

interface WaitingViewProps {
  readonly newcomer: Newcomer;
  /** Six digits; `null` where no device has shown the link. */
  readonly number: string | null;
  readonly onGiveUp: () => void;
}

export function WaitingView({ newcomer, number, onGiveUp }: WaitingViewProps) {
  return (
    <Page narrow name={newcomer.practiceName}>
      <div class="stack wide" data-test="waiting-device">
        <header class="stack tight">
          <h1>{t('waiting-title')}</h1>
          <p class="lead">{t(number === null ? 'waiting-lead-no-number' : 'waiting-lead')}</p>
        </header>
        <section class="card stack">
          {number !== null && <SpokenNumber digits={number} />}
          <p class="row soft" role="status">
            <Spinner /> {t('waiting-text')}
          </p>
        </section>
        <p class="soft small">{t('waiting-other')}</p>
        <div class="row">
          <Button kind="quiet" data-test="enrol-give-up" onClick={onGiveUp}>
            {t('waiting-give-up')}
          </Button>
        </div>
      </div>
    </Page>
  );
}

interface KeylessViewProps {
  readonly newcomer: Newcomer;
  /** Throws a `RecoveryError`. */
  readonly onRecover: (file: RecoveryFile, passphrase: string) => Promise<void>;
  readonly onStartAfresh: () => Promise<void>;
  readonly onGiveUp: () => void;
}

export function KeylessView({ newcomer, onRecover, onStartAfresh, onGiveUp }: KeylessViewProps) {
  const isStaff = newcomer.role === 'staff';
  return (
    <Page narrow name={newcomer.practiceName}>
      <div class="stack wide" data-test="keyless">
        <header class="stack tight">
          <h1>{t('keyless-title')}</h1>
          <p class="lead">{t(isStaff ? 'keyless-lead-staff' : 'keyless-lead')}</p>
        </header>
        {!isStaff && <BringFile onRecover={onRecover} />}
        <section class="card stack">
          <h2>{t('keyless-ask-title')}</h2>
          <p>{t('keyless-ask-text')}</p>
          <div class="row">
            <Button kind="quiet" class="settings-back" data-test="enrol-give-up" onClick={onGiveUp}>
              {t('keyless-ask')}
            </Button>
          </div>
        </section>
        {!isStaff && <StartAfresh onStartAfresh={onStartAfresh} />}
      </div>
    </Page>
  );
}

function BringFile({ onRecover }: Pick<KeylessViewProps, 'onRecover'>) {
  const chosen = useRef<HTMLInputElement>(null);
  const passphrase = useSignal('');
  const isMissing = useSignal(false);
  const action = useAction();
  const { value: problem } = action.problem;
  const submit = (event: Event) => {
    event.preventDefault();
    const file = chosen.current?.files?.[0];
    isMissing.value = !file;
    if (!file) return;
    action.run(async () => {
      // Anything larger is none of ours: a film, chosen by mistake, is not read into memory.
      const bytes = new Uint8Array(await file.slice(0, LARGEST).arrayBuffer());
      await onRecover(await readRecovery(bytes), passphrase.value);
    });
  };
  const fileError = isMissing.value ? t('recover-missing') : problem && problem !== 'passphrase' ? t(`recovery-problem-${problem}`) : undefined;
  return (
    <form class="card stack" noValidate onSubmit={submit} data-test="recover">
      <h2>{t('recover-title')}</h2>
      <p>{t('recover-text')}</p>
      <Field label={t('recover-file')} hint={t('recover-file-hint')} error={fileError}>
        {(ids) => <input ref={chosen} class="input" type="file" accept=".json,application/json" data-test="recover-file" {...ids} />}
      </Field>
      <PassphraseField label={t('recover-passphrase')} error={problem === 'passphrase' && t('recovery-problem-passphrase')} value={passphrase} data-test="recover-passphrase" />
      <Button kind="primary" type="submit" busy={action.isBusy.value} data-test="recover-submit">
        {t('recover-submit')}
      </Button>
    </form>
  );
}

function StartAfresh({ onStartAfresh }: Pick<KeylessViewProps, 'onStartAfresh'>) {
  const isAsked = useSignal(false);
  const action = useAction();
  return (
    <section class="card stack">
      <h2>{t('afresh-title')}</h2>
      <p>{t('afresh-text')}</p>
      <div class="row">
        <Button data-test="afresh" onClick={() => (isAsked.value = true)}>
          {t('afresh')}
        </Button>
      </div>
      <Dialog open={isAsked.value} title={t('afresh-sure-title')} onClose={() => (isAsked.value = false)}>
        <Notice tone="warn" title={t('afresh-sure-links')}>
          <p>{t('afresh-sure-text')}</p>
        </Notice>
        <div class="dialog-actions">
          <Button onClick={() => (isAsked.value = false)}>{t('cancel')}</Button>
          <Button kind="danger" busy={action.isBusy.value} data-test="afresh-sure" onClick={() => action.run(onStartAfresh)}>
            {t('afresh')}
          </Button>
        </div>
      </Dialog>
    </section>
  );
}

/** Bytes; a recovery file has some 1 500. */
const LARGEST = 64 * 1024;
