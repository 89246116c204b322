// Every state of every page, as it is seen, read out and reached by keyboard. `VISITE_LOOKS=<part of a state's name>` looks at those states only.
import assert from 'node:assert/strict';
import { availableParallelism } from 'node:os';
import { after, describe, it } from 'node:test';
import { launchChromium } from '../harness/browser.js';
import { offences, paleWords, restless, tooWide, unreached } from './faults.js';
import { Gallery, LANGUAGES } from './gallery.js';

/** A state is loaded once for each. The practice's pages have no Arabic. */
const PLACES = [
  { width: 1280, height: 800, scheme: 'light', other: 'dark', language: () => 'de' },
  { width: 390, height: 844, scheme: 'dark', other: 'light', language: (name) => (LANGUAGES[name].includes('ar') ? 'ar' : 'en') },
];
const NARROW = { '320 px': { width: 320, height: 640 }, 'letters twice as large': { width: 640, height: 800, letters: '200%' } };
const ONLY = process.env.VISITE_LOOKS ?? '';

const gallery = await Gallery.open();
const browsers = await Promise.all(Array.from({ length: availableParallelism() }, launchChromium));
after(async () => {
  await Promise.all(browsers.map((browser) => browser.close()));
  gallery.close();
});
/** Those that nobody looks at just now. */
const free = await Promise.all(browsers.map((browser) => gallery.page(browser)));
const states = {};
for (const name of Object.keys(LANGUAGES)) states[name] = (await gallery.states(free[0].page, name)).filter((state) => state.includes(ONLY));
assert.ok(Object.values(states).some(({ length }) => length > 0), `no state has ${ONLY} in its name`);

for (const name of Object.keys(LANGUAGES))
  describe(`every state of ${name}`, { concurrency: browsers.length }, () => {
    for (const state of states[name])
      it(state, async () => {
        const { page, complaints } = free.pop();
        const wrong = [];
        try {
          for (const place of PLACES) wrong.push(...(await faultsOf(page, { gallery: name, state }, place)), ...complaints.splice(0));
        } finally {
          free.push({ page, complaints });
        }
        assert.equal(wrong.join('\n'), '');
      });
  });

async function faultsOf(page, state, { width, height, scheme, other, language: languageOf }) {
  const faults = [];
  const language = languageOf(state.gallery);
  const note = (where, found) => faults.push(...found.map((fault) => `${language}, ${where}: ${fault}`));
  await page.setViewport({ width, height });
  await gallery.show(page, state, { language, scheme });
  note(scheme, await offences(page));
  note('with less motion', await restless(page));
  await gallery.turn(page, other);
  note(other, await paleWords(page));
  note(`${width} px`, await unreached(page));
  for (const [what, size] of Object.entries(NARROW)) {
    await gallery.resize(page, size);
    note(what, [...(await tooWide(page)), ...(await unreached(page))]);
  }
  return faults;
}
