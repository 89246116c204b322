// What can be done about an appointment: its link, who comes along, its note, another time, none at all.

import { useSignal } from '@preact/signals';
import type { ComponentProps } from 'preact';
import { useEffect } from 'preact/hooks';
import { type Appointment, labelOf, type Made } from '../../practice/appointments.ts';
import type { Console } from '../../practice/console.ts';
import { dateAndTime } from '../../practice/form.ts';
import { startsOf } from '../../practice/series.ts';
import { Button, Dialog, type IconName } from '../parts.tsx';
import { dayOf, t, timeOf } from '../text.ts';
import { type Action, useAction } from './action.ts';
import { AppointmentForm, MoveForm, NoteForm } from './appointment-form.tsx';
import { PeopleDialog } from './people-dialog.tsx';
import { ShareLink, TellGuest } from './share-link.tsx';

type OfPractice = Extract<Made, { by: 'us' | 'practice' }>;

interface ItemToolsProps {
  readonly console: Console;
  readonly appointment: Appointment;
  readonly made: OfPractice;
}

interface Tools extends ItemToolsProps {
  /** It is given another time, called off, or followed by another one: whoever did that is to find it, to tell the guest. */
  readonly onTouch: (room: string) => void;
}

export function ItemTools({ console, appointment, made, onTouch }: Tools) {
  const dialog = useSignal<'move' | 'repeat' | 'cancel' | 'note' | 'people' | null>(null);
  const action = useAction();
  const close = () => (dialog.value = null);
  const done = (room: string) => {
    close();
    onTouch(room);
  };
  const tool = (name: 'move' | 'repeat' | 'cancel' | 'note' | 'people', icon: IconName) => (
    <Button kind="quiet" icon={icon} data-test={name} onClick={() => (dialog.value = name)}>
      {t(`item-${name}`)}
    </Button>
  );
  return (
    <>
      <LinkLine console={console} appointment={appointment} made={made} />
      <div class="appointment-actions">
        {made.hour === null && made.software === null && <LinkSwitch console={console} appointment={appointment} made={made} action={action} />}
        {made.by === 'us' && made.software === null && tool('people', 'people')}
        {tool('note', 'edit')}
        {made.hour === null && tool('move', 'clock')}
        {tool('repeat', 'calendar')}
        {tool('cancel', 'trash')}
      </div>
      {action.refusal.value && (
        <p class="appointment-trouble field-error" role="alert">
          {t('item-failed')}
        </p>
      )}
      {dialog.value === 'move' && (
        <Dialog open title={t('move-title')} onClose={close}>
          <MoveForm console={console} appointment={appointment} onDone={() => done(appointment.room)} onCancel={close} />
        </Dialog>
      )}
      {dialog.value === 'repeat' && (
        <Dialog open title={t('form-title')} onClose={close}>
          <AppointmentForm console={console} {...following(appointment, made)} onDone={({ room }) => done(room)} onCancel={close} />
        </Dialog>
      )}
      {dialog.value === 'note' && (
        <Dialog open title={t('note-title')} onClose={close}>
          <NoteForm console={console} appointment={appointment} text={labelOf(appointment)} onDone={close} onCancel={close} />
        </Dialog>
      )}
      {dialog.value === 'people' && <PeopleDialog console={console} room={appointment.room} onClose={close} />}
      {dialog.value === 'cancel' && (
        <CancelDialog
          console={console}
          appointment={appointment}
          onClose={close}
          onSure={(rooms) => {
            done(appointment.room);
            action.run(() => console.desk.cancel(...rooms));
          }}
        />
      )}
    </>
  );
}

/** A week later, for the same people. */
function following({ startsAt, endsAt }: Appointment, { label }: OfPractice): Pick<ComponentProps<typeof AppointmentForm>, 'first' | 'along'> {
  const next = startsOf(startsAt, 'weekly', 2).at(-1) ?? startsAt;
  return { first: { ...dateAndTime(next), length: String((endsAt - startsAt) / MINUTE), label: label.text }, along: Object.values(label.seats ?? {}) };
}

interface CancelDialogProps {
  readonly console: Console;
  readonly appointment: Appointment;
  readonly onClose: () => void;
  readonly onSure: (rooms: readonly string[]) => void;
}

/** Of a series it may be the rest, too. */
function CancelDialog({ console, appointment, onClose, onSure }: CancelDialogProps) {
  const rest = useSignal<readonly Appointment[]>([]);
  const search = useAction();
  useEffect(() => search.run(async () => void (rest.value = await console.desk.restOfSeries(appointment))), [appointment.room]);
  const later = rest.value.filter(({ room }) => room !== appointment.room);
  return (
    <Dialog open title={t('cancel-title')} onClose={onClose}>
      <p>{t('cancel-text', { day: dayOf(appointment.startsAt), time: timeOf(appointment.startsAt) })}</p>
      <div class="dialog-actions">
        <Button onClick={onClose}>{t('cancel-keep')}</Button>
        {later.length > 0 && (
          <Button icon="trash" data-test="cancel-series" onClick={() => onSure(rest.value.map(({ room }) => room))}>
            {t('cancel-series', { count: later.length })}
          </Button>
        )}
        <Button kind="danger" icon="trash" data-test="cancel-sure" onClick={() => onSure([appointment.room])}>
          {t('cancel-sure')}
        </Button>
      </div>
    </Dialog>
  );
}

/** The guest's link, or why it isn't shown. */
function LinkLine({ console, appointment, made }: ItemToolsProps) {
  if (made.hour !== null) return <p class="soft small link-gone">{t('item-of-hour')}</p>;
  const phone = console.settings.document.value?.phone;
  if (made.software !== null) {
    return (
      <>
        <p class="soft small link-gone">{t('item-of-software', { name: made.software })}</p>
        <TellGuest appointment={appointment} practice={console.device.practiceName} phone={phone} />
      </>
    );
  }
  if (made.by === 'us' && made.link) return <ShareLink appointment={appointment} link={made.link} practice={console.device.practiceName} phone={phone} />;
  const isRevoked = made.by === 'us' || made.invite === null;
  return (
    <>
      <p class="soft small link-gone" role="status">
        {t(!isRevoked ? 'item-link-at-doctors' : made.by === 'us' ? 'item-link-revoked' : 'item-link-revoked-staff')}
      </p>
      {!isRevoked && <TellGuest appointment={appointment} practice={console.device.practiceName} phone={phone} />}
    </>
  );
}

interface LinkSwitchProps extends ItemToolsProps {
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
          action.run(() => console.desk.revoke(invited, appointment.startsAt));
        }}
      >
        {t('item-revoke')}
      </Button>
    );
  }
  if (made.by !== 'us') return null;
  return (
    <Button icon="link" busy={action.isBusy.value} data-test="new-link" onClick={() => action.run(() => console.desk.makeLink(appointment, uses.value))}>
      {t('item-new-link')}
    </Button>
  );
}

const MINUTE = 60_000;
