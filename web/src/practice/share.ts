// An appointment as the guest gets it: by the practice's own mail program, or as a file for a calendar.

/** The whole address that opens a mail program with a ready message. Lines of `body` are divided by `\n`. */
export function mailTo(subject: string, body: string): string {
  // RFC 6068 section 5: line breaks are %0D%0A, spaces are never +.
  return `mailto:?subject=${encodeURIComponent(subject)}&body=${encodeURIComponent(body.replaceAll(/\r?\n/g, '\r\n'))}`;
}

export interface CalendarEntry {
  readonly room: string;
  /** The installation's name, to make the entry's id unique in the world. */
  readonly host: string;
  readonly startsAt: number;
  readonly endsAt: number;
  /** Goes up with each new time, so that a calendar knows which of two entries is the newer one. */
  readonly epoch: number;
  readonly summary: string;
  /** Lines divided by `\n`. */
  readonly description: string;
  readonly url: string;
  /** How long before the start a reminder comes, in minutes. */
  readonly reminder: number;
}

/**
 * A calendar file (RFC 5545) with this one entry. `now`: when it was made.
 *
 * It has no METHOD: the file is imported by a person, not exchanged between calendars, and PUBLISH would want an organiser's address (RFC 5546 section 3.2.1).
 */
export function calendarFile(entry: CalendarEntry, now: number): string {
  const lines = [
    'BEGIN:VCALENDAR',
    'VERSION:2.0',
    'PRODID:-//Visite//Visite//EN',
    'CALSCALE:GREGORIAN',
    'BEGIN:VEVENT',
    `UID:${entry.room}@${entry.host}`,
    `DTSTAMP:${utc(now)}`,
    `SEQUENCE:${entry.epoch}`,
    `DTSTART:${utc(entry.startsAt)}`,
    `DTEND:${utc(entry.endsAt)}`,
    `SUMMARY:${text(entry.summary)}`,
    `DESCRIPTION:${text(entry.description)}`,
    `URL:${entry.url}`,
    'CLASS:PRIVATE',
    'BEGIN:VALARM',
    'ACTION:DISPLAY',
    `DESCRIPTION:${text(entry.summary)}`,
    `TRIGGER:-PT${entry.reminder}M`,
    'END:VALARM',
    'END:VEVENT',
    'END:VCALENDAR',
  ];
  return lines.map((line) => `${fold(line)}\r\n`).join('');
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

/** Lines have at most 75 octets; a longer one goes on behind a space (RFC 5545 section 3.1). Characters are never cut in two. */
function fold(line: string): string {
  let folded = '';
  let octets = 0;
  for (const character of line) {
    const more = new TextEncoder().encode(character).length;
    if (octets + more > LINE) {
      folded += '\r\n ';
      octets = 1;
    }
    folded += character;
    octets += more;
  }
  return folded;
}

const LINE = 75;
