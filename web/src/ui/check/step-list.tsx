// The steps of a check, each with a sign and a word.

import type { Progress } from '../../check/run.ts';
import { STEPS } from '../../check/steps.ts';
import { Icon, type IconName, Spinner } from '../parts.tsx';
import { t } from '../text.ts';
import './check.css';
import './texts.ts';

/** `speed`: megabits a second. */
export function StepList({ progress, speed = null }: { readonly progress: Progress; readonly speed?: number | null }) {
  return (
    <ol class="trial-steps plain" data-test="trial-steps">
      {STEPS.map((step) => {
        const state = progress[step];
        return (
          <li key={step} class="trial-step" data-step={step} data-state={state}>
            <span class="trial-sign" aria-hidden="true">
              {state === 'running' ? <Spinner /> : <Icon name={ICONS[state]} />}
            </span>
            <span>{t(`trial-step-${step}`)}</span>
            <span class="trial-word">{step === 'speed' && speed !== null ? t('trial-speed', { speed: Math.round(speed * 10) / 10 }) : t(`trial-${state}`)}</span>
          </li>
        );
      })}
    </ol>
  );
}

const ICONS: Readonly<Record<Exclude<Progress[keyof Progress], 'running'>, IconName>> = { waiting: 'more', good: 'check', weak: 'warning', bad: 'close', skipped: 'more' };
