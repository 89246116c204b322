// Files from one side to the other: offered and agreed on over `control`, their bytes over `file` (docs/signalling.md section 6).

import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex } from '@noble/hashes/utils.js';
import { type ReadonlySignal, signal } from '@preact/signals';
import { type ControlMessage, type FileRefusal, LARGEST_FILE, LONGEST_FILE_NAME } from '../call/control.ts';
import { safeFileName, shorten } from '../call/text.ts';
import { Disk, type Sink } from './disk.ts';

export type From = 'me' | 'peer';

export interface SharedFile {
  /** Names it in this visit. */
  readonly key: string;
  readonly from: From;
  /** Safe to show and to save under. */
  readonly name: string;
  readonly size: number;
  /** A still picture that the practice has asked for. */
  readonly photo?: true;
  readonly state: FileState;
}

export type FileState =
  | { readonly name: 'offered' }
  | { readonly name: 'sending' | 'receiving'; readonly bytes: number }
  /** `file` (the other's only): whole, its hash is right. For `<a download>` by `URL.createObjectURL`; never to be opened in the page. `saved`: by `markSaved`. */
  | { readonly name: 'done'; readonly file: Blob | null; readonly saved: boolean }
  | { readonly name: 'refused'; readonly reason: FileRefusal }
  | { readonly name: 'cancelled'; readonly by: From }
  | { readonly name: 'failed'; readonly reason: 'connection' | 'damaged' | 'read' | 'write' };

/** Where files travel: one connection's `file` channel, and its way to say things on `control`. */
export interface FileRoute {
  readonly channel: RTCDataChannel;
  readonly say: (message: ControlMessage) => void;
}

export type FileMessage = Extract<ControlMessage, { type: `file-${string}` }>;

/** All files of a visit, over however many connections it has. */
export class Files {
  readonly #list = signal<readonly SharedFile[]>([]);
  readonly #disk: Disk;
  #route: FileRoute | null = null;
  #outgoing = new Map<number, Outgoing>();
  #incoming = new Map<number, Incoming>();
  /** Accepted, in turn. */
  #accepted: Outgoing[] = [];
  #isSending = false;
  #lastId = 0;
  #lastOffered = 0;
  #keys = 0;

  constructor(disk: Disk = new Disk()) {
    this.#disk = disk;
  }

  /** Oldest first; both directions. */
  get list(): ReadonlySignal<readonly SharedFile[]> {
    return this.#list;
  }

