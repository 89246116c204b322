// Everything on the control channel was written by somebody else: it is one of the messages of docs/signalling.md section 6, or it is refused.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type ControlMessage, isCandidate, LARGEST_FILE, LONGEST_CHAT, LONGEST_FILE_NAME, LONGEST_MESSAGE, LONGEST_NAME, parseControl } from './control.ts';

describe('a message of the control channel', () => {
  it.each(examples().map((message) => [message.type, message]))('%s comes as it was sent', (_, message) => {
    expect(parseControl(JSON.stringify(message))).toEqual(message);
  });

  it('has an example above for each type that the protocol names', () => {
    const protocol = readFileSync(join(import.meta.dirname, '../../../docs/signalling.md'), 'utf8');
    const section = protocol.slice(protocol.indexOf('## 6. '), protocol.indexOf('## 7. '));
    const named = [...section.matchAll(/\{"type":"([\w-]+)"/g)].map((match) => match[1]);

    expect(named.length).toBeGreaterThan(10);
    expect(new Set(examples().map(({ type }) => type))).toEqual(new Set(named));
  });

  it('may have its fields in any order, and space between them', () => {
    expect(parseControl(' { "n" : 1 ,\n"type" : "ping" } ')).toEqual({ type: 'ping', n: 1 });
  });

  it('may leave out the visit: the practice has none', () => {
    expect(parseControl('{"type":"hello","name":"Praxis","language":"de"}')).toEqual({ type: 'hello', name: 'Praxis', language: 'de' });
  });

  it('has at its longest exactly what the protocol allows', () => {
    expect(parsed({ ...hello, name: 'n'.repeat(LONGEST_NAME) })).not.toBeNull();
    expect(parsed({ ...hello, name: 'n'.repeat(LONGEST_NAME + 1) })).toBeNull();
    expect(parsed({ ...chat, text: 't'.repeat(LONGEST_CHAT) })).not.toBeNull();
    expect(parsed({ ...chat, text: 't'.repeat(LONGEST_CHAT + 1) })).toBeNull();
    expect(parsed({ ...offer, name: 'n'.repeat(LONGEST_FILE_NAME) })).not.toBeNull();
    expect(parsed({ ...offer, name: 'n'.repeat(LONGEST_FILE_NAME + 1) })).toBeNull();
    expect(parsed({ ...offer, size: LARGEST_FILE })).not.toBeNull();
    expect(parsed({ ...offer, size: LARGEST_FILE + 1 })).toBeNull();
    expect(parseControl('{"type":"admit"}'.padEnd(LONGEST_MESSAGE))).not.toBeNull();
    expect(parseControl('{"type":"admit"}'.padEnd(LONGEST_MESSAGE + 1))).toBeNull();
  });

  it('with the longest chat fits, whatever it is made of', () => {
    expect(parsed({ ...chat, text: '\u0001'.repeat(LONGEST_CHAT) })).not.toBeNull();
    expect(parsed({ ...chat, text: '"'.repeat(LONGEST_CHAT) })).not.toBeNull();
    expect(parsed({ ...chat, text: '😀'.repeat(LONGEST_CHAT / 2) })).not.toBeNull();
  });
});

describe('refused is', () => {
  it.each(examples().map((message) => [message.type, message]))('%s with a field more, with one less, or with one twice', (_, message) => {
    const text = JSON.stringify(message);

    expect(parsed({ ...message, more: 1 })).toBeNull();
    expect(parsed({ ...message, constructor: 1 })).toBeNull();
    expect(parseControl(text.replace('{', '{"__proto__":null,'))).toBeNull();
    expect(parseControl(text.replace('{', `{"type":"${message.type}",`))).toBeNull();
    expect(parseControl(text.replace('{', `{"\\u0074ype":"${message.type}",`))).toBeNull();
    for (const name of Object.keys(message).filter((name) => !OPTIONAL.includes(name))) expect(parsed({ ...message, [name]: undefined }), `without ${name}`).toBeNull();
  });

  it.each(examples().map((message) => [message.type, message]))('%s with anything of a wrong kind', (_, message) => {
    for (const name of Object.keys(message)) {
      const own = message[name as keyof ControlMessage];
      for (const value of [null, {}, [own], '', -1, 1.5, 'something else'].filter((value) => !isAllowed(name, value))) {
        expect(parsed({ ...message, [name]: value }), `${name}: ${JSON.stringify(value)}`).toBeNull();
      }
    }
  });

  it.each(['__proto__', 'constructor', 'toString', 'hasOwnProperty', 'valueOf', 'Hello', 'hello ', '', 'unknown'])('the type %j', (type) => {
    expect(parseControl(`{"type":"${type}"}`)).toBeNull();
  });

  it.each(['{"type":["admit"]}', '{"type":[["admit"]]}', '{"type":{"toString":"admit"}}', '{"type":null}', '{"type":0}', '{}', '[]', '"admit"', 'null', '', 'admit', '[{"type":"admit"}]'])('%s', (text) => {
    expect(parseControl(text)).toBeNull();
  });

  it.each([
    ['a number that is none', '{"type":"ping","n":NaN}'],
    ['a number beyond all', '{"type":"ping","n":1e999}'],
    ['a number beyond all, below', '{"type":"ping","n":-1e999}'],
    ['a number that is not exact', '{"type":"ping","n":9007199254740993}'],
    ['a broken number', '{"type":"ping","n":0.1}'],
    ['a negative number', '{"type":"ping","n":-1}'],
    ['a number as text', '{"type":"ping","n":"1"}'],
    ['a file without a number', '{"type":"file-accept","id":0}'],
    ['a file whose number does not fit', '{"type":"file-accept","id":4294967296}'],
    ['a flag that is a number', '{"type":"file-done","id":1,"ok":1}'],
    ['half a character', '{"type":"chat","id":"AAAAAAAAAAAAAAAAAAAAAA","at":1,"text":"\\ud83d"}'],
    ['the other half', '{"type":"chat","id":"AAAAAAAAAAAAAAAAAAAAAA","at":1,"text":"a\\ude00b"}'],
    ['halves in the wrong order', '{"type":"hello","name":"\\ude00\\ud83d","language":"de"}'],
    ['half a character in the name of a file', '{"type":"file-offer","id":1,"name":"a\\ud83d.txt","size":1,"mime":""}'],
    ['more lost than all', '{"type":"came","rate":1000,"lost":101}'],
    ['an id that is too short', '{"type":"chat-seen","id":"AAAAAAAAAAAAAAAAAAAAA"}'],
    ['an id of another alphabet', '{"type":"chat-seen","id":"AAAAAAAAAAAAAAAAAAAAA+"}'],
    ['an id with a second spelling', '{"type":"chat-seen","id":"AAAAAAAAAAAAAAAAAAAAAB"}'],
    ['an id with a line break', '{"type":"chat-seen","id":"AAAAAAAAAAAAAAAAAAAAAA\\n"}'],
    ['a language that is markup', '{"type":"hello","name":"A","language":"<b>"}'],
    ['a consent without end', `{"type":"consent","statement":"${'s'.repeat(24_577)}","signature":"${'A'.repeat(86)}"}`],
    ['a signature with a second spelling', `{"type":"consent","statement":"{}","signature":"${'A'.repeat(85)}B"}`],
    ['nothing taken back', '{"type":"consent-revoke","items":[]}'],
    ['the same taken back twice', '{"type":"consent-revoke","items":["file","file"]}'],
    ['something else taken back', '{"type":"consent-revoke","items":["blood"]}'],
    ['items that only look like a list', '{"type":"consent-revoke","items":{"0":"file","length":1}}'],
    ['a question in too many parts', '{"type":"consent-ask","part":0,"of":5,"data":"AAAA"}'],
    ['a part that nobody counts', '{"type":"consent-ask","part":4,"of":4,"data":"AAAA"}'],
    ['a part that is too long', `{"type":"consent-ask","part":0,"of":1,"data":"${'A'.repeat(24_001)}"}`],
    ['a notice without end', `{"type":"notice","id":"${'A'.repeat(22)}","text":"${'t'.repeat(501)}"}`],
    ['a part that nobody has', '{"type":"hello","name":"Praxis","language":"de","you":"practice"}'],
    ['the practice, as somebody to meet', '{"type":"unmeet","seat":0}'],
    ['a seat that no room has', '{"type":"unmeet","seat":4}'],
    ['nothing passed on', `{"type":"pass","seat":2,"mesh":"${'A'.repeat(22)}"}`],
    ['two things passed on at once', `{"type":"pass","seat":2,"mesh":"${'A'.repeat(22)}","description":{"type":"offer","sdp":"v=0"},"candidates":[]}`],
    ['a description with more in it', `{"type":"pass","seat":2,"mesh":"${'A'.repeat(22)}","description":{"type":"offer","sdp":"v=0","more":1}}`],
    ['more candidates than fit', `{"type":"pass","seat":2,"mesh":"${'A'.repeat(22)}","candidates":[${Array(9).fill('{"candidate":"","mid":"0"}').join()}]}`],
    ['a hash in capitals', `{"type":"file-end","id":1,"sha256":"${'A'.repeat(64)}"}`],
  ])('%s', (_, text) => {
    expect(parseControl(text)).toBeNull();
  });

  it('without delay: a megabyte, and what is nested without end', { timeout: 10_000 }, () => {
    const megabyte = 'k'.repeat(1024 * 1024);
    const hostile = [
      `{"${megabyte}":1}`,
      `{"type":"chat","id":"AAAAAAAAAAAAAAAAAAAAAA","at":1,"text":"${megabyte}"}`,
      '['.repeat(100_000),
      `${'['.repeat(100_000)}${']'.repeat(100_000)}`,
      `${'{"a":'.repeat(100_000)}1${'}'.repeat(100_000)}`,
      `{"type":"admit","a":${'['.repeat(16_000)}${']'.repeat(16_000)}}`,
      `${'{"a":'.repeat(5_000)}1${'}'.repeat(5_000)}`,
      `{"type":"${'\\\\'.repeat(16_000)}"}`,
      `"${'\\"'.repeat(16_000)}`,
    ];
    const began = performance.now();

    expect(hostile.map(parseControl)).toEqual(hostile.map(() => null));
    expect(performance.now() - began).toBeLessThan(5_000);
  });

  it('nothing else by accident: a message cut anywhere is no message', () => {
    for (const message of examples()) {
      const text = JSON.stringify(message);
      for (let length = 0; length < text.length; length += 1) expect(parseControl(text.slice(0, length))).toBeNull();
    }
  });
});

describe('a candidate', () => {
  it('has a line and a mid, and nothing else', () => {
    expect(isCandidate({ candidate: 'candidate:1 1 udp 1 192.0.2.1 1 typ host', mid: '0' })).toBe(true);
    expect(isCandidate({ candidate: '', mid: '0' })).toBe(true);
    for (const value of [null, [], '', { candidate: '' }, { candidate: '', mid: 0 }, { candidate: '', mid: '0', sdpMLineIndex: 0 }, ['', ''], { candidate: 'c'.repeat(2_000), mid: '0' }]) expect(isCandidate(value)).toBe(false);
  });
});

// --- The bench ---

const ID = 'AAAAAAAAAAAAAAAAAAAAAA';
const hello = { type: 'hello', name: 'Anna M.', visit: ID, language: 'de' } as const;
const chat = { type: 'chat', id: ID, at: 1_764_000_000_000, text: 'Guten Tag' } as const;
const OPTIONAL = ['visit', 'you', 'weak', 'photo'];
const offer = { type: 'file-offer', id: 1, name: 'Befund.pdf', size: 20_000_000, mime: 'application/pdf' } as const;

/** Each message that the protocol names, in each of its forms. A function, since the tables above are read before the constants are. */
function examples(): ControlMessage[] {
  const id = 'AAAAAAAAAAAAAAAAAAAAAA';
  return [
    { type: 'hello', name: 'Anna M.', visit: id, language: 'de' },
    { type: 'hello', name: '山田', visit: '-_-_-_-_-_-_-_-_-_-_-Q', language: 'de-AT' },
    { type: 'hello', name: 'Praxis', language: 'de', you: 'interpreter' },
    { type: 'admit' },
    { type: 'hold' },
    { type: 'notice', id, text: 'Es dauert noch etwa zehn Minuten.' },
    { type: 'consent', statement: '{"v":1}', signature: `${'-_'.repeat(42)}-Q` },
    { type: 'consent-seen', sha256: '0123456789abcdef'.repeat(4) },
    { type: 'consent-refuse' },
    { type: 'consent-revoke', items: ['file'] },
    { type: 'consent-revoke', items: ['video', 'photo', 'file'] },
    { type: 'consent-ask', part: 3, of: 4, data: '-_Az' },
    { type: 'media', audio: true, video: true, screen: false },
    { type: 'media', audio: true, video: true, screen: false, weak: true },
    { type: 'chat', id, at: 1_764_000_000_000, text: 'Guten Tag, 😀' },
    { type: 'came', rate: 118_000, lost: 27 },
    { type: 'chat-seen', id },
    { type: 'file-offer', id: 1, name: 'Befund.pdf', size: 20_000_000, mime: 'application/pdf' },
    { type: 'file-offer', id: 0xffff_ffff, name: 'leer', size: 0, mime: '' },
    { type: 'file-offer', id: 2, name: 'photo.jpg', size: 3_000_000, mime: 'image/jpeg', photo: 1 },
    { type: 'file-accept', id: 1 },
    { type: 'file-refuse', id: 1, reason: 'too-large' },
    { type: 'file-refuse', id: 1, reason: 'declined' },
    { type: 'file-refuse', id: 1, reason: 'no-space' },
    { type: 'file-end', id: 1, sha256: '0123456789abcdef'.repeat(4) },
    { type: 'file-done', id: 1, ok: true },
    { type: 'file-cancel', id: 1, from: 'sender' },
    { type: 'file-cancel', id: 1, from: 'receiver' },
    { type: 'photo-ask', id: 1 },
    { type: 'photo-withdraw', id: 1 },
    { type: 'photo-answer', id: 1, answer: 'sending' },
    { type: 'photo-answer', id: 1, answer: 'refused' },
    { type: 'photo-answer', id: 1, answer: 'failed' },
    { type: 'meet', seat: 2, name: 'Olena', part: 'interpreter', language: 'uk', fingerprint: '0123456789abcdef'.repeat(4), offers: true, mesh: id },
    { type: 'pass', seat: 2, mesh: id, description: { type: 'offer', sdp: 'v=0\r\n' } },
    { type: 'pass', seat: 2, mesh: id, candidates: [{ candidate: 'candidate:1 1 udp 1 192.0.2.1 1 typ host', mid: '0' }] },
    { type: 'pass', seat: 2, mesh: id, candidates: [] },
    { type: 'unmeet', seat: 2 },
    { type: 'ping', n: 1 },
    { type: 'pong', n: Number.MAX_SAFE_INTEGER },
    { type: 'bye', reason: 'ended' },
    { type: 'bye', reason: 'left' },
  ];
}


function parsed(message: Readonly<Record<string, unknown>>): ControlMessage | null {
  return parseControl(JSON.stringify(message));
}

/** What is right by chance among what is tried above. */
function isAllowed(name: string, value: unknown): boolean {
  return (name === 'mime' && typeof value === 'string') || (['name', 'text', 'candidate', 'sdp', 'statement'].includes(name) && typeof value === 'string' && value !== '');
}
