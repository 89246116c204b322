// Which pair of networks a visit gets through, and how, where the practice allows the relay if needed: a table for docs/nat.md. Run by scripts/nat-table.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { ROOT } from '../harness/installation.js';
import { Guest } from '../harness/people.js';
import { moveIn, moveOut } from './homes.js';

const KINDS = ['full-cone', 'address-restricted', 'port-restricted', 'symmetric', 'udp-blocked', 'web-only'];
/** Milliseconds: browsers that found the relay first go over to a direct path within a second or so of media. */
const SETTLED = 3_000;
const [doctorKind, guestKind] = process.argv.slice(2);

const scene = {};
await moveIn(scene, { doctorKind, guestKind, relay: true });
try {
  await scene.doctor.allowsRelay('if-needed');
  const rows = [];
  for (const doctors of KINDS) {
    const cells = [];
    for (const guests of KINDS) cells.push(await measure(doctors, guests));
    rows.push(cells);
  }
  write(rows);
} finally {
  await moveOut(scene);
}

async function measure(doctors, guests) {
  const { street, doctor, browsers } = scene;
  street.router('doctor', doctors);
  street.router('guest', guests);
  const guest = await Guest.of(browsers[1]);
  try {
    const { room, link } = await doctor.arrangesNow();
    await guest.comes(link, 'Anna M.');
    await doctor.seesGuest(room, 'Anna M.');
    await doctor.admits(room);
    await Promise.all([doctor.inCall(), guest.inCall(), doctor.seesPictures(), guest.seesPictures()]);
    await setTimeout(SETTLED);
    const way = wayOf(await Promise.all([doctor, guest].map(end)));
    await guest.hangsUp();
    await doctor.backAtTheList();
    console.log(`${doctors} · ${guests}: ${way}`);
    return way;
  } catch (error) {
    console.log(`${doctors} · ${guests}: not at all (${error.message.slice(0, 200)})`);
    return '–';
  } finally {
    await guest.page.close();
  }
}

/** By what a side reaches its own relay; `null` where it uses none. */
function end({ page }) {
  return page.evaluate(async () => {
    const peer = window.probe.peers.findLast(({ connectionState }) => connectionState === 'connected');
    const stats = [...(await peer.getStats()).values()];
    const chosen = stats.find(({ type }) => type === 'transport')?.selectedCandidatePairId;
    const pair = stats.find(({ id, type, selected }) => (chosen === undefined ? type === 'candidate-pair' && selected : id === chosen));
    const local = stats.find(({ id }) => id === pair.localCandidateId);
    return local.candidateType === 'relay' ? local.relayProtocol : null;
  });
}

/** The two sides may each have chosen for themselves, and the slower way is the visit's. */
function wayOf(ends) {
  const slowest = ['tls', 'tcp', 'udp'].find((protocol) => ends.includes(protocol));
  return slowest ? `relay (${slowest})` : 'direct';
}

function write(rows) {
  const file = join(ROOT, 'docs/nat.md');
  const [begin, end] = [`<!-- ${doctorKind} ${guestKind} -->`, '<!-- end -->'];
  const head = [`| doctor ↓ guest → | ${KINDS.join(' | ')} |`, `| --- |${' --- |'.repeat(KINDS.length)}`];
  const table = [...head, ...rows.map((cells, at) => `| ${KINDS[at]} | ${cells.join(' | ')} |`)].join('\n');
  const text = readFileSync(file, 'utf8');
  const [from, to] = [text.indexOf(begin), text.indexOf(end, text.indexOf(begin))];
  if (from < 0 || to < 0) throw new Error(`docs/nat.md has no place for ${begin}`);
  writeFileSync(file, `${text.slice(0, from)}${begin}\n${table}\n${text.slice(to)}`);
}
