// A word to one who waits, or to all of them.

import { useSignal } from '@preact/signals';
import { LONGEST_NOTICE } from '../../call/control.ts';
import type { Present } from '../../practice/attendance.ts';
import type { Console } from '../../practice/console.ts';
import { Button, Dialog, Field } from '../parts.tsx';
import { t } from '../text.ts';

interface TellDialogProps {
  readonly console: Console;
  readonly guests: readonly Present[];
  readonly onClose: () => void;
}

export function TellDialog({ console, guests, onClose }: TellDialogProps) {
  const text = useSignal('');
  const hasFailed = useSignal(false);
  const [first] = guests;
  const name = guests.length === 1 ? (first?.name ?? null) : null;
  const send = (words: string) => {
    if (console.waiting.tell(guests, words.trim()) > 0) onClose();
    else hasFailed.value = true;
  };
  return (
    <Dialog open title={name === null ? t('tell-title-all', { count: guests.length }) : t('tell-title', { name })} data-test="tell-dialog" onClose={onClose}>
      <form
        class="stack"
        onSubmit={(event) => {
          event.preventDefault();
          if (text.value.trim() !== '') send(text.value);
        }}
      >
        <p class="soft">{t('tell-text')}</p>
        <ul class="tell-ready plain">
          {READY.map((id) => (
            <li key={id}>
              <Button data-test="tell-ready" onClick={() => send(t(id))}>
                {t(id)}
              </Button>
            </li>
          ))}
        </ul>
        <Field label={t('tell-own')} error={hasFailed.value ? t('tell-failed') : undefined}>
          {(ids) => <textarea class="input" rows={3} maxLength={LONGEST_NOTICE} value={text.value} data-test="tell-text" onInput={({ currentTarget }) => (text.value = currentTarget.value)} {...ids} />}
        </Field>
        <div class="dialog-actions">
          <Button onClick={onClose}>{t('cancel')}</Button>
          <Button kind="primary" type="submit" icon="send" disabled={text.value.trim() === ''} data-test="tell-send">
            {t('tell-send')}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}

/** Sent by one click. */
const READY = ['tell-ready-minutes', 'tell-ready-next', 'tell-ready-back'] as const;
