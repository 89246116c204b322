// What the practice asks its guests to sign: whether, the texts, and how they read.

import { type Signal, useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { ITEMS, LONGEST_MARKDOWN, LONGEST_TITLE, POLICIES, relayUseOf } from '../../consent/document.ts';
import type { Identity } from '../../drive/visit.ts';
import { type Draft, fits, type PracticeSettings } from '../../practice/settings.ts';
import { HttpRefusal } from '../../signal/http.ts';
import '../consent/consent.css';
import { Markdown } from '../consent/markdown.tsx';
import '../consent/texts.ts';
import { Button, Field, Notice, Spinner } from '../parts.tsx';
import { directionOf, language, languageName, t } from '../text.ts';
import './consent-settings.css';
import './texts.ts';

interface ConsentSettingsProps {
  readonly settings: PracticeSettings;
  /** Signs the texts: a doctor's device. */
  readonly identity: Identity;
}

export function ConsentSettings({ settings, identity }: ConsentSettingsProps) {
  const state = settings.state.value;
  useEffect(() => {
    // What goes wrong is in `state`.
    settings.load().catch((cause: unknown) => {
      if (!(cause instanceof HttpRefusal)) throw cause;
    });
  }, [settings]);
  return (
    <section class="card consent-settings stack wide" data-test="consent-settings" data-state={state}>
      <header class="stack tight">
        <h2>{t('settings-title')}</h2>
        <p class="soft">{t('settings-lead')}</p>
      </header>
      {state === 'loading' && <Spinner />}
      {state === 'unreachable' && (
        <Notice code="settings-unreachable" tone="warn" title={t('settings-loading-failed')}>
          <p>
            <Button icon="reload" onClick={() => void settings.load().catch(() => undefined)}>
              {t('retry')}
            </Button>
          </p>
        </Notice>
      )}
      {state === 'unreadable' && (
        <Notice code="settings-unreadable" tone="warn">
          <p>{t('settings-unreadable')}</p>
        </Notice>
      )}
      {(state === 'fresh' || state === 'unreadable') && <Editor key={relayUseOf(settings.document.value)} settings={settings} identity={identity} />}
    </section>
  );
}

type Outcome = 'saved' | 'conflict' | 'failed';

function Editor({ settings, identity }: ConsentSettingsProps) {
  const draft = useSignal<Draft>(settings.draft());
  const outcome = useSignal<Outcome | null>(null);
  const isBusy = useSignal(false);
  const wasTried = useSignal(false);
  const change = (newer: Partial<Draft>) => {
    outcome.value = null;
    draft.value = { ...draft.value, ...newer };
  };
  const isMissing = draft.value.texts.some(({ title, markdown }) => title.trim() === '' || markdown.trim() === '');
  const isTooLong = !fits(draft.value, settings.practice);
  const save = async () => {
    wasTried.value = true;
    if (isMissing || isTooLong) return;
    isBusy.value = true;
    outcome.value = await settings.save(draft.value, identity).catch((cause: unknown) => {
      if (!(cause instanceof HttpRefusal)) throw cause;
      return 'failed' as const;
    });
    if (outcome.value !== 'failed') draft.value = settings.draft();
    isBusy.value = false;
  };
  return (
    <form
      class="stack wide"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        void save();
      }}
    >
      <fieldset class="settings-choices">
        <legend>{t('settings-policy')}</legend>
        {[...POLICIES].reverse().map((policy) => (
          <label key={policy} class="consent-option">
            <input type="radio" name="policy" checked={draft.value.policy === policy} data-test={`policy-${policy}`} onChange={() => change({ policy })} />
            <span>{t(`settings-policy-${policy}`)}</span>
          </label>
        ))}
      </fieldset>
      {draft.value.policy === 'none' && <p class="soft small">{t('settings-off-hint')}</p>}
      {draft.value.policy !== 'none' && (
        <>
          <Items draft={draft} onChange={change} />
          <Texts settings={settings} draft={draft} onChange={change} />
        </>
      )}
      {wasTried.value && (isMissing || isTooLong) && (
        <p class="field-error" role="alert">
          {t(isMissing ? 'settings-text-missing' : 'settings-text-long')}
        </p>
      )}
      {outcome.value && (
        <Notice code={`settings-${outcome.value}`} tone={outcome.value === 'saved' ? 'good' : 'warn'}>
          <p>{t(`settings-${outcome.value}`)}</p>
        </Notice>
      )}
      <div class="row">
        <Button kind="primary" type="submit" busy={isBusy.value} data-test="consent-settings-save">
          {t('settings-save')}
        </Button>
      </div>
    </form>
  );
}

