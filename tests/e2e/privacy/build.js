// Builds pages for the proof: the product's with sealing switched off, and the man in the middle's.
// A process of its own, since a bundler has no business in the one that drives browsers: `node build.js <folder> sealed|unsealed`.
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { ROOT } from '../harness/installation.js';

const SELF = fileURLToPath(import.meta.url);
const HERE = join(SELF, '..');
const WEB = join(ROOT, 'web');

/** Gives back the program of the one in the middle, who speaks whichever handshake the pages speak, and unless `sealed` where the pages without sealing are. */
export async function buildInto(folder, { sealed }) {
  await promisify(execFile)(process.execPath, [SELF, folder, sealed ? 'sealed' : 'unsealed']);
  return { program: readFileSync(join(folder, 'middle/middle.js'), 'utf8'), pages: sealed ? undefined : join(folder, 'pages') };
}

async function main([folder, how]) {
  const { build } = await import(join(WEB, 'node_modules/vite/dist/node/index.js'));
  const common = { logLevel: 'warn', plugins: how === 'sealed' ? [] : [unsealed()] };
  const lib = { entry: join(HERE, 'middle/page.js'), formats: ['iife'], name: 'middle', fileName: () => 'middle.js' };
  await build({ ...common, root: HERE, configFile: false, build: { lib, outDir: join(folder, 'middle') } });
  if (how === 'unsealed') await build({ ...common, root: WEB, configFile: join(WEB, 'vite.config.ts'), build: { outDir: join(folder, 'pages') } });
}

function unsealed() {
  return {
    name: 'unsealed',
    enforce: 'pre',
    async resolveId(source, importer) {
      const [, name] = /\/(handshake|early)\.ts$/.exec(source) ?? [];
      if (!name) return null;
      const found = await this.resolve(source, importer, { skipSelf: true });
      return found?.id === join(WEB, `src/sealed/${name}.ts`) ? join(HERE, `plain/${name}.js`) : found;
    },
  };
}

if (process.argv[1] === SELF) await main(process.argv.slice(2));
