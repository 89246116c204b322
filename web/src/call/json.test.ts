// JSON as strangers send it: read as everybody would read it, or not at all.
import { describe, expect, it } from 'vitest';
import { fieldsOf, parseJson } from './json.ts';

/** What a busy machine may take for what takes a tenth of a second; what grew with the square of the length would take minutes. */
const SECONDS = 10;

describe('JSON', () => {
  it.each(['null', 'true', '-1.5e3', '"a"', '[]', '{}', '[{"a":1},{"a":1}]', '{"a":{"a":{"a":1}}}', '{"a":"\\"a\\":1","b":["a","a"]}', '{"a":":","b":"{"}', ' {\n"a" : 1 ,\t"b" : 2 } '])(
    '%s is read as usual',
    (text) => {
      expect(parseJson(text)).toEqual(JSON.parse(text));
    },
  );

  it.each([
    ['plainly', '{"a":1,"a":1}'],
    ['with space before the colon', '{"a" :1,"a"\n:2}'],
    ['spelt in another way', '{"type":1,"\\u0074ype":2}'],
    ['spelt in two other ways', '{"\\u0074ype":1,"t\\u0079pe":2}'],
    ['with an escaped quotation mark', '{"\\"":1,"\\u0022":2}'],
    ['with a slash', '{"/":1,"\\/":2}'],
    ['empty', '{"":1,"":2}'],
    ['after an object', '{"a":{"b":1},"a":2}'],
    ['after a list of objects', '{"a":[{"a":1},{"a":2}],"a":2}'],
    ['in an inner object', '{"a":{"b":1,"b":2}}'],
    ['in an object in a list', '[{"a":1},{"b":1,"b":1}]'],
    ['with the name of the prototype', '{"__proto__":1,"__proto__":2}'],
    ['after a string full of brackets', '{"a":"}{","b":"\\\\","a":1}'],
  ])('with a field twice, %s, is refused', (_, text) => {
    expect(() => JSON.parse(text)).not.toThrow();
    expect(() => parseJson(text)).toThrow(SyntaxError);
  });

  it.each(['', '{', '{"a":1,}', "{'a':1}", '{a:1}', '{"a":NaN}', '{"a":Infinity}', '{"a":01}', '{"a":1}{"a":1}', '\ufeff{}', '{"a":"\n"}', '{"a":"\\x41"}'])('%j is none', (text) => {
    expect(() => parseJson(text)).toThrow(SyntaxError);
  });

  it('that names the prototype changes no other object', () => {
    const value = parseJson('{"__proto__":{"polluted":true}}');

    expect(fieldsOf(value)).toBe(value);
    expect(Object.keys(value as object)).toEqual(['__proto__']);
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  });

  it('of a megabyte takes no time to speak of', { timeout: 2 * SECONDS * 1_000 }, () => {
    const fields = Array.from({ length: 60_000 }, (_, at) => `"field ${at}":${at}`).join(',');
    const began = performance.now();

    expect(Object.keys(parseJson(`{${fields}}`) as object)).toHaveLength(60_000);
    expect(() => parseJson(`{${fields},"field 0":0}`)).toThrow(SyntaxError);
    expect(() => parseJson(`{"${'a'.repeat(1_000_000)}":1,"${'a'.repeat(1_000_000)}":1}`)).toThrow(SyntaxError);
    expect(parseJson(JSON.stringify('\\"'.repeat(500_000)))).toHaveLength(1_000_000);
    expect(performance.now() - began).toBeLessThan(SECONDS * 1_000);
  });
});

describe('the fields of a value', () => {
  it.each([[null], [undefined], [1], ['text'], [true], [[]], [[{}]]])('%j has none', (value) => {
    expect(fieldsOf(value)).toBeNull();
  });

  it('an object has its own', () => {
    expect(fieldsOf({ a: 1 })).toEqual({ a: 1 });
  });
});
