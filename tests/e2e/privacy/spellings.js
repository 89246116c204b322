// The ways in which something could lie about: in a buffer, a log, a database, a frame of JSON, a URL.

/** Each a `{ as, bytes }`. What is looked for is a text, or bytes that are no text. */
export function spellings(what) {
  const found = new Map();
  const add = (as, bytes) => {
    const key = bytes.toString('latin1');
    if (bytes.length >= SHORTEST && !found.has(key)) found.set(key, { as, bytes });
  };
  const raw = Buffer.from(what);
  add(typeof what === 'string' ? 'UTF-8' : 'bytes', raw);
  for (const [as, bytes] of typeof what === 'string' ? texts(what) : []) add(as, bytes);
  for (const [as, text] of encodings(raw)) for (const [in16, bytes] of [['', Buffer.from(text)], [' in UTF-16LE', utf16le(text)]]) add(as + in16, bytes);
  return [...found.values()];
}

function texts(text) {
  const json = JSON.stringify(text).slice(1, -1);
  const escaped = [...json].map((char) => (char.charCodeAt(0) < 0x7f ? char : unicode(char))).join('');
  return [
    ['UTF-16LE', utf16le(text)],
    ['UTF-16BE', utf16le(text).swap16()],
    ['JSON', Buffer.from(json)],
    ['JSON with \\u', Buffer.from(escaped)],
    ['JSON with \\U', Buffer.from(escaped.replaceAll(/\\u[\da-f]{4}/g, (code) => `\\u${code.slice(2).toUpperCase()}`))],
    ['URL', Buffer.from(encodeURIComponent(text))],
    ['URL in lower case', Buffer.from(encodeURIComponent(text).replaceAll(/%[\dA-F]{2}/g, (code) => code.toLowerCase()))],
    ['form', Buffer.from(new URLSearchParams({ '': text }).toString().slice(1))],
    ['Debug of Rust', Buffer.from(text.replaceAll(/[\\"']/g, '\\$&'))],
  ];
}

function encodings(bytes) {
  const hex = bytes.toString('hex');
  const base64 = [0, 1, 2].flatMap((alignment) => {
    const part = inner(bytes, alignment);
    return [
      [`base64 at ${alignment}`, part],
      [`base64url at ${alignment}`, part.replaceAll('+', '-').replaceAll('/', '_')],
    ];
  });
  return [['hex', hex], ['HEX', hex.toUpperCase()], ['hex with colons', hex.replaceAll(/..(?=.)/g, '$&:')], ...base64];
}

/** The base64 of the bytes when others stand before and behind them: without the digits that those share in. */
function inner(bytes, alignment) {
  const whole = Buffer.concat([Buffer.alloc(alignment), bytes]);
  const from = Math.ceil((alignment * 8) / 6);
  return whole.toString('base64').slice(from, Math.floor((whole.length * 8) / 6));
}

function utf16le(text) {
  return Buffer.from(text, 'utf16le');
}

function unicode(char) {
  return [...Array(char.length).keys()].map((at) => `\\u${char.charCodeAt(at).toString(16).padStart(4, '0')}`).join('');
}

/** Shorter ones are found by chance in a hundred megabytes of memory. */
const SHORTEST = 8;
