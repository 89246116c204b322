// Lines of two directions, for paper: a PDF sets what it is told from left to right. The part of UAX #9 that names, dates and our own sentences need: two levels
// above the paragraph's, no embedded marks.

export type Direction = 'ltr' | 'rtl';

/** A piece of a line that is set in one direction. */
export interface Run {
  /** In the order in which it is spoken. */
  readonly text: string;
  readonly direction: Direction;
}

/** A line's pieces as they stand, the leftmost first. */
export function runsOf(line: string, base: Direction): readonly Run[] {
  if (base === 'ltr' && !RIGHT.test(line)) return [{ text: line, direction: 'ltr' }];
  const letters = [...line];
  const levels = levelsOf(letters, base);
  const runs: { text: string; readonly level: number }[] = [];
  letters.forEach((letter, at) => {
    const level = levels[at] ?? 0;
    const last = runs.at(-1);
    if (last?.level === level) last.text += letter;
    else runs.push({ text: letter, level });
  });
  // L2: from the highest level down to 1, whatever stands that high is turned around.
  for (let level = 2; level >= 1; level -= 1) {
    for (let from = 0; from < runs.length; from += 1) {
      let to = from;
      while ((runs[to]?.level ?? 0) >= level) to += 1;
      if (to - from > 1) runs.splice(from, to - from, ...runs.slice(from, to).reverse());
      if (to > from) from = to;
    }
  }
  return runs.map(({ text, level }) => (level === 1 ? { text: mirrored(text), direction: 'rtl' } : { text, direction: 'ltr' }));
}

/** The direction of the first letter that has one; `otherwise` where none has. */
export function directionIn(text: string, otherwise: Direction): Direction {
  const first = [...text].find((letter) => RIGHT.test(letter) || LEFT.test(letter));
  return first === undefined ? otherwise : RIGHT.test(first) ? 'rtl' : 'ltr';
}

type Kind = 'left' | 'right' | 'number' | 'between';

function levelsOf(letters: readonly string[], base: Direction): readonly number[] {
  const kinds = letters.map((letter): Kind => (RIGHT.test(letter) ? 'right' : DIGIT.test(letter) ? 'number' : LEFT.test(letter) ? 'left' : 'between'));
  // W4: one separator between two numbers belongs to them.
  letters.forEach((letter, at) => {
    if (kinds[at] === 'between' && SEPARATOR.test(letter) && kinds[at - 1] === 'number' && kinds[at + 1] === 'number') kinds[at] = 'number';
  });
  // W7: after a word from left to right a number goes on as it does.
  let strong: Kind = base === 'ltr' ? 'left' : 'right';
  kinds.forEach((kind, at) => {
    if (kind === 'left' || kind === 'right') strong = kind;
    else if (kind === 'number' && strong === 'left') kinds[at] = 'left';
  });
  // N1 and N2: what stands between takes the direction of both its sides, or else the paragraph's.
  const sideOf = (kind: Kind | undefined): Direction => (kind === undefined ? base : kind === 'left' ? 'ltr' : 'rtl');
  return kinds.map((kind, at) => {
    const side = kind === 'between' ? between(kinds, at, sideOf, base) : sideOf(kind);
    if (kind === 'number') return 2;
    if (side === 'rtl') return 1;
    return base === 'ltr' ? 0 : 2;
  });
}

function between(kinds: readonly Kind[], at: number, sideOf: (kind: Kind | undefined) => Direction, base: Direction): Direction {
  const before = sideOf(kinds.slice(0, at).findLast((kind) => kind !== 'between'));
  const after = sideOf(kinds.slice(at + 1).find((kind) => kind !== 'between'));
  return before === after ? before : base;
}

/** L4: brackets open the other way. */
function mirrored(text: string): string {
  return [...text].map((letter) => MIRRORED[letter] ?? letter).join('');
}

const RIGHT = /[\p{Script=Arabic}\p{Script=Hebrew}\p{Script=Syriac}\p{Script=Thaana}]/u;
const LEFT = /\p{L}/u;
const DIGIT = /[0-9]/;
const SEPARATOR = /[.,:/+\-\u00a0]/;
const MIRRORED: Readonly<Record<string, string>> = { '(': ')', ')': '(', '[': ']', ']': '[', '{': '}', '}': '{', '<': '>', '>': '<', '«': '»', '»': '«' };
