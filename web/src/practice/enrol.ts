// How a browser becomes a device of a practice.
//
//   #enrol=CODE ─> keys are made and kept with the code ─> POST enrol ─> the device is kept, the code forgotten
//
// A page that dies in between finds the code and the keys again. Only when the server's answer was lost on its way is the link spent with nothing to show
// for it: the second attempt is then refused with `enrolment_invalid`, and a new link is needed.

import { encodeBase64url } from '../sealed/bytes.ts';
import { post } from '../signal/http.ts';
import { makeKeys, publicPoint } from './keys.ts';
import type { Device, Pending, Store } from './store.ts';

/** Takes an enrolment code out of the address bar and gives it back; `null` when there is none. */
export function takeCode(location: Location, history: History): string | null {
  const code = /^#enrol=([\w-]{1,64})$/.exec(location.hash)?.[1] ?? null;
  if (location.hash !== '') history.replaceState(history.state, '', location.pathname + location.search);
  return code;
}

/** What there is to do for a browser that opened the practice's page. */
export type Entry =
  /** Nothing is known of it: it needs an enrolment link. */
  | { readonly state: 'stranger' }
  | { readonly state: 'enrolling'; readonly pending: Pending }
  /** `spareCode`: a link was opened that this browser doesn't need, unless it turns out that its device is revoked. */
  | { readonly state: 'enrolled'; readonly device: Device; readonly spareCode: string | null };

/** Looks up what this browser is. A code that comes to a browser without a device is kept, with keys for it. */
export async function enter(store: Store, code: string | null): Promise<Entry> {
  const [device, earlier] = await Promise.all([store.device(), store.pending()]);
  if (device) return { state: 'enrolled', device, spareCode: code ?? earlier?.code ?? null };
  const pending = code === null ? earlier : await begin(store, code);
  return pending ? { state: 'enrolling', pending } : { state: 'stranger' };
}

/** Keeps a code and keys for it. The keys of an earlier attempt go on: the server may know them already. */
export async function begin(store: Store, code: string): Promise<Pending> {
  const earlier = await store.pending();
  const pending: Pending = { code, keys: earlier?.keys ?? (await makeKeys()) };
  await store.keepPending(pending);
  return pending;
}

/**
 * Makes this browser a device called `name`. Throws an `HttpRefusal`: `enrolment_invalid` when the link is spent or too old, `invalid_argument` with the field `name`.
 *
 * A `former` device of the same practice, which was revoked, leaves its secret and identity to the new one: links it made stay good.
 */
export async function enrol(store: Store, { code, keys }: Pending, name: string, former: Device | null = null): Promise<Device> {
  const publicKey = encodeBase64url(await publicPoint(keys.device));
  const enrolled = await post<{ device: string; practice: string; practice_name: string }>('enrol', { code, public_key: publicKey, name });
  const isSamePractice = former?.practice === enrolled.practice;
  const device: Device = {
    id: enrolled.device,
    name,
    practice: enrolled.practice,
    practiceName: enrolled.practice_name,
    keys: isSamePractice ? { ...former.keys, device: keys.device } : keys,
  };
  await store.keepDevice(device);
  return device;
}

/** A device's name, as far as the server takes it; `null` for one that it would refuse. */
export function deviceName(text: string): string | null {
  const name = text.trim();
  return [...name].length >= 1 && [...name].length <= MAX_NAME && !FORBIDDEN.test(name) ? name : null;
}

/** Characters of a device's name. */
export const MAX_NAME = 60;
/** Control characters, and marks that turn text around. */
const FORBIDDEN = /[\p{Cc}\u200e\u200f\u202a-\u202e\u2066-\u2069]/u;
