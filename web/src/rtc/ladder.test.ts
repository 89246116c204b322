import { describe, expect, it } from 'vitest';
import { climb, type Ladder, LEVELS, levelFor, type LineSample, newLadder, PAUSED } from './ladder.ts';

const FULL = 0;
const SMALLEST = PAUSED - 1;

describe('one second after another', () => {
  it.each<{ what: string; from: number; line: Partial<LineSample>; seconds: number; to: number }>([
    { what: 'a line that carries all lets the picture grow after five seconds', from: 1, line: { available: 3_000_000 }, seconds: 6, to: FULL },
    { what: 'and not sooner', from: 1, line: { available: 3_000_000 }, seconds: 5, to: 1 },
    { what: 'one step at a time', from: 3, line: { available: 3_000_000 }, seconds: 11, to: 1 },
    { what: 'one bad second is none', from: 0, line: { available: 300_000, sent: 300_000 }, seconds: 1, to: FULL },
    { what: 'a line that carries little makes it small at once', from: 0, line: { available: 300_000, sent: 300_000 }, seconds: 2, to: 2 },
    { what: 'a line that carries the voice only pauses it', from: 0, line: { available: 80_000, sent: 80_000 }, seconds: 2, to: PAUSED },
    { what: 'what is estimated while little is sent says nothing', from: 0, line: { available: 300_000, sent: 100_000 }, seconds: 4, to: FULL },
    { what: 'much that is lost takes it a step down', from: 0, line: { came: { rate: 2_000_000, lost: 20 } }, seconds: 2, to: 1 },
    { what: 'and another, once the first can have helped', from: 0, line: { came: { rate: 2_000_000, lost: 20 } }, seconds: 4, to: 1 },
    { what: 'and another', from: 0, line: { came: { rate: 2_000_000, lost: 20 } }, seconds: 6, to: 2 },
    { what: 'down to none', from: 0, line: { came: { rate: 2_000_000, lost: 20 } }, seconds: 25, to: PAUSED },
    { what: 'straight to what came through', from: 0, line: { came: { rate: 118_000, lost: 20 } }, seconds: 2, to: SMALLEST },
    { what: 'or nothing but the voice', from: 0, line: { came: { rate: 60_000, lost: 20 } }, seconds: 2, to: PAUSED },
    { what: 'and that at once where a great deal is lost', from: 0, line: { came: { rate: 600_000, lost: 30 } }, seconds: 1, to: PAUSED },
    { what: 'one bad second is none to the other side either', from: 0, line: { came: { rate: 2_000_000, lost: 20 } }, seconds: 1, to: FULL },
    { what: 'a little that is lost does not', from: 0, line: { loss: 0.05, sent: 1_700_000 }, seconds: 20, to: FULL },
    { what: 'nor keeps it small', from: 1, line: { loss: 0.05, sent: 800_000 }, seconds: 6, to: FULL },
    { what: 'more that is lost keeps it where it is', from: 1, line: { loss: 0.1, sent: 800_000 }, seconds: 60, to: 1 },
    { what: 'where nothing is told and some is lost, what stands still is no proof that there is room for what moves', from: 1, line: { loss: 0.05, sent: 95_000 }, seconds: 2, to: 3 },
    { what: 'nor does it grow beyond', from: 3, line: { loss: 0.05, sent: 100_000 }, seconds: 60, to: 3 },
    { what: 'and it is there', from: 3, line: { loss: 0.05, sent: 80_000 }, seconds: 60, to: SMALLEST },
    { what: 'where the line is told there is no need of proof', from: 1, line: { loss: 0.05, sent: 85_000, available: 3_000_000 }, seconds: 6, to: FULL },
    { what: 'a round trip that is long is only far away', from: 1, line: { roundTrip: 700 }, seconds: 6, to: FULL },
    { what: 'nothing told (Firefox) is nothing wrong', from: 1, line: { available: null, loss: null, roundTrip: null }, seconds: 6, to: FULL },
    { what: 'the paused picture waits twice as long', from: PAUSED, line: {}, seconds: 10, to: PAUSED },
    { what: 'and comes back small', from: PAUSED, line: {}, seconds: 11, to: SMALLEST },
  ])('$what', ({ from, line, seconds, to }) => {
    // The line was good for long, so that it is not still being tried out.
    const before = { ...newLadder(), level: from, peak: 2_000_000, peakAt: -60_000 };

    expect(after(before, line, seconds).level).toBe(to);
  });

  it('a line that is too narrow for the voice alone makes it smaller, until there is room for a picture again', () => {
    const paused = { ...newLadder(), level: PAUSED };
    const drowning = after(paused, { came: { rate: 30_000, lost: 30 } }, 1);

    expect([paused, drowning, after(drowning, {}, 60)].map(({ isVoiceSmall }) => isVoiceSmall)).toEqual([false, true, false]);
  });

  it('a round trip that has become long is a queue', () => {
    const near = after({ ...newLadder(), level: FULL }, { roundTrip: 40 }, 3);

    expect(after(near, { roundTrip: 600 }, 2).level).toBe(1);
  });

  it('some loss beside some queue is a line that is full', () => {
    const near = after({ ...newLadder(), level: FULL }, { roundTrip: 40 }, 3);

    expect(after(near, { roundTrip: 160, loss: 0.09, sent: 1_700_000 }, 2).level).toBe(1);
    expect(after(near, { roundTrip: 160, loss: 0.05, sent: 1_700_000 }, 2).level).toBe(FULL);
    expect(after(near, { roundTrip: 60, loss: 0.09, sent: 1_700_000 }, 2).level).toBe(FULL);
  });

  it('a step up that did harm is tried again after twice the time', () => {
    const tried = after({ ...newLadder(), level: 2 }, {}, 6);
    const back = after(tried, { came: { rate: 600_000, lost: 20 } }, 2);

    expect([tried.level, back.level, after(back, {}, 6).level, after(back, {}, 11).level]).toEqual([1, 2, 2, 1]);
  });

  it('a step above what once came through is tried again after a minute', () => {
    const full = after({ ...newLadder(), level: 1 }, { came: { rate: 118_000, lost: 20 } }, 2);
    const { level, ceiling } = full;

    expect([level, Math.round(ceiling)]).toEqual([SMALLEST, 106_200]);
    expect([58, 63].map((seconds) => after(full, {}, seconds).level)).toEqual([SMALLEST, SMALLEST - 1]);
  });

  it('that lasts is forgiven', () => {
    const patient = { ...newLadder(), level: 2, patience: 20_000 };

    expect(after(after(patient, {}, 21), {}, 16).patience).toBe(5_000);
  });
});

