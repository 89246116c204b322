// coturn's client for NAT behaviour discovery (RFC 5780) at our stun-d: without a router between them it must find none.
import assert from 'node:assert/strict';
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { promisify } from 'node:util';
import { freePort } from '../e2e/harness/installation.js';

const run = promisify(execFile);
const ROOT = new URL('../../', import.meta.url).pathname;
const STUN_D = join(process.env.VISITE_BINARIES ?? join(process.env.CARGO_TARGET_DIR ?? join(ROOT, 'target'), 'debug'), 'stun-d');
const folder = mkdtempSync(join(tmpdir(), 'visite-discovery-'));
let port, server;

before(async () => {
  const ports = [await freePort(), await freePort()];
  [port] = ports;
  const listen = ['127.0.0.1', '127.0.0.2'].flatMap(ip => ports.map(port => `"${ip}:${port}"`));
  writeFileSync(join(folder, 'stun-d.toml'), `listen = [${listen}]\ndiscovery = true\n`);
  server = spawn(STUN_D, ['--config', join(folder, 'stun-d.toml')], { stdio: ['ignore', 'ignore', 'pipe'] });
  // Its first line says that it is ready.
  await once(server.stderr, 'data');
});

after(() => {
  server.kill();
  rmSync(folder, { recursive: true, force: true });
});

const find = async (...options) => (await run('turnutils_natdiscovery', [...options, '-L', '127.0.0.1', '-p', String(port), '127.0.0.1'])).stdout;

test('case_13 turnutils_natdiscovery: how addresses are mapped', { timeout: 60_000 }, async () => {
  const said = await find('-m');
  assert.match(said, /NAT with Endpoint Independent Mapping|No NAT detected/i, said);
});

test('case_13 turnutils_natdiscovery: what is let through', { timeout: 60_000 }, async () => {
  const said = await find('-f');
  assert.match(said, /NAT with Endpoint Independent Filtering/i, said);
});
