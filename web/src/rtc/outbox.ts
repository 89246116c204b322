// Files that this side sends: offered, and sent one after the other as they are accepted; after an interruption from where the other has them.

import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex } from '@noble/hashes/utils.js';
import { CHUNK, type FileMessage, type FileRoute, type FileState, HEAD, MOST_OPEN, type Shelf, SLICE } from './shelf.ts';

/** What is sent, under a name that is safe already. */
export interface Parcel {
  readonly file: File;
  readonly name: string;
  /** The number that a picture was asked for by. */
  readonly photo?: number;
}

export class Outbox {
  readonly #shelf: Shelf;
  #route: FileRoute | null = null;
  /** In the order that they were offered in. */
  #open: Outgoing[] = [];
  /** Accepted, in turn. */
  #accepted: Acceptance[] = [];
  #isSending = false;
  #moved = new AbortController();
  #lastId = 0;

  constructor(shelf: Shelf) {
    this.#shelf = shelf;
  }

  get isFull(): boolean {
    return this.#open.length >= MOST_OPEN;
  }

  /** A new connection: ids count from 1 again, and nothing is accepted on it yet. */
  connect(route: FileRoute | null): void {
    this.#moved.abort();
    this.#moved = new AbortController();
    this.#route = route;
    this.#lastId = 0;
    this.#accepted = [];
    for (const outgoing of this.#open) outgoing.id = null;
  }

  /** Its key. */
  offer({ file, name, photo }: Parcel): string {
    const key = this.#shelf.add({ from: 'me', name, size: file.size, ...(photo !== undefined && { photo: true as const }) });
    const outgoing: Outgoing = { id: null, key, file, name, photo, hash: sha256.create(), hashed: 0 };
    this.#open.push(outgoing);
    this.#say(outgoing);
    return key;
  }

  /** Offers anew what the other does not have whole. */
  resume(): void {
    for (const outgoing of this.#open) if (outgoing.id === null) this.#say(outgoing);
  }

  /** True when it was this side's. */
  cancel(key: string): boolean {
    const outgoing = this.#open.find((one) => one.key === key);
    if (!outgoing) return false;
    if (outgoing.id !== null) this.#route?.say({ type: 'file-cancel', id: outgoing.id, from: 'sender' });
    this.#end(outgoing, { name: 'cancelled', by: 'me' });
    return true;
  }

  endAll(state: FileState): void {
    for (const outgoing of [...this.#open]) this.#end(outgoing, state);
  }

  /** What the receiver says. */
  hear(message: Exclude<FileMessage, { type: 'file-offer' | 'file-end' }>): void {
    const outgoing = this.#open.find(({ id }) => id === message.id);
    if (!outgoing) return;
    switch (message.type) {
      case 'file-accept':
        return this.#start(outgoing, message.from ?? 0);
      case 'file-refuse':
        return this.#end(outgoing, { name: 'refused', reason: message.reason });
      case 'file-done':
        return this.#end(outgoing, message.ok ? { name: 'done', file: null, saved: false } : { name: 'failed', reason: 'damaged' });
      case 'file-cancel':
        return this.#end(outgoing, { name: 'cancelled', by: 'peer' });
    }
  }

  #say(outgoing: Outgoing): void {
    if (!this.#route) return;
    this.#lastId += 1;
    outgoing.id = this.#lastId;
    const { id, name, file, photo } = outgoing;
    const mime = file.type.length <= LONGEST_MIME ? file.type : '';
    this.#route.say({ type: 'file-offer', id, name, size: file.size, mime, ...(photo !== undefined && { photo }) });
  }

  #start(outgoing: Outgoing, from: number): void {
    if (this.#accepted.some((one) => one.outgoing === outgoing)) return;
    this.#accepted.push({ outgoing, from });
    if (!this.#isSending) void this.#sendAll();
  }

  async #sendAll(): Promise<void> {
    this.#isSending = true;
    for (let next = this.#accepted[0]; next; next = this.#accepted[0]) {
      await this.#send(next);
      this.#accepted = this.#accepted.filter((one) => one !== next);
    }
    this.#isSending = false;
  }

  async #send({ outgoing, from }: Acceptance): Promise<void> {
    const { id, file, key, hash } = outgoing;
    const route = this.#route;
    const moved = this.#moved.signal;
    const isWanted = () => route?.channel.readyState === 'open' && this.#route === route && this.#open.includes(outgoing) && outgoing.id === id;
    if (!route || id === null) return;
    // What was hashed before an interruption need not be read again but where the other lacks it.
    for (let at = Math.min(from, outgoing.hashed); at < file.size; ) {
      if (!isWanted()) return;
      const slice = await read(file.slice(at, at + SLICE));
      if (!slice) {
        if (isWanted()) route.say({ type: 'file-cancel', id, from: 'sender' });
        return this.#end(outgoing, { name: 'failed', reason: 'read' });
      }
      const end = at + slice.length;
      if (end > outgoing.hashed) hash.update(slice.subarray(outgoing.hashed - at));
      outgoing.hashed = Math.max(end, outgoing.hashed);
      for (let start = Math.max(0, from - at); start < slice.length; start += CHUNK) {
        await drained(route.channel, moved);
        if (!isWanted()) return;
        route.channel.send(framed(id, slice.subarray(start, start + CHUNK)));
      }
      at = end;
      if (isWanted()) this.#shelf.show(key, { name: 'sending', bytes: at });
    }
    // The hash goes on living: after another interruption the end is said again.
    if (isWanted()) route.say({ type: 'file-end', id, sha256: bytesToHex(hash.clone().digest()) });
  }

  #end(outgoing: Outgoing, state: FileState): void {
    if (!this.#open.includes(outgoing)) return;
    this.#open = this.#open.filter((one) => one !== outgoing);
    // The one being sent notices by itself, and makes way for the next.
    this.#accepted = this.#accepted.filter((one, at) => at === 0 || one.outgoing !== outgoing);
    this.#shelf.show(outgoing.key, state);
  }
}

interface Outgoing {
  /** `null` until it is offered on this connection. */
  id: number | null;
  readonly key: string;
  readonly file: File;
  readonly name: string;
  readonly photo: number | undefined;
  /** Over the file's first `hashed` bytes. */
  readonly hash: ReturnType<typeof sha256.create>;
  hashed: number;
}

interface Acceptance {
  readonly outgoing: Outgoing;
  /** How many bytes the other has already. */
  readonly from: number;
}

function read(slice: Blob): Promise<Uint8Array<ArrayBuffer> | null> {
  return slice.arrayBuffer().then(
    (buffer) => new Uint8Array(buffer),
    () => null,
  );
}

function framed(id: number, chunk: Uint8Array): Uint8Array<ArrayBuffer> {
  const message = new Uint8Array(HEAD + chunk.length);
  new DataView(message.buffer).setUint32(0, id);
  message.set(chunk, HEAD);
  return message;
}

/** Waits until the channel has room, or is closed or left. */
async function drained(channel: RTCDataChannel, left: AbortSignal): Promise<void> {
  if (channel.readyState !== 'open' || channel.bufferedAmount <= HIGH_WATER || left.aborted) return;
  const waiting = new AbortController();
  await new Promise<void>((resolve) => {
    for (const event of ['bufferedamountlow', 'close']) channel.addEventListener(event, () => resolve(), { signal: waiting.signal });
    left.addEventListener('abort', () => resolve(), { signal: waiting.signal });
  });
  waiting.abort();
}

/** Bytes in the channel: enough to keep the line busy, and little enough for the control channel's words to pass soon. */
const HIGH_WATER = 1024 * 1024;
export const LOW_WATER = 256 * 1024;
const LONGEST_MIME = 127;
