// A still picture: the practice asks for each, the guest says yes to each, and it goes onto the practice's disk.

import { useSignal, useSignalEffect } from '@preact/signals';
import { useRef } from 'preact/hooks';
import { allows, type PhotoState, type Visit } from '../../drive/visit.ts';
import { DeviceMenu } from '../media/devices.tsx';
import { Preview } from '../media/video.tsx';
import { Button, Dialog, Icon, Notice, Spinner } from '../parts.tsx';
import { sizeOf, t } from '../text.ts';
import { canChoosePlace, choosePlace, type Place, save } from './save.ts';

interface AskProps {
  readonly visit: Visit;
  /** The guest's, as it calls itself. */
  readonly name: string;
  readonly open: boolean;
  readonly onClose: () => void;
}

/** The practice's. What comes is saved whether this is open or not. */
export function PhotoAsk({ visit, name, open, onClose }: AskProps) {
  const saving = usePhotoSaving(visit);
  const state = visit.photo.state.value;
  const isUnderWay = isBusy(state);
  const mayAsk = allows(visit.consent.value, 'photo');
  const ask = (place: Place | null) => {
    saving.next(place);
    visit.photo.ask();
  };
  return (
    <Dialog open={open} title={t('photo-title')} data-test="photo" onClose={onClose}>
      <div class="stack">
        <p>{t('photo-explained', { name })}</p>
        {!mayAsk && (
          <Notice tone="warn" title={t('photo-no-consent')}>
            <p>{t('photo-no-consent-text', { name })}</p>
          </Notice>
        )}
        <PracticeState visit={visit} state={state} name={name} hasFailed={saving.hasFailed.value} />
      </div>
      <div class="dialog-actions">
        {canChoosePlace() && (
          <Button disabled={!mayAsk || isUnderWay} data-test="photo-place" onClick={() => void choosePlace(photoName()).then((place) => place && ask(place))}>
            {t('photo-choose-place')}
          </Button>
        )}
        <Button kind="primary" icon="photo" disabled={!mayAsk} busy={isUnderWay} data-test="photo-request" onClick={() => ask(null)}>
          {t('photo-request')}
        </Button>
      </div>
    </Dialog>
  );
}

function PracticeState({ visit, state, name, hasFailed }: { readonly visit: Visit; readonly state: PhotoState; readonly name: string; readonly hasFailed: boolean }) {
  const file = visit.files.value.find(({ key }) => 'key' in state && key === state.key);
  return (
    <p class="photo-state row" role="status" data-test="photo-state" data-state={state.name}>
      {isBusy(state) && <Spinner />}
      {state.name === 'came' && <Icon name={hasFailed ? 'warning' : 'check'} />}
      <span>{state.name === 'none' ? '' : state.name === 'came' && file ? t(hasFailed ? 'photo-not-saved' : 'photo-saved', { name: file.name, size: sizeOf(file.size) }) : t(`photo-practice-${state.name}`, { name })}</span>
    </p>
  );
}

/** The guest's: each picture needs its own yes. */
export function PhotoQuestion({ visit, name }: { readonly visit: Visit; readonly name: string }) {
  const putAway = useSignal<PhotoState | null>(null);
  const state = visit.photo.state.value;
  const { camera } = visit.local.media.value;
  const { cameras, chosen } = visit.local.devices.value;
  const isOpen = state.name !== 'none' && state.name !== 'refused' && putAway.value !== state;
  // Closing the question is a no: nothing is ever sent for want of an answer.
  const close = () => (state.name === 'asked' ? visit.photo.answer(false) : (putAway.value = state));
  return (
    <Dialog open={isOpen} title={t('photo-question', { name })} data-test="photo-question" onClose={close}>
      <div class="stack">
        {state.name === 'asked' ? (
          <>
            <div class="photo-preview">{camera.state === 'on' ? <Preview stream={camera.stream} isMirrored={false} /> : <p class="soft">{t('photo-camera-off')}</p>}</div>
            {cameras.length > 1 && <DeviceMenu kind="camera" devices={cameras} chosen={chosen.camera} onChoose={(kind, id) => void visit.chooseDevice(kind, id)} />}
            <p>{t('photo-what', { name })}</p>
            <p class="soft small">{t('photo-advice')}</p>
          </>
        ) : (
          <GuestState visit={visit} state={state} name={name} />
        )}
      </div>
      <div class="dialog-actions">
        {state.name === 'asked' ? (
          <>
            <Button data-test="photo-refuse" onClick={() => visit.photo.answer(false)}>
              {t('photo-refuse')}
            </Button>
            <Button kind="primary" icon="photo" data-test="photo-take" onClick={() => visit.photo.answer(true)}>
              {t('photo-take')}
            </Button>
          </>
        ) : (
          <Button data-test="photo-close" onClick={close}>
            {t('close')}
          </Button>
        )}
      </div>
    </Dialog>
  );
}

function GuestState({ visit, state, name }: { readonly visit: Visit; readonly state: PhotoState; readonly name: string }) {
  const file = visit.files.value.find(({ key }) => 'key' in state && key === state.key);
  const progress = file?.state.name === 'sending' && file.size > 0 ? file.state.bytes / file.size : null;
  return (
    <div class="stack tight" role="status" data-test="photo-state" data-state={state.name}>
      <p class="row">
        {isBusy(state) ? <Spinner /> : <Icon name={state.name === 'came' ? 'check' : 'warning'} />}
        <span>{t(`photo-guest-${state.name}`, { name })}</span>
      </p>
      {progress !== null && <progress class="file-progress" value={progress} aria-label={t('photo-progress')} />}
    </div>
  );
}

/** Saves each picture as soon as it is whole: to the place that was chosen for it, else into the downloads. */
function usePhotoSaving(visit: Visit) {
  const place = useRef<Place | null>(null);
  const hasFailed = useSignal(false);
  const taken = useRef(new Set<string>());
  useSignalEffect(() => {
    for (const { key, from, photo, name, state } of visit.files.value) {
      if (!photo || from !== 'peer' || state.name !== 'done' || !state.file || state.saved || taken.current.has(key)) continue;
      taken.current.add(key);
      const { file } = state;
      const to = place.current;
      place.current = null;
      if (!to) {
        save(name, file);
        // Not in the middle of reading the list.
        queueMicrotask(() => visit.markSaved(key));
        continue;
      }
      to.write(file).then(
        () => visit.markSaved(key),
        // It is still among the files, to be saved by hand.
        () => (hasFailed.value = true),
      );
    }
  });
  return {
    hasFailed,
    next: (chosen: Place | null) => {
      hasFailed.value = false;
      place.current = chosen;
    },
  };
}

function isBusy({ name }: PhotoState): boolean {
  return name === 'asked' || name === 'taking' || name === 'sending';
}

/** "Foto 2026-05-07 14-30.jpg" */
function photoName(): string {
  const now = new Date();
  const local = new Date(now.getTime() - now.getTimezoneOffset() * 60_000).toISOString();
  return `${t('photo-file')} ${local.slice(0, 10)} ${local.slice(11, 16).replace(':', '-')}.jpg`;
}
