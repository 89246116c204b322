// The check as it runs: its steps, the tone, and at the end one sentence and a code.

import { useSignal } from '@preact/signals';
import { useEffect, useMemo, useRef } from 'preact/hooks';
import { browserOf } from '../../check/browser.ts';
import { Check } from '../../check/run.ts';
import type { Verdict } from '../../check/steps.ts';
import type { Phone } from '../../consent/document.ts';
import type { LocalDevices } from '../../rtc/media.ts';
import type { RelayUse } from '../../call/relay-use.ts';
import { playTestSound } from '../media/sound.ts';
import { CallPractice } from '../media/call-practice.tsx';
import { Button, Notice } from '../parts.tsx';
import { t } from '../text.ts';
import './check.css';
import { probesOf } from './probes.ts';
import { StepList } from './step-list.tsx';
import './texts.ts';

export interface LineCheckProps {
  readonly local: LocalDevices;
  readonly phone: Phone | null;
  /** What the practice allows its visits; absent: of whose visits it is, is not known here. */
  readonly relay?: RelayUse;
  /** Camera and microphone go off when it is done: nobody needs them here. */
  readonly releases?: boolean;
  /** Absent: a new one. */
  readonly check?: Pick<Check, 'progress' | 'speed' | 'verdict' | 'code' | 'run' | 'heard'>;
}

/** Begins as soon as it is drawn. */
export function LineCheck({ local, phone, relay = 'never', releases = false, check: given }: LineCheckProps) {
  const check = useMemo(() => given ?? new Check(probesOf(local), browserOf(navigator.userAgent, navigator.maxTouchPoints)), [local, given]);
  const run = async () => {
    await check.run();
    if (releases) local.close();
  };
  useEffect(() => void run(), [check]);
  const found = check.verdict.value;
  const verdict = relay === 'never' || !found ? found : throughRelay(found);
  const code = check.code.value;
  return (
    <section class="trial stack" aria-label={t('trial-title')} data-test="trial" data-verdict={verdict?.reason ?? 'running'}>
      <div role="status">{verdict && <Result verdict={verdict} />}</div>
      {verdict && code && <Code code={code} />}
      <StepList progress={check.progress.value} speed={check.speed.value} />
      <Tone local={local} onHeard={(yes) => check.heard(yes)} />
      {verdict && (
        <p class="row">
          <Button icon="reload" data-test="trial-again" onClick={() => void run()}>
            {t('trial-again')}
          </Button>
          {phone && verdict.level !== 'good' && <CallPractice phone={phone} />}
        </p>
      )}
      <details class="own-more">
        <summary>{t('trial-what')}</summary>
        <p>{t('trial-what-text')}</p>
      </details>
    </section>
  );
}

type Shown = Verdict | { readonly level: 'limited'; readonly reason: 'relay' };

/** What keeps two networks from meeting directly, the relay makes up for. */
function throughRelay(verdict: Verdict): Shown {
  return verdict.reason === 'router' || verdict.reason === 'network' ? { level: 'limited', reason: 'relay' } : verdict;
}

function Result({ verdict }: { readonly verdict: Shown }) {
  return (
    <Notice code={`trial-${verdict.reason}`} tone={TONES[verdict.level]} title={t(`trial-level-${verdict.level}`)}>
      <p>{t(`trial-result-${verdict.reason}`)}</p>
    </Notice>
  );
}

function Code({ code }: { readonly code: string }) {
  return (
    <p class="trial-code">
      <span>{t('trial-code')}</span>
      {/* Read out letter by letter. */}
      <strong class="numerals" data-test="trial-code" data-code={code} aria-label={[...code].join(' ')}>
        {code.slice(0, 3)} {code.slice(3)}
      </strong>
      <span class="soft small">{t('trial-code-hint')}</span>
    </p>
  );
}

/** Only a person knows what a speaker does. */
function Tone({ local, onHeard }: { readonly local: LocalDevices; readonly onHeard: (yes: boolean) => void }) {
  const audio = useRef<HTMLAudioElement>(null);
  const state = useSignal<'silent' | 'playing' | 'played'>('silent');
  useEffect(() => (audio.current ? local.bindSpeaker(audio.current) : undefined), [local]);
  const play = async () => {
    if (!audio.current) return;
    state.value = 'playing';
    await playTestSound(audio.current);
    state.value = 'played';
  };
  const answer = (yes: boolean) => {
    onHeard(yes);
    state.value = 'silent';
  };
  return (
    <div class="trial-tone row">
      <audio ref={audio} />
      {state.value === 'played' ? (
        <>
          <span role="status">{t('trial-tone-question')}</span>
          <Button icon="check" data-test="tone-yes" onClick={() => answer(true)}>
            {t('trial-tone-yes')}
          </Button>
          <Button icon="close" data-test="tone-no" onClick={() => answer(false)}>
            {t('trial-tone-no')}
          </Button>
        </>
      ) : (
        <Button icon="speaker" busy={state.value === 'playing'} data-test="tone-play" onClick={() => void play()}>
          {t('trial-tone')}
        </Button>
      )}
    </div>
  );
}

const TONES = { good: 'good', limited: 'warn', bad: 'danger' } as const;
