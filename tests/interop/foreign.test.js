// A client by somebody else: docs/integrate/examples/guest.py on aiortc, written from the two documents alone, is the guest of a doctor's browser.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { ROOT } from '../e2e/harness/installation.js';
import { journey } from '../e2e/harness/journey.js';
import { part } from '../e2e/harness/screen.js';
import { Stage } from '../e2e/harness/stage.js';
import { until } from '../e2e/harness/until.js';

const PYTHON = process.env.VISITE_PYTHON ?? 'python3';

for (const doctorKind of ['chromium', 'firefox']) {
  journey(`a foreign guest calls ${doctorKind}`, {
    prepare: () => Stage.set(doctorKind, doctorKind),
    cleanUp: async (stage) => {
      stage.foreign?.process.kill();
      await stage.strike();
    },
    steps,
  });
}

function steps(step) {
  step('it comes in, signed', async (stage) => {
    const { doctor, installation } = stage;
    await doctor.click('settings-open');
    await doctor.click('policy-required');
    await doctor.click('consent-settings-save');
    await doctor.reads(`${part('consent-settings')} ${part('notice')}`, 'settings-saved', 'data-code');
    await doctor.click('settings-back');
    Object.assign(stage, await doctor.arrangesNow());
    stage.foreign = new Foreign(stage.link, installation.ca);
    await doctor.seesGuest(stage.room, 'Foreign');
    await doctor.admits(stage.room);

    await doctor.inCall();
    await doctor.reads(part('call-consent'), 'given', 'data-state');
    await until('its receipt is seen', () => stage.foreign.said('signed'));
  });

  step('both have the same safety code', async ({ doctor, foreign }) => {
    const code = await until('a safety code', () => doctor.safetyCode());

    assert.equal(foreign.said('code '), `code ${code}`);
  });

  step('its pictures are decoded, and it has sound and pictures', async ({ doctor, foreign }) => {
    await doctor.seesPictures();
    await doctor.hangsUp();

    assert.equal(await foreign.ended(), 0);
    const came = JSON.parse(foreign.said('came ').slice('came '.length));
    assert.ok(came.audio > 0 && came.video > 0, JSON.stringify(came));
  });
}

class Foreign {
  lines = [];

  constructor(link, ca) {
    this.process = spawn(PYTHON, [join(ROOT, 'docs/integrate/examples/guest.py'), link, ca, '120'], { stdio: ['ignore', 'pipe', 'inherit'] });
    this.exit = once(this.process, 'exit');
    createInterface({ input: this.process.stdout }).on('line', (line) => this.lines.push(line));
  }

  said(beginning) {
    return this.lines.find((line) => line.startsWith(beginning));
  }

  async ended() {
    const [code] = await this.exit;
    return code;
  }
}
