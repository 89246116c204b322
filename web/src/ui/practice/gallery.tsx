// The console in every state, for looking at: `npx vite`, then /gallery-practice.html?state=busy. Not part of the production build.

import { signal } from '@preact/signals';
import { render } from 'preact';
import { newRoom } from '../../practice/appointments.ts';
import { Console } from '../../practice/console.ts';
import { midnight } from '../../practice/form.ts';
import { aesKey, boardBytes, boardKey, identityPoint, labelBytes, makeDeviceKey, publicPoint, settingsBytes } from '../../practice/keys.ts';
import { keysOf, makeMaterial } from '../../practice/material.ts';
import { inCall, lobby, PretendLines, PretendServer, pretendDevices, type PretendVisit, pretendVisit } from '../../practice/pretend.ts';
import { sealSoftwareLabel } from '../../practice/software-label.ts';
import { type Device, type Newcomer, openBackup, Store } from '../../practice/store.ts';
import { drawTransferKey } from '../../practice/transfer.ts';
import { Vault } from '../../practice/vault.ts';
import { Verified } from '../../practice/verified.ts';
import { encodeBase64url } from '../../sealed/bytes.ts';
import { hkdfKey } from '../../sealed/crypto.ts';
import { issuerSecret, roomKey } from '../../sealed/links.ts';
import type { Phase } from '../../call/model.ts';
import { sealReply } from '../../consent/reply.ts';
import { type Seen, sealBoard } from '../../practice/board.ts';
import { afterwards, drawn, partOf, press } from '../gallery/press.ts';
import '../theme.css';
import { type Language, language } from '../text.ts';
import type { ConsolePlace, Place } from './entrance.ts';
import { showInvite } from './gallery-invite.tsx';
import { PracticePage } from './page.tsx';

/** All that there are. */
const STATES = [
  'stranger', 'no-store', 'enrolling', 'enrolling-added', 'waiting', 'keyless', 'keyless-staff', 'revoked',
  'empty', 'calm', 'busy', 'many', 'search', 'recovery', 'spare', 'staff', 'alone-staff', 'unreachable', 'ended', 'relay-missing', 'hour-open',
  'tell', 'hand-over', 'people', 'form', 'call', 'call-side',
  'settings', 'settings-bound', 'settings-staff', 'software-access', 'add',
  ...['new', 'moved', 'hour', 'interpreter'].flatMap((kind) => ['mail', 'sms', 'sheet', 'code'].map((way) => `invite-${kind}-${way}`)),
  // Without a link there is nothing to print.
  ...['cancelled', 'known'].flatMap((kind) => ['mail', 'sms'].map((way) => `invite-${kind}-${way}`)),
];

const wish = new URLSearchParams(location.search);
const state = wish.get('state') ?? 'busy';
language.value = (wish.get('language') ?? 'de') as Language;

const server = new PretendServer();
server.hasRelay = state === 'settings';
globalThis.fetch = server.fetch;
const material = await makeMaterial();
const doctorKeys = await keysOf(material);
const key = await makeDeviceKey();
const minute = 60_000;
const self = { id: 'd0'.repeat(16), name: 'Sprechzimmer 1', practice: server.practice, practiceName: server.practiceName, key };
const doctor: Device = { ...self, keys: doctorKeys };
server.addDevice({ id: self.id, name: self.name, created_at: Date.now() - 90 * 24 * 60 * minute });
const store = await Store.open();

const lines = new PretendLines();
const COLLEAGUE = 'c0'.repeat(16);
const phases: Phase[] = [];
const visits: PretendVisit[] = [];
const round = Math.floor(Date.now() / (5 * minute)) * 5 * minute;

const place = signal<Place>(await placeOf(state));
const app = document.getElementById('app');
const nothing = async () => {};
const entrance = { place, enrol: nothing, giveUp: nothing, startAfresh: nothing, recover: nothing, renewIdentity: nothing };
if (app)
  render(
    state === '' ? (
      <ul>
        {STATES.map((one) => (
          <li key={one}>
            <a href={`?state=${one}`}>{one}</a>
          </li>
        ))}
      </ul>
    ) : (
      <PracticePage entrance={entrance} />
    ),
    app,
  );
if (['settings', 'add', 'software'].some((one) => state.startsWith(one))) press('settings-open');
if (state === 'software-access') press('software-access');
if (state.startsWith('add')) press('add-device');
if (state === 'tell') press('tell-all');
if (state === 'hand-over') press('waiting-more', 'hand-over');
if (state === 'people') press('item-more', 'people');
if (state === 'form') press('new-appointment');
if (state === 'search') {
  press('search');
  afterwards(() => search('b'));
}
if (state === 'call-side') press('list-open');
if (state.startsWith('invite')) afterwards(() => showInvite(state));
if (state !== '') await drawn();

