import { beforeAll, describe, expect, it } from 'vitest';
import { concat, decodeBase64url, encodeBase64url, utf8 } from '../sealed/bytes.ts';
import { identityHash } from '../sealed/links.ts';
import { asks, isPhone, LARGEST_DOCUMENT, phoneOf, readDocument, relayUseOf, textFor, textHash, type WelcomeDocument, writeDocument } from './document.ts';
import { plainWords, readMarkdown } from './markdown.ts';
import { type Bond, type Decision, drawReceiptKey, isDecision, MOST_POINTS, readReceipt, signReceipt } from './receipt.ts';
import { templates } from './templates.ts';
import { openWelcome, sealWelcome, type SignedWelcome, signWelcome, WelcomeRefusal } from './welcome.ts';

const ROOM = 'ab'.repeat(16);
const ROOM_KEY = new Uint8Array(32).fill(7);
const DOCUMENT: WelcomeDocument = { practice: 'Praxis am Finkenweg', made: 1_700_000_000_000, policy: 'required', texts: templates('Praxis am Finkenweg'), items: ['video', 'photo', 'file'] };
let practice: Awaited<ReturnType<typeof signer>>;
let signed: SignedWelcome;

beforeAll(async () => {
  practice = await signer();
  signed = await signWelcome(DOCUMENT, practice);
});

describe('a welcome', () => {
  it('is read by who holds the link', async () => {
    const sealed = await sealWelcome(signed, ROOM, ROOM_KEY);

    expect(await openWelcome(sealed, ROOM, await link())).toEqual(DOCUMENT);
  });

  it('does not tell how long its texts are', async () => {
    const short = await sealWelcome(await signWelcome({ ...DOCUMENT, texts: [] }, practice), ROOM, ROOM_KEY);
    const shorter = await sealWelcome(await signWelcome({ ...DOCUMENT, texts: [], practice: 'P' }, practice), ROOM, ROOM_KEY);

    expect(short.length).toBe(shorter.length);
    expect((decodeBase64url(short)?.length ?? 0) - 29).toBe(4_096);
  });

  it('fits what the server takes, as long as its texts may be', async () => {
    const text = { ...DOCUMENT.texts[0]!, markdown: 'x'.repeat(12_000) };
    const long = { ...DOCUMENT, texts: [text, { ...text, language: 'en' as const, id: 'en-adult' }] };

    expect(decodeBase64url(await sealWelcome(await signWelcome(long, practice), ROOM, ROOM_KEY))?.length).toBeLessThanOrEqual(32_768);
    const tooLong = { ...long, texts: [...long.texts, { ...text, for: 'guardian' as const, id: 'de-guardian' }] };
    await expect(signWelcome(tooLong, practice)).rejects.toThrow(RangeError);
  });

  it.each([
    ['another room key', async () => openWelcome(await sealWelcome(signed, ROOM, new Uint8Array(32).fill(8)), ROOM, await link())],
    ['another room', async () => openWelcome(await sealWelcome(signed, 'cd'.repeat(16), ROOM_KEY), ROOM, await link())],
    ['another version', async () => openWelcome(changed(await sealWelcome(signed, ROOM, ROOM_KEY), 0), ROOM, await link())],
    ['a changed byte', async () => openWelcome(changed(await sealWelcome(signed, ROOM, ROOM_KEY), 500), ROOM, await link())],
    ['nothing but a nonce', async () => openWelcome(encodeBase64url(new Uint8Array(13).fill(1)), ROOM, await link())],
    ['more than the server takes', async () => openWelcome('A'.repeat(44_000), ROOM, await link())],
    ['no base64url', async () => openWelcome('…', ROOM, await link())],
  ])('with %s does not open', async (_, act) => {
    expect(await reason(act())).toBe('sealed');
  });

  it.each<[string, (signed: SignedWelcome) => Promise<SignedWelcome>]>([
    ['signed by another practice', async () => signWelcome(DOCUMENT, await signer())],
    ['signed by nobody', async (one) => ({ ...one, signature: new Uint8Array(64) })],
    ['with another document', async (one) => ({ ...one, document: writeDocument({ ...DOCUMENT, policy: 'none' }) })],
    ['whose signature is another key’s', async (one) => ({ ...one, signature: (await signWelcome(DOCUMENT, await signer())).signature })],
    ['whose identity is no point', async (one) => ({ ...one, identity: new Uint8Array(65).fill(4) })],
  ])('%s is not believed', async (_, change) => {
    const sealed = await sealWelcome(await change(signed), ROOM, ROOM_KEY);

    expect(await reason(openWelcome(sealed, ROOM, await link()))).toBe('untrusted');
  });

  it('that its practice signed and nobody can read says so', async () => {
    const document = utf8('{"v":2}');
    const signature = (await signWelcome(DOCUMENT, { ...practice, sign: (bytes) => practice.sign(concat(bytes.slice(0, 19), Uint8Array.of(0, document.length), document)) })).signature;
    const sealed = await sealWelcome({ identity: practice.publicKey, signature, document }, ROOM, ROOM_KEY);

    expect(await reason(openWelcome(sealed, ROOM, await link()))).toBe('malformed');
  });
});

