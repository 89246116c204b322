// Below the picture: what one can do.

import { useSignal } from '@preact/signals';
import type { RefObject } from 'preact';
import { useEffect } from 'preact/hooks';
import { allows, type Visit } from '../../drive/visit.ts';
import { Icon, type IconName } from '../parts.tsx';
import { t } from '../text.ts';
import type { PanelState } from './call-view.tsx';

interface ControlsProps {
  readonly visit: Visit;
  /** What is shown on the whole screen. */
  readonly root: RefObject<HTMLElement | null>;
  readonly chatButton: RefObject<HTMLButtonElement | null>;
  readonly remoteVideo: HTMLVideoElement | null;
  readonly panel: PanelState;
  readonly onDevices: () => void;
  readonly onHangUp: () => void;
}

export function Controls({ visit, root, chatButton, remoteVideo, panel, onDevices, onHangUp }: ControlsProps) {
  const { microphone, camera, screen } = visit.local.media.value;
  // What was taken back can't be switched on again.
  const mayShow = allows(visit.consent.value, 'video');
  const unread = panel.unread.value;
  const isChatOpen = panel.isOpen.value !== null;
  return (
    <div class="call-controls" role="toolbar" aria-label={t('call-controls')}>
      {mayShow && (
        <Control
          icon={microphone.state === 'on' ? 'microphone' : 'microphone-off'}
          text={t('call-microphone')}
          label={t('call-mute')}
          pressed={microphone.state !== 'on'}
          off={microphone.state !== 'on'}
          busy={microphone.state === 'opening'}
          data-test="mute"
          onClick={() => void visit.setMicrophone(microphone.state !== 'on')}
        />
      )}
      {mayShow && (
        <Control
          icon={camera.state === 'on' ? 'camera' : 'camera-off'}
          text={t('call-camera')}
          label={t('call-camera-off')}
          pressed={camera.state !== 'on'}
          off={camera.state !== 'on'}
          busy={camera.state === 'opening'}
          data-test="camera"
          onClick={() => void visit.setCamera(camera.state !== 'on')}
        />
      )}
      {mayShow && canShareScreen() && (
        <Control
          icon={screen.state === 'on' ? 'screen-off' : 'screen'}
          text={t('call-screen')}
          label={t('call-share')}
          pressed={screen.state === 'on'}
          lit={screen.state === 'on'}
          data-test="share-screen"
          onClick={() => (screen.state === 'on' ? visit.stopScreen() : void visit.shareScreen())}
        />
      )}
      <Control
        buttonRef={chatButton}
        icon="chat"
        text={t('call-chat')}
        label={unread > 0 ? t('call-chat-unread', { count: unread }) : t('call-chat')}
        expanded={isChatOpen}
        lit={isChatOpen}
        badge={unread}
        data-test="chat-open"
        onClick={() => (isChatOpen ? panel.close() : panel.open('chat'))}
      />
      <Control icon="settings" text={t('call-devices')} label={t('call-devices')} data-test="devices" onClick={onDevices} />
      {document.pictureInPictureEnabled && remoteVideo && <PictureInPicture video={remoteVideo} />}
      {document.fullscreenEnabled && <Fullscreen root={root} />}
      <Control icon="hang-up" text={t('call-hang-up')} label={t('call-hang-up')} class="hang-up" data-test="hang-up" onClick={onHangUp} />
    </div>
  );
}

interface ControlProps {
  readonly icon: IconName;
  /** Under the icon; `label` contains it. */
  readonly text: string;
  readonly label: string;
  readonly pressed?: boolean;
  readonly expanded?: boolean;
  /** Something of one's own is off. */
  readonly off?: boolean;
  /** Something is on that usually isn't. */
  readonly lit?: boolean;
  readonly busy?: boolean;
  readonly badge?: number;
  readonly class?: string;
  readonly buttonRef?: RefObject<HTMLButtonElement | null>;
  readonly 'data-test'?: string;
  readonly onClick: () => void;
}

function Control({ icon, text, label, pressed, expanded, off, lit, busy, badge = 0, class: more, buttonRef, onClick, ...rest }: ControlProps) {
  const classes = ['control', off && 'off', lit && 'lit', more].filter(Boolean).join(' ');
  return (
    <button ref={buttonRef ?? null} type="button" class={classes} aria-label={label} title={label} aria-pressed={pressed} aria-expanded={expanded} aria-busy={busy || undefined} onClick={onClick} {...rest}>
      <span class="control-face">
        <Icon name={icon} size={24} />
        {/* The number is drawn by the style: the label says it in words. */}
        {badge > 0 && <span class="control-badge numerals" data-test="unread" data-count={Math.min(badge, 99)} />}
      </span>
      <span class="control-text">{text}</span>
    </button>
  );
}

function Fullscreen({ root }: { readonly root: RefObject<HTMLElement | null> }) {
  const isFull = useSignal(document.fullscreenElement !== null);
  useEffect(() => {
    const look = () => (isFull.value = document.fullscreenElement !== null);
    document.addEventListener('fullscreenchange', look);
    return () => document.removeEventListener('fullscreenchange', look);
  }, []);
  const toggle = () => void (isFull.value ? document.exitFullscreen() : root.current?.requestFullscreen());
  return <Control icon={isFull.value ? 'fullscreen-exit' : 'fullscreen'} text={t('call-fullscreen')} label={t('call-fullscreen')} pressed={isFull.value} class="extra" data-test="fullscreen" onClick={toggle} />;
}

function PictureInPicture({ video }: { readonly video: HTMLVideoElement }) {
  const isOut = useSignal(document.pictureInPictureElement === video);
  useEffect(() => {
    const look = () => (isOut.value = document.pictureInPictureElement === video);
    video.addEventListener('enterpictureinpicture', look);
    video.addEventListener('leavepictureinpicture', look);
    return () => {
      video.removeEventListener('enterpictureinpicture', look);
      video.removeEventListener('leavepictureinpicture', look);
      if (document.pictureInPictureElement === video) void document.exitPictureInPicture();
    };
  }, [video]);
  // Refused while the video has no picture yet; then the button has simply done nothing.
  const toggle = () => void (isOut.value ? document.exitPictureInPicture() : video.requestPictureInPicture()).catch(() => undefined);
  return <Control icon="picture-in-picture" text={t('call-small-window')} label={t('call-small-window')} pressed={isOut.value} class="extra" data-test="picture-in-picture" onClick={toggle} />;
}

/** Phones can't. */
function canShareScreen(): boolean {
  return typeof (navigator.mediaDevices as Partial<MediaDevices> | undefined)?.getDisplayMedia === 'function';
}
