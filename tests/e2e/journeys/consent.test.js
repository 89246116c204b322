// Consent: what a guest reads and signs before anything is joined, what the doctor has of it, and what happens when it is refused or taken back.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { inflateSync } from 'node:zlib';
import { journey } from '../harness/journey.js';
import { part } from '../harness/screen.js';
import { Stage } from '../harness/stage.js';
import { until } from '../harness/until.js';

const NAME = 'Anna Yılmaz-Müller';

journey('a practice that requires consent', {
  prepare: () => Stage.set('chromium', 'chromium'),
  cleanUp: (stage) => stage.strike(),
  steps: (step) => {
    step('the doctor turns it on', async ({ doctor }) => {
      await settle(doctor, 'required');
    });

    step('the guest reads who asks and what, and nothing has been joined, opened or said', async (stage) => {
      Object.assign(stage, await stage.doctor.arrangesNow());
      await stage.guest.open(stage.link);

      await stage.guest.reads(part('verified'), /Praxis am Finkenweg/);
      await stage.guest.see('consent-text');
      await saysNothing(stage.guest);
    });

    step('signing by halves leads nowhere', async ({ guest }) => {
      await guest.click('consent-give');

      await until('what is missing is said', () => guest.page.$$eval('[role=alert]', (all) => all.length === 5));
      await saysNothing(guest);
    });

    step('the guest draws a signature, and its name is not asked again', async ({ guest }) => {
      await decides(guest, { video: 'yes', photo: 'no', file: 'yes' });
      await guest.type('name-input', NAME);
      await draws(guest);
      await guest.photograph('consent guest');
      await guest.click('consent-give');

      await guest.see('check-continue');
      assert.equal(await guest.page.$(part('name-input')), null);
      await saysNothing(guest);
      await guest.click('check-continue');
    });

    step('the doctor sees the name, lets the guest in, and has the consent', async ({ doctor, guest, room }) => {
      await doctor.seesGuest(room, NAME);
      await doctor.admits(room);
      await Promise.all([doctor.inCall(), guest.inCall()]);
      await Promise.all([doctor.seesPictures('red'), guest.seesPictures('blue')]);

      await doctor.reads(part('call-consent'), 'given', 'data-state');
      await doctor.click('call-consent');
      await doctor.reads(part('consent-summary'), new RegExp(NAME));
      await doctor.see('consent-drawing');
      await holds(doctor, { video: 'true', photo: 'false', file: 'true' });
      await doctor.photograph('consent doctor');
    });

    step('both save the same receipt, as a PDF made in the browser', async ({ doctor, guest }) => {
      await guest.click('call-consent');
      const [ours, theirs] = [await savesPdf(doctor), await savesPdf(guest)];

      assert.equal(ours.sha256, theirs.sha256);
      assert.deepEqual([ours.statement, ours.signature, ours.text], [theirs.statement, theirs.signature, theirs.text]);
      assert.equal(JSON.parse(ours.statement).name, NAME);
      await doctor.page.keyboard.press('Escape');
    });

    step('a photo that was not agreed to is not sent, another file is', async ({ doctor, guest }) => {
      await guest.page.keyboard.press('Escape');
      await guest.sendsAs('wound.jpg', 'image/jpeg', 'a picture');
      await guest.reads('.call-refusal', /wound\.jpg/);

      await guest.sendsAs('report.txt', 'text/plain', 'a report');
      await until('the report is offered', async () => (await doctor.all(part('file'))).some((row) => row.includes('report.txt')));
      assert.ok(!(await doctor.all(part('file'))).some((row) => row.includes('wound.jpg')));
    });

    step('after a reload of either page the consent is still there', async ({ doctor, guest, room }) => {
      await guest.reload();
      await guest.inCall();
      await doctor.seesPictures('red');
      await doctor.reads(part('call-consent'), 'given', 'data-state');

      await doctor.reload();
      await doctor.returns(room);
      await doctor.reads(part('call-consent'), 'given', 'data-state');
    });

    step('picture and sound taken back stop within half a second on both sides', async ({ doctor, guest }) => {
      await doctor.seesPictures('red');
      await guest.seesPictures('blue');
      await guest.click('call-consent');
      await guest.see('consent-revoke-video');
      const dark = doctor.page.evaluate(whenDark);
      const [clicked, stopped] = await guest.page.evaluate(revoke);

      const [there, here] = [(await dark) - clicked, stopped - clicked];
      assert.ok(here <= 500, `the guest's tracks ended after ${here} ms`);
      assert.ok(there <= 500, `the doctor's page went dark after ${there} ms`);
      await doctor.reads(part('call-consent'), 'revoked', 'data-state');
      assert.equal(await guest.page.$(part('camera')), null);
      await guest.page.evaluate(() => document.querySelector('dialog[open]')?.close());
      await guest.says('I can still write');
      await doctor.hasRead('I can still write');
      await stays(doctor, guest);
    });

    step('all taken back, the visit ends politely, and nothing stays open', async ({ doctor, guest }) => {
      await guest.page.keyboard.press('Escape');
      await guest.click('call-consent');
      await guest.click('consent-revoke-all');

      await guest.notice('hung-up');
      await guest.see('consent-save');
      await doctor.gone('call');
      await guest.hasLetGo();
    });

    step('refusing ends politely, with nothing sent', async (stage) => {
      const { room, link } = await stage.doctor.arrangesNow();
      const guest = await stage.anotherGuest();
      await guest.open(link);
      await guest.click('consent-refuse');

      await guest.notice('declined');
      await guest.photograph('consent declined');
      await saysNothing(guest);
      assert.equal(await stage.doctor.get(`${stage.doctor.item(room)} ${part('guest-name')}`), null);
      await guest.page.close();
    });

    step('a link of another practice stops in red before anything is asked', async (stage) => {
      const { link } = await stage.doctor.arrangesNow();
      const guest = await stage.anotherGuest();
      await guest.open(ofAnotherPractice(link));

      await guest.notice('untrusted');
      await guest.photograph('consent untrusted');
      assert.equal(await guest.page.$(part('name-input')), null);
      assert.equal(await guest.page.$(part('verified')), null);
      await saysNothing(guest);
      await guest.page.close();
    });

    step('a server that leaves the question out gains nothing: the practice asks by itself, and lets nobody in before', async (stage) => {
      const { doctor } = stage;
      const { room, link } = await doctor.arrangesNow();
      await doctor.asks(`rooms/${room}/welcome`, { sealed_welcome: '' });
      const guest = await stage.anotherGuest();
      await guest.comes(link, 'Kim');
      await doctor.reads(`${doctor.item(room)} ${part('guest-name')}`, 'Kim');
      const admit = await doctor.page.$(`${doctor.item(room)} ${part('admit')}`);
      await admit?.evaluate((one) => one.click());

      await guest.see('consent-form');
      assert.equal(await guest.page.$(part('call')), null);
      assert.equal(await guest.page.$(part('name-input')), null);
      assert.equal((await guest.media()).mediaBytes, 0);

      await decides(guest, { video: 'yes', photo: 'no', file: 'no' });
      await guest.click('consent-signature-swap');
      await guest.type('consent-typed', 'Kim');
      await guest.click('consent-give');
      await until('the doctor has it and lets the guest in', async () => {
        if (!(await guest.page.$(part('call')))) await (await doctor.page.$(`${doctor.item(room)} ${part('admit')}`))?.evaluate((one) => one.click());
        return guest.page.$(part('call'));
      });
      await doctor.reads(part('call-consent'), 'given', 'data-state');
      await guest.hangsUp();
      await doctor.gone('call');
      await guest.page.close();
    });

    step('a practice that only asks meets also who does not sign, and sees that', async (stage) => {
      const { doctor } = stage;
      await settle(doctor, 'asked');
      const { room, link } = await doctor.arrangesNow();
      const guest = await stage.anotherGuest();
      await guest.open(link);
      await guest.click('consent-skip');
      await guest.type('name-input', 'Kim');
      await guest.click('check-continue');
      await doctor.seesGuest(room, 'Kim');
      await doctor.admits(room);

      await doctor.reads(part('call-consent'), 'refused', 'data-state');
      await doctor.seesPictures('red');
    });
  },
});

