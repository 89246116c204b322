// The other windows of this browser in which the console is open. To everybody else they and this one are the same device: it has one board, with what all of them see.

import { type ReadonlySignal, signal } from '@preact/signals';
import type { Seen } from './board.ts';

export class Windows {
  private readonly channel: BroadcastChannel;
  private readonly id = crypto.randomUUID();
  private readonly known = signal<ReadonlyMap<string, Word>>(new Map());
  private own: readonly Seen[] = [];

  constructor(device: string) {
    this.channel = new BroadcastChannel(`visite-practice-${device}`);
    this.channel.onmessage = ({ data }: MessageEvent<Said>) => this.hear(data);
  }

  /** What the others see. */
  get guests(): ReadonlySignal<ReadonlyMap<string, Word>> {
    return this.known;
  }

  /** What this one sees, and that it is there. To be called after each change, and every second: who is silent for long is not there any more. */
  say(guests: readonly Seen[]): void {
    this.own = guests;
    this.channel.postMessage({ from: this.id, guests: this.own } satisfies Said);
    const silent = [...this.known.peek()].filter(([, { at }]) => performance.now() - at > PATIENCE).map(([window]) => window);
    for (const window of silent) this.forget(window);
  }

  close(): void {
    this.channel.postMessage({ from: this.id, guests: null } satisfies Said);
    this.channel.close();
  }

  private hear({ from, guests }: Said): void {
    if (guests === null) return this.forget(from);
    const before = this.known.peek().get(from);
    const isSame = before && JSON.stringify(before.guests) === JSON.stringify(guests);
    if (isSame) before.at = performance.now();
    else this.known.value = new Map([...this.known.peek(), [from, { guests, at: performance.now() }]]);
  }

  private forget(window: string): void {
    if (this.known.peek().has(window)) this.known.value = new Map([...this.known.peek()].filter(([one]) => one !== window));
  }
}

interface Word {
  readonly guests: readonly Seen[];
  /** When it last came, by this machine's monotonic clock. */
  at: number;
}

interface Said {
  readonly from: string;
  /** `null`: the window closes. */
  readonly guests: readonly Seen[] | null;
}

/** Milliseconds. */
const PATIENCE = 10_000;
