import { computed, type ReadonlySignal, useComputed } from '@preact/signals';
import { useMemo } from 'preact/hooks';

/** The server's time in steps of five seconds: what waits for minutes need not be drawn every second. */
export function useSlowly(now: ReadonlySignal<number>): ReadonlySignal<number> {
  return useComputed(() => Math.floor(now.value / STEP) * STEP);
}

/** What follows from other signals and from `of`, which is no signal: who reads it is drawn anew only when it is another. */
export function useDerived<T>(derive: () => T, of: readonly unknown[]): ReadonlySignal<T> {
  return useMemo(() => computed(derive), of);
}

const STEP = 5_000;
