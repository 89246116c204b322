// What relaying costs: ours, Debian's coturn, and a bare forwarder as the yardstick. One core is the server's, the other the generator's; all take turns.
import { SECRET, beside, isThere, middle, rounds, storm } from './servers.js';

const ROUNDS = Number(process.env.ROUNDS ?? 5);
const SECONDS = process.env.SECONDS ?? '2';
const ONLY = process.env.ONLY ?? '';
/** Of each yardstick at most; `most`: in its own unit. Rates are packets a second, 0: as many as pass. */
const LOADS = [
  { title: '1 allocation, at saturation', words: [1, 'peers', SECONDS, 0], bounds: { forwarder: 0.85, coturn: 0.7 } },
  { title: '100 allocations, at saturation', words: [100, 'peers', SECONDS, 0], bounds: { forwarder: 1.05, coturn: 0.7 } },
  { title: '1000 allocations, 40 000 packets a second', words: [1000, 'peers', SECONDS, 40_000], bounds: { forwarder: 1.1, coturn: 0.7 } },
  { title: '2 allocations that are each other’s peers', words: [2, 'pairs', SECONDS, 0], bounds: { coturn: 0.5 } },
];
const MEMORY = { allocations: Number(process.env.ALLOCATIONS ?? 5000), cycles: Number(process.env.CYCLES ?? 10), bytesEach: 2048, overFirst: 1.1, strangers: 8000, bytesOfStrangers: 65_536, us: 70 };

const peers = (await isThere('turnserver')) ? ['coturn'] : [];
if (peers.length === 0) console.log('coturn is not there: without it');

if ('relay'.includes(ONLY)) await relaying();
if ('setup'.includes(ONLY)) await settingUp();

async function relaying() {
  console.log(`CPU for each packet of 172 bytes in channels, both ways, one core, ${ROUNDS} rounds of ${SECONDS} s each in turn; medians (least–most)`);
  for (const { title, words, bounds } of LOADS) {
    const names = ['stun-d', ...peers, ...peers.map((peer) => `${peer}, 1 thread`), ...('forwarder' in bounds ? ['forwarder'] : [])];
    const taken = new Map(names.map((name) => [name, []]));
    for (const name of rounds(ROUNDS, names)) {
      await beside(name, true, async (port, pid) => {
        const [, packets, lost, us] = /packets (\d+) lost (\d+) us ([\d.]+)/.exec(await storm('relay', `127.0.0.1:${port}`, pid, SECRET, ...words));
        taken.get(name).push({ us: Number(us), lost: Number(lost), packets: Number(packets) });
      });
    }
    console.log(title);
    const median = new Map(names.map((name) => [name, middle(taken.get(name).map(({ us }) => us))]));
    for (const name of names) {
      const all = taken.get(name);
      const costs = all.map(({ us }) => us).sort((a, b) => a - b);
      const lost = all.reduce((sum, one) => sum + one.lost, 0) / all.reduce((sum, one) => sum + one.packets, 0);
      const ratios = name === 'stun-d' ? Object.entries(bounds).filter(([other]) => median.has(other)).map(([other, bound]) => ` · ${(median.get(name) / median.get(other)).toFixed(2)} × ${other} (bound ${bound})`).join('') : '';
      console.log(`  ${name.padEnd(16)} ${median.get(name).toFixed(2)} µs (${costs[0].toFixed(2)}–${costs.at(-1).toFixed(2)}), ${(100 * lost).toFixed(2)} % lost${ratios}`);
    }
  }
}

async function settingUp() {
  const { allocations, cycles, strangers } = MEMORY;
  console.log(`${cycles} times ${allocations} allocations, each with 401, Allocate, CreatePermission, ChannelBind, then freed`);
  for (const name of ['stun-d', ...peers]) {
    await beside(name, true, async (port, pid) => {
      const said = await storm('setup', `127.0.0.1:${port}`, pid, SECRET, allocations, name === 'stun-d' ? cycles : 1);
      // coturn keeps what is freed for a while, and refuses who comes by the same port again.
      const all = [...said.matchAll(/us ([\d.]+) grown (\d+)/g)].map(([, us, grown]) => ({ us: Number(us), grown: Number(grown) }));
      const [first] = all;
      const most = Math.max(...all.map(({ grown }) => grown));
      const bound = (text) => (name === 'stun-d' ? ` (bound ${text})` : '');
      console.log(`  ${name.padEnd(7)} ${middle(all.map(({ us }) => us)).toFixed(1)} µs each${bound(MEMORY.us)} · ${Math.round(first.grown / allocations)} bytes each${bound(MEMORY.bytesEach)}${all.length > 1 ? ` · most ${(most / first.grown).toFixed(2)} × the first time${bound(MEMORY.overFirst)}` : ''}`);
    });
  }
  console.log(`${strangers} strangers’ ports, a Binding and an Allocate from each`);
  for (const name of ['stun-d', ...peers]) {
    await beside(name, true, async (port, pid) => {
      const [, count, grown] = /answers (\d+) grown (\d+)/.exec(await storm('strangers', `127.0.0.1:${port}`, pid, strangers));
      console.log(`  ${name.padEnd(7)} ${count} answers, ${Math.round(Number(grown) / 1024)} KiB more${name === 'stun-d' ? ` (bound ${MEMORY.bytesOfStrangers / 1024})` : ''}`);
    });
  }
}
