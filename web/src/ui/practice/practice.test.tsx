// @vitest-environment happy-dom
import { IDBFactory } from 'fake-indexeddb';
import { render } from 'preact';
import { act } from 'preact/test-utils';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Phase } from '../../call/model.ts';
import type { PracticeOptions } from '../../drive/visit.ts';
import { inCall, lobby, PretendServer, type PretendVisit, pretendDevices, pretendVisit } from '../../practice/pretend.ts';
import { playChime } from '../media/sound.ts';
import { language } from '../text.ts';
import { browserName } from './browser-name.ts';
import { Entrance } from './entrance.ts';
import { PracticePage } from './page.tsx';

vi.mock('../media/sound.ts', () => ({ playChime: vi.fn(), playTestSound: vi.fn() }));

let server: PretendServer;
let visits: Map<string, PretendVisit>;
let entrance: Entrance;
let app: HTMLElement;
beforeEach(() => {
  language.value = 'en';
  server = new PretendServer();
  server.codes.add('CODE');
  visits = new Map();
  vi.stubGlobal('fetch', server.fetch);
  vi.stubGlobal('indexedDB', new IDBFactory());
  localStorage.clear();
  document.title = 'Practice';
  vi.mocked(playChime).mockClear();
  app = document.body.appendChild(document.createElement('div'));
});
afterEach(() => {
  render(null, app);
  app.remove();
  const { value: place } = entrance.place;
  if (place.name === 'console') place.console.dispose();
  vi.unstubAllGlobals();
});

describe('coming in', () => {
  it('a stranger is told how to get in', async () => {
    await opens(null);

    expect(part('stranger')?.textContent).toContain('enrolment link');
  });

  it('a link leads to a form with a name in it, and that to the console', async () => {
    await opens('CODE');
    expect(field('enrol-name').value).not.toBe('');

    await fill('enrol-name', 'Reception');
    await submit('enrol-submit');

    await appears('console');
    expect(app.textContent).toContain('Praxis am Finkenweg');
    expect(app.textContent).toContain('Reception');
  });

  it('a name that the server would refuse is refused at its field', async () => {
    await opens('CODE');
    await fill('enrol-name', '   ');
    await submit('enrol-submit');

    expect(field('enrol-name').getAttribute('aria-invalid')).toBe('true');
    expect(server.asked).not.toContain('enrol');
  });

  it('a spent link says so, and can be put away', async () => {
    await opens('SPENT');
    await submit('enrol-submit');
    await vi.waitFor(() => expect(notice()).toBe('enrolment-invalid'));

    await click('enrol-give-up');

    await appears('stranger');
  });

  it('a further link in a browser that is a device is not used', async () => {
    await enrols();
    await opensAgain('OTHER');

    await vi.waitFor(() => expect(notice()).toBe('already-enrolled'));
    expect(server.asked.filter((path) => path === 'enrol').length).toBe(1);
  });

  it('a revoked device is told so', async () => {
    await enrols();
    server.devices.clear();
    await opensAgain(null);

    await vi.waitFor(() => expect(notice()).toBe('signed-out'));
  });

  it('a revoked device with a new link is enrolled again, and finds its appointments', async () => {
    await enrols();
    await click('appointment-now');
    await appears('link');
    const before = field('link').value;
    server.devices.clear();
    server.codes.add('AGAIN');
    await opensAgain('AGAIN');
    await appears('enrol-submit');

    await submit('enrol-submit');

    await appears('link');
    expect(field('link').value).toBe(before);
  });
});

