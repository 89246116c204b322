// A word to guests whom another of the practice's devices looks after. It stands on this device's board until that one says on its own that it has passed it on:
// the server learns nothing, and nobody needs a key to another's rooms.

import { type ReadonlySignal, signal } from '@preact/signals';
import { encodeBase64url } from '../sealed/bytes.ts';
import { type Board, MOST_ADDRESSEES, MOST_PASSED, type Passed, type Word } from './board.ts';

/** Whom to tell. */
export interface Addressee {
  /** Room and seat. */
  readonly key: string;
  /** The device that looks after them. */
  readonly device: string | null;
}

export class Words {
  private readonly ours = signal<Word | null>(null);
  private readonly theirs = signal<readonly Passed[]>([]);
  /** Others' words by their ids, and when they came: each is passed on once. */
  private readonly known = new Map<string, number>();
  private awaited: Awaited | null = null;
  /** One word after the other. */
  private turn: Promise<unknown> = Promise.resolve();

  /** `now`: by the server's clock. */
  constructor(private readonly now: () => number) {}

  /** Ours that is under way, for the board. */
  get word(): ReadonlySignal<Word | null> {
    return this.ours;
  }

  /** What this device has passed on, newest last, for the board. */
  get passed(): ReadonlySignal<readonly Passed[]> {
    return this.theirs;
  }

  /** Tells how many it reached. Those whose device does not answer in time are not among them. */
  ask(guests: readonly Addressee[], text: string): Promise<number> {
    const parts: (readonly Addressee[])[] = [];
    for (let from = 0; from < guests.length; from += MOST_ADDRESSEES) parts.push(guests.slice(from, from + MOST_ADDRESSEES));
    const all = this.turn.then(async () => {
      let reached = 0;
      for (const part of parts) reached += await this.askSome(part, text);
      return reached;
    });
    this.turn = all;
    return all;
  }

  /** The others' boards. `tell`: whether it reached this guest; `null`: somebody else's. */
  hear(boards: ReadonlyMap<string, Board>, tell: (key: string, text: string) => boolean | null): void {
    for (const [device, { at, word, passed }] of boards) {
      // An old one, of before this page was opened, was passed on by the last page.
      if (word && this.now() - at < FRESH) this.passOn(word, tell);
      for (const one of passed) this.answered(device, one);
    }
  }

  private async askSome(guests: readonly Addressee[], text: string): Promise<number> {
    const id = encodeBase64url(crypto.getRandomValues(new Uint8Array(16)));
    const devices = new Set(guests.map(({ device }) => device));
    await new Promise<void>((resolve) => {
      setTimeout(resolve, PATIENCE);
      this.awaited = { id, devices, reached: 0, done: resolve };
      this.ours.value = { id, to: guests.map(({ key }) => key), text };
    });
    const reached = this.awaited?.reached ?? 0;
    this.awaited = null;
    this.ours.value = null;
    return reached;
  }

  private answered(device: string, { id, reached }: Passed): void {
    const { awaited } = this;
    if (awaited?.id !== id || !awaited.devices.delete(device)) return;
    awaited.reached += reached;
    if (awaited.devices.size === 0) awaited.done();
  }

  private passOn({ id, to, text }: Word, tell: (key: string, text: string) => boolean | null): void {
    if (this.known.has(id)) return;
    const told = to.map((key) => tell(key, text)).filter((one) => one !== null);
    if (told.length === 0) return;
    const now = this.now();
    for (const [old, at] of this.known) if (now - at > REMEMBERED) this.known.delete(old);
    this.known.set(id, now);
    this.theirs.value = [...this.theirs.peek(), { id, reached: told.filter(Boolean).length }].slice(-MOST_PASSED);
  }
}

/** A word of ours that the others have yet to answer. */
interface Awaited {
  readonly id: string;
  readonly devices: Set<string | null>;
  reached: number;
  readonly done: () => void;
}

// Milliseconds.
const PATIENCE = 5_000;
const FRESH = 30_000;
/** Longer than a board is fresh, however the devices' clocks differ. */
const REMEMBERED = 120_000;
