// A signature: drawn with finger, pen or mouse, or typed by those who would rather, or who can't.

import { useSignal } from '@preact/signals';
import { useRef } from 'preact/hooks';
import { LONGEST_NAME } from '../../call/control.ts';
import { FIELD, type Mark, MOST_POINTS, MOST_STROKES, pointsOf } from '../../consent/receipt.ts';
import { Button, Field } from '../parts.tsx';
import { t } from '../text.ts';
import './consent.css';
import './texts.ts';

/** Strokes, each x, y, x, y, … in `FIELD`. */
export type Strokes = readonly (readonly number[])[];

interface SignatureFieldProps {
  /** `null`: nothing yet. */
  readonly mark: Mark | null;
  readonly error: string | false;
  readonly onMark: (mark: Mark | null) => void;
}

export function SignatureField({ mark, error, onMark }: SignatureFieldProps) {
  const isTyped = useSignal(false);
  const strokes = mark && 'drawn' in mark ? mark.drawn : [];
  const swap = () => {
    isTyped.value = !isTyped.value;
    onMark(null);
  };
  const other = (
    <Button kind="quiet" data-test="consent-signature-swap" onClick={swap}>
      {t(isTyped.value ? 'consent-draw-instead' : 'consent-type-instead')}
    </Button>
  );
  if (isTyped.value)
    return (
      <div class="stack tight">
        <Field label={t('consent-type')} error={error}>
          {(ids) => (
            <input
              class="input signature-typed"
              autocomplete="off"
              spellcheck={false}
              dir={mark ? 'auto' : undefined}
              maxLength={LONGEST_NAME}
              value={mark && 'typed' in mark ? mark.typed : ''}
              data-test="consent-typed"
              onInput={({ currentTarget }) => onMark(currentTarget.value.trim() === '' ? null : { typed: currentTarget.value })}
              {...ids}
            />
          )}
        </Field>
        <div class="row">{other}</div>
      </div>
    );
  return (
    <div class="field" role="group" aria-label={t('consent-signature')}>
      <span class="signature-label">{t('consent-signature')}</span>
      <Pad strokes={strokes} isWrong={error !== false} onStrokes={(drawn) => onMark(drawn.length > 0 ? { drawn } : null)} />
      <p class="field-hint">{t('consent-draw')}</p>
      {error && (
        <p class="field-error" role="alert">
          {error}
        </p>
      )}
      <div class="row">
        {strokes.length > 0 && (
          <Button kind="quiet" icon="reload" data-test="consent-signature-again" onClick={() => onMark(null)}>
            {t('consent-draw-again')}
          </Button>
        )}
        {other}
      </div>
    </div>
  );
}

/** A drawing, to be looked at. */
export function Drawing({ strokes }: { readonly strokes: Strokes }) {
  return (
    <svg class="signature-drawing" viewBox={`0 0 ${FIELD.width} ${FIELD.height}`} role="img" aria-label={t('consent-drawing')} data-test="consent-drawing">
      <Lines strokes={strokes} />
    </svg>
  );
}

interface PadProps {
  readonly strokes: Strokes;
  readonly isWrong: boolean;
  readonly onStrokes: (strokes: Strokes) => void;
}

function Pad({ strokes, isWrong, onStrokes }: PadProps) {
  const pen = useRef<number | null>(null);
  // Several movements may come before the next drawing.
  const current = useRef(strokes);
  current.current = strokes;
  const draw = (drawn: Strokes) => {
    current.current = drawn;
    onStrokes(drawn);
  };
  const down = (event: PointerEvent & { currentTarget: SVGSVGElement }) => {
    const drawn = current.current;
    if (pen.current !== null || event.button !== 0 || drawn.length >= MOST_STROKES || pointsOf(drawn) >= MOST_POINTS) return;
    pen.current = event.pointerId;
    event.currentTarget.setPointerCapture(event.pointerId);
    draw([...drawn, pointOf(event)]);
  };
  const move = (event: PointerEvent & { currentTarget: SVGSVGElement }) => {
    const drawn = current.current;
    const last = drawn.at(-1);
    if (event.pointerId !== pen.current || !last || pointsOf(drawn) >= MOST_POINTS) return;
    const [x, y] = pointOf(event);
    // What the eye can't tell from the point before would only make the drawing large.
    if (Math.hypot(x - (last.at(-2) ?? 0), y - (last.at(-1) ?? 0)) >= FINEST) draw([...drawn.slice(0, -1), [...last, x, y]]);
  };
  const up = (event: PointerEvent) => {
    if (event.pointerId === pen.current) pen.current = null;
  };
  return (
    <svg
      class={`signature-pad ${isWrong ? 'wrong' : ''}`}
      viewBox={`0 0 ${FIELD.width} ${FIELD.height}`}
      role="img"
      tabIndex={-1}
      aria-label={t('consent-draw-field')}
      data-test="consent-signature"
      data-strokes={strokes.length}
      onPointerDown={down}
      onPointerMove={move}
      onPointerUp={up}
      onPointerCancel={up}
    >
      <path class="signature-line" d={`M60 ${FIELD.height - 90}H${FIELD.width - 60}`} />
      <Lines strokes={strokes} />
    </svg>
  );
}

function Lines({ strokes }: { readonly strokes: Strokes }) {
  return (
    <>
      {strokes.map((stroke, at) => (
        <path key={at} d={pathOf(stroke)} fill="none" stroke="currentColor" stroke-width="7" stroke-linecap="round" stroke-linejoin="round" />
      ))}
    </>
  );
}

/** As SVG writes it; a single point is a dot. */
export function pathOf(stroke: readonly number[]): string {
  const points: string[] = [];
  for (let at = 0; at + 1 < stroke.length; at += 2) points.push(`${stroke[at]} ${stroke[at + 1]}`);
  return `M${points.join('L')}${points.length === 1 ? 'h0.1' : ''}`;
}

function pointOf({ currentTarget, clientX, clientY }: PointerEvent & { currentTarget: SVGSVGElement }): [number, number] {
  const { left, top, width, height } = currentTarget.getBoundingClientRect();
  const within = (share: number, most: number) => Math.round(Math.min(1, Math.max(0, share)) * most);
  return [within((clientX - left) / (width || 1), FIELD.width), within((clientY - top) / (height || 1), FIELD.height)];
}

/** In the field's units. */
const FINEST = 5;