describe('a document', () => {
  it('comes back as it was written', () => {
    expect(readDocument(writeDocument(DOCUMENT))).toEqual(DOCUMENT);
  });

  it.each<[string, unknown]>([
    ['another version', { v: 2 }],
    ['an empty name', { practice: ' ' }],
    ['half a character', { practice: '\ud800' }],
    ['an unknown policy', { policy: 'maybe' }],
    ['an unknown field', { extra: 1 }],
    ['an unknown item', { items: ['video', 'blood'] }],
    ['an item twice', { items: ['video', 'video'] }],
    ['a text twice', { texts: [DOCUMENT.texts[0], DOCUMENT.texts[0]] }],
    ['a text without version', { texts: [{ ...DOCUMENT.texts[0], version: 0 }] }],
    ['a text that is too long', { texts: [{ ...DOCUMENT.texts[0], markdown: 'x'.repeat(12_001) }] }],
    ['a text in another language', { texts: [{ ...DOCUMENT.texts[0], language: 'fr' }] }],
    ['texts that are none', { texts: 'no' }],
    ['a time that is none', { made: 1.5 }],
    ['a number that nobody can call', { phone: 'call us' }],
    ['a number that is none', { phone: 30_1234 }],
    ['a way that there is not', { relay: 'always' }],
    ['a way that needs not be said', { relay: 'never' }],
  ])('with %s is none', (_, change) => {
    const fields = JSON.parse(new TextDecoder().decode(writeDocument(DOCUMENT))) as object;

    expect(readDocument(utf8(JSON.stringify({ ...fields, ...(change as object) })))).toBeNull();
  });

  it.each([['no JSON', '{'], ['a list', '[]'], ['nothing', '']])('that is %s is none', (_, text) => {
    expect(readDocument(utf8(text))).toBeNull();
  });

  it('larger than allowed is none, and is not even read', () => {
    expect(readDocument(new Uint8Array(LARGEST_DOCUMENT + 1))).toBeNull();
  });

  it.each(['tr', 'uk', 'ar'] as const)('may have texts in %s', (language) => {
    const document = { ...DOCUMENT, texts: [{ ...DOCUMENT.texts[0]!, id: `${language}-adult`, language, title: 'Згода · موافقة' }] };

    expect(readDocument(writeDocument(document))).toEqual(document);
  });

  it('has a text in the reader’s language, or in the one that there is', () => {
    expect(textFor(DOCUMENT, 'guardian', 'en')?.id).toBe('en-guardian');
    expect(textFor({ ...DOCUMENT, texts: [...DOCUMENT.texts].reverse() }, 'adult', 'ar')?.id).toBe('de-adult');
    expect(textFor({ ...DOCUMENT, texts: DOCUMENT.texts.slice(0, 1) }, 'adult', 'en')?.id).toBe('de-adult');
    expect(textFor({ ...DOCUMENT, texts: [] }, 'adult', 'en')).toBeNull();
  });

  it('says whom to call, where the practice does', () => {
    const document = { ...DOCUMENT, phone: '+49 30 / 123-45 67' };

    expect(readDocument(writeDocument(document))).toEqual(document);
    expect(phoneOf(document)).toEqual({ text: '+49 30 / 123-45 67', href: 'tel:+49301234567' });
    expect([phoneOf(DOCUMENT), phoneOf(null)]).toEqual([null, null]);
  });

  it('says which way visits take, and who says nothing connects directly', () => {
    for (const relay of ['if-needed', 'only'] as const) {
      const document = { ...DOCUMENT, relay };

      expect(readDocument(writeDocument(document))).toEqual(document);
      expect(relayUseOf(document)).toBe(relay);
    }
    expect([relayUseOf(DOCUMENT), relayUseOf(null)]).toEqual(['never', 'never']);
  });

  it.each(['110', '030 1234567', '+49 30 1234', '0421 - 12 34 56', '1'.repeat(32)])('takes %s for a number', (text) => {
    expect(isPhone(text)).toBe(true);
  });

  it.each(['', '12', '030 12 ', ' 030 12', '030    1234', '+49 (0) 30 1234', '030 1234 Praxis', '٠٣٠١٢٣٤', '030\u00a01234', '030+1234', '1'.repeat(33)])('does not take “%s” for a number', (text) => {
    expect(isPhone(text)).toBe(false);
  });

  it('asks only where there is something to sign', () => {
    expect([DOCUMENT, { ...DOCUMENT, policy: 'none' as const }, { ...DOCUMENT, texts: [] }].map(asks)).toEqual([true, false, false]);
  });
});

