// The search itself: what it would overlook, the proof would overlook.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { describe, it } from 'node:test';
import { addressesIn, memoryOf } from './places.js';
import { Search } from './search.js';

const NAME = 'Änne "Märker" 7Q/x';

describe('the search', () => {
  const finds = (spelling, text) =>
    it(`finds ${spelling}`, () => {
      const found = new Search().add('name', NAME).in([Buffer.from('before it'), Buffer.from(text), Buffer.from('behind it')]);
      assert.ok(found.length > 0);
      assert.deepEqual(new Search().add('name', 'Another Person').in([Buffer.from(text)]), []);
    });

  const base64 = (lead) => Buffer.from(`${'x'.repeat(lead)}${NAME}, and on`).toString('base64');
  finds('UTF-8', NAME);
  finds('UTF-16LE', Buffer.from(NAME, 'utf16le'));
  finds('UTF-16BE', Buffer.from(NAME, 'utf16le').swap16());
  finds('hex', Buffer.from(NAME).toString('hex'));
  finds('HEX', Buffer.from(NAME).toString('hex').toUpperCase());
  for (const lead of [0, 1, 2, 3, 4, 5]) finds(`base64 behind ${lead} bytes`, base64(lead));
  for (const lead of [0, 1, 2]) finds(`base64url behind ${lead} bytes`, base64(lead).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', ''));
  finds('JSON', JSON.stringify({ name: NAME }));
  finds('JSON in ASCII', '{"name":"\\u00c4nne \\"M\\u00e4rker\\" 7Q/x"}');
  finds('an URL', `https://localhost/?name=${encodeURIComponent(NAME)}`);
  finds('a form', new URLSearchParams({ name: NAME }).toString());
  finds('base64 in UTF-16', Buffer.from(base64(1), 'utf16le'));

  it('finds bytes that are no text', () => {
    const key = Buffer.from('00ff10ef20df30cf40bf50af60', 'hex');

    for (const place of [key, key.toString('hex'), Buffer.concat([Buffer.from('x'), key, Buffer.from('x')]).toString('base64url')]) {
      assert.equal(new Search().add('key', key).in([Buffer.from(place)]).length, 1);
    }
  });

  it('finds what lies across the border of two chunks', () => {
    const text = Buffer.from(`before it ${NAME} behind it`);

    for (let at = 0; at <= text.length; at++) assert.equal(new Search().add('name', NAME).in([text.subarray(0, at), text.subarray(at)]).length, 1, `cut at ${at}`);
  });

  it('knows an IP address from a version or a time', () => {
    const text = 'from 192.0.2.2:443, [2001:db8::7]:50000 and fe80::1, version 1.2.3 at 2026-11-25T15:00:09.123456Z, std::io::Error, "10.0.0.1", 8.8.8.8, \x9c::\xfe a::';

    assert.deepEqual(addressesIn(text), ['192.0.2.2', '2001:db8::7', 'fe80::1', '10.0.0.1', '8.8.8.8']);
  });

  it('reads the memory of a process, and only what is really there', async () => {
    const secret = `secret-${'zq'.repeat(8)}`;
    const holder = spawn(process.execPath, ['-e', 'process.stdin.on("data", (text) => { globalThis.kept = text; console.log("kept") })'], { stdio: ['pipe', 'pipe', 'inherit'] });
    try {
      holder.stdin.write(secret);
      await once(holder.stdout, 'data');

      const found = new Search().add('secret', secret).add('another', `another-${'zq'.repeat(8)}`).in(memoryOf(holder));

      assert.deepEqual(found.map(({ name, as }) => `${name} as ${as}`), ['secret as UTF-8']);
    } finally {
      holder.kill('SIGKILL');
    }
  });
});
