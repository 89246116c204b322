// What a guest takes along from the desk, on one side of A4: when, the link as a QR code, and three steps. For an open consultation hour it is a notice for the wall.
// Nothing on it names the guest.

import { createPortal } from 'preact/compat';
import { directionOf, type Language } from '../text.ts';
import { checkOf, type Invitation, say, timesOf } from './invitation.ts';
import './print-sheet.css';
import { QrCode } from './qr-code.tsx';

interface PrintSheetProps {
  readonly invitation: Invitation;
  readonly language: Language;
}

/** While it is mounted, it is what the browser prints of this page; on the screen it is not seen. */
export function PrintSheet(props: PrintSheetProps) {
  return createPortal(
    <div class="print-root">
      <Sheet {...props} />
    </div>,
    document.body,
  );
}

/** The sheet itself. Its lengths are parts of its own width, so that it can be shown small. */
export function Sheet({ invitation: { practice, phone, url, part, visit }, language }: PrintSheetProps) {
  const times = visit && timesOf(visit, language);
  const speak = (id: string) => say(language, id, { part, ...times });
  return (
    <article class={visit ? 'sheet' : 'sheet lasting'} lang={language} dir={directionOf(language)} data-test="sheet">
      <header>
        <p class="sheet-practice">
          <bdi>{practice}</bdi>
        </p>
        <h1>{speak(visit ? 'sheet-title' : 'sheet-title-hour')}</h1>
        <p>{speak(visit ? 'sheet-lead' : 'sheet-lead-hour')}</p>
      </header>
      <section class="sheet-key">
        {times && (
          <div class="sheet-when">
            <p class="sheet-weekday">{times.weekday}</p>
            <p class="sheet-day">{times.dayOfYear}</p>
            <p class="sheet-time">{speak('sheet-time')}</p>
            <p>{speak('sheet-opens')}</p>
          </div>
        )}
        {url !== null && <QrCode text={url} label={speak('sheet-code')} />}
      </section>
      <section>
        <h2>{speak('sheet-steps')}</h2>
        <ol>
          <li>{speak(visit ? 'sheet-scan' : 'sheet-scan-hour')}</li>
          <li>{speak('sheet-name')}</li>
          <li>{speak('sheet-wait')}</li>
        </ol>
      </section>
      {url !== null && (
        <p class="sheet-check">
          {speak('invite-check')} <bdi dir="ltr">{addressOf(checkOf(url))}</bdi>
        </p>
      )}
      <section class="sheet-trouble">
        <h2>{speak('sheet-trouble')}</h2>
        <p>
          {speak('sheet-trouble-text')} {speak(phone === null ? 'sheet-trouble-practice' : 'sheet-trouble-call')}
        </p>
        {phone !== null && (
          <p class="sheet-phone">
            <bdi dir="ltr">{phone}</bdi>
          </p>
        )}
      </section>
      <footer>{speak(visit ? 'sheet-private' : 'sheet-private-hour')}</footer>
    </article>
  );
}

/** As somebody types it. */
function addressOf({ host, pathname }: URL): string {
  return `${host}${pathname}`;
}
