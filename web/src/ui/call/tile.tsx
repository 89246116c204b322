// One picture of the call: somebody else's camera, one's own, or a screen that is shown.

import { useSignal } from '@preact/signals';
import type { ComponentChildren } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import type { Person, Visit } from '../../drive/visit.ts';
import { Preview, RemoteVideo } from '../media/video.tsx';
import { Icon, type IconName, Spinner } from '../parts.tsx';
import { t } from '../text.ts';
import type { Floating } from './floating.ts';
import type { Rect } from './layout.ts';

/** Where a picture stands. */
export interface Spot {
  readonly place: 'screen' | 'large' | 'small' | 'floating';
  /** `null` for the floating one, which its corner holds. */
  readonly rect: Rect | null;
}

interface FrameProps {
  readonly spot: Spot;
  readonly floating: Floating;
  readonly isSpeaking?: boolean;
  /** What its covering button does while it floats. */
  readonly moveLabel: string;
  /** Two taps or clicks on it. */
  readonly onDoubleTap?: (() => void) | undefined;
  /** Small ones in its corner. */
  readonly buttons?: ComponentChildren;
  readonly children: ComponentChildren;
  readonly 'data-test'?: string;
  readonly 'data-person'?: string;
}

/** The picture's box; the same element wherever it stands, so that a picture never stops for being moved. */
export function Frame({ spot: { place, rect }, floating, isSpeaking = false, moveLabel, onDoubleTap, buttons, children, ...rest }: FrameProps) {
  const tap = useDoubleTap(onDoubleTap);
  const isCompact = place === 'floating' || (rect !== null && rect.width < COMPACT);
  const classes = ['call-tile', place, place === 'floating' && floating.corner.value, isCompact && 'compact', isSpeaking && 'speaking'].filter(Boolean).join(' ');
  const style = rect ? { insetInlineStart: `${rect.start}px`, insetBlockStart: `${rect.top}px`, width: `${rect.width}px`, height: `${rect.height}px` } : {};
  return (
    <div class={classes} style={style} data-place={place} onPointerUp={tap} {...rest}>
      {children}
      {place === 'floating' && (
        <button type="button" class="call-move" title={moveLabel} {...floating.handlers}>
          <span class="unseen">{moveLabel}</span>
        </button>
      )}
      {buttons && <div class="call-tile-buttons">{buttons}</div>}
    </div>
  );
}

interface TileButtonProps {
  readonly icon: IconName;
  readonly label: string;
  readonly pressed?: boolean;
  readonly onClick: () => void;
  readonly 'data-test'?: string;
}

export function TileButton({ icon, label, pressed, onClick, ...rest }: TileButtonProps) {
  return (
    <button type="button" class="call-tile-button" aria-label={label} title={label} aria-pressed={pressed} onClick={onClick} {...rest}>
      <Icon name={icon} size={18} />
    </button>
  );
}

interface PersonPictureProps {
  readonly person: Person;
  /** False where the guest has taken its consent back: not even the last picture stays. */
  readonly isAllowed: boolean;
  /** The name lies on the picture: there is more than one other. */
  readonly hasName: boolean;
  readonly onVideo: (video: HTMLVideoElement | null) => void;
  readonly onSilenced: (unmute: () => void) => void;
  readonly visit: Visit;
}

export function PersonPicture({ person, isAllowed, hasName, onVideo, onSilenced, visit }: PersonPictureProps) {
  const video = useSignal<HTMLVideoElement | null>(null);
  const fit = useFit(video.value);
  const { name, state, theirs, remote } = person;
  const isDark = !theirs.video || theirs.weak === true || state === 'connecting';
  useEffect(() => (video.value ? visit.local.bindSpeaker(video.value) : undefined), [video.value]);
  return (
    <>
      {isAllowed && (
        <RemoteVideo
          class={`call-video ${fit} ${isDark ? 'dark' : ''}`}
          stream={remote.camera}
          aria-label={t('call-their-camera', { name })}
          data-test="remote-video"
          data-person={person.key}
          onElement={(element) => {
            video.value = element;
            onVideo(element);
          }}
          onSilenced={onSilenced}
        />
      )}
      {(isDark || !isAllowed) && <Avatar name={name} />}
      <Signs person={person} isAllowed={isAllowed} hasName={hasName} />
    </>
  );
}

