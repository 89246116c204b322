// Two homes whose networks let nothing through directly, or that are not to see each other's address: the operator's relay carries the visit, where the practice allows it.
import assert from 'node:assert/strict';
import { before, describe } from 'node:test';
import { part } from '../harness/screen.js';
import { homes, learnThatThereIsNoPath, meet, meetDirectly } from './homes.js';
import { SERVER } from './street.js';

const skip = process.getuid() !== 0 && 'needs root: network namespaces';

describe('direct only, beside a relay that nobody has allowed', { skip }, () => {
  const scene = homes({ doctorKind: 'chromium', guestKind: 'firefox', relay: true });

  scene.tells('two symmetric routers: no path, both know, and neither browser has heard of a relay', async ({ street, doctor, guest }) => {
    street.router('doctor', 'symmetric');
    street.router('guest', 'symmetric');

    await learnThatThereIsNoPath(doctor, guest);

    for (const side of [doctor, guest]) assert.deepEqual((await servers(side)).filter((url) => url.startsWith('turn')), []);
  });
});

for (const [doctorKind, guestKind] of [
  ['chromium', 'firefox'],
  ['firefox', 'chromium'],
])
  describe(`the relay where it is needed: a doctor in ${doctorKind}, a guest in ${guestKind}`, { skip }, () => {
    const scene = homes({ doctorKind, guestKind, relay: true });
    before(() => scene.doctor.allowsRelay('if-needed'));

    scene.tells('two port-restricted routers: they see each other directly, as before', ({ doctor, guest }) => meetDirectly(doctor, guest));

    scene.tells('two symmetric routers: they see each other, and both pages say how', async ({ street, doctor, guest }) => {
      street.router('doctor', 'symmetric');
      street.router('guest', 'symmetric');

      await meet(doctor, guest, () => bothAreRelayed(doctor, guest));
    });

    scene.tells('a guest whose network lets only pages out: by TLS, on the port of pages', async ({ street, doctor, guest }) => {
      street.router('doctor', 'port-restricted');
      street.router('guest', 'web-only');

      await meet(doctor, guest, async () => {
        await bothAreRelayed(doctor, guest);
        assert.deepEqual(await relays(guest), ['tls']);
      });
    });

    scene.tells('a doctor whose network lets only pages out', async ({ street, doctor, guest }) => {
      street.router('doctor', 'web-only');
      street.router('guest', 'port-restricted');

      await meet(doctor, guest, () => bothAreRelayed(doctor, guest));
    });
  });

for (const [doctorKind, guestKind] of [
  ['chromium', 'firefox'],
  ['firefox', 'chromium'],
])
  describe(`the relay alone: a doctor in ${doctorKind}, a guest in ${guestKind}`, { skip }, () => {
    const scene = homes({ doctorKind, guestKind, relay: true });
    before(() => scene.doctor.allowsRelay('only'));

    scene.tells('two routers that would let them meet directly: they are relayed, and nothing that comes to the guest names the doctor’s address', async ({ street, doctor, guest }) => {
      street.router('doctor', 'full-cone');
      street.router('guest', 'full-cone');
      await guest.page.evaluateOnNewDocument(noteWhatComes);

      await meet(doctor, guest, async () => {
        await bothAreRelayed(doctor, guest);
        const { told, seen } = await guest.page.evaluate(whatCame);
        assert.ok(told.some((text) => text.includes(` ${SERVER} `)), 'the relay’s own address is among what came');
        for (const text of told) assert.doesNotMatch(text, /10\.1\.0\.2|203\.0\.113\.101|\.local/);
        assert.deepEqual(seen, [SERVER]);
      });
    });
  });

/** What the pages say, and what the browsers do. */
async function bothAreRelayed(doctor, guest) {
  for (const side of [doctor, guest]) {
    assert.ok((await side.media()).path.includes('relay'), `${side.browser.kind}: ${(await side.media()).path}`);
    await side.reads(part('path-badge'), 'relayed', 'data-path');
  }
}

/** Of all connections that the page has made. */
function servers({ page }) {
  return page.evaluate(() => window.probe.peers.flatMap((peer) => (peer.getConfiguration().iceServers ?? []).flatMap(({ urls }) => urls)));
}

/** Over what the browser reaches the relay that its media go by. */
function relays({ page }) {
  return page.evaluate(async () => {
    const stats = (await Promise.all(window.probe.peers.filter(({ connectionState }) => connectionState === 'connected').map((peer) => peer.getStats()))).flatMap((report) => [...report.values()]);
    return [...new Set(stats.filter(({ type, candidateType }) => type === 'local-candidate' && candidateType === 'relay').map(({ relayProtocol }) => relayProtocol))];
  });
}

/** In the guest's page, before its own scripts: all that the other side says of where it is. */
function noteWhatComes() {
  window.told = [];
  const { addIceCandidate, setRemoteDescription } = RTCPeerConnection.prototype;
  RTCPeerConnection.prototype.addIceCandidate = function (candidate) {
    window.told.push(candidate?.candidate ?? '');
    return addIceCandidate.call(this, candidate);
  };
  RTCPeerConnection.prototype.setRemoteDescription = function (description) {
    window.told.push(description.sdp);
    return setRemoteDescription.call(this, description);
  };
}

/** What was told, and the addresses that the browser itself has seen the other under. */
async function whatCame() {
  const reports = await Promise.all(window.probe.peers.filter(({ connectionState }) => connectionState === 'connected').map((peer) => peer.getStats()));
  const remote = reports.flatMap((report) => [...report.values()]).filter(({ type }) => type === 'remote-candidate');
  return { told: window.told, seen: [...new Set(remote.map(({ address, ip }) => address ?? ip))] };
}
