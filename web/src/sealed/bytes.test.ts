// One spelling for each run of bytes: a second one would be a second message under the same name.
import { describe, expect, it } from 'vitest';
import { concat, decodeBase64url, encodeBase64url, equal, fromHex, lp, toHex, u32, u64, utf8 } from './bytes.ts';

describe('base64url', () => {
  it.each([
    ['', ''],
    ['f', 'Zg'],
    ['fo', 'Zm8'],
    ['foo', 'Zm9v'],
    ['foob', 'Zm9vYg'],
    ['fooba', 'Zm9vYmE'],
    ['foobar', 'Zm9vYmFy'],
  ])('spells "%s" as RFC 4648 section 10 does, without padding', (text, spelt) => {
    expect(encodeBase64url(utf8(text))).toBe(spelt);
    expect(decodeBase64url(spelt)).toEqual(utf8(text));
  });

  it('has the two signs of section 5', () => {
    expect(encodeBase64url(Uint8Array.of(0xfb, 0xff))).toBe('-_8');
  });

  it('spells all lengths and all bytes so that they are read again', () => {
    for (const length of [0, 1, 2, 3, 255, 256, 8_191, 8_192, 8_193, 36_864]) {
      const bytes = Uint8Array.from({ length }, (_, at) => (at * 31) & 0xff);

      expect(decodeBase64url(encodeBase64url(bytes)), `${length} bytes`).toEqual(bytes);
    }
  });

  it.each(['A', 'AAAAA', 'AB', 'AAB', 'Zg==', 'Zg=', 'Z g', 'Zm9v\n', '-+', '_/', 'Zm9vé', '\u0000'])('refuses %j', (text) => {
    expect(decodeBase64url(text)).toBeNull();
  });
});

describe('hexadecimal', () => {
  it('is read as it is written', () => {
    const bytes = Uint8Array.of(0, 0x0f, 0x10, 0xff);

    expect(toHex(bytes)).toBe('000f10ff');
    expect(fromHex('000f10ff')).toEqual(bytes);
    expect(fromHex('000F10FF')).toEqual(bytes);
    expect(fromHex('')).toEqual(new Uint8Array(0));
  });

  it.each(['0', '000', '0g', '0x00', ' 00', '00\n'])('refuses %j', (text) => {
    expect(fromHex(text)).toBeNull();
  });
});

describe('fields', () => {
  it('have their length before them, so that none can borrow from the next', () => {
    expect(concat(lp('ab'), lp('c'))).toEqual(Uint8Array.of(0, 2, 97, 98, 0, 1, 99));
    expect(concat(lp('a'), lp('bc'))).not.toEqual(concat(lp('ab'), lp('c')));
    expect(lp(new Uint8Array(0xffff)).subarray(0, 2)).toEqual(Uint8Array.of(0xff, 0xff));
    expect(() => lp(new Uint8Array(0x1_0000))).toThrow(RangeError);
  });

  it('have big-endian numbers', () => {
    expect(u32(0x01020304)).toEqual(Uint8Array.of(1, 2, 3, 4));
    expect(u64(0x010203040506)).toEqual(Uint8Array.of(0, 0, 1, 2, 3, 4, 5, 6));
    expect(u64(Number.MAX_SAFE_INTEGER)).toEqual(Uint8Array.of(0, 0x1f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff));
  });

  it('are equal byte for byte', () => {
    expect(equal(Uint8Array.of(1, 2), Uint8Array.of(1, 2))).toBe(true);
    expect(equal(Uint8Array.of(1, 2), Uint8Array.of(1, 3))).toBe(false);
    expect(equal(Uint8Array.of(1, 2), Uint8Array.of(1))).toBe(false);
    expect(equal(Uint8Array.of(1), Uint8Array.of(1, 2))).toBe(false);
  });
});
