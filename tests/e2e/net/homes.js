// What tests with two homes behind routers have in common: who lives there, and how a visit between them ends.
import assert from 'node:assert/strict';
import { after, before, it } from 'node:test';
import { Browser } from '../harness/browser.js';
import { Installation } from '../harness/installation.js';
import { leaveEvidence } from '../harness/journey.js';
import { Doctor, Guest } from '../harness/people.js';
import { part } from '../harness/screen.js';
import { until } from '../harness/until.js';
import { BESIDE, BESIDE_NAME, NAME, SERVER, Street } from './street.js';

/** Both, for the tests of one `describe`. */
export function homes(wish) {
  const scene = {};
  before(() => moveIn(scene, wish));
  after(() => moveOut(scene));
  scene.tells = (name, act) =>
    it(name, async () => {
      const guest = await Guest.of(scene.browsers[1], { isPhone: scene.isGuestOnPhone });
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

/** A street with an installation, and a browser in each of two homes. */
export async function moveIn(scene, { doctorKind, guestKind, guestHome = 'guest', isGuestOnPhone = false, ipv6 = false, relay = false }) {
  scene.isGuestOnPhone = isGuestOnPhone;
  scene.street = Street.build({ ipv6 });
  scene.installation = await Installation.start({
    host: NAME,
    addresses: ipv6 ? [SERVER, '[2001:db8::1]'] : [SERVER],
    port: 443,
    stunPorts: [3478, 3479],
    namespace: scene.street.name('server'),
    ...(relay && { relay: { address: BESIDE, name: BESIDE_NAME } }),
  });
  const { ca } = scene.installation;
  scene.browsers = await Promise.all([
    Browser.start({ kind: doctorKind, ca, colour: 'blue', namespace: scene.street.name('doctor') }),
    Browser.start({ kind: guestKind, ca, colour: 'red', namespace: scene.street.name(guestHome) }),
  ]);
  scene.doctor = await Doctor.of(scene.browsers[0]);
  await scene.doctor.enrols(await scene.installation.enrolmentLink('Praxis am Finkenweg'));
}

export async function moveOut({ street, installation, browsers = [] }) {
  await Promise.all(browsers.map((browser) => browser.stop()));
  await installation?.stop();
  street?.clear();
}

/** From the link to pictures both ways, and back again after `look`. */
export async function meet(doctor, guest, look) {
  const { room, link } = await doctor.arrangesNow();
  await guest.comes(link, 'Anna M.');
  await doctor.seesGuest(room, 'Anna M.');
  await doctor.admits(room);
  await Promise.all([doctor.inCall(), guest.inCall(), doctor.seesPictures('red'), guest.seesPictures('blue')]);
  await look();
  await guest.hangsUp();
  await doctor.backAtTheList();
}

/** Over a path without a relay. */
export function meetDirectly(doctor, guest) {
  return meet(doctor, guest, async () => {
    for (const side of [doctor, guest]) assert.ok(!(await side.media()).path.includes('relay'));
  });
}

export async function learnThatThereIsNoPath(doctor, guest) {
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
