// Ties what is served to what was built: each page names the hash of each file that it loads (Subresource Integrity), and a manifest names the hash of everything.
//
// Files that a page loads later, by `import()`, can't be named in it: the manifest alone has them.

import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import type { Plugin } from 'vite';

/** Where the manifest is asked for; `visite check` does. */
export const MANIFEST = '.well-known/visite-manifest.json';

export function integrity(): Plugin {
  let dir = '';
  return {
    name: 'visite-integrity',
    apply: 'build',
    configResolved: ({ root, build }) => {
      dir = resolve(root, build.outDir);
    },
    closeBundle: () => {
      for (const page of Object.keys(PAGES)) name(page);
      mkdirSync(dirname(join(dir, MANIFEST)), { recursive: true });
      writeFileSync(join(dir, MANIFEST), manifestOf(dir));
    },
  };

  function name(page: string): void {
    const path = join(dir, page);
    const html = readFileSync(path, 'utf8').replace(LOADED, (tag, file: string) => `${tag} integrity="sha384-${hash('sha384', join(dir, file), 'base64')}"`);
    writeFileSync(path, html);
  }
}

/** The manifest of a built folder: each address that the server answers, and the SHA-256 of what it answers. */
export function manifestOf(dir: string): string {
  const files = readdirSync(dir, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const names = files.map((entry) => join(entry.parentPath, entry.name).slice(dir.length + 1)).filter((name) => !name.startsWith('.well-known/'));
  const hashes = names.map((name) => [PAGES[name] ?? `/${name}`, hash('sha256', join(dir, name), 'hex')] as const);
  return `${JSON.stringify({ v: 1, files: Object.fromEntries(hashes.sort(([one], [other]) => (one < other ? -1 : 1))) }, null, 1)}\n`;
}

function hash(kind: 'sha256' | 'sha384', path: string, form: 'hex' | 'base64'): string {
  return createHash(kind).update(readFileSync(path)).digest(form);
}

/** Pages have addresses of their own; the guest's page answers under `/v/` whatever the invite. */
const PAGES: Readonly<Record<string, string>> = { 'index.html': '/', 'practice.html': '/practice', 'visit.html': '/v/', 'check.html': '/check' };
/** A script or a style sheet that the page loads at once, up to the end of its address. */
const LOADED = /<(?:script|link)\b[^>]*?\b(?:src|href)="\/(assets\/[^"]+)"/g;
