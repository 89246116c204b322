// The proof: after a whole visit nothing that is said, shown, sent or agreed upon is anywhere in the three daemons: memory, logs at their most talkative,
// database, gRPC, packets. And something planted is found in each of these places, or the search would have seen nothing.
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { connect } from 'node:tls';
import { promisify } from 'node:util';
import { Capture } from '../harness/capture.js';
import { Installation } from '../harness/installation.js';
import { journey } from '../harness/journey.js';
import { part } from '../harness/screen.js';
import { Stage } from '../harness/stage.js';
import { until } from '../harness/until.js';
import { BY_DESIGN } from './by-design.js';
import { ofTheConnections, ofTheLink } from './markers.js';
import { addressesIn, filesBelow, memoryOf } from './places.js';
import { Search } from './search.js';

const DAEMONS = ['session-d', 'signal-d', 'stun-d'];

for (const [doctorKind, guestKind] of [
  ['chromium', 'firefox'],
  ['firefox', 'chromium'],
]) {
  journey(`${doctorKind} calls ${guestKind}, and the machines`, {
    prepare: () => watched(doctorKind, guestKind),
    cleanUp: async (stage) => {
      await stage.servers.stop();
      await stage.path.stop();
      await stage.strike();
    },
    steps,
  });
}

function steps(step) {
  step('are watched while the two meet, talk, write and send', async (stage) => {
    const { doctor, guest, secrets } = stage;
    await asksForConsent(doctor, secrets['text of the consent']);
    Object.assign(stage, await doctor.arranges({ label: secrets.label }));
    await guest.open(stage.link);
    await consents(guest, secrets);
    await doctor.seesGuest(stage.room, secrets.name);
    await doctor.admits(stage.room);
    await Promise.all([doctor.inCall(), guest.inCall()]);
    await Promise.all([doctor.seesPictures('red'), guest.seesPictures('blue')]);
    for (const [one, other, words] of [[guest, doctor, secrets['chat of the guest']], [doctor, guest, secrets['chat of the doctor']]]) {
      await one.says(words);
      await other.hasRead(words);
    }
    await guest.sendsAs(secrets['file name'], 'text/plain', `${secrets['file content']}\n`.repeat(200));
    await guest.sendsAs(secrets['photo name'], 'image/jpeg', `${secrets['photo']}\n`.repeat(200));
    await until('both have come', async () => (await doctor.page.$$(`${part('file')}[data-from="peer"][data-state="done"]`)).length === 2);
  });

  step('hold nothing of it during the call', async (stage) => {
    const { search, link, secrets, planted } = stage;
    for (const [name, what] of [...Object.entries(secrets), ...ofTheLink(link), ...(await ofTheConnections(stage))]) search.add(name, what);
    for (const [place, text] of Object.entries(planted)) search.add(`planted in ${place}`, text);
    const plants = await plant(stage);

    const found = inMemory(stage);
    plants.clear();

    assertNothing(found);
    for (const daemon of DAEMONS) assert.ok(has(found, `memory of ${daemon}`, `planted in ${daemon}`), `what was planted in ${daemon} is found in its memory`);
  });

  step('hold nothing of it after it', async (stage) => {
    await stage.guest.hangsUp();
    await stage.guest.notice('hung-up');
    await stage.doctor.backAtTheList();

    assertNothing(inMemory(stage));
  });

  step('have written nothing of it into their logs, which tell everything', (stage) => {
    const logs = Object.fromEntries(DAEMONS.map((daemon) => [daemon, readFileSync(stage.installation.logOf(daemon))]));
    const found = DAEMONS.flatMap((daemon) => look(stage, `log of ${daemon}`, [logs[daemon]]));

    assertNothing(found);
    // What each logs by design, and that the most talkative level was on.
    assert.ok(logs['session-d'].includes(`room created room=${stage.room}`) && logs['session-d'].includes(' TRACE '));
    assert.ok(logs['signal-d'].includes(' TRACE Connection{peer=Server}'));
    assert.ok(logs['stun-d'].includes(' INFO ready'));
  });

  step('have written nothing of it onto the disk', (stage) => {
    const files = filesBelow(join(stage.installation.folder, 'session'));
    const found = files.flatMap(({ name, bytes }) => look(stage, `disk: ${name}`, [bytes]));

    assertNothing(found);
    assert.ok(files.some(({ name }) => name.endsWith('-wal')) && files.some(({ name }) => name.endsWith('-shm')), `${files.map(({ name }) => name)}`);
    assert.ok(found.some(({ place, name }) => place.startsWith('disk') && name === "the practice's name"));
  });

  step('have said nothing of it to each other', (stage) => {
    const found = look(stage, 'gRPC', stage.installation.tap.heard);

    assertNothing(found);
    assert.ok(has(found, 'gRPC', "the practice's name"));
  });

  step('and nothing of it was to be read on their ports', (stage) => {
    const found = look(stage, 'packets of the public ports', [stage.servers.read()]);

    assertNothing(found);
    for (const daemon of ['signal-d', 'stun-d']) assert.ok(has(found, 'packets of the public ports', `planted in packets to ${daemon}`), daemon);
  });

  step('nor on the way between the browsers, but for what ICE says in clear', (stage) => {
    const found = look(stage, 'packets between the browsers', [stage.path.read()]);

    assertNothing(found);
    assert.ok(found.some(({ name }) => name.startsWith('ufrag')), 'the checks of ICE are seen');
  });

  step('no address of anybody is in a log or on the disk', ({ installation }) => {
    const texts = [...DAEMONS.map((daemon) => readFileSync(installation.logOf(daemon))), ...filesBelow(join(installation.folder, 'session')).map(({ bytes }) => bytes)];

    assert.deepEqual(texts.flatMap((bytes) => addressesIn(bytes.toString('latin1'))), []);
  });
}

