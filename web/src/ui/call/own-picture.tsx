// One's own camera, small, in a corner of one's choice.

import { useSignal } from '@preact/signals';
import { useRef } from 'preact/hooks';
import type { Visit } from '../../drive/visit.ts';
import { Preview } from '../media/video.tsx';
import { Button, Icon } from '../parts.tsx';
import { t } from '../text.ts';

type Corner = (typeof CORNERS)[number];

/** A click moves it on to the next corner, dragging to the nearest one. */
export function OwnPicture({ visit }: { readonly visit: Visit }) {
  const corner = useSignal<Corner>('bottom right');
  const drag = useDrag((nearest) => (corner.value = nearest ?? CORNERS[(CORNERS.indexOf(corner.value) + 1) % CORNERS.length] ?? 'bottom right'));
  const { camera, screen } = visit.local.media.value;
  return (
    <>
      <button type="button" class={`call-own ${corner.value}`} title={t('call-own-picture')} data-test="own-picture" {...drag}>
        <span class="unseen">{t('call-own-picture')}</span>
        {camera.state === 'on' ? (
          <Preview stream={camera.stream} />
        ) : (
          <span class="call-own-off">
            <Icon name="camera-off" size={24} />
            <span>{t(camera.state === 'opening' ? 'call-camera-opens' : 'call-own-camera-off')}</span>
          </span>
        )}
      </button>
      {screen.state === 'on' && (
        <div class="call-sharing" role="status">
          <Icon name="screen" size={18} />
          <span>{t('call-sharing')}</span>
          <Button kind="quiet" onClick={() => visit.stopScreen()}>
            {t('call-stop-sharing')}
          </Button>
        </div>
      )}
    </>
  );
}

/** `onMove` gets the corner that it was dragged towards, or `null` for a plain click. */
function useDrag(onMove: (corner: Corner | null) => void) {
  const from = useRef<{ readonly x: number; readonly y: number } | null>(null);
  const wasDragged = useRef(false);
  const end = (event: PointerEvent & { currentTarget: HTMLElement }) => {
    from.current = null;
    event.currentTarget.style.translate = '';
    if (!wasDragged.current) return;
    const stage = event.currentTarget.parentElement?.getBoundingClientRect();
    if (!stage) return;
    const isTop = event.clientY < stage.top + stage.height / 2;
    const isLeft = event.clientX < stage.left + stage.width / 2;
    onMove(`${isTop ? 'top' : 'bottom'} ${isLeft ? 'left' : 'right'}`);
  };
  return {
    onPointerDown: (event: PointerEvent & { currentTarget: HTMLElement }) => {
      event.currentTarget.setPointerCapture(event.pointerId);
      from.current = { x: event.clientX, y: event.clientY };
      wasDragged.current = false;
    },
    onPointerMove: (event: PointerEvent & { currentTarget: HTMLElement }) => {
      if (!from.current) return;
      const [x, y] = [event.clientX - from.current.x, event.clientY - from.current.y];
      wasDragged.current ||= Math.hypot(x, y) > TREMBLE;
      if (wasDragged.current) event.currentTarget.style.translate = `${x}px ${y}px`;
    },
    onPointerUp: end,
    onPointerCancel: end,
    onClick: () => {
      if (!wasDragged.current) onMove(null);
      wasDragged.current = false;
    },
  };
}

const CORNERS = ['bottom right', 'bottom left', 'top left', 'top right'] as const;

/** CSS pixels that a finger moves without meaning to. */
const TREMBLE = 8;
