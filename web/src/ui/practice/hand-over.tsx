// To which of the practice's devices a guest is handed.

import { useEffect } from 'preact/hooks';
import type { Appointment } from '../../practice/appointments.ts';
import type { Console } from '../../practice/console.ts';
import { HttpRefusal } from '../../signal/http.ts';
import { Button, Dialog, Icon, Spinner } from '../parts.tsx';
import { t } from '../text.ts';
import { useAction } from './action.ts';

interface HandOverDialogProps {
  readonly console: Console;
  readonly appointment: Appointment;
  /** The guest's. */
  readonly name: string;
  /** The other device that has them now. */
  readonly from: string | null;
  readonly onClose: () => void;
}

export function HandOverDialog({ console, appointment, name, from, onClose }: HandOverDialogProps) {
  const action = useAction();
  useEffect(() => {
    console.devices.refresh().catch((cause: unknown) => {
      if (!(cause instanceof HttpRefusal)) throw cause;
    });
  }, [console]);
  const doctors = console.devices.list.value?.filter(({ id, role, state, isSelf }) => role === 'doctor' && state === 'confirmed' && !isSelf && id !== from);
  return (
    <Dialog open title={t('hand-over-title', { name })} data-test="hand-over-dialog" onClose={onClose}>
      <div class="stack">
        <p class="soft">{t('hand-over-text')}</p>
        {!doctors && (
          <p class="row soft">
            <Spinner /> {t('busy')}
          </p>
        )}
        {doctors?.length === 0 && <p>{t('hand-over-nobody')}</p>}
        <ul class="hand-over-devices plain">
          {doctors?.map((device) => {
            const isThere = console.team.boards.value.has(device.id);
            return (
              <li key={device.id}>
                <Button
                  icon="screen"
                  disabled={action.isBusy.value}
                  data-test="hand-over-to"
                  data-device={device.id}
                  onClick={() =>
                    action.run(async () => {
                      await console.desk.handOver(appointment, device.id);
                      onClose();
                    })
                  }
                >
                  <bdi>{device.name}</bdi>
                  <span class={isThere ? 'badge good' : 'badge'}>
                    {isThere && <Icon name="check" size={14} />} {t(isThere ? 'hand-over-there' : 'hand-over-away')}
                  </span>
                </Button>
              </li>
            );
          })}
        </ul>
        {action.refusal.value && (
          <p class="field-error" role="alert">
            {t('item-failed')}
          </p>
        )}
      </div>
    </Dialog>
  );
}
