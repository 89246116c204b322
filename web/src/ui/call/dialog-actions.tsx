// The buttons of a dialog that goes through several steps.

import type { ComponentChildren } from 'preact';
import { useEffect, useRef } from 'preact/hooks';

/** The keyboard stays in the dialog when a button of one step is gone with it: at the first of the next, which sends nothing. */
export function DialogActions({ children }: { readonly children: ComponentChildren }) {
  const actions = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const held = document.activeElement;
    const isLost = !actions.current?.closest('dialog')?.contains(held) || held?.matches(':disabled');
    if (isLost) actions.current?.querySelector<HTMLButtonElement>('button:enabled')?.focus();
  });
  return (
    <div ref={actions} class="dialog-actions">
      {children}
    </div>
  );
}
