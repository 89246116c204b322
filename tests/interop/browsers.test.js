// Chromium, Firefox and GStreamer, allowed nothing but the relay (`iceTransportPolicy: 'relay'`), over each way to it: what one end of a page says and shows comes to the other.
// In a home of its own behind a router, since Firefox asks no relay on the loopback, and since TLS is to be on 443 (root, iproute2, nftables).
import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { execFile, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { promisify } from 'node:util';
import { makeCertificates } from '../e2e/harness/authority.js';
import { Browser } from '../e2e/harness/browser.js';
import { BINARIES } from '../e2e/harness/installation.js';
import { NAME, SERVER, Street } from '../e2e/net/street.js';

const run = promisify(execFile);
const SECRET = 'a secret of this test alone';
// By its address where no certificate asks for a name: the homes have no DNS.
const WAYS = [
  { way: 'udp', url: `turn:${SERVER}:3478?transport=udp` },
  { way: 'tcp', url: `turn:${SERVER}:3478?transport=tcp` },
  { way: 'tls', url: `turns:${NAME}:443?transport=tcp` },
];
const DOCTOR = '10.1.0.2';
const skip = process.getuid() !== 0 && 'needs root: network namespaces';

/** One of the operator's secret, for ten minutes. */
function credential() {
  const username = `${Math.floor(Date.now() / 1_000) + 600}:guest`;
  return { username, credential: createHmac('sha1', SECRET).update(username).digest('base64') };
}

function hasGstreamer() {
  const asks = "import gi; gi.require_version('GstWebRTC', '1.0'); from gi.repository import Gst; Gst.init(None); assert Gst.ElementFactory.find('nicesrc') and Gst.ElementFactory.find('sctpenc')";
  return spawnSync('/usr/bin/python3', ['-c', asks], { stdio: 'ignore' }).status === 0;
}

const NO_GSTREAMER = !hasGstreamer() && 'needs gir1.2-gst-plugins-bad-1.0, gstreamer1.0-nice, python3-gi';

describe('case_15 who may use nothing but the relay', { skip }, () => {
  const folder = mkdtempSync(join(tmpdir(), 'visite-interop-'));
  let street, server;

  before(async () => {
    street = Street.build();
    makeCertificates(folder, [NAME]);
    writeFileSync(join(folder, 'secret'), SECRET);
    const file = (name) => JSON.stringify(join(folder, name));
    writeFileSync(
      join(folder, 'stun-d.toml'),
      `listen = ["${SERVER}:3478"]
[tls]
listen = ["${SERVER}:443"]
cert = ${file('server.pem')}
key = ${file('server.key')}
[turn]
relay = ["${SERVER}"]
secret_file = ${file('secret')}
`,
    );
    server = spawn('ip', ['netns', 'exec', street.name('server'), join(BINARIES, 'stun-d'), '--config', join(folder, 'stun-d.toml')], { stdio: ['ignore', 'ignore', 'pipe'] });
    // Its first line says that it is ready.
    await once(server.stderr, 'data');
  });

  after(() => {
    server?.kill();
    street?.clear();
    rmSync(folder, { recursive: true, force: true });
  });

  for (const kind of ['chromium', 'firefox'])
    for (const { way, url } of WAYS)
      it(`${kind} over ${way}`, { timeout: 120_000 }, async (t) => {
        const browser = await Browser.start({ kind, ca: join(folder, 'ca.pem'), colour: 'red', namespace: street.name('doctor') });
        t.after(() => browser.stop());
        const page = await browser.page();

        const seen = await page.evaluate(meet, { urls: url, ...credential() });

        assert.equal(seen.heard, 'hello');
        assert.deepEqual(seen.pair, ['relay', 'relay']);
        assert.equal(seen.way, way);
        assert.ok(seen.frames >= 10, `${seen.frames} frames`);
      });

  for (const way of ['udp', 'tcp'])
    it(`GStreamer's webrtcbin (libnice) over ${way}`, { timeout: 60_000, skip: NO_GSTREAMER }, async () => {
      const { username, credential: password } = credential();
      const script = join(import.meta.dirname, 'webrtcbin.py');
      const { stdout } = await run('ip', ['netns', 'exec', street.name('doctor'), '/usr/bin/python3', script, `${SERVER}:3478`, username, password, way]);
      assert.equal(stdout.trim(), 'relay hello');
    });

  // libnice 0.1.21 speaks no TLS to a relay: it sends plain STUN to a `turns:` server.
  it("GStreamer's webrtcbin over tls, lent by a tunnel as stunnel would", { timeout: 60_000, skip: NO_GSTREAMER }, async (t) => {
    const inside = ['netns', 'exec', street.name('doctor')];
    const tunnel = spawn('ip', [...inside, process.execPath, join(import.meta.dirname, 'tunnel.js'), DOCTOR, NAME, '443', join(folder, 'ca.pem')], { stdio: ['ignore', 'pipe', 'inherit'] });
    t.after(() => tunnel.kill());
    const [port] = await once(tunnel.stdout, 'data');
    const { username, credential: password } = credential();
    const script = join(import.meta.dirname, 'webrtcbin.py');
    const { stdout } = await run('ip', [...inside, '/usr/bin/python3', script, `${DOCTOR}:${String(port).trim()}`, username, password, 'tcp']);
    assert.equal(stdout.trim(), 'relay hello');
  });
});

/** In the page: two ends that meet by the relay alone, with a data channel and a moving picture. */
async function meet(server) {
  const ends = [0, 1].map(() => new RTCPeerConnection({ iceServers: [server], iceTransportPolicy: 'relay' }));
  ends.forEach((end, at) => end.addEventListener('icecandidate', ({ candidate }) => candidate && ends[1 - at].addIceCandidate(candidate)));
  const errors = [];
  for (const end of ends) end.addEventListener('icecandidateerror', ({ url, errorCode, errorText }) => errors.push(`${url} ${errorCode} ${errorText}`));
  const [one, other] = ends;

  const canvas = Object.assign(document.createElement('canvas'), { width: 320, height: 240 });
  const brush = canvas.getContext('2d');
  let hue = 0;
  setInterval(() => {
    brush.fillStyle = `hsl(${(hue += 20)} 100% 50%)`;
    brush.fillRect(0, 0, 320, 240);
  }, 40);
  for (const track of canvas.captureStream(25).getTracks()) one.addTrack(track);
  const channel = one.createDataChannel('words');
  channel.addEventListener('open', () => channel.send('hello'));
  const heard = new Promise((resolve) => other.addEventListener('datachannel', ({ channel }) => channel.addEventListener('message', ({ data }) => resolve(data))));

  await one.setLocalDescription();
  await other.setRemoteDescription(one.localDescription);
  await other.setLocalDescription();
  await one.setRemoteDescription(other.localDescription);

  const states = () => ends.map((end) => `${end.connectionState} ${end.iceConnectionState} ${end.iceGatheringState}`);
  const words = await Promise.race([heard, new Promise((_, reject) => setTimeout(() => reject(new Error(`nothing is heard: ${states()} ${errors}`)), 40_000))]);
  let frames = 0;
  while (frames < 10) {
    await new Promise((resolve) => setTimeout(resolve, 100));
    for (const report of (await other.getStats()).values()) if (report.type === 'inbound-rtp') frames = Math.max(frames, report.framesDecoded ?? 0);
  }
  const reports = [...(await one.getStats()).values()];
  const find = (id) => reports.find((report) => report.id === id);
  const pair = reports.find((report) => report.type === 'candidate-pair' && report.nominated && report.state === 'succeeded' && report.bytesSent > 0);
  const [local, remote] = [find(pair.localCandidateId), find(pair.remoteCandidateId)];
  return { heard: words, frames, pair: [local.candidateType, remote.candidateType], way: local.relayProtocol };
}
