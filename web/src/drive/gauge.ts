// How good one connection is, and what is true of it, for as long as somebody waits or talks on it.

import { type ReadonlySignal, signal } from '@preact/signals';
import type { Connection } from '../rtc/connection.ts';
import { compare, type Facts, factsOf, type Sample, sampleOf, type Verdict } from '../rtc/stats.ts';

export class Gauge {
  readonly #quality = signal<Verdict | null>(null);
  readonly #facts = signal<Facts | null>(null);
  readonly #connection: () => Connection | null;
  #before: { readonly connection: Connection; readonly sample: Sample } | null = null;
  #watch: ReturnType<typeof setInterval> | undefined;

  /** `connection`: the one to be looked at now; `null` while nobody waits or talks. */
  constructor(connection: () => Connection | null) {
    this.#connection = connection;
  }

  get quality(): ReadonlySignal<Verdict | null> {
    return this.#quality;
  }

  get facts(): ReadonlySignal<Facts | null> {
    return this.#facts;
  }

  start(): void {
    this.#watch ??= setInterval(() => void this.#look(), PACE);
  }

  stop(): void {
    clearInterval(this.#watch);
    this.#watch = undefined;
    this.clear();
  }

  clear(): void {
    this.#before = this.#quality.value = this.#facts.value = null;
  }

  async #look(): Promise<void> {
    const connection = this.#connection();
    const report = await connection?.peer.getStats().catch(() => null);
    if (!connection || !report || connection !== this.#connection()) return this.clear();
    const sample = sampleOf(report);
    this.#facts.value = factsOf(report);
    if (this.#before?.connection === connection) this.#quality.value = compare(this.#before.sample, sample);
    this.#before = { connection, sample };
  }
}

const PACE = 3_000;