async function placeOf(name: string): Promise<Place> {
  const newcomer: Newcomer = { ...self, role: 'doctor', transfer: null, isPending: false };
  switch (name) {
    case 'stranger':
    case 'no-store':
      return { name };
    case 'enrolling':
      return { name, pending: { code: 'CODE', transfer: null, key }, former: null };
    case 'enrolling-added':
      return { name: 'enrolling', pending: { code: 'CODE', transfer: await hkdfKey(drawTransferKey()), key }, former: null };
    case 'waiting':
      return { name, newcomer, number: '482915' };
    case 'keyless':
      return { name, newcomer };
    case 'keyless-staff':
      return { name: 'keyless', newcomer: { ...newcomer, role: 'staff' } };
    case 'revoked':
      return { name, device: doctor };
    default:
      return consoleOf(name);
  }
}

async function consoleOf(name: string): Promise<ConsolePlace> {
  const visit = () => {
    const made = pretendVisit(phases.shift());
    visits.push(made);
    return made;
  };
  const surroundings = { origin: location.origin, language: language.value, local: pretendDevices(), visit, openLine: lines.openLine(self.id) };
  const console = await Console.open({ ...surroundings, device: doctor });
  await console.refresh();
  if (!['empty', 'recovery'].includes(name)) await fill(console, name);
  if (name === 'many') await fillMany(console);
  if (name === 'busy' || name === 'settings' || name === 'settings-staff' || name === 'software-access') await connect(console);
  if (name === 'busy') await book(console);
  await console.devices.refresh();
  await console.hours.refresh();
  if (name === 'unreachable') {
    server.isDown = true;
    await console.refresh();
  }
  if (name.startsWith('settings') || name === 'software-access' || name === 'hand-over' || name.startsWith('add')) addDevices();
  const backup = name.endsWith('-bound') ? { ...material, identity: null } : material;
  await store.keepBackup(await openBackup(backup));
  const vault = await Vault.of(store, doctor);
  if (!['recovery', 'settings', 'settings-bound'].includes(name)) await vault?.keep(await vault.makeFile('eins zwei drei vier'));
  const verified = await Verified.of(store);
  const [first] = console.appointments.value;
  if (first && name === 'busy') await verified.mark(first.room, 'AAAAAAAAAAAAAAAAAAAAAA');
  if (!name.endsWith('staff')) return { name: 'console', console, hasSpare: name === 'spare', vault, verified };
  console.dispose();
  return { name: 'console', console: await staffConsole(surroundings), hasSpare: false, vault: null, verified };
}

async function connect(console: Console): Promise<void> {
  await console.settings.load();
  if (console.identity) await console.settings.saveSoftware(['booking', 'klinik-portal'], console.identity);
}

/** An appointment that software has made, and whose guest waits. */
async function book(console: Console): Promise<void> {
  const room = newRoom();
  const key = await roomKey(await issuerSecret(doctorKeys.secret, 'booking'), room);
  const label = await sealSoftwareLabel(key, room, { text: 'L.B., Erstgespräch, online gebucht' });
  phases.push(lobby('Lena Brandt'));
  server.add({ id: room, issuer: 'booking', starts_at: round + 15 * minute, sealed_label: encodeBase64url(label), invites: [{ id: newRoom(), seat: 1, max_uses: 3, uses: 1, revoked: false, sha256: '' }] });
  await console.refresh();
}

async function staffConsole(surroundings: Omit<Parameters<typeof Console.open>[0], 'device'>): Promise<Console> {
  const keys = {
    role: 'staff' as const,
    labels: await aesKey(await labelBytes(doctorKeys)),
    settings: await aesKey(await settingsBytes(doctorKeys)),
    board: await aesKey(await boardBytes(doctorKeys)),
    identity: await identityPoint(doctorKeys),
    box: await publicPoint(doctorKeys.box),
  };
  server.addDevice({ id: 'e0'.repeat(16), name: 'Empfang', role: 'staff' });
  const console = await Console.open({ ...surroundings, openLine: lines.openLine('e0'.repeat(16)), device: { ...self, id: 'e0'.repeat(16), name: 'Empfang', keys } });
  await console.desk.create({ room: newRoom(), startsAt: round + 30 * minute, durationMs: 20 * minute, label: 'E.E., am Telefon vereinbart', maxUses: 3 });
  return console;
}

/** What a colleague's device sees, as it says it on the line. */
async function colleague(): Promise<void> {
  server.addDevice({ id: COLLEAGUE, name: 'Sprechzimmer 2' });
  const key = await boardKey(doctorKeys);
  if (!key) return;
  const guest = { seat: 1 as const, part: 'patient' as const, isHeld: false, consent: 'given' as const, quality: 'good' as const, told: null };
  const rooms = [...server.rooms.keys()];
  const guests: Seen[] = [
    { ...guest, room: rooms[4] ?? newRoom(), state: 'waiting', name: 'Mehmet Şahin', since: Date.now() - 12 * minute, told: Date.now() - 4 * minute },
    { ...guest, room: newRoom(), state: 'in-call', name: 'Gisela Hoffmann', since: Date.now() - 20 * minute },
  ];
  const line = lines.openLine(COLLEAGUE)({ url: '', token: async () => '', onEvent: () => {} });
  line.open();
  line.board(await sealBoard(key, COLLEAGUE, { at: Date.now(), word: null, passed: [], guests }));
}

