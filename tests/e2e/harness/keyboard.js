// A person who has only the keyboard.
import assert from 'node:assert/strict';
import { part } from './screen.js';

/** Goes on with Tab until that part has the keyboard; it must be seen to have it. */
export async function tabTo(screen, name, within = '') {
  const selector = `${within} ${part(name)}`.trim();
  await screen.find(selector);
  const passed = [];
  for (let steps = 0; steps < MOST_STEPS; steps++) {
    const focus = await screen.page.evaluate(whereTheKeyboardIs, selector);
    if (focus.isThere) {
      assert.ok(focus.isSeen, `${selector} has the keyboard, and nobody sees it: ${focus.style}`);
      return;
    }
    passed.push(focus.what);
    await screen.page.keyboard.press('Tab');
  }
  throw new Error(`not reached with ${MOST_STEPS} tabs: ${selector}; passed: ${passed.join(', ')}`);
}

/** Tab to it, then Enter. */
export async function press(screen, name, within) {
  await tabTo(screen, name, within);
  await screen.page.keyboard.press('Enter');
}

/** Tab to a field, then the text. */
export async function write(screen, name, text) {
  await tabTo(screen, name);
  await screen.page.keyboard.type(text);
}

/** In the page: whether the keyboard is at such an element, and whether one sees that. */
function whereTheKeyboardIs(selector) {
  let element = document.activeElement;
  const wanted = [...document.querySelectorAll(selector)];
  const isThere = wanted.includes(element);
  if (!element || element === document.body) return { isThere, what: 'the page' };
  // What draws the sign may be the label around a hidden box.
  const signs = [element, element.parentElement, element.nextElementSibling].filter(Boolean).map((one) => getComputedStyle(one));
  const isSeen = signs.some(({ outlineStyle, outlineWidth, boxShadow }) => (outlineStyle !== 'none' && parseFloat(outlineWidth) > 0) || boxShadow !== 'none');
  return { isThere, isSeen, style: signs.map(({ outline }) => outline).join(' | '), what: element.dataset.test ?? element.textContent.trim().slice(0, 20) };
}

const MOST_STEPS = 120;
