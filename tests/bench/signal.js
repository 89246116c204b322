// What signalling costs: memory of browsers that are joined and idle, whole lives of pairs, and what idleness takes, beside PeerJS's server. One core is the server's, the other the generator's; all take turns.
import { once } from 'node:events';
import { join } from 'node:path';
import { certificate, withHouse } from './house.js';
import { freeTcpPort, middle, onCore, rounds, storm } from './servers.js';

const ROUNDS = Number(process.env.ROUNDS ?? 3);
const SECONDS = process.env.SECONDS ?? '30';
const COUNTS = (process.env.CONNECTIONS ?? '1000,10000,19000').split(',').map(Number);
const LIVES = Number(process.env.LIVES ?? 1000);
const PEERS = process.env.PEERS ?? 'peerjs';
const BOUND = { bytes: 6 * 1024, growth: 1.05, spread: 0.05, idle: 0.01, ms: 0.6 };

const files = certificate();
const SERVERS = {
  'signal-d': { kind: 'visite', run: (count, work) => withHouse(files, count, work) },
  peerjs: { kind: 'peerjs', run: withPeerJs },
};
const names = ['signal-d', ...PEERS.split(',').filter((name) => name in SERVERS)];

const lives = new Map(names.map((name) => [name, []]));
const held = new Map(names.map((name) => [name, new Map(COUNTS.map((count) => [count, []]))]));
for (const name of rounds(ROUNDS, names)) {
  const { kind, run } = SERVERS[name];
  await run(LIVES, async (port, pid, file) => {
    const [, ms] = /lives \d+ ms ([\d.]+)/.exec(await storm('lives', kind, `127.0.0.1:${port}`, pid, files.cert, file, LIVES));
    lives.get(name).push(Number(ms));
  });
  for (const count of COUNTS) {
    await run(count / 2, async (port, pid, file) => {
      const [, bytes, after, idle] = /bytes (\d+) after (\d+) idle ([\d.]+)/.exec(await storm('hold', kind, `127.0.0.1:${port}`, pid, files.cert, file, count, SECONDS));
      held.get(name).get(count).push({ bytes: Number(bytes), after: Number(after), idle: Number(idle) });
    });
  }
}

console.log(`one core, ${ROUNDS} rounds in turn; medians`);
const figures = new Map(names.map((name) => [name, COUNTS.map((count) => medians(held.get(name).get(count)))]));
for (const name of names) {
  const ours = name === 'signal-d';
  const bound = (text) => (ours ? ` (bound ${text})` : '');
  console.log(name);
  console.log(`  the life of a pair: ${middle(lives.get(name)).toFixed(2)} ms${bound(BOUND.ms)}`);
  for (const [at, count] of COUNTS.entries()) {
    const { bytes, after, idle } = figures.get(name)[at];
    console.log(`  ${count} connections: ${bytes} bytes each${bound(BOUND.bytes)}, ${(after / bytes).toFixed(2)} × that once all have talked${bound(BOUND.growth)}, idle ${(100 * idle).toFixed(2)} % of a core${count === 10_000 ? bound(`${100 * BOUND.idle} %`) : ''}`);
  }
  const all = figures.get(name).map(({ bytes }) => bytes);
  const spread = (Math.max(...all) - Math.min(...all)) / (Math.max(...all) + Math.min(...all));
  console.log(`  from ${COUNTS[0]} to ${COUNTS.at(-1)}: ± ${(100 * spread).toFixed(1)} %${bound(`${100 * BOUND.spread} %`)}`);
}

function medians(runs) {
  return Object.fromEntries(['bytes', 'after', 'idle'].map((what) => [what, middle(runs.map((run) => run[what]))]));
}

async function withPeerJs(_, work) {
  const port = await freeTcpPort();
  const server = onCore(0, [process.execPath, join(import.meta.dirname, 'peerjs.js'), String(port), files.cert, files.key]);
  const end = once(server, 'exit');
  try {
    await new Promise((done) => setTimeout(done, 1500));
    return await work(port, server.pid, '-');
  } finally {
    server.kill();
    await end;
  }
}