/** One's own camera, as a mirror shows it. */
export function OwnPicture({ visit, hasName }: { readonly visit: Visit; readonly hasName: boolean }) {
  const video = useSignal<HTMLVideoElement | null>(null);
  const fit = useFit(video.value);
  const { camera } = visit.local.media.value;
  const isPaused = camera.state === 'on' && visit.sending.value.video === 'paused';
  return (
    <>
      {camera.state === 'on' ? (
        <Preview stream={camera.stream} class={`call-video ${fit}`} onElement={(element) => (video.value = element)} />
      ) : (
        <span class="call-own-off">
          <Icon name="camera-off" size={24} />
          <span>{t(camera.state === 'opening' ? 'call-camera-opens' : 'call-own-camera-off')}</span>
        </span>
      )}
      {(hasName || isPaused) && (
        <ul class="call-signs plain">
          {isPaused && <Sign icon="pause" text={t('call-own-paused-short')} data-test="own-paused" />}
          {hasName && <li class="call-name">{t('call-you')}</li>}
        </ul>
      )}
    </>
  );
}

export function ScreenPicture({ person: { name, remote, key }, hasName }: { readonly person: Person; readonly hasName: boolean }) {
  return (
    <>
      <RemoteVideo class="call-video contain" stream={remote.screen} muted aria-label={t('call-their-screen', { name })} data-test="remote-screen" data-person={key} />
      {hasName && (
        <ul class="call-signs plain">
          <li class="call-name">
            <Icon name="screen" size={18} />
            {t('call-their-screen', { name })}
          </li>
        </ul>
      )}
    </>
  );
}

interface SignsProps {
  readonly person: Person;
  readonly isAllowed: boolean;
  readonly hasName: boolean;
}

/** Who it is, and what is off or missing, and why. */
function Signs({ person: { name, state, theirs }, isAllowed, hasName }: SignsProps) {
  return (
    <ul class="call-signs plain" aria-live="polite">
      {!isAllowed ? (
        <Sign icon="camera-off" text={t('consent-video-ended')} data-test="remote-revoked" />
      ) : (
        <>
          {state !== 'here' && hasName && (
            <li class="call-state" data-test="remote-state" data-state={state}>
              <Spinner />
              <span>{t(`call-person-${state}`, { name })}</span>
            </li>
          )}
          {theirs.weak ? <Sign icon="pause" text={t('call-weak')} class="weak" data-test="remote-weak" /> : !theirs.video && <Sign icon="camera-off" text={t('call-camera-is-off')} data-test="remote-dark" />}
          {!theirs.audio && <Sign icon="microphone-off" text={t('call-microphone-is-off')} data-test="remote-muted" />}
        </>
      )}
      {hasName && (
        <li class="call-name">
          <bdi>{name}</bdi>
        </li>
      )}
    </ul>
  );
}

interface SignProps {
  readonly icon: IconName;
  readonly text: string;
  readonly class?: string;
  readonly 'data-test': string;
}

function Sign({ icon, text, class: more = '', ...rest }: SignProps) {
  return (
    <li class={`call-sign ${more}`} title={text} {...rest}>
      <Icon name={icon} size={18} />
      <span class="call-sign-text">{text}</span>
    </li>
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

/** Fills its box where little of the picture is lost by it; else shows it whole. */
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

/** Also of a finger: not every browser makes a double click of two taps. */
function useDoubleTap(act: (() => void) | undefined): (event: PointerEvent) => void {
  const last = useRef(-Infinity);
  return (event) => {
    if (!act || (event.target instanceof Element && event.target.closest('button'))) return;
    const isSecond = event.timeStamp - last.current < DOUBLE;
    last.current = isSecond ? -Infinity : event.timeStamp;
    if (isSecond) act();
  };
}

/** How much longer one side may be than the box's before it isn't cut any more. 4:3 on 16:9 is 1.33. */
const LOSS = 1.45;
/** Milliseconds between two taps. */
const DOUBLE = 350;
/** CSS pixels: below that a picture has room for signs, and not for their words. */
const COMPACT = 230;
