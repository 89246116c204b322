// @vitest-environment happy-dom
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { FluentResource } from '@fluent/bundle';
import { describe, expect, it } from 'vitest';
import { clockOf, language, plain, sizeOf, t } from './text.ts';

const ui = import.meta.dirname;

describe('the catalogues', () => {
  const names = readdirSync(join(ui, 'text/de'));

  it('are the same files in both languages', () => {
    expect(readdirSync(join(ui, 'text/en'))).toEqual(names);
  });

  it.each(names)('%s has the same texts with the same arguments in both languages', (name) => {
    expect(argumentsOf(read('de', name))).toEqual(argumentsOf(read('en', name)));
  });

  it.each(names.flatMap((name) => [`de/${name}`, `en/${name}`]))('%s has no line that Fluent could not read', (name) => {
    const source = readFileSync(join(ui, 'text', name), 'utf8');
    const written = [...source.matchAll(/^([a-z][\w-]*) *=/gm)].map((match) => match[1]);

    expect(idsOf(source)).toEqual(written);
    expect(new Set(written).size).toBe(written.length);
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
});

function read(of: 'de' | 'en', name: string): string {
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

function sources(): string[] {
  const files = (readdirSync(ui, { recursive: true }) as string[]).filter((file) => /\.tsx?$/.test(file) && !/\.test\.tsx?$/.test(file) && !file.startsWith('gallery'));
  return files.map((file) => readFileSync(join(ui, file), 'utf8'));
}
