// An appointment that somebody asks for on the telephone: found by its note or the guest's name, on whatever day it is.

import type { Signal } from '@preact/signals';
import type { JSX } from 'preact';
import type { Appointment } from '../../practice/appointments.ts';
import type { Console } from '../../practice/console.ts';
import { midnight } from '../../practice/form.ts';
import { DAYS_AHEAD } from '../../practice/roster.ts';
import { find } from '../../practice/search.ts';
import { dayOf, t } from '../text.ts';

interface SearchFieldProps {
  readonly sought: Signal<string>;
}

export function SearchField({ sought }: SearchFieldProps) {
  return (
    <input
      class="input search"
      type="search"
      aria-label={t('search')}
      placeholder={t('search')}
      autoComplete="off"
      value={sought.value}
      data-test="search"
      onInput={({ currentTarget }) => (sought.value = currentTarget.value)}
      onKeyDown={({ key }) => {
        if (key === 'Escape') sought.value = '';
      }}
    />
  );
}

interface FoundProps {
  readonly console: Console;
  readonly text: string;
  readonly item: (appointment: Appointment) => JSX.Element;
}

/** By days, in place of the day that is looked at. */
export function Found({ console, text, item }: FoundProps) {
  const rooms = console.waiting.byRoom.value;
  const found = find(console.appointments.value, (room) => rooms.get(room)?.flatMap(({ name }) => name ?? []) ?? [], text);
  const days = new Map<number, Appointment[]>();
  for (const one of found.slice(0, MOST)) {
    const day = midnight(one.startsAt);
    days.set(day, [...(days.get(day) ?? []), one]);
  }
  return (
    <section class="day" aria-label={t('search')} data-test="found">
      <p class="soft small" role="status">
        {t(found.length > MOST ? 'search-many' : 'search-found', { count: Math.min(found.length, MOST) })} {t('search-where', { days: DAYS_AHEAD })}
      </p>
      {[...days].map(([day, appointments]) => (
        <div key={day} class="stack tight">
          <h4>{dayOf(day)}</h4>
          <ul class="appointments plain">{appointments.map(item)}</ul>
        </div>
      ))}
    </section>
  );
}

/** Whoever sees so many types another letter. */
const MOST = 30;
