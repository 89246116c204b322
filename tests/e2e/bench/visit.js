// How long a patient waits: from going on to its name at the doctor's, and from the doctor's click to the first picture, over lines of several lengths.
// Beside it, in the same browsers and turn by turn, a plain client (plain/): join, then offer, then gather.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { Browser } from '../harness/browser.js';
import { freePort, Installation } from '../harness/installation.js';
import { Doctor, Guest } from '../harness/people.js';
import { part } from '../harness/screen.js';
import { until } from '../harness/until.js';
import { NAME, SERVER, Street } from '../net/street.js';

const DELAYS = (process.env.DELAYS ?? '0,50,150').split(',').map(Number);
const ROUNDS = Number(process.env.ROUNDS ?? 5);
const KIND = process.env.BROWSER ?? 'chromium';
/** Each measure's bound: round trips between any two, and milliseconds on top. */
const BOUNDS = { 'going on → name at the doctor’s': [6, 300], 'admission → first picture at the patient’s': [0.5, 150] };

const street = await Street.buildOnWire();
const installation = await Installation.start({ host: NAME, addresses: [SERVER], port: 443, stunPorts: [3478, 3479], namespace: street.name('server') });
const plainPort = await freePort();
const plain = spawn('ip', ['netns', 'exec', street.name('server'), process.execPath, new URL('plain/server.js', import.meta.url).pathname, installation.folder, SERVER, String(plainPort), installation.stunUrls().join()], {
  stdio: ['ignore', 'pipe', 'inherit'],
});
await once(plain.stdout, 'data');
const browsers = await Promise.all([
  Browser.start({ kind: KIND, ca: installation.ca, colour: 'blue', namespace: street.name('doctor') }),
  Browser.start({ kind: KIND, ca: installation.ca, colour: 'red', namespace: street.name('guest') }),
]);
const doctor = await Doctor.of(browsers[0]);
await doctor.enrols(await installation.enrolmentLink('Praxis am Finkenweg'));
// The practice has its picture on the console open; it stays so from one patient to the next. (The plain client's camera is open as well.)
await doctor.click('own-open');
await doctor.see('own-picture');

const runs = { visite: visite, plain: plainly };
const results = [];
let failed = 0;
try {
  for (const delay of DELAYS) {
    // A frame passes two lines: the sender's and the receiver's.
    street.line('all', `delay-ms ${delay / 2}`);
    const taken = { visite: [], plain: [] };
    for (let round = 0; round <= ROUNDS; round++) {
      for (const name of round % 2 === 0 ? ['visite', 'plain'] : ['plain', 'visite']) {
        const times = await measured(name);
        // The first of each warms caches.
        if (round > 0) taken[name].push(times);
      }
    }
    results.push({ delay, taken });
  }
  report(results);
} finally {
  await Promise.all(browsers.map((browser) => browser.stop()));
  plain.kill();
  await installation.stop();
  street.clear();
}

/** The plain client does not always get through; then it is asked again, and the report says how often. */
async function measured(name) {
  for (let failures = 0; ; failures++) {
    try {
      return await runs[name]();
    } catch (error) {
      if (name !== 'plain' || failures === 3) throw error;
      failed += 1;
    }
  }
}

/** One visit of ours. */
async function visite() {
  const { room, link } = await doctor.arrangesNow();
  const guest = await Guest.of(browsers[1]);
  try {
    const size = await transferred(guest, () => guest.open(link));
    await guest.see('name-input');
    if (await guest.page.$(part('check-media'))) await guest.click('check-media');
    await guest.see('own-preview');
    await guest.type('name-input', 'Anna M.');
    // A quick person types five letters a second.
    await new Promise((done) => setTimeout(done, 1_400));
    await guest.page.evaluate(markClick, part('check-continue'));
    await doctor.page.evaluate(markSight, `${doctor.item(room)} ${part('guest-name')}`);
    await guest.click('check-continue');
    await doctor.seesGuest(room, 'Anna M.');
    const name = (await doctor.page.evaluate(() => window.marks.sight)) - (await guest.page.evaluate(() => window.marks.click));

    await doctor.page.evaluate(markClick, `${doctor.item(room)} ${part('admit')}`);
    for (const side of [doctor, guest]) await side.page.evaluate(markFrame, part('remote-video'));
    // No asking meanwhile: that would be work for the same cores.
    const shown = (side) => side.page.evaluate(() => window.marks.frame);
    const [atDoctor, atGuest] = await Promise.all([shown(doctor), shown(guest), doctor.admits(room)]);
    const click = await doctor.page.evaluate(() => window.marks.click);
    await guest.hangsUp();
    await doctor.backAtTheList();
    return { 'going on → name at the doctor’s': name, 'admission → first picture at the patient’s': atGuest - click, 'admission → first picture at the doctor’s': atDoctor - click, ...size };
  } finally {
    await guest.page.close();
  }
}

