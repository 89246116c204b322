// What session-d's calls cost, beside a tonic server whose one call does nothing, and beside itself with a million rooms stored. One core is the servers', the other the generator's; all take turns.
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { middle, rounds } from './servers.js';

const run = promisify(execFile);
const STORM = join(process.env.VISITE_BINARIES, 'storm');
const ROUNDS = Number(process.env.ROUNDS ?? 5);
const SECONDS = process.env.SECONDS ?? '2';
const ROOMS = Number(process.env.ROOMS ?? 1_000_000);
const CLIENTS = 64;
/** Of the empty call's rate at least. */
const RATES = { create: 0.5, redeem: 0.7, again: 0.7 };
/** Of an empty store's at most; then MiB, and seconds. */
const BOUND = { latency: 1.2, memory: 64, start: 1 };

const folder = mkdtempSync(join(process.env.FOLDER ?? tmpdir(), 'visite-bench-'));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));

/** A server on the first core, that answers. */
async function start(name, command, words) {
  const socket = join(folder, `${name}.sock`);
  const began = performance.now();
  const server = spawn('taskset', ['-c', '0', command, ...words(socket)], { stdio: 'ignore' });
  const ended = once(server, 'exit');
  const end = async () => {
    server.kill();
    await ended;
  };
  for (;;) {
    const said = await calls({ socket, pid: server.pid }, 'empty', 1, 0.001).catch(() => undefined);
    if (said) return { name, socket, pid: server.pid, end, took: (performance.now() - began) / 1000 };
    if (server.exitCode !== null) throw new Error(`${name} has ended`);
  }
}

const startTonic = () => start('tonic', STORM, (socket) => ['empty', socket]);

function startSessionD(name) {
  const data = join(folder, name);
  mkdirSync(data, { recursive: true });
  return start(name, join(process.env.VISITE_BINARIES, 'session-d'), (socket) => {
    writeFileSync(join(data, 'session-d.toml'), `data_dir = "${data}"\npublic_url = "https://video.example.org"\n[unix]\npath = "${socket}"\n`);
    return ['--config', join(data, 'session-d.toml')];
  });
}

async function storm(...words) {
  const { stdout } = await run('taskset', ['-c', '1', STORM, ...words.map(String)]);
  return stdout;
}

async function calls({ socket, pid }, call, clients, seconds) {
  const said = await storm('calls', socket, pid, call, clients, seconds);
  const [, rate, us, p50, p99] = /rate ([\d.]+) us ([\d.]+) p50 ([\d.]+) p99 ([\d.]+)/.exec(said).map(Number);
  return { rate, us, p50, p99 };
}

/** What each of these gives, in turns. */
async function inTurns(measures) {
  const taken = new Map([...measures.keys()].map((name) => [name, []]));
  for (const name of rounds(ROUNDS, [...measures.keys()])) taken.get(name).push(await measures.get(name)());
  return taken;
}

const median = (all, what) => middle(all.map((one) => one[what]));
const span = (all, what) => `${Math.min(...all.map((one) => one[what]))}–${Math.max(...all.map((one) => one[what]))}`;

/** Memory that a process has had at most, in MiB. */
function peak(pid) {
  return Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))[1]) / 1024;
}

const [tonic, fresh] = [await startTonic(), await startSessionD('fresh')];
const kinds = Object.keys(RATES);
const taken = await inTurns(
  new Map([['empty', () => calls(tonic, 'empty', CLIENTS, SECONDS)], ['check', () => calls(fresh, 'empty', CLIENTS, SECONDS)], ...kinds.map((kind) => [kind, () => calls(fresh, kind, CLIENTS, SECONDS)])]),
);
console.log(`${CLIENTS} clients, ${ROUNDS} rounds of ${SECONDS} s each in turn; medians (least–most)`);
const empty = median(taken.get('empty'), 'rate');
for (const [name, all] of taken) {
  const rate = median(all, 'rate');
  const ratio = name === 'empty' ? '' : ` · ${(rate / empty).toFixed(2)} × empty${RATES[name] ? ` (bound ${RATES[name]})` : ''}`;
  console.log(`  ${name.padEnd(7)} ${rate} a second (${span(all, 'rate')}), ${median(all, 'us')} µs of CPU each, p50 ${median(all, 'p50')} µs, p99 ${median(all, 'p99')} µs${ratio}`);
}
await tonic.end();

if (ROOMS > 0) {
  let full = await startSessionD('full');
  const began = performance.now();
  await storm('fill', full.socket, ROOMS, CLIENTS);
  const minutes = (performance.now() - began) / 60_000;
  await full.end();
  full = await startSessionD('full');
  const size = statSync(join(folder, 'full', 'session.db')).size / 2 ** 20;
  console.log(`${ROOMS} rooms stored, in ${minutes.toFixed(1)} minutes; ${size.toFixed(0)} MiB of file`);
  console.log(`  start ${full.took.toFixed(2)} s (bound ${BOUND.start}; an empty store ${fresh.took.toFixed(2)} s)`);
  const pairs = kinds.flatMap((kind) => [1, CLIENTS].flatMap((clients) => [fresh, full].map((server) => [`${kind} ${clients} ${server.name}`, () => calls(server, kind, clients, SECONDS)])));
  const latencies = await inTurns(new Map(pairs));
  for (const kind of kinds) {
    for (const clients of [1, CLIENTS]) {
      const [without, of] = ['fresh', 'full'].map((name) => latencies.get(`${kind} ${clients} ${name}`));
      console.log(`  ${kind.padEnd(7)} by ${clients}: p50 ${median(of, 'p50')} µs (${span(of, 'p50')}), ${(median(of, 'p50') / median(without, 'p50')).toFixed(2)} × an empty store (bound ${BOUND.latency})`);
    }
  }
  console.log(`  memory at most ${peak(full.pid).toFixed(0)} MiB (bound ${BOUND.memory})`);
  await full.end();
}
await fresh.end();
