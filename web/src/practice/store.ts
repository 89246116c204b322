// What a practice's browser keeps: at most one enrolment under way, and the device that came of the last one. IndexedDB, since that
// alone can hold keys that can't be read out.

import { type Bytes, utf8 } from '../sealed/bytes.ts';
import { hkdfKey } from '../sealed/crypto.ts';
import { aesKey, type Keys, type Role, seal, unseal } from './keys.ts';
import { boxKeys, makeBox, type Material, readMaterial, writeMaterial } from './material.ts';
import type { RecoveryFile } from './recovery.ts';

/** A link was opened. Kept before the server is asked, so that the key of a device that the server already knows can't be lost. */
export interface Pending {
  readonly code: string;
  /** From a link that another device has shown: what it hands over is sealed with this. HKDF. `null`: an operator's or integrator's link. */
  readonly transfer: CryptoKey | null;
  /** Will sign this browser in. */
  readonly key: CryptoKeyPair;
}

/** This browser, as the server knows it. */
interface Enrolled {
  /** The device's id at the server. */
  readonly id: string;
  /** What it calls itself: 1 to 60 characters. */
  readonly name: string;
  readonly practice: string;
  readonly practiceName: string;
  /** Signs this browser in. */
  readonly key: CryptoKeyPair;
}

/** Enrolled, and without the practice's keys so far: another device has to hand them over, or a recovery file has to be brought. */
export interface Newcomer extends Enrolled {
  readonly role: Role;
  readonly transfer: CryptoKey | null;
  /** Has to be confirmed by another device before it can sign in. */
  readonly isPending: boolean;
}

/** A device of a practice, with its keys. */
export interface Device extends Enrolled {
  readonly keys: Keys;
}

/** What can be brought to another browser, once. */
export type Backup =
  /** The keys' bytes, sealed with a key of this browser: until the practice has saved its recovery file. */
  | { readonly state: 'open'; readonly key: CryptoKey; readonly sealed: Bytes }
  /** The recovery file, as it was saved: from then on nobody gets the bytes out of this browser without the passphrase. */
  | { readonly state: 'sealed'; readonly file: RecoveryFile };

/** That a safety code was compared. */
export interface Compared {
  /** With which page: the secret by which a guest's page shows over reloads that it is the same. */
  readonly visit: string;
  /** Milliseconds since the epoch. */
  readonly at: number;
}

export class Store {
  private constructor(private readonly database: IDBDatabase) {}

  /** Rejects where the browser keeps nothing for us: in some private windows. */
  static async open(factory: IDBFactory = indexedDB): Promise<Store> {
    const store = new Store(await openDatabase(factory));
    await store.convert();
    return store;
  }

  pending(): Promise<Pending | null> {
    return this.read<Pending>('pending');
  }

  newcomer(): Promise<Newcomer | null> {
    return this.read<Newcomer>('newcomer');
  }

  device(): Promise<Device | null> {
    return this.read<Device>('device');
  }

  backup(): Promise<Backup | null> {
    return this.read<Backup>('backup');
  }

  keepPending(pending: Pending): Promise<void> {
    return this.write((records) => records.put(pending, 'pending'));
  }

  /** The server has acknowledged; the keys are still to come. */
  keepNewcomer(newcomer: Newcomer): Promise<void> {
    return this.write((records) => {
      records.put(newcomer, 'newcomer');
      records.delete('pending');
    });
  }

  /** The device takes the place of everything that led to it, in one go. Without a `backup` the one that is there stays: a device enrolled again keeps its keys. */
  keepDevice(device: Device, backup?: Backup | null): Promise<void> {
    return this.write((records) => {
      records.put(device, 'device');
      if (backup) records.put(backup, 'backup');
      if (backup === null) records.delete('backup');
      records.delete('pending');
      records.delete('newcomer');
    });
  }

  keepBackup(backup: Backup): Promise<void> {
    return this.write((records) => records.put(backup, 'backup'));
  }

  /** An enrolment that leads nowhere. */
  dropEnrolment(): Promise<void> {
    return this.write((records) => {
      records.delete('pending');
      records.delete('newcomer');
    });
  }

