// The practice's text, the choices, the name and the signature.

import { type Signal, useSignal } from '@preact/signals';
import { useRef } from 'preact/hooks';
import { type Item, LONGEST_NAME } from '../../call/control.ts';
import { plainLine } from '../../call/text.ts';
import { type ConsentText, textFor, textHash, type TextLanguage, textsOf, type WelcomeDocument } from '../../consent/document.ts';
import type { Decision, Mark } from '../../consent/receipt.ts';
import { Button, Field, Icon, Notice } from '../parts.tsx';
import { directionOf, LANGUAGE_NAMES, language, languageName, listOf, t } from '../text.ts';
import './consent.css';
import { Markdown } from './markdown.tsx';
import { SignatureField } from './signature.tsx';
import './texts.ts';

export interface ConsentFormProps {
  readonly document: WelcomeDocument;
  /** Known already: then it is not asked again. */
  readonly name?: string;
  readonly onGive: (decision: Decision, text: ConsentText) => void;
  readonly onRefuse: () => void;
  /** Where it is only asked for: on without signing. */
  readonly onSkip: () => void;
}

export function ConsentForm({ document, name: known, onGive, onRefuse, onSkip }: ConsentFormProps) {
  const form = useRef<HTMLFormElement>(null);
  const decision = useRef<HTMLDivElement>(null);
  const of = useSignal<ConsentText['for']>('adult');
  const choices = useSignal<Partial<Record<Item, boolean>>>({});
  const name = useSignal(known ?? '');
  const mark = useSignal<Mark | null>(null);
  const wasTried = useSignal(false);
  const read = useSignal<TextLanguage | null>(null);
  const text = textFor(document, of.value, read.value ?? language.value);
  if (!text) return null;
  const hasGuardian = textFor(document, 'guardian', language.value) !== null;
  const wrong = wasTried.value ? problemsOf(document, choices.value, name.value, mark.value) : NO_PROBLEMS;

  const give = async () => {
    wasTried.value = true;
    const signed = mark.value;
    if (!signed || hasProblems(problemsOf(document, choices.value, name.value, signed))) {
      // Once they are drawn, to the first that is wrong.
      requestAnimationFrame(() => form.current?.querySelector<HTMLElement>('.wrong input, [aria-invalid=true], .signature-pad.wrong')?.focus());
      return;
    }
    const { id, language: written, version } = text;
    const ref = { id, language: written, for: text.for, version, sha256: await textHash(text.markdown) };
    const chosen = (answer: boolean) => document.items.filter((item) => choices.value[item] === answer);
    onGive({ text: ref, name: plainLine(name.value, LONGEST_NAME), agreed: chosen(true), declined: chosen(false), at: Date.now(), mark: signed }, text);
  };

  return (
    <form
      ref={form}
      class="consent-form stack wide"
      noValidate
      data-test="consent-form"
      onSubmit={(event) => {
        event.preventDefault();
        void give();
      }}
    >
      {hasGuardian && (
        <fieldset class="consent-for">
          <legend>{t('consent-for')}</legend>
          {(['adult', 'guardian'] as const).map((one) => (
            <label key={one} class="consent-option">
              <input type="radio" name="for" checked={of.value === one} data-test={`consent-for-${one}`} onChange={() => (of.value = one)} />
              <span>{t(`consent-for-${one}`)}</span>
            </label>
          ))}
        </fieldset>
      )}
      {!textsOf(document, of.value).some((one) => one.language === language.value) && <Elsewhere texts={textsOf(document, of.value)} read={text} onRead={(newer) => (read.value = newer)} />}
      <article class="consent-text card stack" lang={text.language} dir={directionOf(text.language)} data-test="consent-text">
        <h2>{text.title}</h2>
        <Markdown source={text.markdown} />
      </article>
      <div class="consent-onward">
        <Button kind="primary" large data-test="consent-onward" onClick={() => toDecision(decision.current)}>
          {t('consent-onward')}
          <Icon name="down" />
        </Button>
      </div>
      <div ref={decision} class="consent-decision card stack wide" tabIndex={-1}>
        <Choices items={document.items} choices={choices} wrong={wrong} />
        {known === undefined && (
          <Field label={t(of.value === 'guardian' ? 'consent-name-guardian' : 'consent-name')} error={wrong.name && t('consent-name-missing')}>
            {(ids) => (
              <input
                class="input"
                autocomplete="name"
                autocapitalize="words"
                spellcheck={false}
                dir={name.value === '' ? undefined : 'auto'}
                maxLength={LONGEST_NAME}
                required
                value={name.value}
                data-test="name-input"
                onInput={({ currentTarget }) => (name.value = currentTarget.value)}
                {...ids}
              />
            )}
          </Field>
        )}
        <SignatureField mark={mark.value} error={wrong.mark && t('consent-signature-missing')} onMark={(newer) => (mark.value = newer)} />
        <p class="soft small">{t('consent-private')}</p>
        <div class="consent-actions">
          <Button kind="primary" large type="submit" data-test="consent-give">
            {t('consent-give')}
          </Button>
          {document.policy === 'asked' && (
            <Button kind="secondary" data-test="consent-skip" onClick={onSkip}>
              {t('consent-skip')}
            </Button>
          )}
          <Button kind="quiet" data-test="consent-refuse" onClick={onRefuse}>
            {t('consent-refuse')}
          </Button>
        </div>
      </div>
    </form>
  );
}

