// A view whose code is no part of the first screen: it comes in a chunk of its own, a step before it is needed.

import { signal } from '@preact/signals';
import type { ComponentType, JSX } from 'preact';
import { useEffect } from 'preact/hooks';
import { Button, Notice, Spinner } from './parts.tsx';
import { t } from './text.ts';

export interface Later<Props> {
  (props: Props): JSX.Element;
  /** Fetches the code and draws nothing. Never rejects: where it can't be had, it is asked for again when it is needed. */
  preload(): Promise<void>;
}

export function later<Props extends object>(load: () => Promise<ComponentType<Props>>): Later<Props> {
  const found = signal<ComponentType<Props> | null>(null);
  const hasFailed = signal(false);
  let loading: Promise<void> | null = null;

  const preload = () => {
    loading ??= load().then(
      (view) => {
        found.value = view;
        hasFailed.value = false;
      },
      (cause: unknown) => {
        console.error(cause);
        loading = null;
        hasFailed.value = true;
      },
    );
    return loading;
  };

  function View(props: Props): JSX.Element {
    const Found = found.value;
    const isLost = !Found && hasFailed.value;
    useEffect(() => void preload(), []);
    useEffect(() => {
      if (!isLost) return;
      const timer = setInterval(() => void preload(), BETWEEN_TRIES);
      return () => clearInterval(timer);
    }, [isLost]);
    if (Found) return <Found {...props} />;
    return isLost ? <Lost /> : <Coming />;
  }

  return Object.assign(View, { preload });
}

function Coming() {
  return (
    <p class="later row soft" role="status">
      <Spinner /> {t('busy')}
    </p>
  );
}

/** Not every browser asks twice for a part that did not come; the page's beginning does. */
function Lost() {
  return (
    <div class="later">
      <Notice code="part-missing" tone="warn" title={t('later-title')}>
        <p>{t('later-text')}</p>
        <p>
          <Button icon="reload" data-test="reload" onClick={() => location.reload()}>
            {t('later-reload')}
          </Button>
        </p>
      </Notice>
    </div>
  );
}

/** Milliseconds. */
const BETWEEN_TRIES = 2_000;
