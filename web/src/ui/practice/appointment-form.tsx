// Making an appointment or a series of them, giving one another time, and noting something else about it.

import { type Signal, useSignal } from '@preact/signals';
import type { Part } from '../../call/control.ts';
import { type Appointment, newRoom } from '../../practice/appointments.ts';
import type { Console } from '../../practice/console.ts';
import { dateAndTime, type Field as FormField, fieldOf, type Form, freshForm, MAX_MINUTES, MAX_USES, MIN_MINUTES, type Problems, readForm } from '../../practice/form.ts';
import { FURTHER_SEATS, MAX_LABEL } from '../../practice/label.ts';
import { MAX_REPEATS, type Rhythm, RHYTHMS, startsOf } from '../../practice/series.ts';
import { HttpRefusal } from '../../signal/http.ts';
import { Button, Field, type FieldIds, Notice } from '../parts.tsx';
import { t } from '../text.ts';
import { useAction } from './action.ts';
import { FURTHER_PARTS } from './people-dialog.tsx';

interface AppointmentFormProps {
  readonly console: Console;
  /** What stands in it at first, where that is known better than by the day. */
  readonly first?: Partial<Form>;
  /** Who else is asked in at first. */
  readonly along?: readonly Part[];
  readonly onDone: (made: Appointment) => void;
  readonly onCancel: () => void;
}

export function AppointmentForm({ console, first = {}, along = [], onDone, onCancel }: AppointmentFormProps) {
  const entry = useEntry({ ...freshForm(console.now.peek(), console.roster.day.peek(), console.appointments.peek()), ...first });
  // Sent again after a lost answer they are the same appointments.
  const rooms = useSignal<readonly string[]>(Array.from({ length: MAX_REPEATS + 1 }, newRoom));
  const others = useSignal(along);
  const rhythm = useSignal<Rhythm | null>(null);
  const count = useSignal('4');
  const isMoreOpen = useSignal(along.length > 0);
  const submit = entry.submit(console, async ({ startsAt, durationMs, label, maxUses }) => {
    const starts = rhythm.value === null ? [startsAt] : startsOf(startsAt, rhythm.value, Number(count.value));
    const [series = '', ...ids] = rooms.value;
    const common = { durationMs, label, maxUses, others: others.value, ...(rhythm.value !== null && { series }) };
    const made = await console.desk.createAll(starts.map((at, number) => ({ ...common, startsAt: at, room: ids[number] ?? newRoom() })));
    if (made) onDone(made);
  });
  return (
    <form class="stack" noValidate onSubmit={submit}>
      <TimeFields entry={entry} />
      <Field label={t('form-label')} hint={t('form-label-hint')} error={entry.error('label')}>
        {(ids) => <input class="input" data-test="appointment-label" autoComplete="off" maxLength={MAX_LABEL} {...entry.input('label')} {...ids} />}
      </Field>
      <details class="form-more" open={isMoreOpen.value || entry.error('uses') !== undefined} onToggle={({ currentTarget }) => (isMoreOpen.value = currentTarget.open)}>
        <summary data-test="form-more">{t('form-more')}</summary>
        <div class="stack">
          <Others others={others} />
          <Repeating rhythm={rhythm} count={count} />
          <Field label={t('form-uses')} hint={t('form-uses-hint')} error={entry.error('uses')}>
            {(ids) => <input class="input short" type="number" inputMode="numeric" min={1} max={MAX_USES} data-test="appointment-uses" {...entry.input('uses')} {...ids} />}
          </Field>
        </div>
      </details>
      <Refused refusal={entry.refusal} />
      <Actions label={t('form-save')} isBusy={entry.isBusy} onCancel={onCancel} />
    </form>
  );
}

