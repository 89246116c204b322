// What the pages say, in the reader's language. Catalogues are Fluent files under text/; each part of the pages adds its own with `addTexts`.

import { FluentBundle, FluentResource, type FluentVariable } from '@fluent/bundle';
import { effect, signal } from '@preact/signals';
import commonDe from './text/de/common.ftl?raw';
import commonEn from './text/en/common.ftl?raw';

export type Language = 'de' | 'en';

/** In the order in which they are offered. */
export const LANGUAGES: readonly Language[] = ['de', 'en'];

export type TextArguments = Readonly<Record<string, FluentVariable>>;

/**
 * What the reader reads: the browser's first language that we have, German where it has none of them. May be set; `<html lang>` follows.
 * It is kept in memory only: a guest's browser is to remember nothing of a visit.
 */
export const language = signal<Language>(firstOf(navigator.languages));

/**
 * The text `id`, with its arguments. Reads `language`, so that a component that calls it is drawn anew when that changes.
 *
 * Arguments are isolated for bidirectional text; where the text leaves the page (a mail, a file), take `plain`.
 */
export function t(id: string, args?: TextArguments): string {
  const bundle = bundles[language.value];
  const pattern = bundle.getMessage(id)?.value;
  if (!pattern) {
    // Tests hold every id in the code against the catalogues. Should one slip through, a visit must not fail by it.
    console.error(`no text ${id} in ${language.value}`);
    return id;
  }
  const errors: Error[] = [];
  const text = bundle.formatPattern(pattern, args ?? null, errors);
  for (const error of errors) console.error(`text ${id}: ${error.message}`);
  return text;
}

/** As `t`, without the invisible marks around its arguments. */
export function plain(id: string, args?: TextArguments): string {
  return t(id, args).replaceAll(ISOLATION, '');
}

/** Adds a catalogue in both languages. Ids are unique over all catalogues: a second one of the same name throws. */
export function addTexts(texts: Readonly<Record<Language, string>>): void {
  for (const of of LANGUAGES) {
    const errors = bundles[of].addResource(new FluentResource(texts[of]));
    if (errors[0]) throw errors[0];
  }
}

/** "Donnerstag, 7. Mai" */
export function dayOf(at: number): string {
  return formatted(at, { weekday: 'long', day: 'numeric', month: 'long' });
}

/** "Do., 7. Mai 2026" */
export function shortDayOf(at: number): string {
  return formatted(at, { weekday: 'short', day: 'numeric', month: 'short', year: 'numeric' });
}

/** "14:30" or "2:30 pm" */
export function timeOf(at: number): string {
  // One word: no line ends between the numbers and what follows them.
  return formatted(at, { hour: 'numeric', minute: '2-digit' }).replaceAll(/\s/g, '\u00a0');
}

/** The reader's time zone by its name: "MESZ", "GMT+2". */
export function timeZoneOf(at: number): string {
  const parts = new Intl.DateTimeFormat(locale(), { hour: 'numeric', timeZoneName: 'short' }).formatToParts(at);
  return parts.find(({ type }) => type === 'timeZoneName')?.value ?? '';
}

/** "3:07" or "1:02:45": how long something has lasted, or will last. */
export function clockOf(milliseconds: number): string {
  const seconds = Math.max(0, Math.floor(milliseconds / 1_000));
  const [hours, minutes] = [Math.floor(seconds / 3_600), Math.floor(seconds / 60) % 60];
  const two = (value: number) => String(value).padStart(2, '0');
  return hours > 0 ? `${hours}:${two(minutes)}:${two(seconds % 60)}` : `${minutes}:${two(seconds % 60)}`;
}

/** "20,4 MB" */
export function sizeOf(bytes: number): string {
  const [unit, divisor] = UNITS.findLast(([, least]) => bytes >= least) ?? UNITS[0];
  const digits = unit === 'byte' || unit === 'kilobyte' ? 0 : 1;
  return new Intl.NumberFormat(locale(), { style: 'unit', unit, unitDisplay: unit === 'byte' ? 'long' : 'short', maximumFractionDigits: digits }).format(bytes / divisor);
}

function formatted(at: number, style: Intl.DateTimeFormatOptions): string {
  return new Intl.DateTimeFormat(locale(), style).format(at);
}

/** The browser's own variant of the language, where it names one: en-US reads a clock of 12 hours, en-GB one of 24. */
function locale(): string {
  const of = language.value;
  return navigator.languages.find((one) => one === of || one.startsWith(`${of}-`)) ?? of;
}

function firstOf(wanted: readonly string[]): Language {
  for (const one of wanted) {
    const found = LANGUAGES.find((of) => one === of || one.startsWith(`${of}-`));
    if (found) return found;
  }
  return 'de';
}

const bundles: Readonly<Record<Language, FluentBundle>> = { de: new FluentBundle('de'), en: new FluentBundle('en') };
const ISOLATION = /[\u2068\u2069]/g;
const UNITS = [
  ['byte', 1],
  ['kilobyte', 1_000],
  ['megabyte', 1_000_000],
  ['gigabyte', 1_000_000_000],
] as const;

addTexts({ de: commonDe, en: commonEn });
effect(() => {
  document.documentElement.lang = language.value;
});
