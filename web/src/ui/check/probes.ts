// What the check asks of this browser, with the devices and connections of a real visit. Nothing of it goes anywhere but to our own server: which STUN servers there
// are, what address they see, and a download.

import { effect } from '@preact/signals';
import sample from 'dejavu-fonts-ttf/ttf/DejaVuSansCondensed.ttf?url';
import type { Probes } from '../../check/run.ts';
import type { Outcome } from '../../check/steps.ts';
import { disability } from '../../rtc/able.ts';
import type { LocalDevices, LocalMedia, Source } from '../../rtc/media.ts';
import { gatherCandidates, loopBack } from '../../rtc/trial.ts';
import { post } from '../../signal/http.ts';

export function probesOf(local: LocalDevices): Probes {
  return {
    isAble: () => disability() === null && 'mediaDevices' in navigator,
    openMedia: async () => {
      const { camera, microphone } = local.media.peek();
      // What is switched off beside something that is on is meant to be.
      if (camera.state !== 'on' && microphone.state !== 'on') await local.open({ camera: true, microphone: true });
      const settled = await settledMedia(local);
      return { camera: outcomeOf(settled.camera), microphone: outcomeOf(settled.microphone) };
    },
    listen: (patience) => hears(local, patience),
    gather: async (patience) => {
      // Tried out on the server's own machine there is no network in between that could be checked.
      if (LOOPBACK.includes(location.hostname)) throw new Error('no way to a STUN server leads over a network here');
      const { ice_servers: servers } = await post<{ readonly ice_servers: readonly { readonly urls: readonly string[] }[] }>('ice', {});
      return gatherCandidates(servers, patience);
    },
    loopBack: (patience) => loopBack(tracksOf(local.media.peek()), patience),
    download,
  };
}

/** Once the browser's question is answered. */
function settledMedia(local: LocalDevices): Promise<LocalMedia> {
  return new Promise((resolve) => {
    let stop: (() => void) | undefined;
    stop = effect(() => {
      const media = local.media.value;
      if (media.camera.state === 'opening' || media.microphone.state === 'opening') return;
      resolve(media);
      queueMicrotask(() => stop?.());
    });
  });
}

function outcomeOf(source: Source): Outcome {
  return source.state === 'on' ? 'good' : source.state === 'failed' ? 'bad' : 'skipped';
}

function hears(local: LocalDevices, patience: number): Promise<boolean> {
  return new Promise((resolve) => {
    const end = (answer: boolean) => {
      clearTimeout(timer);
      queueMicrotask(() => stop());
      resolve(answer);
    };
    const timer = setTimeout(() => end(false), patience);
    const stop = local.level.subscribe((level) => level > AUDIBLE && end(true));
  });
}

function tracksOf({ camera, microphone }: LocalMedia): MediaStreamTrack[] {
  return [camera, microphone].flatMap((source) => (source.state === 'on' ? [source.track] : []));
}

/** A file of our own that no browser has kept. What arrives compressed counts as it went over the line. */
async function download(patience: number): Promise<number | null> {
  const began = performance.now();
  try {
    const response = await fetch(sample, { cache: 'no-store', credentials: 'omit', signal: AbortSignal.timeout(patience) });
    if (!response.ok) throw new Error(`the sample is not there: ${response.status}`);
    const { byteLength } = await response.arrayBuffer();
    const seconds = (performance.now() - began) / 1_000;
    const entry = performance.getEntriesByName(new URL(sample, location.href).href).at(-1) as PerformanceResourceTiming | undefined;
    return ((entry?.encodedBodySize || byteLength) * 8) / seconds;
  } catch (cause) {
    if (cause instanceof DOMException && cause.name === 'TimeoutError') return null;
    throw cause;
  }
}

/** Of the level's 0 to 1: a voice, not the room. */
const AUDIBLE = 0.38;
const LOOPBACK = ['localhost', '127.0.0.1', '[::1]'];
