// Files from one side to the other: offered and agreed on over `control`, their bytes over `file` (docs/signalling.md section 6).

import type { ReadonlySignal } from '@preact/signals';
import { LARGEST_FILE, LONGEST_FILE_NAME } from '../call/control.ts';
import { safeFileName, shorten } from '../call/text.ts';
import { Disk } from './disk.ts';
import { Inbox } from './inbox.ts';
import { LOW_WATER, Outbox } from './outbox.ts';
import { type FileMessage, type FileRoute, type FileState, Shelf, type SharedFile } from './shelf.ts';

export type { FileMessage, FileRoute, FileState, From, SharedFile } from './shelf.ts';

/** All files of a visit, over however many connections it has. */
export class Files {
  readonly #shelf = new Shelf();
  readonly #disk: Disk;
  readonly #outbox: Outbox;
  readonly #inbox: Inbox;
  #route: FileRoute | null = null;
  #peer: string | null = null;
  #waiting: ReturnType<typeof setTimeout> | undefined;

  constructor(disk: Disk = new Disk()) {
    this.#disk = disk;
    this.#outbox = new Outbox(this.#shelf);
    this.#inbox = new Inbox(this.#shelf, disk);
  }

  /** Oldest first; both directions. */
  get list(): ReadonlySignal<readonly SharedFile[]> {
    return this.#shelf.list;
  }

  /** A new connection: what was under way on the old one waits for `talk`. */
  connect(route: FileRoute): void {
    this.disconnect();
    this.#use(route);
    route.channel.bufferedAmountLowThreshold = LOW_WATER;
    route.channel.addEventListener('message', ({ data }) => route === this.#route && this.#inbox.bytes(data));
  }

  disconnect(): void {
    clearTimeout(this.#waiting);
    this.#use(null);
  }

  /**
   * Both talk, for the first time or again on a new connection. What is under way goes on where `peer`, who proves to be the same page, is the same as
   * before; to another nothing is sent that was meant for somebody else.
   */
  talk(peer: string): void {
    if (this.#peer !== peer) this.#endAll();
    this.#peer = peer;
    this.#outbox.resume();
    clearTimeout(this.#waiting);
    this.#waiting = setTimeout(() => this.#inbox.endInterrupted(CUT_OFF), PATIENCE);
  }

  /** Offers a file. False when it can't be: nobody there, too large, or ten wait already. */
  send(file: File): boolean {
    return this.#offer(file) !== null;
  }

  /** The picture that was asked for by this number: its key, or `null` when it can't be offered. */
  sendPhoto(file: File, photo: number): string | null {
    return this.#offer(file, photo);
  }

  /** Either side's, any time before it is done. */
  cancel(key: string): void {
    if (!this.#outbox.cancel(key)) this.#inbox.cancel(key);
  }

  markSaved(key: string): void {
    const state = this.list.peek().find((file) => file.key === key)?.state;
    if (state?.name === 'done') this.#shelf.show(key, { ...state, saved: true });
  }

  /** The visit is over: only what came and was not saved stays, until `discard`. */
  async end(): Promise<void> {
    this.disconnect();
    this.#endAll();
    this.#shelf.keep(({ state }) => state.name === 'done' && state.file !== null && !state.saved);
    if (this.list.peek().length === 0) await this.#disk.clear();
  }

  /** Everything goes. */
  async discard(): Promise<void> {
    this.disconnect();
    this.#endAll();
    this.#shelf.keep(() => false);
    await this.#disk.clear();
  }

  /** What the other side says about files. */
  hear(message: FileMessage): void {
    switch (message.type) {
      case 'file-offer':
      case 'file-end':
        return this.#inbox.hear(message);
      case 'file-cancel':
        return message.from === 'sender' ? this.#inbox.hear(message) : this.#outbox.hear(message);
      default:
        return this.#outbox.hear(message);
    }
  }

  #offer(file: File, photo?: number): string | null {
    if (!this.#route || file.size > LARGEST_FILE || this.#outbox.isFull) return null;
    return this.#outbox.offer({ file, name: shorten(safeFileName(file.name), LONGEST_FILE_NAME), ...(photo !== undefined && { photo }) });
  }

  #use(route: FileRoute | null): void {
    this.#route = route;
    this.#outbox.connect(route);
    this.#inbox.connect(route);
  }

  #endAll(): void {
    this.#outbox.endAll(CUT_OFF);
    this.#inbox.endAll(CUT_OFF);
  }
}

const CUT_OFF: FileState = { name: 'failed', reason: 'connection' };
/** Milliseconds: what the other has not offered anew by then it has lost itself. */
const PATIENCE = 20_000;
