// The first time: this browser becomes a device of the practice.

import { useSignal } from '@preact/signals';
import { deviceName, MAX_NAME } from '../../practice/enrol.ts';
import { HttpRefusal } from '../../signal/http.ts';
import { Button, Field, Icon, type IconName, Notice, Page } from '../parts.tsx';
import { t } from '../text.ts';
import { browserName } from './browser-name.ts';

interface EnrolViewProps {
  /** `again`: the browser was a device before, and was revoked. `added`: another device has shown the link. */
  readonly kind: 'first' | 'again' | 'added';
  /** Throws an `HttpRefusal`. */
  readonly onEnrol: (name: string, bringsRecovery: boolean) => Promise<void>;
  readonly onGiveUp: () => void;
}

export function EnrolView({ kind, onEnrol, onGiveUp }: EnrolViewProps) {
  const name = useSignal(browserName(navigator.userAgent));
  const bringsRecovery = useSignal(false);
  const isBusy = useSignal(false);
  const refusal = useSignal<HttpRefusal | null>(null);
  const isNameWrong = useSignal(false);

  const submit = async (event: Event) => {
    event.preventDefault();
    const wanted = deviceName(name.value);
    isNameWrong.value = wanted === null;
    refusal.value = null;
    if (wanted === null) return;
    isBusy.value = true;
    await onEnrol(wanted, bringsRecovery.value).catch((cause: unknown) => {
      if (!(cause instanceof HttpRefusal)) throw cause;
      if (cause.field === 'name') isNameWrong.value = true;
      else refusal.value = cause;
    });
    isBusy.value = false;
  };

  return (
    <Page narrow>
      <div class="stack wide">
        <header class="stack tight">
          <h1>{t('enrol-title')}</h1>
          <p class="lead">{t(`enrol-lead-${kind}`)}</p>
        </header>
        {refusal.value && <Refused refusal={refusal.value} onGiveUp={onGiveUp} />}
        <form class="card stack" noValidate onSubmit={(event) => void submit(event)}>
          <Field label={t('enrol-name')} hint={t('enrol-name-hint')} error={isNameWrong.value && t('enrol-name-error', { most: MAX_NAME })}>
            {(ids) => <input class="input" data-test="enrol-name" autoComplete="off" value={name.value} onInput={({ currentTarget }) => (name.value = currentTarget.value)} {...ids} />}
          </Field>
          {kind === 'first' && (
            <label class="check">
              <input type="checkbox" data-test="enrol-recovery" checked={bringsRecovery.value} onChange={({ currentTarget }) => (bringsRecovery.value = currentTarget.checked)} />
              {t('enrol-recovery')}
            </label>
          )}
          <Button kind="primary" large type="submit" busy={isBusy.value} data-test="enrol-submit">
            {t('enrol-submit')}
          </Button>
        </form>
        <ul class="facts plain">
          <Fact icon="key" text={t(kind === 'added' ? 'enrol-keys-added' : 'enrol-keys')} />
          <Fact icon="lock" text={t(kind === 'added' ? 'enrol-number' : 'enrol-secret')} />
          {kind !== 'added' && <Fact icon="warning" text={t('enrol-keep')} />}
        </ul>
      </div>
    </Page>
  );
}

function Refused({ refusal, onGiveUp }: { readonly refusal: HttpRefusal; readonly onGiveUp: () => void }) {
  switch (refusal.code) {
    case 'enrolment_invalid':
      return (
        <Notice code="enrolment-invalid" tone="warn" title={t('enrol-invalid-title')}>
          <p>{t('enrol-invalid-text')}</p>
          <div class="row">
            <Button data-test="enrol-give-up" onClick={onGiveUp}>
              {t('enrol-invalid-give-up')}
            </Button>
          </div>
        </Notice>
      );
    case 'slow_down':
      return <Notice code="slow-down" tone="warn" title={t('practice-slow-down')} />;
    case 'resource_exhausted':
      return <Notice code="full" tone="warn" title={t('enrol-full')} />;
    default:
      return <Notice code="unreachable" tone="warn" title={t('practice-unreachable-title')} children={<p>{t('practice-again')}</p>} />;
  }
}

function Fact({ icon, text }: { readonly icon: IconName; readonly text: string }) {
  return (
    <li>
      <Icon name={icon} size={24} />
      <span>{text}</span>
    </li>
  );
}
