// Files that the other side sends: each to its place on disk or in memory, and whole when its hash is right. What an interruption cut off waits for the
// rest.

import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex } from '@noble/hashes/utils.js';
import { safeFileName } from '../call/text.ts';
import type { Disk, Sink } from './disk.ts';
import { type FileMessage, type FileRoute, type FileState, HEAD, MOST_OPEN, type Shelf, SLICE } from './shelf.ts';

export class Inbox {
  readonly #shelf: Shelf;
  readonly #disk: Disk;
  #route: FileRoute | null = null;
  #open = new Map<number, Incoming>();
  /** Cut off, or whole without the other knowing: until they are offered anew. */
  #interrupted: Incoming[] = [];
  /** Whole, on this connection: the last words about them may still get lost. */
  #received: Incoming[] = [];
  #lastOffered = 0;

  constructor(shelf: Shelf, disk: Disk) {
    this.#shelf = shelf;
    this.#disk = disk;
  }

  connect(route: FileRoute | null): void {
    this.#interrupted = [...this.#interrupted, ...this.#open.values(), ...this.#received];
    this.#open.clear();
    this.#received = [];
    this.#route = route;
    this.#lastOffered = 0;
  }

  /** True when it was the other's. */
  cancel(key: string): boolean {
    const incoming = [...this.#open.values(), ...this.#interrupted].find((one) => one.key === key);
    if (!incoming || incoming.isReceived) return false;
    if (this.#isOpen(incoming)) this.#route?.say({ type: 'file-cancel', id: incoming.id, from: 'receiver' });
    this.#end(incoming, { name: 'cancelled', by: 'me' });
    return true;
  }

  endAll(state: FileState): void {
    for (const incoming of this.#open.values()) this.#end(incoming, state);
    this.endInterrupted(state);
  }

  /** What was not offered anew will not be. */
  endInterrupted(state: FileState): void {
    for (const incoming of [...this.#interrupted]) this.#end(incoming, state);
  }

  /** What the sender says. */
  hear(message: Extract<FileMessage, { type: 'file-offer' | 'file-end' | 'file-cancel' }>): void {
    if (message.type === 'file-offer') return void this.#offered(message);
    const incoming = this.#open.get(message.id);
    if (!incoming) return;
    if (message.type === 'file-cancel') return this.#end(incoming, { name: 'cancelled', by: 'peer' });
    incoming.sha256 = message.sha256;
    this.#finishWhenWhole(incoming);
  }

  async #offered({ id, name: offered, size, photo }: Extract<FileMessage, { type: 'file-offer' }>): Promise<void> {
    const route = this.#route;
    const name = safeFileName(offered);
    const isNew = id > this.#lastOffered;
    this.#lastOffered = Math.max(id, this.#lastOffered);
    const known = this.#interrupted.find((one) => one.name === name && one.size === size);
    const hasRoom = this.#open.size < MOST_OPEN && (known || this.#shelf.list.peek().length < MOST_SHOWN);
    if (!isNew || !hasRoom) return route?.say({ type: 'file-refuse', id, reason: 'declined' });

    const incoming = known ?? newIncoming(id, name, size, this.#shelf.add({ from: 'peer', name, size, ...(photo !== undefined && { photo: true as const }) }));
    incoming.id = id;
    this.#interrupted = this.#interrupted.filter((one) => one !== incoming);
    this.#open.set(id, incoming);
    if (!incoming.sink && !(await this.#place(incoming, route))) return;
    route?.say({ type: 'file-accept', id, ...(incoming.bytes > 0 && { from: incoming.bytes }) });
  }

  /** Whether it has a place now, and is still wanted. */
  async #place(incoming: Incoming, route: FileRoute | null): Promise<boolean> {
    const { id } = incoming;
    const sink = await this.#disk.open(incoming.size).catch(() => 'no-space' as const);
    const isWanted = this.#route === route && this.#open.get(id) === incoming;
    if (typeof sink === 'string') {
      if (!isWanted) return false;
      route?.say({ type: 'file-refuse', id, reason: sink });
      this.#end(incoming, { name: 'refused', reason: sink });
      return false;
    }
    if (!isWanted) {
      void sink.discard();
      return false;
    }
    incoming.sink = sink;
    this.#shelf.show(incoming.key, { name: 'receiving', bytes: 0 });
    return true;
  }

  /** What came on the channel. */
  bytes(data: unknown): void {
    if (!(data instanceof ArrayBuffer) || data.byteLength < HEAD) return;
    const incoming = this.#open.get(new DataView(data).getUint32(0));
    // Still on its way when it was cancelled, or never accepted.
    if (!incoming?.sink) return;
    const chunk = new Uint8Array(data, HEAD);
    incoming.bytes += chunk.length;
    if (incoming.bytes > incoming.size) return this.#fail(incoming, 'damaged');
    incoming.hash.update(chunk);
    this.#write(incoming, chunk);
    if (incoming.bytes - incoming.shown >= SLICE || incoming.bytes === incoming.size) {
      incoming.shown = incoming.bytes;
      this.#shelf.show(incoming.key, { name: 'receiving', bytes: incoming.bytes });
    }
    this.#finishWhenWhole(incoming);
  }

  #write(incoming: Incoming, chunk: Uint8Array<ArrayBuffer>): void {
    const { sink } = incoming;
    incoming.unwritten += chunk.length;
    // A disk that is slower than the line for so long is none to wait for.
    if (incoming.unwritten > MOST_UNWRITTEN) return this.#fail(incoming, 'write');
    incoming.writing = incoming.writing
      .then(() => sink?.write(chunk))
      .then(() => void (incoming.unwritten -= chunk.length))
      .catch(() => this.#fail(incoming, 'write'));
  }

  /** The end is said on another channel than the bytes come on: either may be first. */
  #finishWhenWhole(incoming: Incoming): void {
    if (incoming.sha256 === null || incoming.bytes < incoming.size || !incoming.sink) return;
    const { sink, sha256: expected } = incoming;
    if (bytesToHex(incoming.hash.clone().digest()) !== expected) {
      this.#route?.say({ type: 'file-done', id: incoming.id, ok: false });
      return this.#end(incoming, { name: 'failed', reason: 'damaged' });
    }
    incoming.sha256 = null;
    incoming.finishing ??= incoming.writing.then(() => sink.finish());
    incoming.finishing.then((file) => this.#finished(incoming, file)).catch(() => this.#fail(incoming, 'write'));
  }

  #finished(incoming: Incoming, file: Blob): void {
    if (!this.#isKnown(incoming)) return;
    if (!incoming.isReceived) this.#shelf.show(incoming.key, { name: 'done', file, saved: false });
    incoming.isReceived = true;
    if (!this.#isOpen(incoming)) return;
    this.#open.delete(incoming.id);
    this.#route?.say({ type: 'file-done', id: incoming.id, ok: true });
    this.#received = [...this.#received, incoming].slice(-MOST_OPEN);
  }

  #fail(incoming: Incoming, reason: 'damaged' | 'write'): void {
    if (!this.#isKnown(incoming) || incoming.isReceived) return;
    if (this.#isOpen(incoming)) this.#route?.say({ type: 'file-cancel', id: incoming.id, from: 'receiver' });
    this.#end(incoming, { name: 'failed', reason });
  }

  #end(incoming: Incoming, state: FileState): void {
    if (this.#isOpen(incoming)) this.#open.delete(incoming.id);
    this.#interrupted = this.#interrupted.filter((one) => one !== incoming);
    if (incoming.isReceived) return;
    void incoming.sink?.discard();
    this.#shelf.show(incoming.key, state);
  }

  #isOpen(incoming: Incoming): boolean {
    return this.#open.get(incoming.id) === incoming;
  }

  #isKnown(incoming: Incoming): boolean {
    return this.#isOpen(incoming) || this.#interrupted.includes(incoming);
  }
}

interface Incoming {
  /** On this connection. */
  id: number;
  readonly key: string;
  readonly name: string;
  readonly size: number;
  /** `null` until there is a place for it. */
  sink: Sink | null;
  readonly hash: ReturnType<typeof sha256.create>;
  bytes: number;
  shown: number;
  unwritten: number;
  /** What the sender says that it is, once it has said so. */
  sha256: string | null;
  writing: Promise<unknown>;
  finishing: Promise<Blob> | null;
  /** Whole, and shown so. */
  isReceived: boolean;
}

function newIncoming(id: number, name: string, size: number, key: string): Incoming {
  return { id, key, name, size, sink: null, hash: sha256.create(), bytes: 0, shown: 0, unwritten: 0, sha256: null, writing: Promise.resolve(), finishing: null, isReceived: false };
}

const MOST_UNWRITTEN = 64 * 1024 * 1024;
const MOST_SHOWN = 200;
