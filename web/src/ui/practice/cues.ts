// Somebody has come: heard, and seen in the tab's title, for who looks elsewhere.

import { type ReadonlySignal, type Signal, useSignal, useSignalEffect } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { playChime } from '../media/sound.ts';
import type { Guest } from './guests.ts';

/** Gives the switch for the sound. During a visit nothing is heard or seen of other guests: it belongs to the one who is there. */
export function useArrivalCues(guests: ReadonlySignal<readonly Guest[]>, talking: ReadonlySignal<unknown>): Signal<boolean> {
  const isLoud = useSignal(localStorage.getItem(QUIET) === null);
  const title = useRef(document.title);
  const known = useRef<ReadonlySet<string>>(new Set());

  useSignalEffect(() => {
    const waiting = new Set(guests.value.filter(({ state }) => state === 'waiting').map(({ room }) => room));
    const isNew = [...waiting].some((room) => !known.current.has(room));
    known.current = waiting;
    const isTalking = talking.value !== null;
    if (isNew && !isTalking && isLoud.peek()) playChime();
    document.title = waiting.size > 0 && !isTalking ? `(${waiting.size}) ${title.current}` : title.current;
  });
  useSignalEffect(() => {
    if (isLoud.value) localStorage.removeItem(QUIET);
    else localStorage.setItem(QUIET, '1');
  });
  useEffect(() => () => void (document.title = title.current), []);
  return isLoud;
}

const QUIET = 'visite-practice-quiet';
