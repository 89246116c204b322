import { afterAll, beforeAll, expect, it } from 'vitest';
import { startsOf } from './series.ts';

const zone = process.env['TZ'];
beforeAll(() => {
  process.env['TZ'] = 'Europe/Berlin';
});
afterAll(() => {
  if (zone === undefined) delete process.env['TZ'];
  else process.env['TZ'] = zone;
});

it('keeps the time of day when summer time ends and begins', () => {
  const autumn = startsOf(Date.parse('2026-10-19T14:30:00+02:00'), 'weekly', 3);
  const spring = startsOf(Date.parse('2027-03-22T09:00:00+01:00'), 'weekly', 2);

  expect(autumn.map(iso)).toEqual(['2026-10-19T12:30:00.000Z', '2026-10-26T13:30:00.000Z', '2026-11-02T13:30:00.000Z']);
  expect(spring.map(iso)).toEqual(['2027-03-22T08:00:00.000Z', '2027-03-29T07:00:00.000Z']);
});

it('comes every two or four weeks, over the end of a year', () => {
  expect(startsOf(Date.parse('2026-12-14T10:00:00+01:00'), 'two-weekly', 3).map(iso)).toEqual(['2026-12-14T09:00:00.000Z', '2026-12-28T09:00:00.000Z', '2027-01-11T09:00:00.000Z']);
  expect(startsOf(Date.parse('2026-12-14T10:00:00+01:00'), 'four-weekly', 2).map(iso)).toEqual(['2026-12-14T09:00:00.000Z', '2027-01-11T09:00:00.000Z']);
});

it('a time of day that is left out is an hour later that day only', () => {
  expect(startsOf(Date.parse('2027-03-21T02:30:00+01:00'), 'weekly', 3).map(iso)).toEqual(['2027-03-21T01:30:00.000Z', '2027-03-28T01:30:00.000Z', '2027-04-04T00:30:00.000Z']);
});

function iso(at: number): string {
  return new Date(at).toISOString();
}