describe('the templates', () => {
  it('name the practice, and fit into a document together', () => {
    for (const { markdown, title } of DOCUMENT.texts) {
      expect(markdown).toContain('Praxis am Finkenweg');
      expect(markdown).not.toContain('{');
      expect(readMarkdown(markdown).length).toBeGreaterThan(10);
      expect(title).not.toBe('');
    }
    expect(writeDocument({ ...DOCUMENT, practice: 'ä'.repeat(200), texts: templates('ä'.repeat(200)) }).length).toBeLessThan(LARGEST_DOCUMENT);
  });

  it('are known by their hash', async () => {
    const hashes = await Promise.all(DOCUMENT.texts.map(({ markdown }) => textHash(markdown)));

    expect(new Set(hashes).size).toBe(4);
    expect(await textHash('')).toBe('e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855');
  });
});

describe('a receipt', () => {
  it('is the same on both sides', async () => {
    const receipt = await signReceipt(DECISION, BOND, await drawReceiptKey());

    expect(await readReceipt(said(receipt), BOND)).toEqual(receipt);
    expect(receipt.sha256).toMatch(/^[\da-f]{64}$/);
  });

  it.each<[string, Bond]>([
    ['room', { ...bond(), room: 'cd'.repeat(16) }],
    ['time', { ...bond(), epoch: 2 }],
    ['certificate of the practice', { ...bond(), fingerprints: { practice: '03'.repeat(32), guest: '02'.repeat(32) } }],
    ['certificate of the guest', { ...bond(), fingerprints: { practice: '01'.repeat(32), guest: '03'.repeat(32) } }],
  ])('of another %s is worth nothing', async (_, other) => {
    const receipt = await signReceipt(DECISION, BOND, await drawReceiptKey());

    expect(await readReceipt(said(receipt), other)).toBeNull();
  });

  it('that was changed, or signed by another key, is none', async () => {
    const receipt = await signReceipt(DECISION, BOND, await drawReceiptKey());
    const other = await signReceipt(DECISION, BOND, await drawReceiptKey());
    const more = receipt.statement.replace('"agreed":["video"]', '"agreed":["video","photo"]').replace('"declined":["photo","file"]', '"declined":["file"]');
    expect(more).not.toBe(receipt.statement);

    expect(await readReceipt({ ...said(receipt), statement: more }, BOND)).toBeNull();
    expect(await readReceipt({ ...said(receipt), signature: other.signature }, BOND)).toBeNull();
  });

  it.each<[string, object]>([
    ['an item both agreed to and declined', { declined: ['video'] }],
    ['an item twice', { agreed: ['video', 'video'] }],
    ['no name', { name: '' }],
    ['a name that is too long', { name: 'n'.repeat(81) }],
    ['a drawing of nothing', { mark: { drawn: [] } }],
    ['half a point', { mark: { drawn: [[1]] } }],
    ['a point outside', { mark: { drawn: [[1_001, 0]] } }],
    ['a point too deep', { mark: { drawn: [[0, 401]] } }],
    ['a point between numbers', { mark: { drawn: [[0.5, 0]] } }],
    ['too many points', { mark: { drawn: [Array.from({ length: 2 * MOST_POINTS }, () => 0), [0, 0]] } }],
    ['too many strokes', { mark: { drawn: Array.from({ length: 61 }, () => [0, 0]) } }],
    ['two signatures', { mark: { drawn: [[0, 0]], typed: 'A' } }],
    ['a text by another name', { text: { ...decision().text, id: '<b>' } }],
    ['a text without hash', { text: { ...decision().text, sha256: '' } }],
  ])('with %s is no decision', async (_, change) => {
    const wrong = { ...DECISION, ...change } as Decision;
    expect(isDecision(wrong)).toBe(false);

    const receipt = await signReceipt(wrong, BOND, await drawReceiptKey());
    expect(await readReceipt(said(receipt), BOND)).toBeNull();
  });

  it.each<[string, unknown]>([['extra', true], ['constructor', 1]])('with the field %s is no decision', (name, value) => {
    expect(isDecision({ ...DECISION, [name]: value })).toBe(false);
  });

  it('of the largest drawing can still be said', async () => {
    const drawn = Array.from({ length: 60 }, () => Array.from({ length: 50 }, (_, at) => (at % 2 ? 400 : 1_000)));
    const receipt = await signReceipt({ ...DECISION, name: 'ü"'.repeat(40), mark: { drawn } }, BOND, await drawReceiptKey());

    expect(JSON.stringify(said(receipt)).length).toBeLessThan(32_768);
    expect(await readReceipt(said(receipt), BOND)).toEqual(receipt);
  });
});

