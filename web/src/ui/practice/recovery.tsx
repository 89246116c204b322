// That there is a recovery file, or that one is missing.

import { useSignal } from '@preact/signals';
import type { Vault } from '../../practice/vault.ts';
import { Button, Dialog, Icon, Notice } from '../parts.tsx';
import { t } from '../text.ts';
import { useAction } from './action.ts';
import { RecoveryDialog, saveFile } from './recovery-dialog.tsx';

interface RecoveryCardProps {
  readonly vault: Vault;
  readonly onRenewIdentity: () => Promise<void>;
}

/** Among the settings. */
export function RecoveryCard({ vault, onRenewIdentity }: RecoveryCardProps) {
  const dialog = useSignal<'make' | 'renew' | null>(null);
  const action = useAction();
  const { file } = vault;
  const close = () => (dialog.value = null);
  return (
    <section class="card stack" data-test="recovery" data-state={vault.state.value}>
      <h2>{t('recovery-title')}</h2>
      {vault.state.value === 'sealed' && file && (
        <>
          <p class="row">
            <span class="badge good">
              <Icon name="check" size={16} /> {t('recovery-there')}
            </span>
          </p>
          <p>{t('recovery-there-text')}</p>
          <div class="row">
            <Button icon="download" data-test="recovery-again" onClick={() => saveFile(file)}>
              {t('recovery-save-again')}
            </Button>
          </div>
        </>
      )}
      {vault.state.value === 'open' && (
        <>
          <p>{t('recovery-missing')}</p>
          <div class="row">
            <Button icon="key" data-test="recovery-make" onClick={() => (dialog.value = 'make')}>
              {t('recovery-make')}
            </Button>
          </div>
        </>
      )}
      {vault.state.value === 'bound' && (
        <>
          <p>{t('recovery-bound')}</p>
          <p>{t('recovery-bound-renew')}</p>
          <div class="row">
            <Button icon="shield" data-test="renew-identity" onClick={() => (dialog.value = 'renew')}>
              {t('recovery-renew')}
            </Button>
          </div>
        </>
      )}
      <RecoveryDialog open={dialog.value === 'make'} vault={vault} onClose={close} />
      <Dialog open={dialog.value === 'renew'} title={t('recovery-renew-title')} onClose={close}>
        <p>{t('recovery-renew-text')}</p>
        <div class="dialog-actions">
          <Button onClick={close}>{t('cancel')}</Button>
          <Button kind="danger" busy={action.isBusy.value} data-test="renew-sure" onClick={() => action.run(onRenewIdentity)}>
            {t('recovery-renew')}
          </Button>
        </div>
      </Dialog>
    </section>
  );
}

/** Over the list, until the file is there; "later" is tomorrow. */
export function RecoveryBanner({ vault }: { readonly vault: Vault }) {
  const isOpen = useSignal(false);
  const today = new Date().toDateString();
  const later = useSignal(localStorage.getItem(LATER) === today);
  const isWanted = vault.state.value === 'open' && !later.value;
  if (!isWanted && !isOpen.value) return null;
  return (
    <div data-test="recovery-banner">
      <Notice icon="key" title={t('recovery-banner')}>
        <p>{t('recovery-banner-text')}</p>
        <div class="row">
          <Button data-test="recovery-make" onClick={() => (isOpen.value = true)}>
            {t('recovery-make')}
          </Button>
          <Button
            kind="quiet"
            data-test="recovery-later"
            onClick={() => {
              localStorage.setItem(LATER, today);
              later.value = true;
            }}
          >
            {t('recovery-later')}
          </Button>
        </div>
      </Notice>
      <RecoveryDialog open={isOpen.value} vault={vault} onClose={() => (isOpen.value = false)} />
    </div>
  );
}

const LATER = 'visite-practice-recovery-later';
