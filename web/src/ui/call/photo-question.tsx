// A still picture that the guest is asked for: it sees what would be sent, and says yes to each.

import { useSignal } from '@preact/signals';
import { useEffect, useMemo } from 'preact/hooks';
import type { PhotoState, Visit } from '../../drive/visit.ts';
import type { Source } from '../../rtc/media.ts';
import { DeviceMenu } from '../media/devices.tsx';
import { MediaTrouble } from '../media/trouble.tsx';
import { Preview } from '../media/video.tsx';
import { Button, Dialog, Icon, Spinner } from '../parts.tsx';
import { t } from '../text.ts';
import { DialogActions } from './dialog-actions.tsx';

interface PhotoQuestionProps {
  readonly visit: Visit;
  /** The practice's. */
  readonly name: string;
}

export function PhotoQuestion({ visit, name }: PhotoQuestionProps) {
  const putAway = useSignal<PhotoState | null>(null);
  const state = visit.photo.state.value;
  const isUndecided = state.name === 'asked' || state.name === 'taken';
  const isOpen = state.name !== 'none' && state.name !== 'refused' && putAway.value !== state;
  // Closing the question is a no: nothing is ever sent for want of an answer.
  const close = () => (isUndecided ? visit.photo.answer(false) : (putAway.value = state));
  return (
    <Dialog open={isOpen} title={state.name === 'withdrawn' ? t('call-photo') : t('photo-question', { name })} data-test="photo-question" onClose={close}>
      {state.name === 'asked' || state.name === 'taking' ? (
        <Aiming visit={visit} name={name} isTaking={state.name === 'taking'} />
      ) : state.name === 'taken' ? (
        <Look visit={visit} name={name} photo={state.photo} />
      ) : (
        <>
          <Outcome visit={visit} state={state} name={name} />
          <DialogActions>
            <Button data-test="photo-close" onClick={close}>
              {t('close')}
            </Button>
          </DialogActions>
        </>
      )}
    </Dialog>
  );
}

/** The camera's picture, or the way to it: one that is off is opened for its owner's eyes only. */
function Aiming({ visit, name, isTaking }: PhotoQuestionProps & { readonly isTaking: boolean }) {
  const { local } = visit;
  const { camera } = local.media.value;
  const { cameras, chosen } = local.devices.value;
  const viewfinder = local.viewfinder.value;
  const source = camera.state === 'on' ? camera : viewfinder;
  return (
    <>
      <div class="stack">
        <Sight source={source} />
        {cameras.length > 1 && <DeviceMenu kind="camera" devices={cameras} chosen={chosen.camera} onChoose={(kind, id) => void visit.chooseDevice(kind, id)} />}
        <p role="status">{t(isTaking ? 'photo-guest-taking' : 'photo-what', { name })}</p>
        <p class="soft small">{t('photo-advice')}</p>
      </div>
      <DialogActions>
        <Button data-test="photo-refuse" disabled={isTaking} onClick={() => visit.photo.answer(false)}>
          {t('photo-refuse')}
        </Button>
        {source.state === 'on' ? (
          <Button kind="primary" icon="photo" busy={isTaking} data-test="photo-take" onClick={() => visit.photo.answer(true)}>
            {t('photo-take')}
          </Button>
        ) : (
          <Button kind="primary" icon="camera" busy={source.state === 'opening'} data-test="photo-camera-on" onClick={() => void local.openViewfinder()}>
            {t('photo-camera-on')}
          </Button>
        )}
      </DialogActions>
    </>
  );
}

function Sight({ source }: { readonly source: Source }) {
  if (source.state === 'failed') return <MediaTrouble media={{ camera: source, microphone: OFF, screen: OFF }} />;
  return <div class="photo-preview">{source.state === 'on' ? <Preview stream={source.stream} isMirrored={false} /> : <p class="soft">{t('photo-camera-off')}</p>}</div>;
}

/** The picture as it would be sent. */
function Look({ visit, name, photo }: PhotoQuestionProps & { readonly photo: Blob }) {
  const url = useMemo(() => URL.createObjectURL(photo), [photo]);
  useEffect(() => () => URL.revokeObjectURL(url), [url]);
  return (
    <>
      <div class="stack">
        <div class="photo-preview">
          <img src={url} alt={t('photo-yours')} data-test="photo-look" />
        </div>
        <p role="status">{t('photo-look', { name })}</p>
      </div>
      <DialogActions>
        <Button kind="quiet" data-test="photo-refuse" onClick={() => visit.photo.answer(false)}>
          {t('photo-discard')}
        </Button>
        <Button data-test="photo-again" onClick={() => visit.photo.answer(true)}>
          {t('photo-again')}
        </Button>
        <Button kind="primary" data-test="photo-send" onClick={() => visit.photo.send()}>
          {t('photo-send')}
        </Button>
      </DialogActions>
    </>
  );
}

type Outcomes = Exclude<PhotoState['name'], 'asked' | 'taking' | 'taken'>;

function Outcome({ visit, state, name }: PhotoQuestionProps & { readonly state: Extract<PhotoState, { name: Outcomes }> }) {
  const file = visit.files.value.find(({ key }) => 'key' in state && key === state.key);
  const progress = file?.state.name === 'sending' && file.size > 0 ? file.state.bytes / file.size : null;
  return (
    <div class="stack tight" role="status" data-test="photo-state" data-state={state.name}>
      <p class="photo-state row">
        {state.name === 'sending' ? <Spinner /> : <Icon name={state.name === 'failed' ? 'warning' : 'check'} />}
        <span>{t(`photo-guest-${state.name}`, { name })}</span>
      </p>
      {progress !== null && <progress class="file-progress" value={progress} aria-label={t('photo-progress')} />}
    </div>
  );
}

const OFF: Source = { state: 'off' };
