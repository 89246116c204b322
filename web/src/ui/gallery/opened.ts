// Devices that are open, with painted pictures.

import type { Devices, Source } from '../../rtc/media.ts';
import type { FakeDevices } from './fake.ts';
import { person } from './pictures.ts';

export function opened(local: FakeDevices): FakeDevices {
  local.media.value = { camera: on(person(205, innerHeight > innerWidth)), microphone: on(person(0)), screen: { state: 'off' } };
  local.devices.value = DEVICES;
  setInterval(() => (local.level.value = 0.35 + 0.3 * Math.sin(performance.now() / 300)), 50);
  return local;
}

export function on(stream: MediaStream): Source {
  const track = stream.getVideoTracks()[0];
  if (!track) throw new Error('a painted stream has a track');
  return { state: 'on', track, stream };
}

const DEVICES: Devices = {
  microphones: [
    { kind: 'microphone', id: 'm1', label: 'Eingebautes Mikrofon' },
    { kind: 'microphone', id: 'm2', label: 'Headset (USB)' },
  ],
  cameras: [
    { kind: 'camera', id: 'c1', label: 'Integrated Webcam (04f2:b6d9)' },
    { kind: 'camera', id: 'c2', label: 'Kamera hinten' },
  ],
  speakers: [{ kind: 'speaker', id: 's1', label: 'Eingebaute Lautsprecher' }],
  chosen: { microphone: 'm1', camera: 'c1', speaker: 's1' },
};