async function settle(doctor, policy) {
  await doctor.click('settings-open');
  await doctor.click(`policy-${policy}`);
  await doctor.click('consent-settings-save');
  await doctor.reads(`${part('consent-settings')} ${part('notice')}`, 'settings-saved', 'data-code');
  await doctor.photograph(`consent settings ${policy}`);
  await doctor.click('settings-back');
}

async function decides(guest, choices) {
  for (const [item, choice] of Object.entries(choices)) await guest.click(`consent-${item}-${choice}`);
}

/** Two strokes, as a hand does them. */
async function draws(guest) {
  const field = await guest.find(part('consent-signature'));
  await field.evaluate((one) => one.scrollIntoView({ block: 'center' }));
  const { x, y, width, height } = await field.boundingBox();
  const { mouse } = guest.page;
  const strokes = [
    [[0.15, 0.7], [0.25, 0.2], [0.35, 0.7], [0.2, 0.5]],
    [[0.5, 0.7], [0.6, 0.3], [0.7, 0.7], [0.85, 0.4]],
  ];
  for (const [first, ...others] of strokes) {
    await mouse.move(x + first[0] * width, y + first[1] * height);
    await mouse.down();
    for (const [across, down] of others) await mouse.move(x + across * width, y + down * height, { steps: 8 });
    await mouse.up();
  }
  await guest.reads(part('consent-signature'), '2', 'data-strokes');
}

