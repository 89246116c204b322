// Making the recovery file: a passphrase, the file, and the passphrase once more to see that it was noted.

import { useSignal } from '@preact/signals';
import { isPassphrase, MIN_PASSPHRASE, proposePassphrase, type RecoveryFile, recoveryName, writeRecovery } from '../../practice/recovery.ts';
import type { Vault } from '../../practice/vault.ts';
import { Button, CopyButton, Dialog } from '../parts.tsx';
import { t } from '../text.ts';
import { useAction } from './action.ts';
import { PassphraseField } from './passphrase-field.tsx';
import { save } from './save.ts';

interface RecoveryDialogProps {
  readonly open: boolean;
  readonly vault: Vault;
  readonly onClose: () => void;
}

export function RecoveryDialog({ open, vault, onClose }: RecoveryDialogProps) {
  return (
    <Dialog open={open} title={t('recovery-make')} onClose={onClose} data-test="recovery-dialog">
      <Steps vault={vault} onDone={onClose} />
    </Dialog>
  );
}

export function saveFile(file: RecoveryFile): void {
  save(recoveryName(file.practice_name), new Blob([writeRecovery(file)], { type: 'application/json' }));
}

function Steps({ vault, onDone }: { readonly vault: Vault; readonly onDone: () => void }) {
  const passphrase = useSignal('');
  const made = useSignal<RecoveryFile | null>(null);
  if (!made.value) {
    return (
      <ChoosePassphrase
        first={passphrase.value || proposePassphrase()}
        onChosen={async (chosen) => {
          const file = await vault.makeFile(chosen);
          passphrase.value = chosen;
          saveFile(file);
          made.value = file;
        }}
      />
    );
  }
  return <Check file={made.value} passphrase={passphrase.value} vault={vault} onBack={() => (made.value = null)} onDone={onDone} />;
}

interface ChoosePassphraseProps {
  readonly first: string;
  readonly onChosen: (passphrase: string) => Promise<void>;
}

function ChoosePassphrase({ first, onChosen }: ChoosePassphraseProps) {
  const text = useSignal(first);
  const isTooShort = useSignal(false);
  const action = useAction();
  const submit = (event: Event) => {
    event.preventDefault();
    isTooShort.value = !isPassphrase(text.value);
    if (!isTooShort.value) action.run(() => onChosen(text.value));
  };
  return (
    <form class="stack" noValidate onSubmit={submit}>
      <p>{t('recovery-why')}</p>
      <PassphraseField label={t('recovery-passphrase')} hint={t('recovery-passphrase-hint', { least: MIN_PASSPHRASE })} error={isTooShort.value && t('recovery-too-short', { least: MIN_PASSPHRASE })} value={text} data-test="recovery-passphrase" />
      <div class="row">
        <CopyButton text={text.value} />
        <Button kind="quiet" icon="reload" onClick={() => (text.value = proposePassphrase())}>
          {t('recovery-another')}
        </Button>
      </div>
      <div class="dialog-actions">
        <Button kind="primary" icon="download" type="submit" busy={action.isBusy.value} data-test="recovery-save">
          {t('recovery-save')}
        </Button>
      </div>
    </form>
  );
}

interface CheckProps {
  readonly file: RecoveryFile;
  readonly passphrase: string;
  readonly vault: Vault;
  readonly onBack: () => void;
  readonly onDone: () => void;
}

/** Who hasn't noted the passphrase finds out now, while everything is still here. */
function Check({ file, passphrase, vault, onBack, onDone }: CheckProps) {
  const text = useSignal('');
  const isWrong = useSignal(false);
  const action = useAction();
  const submit = (event: Event) => {
    event.preventDefault();
    isWrong.value = text.value.trim() !== passphrase.trim();
    if (isWrong.value) return;
    action.run(async () => {
      await vault.keep(file);
      onDone();
    });
  };
  return (
    <form class="stack" noValidate onSubmit={submit}>
      <p>{t('recovery-saved', { name: recoveryName(file.practice_name) })}</p>
      <p class="soft">{t('recovery-apart')}</p>
      <PassphraseField label={t('recovery-check')} hint={t('recovery-check-hint')} error={isWrong.value && t('recovery-check-wrong')} value={text} data-test="recovery-check" />
      <div class="row">
        <Button kind="quiet" icon="download" onClick={() => saveFile(file)}>
          {t('recovery-save-again')}
        </Button>
      </div>
      <div class="dialog-actions">
        <Button onClick={onBack}>{t('recovery-back')}</Button>
        <Button kind="primary" type="submit" busy={action.isBusy.value} data-test="recovery-done">
          {t('recovery-done')}
        </Button>
      </div>
    </form>
  );
}
