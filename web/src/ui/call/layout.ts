// Where the pictures of a call stand: who is large, who small, and the rectangle of each. Values only.

/** One's own picture, among the keys of the others. */
export const ME = 'me';

/** How many pictures can be held large at once: a doctor and a sign language interpreter. */
export const MOST_PINNED = 2;

/** Without a pin: everybody alike, or whoever speaks large. */
export type View = 'grid' | 'speaker';

export interface Scene {
  /** Everybody else, the first first. */
  readonly others: readonly string[];
  /** Keys of shared screens. */
  readonly screens: readonly string[];
  /** At most `MOST_PINNED`; may hold `ME`. Who is not there does not count. */
  readonly pinned: readonly string[];
  readonly view: View;
  readonly speaking: string | null;
  /** One's own picture is hidden. */
  readonly isOwnHidden: boolean;
}

/** Everybody is in exactly one of the three. */
export interface Arrangement {
  readonly screens: readonly string[];
  readonly large: readonly string[];
  /** In a row beside or below the large ones. */
  readonly small: readonly string[];
  /** Lies over the others in a corner of one's choice. */
  readonly floating: string | null;
}

export function arrange({ others, screens, pinned, view, speaking, isOwnHidden }: Scene): Arrangement {
  const all = isOwnHidden ? others : [...others, ME];
  const held = pinned.filter((key) => all.includes(key)).slice(0, MOST_PINNED);
  const rest = all.filter((key) => !held.includes(key));
  if (screens.length > 0) return { screens, large: held, small: rest, floating: null };
  if (held.length > 0) return rest.length === 1 && (rest[0] === ME || others.length === 1) ? { screens, large: held, small: [], floating: rest[0] ?? null } : { screens, large: held, small: rest, floating: null };
  if (view === 'speaker' && others.length > 1) {
    const first = others.find((key) => key === speaking) ?? others[0];
    return { screens, large: all.filter((key) => key === first), small: all.filter((key) => key !== first), floating: null };
  }
  // Four alike make a square of their own.
  if (others.length > 2) return { screens, large: all, small: [], floating: null };
  return { screens, large: others, small: [], floating: isOwnHidden ? null : ME };
}

/** CSS pixels; `start` counts from where the line begins, right in Arabic. */
export interface Rect {
  readonly start: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/** Rectangles of all but the floating one. */
export function place({ screens, large, small }: Arrangement, width: number, height: number, gap: number): ReadonlyMap<string, Rect> {
  const isWide = width > height * 1.1;
  const whole: Rect = { start: 0, top: 0, width, height };
  if (small.length === 0) return new Map(main(screens, large, whole, gap));
  const strip = isWide ? clamp(width * 0.2, 104, 232) : clamp(height * 0.18, 84, 168);
  const [area, row] = isWide ? [inset(whole, strip + gap, 0), { start: width - strip, top: 0, width: strip, height }] : [inset(whole, 0, strip + gap), { start: 0, top: height - strip, width, height: strip }];
  return new Map([...main(screens, large, area, gap), ...line(small, row, isWide, gap)]);
}

/** Who is pinned after `key` was pinned or let go: the oldest makes room. */
export function togglePin(pinned: readonly string[], key: string): readonly string[] {
  return pinned.includes(key) ? pinned.filter((one) => one !== key) : [...pinned, key].slice(-MOST_PINNED);
}

type Placed = readonly (readonly [string, Rect])[];

/** A screen has two thirds where somebody is to stay large beside it. */
function main(screens: readonly string[], large: readonly string[], area: Rect, gap: number): Placed {
  if (screens.length === 0) return grid(large, area, gap);
  if (large.length === 0) return grid(screens, area, gap);
  const isWide = area.width > area.height * 1.1;
  if (isWide) {
    const width = Math.round((area.width - gap) * 0.68);
    return [...grid(screens, { ...area, width }, gap), ...grid(large, { ...area, start: area.start + width + gap, width: area.width - width - gap }, gap)];
  }
  const height = Math.round((area.height - gap) * 0.55);
  return [...grid(screens, { ...area, height }, gap), ...grid(large, { ...area, top: area.top + height + gap, height: area.height - height - gap }, gap)];
}

/** As many columns as make the pictures largest; a last row that isn't full stands in the middle. */
function grid(keys: readonly string[], area: Rect, gap: number): Placed {
  const aspect = area.width > area.height ? 4 / 3 : 1;
  const sizeIn = (columns: number) => {
    const rows = Math.ceil(keys.length / columns);
    return { width: (area.width - gap * (columns - 1)) / columns, height: (area.height - gap * (rows - 1)) / rows };
  };
  const worth = (columns: number) => {
    const { width, height } = sizeIn(columns);
    return Math.min(width, height * aspect);
  };
  const columns = keys.reduce((best, _, at) => (worth(at + 1) > worth(best) ? at + 1 : best), 1);
  const { width, height } = sizeIn(columns);
  return keys.map((key, at) => {
    const inRow = Math.min(columns, keys.length - Math.floor(at / columns) * columns);
    const indent = (area.width - inRow * width - (inRow - 1) * gap) / 2;
    return [key, { start: area.start + indent + (at % columns) * (width + gap), top: area.top + Math.floor(at / columns) * (height + gap), width, height }];
  });
}

/** Small pictures one after the other, in the middle of the strip. */
function line(keys: readonly string[], strip: Rect, isColumn: boolean, gap: number): Placed {
  const [along, across] = isColumn ? [strip.height, strip.width] : [strip.width, strip.height];
  const wished = isColumn ? across * 0.75 : across * (4 / 3);
  const length = Math.min(wished, (along - gap * (keys.length - 1)) / keys.length);
  const begin = (along - keys.length * length - (keys.length - 1) * gap) / 2;
  return keys.map((key, at) => {
    const offset = begin + at * (length + gap);
    return [key, isColumn ? { start: strip.start, top: strip.top + offset, width: across, height: length } : { start: strip.start + offset, top: strip.top, width: length, height: across }];
  });
}

function inset(area: Rect, fromEnd: number, fromBottom: number): Rect {
  return { ...area, width: area.width - fromEnd, height: area.height - fromBottom };
}

function clamp(value: number, least: number, most: number): number {
  return Math.min(most, Math.max(least, value));
}
