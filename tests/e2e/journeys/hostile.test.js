// case_55: what one side types is shown by the other as text, and saved under a name that can do no harm.
import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { journey } from '../harness/journey.js';
import { part } from '../harness/screen.js';
import { Stage } from '../harness/stage.js';
import { until } from '../harness/until.js';

const HTML = '<img src=x onerror="window.broken=1">';
const BIDI = 'gpj.\u202Eexe';
const MEGABYTE = 1024 * 1024;

journey('case_55: a hostile guest', {
  prepare: () => Stage.set('chromium', 'chromium'),
  cleanUp: (stage) => stage.strike(),
  steps: (step) => {
    step('HTML as a name is text on the console', async (stage) => {
      Object.assign(stage, await stage.doctor.arrangesNow());
      await stage.guest.comes(stage.link, HTML);

      await stage.doctor.seesGuest(stage.room, HTML);
      await staysWhole(stage.doctor);
    });

    step('HTML in the chat is text', async ({ doctor, guest, room }) => {
      await doctor.admits(room);
      await Promise.all([doctor.inCall(), guest.inCall()]);
      await guest.says(HTML);

      await doctor.hasRead(HTML);
      await staysWhole(doctor);
    });

    step('marks that turn text around do so in their own words only', async ({ doctor, guest }) => {
      await guest.says(`${BIDI} end`);
      await doctor.hasRead('gpj.');

      const bidi = await doctor.page.$$eval(`${part('chat-message')}[data-from="peer"]`, (messages) => {
        const text = [...messages.at(-1).querySelectorAll('*'), messages.at(-1)].find((one) => one.childNodes.length === 1 && one.textContent.includes('gpj.'));
        return getComputedStyle(text).unicodeBidi;
      });
      assert.match(bidi, /isolate|plaintext/);
    });

    step('a megabyte of chat is not sent, or cut; the call goes on', async ({ doctor, guest }) => {
      await guest.set('chat-input', 'A'.repeat(MEGABYTE));
      await guest.click('chat-send');
      await guest.says('after the megabyte');

      await doctor.hasRead('after the megabyte');
      for (const words of await doctor.all(part('chat-message'))) assert.ok(words.length < 5000);
    });

    step('a file is saved under a name without paths or turned text, and never as a page', async ({ doctor, guest }) => {
      await guest.sendsAs(`../../${BIDI}${HTML}.html`, 'text/html', '<script>window.broken=1</script>');
      const link = await doctor.find(`${part('file')}[data-from="peer"] ${part('file-save')}`);
      const name = await link.evaluate((one) => one.download);
      await link.click();

      assert.doesNotMatch(name, /[/\\\u202A-\u202E\u2066-\u2069<>]|^\./);
      await until('one file is saved', () => readdirSync(doctor.browser.downloads).length === 1);
      assert.match(doctor.page.url(), /\/practice/);
      await staysWhole(doctor);
    });

    step('a file with a name of a megabyte does no harm', async ({ doctor, guest }) => {
      await guest.sendsAs('n'.repeat(MEGABYTE), 'text/plain', 'short');
      await guest.says('after the long name');

      await doctor.hasRead('after the long name');
    });

    step('what breaks the rules of the control channel ends the visit with a sentence', async ({ doctor, guest }) => {
      await guest.page.evaluate(() => window.probe.channels[0].send(JSON.stringify({ type: 'chat', id: 'x', at: 0, text: 'B'.repeat(200_000) })));

      await until('the doctor is told', async () => /\w/.test(await doctor.get(part('notice'))));
      for (const words of await doctor.all(part('chat-message'))) assert.ok(words.length < 5000);
      await staysWhole(doctor);
    });
  },
});

/** Nothing that came as text has become part of the page. */
async function staysWhole(side) {
  assert.equal(await side.page.evaluate(() => window.broken), undefined);
  assert.equal(await side.page.$('img[src=x]'), null);
}
