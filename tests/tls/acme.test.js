// signal-d and an authority: Debian's pebble, which is strict, forgets nonces and looks at what it is shown.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect as connectTcp } from 'node:net';
import { get } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { connect } from 'node:tls';
import { makeCertificates } from '../e2e/harness/authority.js';
import { BINARIES, freePort } from '../e2e/harness/installation.js';
import { until } from '../e2e/harness/until.js';

/** Seconds that a certificate is good: it is renewed when a third of them are left. */
const LIFETIME = 30;
const NAMES = ['video.visite.test', 'praxis.visite.test'];

describe('certificates from an authority', () => {
  const running = new Set();
  let folder, ports, authority;

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'visite-acme-'));
    makeCertificates(folder, ['localhost']);
    mkdirSync(join(folder, 'web'));
    for (const page of ['index', 'visit', 'practice', 'check']) writeFileSync(join(folder, 'web', `${page}.html`), page);
    ports = { tls: await freePort(), http: await freePort(), directory: await freePort(), management: await freePort(), dns: await freePort(), names: await freePort() };
    const pebble = {
      listenAddress: `127.0.0.1:${ports.directory}`,
      managementListenAddress: `127.0.0.1:${ports.management}`,
      certificate: join(folder, 'server.pem'),
      privateKey: join(folder, 'server.key'),
      httpPort: ports.http,
      tlsPort: ports.tls,
      certificateValidityPeriod: LIFETIME,
      domainBlocklist: ['blocked.visite.test'],
    };
    writeFileSync(join(folder, 'pebble.json'), JSON.stringify({ pebble }));
    // Every name is this machine.
    start('pebble-challtestsrv', '-defaultIPv4', '127.0.0.1', '-defaultIPv6', '', '-dns01', `127.0.0.1:${ports.dns}`, '-management', `127.0.0.1:${ports.names}`, '-http01', '', '-https01', '', '-tlsalpn01', '');
    await until('names are looked up', () => listens(ports.names));
    authority = start('pebble', '-strict', '-config', join(folder, 'pebble.json'), '-dnsserver', `127.0.0.1:${ports.dns}`);
    await until('pebble listens', () => listens(ports.directory));
  });

  after(async () => {
    // What a test that has failed has left running.
    for (const { spawnfile, said } of running) if (spawnfile.endsWith('signal-d')) process.stderr.write(`${spawnfile}: ${said}\n`);
    await Promise.all([...running].map((program) => stop(program)));
    rmSync(folder, { recursive: true, force: true });
  });

  it('asks at the TLS port, for several names, renews in time, and goes on with what is stored', async () => {
    const daemon = signalD('alpn', { names: NAMES });
    const first = await until('a certificate of the authority', () => ofPebble(ports.tls));
    assert.deepEqual(first.subjectaltname.split(', ').sort(), NAMES.map((name) => `DNS:${name}`).sort());

    const second = await until('another one', async () => different(await ofPebble(ports.tls), first), LIFETIME + 30);
    const before = Date.parse(first.valid_to);
    assert.ok(Date.now() < before, 'in time');

    await stop(daemon);
    await stop(authority);
    const again = signalD('alpn', { names: NAMES });
    const stored = await until('signal-d shows one', () => certificate(ports.tls));
    assert.equal(stored.serialNumber, second.serialNumber, 'without the authority');
    await stop(again);
    authority = start('pebble', '-strict', '-config', join(folder, 'pebble.json'), '-dnsserver', `127.0.0.1:${ports.dns}`);
    await until('pebble listens', () => listens(ports.directory));
  });

  it('is asked at port 80, and leads browsers from there to HTTPS', async () => {
    const daemon = signalD('http', { names: NAMES.slice(0, 1), http: `127.0.0.1:${ports.http}` });
    await until('a certificate of the authority', () => ofPebble(ports.tls));

    const { statusCode, headers } = await new Promise((answered) =>
      get({ port: ports.http, host: '127.0.0.1', path: '/v/invite', headers: { host: NAMES[0] } }, (response) => answered(response.resume())),
    );
    assert.deepEqual([statusCode, headers.location], [308, `https://${NAMES[0]}/v/invite`]);
    await stop(daemon);
  });

  it('serves on where the authority refuses, and says why', async () => {
    const daemon = signalD('refused', { names: ['blocked.visite.test'] });

    await until('the refusal', () => daemon.said.includes('there is no new certificate yet'));
    assert.match(daemon.said, /blocked\.visite\.test|policy|rejectedIdentifier/i);
    const shown = await certificate(ports.tls);
    assert.ok(shown && !isPebbles(shown), 'one that nobody trusts');
    await stop(daemon);
  });

  function signalD(name, { names, http }) {
    const file = join(folder, `${name}.toml`);
    const acme = { directory: `https://localhost:${ports.directory}/dir`, names, terms_agreed: true, state_dir: join(folder, name), ca: join(folder, 'ca.pem'), ...(http && { http }) };
    const line = ([key, value]) => `${key} = ${JSON.stringify(value)}\n`;
    const own = { listen: `127.0.0.1:${ports.tls}`, public_url: `https://${names[0]}`, web_root: join(folder, 'web') };
    writeFileSync(file, `${Object.entries(own).map(line).join('')}[session]\nunix = ${JSON.stringify(join(folder, 'session.sock'))}\n[acme]\n${Object.entries(acme).map(line).join('')}`);
    return start(join(BINARIES, 'signal-d'), '--config', file);
  }

  function start(program, ...rest) {
    const child = spawn(program, rest, { stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, PEBBLE_VA_NOSLEEP: '1' } });
    child.said = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (child.said = (child.said + chunk).slice(-20_000)));
    child.on('exit', (code) => code && process.stderr.write(`${program}: ${child.said}\n`));
    running.add(child);
    return child;
  }

  async function stop(child) {
    running.delete(child);
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill('SIGTERM');
    await once(child, 'exit');
  }
});

async function ofPebble(port) {
  const shown = await certificate(port);
  return shown && isPebbles(shown) && shown;
}

function isPebbles(shown) {
  return shown.issuer.CN?.startsWith('Pebble');
}

function different(shown, from) {
  return shown && shown.serialNumber !== from.serialNumber && shown;
}

/** What is shown at a port of this machine; nothing where nobody is there. */
function certificate(port) {
  return new Promise((seen) => {
    const line = connect({ port, host: '127.0.0.1', servername: NAMES[0], rejectUnauthorized: false }, () => {
      seen(line.getPeerCertificate());
      line.destroy();
    }).on('error', () => seen(null));
  });
}

function listens(port) {
  return new Promise((answered) => {
    const line = connectTcp(port, '127.0.0.1', () => answered(true)).on('error', () => answered(false));
    line.on('connect', () => line.destroy());
  });
}
