// The doctor's own notes: of this page's memory, sent nowhere, stored nowhere.

import type { Signal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { Button, CopyButton } from '../parts.tsx';
import { t } from '../text.ts';
import './panel.css';
import { save } from './save.ts';

interface NotesProps {
  readonly text: Signal<string>;
  /** For the file's name. */
  readonly name: string;
}

interface NotesPanelProps extends NotesProps {
  readonly onClose: () => void;
}

/** In the call, in the chat's place. */
export function NotesPanel({ text, name, onClose }: NotesPanelProps) {
  const area = useRef<HTMLTextAreaElement>(null);
  useEffect(() => area.current?.focus(), []);
  return (
    <aside class="call-panel" aria-label={t('call-notes')} data-test="notes" onKeyDown={(event) => event.key === 'Escape' && onClose()}>
      <header class="call-panel-head">
        <h2>{t('call-notes')}</h2>
        <Button kind="quiet" icon="close" label={t('close')} data-test="panel-close" onClick={onClose} />
      </header>
      <div class="call-notes">
        <p class="soft small" id="call-notes-hint">
          {t('call-notes-hint')}
        </p>
        <textarea ref={area} class="input" dir="auto" spellcheck={false} autocomplete="off" aria-label={t('call-notes')} aria-describedby="call-notes-hint" value={text.value} data-test="notes-text" onInput={({ currentTarget }) => (text.value = currentTarget.value)} />
        <NotesButtons text={text} name={name} />
      </div>
    </aside>
  );
}

/** While there are notes, the browser asks before it leaves the page. */
export function useNotesGuard(text: Signal<string>): void {
  const hasNotes = text.value.trim() !== '';
  useEffect(() => {
    if (!hasNotes) return;
    const ask = (event: BeforeUnloadEvent) => event.preventDefault();
    window.addEventListener('beforeunload', ask);
    return () => window.removeEventListener('beforeunload', ask);
  }, [hasNotes]);
}

/** To take them along. */
export function NotesButtons({ text, name }: NotesProps) {
  if (text.value.trim() === '') return null;
  return (
    <div class="row">
      <CopyButton text={text.value} data-test="notes-copy" />
      <Button icon="download" data-test="notes-save" onClick={() => save(`${t('call-notes')} ${name}.txt`, new Blob([text.value], { type: 'text/plain;charset=utf-8' }))}>
        {t('call-notes-save')}
      </Button>
    </div>
  );
}
