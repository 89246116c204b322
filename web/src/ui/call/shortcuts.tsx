// The call by single keys. They can be switched off (WCAG 2.1.4), and do nothing while somebody writes or a dialog is open.

import { signal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { Dialog } from '../parts.tsx';
import { t } from '../text.ts';
import type { CallAction } from './actions.ts';

/** Of this page, over all its calls. */
export const areShortcutsOn = signal(true);

export function useShortcuts(actions: readonly CallAction[], say: (text: string) => void): void {
  const newest = useRef(actions);
  newest.current = actions;
  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      if (!areShortcutsOn.value || event.defaultPrevented || event.repeat || event.isComposing || event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target) || document.querySelector('dialog[open]')) return;
      const key = keyOf(event);
      const action = newest.current.find((one) => one.key === key);
      if (!action) return;
      // The key itself is not to be written into what opens.
      event.preventDefault();
      void Promise.resolve(action.run()).then(() => action.said && say(action.said()));
    };
    window.addEventListener('keydown', press);
    return () => window.removeEventListener('keydown', press);
  }, []);
}

interface ShortcutListProps {
  readonly actions: readonly CallAction[];
  readonly open: boolean;
  readonly onClose: () => void;
}

export function ShortcutList({ actions, open, onClose }: ShortcutListProps) {
  return (
    <Dialog open={open} title={t('call-shortcuts')} data-test="shortcut-list" onClose={onClose}>
      <div class="stack">
        <dl class={`call-shortcuts ${areShortcutsOn.value ? '' : 'off'}`}>
          {actions.flatMap(({ id, label, key }) => (key ? [{ id, label, key }] : [])).map(({ id, label, key }) => (
            <div key={id}>
              <dt>
                <kbd>{key.toUpperCase()}</kbd>
              </dt>
              <dd>{label}</dd>
            </div>
          ))}
        </dl>
        <label class="call-check">
          <input type="checkbox" data-test="shortcuts-on" checked={areShortcutsOn.value} onChange={({ currentTarget }) => (areShortcutsOn.value = currentTarget.checked)} />
          {t('call-shortcuts-on')}
        </label>
        <p class="soft small">{t('call-shortcuts-hint')}</p>
      </div>
    </Dialog>
  );
}

/** The letter on the key where the keyboard writes none of ours. */
function keyOf({ key, code }: KeyboardEvent): string {
  if (/^[a-z?]$/i.test(key)) return key.toLowerCase();
  return /^Key[A-Z]$/.test(code) ? code.slice(3).toLowerCase() : '';
}

function isTyping(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && (target.isContentEditable || target.matches('input, textarea, select'));
}
