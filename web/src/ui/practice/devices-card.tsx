// The practice's devices: which there are, adding one, signing one out.

import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import type { Console } from '../../practice/console.ts';
import type { KnownDevice } from '../../practice/devices.ts';
import type { Vault } from '../../practice/vault.ts';
import { HttpRefusal } from '../../signal/http.ts';
import { Button, Dialog, Icon, Spinner } from '../parts.tsx';
import { shortDayOf, t } from '../text.ts';
import { useAction } from './action.ts';
import { AddDevice } from './add-device.tsx';

interface DevicesCardProps {
  readonly console: Console;
  /** `null` on a staff device, which adds none and signs out none but itself. */
  readonly vault: Vault | null;
}

export function DevicesCard({ console, vault }: DevicesCardProps) {
  const { devices } = console;
  const isAdding = useSignal(false);
  const list = devices.list.value;
  useEffect(() => {
    const look = () => void devices.refresh().catch(ignoreRefusal);
    look();
    const timer = setInterval(look, REFRESH);
    return () => clearInterval(timer);
  }, [devices]);

  const past = list?.filter(({ state }) => state === 'revoked') ?? [];
  const present = list?.filter(({ state }) => state !== 'revoked') ?? [];
  const row = (device: KnownDevice) => <Row key={device.id} console={console} device={device} />;
  return (
    <section class="card stack" data-test="devices">
      <div class="row spread">
        <h2>{t('devices-title')}</h2>
        {vault && (
          <Button icon="plus" data-test="add-device" onClick={() => (isAdding.value = true)}>
            {t('devices-add')}
          </Button>
        )}
      </div>
      <p class="soft small">{t(vault ? 'devices-text' : 'devices-text-staff')}</p>
      {list ? (
        <ul class="device-list plain">{present.map(row)}</ul>
      ) : (
        <p class="row soft">
          <Spinner /> {t('busy')}
        </p>
      )}
      {past.length > 0 && (
        <details class="past">
          <summary>{t('devices-past', { count: past.length })}</summary>
          <ul class="device-list plain">{past.map(row)}</ul>
        </details>
      )}
      {vault && <AddDevice open={isAdding.value} console={console} vault={vault} onClose={() => (isAdding.value = false)} />}
    </section>
  );
}

function Row({ console, device }: { readonly console: Console; readonly device: KnownDevice }) {
  const { id, name, role, state, createdAt, isSelf } = device;
  const asked = useSignal<'revoke' | 'confirm' | null>(null);
  const action = useAction();
  const close = () => (asked.value = null);
  const mayRevoke = state !== 'revoked' && (isSelf || console.role === 'doctor');
  // Came by a link without a key in it, or by one whose page was closed: nothing can be handed over, but a recovery file can be brought.
  const mayConfirm = state === 'pending' && role === 'doctor' && console.role === 'doctor';
  const confirm = () => {
    close();
    action.run(() => console.devices.confirm(id, NO_KEYS));
  };
  const revoke = () => {
    close();
    action.run(async () => {
      await console.devices.revoke(id);
      // Finds out that it may not sign in any more, and says so.
      if (isSelf) await console.refresh();
    });
  };
  return (
    <li class="device" data-test="device" data-device={id} data-role={role} data-state={state}>
      <Icon name={role === 'doctor' ? 'key' : 'calendar'} size={24} />
      <div class="device-what">
        <p class="device-name">
          <bdi>{name}</bdi>
          {isSelf && <span class="badge accent">{t('devices-self')}</span>}
          {state === 'pending' && <span class="badge warn">{t('devices-pending')}</span>}
        </p>
        <p class="soft small">{t(`devices-${role}-since`, { day: shortDayOf(createdAt) })}</p>
        {action.refusal.value && (
          <p class="field-error" role="alert">
            {t('item-failed')}
          </p>
        )}
      </div>
      <div class="device-tools">
        {mayConfirm && (
          <Button kind="quiet" busy={action.isBusy.value} data-test="confirm-device" onClick={() => (asked.value = 'confirm')}>
            {t('devices-confirm')}
          </Button>
        )}
        {mayRevoke && (
          <Button kind="quiet" busy={action.isBusy.value} data-test="revoke-device" onClick={() => (asked.value = 'revoke')}>
            {t(state === 'pending' ? 'devices-refuse' : 'devices-revoke')}
          </Button>
        )}
      </div>
      <Dialog open={asked.value === 'confirm'} title={t('devices-confirm-title', { name })} onClose={close}>
        <p>{t('devices-confirm-text')}</p>
        <div class="dialog-actions">
          <Button onClick={close}>{t('cancel')}</Button>
          <Button kind="primary" data-test="confirm-sure" onClick={confirm}>
            {t('devices-confirm')}
          </Button>
        </div>
      </Dialog>
      <Dialog open={asked.value === 'revoke'} title={t('devices-revoke-title', { name })} onClose={close}>
        <p>{t(isSelf ? 'devices-revoke-self' : 'devices-revoke-text')}</p>
        <div class="dialog-actions">
          <Button onClick={close}>{t('cancel')}</Button>
          <Button kind="danger" data-test="revoke-sure" onClick={revoke}>
            {t('devices-revoke')}
          </Button>
        </div>
      </Dialog>
    </li>
  );
}

/** What is shown may be old; the console says that the server can't be reached. */
function ignoreRefusal(cause: unknown): void {
  if (!(cause instanceof HttpRefusal)) throw cause;
}

/** One byte that opens as nothing: the server wants something to be left. */
const NO_KEYS = 'AA';
/** Milliseconds. */
const REFRESH = 10_000;
