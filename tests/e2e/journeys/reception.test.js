// A practice's day: who waits, what they are told, one after the other, several devices at one desk, and an open consultation hour.
import assert from 'node:assert/strict';
import { Browser } from '../harness/browser.js';
import { Installation } from '../harness/installation.js';
import { journey } from '../harness/journey.js';
import { Doctor, Guest } from '../harness/people.js';
import { part } from '../harness/screen.js';
import { until } from '../harness/until.js';

/** Beside the first one: who, as what, under which name. */
const FURTHER_DEVICES = [
  ['second', 'doctor', 'Room 2'],
  ['third', 'doctor', 'Room 3'],
  ['staff', 'staff', 'Reception'],
  ['office', 'staff', 'Office'],
];
const PASSPHRASE = 'vier Wörter, und ein Komma';

const prepare = async () => {
  const installation = await Installation.start();
  const { ca } = installation;
  const [practices, guests] = await Promise.all([Browser.start({ kind: 'chromium', ca, colour: 'blue' }), Browser.start({ kind: 'chromium', ca, colour: 'red' })]);
  const [doctor, anna, bernd] = [await Doctor.of(practices), await Guest.of(guests), await Guest.of(guests)];
  await doctor.enrols(await installation.enrolmentLink('Praxis am Finkenweg'), 'Room 1');
  return { installation, practices, guests, doctor, anna, bernd, screens: () => ({ doctor, anna, bernd }) };
};
const cleanUp = async ({ installation, practices, guests }) => {
  await Promise.all([practices.stop(), guests.stop()]);
  await installation.stop();
};

journey('two guests who wait', {
  prepare,
  cleanUp,
  steps(step) {
    step('stand in the list as they came, with names', async (all) => {
      const { doctor, anna, bernd } = all;
      // Made in the other order than they come.
      all.ofBernd = await doctor.arrangesNow();
      all.ofAnna = await doctor.arrangesNow();
      await anna.comes(all.ofAnna.link, 'Anna M.');
      await doctor.seesGuest(all.ofAnna.room, 'Anna M.');
      await bernd.comes(all.ofBernd.link, 'Bernd B.');
      await doctor.seesGuest(all.ofBernd.room, 'Bernd B.');

      assert.deepEqual(await doctor.waiting(), ['Anna M.', 'Bernd B.']);
    });

    step('are told that it takes longer, each and both', async ({ doctor, anna, bernd, ofBernd }) => {
      await doctor.click('tell-all');
      await doctor.type('tell-text', 'It takes ten minutes more.');
      await doctor.click('tell-send');
      for (const guest of [anna, bernd]) await guest.reads(part('written'), /It takes ten minutes more\./);

      await doctor.click('waiting-more', doctor.waitingRow(ofBernd.room));
      await doctor.click('tell', doctor.waitingRow(ofBernd.room));
      await doctor.type('tell-text', 'You are next.');
      await doctor.click('tell-send');
      await bernd.reads(part('written'), /You are next\./);
      assert.doesNotMatch(await anna.get(part('written')), /You are next/);
    });

    step('the first is let in from the list, and is put on hold for the second', async ({ doctor, anna, bernd, ofAnna, ofBernd }) => {
      await doctor.click('admit', doctor.waitingRow(ofAnna.room));
      await Promise.all([doctor.inCall(), anna.inCall(), doctor.seesPictures('red')]);

      await doctor.click('list-open');
      await doctor.click('hold-next', doctor.waitingRow(ofBernd.room));

      await bernd.inCall();
      await anna.reads(part('waiting'), 'held', 'data-status');
      await Promise.all([doctor.seesPictures('red'), bernd.seesPictures('blue')]);
      // Nothing of who is on hold goes out.
      const { mediaBytes } = await anna.media();
      await bernd.seesPictures();
      assert.equal((await anna.media()).mediaBytes, mediaBytes);
    });

    step('the second is hung up on for the first, who comes back without being asked again', async ({ doctor, anna, bernd, ofAnna }) => {
      if (!(await doctor.page.$(part('call-side')))) await doctor.click('list-open');
      await doctor.find(`${doctor.waitingRow(ofAnna.room)} ${part('waiting-held')}`);
      await doctor.click('hang-up-next', doctor.waitingRow(ofAnna.room));

      await anna.inCall();
      await bernd.notice('peer-left');
      await Promise.all([doctor.seesPictures('red'), anna.seesPictures('blue')]);
      await anna.hangsUp();
      await doctor.backAtTheList();
    });
  },
});

journey('a guest who can’t be there in time', {
  prepare,
  cleanUp,
  steps(step) {
    step('says so before the waiting room is open, and the practice reads it within seconds', async (all) => {
      const { doctor, anna } = all;
      all.later = await doctor.arranges({ at: new Date(Date.now() + 3 * 3_600_000) });
      await anna.open(all.later.link);
      await anna.click('reply-late');
      await anna.click('reply-15');

      await anna.find('[data-code="reply-told"]');
      await doctor.reads(`${doctor.item(all.later.room)} ${part('guest-reply')}`, /15/);
    });

    step('says that it does not come: one click of the practice cancels', async ({ doctor, anna, later }) => {
      await anna.click('reply-change');
      await anna.click('reply-cancel');
      await anna.click('reply-cancel-sure');
      await doctor.click('reply-accept', doctor.item(later.room));
      // It stays in sight, for whoever wants to confirm it.
      await doctor.reads(`${doctor.item(later.room)} ${part('guest-state')}`, 'cancelled', 'data-state');
      await doctor.find(`${doctor.item(later.room)} ${part('invite')}`);

      await anna.reload();
      await anna.notice('invite-invalid');
    });
  },
});

