// The pages' galleries (web/gallery*.html), built into a folder and served: every state of every page, without servers or cameras.
import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { extname, join, normalize } from 'node:path';
import { promisify } from 'node:util';
import { ROOT } from '../harness/installation.js';

/** Each gallery, and what its pages can be read in. */
export const LANGUAGES = { 'gallery.html': ['de', 'en', 'tr', 'uk', 'ar'], 'gallery-practice.html': ['de', 'en'] };

export class Gallery {
  static async open() {
    const gallery = new Gallery();
    gallery.folder = mkdtempSync(join(tmpdir(), 'visite-gallery-'));
    await promisify(execFile)(process.execPath, ['build/gallery.js', gallery.folder], { cwd: join(ROOT, 'web') });
    gallery.server = createServer((request, response) => gallery.answer(new URL(request.url, 'http://localhost').pathname, response));
    gallery.server.listen(0, '127.0.0.1');
    await once(gallery.server, 'listening');
    gallery.origin = `http://127.0.0.1:${gallery.server.address().port}`;
    return gallery;
  }

  answer(path, response) {
    try {
      const bytes = readFileSync(join(this.folder, normalize(path)));
      // What has a hash in its name is loaded and compiled once for all states.
      const caching = path.startsWith('/assets/') ? { 'cache-control': 'max-age=3600, immutable' } : {};
      response.writeHead(200, { 'content-type': TYPES[extname(path)] ?? 'application/octet-stream', ...caching }).end(bytes);
    } catch {
      response.writeHead(404).end();
    }
  }

  /** A page that is left without being asked whether one is sure, and the complaints of its program. */
  async page(browser) {
    const page = await browser.newPage();
    await page.emulateFocusedPage(true);
    const complaints = [];
    page.on('dialog', (question) => question.accept());
    page.on('pageerror', (error) => complaints.push(error.stack ?? error.message));
    page.on('console', (message) => message.type() === 'error' && complaints.push(`${message.text()} ${message.location().url ?? ''}`));
    return { page, complaints };
  }

  /** Shows a state in a scheme and with less motion, and is back when it stands. */
  async show(page, { gallery, state }, { language, scheme }) {
    await emulate(page, scheme);
    await page.goto(`${this.origin}/${gallery}?state=${state}&language=${language}`, { waitUntil: 'domcontentloaded' });
    await page.waitForSelector('html[data-drawn]', { timeout: 15_000 });
  }

  /** The same state in the other scheme, at once: no colour is on its way. */
  async turn(page, scheme) {
    await page.addStyleTag({ content: '*, ::before, ::after { transition: none !important }' });
    await emulate(page, scheme);
    await aFrame(page);
  }

  /** In a window of another size, or with letters of another. */
  async resize(page, { width, height, letters = '100%' }) {
    await page.setViewport({ width, height });
    await page.evaluate((letters) => (document.documentElement.style.fontSize = letters), letters);
    // What asks for the layout before that still has the old one.
    await aFrame(page);
  }

  /** The names of all states, by a gallery's own list. */
  async states(page, gallery) {
    await page.goto(`${this.origin}/${gallery}?state=`);
    await page.waitForSelector('a[href^="?state="]');
    return page.$$eval('a[href^="?state="]', (links) => links.map((link) => link.textContent));
  }

  close() {
    this.server.closeAllConnections();
    this.server.close();
    rmSync(this.folder, { recursive: true, force: true });
  }
}

function emulate(page, scheme) {
  return page.emulateMediaFeatures([
    { name: 'prefers-color-scheme', value: scheme },
    { name: 'prefers-reduced-motion', value: 'reduce' },
  ]);
}

/** Until one has been drawn. */
function aFrame(page) {
  return page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
}

const TYPES = { '.html': 'text/html', '.js': 'text/javascript', '.css': 'text/css', '.svg': 'image/svg+xml', '.ttf': 'font/ttf', '.wasm': 'application/wasm' };
