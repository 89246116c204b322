// Above the picture: who it is, how long, and how well it goes.

import { useSignal } from '@preact/signals';
import type { ComponentChildren } from 'preact';
import type { InCall, Interrupted, Path } from '../../call/model.ts';
import type { Quality, Visit } from '../../drive/visit.ts';
import { useNow } from '../clock.ts';
import { Dialog, Icon } from '../parts.tsx';
import { clockOf, t } from '../text.ts';

interface BarProps {
  readonly visit: Visit;
  readonly phase: InCall | Interrupted;
  readonly actions?: ComponentChildren;
}

export function Bar({ visit, phase, actions }: BarProps) {
  const isOpen = useSignal(false);
  const talk = phase.name === 'in-call' ? phase : phase.before;
  const { peer, path, safetyCode } = talk.link;
  const quality = phase.name === 'in-call' ? visit.quality.value : null;
  return (
    <header class="call-bar">
      <h1 class="call-peer">
        <bdi>{peer.name}</bdi>
      </h1>
      <Duration since={talk.since} />
      <button type="button" class="call-facts" aria-haspopup="dialog" title={t('call-connection')} onClick={() => (isOpen.value = true)}>
        {quality && <QualityLight quality={quality} />}
        {path && (
          <span class="call-path" data-test="path-badge" data-path={path}>
            <Icon name={path} size={18} />
            <span>{t(`call-path-${path}`)}</span>
          </span>
        )}
        <span class="call-code">
          <Icon name="shield" size={18} />
          <span class="unseen">{t('call-safety-code')}: </span>
          <span class="numerals" data-test="safety-code">
            {grouped(safetyCode)}
          </span>
        </span>
      </button>
      {actions && <div class="call-actions">{actions}</div>}
      <Dialog open={isOpen.value} title={t('call-connection')} onClose={() => (isOpen.value = false)}>
        <Facts name={peer.name} path={path} safetyCode={safetyCode} quality={quality} />
      </Dialog>
    </header>
  );
}

function Duration({ since }: { readonly since: number }) {
  const lasted = clockOf(useNow().value - since);
  return (
    <span class="call-duration numerals" role="timer" aria-label={t('call-duration', { time: lasted })}>
      {lasted}
    </span>
  );
}

function QualityLight({ quality }: { readonly quality: Quality }) {
  return (
    <span class={`call-light ${quality.light}`}>
      <span class="call-bars" aria-hidden="true">
        <i />
        <i />
        <i />
      </span>
      <span class={quality.light === 'good' ? 'unseen' : undefined}>{t(`call-quality-${quality.light}`)}</span>
    </span>
  );
}

interface FactsProps {
  readonly name: string;
  readonly path: Path | null;
  readonly safetyCode: string;
  readonly quality: Quality | null;
}

/** What the small signs in the bar mean. */
function Facts({ name, path, safetyCode, quality }: FactsProps) {
  return (
    <div class="call-explained stack wide">
      <section class="stack tight">
        <h3>{t('call-safety-code')}</h3>
        <p class="call-code-large numerals" aria-label={[...safetyCode].join(' ')}>
          {grouped(safetyCode)}
        </p>
        <p>{t('call-safety-explained', { name })}</p>
      </section>
      {path && (
        <section class="stack tight">
          <h3 class="row">
            <Icon name={path} /> {t(`call-path-${path}`)}
          </h3>
          <p>{t(`call-path-${path}-explained`)}</p>
        </section>
      )}
      {quality && (
        <section class="stack tight">
          <h3>{t(`call-quality-${quality.light}`)}</h3>
          <p>{t(`call-quality-cause-${quality.cause}`)}</p>
        </section>
      )}
    </div>
  );
}

/** "123 456": as one reads it out. */
function grouped(code: string): string {
  return `${code.slice(0, 3)}\u00a0${code.slice(3)}`;
}
