// A word to one who waits, or to all of them.

import { useSignal } from '@preact/signals';
import { LONGEST_NOTICE } from '../../call/control.ts';
import type { Present } from '../../practice/attendance.ts';
import type { Console } from '../../practice/console.ts';
import { Button, Dialog, Field } from '../parts.tsx';
import { plain, t } from '../text.ts';

interface TellDialogProps {
  readonly console: Console;
  readonly guests: readonly Present[];
  readonly onClose: () => void;
}

export function TellDialog({ console, guests, onClose }: TellDialogProps) {
  const text = useSignal('');
  const isBusy = useSignal(false);
  /** How many of them it has reached, where those are not all. */
  const reached = useSignal<number | null>(null);
  const [first] = guests;
  const name = guests.length === 1 ? (first?.name ?? null) : null;
  const send = async (words: string) => {
    const { length: count } = guests;
    isBusy.value = true;
    reached.value = null;
    const told = await console.waiting.tell(guests, words.trim());
    isBusy.value = false;
    if (told === count) onClose();
    else reached.value = told;
  };
  const failure = reached.value === null ? undefined : t(reached.value === 0 ? 'tell-failed' : 'tell-some', { count: reached.value });
  return (
    <Dialog open title={name === null ? t('tell-title-all', { count: guests.length }) : t('tell-title', { name })} data-test="tell-dialog" onClose={onClose}>
      <form
        class="stack"
        onSubmit={(event) => {
          event.preventDefault();
          if (text.value.trim() !== '') void send(text.value);
        }}
      >
        <p class="soft">{t('tell-text')}</p>
        <ul class="tell-ready plain">
          {ready(console).map((words) => (
            <li key={words}>
              <Button data-test="tell-ready" disabled={isBusy.value} onClick={() => void send(words)}>
                {words}
              </Button>
            </li>
          ))}
        </ul>
        <Field label={t('tell-own')} error={failure}>
          {(ids) => <textarea class="input" rows={3} maxLength={LONGEST_NOTICE} value={text.value} data-test="tell-text" onInput={({ currentTarget }) => (text.value = currentTarget.value)} {...ids} />}
        </Field>
        <div class="dialog-actions">
          <Button onClick={onClose}>{t('cancel')}</Button>
          <Button kind="primary" type="submit" icon="send" busy={isBusy.value} disabled={text.value.trim() === ''} data-test="tell-send">
            {t('tell-send')}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}

/** Sent by one click. The reception does not say "I" for the doctor. */
function ready({ role }: Console): readonly string[] {
  const minutes = [10, 20].map((minutes) => plain('tell-ready-minutes', { minutes }));
  return [...minutes, t('tell-ready-next'), ...(role === 'doctor' ? [t('tell-ready-back')] : [])];
}