describe('what is wished for', () => {
  it('makes the picture smaller than the line would', () => {
    const full = { ...newLadder(), level: FULL };

    expect(levelFor(full, { saving: false, people: 1 })).toBe(FULL);
    expect(levelFor(full, { saving: true, people: 1 })).toBe(3);
    expect([2, 3].map((people) => levelFor(full, { saving: false, people }))).toEqual([1, 2]);
  });

  it('never larger', () => {
    const paused = { ...newLadder(), level: PAUSED };

    expect(levelFor(paused, { saving: true, people: 3 })).toBe(PAUSED);
  });
});

describe('on a line of this kind', () => {
  it.each([
    { kind: 'fast', carries: 5_000_000, loss: 0, tells: true, best: FULL, worst: FULL },
    { kind: 'fast and lossy', carries: 5_000_000, loss: 0.05, tells: true, best: FULL, worst: FULL },
    { kind: 'middling', carries: 600_000, loss: 0, tells: true, best: 1, worst: 2 },
    { kind: 'weak', carries: 300_000, loss: 0.02, tells: true, best: 2, worst: 3 },
    { kind: 'very weak', carries: 150_000, loss: 0.05, tells: true, best: 2, worst: PAUSED },
    { kind: 'very weak, and the browser tells nothing', carries: 150_000, loss: 0.05, tells: false, best: 2, worst: PAUSED },
    { kind: 'hardly one', carries: 70_000, loss: 0.05, tells: true, best: SMALLEST, worst: PAUSED },
  ])('$kind: the picture finds its level, and the voice comes through', ({ carries, loss, tells, best, worst }) => {
    const visit = talk({ carries, loss, tells, seconds: 180 });
    const settled = visit.slice(20);

    expect(Math.min(...settled.map(({ level }) => level))).toBeGreaterThanOrEqual(best);
    expect(Math.max(...settled.map(({ level }) => level))).toBeLessThanOrEqual(worst);
    expect(average(settled.map(({ lost }) => lost))).toBeLessThan(loss + 0.04);
    // A picture that comes and goes is worse than none.
    expect(settled.filter(({ level }, at) => at > 0 && level !== settled[at - 1]?.level).length).toBeLessThan(16);
  });

  it('that is well again, the picture is large again by and by, and not at once', () => {
    const sick = talk({ carries: 70_000, loss: 0.05, tells: true, seconds: 60 });
    const well = talk({ carries: 5_000_000, loss: 0, tells: true, seconds: 90, after: sick });
    const levels = well.map(({ level }) => level);

    expect(sick.at(-1)?.level).toBe(PAUSED);
    expect(levels.findIndex((level) => level < PAUSED)).toBeGreaterThanOrEqual(5);
    expect(levels.findIndex((level) => level < PAUSED)).toBeLessThanOrEqual(21);
    expect(levels.every((level, at) => at === 0 || level >= (levels[at - 1] ?? 0) - 1)).toBe(true);
    expect(levels.at(-1)).toBe(FULL);
  });
});

