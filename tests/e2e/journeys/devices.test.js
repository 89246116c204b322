// A practice with several devices: its keys come to each in a way that the server can't follow, and leave with none that was signed out.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { Browser } from '../harness/browser.js';
import { Installation } from '../harness/installation.js';
import { journey } from '../harness/journey.js';
import { Doctor, Guest } from '../harness/people.js';
import { part } from '../harness/screen.js';
import { until } from '../harness/until.js';

const PASSPHRASE = 'vier Wörter, und ein Komma';

journey('a practice with several devices', {
  prepare: async () => {
    const installation = await Installation.start();
    const { ca } = installation;
    const [here, there] = await Promise.all([
      Browser.start({ kind: 'chromium', ca, colour: 'blue' }),
      Browser.start({ kind: 'firefox', ca, colour: 'red' }),
    ]);
    const [first, staff] = [await Doctor.of(here), await Doctor.of(here)];
    const second = await Doctor.of(there);
    const guest = await Guest.of(here);
    await first.enrols(await installation.enrolmentLink('Praxis am Finkenweg'), 'Room 1');
    return { installation, browsers: [here, there], first, second, staff, guest, screens: () => ({ first, second, staff, guest }) };
  },
  cleanUp: async ({ installation, browsers }) => {
    await Promise.all(browsers.map((browser) => browser.stop()));
    await installation.stop();
  },
  steps: (step) => {
    step('the first makes a recovery file', async (all) => {
      all.file = await all.first.makesRecoveryFile(PASSPHRASE);

      const { visite, practice_name, kdf } = JSON.parse(readFileSync(all.file, 'utf8'));
      assert.deepEqual({ visite, practice_name, rounds: kdf.rounds }, { visite: 'recovery', practice_name: 'Praxis am Finkenweg', rounds: 600_000 });
      assert.equal(await all.first.page.$(part('recovery-banner')), null);
    });

    step('a second doctor’s device comes by its link, and both show one number', async ({ first, second }) => {
      const link = await first.invitesDevice('doctor', PASSPHRASE);
      const number = await second.joinsBy(link, 'Room 2');
      assert.match(number, /^\d{6}$/);
      assert.equal(await first.number(), number);

      await first.confirmsDevice();

      await second.see('console', 30);
      assert.equal(new URL(second.page.url()).hash, '');
    });

    step('the second takes a call for an appointment that the first has made', async (all) => {
      const { first, second, guest } = all;
      all.appointment = await first.arranges({ label: 'A.M., cough' });
      const { room, link } = all.appointment;
      await second.reload();
      assert.equal(await second.linkOf(room), link);
      assert.match(await second.get(second.item(room)), /A\.M\., cough/);
      // Whichever of the two heard of it first has the room.
      const state = await until('who has the room', async () => {
        const seen = await second.get(`${second.item(room)} ${part('guest-state')}`, 'data-state');
        return (seen === 'absent' || seen === 'elsewhere') && seen;
      });
      if (state === 'elsewhere') await second.click('take-over', second.item(room));
      await guest.comes(link, 'Anna M.');

      await second.seesGuest(room, 'Anna M.');
      await second.admits(room);

      await Promise.all([second.inCall(), guest.inCall()]);
      await Promise.all([second.seesPictures(), guest.seesPictures()]);
      await second.hangsUp();
      await second.backAtTheList();
    });

    step('the second is signed out from the first', async ({ first, second }) => {
      await first.asks('devices/list', {}).then(async ({ devices }) => {
        const { id } = devices.find(({ name }) => name === 'Room 2');
        await first.revokesDevice(id);
      });

      await second.reload();
      await second.notice('signed-out');
    });

    step('a staff device is added, arranges, and lets nobody in', async (all) => {
      const { first, staff } = all;
      const number = await staff.joinsBy(await first.invitesDevice('staff', PASSPHRASE), 'Reception');
      assert.equal(await first.number(), number);
      await first.confirmsDevice();
      await staff.see('console', 30);
      await staff.see('new-appointment');
      assert.equal(await staff.page.$(part('appointment-now')), null);

      all.arranged = await staff.arranges({ label: 'B.B., by phone' });

      assert.match(all.arranged.link, /\/v\/[\w-]{22}#[\w-]{66}$/);
    });

    step('the door of a room refuses it, and so does everything that is the doctors’', async ({ staff, first, arranged, appointment }) => {
      const { devices } = await first.asks('devices/list', {});
      const own = devices.find(({ is_self }) => is_self).id;
      const refused = /403 .*permission_denied/;
      for (const { room } of [arranged, appointment]) await assert.rejects(staff.asks(`rooms/${room}/token`, {}), refused);
      await assert.rejects(staff.asks('devices/enrolment', { role: 'doctor' }), refused);
      await assert.rejects(staff.asks('devices/revoke', { device: own }), refused);
      await assert.rejects(staff.asks('practice/settings/update', { sealed: 'AAAA', revision: 0 }), refused);
    });

    step('it keeps no key of a room over a reload', async ({ staff, arranged, appointment }) => {
      await staff.reload();
      for (const { room } of [arranged, appointment]) {
        await staff.unfolds(room);
        await staff.find(`${staff.item(room)} ${part('note')}`);
        assert.equal(await staff.page.$(`${staff.item(room)} ${part('link')}`), null);
      }
      assert.match(await staff.get(staff.item(appointment.room)), /A\.M\., cough/);
    });

    step('the doctor’s device shows its link, and holds the visit', async (all) => {
      const { installation, browsers, first, arranged } = all;
      const { room, link } = arranged;
      await first.reload();
      assert.equal(await first.linkOf(room), link);
      assert.match(await first.get(first.item(room)), /B\.B\., by phone/);
      const guest = await Guest.of(browsers[1]);
      await guest.comes(link, 'Bernd B.');

      await first.seesGuest(room, 'Bernd B.');
      await first.admits(room);

      await Promise.all([first.inCall(), guest.inCall()]);
      await Promise.all([first.seesPictures('red'), guest.seesPictures('blue')]);
      assert.ok(link.startsWith(installation.origin));
      all.talking = guest;
    });

    step('the doctor compares the safety code, and this browser alone remembers it over a reload', async ({ first, talking, arranged: { room } }) => {
      await first.click('compare-code');
      assert.equal(await first.number(), await talking.safetyCode());
      await first.click('compare-same');
      await first.reads(part('compare-code'), 'compared', 'data-state');

      await first.reload();
      await first.inCall();

      await first.reads(part('compare-code'), 'compared', 'data-state');
      await first.hangsUp();
      await first.backAtTheList();
      await first.find(`${first.item(room)} ${part('code-compared')}`);
    });

    step('in a fresh browser the recovery file brings links and notes back', async ({ installation, browsers, file, appointment, arranged }) => {
      // Only now: a page that lies behind another one is hardly ever drawn in Firefox.
      const fresh = await Doctor.of(browsers[1]);
      const [, practice] = /^([\da-f]{32})\b/m.exec(await installation.visite('practice', 'list'));
      const link = /https:\S+/.exec(await installation.visite('device', 'enrol', practice))[0];
      await fresh.open(link);
      await fresh.type('enrol-name', 'New laptop');
      await fresh.click('enrol-submit');
      await fresh.see('keyless');

      await fresh.recovers(file, PASSPHRASE);

      for (const { room, link, label } of [{ ...appointment, label: /A\.M\., cough/ }, { ...arranged, label: /B\.B\., by phone/ }]) {
        assert.equal(await fresh.linkOf(room), link);
        assert.match(await fresh.get(fresh.item(room)), label);
      }
    });
  },
});

journey('a browser that was enrolled before there were recovery files', {
  prepare: async () => {
    const installation = await Installation.start();
    const browser = await Browser.start({ kind: 'firefox', ca: installation.ca, colour: 'blue' });
    const doctor = await Doctor.of(browser);
    return { installation, browser, doctor, screens: () => ({ doctor }) };
  },
  cleanUp: async ({ installation, browser }) => {
    await browser.stop();
    await installation.stop();
  },
  steps: (step) => {
    step('is still this device, and its keys can’t be read out any more', async ({ installation, doctor }) => {
      const link = await installation.enrolmentLink('Praxis am Finkenweg');
      await doctor.open(installation.origin);
      await doctor.page.evaluate(enrolAsBefore, link.split('#enrol=')[1]);

      await doctor.open(`${installation.origin}/practice`);

      await doctor.see('new-appointment');
      assert.match(await doctor.words(), /Reception/);
      assert.deepEqual(await doctor.page.evaluate(keptKeys), { secret: 'HKDF', isExtractable: false });
    });

    step('is told why there can be no recovery file yet, and makes one after a new identity', async (all) => {
      const { doctor } = all;
      const { room, link } = await doctor.arranges({ label: 'A.M.' });
      await doctor.click('settings-open');
      await doctor.find(`${part('recovery')}[data-state="bound"]`);

      await doctor.click('renew-identity');
      await doctor.click('renew-sure');

      await doctor.see('recovery-banner');
      // The room's key is the same, the practice's identity behind it is another.
      const renewed = await doctor.linkOf(room);
      const [before, after] = [link, renewed].map((one) => Buffer.from(one.split('#')[1], 'base64url'));
      assert.deepEqual(after.subarray(0, 33), before.subarray(0, 33));
      assert.notDeepEqual(after.subarray(33), before.subarray(33));
      await doctor.click('settings-open');
      await doctor.find(`${part('recovery')}[data-state="open"]`);
    });
  },
});

/** As the first version of the page did it: the secret as bytes, and an identity key that can't be read out. */
async function enrolAsBefore(code) {
  const pair = () => crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, false, ['sign', 'verify']);
  const keys = { device: await pair(), identity: await pair(), secret: crypto.getRandomValues(new Uint8Array(32)) };
  const point = new Uint8Array(await crypto.subtle.exportKey('raw', keys.device.publicKey));
  const public_key = btoa(String.fromCharCode(...point)).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
  const body = JSON.stringify({ code, public_key, name: 'Reception' });
  const answer = await (await fetch('/api/v1/enrol', { method: 'POST', headers: { 'content-type': 'application/json' }, body })).json();
  const device = { id: answer.device, name: 'Reception', practice: answer.practice, practiceName: answer.practice_name, keys };
  await new Promise((done, fail) => {
    const request = indexedDB.open('visite-practice', 1);
    request.onupgradeneeded = () => request.result.createObjectStore('records');
    request.onerror = () => fail(request.error);
    request.onsuccess = () => {
      const transaction = request.result.transaction('records', 'readwrite');
      transaction.objectStore('records').put(device, 'device');
      transaction.oncomplete = () => {
        request.result.close();
        done();
      };
    };
  });
}

function keptKeys() {
  return new Promise((done, fail) => {
    const request = indexedDB.open('visite-practice');
    request.onerror = () => fail(request.error);
    request.onsuccess = () => {
      const reading = request.result.transaction('records').objectStore('records').get('device');
      reading.onsuccess = () => {
        const { secret } = reading.result.keys;
        done({ secret: secret.algorithm.name, isExtractable: secret.extractable });
        request.result.close();
      };
    };
  });
}
