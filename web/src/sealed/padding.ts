// Sealed messages have one of a few sizes, whatever is in them.

import { type Bytes, concat, u32 } from './bytes.ts';
import { Refusal } from './refusal.ts';

/** The payload, its length before it, and zeros up to the first of these sizes that holds it. */
export function pad(buckets: readonly number[], payload: Bytes): Bytes {
  const bucket = buckets.find((bucket) => LENGTH + payload.length <= bucket);
  if (bucket === undefined) throw new Refusal('too-large');
  return concat(u32(payload.length), payload, new Uint8Array(bucket - LENGTH - payload.length));
}

/** The payload again; refuses every other size, and padding that is not zero. */
export function unpad(buckets: readonly number[], padded: Bytes): Bytes {
  if (!buckets.includes(padded.length)) throw new Refusal('malformed');
  const length = new DataView(padded.buffer).getUint32(0);
  if (LENGTH + length > padded.length) throw new Refusal('malformed');
  if (padded.subarray(LENGTH + length).some((byte) => byte !== 0)) throw new Refusal('malformed');
  return padded.slice(LENGTH, LENGTH + length);
}

const LENGTH = 4;
