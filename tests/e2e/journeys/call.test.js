// What one does in a call beside talking, what is said of it, and what is left afterwards.
import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { journey } from '../harness/journey.js';
import { part } from '../harness/screen.js';
import { Stage } from '../harness/stage.js';
import { until } from '../harness/until.js';

const NOTE = 'RR 135/85, Elektrolyte';

journey('what one does in a call, the practice in Chromium and the guest in Firefox', {
  prepare: () => Stage.set('chromium', 'firefox'),
  cleanUp: (stage) => stage.strike(),
  steps(step) {
    step('they talk', async (stage) => {
      await stage.meet();
      await stage.doctor.seesPictures('red');
    });

    step('what is told of the connection is what the browser’s figures say', async ({ doctor, guest }) => {
      await doctor.click('call-facts');
      const { tlsVersion, srtpCipher } = await doctor.page.evaluate(transport);
      assert.equal(tlsVersion.toUpperCase(), 'FEFC');
      await doctor.reads(part('facts'), new RegExp(`DTLS 1\\.3 · SRTP ${srtpCipher.replace(/^SRTP_/, '')} .*opus`));
      await doctor.see('no-recording');
      await doctor.page.keyboard.press('Escape');

      await guest.click('call-facts');
      await guest.reads(part('facts'), /opus/);
      await guest.see('no-recording');
      await guest.page.keyboard.press('Escape');
    });

    step('another microphone is heard at once, another speaker plays, and both are remembered', async ({ doctor, guest }) => {
      await doctor.click('more');
      await doctor.click('menu-devices');
      const [microphone, speaker] = [await lastOf(doctor, 'choose-microphone'), await lastOf(doctor, 'choose-speaker')];

      await doctor.set('choose-microphone', microphone);
      await until('it is the one that goes out', async () => (await doctor.page.evaluate(sentMicrophone)) === microphone);
      await guest.hearsSound();
      await doctor.set('choose-speaker', speaker);
      await doctor.reads(part('remote-video'), speaker, 'sinkId');

      const kept = await doctor.page.evaluate(() => localStorage.getItem('visite-devices'));
      assert.ok(kept.includes(microphone) && kept.includes(speaker));
    });

    step('noise suppression is switched off, and the microphone goes on', async ({ doctor, guest }) => {
      await doctor.click('noise-suppression');
      await until('it is off', () => doctor.page.evaluate(() => window.probe.tracks.findLast(({ kind, readyState }) => kind === 'audio' && readyState === 'live')?.getSettings().noiseSuppression === false));
      await guest.hearsSound();
      await doctor.page.keyboard.press('Escape');
    });

    step('one’s own picture is moved by the keyboard', async ({ doctor }) => {
      await (await doctor.find(`${part('own-picture')} .call-move`)).focus();
      await doctor.page.keyboard.press('ArrowUp');
      await doctor.page.keyboard.press('ArrowLeft');

      await doctor.reads(part('own-picture'), /floating top start/, 'className');
    });

    step('the call fills the screen, and goes into a small window', async ({ doctor }) => {
      const isFull = () => doctor.page.evaluate(() => document.fullscreenElement !== null);
      await doctor.page.keyboard.press('f');
      await until('it fills the screen', isFull);
      await doctor.page.keyboard.press('f');
      await until('it does not any more', async () => !(await isFull()));

      await doctor.click('more');
      await doctor.click('menu-picture-in-picture');
      await until('the guest is in a window of its own', () => doctor.page.evaluate(() => document.pictureInPictureElement?.dataset.person === 'peer'));
      await doctor.click('more');
      await doctor.click('menu-picture-in-picture');
      await until('the window is closed', () => doctor.page.evaluate(() => document.pictureInPictureElement === null));
    });

    step('a screen is shown until the banner’s button ends it', async ({ doctor, guest }) => {
      await doctor.click('share-screen');
      await doctor.see('sharing');
      await guest.see('remote-screen');

      await doctor.click('stop-sharing');

      await guest.gone('remote-screen');
      await doctor.gone('sharing');
    });

    step('notes stay on the doctor’s page, and are asked about before they are lost', async ({ doctor, guest }) => {
      await doctor.page.keyboard.press('n');
      await doctor.type('notes-text', NOTE);
      const kept = await doctor.page.evaluate(() => JSON.stringify([{ ...localStorage }, { ...sessionStorage }]));
      assert.ok(!kept.includes(NOTE));
      assert.ok(!(await guest.words()).includes(NOTE));

      await doctor.click('hang-up');
      await doctor.click('hang-up-anyway');
    });

    step('both have a receipt of the visit, and it says the same', async ({ doctor, guest }) => {
      await guest.notice('peer-left');
      const [mine, theirs] = await Promise.all([doctor, guest].map(receiptOf));

      for (const line of [/^ {2}\d{3} \d{3}$/m, /^ {2}Anna M\..*$/m, /^ {2}.*Visite.*$/m]) assert.equal(line.exec(mine)?.[0], line.exec(theirs)?.[0], `${line} in\n${mine}\n${theirs}`);
      assert.match(mine, /DTLS 1\.3, SRTP \w+/);
      assert.ok(!mine.includes(NOTE));
    });
  },
});

/** In the page: what the browser says of the connection that stands. */
async function transport() {
  const peer = window.probe.peers.findLast(({ connectionState }) => connectionState === 'connected');
  const { tlsVersion, srtpCipher } = [...(await peer.getStats()).values()].find(({ type }) => type === 'transport');
  return { tlsVersion, srtpCipher };
}

/** In the page: the device whose sound goes out. */
function sentMicrophone() {
  const peer = window.probe.peers.findLast(({ connectionState }) => connectionState === 'connected');
  return peer.getSenders().find(({ track }) => track?.kind === 'audio')?.track.getSettings().deviceId;
}

function lastOf(side, menu) {
  return side.page.$$eval(`${part(menu)} option`, (options) => options.at(-1).value);
}

async function receiptOf(side) {
  await (await side.find(`${part('receipt')} summary`)).click();
  await side.click('receipt-text');
  const texts = () => readdirSync(side.browser.downloads).filter((name) => name.endsWith('.txt'));
  const [name] = await until('a saved receipt', () => texts().length > 0 && texts(), 30);
  return until('the whole of it', () => readFileSync(join(side.browser.downloads, name), 'utf8').trim());
}
