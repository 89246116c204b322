// The probe (crates/peer) as the guest of the product's pages. It shows no face but pictures, and signs what it is asked to.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { BINARIES } from '../harness/installation.js';
import { journey } from '../harness/journey.js';
import { part } from '../harness/screen.js';
import { Stage } from '../harness/stage.js';

journey("the probe is the guest of a doctor's browser", {
  prepare: () => Stage.set('chromium', 'chromium'),
  cleanUp: async (stage) => {
    stage.probe?.process.kill();
    await stage.strike();
  },
  steps,
});

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
}

async function wantsConsent(doctor) {
  await doctor.click('settings-open');
  await doctor.click('policy-required');
  await doctor.click('consent-settings-save');
  await doctor.reads(`${part('consent-settings')} ${part('notice')}`, 'settings-saved', 'data-code');
  await doctor.click('settings-back');
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
