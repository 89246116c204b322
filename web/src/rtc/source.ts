// Asking for camera and microphone, and what became of it.

import type { MediaFailure, Source } from './media.ts';

export type Captured = 'microphone' | 'camera';
export type Open = Extract<Source, { state: 'on' | 'muted' }>;

export function isOpen(source: Source): source is Open {
  return source.state === 'on' || source.state === 'muted';
}

export function isLive(source: Source): boolean {
  return isOpen(source) && source.track.readyState === 'live';
}

export function ask(constraints: MediaStreamConstraints): Promise<MediaStream> {
  if (!navigator.mediaDevices) return Promise.reject(new DOMException('', globalThis.isSecureContext ? 'NotSupportedError' : 'SecurityError'));
  return navigator.mediaDevices.getUserMedia(constraints);
}

export function askFor(kind: Captured, constraints: MediaTrackConstraints | true): Promise<MediaStream> {
  return ask(kind === 'microphone' ? { audio: constraints } : { video: constraints });
}

export function failed(failure: MediaFailure): Source {
  return { state: 'failed', failure };
}
