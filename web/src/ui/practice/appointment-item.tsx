// One appointment on the list: when, for whom, who is there, and all that can be done about it.

import { type ReadonlySignal, useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { type Appointment, labelOf, type Made } from '../../practice/appointments.ts';
import { asks } from '../../consent/document.ts';
import type { Visit } from '../../drive/visit.ts';
import type { Console } from '../../practice/console.ts';
import type { Role } from '../../practice/keys.ts';
import { guestName, guestPage, type GuestState, guestState, lacksConsent } from '../../practice/guest.ts';
import type { Verified } from '../../practice/verified.ts';
import { wordsOf } from '../consent/summary.tsx';
import '../consent/texts.ts';
import { Button, Dialog, Icon } from '../parts.tsx';
import { dayOf, t, timeOf } from '../text.ts';
import { type Action, useAction } from './action.ts';
import { MoveForm } from './appointment-form.tsx';
import { ShareLink } from './share-link.tsx';

interface ItemProps {
  readonly console: Console;
  readonly verified: Verified;
  readonly appointment: Appointment;
  readonly now: ReadonlySignal<number>;
  /** Made a moment ago. */
  readonly isFresh: boolean;
}

export function AppointmentItem({ console, verified, appointment, now, isFresh }: ItemProps) {
  const item = useRef<HTMLLIElement>(null);
  const dialog = useSignal<'move' | 'cancel' | null>(null);
  const action = useAction();
  const { room, made, startsAt, endsAt, isCancelled, closesAt } = appointment;
  const isOver = isCancelled || closesAt <= now.value;
  const visit = console.watch.visits.value.get(room);
  const state = visit ? guestState(visit.call.value) : null;
  const page = visit && guestPage(visit.call.value);
  const isCompared = page === undefined ? verified.rooms.value.has(room) : verified.holds(room, page);
  useEffect(() => {
    if (isFresh) item.current?.scrollIntoView?.({ block: 'nearest', behavior: 'smooth' });
  }, [isFresh]);

  const classes = ['appointment', isOver && 'over', isFresh && 'fresh', state === 'waiting' && 'waiting'].filter(Boolean).join(' ');
  return (
    <li ref={item} class={classes} data-test="appointment" data-room={room} aria-label={nameOf(appointment)}>
      <div class="appointment-time numerals">
        <time dateTime={new Date(startsAt).toISOString()}>{timeOf(startsAt)}</time>
        <span class="soft small">{t('item-until', { time: timeOf(endsAt) })}</span>
      </div>
      <div class="appointment-who">
        {labelOf(appointment) !== '' && (
          <p class="appointment-label">
            <bdi>{labelOf(appointment)}</bdi>
          </p>
        )}
        <GuestLine console={console} appointment={appointment} now={now} />
        {visit && <ConsentBadge console={console} visit={visit} />}
        {isCompared && (
          <span class="badge good" data-test="code-compared">
            <Icon name="shield" size={16} /> {t('item-verified')}
          </span>
        )}
      </div>
      <div class="appointment-next">
        <NextStep console={console} appointment={appointment} state={state} />
      </div>
      {!isOver && (made.by === 'us' || made.by === 'practice') && (
        <div class="appointment-tools">
          <LinkLine console={console} appointment={appointment} made={made} />
          <div class="appointment-actions">
            <LinkSwitch console={console} appointment={appointment} made={made} action={action} />
            <Button kind="quiet" icon="clock" label={t('item-move')} data-test="move" onClick={() => (dialog.value = 'move')} />
            <Button kind="quiet" icon="trash" label={t('item-cancel')} data-test="cancel" onClick={() => (dialog.value = 'cancel')} />
          </div>
        </div>
      )}
      {!isOver && made.by === 'other-device' && <p class="appointment-tools soft small">{t('item-other-device')}</p>}
      {!isOver && made.by === 'program' && <p class="appointment-tools soft small">{t('item-program', { name: made.issuer })}</p>}
      {action.refusal.value && (
        <p class="appointment-trouble field-error" role="alert">
          {t('item-failed')}
        </p>
      )}
      <Dialog open={dialog.value === 'move'} title={t('move-title')} onClose={() => (dialog.value = null)}>
        <MoveForm console={console} appointment={appointment} onDone={() => (dialog.value = null)} onCancel={() => (dialog.value = null)} />
      </Dialog>
      <Dialog open={dialog.value === 'cancel'} title={t('cancel-title')} onClose={() => (dialog.value = null)}>
        <p>{t('cancel-text', { day: dayOf(startsAt), time: timeOf(startsAt) })}</p>
        <div class="dialog-actions">
          <Button onClick={() => (dialog.value = null)}>{t('cancel-keep')}</Button>
          <Button
            kind="danger"
            icon="trash"
            data-test="cancel-sure"
            onClick={() => {
              dialog.value = null;
              action.run(() => console.cancel(room));
            }}
          >
            {t('cancel-sure')}
          </Button>
        </div>
      </Dialog>
    </li>
  );
}

interface GuestLineProps {
  readonly console: Console;
  readonly appointment: Appointment;
  readonly now: ReadonlySignal<number>;
}

/** Who is there, as the guest says, and how far they have come. */
export function GuestLine({ console, appointment, now }: GuestLineProps) {
  const call = console.watch.visits.value.get(appointment.room)?.call.value;
  const name = call ? guestName(call) : null;
  const state = call ? guestState(call) : doorState(appointment, now.value, console.role);
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
      <span class={`badge ${TONES[state]}`} data-test="guest-state" data-state={state}>
        {t(`guest-${state}`, { time: timeOf(appointment.opensAt) })}
      </span>
      {call?.setback && (
        <span class="guest-setback small" role="status" data-test="guest-setback" data-code={call.setback}>
          <Icon name="warning" size={16} /> {t(`setback-${call.setback}`)}
        </span>
      )}
    </p>
  );
}

