// Whether something stands beside the picture, and what.

import { batch, type ReadonlySignal, useComputed, useSignal, useSignalEffect } from '@preact/signals';
import { useEffect, useMemo, useRef } from 'preact/hooks';
import type { Visit } from '../../drive/visit.ts';

/** Chat and files are one. `chat` takes the keyboard, `file` does not: it may come while the person writes. */
export type PanelContent = 'chat' | 'file' | 'notes';

export interface PanelState {
  readonly isOpen: ReadonlySignal<PanelContent | null>;
  readonly unread: ReadonlySignal<number>;
  open(what: PanelContent): void;
  close(): void;
}

/** Opens by itself for a file that comes. What is read in an open panel of a visible page is marked as seen. */
export function usePanel(visit: Visit): PanelState {
  const isOpen = useSignal<PanelContent | null>(null);
  const isVisible = usePageVisibility();
  const unread = useComputed(() => visit.messages.value.filter(({ from, seen }) => from === 'peer' && !seen).length);
  const known = useRef(visit.files.peek().length);
  useSignalEffect(() => {
    const came = visit.files.value.slice(known.current).some(({ from }) => from === 'peer');
    known.current = visit.files.value.length;
    if (came && isOpen.peek() === null) isOpen.value = 'file';
  });
  useSignalEffect(() => {
    if (isOpen.value === null || isOpen.value === 'notes' || !isVisible.value) return;
    const unseen = visit.messages.value.filter(({ from, seen }) => from === 'peer' && !seen);
    batch(() => unseen.forEach(({ id }) => visit.markSeen(id)));
  });
  return useMemo(
    () => ({
      isOpen,
      unread,
      open: (what) => {
        // A file is seen beside the chat, too, whatever the keyboard is at.
        isOpen.value = what === 'file' && isOpen.value === 'chat' ? 'chat' : what;
      },
      close: () => (isOpen.value = null),
    }),
    [],
  );
}

function usePageVisibility() {
  const isVisible = useSignal(document.visibilityState === 'visible');
  useEffect(() => {
    const look = () => (isVisible.value = document.visibilityState === 'visible');
    document.addEventListener('visibilitychange', look);
    return () => document.removeEventListener('visibilitychange', look);
  }, []);
  return isVisible;
}
