// Who is asked to a visit, each with a link of their own: the patient, and up to two others. Before the visit and during it.

import { useSignal } from '@preact/signals';
import type { Part } from '../../call/control.ts';
import type { Appointment } from '../../practice/appointments.ts';
import type { Console } from '../../practice/console.ts';
import { FURTHER_SEATS } from '../../practice/label.ts';
import { Button, Dialog, Field } from '../parts.tsx';
import { t } from '../text.ts';
import { useAction } from './action.ts';
import { ShareLink } from './share-link.tsx';

interface PeopleDialogProps {
  readonly console: Console;
  readonly room: string;
  readonly onClose: () => void;
}

export function PeopleDialog({ console, room, onClose }: PeopleDialogProps) {
  const appointment = console.appointments.value.find((one) => one.room === room);
  return (
    <Dialog open title={t('people-title')} data-test="people-dialog" onClose={onClose}>
      {appointment?.made.by === 'us' ? <People console={console} appointment={appointment} made={appointment.made} /> : <p>{t('people-not-here')}</p>}
    </Dialog>
  );
}

interface PeopleProps {
  readonly console: Console;
  readonly appointment: Appointment;
  readonly made: Extract<Appointment['made'], { by: 'us' }>;
}

function People({ console, appointment, made }: PeopleProps) {
  const action = useAction();
  const part = useSignal<Part>('interpreter');
  // Who is just being asked in appears with the link.
  const others = made.others.filter(({ link }) => link !== null || !action.isBusy.value);
  const practice = console.device.practiceName;
  const phone = console.settings.document.value?.phone;
  return (
    <div class="stack people">
      <p class="soft">{t('people-text')}</p>
      <ul class="people-list plain">
        {made.link && (
          <li class="stack tight">
            <h3>{t('part-patient')}</h3>
            <ShareLink appointment={appointment} link={made.link} practice={practice} phone={phone} />
          </li>
        )}
        {others.map((guest) => (
          <li key={guest.seat} class="stack tight" data-test="further-guest" data-seat={guest.seat} data-part={guest.part}>
            <div class="people-head">
              <h3>{t(`part-${guest.part}`)}</h3>
              <Button kind="quiet" icon="trash" label={t('people-remove', { part: t(`part-${guest.part}`) })} disabled={action.isBusy.value} data-test="remove-guest" onClick={() => action.run(() => console.desk.removeGuest(appointment, guest))} />
            </div>
            {guest.link ? (
              <ShareLink appointment={appointment} link={guest.link} practice={practice} phone={phone} seat={guest.seat} part={guest.part} />
            ) : (
              <Button icon="link" busy={action.isBusy.value} onClick={() => action.run(() => console.desk.makeLink(appointment, 3, guest.seat))}>
                {t('item-new-link')}
              </Button>
            )}
          </li>
        ))}
      </ul>
      {made.others.length < FURTHER_SEATS.length ? (
        <form
          class="people-add"
          onSubmit={(event) => {
            event.preventDefault();
            action.run(async () => void (await console.desk.addGuest(appointment, part.value)));
          }}
        >
          <Field label={t('people-part')}>
            {(ids) => (
              <select class="input" value={part.value} data-test="guest-part" onChange={({ currentTarget }) => (part.value = currentTarget.value as Part)} {...ids}>
                {FURTHER_PARTS.map((one) => (
                  <option key={one} value={one}>
                    {t(`part-${one}`)}
                  </option>
                ))}
              </select>
            )}
          </Field>
          <Button type="submit" icon="plus" busy={action.isBusy.value} data-test="add-guest">
            {t('people-add')}
          </Button>
        </form>
      ) : (
        <p class="soft small">{t('people-full')}</p>
      )}
      {action.refusal.value && (
        <p class="field-error" role="alert">
          {t('item-failed')}
        </p>
      )}
    </div>
  );
}

export const FURTHER_PARTS: readonly Part[] = ['interpreter', 'companion', 'colleague'];
