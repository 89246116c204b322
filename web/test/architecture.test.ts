// The plan of the browser client (ARCHITECTURE.md) held against its imports. A new arrow is a decision: change the table in the same commit, and say why.
import { readFileSync, readdirSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';

const src = resolve(import.meta.dirname, '../src');

/** Which folders of src each may import from, besides itself, and which packages. */
const ARROWS: Record<string, { folders: string[]; packages: string[] }> = {
  call: { folders: [], packages: [] },
  sealed: { folders: [], packages: [] },
  signal: { folders: [], packages: [] },
  consent: { folders: ['call', 'sealed'], packages: [] },
  check: { folders: ['call'], packages: ['@preact/signals'] },
  rtc: { folders: ['call'], packages: ['@noble/hashes/sha2.js', '@noble/hashes/utils.js', '@preact/signals'] },
  drive: { folders: ['call', 'sealed', 'signal', 'consent', 'rtc'], packages: ['@preact/signals'] },
  practice: { folders: ['call', 'sealed', 'signal', 'consent', 'rtc', 'drive'], packages: ['@preact/signals', 'uqr'] },
  ui: {
    folders: ['call', 'sealed', 'signal', 'consent', 'check', 'rtc', 'drive', 'practice'],
    packages: [
      '@cantoo/fontkit',
      '@cantoo/pdf-lib',
      '@fluent/bundle',
      '@preact/signals',
      'dejavu-fonts-ttf/ttf/DejaVuSansCondensed-Bold.ttf',
      'dejavu-fonts-ttf/ttf/DejaVuSansCondensed.ttf',
      'preact',
      'preact/hooks',
      'preact/compat',
      'uqr',
    ],
  },
};

/** What only tests import is theirs. */
const OF_TESTS = ['ui/practice/pretend-page.tsx'];
const files = (readdirSync(src, { recursive: true }) as string[]).filter(
  (file) => /\.tsx?$/.test(file) && !/\.test\.tsx?$/.test(file) && !OF_TESTS.includes(file),
);

function importsOf(file: string): string[] {
  const text = readFileSync(join(src, file), 'utf8');
  const found = text.matchAll(/(?:^|\n)\s*(?:import|export)\s[^'"]*?from\s*['"]([^'"]+)['"]|import\(\s*['"]([^'"]+)['"]|(?:^|\n)import\s*['"]([^'"]+)['"]/g);
  return [...found].map((match) => match[1] ?? match[2] ?? match[3] ?? '');
}

describe('the plan of the browser client', () => {
  it('covers every folder', () => {
    expect(files.length).toBeGreaterThan(0);
    for (const file of files) expect(Object.keys(ARROWS), file).toContain(file.split('/')[0]);
  });

  it.each(files)('%s imports what it may', (file) => {
    const folder = file.split('/')[0] ?? '';
    const { folders, packages } = ARROWS[folder] ?? { folders: [], packages: [] };
    for (const target of importsOf(file)) {
      const bare = target.split('?')[0] ?? target;
      if (!bare.startsWith('.')) {
        expect(packages, `${file} imports ${bare}`).toContain(bare);
        continue;
      }
      const to = relative(src, resolve(src, dirname(file), bare)).split('/')[0] ?? '';
      expect([folder, ...folders], `${file} imports ${target}`).toContain(to);
    }
  });

  it('names no host but our own', () => {
    for (const file of files) {
      const hosts = [...readFileSync(join(src, file), 'utf8').matchAll(/(?:https?|wss?|stuns?|turns?):\/?\/?([a-z0-9.-]+\.[a-z]{2,})/gi)];
      const foreign = hosts.map((match) => match[1]).filter((host) => !host?.endsWith('.example.org') && host !== 'www.w3.org');
      expect(foreign, file).toEqual([]);
    }
  });
});
