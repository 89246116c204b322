// Which camera, microphone and speaker somebody has chosen: kept by the practice's browser, and by a guest's page as long as the visit lasts.

import type { Device, DeviceKind, Devices } from './media.ts';

/** What was chosen, connected or not. `null`: the system's choice. */
export type Wanted = Readonly<Record<DeviceKind, Choice | null>>;

export interface Choice {
  readonly id: string;
  /** The id is another one after the browser's data were cleared; the label stays. */
  readonly label: string;
}

/** What is remembered of one person's devices. */
export interface Preferences {
  readonly wanted: Wanted;
  readonly noiseSuppression: boolean;
}

export class Choices {
  readonly #store: () => Storage;
  readonly #lasts: boolean;

  /** `lasting`: beyond this page and this visit. */
  constructor(lasting: boolean) {
    this.#lasts = lasting;
    this.#store = () => (lasting ? localStorage : sessionStorage);
  }

  /** What nobody can have written is nothing. */
  read(): Preferences {
    try {
      const kept = JSON.parse(this.#store().getItem(KEY) ?? '{}') as Partial<Record<string, unknown>> | null;
      const wanted = { microphone: choiceIn(kept?.['microphone']), camera: choiceIn(kept?.['camera']), speaker: choiceIn(kept?.['speaker']) };
      return { wanted, noiseSuppression: kept?.['noiseSuppression'] !== false };
    } catch {
      return UNTOUCHED;
    }
  }

  write({ wanted, noiseSuppression }: Preferences): void {
    try {
      this.#store().setItem(KEY, JSON.stringify({ ...wanted, noiseSuppression }));
    } catch {
      // A browser that keeps nothing (its settings, a full disk) asks again next time.
    }
  }

  /** The visit is over. */
  visitEnded(): void {
    if (this.#lasts) return;
    try {
      this.#store().removeItem(KEY);
    } catch {
      // Nothing was kept.
    }
  }
}

/** What of it is connected now. */
export interface Connected {
  readonly devices: Devices;
  readonly unplugged: readonly DeviceKind[];
}

/** Finds what is wanted among what there is: by id, else by label. What is not there is the system's choice until it is. */
export function connected(found: readonly MediaDeviceInfo[], wanted: Wanted, canChooseSpeaker: boolean): Connected {
  const all = (kind: DeviceKind): Device[] =>
    found.filter((one) => one.kind === KINDS[kind] && one.deviceId !== '').map(({ deviceId, label }) => ({ kind, id: deviceId, label }));
  const lists = { microphone: all('microphone'), camera: all('camera'), speaker: canChooseSpeaker ? all('speaker') : [] };
  // Before the person has allowed anything a browser shows no labels, and not all devices.
  const isTold = found.some(({ label }) => label !== '');
  const match = (kind: DeviceKind) => {
    const choice = wanted[kind];
    return choice && (lists[kind].find(({ id }) => id === choice.id) ?? lists[kind].find(({ label }) => label !== '' && label === choice.label));
  };
  const chosen = (kind: DeviceKind) => match(kind)?.id ?? (isTold ? '' : (wanted[kind]?.id ?? ''));
  return {
    devices: {
      microphones: lists.microphone,
      cameras: lists.camera,
      speakers: lists.speaker,
      chosen: { microphone: chosen('microphone'), camera: chosen('camera'), speaker: chosen('speaker') },
    },
    unplugged: (['microphone', 'camera', 'speaker'] as const).filter((kind) => isTold && wanted[kind] && !match(kind) && (kind !== 'speaker' || canChooseSpeaker)),
  };
}

function choiceIn(value: unknown): Choice | null {
  const { id, label } = (value ?? {}) as Partial<Record<keyof Choice, unknown>>;
  return typeof id === 'string' && typeof label === 'string' && id !== '' && id.length <= LONGEST && label.length <= LONGEST ? { id, label } : null;
}

const KEY = 'visite-devices';
const LONGEST = 512;
const UNTOUCHED: Preferences = { wanted: { microphone: null, camera: null, speaker: null }, noiseSuppression: true };
const KINDS: Readonly<Record<DeviceKind, MediaDeviceKind>> = { microphone: 'audioinput', camera: 'videoinput', speaker: 'audiooutput' };