  /** By room. */
  async compared(): Promise<ReadonlyMap<string, Compared>> {
    const compared = this.database.transaction(COMPARED).objectStore(COMPARED);
    const [rooms, records] = await Promise.all([result(compared.getAllKeys()), result<Compared[]>(compared.getAll())]);
    return new Map(records.map((record, at) => [String(rooms[at]), record]));
  }

  keepCompared(room: string, record: Compared): Promise<void> {
    return this.write((compared) => compared.put(record, room), COMPARED);
  }

  dropCompared(rooms: readonly string[]): Promise<void> {
    return this.write((compared) => rooms.forEach((room) => compared.delete(room)), COMPARED);
  }

  close(): void {
    this.database.close();
  }

  /** What version 1 kept: the practice secret as bytes, and an identity key that can't be read out, so that it can't be brought to another browser either. */
  private async convert(): Promise<void> {
    const [pending, device] = await Promise.all([this.read<Pending | FormerPending>('pending'), this.read<Device | FormerDevice>('device')]);
    if (pending && 'keys' in pending) await this.keepPending({ code: pending.code, transfer: null, key: pending.keys.device });
    if (!device || 'key' in device) return;
    const { keys, ...enrolled } = device;
    const box = await makeBox();
    const backup = await openBackup({ secret: keys.secret, identity: null, box });
    const converted = { role: 'doctor' as const, secret: await hkdfKey(keys.secret), identity: keys.identity, box: await boxKeys(box) };
    await this.write((records) => {
      records.put({ ...enrolled, key: keys.device, keys: converted } satisfies Device, 'device');
      records.put(backup, 'backup');
    });
  }

  private async read<T>(name: string): Promise<T | null> {
    return ((await result(this.database.transaction(RECORDS).objectStore(RECORDS).get(name))) as T | undefined) ?? null;
  }

  /** Resolves once it is on disk. */
  private write(change: (records: IDBObjectStore) => void, store = RECORDS): Promise<void> {
    return new Promise((done, fail) => {
      const transaction = this.database.transaction(store, 'readwrite', { durability: 'strict' });
      transaction.oncomplete = () => done();
      transaction.onabort = () => fail(transaction.error);
      change(transaction.objectStore(store));
    });
  }
}

/** Seals keys for this browser alone. */
export async function openBackup(material: Material): Promise<Extract<Backup, { state: 'open' }>> {
  const key = await aesKey(crypto.getRandomValues(new Uint8Array(32)));
  return { state: 'open', key, sealed: await seal(key, utf8(BOUND), writeMaterial(material)) };
}

export async function materialOf({ key, sealed }: Extract<Backup, { state: 'open' }>): Promise<Material> {
  const opened = await unseal(key, utf8(BOUND), sealed);
  const material = opened && readMaterial(opened);
  if (!material) throw new Error('the browser has damaged what it kept');
  return material;
}

function openDatabase(factory: IDBFactory): Promise<IDBDatabase> {
  return new Promise((done, fail) => {
    const request = factory.open(DATABASE, 2);
    request.onupgradeneeded = ({ oldVersion }) => {
      if (oldVersion < 1) request.result.createObjectStore(RECORDS);
      request.result.createObjectStore(COMPARED);
    };
    request.onsuccess = () => {
      // A window with a newer version of this page must not wait for this one.
      request.result.onversionchange = () => request.result.close();
      done(request.result);
    };
    request.onerror = () => fail(request.error);
    request.onblocked = () => fail(new Error('another window holds an older version of the store'));
  });
}

function result<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((done, fail) => {
    request.onsuccess = () => done(request.result);
    request.onerror = () => fail(request.error);
  });
}

/** As version 1 kept them. */
interface FormerKeys {
  readonly device: CryptoKeyPair;
  readonly identity: CryptoKeyPair;
  readonly secret: Bytes;
}
interface FormerPending {
  readonly code: string;
  readonly keys: FormerKeys;
}
type FormerDevice = Omit<Enrolled, 'key'> & { readonly keys: FormerKeys };

const DATABASE = 'visite-practice';
const RECORDS = 'records';
const COMPARED = 'compared';
const BOUND = 'visite v1 backup';
