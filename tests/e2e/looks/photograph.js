// Pictures of every state into out/looks: in all languages, in both schemes, on a phone and at a desk. Chromium only.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { launchChromium } from '../harness/browser.js';
import { Gallery, LANGUAGES } from './gallery.js';

const OUT = new URL('../out/looks/', import.meta.url).pathname;
const SIZES = { phone: { width: 390, height: 844 }, desk: { width: 1280, height: 800 } };
/** `consent call-` looks at the states only that have one of these in their names. */
const only = process.argv.slice(2);

const gallery = await Gallery.open();
try {
  // Two browsers fill two cores.
  const counts = await Promise.all(Object.keys(SIZES).map(photographAll));
  console.log(`${counts[0] + counts[1]} pictures in ${OUT}`);
} finally {
  gallery.close();
}

async function photographAll(size) {
  const browser = await launchChromium();
  let count = 0;
  try {
    const { page } = await gallery.page(browser);
    await page.setViewport(SIZES[size]);
    for (const name of Object.keys(LANGUAGES))
      for (const state of (await gallery.states(page, name)).filter((one) => only.length === 0 || only.some((part) => one.includes(part))))
        for (const language of LANGUAGES[name])
          for (const scheme of ['light', 'dark']) {
            if (scheme === 'light') await gallery.show(page, { gallery: name, state }, { language, scheme });
            else await gallery.turn(page, scheme);
            const folder = join(OUT, size, scheme, language);
            mkdirSync(folder, { recursive: true });
            await page.screenshot({ path: join(folder, `${name === 'gallery.html' ? '' : 'console-'}${state}.png`) });
            count++;
          }
  } finally {
    await browser.close();
  }
  return count;
}