/** The same with the plain client, which has no admission: joining is all. */
async function plainly() {
  const origin = `https://${NAME}:${plainPort}/`;
  const [first, second] = await Promise.all(browsers.map((browser) => browser.person()));
  try {
    await first.goto(`${origin}?first`);
    await first.waitForSelector('#joined');
    await second.goto(origin);
    await second.waitForSelector('#ready');
    await second.click('button');
    const of = (page, name) => until(name, () => page.evaluate((name) => window.marks[name], name), 10);
    const [click, name, atFirst, atSecond] = await Promise.all([of(second, 'click'), of(first, 'name'), of(first, 'frame'), of(second, 'frame')]);
    return { 'joining → name at the other’s': name - click, 'joining → first picture at the one who joins': atSecond - click, 'joining → first picture at the other’s': atFirst - click };
  } finally {
    await Promise.all([first.close(), second.close()]);
  }
}

/** What the guest's first screen has cost; only Chromium tells. */
async function transferred(guest, act) {
  if (KIND !== 'chromium') {
    await act();
    return {};
  }
  const session = await guest.page.createCDPSession();
  const bytes = new Map();
  let document;
  session.on('Network.requestWillBeSent', ({ requestId, type, request }) => {
    if (type === 'Document' && request.url.includes('/v/')) document = requestId;
  });
  session.on('Network.loadingFinished', ({ requestId, encodedDataLength }) => bytes.set(requestId, encodedDataLength));
  await session.send('Network.enable');
  await act();
  await guest.see('name-input');
  const size = { 'first answer, bytes': bytes.get(document), 'first screen, bytes': [...bytes.values()].reduce((sum, one) => sum + one, 0) };
  await session.detach();
  return size;
}

// --- In the pages ---

function markClick(selector) {
  window.marks = { ...window.marks, click: undefined };
  const note = (event) => {
    if (!event.target.closest?.(selector)) return;
    window.marks.click = performance.timeOrigin + event.timeStamp;
    document.removeEventListener('click', note, true);
  };
  document.addEventListener('click', note, true);
}

function markSight(selector) {
  window.marks = { ...window.marks, sight: undefined };
  const look = () => {
    if (!document.querySelector(selector)?.textContent) return;
    window.marks.sight = performance.timeOrigin + performance.now();
    observer.disconnect();
  };
  const observer = new MutationObserver(look);
  observer.observe(document.body, { subtree: true, childList: true, characterData: true });
  look();
}

/** `marks.frame` becomes when the first frame of that video was decoded and handed on to be drawn. */
function markFrame(selector) {
  const frame = new Promise((resolve) => {
    const look = () => {
      const video = document.querySelector(selector);
      if (!video) return;
      observer.disconnect();
      video.requestVideoFrameCallback((_, { presentationTime }) => resolve(performance.timeOrigin + presentationTime));
    };
    const observer = new MutationObserver(look);
    observer.observe(document.body, { subtree: true, childList: true });
    look();
  });
  window.marks = { ...window.marks, frame };
}

// --- The report ---

function report(results) {
  console.log(`${KIND}, ${ROUNDS} rounds each, medians (least–most); delay each way between any two`);
  if (failed > 0) console.log(`the plain client did not get through ${failed} times`);
  for (const client of ['visite', 'plain']) {
    for (const measure of Object.keys(results[0].taken[client][0])) {
      const medians = results.map(({ taken }) => median(taken[client].map((times) => times[measure])));
      if (measure.endsWith('bytes')) {
        console.log(`${client.padEnd(7)} ${measure}: ${medians[0]}`);
        continue;
      }
      const cells = results.map(({ delay, taken }, at) => {
        const all = taken[client].map((times) => times[measure]).sort((a, b) => a - b);
        return `${delay} ms: ${Math.round(medians[at])} (${Math.round(all[0])}–${Math.round(all.at(-1))})`;
      });
      const trips = (medians.at(-1) - medians[0]) / (2 * (DELAYS.at(-1) - DELAYS[0]));
      console.log(`${client.padEnd(7)} ${measure}: ${cells.join(' · ')} · ${trips.toFixed(1)} round trips`);
      const bound = client === 'visite' && BOUNDS[measure];
      if (bound) console.log(`        bound ${bound[0]} round trips + ${bound[1]} ms: ${results.map(({ delay }, at) => (medians[at] <= bound[0] * 2 * delay + bound[1] ? 'kept' : `missed by ${Math.round(medians[at] - bound[0] * 2 * delay - bound[1])} ms`)).join(' · ')}`);
    }
  }
}

function median(values) {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)];
}
