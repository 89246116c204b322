// One's own camera and microphone before the call: seen, heard and chosen.

import type { LocalDevices, Source } from '../../rtc/media.ts';
import { DeviceChoice } from '../media/devices.tsx';
import { MediaTrouble } from '../media/trouble.tsx';
import { Preview } from '../media/video.tsx';
import { Button, Icon } from '../parts.tsx';
import { t } from '../text.ts';

interface OwnMediaProps {
  readonly local: LocalDevices;
  /** On the check page: the browser's question is explained before it comes, and the menus are open. Else the devices are being opened already. */
  readonly explains?: boolean;
  readonly practice: string | null;
}

/** The picture as a mirror, switches, what is wrong, and the menus. */
export function OwnMedia({ local, explains = false, practice }: OwnMediaProps) {
  const { camera, microphone } = local.media.value;
  const isUntouched = camera.state === 'off' && microphone.state === 'off';
  const isOpening = camera.state === 'opening' || microphone.state === 'opening';
  const hasFailed = camera.state === 'failed' || microphone.state === 'failed';
  const choice = <DeviceChoice local={local} onChoose={(kind, id) => void local.choose(kind, id)} />;
  return (
    <div class="own-media stack">
      <div class="own-frame">
        {camera.state === 'on' ? (
          <Preview stream={camera.stream} data-test="own-preview" />
        ) : (
          <div class="own-dark">
            <Icon name={camera.state === 'opening' ? 'camera' : 'camera-off'} size={36} />
            <p>{t(camera.state === 'opening' ? 'self-opening' : 'self-camera-off')}</p>
          </div>
        )}
        {!isUntouched && (
          <div class="own-switches">
            <Switch icon="microphone" source={microphone} label={t('self-microphone')} onChange={(on) => void local.setMicrophone(on)} />
            <Switch icon="camera" source={camera} label={t('self-camera')} onChange={(on) => void local.setCamera(on)} />
          </div>
        )}
      </div>
      {isUntouched && explains && (
        <div class="stack">
          <h2>{t('self-title')}</h2>
          <p>{t('self-explained', { practice: practice ?? t('self-the-practice') })}</p>
        </div>
      )}
      {isOpening && (
        <p class="soft" role="status">
          {t('self-allow')}
        </p>
      )}
      <MediaTrouble media={local.media.value} />
      {(isUntouched || hasFailed) && (
        <Button kind="secondary" icon={hasFailed ? 'reload' : 'camera'} busy={isOpening} data-test="check-media" onClick={() => void local.open({ camera: true, microphone: true })}>
          {t(hasFailed ? 'retry' : 'self-open')}
        </Button>
      )}
      {hasFailed && <p class="field-hint">{t('self-without')}</p>}
      {!isUntouched && explains && choice}
      {!isUntouched && !explains && (
        <details class="own-more">
          <summary>{t('self-change')}</summary>
          {choice}
        </details>
      )}
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
    <button
      type="button"
      role="switch"
      aria-checked={isOn}
      aria-label={label}
      title={label}
      class={isOn ? 'own-switch' : 'own-switch off'}
      disabled={source.state === 'opening'}
      data-test={`own-${icon}`}
      onClick={() => onChange(!isOn)}
    >
      <Icon name={isOn ? icon : `${icon}-off`} size={22} />
    </button>
  );
}