/** A second and a third guest. */
function Others({ others }: { readonly others: Signal<readonly Part[]> }) {
  const shown = [...others.value, null].slice(0, FURTHER_SEATS.length);
  const choose = (at: number, part: string) => {
    const before = others.value.filter((_, one) => one !== at);
    others.value = part === '' ? before : before.toSpliced(at, 0, part as Part);
  };
  return (
    <div class="choice-fields">
      {shown.map((chosen, at) => (
        <Field key={at} label={t(at === 0 ? 'form-second' : 'form-third')}>
          {(ids) => (
            <select class="input" value={chosen ?? ''} data-test={`appointment-guest-${at + 2}`} onChange={({ currentTarget }) => choose(at, currentTarget.value)} {...ids}>
              <option value="">{t('form-nobody')}</option>
              {FURTHER_PARTS.map((part) => (
                <option key={part} value={part}>
                  {t(`part-${part}`)}
                </option>
              ))}
            </select>
          )}
        </Field>
      ))}
    </div>
  );
}

interface RepeatingProps {
  readonly rhythm: Signal<Rhythm | null>;
  readonly count: Signal<string>;
}

function Repeating({ rhythm, count }: RepeatingProps) {
  return (
    <div class="choice-fields">
      <Field label={t('form-repeat')} hint={rhythm.value === null ? undefined : t('form-repeat-hint')}>
        {(ids) => (
          <select class="input" value={rhythm.value ?? ''} data-test="appointment-repeat" onChange={({ currentTarget }) => (rhythm.value = RHYTHMS.find((one) => one === currentTarget.value) ?? null)} {...ids}>
            <option value="">{t('form-repeat-not')}</option>
            {RHYTHMS.map((one) => (
              <option key={one} value={one}>
                {t(`form-repeat-${one}`)}
              </option>
            ))}
          </select>
        )}
      </Field>
      {rhythm.value !== null && (
        <Field label={t('form-repeat-count')}>
          {(ids) => (
            <select class="input" value={count.value} data-test="appointment-count" onChange={({ currentTarget }) => (count.value = currentTarget.value)} {...ids}>
              {Array.from({ length: MAX_REPEATS - 1 }, (_, at) => at + 2).map((number) => (
                <option key={number} value={number}>
                  {number}
                </option>
              ))}
            </select>
          )}
        </Field>
      )}
    </div>
  );
}

interface NoteFormProps {
  readonly console: Console;
  readonly appointment: Appointment;
  readonly text: string;
  readonly onDone: () => void;
  readonly onCancel: () => void;
}

export function NoteForm({ console, appointment, text, onDone, onCancel }: NoteFormProps) {
  const note = useSignal(text);
  const action = useAction();
  const submit = (event: Event) => {
    event.preventDefault();
    action.run(async () => {
      await console.desk.note(appointment, note.value.trim());
      onDone();
    });
  };
  return (
    <form class="stack" noValidate onSubmit={submit}>
      <Field label={t('form-label')} hint={t('form-label-hint')}>
        {(ids) => <input class="input" autofocus data-test="note-text" autoComplete="off" maxLength={MAX_LABEL} value={note.value} onInput={({ currentTarget }) => (note.value = currentTarget.value)} {...ids} />}
      </Field>
      <Refused refusal={action.refusal} />
      <Actions label={t('note-save')} isBusy={action.isBusy} onCancel={onCancel} />
    </form>
  );
}

interface MoveFormProps {
  readonly console: Console;
  readonly appointment: Appointment;
  readonly onDone: () => void;
  readonly onCancel: () => void;
}

export function MoveForm({ console, appointment, onDone, onCancel }: MoveFormProps) {
  const { room, startsAt, endsAt } = appointment;
  const entry = useEntry({ ...freshForm(startsAt), ...dateAndTime(startsAt), length: String((endsAt - startsAt) / MINUTE) });
  const submit = entry.submit(console, async (times) => {
    await console.desk.move(room, times.startsAt, times.durationMs);
    onDone();
  });
  return (
    <form class="stack" noValidate onSubmit={submit}>
      <p class="soft">{t('move-text')}</p>
      <TimeFields entry={entry} />
      <Refused refusal={entry.refusal} />
      <Actions label={t('move-save')} isBusy={entry.isBusy} onCancel={onCancel} />
    </form>
  );
}