journey('an open consultation hour', {
  prepare,
  cleanUp,
  steps(step) {
    step('has a lasting link, which leads nowhere while it is closed', async (all) => {
      const { doctor, anna } = all;
      await doctor.click('hour-create');
      all.link = await until('the link', () => doctor.get(part('hour-link'), 'value'));
      await anna.open(all.link);
      await anna.notice('hour-closed');
    });

    step('is opened: who looks sees it by itself, and everybody gets a room of their own', async ({ doctor, anna, bernd, link }) => {
      await doctor.click('hour-open');
      await doctor.find(`${part('hour')}[data-state="open"]`);

      await anna.see('name-input', 40);
      await anna.type('name-input', 'Anna M.');
      await anna.click('check-continue');
      await bernd.comes(link, 'Bernd B.');

      await until('both wait', async () => (await doctor.waiting()).join() === 'Anna M.,Bernd B.');
      const rooms = await doctor.page.$$eval(part('waiting-guest'), (rows) => rows.map((row) => row.dataset.room));
      assert.equal(new Set(rooms).size, 2);
    });

    step('they are seen one after the other', async ({ doctor, anna, bernd }) => {
      await doctor.click('admit', `${part('waiting-guest')}:first-of-type`);
      await Promise.all([anna.inCall(), doctor.seesPictures('red')]);
      await doctor.click('list-open');
      await doctor.click('hang-up-next');

      await anna.notice('peer-left');
      await bernd.inCall();
      await doctor.seesPictures('red');
      await bernd.hangsUp();
      await doctor.backAtTheList();
    });

    step('is closed again', async ({ doctor, anna, link }) => {
      await doctor.click('hour-close');
      await doctor.find(`${part('hour')}[data-state="closed"]`);
      await anna.open(link);
      await anna.notice('hour-closed');
    });
  },
});

journey('five devices of one practice', {
  prepare: async () => {
    const all = await prepare();
    const { doctor } = all;
    await doctor.makesRecoveryFile(PASSPHRASE);
    const devices = { doctor };
    for (const [who, role, name] of FURTHER_DEVICES) devices[who] = await added(all, role, name);
    return { ...all, ...devices, devices, screens: () => ({ ...devices, anna: all.anna }) };
  },
  cleanUp,
  steps(step) {
    step('have an appointment that one makes on all their lists at once', async (all) => {
      const { doctor, devices } = all;
      const known = await agree(devices, part('appointment'), async () => {
        all.appointment = await doctor.arrangesNow();
      });
      tellTimes('an appointment is', known);
    });

    step('know who waits, the reception too', async ({ anna, devices, appointment }) => {
      const known = await agree(devices, part('waiting-name'), async () => {
        await anna.comes(appointment.link, 'Anna M.');
        for (const one of Object.values(devices)) await until('all know', async () => (await one.waiting()).includes('Anna M.'));
      });
      tellTimes('a name is', known);
    });

    step('hand her over to a colleague, and she notices nothing', async (all) => {
      const { doctor, second, third, anna, appointment } = all;
      // Whichever of the doctors has her: by chance.
      const hasHer = async (one) => (await one.get(`${one.waitingRow(appointment.room)} ${part('waiting-device')}`)) === null;
      const doctors = [[doctor, 'Room 1'], [second, 'Room 2'], [third, 'Room 3']];
      const has = await Promise.all(doctors.map(([one]) => hasHer(one)));
      const at = has.indexOf(true);
      const [[from], [to, name]] = [doctors[at], doctors[(at + 1) % doctors.length]];
      await from.click('waiting-more', from.waitingRow(appointment.room));
      await from.click('hand-over', from.waitingRow(appointment.room));
      await from.page.waitForSelector(part('hand-over-to'));
      await from.page.$$eval(part('hand-over-to'), (buttons, name) => buttons.find((one) => one.textContent.includes(name)).click(), name);

      await until('the other has her', () => hasHer(to), 30);
      assert.equal(await anna.page.$(part('notice')), null);
      await to.click('admit', to.waitingRow(appointment.room));
      await Promise.all([to.inCall(), anna.inCall(), anna.seesPictures('blue')]);
      await anna.hangsUp();
    });
  },
});

/** When each of the devices has one more of these on its page, as `act` makes them have. */
async function agree(devices, selector, act) {
  const known = Object.values(devices).map(({ page }) => page.evaluate(onceThereIsOneMore, selector));
  await act();
  return Promise.all(known);
}

/** In the page: when that is, in milliseconds of the machine's clock. */
function onceThereIsOneMore(selector) {
  const count = () => document.querySelectorAll(selector).length;
  const before = count();
  return new Promise((done) => {
    const watch = new MutationObserver(() => {
      if (count() <= before) return;
      watch.disconnect();
      done(Date.now());
    });
    watch.observe(document, { childList: true, subtree: true });
  });
}

function tellTimes(what, known) {
  const late = known.map((time) => time - Math.min(...known));
  process.stderr.write(`# ${what} with the five after ${late.join(', ')} ms, counted from the first\n`);
  assert.ok(Math.max(...late) < LOOSE);
}

/** A further device of the practice, in a browser of its own as far as pages can tell. */
async function added({ doctor, practices }, role, name) {
  const device = await Doctor.of(practices);
  await device.joinsBy(await doctor.invitesDevice(role, PASSPHRASE), name);
  await doctor.confirmsDevice();
  await device.see('console', 30);
  return device;
}

/** Milliseconds. A second is what they are to have, and what is printed shows; a busy machine is judged loosely. */
const LOOSE = 3_000;