function after(ladder: Ladder, line: Partial<LineSample>, seconds: number): Ladder {
  const begin = ladder.steppedUp ?? 0;
  return Array.from({ length: seconds }, (_, second) => begin + 1_000 * (second + 1)).reduce((at, now) => climb(at, { at: now, available: null, sent: 0, loss: null, came: null, roundTrip: null, ...line }), ladder);
}

interface Line {
  readonly carries: number;
  readonly loss: number;
  readonly tells: boolean;
  readonly seconds: number;
  readonly after?: readonly Second[];
}

interface Second {
  readonly level: number;
  readonly lost: number;
  readonly ladder: Ladder;
}

/** A line with a queue of 200 ms, and a browser that sends what it estimates the line to carry: a little more each second, less when too much is lost. */
function talk({ carries, loss, tells, seconds, after = [] }: Line): readonly Second[] {
  const visit: Second[] = [];
  const recent: number[] = [];
  let estimate = 300_000;
  let ladder = after.at(-1)?.ladder ?? newLadder();
  for (let second = 0; second < seconds; second += 1) {
    const picture = LEVELS[ladder.level]?.camera ?? 0;
    const sent = VOICE + Math.max(0, Math.min(picture, estimate - VOICE));
    const overflow = Math.max(0, 1 - carries / sent);
    const lost = 1 - (1 - overflow) * (1 - loss);
    recent.push(lost);
    ladder = climb(ladder, {
      at: 1_000 * (after.length + second + 1),
      available: tells ? estimate : null,
      sent,
      loss: average(recent.slice(-5)),
      came: lost < 0.03 ? null : { rate: sent * (1 - lost), lost: 100 * lost },
      roundTrip: 60 + (overflow > 0 ? 200 : 0),
    });
    visit.push({ level: ladder.level, lost, ladder });
    // An estimate does not grow far beyond what was sent.
    estimate = overflow > 0 ? 0.85 * carries : Math.max(estimate, Math.min(1.08 * estimate, 1.5 * sent + 10_000));
  }
  return visit;
}

function average(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

const VOICE = 55_000;
