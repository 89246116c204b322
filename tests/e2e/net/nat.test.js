// Two homes behind routers: a visit connects directly where two such routers let it, and says so in time where they don't.
import { describe } from 'node:test';
import { homes, learnThatThereIsNoPath, meetDirectly } from './homes.js';

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
