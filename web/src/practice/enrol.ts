// How a browser becomes a device of a practice.
//
//   #enrol=CODE, from the operator ─> a device key is made and kept with the code ─> POST enrol ─> the first one makes the practice's keys,
//                                                                                             a later one brings them in a recovery file
//   #add=CODE.KEY, from a device   ─> …                                           ─> POST enrol ─> both show a number; a person confirms on the other device,
//                                                                                             which leaves the keys at the server, sealed with KEY
//
// A page that dies in between goes on where it was: the server answers the same code and key with the same device again.

import { decodeBase64url, encodeBase64url } from '../sealed/bytes.ts';
import { hkdfKey } from '../sealed/crypto.ts';
import { HttpRefusal, post } from '../signal/http.ts';
import { ServerClock } from './clock.ts';
import { makeDeviceKey, publicPoint, type Role } from './keys.ts';
import { keysOf, makeMaterial, type WholeMaterial } from './material.ts';
import { openRecovery, RecoveryError, type RecoveryFile } from './recovery.ts';
import { Session } from './session.ts';
import { type Backup, type Device, type Newcomer, openBackup, type Pending, type Store } from './store.ts';
import { openForDevice, readTransferKey } from './transfer.ts';

/** What stands behind a link's `#`. */
export interface Ticket {
  readonly code: string;
  /** `null`: the link is the operator's or an integrator's. */
  readonly transferKey: Uint8Array<ArrayBuffer> | null;
}

/** Takes a ticket out of the address bar and gives it back; `null` when there is none. */
export function takeTicket(location: Location, history: History): Ticket | null {
  const { hash } = location;
  if (hash !== '') history.replaceState(history.state, '', location.pathname + location.search);
  const code = /^#enrol=([\w-]{1,64})$/.exec(hash)?.[1];
  if (code !== undefined) return { code, transferKey: null };
  const [, added, key] = /^#add=([\w-]{1,64})\.([\w-]{1,64})$/.exec(hash) ?? [];
  const transferKey = readTransferKey(key ?? '');
  return added !== undefined && transferKey ? { code: added, transferKey } : null;
}

/** A ticket as the browser keeps it. */
export type Way = Pick<Pending, 'code' | 'transfer'>;

/** What there is to do for a browser that opened the practice's page. */
export type Entry =
  /** Nothing is known of it: it needs a link. */
  | { readonly state: 'stranger' }
  | { readonly state: 'enrolling'; readonly pending: Pending }
  /** `former`: the device it was before it was revoked. */
  | { readonly state: 'newcomer'; readonly newcomer: Newcomer; readonly former: Device | null }
  /** `spare`: a link was opened that this browser doesn't need, unless it turns out that its device is revoked. */
  | { readonly state: 'enrolled'; readonly device: Device; readonly spare: Way | null };

/** Looks up what this browser is. A ticket that comes to a browser without a device is kept, with a key for it. */
export async function enter(store: Store, ticket: Ticket | null): Promise<Entry> {
  const [device, newcomer, earlier] = await Promise.all([store.device(), store.newcomer(), store.pending()]);
  const way = ticket && { code: ticket.code, transfer: ticket.transferKey && (await hkdfKey(ticket.transferKey)) };
  if (newcomer && !way) return { state: 'newcomer', newcomer, former: device };
  if (device) return { state: 'enrolled', device, spare: way ?? earlier };
  const pending = way ? await begin(store, way) : earlier;
  return pending ? { state: 'enrolling', pending } : { state: 'stranger' };
}

/** Keeps a way in and a key for it. The key of an earlier attempt goes on: the server may know it already. */
export async function begin(store: Store, { code, transfer }: Way): Promise<Pending> {
  const earlier = await store.pending();
  const pending: Pending = { code, transfer, key: earlier?.key ?? (await makeDeviceKey()) };
  await store.keepPending(pending);
  return pending;
}

/** What became of an enrolment. */
export type Enrolment = Extract<Entry, { state: 'newcomer' }> | { readonly state: 'enrolled'; readonly device: Device };

interface Wishes {
  /** A revoked device of this browser. Where it belonged to the same practice, its keys go on: links it made stay good. */
  readonly former?: Device | null;
  /** Don't make keys, though it may be the first: a recovery file will be brought. */
  readonly bringsRecovery?: boolean;
}