async function asksForConsent(doctor, title) {
  await doctor.click('settings-open');
  await doctor.click('policy-required');
  await doctor.type('settings-text-title', title);
  await doctor.click('consent-settings-save');
  await doctor.reads(`${part('consent-settings')} ${part('notice')}`, 'settings-saved', 'data-code');
  await doctor.click('settings-back');
}

async function consents(guest, { name, signature }) {
  for (const item of ['video', 'photo', 'file']) await guest.click(`consent-${item}-yes`);
  await guest.type('name-input', name);
  await guest.click('consent-signature-swap');
  await guest.type('consent-typed', signature);
  await guest.click('consent-give');
  await guest.click('check-continue');
}

async function watched(doctorKind, guestKind) {
  const installation = await Installation.start({ tap: true, log: 'trace' });
  const { folder, port, stunPorts } = installation;
  const ours = `tcp port ${port} or ${stunPorts.map((port) => `udp port ${port}`).join(' or ')}`;
  const servers = await Capture.start(join(folder, 'servers.pcap'), ours);
  const path = await Capture.start(join(folder, 'path.pcap'), `udp and not port 53 and not (${ours})`);
  await servers.isListening(stunPorts[0]);
  await path.isListening(9);
  const stage = await Stage.set(doctorKind, guestKind, { installation });
  const search = new Search().add("the practice's name", 'Praxis am Finkenweg');
  const planted = Object.fromEntries([...DAEMONS, 'packets to signal-d', 'packets to stun-d'].map((place) => [place, `planted-${token()}`]));
  return Object.assign(stage, { servers, path, search, planted, secrets: secrets() });
}

/** What the two tell each other: all of it with letters that every way of writing has to do something about. */
function secrets() {
  return {
    name: `Änne "${token()}" Märker`,
    label: `Hüfte? ${token()}`,
    'chat of the guest': `Schmerzen: ${token()} & Übelkeit`,
    'chat of the doctor': `Täglich 2 × ${token()}`,
    'file name': `Befund-${token()}.txt`,
    'file content': `Größe ${token()} / Gewicht`,
    'photo name': `Foto-${token()}.jpg`,
    photo: `JFIF ${token()} ÿØÿà`,
    'text of the consent': `Einwilligung für ${token()}`,
    signature: `Ännchen ${token()}`,
  };
}

/** Leaves something in the hands of each daemon: in a query, in a request that is not finished, in the end of a datagram which shorter ones don't overwrite. */
async function plant({ planted, installation }) {
  const { port, host, stunPorts } = installation;
  await installation.visite('practice', 'add', planted['session-d']);
  const line = connect({ port, host, servername: planted['packets to signal-d'], rejectUnauthorized: false, ALPNProtocols: ['http/1.1'] });
  await once(line, 'secureConnect');
  line.write(`GET / HTTP/1.1\r\nHost: ${host}\r\nX-Planted: ${planted['signal-d']}`);
  const socket = createSocket('udp4');
  const datagram = `${'.'.repeat(300)}${planted['packets to stun-d']}${planted['stun-d']}`;
  await Promise.all(stunPorts.map((port) => promisify(socket.send.bind(socket))(datagram, port, '127.0.0.1')));
  return {
    clear: () => {
      line.destroy();
      socket.close();
    },
  };
}

/** Whatever is looked for, in the memory of all three. */
function inMemory(stage) {
  return DAEMONS.flatMap((daemon) => look(stage, `memory of ${daemon}`, memoryOf(stage.installation.running.get(daemon))));
}

function look({ search }, place, chunks) {
  return search.in(chunks).map((hit) => ({ place, ...hit }));
}

function assertNothing(found) {
  const isMeant = ({ place, name }) => /^planted|^the practice's name$/.test(name) || BY_DESIGN.some((known) => known.place.test(place) && known.name.test(name));
  const leaks = found.filter((hit) => !isMeant(hit)).map(({ place, name, as, around }) => `${place}: ${name}, as ${as}: ${around}`);
  assert.deepEqual(leaks, []);
}

function has(found, where, what) {
  return found.some(({ place, name }) => place === where && name === what);
}

function token() {
  return randomBytes(9).toString('base64url').replaceAll(/[-_]/g, 'x');
}
