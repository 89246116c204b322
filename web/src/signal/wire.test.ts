import { readdirSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseFrame } from './wire.ts';

const folder = resolve(import.meta.dirname, '../../../proto/signal/v1');
const examples = readdirSync(folder).map((name) => ({ name, text: readFileSync(resolve(folder, name), 'utf8') }));
/** What only the page says: the server never sends these. */
const OURS = /^(join-|ack-to|sealed-to|leave|evict)/;

describe('frames from the server', () => {
  it.each(examples.filter(({ name }) => !OURS.test(name)))('$name is understood as it stands', ({ text }) => {
    expect(parseFrame(text)).toEqual(JSON.parse(text));
  });

  it.each(examples.filter(({ name }) => OURS.test(name)))('$name is not taken for one', ({ text }) => {
    expect(parseFrame(text)).toBeNull();
  });

  it.each([
    ['no JSON', '{'],
    ['no object', '[]'],
    ['a type of Object.prototype', '{"type":"constructor"}'],
    ['a seat that there is not', '{"type":"ack","from":4,"seq":1}'],
    ['a number that is none', '{"type":"ack","from":0,"seq":1e999}'],
    ['a peer that is here without a page', '{"type":"peer","seat":0,"role":"practice","presence":"here"}'],
    ['a server that is no STUN or TURN server', JSON.stringify({ ...JSON.parse(examples.find(({ name }) => name === 'joined.json')?.text ?? ''), ice_servers: [{ urls: ['https:x'] }] })],
  ])('%s is refused', (_, text) => {
    expect(parseFrame(text)).toBeNull();
  });

  it('binary frames and frames beyond all limits are refused', () => {
    expect(parseFrame(new ArrayBuffer(2))).toBeNull();
    expect(parseFrame(`{"type":"ping","n":1${' '.repeat(5 * 1024 * 1024)}}`)).toBeNull();
  });
});
