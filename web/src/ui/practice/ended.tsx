// What became of visits that ended otherwise than one wished, and the files that are left of them.

import type { Console } from '../../practice/console.ts';
import type { Ended } from '../../practice/watch.ts';
import { FileList } from '../call/files.tsx';
import { Button, Notice } from '../parts.tsx';
import { t } from '../text.ts';

/** The newest first. */
export function EndedNotices({ console }: { readonly console: Console }) {
  return (
    <>
      {console.watch.ended.value.toReversed().map((ended) => (
        <EndedNotice key={ended.visit} ended={ended} onDismiss={() => console.watch.dismiss(ended)} />
      ))}
    </>
  );
}

function EndedNotice({ ended, onDismiss }: { readonly ended: Ended; readonly onDismiss: () => void }) {
  const { reason, name, visit } = ended;
  // Also what was just saved: its row says so.
  const came = visit.files.value.filter(({ from, state }) => from === 'peer' && state.name === 'done');
  const args = { name: name ?? t('ended-the-guest') };
  return (
    <Notice code={reason} tone={TONES[reason] ?? 'info'} title={t(`ended-${reason}-title`, args)}>
      <p>{t(`ended-${reason}-text`, args)}</p>
      {came.length > 0 && (
        <>
          <p>{t('ended-files')}</p>
          <FileList visit={visit} files={came} />
        </>
      )}
      <div class="row">
        <Button data-test="dismiss" onClick={onDismiss}>
          {t('ended-dismiss')}
        </Button>
      </div>
    </Notice>
  );
}

const TONES: Readonly<Partial<Record<Ended['reason'], 'warn' | 'danger'>>> = {
  untrusted: 'danger',
  failed: 'warn',
  closed: 'warn',
  evicted: 'warn',
  'link-damaged': 'warn',
};
