// Descriptions are long and repeat themselves: deflated (RFC 1951) they leave in one flight.

import type { Bytes } from '../sealed/bytes.ts';

export function deflate(bytes: Bytes): Promise<Bytes> {
  return through(new CompressionStream('deflate-raw'), bytes, Infinity);
}

/** Rejects where it is none, or more than `most` bytes would come of it. */
export function inflate(bytes: Bytes, most: number): Promise<Bytes> {
  return through(new DecompressionStream('deflate-raw'), bytes, most);
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
