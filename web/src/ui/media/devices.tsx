// Which camera, microphone and speaker, and whether one can be heard and hears.

import { useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import type { Device, DeviceKind, LocalDevices } from '../../rtc/media.ts';
import { Button, Field } from '../parts.tsx';
import { t } from '../text.ts';
import { playTestSound } from './sound.ts';
import './media.css';
import './texts.ts';

interface DeviceChoiceProps {
  readonly local: LocalDevices;
  readonly onChoose: (kind: DeviceKind, id: string) => void;
}

/** A menu for each kind of device that there is a choice of, the microphone's level, and a sound to try the speaker with. */
export function DeviceChoice({ local, onChoose }: DeviceChoiceProps) {
  const { cameras, microphones, speakers, chosen } = local.devices.value;
  return (
    <div class="devices">
      <DeviceMenu kind="camera" devices={cameras} chosen={chosen.camera} onChoose={onChoose} />
      <div class="stack tight">
        <DeviceMenu kind="microphone" devices={microphones} chosen={chosen.microphone} onChoose={onChoose} />
        <LevelMeter local={local} />
        <NoiseSwitch local={local} />
      </div>
      <div class="stack tight">
        <DeviceMenu kind="speaker" devices={speakers} chosen={chosen.speaker} onChoose={onChoose} />
        <SpeakerTest local={local} />
      </div>
    </div>
  );
}

interface DeviceMenuProps {
  readonly kind: DeviceKind;
  readonly devices: readonly Device[];
  readonly chosen: string;
  readonly onChoose: (kind: DeviceKind, id: string) => void;
}

/** Nothing where there are none that can be told apart. */
export function DeviceMenu({ kind, devices, chosen, onChoose }: DeviceMenuProps) {
  // Without labels the person has allowed nothing yet, and there is nothing to tell them apart by.
  const named = devices.filter(({ label }) => label !== '');
  if (named.length === 0) return null;
  return (
    <Field label={t(`media-${kind}`)}>
      {(ids) => (
        <select class="input" value={chosen} data-test={`choose-${kind}`} onChange={(event) => onChoose(kind, event.currentTarget.value)} {...ids}>
          {!named.some(({ id }) => id === chosen) && <option value={chosen}>{t('media-default')}</option>}
          {named.map(({ id, label }) => (
            <option key={id} value={id}>
              {label}
            </option>
          ))}
        </select>
      )}
    </Field>
  );
}

/** How loud the microphone hears. */
function LevelMeter({ local }: { readonly local: LocalDevices }) {
  const { microphone } = local.media.value;
  if (microphone.state !== 'on') return null;
  return (
    <div class="stack tight">
      <LevelBar local={local} />
      <p class="field-hint">{t('media-level-hint')}</p>
    </div>
  );
}

/** Where a microphone is open: before that nobody knows what it would do. */
function NoiseSwitch({ local }: { readonly local: LocalDevices }) {
  const { state } = local.media.value.microphone;
  const { noiseSuppression } = local.effects.value;
  if (state !== 'on' && state !== 'muted') return null;
  return (
    <div class="media-switch">
      <label>
        <input type="checkbox" role="switch" checked={noiseSuppression} data-test="noise-suppression" onChange={({ currentTarget }) => void local.setNoiseSuppression(currentTarget.checked)} />
        {t('media-noise')}
      </label>
      <p class="field-hint">{t('media-noise-hint')}</p>
    </div>
  );
}

/** By itself, so that twenty times a second only this is drawn anew. */
export function LevelBar({ local }: { readonly local: LocalDevices }) {
  const level = Math.min(1, Math.max(0, local.level.value));
  return (
    <div class="level" role="meter" aria-label={t('media-level')} aria-valuemin={0} aria-valuemax={100} aria-valuenow={Math.round(level * 100)}>
      <div class="level-bar" style={{ scale: `${level} 1` }} />
    </div>
  );
}

function SpeakerTest({ local }: { readonly local: LocalDevices }) {
  const audio = useRef<HTMLAudioElement>(null);
  const state = useSignal<'silent' | 'playing' | 'played'>('silent');
  useEffect(() => (audio.current ? local.bindSpeaker(audio.current) : undefined), [local]);
  const play = async () => {
    if (!audio.current) return;
    state.value = 'playing';
    await playTestSound(audio.current);
    state.value = 'played';
  };
  return (
    <div class="row">
      <audio ref={audio} />
      <Button icon="speaker" disabled={state.value === 'playing'} onClick={() => void play()} data-test="speaker-test">
        {t('media-speaker-test')}
      </Button>
      <span class="field-hint" role="status">
        {state.value === 'silent' ? '' : t('media-speaker-question')}
      </span>
    </div>
  );
}
