// What one Binding costs a STUN server: ours, Debian's coturn, and a bare echo as the floor. One core is the server's, the other the generator's; all take turns.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createSocket } from 'node:dgram';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { execFile } from 'node:child_process';

const run = promisify(execFile);
const BINARIES = process.env.VISITE_BINARIES;
const ROUNDS = Number(process.env.ROUNDS ?? 5);
const SECONDS = process.env.SECONDS ?? '3';
/** A second; 0: as many as are answered. */
const RATES = ['0', '20000'];
/** Of the floor at most, and of coturn. */
const BOUND = { echo: 1.2, coturn: 0.62 };
const folder = mkdtempSync(join(tmpdir(), 'visite-bench-'));

const at = async (port) => {
  writeFileSync(join(folder, 'stun-d.toml'), `listen = ["127.0.0.1:${port}"]\nrate_limit = 0\n`);
  return { 'stun-d': [join(BINARIES, 'stun-d'), '--config', join(folder, 'stun-d.toml')], echo: [join(BINARIES, 'storm'), 'echo', `127.0.0.1:${port}`], coturn: ['turnserver', '-n', '--stun-only', '--no-cli', '--no-tcp', '--no-tls', '--no-dtls', '-L', '127.0.0.1', '-p', String(port), '--relay-threads=1', '--log-file=stdout', '--pidfile', join(folder, 'coturn.pid')] };
};

const names = ['echo', 'stun-d', 'coturn'];
const taken = new Map(names.map((name) => [name, RATES.map(() => [])]));
try {
  for (let round = 0; round < ROUNDS; round++) {
    for (const [turn] of names.entries()) {
      const name = names[(turn + round) % names.length];
      const port = await freePort();
      const server = spawn('taskset', ['-c', '0', ...(await at(port))[name]], { stdio: 'ignore' });
      try {
        await answers(port);
        for (const [which, rate] of RATES.entries()) {
          const { stdout } = await run('taskset', ['-c', '1', join(BINARIES, 'storm'), 'binding', `127.0.0.1:${port}`, String(server.pid), SECONDS, rate]);
          const [, count, lost, us] = /answers (\d+) lost (\d+) us ([\d.]+)/.exec(stdout);
          taken.get(name)[which].push({ count: Number(count), lost: Number(lost), us: Number(us) });
        }
      } finally {
        server.kill();
        await once(server, 'exit');
      }
    }
  }
  report();
} finally {
  rmSync(folder, { recursive: true, force: true });
}

function report() {
  console.log(`CPU for each Binding, one core, ${ROUNDS} rounds of ${SECONDS} s each in turn; medians (least–most)`);
  for (const [which, rate] of RATES.entries()) {
    console.log(rate === '0' ? 'at saturation' : `at ${rate} a second`);
    const median = new Map(names.map((name) => [name, middle(taken.get(name)[which].map(({ us }) => us))]));
    for (const name of names) {
      const all = taken.get(name)[which];
      const costs = all.map(({ us }) => us).sort((a, b) => a - b);
      const lost = all.reduce((sum, one) => sum + one.lost, 0) / all.reduce((sum, one) => sum + one.count, 0);
      const bounds = name === 'stun-d' ? `, bounds ${BOUND.echo} × echo and ${BOUND.coturn} × coturn` : '';
      const ratios = name === 'echo' ? '' : ` · ${(median.get(name) / median.get('echo')).toFixed(2)} × echo · ${(median.get(name) / median.get('coturn')).toFixed(2)} × coturn${bounds}`;
      console.log(`  ${name.padEnd(7)} ${median.get(name).toFixed(2)} µs (${costs[0].toFixed(2)}–${costs.at(-1).toFixed(2)}), ${(100 * lost).toFixed(2)} % lost${ratios}`);
    }
  }
}

function middle(values) {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];
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
  const socket = createSocket('udp4');
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
