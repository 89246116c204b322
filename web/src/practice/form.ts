// What was typed about an appointment, and what is wrong with it.

import type { HttpRefusal } from '../signal/http.ts';
import type { Appointment } from './appointments.ts';
import { MAX_LABEL } from './label.ts';

/** The fields as the browser gives them: `2026-05-07`, `14:30`, minutes, text, a number. Date and time are the reader's own. */
export interface Form {
  readonly date: string;
  readonly time: string;
  readonly length: string;
  readonly label: string;
  readonly uses: string;
}

export type Field = keyof Form;

export type Problem = 'missing' | 'over' | 'too-far' | 'range' | 'too-long';

export type Problems = Partial<Record<Field, Problem>>;

export type Planned = Pick<Appointment, 'startsAt' | 'endsAt' | 'isCancelled'>;

export interface Times {
  readonly startsAt: number;
  readonly durationMs: number;
}

/** What a form says, or what is wrong with it by field. `now`: by the server's clock. */
export function readForm(form: Form, now: number): (Times & { label: string; maxUses: number }) | { readonly problems: Problems } {
  const problems: Problems = {};
  const startsAt = localTime(form.date, form.time);
  const minutes = wholeNumber(form.length);
  const maxUses = wholeNumber(form.uses);
  const label = form.label.trim();
  if (form.date === '') problems.date = 'missing';
  if (form.time === '') problems.time = 'missing';
  if (minutes === null || minutes < MIN_MINUTES || minutes > MAX_MINUTES) problems.length = 'range';
  if (maxUses === null || maxUses < 1 || maxUses > MAX_USES) problems.uses = 'range';
  if ([...label].length > MAX_LABEL) problems.label = 'too-long';
  if (startsAt === null) problems.date ??= 'missing';
  else if (startsAt > now + MAX_AHEAD) problems.date = 'too-far';
  else if (minutes !== null && startsAt + minutes * MINUTE <= now) problems[isSameDay(startsAt, now) ? 'time' : 'date'] = 'over';
  if (startsAt === null || minutes === null || maxUses === null || Object.keys(problems).length > 0) return { problems };
  return { startsAt, durationMs: minutes * MINUTE, label, maxUses };
}

/** The next moment at this time of day (`14:30`), at most twelve hours ahead; `null`: none, or further off. */
export function readUntil(time: string, now: number): number | null {
  const { date } = dateAndTime(now);
  const at = localTime(date, time);
  if (at === null) return null;
  const until = at > now ? at : localTime(dateAndTime(midnight(now, 1)).date, time);
  return until !== null && until - now <= LONGEST_OPEN ? until : null;
}

/** At which field a refusal of the server belongs; `null`: at none. */
export function fieldOf({ field }: HttpRefusal): Field | null {
  if (field === 'start_time') return 'time';
  if (field === 'duration') return 'length';
  if (field === 'sealed_label') return 'label';
  return field?.endsWith('.max_uses') ? 'uses' : null;
}

/** A form to begin with, half an hour long: today at the next quarter of an hour, on another day (`null`: today) behind the last appointment that is planned for it. */
export function freshForm(now: number, day: number | null = null, planned: readonly Planned[] = []): Form {
  const soon = Math.ceil(now / QUARTER) * QUARTER;
  return { ...dateAndTime(day === null || day <= now ? soon : behindTheLast(day, planned)), length: '30', label: '', uses: '3' };
}

function behindTheLast(day: number, planned: readonly Planned[]): number {
  const ends = planned.filter(({ startsAt, isCancelled }) => !isCancelled && isSameDay(startsAt, day)).map(({ endsAt }) => endsAt);
  const last = Math.max(...ends, new Date(day).setHours(MORNING));
  return isSameDay(last, day) ? last : new Date(day).setHours(MORNING);
}

/** As date and time fields want it. */
export function dateAndTime(at: number): { readonly date: string; readonly time: string } {
  const local = new Date(at);
  const two = (number: number) => String(number).padStart(2, '0');
  return {
    date: `${local.getFullYear()}-${two(local.getMonth() + 1)}-${two(local.getDate())}`,
    time: `${two(local.getHours())}:${two(local.getMinutes())}`,
  };
}

/** Midnight before `at`, `days` later, where the reader is. */
export function midnight(at: number, days = 0): number {
  const day = new Date(at);
  return new Date(day.getFullYear(), day.getMonth(), day.getDate() + days).getTime();
}

export function isSameDay(one: number, other: number): boolean {
  return midnight(one) === midnight(other);
}

function localTime(date: string, time: string): number | null {
  const at = new Date(`${date}T${time}`).getTime();
  return Number.isNaN(at) ? null : at;
}

function wholeNumber(text: string): number | null {
  return /^\d{1,5}$/.test(text.trim()) ? Number(text) : null;
}

/** Of an appointment. The server takes up to a day. */
export const MIN_MINUTES = 5;
export const MAX_MINUTES = 480;
/** Browsers that one link may be used on. */
export const MAX_USES = 20;
/** That an hour may be opened for: the server takes no longer. */
const LONGEST_OPEN = 12 * 60 * 60_000;
const MINUTE = 60_000;
const QUARTER = 15 * MINUTE;
/** The hour at which days begin. */
const MORNING = 8;
/** Two years: a mistyped year is nearly always further off. */
const MAX_AHEAD = 2 * 366 * 24 * 60 * MINUTE;
