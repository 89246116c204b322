// A still picture that the practice asks for: it goes onto the practice's disk. The guest's part is in photo-question.tsx.

import { useSignal, useSignalEffect } from '@preact/signals';
import { useRef } from 'preact/hooks';
import { allows, type PhotoState, type Visit } from '../../drive/visit.ts';
import { Button, Dialog, Icon, Notice, Spinner } from '../parts.tsx';
import { sizeOf, t } from '../text.ts';
import { DialogActions } from './dialog-actions.tsx';
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
      <DialogActions>
        {state.name === 'asked' && (
          <Button data-test="photo-withdraw" onClick={() => visit.photo.withdraw()}>
            {t('photo-withdraw')}
          </Button>
        )}
        {canChoosePlace() && state.name !== 'asked' && (
          <Button disabled={!mayAsk || isUnderWay} data-test="photo-place" onClick={() => void choosePlace(photoName()).then((place) => place && ask(place))}>
            {t('photo-choose-place')}
          </Button>
        )}
        <Button kind="primary" icon="photo" disabled={!mayAsk} busy={isUnderWay} data-test="photo-request" onClick={() => ask(null)}>
          {t('photo-request')}
        </Button>
      </DialogActions>
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
  return name === 'asked' || name === 'sending';
}

/** "Foto 2026-05-07 14-30.jpg" */
function photoName(): string {
  const now = new Date();
  const local = new Date(now.getTime() - now.getTimezoneOffset() * 60_000).toISOString();
  return `${t('photo-file')} ${local.slice(0, 10)} ${local.slice(11, 16).replace(':', '-')}.jpg`;
}
