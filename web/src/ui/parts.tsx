// The small parts that all pages are built from. How they look is in theme.css.

import { useSignal } from '@preact/signals';
import type { ButtonHTMLAttributes, ComponentChildren, JSX } from 'preact';
import { useEffect, useId, useRef } from 'preact/hooks';
import { Icon, type IconName } from './icons.tsx';
import { directionOf, type Language, LANGUAGE_NAMES, language, languageName, offered, speak, t, wanted } from './text.ts';

export { Icon, type IconName } from './icons.tsx';

type ButtonProps = Omit<ButtonHTMLAttributes<HTMLButtonElement>, 'icon' | 'class' | 'className' | 'label'> & {
  /** `primary`: what the view is for, at most one in it. */
  readonly kind?: 'primary' | 'secondary' | 'quiet' | 'danger';
  readonly icon?: IconName;
  /** Something is under way: a spinner stands in the icon's place, and the button can't be pressed. */
  readonly busy?: boolean;
  readonly large?: boolean;
  /** In place of `children`, where there is only the icon. */
  readonly label?: string;
  readonly class?: string;
};

/** A button. Further attributes (`onClick`, `data-test`, `aria-…`) go to the element. */
export function Button({ kind = 'secondary', icon, busy = false, large = false, label, class: more = '', children, disabled, ...rest }: ButtonProps) {
  const classes = ['button', kind, large && 'large', label !== undefined && 'icon-only', more].filter(Boolean).join(' ');
  const name = label === undefined ? {} : { 'aria-label': label, title: label };
  return (
    <button type="button" class={classes} disabled={busy || disabled === true} aria-busy={busy || undefined} {...name} {...rest}>
      {busy ? <Spinner /> : icon && <Icon name={icon} />}
      {children}
    </button>
  );
}

/** What `Field` gives to the input that it is the label of. */
export interface FieldIds {
  readonly id: string;
  readonly 'aria-describedby': string | undefined;
  readonly 'aria-invalid': boolean | undefined;
}

interface FieldProps {
  readonly label: ComponentChildren;
  readonly hint?: ComponentChildren;
  /** What is wrong with what stands in it; read out when it appears. */
  readonly error?: ComponentChildren;
  /** `(ids) => <input class="input" {...ids} />` */
  readonly children: (ids: FieldIds) => JSX.Element;
}

/** An input with its label, a hint and what is wrong with it. */
export function Field({ label, hint, error, children }: FieldProps) {
  const id = useId();
  const described = [hint && `${id}-hint`, error && `${id}-error`].filter(Boolean).join(' ');
  return (
    <div class="field">
      <label for={id}>{label}</label>
      {children({ id, 'aria-describedby': described || undefined, 'aria-invalid': error ? true : undefined })}
      {hint && (
        <p class="field-hint" id={`${id}-hint`}>
          {hint}
        </p>
      )}
      {error && (
        <p class="field-error" id={`${id}-error`} role="alert">
          {error}
        </p>
      )}
    </div>
  );
}

interface NoticeProps {
  /** What it is about, for tests and for support; never shown. Without one it is an aside that nobody looks for. */
  readonly code?: string;
  readonly tone?: 'info' | 'good' | 'warn' | 'danger';
  readonly icon?: IconName;
  readonly title?: ComponentChildren;
  /** `h1` where the page is about nothing else. */
  readonly heading?: 'h1' | 'h2';
  readonly children?: ComponentChildren;
}

/** Something to know; `warn` and `danger` are read out at once. */
export function Notice({ code, tone = 'info', icon, title, heading: Heading = 'h2', children }: NoticeProps) {
  return (
    <div class={`notice ${tone}`} role={tone === 'info' || tone === 'good' ? 'status' : 'alert'} data-test={code && 'notice'} data-code={code}>
      <Icon name={icon ?? TONE_ICONS[tone]} size={24} />
      <div class="notice-body">
        {title && <Heading class="notice-title">{title}</Heading>}
        {children}
      </div>
    </div>
  );
}

interface DialogProps {
  readonly open: boolean;
  readonly title: ComponentChildren;
  /** Escape, a click beside it, or its cross. */
  readonly onClose: () => void;
  readonly children: ComponentChildren;
  readonly 'data-test'?: string;
}

/** A dialog above everything. Its content exists only while it is open; buttons at its end go into `<div class="dialog-actions">`. */
export function Dialog({ open, title, onClose, children, ...rest }: DialogProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  const id = useId();
  useEffect(() => {
    const element = dialog.current;
    if (open && element && !element.open) element.showModal();
    if (!open && element?.open) element.close();
  }, [open]);
  return (
    <dialog
      ref={dialog}
      class="dialog"
      aria-labelledby={id}
      onClose={() => open && onClose()}
      onClick={(event) => isBeside(event, event.currentTarget) && onClose()}
      {...rest}
    >
      {open && (
        <>
          <header class="dialog-head">
            <h2 id={id}>{title}</h2>
            <Button kind="quiet" icon="close" label={t('close')} onClick={onClose} />
          </header>
          {children}
        </>
      )}
    </dialog>
  );
}

