// Camera, microphone, screen and speakers by the browser's own interfaces.

import { type ReadonlySignal, signal } from '@preact/signals';
import { Choices, connected, type Preferences } from './choices.ts';
import { failureOf, isTooMuch, permissionFor } from './failure.ts';
import { loudness } from './loudness.ts';
import type { DeviceKind, Devices, Effects, LocalDevices, LocalMedia, MediaFailure, Source } from './media.ts';
import { takePhoto } from './photo.ts';
import { ask, askFor, type Captured, failed, isLive, isOpen } from './source.ts';
import { Speakers } from './speakers.ts';
import { watchTrack } from './track.ts';
import { Viewfinder } from './viewfinder.ts';

export interface LocalDevicesOptions {
  /** A practice's browser keeps what was chosen, a guest's page forgets it with the visit. */
  readonly keepsChoices?: boolean;
}

/** The handle of this machine's devices. Asks for nothing until it is told to. */
export function openLocalDevices(options: LocalDevicesOptions = {}): LocalDevices {
  return new BrowserDevices(options);
}

class BrowserDevices implements LocalDevices {
  readonly #media = signal<LocalMedia>({ microphone: OFF, camera: OFF, screen: OFF });
  readonly #devices = signal<Devices>({ microphones: [], cameras: [], speakers: [], chosen: { microphone: '', camera: '', speaker: '' } });
  readonly #effects = signal<Effects>({ noiseSuppression: true });
  readonly #unplugged = signal<readonly DeviceKind[]>([]);
  readonly level: ReadonlySignal<number>;
  readonly #choices: Choices;
  #preferences: Preferences;
  readonly #speakers = new Speakers();
  /** Counts what was wished for each source: an answer to an older wish is let go. */
  readonly #wishes = { microphone: 0, camera: 0, screen: 0 };
  /** What the browser says of a permission that it has just given: Firefox goes on calling it a question. */
  readonly #permissions: Record<Captured, PermissionState | null> = { microphone: null, camera: null };
  /** Pulled out, and none is left: whether they were muted, for when they are back. */
  readonly #missing = new Map<Captured, boolean>();
  readonly #recovered: Record<Captured, number> = { microphone: -Infinity, camera: -Infinity };
  readonly #viewfinder = new Viewfinder({
    constraints: () => this.#constraints('camera'),
    failure: async (error, asked) => this.#failure(error, await permissionFor('camera'), asked),
    opened: () => this.#listDevices(),
  });
  readonly #stopWatching = { microphone: NOTHING, camera: NOTHING, screen: NOTHING };

  constructor({ keepsChoices = false }: LocalDevicesOptions) {
    this.#choices = new Choices(keepsChoices);
    this.#preferences = this.#choices.read();
    this.#effects.value = { noiseSuppression: this.#preferences.noiseSuppression };
    this.level = loudness(this.#media);
    navigator.mediaDevices?.addEventListener?.('devicechange', () => void this.#plugged());
  }

  get media(): ReadonlySignal<LocalMedia> {
    return this.#media;
  }

  get devices(): ReadonlySignal<Devices> {
    return this.#devices;
  }

  get effects(): ReadonlySignal<Effects> {
    return this.#effects;
  }

  get unplugged(): ReadonlySignal<readonly DeviceKind[]> {
    return this.#unplugged;
  }

  async open(want: { readonly microphone?: boolean; readonly camera?: boolean } = { microphone: true, camera: true }): Promise<void> {
    const kinds = (['microphone', 'camera'] as const).filter((kind) => want[kind] && !isOpen(this.#media.value[kind]));
    if (kinds.length === 2) await this.#openBoth();
    else for (const kind of kinds) await this.#open(kind);
  }

  async setMicrophone(on: boolean): Promise<void> {
    const { microphone } = this.#media.value;
    if (!isOpen(microphone)) return on ? void (await this.#open('microphone', false)) : undefined;
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
    const asked = performance.now();
    try {
      const stream = await navigator.mediaDevices.getDisplayMedia({ video: { frameRate: { max: 30 } }, audio: false });
      const [track] = stream.getVideoTracks();
      if (!track || wish !== this.#wishes.screen) return stream.getTracks().forEach((track) => track.stop());
      this.#use('screen', track);
    } catch (error) {
      if (wish !== this.#wishes.screen) return;
      const failure = this.#failure(error, null, asked);
      this.#set('screen', failed(failure === 'denied' || failure === 'ignored' ? 'dismissed' : failure));
    }
  }

  stopScreen(): void {
    this.#turnOff('screen');
  }

  async choose(kind: DeviceKind, id: string): Promise<void> {
    const { microphones, cameras, speakers } = this.#devices.value;
    const device = [...microphones, ...cameras, ...speakers].find((one) => one.kind === kind && one.id === id);
    const before = this.#preferences;
    this.#prefer({ ...before, wanted: { ...before.wanted, [kind]: device ? { id, label: device.label } : null } });
    this.#devices.value = { ...this.#devices.value, chosen: { ...this.#devices.value.chosen, [kind]: id } };
    this.#unplugged.value = this.#unplugged.value.filter((one) => one !== kind);
    if (kind === 'speaker') return this.#speakers.choose(id);
    if (kind === 'camera' && isOpen(this.#viewfinder.source.value)) await this.#viewfinder.open();
    // The one before goes on where the new one doesn't open.
    if (!isOpen(this.#media.value[kind]) || (await this.#open(kind))) return;
    if (this.#preferences.wanted[kind]?.id === device?.id) this.#prefer({ ...this.#preferences, wanted: { ...this.#preferences.wanted, [kind]: before.wanted[kind] } });
    await this.#listDevices();
  }

  async setNoiseSuppression(on: boolean): Promise<void> {
    this.#prefer({ ...this.#preferences, noiseSuppression: on });
    this.#effects.value = { noiseSuppression: on };
    const { microphone } = this.#media.value;
    if (!isOpen(microphone)) return;
    await microphone.track.applyConstraints(this.#constraints('microphone')).catch(() => undefined);
    if (microphone.track.getSettings().noiseSuppression !== !on) return;
    // Chromium changes it only where the microphone is closed and opened anew.
    microphone.track.stop();
    await this.#open('microphone');
  }

  get viewfinder(): ReadonlySignal<Source> {
    return this.#viewfinder.source;
  }

  openViewfinder(): Promise<void> {
    return this.#viewfinder.open();
  }

  closeViewfinder(): void {
    this.#viewfinder.close();
  }

  async takePhoto(): Promise<Blob> {
    const open = [this.#media.value.camera, this.#viewfinder.source.value].find(isOpen);
    if (!open) throw new DOMException('', 'InvalidStateError');
    return takePhoto(open.track);
  }

  bindSpeaker(element: HTMLMediaElement): () => void {
    return this.#speakers.bind(element);
  }

  close(): void {
    for (const kind of ['microphone', 'camera', 'screen'] as const) this.#turnOff(kind);
    this.#viewfinder.close();
    this.#choices.visitEnded();
  }

  // --- Opening and closing ---

  /** One question for both. What fails is asked for once more alone, so that the other still works. */
  async #openBoth(): Promise<void> {
    const wishes = { microphone: this.#wish('microphone'), camera: this.#wish('camera') };
    this.#media.value = { ...this.#media.value, microphone: { state: 'opening' }, camera: { state: 'opening' } };
    const asked = performance.now();
    try {
      const stream = await ask({ audio: this.#constraints('microphone'), video: this.#constraints('camera') });
      this.#answer('microphone', wishes.microphone, stream.getAudioTracks()[0]);
      this.#answer('camera', wishes.camera, stream.getVideoTracks()[0]);
      await this.#listDevices();
    } catch (error) {
      const permissions = { microphone: await permissionFor('microphone'), camera: await permissionFor('camera') };
      for (const kind of ['microphone', 'camera'] as const) {
        if (wishes[kind] !== this.#wishes[kind]) continue;
        const failure = this.#failure(error, permissions[kind], asked);
        const isOthers = permissions[kind] !== 'denied' && Object.values(permissions).includes('denied');
        if (FINAL.includes(failure) && !isOthers) this.#set(kind, failed(failure));
        else await this.#open(kind);
      }
    }
  }

  /** Whether it is open now. Where another one is open already, that goes on until then, and also where this one fails. */
  async #open(kind: Captured, isMuted = this.#media.value[kind].state === 'muted'): Promise<boolean> {
    const wish = this.#wish(kind);
    const isReplaced = isOpen(this.#media.value[kind]) || this.#missing.delete(kind);
    if (!isOpen(this.#media.value[kind])) this.#set(kind, { state: 'opening' });
    const asked = performance.now();
    try {
      const constraints = this.#constraints(kind);
      const stream = await askFor(kind, constraints).catch((error: unknown) => (isTooMuch(error) ? askFor(kind, true) : Promise.reject(error)));
      this.#answer(kind, wish, stream.getTracks()[0], isMuted);
      await this.#listDevices();
      return true;
    } catch (error) {
      const permission = await permissionFor(kind);
      if (wish !== this.#wishes[kind] || isLive(this.#media.value[kind])) return false;
      const failure = this.#failure(error, permission, asked);
      this.#set(kind, failed(failure));
      if (isReplaced && failure === 'no-device') this.#missing.set(kind, isMuted);
      return false;
    }
  }

  #answer(kind: Captured, wish: number, track: MediaStreamTrack | undefined, isMuted = false): void {
    if (!track || wish !== this.#wishes[kind]) return track?.stop();
    track.enabled = !isMuted;
    this.#use(kind, track);
    void permissionFor(kind).then((permission) => (this.#permissions[kind] = permission));
  }

  #use(kind: keyof LocalMedia, track: MediaStreamTrack): void {
    this.#stopTrack(kind);
    track.contentHint = HINTS[kind];
    this.#stopWatching[kind] = watchTrack(track, () => void this.#lost(kind, track));
    this.#set(kind, { state: track.enabled ? 'on' : 'muted', track, stream: new MediaStream([track]) });
  }

  #turnOff(kind: keyof LocalMedia): void {
    if (kind !== 'screen') this.#missing.delete(kind);
    this.#wish(kind);
    this.#stopTrack(kind);
    if (this.#media.value[kind].state !== 'off') this.#set(kind, OFF);
  }

  #stopTrack(kind: keyof LocalMedia): void {
    this.#stopWatching[kind]();
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

  #constraints(kind: Captured): MediaTrackConstraints {
    const id = this.#devices.value.chosen[kind] || this.#preferences.wanted[kind]?.id;
    const isListed = this.#devices.value[kind === 'microphone' ? 'microphones' : 'cameras'].some((device) => device.id === id);
    const device = id ? { deviceId: isListed ? { exact: id } : { ideal: id } } : {};
    if (kind === 'microphone') return { ...device, echoCancellation: true, noiseSuppression: this.#effects.value.noiseSuppression, autoGainControl: true };
    return { ...device, width: { ideal: 1280 }, height: { ideal: 720 }, frameRate: { ideal: 30 }, ...(!id && { facingMode: 'user' }) };
  }

  #failure(error: unknown, permission: PermissionState | null, asked: number): MediaFailure {
    return failureOf(error, { permission, took: performance.now() - asked, isSecure: globalThis.isSecureContext });
  }

  // --- What comes and goes while it is used ---

  /** Unplugged, taken away by the system or another program, forbidden meanwhile, or "stop sharing" in the browser's own bar. */
  async #lost(kind: keyof LocalMedia, track: MediaStreamTrack): Promise<void> {
    if (kind === 'screen') return this.#turnOff('screen');
    const wish = this.#wishes[kind];
    const permission = await permissionFor(kind);
    await this.#listDevices();
    const source = this.#media.value[kind];
    if (wish !== this.#wishes[kind] || !isOpen(source) || source.track !== track) return;
    const given = this.#permissions[kind];
    const isForbidden = given !== null && permission !== null && permission !== 'granted' && permission !== given;
    const isAgain = performance.now() - this.#recovered[kind] < AGAIN;
    this.#recovered[kind] = performance.now();
    if (!isForbidden && !isAgain) return void (await this.#open(kind));
    // What is only silent may still come back by itself.
    if (!isForbidden && isLive(source)) return;
    this.#stopTrack(kind);
    this.#set(kind, failed(isForbidden ? 'denied' : 'in-use'));
  }

  /** What was chosen has come back, or is gone without its track having ended. */
  async #plugged(): Promise<void> {
    await this.#listDevices();
    const { microphones, cameras, chosen } = this.#devices.value;
    for (const [kind, list] of [['microphone', microphones], ['camera', cameras]] as const) {
      const source = this.#media.value[kind];
      if (this.#missing.has(kind) && list.length > 0) await this.#open(kind, this.#missing.get(kind));
      if (!isOpen(source)) continue;
      const used = source.track.getSettings().deviceId;
      const isGone = used !== undefined && list.length > 0 && !list.some(({ id }) => id === used);
      const isBack = chosen[kind] !== '' && used !== undefined && used !== chosen[kind];
      if (isGone || isBack) await this.#open(kind);
    }
  }

  async #listDevices(): Promise<void> {
    const found = (await navigator.mediaDevices?.enumerateDevices?.().catch(() => [])) ?? [];
    const { devices, unplugged } = connected(found, this.#preferences.wanted, 'setSinkId' in HTMLMediaElement.prototype);
    this.#devices.value = devices;
    if (unplugged.join() !== this.#unplugged.value.join()) this.#unplugged.value = unplugged;
    await this.#speakers.choose(devices.chosen.speaker);
  }

  #prefer(preferences: Preferences): void {
    this.#preferences = preferences;
    this.#choices.write(preferences);
  }
}

const OFF: Source = { state: 'off' };
const NOTHING = (): void => undefined;
/** Asking for one alone would not help. */
const FINAL: readonly MediaFailure[] = ['denied', 'ignored', 'denied-by-system', 'insecure', 'unsupported'];
/** A voice; a face rather smooth than sharp; a page of text rather sharp than smooth. */
const HINTS: Readonly<Record<keyof LocalMedia, string>> = { microphone: 'speech', camera: 'motion', screen: 'detail' };
/** Milliseconds: what is lost again so soon is not opened a third time. */
const AGAIN = 15_000;
