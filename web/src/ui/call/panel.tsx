// Chat and files: beside the picture, or over its lower part where there is no room beside it.

import { type Signal, useSignal } from '@preact/signals';
import { useEffect, useLayoutEffect, useRef } from 'preact/hooks';
import { LONGEST_CHAT } from '../../call/control.ts';
import type { ChatMessage, Visit } from '../../drive/visit.ts';
import { Button, Icon } from '../parts.tsx';
import { t, timeOf } from '../text.ts';
import { FileList } from './files.tsx';
import './panel.css';

interface PanelProps {
  readonly visit: Visit;
  /** Whether the keyboard goes to the input at once. */
  readonly focus: boolean;
  /** Why a file was not sent. */
  readonly refusal: Signal<string | null>;
  readonly onAttach: () => void;
  readonly onClose: () => void;
}

export function Panel({ visit, focus, refusal, onAttach, onClose }: PanelProps) {
  const isAmongMany = visit.people.value.length > 1;
  const input = useRef<HTMLInputElement>(null);
  useEffect(() => {
    if (focus) input.current?.focus();
  }, [focus]);
  return (
    <aside class="call-panel" aria-label={t('call-panel')} data-test="panel" onKeyDown={(event) => event.key === 'Escape' && onClose()}>
      <header class="call-panel-head">
        <h2>{t('call-panel')}</h2>
        <Button kind="quiet" icon="close" label={t('close')} data-test="panel-close" onClick={onClose} />
      </header>
      {visit.files.value.length > 0 && (
        <section class="call-files" aria-label={t('call-files')}>
          <FileList visit={visit} files={visit.files.value} />
        </section>
      )}
      <Messages messages={visit.messages.value} hasNames={isAmongMany} />
      {refusal.value && (
        <p class="call-refusal" role="alert">
          {refusal.value}
        </p>
      )}
      {isAmongMany && visit.call.value.role === 'guest' && <p class="chat-hint">{t('call-files-to-practice')}</p>}
      <Composer visit={visit} input={input} onAttach={onAttach} />
    </aside>
  );
}

function Messages({ messages, hasNames }: { readonly messages: readonly ChatMessage[]; readonly hasNames: boolean }) {
  const list = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    list.current?.scrollTo({ top: list.current.scrollHeight });
  }, [messages.length]);
  // The log is there from the beginning: what is added to it is read out.
  return (
    <div ref={list} class="chat" role="log" aria-live="polite" aria-label={t('call-messages')} tabIndex={0}>
      {messages.length === 0 && <p class="chat-empty">{t('call-chat-empty')}</p>}
      <ol class="plain">
        {messages.map(({ id, from, name, at, text, seen }) => (
          <li key={id} class={`chat-message ${from}`} data-test="chat-message" data-from={from}>
            {hasNames && from === 'peer' && name ? (
              <p class="chat-name">
                <bdi>{name}</bdi>
              </p>
            ) : (
              <span class="unseen">{t(from === 'me' ? 'call-from-me' : 'call-from-peer')}</span>
            )}
            <p class="chat-text" dir="auto">
              {text}
            </p>
            <p class="chat-note">
              {timeOf(at)}
              {from === 'me' && (
                <span title={t(seen ? 'call-seen' : 'call-sent')}>
                  <Icon name={seen ? 'check-double' : 'check'} size={16} />
                  <span class="unseen">{t(seen ? 'call-seen' : 'call-sent')}</span>
                </span>
              )}
            </p>
          </li>
        ))}
      </ol>
    </div>
  );
}

interface ComposerProps {
  readonly visit: Visit;
  readonly input: { current: HTMLInputElement | null };
  readonly onAttach: () => void;
}

function Composer({ visit, input, onAttach }: ComposerProps) {
  const draft = useSignal('');
  const wasRefused = useSignal(false);
  const text = draft.value.trim();
  const isTooLong = text.length > LONGEST_CHAT;
  const send = () => {
    input.current?.focus();
    if (text === '' || isTooLong) return;
    wasRefused.value = !visit.sendChat(text);
    if (!wasRefused.value) draft.value = '';
  };
  const error = isTooLong ? t('call-too-long', { length: text.length, most: LONGEST_CHAT }) : wasRefused.value ? t('call-not-sent') : '';
  return (
    <form
      class="composer"
      onSubmit={(event) => {
        event.preventDefault();
        send();
      }}
    >
      {error && (
        <p class="call-refusal" id="composer-error" role="alert">
          {error}
        </p>
      )}
      <Button kind="quiet" icon="attach" label={t('call-attach')} data-test="attach" onClick={onAttach} />
      <input
        ref={input}
        class="input"
        dir="auto"
        autocomplete="off"
        enterkeyhint="send"
        placeholder={t('call-write')}
        aria-label={t('call-write')}
        aria-invalid={error ? true : undefined}
        aria-describedby={error ? 'composer-error' : undefined}
        value={draft.value}
        data-test="chat-input"
        onInput={(event) => {
          draft.value = event.currentTarget.value;
          wasRefused.value = false;
        }}
      />
      <Button kind="primary" type="submit" icon="send" label={t('call-send')} data-test="chat-send" />
    </form>
  );
}
