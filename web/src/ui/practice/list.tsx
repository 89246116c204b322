// The appointments by day, and what of today is behind us.

import { type ReadonlySignal, useComputed } from '@preact/signals';
import { type Appointment, labelOf } from '../../practice/appointments.ts';
import type { Console } from '../../practice/console.ts';
import { midnight } from '../../practice/form.ts';
import type { Verified } from '../../practice/verified.ts';
import { Icon } from '../parts.tsx';
import { dayOf, t, timeOf } from '../text.ts';
import { AppointmentItem, GuestLine } from './appointment-item.tsx';
import { useGuests } from './guests.ts';

interface DaysProps {
  readonly console: Console;
  readonly verified: Verified;
  /** Made a moment ago: shown so that it is found. */
  readonly fresh: string | null;
}

/** All days of the list. */
export function Days({ console, verified, fresh }: DaysProps) {
  const now = useSlowly(console.now);
  const guests = useGuests(console);
  const present = new Set(guests.value.filter(({ state }) => state !== 'absent' && state !== 'joining').map(({ room }) => room));
  const isPast = (one: Appointment) => one.isCancelled || one.closesAt <= now.value || (one.endsAt <= now.value && !present.has(one.room) && one.room !== fresh);
  const all = console.appointments.value;
  const today = midnight(now.value);
  const tomorrow = midnight(now.value, 1);

  const ofToday = all.filter((one) => one.startsAt < tomorrow && (one.startsAt >= today || !isPast(one)));
  const ahead = all.filter((one) => one.startsAt >= tomorrow && !one.isCancelled);
  const toCome = ofToday.filter((one) => !isPast(one));
  const past = ofToday.filter(isPast);
  const shown = (one: Appointment) => <AppointmentItem key={one.room} console={console} verified={verified} appointment={one} now={now} isFresh={one.room === fresh} />;
  return (
    <div class="days">
      <section class="day">
        <DayHead title={t('console-today', { day: dayOf(now.value) })} count={toCome.length} />
        {past.length > 0 && (
          <details class="past">
            <summary>{t('console-past', { count: past.length })}</summary>
            <ul class="appointments plain">{past.map(shown)}</ul>
          </details>
        )}
        {toCome.length > 0 ? <ul class="appointments plain">{toCome.map(shown)}</ul> : <NothingToday isDone={past.length > 0} />}
      </section>
      {byDay(ahead).map(([day, appointments]) => (
        <section key={day} class="day">
          <DayHead title={day === tomorrow ? t('console-tomorrow', { day: dayOf(day) }) : dayOf(day)} count={appointments.length} />
          <ul class="appointments plain">{appointments.map(shown)}</ul>
        </section>
      ))}
    </div>
  );
}

/** During a visit: today's appointments to read, without anything to do about them. */
export function Now({ console }: { readonly console: Console }) {
  const now = useSlowly(console.now);
  const tomorrow = midnight(now.value, 1);
  const rest = console.appointments.value.filter((one) => !one.isCancelled && one.startsAt < tomorrow && one.closesAt > now.value);
  return (
    <ul class="glance plain">
      {rest.map((one) => (
        <li key={one.room}>
          <span class="numerals">{timeOf(one.startsAt)}</span>
          <div class="stack tight">
            {labelOf(one) !== '' && (
              <p class="soft">
                <bdi>{labelOf(one)}</bdi>
              </p>
            )}
            <GuestLine console={console} appointment={one} now={now} />
          </div>
        </li>
      ))}
    </ul>
  );
}

function DayHead({ title, count }: { readonly title: string; readonly count: number }) {
  return (
    <h2 class="day-head">
      {title}
      {count > 0 && <span class="soft small">{t('console-count', { count })}</span>}
    </h2>
  );
}

function NothingToday({ isDone }: { readonly isDone: boolean }) {
  return (
    <div class="nothing" data-test="empty-day">
      <Icon name="calendar" size={32} />
      <p>{t(isDone ? 'console-nothing-more' : 'console-nothing')}</p>
      <p class="soft small">{t('console-nothing-hint')}</p>
    </div>
  );
}

/** The server's time in steps of five seconds: a list of sixty need not be drawn every second. */
function useSlowly(now: ReadonlySignal<number>): ReadonlySignal<number> {
  return useComputed(() => Math.floor(now.value / STEP) * STEP);
}

function byDay(appointments: readonly Appointment[]): readonly (readonly [number, readonly Appointment[]])[] {
  const days = new Map<number, Appointment[]>();
  for (const one of appointments) {
    const day = midnight(one.startsAt);
    days.set(day, [...(days.get(day) ?? []), one]);
  }
  return [...days];
}

const STEP = 5_000;
