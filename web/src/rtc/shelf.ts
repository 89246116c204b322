// The files of a visit, as the page shows them.

import { type ReadonlySignal, signal } from '@preact/signals';
import type { ControlMessage, FileRefusal } from '../call/control.ts';

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
  /** Also while the connection is interrupted: it goes on from there. */
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

/** Oldest first; both directions. */
export class Shelf {
  readonly #list = signal<readonly SharedFile[]>([]);
  #keys = 0;

  get list(): ReadonlySignal<readonly SharedFile[]> {
    return this.#list;
  }

  add(file: Omit<SharedFile, 'key' | 'state'>): string {
    this.#keys += 1;
    const key = String(this.#keys);
    this.#list.value = [...this.#list.value, { ...file, key, state: { name: 'offered' } }];
    return key;
  }

  show(key: string, state: FileState): void {
    this.#list.value = this.#list.value.map((file) => (file.key === key ? { ...file, state } : file));
  }

  keep(isWanted: (file: SharedFile) => boolean): void {
    this.#list.value = this.#list.value.filter(isWanted);
  }
}

/** How the bytes travel: `id` (u32) ‖ at most this many of the file. */
export const CHUNK = 65_536;
export const HEAD = 4;
/** What is read, hashed and shown at a time. */
export const SLICE = 1024 * 1024;
/** Files that one side may have open at a time. */
export const MOST_OPEN = 10;
