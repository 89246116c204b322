// The practice's page with a pretend server behind it, as a person sees and presses it: for its tests.

import { IDBFactory } from 'fake-indexeddb';
import { render } from 'preact';
import { act } from 'preact/test-utils';
import { afterEach, beforeEach, expect, vi } from 'vitest';
import type { Phase } from '../../call/model.ts';
import type { PracticeOptions } from '../../drive/visit.ts';
import { enrol, enter, type Ticket } from '../../practice/enrol.ts';
import { publicPoint } from '../../practice/keys.ts';
import { PretendLines, PretendServer, type PretendVisit, pretendDevices, pretendVisit } from '../../practice/pretend.ts';
import { Store } from '../../practice/store.ts';
import { deviceNumber } from '../../practice/transfer.ts';
import { language } from '../text.ts';
import { Entrance } from './entrance.ts';
import { PracticePage } from './page.tsx';

const hoisted = vi.hoisted(() => ({ saved: [] as { readonly name: string; readonly blob: Blob }[], playChime: vi.fn() }));
vi.mock('./save.ts', () => ({ save: (name: string, blob: Blob) => void hoisted.saved.push({ name, blob }) }));
vi.mock('../media/sound.ts', () => ({ playChime: hoisted.playChime, playTestSound: vi.fn() }));

/** Files that the page has saved, and its sound. */
export const { saved, playChime } = hoisted;
export let server: PretendServer;
/** By room. */
export let visits: Map<string, PretendVisit>;
export let lines: PretendLines;
export let entrance: Entrance;
export let app: HTMLElement;

/** Before and after each test of the file that calls it. */
export function prepare(): void {
  // Stretching a passphrase takes its time, more of it on a machine that is busy.
  vi.setConfig({ testTimeout: 30_000 });
  beforeEach(() => {
    language.value = 'en';
    server = new PretendServer();
    server.codes.add('CODE');
    visits = new Map();
    lines = new PretendLines();
    saved.length = 0;
    vi.stubGlobal('fetch', server.fetch);
    vi.stubGlobal('indexedDB', new IDBFactory());
    localStorage.clear();
    document.title = 'Practice';
    playChime.mockClear();
    app = document.body.appendChild(document.createElement('div'));
  });
  afterEach(() => {
    render(null, app);
    app.remove();
    const { value: place } = entrance.place;
    if (place.name === 'console') place.console.dispose();
    vi.unstubAllGlobals();
  });
}

export async function opens(code: string | null) {
  const visit = ({ room }: PracticeOptions) => {
    const made = pretendVisit(next.shift());
    visits.set(room, made);
    return made;
  };
  const ticket = code === null ? null : { code, transferKey: null };
  entrance = new Entrance({ ticket, origin: 'https://video.example.org', local: pretendDevices(), visit, openLine: lines.openLine('self') });
  await act(() => render(<PracticePage entrance={entrance} />, app));
  await act(() => entrance.open());
}

/** As after a reload. */
export async function opensAgain(code: string | null) {
  await leaves();
  server.tokens.clear();
  await opens(code);
}

export async function leaves() {
  const { value: place } = entrance.place;
  if (place.name === 'console') place.console.dispose();
  await act(() => render(null, app));
}

/** Another browser, with an operator's link. */
export async function fresh(code: string) {
  await leaves();
  vi.stubGlobal('indexedDB', new IDBFactory());
  server.codes.add(code);
  await opens(code);
}

/** The recovery file, by way of the banner. */
export async function makesFile() {
  await click('recovery-make');
  await fill('recovery-passphrase', PASSPHRASE);
  await submit('recovery-save');
  await appears('recovery-check');
  await fill('recovery-check', PASSPHRASE);
  await submit('recovery-done');
  await eventually(() => expect(part('recovery-check')).toBeNull());
}

export async function invites(role: 'doctor' | 'staff') {
  await click('add-device');
  await click(`add-${role}`);
  await fill('add-passphrase', PASSPHRASE);
  await submit('add-begin');
  await appears('add-link');
}

/** Another browser opens a link and becomes "Phone"; gives the number that it shows. */
export async function comesBy(factory: IDBFactory, ticket: Ticket): Promise<string> {
  const store = await Store.open(factory);
  const entry = await enter(store, ticket);
  if (entry.state !== 'enrolling') throw new Error(entry.state);
  const enrolment = await enrol(store, entry.pending, 'Phone');
  if (enrolment.state !== 'newcomer' || !enrolment.newcomer.transfer) throw new Error(enrolment.state);
  return deviceNumber(enrolment.newcomer.transfer, await publicPoint(enrolment.newcomer.key));
}

export async function brings(text: string, passphrase: string) {
  const file = new File([text], 'visite-recovery.json', { type: 'application/json' });
  Object.defineProperty(field('recover-file'), 'files', { configurable: true, value: [file] });
  await fill('recover-passphrase', passphrase);
  await submit('recover-submit');
}

export function device(): string {
  const { value: place } = entrance.place;
  if (place.name !== 'console') throw new Error(place.name);
  return place.console.device.id;
}

export function backup() {
  return Store.open().then((store) => store.backup());
}

export const PASSPHRASE = 'eins zwei drei vier';

export async function enrols() {
  await opens('CODE');
  await submit('enrol-submit');
  await appears('console');
  await eventually(() => expect(app.querySelector('.days')).not.toBeNull());
}

/** An appointment whose waiting room is open, and what is going on in it. */
export async function waits(phase: Phase): Promise<PretendVisit> {
  await enrols();
  next.push(phase);
  await click('appointment-now');
  await eventually(() => expect(visits.size).toBe(1));
  await appears('appointment');
  const [visit] = visits.values();
  if (!visit) throw new Error('no visit');
  return visit;
}

export const next: Phase[] = [];

export async function set(visit: PretendVisit, phase: Phase) {
  await act(() => {
    visit.call.value = { ...visit.call.value, phase };
  });
}

/** With patience for a machine that is busy. */
export function eventually(check: () => void): Promise<void> {
  return vi.waitFor(check, { timeout: 10_000 });
}

/** The link and the tools of the one appointment that is there. */
export async function unfolds() {
  await appears('item-more');
  if (field('item-more').getAttribute('aria-expanded') === 'false') await click('item-more');
  await appears('link');
}

export async function appears(name: string) {
  await eventually(() => expect(part(name), name).not.toBeNull());
}

export function part(name: string): HTMLElement | null {
  return app.querySelector<HTMLElement>(`[data-test="${name}"]`);
}

export function parts(name: string): HTMLElement[] {
  return [...app.querySelectorAll<HTMLElement>(`[data-test="${name}"]`)];
}

export function field(name: string): HTMLInputElement {
  const found = part(name);
  if (!found) throw new Error(`no ${name}`);
  return found as HTMLInputElement;
}

export function notice(): string | undefined {
  return part('notice')?.dataset['code'];
}

export function plainText(text: string | null | undefined): string {
  return text?.replaceAll(/[\u2068\u2069]/g, '') ?? '';
}

export async function fill(name: string, value: string) {
  await act(() => {
    field(name).value = value;
    field(name).dispatchEvent(new Event('input', { bubbles: true }));
  });
}

export async function choose(name: string, value: string) {
  await act(() => {
    field(name).value = value;
    field(name).dispatchEvent(new Event('change', { bubbles: true }));
  });
}

export async function click(name: string) {
  await act(async () => {
    field(name).click();
  });
}

export async function submit(name: string) {
  await act(async () => {
    field(name).closest('form')?.dispatchEvent(new Event('submit', { bubbles: true, cancelable: true }));
  });
}
