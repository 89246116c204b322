// What a server hands out is what was built: `visite check`, against a real signal-d.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { appendFileSync, cpSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { BINARIES, Installation, ROOT } from '../harness/installation.js';

const BUILT = join(ROOT, 'web/dist');

describe('visite check', () => {
  const folder = mkdtempSync(join(tmpdir(), 'visite-pages-'));
  const [served, key] = [join(folder, 'served'), join(folder, 'release')];
  let installation;
  before(async () => {
    cpSync(BUILT, served, { recursive: true });
    await run('sign', served, '--key', key);
    installation = await Installation.start({ pages: served });
  });
  after(async () => {
    await installation.stop();
    rmSync(folder, { recursive: true });
  });

  it('finds the pages that were built, and signed', async () => {
    const { code, said } = await check('--web', BUILT, '--key', `${key}.pub`);

    assert.equal(code, 0, said);
    for (const file of ['/ ', '/practice', '/v/', ...readdirSync(join(BUILT, 'assets'))]) assert.ok(`${said} `.includes(file.trim()), file);
  });

  it('wants to know what to compare with', async () => {
    const { code, said } = await check();

    assert.notEqual(code, 0);
    assert.match(said, /--web|--key/);
  });

  it('finds a signature of somebody else wrong', async () => {
    cpSync(BUILT, join(folder, 'other'), { recursive: true });
    await run('sign', join(folder, 'other'), '--key', join(folder, 'impostor'));
    const { code, said } = await check('--key', `${join(folder, 'impostor')}.pub`);

    assert.equal(code, 1);
    assert.match(said, /WRONG .*signed/);
  });

  it('finds one script with one byte more', async () => {
    const script = readdirSync(join(served, 'assets')).find((name) => name.endsWith('.js'));
    appendFileSync(join(served, 'assets', script), ' ');
    await installation.killAll();
    await installation.startAll();

    const { code, said } = await check('--web', BUILT);

    assert.equal(code, 1);
    assert.ok(said.includes(`WRONG  /assets/${script}\n`), said);
    assert.equal(said.match(/WRONG/g).length, 1);
  });

  const check = (...against) => run('check', installation.origin, '--ca', installation.ca, ...against);
});

function run(...what) {
  return new Promise((done) => {
    execFile(join(BINARIES, 'visite'), what, (error, stdout, stderr) => done({ code: error?.code ?? 0, said: stdout + stderr }));
  });
}
