// The same appointment again: at the same time of day by the practice's clock, whatever the summer time does in between.

export type Rhythm = 'weekly' | 'two-weekly' | 'four-weekly';

export const RHYTHMS: readonly Rhythm[] = ['weekly', 'two-weekly', 'four-weekly'];

/** The starts of `count` appointments, the first one among them. Milliseconds since the epoch. */
export function startsOf(first: number, rhythm: Rhythm, count: number): readonly number[] {
  const at = new Date(first);
  const [year, month, day] = [at.getFullYear(), at.getMonth(), at.getDate()];
  const time = [at.getHours(), at.getMinutes(), at.getSeconds(), at.getMilliseconds()] as const;
  // A time of day that the clocks leave out is the one that they show in its place.
  return Array.from({ length: count }, (_, number) => new Date(year, month, day + number * DAYS[rhythm], ...time).getTime());
}

/** Appointments of one series. */
export const MAX_REPEATS = 26;
const DAYS: Readonly<Record<Rhythm, number>> = { weekly: 7, 'two-weekly': 14, 'four-weekly': 28 };
