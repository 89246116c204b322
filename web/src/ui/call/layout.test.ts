import { describe, expect, it } from 'vitest';
import { arrange, ME, place, type Rect, type Scene, togglePin } from './layout.ts';

describe('the arrangement', () => {
  it('of two fills the stage with the other, and oneself floats', () => {
    expect(arrange(scene(['peer']))).toEqual({ screens: [], large: ['peer'], small: [], floating: ME });
  });

  it('of two is swapped by pinning oneself', () => {
    expect(arrange(scene(['peer'], { pinned: [ME] }))).toEqual({ screens: [], large: [ME], small: [], floating: 'peer' });
  });

  it('of three shows both others alike', () => {
    expect(arrange(scene(['peer', 'seat-2']))).toEqual({ screens: [], large: ['peer', 'seat-2'], small: [], floating: ME });
  });

  it('of four is a square with oneself in it', () => {
    expect(arrange(scene(['peer', 'seat-2', 'seat-3'])).large).toEqual(['peer', 'seat-2', 'seat-3', ME]);
  });

  it('keeps two pinned ones large, whoever speaks', () => {
    const { large, small } = arrange(scene(['peer', 'seat-2', 'seat-3'], { pinned: ['seat-2', 'peer'], view: 'speaker', speaking: 'seat-3' }));

    expect(large).toEqual(['seat-2', 'peer']);
    expect(small).toEqual(['seat-3', ME]);
  });

  it('has no place for who is pinned and gone', () => {
    expect(arrange(scene(['peer'], { pinned: ['seat-2'] })).large).toEqual(['peer']);
  });

  it('makes whoever speaks large where that is wished', () => {
    expect(arrange(scene(['peer', 'seat-2'], { view: 'speaker', speaking: 'seat-2' }))).toEqual({ screens: [], large: ['seat-2'], small: ['peer', ME], floating: null });
    expect(arrange(scene(['peer', 'seat-2'], { view: 'speaker' })).large).toEqual(['peer']);
  });

  it('gives a screen the stage, and the pinned interpreter a large place beside it', () => {
    expect(arrange(scene(['peer', 'seat-2'], { screens: ['screen-peer'], pinned: ['seat-2'] }))).toEqual({ screens: ['screen-peer'], large: ['seat-2'], small: ['peer', ME], floating: null });
  });

  it('leaves oneself out where one has hidden oneself', () => {
    const { large, small, floating } = arrange(scene(['peer', 'seat-2', 'seat-3'], { isOwnHidden: true, pinned: [ME] }));

    expect([...large, ...small, floating]).not.toContain(ME);
  });
});

describe('pins', () => {
  it('are set and let go, and a third takes the oldest one’s place', () => {
    expect(togglePin(['peer'], 'seat-2')).toEqual(['peer', 'seat-2']);
    expect(togglePin(['peer', 'seat-2'], 'seat-3')).toEqual(['seat-2', 'seat-3']);
    expect(togglePin(['peer', 'seat-2'], 'peer')).toEqual(['seat-2']);
  });
});

describe('the places', () => {
  const SIZES = [
    [1256, 640],
    [390, 560],
    [320, 400],
    [760, 300],
    [880, 640],
  ] as const;
  const SCENES = [1, 2, 3].flatMap((count) =>
    [0, 1, 2].flatMap((pins) => [0, 1].map((screens) => scene(['peer', 'seat-2', 'seat-3'].slice(0, count), { pinned: ['seat-2', 'peer'].slice(0, pins), screens: screens ? ['screen-peer'] : [] }))),
  );

  it.each(SIZES)('are inside %i by %i and cover each other nowhere', (width, height) => {
    for (const one of SCENES) {
      const arrangement = arrange(one);
      const rects = [...place(arrangement, width, height, 8)];

      expect(rects.map(([key]) => key).sort()).toEqual([...arrangement.screens, ...arrangement.large, ...arrangement.small].sort());
      for (const [key, rect] of rects) {
        expect(rect.start >= -0.01 && rect.top >= -0.01 && rect.start + rect.width <= width + 0.01 && rect.top + rect.height <= height + 0.01, `${key} ${JSON.stringify(rect)}`).toBe(true);
        expect(Math.min(rect.width, rect.height), key).toBeGreaterThan(60);
        for (const [other, second] of rects) expect(key !== other && overlap(rect, second), `${key} and ${other}`).toBe(false);
      }
    }
  });

  it('of two are beside each other on a desk and above each other on a phone', () => {
    const both = arrange(scene(['peer', 'seat-2']));
    const [desk, phone] = [place(both, 1256, 640, 8), place(both, 390, 560, 8)];

    expect(desk.get('seat-2')?.top).toBe(desk.get('peer')?.top);
    expect(phone.get('seat-2')?.start).toBe(phone.get('peer')?.start);
  });

  it('of two pinned ones are larger than everybody else’s', () => {
    const places = place(arrange(scene(['peer', 'seat-2', 'seat-3'], { pinned: ['peer', 'seat-2'] })), 390, 560, 8);
    const area = (key: string) => (places.get(key)?.width ?? 0) * (places.get(key)?.height ?? 0);

    expect(Math.min(area('peer'), area('seat-2'))).toBeGreaterThan(3 * area('seat-3'));
  });
});

function scene(others: readonly string[], change: Partial<Scene> = {}): Scene {
  return { others, screens: [], pinned: [], view: 'grid', speaking: null, isOwnHidden: false, ...change };
}

function overlap(a: Rect, b: Rect): boolean {
  return a.start < b.start + b.width - 0.01 && b.start < a.start + a.width - 0.01 && a.top < b.top + b.height - 0.01 && b.top < a.top + a.height - 0.01;
}
