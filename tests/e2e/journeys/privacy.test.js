// case_47: a whole visit, watched from outside: no other host is asked, no cookie is set, the fragment is in no request.
import assert from 'node:assert/strict';
import { journey } from '../harness/journey.js';
import { Proxy } from '../harness/proxy.js';
import { part } from '../harness/screen.js';
import { Stage } from '../harness/stage.js';

journey('case_47: a visit through a logging proxy', {
  prepare: async () => {
    const proxy = await Proxy.start();
    const through = { arguments: [`--proxy-server=127.0.0.1:${proxy.port}`, '--proxy-bypass-list=<-loopback>'] };
    const stage = await Stage.set('chromium', 'chromium', { doctorArguments: through, guestArguments: through });
    const watched = [await watch(stage.doctor.page), await watch(stage.guest.page)];
    return Object.assign(stage, { proxy, watched });
  },
  cleanUp: async (stage) => {
    await stage.strike();
    stage.proxy.stop();
  },
  steps: (step) => {
    step('they meet, chat, send a file and part', async (stage) => {
      const { doctor, guest } = stage;
      Object.assign(stage, await stage.meet('Marker Markerson'));
      await Promise.all([doctor.seesPictures('red'), guest.seesPictures('blue')]);
      await guest.says('marker-of-the-chat');
      await doctor.hasRead('marker-of-the-chat');
      await guest.receives(await doctor.sends('marker-of-the-file.bin', 1000));
      await guest.hangsUp();
      await doctor.gone('call');
    });

    step('the browsers asked this one host', ({ proxy, installation }) => {
      const own = new URL(installation.origin).host;
      const others = proxy.asked.filter((host) => host !== own && !BROWSERS_OWN.test(host));
      assert.deepEqual(others, []);
      assert.ok(proxy.asked.includes(own));
    });

    step('the page asked its own origin for everything', ({ watched, installation }) => {
      for (const { requests } of watched) {
        const foreign = requests.filter(({ url }) => !/^(data|blob):/.test(url) && new URL(url).host !== new URL(installation.origin).host);
        assert.deepEqual(foreign, []);
        assert.ok(requests.length > 3);
      }
    });

    step('the STUN servers are the installation’s own', async ({ doctor, installation }) => {
      const urls = await doctor.page.evaluate(() => window.probe.peers.flatMap((peer) => peer.getConfiguration().iceServers ?? []).flatMap(({ urls }) => urls));
      for (const url of urls) assert.equal(url.split(':')[1], installation.host);
    });

    step('nothing of the fragment, the names and the words is in any request or frame', ({ watched, link }) => {
      const fragment = link.split('#')[1];
      const markers = [fragment, fragment.slice(2, 40), 'Marker Markerson', 'marker-of-the-chat', 'marker-of-the-file'];
      for (const { everything } of watched) for (const marker of markers) assert.ok(!everything().includes(marker), marker);
    });

    step('the fragment is gone from the address bar', async ({ guest }) => {
      assert.equal(new URL(guest.page.url()).hash, '');
    });

    step('there is no cookie, and the guest’s browser keeps nothing', async ({ watched, doctor, guest }) => {
      for (const { cookies } of watched) assert.deepEqual(cookies, []);
      for (const side of [doctor, guest]) assert.equal(await side.page.evaluate(() => document.cookie), '');
      const kept = await guest.page.evaluate(async () => ({
        session: sessionStorage.length,
        local: localStorage.length,
        databases: (await indexedDB.databases()).length,
        caches: (await caches.keys()).length,
        files: (await Array.fromAsync((await navigator.storage.getDirectory()).keys())).length,
        workers: (await navigator.serviceWorker.getRegistrations()).length,
      }));
      assert.deepEqual(kept, { session: 0, local: 0, databases: 0, caches: 0, files: 0, workers: 0 });
      await guest.see('notice');
      assert.equal(await guest.page.$(part('call')), null);
    });
  },
});

/** Everything that a page sends and is answered, by the browser's own debugging interface. */
async function watch(page) {
  const requests = [];
  const cookies = [];
  const frames = [];
  const cdp = await page.createCDPSession();
  await cdp.send('Network.enable');
  cdp.on('Network.requestWillBeSent', ({ request }) => requests.push({ url: request.url, headers: request.headers, body: request.postData ?? '' }));
  cdp.on('Network.requestWillBeSentExtraInfo', ({ headers, associatedCookies }) => {
    requests.push({ url: 'data:,headers', headers });
    cookies.push(...associatedCookies);
  });
  cdp.on('Network.responseReceivedExtraInfo', ({ headers }) => cookies.push(...Object.keys(headers).filter((name) => /^set-cookie$/i.test(name))));
  cdp.on('Network.webSocketFrameSent', ({ response }) => frames.push(response.payloadData));
  return { requests, cookies, everything: () => JSON.stringify(requests) + frames.join('\n') };
}

/** What Chromium itself asks for in the background, whatever page is shown. */
const BROWSERS_OWN = /(^|\.)(google|googleapis|gvt1|gstatic)\.com(:\d+)?$/;
