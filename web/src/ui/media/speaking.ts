// Who of several people speaks: by the sound of each, as it arrives.

import { type ReadonlySignal, useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import type { Person } from '../../drive/visit.ts';

/** The key of whoever spoke last. `null` before somebody has; always with only one other, whom nobody needs to find. */
export function useSpeaking(people: readonly Person[]): ReadonlySignal<string | null> {
  const speaking = useSignal<string | null>(null);
  const voices = people.length > 1 ? people.flatMap(({ key, theirs, remote: { camera } }) => (theirs.audio && camera && camera.getAudioTracks().length > 0 ? [{ key, stream: camera }] : [])) : [];
  const who = voices.map(({ key, stream }) => `${key} ${stream.id}`).join();
  useEffect(() => {
    if (voices.length === 0) {
      speaking.value = null;
      return;
    }
    const context = new AudioContext();
    const ears = voices.map(({ key, stream }) => ({ key, ...listen(context, stream) }));
    const timer = setInterval(() => {
      const loudest = ears.map(({ key, loudness }) => ({ key, power: loudness() })).reduce((one, other) => (other.power > one.power ? other : one), { key: '', power: 0 });
      if (loudest.power > QUIET) speaking.value = loudest.key;
    }, PACE);
    return () => {
      clearInterval(timer);
      void context.close();
    };
  }, [who]);
  return speaking;
}

/** How loud it is, smoothed so that a cough takes nobody's place. */
function listen(context: AudioContext, stream: MediaStream) {
  const analyser = new AnalyserNode(context, { fftSize: 1024 });
  context.createMediaStreamSource(stream).connect(analyser);
  const samples = new Float32Array(analyser.fftSize);
  let smooth = 0;
  return {
    loudness: () => {
      analyser.getFloatTimeDomainData(samples);
      const power = samples.reduce((sum, sample) => sum + sample * sample, 0) / samples.length;
      smooth += (power - smooth) * 0.3;
      return smooth;
    },
  };
}

/** Mean power of a room in which nobody speaks: -45 dB. */
const QUIET = 10 ** -4.5;
/** Milliseconds. */
const PACE = 200;
