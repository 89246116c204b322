// The pictures: the other's camera and screen, and one's own.

import { useSignal, useSignalEffect } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import type { InCall, Interrupted } from '../../call/model.ts';
import { allows, type Visit } from '../../drive/visit.ts';
import { useNow } from '../clock.ts';
import { RemoteVideo } from '../media/video.tsx';
import { Button, Icon, Spinner } from '../parts.tsx';
import { clockOf, t } from '../text.ts';
import { OwnPicture } from './own-picture.tsx';

interface StageProps {
  readonly visit: Visit;
  readonly phase: InCall | Interrupted;
  readonly isPanelOpen: unknown;
  readonly onVideo: (video: HTMLVideoElement | null) => void;
  readonly onOpenChat: () => void;
}

export function Stage({ visit, phase, isPanelOpen, onVideo, onOpenChat }: StageProps) {
  const unmute = useSignal<(() => void) | null>(null);
  const video = useSignal<HTMLVideoElement | null>(null);
  const fit = useFit(video.value);
  const talk = phase.name === 'in-call' ? phase : phase.before;
  const { theirs } = talk;
  const { camera, screen } = visit.remote.value;
  const showsScreen = theirs.screen && screen !== null;
  // Where the guest has taken its consent back, not even the last picture stays.
  const showsCamera = allows(visit.consent.value, 'video');
  const { name } = talk.link.peer;
  useSignalEffect(() => (video.value ? visit.local.bindSpeaker(video.value) : undefined));

  return (
    <div class={`call-stage ${showsScreen ? 'with-screen' : ''} ${phase.name}`}>
      {showsScreen && <RemoteVideo class="call-screen" stream={screen} muted aria-label={t('call-their-screen', { name })} data-test="remote-screen" />}
      <div class="call-remote">
        {showsCamera && (
          <RemoteVideo
            class={`call-video ${fit} ${theirs.video ? '' : 'dark'}`}
            stream={camera}
            aria-label={t('call-their-camera', { name })}
            data-test="remote-video"
            onElement={(element) => {
              video.value = element;
              onVideo(element);
            }}
            onSilenced={(again) => (unmute.value = again)}
          />
        )}
        {!(showsCamera && theirs.video) && <Avatar name={name} />}
        <Signs name={name} isMuted={!theirs.audio} isDark={!theirs.video} isOver={!showsCamera} />
      </div>
      <OwnPicture visit={visit} />
      {unmute.value && (
        <div class="call-silenced">
          <Button
            kind="primary"
            large
            icon="speaker"
            data-test="unmute-remote"
            onClick={() => {
              unmute.value?.();
              unmute.value = null;
            }}
          >
            {t('call-hear')}
          </Button>
        </div>
      )}
      {phase.name === 'interrupted' && <Interruption phase={phase} name={name} />}
      {!isPanelOpen && <Bubbles visit={visit} name={name} onOpen={onOpenChat} />}
    </div>
  );
}

/** In place of a camera that is off. */
function Avatar({ name }: { readonly name: string }) {
  return (
    <div class="call-avatar" aria-hidden="true">
      <span>{initials(name)}</span>
    </div>
  );
}

/** "AM" of "Anna M.": the first letters of the first and the last word. */
export function initials(name: string): string {
  const words = name.split(/\s+/).filter((word) => /\p{L}|\p{N}/u.test(word));
  const letters = [words[0], words.length > 1 ? words.at(-1) : undefined].map((word) => /[\p{L}\p{N}]/u.exec(word ?? '')?.[0] ?? '');
  return letters.join('').toLocaleUpperCase() || '?';
}

interface SignsProps {
  readonly name: string;
  readonly isMuted: boolean;
  readonly isDark: boolean;
  /** The guest has taken back its consent to picture and sound. */
  readonly isOver: boolean;
}

function Signs({ name, isMuted, isDark, isOver }: SignsProps) {
  if (isOver)
    return (
      <ul class="call-signs plain" aria-live="polite">
        <li data-test="remote-revoked">
          <Icon name="camera-off" size={18} />
          {t('consent-video-ended')}
        </li>
      </ul>
    );
  if (!isMuted && !isDark) return null;
  return (
    <ul class="call-signs plain" aria-live="polite">
      {isDark && (
        <li data-test="remote-dark">
          <Icon name="camera-off" size={18} />
          {t('call-camera-is-off')}
        </li>
      )}
      {isMuted && (
        <li data-test="remote-muted" title={name}>
          <Icon name="microphone-off" size={18} />
          {t('call-microphone-is-off')}
        </li>
      )}
    </ul>
  );
}

function Interruption({ phase, name }: { readonly phase: Interrupted; readonly name: string }) {
  const now = useNow();
  // Anything but a path that broke on its way means that a page was loaded anew, and its person is coming back.
  const isComingBack = phase.progress.step !== 'path-lost' || phase.progress.ended;
  return (
    <div class="call-interruption" role="alert" data-test="interrupted">
      <Spinner />
      <div class="stack tight">
        <h2>{isComingBack ? t('call-coming-back', { name }) : t('call-interrupted')}</h2>
        <p>{navigator.onLine ? t('call-mending') : t('call-own-network')}</p>
        <p class="numerals small">{t('call-interrupted-since', { time: clockOf(now.value - phase.since) })}</p>
      </div>
    </div>
  );
}

/** What the other wrote while the chat is closed: the newest two, until it is opened. */
function Bubbles({ visit, name, onOpen }: { readonly visit: Visit; readonly name: string; readonly onOpen: () => void }) {
  const unread = visit.messages.value.filter(({ from, seen }) => from === 'peer' && !seen).slice(-2);
  if (unread.length === 0) return null;
  return (
    <div class="call-bubbles">
      {unread.map(({ id, text }) => (
        <button key={id} type="button" class="call-bubble" title={t('call-read', { name })} onClick={onOpen} data-test="chat-message" data-from="peer">
          <span class="chat-text" dir="auto">
            {text}
          </span>
        </button>
      ))}
    </div>
  );
}

/** Fills the stage where little of the picture is lost by it; else shows it whole. */
function useFit(video: HTMLVideoElement | null): 'cover' | 'contain' {
  const fit = useSignal<'cover' | 'contain'>('cover');
  useEffect(() => {
    if (!video) return;
    const look = () => {
      if (!video.videoWidth || !video.clientWidth) return;
      const stretch = video.videoWidth / video.videoHeight / (video.clientWidth / video.clientHeight);
      fit.value = stretch > 1 / LOSS && stretch < LOSS ? 'cover' : 'contain';
    };
    const observer = new ResizeObserver(look);
    observer.observe(video);
    video.addEventListener('resize', look);
    return () => {
      observer.disconnect();
      video.removeEventListener('resize', look);
    };
  }, [video]);
  return fit.value;
}

/** How much longer one side may be than the stage's before it isn't cut any more. 4:3 on 16:9 is 1.33. */
const LOSS = 1.45;
