// Other people's clients at our relay: coturn's turnutils (UDP, TCP, TLS), aioice and aiortc. Each proves that what it sent to a peer comes back whole.
import assert from 'node:assert/strict';
import { execFile, spawn } from 'node:child_process';
import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { promisify } from 'node:util';
import { makeCertificates } from '../e2e/harness/authority.js';
import { freePort } from '../e2e/harness/installation.js';

const run = promisify(execFile);
const ROOT = new URL('../../', import.meta.url).pathname;
const STUN_D = join(process.env.VISITE_BINARIES ?? join(process.env.CARGO_TARGET_DIR ?? join(ROOT, 'target'), 'debug'), 'stun-d');
const SECRET = 'a secret of this test alone';
/** Another address of the loopback network: the relay's own is reached within it. */
const PEER = '127.0.0.2';
const folder = mkdtempSync(join(tmpdir(), 'visite-interop-'));
const children = [];
let port, tlsPort, dtlsPort, peerPort;

before(async () => {
  [port, tlsPort, dtlsPort, peerPort] = [await freePort(), await freePort(), await freePort(), await freePort()];
  makeCertificates(folder, ['localhost']);
  writeFileSync(join(folder, 'secret'), SECRET);
  const config = `
listen = ["127.0.0.1:${port}"]
[tls]
listen = ["127.0.0.1:${tlsPort}"]
cert = "${join(folder, 'server.pem')}"
key = "${join(folder, 'server.key')}"
[dtls]
listen = ["127.0.0.1:${dtlsPort}"]
cert = "${join(folder, 'server.pem')}"
key = "${join(folder, 'server.key')}"
[turn]
relay = ["127.0.0.1"]
allow = ["127.0.0.0/8"]
secret_file = "${join(folder, 'secret')}"
`;
  writeFileSync(join(folder, 'stun-d.toml'), config);
  const server = spawn(STUN_D, ['--config', join(folder, 'stun-d.toml')], { stdio: ['ignore', 'ignore', 'pipe'] });
  children.push(server, spawn('turnutils_peer', ['-L', PEER, '-p', String(peerPort)], { stdio: 'ignore' }));
  // Its first line says that it is ready.
  await once(server.stderr, 'data');
});

after(() => {
  for (const child of children) child.kill();
  rmSync(folder, { recursive: true, force: true });
});

// Without `-s` it binds channels from 0x5000 on as well, which RFC 8656 has closed.
for (const { way, options } of [
  { way: 'UDP', options: ['-s'] },
  { way: 'TCP', options: ['-s', '-t'] },
  { way: 'TLS', options: ['-s', '-t', '-S'] },
  { way: 'DTLS', options: ['-s', '-S'] },
])
  test(`case_15 turnutils_uclient over ${way}: nothing is lost, with a port pair for each of its clients`, { timeout: 60_000 }, async () => {
    const at = { TLS: tlsPort, DTLS: dtlsPort }[way] ?? port;
    const { stdout } = await run('turnutils_uclient', [...options, '-W', SECRET, '-u', 'guest', '-e', PEER, '-r', String(peerPort), '-n', '40', '-m', '4', '-l', '172', '-p', String(at), '127.0.0.1']);
    // Forty messages of each of four clients.
    assert.match(stdout, /tot_send_msgs=160, tot_recv_msgs=160/);
    assert.match(stdout, /Total lost packets 0 /);
  });

test('case_15 aioice: two peers that may only meet by the relay do', { timeout: 60_000 }, async () => {
  assert.equal(await python('meet.py', String(port)), 'relay relay hello');
});

for (const way of ['udp', 'tcp'])
  test(`case_15 aiortc over ${way}: two peers that may only meet by the relay hear and see each other`, { timeout: 60_000 }, async () => {
    assert.equal(await python('peers.py', `turn:127.0.0.1:${port}?transport=${way}`), 'relay relay hello 10');
  });

test('case_15 turnutils_stunclient learns its address', { timeout: 60_000 }, async () => {
  const { stdout } = await run('turnutils_stunclient', ['-p', String(port), '127.0.0.1']);
  assert.match(stdout, /UDP reflexive addr: 127\.0\.0\.1:\d+/);
});

/** Runs one of the scripts beside this file with a credential; what it says. */
async function python(script, server) {
  const name = `${Math.floor(Date.now() / 1_000) + 600}:guest`;
  const password = createHmac('sha1', SECRET).update(name).digest('base64');
  const { stdout } = await run(process.env.VISITE_PYTHON ?? 'python3', [join(ROOT, 'tests/interop', script), server, name, password]);
  return stdout.trim();
}
