// Who waits, in order of arrival, on this device and the practice's other ones, and what can be done about each.

import { type ReadonlySignal, useComputed, useSignal } from '@preact/signals';
import { useId } from 'preact/hooks';
import type { Appointment } from '../../practice/appointments.ts';
import { labelOf } from '../../practice/appointments.ts';
import type { Present } from '../../practice/attendance.ts';
import type { Console } from '../../practice/console.ts';
import { isRelayMissing, lacksConsent } from '../../practice/guest.ts';
import { Button, Icon } from '../parts.tsx';
import { t, timeOf } from '../text.ts';
import { useAction } from './action.ts';
import { HandOverDialog } from './hand-over.tsx';
import { useSlowly } from './slowly.ts';
import { TellDialog } from './tell-dialog.tsx';
import './waiting.css';

interface WaitingListProps {
  readonly console: Console;
}

export function WaitingList({ console }: WaitingListProps) {
  const now = useSlowly(console.now);
  const title = useId();
  const telling = useSignal(false);
  const byRoom = useComputed(() => new Map(console.appointments.value.map((one) => [one.room, one])));
  const present = console.waiting.present.value;
  const isHere = ({ device, state }: Present) => device === null && (state === 'in-call' || state === 'interrupted');
  const rest = present.filter((one) => !isHere(one));
  const talked = rest.filter(({ state }) => state === 'in-call' || state === 'interrupted');
  const waiting = rest.filter((one) => !talked.includes(one));
  const reachable = waiting.filter((one) => console.waiting.canTell(one));
  const row = (one: Present) => <WaitingGuest key={one.key} console={console} guest={one} appointment={byRoom.value.get(one.room)} now={now} />;
  return (
    <section class="waiting-list card" aria-labelledby={title} data-test="waiting-list">
      <header class="waiting-head">
        <h2 id={title}>
          {t('wait-title')} {waiting.length > 0 && <span class="badge good numerals">{waiting.length}</span>}
        </h2>
        {reachable.length > 0 && (
          <Button kind="quiet" icon="chat" data-test="tell-all" onClick={() => (telling.value = true)}>
            {t('wait-tell-all')}
          </Button>
        )}
      </header>
      {waiting.length > 0 ? <ol class="waiting-guests plain">{waiting.map(row)}</ol> : <p class="soft">{t('wait-nobody')}</p>}
      {talked.length > 0 && (
        <div class="waiting-elsewhere">
          <h3 class="soft small">{t('wait-talked')}</h3>
          <ul class="waiting-guests plain">{talked.map(row)}</ul>
        </div>
      )}
      {console.role === 'staff' && isUnattended(console) && (
        <p class="waiting-unattended small" role="status" data-test="wait-unattended">
          <Icon name="warning" size={16} /> <span>{t('wait-unattended')}</span>
        </p>
      )}
      {console.role === 'staff' && !console.seesBoards && <p class="soft small">{t('wait-blind')}</p>}
      {telling.value && <TellDialog console={console} guests={reachable} onClose={() => (telling.value = false)} />}
    </section>
  );
}

/** Whether no doctor's device is there to meet anybody. */
function isUnattended({ devices, team, seesBoards }: Console): boolean {
  const doctors = devices.list.value?.filter(({ role }) => role === 'doctor');
  return seesBoards && team.isUp.value && doctors !== undefined && !doctors.some(({ id }) => team.boards.value.has(id));
}

interface WaitingGuestProps {
  readonly console: Console;
  readonly guest: Present;
  readonly appointment: Appointment | undefined;
  readonly now: ReadonlySignal<number>;
}