describe('Markdown', () => {
  it('is headings, paragraphs, lists and emphasis', () => {
    expect(readMarkdown('# One\ntwo\nthree\n\n- *a*\n- **b** c\n  more\n\n1. x\n2. y')).toEqual([
      { type: 'heading', level: 1, content: [plain('One')] },
      { type: 'paragraph', content: [plain('two three')] },
      { type: 'list', ordered: false, items: [[{ text: 'a', style: 'emphasis' }], [{ text: 'b', style: 'strong' }, plain(' c'), plain(' more')]] },
      { type: 'list', ordered: true, items: [[plain('x')], [plain('y')]] },
    ]);
  });

  it('shows a link with its address, as text', () => {
    expect(readMarkdown('see [us](https://praxis.example.org)')).toEqual([{ type: 'paragraph', content: [plain('see us (https://praxis.example.org)')] }]);
  });

  it.each([
    '<script>alert(1)</script>',
    '<img src=x onerror=alert(1)>',
    '&lt;b&gt;',
    '![x](javascript:alert(1))',
    '[x](javascript:alert(1))',
    '```html\n<b>\n```',
    '<!-- -->',
    '[a]: http://b "c"',
  ])('leaves %s as words', (source) => {
    const words = readMarkdown(source).flatMap((block) => (block.type === 'list' ? block.items.map(plainWords) : [plainWords(block.content)]));

    for (const block of readMarkdown(source)) expect(block.type).toBe('paragraph');
    for (const piece of source.match(/[\w<>&;/]+/g) ?? []) expect(words.join(' ')).toContain(piece);
  });

  it.each(['*'.repeat(12_000), '['.repeat(12_000), '**a'.repeat(4_000), '[a]('.repeat(3_000), '- '.repeat(6_000), ' '.repeat(12_000)])('is read at once, whatever it is', (source) => {
    const before = performance.now();
    readMarkdown(source);

    expect(performance.now() - before).toBeLessThan(500);
  });
});

const BOND: Bond = bond();
const DECISION: Decision = decision();

function bond(): Bond {
  return { room: ROOM, epoch: 1, fingerprints: { practice: '01'.repeat(32), guest: '02'.repeat(32) } };
}

function decision(): Decision {
  const text = { id: 'de-adult', language: 'de', for: 'adult', version: 1, sha256: 'a1'.repeat(32) } as const;
  return { text, name: 'Anna M.', agreed: ['video'], declined: ['photo', 'file'], at: 1_700_000_000_000, mark: { drawn: [[10, 10, 20, 20]] } };
}

function said({ statement, signature }: { readonly statement: string; readonly signature: string }) {
  return { type: 'consent', statement, signature } as const;
}

function plain(text: string) {
  return { text, style: 'plain' } as const;
}

async function signer() {
  const pair = await crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, false, ['sign', 'verify']);
  const publicKey = new Uint8Array(await crypto.subtle.exportKey('raw', pair.publicKey));
  const sign = async (bytes: Uint8Array<ArrayBuffer>) => new Uint8Array(await crypto.subtle.sign({ name: 'ECDSA', hash: 'SHA-256' }, pair.privateKey, bytes));
  return { publicKey, sign };
}

async function link() {
  return { roomKey: ROOM_KEY, practice: await identityHash(practice.publicKey) };
}

function changed(sealed: string, at: number): string {
  const bytes = decodeBase64url(sealed)!;
  bytes[at]! ^= 2;
  return encodeBase64url(bytes);
}

async function reason(act: Promise<unknown>): Promise<string> {
  return act.then(
    () => 'opened',
    (cause: unknown) => (cause instanceof WelcomeRefusal ? cause.reason : String(cause)),
  );
}
