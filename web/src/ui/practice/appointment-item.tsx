// One appointment on the list: when, for whom, who is there, and the one thing to do now. All else that can be done about it is in item-tools.tsx, below a click.

import { type ReadonlySignal, type Signal, useSignal } from '@preact/signals';
import { memo } from 'preact/compat';
import { useEffect, useId, useRef } from 'preact/hooks';
import { type Appointment, labelOf } from '../../practice/appointments.ts';
import type { Present } from '../../practice/attendance.ts';
import { asks } from '../../consent/document.ts';
import type { Visit } from '../../drive/visit.ts';
import type { Console } from '../../practice/console.ts';
import type { Role } from '../../practice/keys.ts';
import { guestName, guestPage, type GuestState, guestState, isRelayMissing, lacksConsent } from '../../practice/guest.ts';
import type { Verified } from '../../practice/verified.ts';
import { wordsOf } from '../consent/summary.tsx';
import '../consent/texts.ts';
import { Button, Icon } from '../parts.tsx';
import { t, timeOf } from '../text.ts';
import { useAction } from './action.ts';
import { ItemTools } from './item-tools.tsx';
import { TellGuest } from './share-link.tsx';
import { useDerived } from './slowly.ts';

interface ItemProps {
  readonly console: Console;
  readonly verified: Verified;
  readonly appointment: Appointment;
  readonly now: ReadonlySignal<number>;
  /** Made, moved or cancelled a moment ago. */
  readonly fresh: Signal<string | null>;
}

/** Drawn anew only when something about this appointment is another: there may be hundreds. */
export const AppointmentItem = memo(Item);

function Item({ console, verified, appointment, now, fresh }: ItemProps) {
  const item = useRef<HTMLLIElement>(null);
  const tools = useId();
  // `null`: unfolded while it is fresh.
  const wish = useSignal<boolean | null>(null);
  const { room, made, startsAt, endsAt, isCancelled, closesAt } = appointment;
  const isFresh = useDerived(() => fresh.value === room, [fresh, room]).value;
  const isPast = useDerived(() => closesAt <= now.value, [appointment, now]).value;
  const isOver = isCancelled || isPast;
  const visit = useDerived(() => console.watch.visits.value.get(room) ?? null, [console, room]).value;
  useEffect(() => {
    if (isFresh) item.current?.scrollIntoView?.({ block: 'nearest', behavior: 'smooth' });
  }, [isFresh]);

  const hasTools = !isOver && (made.by === 'us' || made.by === 'practice');
  const isUnfolded = hasTools && (wish.value ?? isFresh);
  const touch = (which: string) => (fresh.value = which);
  const state = visit && guestState(visit.call.value);
  const page = visit ? guestPage(visit.call.value) : undefined;
  const isCompared = page === undefined ? verified.rooms.value.has(room) : verified.holds(room, page);
  const classes = ['appointment', isOver && 'over', isFresh && 'fresh', state === 'waiting' && 'waiting', !isUnfolded && 'folded'].filter(Boolean).join(' ');
  return (
    <li ref={item} class={classes} data-test="appointment" data-room={room} aria-label={nameOf(appointment)}>
      <div class="appointment-time numerals">
        <time dateTime={new Date(startsAt).toISOString()}>{timeOf(startsAt)}</time>
        <span class="soft small">{t('item-until', { time: timeOf(endsAt) })}</span>
      </div>
      <div class="appointment-who">
        <Label console={console} appointment={appointment} />
        <GuestLine console={console} appointment={appointment} now={now} />
        {visit && <ConsentBadge console={console} visit={visit} />}
        {isCompared && (
          <span class="badge good" data-test="code-compared">
            <Icon name="shield" size={16} /> {t('item-verified')}
          </span>
        )}
      </div>
      <div class="appointment-next">
        <NextStep console={console} appointment={appointment} visit={visit} state={state} />
        {hasTools && (
          <Button
            kind="quiet"
            icon="more"
            label={t('item-more')}
            aria-expanded={isUnfolded}
            aria-controls={tools}
            data-test="item-more"
            onClick={() => (wish.value = !isUnfolded)}
          />
        )}
      </div>
      {!isOver && appointment.reply && <ReplyLine console={console} appointment={appointment} reply={appointment.reply} onCancel={() => touch(room)} />}
      {hasTools && (
        <div class="appointment-tools" id={tools} hidden={!isUnfolded}>
          {isUnfolded && <ItemTools console={console} appointment={appointment} made={made} onTouch={touch} />}
        </div>
      )}
      {isCancelled && !isPast && (made.by === 'us' || made.by === 'practice') && made.hour === null && (
        <div class="appointment-tools">
          <TellGuest appointment={appointment} practice={console.device.practiceName} phone={console.settings.document.value?.phone} />
        </div>
      )}
      {!isOver && made.by === 'other-device' && <p class="appointment-tools soft small">{t('item-other-device')}</p>}
      {!isOver && made.by === 'program' && <p class="appointment-tools soft small">{t(console.role === 'staff' ? 'item-program-staff' : 'item-program', { name: made.issuer })}</p>}
    </li>
  );
}

