// The pages' galleries (web/gallery*.html), built into a folder and served: every state of every page, without servers or cameras.
import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { extname, join, normalize } from 'node:path';
import { promisify } from 'node:util';
import { ROOT } from '../harness/installation.js';

export const GALLERIES = (process.env.GALLERIES ?? 'gallery.html,gallery-practice.html').split(',');

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
      response.writeHead(200, { 'content-type': TYPES[extname(path)] ?? 'application/octet-stream' }).end(bytes);
    } catch {
      response.writeHead(404).end();
    }
  }

  /** A state's address. */
  address({ page, state, language }) {
    return `${this.origin}/${page}?state=${state}&language=${language}`;
  }

  /** All states, by the galleries' own lists. */
  async states(browser) {
    const page = await browser.newPage();
    const all = [];
    for (const name of GALLERIES) {
      await page.goto(`${this.origin}/${name}?state=`);
      await page.waitForSelector('a[href^="?state="]');
      const states = await page.$$eval('a[href^="?state="]', (links) => links.map((link) => link.textContent));
      all.push(...states.map((state) => ({ page: name, state })));
    }
    await page.close();
    return all;
  }

  close() {
    this.server.closeAllConnections();
    this.server.close();
    rmSync(this.folder, { recursive: true, force: true });
  }
}

const TYPES = { '.html': 'text/html', '.js': 'text/javascript', '.css': 'text/css', '.svg': 'image/svg+xml', '.ttf': 'font/ttf', '.wasm': 'application/wasm' };
