// @vitest-environment happy-dom
import type { Signal } from '@preact/signals';
import { options, type VNode } from 'preact';
import { act } from 'preact/test-utils';
import { describe, expect, it } from 'vitest';
import { dateAndTime, midnight } from '../../practice/form.ts';
import { AppointmentItem } from './appointment-item.tsx';
import { app, appears, choose, click, enrols, entrance, eventually, field, fill, notice, part, parts, plainText, server, submit, prepare } from './pretend-page.tsx';

prepare();

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

  it('need not be known: an appointment is found by its note, and whoever goes to a day has found it', async () => {
    await enrols();
    const { value: place } = entrance.place;
    if (place.name !== 'console') throw new Error(place.name);
    const noon = new Date(new Date().setHours(12, 0, 0, 0)).getTime();
    const drafts = ['K. Yılmaz, Befund', 'Müller', 'Yilmaz sen.'].map((label, at) => ({ room: at.toString(16).padStart(32, '0'), startsAt: noon + (at + 1) * 24 * 3_600_000, durationMs: 600_000, label, maxUses: 1 }));
    await act(async () => void (await place.console.desk.createAll(drafts)));
    await eventually(() => expect(place.console.appointments.value.length).toBe(3));

    await fill('search', 'yilmaz');
    expect(parts('appointment').map((one) => one.querySelector('.appointment-label')?.textContent)).toEqual(['K. Yılmaz, Befund', 'Yilmaz sen.']);
    expect(plainText(part('found')?.querySelector('[role=status]')?.textContent)).toContain('2 appointments found');
    expect([...(part('found')?.querySelectorAll('h4') ?? [])].length).toBe(2);
    await fill('search', 'yilmaz x');
    expect(parts('appointment')).toEqual([]);
    expect(plainText(part('found')?.textContent)).toContain('Nothing found');

    await click('day-after');

    expect([part('found'), field('search').value]).toEqual([null, '']);
  });

  it('of two hundred draws only the one anew that has changed', async () => {
    await enrols();
    const { value: place } = entrance.place;
    if (place.name !== 'console') throw new Error(place.name);
    const startsAt = new Date(new Date().setHours(0, 0, 0, 0) + 36 * 3_600_000).getTime();
    const drafts = Array.from({ length: 200 }, (_, at) => ({ room: at.toString(16).padStart(32, '0'), startsAt: startsAt + at * 60_000, durationMs: 600_000, label: `Nr. ${at}`, maxUses: 1 }));
    await act(async () => void (await place.console.desk.createAll(drafts)));
    await eventually(() => expect(parts('appointment').length).toBe(200));
    const changes: MutationRecord[] = [];
    const observer = new MutationObserver((all) => void changes.push(...all));
    observer.observe(app, { subtree: true, childList: true, attributes: true, characterData: true });
    const one = place.console.appointments.value[7];
    const drawn = drawnFrom(AppointmentItem);

    if (one) await act(() => place.console.desk.note(one, 'another'));

    await eventually(() => expect(parts('appointment')[7]?.textContent).toContain('another'));
    observer.disconnect();
    const rooms = changes.map(({ target }) => (target instanceof Element ? target : target.parentElement)?.closest<HTMLElement>('[data-test=appointment]')?.dataset['room']);
    expect(new Set(rooms)).toEqual(new Set([one?.room]));
    expect(drawn.count).toBe(1);

    const now = place.console.now as Signal<number>;
    await act(() => void (now.value += 10_000));
    expect(drawn.count).toBe(1);
    drawn.end();
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

  it('is followed by another a week later, for the same people and with the same note', async () => {
    await enrols();
    await click('new-appointment');
    await fill('appointment-label', 'A.M.');
    await fill('appointment-length', '45');
    await choose('appointment-guest-2', 'interpreter');
    await submit('appointment-save');
    await appears('repeat');

    await click('repeat');
    await submit('appointment-save');

    await eventually(() => expect(server.rooms.size).toBe(2));
    const [first, second] = [...server.rooms.values()].map(({ starts_at, ends_at, invites }) => ({ start: dateAndTime(starts_at), minutes: (ends_at - starts_at) / 60_000, seats: invites.map(({ seat }) => seat) }));
    const aWeekLater = midnight(new Date(`${first?.start.date}T00:00`).getTime(), 7);
    expect(second).toEqual({ ...first, start: { date: dateAndTime(aWeekLater).date, time: first?.start.time } });
    await eventually(() => expect(part('appointment')?.textContent).toContain('A.M.'));
    await appears('link');
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

/** Counts how often a component is rendered. */
function drawnFrom(component: unknown) {
  // As @preact/signals does: there is no public hook before a render.
  const hooks = options as { __r?: ((vnode: VNode) => void) | undefined };
  const before = hooks.__r;
  const drawn = { count: 0, end: () => void (hooks.__r = before) };
  hooks.__r = (vnode) => {
    if (vnode.type === component) drawn.count += 1;
    before?.(vnode);
  };
  return drawn;
}
