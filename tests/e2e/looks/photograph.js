// Pictures of every state into out/looks: in all languages, in both schemes, on a phone and at a desk. Chromium only.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { launchChromium } from '../harness/browser.js';
import { Gallery } from './gallery.js';

const OUT = new URL('../out/looks/', import.meta.url).pathname;
const SIZES = { phone: { width: 390, height: 844, deviceScaleFactor: 1 }, desk: { width: 1280, height: 800, deviceScaleFactor: 1 } };
const LANGUAGES = { 'gallery.html': ['de', 'en', 'tr', 'uk', 'ar'], 'gallery-practice.html': ['de', 'en'] };
/** `consent` or `call-` looks at those states only. */
const [only = ''] = process.argv.slice(2);

const [gallery, browser] = await Promise.all([Gallery.open(), launchChromium()]);
try {
  const states = (await gallery.states(browser)).filter(({ state }) => state.includes(only));
  const page = await browser.newPage();
  let count = 0;
  for (const [size, viewport] of Object.entries(SIZES)) {
    await page.setViewport(viewport);
    for (const scheme of ['light', 'dark']) {
      await page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: scheme }, { name: 'prefers-reduced-motion', value: 'reduce' }]);
      for (const state of states)
        for (const language of LANGUAGES[state.page]) {
          await page.goto(gallery.address({ ...state, language }));
          await page.evaluate(() => document.fonts.ready.then(() => new Promise((done) => setTimeout(done, 150))));
          const folder = join(OUT, size, scheme, language);
          mkdirSync(folder, { recursive: true });
          await page.screenshot({ path: join(folder, `${state.page === 'gallery.html' ? '' : 'practice-'}${state.state}.png`) });
          count++;
        }
    }
  }
  console.log(`${count} pictures of ${states.length} states in ${OUT}`);
} finally {
  await browser.close();
  gallery.close();
}
