// A hostile signal-d that sits in the middle of the two: with sealing switched off it sees and hears everything, and nobody notices. Against the product it gets nothing.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort, Installation } from '../harness/installation.js';
import { journey } from '../harness/journey.js';
import { part } from '../harness/screen.js';
import { Stage } from '../harness/stage.js';
import { until } from '../harness/until.js';
import { buildInto } from './build.js';
import { HostileSignalD } from './hostile-signal-d.js';
import { Middle } from './middle.js';

const NAME = 'Anna Marker';
const WORDS = 'It hurts here.';

journey('the one in the middle, where nothing is sealed,', {
  prepare: () => besieged('chromium', 'firefox', { sealed: false }),
  cleanUp: lift,
  steps: (step) => {
    step('brings the two together', async (stage) => {
      const { doctor, guest, middle } = stage;
      const { room, link } = await doctor.arrangesNow();
      middle.stepIn(room);
      await guest.comes(link, NAME);
      await doctor.seesGuest(room, NAME);
      await doctor.admits(room);
      await Promise.all([doctor.inCall(), guest.inCall()]);
    });

    step('knows their names and what they write', async ({ doctor, guest, middle }) => {
      await guest.says(WORDS);
      await doctor.hasRead(WORDS);

      const { names, chats } = await middle.learned();
      assert.deepEqual([names.toSorted(), chats], [[NAME, 'Praxis am Finkenweg'], [WORDS]]);
    });

    step('sees both of them', async ({ middle }) => {
      await until('the guest is seen', async () => (await middle.colour('of-seat-1')) === 'red');
      await until('the doctor is seen', async () => (await middle.colour('of-seat-0')) === 'blue');
    });

    step('and neither notices', async ({ doctor, guest }) => {
      await Promise.all([doctor.seesPictures('red'), guest.seesPictures('blue')]);
      const codes = await Promise.all([doctor.safetyCode(), guest.safetyCode()]);
      assert.equal(codes[0], codes[1]);
    });
  },
});

/** An installation behind a hostile signal-d, the two in their browsers, and the one in the middle in a third. */
async function besieged(doctorKind, guestKind, { sealed }) {
  const folder = mkdtempSync(join(tmpdir(), 'visite-middle-'));
  const { program, pages } = await buildInto(folder, { sealed });
  const front = await freePort();
  const installation = await Installation.start({ front, pages });
  const hostile = await HostileSignalD.before(installation, front);
  const stage = await Stage.set(doctorKind, guestKind, { installation });
  const middle = await Middle.in(doctorKind === 'chromium' ? stage.doctors : stage.guests, hostile, program);
  return Object.assign(stage, { folder, hostile, middle, screens: () => ({ doctor: stage.doctor, guest: stage.guest, middle }) });
}

async function lift(stage) {
  await stage.strike();
  await stage.hostile.stop();
  rmSync(stage.folder, { recursive: true });
}
