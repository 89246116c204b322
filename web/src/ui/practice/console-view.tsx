// The console: today's list, who waits, and the call while there is one.

import { type Signal, useSignal } from '@preact/signals';
import type { Appointment } from '../../practice/appointments.ts';
import type { Console } from '../../practice/console.ts';
import { HttpRefusal } from '../../signal/http.ts';
import { CallView } from '../call/call-view.tsx';
import { Button, Dialog, Icon, Notice, Page, Spinner } from '../parts.tsx';
import { t } from '../text.ts';
import { AppointmentForm } from './appointment-form.tsx';
import { CompareButton, CompareDialog } from './compare-code.tsx';
import { useArrivalCues } from './cues.ts';
import { EndedNotices } from './ended.tsx';
import { useGuests } from './guests.ts';
import { Days, Now } from './list.tsx';
import type { ConsolePlace } from './entrance.ts';
import { OwnPicture } from './own-picture.tsx';
import { RecoveryBanner } from './recovery.tsx';
import { SettingsView } from './settings-view.tsx';

interface ConsoleViewProps {
  readonly place: ConsolePlace;
  readonly onRenewIdentity: () => Promise<void>;
}

export function ConsoleView({ place, onRenewIdentity }: ConsoleViewProps) {
  const { console } = place;
  const isStaff = console.role === 'staff';
  const view = useSignal<'agenda' | 'settings'>('agenda');
  const talking = console.talking.value;
  const guests = useGuests(console);
  const isLoud = useArrivalCues(guests, console.talking);
  // During the visit of this room the list lies over the call.
  const listOver = useSignal<string | null>(null);
  const comparing = useSignal<string | null>(null);
  const waiting = guests.value.filter(({ state }) => state === 'waiting');
  return (
    <>
      <div class="console" data-test="console" inert={talking !== null}>
        <Page name={console.device.practiceName} actions={<Header console={console} view={view} />} footer={t('console-footer')}>
          {view.value === 'settings' ? (
            <SettingsView place={place} onRenewIdentity={onRenewIdentity} onBack={() => (view.value = 'agenda')} />
          ) : (
            <div class={isStaff ? 'console-columns staff' : 'console-columns'}>
              <Agenda place={place} />
              {!isStaff && (
                <aside class="console-aside">
                  <OwnPicture local={console.local} isTalking={talking !== null} />
                  <label class="check">
                    <input type="checkbox" data-test="sound" checked={isLoud.value} onChange={({ currentTarget }) => (isLoud.value = currentTarget.checked)} />
                    {t('console-sound')}
                  </label>
                </aside>
              )}
            </div>
          )}
        </Page>
      </div>
      <p class="unseen" role="status">
        {waiting.length > 0 && !talking ? t('console-waiting', { count: waiting.length, names: waiting.map(({ name }) => name).join(', ') }) : ''}
      </p>
      {talking && (
        <CallView
          key={talking.visit}
          visit={talking.visit}
          actions={
            <div class="call-tools">
              <CompareButton verified={place.verified} room={talking.room} visit={talking.visit} onClick={() => (comparing.value = talking.room)} />
              <Button icon="calendar" data-test="list-open" onClick={() => (listOver.value = talking.room)}>
                {waiting.length > 0 ? t('console-list-waiting', { count: waiting.length }) : t('console-list')}
              </Button>
            </div>
          }
        />
      )}
      {talking && (
        <CompareDialog open={comparing.value === talking.room} verified={place.verified} room={talking.room} visit={talking.visit} onClose={() => (comparing.value = null)} />
      )}
      <Dialog open={talking !== null && listOver.value === talking.room} title={t('console-list')} onClose={() => (listOver.value = null)}>
        <Now console={console} />
      </Dialog>
    </>
  );
}

function Agenda({ place }: { readonly place: ConsolePlace }) {
  const { console, hasSpare, vault, verified } = place;
  const form = useSignal(false);
  const isBusy = useSignal(false);
  const refusal = useSignal<HttpRefusal | null>(null);
  const isSpareKnown = useSignal(false);
  const fresh = useSignal<string | null>(null);
  const state = console.state.value;

  const arrangeNow = async () => {
    isBusy.value = true;
    refusal.value = null;
    try {
      fresh.value = (await console.createNow()).room;
    } catch (cause) {
      if (!(cause instanceof HttpRefusal)) throw cause;
      refusal.value = cause;
    } finally {
      isBusy.value = false;
    }
  };
  const made = ({ room }: Appointment) => {
    form.value = false;
    fresh.value = room;
  };

  return (
    <section class="agenda" aria-busy={state === 'loading'}>
      <header class="agenda-head">
        <h1>{t('console-title')}</h1>
        <div class="row">
          {console.role === 'doctor' && (
            <Button icon="camera" busy={isBusy.value} data-test="appointment-now" onClick={() => void arrangeNow()}>
              {t('console-now')}
            </Button>
          )}
          <Button kind="primary" icon="plus" data-test="new-appointment" onClick={() => (form.value = true)}>
            {t('console-new')}
          </Button>
        </div>
      </header>
      <EndedNotices console={console} />
      {hasSpare && !isSpareKnown.value && state === 'fresh' && (
        <Notice code="already-enrolled" title={t('console-spare-title')}>
          <p>{t('console-spare-text', { practice: console.device.practiceName, device: console.device.name })}</p>
          <div class="row">
            <Button onClick={() => (isSpareKnown.value = true)}>{t('close')}</Button>
          </div>
        </Notice>
      )}
      {state === 'unreachable' && (
        <Notice code="unreachable" tone="warn" title={t('practice-unreachable-title')}>
          <p>{t('console-unreachable-text')}</p>
        </Notice>
      )}
      {refusal.value && <Notice code="refused" tone="warn" title={t('console-refused')} children={<p>{t('practice-again')}</p>} />}
      {vault && <RecoveryBanner vault={vault} />}
      {console.role === 'staff' && <p class="soft small">{t('console-staff')}</p>}
      {state === 'loading' ? (
        <p class="row soft">
          <Spinner /> {t('busy')}
        </p>
      ) : (
        <Days console={console} verified={verified} fresh={fresh.value} />
      )}
      <Dialog open={form.value} title={t('form-title')} onClose={() => (form.value = false)}>
        <AppointmentForm console={console} onDone={made} onCancel={() => (form.value = false)} />
      </Dialog>
    </section>
  );
}

interface HeaderProps {
  readonly console: Console;
  readonly view: Signal<'agenda' | 'settings'>;
}

/** Which of the practice's devices this browser is, and the way to what concerns them all. */
function Header({ console, view }: HeaderProps) {
  const isOpen = view.value === 'settings';
  return (
    <>
      <span class="badge this-device" title={t('console-device')}>
        <Icon name="key" size={16} />
        <span class="unseen">{t('console-device')}: </span>
        <bdi>{console.device.name}</bdi>
      </span>
      <Button kind="quiet" icon="settings" class="settings-open" aria-pressed={isOpen} data-test="settings-open" onClick={() => (view.value = isOpen ? 'agenda' : 'settings')}>
        <span class="settings-word">{t('console-settings')}</span>
      </Button>
    </>
  );
}
