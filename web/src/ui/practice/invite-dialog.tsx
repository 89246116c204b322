// Inviting somebody: in which language, what is to be said, and on which way it goes: mail, short message, paper, or from screen to phone.

import { type Signal, useSignal } from '@preact/signals';
import { useId } from 'preact/hooks';
import { emptyMailTo, mailTo, smsCount, smsTo } from '../../practice/share.ts';
import { Button, CopyButton, Dialog, Field, Icon, type IconName } from '../parts.tsx';
import { dayOf, directionOf, type Language, LANGUAGE_NAMES, language, plain, t, timeOf } from '../text.ts';
import { calendarOf, INVITATION_LANGUAGES, type Invitation, type Kind, type Message, messageOf } from './invitation.ts';
import './invite.css';
import './invite-texts.ts';
import { PrintSheet, Sheet } from './print-sheet.tsx';
import { QrCode } from './qr-code.tsx';
import { save } from './save.ts';

interface InviteProps {
  readonly invitation: Invitation;
  readonly isCancelled?: boolean;
}

/** Opens the dialog; says what there is to tell: an invitation, a new time, or that it is off. */
export function InviteButton({ invitation, isCancelled = false }: InviteProps) {
  const isOpen = useSignal(false);
  const kind = firstKind(invitation, isCancelled);
  return (
    <>
      <Button icon="mail" class="invite" data-test="invite" onClick={() => (isOpen.value = true)}>
        {t(`inviting-open-${kind}`)}
      </Button>
      <InviteDialog open={isOpen.value} invitation={invitation} isCancelled={isCancelled} onClose={() => (isOpen.value = false)} />
    </>
  );
}

interface InviteDialogProps extends InviteProps {
  readonly open: boolean;
  readonly onClose: () => void;
}

export function InviteDialog({ open, invitation, isCancelled = false, onClose }: InviteDialogProps) {
  const first = firstKind(invitation, isCancelled);
  const kind = useSignal<Kind | null>(null);
  return (
    <Dialog
      open={open}
      title={t(`inviting-title-${kind.value ?? first}`)}
      data-test="invite-dialog"
      onClose={() => {
        kind.value = null;
        onClose();
      }}
    >
      <Inviting invitation={invitation} kind={kind.value ?? first} onKind={(chosen) => (kind.value = chosen)} />
    </Dialog>
  );
}

interface InvitingProps {
  readonly invitation: Invitation;
  readonly kind: Kind;
  readonly onKind: (kind: Kind) => void;
}

type Way = 'mail' | 'sms' | 'sheet' | 'code';

function Inviting({ invitation, kind, onKind }: InvitingProps) {
  const { visit, part, url } = invitation;
  const reader = useSignal<Language>(INVITATION_LANGUAGES.find((one) => one === language.value) ?? 'de');
  const chosen = useSignal<Way>('mail');
  const ways = kind === 'cancelled' || url === null ? WAYS.filter((one) => one === 'mail' || one === 'sms') : WAYS;
  const way = ways.includes(chosen.value) ? chosen.value : 'mail';
  const message = messageOf(invitation, kind, reader.value);
  return (
    <div class="stack inviting">
      {(visit || part !== 'patient') && (
        <div>
          {visit && <p>{t('inviting-when', { day: dayOf(visit.startsAt), time: timeOf(visit.startsAt) })}</p>}
          {part !== 'patient' && <p class="soft small">{t(`inviting-part-${part}`)}</p>}
        </div>
      )}
      <Ways way={way} ways={ways} onChoose={(one) => (chosen.value = one)} />
      {way !== 'code' && (
        <div class="inviting-which">
          <ReaderLanguage reader={reader} />
          {visit && kind !== 'cancelled' && way !== 'sheet' && <KindOf invitation={invitation} kind={kind} onKind={onKind} />}
        </div>
      )}
      {way === 'mail' && <Mail invitation={invitation} kind={kind} message={message} reader={reader.value} />}
      {way === 'sms' && <ShortMessage message={message} reader={reader.value} />}
      {way === 'sheet' && <OnPaper invitation={invitation} reader={reader.value} />}
      {way === 'code' && url !== null && (
        <div class="stack">
          <p class="soft">{t('inviting-code-text')}</p>
          <QrCode text={url} label={t('inviting-code-image')} />
        </div>
      )}
    </div>
  );
}

interface WaysProps {
  readonly way: Way;
  readonly ways: readonly Way[];
  readonly onChoose: (way: Way) => void;
}

function Ways({ way, ways, onChoose }: WaysProps) {
  const name = useId();
  return (
    <fieldset class="ways">
      <legend class="unseen">{t('inviting-way')}</legend>
      {ways.map((one) => (
        <label key={one} class="way">
          <input type="radio" name={name} checked={one === way} data-test={`choose-${one}`} onChange={() => onChoose(one)} />
          <span>
            <Icon name={ICONS[one]} /> {t(`inviting-way-${one}`)}
          </span>
        </label>
      ))}
    </fieldset>
  );
}

/** What the guest reads, not who invites. */
function ReaderLanguage({ reader }: { readonly reader: Signal<Language> }) {
  return (
    <Field label={t('inviting-language')}>
      {(ids) => (
        <select class="input" value={reader.value} data-test="invite-language" onChange={({ currentTarget }) => (reader.value = currentTarget.value as Language)} {...ids}>
          {INVITATION_LANGUAGES.map((one) => (
            <option key={one} value={one} lang={one}>
              {LANGUAGE_NAMES[one]}
            </option>
          ))}
        </select>
      )}
    </Field>
  );
}

