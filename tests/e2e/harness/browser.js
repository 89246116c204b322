// Starts the machine's own Chromium and Firefox, each with a fresh home, a fake camera of a known colour, and trust in our authority alone:
// certificates are really checked.
import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { accessSync, chmodSync, constants, mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import puppeteer from 'puppeteer-core';
import { COLOURS, writeCamera } from './picture.js';
import { probe } from './probe.js';
import { relayInto } from './relay.js';

/** What a test asks for: `{ kind: 'chromium' | 'firefox', ca, colour, namespace?, arguments? }`. */
export class Browser {
  static async start(wish) {
    const browser = new Browser();
    browser.kind = wish.kind;
    browser.colour = wish.colour;
    browser.home = mkdtempSync(join(tmpdir(), `visite-${wish.kind}-`));
    browser.downloads = join(browser.home, 'downloads');
    mkdirSync(browser.downloads);
    browser.puppet = await (wish.kind === 'chromium' ? chromium(browser, wish) : firefox(browser, wish));
    return browser;
  }

  /** A page of a person of its own: nothing is shared with the browser's other persons but the camera. */
  async person() {
    const context = await this.puppet.createBrowserContext(this.kind === 'chromium' ? { downloadBehavior: { policy: 'allow', downloadPath: this.downloads } } : {});
    return this.page(context);
  }

  async page(context = this.puppet) {
    const page = await context.newPage();
    page.setDefaultTimeout(20_000);
    await page.evaluateOnNewDocument(probe, this.kind === 'firefox' ? { camera: COLOURS[this.colour], screen: COLOURS.yellow } : {});
    return page;
  }

  async stop() {
    const program = this.puppet.process();
    await this.puppet.close();
    // After five seconds puppeteer has Firefox killed, and waits no more; as long as it lives it writes into its home.
    if (program.exitCode === null && program.signalCode === null) await once(program, 'exit');
    this.relay?.close();
    await rm(this.home, { recursive: true, force: true, maxRetries: 20 });
  }
}

async function chromium(browser, { ca, colour, namespace, arguments: more = [] }) {
  trust(join(browser.home, '.pki', 'nssdb'), ca);
  const camera = join(browser.home, 'camera.y4m');
  writeCamera(camera, colour);
  return puppeteer.launch({
    browser: 'chrome',
    executablePath: inside(namespace, browser.home, find(process.env.CHROMIUM, 'chromium', 'chromium-browser', 'google-chrome')),
    pipe: true,
    // The energy of sound is counted where it is played, so it must be played.
    ignoreDefaultArgs: ['--mute-audio'],
    args: [...CHROMIUM, `--use-file-for-fake-video-capture=${camera}`, ...more],
    env: environment(browser.home),
    userDataDir: join(browser.home, 'profile'),
    downloadBehavior: { policy: 'allow', downloadPath: browser.downloads },
    ...COMMON,
  });
}

async function firefox(browser, { ca, namespace, preferences }) {
  const profile = join(browser.home, 'profile');
  trust(profile, ca);
  // Firefox is driven over a port of its own loopback, which in a namespace is another one than ours.
  if (namespace) browser.relay = await relayInto(namespace);
  return puppeteer.launch({
    browser: 'firefox',
    executablePath: inside(namespace, browser.home, find(process.env.FIREFOX, 'firefox-esr', 'firefox')),
    debuggingPort: browser.relay?.port,
    env: environment(browser.home),
    userDataDir: profile,
    extraPrefsFirefox: { ...FIREFOX, 'browser.download.dir': browser.downloads, ...preferences },
    ...COMMON,
  });
}

/** Chromium as it is, for pages that need no server of ours. */
export function launchChromium() {
  return puppeteer.launch({ browser: 'chrome', executablePath: find(process.env.CHROMIUM, 'chromium', 'chromium-browser', 'google-chrome'), pipe: true, args: CHROMIUM, ...COMMON });
}

/** Puts the authority into the store that Chromium and Firefox both read. */
function trust(store, ca) {
  mkdirSync(store, { recursive: true });
  const certutil = (...what) => execFileSync('certutil', [...what, '-d', `sql:${store}`], { stdio: 'pipe' });
  certutil('-N', '--empty-password');
  certutil('-A', '-t', 'C,,', '-n', 'visite-e2e', '-i', ca);
}

/** A script that starts the program in the namespace; puppeteer's pipe passes through. */
function inside(namespace, home, program) {
  if (!namespace) return program;
  const script = join(home, 'start');
  writeFileSync(script, `#!/bin/sh\nexec ip netns exec ${namespace} ${program} "$@"\n`);
  chmodSync(script, 0o755);
  return script;
}

function environment(home) {
  return { ...process.env, HOME: home, XDG_CONFIG_HOME: join(home, '.config'), XDG_CACHE_HOME: join(home, '.cache'), MOZ_CRASHREPORTER_DISABLE: '1' };
}

function find(...names) {
  for (const name of names.filter(Boolean)) {
    for (const folder of name.includes('/') ? [''] : process.env.PATH.split(delimiter)) {
      const path = join(folder, name);
      try {
        accessSync(path, constants.X_OK);
        return path;
      } catch {
        // the next one
      }
    }
  }
  throw new Error(`none of ${names.filter(Boolean).join(', ')} is here (scripts/test installs them)`);
}

const COMMON = { headless: true, defaultViewport: { width: 1200, height: 800 }, protocolTimeout: 120_000, timeout: 90_000 };

const CHROMIUM = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--lang=en-GB',
  '--use-fake-device-for-media-stream',
  '--use-fake-ui-for-media-stream',
  '--auto-select-desktop-capture-source=Entire screen',
  '--autoplay-policy=no-user-gesture-required',
];

const FIREFOX = {
  'media.navigator.streams.fake': true,
  'media.navigator.permission.disabled': true,
  'media.autoplay.default': 0,
  'media.autoplay.blocking_policy': 0,
  'intl.accept_languages': 'en-GB',
  'browser.download.folderList': 2,
  'browser.download.useDownloadDir': true,
  'browser.download.always_ask_before_handling_new_types': false,
  // Nothing in the background that would ask hosts elsewhere.
  'network.captive-portal-service.enabled': false,
  'network.connectivity-service.enabled': false,
  'browser.region.network.url': '',
  'browser.safebrowsing.malware.enabled': false,
  'browser.safebrowsing.phishing.enabled': false,
  'dom.push.connection.enabled': false,
  'media.gmp-provider.enabled': false,
  'services.settings.server': 'data:,#none',
};
