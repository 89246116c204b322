// A word to the practice before anything is joined: one comes later, or not at all.

import { useSignal } from '@preact/signals';
import type { Phone } from '../../consent/document.ts';
import type { Reply } from '../../consent/reply.ts';
import { CallPractice } from '../media/call-practice.tsx';
import { Button, Dialog, Notice } from '../parts.tsx';
import { t } from '../text.ts';

interface ReplyChoiceProps {
  readonly phone: Phone | null;
  /** Rejects where it did not reach the server. */
  readonly onReply: (reply: Reply) => Promise<void>;
}

type State =
  | { readonly name: 'idle' | 'choosing' | 'asking' }
  | { readonly name: 'sending' | 'told' | 'failed'; readonly reply: Reply };

export function ReplyChoice({ phone, onReply }: ReplyChoiceProps) {
  const state = useSignal<State>({ name: 'idle' });
  const { value: now } = state;
  const send = async (reply: Reply) => {
    state.value = { name: 'sending', reply };
    state.value = await onReply(reply).then(
      () => ({ name: 'told', reply }),
      () => ({ name: 'failed', reply }),
    );
  };
  const rest = () => (state.value = { name: 'idle' });
  return (
    <section class="reply stack tight" data-test="reply" data-state={now.name}>
      {(now.name === 'idle' || now.name === 'asking') && (
        <div class="row">
          <Button icon="clock" data-test="reply-late" onClick={() => (state.value = { name: 'choosing' })}>
            {t('word-late')}
          </Button>
          <Button kind="quiet" data-test="reply-cancel" onClick={() => (state.value = { name: 'asking' })}>
            {t('word-cancel')}
          </Button>
        </div>
      )}
      {now.name === 'choosing' && (
        <fieldset class="reply-minutes">
          <legend>{t('word-how-late')}</legend>
          {MINUTES.map((minutes) => (
            <Button key={minutes} data-test={`reply-${minutes}`} onClick={() => void send({ kind: 'late', minutes })}>
              {t('word-minutes', { minutes })}
            </Button>
          ))}
          <Button kind="quiet" onClick={rest}>
            {t('cancel')}
          </Button>
        </fieldset>
      )}
      {now.name === 'sending' && (
        <Button busy data-test="reply-sending">
          {t('word-sending')}
        </Button>
      )}
      <div role="status">
        {now.name === 'told' && (
          <Notice code="reply-told" tone="good" title={t('word-told')}>
            <p>{now.reply.kind === 'late' ? t('word-told-late', { minutes: now.reply.minutes }) : t('word-told-cancel')}</p>
            <p>
              <Button kind="quiet" icon="edit" data-test="reply-change" onClick={rest}>
                {t('word-change')}
              </Button>
            </p>
          </Notice>
        )}
      </div>
      {now.name === 'failed' && (
        <Notice code="reply-failed" tone="warn" title={t('word-failed')}>
          <p class="row">
            <Button icon="reload" data-test="reply-again" onClick={() => void send(now.reply)}>
              {t('retry')}
            </Button>
            {phone && <CallPractice phone={phone} />}
          </p>
        </Notice>
      )}
      <Dialog open={now.name === 'asking'} title={t('word-cancel-title')} onClose={rest}>
        <p>{t('word-cancel-text')}</p>
        <div class="dialog-actions">
          <Button onClick={rest}>{t('word-cancel-no')}</Button>
          <Button kind="danger" data-test="reply-cancel-sure" onClick={() => void send({ kind: 'cancel' })}>
            {t('word-cancel-yes')}
          </Button>
        </div>
      </Dialog>
    </section>
  );
}

const MINUTES = [5, 10, 15, 20, 30] as const;
