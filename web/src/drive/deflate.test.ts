import { describe, expect, it } from 'vitest';
import { utf8 } from '../sealed/bytes.ts';
import { deflate, inflate } from './deflate.ts';

describe('deflated', () => {
  it('a description is short, and comes back as it was', async () => {
    const description = utf8(Array.from({ length: 200 }, (_, at) => `a=rtpmap:${at} VP8/90000\r\n`).join(''));

    const short = await deflate(description);

    expect(short.length).toBeLessThan(description.length / 4);
    expect(await inflate(short, description.length)).toEqual(description);
  });

  it('nothing comes of more than is allowed, and of what is no such thing', async () => {
    const bomb = await deflate(new Uint8Array(10_000_000));

    await expect(inflate(bomb, 30_000)).rejects.toThrow(RangeError);
    await expect(inflate(utf8('{"type":"offer"}'), 30_000)).rejects.toThrow();
    await expect(inflate(bomb.slice(0, 20), 30_000)).rejects.toThrow();
  });
});
