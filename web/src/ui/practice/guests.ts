import { type ReadonlySignal, useComputed } from '@preact/signals';
import type { Console } from '../../practice/console.ts';
import { guestName, type GuestState, guestState } from '../../practice/guest.ts';

/** One waiting room, and who is in it. */
export interface Guest {
  readonly room: string;
  readonly state: GuestState;
  readonly name: string | null;
}

/** The guests of all open waiting rooms. */
export function useGuests(console: Console): ReadonlySignal<readonly Guest[]> {
  return useComputed(() => [...console.watch.visits.value].map(([room, { call }]) => ({ room, state: guestState(call.value), name: guestName(call.value) })));
}