/** No socket, no peer connection, no camera: nobody knows of this person. */
async function saysNothing(guest) {
  const done = await guest.page.evaluate(() => [window.probe.said, window.probe.peers, window.probe.tracks, Object.keys(sessionStorage)].map((all) => all.length));
  assert.deepEqual(done, [0, 0, 0, 0]);
}

async function holds(side, items) {
  for (const [item, holding] of Object.entries(items)) await side.reads(part(`consent-holds-${item}`), holding, 'data-holds');
}

/** Saves the receipt, and reads what is attached to it for machines. */
async function savesPdf(side) {
  const pdfs = () => readdirSync(side.browser.downloads).filter((name) => name.endsWith('.pdf'));
  await side.click('consent-save');
  const name = await until('a PDF is saved', () => pdfs()[0], 60);
  assert.match(name, /Anna Yılmaz-Müller/);
  const bytes = await until('it is whole', () => {
    const read = readFileSync(join(side.browser.downloads, name));
    return read.subarray(-10).includes('%%EOF') && read;
  });
  assert.equal(bytes.subarray(0, 5).toString(), '%PDF-');
  return attachmentOf(bytes);
}

function attachmentOf(pdf) {
  const text = pdf.toString('latin1');
  for (const { index } of text.matchAll(/stream\r?\n/g)) {
    const from = text.indexOf('\n', index) + 1;
    try {
      const content = inflateSync(pdf.subarray(from)).toString();
      if (content.includes('"visite": "consent"')) return JSON.parse(content);
    } catch {
      // Not this one.
    }
  }
  throw new Error('nothing is attached to the PDF');
}

/** In the doctor's page: when nothing of the guest's camera is shown any more. By the clock, since a page without a screen may draw seldom. */
function whenDark() {
  return new Promise((dark) => {
    const look = () => {
      const stream = document.querySelector('[data-test="remote-video"]')?.srcObject;
      if (stream) setTimeout(look, 10);
      else dark(Date.now());
    };
    look();
  });
}

/** In the guest's page: takes back picture and sound; tells when that was, and when the last track had ended. */
function revoke() {
  return new Promise((done) => {
    const clicked = Date.now();
    document.querySelector('[data-test="consent-revoke-video"]').click();
    const look = () => {
      if (window.probe.tracks.every(({ readyState }) => readyState === 'ended')) done([clicked, Date.now()]);
      else setTimeout(look, 10);
    };
    look();
  });
}

/** Nothing of picture and sound goes in either direction any more. */
async function stays(doctor, guest) {
  const sent = async () => (await Promise.all([doctor, guest].map((side) => side.media()))).map(({ frames, energy }) => [frames, energy]);
  const before = await until('the last packets have come', async () => {
    const [one, other] = [await sent(), (await new Promise((done) => setTimeout(done, 500)), await sent())];
    return JSON.stringify(one) === JSON.stringify(other) && other;
  });
  await guest.says('and still');
  await doctor.hasRead('and still');
  assert.deepEqual(await sent(), before);
}

/** The same key, and another practice's hash. */
function ofAnotherPractice(link) {
  const [address, fragment] = link.split('#');
  const bytes = Buffer.from(fragment, 'base64url');
  bytes[bytes.length - 1] ^= 1;
  return `${address}#${bytes.toString('base64url')}`;
}
