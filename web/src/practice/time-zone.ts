// Time zones as a calendar file spells them out (RFC 5545 section 3.6.5). Where a zone is not among them, times are written in UTC, which every calendar shows rightly.

/** The clocks' lead over UTC at this moment, in milliseconds. `timeZone`: an IANA name. */
export function aheadOfUtc(at: number, timeZone: string): number {
  const parts = clockIn(timeZone).formatToParts(at);
  const of = (type: Intl.DateTimeFormatPartTypes) => Number(parts.find((part) => part.type === type)?.value);
  const read = Date.UTC(of('year'), of('month') - 1, of('day'), of('hour'), of('minute'), of('second'));
  return read - Math.floor(at / SECOND) * SECOND;
}

function clockIn(timeZone: string): Intl.DateTimeFormat {
  const style = { timeZone, hourCycle: 'h23', year: 'numeric', month: 'numeric', day: 'numeric', hour: 'numeric', minute: 'numeric', second: 'numeric' } as const;
  const clock = clocks.get(timeZone) ?? new Intl.DateTimeFormat('en', style);
  clocks.set(timeZone, clock);
  return clock;
}

/** This browser's. */
export function ownTimeZone(): string {
  return new Intl.DateTimeFormat().resolvedOptions().timeZone;
}

/** Central European Time by the rules that hold since 1996: summer from the last Sunday of March, 1:00 UTC, to that of October. */
function central(timeZone: string): readonly string[] {
  return [
    'BEGIN:VTIMEZONE',
    `TZID:${timeZone}`,
    'BEGIN:DAYLIGHT',
    'DTSTART:19960331T020000',
    'RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU',
    'TZOFFSETFROM:+0100',
    'TZOFFSETTO:+0200',
    'TZNAME:CEST',
    'END:DAYLIGHT',
    'BEGIN:STANDARD',
    'DTSTART:19961027T030000',
    'RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU',
    'TZOFFSETFROM:+0200',
    'TZOFFSETTO:+0100',
    'TZNAME:CET',
    'END:STANDARD',
    'END:VTIMEZONE',
  ];
}

const SECOND = 1_000;
/** They are slow to make. */
const clocks = new Map<string, Intl.DateTimeFormat>();

/** Each zone whose rules we know, as a VTIMEZONE's lines. */
export const TIME_ZONES: Readonly<Partial<Record<string, readonly string[]>>> = Object.fromEntries(
  ['Europe/Berlin', 'Europe/Busingen', 'Europe/Vienna', 'Europe/Zurich'].map((timeZone) => [timeZone, central(timeZone)]),
);
