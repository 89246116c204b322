// Somebody has come: heard, seen in the tab's title, and told by the system, for who looks elsewhere. Sound and notifications only for who asked for them.

import { type ReadonlySignal, type Signal, useSignal, useSignalEffect } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { playChime } from '../media/sound.ts';
import { t } from '../text.ts';

export interface Cues {
  readonly isLoud: Signal<boolean>;
  /** `blocked`: the browser was told to let this page notify nobody. */
  readonly notices: ReadonlySignal<'off' | 'on' | 'blocked' | 'unknown-here'>;
  /** Asks the browser's permission where it has to be asked: only ever after a click. */
  switchNotices(on: boolean): Promise<void>;
}

/** `waiting`: the keys of those who wait. During a visit nothing is heard or seen of other guests: it belongs to the one who is there. */
export function useArrivalCues(waiting: ReadonlySignal<readonly string[]>, talking: ReadonlySignal<unknown>): Cues {
  const isLoud = useSignal(localStorage.getItem(LOUD) !== null);
  const notices = useSignal(noticesNow());
  const title = useRef(document.title);
  const known = useRef<ReadonlySet<string>>(new Set());

  useSignalEffect(() => {
    const keys = new Set(waiting.value);
    const isNew = [...keys].some((key) => !known.current.has(key));
    known.current = keys;
    const isTalking = talking.value !== null;
    if (isNew && !isTalking && isLoud.peek()) playChime();
    if (isNew && !isTalking && notices.peek() === 'on' && document.hidden) notify();
    document.title = keys.size > 0 && !isTalking ? `(${keys.size}) ${title.current}` : title.current;
  });
  useSignalEffect(() => keep(LOUD, isLoud.value));
  useEffect(() => () => void (document.title = title.current), []);

  const switchNotices = async (on: boolean) => {
    if (on && notices.peek() !== 'unknown-here') await Notification.requestPermission();
    keep(NOTICES, on && notices.peek() !== 'unknown-here' && Notification.permission === 'granted');
    notices.value = noticesNow();
  };
  return { isLoud, notices, switchNotices };
}

/** Without a name: others may see the screen. */
function notify(): void {
  const notice = new Notification(t('notice-title'), { body: t('notice-text'), tag: TAG });
  notice.onclick = () => {
    window.focus();
    notice.close();
  };
}

function noticesNow(): 'off' | 'on' | 'blocked' | 'unknown-here' {
  if (!('Notification' in globalThis)) return 'unknown-here';
  if (Notification.permission === 'denied') return 'blocked';
  return Notification.permission === 'granted' && localStorage.getItem(NOTICES) !== null ? 'on' : 'off';
}

function keep(name: string, on: boolean): void {
  if (on) localStorage.setItem(name, '1');
  else localStorage.removeItem(name);
}

const LOUD = 'visite-practice-sound';
const NOTICES = 'visite-practice-notices';
/** The newest takes the place of the one before. */
const TAG = 'visite-waiting';
