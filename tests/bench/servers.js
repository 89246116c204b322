// The servers that benches put beside each other: each on the first core, what loads them on the second, all in turns.
import { execFile, spawn } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
export const BINARIES = process.env.VISITE_BINARIES;
export const folder = mkdtempSync(join(tmpdir(), 'visite-bench-'));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));

export const SECRET = 'a secret for benches';

const COTURN = ['turnserver', '-n', '--no-cli', '--no-tcp', '--no-tls', '--no-dtls', '-L', '127.0.0.1', '--log-file=stdout', '--pidfile', join(folder, 'coturn.pid')];

/** How each is started: `relays` with a relay. */
const COMMANDS = {
  echo: (port) => [join(BINARIES, 'storm'), 'echo', `127.0.0.1:${port}`],
  forwarder: (port) => [join(BINARIES, 'storm'), 'forward', `127.0.0.1:${port}`],
  /** With as many threads as it takes of itself. */
  coturn: (port, relays) => coturn(port, relays),
  'coturn, 1 thread': (port, relays) => [...coturn(port, relays), '--relay-threads=1'],
  'stun-d': (port, relays) => {
    const config = join(folder, `${port}.toml`);
    writeFileSync(join(folder, 'secret'), SECRET);
    const most = 60_000;
    const turn = `[turn]\nrelay = ["127.0.0.1"]\nallow = ["127.0.0.0/8"]\nsecret_file = "${join(folder, 'secret')}"\nallocations = ${most}\nallocations_of_credential = ${most}\nallocations_of_address = ${most}\nkilobits_per_second = 4000000\n`;
    // All come from one address here: its rate is reckoned, and hardly ever used up.
    writeFileSync(config, `listen = ["127.0.0.1:${port}"]\nrate_limit = 1000000000\nrate_limit_exempt = []\n${relays ? turn : ''}`);
    return [join(BINARIES, 'stun-d'), '--config', config];
  },
};

function coturn(port, relays) {
  return [...COTURN, '-p', String(port), ...(relays ? ['-E', '127.0.0.1', '--allow-loopback-peers', '--use-auth-secret', `--static-auth-secret=${SECRET}`, '--realm=bench'] : ['--stun-only'])];
}

/** Starts the server of this name, does `work` with its port and process, and ends it. */
export async function beside(name, relays, work) {
  const port = await freePort();
  const server = spawn('taskset', ['-c', '0', ...COMMANDS[name](port, relays)], { stdio: 'ignore' });
  const end = once(server, 'exit');
  try {
    await answers(port);
    return await work(port, server.pid);
  } finally {
    server.kill();
    await end;
  }
}

/** Starts a command on one core. */
export function onCore(core, command) {
  return spawn('taskset', ['-c', String(core), ...command], { stdio: ['ignore', 'ignore', 'inherit'] });
}

/** What storm says. */
export async function storm(...words) {
  const { stdout } = await run('taskset', ['-c', '1', join(BINARIES, 'storm'), ...words.map(String)]);
  return stdout;
}

export async function isThere(command) {
  return run('sh', ['-c', `command -v ${command}`]).then(() => true, () => false);
}

/** In an order that each round begins with another one. */
export function* rounds(count, names) {
  for (let round = 0; round < count; round++) {
    for (const at of names.keys()) yield names[(at + round) % names.length];
  }
}

export function middle(values) {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];
}

export async function freeTcpPort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  return port;
}

async function freePort() {
  const socket = createSocket('udp4');
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  const { port } = socket.address();
  socket.close();
  return port;
}

/** Until a Binding request is answered, or echoed. */
async function answers(port) {
  const socket = createSocket('udp4').setMaxListeners(0);
  const request = Buffer.concat([Buffer.from([0, 1, 0, 0, 0x21, 0x12, 0xa4, 0x42]), Buffer.alloc(12, 7)]);
  try {
    for (let tries = 0; tries < 100; tries++) {
      socket.send(request, port, '127.0.0.1');
      const heard = once(socket, 'message').then(() => true);
      if (await Promise.race([heard, new Promise((done) => setTimeout(() => done(false), 100))])) return;
    }
    throw new Error('nothing answers');
  } finally {
    socket.close();
  }
}
