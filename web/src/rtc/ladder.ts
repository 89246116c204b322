// How large a picture the line carries beside the voice: figures of each second in, a level out. No clock, no browser.

import type { Came } from './flow.ts';

/** From the best picture to none: the voice goes on at every level. */
export interface Level {
  /** The shorter side of the picture, in pixels. */
  readonly lines: number;
  /** Pictures a second. */
  readonly rate: number;
  /** Bits a second at the most: of the camera, and of a screen that is shared. */
  readonly camera: number;
  readonly screen: number;
  /** Bits a second that the line has to carry, voice and all, for this level to be any good. */
  readonly needs: number;
}

/** What one second was like. */
export interface LineSample {
  /** Milliseconds of any clock that doesn't jump. */
  readonly at: number;
  /** Bits a second that the browser takes the line to carry; `null` where it doesn't tell (Firefox). */
  readonly available: number | null;
  /** Bits a second that went out. */
  readonly sent: number;
  /** Of what went out in the last seconds, the share that did not arrive; `null` where nothing is known. */
  readonly loss: number | null;
  /** What the other has just told; `null`: next to nothing is lost. */
  readonly came: Came | null;
  /** Milliseconds. */
  readonly roundTrip: number | null;
}

/** What the person and the call want, whatever the line carries. */
export interface Wish {
  readonly saving: boolean;
  /** Others who each get a picture of their own encoding. */
  readonly people: number;
}

/** Where one stands on the ladder. A value: `climb` gives the next. */
export interface Ladder {
  /** Index into `LEVELS`; `PAUSED` is below them all. */
  readonly level: number;
  /** Seconds in a row that were bad, by what; and since when it is good. `unproven`: too little goes out to tell whether the level fits. */
  readonly tight: number;
  readonly rough: number;
  readonly unproven: number;
  readonly goodSince: number | null;
  /** The shortest round trip so far: what comes on top of it stands in a queue. */
  readonly shortest: number;
  /** The most that the line was taken to carry on this level, and when that was last exceeded. */
  readonly peak: number;
  readonly peakAt: number;
  /** What came through when more was sent than the line carries, and when that was. */
  readonly ceiling: number;
  readonly ceilingAt: number;
  /** The line is too narrow even for the voice as it was. */
  readonly isVoiceSmall: boolean;
  /** How long it has to be good before the next step up, and when the last ones up and down were. */
  readonly patience: number;
  readonly steppedUp: number | null;
  readonly steppedDown: number | null;
}

/** The picture begins small: a line that carries more says so in seconds, one that doesn't would have swallowed the first words. */
export function newLadder(): Ladder {
  return { level: START, tight: 0, rough: 0, unproven: 0, goodSince: null, shortest: Infinity, peak: 0, peakAt: 0, ceiling: Infinity, ceilingAt: 0, isVoiceSmall: false, patience: PATIENCE, steppedUp: null, steppedDown: null };
}

/** One second later. */
export function climb(ladder: Ladder, sample: LineSample): Ladder {
  const shortest = Math.min(ladder.shortest, sample.roundTrip ?? Infinity);
  const queue = sample.roundTrip === null ? 0 : sample.roundTrip - shortest;
  const isRising = (sample.available ?? 0) > GROWING * ladder.peak;
  const next = {
    ...ladder,
    shortest,
    ...(isRising && { peak: sample.available ?? 0, peakAt: sample.at }),
    tight: isTight(ladder, sample) && !isRising ? ladder.tight + 1 : 0,
    unproven: needsOf(ladder.level) > provenBy(sample) ? ladder.unproven + 1 : 0,
    rough: Math.max(0, ladder.rough + roughness(ladder, sample, queue)),
  };
  if (next.tight >= ENOUGH || next.rough >= ENOUGH || next.unproven >= ENOUGH) return down(next, sample);
  const isGood = next.tight === 0 && next.rough === 0 && (sample.loss ?? 0) < SOME_LOSS && queue < SHORT_QUEUE;
  return up({ ...next, goodSince: isGood ? (ladder.goodSince ?? sample.at) : null }, sample);
}

/** What was measured while nothing got through is of no line: it goes on from where it stood. Behind the break may be another line, with other round trips. */
export function afterBreak(ladder: Ladder, at: number): Ladder {
  return { ...ladder, tight: 0, rough: 0, unproven: 0, goodSince: null, shortest: Infinity, peak: 0, peakAt: at };
}

/** The level that goes out: the line's, or less where that is wished for. */
export function levelFor(ladder: Ladder, { saving, people }: Wish): number {
  const most = saving ? SAVING : people > 2 ? 2 : people > 1 ? 1 : 0;
  return Math.max(ladder.level, most);
}

function isTight({ level, peakAt }: Ladder, { at, available, sent }: LineSample): boolean {
  if (available === null || available >= needsOf(level)) return false;
  // What is estimated while little is sent is only what was tried; and what grew just now was not found yet.
  return sent > PRESSED * available && at - peakAt >= SEEKING;
}

/**
 * In bad seconds. Much is lost, or waits; or some of both, which is a short queue that runs over. Firefox tells no estimate, and never sends a picture of
 * 480 lines with less than 150 kbit/s: with it that is all that there is to go by, and half of the sound may be gone while one looks on.
 */