function KindOf({ invitation, kind, onKind }: InvitingProps) {
  return (
    <Field label={t('inviting-kind')}>
      {(ids) => (
        <select class="input" value={kind} data-test="invite-kind" onChange={({ currentTarget }) => onKind(currentTarget.value as Kind)} {...ids}>
          {kindsOf(invitation).map((one) => (
            <option key={one} value={one}>
              {t(`inviting-kind-${one}`)}
            </option>
          ))}
        </select>
      )}
    </Field>
  );
}

interface WayProps {
  readonly message: Message;
  readonly reader: Language;
}

function Mail({ invitation, kind, message: { subject, body }, reader }: WayProps & Omit<InvitingProps, 'onKind'>) {
  const { visit, url } = invitation;
  const address = mailTo(subject, body);
  // An entry without the link would take the place of one that has it.
  const hasFile = visit !== null && (kind === 'cancelled' || url !== null);
  return (
    <>
      <Preview label={t('inviting-subject')} text={subject} reader={reader} lines={1} data-test="invite-subject" />
      <Preview label={t('inviting-text')} text={body} reader={reader} lines={7} data-test="invite-body" />
      {address === null && <p class="soft small">{t('inviting-mail-long')}</p>}
      <div class="row inviting-actions">
        {address === null ? (
          <>
            <CopyButton kind="primary" text={body} label={t('inviting-copy-text')} data-test="copy-text" />
            <a class="button secondary" href={emptyMailTo(subject)} data-test="mail">
              <Icon name="mail" /> {t('inviting-mail-empty')}
            </a>
          </>
        ) : (
          <>
            <a class="button primary" href={address} data-test="mail">
              <Icon name="mail" /> {t('inviting-mail')}
            </a>
            <CopyButton text={body} label={t('inviting-copy-text')} data-test="copy-text" />
          </>
        )}
      </div>
      <div class="inviting-further">
        <div class="row">
          {hasFile && (
            <Button icon="calendar" data-test="calendar" onClick={() => saveFile(kind, calendarOf(invitation, visit, kind, reader, Date.now()))}>
              {t('inviting-calendar')}
            </Button>
          )}
          {kind !== 'cancelled' && url !== null && <CopyButton text={url} label={t('inviting-copy-link')} data-test="invite-copy-link" />}
        </div>
        {hasFile && <p class="soft small">{t('inviting-calendar-hint')}</p>}
      </div>
    </>
  );
}

function ShortMessage({ message: { sms }, reader }: WayProps) {
  return (
    <>
      <Preview label={t('inviting-text')} text={sms} reader={reader} lines={4} data-test="invite-sms" />
      <p class="soft small" role="status">
        {t('inviting-sms-count', { count: smsCount(sms) })}
      </p>
      <div class="row inviting-actions">
        <CopyButton kind="primary" text={sms} label={t('inviting-copy-text')} data-test="copy-sms" />
        <a class="button secondary" href={smsTo(sms)} data-test="sms">
          <Icon name="chat" /> {t('inviting-sms-open')}
        </a>
      </div>
    </>
  );
}

function OnPaper({ invitation, reader }: { readonly invitation: Invitation; readonly reader: Language }) {
  return (
    <>
      <p class="soft">{t(invitation.visit ? 'inviting-sheet-text' : 'inviting-sheet-text-hour')}</p>
      <div class="row inviting-actions">
        <Button kind="primary" icon="print" data-test="print" onClick={() => print()}>
          {t('inviting-print')}
        </Button>
      </div>
      <div class="sheet-preview">
        <Sheet invitation={invitation} language={reader} />
      </div>
      <PrintSheet invitation={invitation} language={reader} />
    </>
  );
}

interface PreviewProps extends Pick<WayProps, 'reader'> {
  readonly label: string;
  readonly text: string;
  /** How many are seen at once. */
  readonly lines: number;
  readonly 'data-test': string;
}

/** What is sent, as it is sent. */
function Preview({ label, text, reader, lines, ...rest }: PreviewProps) {
  return (
    <Field label={label}>
      {(ids) => <textarea class="input inviting-preview" readOnly rows={lines} lang={reader} dir={directionOf(reader)} value={text} {...rest} {...ids} />}
    </Field>
  );
}

function firstKind(invitation: Invitation, isCancelled: boolean): Kind {
  if (!invitation.visit) return 'hour';
  return isCancelled ? 'cancelled' : kindsOf(invitation)[0];
}

/** What may be said of a visit that takes place, the likeliest first. Without the link nobody is invited anew. */
function kindsOf({ visit, url }: Invitation): readonly [Kind, ...Kind[]] {
  const further: [Kind, ...Kind[]] = url === null ? ['reminder'] : ['new', 'reminder'];
  return visit && visit.epoch > 1 ? ['moved', ...further] : further;
}

function saveFile(kind: Kind, file: string): void {
  const name = plain(kind === 'cancelled' ? 'inviting-file-cancelled' : 'inviting-file');
  save(`${name}.ics`, new Blob([file], { type: 'text/calendar;charset=utf-8' }));
}

const WAYS: readonly Way[] = ['mail', 'sms', 'sheet', 'code'];
const ICONS: Readonly<Record<Way, IconName>> = { mail: 'mail', sms: 'chat', sheet: 'print', code: 'qr' };
