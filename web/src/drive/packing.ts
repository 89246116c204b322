// What goes into an early message: JSON, deflated (RFC 1951), since descriptions are long and repeat themselves, and are to leave in one flight.

import { LONGEST_SDP } from '../call/control.ts';
import { parseJson } from '../call/json.ts';
import { type Bytes, utf8 } from '../sealed/bytes.ts';

export function pack(payload: object): Promise<Bytes> {
  return through(new CompressionStream('deflate-raw'), utf8(JSON.stringify(payload)), Infinity);
}

/** What was packed; `undefined` where it is nothing of the kind, or more than a description can be. */
export async function unpack(bytes: Bytes): Promise<unknown> {
  try {
    return parseJson(new TextDecoder('utf-8', { fatal: true }).decode(await through(new DecompressionStream('deflate-raw'), bytes, LONGEST)));
  } catch {
    return undefined;
  }
}

async function through(transform: GenericTransformStream, bytes: Bytes, most: number): Promise<Bytes> {
  const writer = (transform.writable as WritableStream<Bytes>).getWriter();
  // What is wrong shows where it is read.
  writer.write(bytes).catch(() => undefined);
  writer.close().catch(() => undefined);
  const reader = (transform.readable as ReadableStream<Bytes>).getReader();
  const parts: Bytes[] = [];
  let length = 0;
  for (let { done, value } = await reader.read(); !done && value; { done, value } = await reader.read()) {
    length += value.length;
    if (length > most) {
      await reader.cancel();
      throw new RangeError(`more than ${most} bytes`);
    }
    parts.push(value);
  }
  return new Uint8Array(await new Blob(parts).arrayBuffer());
}

/** Bytes: a description, with what JSON needs to spell it. */
const LONGEST = 2 * LONGEST_SDP;
