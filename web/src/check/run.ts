// The check itself: one step after another, each seen while it runs, all of it within ten seconds after the person has answered the browser's question.

import { computed, type ReadonlySignal, type Signal, signal } from '@preact/signals';
import type { Browser } from './browser.ts';
import { encodeCheck } from './code.ts';
import { type Gathered, isReached, isSymmetric } from './router.ts';
import { type Outcome, type Outcomes, type Step, STEPS, UNTRIED, type Verdict, verdictOf } from './steps.ts';

/** What the check can ask of the browser. `patience`: milliseconds after which it has to answer. */
export interface Probes {
  /** Whether everything is there that a visit needs. */
  isAble(): boolean;
  /** Opens camera and microphone where they aren't open yet, and waits for the person's answer. */
  openMedia(): Promise<{ readonly camera: Outcome; readonly microphone: Outcome }>;
  /** Whether the microphone heard something. */
  listen(patience: number): Promise<boolean>;
  /** Rejects where the server does not say which STUN servers there are. */
  gather(patience: number): Promise<Gathered>;
  /** Whether two connections within this page find each other, and something gets through. */
  loopBack(patience: number): Promise<boolean>;
  /** Bits a second of a download from our own server; `null`: it was not done in time. Rejects where it failed. */
  download(patience: number): Promise<number | null>;
}

export type Progress = Readonly<Record<Step, 'waiting' | 'running' | Outcome>>;

export class Check {
  readonly #progress: Signal<Progress> = signal(NOT_BEGUN);
  readonly #speed = signal<number | null>(null);
  readonly #isDone = signal(false);
  readonly #outcomes = computed<Outcomes>(() => {
    const now = this.#progress.value;
    const outcome = (step: Step): Outcome => (now[step] === 'waiting' || now[step] === 'running' ? 'skipped' : now[step]);
    return Object.fromEntries(STEPS.map((step) => [step, outcome(step)])) as Record<Step, Outcome>;
  });
  /** `null` until everything was tried that needs nobody. */
  readonly verdict: ReadonlySignal<Verdict | null> = computed(() => (this.#isDone.value ? verdictOf(this.#outcomes.value) : null));
  /** For the desk; with the verdict. */
  readonly code: ReadonlySignal<string | null> = computed(() => (this.#isDone.value ? encodeCheck(this.#outcomes.value, this.browser) : null));

  constructor(
    private readonly probes: Probes,
    private readonly browser: Browser,
  ) {}

  get progress(): ReadonlySignal<Progress> {
    return this.#progress;
  }

  /** Megabits a second, as far as it was measured. */
  get speed(): ReadonlySignal<number | null> {
    return this.#speed;
  }

  /** Runs it, also once more. Never rejects. */
  async run(): Promise<void> {
    const { speaker } = this.#progress.value;
    this.#isDone.value = false;
    this.#progress.value = { ...NOT_BEGUN, speaker };
    if (!this.probes.isAble()) {
      this.#progress.value = { ...UNTRIED, browser: 'bad' };
      this.#isDone.value = true;
      return;
    }
    this.#set({ browser: 'good', camera: 'running', microphone: 'running' });
    const media = await this.probes.openMedia();
    this.#set({ camera: media.camera, microphone: media.microphone === 'good' ? 'running' : media.microphone });
    await Promise.all([this.#hear(media.microphone), this.#network()]);
    this.#isDone.value = true;
  }

  /** The person says whether the tone was heard. */
  heard(yes: boolean): void {
    this.#set({ speaker: yes ? 'good' : 'weak' });
  }

  async #hear(microphone: Outcome): Promise<void> {
    if (microphone !== 'good') return;
    this.#set({ microphone: (await this.probes.listen(LISTENING)) ? 'good' : 'weak' });
  }

  /** One after the other, so that none makes another look worse. */
  async #network(): Promise<void> {
    this.#set({ server: 'running', router: 'running' });
    const gathered = await this.probes.gather(GATHERING).catch(() => null);
    if (!gathered) this.#set({ server: 'skipped', router: 'skipped' });
    else if (!isReached(gathered)) this.#set({ server: 'bad', router: 'skipped' });
    else this.#set({ server: 'good', router: isSymmetric(gathered) ? 'weak' : 'good' });

    this.#set({ connection: 'running' });
    this.#set({ connection: await this.probes.loopBack(LOOPING).then((works) => (works ? 'good' : 'bad'), () => 'bad' as const) });

    this.#set({ speed: 'running' });
    const speed = await this.probes.download(DOWNLOADING).catch(() => undefined);
    this.#speed.value = speed ? speed / 1e6 : null;
    this.#set({ speed: speed === undefined ? 'skipped' : speed !== null && speed >= ENOUGH ? 'good' : 'weak' });
  }

  #set(change: Partial<Progress>): void {
    this.#progress.value = { ...this.#progress.value, ...change };
  }
}

const NOT_BEGUN = Object.fromEntries(STEPS.map((step) => [step, 'waiting'])) as Progress;
/** Milliseconds: together less than ten seconds. */
const LISTENING = 5_000;
const GATHERING = 4_000;
const LOOPING = 3_000;
const DOWNLOADING = 2_500;
/** Bits a second for a picture that one likes to look at. */
const ENOUGH = 1_500_000;
