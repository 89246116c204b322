// The picture that lies over the others: in a corner of one's choice.

import { type ReadonlySignal, useSignal } from '@preact/signals';
import { useRef } from 'preact/hooks';

/** `start` is where a line begins: left in German, right in Arabic. */
export type Corner = (typeof CORNERS)[number];

export interface Floating {
  readonly corner: ReadonlySignal<Corner>;
  /** For the button that covers the picture: a click moves it on to the next corner, dragging to the nearest one, an arrow to that side. */
  readonly handlers: Handlers;
}

type Pointer = PointerEvent & { readonly currentTarget: HTMLElement };

interface Handlers {
  readonly onPointerDown: (event: Pointer) => void;
  readonly onPointerMove: (event: Pointer) => void;
  readonly onPointerUp: (event: Pointer) => void;
  readonly onPointerCancel: (event: Pointer) => void;
  readonly onClick: () => void;
  readonly onKeyDown: (event: KeyboardEvent & { readonly currentTarget: HTMLElement }) => void;
}

export function useFloating(): Floating {
  const corner = useSignal<Corner>('bottom end');
  const from = useRef<{ readonly x: number; readonly y: number } | null>(null);
  const wasDragged = useRef(false);
  const end = (event: Pointer) => {
    const tile = event.currentTarget.parentElement;
    const stage = tile?.parentElement?.getBoundingClientRect();
    from.current = null;
    if (!tile || !stage) return;
    tile.style.translate = '';
    if (!wasDragged.current) return;
    const isTop = event.clientY < stage.top + stage.height / 2;
    const isLeft = event.clientX < stage.left + stage.width / 2;
    const isStart = isLeft === (getComputedStyle(tile).direction !== 'rtl');
    corner.value = `${isTop ? 'top' : 'bottom'} ${isStart ? 'start' : 'end'}`;
  };
  return {
    corner,
    handlers: {
      onPointerDown: (event) => {
        event.currentTarget.setPointerCapture(event.pointerId);
        from.current = { x: event.clientX, y: event.clientY };
        wasDragged.current = false;
      },
      onPointerMove: (event) => {
        if (!from.current) return;
        const [x, y] = [event.clientX - from.current.x, event.clientY - from.current.y];
        wasDragged.current ||= Math.hypot(x, y) > TREMBLE;
        const tile = event.currentTarget.parentElement;
        if (wasDragged.current && tile) tile.style.translate = `${x}px ${y}px`;
      },
      onPointerUp: end,
      onPointerCancel: end,
      onClick: () => {
        if (!wasDragged.current) corner.value = CORNERS[(CORNERS.indexOf(corner.value) + 1) % CORNERS.length] ?? 'bottom end';
        wasDragged.current = false;
      },
      onKeyDown: (event) => {
        const side = sideOf(event.key, getComputedStyle(event.currentTarget).direction === 'rtl');
        if (!side) return;
        event.preventDefault();
        const [block, inline] = corner.value.split(' ');
        corner.value = (side === 'top' || side === 'bottom' ? `${side} ${inline}` : `${block} ${side}`) as Corner;
      },
    },
  };
}

function sideOf(key: string, isRightToLeft: boolean): 'top' | 'bottom' | 'start' | 'end' | null {
  switch (key) {
    case 'ArrowUp':
      return 'top';
    case 'ArrowDown':
      return 'bottom';
    case 'ArrowLeft':
      return isRightToLeft ? 'end' : 'start';
    case 'ArrowRight':
      return isRightToLeft ? 'start' : 'end';
    default:
      return null;
  }
}

const CORNERS = ['bottom end', 'bottom start', 'top start', 'top end'] as const;

/** CSS pixels that a finger moves without meaning to. */
const TREMBLE = 8;
