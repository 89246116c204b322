#!/usr/bin/env node
// Whose work is linked into a program of ours, or built into the pages, and under which licences: scripts/lib/third-party.mjs signal-d
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

const [name] = process.argv.slice(2);
const host = /^host: (.*)$/m.exec(execFileSync('rustc', ['-vV'], { encoding: 'utf8' }))[1];
const options = { encoding: 'utf8', maxBuffer: 2 ** 28 };
const metadata = JSON.parse(execFileSync('cargo', ['metadata', '--format-version=1', '--locked', `--filter-platform=${host}`], options));

/** What is linked in: dependencies that are not for development or building only. */
function crates() {
  const nodes = new Map(metadata.resolve.nodes.map((node) => [node.id, node]));
  const packages = new Map(metadata.packages.map((one) => [one.id, one]));
  const found = new Set([metadata.packages.find((one) => one.name === name && one.source === null).id]);
  for (const id of found)
    for (const { pkg, dep_kinds } of nodes.get(id).deps) if (dep_kinds.some(({ kind }) => kind === null)) found.add(pkg);
  return [...found]
    .map((id) => packages.get(id))
    .filter(({ source }) => source !== null)
    .map(({ name, version, license, manifest_path }) => ({ name, version, license, folder: dirname(manifest_path) }));
}

/** What the pages are built from. */
function modules() {
  const found = new Map();
  const add = (name) => {
    if (found.has(name)) return;
    const folder = join('web/node_modules', name);
    const { version, license, dependencies = {} } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
    found.set(name, { name, version, license, folder });
    Object.keys(dependencies).forEach(add);
  };
  Object.keys(JSON.parse(readFileSync('web/package.json', 'utf8')).dependencies).forEach(add);
  return [...found.values()];
}

const all = [...crates(), ...(name === 'signal-d' ? modules() : [])];
all.sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : a.version < b.version ? -1 : 1));
const texts = new Map();
for (const { name, version, license, folder } of all) {
  const files = readdirSync(folder, { withFileTypes: true }).filter((file) => file.isFile() && /^(licen[cs]e|copying|notice|unlicense|copyright)/i.test(file.name));
  if (!license && files.length === 0) throw new Error(`${name} ${version} has no licence`);
  console.log(`${name} ${version}: ${license ?? 'see below'}`);
  for (const file of files) {
    const text = readFileSync(join(folder, file.name), 'utf8').trim();
    texts.set(text, [...(texts.get(text) ?? []), `${name} ${version} (${file.name})`]);
  }
}
for (const [text, whose] of texts) console.log(`\n${'='.repeat(100)}\n${whose.join('\n')}\n${'-'.repeat(100)}\n${text}`);
