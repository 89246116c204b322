import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { gzipSync } from 'node:zlib';
import { MANIFEST, manifestOf } from './integrity.ts';

const ROOT = join(import.meta.dirname, '..');

describe('the built pages', () => {
  const [one, other] = [mkdtempSync(join(tmpdir(), 'visite-build-')), mkdtempSync(join(tmpdir(), 'visite-build-'))];
  beforeAll(() => {
    // As a person builds them: each in a process of its own, and not as a test.
    const { NODE_ENV: _, ...env } = process.env;
    for (const dir of [one, other]) execFileSync('npx', ['vite', 'build', '--logLevel', 'error', '--outDir', dir, '--emptyOutDir'], { cwd: ROOT, env });
  }, 120_000);
  afterAll(() => {
    for (const dir of [one, other]) rmSync(dir, { recursive: true });
  });

  it('come out the same, byte for byte, when they are built again', () => {
    expect(readFileSync(join(one, MANIFEST), 'utf8')).toBe(readFileSync(join(other, MANIFEST), 'utf8'));
  });

  it('are in the manifest with their hashes, all of them', () => {
    const { v, files } = JSON.parse(readFileSync(join(one, MANIFEST), 'utf8')) as { v: number; files: Record<string, string> };
    const assets = readdirSync(join(one, 'assets')).map((name) => `/assets/${name}`);

    expect(v).toBe(1);
    expect(Object.keys(files).sort()).toEqual(['/', '/check', '/practice', '/v/', ...assets].sort());
    expect(files['/v/']).toBe(createHash('sha256').update(readFileSync(join(one, 'visit.html'))).digest('hex'));
  });

  it('have another manifest as soon as one byte is another', () => {
    const before = manifestOf(one);
    const path = join(one, 'assets', readdirSync(join(one, 'assets'))[0] ?? '');
    const bytes = readFileSync(path);
    writeFileSync(path, Buffer.concat([bytes, Buffer.from(' ')]));

    expect(manifestOf(one)).not.toBe(before);
    writeFileSync(path, bytes);
  });

  it.each(PAGES)('%s names the hash of each file that it loads', (page) => {
    const html = readFileSync(join(one, page), 'utf8');
    const loaded = loadedBy(html);

    expect(loaded.length).toBeGreaterThan(1);
    for (const [, file = '', rest] of loaded) {
      const hash = createHash('sha384').update(readFileSync(join(one, file))).digest('base64');
      expect(rest, file).toContain(`integrity="sha384-${hash}"`);
    }
  });

  it('give a guest the first screen in less than 100 KB in every language, and the page itself in the first ten segments', () => {
    const html = readFileSync(join(one, 'visit.html'), 'utf8');
    const parts = loadedBy(html).map(([, file = '']) => [file, compressed(readFileSync(join(one, file)))] as const);
    // German and English are in it; of the others a guest loads the one that it reads.
    const languages = readdirSync(join(one, 'assets')).filter((name) => /^(?:tr|uk|ar)-(?!later-)/.test(name));
    expect(languages).toHaveLength(3);
    const language = Math.max(...languages.map((name) => compressed(readFileSync(join(one, 'assets', name)))));
    const whole = compressed(Buffer.from(html)) + language + parts.reduce((sum, [, size]) => sum + size, 0);

    expect(compressed(Buffer.from(html))).toBeLessThan(14_000);
    expect(whole, JSON.stringify(parts)).toBeLessThan(100_000);
  });

  it('fetch what comes later only then: the call, the consent form, the waiting room, the check', () => {
    const names = readdirSync(join(one, 'assets'));
    const first = loadedBy(readFileSync(join(one, 'visit.html'), 'utf8')).map(([, file = '']) => file.replace('assets/', ''));

    for (const later of ['call-view', 'consent-view', 'inside', 'line-check', 'trouble', 'pdf']) {
      const chunk = names.find((name) => name.startsWith(`${later}-`) && name.endsWith('.js'));
      expect(chunk, later).toBeDefined();
      expect(first, later).not.toContain(chunk);
    }
  });

  it('load nothing from anywhere else, and run no script of their own', () => {
    for (const page of PAGES) {
      const html = readFileSync(join(one, page), 'utf8');
      expect([...html.matchAll(/(?:src|href)="(?!\/assets\/|data:)/g)]).toEqual([]);
      expect(html).not.toMatch(/<script(?![^>]*\bsrc=)/);
    }
  });
});

/** What a page loads at once: file and further attributes of each. */
function loadedBy(html: string): RegExpMatchArray[] {
  return [...html.matchAll(/<(?:script|link)\b[^>]*?(?:src|href)="\/(assets\/[^"]+)"([^>]*)>/g)];
}

/** Bytes, as every browser can have it; most get the smaller brotli. */
function compressed(bytes: Buffer): number {
  return gzipSync(bytes, { level: 9 }).length;
}

const PAGES = ['index.html', 'practice.html', 'visit.html', 'check.html'];
