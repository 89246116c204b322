// The check page behind real routers: what it says about the network is what the network is.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { Browser } from '../harness/browser.js';
import { Installation } from '../harness/installation.js';
import { leaveEvidence } from '../harness/journey.js';
import { part, Screen } from '../harness/screen.js';
import { NAME, SERVER, Street } from './street.js';

const skip = process.getuid() !== 0 && 'needs root: network namespaces';
/** What each router does to the steps `server` and `router`. */
const FOUND = { 'full-cone': ['good', 'good'], 'port-restricted': ['good', 'good'], symmetric: ['good', 'weak'], 'udp-blocked': ['bad', 'skipped'] };
/** Milliseconds, from the button on: nobody has to answer a question here. */
const LONGEST = 10_000;

for (const kind of ['chromium', 'firefox'])
  describe(`the check in ${kind}`, { skip }, () => {
    let street, installation, browser;
    before(async () => {
      street = Street.build();
      installation = await Installation.start({ host: NAME, addresses: [SERVER], port: 443, stunPorts: [3478, 3479], namespace: street.name('server') });
      browser = await Browser.start({ kind, ca: installation.ca, colour: 'red', namespace: street.name('guest') });
    });
    after(async () => {
      await browser?.stop();
      await installation?.stop();
      street?.clear();
    });

    for (const [router, [server, mapping]] of Object.entries(FOUND))
      it(`finds a router that is ${router}, within 10 s`, async () => {
        street.router('guest', router);
        const screen = await Screen.of(browser);
        try {
          await screen.open(`${installation.origin}/check`);
          await screen.click('trial-begin');
          const begun = Date.now();
          await screen.see('trial-code');

          assert.ok(Date.now() - begun < LONGEST, `${Date.now() - begun} ms`);
          const found = await screen.page.$$eval(`${part('trial-steps')} [data-step]`, (steps) => Object.fromEntries(steps.map(({ dataset }) => [dataset.step, dataset.state])));
          assert.deepEqual([found.browser, found.camera, found.connection, found.server, found.router], ['good', 'good', 'good', server, mapping]);
        } catch (error) {
          await leaveEvidence(`the check in ${kind} behind ${router}`, { guest: screen });
          throw error;
        } finally {
          await screen.page.close();
        }
      });
  });