function search(text: string): void {
  const field = partOf('search') as HTMLInputElement;
  field.value = text;
  field.dispatchEvent(new Event('input', { bubbles: true }));
}

/** Two hundred on one day. */
async function fillMany(console: Console): Promise<void> {
  const morning = midnight(Date.now(), 1) + 7 * 60 * minute;
  await console.desk.createAll(Array.from({ length: 200 }, (_, at) => ({ room: newRoom(), startsAt: morning + at * 4 * minute, durationMs: 15 * minute, label: `Termin ${at + 1}`, maxUses: 3 })));
}

function addDevices(): void {
  const day = 24 * 60 * minute;
  server.addDevice({ name: 'Telefon Dr. Müller-Lüdenscheidt', created_at: Date.now() - 20 * day });
  server.addDevice({ name: 'Empfang', role: 'staff', created_at: Date.now() - 8 * day });
  server.addDevice({ name: 'Firefox, Linux', created_at: Date.now() - minute, confirmed_at: null });
  server.addDevice({ name: 'Altes Tablet', created_at: Date.now() - 80 * day, revoked_at: Date.now() - day });
  // For whoever presses on in "add a device": somebody comes by the link.
  addEventListener('keydown', (event) => {
    if (event.key === 'F8') server.addDevice({ name: 'Chrome, iPad', confirmed_at: null, public_key: encodeBase64url(new Uint8Array(65).fill(4)) });
  });
}

/** Guests who come later, and not at all. */
async function reply(console: Console): Promise<void> {
  const said = [{ kind: 'late', minutes: 10 }, { kind: 'cancel' }] as const;
  const later = console.appointments.value.filter(({ startsAt, made }) => startsAt > Date.now() + 2 * minute && made.by === 'us');
  for (const [at, one] of said.entries()) {
    const appointment = later[at];
    if (appointment?.made.by !== 'us') continue;
    const sealed = await sealReply(one, appointment.room, appointment.made.roomKey);
    const room = server.rooms.get(appointment.room);
    if (room) server.add({ ...room, sealed_reply: sealed, replied_at: Date.now() - 5 * minute });
  }
  await console.refresh();
}

async function fill(console: Console, name: string): Promise<void> {
  const at = (minutes: number, label: string) => console.desk.create({ room: newRoom(), startsAt: round + minutes * minute, durationMs: 20 * minute, label, maxUses: 3 });
  phases.push(lobby('Anna Maria Müller-Lüdenscheidt'), { name: 'waiting' }, { name: 'no-path', safetyCode: '123456', ...(name === 'relay-missing' && { isRelayMissing: true as const }) }, lobby('<b>Jörg</b> Ä.'));
  await at(-5, 'A.M., Husten');
  await at(5, 'K. Yılmaz, Befund besprechen');
  await at(10, '');
  await at(-20, 'J.Ä., Wundkontrolle nach Operation am linken Knie, bitte Fotos vom Donnerstag ansehen');
  await at(90, 'M.S., Rezept');
  const revoked = await at(120, 'T.T.');
  if (revoked.made.by === 'us' && revoked.made.link) await console.desk.revoke(revoked.made.link, revoked.startsAt);
  server.add({ id: newRoom(), starts_at: round + 150 * minute, sealed_label: 'AAAA' });
  server.add({ id: newRoom(), starts_at: round + 165 * minute, issuer: 'pvs-nord' });
  await console.desk.cancel((await at(200, 'abgesagt')).room);
  await at(24 * 60 - 30, 'B.B., Erstgespräch');
  await at(24 * 60, 'C.C.');
  await at(3 * 24 * 60, 'D.D.');
  await console.roster.show(Date.now());
  await console.refresh();
  const [first, second, , last] = visits;
  if (name !== 'calm' && name !== 'alone-staff') await colleague();
  if (name === 'busy' && second) {
    second.seats.value = [
      { seat: 1, part: 'patient', visit: second },
      { seat: 2, part: 'interpreter', visit: pretendVisit(lobby('Olena Kovalenko')) },
    ];
    await reply(console);
    await console.hours.create('');
  }
  if (name === 'hour-open') {
    await console.hours.create('');
    const [hour] = console.hours.list.value ?? [];
    if (hour) await console.hours.open(hour, Date.now() + 90 * minute);
  }
  if (first && name === 'busy') first.consent.value = { ...first.consent.value, state: 'given', items: ['video', 'photo', 'file'] };
  if (name.startsWith('call') && first) first.call.value = { ...first.call.value, phase: inCall('Anna Maria Müller-Lüdenscheidt', Date.now()) };
  if (name === 'ended' && first && last) {
    first.files.value = [{ key: '1', from: 'peer', name: 'Befund.pdf', size: 234_567, state: { name: 'done', file: new Blob(['x']), saved: false } }];
    first.call.value = { ...first.call.value, phase: { name: 'over', reason: 'peer-left' } };
    last.call.value = { ...last.call.value, phase: { name: 'over', reason: 'untrusted' } };
  }
}
