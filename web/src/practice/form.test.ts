import { describe, expect, it } from 'vitest';
import { HttpRefusal } from '../signal/http.ts';
import { dateAndTime, type Field, fieldOf, type Form, freshForm, midnight, readForm, readUntil } from './form.ts';

describe('a form', () => {
  it('is read in the local time of whoever fills it in', () => {
    const read = readForm(GOOD, NOW);

    expect(read).toEqual({ startsAt: new Date(2026, 4, 7, 14, 30).getTime(), durationMs: 1_800_000, label: 'A.M.', maxUses: 2 });
  });

  it('begins with the next quarter of an hour, and is good at once', () => {
    const fresh = freshForm(new Date(2026, 4, 7, 14, 31).getTime());

    expect(fresh).toMatchObject({ date: '2026-05-07', time: '14:45', length: '30' });
    expect(readForm(fresh, NOW)).not.toHaveProperty('problems');
  });

  it('begins on another day where the last appointment of that day ends, and in the morning where there is none', () => {
    const day = new Date(2026, 4, 9).getTime();
    const planned = [9, 11, 14].map((hour) => ({ startsAt: new Date(2026, 4, 9, hour).getTime(), endsAt: new Date(2026, 4, 9, hour, 20).getTime(), isCancelled: hour === 14 }));

    expect(freshForm(NOW, day, planned)).toMatchObject({ date: '2026-05-09', time: '11:20' });
    expect(freshForm(NOW, day)).toMatchObject({ date: '2026-05-09', time: '08:00' });
    expect(freshForm(NOW, midnight(NOW), planned).date).toBe('2026-05-07');
  });

  const wrong: readonly [Partial<Form>, Field, string][] = [
    [{ date: '' }, 'date', 'missing'],
    [{ time: '' }, 'time', 'missing'],
    [{ date: '2026-13-40' }, 'date', 'missing'],
    [{ time: '08:00' }, 'time', 'over'],
    [{ date: '2026-05-06' }, 'date', 'over'],
    [{ date: '20260-05-07' }, 'date', 'missing'],
    [{ date: '2062-05-07' }, 'date', 'too-far'],
    [{ length: '4' }, 'length', 'range'],
    [{ length: '1e3' }, 'length', 'range'],
    [{ length: '481' }, 'length', 'range'],
    [{ uses: '0' }, 'uses', 'range'],
    [{ uses: '21' }, 'uses', 'range'],
    [{ label: 'x'.repeat(201) }, 'label', 'too-long'],
  ];
  it.each(wrong)('%o: says what is wrong at the field', (change, field, problem) => {
    expect(readForm({ ...GOOD, ...change }, NOW)).toMatchObject({ problems: { [field]: problem } });
  });

  it('takes an appointment that has begun, but not one that is over', () => {
    expect(readForm({ ...GOOD, time: '09:45' }, NOW)).not.toHaveProperty('problems');
    expect(readForm({ ...GOOD, time: '09:30' }, NOW)).toHaveProperty('problems');
  });
});

it('a refusal of the server is shown at its field', () => {
  const at = (field: string) => fieldOf(new HttpRefusal(400, 'invalid_argument', '', field));

  expect([at('start_time'), at('duration'), at('sealed_label'), at('invites[0].max_uses'), at('practice')]).toEqual(['time', 'length', 'label', 'uses', null]);
});

it('days are counted where the reader is, over changes of the clock too', () => {
  const spring = new Date(2026, 2, 28, 15).getTime();

  expect(dateAndTime(midnight(spring, 2))).toEqual({ date: '2026-03-30', time: '00:00' });
});

const NOW = new Date(2026, 4, 7, 10, 0).getTime();
const GOOD: Form = { date: '2026-05-07', time: '14:30', length: '30', label: ' A.M. ', uses: '2' };

describe('until when an hour is open', () => {
  const now = new Date(2026, 4, 7, 14, 0).getTime();

  it.each([
    ['16:30', new Date(2026, 4, 7, 16, 30).getTime()],
    ['01:00', new Date(2026, 4, 8, 1, 0).getTime()],
    ['14:00', null],
    ['03:00', null],
    ['', null],
    ['soon', null],
  ])('%s', (time, until) => {
    expect(readUntil(time, now)).toBe(until);
  });
});