function WaitingGuest({ console, guest, appointment, now }: WaitingGuestProps) {
  const { room, seat, part, state, isHeld, device, since, told } = guest;
  const isMenuOpen = useSignal(false);
  const dialog = useSignal<'tell' | 'hand-over' | null>(null);
  const menu = useId();
  const name = guest.name ?? t(`part-${part}`);
  const canTell = console.waiting.canTell(guest);
  const isStaff = console.role === 'staff';
  const canHandOver = appointment !== undefined && seat === 1 && state === 'waiting' && (appointment.made.by === 'us' || appointment.made.by === 'practice');
  return (
    <li class="waiting-guest" data-test="waiting-guest" data-room={room} data-seat={seat} data-state={state}>
      <div class="waiting-who">
        <p class="waiting-name">
          <bdi dir="auto" data-test="waiting-name">
            {name}
          </bdi>
          {part !== 'patient' && guest.name !== null && <span class="badge">{t(`part-${part}`)}</span>}
          {isHeld && (
            <span class="badge warn" data-test="waiting-held">
              <Icon name="pause" size={14} /> {t('wait-held')}
            </span>
          )}
        </p>
        <p class="waiting-facts small soft">
          {state !== 'in-call' && <Since now={now.value} since={since} due={appointment?.startsAt ?? 0} />}
          {appointment && <Purpose appointment={appointment} />}
        </p>
        <p class="waiting-facts small soft">
          {told !== null && state === 'waiting' && (
            <span class="numerals" data-test="waiting-told">
              <Icon name="chat" size={16} /> {t('wait-told', { time: timeOf(told) })}
            </span>
          )}
          {state !== 'waiting' && <span class={state === 'no-path' ? 'warn' : ''}>{t(guest.visit && isRelayMissing(guest.visit.call.value) ? 'wait-relay-missing' : `guest-${state}`)}</span>}
          <Signs guest={guest} />
          {device !== null && (
            <span data-test="waiting-device">
              <Icon name="screen" size={16} /> {t('wait-device', { device: console.deviceName(device) ?? t('wait-device-unknown') })}
            </span>
          )}
        </p>
      </div>
      <div class="waiting-do">
        <Steps console={console} guest={guest} appointment={appointment} />
        {isStaff && canTell && <TellButton kind="secondary" onClick={() => (dialog.value = 'tell')} />}
        {isStaff && canHandOver && <HandOverButton kind="secondary" onClick={() => (dialog.value = 'hand-over')} />}
        {!isStaff && (canTell || canHandOver) && (
          <Button kind="quiet" icon="more" label={t('wait-more', { name })} aria-expanded={isMenuOpen.value} aria-controls={menu} data-test="waiting-more" onClick={() => (isMenuOpen.value = !isMenuOpen.value)} />
        )}
      </div>
      <div class="waiting-menu" id={menu} hidden={!isMenuOpen.value}>
        {!isStaff && canTell && <TellButton kind="quiet" onClick={() => (dialog.value = 'tell')} />}
        {!isStaff && canHandOver && <HandOverButton kind="quiet" onClick={() => (dialog.value = 'hand-over')} />}
      </div>
      {dialog.value === 'tell' && <TellDialog console={console} guests={[guest]} onClose={() => (dialog.value = null)} />}
      {dialog.value === 'hand-over' && appointment && <HandOverDialog console={console} appointment={appointment} name={name} from={device} onClose={() => (dialog.value = null)} />}
    </li>
  );
}

interface DoButtonProps {
  /** `quiet` in the menu. */
  readonly kind: 'secondary' | 'quiet';
  readonly onClick: () => void;
}

function TellButton({ kind, onClick }: DoButtonProps) {
  return (
    <Button kind={kind} icon="chat" data-test="tell" onClick={onClick}>
      {t('wait-tell')}
    </Button>
  );
}

function HandOverButton({ kind, onClick }: DoButtonProps) {
  return (
    <Button kind={kind} icon="swap" data-test="hand-over" onClick={onClick}>
      {t('wait-hand-over')}
    </Button>
  );
}

