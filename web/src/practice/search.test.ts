import { expect, it } from 'vitest';
import type { Appointment } from './appointments.ts';
import { find } from './search.ts';

it.each([
  ['yilmaz', ['a']],
  ['YILMAZ befund', ['a']],
  ['befund yil', ['a']],
  ['muller', ['b']],
  ['Müller', ['b']],
  ['strasse', ['c']],
  ['şahin', ['d']],
  ['befund müller', []],
  ['  ', []],
  ['', []],
  ['.', ['a', 'c']],
])('finds by %o', (text, rooms) => {
  expect(find(APPOINTMENTS, names, text).map(({ room }) => room)).toEqual(rooms);
});

function appointment(room: string, text: string): Appointment {
  return { room, made: { by: 'practice', label: { text } } } as Appointment;
}

function names(room: string): readonly string[] {
  return room === 'd' ? ['Mehmet Şahin'] : [];
}

const APPOINTMENTS = [appointment('a', 'K. Yılmaz, Befund'), appointment('b', 'Müller'), appointment('c', 'Hr. Straße'), appointment('d', '')];
