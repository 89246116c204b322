// The software that makes appointments in the practice's name, and what it needs for that.

import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import type { Identity } from '../../drive/visit.ts';
import type { Console } from '../../practice/console.ts';
import { accessOf, LONGEST_SOFTWARE, MOST_SOFTWARE, type SoftwareProblem, softwareProblem } from '../../practice/software.ts';
import { HttpRefusal } from '../../signal/http.ts';
import { Button, CopyButton, Dialog, Field, Icon, Notice, Spinner } from '../parts.tsx';
import { t } from '../text.ts';
import './texts.ts';

interface SoftwareCardProps {
  readonly console: Console;
}

/** Nothing before the settings are read: saving would replace what is not known. */
export function SoftwareCard({ console }: SoftwareCardProps) {
  const { settings, identity } = console;
  const state = settings.state.value;
  if (state === 'loading' || state === 'unreachable') return null;
  return (
    <section class="card stack" data-test="software">
      <header class="stack tight">
        <h2>{t('software-title')}</h2>
        <p class="soft">{t('software-lead')}</p>
      </header>
      {identity ? <Editor console={console} identity={identity} /> : <Reader names={settings.software.value} />}
    </section>
  );
}

/** On a staff device, which has none of the keys. */
function Reader({ names }: { readonly names: readonly string[] }) {
  return (
    <>
      {names.length > 0 && (
        <ul class="device-list plain">
          {names.map((name) => (
            <li key={name} class="device" data-test="software-row">
              <Name name={name} />
            </li>
          ))}
        </ul>
      )}
      <Notice code="software-staff">
        <p>{t('software-staff')}</p>
      </Notice>
    </>
  );
}

interface EditorProps extends SoftwareCardProps {
  /** Signs the settings: a doctor's device. */
  readonly identity: Identity;
}

function Editor({ console, identity }: EditorProps) {
  const { settings } = console;
  const names = settings.software.value;
  const typed = useSignal('');
  const problem = useSignal<SoftwareProblem | null>(null);
  const outcome = useSignal<'conflict' | 'failed' | null>(null);
  const isBusy = useSignal(false);
  const save = async (next: readonly string[]): Promise<boolean> => {
    isBusy.value = true;
    const saved = await settings.saveSoftware(next, identity).catch((cause: unknown) => {
      if (!(cause instanceof HttpRefusal)) throw cause;
      return 'failed' as const;
    });
    isBusy.value = false;
    outcome.value = saved === 'saved' ? null : saved;
    return saved === 'saved';
  };
  const connect = async () => {
    const name = typed.value.trim();
    problem.value = softwareProblem(name, names);
    if (problem.value === null && (await save([...names, name]))) typed.value = '';
  };
  return (
    <>
      {names.length > 0 && (
        <ul class="device-list plain">
          {names.map((name) => (
            <Row key={name} console={console} name={name} isBusy={isBusy.value} onDisconnect={() => void save(names.filter((one) => one !== name))} />
          ))}
        </ul>
      )}
      <form
        class="stack"
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          void connect();
        }}
      >
        <Field label={t('software-name')} hint={t('software-name-hint', { most: LONGEST_SOFTWARE })} error={problem.value && t(`software-problem-${problem.value}`, { most: LONGEST_SOFTWARE, count: MOST_SOFTWARE })}>
          {(ids) => (
            <input
              class="input software-name"
              type="text"
              dir="ltr"
              autoComplete="off"
              autoCapitalize="none"
              spellcheck={false}
              maxLength={LONGEST_SOFTWARE}
              value={typed.value}
              data-test="software-name"
              onInput={({ currentTarget }) => {
                problem.value = null;
                outcome.value = null;
                typed.value = currentTarget.value;
              }}
              {...ids}
            />
          )}
        </Field>
        {outcome.value && (
          <Notice code={`software-${outcome.value}`} tone="warn">
            <p>{t(`software-${outcome.value}`)}</p>
          </Notice>
        )}
        <div class="row">
          <Button type="submit" icon="plus" busy={isBusy.value} disabled={typed.value.trim() === ''} data-test="software-connect">
            {t('software-connect')}
          </Button>
        </div>
      </form>
    </>
  );
}

function Name({ name }: { readonly name: string }) {
  return (
    <>
      <Icon name="calendar" size={24} />
      <p class="device-name">
        <bdi dir="ltr">{name}</bdi>
      </p>
    </>
  );
}

interface RowProps extends SoftwareCardProps {
  readonly name: string;
  readonly isBusy: boolean;
  readonly onDisconnect: () => void;
}

function Row({ console, name, isBusy, onDisconnect }: RowProps) {
  const dialog = useSignal<'access' | 'disconnect' | null>(null);
  const close = () => (dialog.value = null);
  return (
    <li class="device" data-test="software-row" data-name={name}>
      <Name name={name} />
      <div class="device-tools">
        <Button kind="quiet" icon="key" data-test="software-access" onClick={() => (dialog.value = 'access')}>
          {t('software-access')}
        </Button>
        <Button kind="quiet" disabled={isBusy} data-test="software-disconnect" onClick={() => (dialog.value = 'disconnect')}>
          {t('software-disconnect')}
        </Button>
      </div>
      {dialog.value === 'access' && <AccessDialog console={console} name={name} onClose={close} />}
      <Dialog open={dialog.value === 'disconnect'} title={t('software-disconnect-title', { name })} onClose={close}>
        <p>{t('software-disconnect-text', { name })}</p>
        <p class="soft">{t('software-disconnect-secret')}</p>
        <div class="dialog-actions">
          <Button onClick={close}>{t('cancel')}</Button>
          <Button
            kind="danger"
            data-test="software-disconnect-sure"
            onClick={() => {
              close();
              onDisconnect();
            }}
          >
            {t('software-disconnect')}
          </Button>
        </div>
      </Dialog>
    </li>
  );
}

interface AccessDialogProps extends SoftwareCardProps {
  readonly name: string;
  readonly onClose: () => void;
}

/** What the software needs; it is computed when somebody looks, and kept nowhere. */
function AccessDialog({ console, name, onClose }: AccessDialogProps) {
  const access = useSignal<string | null>(null);
  const { practice, keys } = console.device;
  useEffect(() => {
    if (keys.role !== 'doctor') return;
    void accessOf(name, practice, keys, console.origin).then((text) => (access.value = text));
  }, [name]);
  return (
    <Dialog open title={t('software-access-title', { name })} data-test="software-access-dialog" onClose={onClose}>
      <div class="stack">
        <Notice tone="warn" icon="key">
          <p>{t('software-access-warning', { name })}</p>
        </Notice>
        {access.value === null ? (
          <p class="row soft">
            <Spinner /> {t('busy')}
          </p>
        ) : (
          <textarea class="input software-block" dir="ltr" rows={6} readOnly spellcheck={false} value={access.value} aria-label={t('software-access-block')} data-test="software-block" />
        )}
        <p class="soft small">{t('software-access-key')}</p>
        <div class="dialog-actions">
          <Button data-test="software-access-close" onClick={onClose}>
            {t('close')}
          </Button>
          {access.value !== null && <CopyButton kind="primary" text={access.value} data-test="software-copy" />}
        </div>
      </div>
    </Dialog>
  );
}
