// What this side has chosen about the pictures: who stays large, whether everybody is shown alike, whether one sees oneself. Of this page only.

import { type ReadonlySignal, type Signal, useSignal } from '@preact/signals';
import { useMemo } from 'preact/hooks';
import type { Visit } from '../../drive/visit.ts';
import { listOf, t } from '../text.ts';
import { ME, togglePin, type View } from './layout.ts';

export interface SceneChoice {
  readonly pinned: ReadonlySignal<readonly string[]>;
  readonly view: ReadonlySignal<View>;
  readonly isOwnHidden: ReadonlySignal<boolean>;
  togglePin(key: string): void;
  /** The next of all pictures alone large; after the last one nobody is. */
  pinNext(): void;
  /** Of two: one's own picture large, the other's small, and back. */
  swap(): void;
  toggleView(): void;
  toggleOwn(): void;
}

/** `say` reads out what has changed. */
export function useSceneChoice(visit: Visit, say: (text: string) => void): SceneChoice {
  const pinned = useSignal<readonly string[]>([]);
  const view = useSignal<View>('grid');
  const isOwnHidden = useSignal(false);
  return useMemo(() => {
    const sayPins = () => {
      const names = pinned.value.map((key) => nameOf(visit, key));
      say(names.length === 0 ? t('call-said-no-pin') : t('call-said-pinned', { names: listOf(names) }));
    };
    const set = (keys: readonly string[]) => {
      pinned.value = keys;
      sayPins();
    };
    return {
      pinned,
      view,
      isOwnHidden,
      togglePin: (key) => set(togglePin(present(visit, pinned), key)),
      pinNext: () => {
        const all = [...visit.people.value.map(({ key }) => key), ...(isOwnHidden.value ? [] : [ME])];
        const next = all[all.indexOf(pinned.value.at(-1) ?? '') + 1];
        set(next === undefined ? [] : [next]);
      },
      swap: () => set(pinned.value.includes(ME) ? [] : [ME]),
      toggleView: () => {
        view.value = view.value === 'grid' ? 'speaker' : 'grid';
        say(t(`call-said-view-${view.value}`));
      },
      toggleOwn: () => {
        isOwnHidden.value = !isOwnHidden.value;
        say(t(isOwnHidden.value ? 'call-said-own-hidden' : 'call-said-own-shown'));
      },
    };
  }, [visit]);
}

/** Who has gone meanwhile holds no place. */
function present(visit: Visit, pinned: Signal<readonly string[]>): readonly string[] {
  return pinned.value.filter((key) => key === ME || visit.people.value.some((one) => one.key === key));
}

function nameOf(visit: Visit, key: string): string {
  return visit.people.value.find((one) => one.key === key)?.name ?? t('call-you');
}
