import ICAL from 'ical.js';
import { describe, expect, it } from 'vitest';
import { calendarFile, type CalendarEntry } from './calendar.ts';
import { aheadOfUtc, TIME_ZONES } from './time-zone.ts';

describe('a calendar file', () => {
  it('is a PUBLISH with all that RFC 5546 wants of one, and nobody to answer it', () => {
    const { calendar, event } = read(calendarFile(ENTRY, Date.UTC(2026, 4, 7, 8)));

    expect(calendar.getFirstPropertyValue('version')).toBe('2.0');
    expect(calendar.getFirstPropertyValue('method')).toBe('PUBLISH');
    expect(value(event, 'uid')).toBe(`${ENTRY.room}@video.example.org`);
    expect(value(event, 'dtstamp')).toBe('2026-05-07T08:00:00Z');
    expect(value(event, 'sequence')).toBe('0');
    expect(value(event, 'organizer')).toBe('mailto:noreply@visite.invalid');
    expect(event.getFirstProperty('organizer')?.getParameter('cn')).toBe('Praxis am Finkenweg');
    expect(value(event, 'summary')).toBe('Videosprechstunde');
    expect(value(event, 'description')).toBe(ENTRY.description);
    expect(value(event, 'url')).toBe(ENTRY.url);
    expect(value(event, 'status')).toBe('CONFIRMED');
    expect(value(event, 'class')).toBe('PRIVATE');
    for (const absent of ['attendee', 'request-status', 'recurrence-id', 'location']) expect(event.getFirstProperty(absent), absent).toBeNull();
  });

  it('reminds some minutes before', () => {
    const alarm = read(calendarFile(ENTRY, 0)).event.getFirstSubcomponent('valarm');

    expect(alarm && [value(alarm, 'action'), value(alarm, 'trigger'), value(alarm, 'description')]).toEqual(['DISPLAY', '-PT15M', 'Videosprechstunde']);
  });

  it('of a moved appointment changes the entry that is there', () => {
    const [first, moved] = [ENTRY, { ...ENTRY, epoch: 2, startsAt: ENTRY.startsAt + 3_600_000 }].map((entry) => read(calendarFile(entry, 0)));

    expect(first && moved && [value(moved.event, 'uid'), value(moved.event, 'organizer')]).toEqual(first && [value(first.event, 'uid'), value(first.event, 'organizer')]);
    expect(moved && value(moved.event, 'sequence')).toBe('1');
    expect(moved?.calendar.getFirstPropertyValue('method')).toBe('PUBLISH');
  });

  it('of a cancelled one is a CANCEL: newer than all before, with no link and no reminder', () => {
    const { calendar, event } = read(calendarFile({ ...ENTRY, epoch: 2, isCancelled: true, url: null }, 0));

    expect(calendar.getFirstPropertyValue('method')).toBe('CANCEL');
    expect(['uid', 'sequence', 'status', 'organizer'].map((name) => value(event, name))).toEqual([`${ENTRY.room}@video.example.org`, '2', 'CANCELLED', 'mailto:noreply@visite.invalid']);
    expect(event.getFirstSubcomponent('valarm')).toBeNull();
    expect(event.getFirstProperty('url')).toBeNull();
    expect(event.getFirstProperty('attendee')).toBeNull();
  });

  it('of another guest of the same appointment is an entry of its own', () => {
    expect(value(read(calendarFile({ ...ENTRY, seat: 2 }, 0)).event, 'uid')).toBe(`${ENTRY.room}-2@video.example.org`);
  });

  it('keeps every character of what it is given', () => {
    const written = { ...ENTRY, practice: 'Dr. "Ä", Müller; & Co: \\', summary: 'a, b; c\\d\\ne\nf', description: `${'äöü€𝕍 Ä'.repeat(60)}\n\n:;,"\\` };

    const { event } = read(calendarFile(written, 0));

    expect(value(event, 'summary')).toBe(written.summary);
    expect(value(event, 'description')).toBe(written.description);
    expect(event.getFirstProperty('organizer')?.getParameter('cn')).toBe('Dr. ’Ä’, Müller; & Co: \\');
  });

  it('lets nobody write lines of their own into it', () => {
    const file = calendarFile({ ...ENTRY, practice: 'P"\r\nATTENDEE:mailto:a@b', summary: 'x\r\nATTENDEE:mailto:a@b\u0007' }, 0);

    expect(file).not.toMatch(/^ATTENDEE/m);
    expect(value(read(file).event, 'summary')).toBe('x\nATTENDEE:mailto:a@b');
  });
});

describe('its lines', () => {
  it('end as they must', () => {
    const file = calendarFile(ENTRY, 0);

    expect(file.endsWith('END:VCALENDAR\r\n')).toBe(true);
    expect(file.replaceAll('\r\n', '')).not.toMatch(/[\r\n]/);
  });

  it('are folded at 75 octets, and no character in two', () => {
    const description = 'äöü€𝕍 Ä'.repeat(60);

    const file = calendarFile({ ...ENTRY, description }, 0);

    const bytes = file.split('\r\n').map((line) => new TextEncoder().encode(line).length);
    expect(Math.max(...bytes)).toBeLessThanOrEqual(75);
    expect(Math.max(...bytes)).toBeGreaterThan(70);
    expect(file.replaceAll('\r\n ', '')).toContain(`DESCRIPTION:${description}`);
  });

  it('are left whole at exactly 75', () => {
    const summary = 'x'.repeat(75 - 'SUMMARY:'.length);

    expect(calendarFile({ ...ENTRY, summary }, 0)).toContain(`\r\nSUMMARY:${summary}\r\n`);
    expect(calendarFile({ ...ENTRY, summary: `${summary}y` }, 0)).toContain(`\r\nSUMMARY:${summary}\r\n y\r\n`);
  });
});

