// Every state of every page: nothing that axe-core finds wrong, nothing that runs out of a narrow phone or of a page with letters twice as large.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { after, before, describe, it } from 'node:test';
import { launchChromium } from '../harness/browser.js';
import { Gallery } from './gallery.js';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
/** WCAG 2.2 AA, and what axe-core calls best practice. */
const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

const VARIANTS = [
  { what: 'on a desktop, light, German', width: 1280, height: 800, scheme: 'light', language: 'de', axe: true },
  { what: 'on a phone, dark, Arabic or English', width: 390, height: 844, scheme: 'dark', language: 'ar', axe: true },
  { what: 'on 320 px', width: 320, height: 640, scheme: 'light', language: 'de' },
  { what: 'with letters twice as large', width: 640, height: 800, scheme: 'light', language: 'de', zoom: 2 },
];

describe('every state of every page', () => {
  let gallery;
  let browser;
  let page;
  let states;
  before(async () => {
    [gallery, browser] = await Promise.all([Gallery.open(), launchChromium()]);
    states = await gallery.states(browser);
    page = await browser.newPage();
  });
  after(async () => {
    await browser?.close();
    gallery?.close();
  });

  it('is in the galleries', () => assert.ok(states.length > 60, `${states.length} states`));

  for (const variant of VARIANTS)
    it(`is right ${variant.what}`, async () => {
      const { width, height, scheme } = variant;
      await page.setViewport({ width, height });
      await page.emulateMediaFeatures([
        { name: 'prefers-color-scheme', value: scheme },
        // What is still moving has no colour yet.
        { name: 'prefers-reduced-motion', value: 'reduce' },
      ]);
      const wrong = [];
      for (const state of states) {
        // The practice's pages speak German and English.
        const language = state.page.includes('practice') && variant.language === 'ar' ? 'en' : variant.language;
        await page.goto(gallery.address({ ...state, language }));
        await settled(page);
        if (variant.zoom) await page.evaluate((zoom) => (document.documentElement.style.fontSize = `${100 * zoom}%`), variant.zoom);
        for (const what of variant.axe ? await offences(page) : await page.evaluate(runningOut)) wrong.push(`${state.page} ${state.state}: ${what}`);
      }
      assert.deepEqual(wrong, []);
    });
});

/** Until the page is drawn and its fonts are there. */
function settled(page) {
  return page.evaluate(async () => {
    await document.fonts.ready;
    for (let frame = 0; frame < 3; frame++) await new Promise(requestAnimationFrame);
  });
}

async function offences(page) {
  await page.evaluate(AXE);
  const { violations } = await page.evaluate((values) => window.axe.run(document, { runOnly: { type: 'tag', values }, resultTypes: ['violations'] }), RULES);
  return violations.flatMap(({ id, nodes }) => nodes.map(({ target, failureSummary }) => `${id} at ${target}: ${failureSummary.split('\n')[1]?.trim()}`));
}

/** In the page: what is wider than the window, where nothing scrolls it. */
function runningOut() {
  const { scrollWidth } = document.documentElement;
  if (scrollWidth <= innerWidth) return [];
  const widest = [...document.querySelectorAll('body *')].findLast((element) => element.getBoundingClientRect().right > innerWidth + 1 || element.getBoundingClientRect().left < -1);
  return [`${scrollWidth} px wide in a window of ${innerWidth}: ${widest?.tagName.toLowerCase()}.${widest?.className}`];
}
