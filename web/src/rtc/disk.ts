// Where a file that comes is kept until the person saves it: on disk where the page may stream to it, in memory where it may not.

/** Takes a file's bytes in order. */
export interface Sink {
  /** Rejects when the disk is full, or can't be written. */
  write(bytes: Uint8Array<ArrayBuffer>): Promise<void>;
  /** The whole file. It is of no type that a browser would open. */
  finish(): Promise<Blob>;
  discard(): Promise<void>;
}

/** All that one page keeps: a folder of the browser's own (the origin private file system) that nobody else sees, and that goes when the page goes. */
export class Disk {
  #folder: Promise<FileSystemDirectoryHandle> | null = null;
  #files = 0;
  #close: () => void = () => undefined;
  /** What in memory is kept by this page altogether. */
  #inMemory = 0;

  /** A place for a file of `size` bytes, or why there is none. */
  async open(size: number): Promise<Sink | 'too-large' | 'no-space'> {
    const folder = await (this.#folder ??= this.#openFolder()).catch(() => null);
    if (!folder) return this.#openMemory(size);
    const { quota = Infinity, usage = 0 } = await navigator.storage.estimate();
    if (size > quota - usage - RESERVE) return 'no-space';
    this.#files += 1;
    const name = String(this.#files);
    const handle = await folder.getFileHandle(name, { create: true });
    return new DiskSink(handle, await handle.createWritable(), () => folder.removeEntry(name).catch(() => undefined));
  }

  /** Deletes everything. What was handed out by `finish` can't be read any more. */
  async clear(): Promise<void> {
    const folder = await this.#folder?.catch(() => null);
    this.#folder = null;
    this.#inMemory = 0;
    this.#close();
    if (folder) await (await navigator.storage.getDirectory()).removeEntry(folder.name, { recursive: true }).catch(() => undefined);
  }

  #openMemory(size: number): Sink | 'too-large' {
    if (this.#inMemory + size > MOST_IN_MEMORY) return 'too-large';
    this.#inMemory += size;
    return new MemorySink(() => (this.#inMemory -= size));
  }

  /** A lock tells other pages of ours that this folder is in use; it ends with the page, however that ends. */
  async #openFolder(): Promise<FileSystemDirectoryHandle> {
    const root = await navigator.storage.getDirectory();
    if (!('createWritable' in FileSystemFileHandle.prototype)) throw new DOMException('', 'NotSupportedError');
    await sweep(root);
    const name = PREFIX + crypto.randomUUID();
    await new Promise<void>((locked) => {
      void navigator.locks.request(name, () => {
        locked();
        return new Promise<void>((close) => (this.#close = close));
      });
    });
    return root.getDirectoryHandle(name, { create: true });
  }
}

/** Deletes what pages left that ended without a word. */
async function sweep(root: FileSystemDirectoryHandle): Promise<void> {
  const { held = [] } = await navigator.locks.query();
  const inUse = new Set(held.map(({ name }) => name));
  for await (const name of root.keys()) {
    if (name.startsWith(PREFIX) && !inUse.has(name)) await root.removeEntry(name, { recursive: true }).catch(() => undefined);
  }
}

class DiskSink implements Sink {
  readonly #handle: FileSystemFileHandle;
  readonly #writable: FileSystemWritableFileStream;
  readonly #remove: () => Promise<unknown>;
  #parcel: Uint8Array<ArrayBuffer>[] = [];
  #parcelBytes = 0;

  constructor(handle: FileSystemFileHandle, writable: FileSystemWritableFileStream, remove: () => Promise<unknown>) {
    this.#handle = handle;
    this.#writable = writable;
    this.#remove = remove;
  }

  async write(bytes: Uint8Array<ArrayBuffer>): Promise<void> {
    this.#parcel.push(bytes);
    this.#parcelBytes += bytes.length;
    if (this.#parcelBytes >= PARCEL) await this.#flush();
  }

  async finish(): Promise<Blob> {
    await this.#flush();
    await this.#writable.close();
    const file = await this.#handle.getFile();
    return file.slice(0, file.size, UNTYPED);
  }

  async discard(): Promise<void> {
    this.#parcel = [];
    await this.#writable.abort().catch(() => undefined);
    await this.#remove();
  }

  async #flush(): Promise<void> {
    const parcel = new Blob(this.#parcel);
    this.#parcel = [];
    this.#parcelBytes = 0;
    if (parcel.size > 0) await this.#writable.write(parcel);
  }
}

class MemorySink implements Sink {
  readonly #release: () => void;
  #parts: BlobPart[] = [];

  constructor(release: () => void) {
    this.#release = release;
  }

  async write(bytes: Uint8Array<ArrayBuffer>): Promise<void> {
    this.#parts.push(bytes);
  }

  async finish(): Promise<Blob> {
    return new Blob(this.#parts.splice(0), { type: UNTYPED });
  }

  async discard(): Promise<void> {
    this.#parts = [];
    this.#release();
  }
}

const PREFIX = 'visite-';
const UNTYPED = 'application/octet-stream';
const MB = 1024 * 1024;
const PARCEL = MB;
/** What is left to the browser for everything else. */
const RESERVE = 16 * MB;
const MOST_IN_MEMORY = 256 * MB;
