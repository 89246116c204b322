// @vitest-environment happy-dom
import { render } from 'preact';
import { act } from 'preact/test-utils';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Appointment } from '../../practice/appointments.ts';
import { language } from '../text.ts';
import { InviteButton } from './invite-dialog.tsx';
import * as saving from './save.ts';
import { ShareLink, TellGuest } from './share-link.tsx';
import './texts.ts';

beforeEach(() => {
  language.value = 'en';
});

afterEach(async () => {
  await act(() => render(null, document.body));
  vi.restoreAllMocks();
});

describe('a link on the list', () => {
  it('is there to be copied, and to be sent', async () => {
    await show(<ShareLink appointment={APPOINTMENT} link={LINK} practice="Praxis" />);

    expect((part('link') as HTMLInputElement).value).toBe(LINK.url);
    expect(part('copy-link')).not.toBeNull();
    expect(part('invite')?.textContent).toBe('Invite');
  });

  it('of a moved appointment offers to tell the new time, with the same link', async () => {
    await show(<ShareLink appointment={{ ...APPOINTMENT, epoch: 2 }} link={LINK} practice="Praxis" phone="030 1234567" />);
    expect(part('invite')?.textContent).toBe('Tell the new time');

    await click('invite');

    expect(text('invite-subject')).toMatch(/^New time: video consultation on /);
    expect(text('invite-body')).toContain(LINK.url);
    expect(text('invite-body')).toContain('call us: 030 1234567');
    await choose('invite-kind', 'new');
    expect(text('invite-subject')).toMatch(/^Video consultation on /);
  });

  it('that nobody has here any more leaves something to tell: it is off', async () => {
    await show(<TellGuest appointment={{ ...APPOINTMENT, epoch: 2, isCancelled: true }} practice="Praxis" />);
    expect(part('invite')?.textContent).toBe('Tell them it is off');

    await click('invite');

    expect(text('invite-body')).toContain('does not take place');
    expect(ways()).toEqual(['mail', 'sms']);
    expect(part('invite-kind')).toBeNull();
    expect(await saved()).toMatch(/METHOD:CANCEL\r\n[^]*SEQUENCE:2\r\n[^]*STATUS:CANCELLED\r\n/);
  });

  it('that only the doctors have lets the desk tell a new time, and give out no entry that lacks the link', async () => {
    await show(<TellGuest appointment={{ ...APPOINTMENT, epoch: 2 }} practice="Praxis" />);
    await click('invite');

    expect(text('invite-body')).toContain('the link that you already have');
    expect(ways()).toEqual(['mail', 'sms']);
    expect([...(part('invite-kind') as HTMLSelectElement).options].map(({ value }) => value)).toEqual(['moved', 'reminder']);
    expect(part('calendar')).toBeNull();
  });

  it('that only the doctors have, of an appointment that was not moved, lets the desk remind', async () => {
    await show(<TellGuest appointment={APPOINTMENT} practice="Praxis" />);
    expect(part('invite')?.textContent).toBe('Remind');

    await click('invite');

    expect(text('invite-subject')).toMatch(/^Reminder: /);
  });
});

