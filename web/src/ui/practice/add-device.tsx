// Adding a device: the passphrase, a link for the new device, and the number that both show.

import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { Adding, type Comer } from '../../practice/adding.ts';
import type { Console } from '../../practice/console.ts';
import type { Role } from '../../practice/keys.ts';
import type { Vault } from '../../practice/vault.ts';
import { Button, CopyButton, Dialog, Field, Notice, Spinner } from '../parts.tsx';
import { t, timeOf } from '../text.ts';
import { useAction } from './action.ts';
import { SpokenNumber } from './number.tsx';
import { QrCode } from './share-link.tsx';

interface AddDeviceProps {
  readonly open: boolean;
  readonly console: Console;
  readonly vault: Vault;
  readonly onClose: () => void;
}

export function AddDevice({ open, ...rest }: AddDeviceProps) {
  return (
    <Dialog open={open} title={t('devices-add')} onClose={rest.onClose} data-test="add-dialog">
      {rest.vault.state.value === 'sealed' ? <Steps {...rest} /> : <p>{t(`add-first-${rest.vault.state.value}`)}</p>}
    </Dialog>
  );
}

function Steps({ console, vault, onClose }: Omit<AddDeviceProps, 'open'>) {
  const adding = useSignal<Adding | null>(null);
  useEffect(() => () => adding.value?.dispose(), []);
  if (!adding.value) return <Begin console={console} vault={vault} onBegun={(begun) => (adding.value = begun)} />;
  const { state } = adding.value;
  if (state.value.name === 'done') {
    return (
      <div class="stack">
        <Notice tone="good" title={t('add-done', { name: state.value.device.name })}>
          <p>{t('add-done-text')}</p>
        </Notice>
        <div class="dialog-actions">
          <Button kind="primary" data-test="add-close" onClick={onClose}>
            {t('close')}
          </Button>
        </div>
      </div>
    );
  }
  const { comers } = state.value;
  return comers.length > 0 ? <Comers adding={adding.value} comers={comers} /> : <Invitation console={console} adding={adding.value} />;
}

interface BeginProps {
  readonly console: Console;
  readonly vault: Vault;
  readonly onBegun: (adding: Adding) => void;
}

function Begin({ console, vault, onBegun }: BeginProps) {
  const role = useSignal<Role>('doctor');
  const passphrase = useSignal('');
  const action = useAction();
  const { keys } = console.device;
  const submit = (event: Event) => {
    event.preventDefault();
    if (keys.role !== 'doctor') return;
    action.run(async () => onBegun(await Adding.begin({ devices: console.devices, vault, keys, origin: console.origin }, role.value, passphrase.value)));
  };
  return (
    <form class="stack" noValidate onSubmit={submit}>
      <fieldset class="choices">
        <legend>{t('add-role')}</legend>
        {ROLES.map((one) => (
          <label key={one} class="choice">
            <input type="radio" name="role" checked={role.value === one} data-test={`add-${one}`} onChange={() => (role.value = one)} />
            <span>
              <span class="choice-title">{t(`add-${one}`)}</span>
              <span class="soft small">{t(`add-${one}-text`)}</span>
            </span>
          </label>
        ))}
      </fieldset>
      <Field label={t('add-passphrase')} hint={t('add-passphrase-hint')} error={action.problem.value && t(`recovery-problem-${action.problem.value}`)}>
        {(ids) => (
          <input
            class="input passphrase"
            type="password"
            autoComplete="off"
            data-test="add-passphrase"
            value={passphrase.value}
            onInput={({ currentTarget }) => (passphrase.value = currentTarget.value)}
            {...ids}
          />
        )}
      </Field>
      {action.refusal.value && <Notice tone="warn" title={t('practice-unreachable-title')} children={<p>{t('practice-again')}</p>} />}
      <div class="dialog-actions">
        <Button kind="primary" type="submit" busy={action.isBusy.value} data-test="add-begin">
          {t('add-begin')}
        </Button>
      </div>
    </form>
  );
}

function Invitation({ console, adding }: { readonly console: Console; readonly adding: Adding }) {
  if (adding.expiresAt <= console.now.value) return <Notice tone="warn" title={t('add-expired')} children={<p>{t('add-expired-text')}</p>} />;
  return (
    <div class="stack">
      <p>{t('add-open')}</p>
      <QrCode text={adding.link} label={t('add-code')} />
      <div class="link-row">
        <input class="input" type="text" readOnly value={adding.link} aria-label={t('add-link')} data-test="add-link" onFocus={({ currentTarget }) => currentTarget.select()} />
        <CopyButton text={adding.link} />
      </div>
      <p class="soft small">{t('add-secret', { time: timeOf(adding.expiresAt) })}</p>
      <p class="row soft" role="status">
        <Spinner /> {t('add-waiting')}
      </p>
    </div>
  );
}

function Comers({ adding, comers }: { readonly adding: Adding; readonly comers: readonly Comer[] }) {
  const action = useAction();
  return (
    <div class="stack" role="status">
      <p>{t('add-compare')}</p>
      {comers.length > 1 && <Notice tone="warn" title={t('add-several')} children={<p>{t('add-several-text')}</p>} />}
      {comers.map((comer) => (
        <section key={comer.device.id} class="comer stack tight" data-test="comer">
          <h3>
            <bdi>{comer.device.name}</bdi>
          </h3>
          <SpokenNumber digits={comer.number} />
          <div class="dialog-actions">
            <Button disabled={action.isBusy.value} data-test="comer-refuse" onClick={() => action.run(() => adding.refuse(comer))}>
              {t('add-refuse')}
            </Button>
            <Button kind="primary" busy={action.isBusy.value} data-test="comer-confirm" onClick={() => action.run(() => adding.confirm(comer))}>
              {t('add-confirm')}
            </Button>
          </div>
        </section>
      ))}
      {action.refusal.value && (
        <p class="field-error" role="alert">
          {t('item-failed')}
        </p>
      )}
    </div>
  );
}

const ROLES = ['doctor', 'staff'] as const;
