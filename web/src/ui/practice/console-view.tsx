// The console: who waits, the day's list, and the call while there is one.

import { type Signal, useComputed, useSignal, useSignalEffect } from '@preact/signals';
import type { Visit } from '../../drive/visit.ts';
import type { Appointment } from '../../practice/appointments.ts';
import { isWaiting } from '../../practice/attendance.ts';
import type { Console } from '../../practice/console.ts';
import { guestPage } from '../../practice/guest.ts';
import { HttpRefusal } from '../../signal/http.ts';
import { CallView } from '../call/call-view.tsx';
import { ReadCode } from '../check/read-code.tsx';
import { LastReceipt } from '../call/receipt.tsx';
import { Button, Dialog, Icon, Notice, Page, Spinner } from '../parts.tsx';
import { t } from '../text.ts';
import { AppointmentForm } from './appointment-form.tsx';
import { CallSide } from './call-side.tsx';
import { CompareButton, CompareDialog } from './compare-code.tsx';
import { type Cues, useArrivalCues } from './cues.ts';
import { EndedNotices } from './ended.tsx';
import { HourCard } from './hour-card.tsx';
import { Days } from './list.tsx';
import type { ConsolePlace } from './entrance.ts';
import { OwnPicture } from './own-picture.tsx';
import { PeopleDialog } from './people-dialog.tsx';
import { RecoveryBanner } from './recovery.tsx';
import { SettingsView } from './settings-view.tsx';
import { WaitingList } from './waiting-list.tsx';
import { useWindowIs } from './window-is.ts';

interface ConsoleViewProps {
  readonly place: ConsolePlace;
  readonly onRenewIdentity: () => Promise<void>;
}

export function ConsoleView({ place, onRenewIdentity }: ConsoleViewProps) {
  const { console } = place;
  const view = useSignal<'agenda' | 'settings'>('agenda');
  const talking = console.talking.value;
  const waiting = useComputed(() => console.waiting.present.value.filter(isWaiting));
  const cues = useArrivalCues(useComputed(() => waiting.value.map(({ key }) => key)), console.talking);
  // During visits, from one to the next: the list stands beside the call.
  const listBeside = useSignal(false);
  useSignalEffect(() => {
    if (console.talking.value === null) listBeside.value = false;
  });
  const isNarrow = useWindowIs('(max-width: 62rem)').value;
  const more = (
    <div class="console-more">
      {console.role === 'doctor' && <OwnPicture local={console.local} isTalking={talking !== null} />}
      <HourCard console={console} />
      <CueSwitches cues={cues} />
      <details class="own-more" data-test="read-code">
        <summary>{t('trial-read')}</summary>
        <ReadCode />
      </details>
    </div>
  );
  return (
    <>
      <div class="console" data-test="console" inert={talking !== null}>
        <Page name={console.device.practiceName} actions={<Header console={console} view={view} />} footer={t('console-footer')}>
          {view.value === 'settings' ? (
            <SettingsView place={place} onRenewIdentity={onRenewIdentity} onBack={() => (view.value = 'agenda')} />
          ) : (
            <div class="console-columns">
              <h1 class="unseen">{t('console-heading')}</h1>
              <div class="console-aside">
                {!talking && <WaitingList console={console} />}
                {!isNarrow && more}
              </div>
              <Agenda place={place} />
              {isNarrow && more}
            </div>
          )}
        </Page>
      </div>
      <p class="unseen" role="status">
        {waiting.value.length > 0 && !talking ? t('console-waiting', { count: waiting.value.length, names: waiting.value.map(({ name, part }) => name ?? t(`part-${part}`)).join(', ') }) : ''}
      </p>
      {talking && <Talk key={talking.room} place={place} talking={talking} waiting={waiting.value.length} list={listBeside} />}
    </>
  );
}

interface TalkProps {
  readonly place: ConsolePlace;
  readonly talking: { readonly room: string; readonly visit: Visit };
  /** How many. */
  readonly waiting: number;
  readonly list: Signal<boolean>;
}

