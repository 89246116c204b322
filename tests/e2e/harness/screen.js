// A page as a person sees it: parts by their `data-test` names, and every wait has a deadline.
import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { COLOURS, colourShown } from './picture.js';
import { mediaReport, watchArrivals } from './probe.js';
import { until } from './until.js';

const OUT = new URL('../out/', import.meta.url).pathname;

export const part = (name) => `[data-test="${name}"]`;

const PHONE = { width: 390, height: 844, isMobile: true, hasTouch: true };

export class Screen {
  constructor(browser, page) {
    Object.assign(this, { browser, page });
    this.console = [];
    page.on('console', (message) => this.console.push(message.text()));
    page.on('pageerror', (error) => this.console.push(error.stack));
  }

  /** A phone's window is small, and touched. */
  static async of(browser, { isPhone = false } = {}) {
    const screen = new this(browser, await browser.person());
    screen.isPhone = isPhone;
    if (isPhone) await screen.page.setViewport(PHONE);
    return screen;
  }

  async open(link) {
    // A link that differs only behind the # would not be loaded anew.
    await this.page.goto('about:blank');
    await this.page.goto(link);
  }

  reload() {
    return this.page.reload();
  }

  /** Waits until a part is there and visible. */
  async see(name, seconds = 20) {
    await this.find(part(name), seconds);
  }

  async find(selector, seconds = 20) {
    const waiting = this.page.waitForSelector(selector, { visible: true, timeout: seconds * 1000 });
    return waiting.catch(async () => {
      throw new Error(`not within ${seconds} s: ${selector}; the page says: ${(await this.words()).slice(0, 300)}`);
    });
  }

  async gone(name, seconds = 20) {
    await this.page.waitForSelector(part(name), { hidden: true, timeout: seconds * 1000 });
  }

  async click(name, within = '') {
    const element = await this.find(`${within} ${part(name)}`);
    await element.evaluate((one) => one.scrollIntoView({ block: 'center' }));
    if (!this.isPhone) return this.page.locator(`${within} ${part(name)}`).click();
    await until(`a finger gets to ${name}`, () => element.evaluate(isUppermost));
    await element.tap();
  }

  /** These stand in the window as it is, and a finger gets to each. */
  async hasAtHand(...names) {
    for (const name of names) {
      const element = await this.find(part(name));
      await until(`${name} is at hand`, async () => (await element.evaluate(isInWindow)) && element.evaluate(isUppermost));
    }
  }

  async type(name, text) {
    const field = await this.find(part(name));
    await field.click({ count: 3 });
    await field.type(text);
  }

  /** For dates, times and choices, which are typed differently everywhere. */
  async set(name, value) {
    const field = await this.find(part(name));
    await field.evaluate((one, value) => {
      // Past the framework's own setter, as a person's input goes.
      const prototype = one instanceof HTMLSelectElement ? HTMLSelectElement : HTMLInputElement;
      Object.getOwnPropertyDescriptor(prototype.prototype, 'value').set.call(one, value);
      for (const event of ['input', 'change']) one.dispatchEvent(new Event(event, { bubbles: true }));
    }, value);
  }

  /** An attribute or the text of the first such part; null where there is none. */
  get(selector, attribute) {
    return this.page.evaluate((selector, attribute) => {
      const element = document.querySelector(selector);
      if (!element) return null;
      return attribute ? (element[attribute] ?? element.getAttribute(attribute)) : element.textContent;
    }, selector, attribute);
  }

  async reads(selector, expected, attribute, seconds = 20) {
    const fits = (value) => (expected instanceof RegExp ? expected.test(value) : value === expected);
    await until(`${selector} ${attribute ?? ''} is ${expected}`, async () => fits(await this.get(selector, attribute)), seconds);
  }

  /** The page's own sentence for what went wrong, by its code. */
  async notice(code, seconds = 20) {
    await this.reads(part('notice'), code, 'data-code', seconds);
  }

  /** The same for a page that is still right at first: it is loaded anew until it says so. */
  async eventually(code, seconds) {
    await until(`the notice ${code}`, async () => {
      // What a reload cuts off in the middle, puppeteer never sees end.
      await this.page.waitForNetworkIdle({ idleTime: 200 });
      if ((await this.get(part('notice'), 'data-code')) === code) return true;
      await this.page.reload({ waitUntil: 'networkidle0' });
      return false;
    }, seconds);
  }

  words() {
    return this.page.evaluate(() => document.body?.innerText ?? '').catch(() => '(no page)');
  }

  /** What the page's connections and sockets did, newest last. */
  history() {
    return this.page.evaluate(() => window.probe.history.slice(-60)).catch(() => []);
  }

  media() {
    return this.page.evaluate(mediaReport);
  }

  watchArrivals() {
    return this.page.evaluate(watchArrivals);
  }

  /** When sound and pictures came in since `watchArrivals`. */
  arrivals() {
    return this.page.evaluate(() => window.probe.arrivals);
  }

  colour(name) {
    return this.page.evaluate(colourShown, part(name), COLOURS);
  }

  /** What the page's sockets have got so far, by type. */
  heard(type) {
    return this.page.evaluate((type) => window.probe.heard.filter((one) => one === type).length, type);
  }

  /** SHA-256 of a file that was saved, once it is whole. */
  async saved(name, size) {
    const path = join(this.browser.downloads, name);
    await until(`${name} with ${size} bytes among ${readdirSync(this.browser.downloads)}`, () => statSync(path, { throwIfNoEntry: false })?.size === size, 60);
    return createHash('sha256').update(readFileSync(path)).digest('hex');
  }

  async photograph(name) {
    mkdirSync(OUT, { recursive: true });
    await this.page.screenshot({ path: join(OUT, `${name.replaceAll(/[^\w.-]+/g, '-')}.png`) });
  }
}

/** In the page: whether nothing lies above its middle. */
function isUppermost(element) {
  const { left, right, top, bottom } = element.getBoundingClientRect();
  return element.contains(document.elementFromPoint((left + right) / 2, (top + bottom) / 2));
}

/** In the page: all of it, and large enough for a finger. */
function isInWindow(element) {
  const { left, right, top, bottom, height } = element.getBoundingClientRect();
  return left >= 0 && top >= 0 && right <= innerWidth && bottom <= innerHeight && height >= 44;
}
