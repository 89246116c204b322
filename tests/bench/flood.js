// What a good client notices of a flood of garbage and half-valid requests, and what the server keeps of it.
import { SECRET, beside, storm } from './servers.js';

const SECONDS = process.env.SECONDS ?? '60';
const RATE = 50_000;

await beside('stun-d', true, async (port, pid) => {
  const said = await storm('flood', `127.0.0.1:${port}`, pid, SECRET, SECONDS, RATE);
  const [, rate, asked, lost, p50, p99, grown] = /flood (\d+) asked (\d+) lost (\d+) p50 ([\d.]+) p99 ([\d.]+) grown (\d+)/.exec(said);
  console.log(`a flood of ${rate} packets a second for ${SECONDS} s`);
  console.log(`  a good client’s ${asked} datagrams: ${((100 * Number(lost)) / Number(asked)).toFixed(2)} % lost (bound 1), p50 ${p50} ms, p99 ${p99} ms (bound 20)`);
  console.log(`  memory: ${Math.round(Number(grown) / 1024)} KiB more than in the first tenth`);
});
