// @vitest-environment happy-dom
import ICAL from 'ical.js';
import { describe, expect, it } from 'vitest';
import type { Part } from '../../call/control.ts';
import { mailTo, smsCount } from '../../practice/share.ts';
import { calendarOf, INVITATION_LANGUAGES, type Invitation, type InvitedVisit, type Kind, messageOf, say, timesOf } from './invitation.ts';

describe('a message', () => {
  it.each(everything())('in $language about “$kind” to a $part says when, where, who and whom to call, and nothing of the guest', ({ language, kind, part }) => {
    const { subject, body, sms } = messageOf({ ...INVITATION, part }, kind, language);
    const times = timesOf(VISIT, language);

    for (const text of [subject, body, sms]) expect(text).not.toMatch(/[\u2066-\u2069]|\{|\}|undefined|null/);
    expect(body.split('\n').at(-1)).toBe('Praxis am Finkenweg');
    expect(body).toContain('030 1234567');
    expect([body, sms].map((text) => text.includes(URL))).toEqual([kind !== 'cancelled', kind !== 'cancelled']);
    // A program that makes links of addresses takes all of the line.
    if (kind !== 'cancelled') expect(body.split('\n')).toEqual(expect.arrayContaining([URL, 'https://video.example.org/check']));
    if (kind === 'hour') return;
    expect(subject).toContain(times.date);
    for (const text of [subject, body, sms]) expect(text).toContain(times.time);
    expect(body).toContain(times.day);
  });

  it.each(INVITATION_LANGUAGES)('without a number and without the link is whole, too: %s', (language) => {
    for (const kind of ['moved', 'reminder'] as const) {
      const { body, sms } = messageOf({ ...INVITATION, phone: null, url: null }, kind, language);
      expect(`${body}${sms}`).not.toMatch(/https|\{|030/);
      expect(body).toContain(say(language, 'invite-link-known'));
    }
  });

  it.each(['de', 'en', 'tr'] as const)('goes to the mail program whole, even from Windows: %s', (language) => {
    for (const kind of ['new', 'moved', 'reminder', 'cancelled', 'hour'] as const) {
      const { subject, body } = messageOf(INVITATION, kind, language);
      expect(mailTo(subject, body)).not.toBeNull();
    }
  });

  it('is written in the language that was chosen', () => {
    expect(messageOf(INVITATION, 'new', 'de').subject).toBe('Videosprechstunde am Do., 7. Mai um 14:30 Uhr');
    expect(messageOf(INVITATION, 'new', 'en').subject).toMatch(/^Video consultation on Thu,? 7 May at 14:30$/);
    expect(messageOf(INVITATION, 'moved', 'de').body).toContain('hat einen neuen Termin: Donnerstag, 7. Mai 2026 um 14:30 Uhr (');
  });

  it.each<[Part, RegExp]>([
    ['patient', /^Ihre Videosprechstunde ist am/m],
    ['companion', /^Sie begleiten jemanden/m],
    ['interpreter', /^Sie dolmetschen/m],
    ['colleague', /^Sie kommen fachlich/m],
  ])('tells a %s what the link is for', (part, words) => {
    expect(messageOf({ ...INVITATION, part }, 'new', 'de').body).toMatch(words);
  });

  it.each(['new', 'moved', 'reminder', 'cancelled', 'hour'] as const)('about “%s” fits into one SMS, in German and English', (kind) => {
    for (const language of ['de', 'en'] as const) {
      const { sms } = messageOf(INVITATION, kind, language);
      expect(smsCount(sms), sms).toBe(1);
    }
  });

  it('names the practice in an SMS where that needs no second one', () => {
    expect(messageOf(INVITATION, 'cancelled', 'de').sms).toBe('Praxis am Finkenweg: Die Videosprechstunde am Do., 7. Mai um 14:30 Uhr findet nicht statt.');
    expect(messageOf(INVITATION, 'new', 'de').sms).toBe(`Videosprechstunde Do., 7. Mai 14:30 Uhr: ${URL}`);
    expect(messageOf({ ...INVITATION, url: `https://a.example.org/${'x'.repeat(200)}` }, 'new', 'de').sms).toMatch(/^Praxis am Finkenweg: /);
  });
});

describe('the calendar’s entry', () => {
  it.each(INVITATION_LANGUAGES)('shows on a locked phone neither practice nor guest: %s', (language) => {
    const event = read(calendarOf(INVITATION, VISIT, 'new', language, 0));

    expect(event.getFirstPropertyValue('summary')).toBe(say(language, 'invite-summary'));
    expect(event.getFirstSubcomponent('valarm')?.getFirstPropertyValue('description')).toBe(say(language, 'invite-summary'));
    expect(event.getFirstPropertyValue('url')).toBe(URL);
    expect(event.getFirstPropertyValue('description')).toContain(URL);
  });

  it('is the same for an invitation, a new time and a reminder, and is taken back by a cancellation', () => {
    const [first, moved, reminder, cancelled] = (['new', 'moved', 'reminder', 'cancelled'] as const).map((kind) => calendarOf(INVITATION, { ...VISIT, epoch: 3 }, kind, 'de', 0));

    expect([moved, reminder]).toEqual([first, first]);
    expect(first).toContain('\r\nSEQUENCE:2\r\n');
    expect(cancelled).toContain('\r\nMETHOD:CANCEL\r\n');
    expect(cancelled).toContain('\r\nSEQUENCE:3\r\n');
    expect(cancelled).not.toContain('https');
  });
});

function everything(): readonly { readonly language: (typeof INVITATION_LANGUAGES)[number]; readonly kind: Kind; readonly part: Part }[] {
  const kinds = ['new', 'moved', 'reminder', 'cancelled', 'hour'] as const;
  const parts = ['patient', 'companion', 'interpreter', 'colleague'] as const;
  return INVITATION_LANGUAGES.flatMap((language) => kinds.flatMap((kind) => parts.map((part) => ({ language, kind, part }))));
}

function read(file: string): ICAL.Component {
  const event = new ICAL.Component(ICAL.parse(file) as unknown[]).getFirstSubcomponent('vevent');
  if (!event) throw new Error('no event in the file');
  return event;
}

// As long as a link of an ordinary installation is.
const URL = `https://video.example.org/v/${'A'.repeat(22)}#${'B'.repeat(66)}`;
const VISIT: InvitedVisit = {
  room: 'ab'.repeat(16),
  seat: 1,
  startsAt: new Date('2026-05-07T14:30').getTime(),
  endsAt: new Date('2026-05-07T15:00').getTime(),
  opensAt: new Date('2026-05-07T14:15').getTime(),
  epoch: 1,
};
const INVITATION: Invitation = { practice: 'Praxis am Finkenweg', phone: '030 1234567', url: URL, part: 'patient', visit: VISIT };
