// What is wrong with a page as it stands: each gives back a list of sentences, empty where nothing is.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
/** WCAG 2.2 AA, and what axe-core calls best practice. */
const RULES = { type: 'tag', values: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] };

/** All that axe-core finds. */
export async function offences(page) {
  await page.evaluate(AXE);
  return ofAxe(page, RULES);
}

/** What can differ between the schemes; after `offences`. */
export function paleWords(page) {
  return ofAxe(page, ['color-contrast']);
}

async function ofAxe(page, runOnly) {
  // Preloading is for style sheets of other origins and for sound in files: there are none.
  const { violations } = await page.evaluate((runOnly) => window.axe.run(document, { runOnly, preload: false, resultTypes: ['violations'] }), runOnly);
  return violations.flatMap(({ id, nodes }) => nodes.map(({ target, failureSummary }) => `${id} at ${target}: ${failureSummary.split('\n')[1]?.trim()}`));
}

/** What is wider than the window, where nothing scrolls it. */
export function tooWide(page) {
  return page.evaluate(() => {
    const { scrollWidth } = document.documentElement;
    if (scrollWidth <= innerWidth) return [];
    const widest = [...document.querySelectorAll('body *')].findLast((element) => element.getBoundingClientRect().right > innerWidth + 1 || element.getBoundingClientRect().left < -1);
    return [`${scrollWidth} px wide in a window of ${innerWidth}: ${widest?.tagName.toLowerCase()}.${widest?.className}`];
  });
}

/** What goes on moving where the reader asked for less of it. */
export function restless(page) {
  return page.evaluate((allowed) => {
    const running = document.getAnimations().filter((one) => one.playState === 'running' && one.effect.getTiming().duration > 10 && !allowed.includes(one.animationName));
    return running.map((one) => `${one.animationName ?? one.transitionProperty} moves ${one.effect.target.className}`);
  }, BREATHING);
}

/** Goes through the page with Tab, once around: what it never comes to, and where nobody sees that the keyboard is. */
export async function unreached(page) {
  await page.evaluate(() => Object.assign(window, { reached: new Set(), stay: { element: null, steps: 0 }, before: new Set(document.querySelectorAll('*')) }));
  const faults = [];
  for (let steps = 0; steps < MOST_TABS; steps++) {
    await page.keyboard.press('Tab');
    const { isAround, fault } = await page.evaluate(whereTheKeyboardIs, MOST_PARTS, MOST_FRAMES);
    if (fault) faults.push(fault);
    if (isAround) return [...faults, ...(await page.evaluate(neverReached))];
  }
  // So many controls are rows of a list: they are alike.
  return faults;
}

/** In the page. */
async function whereTheKeyboardIs(mostParts, mostFrames) {
  const element = document.activeElement ?? document.body;
  const name = element.dataset.test ?? element.outerHTML.slice(0, 80);
  const steps = element === window.stay.element ? window.stay.steps + 1 : 1;
  window.stay = { element, steps };
  if (element === document.body) {
    window.reached.add(element);
    // Behind the last control comes the browser's own, and then the first again: only a page without any stays here. On a busy machine a walk has stayed for three steps.
    return { isAround: steps > mostParts };
  }
  // A date has parts of its own.
  if (steps > 1) return steps > mostParts ? { isAround: true, fault: `${name} keeps the keyboard` } : {};
  if (window.reached.has(element)) return { isAround: true };
  window.reached.add(element);
  // What draws the sign may be the label around a hidden box.
  const signs = [element, element.parentElement, element.nextElementSibling].filter(Boolean).map((one) => getComputedStyle(one));
  const hasSign = signs.some(({ outlineStyle, outlineWidth, boxShadow }) => (outlineStyle !== 'none' && parseFloat(outlineWidth) > 0) || boxShadow !== 'none');
  if (!hasSign) return { fault: `nobody sees that ${name} has the keyboard` };
  if (element.offsetWidth <= 2) return {};
  let above = atItsMiddle(element);
  for (let frames = 0; !above && frames < mostFrames; frames++) above = await new Promise((done) => requestAnimationFrame(() => done(atItsMiddle(element))));
  const isSeen = above && (element.contains(above) || above.contains(element) || [...(element.labels ?? [])].some((label) => label.contains(above)));
  return isSeen ? {} : { fault: `${name} has the keyboard below ${above?.outerHTML.slice(0, 80) ?? 'the edge of the window'}` };

  // Nothing where that is outside the window. Rows of a long list are drawn, and get their height, only when somebody comes there; and a busy machine scrolls late.
  function atItsMiddle(of) {
    const { left, right, top, bottom } = of.getBoundingClientRect();
    return document.elementFromPoint((left + right) / 2, (Math.max(top, 0) + Math.min(bottom, innerHeight)) / 2);
  }
}

/** In the page, after a round. */
function neverReached() {
  const modal = document.querySelector('dialog:modal') ?? document;
  const controls = [...modal.querySelectorAll('a[href], button, input, select, textarea, summary, [tabindex="0"]')].filter(
    (one) => one.checkVisibility({ visibilityProperty: true }) && !one.matches(':disabled, [tabindex="-1"], [type=file]') && !one.closest('[inert]') && !(one.type === 'radio' && document.querySelector(`[name="${one.name}"]:checked`) !== one),
  );
  // What came in the meantime may stand where the keyboard had been.
  return controls.filter((one) => window.before.has(one) && !window.reached.has(one)).map((one) => `Tab never comes to ${one.dataset.test ?? one.outerHTML.slice(0, 80)}`);
}

/** The sign that something is under way: it alone goes on (docs/design.md). */
const BREATHING = ['breathe'];
const MOST_TABS = 150;
/** Day, month, year, hour, minute, and the button that opens a calendar. */
const MOST_PARTS = 6;
/** Three seconds: a page that comes later is not seen. */
const MOST_FRAMES = 180;
