// The path between the two breaks in the call, or seems to.
import assert from 'node:assert/strict';
import { journey } from '../harness/journey.js';
import { pairs } from '../harness/pairs.js';
import { Stage } from '../harness/stage.js';
import { until } from '../harness/until.js';

// Each browser in each role, beside the other one: it was the mixed pairs that broke.
for (const [doctorKind, guestKind] of pairs().filter(([doctor, guest]) => doctor !== guest)) {
  journey(`${doctorKind} and ${guestKind}, whose path`, {
    prepare: () => Stage.set(doctorKind, guestKind),
    cleanUp: (stage) => stage.strike(),
    steps,
  });
}

function steps(step) {
  step('stands', (stage) => stage.meet());

  step('seems lost to one side for a moment: the connection stays the same', async ({ doctor, guest }) => {
    for (const side of [doctor, guest]) {
      await side.page.evaluate(seemLost);
      await until('it is back', async () => !(await side.page.$('[data-test="interrupted"]')));
    }

    assert.deepEqual(await Promise.all([doctor.connections(), guest.connections()]), [1, 1]);
    await Promise.all([doctor.seesPictures('red'), guest.seesPictures('blue')]);
  });

  for (const who of ['guest', 'doctor']) {
    step(`is closed by the browser of the ${who}: both are back in the call, again and again`, async (stage) => {
      for (let round = 0; round < 3; round++) {
        const before = await stage.guest.connections();
        await stage[who].page.evaluate(() => window.probe.peers.at(-1).close());
        await stage[who].page.evaluate(() => window.probe.channels[0].dispatchEvent(new Event('close')));

        await until('a new connection', async () => (await stage.guest.connections()) > before, 30);
        await Promise.all([stage.doctor.inCall(), stage.guest.inCall()]);
        await Promise.all([stage.doctor.seesPictures('red'), stage.guest.seesPictures('blue')]);
      }
    });
  }
}

/** In the page: what Firefox says when the machine stood still. */
function seemLost() {
  const peer = window.probe.peers.at(-1);
  Object.defineProperty(peer, 'connectionState', { value: 'disconnected', configurable: true });
  peer.dispatchEvent(new Event('connectionstatechange'));
  delete peer.connectionState;
}
