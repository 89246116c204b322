// What is checked before a visit, and what it comes to: one sentence.

/** In the order in which they are shown and encoded. */
export const STEPS = ['browser', 'camera', 'microphone', 'speaker', 'server', 'router', 'connection', 'speed'] as const;

export type Step = (typeof STEPS)[number];

/** `weak`: it will work, with something missing. `skipped`: not tried, or the answer did not come. */
export type Outcome = 'good' | 'weak' | 'bad' | 'skipped';

export type Outcomes = Readonly<Record<Step, Outcome>>;

/** `check-result-<…>` says it and what to do. */
export type Verdict =
  | { readonly level: 'good'; readonly reason: 'good' }
  | { readonly level: 'limited'; readonly reason: 'no-camera' | 'no-microphone' | 'no-media' | 'router' | 'slow' | 'unheard' | 'silent' | 'unknown' }
  | { readonly level: 'bad'; readonly reason: 'browser' | 'network' | 'connection' };

/** The worst thing first: who can do one thing is told that one. */
export function verdictOf({ browser, camera, microphone, speaker, server, router, connection, speed }: Outcomes): Verdict {
  if (browser === 'bad') return { level: 'bad', reason: 'browser' };
  if (server === 'bad') return { level: 'bad', reason: 'network' };
  if (connection === 'bad') return { level: 'bad', reason: 'connection' };
  if (camera === 'bad' && microphone === 'bad') return { level: 'limited', reason: 'no-media' };
  if (microphone === 'bad') return { level: 'limited', reason: 'no-microphone' };
  if (camera === 'bad') return { level: 'limited', reason: 'no-camera' };
  if (router === 'weak') return { level: 'limited', reason: 'router' };
  if (speaker === 'weak') return { level: 'limited', reason: 'silent' };
  if (microphone === 'weak') return { level: 'limited', reason: 'unheard' };
  if (speed === 'weak') return { level: 'limited', reason: 'slow' };
  if (server === 'skipped' || connection === 'skipped') return { level: 'limited', reason: 'unknown' };
  return { level: 'good', reason: 'good' };
}

/** Nothing was tried yet. */
export const UNTRIED: Outcomes = { browser: 'skipped', camera: 'skipped', microphone: 'skipped', speaker: 'skipped', server: 'skipped', router: 'skipped', connection: 'skipped', speed: 'skipped' };
