// "Your picture": how the practice will be seen and heard, before anybody is let in.

import { useSignal } from '@preact/signals';
import type { LocalDevices } from '../../rtc/media.ts';
import { DeviceChoice, LevelBar } from '../media/devices.tsx';
import { MediaTrouble } from '../media/trouble.tsx';
import { Preview } from '../media/video.tsx';
import { Button, Dialog, Icon } from '../parts.tsx';
import { t } from '../text.ts';

interface OwnPictureProps {
  readonly local: LocalDevices;
  /** The call shows the picture then. */
  readonly isTalking: boolean;
}

export function OwnPicture({ local, isTalking }: OwnPictureProps) {
  const areDevicesOpen = useSignal(false);
  const media = local.media.value;
  const { camera, microphone } = media;
  const isOpen = camera.state === 'on' || microphone.state === 'on' || microphone.state === 'muted';
  const isOpening = camera.state === 'opening' || microphone.state === 'opening';
  return (
    <section class="own-picture card" aria-label={t('picture-title')}>
      <h2>{t('picture-title')}</h2>
      <div class="own-picture-frame">
        {camera.state === 'on' && !isTalking ? <Preview stream={camera.stream} data-test="own-picture" /> : <Icon name={isOpen ? 'camera-off' : 'camera'} size={40} />}
      </div>
      {isOpen && !isTalking && <LevelBar local={local} />}
      <MediaTrouble media={media} />
      {isOpen ? (
        <div class="row">
          <Button icon="settings" data-test="own-devices" onClick={() => (areDevicesOpen.value = true)}>
            {t('picture-devices')}
          </Button>
          <Button kind="quiet" icon="camera-off" disabled={isTalking} data-test="own-close" onClick={() => local.close()}>
            {t('picture-close')}
          </Button>
        </div>
      ) : (
        <>
          <p class="soft small">{t('picture-text')}</p>
          <Button icon="camera" busy={isOpening} data-test="own-open" onClick={() => void local.open()}>
            {t('picture-open')}
          </Button>
        </>
      )}
      <Dialog open={areDevicesOpen.value && isOpen} title={t('picture-devices')} onClose={() => (areDevicesOpen.value = false)}>
        <DeviceChoice local={local} onChoose={(kind, id) => void local.choose(kind, id)} />
      </Dialog>
    </section>
  );
}
