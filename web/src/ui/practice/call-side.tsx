// Beside a call: who waits, with the way to the next one, and what is left of today.

import { useEffect, useId, useRef } from 'preact/hooks';
import type { Console } from '../../practice/console.ts';
import { Button } from '../parts.tsx';
import { t } from '../text.ts';
import { Now } from './list.tsx';
import { WaitingList } from './waiting-list.tsx';

interface CallSideProps {
  readonly console: Console;
  readonly onClose: () => void;
}

export function CallSide({ console, onClose }: CallSideProps) {
  const root = useRef<HTMLElement>(null);
  const title = useId();
  useEffect(() => {
    const before = document.activeElement;
    root.current?.querySelector<HTMLElement>('button')?.focus();
    return () => before instanceof HTMLElement && before.focus();
  }, []);
  return (
    <aside
      ref={root}
      class="call-side"
      aria-labelledby={title}
      data-test="call-side"
      onKeyDown={(event) => {
        if (event.key !== 'Escape' || event.defaultPrevented || event.target instanceof Element && event.target.closest('dialog')) return;
        event.stopPropagation();
        onClose();
      }}
    >
      <header class="call-side-head">
        <h2 id={title}>{t('console-list')}</h2>
        <Button kind="quiet" icon="close" label={t('close')} data-test="list-close" onClick={onClose} />
      </header>
      <WaitingList console={console} />
      <section class="stack tight">
        <h3>{t('side-today')}</h3>
        <Now console={console} />
      </section>
    </aside>
  );
}
