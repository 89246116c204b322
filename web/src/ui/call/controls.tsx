// Below the picture: what one can do, and the menu of what is done less often.

import { Dialog, Icon } from '../parts.tsx';
import { t } from '../text.ts';
import type { CallAction } from './actions.ts';

export function Controls({ actions }: { readonly actions: readonly CallAction[] }) {
  return (
    <div class="call-controls-room">
      <div class="call-controls" role="group" aria-label={t('call-controls')}>
        {actions.filter(({ place }) => place !== 'menu').map((action) => (
          <Control key={action.id} action={action} />
        ))}
      </div>
    </div>
  );
}

/** The button that did it, for who closes what it has opened. */
export function focusControl(id: string): void {
  const button = document.getElementById(idOf(id));
  // Where there was no room for it, the menu had it.
  (button?.offsetParent === null ? document.getElementById(idOf('more')) : button)?.focus();
}

function Control({ action: { id, icon, text, label, place, pressed, expanded, off, lit, busy, badge = 0, key, run } }: { readonly action: CallAction }) {
  const classes = ['control', off && 'off', lit && 'lit', place === 'wide' && 'extra', id === 'hang-up' && 'hang-up'].filter(Boolean).join(' ');
  const isDialog = id === 'more' || id === 'devices' || id === 'persons-open' || id === 'photo-ask';
  return (
    <button
      id={idOf(id)}
      type="button"
      class={classes}
      aria-label={label}
      title={key ? `${label} (${key.toUpperCase()})` : label}
      aria-pressed={pressed}
      aria-expanded={expanded}
      aria-haspopup={isDialog ? 'dialog' : undefined}
      aria-busy={busy || undefined}
      data-test={id}
      onClick={() => void run()}
    >
      <span class="control-face">
        <Icon name={icon} size={24} />
        {/* The number is drawn by the style: the label says it in words. */}
        {badge > 0 && <span class="control-badge numerals" data-test="unread" data-count={Math.min(badge, 99)} />}
      </span>
      <span class="control-text">{text}</span>
    </button>
  );
}

interface MoreProps {
  readonly actions: readonly CallAction[];
  readonly open: boolean;
  readonly onClose: () => void;
}

/** What there is no button for, or none in a narrow window. */
export function More({ actions, open, onClose }: MoreProps) {
  return (
    <Dialog open={open} title={t('call-more')} data-test="call-more" onClose={onClose}>
      <ul class="call-more plain">
        {actions.filter(({ place }) => place !== 'bar').map(({ id, icon, label, pressed, key, run }) => (
          <li key={id}>
            <button
              type="button"
              aria-pressed={pressed}
              data-test={`menu-${id}`}
              onClick={() => {
                onClose();
                void run();
              }}
            >
              <Icon name={icon} size={24} />
              <span>{label}</span>
              {pressed !== undefined && <span class="call-more-state">{t(pressed ? 'call-on' : 'call-off')}</span>}
              {key && <kbd>{key.toUpperCase()}</kbd>}
            </button>
          </li>
        ))}
      </ul>
    </Dialog>
  );
}

function idOf(id: string): string {
  return `call-${id}`;
}