/** What it is about, who comes along, and which device is to meet them. */
function Label({ console, appointment }: Pick<ItemProps, 'console' | 'appointment'>) {
  const { made } = appointment;
  if (made.by !== 'us' && made.by !== 'practice') return null;
  const parts = Object.values(made.label.seats ?? {});
  const { to } = made.label;
  return (
    <>
      {labelOf(appointment) !== '' && (
        <p class="appointment-label">
          <bdi>{labelOf(appointment)}</bdi>
        </p>
      )}
      {made.hour !== null && <span class="badge accent">{t('hour-title')}</span>}
      {made.software !== null && (
        <span class="badge" title={t('item-software')} data-test="item-software">
          <Icon name="calendar" size={14} /> <bdi dir="ltr">{made.software}</bdi>
        </span>
      )}
      {parts.map((part, at) => (
        <span key={at} class="badge">
          <Icon name="person" size={14} /> {t(`part-${part}`)}
        </span>
      ))}
      {to !== undefined && to !== console.device.id && (
        <span class="badge" data-test="handed">
          <Icon name="swap" size={14} /> {t('item-handed', { device: console.deviceName(to) ?? t('wait-device-unknown') })}
        </span>
      )}
      {made.label.series !== undefined && (
        <span class="soft" title={t('item-series')}>
          <Icon name="reload" size={16} />
          <span class="unseen">{t('item-series')}</span>
        </span>
      )}
    </>
  );
}

interface GuestLineProps {
  readonly console: Console;
  readonly appointment: Appointment;
  readonly now: ReadonlySignal<number>;
}

/** Who is there, as the guest says, and how far they have come: seen here, or by another of the practice's devices. */
export function GuestLine({ console, appointment, now }: GuestLineProps) {
  const { room } = appointment;
  const door = useDerived(() => doorState(appointment, now.value, console.role), [console, appointment, now]);
  const other = useDerived(() => console.waiting.byRoom.value.get(room)?.find(isElsewhere) ?? null, [console, room]).value;
  const visit = useDerived(() => console.watch.visits.value.get(room) ?? null, [console, room]).value;
  const call = visit?.call.value;
  const own = call ? guestState(call) : null;
  const isOthers = other !== null && (own === null || own === 'elsewhere' || own === 'joining');
  const name = (isOthers ? other.name : null) ?? (call ? guestName(call) : null);
  const state = isOthers ? other.state : (own ?? door.value);
  return (
    <p class="guest">
      {name !== null && (
        <span class="guest-who">
          <Icon name="person" size={18} />
          <bdi class="guest-name" dir="auto" data-test="guest-name">
            {name}
          </bdi>
        </span>
      )}
      <span class={`badge ${TONES[state]}`} data-test="guest-state" data-state={isOthers && own === 'elsewhere' ? 'elsewhere' : state}>
        {t(`guest-${!isOthers && call && isRelayMissing(call) ? 'relay-missing' : state}`, { time: timeOf(appointment.opensAt) })}
        {isOthers && other.device !== null && ` · ${t('item-at', { device: console.deviceName(other.device) ?? t('wait-device-unknown') })}`}
      </span>
      {call?.setback && (
        <span class="guest-setback small" role="status" data-test="guest-setback" data-code={call.setback}>
          <Icon name="warning" size={16} /> {t(`setback-${call.setback}`)}
        </span>
      )}
    </p>
  );
}

function isElsewhere({ device }: Present): boolean {
  return device !== null;
}

