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
    const complaints = [];
    page.on('dialog', (question) => question.accept());
    page.on('pageerror', (error) => complaints.push(error.message));
    page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()));
    return { page, complaints };
  }

  /** Until all has its colours: they change in a moment even where less motion is asked for, and one element after the other. */
  async seenIn(page, scheme) {
    await page.emulateMediaFeatures([
      { name: 'prefers-color-scheme', value: scheme },
      { name: 'prefers-reduced-motion', value: 'reduce' },
    ]);
    await page.evaluate(async () => {
      const frame = () => new Promise(requestAnimationFrame);
      await frame();
      do await frame();
      while (document.getAnimations().some(({ transitionProperty }) => /color|fill|stroke/.test(transitionProperty)));
    });
  }

  /** Shows a state, and is back when it stands. */
  async show(page, { gallery, state }, language) {
    await page.goto(`${this.origin}/${gallery}?state=${state}&language=${language}`, { waitUntil: 'domcontentloaded' });
    await page.waitForSelector('html[data-drawn]', { timeout: 15_000 });
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

const TYPES = { '.html': 'text/html', '.js': 'text/javascript', '.css': 'text/css', '.svg': 'image/svg+xml', '.ttf': 'font/ttf', '.wasm': 'application/wasm' };