interface CopyButtonProps {
  readonly text: string;
  /** `copy` in the reader's language where absent. */
  readonly label?: string;
  readonly kind?: 'primary' | 'secondary' | 'quiet';
  readonly 'data-test'?: string;
}

/** Puts a text onto the clipboard and says that it has. */
export function CopyButton({ text, label, kind = 'secondary', ...rest }: CopyButtonProps) {
  const outcome = useSignal<'copied' | 'failed' | null>(null);
  useEffect(() => {
    if (outcome.value !== 'copied') return;
    const timer = setTimeout(() => (outcome.value = null), COPIED_SHOWN);
    return () => clearTimeout(timer);
  }, [outcome.value]);
  const copy = () =>
    copyText(text).then(
      () => (outcome.value = 'copied'),
      () => (outcome.value = 'failed'),
    );
  return (
    <>
      <Button kind={kind} icon={outcome.value === 'copied' ? 'check' : 'copy'} onClick={copy} {...rest}>
        {outcome.value === 'copied' ? t('copied') : (label ?? t('copy'))}
      </Button>
      <span class={outcome.value === 'failed' ? 'small' : 'unseen'} role="status">
        {outcome.value === 'copied' ? t('copied') : outcome.value === 'failed' ? t('copy-failed') : ''}
      </span>
    </>
  );
}

/** The languages of this page, each by its own name. */
export function LanguageChooser() {
  const wish = wanted.value;
  const isLoading = wish !== null && !wish.hasFailed;
  return (
    <label class="language-chooser" title={t('language-switch')} aria-busy={isLoading || undefined}>
      {isLoading ? <Spinner /> : <Icon name="globe" />}
      <span class="unseen">{t('language-switch')}</span>
      <select value={isLoading ? wish.language : language.value} lang={language.value} data-test="language" onChange={({ currentTarget }) => void speak(currentTarget.value as Language)}>
        {offered.value.map((one) => (
          <option key={one} value={one} lang={one} dir={directionOf(one)}>
            {LANGUAGE_NAMES[one]}
          </option>
        ))}
      </select>
    </label>
  );
}

/** A language could not be had: in words of its own, too, since whoever asked for it may read no other. */
function LanguageTrouble() {
  const wish = wanted.value;
  if (!wish?.hasFailed) return null;
  const { language: of } = wish;
  return (
    <Notice code="language" tone="warn">
      <p lang={of} dir={directionOf(of)}>
        {NOT_LOADED[of]}
      </p>
      <p>{t('language-failed', { language: languageName(of) })}</p>
      <p>
        <Button icon="reload" data-test="language-again" onClick={() => void speak(of)}>
          {t('retry')}
        </Button>
      </p>
    </Notice>
  );
}

/** Something is under way. Say what in words beside it. */
export function Spinner() {
  return <span class="spinner" aria-hidden="true" />;
}

interface PageProps {
  /** Beside the mark: whose page it is. `product` in the reader's language where absent. */
  readonly name?: ComponentChildren;
  /** At the header's end, before the language. */
  readonly actions?: ComponentChildren;
  readonly narrow?: boolean;
  readonly footer?: ComponentChildren;
  readonly children: ComponentChildren;
}

/** A page with header and footer. */
export function Page({ name, actions, narrow = false, footer, children }: PageProps) {
  return (
    <div class="page">
      <header class="page-header">
        <span class="brand">
          <Icon name="visite" size={28} />
          <bdi>{name ?? t('product')}</bdi>
        </span>
        {actions}
        <LanguageChooser />
      </header>
      <main class={narrow ? 'page-main narrow' : 'page-main'}>
        <LanguageTrouble />
        {children}
      </main>
      <footer class="page-footer">{footer ?? t('footer-privacy')}</footer>
    </div>
  );
}

/** By the clipboard where the browser gives it to the page; rejects where it doesn't. */
async function copyText(text: string): Promise<void> {
  // Absent where the page was not loaded over https.
  const clipboard = navigator.clipboard as Clipboard | undefined;
  if (!clipboard) throw new Error('no clipboard here');
  await clipboard.writeText(text);
}

/** A click on the backdrop comes to the dialog itself, as one on its padding does. */
function isBeside(event: MouseEvent, dialog: HTMLElement): boolean {
  if (event.target !== dialog) return false;
  const { left, right, top, bottom } = dialog.getBoundingClientRect();
  return event.clientX < left || event.clientX > right || event.clientY < top || event.clientY > bottom;
}

const TONE_ICONS: Readonly<Record<NonNullable<NoticeProps['tone']>, IconName>> = { info: 'info', good: 'check', warn: 'warning', danger: 'shield-alert' };

/** What needs no loading has no words for it. */
const NOT_LOADED: Readonly<Partial<Record<Language, string>>> = {
  tr: 'Türkçe metinler şu anda yüklenemiyor. Lütfen internet bağlantınızı kontrol edin ve tekrar deneyin.',
  uk: 'Українські тексти зараз не вдається завантажити. Перевірте, будь ласка, з’єднання з інтернетом і спробуйте ще раз.',
  ar: 'تعذّر تحميل النصوص العربية حالياً. يُرجى التحقق من الاتصال بالإنترنت ثم المحاولة من جديد.',
};

/** Milliseconds. */
const COPIED_SHOWN = 2_500;
