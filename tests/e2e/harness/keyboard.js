// A person who has only the keyboard.
import assert from 'node:assert/strict';
import { part } from './screen.js';

/** Goes with Tab, or back with Shift and Tab, until that part has the keyboard; wherever it stops, it must be seen. */
export async function tabTo(screen, name, within = '') {
  const selector = `${within} ${part(name)}`.trim();
  await screen.find(selector);
  const { keyboard } = screen.page;
  const passed = [];
  for (let steps = 0; steps < MOST_STEPS; steps++) {
    const { what, isThere, isBehind, isSeen, style, isInPage } = await screen.page.evaluate(whereTheKeyboardIs, selector);
    // Behind the last part of a page Firefox gives the keyboard to its own window, and drivers press keys in pages only.
    assert.ok(isInPage, `the keyboard has left the page on the way to ${selector}; passed: ${passed.join(', ')}`);
    assert.ok(isSeen, `${what} has the keyboard, and nobody sees it: ${style}`);
    if (isThere) return;
    passed.push(what);
    if (isBehind) await keyboard.down('Shift');
    await keyboard.press('Tab');
    if (isBehind) await keyboard.up('Shift');
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

/** The part that has the keyboard. */
export function whoHasIt(screen) {
  return screen.page.evaluate(() => document.activeElement?.dataset.test);
}

/** In the page: where the keyboard is, whether one sees that, and where such an element lies from there. */
function whereTheKeyboardIs(selector) {
  const element = document.activeElement ?? document.body;
  const wanted = [...document.querySelectorAll(selector)];
  const isInPage = document.hasFocus();
  if (element === document.body) return { what: 'the page', isSeen: true, isInPage };
  // What draws the sign may be the label around a hidden box.
  const signs = [element, element.parentElement, element.nextElementSibling].filter(Boolean).map((one) => getComputedStyle(one));
  return {
    what: element.dataset.test ?? (element.textContent.trim().slice(0, 20) || element.outerHTML.slice(0, 80)),
    isThere: wanted.includes(element),
    isBehind: wanted.every((one) => element.compareDocumentPosition(one) & Node.DOCUMENT_POSITION_PRECEDING),
    isSeen: signs.some(({ outlineStyle, outlineWidth, boxShadow }) => (outlineStyle !== 'none' && parseFloat(outlineWidth) > 0) || boxShadow !== 'none'),
    style: signs.map(({ outline }) => outline).join(' | '),
    isInPage,
  };
}

const MOST_STEPS = 120;
