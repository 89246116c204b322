// Two homes behind routers: a visit connects directly where two such routers let it, and says so in time where they don't.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { Browser } from '../harness/browser.js';
import { Installation } from '../harness/installation.js';
import { leaveEvidence } from '../harness/journey.js';
import { Doctor, Guest } from '../harness/people.js';
import { part } from '../harness/screen.js';
import { until } from '../harness/until.js';
import { NAME, SERVER, Street } from './street.js';

const DIRECT = [
  ['full-cone', 'full-cone'],
  ['full-cone', 'symmetric'],
  ['symmetric', 'full-cone'],
  ['full-cone', 'port-restricted'],
  ['port-restricted', 'port-restricted'],
];
const NO_PATH = [
  ['port-restricted', 'symmetric'],
  ['symmetric', 'symmetric'],
  ['udp-blocked', 'full-cone'],
  ['full-cone', 'udp-blocked'],
  ['udp-blocked', 'udp-blocked'],
];
const skip = process.getuid() !== 0 && 'needs root: network namespaces';

describe('two homes behind routers', { skip }, () => {
  const scene = homes({ doctorKind: 'chromium', guestKind: 'chromium' });

  for (const [doctors, guests] of DIRECT)
    scene.tells(`${doctors} and ${guests}: they see each other directly`, async ({ street, doctor, guest }) => {
      street.router('doctor', doctors);
      street.router('guest', guests);

      await meetDirectly(doctor, guest);
    });

  for (const [doctors, guests] of NO_PATH)
    scene.tells(`${doctors} and ${guests}: no path, and both know within 8 s`, async ({ street, doctor, guest }) => {
      street.router('doctor', doctors);
      street.router('guest', guests);

      await learnThatThereIsNoPath(doctor, guest);
    });
});

describe('two homes, Chromium and a phone with Firefox', { skip }, () => {
  const scene = homes({ doctorKind: 'chromium', guestKind: 'firefox', isGuestOnPhone: true });

  scene.tells('two port-restricted routers: they see each other directly', ({ doctor, guest }) => meetDirectly(doctor, guest));

  scene.tells('two symmetric routers: no path, and both know within 8 s', async ({ street, doctor, guest }) => {
    street.router('doctor', 'symmetric');
    street.router('guest', 'symmetric');

    await learnThatThereIsNoPath(doctor, guest);
  });

  scene.tells('UDP blocked on one side: no path, and both know within 8 s', async ({ street, doctor, guest }) => {
    street.router('doctor', 'full-cone');
    street.router('guest', 'udp-blocked');

    await learnThatThereIsNoPath(doctor, guest);
  });
});

describe('two symmetric routers, a phone, and IPv6', { skip }, () => {
  const scene = homes({ doctorKind: 'chromium', guestKind: 'chromium', isGuestOnPhone: true, ipv6: true });

  scene.tells('they see each other directly, over IPv6', async ({ street, doctor, guest }) => {
    street.router('doctor', 'symmetric');
    street.router('guest', 'symmetric');

    await meetDirectly(doctor, guest);
  });
});

describe('two people behind one router, and hidden host addresses', { skip }, () => {
  const scene = homes({ doctorKind: 'chromium', guestKind: 'firefox', guestHome: 'neighbour' });

  scene.tells('they see each other directly', ({ doctor, guest }) => meetDirectly(doctor, guest));
});

/** A street with an installation, and a browser in each of two homes. */
function homes({ doctorKind, guestKind, guestHome = 'guest', isGuestOnPhone = false, ipv6 = false }) {
  const scene = {};
  before(async () => {
    scene.street = Street.build({ ipv6 });
    scene.installation = await Installation.start({
      host: NAME,
      addresses: ipv6 ? [SERVER, '[2001:db8::1]'] : [SERVER],
      port: 443,
      stunPorts: [3478, 3479],
      namespace: scene.street.name('server'),
    });
    const { ca } = scene.installation;
    scene.browsers = await Promise.all([
      Browser.start({ kind: doctorKind, ca, colour: 'blue', namespace: scene.street.name('doctor') }),
      Browser.start({ kind: guestKind, ca, colour: 'red', namespace: scene.street.name(guestHome) }),
    ]);
    scene.doctor = await Doctor.of(scene.browsers[0]);
    await scene.doctor.enrols(await scene.installation.enrolmentLink('Praxis am Finkenweg'));
  });
  after(async () => {
    await Promise.all((scene.browsers ?? []).map((browser) => browser.stop()));
    await scene.installation?.stop();
    scene.street?.clear();
  });
  scene.tells = (name, act) =>
    it(name, async () => {
      const guest = await Guest.of(scene.browsers[1], { isPhone: isGuestOnPhone });
      try {
        await act({ ...scene, guest });
      } catch (error) {
        await leaveEvidence(name, { doctor: scene.doctor, guest });
        throw error;
      } finally {
        await guest.page.close();
      }
    });
  return scene;
}

/** From the link to pictures both ways, over a path without a relay. */
async function meetDirectly(doctor, guest) {
  const { room, link } = await doctor.arrangesNow();
  await guest.comes(link, 'Anna M.');
  await doctor.seesGuest(room, 'Anna M.');
  await doctor.admits(room);
  await Promise.all([doctor.inCall(), guest.inCall(), doctor.seesPictures('red'), guest.seesPictures('blue')]);
  for (const side of [doctor, guest]) assert.ok(!(await side.media()).path.includes('relay'));
  await guest.hangsUp();
  await doctor.backAtTheList();
}

async function learnThatThereIsNoPath(doctor, guest) {
  const { room, link } = await doctor.arrangesNow();
  await guest.comes(link, 'Anna M.');
  const start = performance.now();

  await guest.notice('no-path', 15);
  const guestKnew = performance.now() - start;
  await until('the practice knows', async () => (await doctor.get(`${doctor.item(room)} ${part('guest-state')}`, 'data-state')) === 'no-path', 15);
  const practiceKnew = performance.now() - start;
  if (guest.isPhone) await guest.hasAtHand('retry');

  assert.ok(Math.max(guestKnew, practiceKnew) < 8000, `guest after ${guestKnew} ms, practice after ${practiceKnew} ms`);
}
