// What a practice's browser keeps: at most one enrolment under way, and the device that came of the last one. IndexedDB, since that
// alone can hold keys that can't be read out.

import type { Keys } from './keys.ts';

/** An enrolment link was opened. Kept before the server is asked, so that the keys of a device that the server already knows can't be lost. */
export interface Pending {
  readonly code: string;
  readonly keys: Keys;
}

/** This browser, as an enrolled device of a practice. */
export interface Device {
  /** The device's id at the server. */
  readonly id: string;
  /** What it calls itself: 1 to 60 characters. */
  readonly name: string;
  readonly practice: string;
  readonly practiceName: string;
  readonly keys: Keys;
}

export class Store {
  private constructor(private readonly database: IDBDatabase) {}

  /** Rejects where the browser keeps nothing for us: in some private windows. */
  static open(factory: IDBFactory = indexedDB): Promise<Store> {
    return new Promise((done, fail) => {
      const request = factory.open(DATABASE, 1);
      request.onupgradeneeded = () => request.result.createObjectStore(RECORDS);
      request.onsuccess = () => done(new Store(request.result));
      request.onerror = () => fail(request.error);
      request.onblocked = () => fail(new Error('another window holds an older version of the store'));
    });
  }

  pending(): Promise<Pending | null> {
    return this.read<Pending>('pending');
  }

  device(): Promise<Device | null> {
    return this.read<Device>('device');
  }

  keepPending(pending: Pending): Promise<void> {
    return this.write((records) => records.put(pending, 'pending'));
  }

  /** The server has acknowledged: the device takes the place of the enrolment, in one go. */
  keepDevice(device: Device): Promise<void> {
    return this.write((records) => {
      records.put(device, 'device');
      records.delete('pending');
    });
  }

  dropPending(): Promise<void> {
    return this.write((records) => records.delete('pending'));
  }

  close(): void {
    this.database.close();
  }

  private read<T>(name: string): Promise<T | null> {
    return new Promise((done, fail) => {
      const request = this.database.transaction(RECORDS).objectStore(RECORDS).get(name);
      request.onsuccess = () => done((request.result as T | undefined) ?? null);
      request.onerror = () => fail(request.error);
    });
  }

  /** Resolves once it is on disk. */
  private write(change: (records: IDBObjectStore) => void): Promise<void> {
    return new Promise((done, fail) => {
      const transaction = this.database.transaction(RECORDS, 'readwrite', { durability: 'strict' });
      transaction.oncomplete = () => done();
      transaction.onabort = () => fail(transaction.error);
      change(transaction.objectStore(RECORDS));
    });
  }
}

const DATABASE = 'visite-practice';
const RECORDS = 'records';
