// The probe (crates/peer) and the product's pages: each is once the other's guest. The probe shows no face but pictures, and signs what it is asked to.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { BINARIES } from '../harness/installation.js';
import { journey } from '../harness/journey.js';
import { pairs } from '../harness/pairs.js';
import { part } from '../harness/screen.js';
import { Stage } from '../harness/stage.js';

// Each browser is once the doctor's and once the guest's.
for (const [doctorKind, guestKind] of pairs().filter(([doctor, guest]) => doctor !== guest)) {
  journey(`the probe meets ${doctorKind}'s doctor and ${guestKind}'s guest`, {
    prepare: () => Stage.set(doctorKind, guestKind),
    cleanUp: async (stage) => {
      stage.probe?.process.kill();
      await stage.strike();
    },
    steps,
  });
}

function steps(step) {
  step('a doctor who wants consent sees the probe come in, signed', async (stage) => {
    const { doctor, installation } = stage;
    await wantsConsent(doctor);
    Object.assign(stage, await doctor.arrangesNow());
    stage.probe = new Probe(installation, 'guest', stage.link, '--name', 'Kim');
    await doctor.seesGuest(stage.room, 'Kim');
    await doctor.admits(stage.room);

    await doctor.inCall();
    await doctor.reads(part('call-consent'), 'given', 'data-state');
  });

  step('its pictures are decoded, and it has what the doctor sends', async ({ doctor, probe }) => {
    await doctor.seesPictures();
    await probe.says('complete');
  });

  step('when the doctor hangs up, it is over for the probe', async ({ doctor, probe }) => {
    await doctor.hangsUp();

    assert.equal(await probe.ended(), 0);
    const last = probe.lines.at(-1);
    assert.match(last, /^ {2}\d+ frames of sound, \d+ pictures came; consent signed and seen$/);
  });

  step('a guest finds the probe in the practice’s place, and signs', async (stage) => {
    const { guest, installation } = stage;
    await installation.visite('probe', 'setup', '--server', installation.origin, '--identity', identity(installation), '--ca', installation.ca);
    stage.probe = new Probe(installation, 'host', '--identity', identity(installation), '--name', 'Dr. Probe');
    await guest.open(await stage.probe.says('https:'));
    await guest.reads(part('verified'), /Probe/);
    await guest.click('consent-video-yes');
    await guest.type('name-input', 'Anna M.');
    await guest.click('consent-signature-swap');
    await guest.type('consent-typed', 'Anna M.');
    await guest.click('consent-give');
    await guest.click('check-continue');

    await guest.inCall();
  });

  step('each has what the other sends', async ({ guest, probe }) => {
    await guest.seesPictures();
    await probe.says('complete');
  });

  step('when the guest leaves, it is over for the probe', async ({ guest, probe }) => {
    await guest.hangsUp();

    assert.equal(await probe.ended(), 0);
    assert.ok(probe.lines.includes('direct with Anna M.'), probe.lines.join('\n'));
  });
}

async function wantsConsent(doctor) {
  await doctor.click('settings-open');
  await doctor.click('policy-required');
  await doctor.click('consent-settings-save');
  await doctor.reads(`${part('consent-settings')} ${part('notice')}`, 'settings-saved', 'data-code');
  await doctor.click('settings-back');
}

function identity({ folder }) {
  return join(folder, 'probe.json');
}

/** `visite probe`, and what it says. */
class Probe {
  lines = [];

  constructor({ ca }, ...what) {
    this.process = spawn(join(BINARIES, 'visite'), ['probe', ...what, '--ca', ca, '--patience', '60'], { stdio: ['ignore', 'pipe', 'inherit'] });
    this.exit = once(this.process, 'exit');
    this.reader = createInterface({ input: this.process.stdout });
    this.reader.on('line', (line) => this.lines.push(line));
  }

  /** The line that begins so, once it is said. */
  async says(beginning) {
    const said = () => this.lines.find((line) => line.startsWith(beginning));
    while (!said()) {
      const more = await Promise.race([once(this.reader, 'line'), once(this.reader, 'close').then(() => null)]);
      if (!more) assert.ok(said(), `the probe ended without “${beginning}”: ${this.lines.join(' | ')}`);
    }
    return said();
  }

  async ended() {
    const [code] = await this.exit;
    if (code !== 0) process.stderr.write(`${this.lines.join('\n')}\n`);
    return code;
  }
}
