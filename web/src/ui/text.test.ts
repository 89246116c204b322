// @vitest-environment happy-dom
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { FluentResource } from '@fluent/bundle';
import { describe, expect, it } from 'vitest';
import { clockOf, dayOf, type Language, LANGUAGES, language, languageName, laterTexts, plain, sizeOf, speak, t, timeOf, wanted } from './text.ts';
import './visit/texts.ts';

const ui = import.meta.dirname;
/** What guests read. What only a practice's pages say is there in two languages. */
const GUESTS = ['call.ftl', 'check.ftl', 'common.ftl', 'consent.ftl', 'invite.ftl', 'media.ftl', 'trouble.ftl', 'visit.ftl'];
const FURTHER = LANGUAGES.filter((of) => of !== 'de' && of !== 'en');

describe('the catalogues', () => {
  const names = readdirSync(join(ui, 'text/de'));
  const guests = names.filter((name) => GUESTS.includes(name));
  const files = [
    ...names.flatMap((name) => (['de', 'en'] as const).map((of) => [of, name] as const)),
    ...guests.flatMap((name) => FURTHER.map((of) => [of, name] as const)),
  ];

  it.each(LANGUAGES)('are the same files in %s', (of) => {
    expect(readdirSync(join(ui, 'text', of))).toEqual(of === 'de' || of === 'en' ? names : guests);
  });

  it.each(files)('say the same with the same arguments: %s/%s', (of, name) => {
    expect(argumentsOf(read(of, name))).toEqual(argumentsOf(read('de', name)));
  });

  it.each(files)('have no line that Fluent could not read: %s/%s', (of, name) => {
    const source = read(of, name);
    const written = [...source.matchAll(/^([a-z][\w-]*) *=/gm)].map((match) => match[1]);

    expect(idsOf(source)).toEqual(written);
    expect(new Set(written).size).toBe(written.length);
  });

  it.each(files)('count as the language does: %s/%s', (of, name) => {
    const categories = [...new Intl.PluralRules(of).resolvedOptions().pluralCategories].sort();
    const counted = [...read(of, name).matchAll(/\{ \$\w+ ->\n([^}]*(?:\{[^}]*\}[^}]*)*)\n\}/g)]
      .map(([, variants = '']) => [...variants.matchAll(/^ +\*?\[(\w+)\]/gm)].map((match) => match[1] ?? ''))
      .filter((keys) => keys.every((key) => ['zero', 'one', 'two', 'few', 'many', 'other'].includes(key)));

    for (const keys of counted) expect(keys.sort()).toEqual(categories);
  });

  it.each(files.filter(([of]) => of === 'uk' || of === 'ar'))('are written in the language’s own letters: %s/%s', (of, name) => {
    const own = of === 'ar' ? /\p{Script=Arabic}/u : /\p{Script=Cyrillic}/u;
    for (const [id, words] of wordsOf(read(of, name))) {
      expect(own.test(words) || LETTERLESS.includes(id), `${id}: ${words}`).toBe(true);
      const latin = [...words.matchAll(/[A-Za-zÀ-ÖØ-öø-ɏ][\wÀ-ÖØ-öø-ɏ.-]*/g)].map((match) => match[0].replace(/[.-]$/, ''));
      expect(latin.filter((word) => !NAMES.includes(word)), id).toEqual([]);
    }
  });

  it.each(files.filter(([of]) => of === 'tr'))('repeat no other language: %s/%s', (of, name) => {
    const [german, english] = [wordsOf(read('de', name)), wordsOf(read('en', name))];
    for (const [id, words] of wordsOf(read(of, name))) {
      expect(words, id).not.toMatch(/[äßÄ]/);
      if (!LETTERLESS.includes(id) && !SHARED.includes(words)) expect([german.get(id), english.get(id)], id).not.toContain(words);
    }
  });

  it('have no text twice', () => {
    const ids = names.flatMap((name) => idsOf(read('de', name)));

    expect(ids.filter((id, at) => ids.indexOf(id) !== at)).toEqual([]);
  });

  it('hold every text that the code asks for, and no other', () => {
    const ids = names.flatMap((name) => idsOf(read('de', name)));
    const code = sources().join('\n');
    const asked = [...code.matchAll(/\b(?:t|plain)\(\s*'([a-z][\w-]*)'/g)].map((match) => match[1] ?? '');

    expect(asked.length).toBeGreaterThan(10);
    expect([...new Set(asked)].filter((id) => !ids.includes(id))).toEqual([]);

    // An id that is put together (`over-${reason}`) is asked for by its beginning; one in a table by its whole.
    const beginnings = [...code.matchAll(/`([a-z][\w-]*-)\$\{/g)].map((match) => match[1] ?? '');
    const isAsked = (id: string) => code.includes(`'${id}'`) || beginnings.some((beginning) => id.startsWith(beginning));
    expect(ids.filter((id) => !isAsked(id))).toEqual([]);
  });
});

describe('the language', () => {
  it('changes what is said and how the page is read out', () => {
    language.value = 'en';
    expect(t('cancel')).toBe('Cancel');
    expect(document.documentElement.lang).toBe('en');

    language.value = 'de';
    expect(t('cancel')).toBe('Abbrechen');
    expect(document.documentElement.lang).toBe('de');
  });

  it.each([...FURTHER])('is loaded when somebody reads it: %s', async (of) => {
    language.value = 'de';
    const spoken = speak(of);
    expect(t('cancel')).toBe('Abbrechen');
    expect(wanted.value).toEqual({ language: of, hasFailed: false });

    await spoken;

    expect(t('cancel')).toBe(wordsOf(read(of, 'common.ftl')).get('cancel'));
    expect(document.documentElement.lang).toBe(of);
    expect(document.documentElement.dir).toBe(of === 'ar' ? 'rtl' : 'ltr');
    expect(wanted.value).toBeNull();
  });

  it('is read with what later views say from when the first of them is near', async () => {
    await speak('tr');
    await laterTexts();
    expect(t('call-hang-up')).toBe('Kapat');

    await speak('uk');

    expect(t('call-hang-up')).toBe('Завершити');
  });

  it('is the last one that was asked for', async () => {
    await Promise.all([speak('uk'), speak('tr'), speak('en')]);

    expect(language.value).toBe('en');
  });

  it('has a name in each other', async () => {
    await speak('tr');
    expect(languageName('de')).toBe('Almanca');
  });

  it('gives back an unknown id as it is', () => {
    expect(plain('no-such-text')).toBe('no-such-text');
  });
});

describe('numbers', () => {
  it('say how long something lasts', () => {
    expect([0, 59_999, 60_000, 3_725_000].map(clockOf)).toEqual(['0:00', '0:59', '1:00', '1:02:05']);
  });

  it('say how large something is, as the reader writes it', () => {
    language.value = 'de';
    expect([512, 20_480, 20_971_520].map(sizeOf).map((text) => text.replaceAll(/\s/g, ' '))).toEqual(['512 Byte', '20 kB', '21 MB']);
    expect(sizeOf(1_500_000_000)).toMatch(/^1,5.GB$/);
  });

  it('are written in the digits of the clock and the link in every language', async () => {
    const noon = Date.UTC(2026, 4, 7, 12);
    for (const of of LANGUAGES) {
      await speak(of);
      const written = [dayOf(noon), timeOf(noon), sizeOf(20_971_520), plain('early-days', { count: 12 })].join(' ');
      expect(written).not.toMatch(/[^\P{Nd}0-9]/u);
      expect(dayOf(noon)).toMatch(/7/);
    }
  });
});

function read(of: Language, name: string): string {
  return readFileSync(join(ui, 'text', of, name), 'utf8');
}

function idsOf(source: string): string[] {
  return new FluentResource(source).body.map(({ id }) => id);
}

/** Each text's id with the names of what is put into it. */
function argumentsOf(source: string): Record<string, string[]> {
  const texts = new FluentResource(source).body.map(({ id, value }) => {
    const used = [...JSON.stringify(value).matchAll(/"type":"var","name":"(\w+)"/g)].map((match) => match[1] ?? '');
    return [id, [...new Set(used)].sort()] as const;
  });
  return Object.fromEntries(texts);
}

/** Each text in all its variants, without what is put into it. */
function wordsOf(source: string): Map<string, string> {
  const spoken = (value: unknown): string => {
    if (typeof value === 'string') return value;
    if (Array.isArray(value)) return value.map(spoken).join(' ');
    const { type, variants } = value as { type: string; variants?: { value: unknown }[] };
    return type === 'select' ? (variants ?? []).map((variant) => spoken(variant.value)).join(' ') : '';
  };
  return new Map(new FluentResource(source).body.map(({ id, value }) => [id, spoken(value ?? '').trim()]));
}

function sources(): string[] {
  const files = (readdirSync(ui, { recursive: true }) as string[]).filter((file) => /\.tsx?$/.test(file) && !/\.test\.tsx?$/.test(file) && !file.startsWith('gallery'));
  return files.map((file) => readFileSync(join(ui, file), 'utf8'));
}

/** Have no words of the language. */
const LETTERLESS = ['product', 'visit-when', 'consent-pdf-nothing', 'receipt-span'];
/** Of programs and things that are called so everywhere. */
const NAMES = ['Visite', 'Chrome', 'Edge', 'Firefox', 'Safari', 'Wi-Fi', 'VPN', 'PDF', 'SHA-256', 'consent.json', 'https', 'cookie', 'aA', 'Windows', 'QR', 'Lockdown', 'Mode'];
/** Turkish has these from where German has them. */
const SHARED = ['Kamera', 'Mikrofon'];
