// @vitest-environment happy-dom
import { act } from 'preact/test-utils';
import { describe, expect, it, vi } from 'vitest';
import type { Phase } from '../../call/model.ts';
import type { Receipt } from '../../consent/receipt.ts';
import { sealReply } from '../../consent/reply.ts';
import { noteOf } from '../../practice/appointments.ts';
import { openBoard, type Passed, sealBoard, type Word } from '../../practice/board.ts';
import { boardKey } from '../../practice/keys.ts';
import { inCall, lobby, pretendVisit } from '../../practice/pretend.ts';
import type { PracticeEvent } from '../../signal/practice-line.ts';
import { app, appears, click, device, entrance, eventually, field, fill, lines, next, notice, part, parts, plainText, playChime, server, set, submit, visits, waits, prepare } from './pretend-page.tsx';

prepare();

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

  it('who can’t be reached since the relay is missing says that, and not that the networks are to blame', async () => {
    await waits({ name: 'no-path', safetyCode: '123456', isRelayMissing: true });

    expect(part('guest-state')?.dataset['state']).toBe('no-path');
    for (const name of ['guest-state', 'waiting-guest']) expect(part(name)?.textContent).toMatch(/Zwischenstation|relay/);
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
    const guest = { room: appointment.room, seat: 1 as const, part: 'patient' as const, state: 'waiting' as const, isHeld: false, name: 'Anna M.', since: Date.now() - 450_000, consent: null, quality: null, told: null };
    const line = lines.openLine(other.id)({ url: '', token: async () => '', onEvent: () => {} });
    line.open();
    line.board(await sealBoard(key, other.id, { at: Date.now(), word: null, passed: [], guests: [guest] }));

    await eventually(() => expect(plainText(part('waiting-device')?.textContent)).toContain('at Room 2'));
    expect(plainText(part('waiting-since')?.textContent)).toBe('waiting 7 min');
    expect(part('waiting-since')?.querySelector('svg')).toBeNull();
    await click('waiting-more');
    await click('hand-over');
    await appears('hand-over-dialog');
    expect(part('hand-over-to')).toBeNull();
    await act(() => (part('hand-over-dialog') as HTMLDialogElement).close());
    await click('fetch');
    await eventually(() => expect(visit.asked).toEqual(['start', 'retry']));
  });

  it('at another device is written to by way of that, and it is said when that did not work', async () => {
    const visit = await waits(lobby('Anna M.'));
    const other = server.addDevice({ name: 'Room 2' });
    const { value: place } = entrance.place;
    const key = place.name === 'console' ? await boardKey(place.console.device.keys) : null;
    if (!key) throw new Error('no key');
    const guest = { room: 'd'.repeat(32), seat: 1 as const, part: 'patient' as const, state: 'waiting' as const, isHeld: false, name: 'Bernd B.', since: Date.now() - 1_200_000, consent: null, quality: null, told: null };
    const heard: Word[] = [];
    const says = async (passed: readonly Passed[]) => line.board(await sealBoard(key, other.id, { at: Date.now(), word: null, passed, guests: [guest] }));
    const onEvent = async (event: PracticeEvent) => {
      const board = event.type === 'board' && event.data !== null ? await openBoard(key, device(), event.data) : null;
      if (board?.word) heard.push(board.word);
    };
    const line = lines.openLine(other.id)({ url: '', token: async () => '', onEvent: (event) => void onEvent(event) });
    line.open();
    await says([]);
    await eventually(() => expect(parts('waiting-guest').length).toBe(2));
    // For long, and is seen to.
    expect(parts('waiting-since').map((one) => one.querySelector('svg') !== null)).toEqual([true, false]);
    vi.useFakeTimers({ toFake: ['setTimeout'] });

    await click('tell-all');
    await click('tell-ready');
    await vi.waitFor(() => expect(heard.map(({ to, text }) => [to, text])).toEqual([[[`${guest.room}/1`], expect.stringMatching(/^It will take about 10 /)]]));
    await act(async () => void (await vi.advanceTimersByTimeAsync(5_000)));
    vi.useRealTimers();
    expect(visit.asked.at(-1)).toMatch(/^tell It will take about 10 /);
    expect(plainText(part('tell-dialog')?.textContent)).toContain('reached only 1');

    await click('tell-ready');
    await eventually(() => expect(heard.length).toBe(2));
    await act(() => says([{ id: heard[1]?.id ?? '', reached: 1 }]));
    await eventually(() => expect(part('tell-dialog')).toBeNull());
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