interface PartProps {
  readonly draft: Signal<Draft>;
  readonly onChange: (newer: Partial<Draft>) => void;
}

/** Without picture and sound there is nothing to agree to. */
function Items({ draft, onChange }: PartProps) {
  const { items } = draft.value;
  return (
    <fieldset class="settings-choices">
      <legend>{t('settings-items')}</legend>
      {ITEMS.map((item) => (
        <label key={item} class="consent-option">
          <input
            type="checkbox"
            checked={items.includes(item)}
            disabled={item === 'video'}
            data-test={`settings-item-${item}`}
            onChange={({ currentTarget }) => onChange({ items: ITEMS.filter((one) => (one === item ? currentTarget.checked : items.includes(one))) })}
          />
          <span>
            {t(`consent-item-${item}`)} <span class="soft small">{t(`consent-item-${item}-hint`)}</span>
          </span>
        </label>
      ))}
    </fieldset>
  );
}

function Texts({ settings, draft, onChange }: PartProps & { readonly settings: PracticeSettings }) {
  const { texts } = draft.value;
  const chosen = useSignal(texts.find((text) => text.language === language.peek() && text.for === 'adult')?.id ?? texts[0]?.id);
  const text = texts.find(({ id }) => id === chosen.value);
  if (!text) return null;
  const edit = (newer: Partial<typeof text>) => onChange({ texts: texts.map((one) => (one === text ? { ...one, ...newer } : one)) });
  const template = settings.templates().find(({ id }) => id === text.id);
  const { version, isChanged } = settings.versionOf(text);
  return (
    <>
      <Notice tone="info">
        <p>{t('settings-check')}</p>
      </Notice>
      <div class="settings-editor">
        <div class="stack">
          <Field label={t('settings-text')}>
            {(ids) => (
              <select class="input" value={text.id} data-test="settings-text" onChange={({ currentTarget }) => (chosen.value = currentTarget.value)} {...ids}>
                {texts.map(({ id, language: of, for: whom }) => (
                  <option key={id} value={id}>
                    {t(`settings-text-for-${whom}`, { language: languageName(of) })}
                  </option>
                ))}
              </select>
            )}
          </Field>
          <Field label={t('settings-text-title')}>
            {(ids) => (
              <input class="input" lang={text.language} dir={directionOf(text.language)} maxLength={LONGEST_TITLE} value={text.title} data-test="settings-text-title" onInput={({ currentTarget }) => edit({ title: currentTarget.value })} {...ids} />
            )}
          </Field>
          <Field label={t('settings-text-markdown')} hint={t('settings-text-hint')}>
            {(ids) => (
              <textarea
                class="input settings-markdown"
                lang={text.language}
                dir={directionOf(text.language)}
                rows={18}
                maxLength={LONGEST_MARKDOWN}
                value={text.markdown}
                data-test="settings-text-markdown"
                onInput={({ currentTarget }) => edit({ markdown: currentTarget.value })}
                {...ids}
              />
            )}
          </Field>
          <div class="row spread">
            <span class="soft small" data-test="settings-text-version">
              {t(isChanged ? 'settings-text-changed' : 'settings-text-version', { version })}
            </span>
            {template && (template.markdown !== text.markdown || template.title !== text.title) && (
              <Button kind="quiet" icon="reload" data-test="settings-template" onClick={() => edit({ title: template.title, markdown: template.markdown })}>
                {t('settings-template')}
              </Button>
            )}
          </div>
        </div>
        <div class="stack tight">
          <h3>{t('settings-preview')}</h3>
          <article class="consent-text settings-preview stack" lang={text.language} dir={directionOf(text.language)} tabIndex={0} data-test="settings-preview">
            <h3>{text.title}</h3>
            <Markdown source={text.markdown} top={4} />
          </article>
        </div>
      </div>
    </>
  );
}