describe('its times', () => {
  it('are those of the practice’s clocks, with the rules to read them by', () => {
    const file = calendarFile(ENTRY, 0);

    expect(file).toContain('\r\nDTSTART;TZID=Europe/Berlin:20260507T143000\r\n');
    expect(file).toContain('\r\nDTEND;TZID=Europe/Berlin:20260507T150000\r\n');
    expect(file).toContain('\r\nTZID:Europe/Berlin\r\n');
  });

  it('mean the same moment to another program, through the year and around the switches of the clocks', () => {
    const months = Array.from({ length: 12 }, (_, month) => Date.UTC(2026, month, 1 + month, 6 + (month % 12), 30));
    const around = YEARS.flatMap((year) => [lastSunday(year, 2), lastSunday(year, 9)]).flatMap((at) => Array.from({ length: 7 }, (_, half) => at + (half - 3) * 30 * MINUTE));
    let local = 0;

    for (const startsAt of [...months, ...around]) {
      const file = calendarFile({ ...ENTRY, startsAt, endsAt: startsAt + 25 * MINUTE }, 0);
      const { start, end } = read(file);
      expect(new Date(start).toISOString()).toBe(new Date(startsAt).toISOString());
      expect(end - start).toBe(25 * MINUTE);
      local += file.includes('VTIMEZONE') ? 1 : 0;
    }

    // The others are those of the hour that comes twice.
    expect(local).toBe(months.length + around.length - YEARS.length * DOUBTFUL);
  });

  it.each(Object.keys(TIME_ZONES))('are right in every zone whose rules are written here: %s', (timeZone) => {
    for (const startsAt of [Date.UTC(2026, 0, 7, 9), Date.UTC(2026, 6, 7, 9), lastSunday(2027, 2), lastSunday(2027, 9) + 2 * HOUR]) {
      const file = calendarFile({ ...ENTRY, timeZone, startsAt, endsAt: startsAt + HOUR }, 0);
      expect(file).toContain(`DTSTART;TZID=${timeZone}:`);
      expect(read(file).start).toBe(startsAt);
    }
  });

  it('are in UTC where the clocks say them twice, and where the zone’s rules are not written here', () => {
    const twice = Date.UTC(2026, 9, 25, 1, 30);
    expect(calendarFile({ ...ENTRY, startsAt: twice, endsAt: twice + DAY }, 0)).toContain('\r\nDTSTART:20261025T013000Z\r\nDTEND:20261026T013000Z\r\n');

    const abroad = calendarFile({ ...ENTRY, timeZone: 'America/New_York' }, 0);
    expect(abroad).toContain('\r\nDTSTART:20260507T123000Z\r\n');
    expect(abroad).not.toContain('TZID');
    expect(read(abroad).start).toBe(ENTRY.startsAt);
  });

  it('follow the clocks of the zone', () => {
    expect([Date.UTC(2026, 0, 1), Date.UTC(2026, 6, 1)].map((at) => aheadOfUtc(at, 'Europe/Berlin') / 3_600_000)).toEqual([1, 2]);
    expect(aheadOfUtc(Date.UTC(2026, 0, 1), 'Asia/Kathmandu')).toBe(20_700_000);
    expect(aheadOfUtc(-1, 'UTC')).toBe(0);
  });
});

/** As a calendar program understands it: ical.js knows no time zone but the file's own. */
function read(file: string) {
  const calendar = new ICAL.Component(ICAL.parse(file) as unknown[]);
  const event = calendar.getFirstSubcomponent('vevent');
  if (!event) throw new Error('no event in the file');
  expect(calendar.getAllSubcomponents('vevent')).toHaveLength(1);
  const instant = (name: string) => (event.getFirstPropertyValue(name) as ICAL.Time).toUnixTime() * 1_000;
  return { calendar, event, start: instant('dtstart'), end: instant('dtend') };
}

function value(component: ICAL.Component, name: string): string {
  return String(component.getFirstPropertyValue(name));
}

/** When the clocks are switched: 1:00 UTC. */
function lastSunday(year: number, month: number): number {
  const last = new Date(Date.UTC(year, month + 1, 0, 1));
  return last.getTime() - last.getUTCDay() * DAY;
}

const YEARS = [2026, 2029];
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 86_400_000;
/** Starts in steps of half an hour, and 25 minutes long, that touch the two hours which the clocks show alike. */
const DOUBTFUL = 4;
const ENTRY: CalendarEntry = {
  room: '00112233445566778899aabbccddeeff',
  seat: 1,
  host: 'video.example.org',
  startsAt: Date.UTC(2026, 4, 7, 12, 30),
  endsAt: Date.UTC(2026, 4, 7, 13, 0),
  timeZone: 'Europe/Berlin',
  epoch: 1,
  isCancelled: false,
  practice: 'Praxis am Finkenweg',
  summary: 'Videosprechstunde',
  description: 'Bitte öffnen Sie den Link.',
  url: `https://video.example.org/v/${'A'.repeat(22)}#${'B'.repeat(66)}`,
  reminder: 15,
};