/** The call, and what a practice has besides: the list, the comparison of codes, who else is asked in. */
function Talk({ place: { console, verified }, talking: { room, visit }, waiting, list }: TalkProps) {
  const dialog = useSignal<'compare' | 'people' | null>(null);
  const isListOpen = list.value;
  const toggle = () => (list.value = !isListOpen);
  const tools = (
    <div class="call-tools">
      <CompareButton verified={verified} room={room} visit={visit} onClick={() => (dialog.value = 'compare')} />
      <Button icon="people" class="call-people" data-test="people-open" onClick={() => (dialog.value = 'people')}>
        <span class="call-word">{t('item-people')}</span>
      </Button>
      <Button icon="calendar" aria-pressed={isListOpen} data-test="list-open" onClick={toggle}>
        {waiting > 0 ? t('console-list-waiting', { count: waiting }) : t('console-list')}
      </Button>
    </div>
  );
  return (
    <main class={isListOpen ? 'talk with-side' : 'talk'}>
      <CallView key={visit} visit={visit} actions={tools} isCompared={verified.holds(room, guestPage(visit.call.value))} />
      {isListOpen && <CallSide console={console} onClose={() => (list.value = false)} />}
      <CompareDialog open={dialog.value === 'compare'} verified={verified} room={room} visit={visit} onClose={() => (dialog.value = null)} />
      {dialog.value === 'people' && <PeopleDialog console={console} room={room} onClose={() => (dialog.value = null)} />}
    </main>
  );
}

function CueSwitches({ cues: { isLoud, notices, switchNotices } }: { readonly cues: Cues }) {
  return (
    <div class="cues">
      <label class="check">
        <input type="checkbox" data-test="sound" checked={isLoud.value} onChange={({ currentTarget }) => (isLoud.value = currentTarget.checked)} />
        {t('console-sound')}
      </label>
      {notices.value !== 'unknown-here' && (
        <label class="check">
          <input type="checkbox" data-test="notices" checked={notices.value === 'on'} disabled={notices.value === 'blocked'} onChange={({ currentTarget }) => void switchNotices(currentTarget.checked)} />
          {t('console-notices')}
        </label>
      )}
      {notices.value === 'blocked' && <p class="soft small">{t('console-notices-blocked')}</p>}
    </div>
  );
}

function Agenda({ place }: { readonly place: ConsolePlace }) {
  const { console, hasSpare, vault, verified } = place;
  const form = useSignal(false);
  const isBusy = useSignal(false);
  const refusal = useSignal<HttpRefusal | null>(null);
  const isSpareKnown = useSignal(false);
  const fresh = useSignal<string | null>(null);
  const sought = useSignal('');
  // As long as the last one.
  const usual = useSignal<{ readonly length?: string }>({});
  const state = console.state.value;

  const arrangeNow = async () => {
    isBusy.value = true;
    refusal.value = null;
    try {
      fresh.value = (await console.desk.createNow()).room;
      sought.value = '';
    } catch (cause) {
      if (!(cause instanceof HttpRefusal)) throw cause;
      refusal.value = cause;
    } finally {
      isBusy.value = false;
    }
  };
  const made = ({ room, startsAt, endsAt }: Appointment) => {
    form.value = false;
    fresh.value = room;
    sought.value = '';
    usual.value = { length: String((endsAt - startsAt) / MINUTE) };
  };

  return (
    <section class="agenda" aria-busy={state === 'loading'}>
      <header class="agenda-head">
        <h2>{t('console-title')}</h2>
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
      <LastReceipt />
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
        <Days console={console} verified={verified} fresh={fresh} sought={sought} />
      )}
      <Dialog open={form.value} title={t('form-title')} onClose={() => (form.value = false)}>
        <AppointmentForm console={console} first={usual.value} onDone={made} onCancel={() => (form.value = false)} />
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

const MINUTE = 60_000;
