// What one can do in the call, once for the buttons, the menu and the keyboard.

import { type Signal, useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { allows, type Visit } from '../../drive/visit.ts';
import type { IconName } from '../parts.tsx';
import { t } from '../text.ts';
import type { PanelState } from './panel-state.ts';
import type { SceneChoice } from './scene.ts';

export interface CallAction {
  /** Its `data-test`. */
  readonly id: string;
  readonly icon: IconName;
  /** Under the icon; `label` contains it. */
  readonly text: string;
  readonly label: string;
  /** `bar`: always among the buttons. `wide`: there too where there is room, and in the menu. `menu`: only there. */
  readonly place: 'bar' | 'wide' | 'menu';
  readonly pressed?: boolean;
  readonly expanded?: boolean;
  /** Something of one's own is off. */
  readonly off?: boolean;
  /** Something is on that usually isn't. */
  readonly lit?: boolean;
  readonly busy?: boolean;
  readonly badge?: number;
  /** The letter that does the same. */
  readonly key?: string;
  readonly run: () => unknown;
  /** How it stands after `run`, for who pressed the key and hears the page. */
  readonly said?: () => string;
}

export type CallDialog = 'devices' | 'leaving' | 'more' | 'shortcuts' | 'people' | 'photo';

interface ActionParts {
  readonly visit: Visit;
  readonly video: Signal<HTMLVideoElement | null>;
  readonly panel: PanelState;
  readonly scene: SceneChoice;
  readonly dialog: Signal<CallDialog | null>;
  readonly onHangUp: () => void;
}

/** In the order in which they stand. */
export function useActions({ visit, video, panel, scene, dialog, onHangUp }: ActionParts): readonly CallAction[] {
  const fullscreen = useFullscreen();
  const smallWindow = useSmallWindow(video);
  const isPractice = visit.call.value.role === 'practice';
  const isSaving = visit.sending.value.saving;
  const isGrid = scene.view.value === 'grid';
  const isOwnHidden = scene.isOwnHidden.value;
  const open = (name: CallDialog) => () => (dialog.value = name);
  const count = visit.people.value.length;
  return present([
    ...mediaActions(visit),
    chatAction(panel),
    isPractice && { id: 'notes-open', icon: 'notes', text: t('call-notes'), label: t('call-notes'), place: 'wide', expanded: panel.isOpen.value === 'notes', lit: panel.isOpen.value === 'notes', key: 'n', run: () => (panel.isOpen.value === 'notes' ? panel.close() : panel.open('notes')) },
    isPractice && { id: 'photo-ask', icon: 'photo', text: t('call-photo'), label: t('call-photo-label'), place: 'wide', run: open('photo') },
    isPractice && { id: 'hold', icon: 'pause', text: t('call-hold'), label: t('call-hold-label'), place: 'wide', run: () => visit.hold() },
    count > 1 && { id: 'persons-open', icon: 'people', text: t('call-people'), label: t('call-people'), place: 'wide', run: open('people') },
    { id: 'devices', icon: 'settings', text: t('call-devices'), label: t('call-devices'), place: 'wide', run: open('devices') },
    fullscreen && { id: 'fullscreen', icon: fullscreen.isOn ? 'fullscreen-exit' : 'fullscreen', text: t('call-fullscreen'), label: t('call-fullscreen'), place: 'wide', pressed: fullscreen.isOn, key: 'f', run: fullscreen.toggle },
    smallWindow && { id: 'picture-in-picture', icon: 'picture-in-picture', text: t('call-small-window'), label: t('call-small-window-label'), place: 'menu', pressed: smallWindow.isOn, run: smallWindow.toggle },
    count > 1 && { id: 'view', icon: 'grid', text: t('call-view-speaker'), label: t('call-view-speaker'), place: 'menu', pressed: !isGrid, run: () => scene.toggleView() },
    { id: 'pin-next', icon: 'pin', text: t('call-pin-next'), label: t('call-pin-next'), place: 'menu', key: 'p', run: () => scene.pinNext() },
    { id: 'own-toggle', icon: isOwnHidden ? 'eye-off' : 'eye', text: t('call-own-see'), label: t('call-own-see'), place: 'menu', pressed: !isOwnHidden, key: 'o', run: () => scene.toggleOwn() },
    { id: 'save-data', icon: 'leaf', text: t('call-save-data'), label: t('call-save-data'), place: 'menu', pressed: isSaving, run: () => visit.setSaving(!isSaving) },
    { id: 'shortcuts', icon: 'keyboard', text: t('call-shortcuts'), label: t('call-shortcuts'), place: 'menu', key: '?', run: open('shortcuts') },
    { id: 'more', icon: 'more', text: t('call-more'), label: t('call-more'), place: 'bar', run: open('more') },
    { id: 'hang-up', icon: 'hang-up', text: t('call-hang-up'), label: t('call-hang-up'), place: 'bar', run: onHangUp },
  ]);
}

/** What was taken back can't be switched on again. */
function mediaActions(visit: Visit): readonly (CallAction | false)[] {
  if (!allows(visit.consent.value, 'video')) return [];
  const { microphone, camera, screen } = visit.local.media.value;
  const now = () => visit.local.media.peek();
  const [isHeard, isSeen, isShown] = [microphone, camera, screen].map(({ state }) => state === 'on') as [boolean, boolean, boolean];
  return [
    {
      id: 'mute',
      icon: isHeard ? 'microphone' : 'microphone-off',
      text: t('call-microphone'),
      label: t('call-mute'),
      place: 'bar',
      pressed: !isHeard,
      off: !isHeard,
      busy: microphone.state === 'opening',
      key: 'm',
      run: () => visit.setMicrophone(!isHeard),
      said: () => t(now().microphone.state === 'on' ? 'call-said-microphone-on' : 'call-said-microphone-off'),
    },
    {
      id: 'camera',
      icon: isSeen ? 'camera' : 'camera-off',
      text: t('call-camera'),
      label: t('call-camera-off'),
      place: 'bar',
      pressed: !isSeen,
      off: !isSeen,
      busy: camera.state === 'opening',
      key: 'v',
      run: () => visit.setCamera(!isSeen),
      said: () => t(now().camera.state === 'on' ? 'call-said-camera-on' : 'call-said-camera-off'),
    },
    canShareScreen() && {
      id: 'share-screen',
      icon: isShown ? 'screen-off' : 'screen',
      text: t('call-screen'),
      label: t('call-share'),
      place: 'bar',
      pressed: isShown,
      lit: isShown,
      key: 's',
      run: () => (isShown ? visit.stopScreen() : visit.shareScreen()),
      said: () => t(now().screen.state === 'on' ? 'call-sharing' : 'call-said-screen-off'),
    },
  ];
}

function chatAction(panel: PanelState): CallAction {
  const unread = panel.unread.value;
  const isOpen = panel.isOpen.value === 'chat' || panel.isOpen.value === 'file';
  return {
    id: 'chat-open',
    icon: 'chat',
    text: t('call-chat'),
    label: unread > 0 ? t('call-chat-unread', { count: unread }) : t('call-chat'),
    place: 'bar',
    expanded: isOpen,
    lit: isOpen,
    badge: unread,
    key: 'c',
    run: () => (isOpen ? panel.close() : panel.open('chat')),
  };
}

function present(actions: readonly (CallAction | false | null | undefined)[]): readonly CallAction[] {
  return actions.filter((one): one is CallAction => Boolean(one));
}

interface Toggle {
  readonly isOn: boolean;
  readonly toggle: () => unknown;
}

/** The whole page: what lies beside or over the call is to be seen, too. */
function useFullscreen(): Toggle | null {
  const isOn = useSignal(document.fullscreenElement !== null);
  useEffect(() => {
    const look = () => (isOn.value = document.fullscreenElement !== null);
    document.addEventListener('fullscreenchange', look);
    return () => document.removeEventListener('fullscreenchange', look);
  }, []);
  if (!document.fullscreenEnabled) return null;
  return { isOn: isOn.value, toggle: () => (isOn.value ? document.exitFullscreen() : document.documentElement.requestFullscreen()) };
}

/** The browser's own window over all others: for the pinned picture, or the first, and it goes with the pin. */
function useSmallWindow(chosen: Signal<HTMLVideoElement | null>): Toggle | null {
  const isOn = useSignal(false);
  const video = chosen.value;
  useEffect(() => {
    if (!video) return;
    const look = () => (isOn.value = Boolean(document.pictureInPictureElement));
    video.addEventListener('enterpictureinpicture', look);
    video.addEventListener('leavepictureinpicture', look);
    if (isOn.peek()) show(video);
    return () => {
      video.removeEventListener('enterpictureinpicture', look);
      video.removeEventListener('leavepictureinpicture', look);
    };
  }, [video]);
  useEffect(() => () => void (document.pictureInPictureElement && hide()), []);
  if (!document.pictureInPictureEnabled || !video) return null;
  return { isOn: isOn.value, toggle: () => (isOn.value ? hide() : show(video)) };
}

/** Refused while the video has no picture yet; then the button has simply done nothing. */
const show = (video: HTMLVideoElement) => video.requestPictureInPicture().catch(() => undefined);
const hide = () => document.exitPictureInPicture().catch(() => undefined);

/** Phones can't. */
function canShareScreen(): boolean {
  return typeof (navigator.mediaDevices as Partial<MediaDevices> | undefined)?.getDisplayMedia === 'function';
}