function TimeFields({ entry }: { readonly entry: Entry }) {
  const length = (ids: FieldIds) => (
    <select class="input" data-test="appointment-length" {...entry.input('length')} {...ids}>
      {lengths(entry.form.value.length).map((minutes) => (
        <option key={minutes} value={minutes}>
          {t('form-minutes', { count: minutes })}
        </option>
      ))}
    </select>
  );
  return (
    <div class="time-fields">
      <Field label={t('form-date')} error={entry.error('date')}>
        {(ids) => <input class="input" type="date" autofocus data-test="appointment-date" {...entry.input('date')} {...ids} />}
      </Field>
      <Field label={t('form-time')} error={entry.error('time')}>
        {(ids) => <input class="input" type="time" data-test="appointment-time" {...entry.input('time')} {...ids} />}
      </Field>
      <Field label={t('form-length')} error={entry.error('length')}>
        {length}
      </Field>
    </div>
  );
}

function Refused({ refusal }: { readonly refusal: Signal<HttpRefusal | null> }) {
  if (!refusal.value) return null;
  const isFull = refusal.value.code === 'resource_exhausted';
  return (
    <Notice code="refused" tone="warn" title={t(isFull ? 'form-full' : 'form-refused')}>
      <p>{t('practice-again')}</p>
    </Notice>
  );
}

interface ActionsProps {
  readonly label: string;
  readonly isBusy: Signal<boolean>;
  readonly onCancel: () => void;
}

function Actions({ label, isBusy, onCancel }: ActionsProps) {
  return (
    <div class="dialog-actions">
      <Button onClick={onCancel}>{t('cancel')}</Button>
      <Button kind="primary" type="submit" busy={isBusy.value} data-test="appointment-save">
        {label}
      </Button>
    </div>
  );
}

/** A form being filled in: what stands in it, and what is wrong with it. */
interface Entry {
  readonly form: Signal<Form>;
  readonly isBusy: Signal<boolean>;
  /** What the server said that belongs to no field. */
  readonly refusal: Signal<HttpRefusal | null>;
  input(field: FormField): { readonly value: string; readonly onInput: (event: { readonly currentTarget: { readonly value: string } }) => void };
  error(field: FormField): string | undefined;
  submit(console: Console, send: (read: Exclude<ReturnType<typeof readForm>, { problems: Problems }>) => Promise<void>): (event: Event) => void;
}

/** `first`: what stands in it when it is opened. */
function useEntry(first: Form): Entry {
  const form = useSignal(first);
  const problems = useSignal<Problems>({});
  const refusal = useSignal<HttpRefusal | null>(null);
  const isBusy = useSignal(false);

  const send = async (what: () => Promise<void>) => {
    isBusy.value = true;
    refusal.value = null;
    await what().catch((cause: unknown) => {
      if (!(cause instanceof HttpRefusal)) throw cause;
      const field = fieldOf(cause);
      if (field) problems.value = { [field]: 'range' };
      else refusal.value = cause;
    });
    isBusy.value = false;
  };
  return {
    form,
    isBusy,
    refusal,
    input: (field) => ({
      value: form.value[field],
      onInput: ({ currentTarget }) => {
        form.value = { ...form.value, [field]: currentTarget.value };
        const { [field]: _, ...others } = problems.value;
        problems.value = others;
      },
    }),
    error: (field) => {
      const problem = problems.value[field];
      return problem && t(`form-${field}-${problem}`, { least: field === 'uses' ? 1 : MIN_MINUTES, most: field === 'uses' ? MAX_USES : field === 'label' ? MAX_LABEL : MAX_MINUTES });
    },
    submit: (console, then) => (event) => {
      event.preventDefault();
      const read = readForm(form.value, console.now.peek());
      problems.value = 'problems' in read ? read.problems : {};
      if (!('problems' in read)) void send(() => then(read));
    },
  };
}

/** Those that are usual, and the one that stands there. */
function lengths(current: string): readonly number[] {
  return [...new Set([...USUAL, Number(current)])].filter((minutes) => minutes > 0).sort((one, other) => one - other);
}

/** Minutes. */
const USUAL = [10, 15, 20, 30, 45, 60, 90, 120];
const MINUTE = 60_000;