describe('the dialog', () => {
  beforeEach(async () => {
    await show(<ShareLink appointment={APPOINTMENT} link={LINK} practice="Praxis" />);
    await click('invite');
  });

  it('writes in the guest’s language, not in that of who invites', async () => {
    await choose('invite-language', 'de');

    expect(text('invite-body')).toMatch(/^Guten Tag,/);
    expect(part('invite-body')?.getAttribute('lang')).toBe('de');
    expect(part('mail')?.textContent).toContain('Open in the mail program');
    const mail = new URLSearchParams(part('mail')?.getAttribute('href')?.split('?')[1]);
    expect([mail.get('subject'), mail.get('body')]).toEqual([text('invite-subject'), text('invite-body').replaceAll('\n', '\r\n')]);
  });

  it('has a text pasted that is too long to be handed over', async () => {
    expect(document.body.textContent).not.toContain('too long');
    await choose('invite-language', 'uk');

    expect(document.body.textContent).toContain('This text is too long for some mail programs.');
    const mail = new URLSearchParams(part('mail')?.getAttribute('href')?.split('?')[1]);
    expect([mail.get('subject'), mail.get('body')]).toEqual([text('invite-subject'), '']);
    expect(part('copy-text')?.classList).toContain('primary');
  });

  it('gives the entry for the calendar', async () => {
    const file = await saved();

    expect(file).toContain(`UID:${APPOINTMENT.room}@`);
    expect(file).toContain('METHOD:PUBLISH');
    expect(file).not.toContain('A.M.');
  });

  it('has a short message, and says as how many it is charged', async () => {
    await click('choose-sms');

    expect(text('invite-sms')).toContain(LINK.url);
    expect(document.body.textContent).toContain('Fits into one text message.');
    expect(new URLSearchParams(part('sms')?.getAttribute('href')?.split('?')[1]).get('body')).toBe(text('invite-sms'));
  });

  it('prints a sheet that says when and how, and names nobody', async () => {
    const print = vi.fn();
    vi.stubGlobal('print', print);
    await click('choose-sheet');
    await choose('invite-language', 'de');

    await click('print');

    expect(print).toHaveBeenCalledOnce();
    const paper = document.body.querySelector('body > .print-root');
    expect(paper?.querySelectorAll('li')).toHaveLength(3);
    expect(paper?.querySelector('.sheet-time')?.textContent).toMatch(/^\d\d:\d\d Uhr$/);
    expect(paper?.querySelector('[data-test=qr-code]')).not.toBeNull();
    expect(paper?.querySelector('.sheet-check')?.textContent).toMatch(/ video\.example\.org\/check$/);
    expect(paper?.textContent).not.toContain('A.M.');
    await click('choose-mail');
    expect(document.body.querySelector('.print-root')).toBeNull();
  });

  it('shows the code', async () => {
    await click('choose-code');

    expect(part('qr-code')?.querySelectorAll('path')).toHaveLength(2);
  });

  it('begins anew each time it is opened', async () => {
    await choose('invite-kind', 'reminder');
    expect(text('invite-subject')).toMatch(/^Reminder/);

    await act(() => document.body.querySelector<HTMLElement>('.dialog-head button')?.click());
    await click('invite');

    expect(text('invite-subject')).toMatch(/^Video consultation/);
  });
});

describe('an open consultation hour', () => {
  it('has texts and a notice without a day', async () => {
    await show(<InviteButton invitation={{ practice: 'Praxis', phone: null, url: LINK.url, part: 'patient', visit: null }} />);
    await click('invite');

    expect(text('invite-body')).toContain('open video consultation hour');
    expect(part('calendar')).toBeNull();
    expect(part('invite-kind')).toBeNull();
    await click('choose-sheet');
    expect(part('sheet')?.querySelector('.sheet-time')).toBeNull();
    expect(part('sheet')?.textContent).toContain('please get in touch with the practice.');
  });
});

async function show(view: Parameters<typeof render>[0]) {
  await act(() => render(view, document.body));
}

async function click(name: string) {
  const element = part(name);
  if (!element) throw new Error(`no ${name} here`);
  await act(() => element.click());
}

async function choose(name: string, value: string) {
  const select = part(name) as HTMLSelectElement;
  await act(() => {
    select.value = value;
    select.dispatchEvent(new Event('change', { bubbles: true }));
  });
}

/** What is saved as a file. */
async function saved(): Promise<string> {
  const save = vi.spyOn(saving, 'save').mockImplementation(() => {});
  await click('calendar');
  const [name, file] = save.mock.calls[0] ?? [];
  expect(name).toMatch(/\.ics$/);
  return (await file?.text()) ?? '';
}

function ways(): readonly string[] {
  return ['mail', 'sms', 'sheet', 'code'].filter((one) => part(`choose-${one}`));
}

function text(name: string): string {
  return (part(name) as HTMLTextAreaElement).value;
}

function part(name: string): HTMLElement | null {
  return document.body.querySelector<HTMLElement>(`[data-test="${name}"]`);
}

const LINK = { url: `https://video.example.org/v/${'A'.repeat(22)}#${'B'.repeat(66)}`, invite: 'ab'.repeat(8), uses: 0, maxUses: 3 };
const APPOINTMENT: Appointment = {
  room: 'ab'.repeat(16),
  startsAt: Date.UTC(2026, 4, 7, 12, 30),
  endsAt: Date.UTC(2026, 4, 7, 13, 0),
  opensAt: Date.UTC(2026, 4, 7, 12, 15),
  closesAt: Date.UTC(2026, 4, 7, 13, 30),
  epoch: 1,
  isCancelled: false,
  reply: null,
  made: {
    by: 'us',
    label: { text: 'A.M., Husten' },
    front: new Uint8Array(), software: null,
    hour: null,
    isLabelled: true,
    roomKey: new Uint8Array(32),
    issuer: new Uint8Array(32),
    link: LINK,
    links: 1,
    others: [],
  },
};
