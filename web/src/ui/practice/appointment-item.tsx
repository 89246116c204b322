// One appointment on the list: when, for whom, who is there, and all that can be done about it.

import { type ReadonlySignal, type Signal, useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import type { Appointment, Made } from '../../practice/appointments.ts';
import type { Console } from '../../practice/console.ts';
import { guestName, type GuestState, guestState } from '../../practice/guest.ts';
import { isOpen } from '../../practice/watch.ts';
import { HttpRefusal } from '../../signal/http.ts';
import { Button, Dialog, Icon } from '../parts.tsx';
import { dayOf, t, timeOf } from '../text.ts';
import { MoveForm } from './appointment-form.tsx';
import { ShareLink } from './share-link.tsx';

interface ItemProps {
  readonly console: Console;
  readonly appointment: Appointment;
  readonly now: ReadonlySignal<number>;
  /** Made a moment ago. */
  readonly isFresh: boolean;
}

export function AppointmentItem({ console, appointment, now, isFresh }: ItemProps) {
  const item = useRef<HTMLLIElement>(null);
  const dialog = useSignal<'move' | 'cancel' | null>(null);
  const action = useAction();
  const { room, made, startsAt, endsAt, isCancelled, closesAt } = appointment;
  const isOver = isCancelled || closesAt <= now.value;
  const visit = console.watch.visits.value.get(room);
  const state = visit ? guestState(visit.call.value) : null;
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
        {made.by === 'us' && made.label !== '' && (
          <p class="appointment-label">
            <bdi>{made.label}</bdi>
          </p>
        )}
        <GuestLine console={console} appointment={appointment} now={now} />
      </div>
      <div class="appointment-next">
        <NextStep console={console} appointment={appointment} state={state} />
      </div>
      {isOver ? null : made.by === 'us' ? (
        <div class="appointment-tools">
          {made.link ? (
            <ShareLink appointment={appointment} link={made.link} practice={console.device.practiceName} />
          ) : (
            <p class="soft small link-gone" role="status">
              {t('item-link-revoked')}
            </p>
          )}
          <div class="appointment-actions">
            <LinkSwitch console={console} appointment={appointment} made={made} action={action} />
            <Button kind="quiet" icon="clock" label={t('item-move')} data-test="move" onClick={() => (dialog.value = 'move')} />
            <Button kind="quiet" icon="trash" label={t('item-cancel')} data-test="cancel" onClick={() => (dialog.value = 'cancel')} />
          </div>
        </div>
      ) : (
        <p class="appointment-tools soft small">{made.by === 'other-device' ? t('item-other-device') : t('item-program', { name: made.issuer })}</p>
      )}
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
  const state = call ? guestState(call) : doorState(appointment, now.value);
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
    </p>
  );
}

type DoorState = 'not-open' | 'opening' | 'over' | 'cancelled' | 'others';

/** Where nobody is waited for. */
function doorState(appointment: Appointment, now: number): DoorState {
  if (appointment.isCancelled) return 'cancelled';
  if (appointment.closesAt <= now) return 'over';
  if (appointment.made.by !== 'us') return 'others';
  return isOpen(appointment, now) ? 'opening' : 'not-open';
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
    case 'waiting':
      return (
        <Button kind="primary" icon="camera" data-test="admit" disabled={console.talking.value !== null} onClick={() => visit.admit()}>
          {t('item-admit')}
        </Button>
      );
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

interface LinkSwitchProps {
  readonly console: Console;
  readonly appointment: Appointment;
  readonly made: Extract<Made, { by: 'us' }>;
  readonly action: Action;
}

/** A revoked link can't be given back, but a new one is one click away: no question is asked before. */
function LinkSwitch({ console, appointment, made, action }: LinkSwitchProps) {
  const { link } = made;
  const uses = useSignal(3);
  if (link) {
    return (
      <Button
        kind="quiet"
        icon="link"
        class="revoke"
        busy={action.isBusy.value}
        title={t('item-revoke-hint', { uses: link.uses, most: link.maxUses })}
        data-test="revoke-link"
        onClick={() => {
          uses.value = link.maxUses;
          action.run(() => console.revoke(link));
        }}
      >
        {t('item-revoke')}
      </Button>
    );
  }
  return (
    <Button icon="link" busy={action.isBusy.value} data-test="new-link" onClick={() => action.run(() => console.makeLink(appointment, uses.value))}>
      {t('item-new-link')}
    </Button>
  );
}

interface Action {
  readonly isBusy: Signal<boolean>;
  readonly refusal: Signal<HttpRefusal | null>;
  run(what: () => Promise<void>): void;
}

/** Something that the server is asked for, one at a time. */
function useAction(): Action {
  const isBusy = useSignal(false);
  const refusal = useSignal<HttpRefusal | null>(null);
  const run = async (what: () => Promise<void>) => {
    isBusy.value = true;
    refusal.value = null;
    await what().catch((cause: unknown) => {
      if (!(cause instanceof HttpRefusal)) throw cause;
      refusal.value = cause;
    });
    isBusy.value = false;
  };
  return { isBusy, refusal, run: (what) => void run(what) };
}

/** For those who hear the list. */
function nameOf({ startsAt, made }: Appointment): string {
  const label = made.by === 'us' ? made.label : '';
  return [timeOf(startsAt), label].filter(Boolean).join(', ');
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
  over: '',
  cancelled: 'danger',
  others: '',
};
