// A session-d and a signal-d with real rooms, for benches of signalling: signal-d alone on the first core.
import { execFileSync } from 'node:child_process';
import { createHash, generateKeyPairSync, randomBytes, sign } from 'node:crypto';
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import https from 'node:https';
import { join } from 'node:path';
import { BINARIES, folder, freeTcpPort, onCore } from './servers.js';

const ORIGIN = 'https://localhost';
const AT_A_TIME = 32;

/** A certificate for all servers. */
export function certificate() {
  const files = { cert: join(folder, 'cert.pem'), key: join(folder, 'key.pem') };
  execFileSync('openssl', ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '1', '-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost', '-addext', 'basicConstraints=critical,CA:FALSE', '-keyout', files.key, '-out', files.cert], { stdio: 'ignore' });
  return files;
}

/** Starts both, does `work` with the port and the process of signal-d and a file of so many rooms, and ends both. */
export async function withHouse({ cert, key }, count, work) {
  const home = join(folder, randomBytes(4).toString('hex'));
  for (const part of ['', 'data', 'web']) mkdirSync(join(home, part), { recursive: true });
  for (const page of ['index', 'visit', 'practice', 'check']) writeFileSync(join(home, 'web', `${page}.html`), '<!doctype html>');
  const socket = join(home, 'session.sock');
  const sessionConfig = join(home, 'session-d.toml');
  writeFileSync(sessionConfig, `data_dir = "${home}/data"\npublic_url = "${ORIGIN}"\nlog = "warn"\n[unix]\npath = "${socket}"\n`);
  const session = onCore(1, [join(BINARIES, 'session-d'), '--config', sessionConfig]);

  const withSignal = async (core, use) => {
    const port = await freeTcpPort();
    const config = join(home, `signal-d-${core}.toml`);
    writeFileSync(config, `listen = "127.0.0.1:${port}"\npublic_url = "${ORIGIN}"\nlog = "warn"\ncert = "${cert}"\nkey = "${key}"\nweb_root = "${home}/web"\n[session]\nunix = "${socket}"\n`);
    const signal = onCore(core, [join(BINARIES, 'signal-d'), '--config', config]);
    const agent = new https.Agent({ keepAlive: true, maxSockets: AT_A_TIME, rejectUnauthorized: false });
    const there = { host: '127.0.0.1', port, agent };
    try {
      await answered(() => ask(https, there, 'GET', '/readyz'));
      return await use(there, signal.pid);
    } finally {
      agent.destroy();
      await ended(signal);
    }
  };

  try {
    await answered(() => ask(http, { socketPath: socket }, 'GET', '/v1/practices'));
    const file = join(home, 'rooms');
    // Through another signal-d: what these requests take and free would be there for the browsers of the one that is measured.
    await withSignal(1, async (there) => {
      const desk = await signIn(socket, there);
      const lines = await all(count, () => room(desk, there));
      writeFileSync(file, lines.join('\n'));
    });
    return await withSignal(0, ({ port }, pid) => work(port, pid, file));
  } finally {
    await ended(session);
  }
}

/** A practice of its own with one device that has signed in. */
async function signIn(socket, there) {
  const operator = { socketPath: socket };
  const practice = await ask(http, operator, 'POST', '/v1/practices', { name: 'Bench' });
  const { code } = await ask(http, operator, 'POST', `/v1/practices/${practice.id}/enrolments`, {});
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const { x, y } = publicKey.export({ format: 'jwk' });
  const point = Buffer.concat([Buffer.from([4]), Buffer.from(x, 'base64url'), Buffer.from(y, 'base64url')]);
  const { device } = await ask(https, there, 'POST', '/api/v1/enrol', { code, public_key: point.toString('base64url'), name: 'Bench' });
  const { challenge } = await ask(https, there, 'POST', '/api/v1/device/challenge', { device });
  const said = Buffer.concat([Buffer.from('visite device sign-in v1\0'), Buffer.from(challenge, 'base64url')]);
  const signature = sign('sha256', said, { key: privateKey, dsaEncoding: 'ieee-p1363' }).toString('base64url');
  const { token } = await ask(https, there, 'POST', '/api/v1/device/session', { device, challenge, signature });
  const client = createHash('sha256').update(device).digest().subarray(0, 16).toString('base64url');
  return { token, client };
}

/** What both sides of a new room say first. */
async function room({ token, client }, there) {
  const made = await ask(https, there, 'POST', '/api/v1/rooms', { starts_at: Date.now(), duration_ms: 3_600_000, invites: [{ seat: 1 }] }, token);
  const seat = await ask(https, there, 'POST', `/api/v1/rooms/${made.room.id}/token`, {}, token);
  const one = () => randomBytes(16).toString('base64url');
  const practice = { type: 'join', token: seat.token, client, stream: one() };
  const guest = { type: 'join', invite: made.invites[0].token, client: one(), stream: one() };
  return `${JSON.stringify(practice)}\t${JSON.stringify(guest)}`;
}

async function all(count, make) {
  const made = [];
  let left = count;
  const worker = async () => {
    while (left-- > 0) made.push(await make());
  };
  await Promise.all(Array.from({ length: AT_A_TIME }, worker));
  return made;
}

async function ask(by, where, method, path, body, token) {
  const headers = { host: 'localhost', ...(body && { 'content-type': 'application/json' }), ...(token && { authorization: `Bearer ${token}` }) };
  const request = by.request({ ...where, method, path, headers });
  request.end(body && JSON.stringify(body));
  const [response] = await once(request, 'response');
  let text = '';
  for await (const chunk of response) text += chunk;
  if (response.statusCode !== 200) throw new Error(`${path}: ${response.statusCode} ${text}`);
  return text.startsWith('{') ? JSON.parse(text) : text;
}

async function ended(server) {
  if (server.exitCode === null && server.signalCode === null) {
    server.kill();
    await once(server, 'exit');
  }
}

async function answered(look) {
  for (let tries = 0; ; tries++) {
    try {
      return await look();
    } catch (error) {
      if (tries === 200) throw error;
      await new Promise((done) => setTimeout(done, 50));
    }
  }
}
