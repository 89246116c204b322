// How loud the microphone is, for as long as somebody looks.

import { computed, effect, type ReadonlySignal, signal } from '@preact/signals';
import type { LocalMedia } from './media.ts';

/** 0 to 1, about 20 times a second while it is listened to; nothing runs otherwise. */
export function loudness(media: ReadonlySignal<LocalMedia>): ReadonlySignal<number> {
  const sound = computed(() => (media.value.microphone.state === 'on' ? media.value.microphone.stream : null));
  let stop: (() => void) | undefined;
  const level = signal(0, {
    watched: () => {
      stop = effect(() => (sound.value ? measure(sound.value, (value) => (level.value = value)) : undefined));
    },
    unwatched: () => {
      stop?.();
      level.value = 0;
    },
  });
  return level;
}

/** Measures until the returned function is called. */
function measure(stream: MediaStream, tell: (level: number) => void): () => void {
  const context = new AudioContext();
  const analyser = new AnalyserNode(context, { fftSize: 1024 });
  context.createMediaStreamSource(stream).connect(analyser);
  const samples = new Float32Array(analyser.fftSize);
  const timer = setInterval(() => {
    analyser.getFloatTimeDomainData(samples);
    const power = samples.reduce((sum, sample) => sum + sample * sample, 0) / samples.length;
    // From -60 dB to 0 dB.
    tell(Math.max(0, Math.min(1, 1 + Math.log10(power + 1e-9) / 6)));
  }, PACE);
  return () => {
    clearInterval(timer);
    tell(0);
    void context.close();
  };
}

const PACE = 50;
