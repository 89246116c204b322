// An appointment as an entry for the guest's calendar: a file (RFC 5545) that is sent by the practice's own mail program, or saved at the desk.
//
// It is a message of iTIP (RFC 5546): PUBLISH for what is new or moved, CANCEL for what is called off, with the same UID throughout and a SEQUENCE that goes up each
// time. Whoever opens the newer file gets the old entry changed, not a second one. Nobody is invited to answer: there is no ATTENDEE, and no REQUEST.

import { aheadOfUtc, TIME_ZONES } from './time-zone.ts';

export interface CalendarEntry {
  readonly room: string;
  /** Of the guest whose link it is: 1 to 3. Others of the same appointment have entries of their own, and may share a calendar. */
  readonly seat: number;
  /** The installation's name, to make the entry's id unique in the world. */
  readonly host: string;
  /** Milliseconds since the epoch, as all times here. */
  readonly startsAt: number;
  readonly endsAt: number;
  /** An IANA name: where the practice is. */
  readonly timeZone: string;
  /** Counts the times that the appointment was given, from 1. */
  readonly epoch: number;
  readonly isCancelled: boolean;
  /** The practice's name. */
  readonly practice: string;
  /** Stands in the calendar for everybody to see who sees that, and on a locked phone. */
  readonly summary: string;
  /** Lines divided by `\n`. */
  readonly description: string;
  /** The guest's link; `null` where it leads nowhere any more. */
  readonly url: string | null;
  /** How long before the start a reminder comes, in minutes. */
  readonly reminder: number;
}

/** A calendar file with this one entry. `now`: when it was made. */
export function calendarFile(entry: CalendarEntry, now: number): string {
  const { isCancelled, startsAt, endsAt, timeZone } = entry;
  const isLocal = isClear(startsAt, timeZone) && isClear(endsAt, timeZone);
  const time = (name: string, at: number) => (isLocal ? `${name};TZID=${timeZone}:${local(at, timeZone)}` : `${name}:${utc(at)}`);
  const lines = [
    'BEGIN:VCALENDAR',
    'VERSION:2.0',
    'PRODID:-//Visite//Visite//EN',
    'CALSCALE:GREGORIAN',
    `METHOD:${isCancelled ? 'CANCEL' : 'PUBLISH'}`,
    ...(isLocal ? (TIME_ZONES[timeZone] ?? []) : []),
    'BEGIN:VEVENT',
    `UID:${entry.room}${entry.seat > 1 ? `-${entry.seat}` : ''}@${entry.host}`,
    `DTSTAMP:${utc(now)}`,
    // Calling it off is one change more.
    `SEQUENCE:${entry.epoch - 1 + (isCancelled ? 1 : 0)}`,
    `ORGANIZER;CN=${parameter(entry.practice)}:${ORGANIZER}`,
    time('DTSTART', startsAt),
    time('DTEND', endsAt),
    `SUMMARY:${text(entry.summary)}`,
    `DESCRIPTION:${text(entry.description)}`,
    ...(entry.url === null ? [] : [`URL:${entry.url}`]),
    `STATUS:${isCancelled ? 'CANCELLED' : 'CONFIRMED'}`,
    'CLASS:PRIVATE',
    'TRANSP:OPAQUE',
    // A CANCEL has none (RFC 5546 section 3.2.5).
    ...(isCancelled ? [] : alarm(entry)),
    'END:VEVENT',
    'END:VCALENDAR',
  ];
  return lines.map((line) => `${fold(line)}\r\n`).join('');
}

function alarm({ summary, reminder }: CalendarEntry): readonly string[] {
  return ['BEGIN:VALARM', 'ACTION:DISPLAY', `DESCRIPTION:${text(summary)}`, `TRIGGER:-PT${reminder}M`, 'END:VALARM'];
}

/** Whether we can write down the zone's rules, and its clocks say this time once: of the hour that comes twice in autumn, not every program takes the same one. */
function isClear(at: number, timeZone: string): boolean {
  return TIME_ZONES[timeZone] !== undefined && ![at - HOUR, at + HOUR].some((other) => local(other, timeZone) === local(at, timeZone));
}

/** `20260507T143000`, as the clocks there say. */
function local(at: number, timeZone: string): string {
  return utc(at + aheadOfUtc(at, timeZone)).slice(0, -1);
}

/** `20260507T123000Z` */
function utc(at: number): string {
  return `${new Date(at).toISOString().replaceAll(/[-:]/g, '').slice(0, 15)}Z`;
}

/** RFC 5545 section 3.3.11. Other control characters are not allowed at all. */
function text(value: string): string {
  return value
    .replaceAll(/[\\;,]/g, (special) => `\\${special}`)
    .replaceAll(/\r?\n/g, '\\n')
    .replaceAll(/[\0-\x08\x0b-\x1f\x7f]/g, '');
}

/** A parameter's value in quotes, which can hold none itself: RFC 6868 writes them otherwise, and few programs read that. */
function parameter(value: string): string {
  return `"${value.replaceAll('"', '’').replaceAll(/[\0-\x1f\x7f]/g, ' ')}"`;
}

/** Lines have at most 75 octets; a longer one goes on behind a space (RFC 5545 section 3.1). Characters are never cut in two. */
function fold(line: string): string {
  let folded = '';
  let octets = 0;
  for (const character of line) {
    const more = octetsOf(character);
    if (octets + more > LINE) {
      folded += '\r\n ';
      octets = 1;
    }
    folded += character;
    octets += more;
  }
  return folded;
}

/** In UTF-8. */
function octetsOf(character: string): number {
  const point = character.codePointAt(0) ?? 0;
  return point < 0x80 ? 1 : point < 0x800 ? 2 : point < 0x10000 ? 3 : 4;
}

/**
 * RFC 5546 wants an organizer in each PUBLISH and CANCEL (sections 3.2.1 and 3.2.5), the same in all of an entry's life. RFC 5545 takes any URI for one, but calendar
 * programs read only `mailto:` (they show its CN, the practice), and we know no address of the practice: it writes by its own mail program, and we store none. An
 * invented one at the installation's name might be somebody's, who would get to read what a patient writes there. `.invalid` is nobody's for good (RFC 6761 section 6.4).
 */
const ORGANIZER = 'mailto:noreply@visite.invalid';
const LINE = 75;
const HOUR = 3_600_000;
