// Camera, microphone, screen and speakers by the browser's own interfaces.

import { type ReadonlySignal, signal } from '@preact/signals';
import { loudness } from './loudness.ts';
import type { Device, DeviceKind, Devices, Effects, LocalDevices, LocalMedia, MediaFailure, Source } from './media.ts';
import { takePhoto } from './photo.ts';

/** The handle of this machine's devices. Asks for nothing until it is told to. */
export function openLocalDevices(): LocalDevices {
  return new BrowserDevices();
}

class BrowserDevices implements LocalDevices {
  readonly #media = signal<LocalMedia>({ microphone: OFF, camera: OFF, screen: OFF });
  readonly #devices = signal<Devices>({ microphones: [], cameras: [], speakers: [], chosen: { microphone: '', camera: '', speaker: '' } });
  readonly effects = signal<Effects>({ noiseSuppression: true, blur: 'unavailable' });
  readonly unplugged = signal<readonly DeviceKind[]>([]);
  readonly #speakerElements = new Set<HTMLMediaElement>();
  readonly level: ReadonlySignal<number>;
  /** Counts what was wished for each source: an answer to an older wish is let go. */
  readonly #wishes = { microphone: 0, camera: 0, screen: 0 };

  constructor() {
    this.level = loudness(this.#media);
    navigator.mediaDevices?.addEventListener?.('devicechange', () => void this.#listDevices());
  }

  get media(): ReadonlySignal<LocalMedia> {
    return this.#media;
  }

  get devices(): ReadonlySignal<Devices> {
    return this.#devices;
  }

  async open(want: { readonly microphone?: boolean; readonly camera?: boolean } = { microphone: true, camera: true }): Promise<void> {
    const kinds = (['microphone', 'camera'] as const).filter((kind) => want[kind] && !isOpen(this.#media.value[kind]));
    if (kinds.length === 2) await this.#openBoth();
    else for (const kind of kinds) await this.#open(kind);
  }

  async setMicrophone(on: boolean): Promise<void> {
    const { microphone } = this.#media.value;
    if (!isOpen(microphone)) return on ? this.#open('microphone') : undefined;
    const { track, stream } = microphone;
    track.enabled = on;
    this.#set('microphone', { state: on ? 'on' : 'muted', track, stream });
  }

  async setCamera(on: boolean): Promise<void> {
    if (!on) this.#turnOff('camera');
    else if (!isOpen(this.#media.value.camera)) await this.#open('camera');
  }

  async shareScreen(): Promise<void> {
    if (!navigator.mediaDevices?.getDisplayMedia) return this.#set('screen', failed('unsupported'));
    const wish = this.#wish('screen');
    try {
      const stream = await navigator.mediaDevices.getDisplayMedia({ video: { frameRate: { max: 30 } }, audio: false });
      const [track] = stream.getVideoTracks();
      if (!track || wish !== this.#wishes.screen) return stream.getTracks().forEach((track) => track.stop());
      // A page of text is to be sharp rather than smooth.
      track.contentHint = 'detail';
      this.#use('screen', track);
    } catch (error) {
      if (wish === this.#wishes.screen) this.#set('screen', failed(nameOf(error) === 'NotAllowedError' ? 'dismissed' : failureOf(error)));
    }
  }

  stopScreen(): void {
    this.#turnOff('screen');
  }

  async choose(kind: DeviceKind, id: string): Promise<void> {
    const devices = this.#devices.value;
    this.#devices.value = { ...devices, chosen: { ...devices.chosen, [kind]: id } };
    if (kind === 'speaker') {
      await Promise.all([...this.#speakerElements].map((element) => this.#followSpeaker(element)));
      return;
    }
    const source = this.#media.value[kind];
    if (!isOpen(source)) return;
    const wasMuted = source.state === 'muted';
    await this.#open(kind);
    if (wasMuted) await this.setMicrophone(false);
  }

  async setNoiseSuppression(on: boolean): Promise<void> {
    this.effects.value = { ...this.effects.value, noiseSuppression: on };
    const { microphone } = this.#media.value;
    if (isOpen(microphone)) await microphone.track.applyConstraints(this.#constraints('microphone'));
  }

  async takePhoto(): Promise<Blob> {
    const { camera } = this.#media.value;
    if (!isOpen(camera)) throw new DOMException('', 'NotFoundError');
    return takePhoto(camera.track);
  }

  bindSpeaker(element: HTMLMediaElement): () => void {
    this.#speakerElements.add(element);
    void this.#followSpeaker(element);
    return () => this.#speakerElements.delete(element);
  }

  close(): void {
    for (const kind of ['microphone', 'camera', 'screen'] as const) this.#turnOff(kind);
  }

  // --- Opening and closing ---

  /** One question for both. What fails is asked for once more alone, so that the other still works. */
  async #openBoth(): Promise<void> {
    const wishes = [this.#wish('microphone'), this.#wish('camera')];
    this.#media.value = { ...this.#media.value, microphone: { state: 'opening' }, camera: { state: 'opening' } };
    try {
      const stream = await ask({ audio: this.#constraints('microphone'), video: this.#constraints('camera') });
      const [microphone, camera] = [stream.getAudioTracks()[0], stream.getVideoTracks()[0]];
      this.#answer('microphone', wishes[0], microphone);
      this.#answer('camera', wishes[1], camera);
      await this.#listDevices();
    } catch (error) {
      if (failureOf(error) === 'denied' || failureOf(error) === 'insecure') {
        if (wishes[0] === this.#wishes.microphone) this.#set('microphone', failed(failureOf(error)));
        if (wishes[1] === this.#wishes.camera) this.#set('camera', failed(failureOf(error)));
        return;
      }
      if (wishes[0] === this.#wishes.microphone) await this.#open('microphone');
      if (wishes[1] === this.#wishes.camera) await this.#open('camera');
    }
  }

  async #open(kind: 'microphone' | 'camera'): Promise<void> {
    const wish = this.#wish(kind);
    // While another device is being opened, the picture or sound of the one before goes on.
    if (!isOpen(this.#media.value[kind])) this.#set(kind, { state: 'opening' });
    try {
      const stream = await ask(kind === 'microphone' ? { audio: this.#constraints(kind) } : { video: this.#constraints(kind) });
      this.#answer(kind, wish, stream.getTracks()[0]);
      await this.#listDevices();
    } catch (error) {
      if (wish !== this.#wishes[kind]) return;
      this.#stopTrack(kind);
      this.#set(kind, failed(failureOf(error)));
    }
  }

  #answer(kind: 'microphone' | 'camera', wish: number | undefined, track: MediaStreamTrack | undefined): void {
    if (!track || wish !== this.#wishes[kind]) return track?.stop();
    this.#use(kind, track);
  }

  #use(kind: keyof LocalMedia, track: MediaStreamTrack): void {
    this.#stopTrack(kind);
    // Unplugged, taken away by the system, or "stop sharing" in the browser's own bar.
    track.addEventListener('ended', () => {
      const source = this.#media.value[kind];
      if (isOpen(source) && source.track === track) this.#set(kind, kind === 'screen' ? OFF : failed('no-device'));
    });
    this.#set(kind, { state: 'on', track, stream: new MediaStream([track]) });
  }

  #turnOff(kind: keyof LocalMedia): void {
    this.#wish(kind);
    this.#stopTrack(kind);
    if (this.#media.value[kind].state !== 'off') this.#set(kind, OFF);
  }

  #stopTrack(kind: keyof LocalMedia): void {
    const source = this.#media.value[kind];
    if (isOpen(source)) source.track.stop();
  }

  #wish(kind: keyof LocalMedia): number {
    this.#wishes[kind] += 1;
    return this.#wishes[kind];
  }

  #set(kind: keyof LocalMedia, source: Source): void {
    this.#media.value = { ...this.#media.value, [kind]: source };
  }

  #constraints(kind: 'microphone' | 'camera'): MediaTrackConstraints {
    const id = this.#devices.value.chosen[kind];
    const device = id === '' ? {} : { deviceId: { exact: id } };
    if (kind === 'microphone') return { ...device, echoCancellation: true, noiseSuppression: this.effects.value.noiseSuppression, autoGainControl: true };
    return { ...device, width: { ideal: 1280 }, height: { ideal: 720 }, frameRate: { ideal: 30 }, facingMode: 'user' };
  }

  // --- What there is ---

  async #listDevices(): Promise<void> {
    const found = await navigator.mediaDevices.enumerateDevices().catch(() => []);
    const all = (kind: DeviceKind): Device[] =>
      found.filter((one) => one.kind === KINDS[kind] && one.deviceId !== '').map(({ deviceId, label }) => ({ kind, id: deviceId, label }));
    const speakers = 'setSinkId' in HTMLMediaElement.prototype ? all('speaker') : [];
    const lists = { microphones: all('microphone'), cameras: all('camera'), speakers };
    const isThere = (list: readonly Device[], id: string) => (list.some((one) => one.id === id) ? id : '');
    const { chosen } = this.#devices.value;
    this.#devices.value = {
      ...lists,
      chosen: { microphone: isThere(lists.microphones, chosen.microphone), camera: isThere(lists.cameras, chosen.camera), speaker: isThere(lists.speakers, chosen.speaker) },
    };
  }

  async #followSpeaker(element: HTMLMediaElement): Promise<void> {
    // A speaker that was unplugged: the system's choice plays on.
    if ('setSinkId' in element) await element.setSinkId(this.#devices.value.chosen.speaker).catch(() => undefined);
  }
}

type Open = Extract<Source, { state: 'on' | 'muted' }>;

function isOpen(source: Source): source is Open {
  return source.state === 'on' || source.state === 'muted';
}

function ask(constraints: MediaStreamConstraints): Promise<MediaStream> {
  if (!navigator.mediaDevices) return Promise.reject(new DOMException('', globalThis.isSecureContext ? 'NotSupportedError' : 'SecurityError'));
  return navigator.mediaDevices.getUserMedia(constraints);
}

function failed(failure: MediaFailure): Source {
  return { state: 'failed', failure };
}

function failureOf(error: unknown): MediaFailure {
  return FAILURES[nameOf(error)] ?? 'failed';
}

function nameOf(error: unknown): string {
  return error instanceof DOMException ? error.name : '';
}

const FAILURES: Readonly<Record<string, MediaFailure>> = {
  NotAllowedError: 'denied',
  NotFoundError: 'no-device',
  OverconstrainedError: 'no-device',
  NotReadableError: 'in-use',
  AbortError: 'in-use',
  SecurityError: 'insecure',
  NotSupportedError: 'unsupported',
};
const OFF: Source = { state: 'off' };
const KINDS: Readonly<Record<DeviceKind, MediaDeviceKind>> = { microphone: 'audioinput', camera: 'videoinput', speaker: 'audiooutput' };