describe('the list', () => {
  it('of an empty day says so kindly', async () => {
    await enrols();

    await appears('empty-day');
  });

  it('has a new appointment with its label, link, and ways to send it', async () => {
    await enrols();
    await click('new-appointment');
    await fill('appointment-label', 'A.M., <b>cough</b>');
    await fill('appointment-length', '45');
    await submit('appointment-save');

    await appears('appointment');
    const [item] = parts('appointment');
    expect(item?.dataset['room']).toMatch(/^[\da-f]{32}$/);
    expect(item?.textContent).toContain('A.M., <b>cough</b>');
    expect(item?.querySelector('b')).toBeNull();
    expect(field('link').value).toMatch(/\/v\/[\w-]{22}#[\w-]{66}$/);
    const mail = new URLSearchParams(part('mail')?.getAttribute('href')?.split('?')[1]).get('body');
    expect(mail).toContain(field('link').value);
    expect(mail).not.toMatch(/[\u2066-\u2069]/);
    expect([...server.rooms.values()][0]).toMatchObject({ invites: [{ max_uses: 3 }] });
    expect(part('appointment-save')).toBeNull();
  });

  it('says at the field what is wrong with a new appointment', async () => {
    await enrols();
    await click('new-appointment');
    await fill('appointment-date', '2001-01-01');
    await fill('appointment-uses', '99');
    await submit('appointment-save');

    for (const name of ['appointment-date', 'appointment-uses']) expect(field(name).getAttribute('aria-invalid')).toBe('true');
    expect(field('appointment-time').getAttribute('aria-invalid')).toBeNull();
    expect(server.rooms.size).toBe(0);
  });

  it('keeps the form when the server can’t be reached, and makes one appointment of two attempts', async () => {
    await enrols();
    await click('new-appointment');
    server.losesAnswer.add('rooms');
    await submit('appointment-save');
    await vi.waitFor(() => expect(notice()).toBe('refused'));

    await submit('appointment-save');

    await appears('appointment');
    expect(server.rooms.size).toBe(1);
  });

  it('shows the link as a code that a phone can read', async () => {
    await enrols();
    await click('appointment-now');
    await appears('link');

    await click('qr');

    expect(part('qr-code')?.querySelectorAll('path').length).toBe(2);
  });

  it('revokes a link by one click and offers a new one', async () => {
    await enrols();
    await click('appointment-now');
    await appears('link');
    const before = field('link').value;

    await click('revoke-link');
    await appears('new-link');
    expect(part('link')).toBeNull();
    await click('new-link');

    await appears('link');
    expect(field('link').value).not.toBe(before);
  });

  it('cancels only after a question, and folds what is cancelled away', async () => {
    await enrols();
    await click('appointment-now');
    await appears('cancel');
    await click('cancel');
    expect([...server.rooms.values()][0]?.state).toBe('open');

    await click('cancel-sure');

    await vi.waitFor(() => expect(part('appointment')?.closest('details')).not.toBeNull());
    expect(part('guest-state')?.dataset['state']).toBe('cancelled');
  });

  it('marks what another device made, without a link', async () => {
    server.add({ id: 'c'.repeat(32) });
    await enrols();

    await appears('appointment');
    expect(part('appointment')?.textContent).toContain('another device');
    expect(part('link')).toBeNull();
  });

  it('stays when the server can’t be reached, and says so', async () => {
    await enrols();
    await click('appointment-now');
    await appears('appointment');
    server.isDown = true;
    dispatchEvent(new Event('focus'));

    await vi.waitFor(() => expect(notice()).toBe('unreachable'));
    expect(part('appointment')).not.toBeNull();
  });
});

describe('a guest', () => {
  const states: readonly [Phase, string][] = [
    [{ name: 'joining', trouble: 'offline' }, 'joining'],
    [{ name: 'waiting' }, 'absent'],
    [{ name: 'connecting', progress: { step: 'handshake' } }, 'connecting'],
    [{ name: 'no-path', safetyCode: '123456' }, 'no-path'],
    [lobby('Anna M.'), 'waiting'],
    [{ name: 'over', reason: 'taken-over' }, 'elsewhere'],
  ];
  it.each(states)('in the phase %o is %s', async (phase, state) => {
    await waits(phase);

    expect(part('guest-state')?.dataset['state']).toBe(state);
    expect(part('admit') !== null).toBe(state === 'waiting');
    expect(part('guest-name')?.textContent).toBe(state === 'waiting' ? 'Anna M.' : undefined);
  });

  it('is called by their own words as text, and let in by a click', async () => {
    const visit = await waits(lobby('<img src=x onerror=alert(1)>\u202Eexe'));

    expect(part('guest-name')?.textContent).toBe('<img src=x onerror=alert(1)>\u202Eexe');
    expect(part('guest-name')?.getAttribute('dir')).toBe('auto');
    await click('admit');
    expect(visit.asked).toEqual(['start', 'admit']);
  });

  it('who waits is told to those who look or listen elsewhere', async () => {
    await waits(lobby('Anna M.'));

    expect(document.title).toMatch(/^\(1\) /);
    expect([...app.querySelectorAll('[role=status]')].some(({ textContent }) => plainText(textContent) === 'Anna M. is waiting.')).toBe(true);
  });

  it('is heard once, and not at all by those who want it quiet', async () => {
    const visit = await waits({ name: 'waiting' });
    await set(visit, lobby('Anna M.'));
    await set(visit, lobby('Anna Maria M.'));
    await vi.waitFor(() => expect(playChime).toHaveBeenCalledTimes(1));

    await click('sound');
    await set(visit, { name: 'waiting' });
    await set(visit, lobby('Anna M.'));
    await vi.waitFor(() => expect(document.title).toMatch(/^\(1\) /));

    expect(playChime).toHaveBeenCalledTimes(1);
  });

  it('is neither heard nor seen while another is talked to', async () => {
    const first = await waits(inCall('Anna M.', Date.now()));
    next.push({ name: 'waiting' });
    await click('appointment-now');
    await vi.waitFor(() => expect(visits.size).toBe(2));
    const second = [...visits.values()].find((visit) => visit !== first);
    if (!second) throw new Error('no second visit');

    await set(second, lobby('Bernd B.'));

    await vi.waitFor(() => expect(part('list-open')?.textContent).toContain('1 waiting'));
    expect(playChime).not.toHaveBeenCalled();
    expect(document.title).not.toMatch(/^\(/);
    for (const button of parts('admit')) expect((button as HTMLButtonElement).disabled).toBe(true);
  });

  it('that another window has can be brought here', async () => {
    const visit = await waits({ name: 'over', reason: 'taken-over' });

    await click('take-over');

    expect(visit.asked).toEqual(['start', 'retry']);
  });
});

describe('a call', () => {
  it('takes the window, and leaves the list within reach', async () => {
    await waits(inCall('Anna M.', Date.now()));
    expect(part('call')).not.toBeNull();
    expect((part('console') as HTMLElement & { inert: boolean }).inert).toBe(true);
    expect(document.title).not.toMatch(/^\(/);

    await click('list-open');

    expect([...app.querySelectorAll('.glance [data-test=guest-state]')].map((one) => (one as HTMLElement).dataset['state'])).toEqual(['in-call']);
  });

  it('that the guest ended leads back to the list, with a word about it that can be put away', async () => {
    const visit = await waits(inCall('Anna M.', Date.now()));

    await set(visit, { name: 'over', reason: 'peer-left' });

    await vi.waitFor(() => expect(notice()).toBe('peer-left'));
    expect(part('call')).toBeNull();
    expect(part('new-appointment')).not.toBeNull();
    expect(plainText(part('notice')?.textContent)).toContain('Anna M. has hung up.');
    await click('dismiss');
    expect(part('notice')).toBeNull();
  });

  it('that one ended oneself leads back without a word', async () => {
    const visit = await waits(inCall('Anna M.', Date.now()));

    await set(visit, { name: 'over', reason: 'hung-up' });
    await vi.waitFor(() => expect(part('call')).toBeNull());

    expect(part('notice')).toBeNull();
  });

  it('leaves files that came, to be saved', async () => {
    const visit = await waits(inCall('Anna M.', Date.now()));
    await act(() => {
      visit.files.value = [{ key: '7', from: 'peer', name: 'scan.pdf', size: 4, state: { name: 'done', file: new Blob(['scan']), saved: false } }];
    });

    await set(visit, { name: 'over', reason: 'peer-left' });

    await appears('file-save');
    await click('file-save');
    expect(visit.asked).toContain('saved 7');
  });
});

describe('languages', () => {
  it('are changed on the spot', async () => {
    await enrols();
    expect(app.textContent).toContain('New appointment');

    await act(() => {
      language.value = 'de';
    });

    expect(app.textContent).toContain('Neuer Termin');
  });
});

it('a browser is called by what people call it', () => {
  const agent = (rest: string) => browserName(`Mozilla/5.0 ${rest}`);

  expect(agent('(Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0 Safari/537.36 Edg/130.0')).toBe('Edge, Windows');
  expect(agent('(Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Safari/605.1.15')).toBe('Safari, Mac');
  expect(agent('(X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0')).toBe('Firefox, Linux');
  expect(agent('(iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) CriOS/130.0 Mobile Safari/604.1')).toBe('Chrome, iPhone');
  expect(browserName('something else')).toBe('');
});

async function opens(code: string | null) {
  const visit = ({ room }: PracticeOptions) => {
    const made = pretendVisit(next.shift());
    visits.set(room, made);
    return made;
  };
  const ticket = code === null ? null : { code, transferKey: null };
  entrance = new Entrance({ ticket, origin: 'https://video.example.org', local: pretendDevices(), visit });
  await act(() => render(<PracticePage entrance={entrance} />, app));
  await act(() => entrance.open());
}

/** As after a reload. */
async function opensAgain(code: string | null) {
  const { value: place } = entrance.place;
  if (place.name === 'console') place.console.dispose();
  await act(() => render(null, app));
  server.tokens.clear();
  await opens(code);
}

async function enrols() {
  await opens('CODE');
  await submit('enrol-submit');
  await appears('console');
  await vi.waitFor(() => expect(app.querySelector('.days')).not.toBeNull());
}

/** An appointment whose waiting room is open, and what is going on in it. */
async function waits(phase: Phase): Promise<PretendVisit> {
  await enrols();
  next.push(phase);
  await click('appointment-now');
  await vi.waitFor(() => expect(visits.size).toBe(1));
  await appears('appointment');
  const [visit] = visits.values();
  if (!visit) throw new Error('no visit');
  return visit;
}

const next: Phase[] = [];

async function set(visit: PretendVisit, phase: Phase) {
  await act(() => {
    visit.call.value = { ...visit.call.value, phase };
  });
}

async function appears(name: string) {
  await vi.waitFor(() => expect(part(name), name).not.toBeNull());
}

function part(name: string): HTMLElement | null {
  return app.querySelector<HTMLElement>(`[data-test="${name}"]`);
}

function parts(name: string): HTMLElement[] {
  return [...app.querySelectorAll<HTMLElement>(`[data-test="${name}"]`)];
}

function field(name: string): HTMLInputElement {
  const found = part(name);
  if (!found) throw new Error(`no ${name}`);
  return found as HTMLInputElement;
}

function notice(): string | undefined {
  return part('notice')?.dataset['code'];
}

function plainText(text: string | null | undefined): string {
  return text?.replaceAll(/[\u2068\u2069]/g, '') ?? '';
}

async function fill(name: string, value: string) {
  await act(() => {
    field(name).value = value;
    field(name).dispatchEvent(new Event('input', { bubbles: true }));
  });
}

async function click(name: string) {
  await act(async () => {
    field(name).click();
  });
}

async function submit(name: string) {
  await act(async () => {
    field(name).closest('form')?.dispatchEvent(new Event('submit', { bubbles: true, cancelable: true }));
  });
}
