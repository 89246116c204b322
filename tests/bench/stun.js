// What one Binding costs a STUN server: ours, Debian's coturn, and a bare echo as the floor. One core is the server's, the other the generator's; all take turns.
import { beside, isThere, middle, rounds, storm } from './servers.js';

const ROUNDS = Number(process.env.ROUNDS ?? 5);
const SECONDS = process.env.SECONDS ?? '3';
/** A second; 0: as many as are answered. */
const RATES = ['0', '20000'];
/** Of the floor at most, and of coturn. */
const BOUND = { echo: 1.2, coturn: 0.62 };

const names = ['echo', 'stun-d', ...((await isThere('turnserver')) ? ['coturn'] : [])];
const taken = new Map(names.map((name) => [name, RATES.map(() => [])]));
for (const name of rounds(ROUNDS, names)) {
  await beside(name, false, async (port, pid) => {
    for (const [which, rate] of RATES.entries()) {
      const [, count, lost, us] = /answers (\d+) lost (\d+) us ([\d.]+)/.exec(await storm('binding', `127.0.0.1:${port}`, pid, SECONDS, rate));
      taken.get(name)[which].push({ count: Number(count), lost: Number(lost), us: Number(us) });
    }
  });
}

console.log(`CPU for each Binding, one core, ${ROUNDS} rounds of ${SECONDS} s each in turn; medians (least–most)`);
for (const [which, rate] of RATES.entries()) {
  console.log(rate === '0' ? 'at saturation' : `at ${rate} a second`);
  const median = new Map(names.map((name) => [name, middle(taken.get(name)[which].map(({ us }) => us))]));
  for (const name of names) {
    const all = taken.get(name)[which];
    const costs = all.map(({ us }) => us).sort((a, b) => a - b);
    const lost = all.reduce((sum, one) => sum + one.lost, 0) / all.reduce((sum, one) => sum + one.count, 0);
    const ratios = name === 'stun-d' ? Object.entries(BOUND).filter(([other]) => median.has(other)).map(([other, bound]) => ` · ${(median.get(name) / median.get(other)).toFixed(2)} × ${other} (bound ${bound})`).join('') : '';
    console.log(`  ${name.padEnd(7)} ${median.get(name).toFixed(2)} µs (${costs[0].toFixed(2)}–${costs.at(-1).toFixed(2)}), ${(100 * lost).toFixed(2)} % lost${ratios}`);
  }
}