/** Makes this browser a device called `name`. Throws an `HttpRefusal`: `enrolment_invalid` when the link is spent or too old, `invalid_argument` with the field `name`. */
export async function enrol(store: Store, { code, key, transfer }: Pending, name: string, { former = null, bringsRecovery = false }: Wishes = {}): Promise<Enrolment> {
  const publicKey = encodeBase64url(await publicPoint(key));
  const answer = await post<EnrolAnswer>('enrol', { code, public_key: publicKey, name });
  const enrolled = { id: answer.device, name, practice: answer.practice, practiceName: answer.practice_name, key };
  const isDoctor = answer.role === 'doctor' && !answer.pending;
  if (isDoctor && former?.practice === answer.practice && former.keys.role === 'doctor') {
    const device = { ...enrolled, keys: former.keys };
    await store.keepDevice(device);
    return { state: 'enrolled', device };
  }
  const newcomer = { ...enrolled, role: answer.role, transfer, isPending: answer.pending };
  if (isDoctor && answer.others === 0 && !bringsRecovery) return { state: 'enrolled', device: await startAfresh(store, newcomer) };
  await store.keepNewcomer(newcomer);
  return { state: 'newcomer', newcomer, former };
}

/** New keys for the practice. Whatever was made with other ones is out of this browser's reach. */
export async function startAfresh(store: Store, newcomer: Newcomer): Promise<Device> {
  const material = await makeMaterial();
  return settle(store, newcomer, material, await openBackup(material));
}

/** The practice's keys as they were. Throws a `RecoveryError`. */
export async function recover(store: Store, newcomer: Newcomer, file: RecoveryFile, passphrase: string): Promise<Device> {
  if (file.practice !== newcomer.practice) throw new RecoveryError('other-practice');
  return settle(store, newcomer, await openRecovery(file, passphrase), { state: 'sealed', file });
}

/**
 * Asks once whether another device has confirmed this one, and takes the keys that it left. `null`: not yet, or the server can't be asked right now.
 *
 * A newcomer comes back when it was confirmed and there are no keys for it: they were fetched before and lost, or are not from the device whose link this was.
 */
export async function collect(store: Store, newcomer: Newcomer): Promise<Enrolment | null> {
  const session = new Session(newcomer, new ServerClock());
  const sealed = await session.call<{ sealed_keys: string }>('device/keys', {}).then(
    ({ sealed_keys }) => sealed_keys,
    (cause: unknown) => {
      if (!(cause instanceof HttpRefusal)) throw cause;
      return cause.code === 'not_found' ? '' : null;
    },
  );
  if (sealed === null) return null;
  const bytes = decodeBase64url(sealed);
  const { id, key, transfer, role, isPending: _, ...enrolled } = newcomer;
  const handed = bytes && transfer && (await openForDevice(transfer, id, await publicPoint(key), role, bytes));
  if (!handed) {
    const confirmed = { ...newcomer, isPending: false };
    await store.keepNewcomer(confirmed);
    return { state: 'newcomer', newcomer: confirmed, former: await store.device() };
  }
  const device: Device = { ...enrolled, id, key, keys: handed.keys };
  await store.keepDevice(device, handed.recovery && { state: 'sealed', file: handed.recovery });
  // Where this gets lost the server drops them by itself, a day later.
  await session.call('device/keys/drop', {}).catch(() => undefined);
  return { state: 'enrolled', device };
}

async function settle(store: Store, { role: _, transfer: __, isPending: ___, ...enrolled }: Newcomer, material: WholeMaterial, backup: Backup): Promise<Device> {
  const device: Device = { ...enrolled, keys: await keysOf(material) };
  await store.keepDevice(device, backup);
  return device;
}

/** A device's name, as far as the server takes it; `null` for one that it would refuse. */
export function deviceName(text: string): string | null {
  const name = text.trim();
  return [...name].length >= 1 && [...name].length <= MAX_NAME && !FORBIDDEN.test(name) ? name : null;
}

interface EnrolAnswer {
  readonly device: string;
  readonly practice: string;
  readonly practice_name: string;
  readonly role: Role;
  readonly pending: boolean;
  /** Confirmed devices of doctors, besides this one. */
  readonly others: number;
}

/** Characters of a device's name. */
export const MAX_NAME = 60;
/** Control characters, and marks that turn text around. */
const FORBIDDEN = /[\p{Cc}\u200e\u200f\u202a-\u202e\u2066-\u2069]/u;
