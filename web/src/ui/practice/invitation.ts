// What a practice says to a guest before the visit: as a mail, a short message and a calendar entry, in the language that the guest reads.

import { FluentBundle, FluentResource } from '@fluent/bundle';
import type { Part } from '../../call/control.ts';
import { calendarFile } from '../../practice/calendar.ts';
import { smsCount } from '../../practice/share.ts';
import { ownTimeZone } from '../../practice/time-zone.ts';
import { LANGUAGES, type Language, type TextArguments } from '../text.ts';

/** A link with what it is for. Nothing of it names the guest. */
export interface Invitation {
  /** The practice's name. */
  readonly practice: string;
  /** The practice's number, where it has given one. */
  readonly phone: string | null;
  /** `null` where this browser can't make it: the guest has it already. */
  readonly url: string | null;
  /** Whom the link was made for. */
  readonly part: Part;
  /** `null` for an open consultation hour: its link lasts. */
  readonly visit: InvitedVisit | null;
}

/** Times are milliseconds since the epoch. */
export interface InvitedVisit {
  readonly room: string;
  readonly seat: number;
  readonly startsAt: number;
  readonly endsAt: number;
  /** When the waiting room opens. */
  readonly opensAt: number;
  /** Counts the times it was given, from 1. */
  readonly epoch: number;
}

/** What there is to say. */
export type Kind = 'new' | 'moved' | 'reminder' | 'cancelled' | 'hour';

export interface Message {
  readonly subject: string;
  /** Lines divided by `\n`. */
  readonly body: string;
  readonly sms: string;
}

/** `id` of the invitations' catalogue in any of `INVITATION_LANGUAGES`, without the invisible marks around its arguments: they would end up in links. */
export function say(language: Language, id: string, args: TextArguments = {}): string {
  const bundle = bundleOf(language);
  const pattern = bundle.getMessage(id)?.value;
  if (!pattern) throw new Error(`no text ${id} in ${language}`);
  return bundle.formatPattern(pattern, args);
}

export function messageOf(invitation: Invitation, kind: Kind, language: Language): Message {
  const { practice, phone, url, part, visit } = invitation;
  const args = { practice, part, ...(url !== null && { link: url }), ...(phone !== null && { phone }), ...(visit && timesOf(visit, language)) };
  const speak = (id: string) => say(language, id, args);
  const paragraphs = [speak('invite-greeting'), speak(`invite-opening-${kind}`)];
  if (kind !== 'cancelled') {
    if (url === null) paragraphs.push(speak('invite-link-known'));
    else paragraphs.push(`${speak(kind === 'hour' ? 'invite-link-hour' : 'invite-link')}\n${url}`);
    paragraphs.push(speak(kind === 'hour' ? 'invite-how-hour' : 'invite-how'));
    if (url !== null) paragraphs.push(`${speak('invite-check')}\n${checkOf(url).href}`);
    if (kind !== 'hour') paragraphs.push(speak('invite-private'));
  }
  if (phone !== null) paragraphs.push(speak(kind === 'cancelled' ? 'invite-phone-cancelled' : 'invite-phone'));
  paragraphs.push(`${speak('invite-regards')}\n${practice}`);
  const lengths = kind !== 'cancelled' && url === null ? [`${kind}-known`] : [kind, `${kind}-short`, `${kind}-shortest`];
  // A shorter one is worth it only where it saves a message.
  const sms = lengths.map((of) => speak(`invite-sms-${of}`)).reduce((best, shorter) => (smsCount(shorter) < smsCount(best) ? shorter : best));
  return { subject: speak(`invite-subject-${kind}`), body: paragraphs.join('\n\n'), sms };
}

/** The page on which guests try their device before, of the same installation as their link. */
export function checkOf(url: string): URL {
  return new URL('/check', url);
}

/** The entry for the guest's calendar. `now`: when it is made. */
export function calendarOf(invitation: Invitation, visit: InvitedVisit, kind: Kind, language: Language, now: number): string {
  const isCancelled = kind === 'cancelled';
  const { practice, url } = invitation;
  const summary = say(language, isCancelled ? 'invite-summary-cancelled' : 'invite-summary');
  // What stands in it holds as long as the entry does, however it came about.
  const { body } = messageOf(invitation, isCancelled ? 'cancelled' : 'new', language);
  const { room, seat, startsAt, endsAt, epoch } = visit;
  const entry = { room, seat, startsAt, endsAt, epoch, host: location.hostname, timeZone: ownTimeZone(), isCancelled, practice, summary, description: body, url: isCancelled ? null : url, reminder: REMINDER };
  return calendarFile(entry, now);
}

/** A visit's times as they are written in this language, by the practice's own clock. */
export function timesOf({ startsAt, opensAt }: Pick<InvitedVisit, 'startsAt' | 'opensAt'>, language: Language): Readonly<Record<'weekday' | 'dayOfYear' | 'day' | 'date' | 'time' | 'opens' | 'zone', string>> {
  const write = (at: number, style: Intl.DateTimeFormatOptions) => new Intl.DateTimeFormat(LOCALES[language], style).format(at);
  const clock = { hour: '2-digit', minute: '2-digit' } as const;
  const parts = new Intl.DateTimeFormat(LOCALES[language], { hour: 'numeric', timeZoneName: 'short' }).formatToParts(startsAt);
  return {
    weekday: write(startsAt, { weekday: 'long' }),
    dayOfYear: write(startsAt, { day: 'numeric', month: 'long', year: 'numeric' }),
    day: write(startsAt, { weekday: 'long', day: 'numeric', month: 'long', year: 'numeric' }),
    date: write(startsAt, { weekday: 'short', day: 'numeric', month: 'short' }),
    time: write(startsAt, clock),
    opens: write(opensAt, clock),
    zone: parts.find(({ type }) => type === 'timeZoneName')?.value ?? '',
  };
}

function bundleOf(language: Language): FluentBundle {
  const known = bundles.get(language);
  if (known) return known;
  const bundle = new FluentBundle(LOCALES[language], { useIsolating: false });
  bundle.addResource(new FluentResource(catalogueOf(language) ?? ''));
  bundles.set(language, bundle);
  return bundle;
}

function catalogueOf(language: Language): string | undefined {
  return CATALOGUES[`../text/${language}/invite.ftl`];
}

/** A clock of 24 hours and the digits that are on clocks here: what is sent goes to who lives here, whatever they read. */
const LOCALES: Readonly<Record<Language, string>> = { de: 'de-DE', en: 'en-GB', tr: 'tr-TR', uk: 'uk-UA', ar: 'ar-u-ca-gregory-hc-h23-nu-latn' };
const CATALOGUES = import.meta.glob<string>('../text/*/invite.ftl', { query: '?raw', import: 'default', eager: true });
/** Those that invitations are written in, in the order in which they are offered. */
export const INVITATION_LANGUAGES: readonly Language[] = LANGUAGES.filter((one) => catalogueOf(one) !== undefined);
const bundles = new Map<Language, FluentBundle>();
/** Minutes before the start. */
const REMINDER = 15;
