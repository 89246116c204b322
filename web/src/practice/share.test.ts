import { describe, expect, it } from 'vitest';
import { calendarFile, type CalendarEntry, mailTo } from './share.ts';

describe('a mail', () => {
  it('keeps the link whole, umlauts and line breaks', () => {
    const body = 'Guten Tag,\nhier ist Ihr Link: https://video.example.org/v/abc#d-e_f\n\nGrüße & bis bald';

    const address = mailTo('Termin: 50 % + mehr?', body);

    expect(address).toMatch(/^mailto:\?subject=[^&\s+#]+&body=[^&\s+#]+$/);
    const fields = new URLSearchParams(address.slice('mailto:?'.length));
    expect(fields.get('subject')).toBe('Termin: 50 % + mehr?');
    expect(fields.get('body')).toBe(body.replaceAll('\n', '\r\n'));
  });

  it('does not double line breaks that are right already', () => {
    expect(mailTo('s', 'a\r\nb')).toContain('a%0D%0Ab');
  });
});

describe('a calendar file', () => {
  it('has what a calendar needs, in lines that end as they must', () => {
    const file = calendarFile(ENTRY, Date.UTC(2026, 4, 7, 8, 0, 0));

    expect(file.endsWith('END:VCALENDAR\r\n')).toBe(true);
    expect(file.replaceAll('\r\n', '')).not.toMatch(/[\r\n]/);
    const lines = unfolded(file);
    expect(lines).toContain('VERSION:2.0');
    expect(lines).toContain(`UID:${ENTRY.room}@video.example.org`);
    expect(lines).toContain('DTSTAMP:20260507T080000Z');
    expect(lines).toContain('DTSTART:20260507T123000Z');
    expect(lines).toContain('DTEND:20260507T130000Z');
    expect(lines).toContain('SEQUENCE:2');
    expect(lines).toContain(`URL:${ENTRY.url}`);
    expect(lines).toContain('TRIGGER:-PT15M');
    expect(lines.some((line) => line.startsWith('METHOD'))).toBe(false);
  });

  it('escapes commas, semicolons, backslashes and line breaks', () => {
    const lines = unfolded(calendarFile({ ...ENTRY, summary: 'a, b; c\\d\ne\r\nf\u0007' }, 0));

    expect(lines).toContain('SUMMARY:a\\, b\\; c\\\\d\\ne\\nf');
  });

  it('folds long lines at 75 octets, and no character in two', () => {
    const description = 'äöü€𝕍 Ä'.repeat(60);

    const file = calendarFile({ ...ENTRY, description }, 0);

    const bytes = file.split('\r\n').map((line) => new TextEncoder().encode(line).length);
    expect(Math.max(...bytes)).toBeLessThanOrEqual(75);
    expect(Math.max(...bytes)).toBeGreaterThan(70);
    expect(unfolded(file)).toContain(`DESCRIPTION:${description}`);
  });

  it('does not fold a line of exactly 75 octets', () => {
    const summary = 'x'.repeat(75 - 'SUMMARY:'.length);

    expect(calendarFile({ ...ENTRY, summary }, 0)).toContain(`\r\nSUMMARY:${summary}\r\n`);
    expect(calendarFile({ ...ENTRY, summary: `${summary}y` }, 0)).toContain(`\r\nSUMMARY:${summary}\r\n y\r\n`);
  });
});

function unfolded(file: string): string[] {
  return file.replaceAll('\r\n ', '').split('\r\n');
}

const ENTRY: CalendarEntry = {
  room: '00112233445566778899aabbccddeeff',
  host: 'video.example.org',
  startsAt: Date.UTC(2026, 4, 7, 12, 30),
  endsAt: Date.UTC(2026, 4, 7, 13, 0),
  epoch: 2,
  summary: 'Videosprechstunde',
  description: 'Bitte öffnen Sie den Link.',
  url: `https://video.example.org/v/${'A'.repeat(22)}#${'B'.repeat(66)}`,
  reminder: 15,
};
