// A patient, an interpreter and a relative: each by a link of their own, each let in by the practice, everybody sees everybody.
import assert from 'node:assert/strict';
import { Browser } from '../harness/browser.js';
import { Installation } from '../harness/installation.js';
import { journey } from '../harness/journey.js';
import { Doctor, Guest } from '../harness/people.js';
import { part } from '../harness/screen.js';
import { until } from '../harness/until.js';

// Between them is each pair of browsers. The fourth shares a browser with another guest: in Chromium, for Firefox draws only the page in front.
const VISITS = [
  { practice: 'chromium', patient: 'firefox', interpreter: 'chromium', roles: ['interpreter', 'companion'] },
  { practice: 'firefox', patient: 'chromium', isPhone: true, interpreter: 'firefox', roles: ['interpreter', 'colleague'] },
];

for (const { practice, patient, isPhone = false, interpreter, roles } of VISITS)
  journey(`a visit of four, the practice in ${practice}, the patient in ${patient}${isPhone ? ' on a phone' : ''}, the interpreter in ${interpreter}`, {
    prepare: async () => {
      const installation = await Installation.start();
      const { ca } = installation;
      const browsers = await Promise.all([
        Browser.start({ kind: practice, ca, colour: 'blue' }),
        Browser.start({ kind: patient, ca, colour: 'red' }),
        Browser.start({ kind: interpreter, ca, colour: 'green' }),
      ]);
      const doctor = await Doctor.of(browsers[0]);
      const shared = browsers.slice(1).findLast(({ kind }) => kind === 'chromium');
      const [anna, oksana, fourth] = [await Guest.of(browsers[1], { isPhone }), await Guest.of(browsers[2]), await Guest.of(shared)];
      await doctor.enrols(await installation.enrolmentLink('Praxis am Finkenweg'));
      return { installation, browsers, doctor, anna, oksana, fourth, screens: () => ({ doctor, anna, oksana, fourth }) };
    },
    cleanUp: async ({ installation, browsers }) => {
      await Promise.all(browsers.map((browser) => browser.stop()));
      await installation.stop();
    },
    steps(step) {
      step('the practice asks two more, each by a link of their own', async (all) => {
        const { doctor } = all;
        Object.assign(all, await doctor.arrangesNow());
        await doctor.click('people', doctor.item(all.room));
        for (const who of roles) {
          await doctor.set('guest-part', who);
          await doctor.click('add-guest');
          await doctor.find(`${part('further-guest')}[data-part="${who}"]`);
        }
        const links = () => doctor.page.$$eval(`${part('further-guest')} ${part('link')}`, (fields) => fields.map((field) => field.value));
        all.links = await until('both links', async () => (await links()).length === 2 && links());
        assert.equal(new Set([...all.links, all.link]).size, 3);
        await doctor.page.keyboard.press('Escape');
      });

      step('patient and interpreter are let in one by one, and all three see each other', async ({ doctor, anna, oksana, room, link, links }) => {
        await anna.comes(link, 'Anna M.');
        await doctor.seesGuest(room, 'Anna M.');
        await oksana.comes(links[0], 'Oksana K.');
        await doctor.find(`${doctor.waitingRow(room, 2)}[data-state="waiting"]`);
        await doctor.click('admit', doctor.waitingRow(room, 1));
        await Promise.all([doctor.inCall(), anna.inCall()]);
        await oksana.see('waiting');

        await doctor.click('list-open');
        await doctor.click('admit', doctor.waitingRow(room, 2));
        await doctor.click('list-close');

        await Promise.all([doctor.seesAll('green', 'red'), anna.seesAll('blue', 'green'), oksana.seesAll('blue', 'red')]);
      });

      step('what one writes, all read', async ({ doctor, anna, oksana }) => {
        await oksana.says('Добрий день!');
        for (const other of [doctor, anna]) await other.hasRead('Добрий день!');
        await doctor.says('Guten Tag!');
        for (const other of [anna, oksana]) await other.hasRead('Guten Tag!');
      });

      step('a fourth comes, and everybody sees three others', async ({ doctor, anna, oksana, fourth, room, links }) => {
        await fourth.comes(links[1], 'Maria M.');
        await doctor.click('list-open');
        await doctor.find(`${doctor.waitingRow(room, 3)}[data-state="waiting"]`);
        await doctor.click('admit', doctor.waitingRow(room, 3));
        await doctor.click('list-close');

        for (const side of [doctor, anna, oksana, fourth]) await until('three others', async () => (await side.pictures()).length === 3, 30);
        await doctor.photograph(`four ${practice} ${patient} doctor`);
        await anna.photograph(`four ${practice} ${patient} guest`);
      });

      step('the interpreter loads the page anew and is back among them', async ({ doctor, anna, oksana }) => {
        await oksana.reload();

        for (const side of [doctor, anna, oksana]) await until('three others', async () => (await side.pictures()).filter((colour) => colour !== 'no picture').length === 3, 40);
      });

      step('the practice removes the fourth; the others go on', async ({ doctor, anna, oksana, fourth }) => {
        await doctor.removes('seat-3');

        await fourth.see('notice');
        for (const side of [doctor, anna, oksana]) await until('two others', async () => (await side.pictures()).length === 2, 20);
        await Promise.all([doctor.seesAll('green', 'red'), anna.seesAll('blue', 'green'), oksana.seesAll('blue', 'red')]);
      });

      step('the practice ends it for all', async ({ doctor, anna, oksana }) => {
        await doctor.hangsUp();

        for (const guest of [anna, oksana]) {
          await guest.notice('peer-left');
          await guest.hasLetGo();
        }
      });
    },
  });
