// Which way the practice's visits take.

import { useSignal, useSignalEffect } from '@preact/signals';
import type { Identity } from '../../drive/visit.ts';
import type { PracticeSettings } from '../../practice/settings.ts';
import { RELAY_USES, type RelayUse } from '../../call/relay-use.ts';
import { HttpRefusal } from '../../signal/http.ts';
import { Button, Notice } from '../parts.tsx';
import { t } from '../text.ts';
import './consent-settings.css';
import './texts.ts';

interface RelayCardProps {
  readonly settings: PracticeSettings;
  /** Whether the operator has a relay. */
  readonly hasRelay: boolean;
  /** Signs it: a doctor's device. */
  readonly identity: Identity;
}

/** Nothing before the settings are read: saving would replace what is not known. */
export function RelayCard(props: RelayCardProps) {
  const state = props.settings.state.value;
  if (state === 'loading' || state === 'unreachable') return null;
  return <Editor {...props} />;
}

function Editor({ settings, hasRelay, identity }: RelayCardProps) {
  const chosen = useSignal<RelayUse>('never');
  const outcome = useSignal<'saved' | 'conflict' | 'failed' | null>(null);
  const isBusy = useSignal(false);
  const known = settings.relay ?? 'never';
  // Another device may have changed it.
  useSignalEffect(() => {
    chosen.value = settings.relay ?? 'never';
  });
  const save = async () => {
    isBusy.value = true;
    outcome.value = await settings.saveRelay(chosen.value, identity).catch((cause: unknown) => {
      if (!(cause instanceof HttpRefusal)) throw cause;
      return 'failed' as const;
    });
    isBusy.value = false;
  };
  // What can't be chosen is shown only where it is what holds.
  const uses = RELAY_USES.filter((use) => hasRelay || use === 'never' || use === known);
  return (
    <section class="card stack" data-test="relay-settings">
      <header class="stack tight">
        <h2>{t('relay-title')}</h2>
        <p class="soft">{t('relay-lead')}</p>
      </header>
      {!hasRelay && (
        <Notice code={known === 'only' ? 'relay-lost' : 'relay-none'} tone={known === 'only' ? 'warn' : 'info'}>
          <p>{t(known === 'only' ? 'relay-lost' : 'relay-none')}</p>
        </Notice>
      )}
      <form
        class="stack"
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          void save();
        }}
      >
        <fieldset class="settings-choices">
          <legend>{t('relay-choice')}</legend>
          {uses.map((use) => (
            <label key={use} class="consent-option settings-way">
              <input
                type="radio"
                name="relay"
                checked={chosen.value === use}
                data-test={`relay-${use}`}
                onChange={() => {
                  outcome.value = null;
                  chosen.value = use;
                }}
              />
              <span>
                {t(`relay-${use}`)}
                <span class="soft small">{t(`relay-${use}-hint`)}</span>
              </span>
            </label>
          ))}
        </fieldset>
        {outcome.value && (
          <Notice code={`relay-${outcome.value}`} tone={outcome.value === 'saved' ? 'good' : 'warn'}>
            <p>{t(`relay-${outcome.value}`)}</p>
            {outcome.value === 'saved' && settings.hasOwnTexts && <p data-test="relay-own-texts">{t('relay-own-texts')}</p>}
          </Notice>
        )}
        {uses.length > 1 && (
          <div class="row">
            <Button type="submit" busy={isBusy.value} disabled={chosen.value === known} data-test="relay-save">
              {t('relay-save')}
            </Button>
          </div>
        )}
      </form>
    </section>
  );
}
