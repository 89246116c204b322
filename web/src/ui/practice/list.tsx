// The appointments of one day, the way to every other day, and how many there are ahead.

import { type ReadonlySignal, type Signal, useComputed, useSignalEffect } from '@preact/signals';
import type { JSX } from 'preact';
import { type Appointment, labelOf } from '../../practice/appointments.ts';
import type { Console } from '../../practice/console.ts';
import { dateAndTime, midnight } from '../../practice/form.ts';
import { guestState } from '../../practice/guest.ts';
import type { Verified } from '../../practice/verified.ts';
import { Button, Icon } from '../parts.tsx';
import { dayOf, t, timeOf } from '../text.ts';
import { AppointmentItem, GuestLine } from './appointment-item.tsx';
import { Found, SearchField } from './search.tsx';
import { useSlowly } from './slowly.ts';

interface DayProps {
  readonly console: Console;
  readonly verified: Verified;
  /** Made, moved or cancelled a moment ago: shown so that it is found. */
  readonly fresh: Signal<string | null>;
}

interface DaysProps extends DayProps {
  /** What is searched for, in place of a day. */
  readonly sought: Signal<string>;
}

export function Days({ console, verified, fresh, sought }: DaysProps) {
  const now = useSlowly(console.now);
  const today = useComputed(() => midnight(now.value));
  const day = console.roster.day.value ?? today.value;
  // Whoever goes to a day, or along with an appointment, has found it.
  useSignalEffect(() => {
    void console.roster.day.value;
    sought.value = '';
  });
  const item = (one: Appointment) => <AppointmentItem key={one.room} console={console} verified={verified} appointment={one} now={now} fresh={fresh} />;
  return (
    <div class="days">
      <DaySwitch console={console} day={day} today={today.value} sought={sought} />
      {sought.value.trim() !== '' ? (
        <Found console={console} text={sought.value} item={item} />
      ) : (
        <>
          <OneDay key={day} console={console} fresh={fresh} day={day} isToday={day === today.value} now={now} item={item} />
          <Ahead console={console} day={day} today={today} />
        </>
      )}
    </div>
  );
}

interface DaySwitchProps {
  readonly console: Console;
  /** By its midnight. */
  readonly day: number;
  readonly today: number;
  readonly sought: Signal<string>;
}

/** A day back, a day on, today, or any other; or whatever day an appointment is on. */
function DaySwitch({ console, day, today, sought }: DaySwitchProps) {
  const show = (at: number) => {
    sought.value = '';
    void console.roster.show(at);
  };
  return (
    <div class="day-switch">
      <Button kind="quiet" icon="back" label={t('day-before')} data-test="day-before" onClick={() => show(midnight(day, -1))} />
      <h3 aria-live="polite">{titleOf(day, today)}</h3>
      <Button kind="quiet" icon="forward" label={t('day-after')} data-test="day-after" onClick={() => show(midnight(day, 1))} />
      <span class="day-jump">
        <SearchField sought={sought} />
        {day !== today && (
          <Button kind="quiet" data-test="day-today" onClick={() => show(today)}>
            {t('day-today')}
          </Button>
        )}
        <input
          class="input"
          type="date"
          aria-label={t('day-choose')}
          value={dateAndTime(day).date}
          data-test="day-choose"
          onChange={({ currentTarget }) => {
            const chosen = new Date(`${currentTarget.value}T00:00`).getTime();
            if (!Number.isNaN(chosen)) show(chosen);
          }}
        />
      </span>
    </div>
  );
}

interface OneDayProps extends Omit<DayProps, 'verified'> {
  readonly day: number;
  readonly isToday: boolean;
  readonly now: ReadonlySignal<number>;
  readonly item: (appointment: Appointment) => JSX.Element;
}

function OneDay({ console, fresh, day, isToday, now, item }: OneDayProps) {
  // Whose guest is here is not behind us, however late it is.
  const attended = useComputed(() => {
    const rooms = [...console.watch.visits.value].filter(([, { call }]) => !['absent', 'joining'].includes(guestState(call.value))).map(([room]) => room);
    return new Set([...rooms, ...console.waiting.byRoom.value.keys()]);
  });
  const isPast = (one: Appointment) => one.closesAt <= now.value || (one.room !== fresh.value && (one.isCancelled || (one.endsAt <= now.value && !attended.value.has(one.room))));
  const all = console.appointments.value;
  const next = midnight(day, 1);
  // Yesterday's last ones may still be going on.
  const shown = all.filter((one) => one.startsAt < next && (one.startsAt >= day || (isToday && !isPast(one))));
  const toCome = shown.filter((one) => !isPast(one));
  const past = shown.filter(isPast);
  const planned = toCome.filter(({ isCancelled }) => !isCancelled).length;
  const isOver = next <= now.value;
  return (
    <section class="day" aria-label={dayOf(day)}>
      {planned > 0 && <p class="soft small">{t('console-count', { count: planned })}</p>}
      {past.length > 0 && (
        <details class="past" open={isOver}>
          <summary>{t('console-past', { count: past.length })}</summary>
          <ul class="appointments plain">{past.map(item)}</ul>
        </details>
      )}
      {toCome.length > 0 ? <ul class="appointments plain">{toCome.map(item)}</ul> : <Nothing isToday={isToday} isDone={past.length > 0} />}
    </section>
  );
}

interface AheadProps {
  readonly console: Console;
  readonly day: number;
  readonly today: ReadonlySignal<number>;
}

/** The next days with appointments, to be gone to. */
function Ahead({ console, day, today }: AheadProps) {
  const counts = useComputed(() => {
    const days = new Map<number, number>();
    for (const { startsAt, isCancelled } of console.appointments.value) {
      const on = midnight(startsAt);
      if (on > today.value && !isCancelled) days.set(on, (days.get(on) ?? 0) + 1);
    }
    return days;
  });
  const ahead = [...counts.value].filter(([on]) => on !== day);
  if (ahead.length === 0) return null;
  return (
    <section class="ahead" aria-label={t('day-ahead')}>
      <h3>{t('day-ahead')}</h3>
      <ul class="plain">
        {ahead.map(([on, count]) => (
          <li key={on}>
            <button type="button" class="ahead-day" data-test="ahead-day" onClick={() => void console.roster.show(on)}>
              <span>{titleOf(on, today.value)}</span>
              <span class="soft small">{t('console-count', { count })}</span>
            </button>
          </li>
        ))}
      </ul>
    </section>
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

function Nothing({ isToday, isDone }: { readonly isToday: boolean; readonly isDone: boolean }) {
  return (
    <div class="nothing" data-test="empty-day">
      <Icon name="calendar" size={32} />
      <p>{t(!isToday ? 'day-nothing' : isDone ? 'console-nothing-more' : 'console-nothing')}</p>
      {isToday && <p class="soft small">{t('console-nothing-hint')}</p>}
    </div>
  );
}

function titleOf(day: number, today: number): string {
  if (day === today) return t('console-today', { day: dayOf(day) });
  return day === midnight(today, 1) ? t('console-tomorrow', { day: dayOf(day) }) : dayOf(day);
}
