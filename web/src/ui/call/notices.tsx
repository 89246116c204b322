// What one has to know of one's own side while one talks: a device that is gone, a camera that failed, a weak line, a screen that is being shown.

import { useSignal } from '@preact/signals';
import type { Visit } from '../../drive/visit.ts';
import type { DeviceKind, LocalDevices } from '../../rtc/media.ts';
import { MediaTrouble, type Ways } from '../media/trouble.tsx';
import { Button, Icon, type IconName } from '../parts.tsx';
import { t } from '../text.ts';

type OwnWays = Pick<Ways, 'link' | 'phone'>;

/** Above the pictures for as long as one's screen is seen by others: nobody is to forget it. */
export function SharingBanner({ visit }: { readonly visit: Visit }) {
  if (visit.local.media.value.screen.state !== 'on') return null;
  return (
    <div class="call-sharing" role="status" data-test="sharing">
      <Icon name="screen" size={24} />
      <strong>{t('call-sharing')}</strong>
      <Button kind="danger" icon="screen-off" data-test="stop-sharing" onClick={() => visit.stopScreen()}>
        {t('call-stop-sharing')}
      </Button>
    </div>
  );
}

/** Over the lower part of the pictures. Each may be put away; the next of its kind comes again. */
export function OwnNotices({ visit, ways, onDevices }: { readonly visit: Visit; readonly ways: OwnWays | undefined; readonly onDevices: () => void }) {
  return (
    <div class="call-notices">
      <OwnTrouble visit={visit} ways={ways} />
      <Unplugged local={visit.local} onDevices={onDevices} />
      <WeakLine visit={visit} />
    </div>
  );
}

/** One's own camera or microphone has failed in the call. */
function OwnTrouble({ visit, ways }: { readonly visit: Visit; readonly ways: OwnWays | undefined }) {
  const media = visit.local.media.value;
  const putAway = useSignal<unknown>(null);
  const failing = [media.camera, media.microphone].filter(({ state }) => state === 'failed');
  const key = failing.map((source) => (source.state === 'failed' ? source.failure : '')).join();
  if (failing.length === 0 || putAway.value === key) return null;
  return (
    <div class="call-notice trouble">
      {/* To try again there is the button below, and the call goes on without. */}
      <MediaTrouble media={media} ways={ways && { ...ways, onRetry: null, onSoundOnly: null }} />
      <Button kind="quiet" icon="close" label={t('close')} onClick={() => (putAway.value = key)} />
    </div>
  );
}

/** What was chosen is not connected any more. */
function Unplugged({ local, onDevices }: { readonly local: LocalDevices; readonly onDevices: () => void }) {
  const putAway = useSignal('');
  const kinds = local.unplugged.value;
  const key = kinds.join();
  if (key === '') putAway.value = '';
  if (key === '' || putAway.value === key) return null;
  return (
    <div class="call-notice" role="alert" data-test="unplugged" data-kinds={key}>
      <Icon name={UNPLUGGED_ICONS[kinds[0] ?? 'microphone']} size={24} />
      <div class="call-notice-words">
        {kinds.map((kind) => (
          <p key={kind}>{t(`call-unplugged-${kind}`, { now: labelOf(local, kind) })}</p>
        ))}
      </div>
      <Button data-test="unplugged-choose" onClick={onDevices}>
        {t('call-unplugged-choose')}
      </Button>
      <Button kind="quiet" icon="close" label={t('close')} onClick={() => (putAway.value = key)} />
    </div>
  );
}

/** One's own picture does not get through. */
function WeakLine({ visit }: { readonly visit: Visit }) {
  const isPaused = visit.sending.value.video === 'paused' && visit.local.media.value.camera.state === 'on';
  const isPutAway = useSignal(false);
  if (!isPaused) isPutAway.value = false;
  if (!isPaused || isPutAway.value) return null;
  return (
    <div class="call-notice" role="status" data-test="own-weak">
      <Icon name="pause" size={24} />
      <p class="call-notice-words">{t('call-own-paused')}</p>
      <Button kind="quiet" icon="close" label={t('close')} onClick={() => (isPutAway.value = true)} />
    </div>
  );
}

/** What is used in its place. */
function labelOf(local: LocalDevices, kind: DeviceKind): string {
  const { microphones, cameras, speakers, chosen } = local.devices.value;
  const list = { microphone: microphones, camera: cameras, speaker: speakers }[kind];
  return list.find(({ id }) => id === chosen[kind])?.label || t('media-default');
}

const UNPLUGGED_ICONS: Readonly<Record<DeviceKind, IconName>> = { microphone: 'microphone-off', camera: 'camera-off', speaker: 'speaker' };