function roughness({ steppedDown }: Ladder, { at, loss, came }: LineSample, queue: number): number {
  // What is told right after a step down is of before.
  const lost = steppedDown !== null && at - steppedDown < SETTLING ? 0 : (came?.lost ?? 0) / 100;
  if (lost > MOST_LOSS) return ENOUGH;
  return lost > MUCH_LOSS || queue > LONG_QUEUE || ((loss ?? 0) > FULL_LOSS && queue > FULL_QUEUE) ? 1 : -Infinity;
}

/**
 * What Firefox doesn't tell, and what goes out shows only in part: on a line that loses some, a picture of little movement must not stand where its
 * next movement would fill the line. Bits a second that a level may need.
 */
function provenBy({ available, loss, sent }: LineSample): number {
  return available === null && loss !== null && loss >= LITTLE_LOSS ? Math.max(ROOM * sent, needsOf(SMALLEST)) : Infinity;
}

/**
 * Straight to what the line carries; a step where only the harm is known. A line that is swamped has the voice only for a while: what was lost of the
 * picture is sent again, and would keep it so.
 */
function down(ladder: Ladder, sample: LineSample): Ladder {
  const { at, came } = sample;
  const isFull = ladder.rough >= ENOUGH && came !== null;
  const carried = isFull ? FILLED * came.rate : carriedBy(ladder, sample);
  const fitting = carried === null ? ladder.level + 1 : LEVELS.findIndex(({ needs }) => needs <= carried);
  const isSwamped = isFull && came.lost / 100 > MOST_LOSS;
  const level = isSwamped || fitting < 0 ? PAUSED : Math.min(PAUSED, Math.max(ladder.level + 1, fitting));
  // A step up that did harm is tried again much later.
  const isFailed = ladder.steppedUp !== null && at - ladder.steppedUp < TRIAL;
  const patience = isFailed ? Math.min(2 * ladder.patience, LONGEST_PATIENCE) : ladder.patience;
  const ceiling = isFull && carried !== null && { ceiling: carried, ceilingAt: at };
  return { ...ladder, ...ceiling, level, tight: 0, rough: 0, unproven: 0, goodSince: null, peak: 0, peakAt: at, isVoiceSmall: ladder.level === PAUSED, patience, steppedUp: null, steppedDown: at };
}

/** `null`: nothing is known but the harm. */
function carriedBy({ tight, unproven }: Ladder, sample: LineSample): number | null {
  if (tight >= ENOUGH) return sample.available;
  return unproven >= ENOUGH ? provenBy(sample) : null;
}

function up(ladder: Ladder, sample: LineSample): Ladder {
  const { at } = sample;
  const isProven = ladder.steppedUp !== null && at - ladder.steppedUp >= PROVEN;
  const patience = isProven ? PATIENCE : ladder.patience;
  const wait = ladder.level === PAUSED ? Math.min(2 * patience, LONGEST_PATIENCE) : patience;
  const ceiling = Math.min(provenBy(sample), at - ladder.ceilingAt < REMEMBERED ? ladder.ceiling : Infinity);
  const isTooHigh = ladder.level < PAUSED && needsOf(ladder.level - 1) > ceiling;
  if (ladder.level === 0 || isTooHigh || ladder.goodSince === null || at - ladder.goodSince < wait) return { ...ladder, patience };
  return { ...ladder, patience, level: ladder.level - 1, goodSince: at, peak: 0, peakAt: at, isVoiceSmall: false, steppedUp: at };
}

function needsOf(level: number): number {
  return LEVELS[level]?.needs ?? 0;
}

export const LEVELS: readonly Level[] = [
  { lines: 720, rate: 30, camera: 1_700_000, screen: 2_000_000, needs: 900_000 },
  { lines: 480, rate: 30, camera: 800_000, screen: 1_200_000, needs: 450_000 },
  { lines: 360, rate: 20, camera: 350_000, screen: 500_000, needs: 230_000 },
  { lines: 180, rate: 12, camera: 80_000, screen: 120_000, needs: 110_000 },
  { lines: 180, rate: 8, camera: 45_000, screen: 80_000, needs: 90_000 },
];
/** No camera; a screen that is shared goes on, slowly. */
export const PAUSED = LEVELS.length;
const SMALLEST = PAUSED - 1;
const SAVING = 3;
const START = 1;

/** Bad seconds in a row. */
const ENOUGH = 2;
const PRESSED = 0.7;
const GROWING = 1.03;
/** Shares of what was sent. One in twenty lost is a bad radio line, not a full one: a smaller picture would not help. */
const MUCH_LOSS = 0.15;
const MOST_LOSS = 0.25;
const SOME_LOSS = 0.08;
const FULL_LOSS = 0.07;
const LITTLE_LOSS = 0.03;
/** What a level may need more than what goes out now. */
const ROOM = 1.25;
/** Of what comes through a line that is full, what one can count on. */
const FILLED = 0.9;
// Milliseconds.
const SEEKING = 3_000;
const LONG_QUEUE = 400;
const SHORT_QUEUE = 150;
const FULL_QUEUE = 80;
const PATIENCE = 5_000;
const LONGEST_PATIENCE = 20_000;
const TRIAL = 12_000;
const PROVEN = 15_000;
const REMEMBERED = 60_000;
const SETTLING = 2_500;
