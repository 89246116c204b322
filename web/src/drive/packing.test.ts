import { describe, expect, it } from 'vitest';
import { type Bytes, utf8 } from '../sealed/bytes.ts';
import { pack, unpack } from './packing.ts';

describe('what goes into an early message', () => {
  it('is short, and comes back as it was', async () => {
    const offer = { type: 'offer', sdp: Array.from({ length: 200 }, (_, at) => `a=rtpmap:${at} VP8/90000\r\n`).join('') };

    const packed = await pack(offer);

    expect(packed.length).toBeLessThan(offer.sdp.length / 4);
    expect(await unpack(packed)).toEqual(offer);
  });

  it.each<[string, () => Bytes | Promise<Bytes>]>([
    ['more than a description can be', () => pack({ sdp: 'x'.repeat(10_000_000) })],
    ['what was not packed', () => utf8('{"type":"offer"}')],
    ['a part of it', async () => (await pack({ type: 'offer', sdp: 'v=0' })).slice(0, 10)],
    ['nothing', () => new Uint8Array(0)],
  ])('nothing comes of %s', async (_, make) => {
    expect(await unpack(await make())).toBeUndefined();
  });
});
