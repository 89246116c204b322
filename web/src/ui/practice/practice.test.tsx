// @vitest-environment happy-dom
import { IDBFactory } from 'fake-indexeddb';
import { render } from 'preact';
import { act } from 'preact/test-utils';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Phase } from '../../call/model.ts';
import type { Receipt } from '../../consent/receipt.ts';
import { sealReply } from '../../consent/reply.ts';
import type { PracticeOptions } from '../../drive/visit.ts';
import { inCall, lobby, PretendLines, PretendServer, type PretendVisit, pretendDevices, pretendVisit } from '../../practice/pretend.ts';
import { noteOf } from '../../practice/appointments.ts';
import { sealBoard } from '../../practice/board.ts';
import { enrol, enter, type Ticket } from '../../practice/enrol.ts';
import { dateAndTime } from '../../practice/form.ts';
import { boardKey, publicPoint } from '../../practice/keys.ts';
import { Store } from '../../practice/store.ts';
import { deviceNumber, readTransferKey } from '../../practice/transfer.ts';
import { playChime } from '../media/sound.ts';
import { language } from '../text.ts';
import { browserName } from './browser-name.ts';
import { Entrance } from './entrance.ts';
import { PracticePage } from './page.tsx';

const { saved } = vi.hoisted(() => ({ saved: [] as { readonly name: string; readonly blob: Blob }[] }));
vi.mock('./save.ts', () => ({ save: (name: string, blob: Blob) => void saved.push({ name, blob }) }));
vi.mock('../media/sound.ts', () => ({ playChime: vi.fn(), playTestSound: vi.fn() }));

// Stretching a passphrase takes its time, more of it on a machine that is busy.
vi.setConfig({ testTimeout: 30_000 });

let server: PretendServer;
let visits: Map<string, PretendVisit>;
let lines: PretendLines;
let entrance: Entrance;
let app: HTMLElement;
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
    await eventually(() => expect(notice()).toBe('enrolment-invalid'));

    await click('enrol-give-up');

    await appears('stranger');
  });

  it('a further link in a browser that is a device is not used', async () => {
    await enrols();
    await opensAgain('OTHER');

    await eventually(() => expect(notice()).toBe('already-enrolled'));
    expect(server.asked.filter((path) => path === 'enrol').length).toBe(1);
  });

  it('a revoked device is told so', async () => {
    await enrols();
    server.devices.clear();
    await opensAgain(null);

    await eventually(() => expect(notice()).toBe('signed-out'));
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

    await unfolds();
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
    await click('invite');
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
    await eventually(() => expect(notice()).toBe('refused'));

    await submit('appointment-save');

    await appears('appointment');
    expect(server.rooms.size).toBe(1);
  });

  it('shows the link as a code that a phone can read', async () => {
    await enrols();
    await click('appointment-now');
    await appears('link');

    await click('invite');
    await click('choose-code');

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

  it('cancels only after a question, lets the guest be told, and folds it away with the next', async () => {
    await enrols();
    await click('appointment-now');
    await appears('cancel');
    await click('cancel');
    expect([...server.rooms.values()][0]?.state).toBe('open');

    await click('cancel-sure');

    await eventually(() => expect(part('guest-state')?.dataset['state']).toBe('cancelled'));
    await click('invite');
    expect((field('invite-subject') as HTMLInputElement).value).toContain('Cancelled');
    await act(async () => (part('invite-dialog') as HTMLDialogElement).close());
    expect(part('appointment')?.closest('details')).toBeNull();
    await click('appointment-now');
    await eventually(() => expect(parts('appointment').map((one) => one.closest('details') !== null)).toEqual([true, false]));
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

    await eventually(() => expect(notice()).toBe('unreachable'));
    expect(part('appointment')).not.toBeNull();
  });
});

