// The console in every state, for looking at: `npx vite`, then /gallery-practice.html?state=busy. Not part of the production build.

import { signal } from '@preact/signals';
import { render } from 'preact';
import { newRoom } from '../../practice/appointments.ts';
import { Console } from '../../practice/console.ts';
import { aesKey, identityPoint, labelBytes, makeDeviceKey, publicPoint, settingsBytes } from '../../practice/keys.ts';
import { keysOf, makeMaterial } from '../../practice/material.ts';
import { inCall, lobby, PretendLines, PretendServer, pretendDevices, type PretendVisit, pretendVisit } from '../../practice/pretend.ts';
import { type Device, type Newcomer, openBackup, Store } from '../../practice/store.ts';
import { drawTransferKey } from '../../practice/transfer.ts';
import { Vault } from '../../practice/vault.ts';
import { Verified } from '../../practice/verified.ts';
import { encodeBase64url } from '../../sealed/bytes.ts';
import { hkdfKey } from '../../sealed/crypto.ts';
import type { Phase } from '../../call/model.ts';
import '../theme.css';
import { type Language, language } from '../text.ts';
import type { ConsolePlace, Place } from './entrance.ts';
import { PracticePage } from './page.tsx';

const wish = new URLSearchParams(location.search);
const state = wish.get('state') ?? 'busy';
language.value = (wish.get('language') ?? 'de') as Language;

const server = new PretendServer();
globalThis.fetch = server.fetch;
const material = await makeMaterial();
const doctorKeys = await keysOf(material);
const key = await makeDeviceKey();
const minute = 60_000;
const self = { id: 'd0'.repeat(16), name: 'Sprechzimmer 1', practice: server.practice, practiceName: server.practiceName, key };
const doctor: Device = { ...self, keys: doctorKeys };
server.addDevice({ id: self.id, name: self.name, created_at: Date.now() - 90 * 24 * 60 * minute });
const store = await Store.open();

const phases: Phase[] = [];
const visits: PretendVisit[] = [];
const round = Math.floor(Date.now() / (5 * minute)) * 5 * minute;

const place = signal<Place>(await placeOf(state));
const app = document.getElementById('app');
const nothing = async () => {};
const entrance = { place, enrol: nothing, giveUp: nothing, startAfresh: nothing, recover: nothing, renewIdentity: nothing };
if (app) render(<PracticePage entrance={entrance} />, app);
if (state.startsWith('settings') || state.startsWith('add')) await look('settings-open');
if (state.startsWith('add')) await look('add-device');

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
  const surroundings = { origin: location.origin, language: language.value, local: pretendDevices(), visit, openLine: new PretendLines().openLine(self.id) };
  const console = await Console.open({ ...surroundings, device: doctor });
  await console.refresh();
  if (!['empty', 'recovery'].includes(name)) await fill(console, name);
  if (name === 'unreachable') {
    server.isDown = true;
    await console.refresh();
  }
  if (name.startsWith('settings') || name.startsWith('add')) addDevices();
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

async function staffConsole(surroundings: Omit<Parameters<typeof Console.open>[0], 'device'>): Promise<Console> {
  const keys = {
    role: 'staff' as const,
    labels: await aesKey(await labelBytes(doctorKeys)),
    settings: await aesKey(await settingsBytes(doctorKeys)),
    identity: await identityPoint(doctorKeys),
    box: await publicPoint(doctorKeys.box),
  };
  server.addDevice({ id: 'e0'.repeat(16), name: 'Empfang', role: 'staff' });
  const console = await Console.open({ ...surroundings, device: { ...self, id: 'e0'.repeat(16), name: 'Empfang', keys } });
  await console.create({ room: newRoom(), startsAt: round + 30 * minute, durationMs: 20 * minute, label: 'E.E., am Telefon vereinbart', maxUses: 3 });
  return console;
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

/** Presses a button as soon as it is there. */
async function look(name: string): Promise<void> {
  for (;;) {
    const button = document.querySelector<HTMLElement>(`[data-test="${name}"]`);
    if (button) return button.click();
    await new Promise(requestAnimationFrame);
  }
}

async function fill(console: Console, name: string): Promise<void> {
  const at = (minutes: number, label: string) => console.create({ room: newRoom(), startsAt: round + minutes * minute, durationMs: 20 * minute, label, maxUses: 3 });
  phases.push(lobby('Anna Maria Müller-Lüdenscheidt'), { name: 'waiting' }, { name: 'no-path', safetyCode: '123456' }, lobby('<b>Jörg</b> Ä.'));
  await at(-5, 'A.M., Husten');
  await at(5, 'K. Yılmaz, Befund besprechen');
  await at(10, '');
  await at(-20, 'J.Ä., Wundkontrolle nach Operation am linken Knie, bitte Fotos vom Donnerstag ansehen');
  await at(90, 'M.S., Rezept');
  const revoked = await at(120, 'T.T.');
  if (revoked.made.by === 'us' && revoked.made.link) await console.revoke(revoked.made.link, revoked.startsAt);
  server.add({ id: newRoom(), starts_at: round + 150 * minute, sealed_label: 'AAAA' });
  server.add({ id: newRoom(), starts_at: round + 165 * minute, issuer: 'pvs-nord' });
  await console.cancel((await at(200, 'abgesagt')).room);
  await at(24 * 60 - 30, 'B.B., Erstgespräch');
  await at(24 * 60, 'C.C.');
  await at(3 * 24 * 60, 'D.D.');
  await console.refresh();
  const [first, , , last] = visits;
  if (first && name === 'busy') first.consent.value = { ...first.consent.value, state: 'given', items: ['video', 'photo', 'file'] };
  if (name === 'call' && first) first.call.value = { ...first.call.value, phase: inCall('Anna Maria Müller-Lüdenscheidt', Date.now()) };
  if (name === 'ended' && first && last) {
    first.files.value = [{ key: '1', from: 'peer', name: 'Befund.pdf', size: 234_567, state: { name: 'done', file: new Blob(['x']), saved: false } }];
    first.call.value = { ...first.call.value, phase: { name: 'over', reason: 'peer-left' } };
    last.call.value = { ...last.call.value, phase: { name: 'over', reason: 'untrusted' } };
  }
}
