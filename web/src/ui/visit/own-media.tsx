// One's own camera and microphone before the call: seen, heard and chosen.

import { useSignal, useSignalEffect } from '@preact/signals';
import type { Phone } from '../../consent/document.ts';
import type { LocalDevices, Source } from '../../rtc/media.ts';
import { later } from '../later.tsx';
import { DeviceChoice, LevelBar } from '../media/devices.tsx';
import { Preview } from '../media/video.tsx';
import { Button, Icon } from '../parts.tsx';
import { laterTexts, t } from '../text.ts';

export const MediaTrouble = later(() => Promise.all([import('../media/trouble.tsx'), laterTexts()]).then(([module]) => module.MediaTrouble));
export const OtherBrowser = later(() => Promise.all([import('../media/trouble.tsx'), laterTexts()]).then(([module]) => module.OtherBrowser));

interface OwnMediaProps {
  readonly local: LocalDevices;
  readonly practice: string | null;
  /** To be opened in another browser where this one can't. */
  readonly link: string | null;
  readonly phone: Phone | null;
  /** In the waiting room: a small picture beside its switches, and the button that opens it. The check has that button at its lower edge. */
  readonly small?: boolean;
}

/** The picture as a mirror, switches, and what is wrong. Nothing is opened before somebody asks for it. */
export function OwnMedia({ local, practice, link, phone, small = false }: OwnMediaProps) {
  const { camera, microphone } = local.media.value;
  const isUntouched = camera.state === 'off' && microphone.state === 'off';
  const areLost = camera.state === 'failed' && microphone.state === 'failed';
  const isOpening = camera.state === 'opening' || microphone.state === 'opening';
  const open = () => openMedia(local);
  const soundOnly = () => {
    void local.setCamera(false);
    void local.open({ microphone: true });
  };
  return (
    <div class={small ? 'own-media stack small-picture' : 'own-media stack'}>
      {isUntouched ? (
        <div class="own-frame own-question">
          <Icon name="camera" size={40} />
          <h2>{t('self-title')}</h2>
          <p>{t('self-explained', { practice: practice ?? t('self-the-practice') })}</p>
          {small && (
            <Button kind="primary" large data-test="check-media" onClick={open}>
              {t('self-open')}
            </Button>
          )}
        </div>
      ) : areLost ? null : (
        <div class="own-line">
          <div class={camera.state === 'failed' ? 'own-frame failed' : 'own-frame'}>
            {camera.state === 'on' ? (
              <Preview stream={camera.stream} data-test="own-preview" />
            ) : camera.state === 'failed' ? null : (
              <div class="own-dark">
                <Icon name={camera.state === 'opening' ? 'camera' : 'camera-off'} size={small ? 24 : 36} />
                <p>{t(camera.state === 'opening' ? 'self-opening' : 'self-camera-off')}</p>
                {isOpening && !small && (
                  <p class="own-allow" role="status">
                    {t('self-allow')}
                  </p>
                )}
              </div>
            )}
          </div>
          {/* While the browser asks there is nothing to switch. */}
          {!(camera.state === 'opening' && microphone.state === 'opening') && (
            <div class="own-switches">
              <Switch icon="microphone" source={microphone} label={t('self-microphone')} onChange={(on) => void local.setMicrophone(on)} />
              <Switch icon="camera" source={camera} label={t('self-camera')} onChange={(on) => void local.setCamera(on)} />
            </div>
          )}
        </div>
      )}
      {microphone.state === 'on' && <Hearing local={local} />}
      {isOpening && small && (
        <p class="own-allow" role="status">
          {t('self-allow')}
        </p>
      )}
      {(camera.state === 'failed' || microphone.state === 'failed') && <MediaTrouble media={local.media.value} ways={{ onRetry: open, onSoundOnly: soundOnly, link, phone }} />}
    </div>
  );
}

/** Both, by one question of the browser. */
export function openMedia(local: LocalDevices): void {
  void local.open({ camera: true, microphone: true });
}

/** The menus of devices, once something was opened. */
export function OwnDevices({ local }: { readonly local: LocalDevices }) {
  const { camera, microphone } = local.media.value;
  if (camera.state === 'off' && microphone.state === 'off') return null;
  return (
    <details class="own-more">
      <summary>{t('self-change')}</summary>
      <DeviceChoice local={local} onChoose={(kind, id) => void local.choose(kind, id)} />
    </details>
  );
}

/** The microphone's level, and in words that it was heard once. */
function Hearing({ local }: { readonly local: LocalDevices }) {
  const wasHeard = useSignal(false);
  useSignalEffect(() => {
    if (local.level.value > AUDIBLE) wasHeard.value = true;
  });
  return (
    <div class={wasHeard.value ? 'own-hearing heard' : 'own-hearing'}>
      <Icon name={wasHeard.value ? 'check' : 'microphone'} />
      <span role="status">{t(wasHeard.value ? 'self-heard' : 'self-speak')}</span>
      <LevelBar local={local} />
    </div>
  );
}

interface SwitchProps {
  readonly icon: 'microphone' | 'camera';
  readonly source: Source;
  readonly label: string;
  readonly onChange: (on: boolean) => void;
}

function Switch({ icon, source, label, onChange }: SwitchProps) {
  const isOn = source.state === 'on';
  return (
    <button type="button" role="switch" aria-checked={isOn} aria-label={label} title={label} class={isOn ? 'own-switch' : 'own-switch off'} disabled={source.state === 'opening'} data-test={`own-${icon}`} onClick={() => onChange(!isOn)}>
      <Icon name={isOn ? icon : `${icon}-off`} size={22} />
      <span aria-hidden="true">{t(isOn ? 'self-on' : 'self-off')}</span>
    </button>
  );
}

/** Of the level's 0 to 1: a voice, not the room. */
const AUDIBLE = 0.38;
