// Every state of every page, as it is seen, read out and reached by keyboard. `VISITE_LOOKS=<part of a state's name>` looks at those states only.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { launchChromium } from '../harness/browser.js';
import { offences, paleWords, restless, tooWide, unreached } from './faults.js';
import { Gallery, LANGUAGES } from './gallery.js';

/** A state is loaded once for each. The practice's pages have no Arabic. */
const PLACES = [
  { what: 'at a desk, in German', width: 1280, height: 800, scheme: 'light', other: 'dark', language: () => 'de', isDesk: true },
  { what: 'on a phone, from right to left where there is such a language', width: 390, height: 844, scheme: 'dark', other: 'light', language: ({ gallery }) => (LANGUAGES[gallery].includes('ar') ? 'ar' : 'en') },
];
const ONLY = process.env.VISITE_LOOKS ?? '';

describe('every state of every page', { concurrency: PLACES.length }, () => {
  let gallery;
  before(async () => {
    gallery = await Gallery.open();
  });
  after(() => gallery?.close());

  for (const place of PLACES)
    describe(place.what, { concurrency: 1 }, () => {
      let browser;
      before(async () => {
        browser = await launchChromium();
      });
      after(() => browser?.close());

      for (const name of Object.keys(LANGUAGES))
        it(`${name} is right`, async () => {
          const { page, complaints } = await gallery.page(browser);
          const states = (await gallery.states(page, name)).filter((state) => state.includes(ONLY));
          assert.ok(states.length > 0 || ONLY, 'no states');
          const wrong = [];
          for (const state of states) {
            const faults = await faultsOf(page, gallery, { gallery: name, state }, place).catch((error) => [`it never stood: ${error.message}`]);
            wrong.push(...[...faults, ...complaints.splice(0)].map((fault) => `${state}, ${fault}`));
          }
          assert.deepEqual(wrong, []);
        });
    });
});

async function faultsOf(page, gallery, state, { width, height, scheme, other, language, isDesk = false }) {
  const faults = [];
  const note = (where, found) => faults.push(...found.map((fault) => `${where}: ${fault}`));
  await page.setViewport({ width, height });
  await gallery.seenIn(page, scheme);
  await gallery.show(page, state, language(state));
  note(scheme, await offences(page));
  note('with less motion', await restless(page));
  await gallery.seenIn(page, other);
  note(other, await paleWords(page));
  if (isDesk) note('by keyboard', await unreached(page));
  await page.setViewport({ width: 320, height: 640 });
  note('320 px', await tooWide(page));
  if (!isDesk) return faults;
  await page.setViewport({ width: 640, height: 800 });
  await page.evaluate(() => (document.documentElement.style.fontSize = '200%'));
  note('letters twice as large', await tooWide(page));
  return faults;
}
