// Whom guests call where a visit does not come about.

import { useSignal, useSignalEffect } from '@preact/signals';
import { isPhone, LONGEST_PHONE } from '../../consent/document.ts';
import type { Identity } from '../../drive/visit.ts';
import type { PracticeSettings } from '../../practice/settings.ts';
import { HttpRefusal } from '../../signal/http.ts';
import { Button, Field, Notice } from '../parts.tsx';
import { t } from '../text.ts';
import './invite.css';
import './invite-texts.ts';

interface PhoneCardProps {
  readonly settings: PracticeSettings;
  /** Signs it: a doctor's device. */
  readonly identity: Identity;
}

/** Nothing before the settings are read: saving would replace what is not known. */
export function PhoneCard({ settings, identity }: PhoneCardProps) {
  const state = settings.state.value;
  if (state === 'loading' || state === 'unreachable') return null;
  return <Editor settings={settings} identity={identity} />;
}

function Editor({ settings, identity }: PhoneCardProps) {
  const number = useSignal('');
  const outcome = useSignal<'saved' | 'conflict' | 'failed' | null>(null);
  const isWrong = useSignal(false);
  const isBusy = useSignal(false);
  const known = settings.document.value?.phone ?? '';
  // Another device may have changed it.
  useSignalEffect(() => {
    number.value = settings.document.value?.phone ?? '';
  });
  const save = async () => {
    const typed = number.value.trim();
    isWrong.value = typed !== '' && !isPhone(typed);
    if (isWrong.value) return;
    isBusy.value = true;
    outcome.value = await settings.savePhone(typed === '' ? null : typed, identity).catch((cause: unknown) => {
      if (!(cause instanceof HttpRefusal)) throw cause;
      return 'failed' as const;
    });
    isBusy.value = false;
  };
  return (
    <section class="card stack" data-test="phone-settings">
      <header class="stack tight">
        <h2>{t('phone-title')}</h2>
        <p class="soft">{t('phone-lead')}</p>
      </header>
      <form
        class="stack"
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          void save();
        }}
      >
        <Field label={t('phone-number')} hint={t('phone-hint')} error={isWrong.value && t('phone-wrong', { most: LONGEST_PHONE })}>
          {(ids) => (
            <input
              class="input phone-number"
              type="tel"
              dir="ltr"
              autoComplete="off"
              value={number.value}
              data-test="phone-number"
              onInput={({ currentTarget }) => {
                outcome.value = null;
                isWrong.value = false;
                number.value = currentTarget.value;
              }}
              {...ids}
            />
          )}
        </Field>
        {outcome.value && (
          <Notice code={`phone-${outcome.value}`} tone={outcome.value === 'saved' ? 'good' : 'warn'}>
            <p>{t(`phone-${outcome.value}`)}</p>
          </Notice>
        )}
        <div class="row">
          <Button type="submit" busy={isBusy.value} disabled={number.value.trim() === known} data-test="phone-save">
            {t('phone-save')}
          </Button>
        </div>
      </form>
    </section>
  );
}
