// The open consultation hour: a lasting link, and whether one may come in by it.

import { useSignal } from '@preact/signals';
import type { Console } from '../../practice/console.ts';
import { dateAndTime, readUntil } from '../../practice/form.ts';
import { type Hour } from '../../practice/hours.ts';
import { Button, CopyButton, Dialog, Field, Icon } from '../parts.tsx';
import { t, timeOf } from '../text.ts';
import { useAction } from './action.ts';
import { InviteButton } from './invite-dialog.tsx';

export function HourCard({ console }: { readonly console: Console }) {
  const action = useAction();
  const hours = console.hours.list.value;
  if (hours === null || (console.role === 'staff' && hours.length === 0)) return null;
  return (
    <section class="hour card stack" aria-label={t('hour-title')} data-test="hours">
      <h2>{t('hour-title')}</h2>
      {hours.map((hour) => (
        <OneHour key={hour.id} console={console} hour={hour} />
      ))}
      {hours.length === 0 && (
        <>
          <p class="soft small">{t('hour-text')}</p>
          <div>
            <Button icon="link" busy={action.isBusy.value} data-test="hour-create" onClick={() => action.run(() => console.hours.create(''))}>
              {t('hour-create')}
            </Button>
          </div>
        </>
      )}
      {action.refusal.value && <Failed />}
    </section>
  );
}

function OneHour({ console, hour }: { readonly console: Console; readonly hour: Hour }) {
  const action = useAction();
  const isRenewing = useSignal(false);
  const { openUntil, url } = hour;
  const isOpen = openUntil !== null && openUntil > console.now.value;
  const phone = console.settings.document.value?.phone ?? null;
  return (
    <div class="stack" data-test="hour" data-state={isOpen ? 'open' : 'closed'}>
      <p>
        <span class={isOpen ? 'badge good' : 'badge'}>
          <Icon name={isOpen ? 'check' : 'lock'} size={16} /> {isOpen ? t('hour-open-until', { time: timeOf(openUntil) }) : t('hour-closed')}
        </span>
      </p>
      {url !== null && (
        <>
          {isOpen ? (
            <div>
              <Button icon="lock" busy={action.isBusy.value} data-test="hour-close" onClick={() => action.run(() => console.hours.close(hour))}>
                {t('hour-close')}
              </Button>
            </div>
          ) : (
            <Opening console={console} hour={hour} />
          )}
          <input class="input hour-link" type="text" readOnly value={url} aria-label={t('hour-link')} data-test="hour-link" onFocus={({ currentTarget }) => currentTarget.select()} />
          <div class="row hour-tools">
            <CopyButton text={url} data-test="hour-copy" />
            <InviteButton invitation={{ practice: console.device.practiceName, phone, url, part: 'patient', visit: null }} />
            <Button kind="quiet" icon="reload" data-test="hour-renew" onClick={() => (isRenewing.value = true)}>
              {t('hour-renew')}
            </Button>
          </div>
        </>
      )}
      {action.refusal.value && <Failed />}
      {isRenewing.value && (
        <Dialog open title={t('hour-renew-title')} onClose={() => (isRenewing.value = false)}>
          <p>{t('hour-renew-text')}</p>
          <div class="dialog-actions">
            <Button onClick={() => (isRenewing.value = false)}>{t('cancel')}</Button>
            <Button
              kind="danger"
              icon="reload"
              data-test="hour-renew-sure"
              onClick={() => {
                isRenewing.value = false;
                action.run(() => console.hours.renew(hour));
              }}
            >
              {t('hour-renew-sure')}
            </Button>
          </div>
        </Dialog>
      )}
    </div>
  );
}

/** Until when: two hours from now, to the next quarter, where nothing else is said. */
function Opening({ console, hour }: { readonly console: Console; readonly hour: Hour }) {
  const action = useAction();
  const time = useSignal(dateAndTime(Math.ceil((console.now.peek() + USUAL) / QUARTER) * QUARTER).time);
  const isWrong = useSignal(false);
  return (
    <form
      class="hour-opening"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        const until = readUntil(time.value, console.now.peek());
        isWrong.value = until === null;
        if (until !== null) action.run(() => console.hours.open(hour, until));
      }}
    >
      <Field label={t('hour-until')} error={isWrong.value ? t('hour-until-wrong') : undefined}>
        {(ids) => <input class="input" type="time" value={time.value} data-test="hour-until" onInput={({ currentTarget }) => (time.value = currentTarget.value)} {...ids} />}
      </Field>
      <Button type="submit" icon="clock" busy={action.isBusy.value} data-test="hour-open">
        {t('hour-open')}
      </Button>
      {action.refusal.value && <Failed />}
    </form>
  );
}

function Failed() {
  return (
    <p class="field-error" role="alert">
      {t('item-failed')}
    </p>
  );
}

const QUARTER = 900_000;
const USUAL = 7_200_000;
