// The console in every state, for looking at: `npx vite`, then /gallery-practice.html?state=busy. Not part of the production build.

import { signal } from '@preact/signals';
import { render } from 'preact';
import { newRoom } from '../../practice/appointments.ts';
import { Console } from '../../practice/console.ts';
import { makeKeys } from '../../practice/keys.ts';
import { inCall, lobby, PretendServer, pretendDevices, type PretendVisit, pretendVisit } from '../../practice/pretend.ts';
import type { Device } from '../../practice/store.ts';
import type { Phase } from '../../call/model.ts';
import '../theme.css';
import { type Language, language } from '../text.ts';
import type { Place } from './entrance.ts';
import { PracticePage } from './page.tsx';

const wish = new URLSearchParams(location.search);
const state = wish.get('state') ?? 'busy';
language.value = (wish.get('language') ?? 'de') as Language;

const server = new PretendServer();
globalThis.fetch = server.fetch;
const device: Device = { id: 'd0'.repeat(16), name: 'Empfang', practice: server.practice, practiceName: server.practiceName, keys: await makeKeys() };
server.devices.add(device.id);

const phases: Phase[] = [];
const visits: PretendVisit[] = [];
const minute = 60_000;
const round = Math.floor(Date.now() / (5 * minute)) * 5 * minute;

const place = signal<Place>(await placeOf(state));
const app = document.getElementById('app');
if (app) render(<PracticePage entrance={{ place, enrol: async () => {}, giveUp: async () => {} }} />, app);

async function placeOf(name: string): Promise<Place> {
  switch (name) {
    case 'stranger':
    case 'no-store':
      return { name };
    case 'enrolling':
      return { name, pending: { code: 'CODE', keys: device.keys }, former: null };
    case 'revoked':
      return { name, device };
    default:
      return { name: 'console', console: await consoleOf(name), hasSpareCode: name === 'spare' };
  }
}

async function consoleOf(name: string): Promise<Console> {
  const visit = () => {
    const made = pretendVisit(phases.shift());
    visits.push(made);
    return made;
  };
  const console = await Console.open({ device, origin: location.origin, language: language.value, local: pretendDevices(), visit });
  await console.refresh();
  if (name !== 'empty') await fill(console, name);
  if (name === 'unreachable') {
    server.isDown = true;
    await console.refresh();
  }
  return console;
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
  if (revoked.made.by === 'us' && revoked.made.link) await console.revoke(revoked.made.link);
  server.add({ id: newRoom(), starts_at: round + 150 * minute, sealed_label: 'AAAA' });
  server.add({ id: newRoom(), starts_at: round + 165 * minute, issuer: 'pvs-nord' });
  await console.cancel((await at(200, 'abgesagt')).room);
  await at(24 * 60 - 30, 'B.B., Erstgespräch');
  await at(24 * 60, 'C.C.');
  await at(3 * 24 * 60, 'D.D.');
  await console.refresh();
  const [first, , , last] = visits;
  if (name === 'call' && first) first.call.value = { ...first.call.value, phase: inCall('Anna Maria Müller-Lüdenscheidt', Date.now()) };
  if (name === 'ended' && first && last) {
    first.files.value = [{ key: '1', from: 'peer', name: 'Befund.pdf', size: 234_567, state: { name: 'done', file: new Blob(['x']), saved: false } }];
    first.call.value = { ...first.call.value, phase: { name: 'over', reason: 'peer-left' } };
    last.call.value = { ...last.call.value, phase: { name: 'over', reason: 'untrusted' } };
  }
}