type DoorState = 'not-open' | 'opening' | 'open' | 'over' | 'cancelled' | 'others';

/** Where nobody is waited for. */
function doorState(appointment: Appointment, now: number, role: Role): DoorState {
  if (appointment.isCancelled) return 'cancelled';
  if (appointment.closesAt <= now) return 'over';
  if (appointment.made.by !== 'us' && appointment.made.by !== 'practice') return 'others';
  if (appointment.opensAt > now) return 'not-open';
  // A staff device is told of nobody who waits.
  return role === 'staff' ? 'open' : 'opening';
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
  readonly state: GuestState | null;
}

/** The one thing to do now. */
function NextStep({ console, appointment, state }: NextStepProps) {
  const visit = console.watch.visits.value.get(appointment.room);
  if (!visit) return null;
  switch (state) {
    case 'waiting': {
      const isBarred = lacksConsent(console.settings.document.value, visit.consent.value);
      return (
        <Button kind="primary" icon="camera" data-test="admit" disabled={console.talking.value !== null || isBarred} title={isBarred ? t('item-needs-consent') : undefined} onClick={() => visit.admit()}>
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
        <Button icon="swap" data-test="take-over" onClick={() => visit.retry()}>
          {t('item-take-over')}
        </Button>
      );
    default:
      return null;
  }
}

type OfPractice = Extract<Made, { by: 'us' | 'practice' }>;

interface LinkLineProps {
  readonly console: Console;
  readonly appointment: Appointment;
  readonly made: OfPractice;
}

/** The guest's link, or why it isn't shown. */
function LinkLine({ console, appointment, made }: LinkLineProps) {
  if (made.by === 'us' && made.link) return <ShareLink appointment={appointment} link={made.link} practice={console.device.practiceName} />;
  const isRevoked = made.by === 'us' || made.invite === null;
  return (
    <p class="soft small link-gone" role="status">
      {t(!isRevoked ? 'item-link-at-doctors' : made.by === 'us' ? 'item-link-revoked' : 'item-link-revoked-staff')}
    </p>
  );
}

interface LinkSwitchProps extends LinkLineProps {
  readonly action: Action;
}

/** A revoked link can't be given back, but a new one is one click away: no question is asked before. */
function LinkSwitch({ console, appointment, made, action }: LinkSwitchProps) {
  const invited = made.by === 'us' ? made.link : made.invite;
  const uses = useSignal(3);
  if (invited) {
    return (
      <Button
        kind="quiet"
        icon="link"
        class="revoke"
        busy={action.isBusy.value}
        title={t('item-revoke-hint', { uses: invited.uses, most: invited.maxUses })}
        data-test="revoke-link"
        onClick={() => {
          uses.value = invited.maxUses;
          action.run(() => console.revoke(invited, appointment.startsAt));
        }}
      >
        {t('item-revoke')}
      </Button>
    );
  }
  if (made.by !== 'us') return null;
  return (
    <Button icon="link" busy={action.isBusy.value} data-test="new-link" onClick={() => action.run(() => console.makeLink(appointment, uses.value))}>
      {t('item-new-link')}
    </Button>
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