/** The keyboard goes along. */
function toDecision(decision: HTMLElement | null): void {
  decision?.scrollIntoView({ block: 'start' });
  decision?.focus({ preventScroll: true });
}

interface ElsewhereProps {
  readonly texts: readonly ConsentText[];
  readonly read: ConsentText;
  readonly onRead: (language: TextLanguage) => void;
}

/** The practice has no text in the reader's language: which there are, and the choice between them. */
function Elsewhere({ texts, read, onRead }: ElsewhereProps) {
  return (
    <Notice code="text-language" icon="globe">
      <p>{t('consent-elsewhere', { languages: listOf(texts.map((text) => languageName(text.language))) })}</p>
      {texts.length > 1 && (
        <p class="row">
          {texts.map(({ language: of }) => (
            <Button key={of} lang={of} aria-pressed={read.language === of} data-test={`consent-read-${of}`} onClick={() => onRead(of)}>
              {LANGUAGE_NAMES[of]}
            </Button>
          ))}
        </p>
      )}
    </Notice>
  );
}

interface ChoicesProps {
  readonly items: readonly Item[];
  readonly choices: Signal<Partial<Record<Item, boolean>>>;
  readonly wrong: Problems;
}

/** Nothing is chosen beforehand: who agrees does so by an act of their own. */
function Choices({ items, choices, wrong }: ChoicesProps) {
  return (
    <fieldset class="consent-choices">
      <legend>{t('consent-choices')}</legend>
      {items.map((item) => {
        const isWrong = wrong.choices.includes(item);
        return (
          <div key={item} class={`consent-choice ${isWrong ? 'wrong' : ''}`} role="radiogroup" aria-labelledby={`item-${item}`} aria-describedby={isWrong ? `wrong-${item}` : undefined}>
            <p id={`item-${item}`} class="consent-choice-words">
              <strong>{t(`consent-item-${item}`)}</strong>
              <span class="soft small">{t(`consent-item-${item}-hint`)}</span>
            </p>
            <div class="consent-answers">
              {([true, false] as const).map((answer) => (
                <label key={String(answer)} class="consent-answer">
                  <input
                    type="radio"
                    name={item}
                    checked={choices.value[item] === answer}
                    data-test={`consent-${item}-${answer ? 'yes' : 'no'}`}
                    onChange={() => (choices.value = { ...choices.value, [item]: answer })}
                  />
                  <span>{t(answer ? 'consent-yes' : 'consent-no')}</span>
                </label>
              ))}
            </div>
            {isWrong && (
              <p class="field-error" id={`wrong-${item}`} role="alert">
                {t(choices.value[item] === undefined ? 'consent-choice-missing' : 'consent-video-needed')}
              </p>
            )}
          </div>
        );
      })}
    </fieldset>
  );
}

interface Problems {
  readonly choices: readonly Item[];
  readonly name: boolean;
  readonly mark: boolean;
}

function problemsOf({ items }: WelcomeDocument, choices: Partial<Record<Item, boolean>>, name: string, mark: Mark | null): Problems {
  const isWrong = (item: Item) => choices[item] === undefined || (item === 'video' && !choices[item]);
  return { choices: items.filter(isWrong), name: plainLine(name, LONGEST_NAME) === '', mark: mark === null };
}

function hasProblems({ choices, name, mark }: Problems): boolean {
  return choices.length > 0 || name || mark;
}

const NO_PROBLEMS: Problems = { choices: [], name: false, mark: false };
