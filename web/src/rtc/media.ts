// Camera, microphone, screen and speakers of this machine.

import type { ReadonlySignal } from '@preact/signals';

/** What this side's camera, microphone and screen are doing. */
export interface LocalMedia {
  readonly microphone: Source;
  readonly camera: Source;
  readonly screen: Source;
}

export type Source =
  | { readonly state: 'off' }
  /** The browser may be asking the person. */
  | { readonly state: 'opening' }
  /** `stream` holds this one track, for a preview. Show it muted. */
  | { readonly state: 'on'; readonly track: MediaStreamTrack; readonly stream: MediaStream }
  /** The microphone's: open, sends silence, back at once. */
  | { readonly state: 'muted'; readonly track: MediaStreamTrack; readonly stream: MediaStream }
  | { readonly state: 'failed'; readonly failure: MediaFailure };

export type MediaFailure =
  /** The person, a policy or an earlier choice refused. */
  | 'denied'
  /** The browser's question was closed, or left without an answer: it can be asked again. */
  | 'ignored'
  /** The operating system keeps the browser from it. */
  | 'denied-by-system'
  /** None is connected. */
  | 'no-device'
  /** Another program holds it. */
  | 'in-use'
  /** The page was not loaded over https. */
  | 'insecure'
  /** This browser can't. */
  | 'unsupported'
  /** The person closed the choice of a screen. */
  | 'dismissed'
  | 'failed';

export type DeviceKind = 'microphone' | 'camera' | 'speaker';

export interface Device {
  readonly kind: DeviceKind;
  readonly id: string;
  /** Empty until the person has allowed camera or microphone once. */
  readonly label: string;
}

export interface Devices {
  readonly microphones: readonly Device[];
  readonly cameras: readonly Device[];
  /** Empty where the browser gives no choice. */
  readonly speakers: readonly Device[];
  /** Ids of those in use; empty string: the system's choice. */
  readonly chosen: Readonly<Record<DeviceKind, string>>;
}

/** What is done to the sound before it leaves. */
export interface Effects {
  readonly noiseSuppression: boolean;
}

/** The handle: made once per visit, used on the check page and then in the call. Asks for nothing until it is told to. */
export interface LocalDevices {
  readonly media: ReadonlySignal<LocalMedia>;
  readonly devices: ReadonlySignal<Devices>;
  /** The microphone's loudness, 0 to 1, about 20 times a second while somebody listens (`effect`, `subscribe`, a mounted component). */
  readonly level: ReadonlySignal<number>;
  readonly effects: ReadonlySignal<Effects>;
  /** What was chosen and is not connected any more: another one is used meanwhile, and the chosen one again when it is back. */
  readonly unplugged: ReadonlySignal<readonly DeviceKind[]>;
  /** Opens camera and microphone in one question; what fails says so in `media` and the other still works. Never throws. */
  open(want?: { readonly microphone?: boolean; readonly camera?: boolean }): Promise<void>;
  /** Off: the track stays and sends silence. On: opens it where it isn't. */
  setMicrophone(on: boolean): Promise<void>;
  /** Off: the camera is released and its light goes out. */
  setCamera(on: boolean): Promise<void>;
  shareScreen(): Promise<void>;
  stopScreen(): void;
  choose(kind: DeviceKind, id: string): Promise<void>;
  /** On from the beginning. Music, a stethoscope or a quiet voice are heard better without. */
  setNoiseSuppression(on: boolean): Promise<void>;
  /** The camera for its owner's eyes only, to aim a still picture with while it is off in the call. */
  readonly viewfinder: ReadonlySignal<Source>;
  /** Never throws: what fails says so in `viewfinder`. */
  openViewfinder(): Promise<void>;
  closeViewfinder(): void;
  /** One still picture of the camera, or of the viewfinder, as many pixels as it has: a JPEG without a word about where or when. Rejects where neither is open. */
  takePhoto(): Promise<Blob>;
  /** Makes an element that plays sound follow the chosen speaker, until the returned function is called. */
  bindSpeaker(element: HTMLMediaElement): () => void;
  /** Releases everything. May be opened again. */
  close(): void;
}
