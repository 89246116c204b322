// What one Binding costs a STUN server: ours, Debian's coturn, and a bare echo as the floor. One core is the server's, the other the generator's; all take turns.
import { beside, isThere, middle, rounds, storm } from './servers.js';

const ROUNDS = Number(process.env.ROUNDS ?? 5);
const SECONDS = process.env.SECONDS ?? '3';
/** Rates are requests a second, 0: as many as are answered. */
const LOADS = [
  { title: 'from 16 ports, 32 at a time each: what goes to one place can leave as one', rate: 0, ports: 16 },
  { title: 'from 512 ports, one at a time each', rate: 0, ports: 512 },
  { title: '20 000 a second from 512 ports', rate: 20_000, ports: 512 },
];
/** Of the floor at most, and of coturn. */
const BOUND = { echo: 1.2, coturn: 0.62 };

const names = ['echo', 'stun-d', ...((await isThere('turnserver')) ? ['coturn'] : [])];
const taken = new Map(names.map((name) => [name, LOADS.map(() => [])]));
for (const name of rounds(ROUNDS, names)) {
  await beside(name, false, async (port, pid) => {
    for (const [which, { rate, ports }] of LOADS.entries()) {
      const [, count, lost, us] = /answers (\d+) lost (\d+) us ([\d.]+)/.exec(await storm('binding', `127.0.0.1:${port}`, pid, SECONDS, rate, ports));
      taken.get(name)[which].push({ count: Number(count), lost: Number(lost), us: Number(us) });
    }
  });
}

console.log(`CPU for each Binding, one core, ${ROUNDS} rounds of ${SECONDS} s each in turn; medians (least–most)`);
for (const [which, { title }] of LOADS.entries()) {
  console.log(title);
  const median = new Map(names.map((name) => [name, middle(taken.get(name)[which].map(({ us }) => us))]));
  for (const name of names) {
    const all = taken.get(name)[which];
    const costs = all.map(({ us }) => us).sort((a, b) => a - b);
    const lost = all.reduce((sum, one) => sum + one.lost, 0) / all.reduce((sum, one) => sum + one.count, 0);
    const ratios = name === 'stun-d' ? Object.entries(BOUND).filter(([other]) => median.has(other)).map(([other, bound]) => ` · ${(median.get(name) / median.get(other)).toFixed(2)} × ${other} (bound ${bound})`).join('') : '';
    console.log(`  ${name.padEnd(7)} ${median.get(name).toFixed(2)} µs (${costs[0].toFixed(2)}–${costs.at(-1).toFixed(2)}), ${(100 * lost).toFixed(2)} % lost${ratios}`);
  }
}

const alone = [];
for (let round = 0; round < ROUNDS; round++) alone.push(Number(/ns ([\d.]+)/.exec(await storm('answer'))[1]));
alone.sort((a, b) => a - b);
console.log(`parsing and answering one with FINGERPRINT: ${middle(alone)} ns (${alone[0]}–${alone.at(-1)}; bound 60)`);