  /** A new connection: what was under way on the old one has failed, and ids count from 1 again. */
  connect(route: FileRoute): void {
    this.disconnect();
    this.#route = route;
    this.#lastId = this.#lastOffered = 0;
    route.channel.bufferedAmountLowThreshold = LOW_WATER;
    route.channel.addEventListener('message', ({ data }) => route === this.#route && this.#bytes(data));
  }

  disconnect(): void {
    this.#route = null;
    for (const outgoing of this.#outgoing.values()) this.#endOutgoing(outgoing, { name: 'failed', reason: 'connection' });
    for (const incoming of this.#incoming.values()) this.#endIncoming(incoming, { name: 'failed', reason: 'connection' });
  }

  /** Offers a file. False when it can't be: nobody there, too large, or ten wait already. */
  send(file: File): boolean {
    if (!this.#route || file.size > LARGEST_FILE || this.#outgoing.size >= MOST_OPEN) return false;
    this.#lastId += 1;
    const id = this.#lastId;
    const name = shorten(safeFileName(file.name), LONGEST_FILE_NAME);
    const outgoing: Outgoing = { id, key: this.#add('me', name, file.size), file };
    this.#outgoing.set(id, outgoing);
    this.#route.say({ type: 'file-offer', id, name, size: file.size, mime: file.type.length <= LONGEST_MIME ? file.type : '' });
    return true;
  }

  /** Either side's, any time before it is done. */
  cancel(key: string): void {
    const outgoing = [...this.#outgoing.values()].find((one) => one.key === key);
    const incoming = [...this.#incoming.values()].find((one) => one.key === key);
    if (outgoing) {
      this.#route?.say({ type: 'file-cancel', id: outgoing.id, from: 'sender' });
      this.#endOutgoing(outgoing, { name: 'cancelled', by: 'me' });
    } else if (incoming) {
      this.#route?.say({ type: 'file-cancel', id: incoming.id, from: 'receiver' });
      this.#endIncoming(incoming, { name: 'cancelled', by: 'me' });
    }
  }

  markSaved(key: string): void {
    const state = this.#list.value.find((file) => file.key === key)?.state;
    if (state?.name === 'done') this.#show(key, { ...state, saved: true });
  }

  /** The visit is over: only what came and was not saved stays, until `discard`. */
  async end(): Promise<void> {
    this.disconnect();
    this.#list.value = this.#list.value.filter(({ state }) => state.name === 'done' && state.file && !state.saved);
    if (this.#list.value.length === 0) await this.#disk.clear();
  }

  /** Everything goes. */
  async discard(): Promise<void> {
    this.disconnect();
    this.#list.value = [];
    await this.#disk.clear();
  }

  /** What the other side says about files. */
  hear(message: FileMessage): void {
    const outgoing = this.#outgoing.get(message.id);
    const incoming = this.#incoming.get(message.id);
    switch (message.type) {
      case 'file-offer':
        return void this.#offered(message);
      case 'file-accept':
        return outgoing && this.#startSending(outgoing);
      case 'file-refuse':
        return outgoing && this.#endOutgoing(outgoing, { name: 'refused', reason: message.reason });
      case 'file-end':
        if (incoming) incoming.sha256 = message.sha256;
        return incoming && this.#finishWhenWhole(incoming);
      case 'file-done':
        return outgoing && this.#endOutgoing(outgoing, message.ok ? { name: 'done', file: null, saved: false } : { name: 'failed', reason: 'damaged' });
      case 'file-cancel':
        if (message.from === 'receiver') return outgoing && this.#endOutgoing(outgoing, { name: 'cancelled', by: 'peer' });
        return incoming && this.#endIncoming(incoming, { name: 'cancelled', by: 'peer' });
    }
  }

  // --- Sending ---

  #startSending(outgoing: Outgoing): void {
    if (this.#accepted.includes(outgoing)) return;
    this.#accepted.push(outgoing);
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

  async #send(outgoing: Outgoing): Promise<void> {
    const { id, file, key } = outgoing;
    const route = this.#route;
    const isWanted = () => route?.channel.readyState === 'open' && this.#route === route && this.#outgoing.get(id) === outgoing;
    const hash = sha256.create();
    for (let at = 0; at < file.size; at += SLICE) {
      if (!isWanted()) return;
      const slice = await read(file.slice(at, at + SLICE));
      if (!slice) {
        route?.say({ type: 'file-cancel', id, from: 'sender' });
        return this.#endOutgoing(outgoing, { name: 'failed', reason: 'read' });
      }
      hash.update(slice);
      for (let from = 0; from < slice.length; from += CHUNK) {
        if (route) await drained(route.channel);
        if (!route || !isWanted()) return;
        route.channel.send(framed(id, slice.subarray(from, from + CHUNK)));
      }
      this.#show(key, { name: 'sending', bytes: at + slice.length });
    }
    if (isWanted()) route?.say({ type: 'file-end', id, sha256: bytesToHex(hash.digest()) });
  }

  #endOutgoing(outgoing: Outgoing, state: FileState): void {
    this.#outgoing.delete(outgoing.id);
    // The one being sent notices by itself, and makes way for the next.
    this.#accepted = this.#accepted.filter((one, at) => at === 0 || one !== outgoing);
    this.#show(outgoing.key, state);
  }

  // --- Receiving ---

  async #offered({ id, name, size }: Extract<FileMessage, { type: 'file-offer' }>): Promise<void> {
    const route = this.#route;
    const isNew = id > this.#lastOffered;
    this.#lastOffered = Math.max(id, this.#lastOffered);
    const hasRoom = this.#incoming.size < MOST_OPEN && this.#list.value.length < MOST_SHOWN;
    if (!isNew || !hasRoom) return route?.say({ type: 'file-refuse', id, reason: 'declined' });

    const key = this.#add('peer', safeFileName(name), size);
    const incoming: Incoming = { id, key, size, sink: null, hash: sha256.create(), bytes: 0, shown: 0, unwritten: 0, sha256: null, writing: Promise.resolve() };
    this.#incoming.set(id, incoming);
    const sink = await this.#disk.open(size).catch(() => 'no-space' as const);
    const isWanted = this.#route === route && this.#incoming.get(id) === incoming;
    if (typeof sink === 'string') {
      if (!isWanted) return;
      route?.say({ type: 'file-refuse', id, reason: sink });
      return this.#endIncoming(incoming, { name: 'refused', reason: sink });
    }
    if (!isWanted) return sink.discard();
    incoming.sink = sink;
    this.#show(key, { name: 'receiving', bytes: 0 });
    route?.say({ type: 'file-accept', id });
  }

  #bytes(data: unknown): void {
    if (!(data instanceof ArrayBuffer) || data.byteLength < HEAD) return;
    const incoming = this.#incoming.get(new DataView(data).getUint32(0));
    // Still on its way when it was cancelled, or never accepted.
    if (!incoming?.sink) return;
    const chunk = new Uint8Array(data, HEAD);
    incoming.bytes += chunk.length;
    if (incoming.bytes > incoming.size) return this.#fail(incoming, 'damaged');
    incoming.hash.update(chunk);
    this.#write(incoming, chunk);
    if (incoming.bytes - incoming.shown >= SLICE || incoming.bytes === incoming.size) {
      incoming.shown = incoming.bytes;
      this.#show(incoming.key, { name: 'receiving', bytes: incoming.bytes });
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
    if (bytesToHex(incoming.hash.digest()) !== expected) {
      this.#route?.say({ type: 'file-done', id: incoming.id, ok: false });
      return this.#endIncoming(incoming, { name: 'failed', reason: 'damaged' });
    }
    incoming.sha256 = null;
    const finishing = incoming.writing.then(() => sink.finish());
    finishing.then((file) => this.#received(incoming, file)).catch(() => this.#fail(incoming, 'write'));
  }

  #received(incoming: Incoming, file: Blob): void {
    if (this.#incoming.get(incoming.id) !== incoming) return;
    this.#incoming.delete(incoming.id);
    this.#show(incoming.key, { name: 'done', file, saved: false });
    this.#route?.say({ type: 'file-done', id: incoming.id, ok: true });
  }

  #fail(incoming: Incoming, reason: 'damaged' | 'write'): void {
    if (this.#incoming.get(incoming.id) !== incoming) return;
    this.#route?.say({ type: 'file-cancel', id: incoming.id, from: 'receiver' });
    this.#endIncoming(incoming, { name: 'failed', reason });
  }

  #endIncoming(incoming: Incoming, state: FileState): void {
    this.#incoming.delete(incoming.id);
    void incoming.sink?.discard();
    this.#show(incoming.key, state);
  }

  // --- Showing ---

  #add(from: From, name: string, size: number): string {
    this.#keys += 1;
    const key = String(this.#keys);
    this.#list.value = [...this.#list.value, { key, from, name, size, state: { name: 'offered' } }];
    return key;
  }

  #show(key: string, state: FileState): void {
    this.#list.value = this.#list.value.map((file) => (file.key === key ? { ...file, state } : file));
  }
}

interface Outgoing {
  readonly id: number;
  readonly key: string;
  readonly file: File;
}

interface Incoming {
  readonly id: number;
  readonly key: string;
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

/** Waits until the channel has room, or is closed. */
async function drained(channel: RTCDataChannel): Promise<void> {
  if (channel.readyState !== 'open' || channel.bufferedAmount <= HIGH_WATER) return;
  const waiting = new AbortController();
  await new Promise<void>((resolve) => {
    for (const event of ['bufferedamountlow', 'close']) channel.addEventListener(event, () => resolve(), { signal: waiting.signal });
  });
  waiting.abort();
}

const KB = 1024;
const MB = 1024 * KB;
const HEAD = 4;
const CHUNK = 64 * KB;
/** What is read, hashed and shown at a time. */
const SLICE = MB;
/** Enough to keep the line busy, and little enough for the control channel's words to pass soon. */
const HIGH_WATER = MB;
const LOW_WATER = 256 * KB;
const MOST_UNWRITTEN = 64 * MB;
/** Files that one side may have open at a time. */
const MOST_OPEN = 10;
const MOST_SHOWN = 200;
const LONGEST_MIME = 127;
