// What the pages say, in the reader's language. Catalogues are Fluent files under text/. German and English come with each part of the pages, which adds its own
// with `addTexts`; of every other language a guest loads one file with what it meets first, and another one with what later views say.

import { FluentBundle, FluentResource, type FluentVariable } from '@fluent/bundle';
import { batch, effect, signal } from '@preact/signals';
import commonDe from './text/de/common.ftl?raw';
import commonEn from './text/en/common.ftl?raw';

/** In the order in which they are offered. */
export const LANGUAGES = ['de', 'en', 'tr', 'uk', 'ar'] as const;

export type Language = (typeof LANGUAGES)[number];

export type TextArguments = Readonly<Record<string, FluentVariable>>;

/** By what its readers call each. */
export const LANGUAGE_NAMES: Readonly<Record<Language, string>> = { de: 'Deutsch', en: 'English', tr: 'Türkçe', uk: 'Українська', ar: 'العربية' };

/** What this page can be read in: everything, where only guests read it. */
export const offered = signal<readonly Language[]>(LANGUAGES);

/**
 * What the reader reads; `<html lang dir>` follow. A page asks for another by `speak`. Before that it is the browser's first language among those that need no
 * loading, German where it has none of them. It is kept in memory only: a guest's browser is to remember nothing of a visit.
 */
export const language = signal<Language>(firstOf(navigator.languages, ['de', 'en']));

/** A language that was asked for and is not read yet. */
export const wanted = signal<{ readonly language: Language; readonly hasFailed: boolean } | null>(null);

/** Changes the language once its texts are there. Until then, and where they can't be had, everything stays as it is, and `wanted` says so. Never rejects. */
export async function speak(of: Language): Promise<void> {
  const wish = { language: of, hasFailed: false };
  wanted.value = wish;
  for (let load = loading(of); load; load = loading(of)) {
    if (await load) continue;
    if (wanted.peek() === wish) wanted.value = { ...wish, hasFailed: true };
    return;
  }
  // Another one may have been asked for meanwhile.
  if (wanted.peek() !== wish) return;
  batch(() => {
    language.value = of;
    wanted.value = null;
  });
}

/** Speaks the first of the browser's languages that this page can be read in. A page is drawn after it, so that nobody sees it in another first. */
export function speakFirst(): Promise<void> {
  return speak(firstOf(navigator.languages, offered.peek()));
}

/**
 * Has the texts of later views ready in the reader's language, and from now on with every other one: of consent, of the call, and of the check. They are half of all, and no
 * part of the first screen. Rejects where they can't be had.
 */
export async function laterTexts(): Promise<void> {
  isLater = true;
  const load = loading(language.peek());
  if (load && !(await load)) throw new Error(`no texts of later views in ${language.peek()}`);
}

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

/** Adds a catalogue in both languages that come with the pages. Ids are unique over all catalogues: a second one of the same name throws. */
export function addTexts(texts: Readonly<Record<'de' | 'en', string>>): void {
  add('de', texts.de);
  add('en', texts.en);
}

/** How the language is written. */
export function directionOf(of: Language): 'ltr' | 'rtl' {
  return of === 'ar' ? 'rtl' : 'ltr';
}

/** A language's name in the reader's: "Türkisch". */
export function languageName(of: Language): string {
  return new Intl.DisplayNames(locale(), { type: 'language' }).of(of) ?? LANGUAGE_NAMES[of];
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

/** "Deutsch und Englisch" */
export function listOf(words: readonly string[]): string {
  return new Intl.ListFormat(locale()).format(words);
}

/** The same in pieces: each word, and what stands between two. */
export function listParts(words: readonly string[]): readonly { readonly type: 'element' | 'literal'; readonly value: string }[] {
  return new Intl.ListFormat(locale()).formatToParts(words);
}

function formatted(at: number, style: Intl.DateTimeFormatOptions): string {
  const of = locale();
  const key = `${of} ${JSON.stringify(style)}`;
  // Making one costs many times what its use does, and a day of a practice has hundreds of times.
  const formatter = formatters.get(key) ?? new Intl.DateTimeFormat(of, style);
  formatters.set(key, formatter);
  return formatter.format(at);
}

const formatters = new Map<string, Intl.DateTimeFormat>();

/** The browser's own variant of the language, where it names one: en-US reads a clock of 12 hours, en-GB one of 24. */
function locale(): string {
  const of = language.value;
  const own = navigator.languages.find((one) => one === of || one.startsWith(`${of}-`)) ?? of;
  // Some Arabic variants have other digits, clocks and calendars than the letters and walls of the place where the visit is.
  return of === 'ar' ? `${new Intl.Locale(own, { calendar: 'gregory', hourCycle: 'h23', numberingSystem: 'latn' })}` : own;
}

function firstOf(browsers: readonly string[], ours: readonly Language[]): Language {
  for (const one of browsers) {
    const found = ours.find((of) => one === of || one.startsWith(`${of}-`));
    if (found) return found;
  }
  return 'de';
}

function add(of: Language, source: string): void {
  const errors = bundles[of].addResource(new FluentResource(source));
  if (errors[0]) throw errors[0];
}

/** Whether its texts came; `null` where they are there. What could not be had is asked for again the next time. */
function loading(of: Language): Promise<boolean> | null {
  const missing = (CATALOGUES[of] ?? []).slice(0, isLater ? 2 : 1).filter((catalogue) => !loaded.has(catalogue));
  if (missing.length === 0) return null;
  const load = async (catalogue: Catalogue) => {
    const { default: source } = await catalogue();
    if (!loaded.has(catalogue)) add(of, source);
    loaded.add(catalogue);
  };
  return Promise.all(missing.map(load)).then(
    () => true,
    (cause: unknown) => {
      console.error(cause);
      return false;
    },
  );
}

type Catalogue = () => Promise<{ readonly default: string }>;

const bundles: Readonly<Record<Language, FluentBundle>> = {
  de: new FluentBundle('de'),
  en: new FluentBundle('en'),
  tr: new FluentBundle('tr'),
  uk: new FluentBundle('uk'),
  ar: new FluentBundle('ar-u-nu-latn'),
};
/** What is needed first, and what later views say. */
const CATALOGUES: Readonly<Partial<Record<Language, readonly [Catalogue, Catalogue]>>> = {
  tr: [() => import('./text/tr.ts'), () => import('./text/tr-later.ts')],
  uk: [() => import('./text/uk.ts'), () => import('./text/uk-later.ts')],
  ar: [() => import('./text/ar.ts'), () => import('./text/ar-later.ts')],
};
const loaded = new Set<Catalogue>();
let isLater = false;
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
  document.documentElement.dir = directionOf(language.value);
});