describe('another time', () => {
  it('is gone to, the link stays, and the guest can be told', async () => {
    await enrols();
    await click('appointment-now');
    await appears('link');
    const before = field('link').value;
    await click('move');
    const day = dateAndTime(Date.now() + 3 * 86_400_000).date;
    await fill('appointment-date', day);
    await submit('appointment-save');

    await eventually(() => expect(field('day-choose').value).toBe(day));
    await appears('link');
    expect(field('link').value).toBe(before);
    expect([...server.rooms.values()].map(({ epoch }) => epoch)).toEqual([2]);
    await click('invite');
    expect((field('invite-kind') as unknown as HTMLSelectElement).value).toBe('moved');
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

  it('has a mark that says how it stands with their consent, and waits for it where the practice requires it', async () => {
    const visit = await waits(lobby('Anna M.'));
    expect(part('guest-consent')).toBeNull();
    const { value: place } = entrance.place;
    if (place.name !== 'console' || !place.console.identity) throw new Error(place.name);
    const { settings, identity } = place.console;

    await act(async () => {
      await settings.save({ ...settings.draft(), policy: 'required' }, identity);
    });

    expect(part('guest-consent')?.dataset['state']).toBe('none');
    expect((field('admit') as unknown as HTMLButtonElement).disabled).toBe(true);
    await act(() => {
      visit.consent.value = { ...visit.consent.value, state: 'given', items: ['video'], name: 'Anna M.', receipt: {} as Receipt };
    });
    expect(part('guest-consent')?.dataset['state']).toBe('given');
    expect((field('admit') as unknown as HTMLButtonElement).disabled).toBe(false);
  });

  it('who waits is told to those who look or listen elsewhere', async () => {
    await waits(lobby('Anna M.'));

    expect(document.title).toMatch(/^\(1\) /);
    expect([...app.querySelectorAll('[role=status]')].some(({ textContent }) => plainText(textContent) === 'Anna M. is waiting.')).toBe(true);
  });

  it('is heard once by those who want to hear it, and not at all by the others', async () => {
    const visit = await waits({ name: 'waiting' });
    await set(visit, lobby('Anna M.'));
    await eventually(() => expect(document.title).toMatch(/^\(1\) /));
    expect(playChime).not.toHaveBeenCalled();

    await click('sound');
    await set(visit, { name: 'waiting' });
    await eventually(() => expect(document.title).not.toMatch(/^\(/));
    await set(visit, lobby('Anna M.'));
    await set(visit, lobby('Anna Maria M.'));

    await eventually(() => expect(playChime).toHaveBeenCalledTimes(1));
  });

  it('is told by the system, without a name, only after a click and while one looks elsewhere', async () => {
    const shown: string[] = [];
    const permission = vi.fn(async () => (Pretend.permission = 'granted'));
    class Pretend {
      static permission = 'default';
      static requestPermission = permission;
      onclick = null;
      close = () => {};
      constructor(title: string, { body }: { body: string }) {
        shown.push(`${title} ${body}`);
      }
    }
    vi.stubGlobal('Notification', Pretend);
    const hidden = vi.spyOn(document, 'hidden', 'get').mockReturnValue(true);
    const visit = await waits(lobby('Anna M.'));
    expect([shown, permission.mock.calls.length]).toEqual([[], 0]);

    await click('notices');
    await eventually(() => expect((field('notices') as HTMLInputElement).checked).toBe(true));
    await set(visit, { name: 'waiting' });
    await eventually(() => expect(document.title).not.toMatch(/^\(/));
    await set(visit, lobby('Anna M.'));

    await eventually(() => expect(shown.length).toBe(1));
    expect(shown[0]).toContain('Somebody is waiting');
    expect(shown[0]).not.toContain('Anna');
    hidden.mockRestore();
  });

  it('is neither heard nor seen while another is talked to', async () => {
    const first = await waits(inCall('Anna M.', Date.now()));
    next.push({ name: 'waiting' });
    await click('appointment-now');
    await eventually(() => expect(visits.size).toBe(2));
    const second = [...visits.values()].find((visit) => visit !== first);
    if (!second) throw new Error('no second visit');

    await set(second, lobby('Bernd B.'));

    await eventually(() => expect(part('list-open')?.textContent).toContain('1 waiting'));
    expect(playChime).not.toHaveBeenCalled();
    expect(document.title).not.toMatch(/^\(/);
    for (const button of parts('admit')) expect((button as HTMLButtonElement).disabled).toBe(true);
  });

  it('stands in the waiting list with part, consent and connection, and is written to', async () => {
    const visit = await waits(lobby('Anna M.'));
    await act(() => {
      visit.consent.value = { ...visit.consent.value, state: 'given', items: ['video'] };
      visit.quality.value = { light: 'poor', cause: 'delay', roundTripMs: 900 };
    });

    expect(part('waiting-name')?.textContent).toBe('Anna M.');
    expect(part('waiting-since')?.textContent).toBe('just arrived');
    expect(part('waiting-consent')?.dataset['state']).toBe('given');
    expect(part('waiting-quality')?.dataset['quality']).toBe('poor');
    await click('tell-all');
    await click('tell-ready');
    expect(visit.asked.at(-1)).toMatch(/^tell It will take about 10 more minutes/);
    expect(part('tell-dialog')).toBeNull();

    await click('waiting-more');
    await click('tell');
    await fill('tell-text', '  Please have your card ready.  ');
    await submit('tell-send');
    expect(visit.asked.at(-1)).toBe('tell Please have your card ready.');
  });

  it('at another device is seen here, and handed there', async () => {
    const visit = await waits(lobby('Anna M.'));
    const other = server.addDevice({ name: 'Room 2' });
    const { value: place } = entrance.place;
    if (place.name !== 'console') throw new Error(place.name);
    const [appointment] = place.console.appointments.value;
    await click('waiting-more');
    await click('hand-over');
    await appears('hand-over-to');
    expect(part('hand-over-to')?.textContent).toContain('Room 2');

    await click('hand-over-to');

    await eventually(() => expect(noteOf(place.console.appointments.value[0]?.made ?? { by: 'other-device' })?.to).toBe(other.id));
    expect(visit.asked).toEqual(['start']);
    await set(visit, { name: 'over', reason: 'taken-over' });
    const key = await boardKey(place.console.device.keys);
    if (!key || !appointment) throw new Error('no key');
    const guest = { room: appointment.room, seat: 1 as const, part: 'patient' as const, state: 'waiting' as const, isHeld: false, name: 'Anna M.', since: Date.now() - 450_000, consent: null, quality: null };
    const line = lines.openLine(other.id)({ url: '', token: async () => '', onEvent: () => {} });
    line.open();
    line.board(await sealBoard(key, other.id, { at: Date.now(), guests: [guest] }));

    await eventually(() => expect(plainText(part('waiting-device')?.textContent)).toContain('at Room 2'));
    expect(plainText(part('waiting-since')?.textContent)).toBe('waiting 7 min');
    await click('fetch');
    await eventually(() => expect(visit.asked).toEqual(['start', 'retry']));
  });

  it('who said to come later, or not at all, is marked so, and one click cancels', async () => {
    await waits({ name: 'waiting' });
    const { value: place } = entrance.place;
    const [appointment] = place.name === 'console' ? place.console.appointments.value : [];
    const room = server.rooms.get(appointment?.room ?? '');
    if (place.name !== 'console' || appointment?.made.by !== 'us' || !room) throw new Error('no room');
    const { roomKey } = appointment.made;
    server.add({ ...room, sealed_reply: await sealReply({ kind: 'late', minutes: 10 }, room.id, roomKey), replied_at: Date.now() });
    lines.change();
    await eventually(() => expect(part('guest-reply')?.dataset['kind']).toBe('late'));
    expect(plainText(part('guest-reply')?.textContent)).toContain('10 minutes later');
    expect(part('reply-accept')).toBeNull();
    server.add({ ...room, sealed_reply: await sealReply({ kind: 'cancel' }, room.id, roomKey), replied_at: Date.now() });
    lines.change();
    await appears('reply-accept');

    await click('reply-accept');

    await eventually(() => expect(server.rooms.get(room.id)?.state).toBe('closed'));
  });

  it('that another window has can be brought here', async () => {
    const visit = await waits({ name: 'over', reason: 'taken-over' });

    await click('take-over');

    expect(visit.asked).toEqual(['start', 'retry']);
  });
});

describe('from one to the next', () => {
  it('one hangs up or holds, and lets the next one in, without leaving the page', async () => {
    const first = await waits(inCall('Anna M.', Date.now()));
    next.push(lobby('Bernd B.'));
    const { value: place } = entrance.place;
    if (place.name !== 'console') throw new Error(place.name);
    await act(async () => void (await place.console.desk.createNow()));
    await eventually(() => expect(visits.size).toBe(2));
    const second = [...visits.values()].find((visit) => visit !== first);
    await click('list-open');
    await appears('call-side');
    expect(part('waiting-name')?.textContent).toBe('Bernd B.');

    await click('hold-next');
    expect([first.asked.at(-1), second?.asked.at(-1)]).toEqual(['hold', 'admit']);
    await click('hang-up-next');
    expect([first.asked.at(-1), second?.asked.at(-1)]).toEqual(['hang up', 'admit']);
    await click('list-close');
    expect(part('call-side')).toBeNull();
  });

  it('a further guest of the same visit is brought in beside the one who is there', async () => {
    const visit = await waits(inCall('Anna M.', Date.now()));
    const interpreter = pretendVisit(lobby('Olena K.'));
    await act(() => {
      visit.seats.value = [
        { seat: 1, part: 'patient', visit },
        { seat: 2, part: 'interpreter', visit: interpreter },
      ];
    });
    await click('list-open');
    await eventually(() => expect(part('call-side')?.querySelector('[data-test=waiting-guest]')?.textContent).toContain('Interpreter'));

    await act(async () => part('call-side')?.querySelector<HTMLElement>('[data-test=admit]')?.click());

    expect(interpreter.asked).toEqual(['admit']);
    expect(visit.asked).toEqual(['start']);
  });
});

describe('further people', () => {
  it('are asked in with a link of their own, before and during the call', async () => {
    await waits(inCall('Anna M.', Date.now()));
    await click('people-open');
    await appears('guest-part');

    await submit('add-guest');
    await appears('further-guest');

    expect(part('further-guest')?.dataset['part']).toBe('interpreter');
    const links = () => [...(part('people-dialog')?.querySelectorAll<HTMLInputElement>('[data-test=link]') ?? [])].map(({ value }) => value);
    await eventually(() => expect(new Set(links()).size).toBe(2));
    await click('remove-guest');
    await eventually(() => expect(part('further-guest')).toBeNull());
  });
});

describe('the open consultation hour', () => {
  it('has a link, opens until a time, closes, and gets another link after a question', async () => {
    await enrols();
    await appears('hour-create');
    await click('hour-create');
    await appears('hour-link');
    const before = field('hour-link').value;
    expect(before).toMatch(/\/v\/[\w-]{22}#[\w-]{66}$/);
    expect(part('hour')?.dataset['state']).toBe('closed');

    await submit('hour-open');
    await eventually(() => expect(part('hour')?.dataset['state']).toBe('open'));
    await click('hour-close');
    await eventually(() => expect(part('hour')?.dataset['state']).toBe('closed'));
    await fill('hour-until', '');
    await submit('hour-open');
    expect(field('hour-until').getAttribute('aria-invalid')).toBe('true');

    await click('hour-renew');
    expect(field('hour-link').value).toBe(before);
    await click('hour-renew-sure');
    await eventually(() => expect(part('hour-link') && field('hour-link').value).not.toBe(before));
  });
});

describe('a day', () => {
  it('is gone to and come back from, and shows what is planned for it', async () => {
    await enrols();
    await click('day-after');
    expect(plainText(part('empty-day')?.textContent)).toContain('Nothing is planned for this day.');
    await click('new-appointment');
    await fill('appointment-date', dateAndTime(Date.now() + 3 * 86_400_000).date);
    await submit('appointment-save');
    await appears('appointment');
    expect(field('day-choose').value).toBe(dateAndTime(Date.now() + 3 * 86_400_000).date);

    await click('day-today');

    await appears('ahead-day');
    expect(part('appointment')).toBeNull();
    expect(part('ahead-day')?.textContent).toContain('1 appointment');
    await click('ahead-day');
    await appears('appointment');
  });

  it('of many draws only the one anew that has changed', async () => {
    await enrols();
    const { value: place } = entrance.place;
    if (place.name !== 'console') throw new Error(place.name);
    const startsAt = new Date(new Date().setHours(0, 0, 0, 0) + 36 * 3_600_000).getTime();
    const drafts = Array.from({ length: 40 }, (_, at) => ({ room: at.toString(16).padStart(32, '0'), startsAt: startsAt + at * 60_000, durationMs: 600_000, label: `Nr. ${at}`, maxUses: 1 }));
    await act(async () => void (await place.console.desk.createAll(drafts)));
    await eventually(() => expect(parts('appointment').length).toBe(40));
    const changes: MutationRecord[] = [];
    const observer = new MutationObserver((all) => void changes.push(...all));
    observer.observe(app, { subtree: true, childList: true, attributes: true, characterData: true });
    const one = place.console.appointments.value[7];

    if (one) await act(() => place.console.desk.note(one, 'another'));

    await eventually(() => expect(parts('appointment')[7]?.textContent).toContain('another'));
    observer.disconnect();
    const rooms = changes.map(({ target }) => (target instanceof Element ? target : target.parentElement)?.closest<HTMLElement>('[data-test=appointment]')?.dataset['room']);
    expect(new Set(rooms)).toEqual(new Set([one?.room]));
  });

  it('repeats, with a second guest, each with links of its own', async () => {
    await enrols();
    await click('new-appointment');
    await fill('appointment-label', 'A.M.');
    await choose('appointment-guest-2', 'companion');
    await choose('appointment-repeat', 'weekly');
    await choose('appointment-count', '3');
    await submit('appointment-save');

    await eventually(() => expect(server.rooms.size).toBe(3));
    const hashes = [...server.rooms.values()].flatMap(({ invites }) => invites.map(({ sha256 }) => sha256));
    expect(new Set(hashes).size).toBe(6);
    await appears('cancel');
    await click('cancel');
    await appears('cancel-series');
    await click('cancel-series');
    await eventually(() => expect([...server.rooms.values()].map(({ state }) => state)).toEqual(['closed', 'closed', 'closed']));
  });

  it('has notes that are written anew', async () => {
    await enrols();
    await click('appointment-now');
    await appears('note');
    await click('note');
    await fill('note-text', 'B.B., Befund');
    await submit('note-text');

    await eventually(() => expect(part('appointment')?.textContent).toContain('B.B., Befund'));
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

  it('in which the code was compared is marked so, for this guest’s page only', async () => {
    const visit = await waits(inCall('Anna M.', Date.now()));
    await click('compare-code');
    expect(part('device-number')?.dataset['number']).toBe('482915');
    await click('compare-same');
    await eventually(() => expect(part('compare-code')?.dataset['state']).toBe('compared'));

    await set(visit, lobby('Anna M.'));
    await appears('code-compared');
    const other = lobby('Somebody');
    if (other.name === 'lobby') await set(visit, { ...other, link: { ...other.link, peer: { ...other.link.peer, visit: 'BAAAAAAAAAAAAAAAAAAAAA' } } });

    await eventually(() => expect(part('code-compared')).toBeNull());
  });

  it('in which the codes differ is not marked, and the doctor is told what to do', async () => {
    await waits(inCall('Anna M.', Date.now()));
    await click('compare-code');
    await click('compare-differs');

    expect(plainText(app.textContent)).toContain('Hang up, phone Anna M.');
    expect(part('compare-code')?.dataset['state']).toBe('open');
  });

  it('that the guest ended leads back to the list, with a word about it that can be put away', async () => {
    const visit = await waits(inCall('Anna M.', Date.now()));

    await set(visit, { name: 'over', reason: 'peer-left' });

    await eventually(() => expect(notice()).toBe('peer-left'));
    expect(part('call')).toBeNull();
    expect(part('new-appointment')).not.toBeNull();
    expect(plainText(part('notice')?.textContent)).toContain('Anna M. has hung up.');
    await click('dismiss');
    expect(part('notice')).toBeNull();
  });

  it('that one ended oneself leads back without a word', async () => {
    const visit = await waits(inCall('Anna M.', Date.now()));

    await set(visit, { name: 'over', reason: 'hung-up' });
    await eventually(() => expect(part('call')).toBeNull());

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

describe('further devices', () => {
  it('a recovery file is offered until it is saved, and “later” is for today', async () => {
    await enrols();
    await appears('recovery-banner');
    await click('recovery-later');
    expect(part('recovery-banner')).toBeNull();
    await opensAgain(null);
    await appears('new-appointment');
    expect(part('recovery-banner')).toBeNull();

    localStorage.clear();
    await opensAgain(null);
    await appears('recovery-banner');
    await makesFile();

    await eventually(() => expect(part('recovery-banner')).toBeNull());
    await click('settings-open');
    expect(part('recovery')?.dataset['state']).toBe('sealed');
  });

  it('the passphrase is asked for once more before the file counts', async () => {
    await enrols();
    await click('recovery-make');
    await fill('recovery-passphrase', 'too short');
    await submit('recovery-save');
    expect(field('recovery-passphrase').getAttribute('aria-invalid')).toBe('true');
    expect(saved).toEqual([]);

    await fill('recovery-passphrase', PASSPHRASE);
    await submit('recovery-save');
    await appears('recovery-check');
    await fill('recovery-check', 'something else');
    await submit('recovery-done');

    expect(field('recovery-check').getAttribute('aria-invalid')).toBe('true');
    expect((await backup())?.state).toBe('open');
    expect(saved.map(({ name }) => name)).toEqual(['visite-recovery-Praxis-am-Finkenweg.json']);
  });

  it('a device is added by a link, and shows the number that this one shows', async () => {
    await enrols();
    await makesFile();
    await click('settings-open');
    await invites('doctor');
    const link = field('add-link').value;
    const [code = '', key = ''] = link.split('#add=')[1]?.split('.') ?? [];
    const there = new IDBFactory();
    const number = await comesBy(there, { code, transferKey: readTransferKey(key) });

    await appears('comer');

    expect(part('comer')?.querySelector<HTMLElement>('[data-test=device-number]')?.dataset['number']).toBe(number);
    await click('comer-confirm');
    await appears('add-close');
    const row = parts('device').find(({ dataset }) => dataset['state'] === 'confirmed' && dataset['device'] !== device());
    expect(row?.textContent).toContain('Phone');
  });

  it('without a recovery file none is added', async () => {
    await enrols();
    await click('settings-open');
    await click('add-device');

    expect(part('add-passphrase')).toBeNull();
    expect(part('add-dialog')?.textContent).toContain('recovery file');
  });

  it('a wrong passphrase is said at its field', async () => {
    await enrols();
    await makesFile();
    await click('settings-open');
    await click('add-device');
    await fill('add-passphrase', 'another one altogether');
    await submit('add-begin');

    await eventually(() => expect(field('add-passphrase').getAttribute('aria-invalid')).toBe('true'));
    expect(server.deviceCodes.size).toBe(0);
  });

  it('one is signed out after a question', async () => {
    await enrols();
    const other = server.addDevice({ name: 'Lost phone' });
    await click('settings-open');
    await eventually(() => expect(parts('device').length).toBe(2));
    const row = parts('device').find(({ dataset }) => dataset['device'] === other.id);
    await act(() => row?.querySelector<HTMLElement>('[data-test=revoke-device]')?.click());
    expect(server.devices.get(other.id)?.revoked_at).toBeNull();

    await click('revoke-sure');

    await eventually(() => expect(server.devices.get(other.id)?.revoked_at).not.toBeNull());
    await eventually(() => expect(parts('device').find(({ dataset }) => dataset['device'] === other.id)?.closest('details')).not.toBeNull());
  });

  it('this one signs itself out, and is told so', async () => {
    await enrols();
    await click('settings-open');
    await appears('revoke-device');
    await click('revoke-device');
    await click('revoke-sure');

    await eventually(() => expect(notice()).toBe('signed-out'));
  });
});

it('consent that is settled goes to those who have an appointment already', async () => {
  await enrols();
  await click('appointment-now');
  await appears('link');
  await click('settings-open');
  await appears('consent-settings');
  const { value: place } = entrance.place;
  if (place.name !== 'console' || !place.console.identity) throw new Error(place.name);
  const { settings, identity } = place.console;
  await eventually(() => expect(settings.state.value).toBe('fresh'));
  expect(server.asked.some((path) => path.endsWith('/welcome'))).toBe(false);

  await settings.save({ ...settings.draft(), policy: 'asked' }, identity);

  await eventually(() => expect(server.asked.filter((path) => path.endsWith('/welcome')).length).toBe(1));
});

describe('a browser without the practice’s keys', () => {
  it('takes them from the recovery file, and says what is wrong with another', async () => {
    await enrols();
    await click('appointment-now');
    await appears('link');
    const before = field('link').value;
    await makesFile();
    const [file] = saved;
    if (!file) throw new Error('nothing was saved');
    const whole = await file.blob.text();
    await fresh('SECOND');
    await submit('enrol-submit');
    await appears('keyless');

    await brings('{"some":"file"}', PASSPHRASE);
    await eventually(() => expect(part('recover')?.textContent).toContain('not a recovery file'));
    await brings(whole.slice(0, 300), PASSPHRASE);
    await eventually(() => expect(part('recover')?.textContent).toContain('damaged'));
    await brings(whole, 'another one altogether');
    await eventually(() => expect(part('recover')?.textContent).toContain('does not open the file'));
    await brings(whole, PASSPHRASE);

    await unfolds();
    expect(field('link').value).toBe(before);
  });

  it('starts with new ones only after a plain word about the links', async () => {
    await enrols();
    await fresh('SECOND');
    await submit('enrol-submit');
    await appears('afresh');
    await click('afresh');
    expect(plainText(app.textContent)).toContain('Links that you have sent no longer lead to this device.');

    await click('afresh-sure');

    await appears('console');
  });

  it('brings the file though it may be the first', async () => {
    server.codes.add('CODE');
    await opens('CODE');
    await click('enrol-recovery');
    await submit('enrol-submit');

    await appears('recover');
  });

  it('gives up, and is a stranger', async () => {
    await enrols();
    await fresh('SECOND');
    await submit('enrol-submit');
    await appears('enrol-give-up');

    await click('enrol-give-up');

    await appears('stranger');
  });
});

describe('a staff device', () => {
  it('arranges, and neither watches nor lets in', async () => {
    await enrols();
    await makesFile();
    await click('appointment-now');
    await appears('link');
    await click('settings-open');
    await invites('staff');
    const [code = '', key = ''] = field('add-link').value.split('#add=')[1]?.split('.') ?? [];
    const there = new IDBFactory();
    await comesBy(there, { code, transferKey: readTransferKey(key) });
    await appears('comer');
    await click('comer-confirm');
    await appears('add-close');
    const watched = visits.size;
    await leaves();
    vi.stubGlobal('indexedDB', there);

    await opens(null);

    await appears('new-appointment');
    await appears('appointment');
    for (const name of ['appointment-now', 'own-open', 'admit', 'link', 'recovery-banner']) expect(part(name), name).toBeNull();
    expect(part('guest-state')?.dataset['state']).toBe('open');
    await click('new-appointment');
    await fill('appointment-label', 'B.B., by phone');
    await submit('appointment-save');
    await appears('link');
    expect(visits.size).toBe(watched);
    await click('settings-open');
    await eventually(() => expect(parts('device').length).toBe(2));
    expect(part('add-device')).toBeNull();
    expect(parts('revoke-device').length).toBe(1);
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
  entrance = new Entrance({ ticket, origin: 'https://video.example.org', local: pretendDevices(), visit, openLine: lines.openLine('self') });
  await act(() => render(<PracticePage entrance={entrance} />, app));
  await act(() => entrance.open());
}

/** As after a reload. */
async function opensAgain(code: string | null) {
  await leaves();
  server.tokens.clear();
  await opens(code);
}

async function leaves() {
  const { value: place } = entrance.place;
  if (place.name === 'console') place.console.dispose();
  await act(() => render(null, app));
}

/** Another browser, with an operator's link. */
async function fresh(code: string) {
  await leaves();
  vi.stubGlobal('indexedDB', new IDBFactory());
  server.codes.add(code);
  await opens(code);
}

/** The recovery file, by way of the banner. */
async function makesFile() {
  await click('recovery-make');
  await fill('recovery-passphrase', PASSPHRASE);
  await submit('recovery-save');
  await appears('recovery-check');
  await fill('recovery-check', PASSPHRASE);
  await submit('recovery-done');
  await eventually(() => expect(part('recovery-check')).toBeNull());
}

async function invites(role: 'doctor' | 'staff') {
  await click('add-device');
  await click(`add-${role}`);
  await fill('add-passphrase', PASSPHRASE);
  await submit('add-begin');
  await appears('add-link');
}

/** Another browser opens a link and becomes "Phone"; gives the number that it shows. */
async function comesBy(factory: IDBFactory, ticket: Ticket): Promise<string> {
  const store = await Store.open(factory);
  const entry = await enter(store, ticket);
  if (entry.state !== 'enrolling') throw new Error(entry.state);
  const enrolment = await enrol(store, entry.pending, 'Phone');
  if (enrolment.state !== 'newcomer' || !enrolment.newcomer.transfer) throw new Error(enrolment.state);
  return deviceNumber(enrolment.newcomer.transfer, await publicPoint(enrolment.newcomer.key));
}

async function brings(text: string, passphrase: string) {
  const file = new File([text], 'visite-recovery.json', { type: 'application/json' });
  Object.defineProperty(field('recover-file'), 'files', { configurable: true, value: [file] });
  await fill('recover-passphrase', passphrase);
  await submit('recover-submit');
}

function device(): string {
  const { value: place } = entrance.place;
  if (place.name !== 'console') throw new Error(place.name);
  return place.console.device.id;
}

function backup() {
  return Store.open().then((store) => store.backup());
}

const PASSPHRASE = 'eins zwei drei vier';

async function enrols() {
  await opens('CODE');
  await submit('enrol-submit');
  await appears('console');
  await eventually(() => expect(app.querySelector('.days')).not.toBeNull());
}

/** An appointment whose waiting room is open, and what is going on in it. */
async function waits(phase: Phase): Promise<PretendVisit> {
  await enrols();
  next.push(phase);
  await click('appointment-now');
  await eventually(() => expect(visits.size).toBe(1));
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

/** With patience for a machine that is busy. */
function eventually(check: () => void): Promise<void> {
  return vi.waitFor(check, { timeout: 10_000 });
}

/** The link and the tools of the one appointment that is there. */
async function unfolds() {
  await appears('item-more');
  if (field('item-more').getAttribute('aria-expanded') === 'false') await click('item-more');
  await appears('link');
}

async function appears(name: string) {
  await eventually(() => expect(part(name), name).not.toBeNull());
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

async function choose(name: string, value: string) {
  await act(() => {
    field(name).value = value;
    field(name).dispatchEvent(new Event('change', { bubbles: true }));
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