/** Since when they wait. `due`: who is early waits for that first. */
function Since({ now, since, due }: { readonly now: number; readonly since: number; readonly due: number }) {
  const minutes = Math.floor(Math.max(0, now - since) / MINUTE);
  const isLong = now - Math.max(since, due) >= LONG;
  return (
    <span class={isLong ? 'numerals warn' : 'numerals'} data-test="waiting-since">
      {isLong && <Icon name="clock" size={16} />}
      {minutes === 0 ? t('wait-just-now') : t('wait-since', { minutes })}
    </span>
  );
}

/** Which appointment they have come to. */
function Purpose({ appointment }: { readonly appointment: Appointment }) {
  const { made, startsAt } = appointment;
  const isOfHour = (made.by === 'us' || made.by === 'practice') && made.hour !== null;
  const software = made.by === 'us' || made.by === 'practice' ? made.software : null;
  return (
    <>
      <span class="numerals">{isOfHour ? t('hour-title') : t('wait-appointment', { time: timeOf(startsAt) })}</span>
      {software !== null && (
        <bdi dir="ltr" title={t('item-software')}>
          {software}
        </bdi>
      )}
      {labelOf(appointment) !== '' && <bdi class="waiting-note">{labelOf(appointment)}</bdi>}
    </>
  );
}

/** Consent and connection, each by a sign and a word. */
function Signs({ guest: { consent, quality, state } }: { readonly guest: Present }) {
  return (
    <>
      {consent !== null && (
        <span class={consent === 'given' ? 'good' : 'warn'} data-test="waiting-consent" data-state={consent}>
          <Icon name={consent === 'given' ? 'check' : 'edit'} size={16} /> {t(`wait-consent-${consent}`)}
        </span>
      )}
      {state === 'waiting' && (
        <span class={quality === 'poor' ? 'warn' : ''} data-test="waiting-quality" data-quality={quality ?? 'unknown'}>
          <Icon name="direct" size={16} /> {t(`wait-quality-${quality ?? 'unknown'}`)}
        </span>
      )}
    </>
  );
}

type StepsProps = Omit<WaitingGuestProps, 'now'>;

/** What can be done next. */
function Steps({ console, guest, appointment }: StepsProps) {
  const action = useAction();
  const { visit, state, device, room } = guest;
  const talking = console.talking.value;
  if (console.role === 'staff' || state === 'in-call' || state === 'interrupted' || state === 'connecting') return null;
  if (device !== null) {
    if (state !== 'waiting' || appointment?.made.by !== 'us' || talking) return null;
    return (
      <Button icon="swap" busy={action.isBusy.value} data-test="fetch" onClick={() => action.run(() => console.desk.receive(appointment))}>
        {t('item-take-over')}
      </Button>
    );
  }
  if (!visit) return null;
  if (state === 'no-path') {
    return (
      <Button icon="reload" onClick={() => visit.retry()}>
        {t('retry')}
      </Button>
    );
  }
  const isBarred = lacksConsent(console.settings.document.value, visit.consent.value);
  const hint = isBarred ? { title: t('item-needs-consent') } : {};
  if (!talking || talking.room === room) {
    return (
      <Button kind="primary" icon={talking ? 'plus' : 'camera'} data-test="admit" disabled={isBarred} {...hint} onClick={() => visit.admit()}>
        {t(talking ? 'wait-join' : 'item-admit')}
      </Button>
    );
  }
  return (
    <div class="waiting-next">
      <Button kind="primary" icon="forward" data-test="hang-up-next" disabled={isBarred} {...hint} onClick={() => console.waiting.goOn('hang-up', guest)}>
        {t('wait-hang-up-next')}
      </Button>
      <Button icon="pause" data-test="hold-next" disabled={isBarred} {...hint} onClick={() => console.waiting.goOn('hold', guest)}>
        {t('wait-hold-next')}
      </Button>
    </div>
  );
}


const MINUTE = 60_000;
/** A word is due. */
const LONG = 15 * MINUTE;