type DoorState = 'not-open' | 'opening' | 'open' | 'over' | 'cancelled' | 'others';

/** Where nobody is waited for. */
function doorState(appointment: Appointment, now: number, role: Role): DoorState {
  if (appointment.isCancelled) return 'cancelled';
  if (appointment.closesAt <= now) return 'over';
  if (appointment.made.by !== 'us' && appointment.made.by !== 'practice') return 'others';
  if (appointment.opensAt > now) return 'not-open';
  // A staff device is in no waiting room.
  return role === 'staff' || appointment.made.label.to !== undefined ? 'open' : 'opening';
}

/** What the guest has signed, where they were asked. */
function ConsentBadge({ console, visit }: { readonly console: Console; readonly visit: Visit }) {
  const consent = visit.consent.value;
  const document = console.settings.document.value;
  const isAsked = document !== null && asks(document);
  if (guestName(visit.call.value) === null || (consent.state === 'none' && !isAsked)) return null;
  const isGiven = consent.state === 'given';
  const isMissing = consent.state === 'none' && !lacksConsent(document, consent);
  return (
    <span class={`badge ${isGiven ? 'good' : isMissing ? '' : 'warn'}`} data-test="guest-consent" data-state={consent.state}>
      <Icon name={isGiven ? 'check' : 'edit'} size={16} /> {t(`consent-state-${wordsOf(consent)}`)}
    </span>
  );
}

interface NextStepProps {
  readonly console: Console;
  readonly appointment: Appointment;
  readonly visit: Visit | null;
  readonly state: GuestState | null;
}

/** The one thing to do now. */
function NextStep({ console, appointment, visit, state }: NextStepProps) {
  const action = useAction();
  if (!visit) return null;
  switch (state) {
    case 'waiting': {
      const isBarred = lacksConsent(console.settings.document.value, visit.consent.value);
      return (
        <Button icon="camera" data-test="admit" disabled={console.talking.value !== null || isBarred} title={isBarred ? t('item-needs-consent') : undefined} onClick={() => visit.admit()}>
          {t('item-admit')}
        </Button>
      );
    }
    case 'no-path':
      return (
        <Button icon="reload" data-test="retry" onClick={() => visit.retry()}>
          {t('retry')}
        </Button>
      );
    case 'elsewhere':
      return (
        <Button icon="swap" busy={action.isBusy.value} data-test="take-over" onClick={() => action.run(() => console.desk.receive(appointment))}>
          {t('item-take-over')}
        </Button>
      );
    default:
      return null;
  }
}

interface ReplyLineProps {
  readonly console: Console;
  readonly appointment: Appointment;
  readonly reply: NonNullable<Appointment['reply']>;
  readonly onCancel: () => void;
}

/** What the guest has said beforehand; one click answers a cancellation. */
function ReplyLine({ console, appointment, reply, onCancel }: ReplyLineProps) {
  const action = useAction();
  const cancel = () => {
    onCancel();
    action.run(() => console.desk.cancel(appointment.room));
  };
  return (
    <p class="appointment-reply" role="status" data-test="guest-reply" data-kind={reply.kind}>
      <Icon name="warning" size={18} />
      <span>{reply.kind === 'late' ? t('reply-late', { minutes: reply.minutes, time: timeOf(reply.at) }) : t('reply-cancel', { time: timeOf(reply.at) })}</span>
      {reply.kind === 'cancel' && (
        <Button icon="trash" busy={action.isBusy.value} data-test="reply-accept" onClick={cancel}>
          {t('reply-accept')}
        </Button>
      )}
      {action.refusal.value && <span class="field-error">{t('item-failed')}</span>}
    </p>
  );
}

/** For those who hear the list. */
function nameOf(appointment: Appointment): string {
  return [timeOf(appointment.startsAt), labelOf(appointment)].filter(Boolean).join(', ');
}

const TONES: Readonly<Record<GuestState | DoorState, string>> = {
  joining: '',
  absent: '',
  connecting: 'accent',
  waiting: 'good',
  'no-path': 'warn',
  'in-call': 'accent',
  interrupted: 'warn',
  elsewhere: 'warn',
  ended: '',
  'not-open': '',
  opening: '',
  open: 'accent',
  over: '',
  cancelled: 'danger',
  others: '',
};
