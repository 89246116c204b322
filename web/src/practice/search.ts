// Finds appointments by what one remembers of them: words of the note, the name of who waits.

import { type Appointment, labelOf } from './appointments.ts';

/** Those in whose note or names each word of `text` stands, in their order. Small and large letters, accents and dots count for nothing. */
export function find(appointments: readonly Appointment[], names: (room: string) => readonly string[], text: string): readonly Appointment[] {
  const words = plain(text).split(/\s+/).filter(Boolean);
  if (words.length === 0) return [];
  return appointments.filter((one) => {
    const known = plain([labelOf(one), ...names(one.room)].join(' '));
    return words.every((word) => known.includes(word));
  });
}

function plain(text: string): string {
  return text
    .normalize('NFD')
    .replaceAll(/\p{M}/gu, '')
    .toLowerCase()
    .replaceAll('ß', 'ss')
    .replaceAll('ı', 'i');
}
