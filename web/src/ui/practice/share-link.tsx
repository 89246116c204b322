// How the link comes to the guest: copied, by the practice's own mail program, as a calendar file, or from screen to phone.

import { useSignal } from '@preact/signals';
import { encode } from 'uqr';
import type { Appointment, GuestLink } from '../../practice/appointments.ts';
import { calendarFile, mailTo } from '../../practice/share.ts';
import { Button, CopyButton, Dialog, Icon } from '../parts.tsx';
import { dayOf, plain, shortDayOf, t, timeOf, timeZoneOf } from '../text.ts';
import { save } from './save.ts';

interface ShareLinkProps {
  readonly appointment: Appointment;
  readonly link: GuestLink;
  /** The practice's name. */
  readonly practice: string;
}

export function ShareLink({ appointment, link, practice }: ShareLinkProps) {
  const isCodeOpen = useSignal(false);
  const words = invitation(appointment, link, practice);
  return (
    <div class="share">
      <input class="input" type="text" readOnly value={link.url} aria-label={t('share-link')} data-test="link" onFocus={({ currentTarget }) => currentTarget.select()} />
      <CopyButton text={link.url} data-test="copy-link" />
      <div class="share-more">
        <a class="button quiet icon-only" href={mailTo(words.subject, words.body)} aria-label={t('share-mail')} title={t('share-mail')} data-test="mail">
          <Icon name="mail" />
        </a>
        <Button kind="quiet" icon="calendar" label={t('share-calendar')} data-test="calendar" onClick={() => saveEntry(appointment, link, words)} />
        <Button kind="quiet" icon="qr" label={t('share-code')} data-test="qr" onClick={() => (isCodeOpen.value = true)} />
      </div>
      <Dialog open={isCodeOpen.value} title={t('share-code-title')} onClose={() => (isCodeOpen.value = false)}>
        <p class="soft">{t('share-code-text', { day: dayOf(appointment.startsAt), time: timeOf(appointment.startsAt) })}</p>
        <QrCode text={link.url} label={t('share-code-image')} />
      </Dialog>
    </div>
  );
}

/** Dark on white in both colour schemes: some phones don't read it the other way round. */
export function QrCode({ text, label }: { readonly text: string; readonly label: string }) {
  const { data, size } = encode(text, { ecc: 'M', border: 3 });
  const path = data.flatMap((row, y) => row.map((isDark, x) => (isDark ? `M${x} ${y}h1v1h-1z` : ''))).join('');
  return (
    <svg class="qr" viewBox={`0 0 ${size} ${size}`} role="img" aria-label={label} shape-rendering="crispEdges" data-test="qr-code">
      <path d={`M0 0h${size}v${size}h-${size}z`} fill="#fff" />
      <path d={path} fill="#000" />
    </svg>
  );
}

interface Words {
  readonly subject: string;
  readonly body: string;
  readonly summary: string;
}

/** What the guest reads, in the language of whoever sends it. */
function invitation({ startsAt }: Appointment, { url }: GuestLink, practice: string): Words {
  const when = { day: dayOf(startsAt), date: shortDayOf(startsAt), time: timeOf(startsAt), zone: timeZoneOf(startsAt), practice };
  return {
    subject: plain('share-subject', when),
    body: plain('share-body', { ...when, link: url }),
    summary: plain('share-summary', when),
  };
}

function saveEntry({ room, startsAt, endsAt, epoch }: Appointment, { url }: GuestLink, { summary, body }: Words): void {
  const entry = { room, host: location.hostname, startsAt, endsAt, epoch, summary, description: body, url, reminder: REMINDER };
  save(`${plain('share-file')}.ics`, new Blob([calendarFile(entry, Date.now())], { type: 'text/calendar;charset=utf-8' }));
}

/** Minutes before the start. */
const REMINDER = 15;
