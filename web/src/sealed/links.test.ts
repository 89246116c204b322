// What stands behind the `#` of a link survives the way, or is refused before anything else happens.
import { describe, expect, it } from 'vitest';
import { concat, encodeBase64url, toHex } from './bytes.ts';
import { encodeFragment, type Fragment, identityHash, invite, inviteHash, isInvite, issuerSecret, link, LinkError, parseFragment, roomKey } from './links.ts';

describe('a fragment', () => {
  it('survives the link', () => {
    const text = encodeFragment(FRAGMENT);

    expect(text).toMatch(/^[\w-]{66}$/);
    expect(parseFragment(text)).toEqual(FRAGMENT);
  });

  it.each([
    ['is empty', ''],
    ['was cut by one character', spelt().slice(0, -1)],
    ['was cut by two characters', spelt().slice(0, -2)],
    ['was cut to its version', 'AQ'],
    ['got longer', `${spelt()}AA`],
    ['has a space in it', spelt().replace('B', ' ')],
    ['ends with a line break', `${spelt()}\n`],
    ['ends with a full stop of the sentence around it', `${spelt()}.`],
    ['is padded', `${spelt()}==`],
    ['is ordinary base64', spelt().replace(/^../, 'A+')],
    ['is percent-encoded', spelt().replace(/^./, '%41')],
    ['has letters of another alphabet', spelt().replace(/^./, 'А')],
    ['sets a bit that belongs to no byte', `${spelt().slice(0, -1)}R`],
  ])('that %s is damaged', (_, text) => {
    expect(refusalOf(text)).toBe('damaged');
  });

  it('with anything cut off its end is damaged', () => {
    const cuts = Array.from({ length: spelt().length }, (_, length) => spelt().slice(0, length));

    expect(cuts.map(refusalOf)).toEqual(cuts.map(() => 'damaged'));
  });

  it.each([0, 2, 255])('of version %i is of another version, however long it is', (version) => {
    const text = encodeBase64url(concat(Uint8Array.of(version), FRAGMENT.roomKey, FRAGMENT.practice));

    expect(refusalOf(text)).toBe('version');
    expect(refusalOf(encodeBase64url(Uint8Array.of(version, 1, 2)))).toBe('version');
  });

  it('does not stand in the error that refuses it', () => {
    const damaged = spelt().slice(0, -1);

    expect(String(errorOf(damaged))).not.toContain(damaged.slice(4, 12));
  });
});

describe('an invite', () => {
  it.each([
    ['A'.repeat(22), true],
    ['A'.repeat(21), false],
    ['A'.repeat(23), false],
    [`${'A'.repeat(21)}B`, false],
    [`${'A'.repeat(21)}+`, false],
    [`${'A'.repeat(20)}==`, false],
    ['', false],
  ])('%s: %s', (text, good) => {
    expect(isInvite(text)).toBe(good);
  });

  it('is known to the server by the hash of its 22 characters', async () => {
    // printf %s AAAAAAAAAAAAAAAAAAAAAA | sha256sum
    expect(await inviteHash('A'.repeat(22))).toBe('ilvbTMFRZBJsbvJmjendJA0pnOY5ekLJWpQRuT0IDtg');
  });

  it('stands in the path, the fragment behind the #', () => {
    expect(link('https://video.example.org', 'A'.repeat(22), FRAGMENT)).toBe(`https://video.example.org/v/${'A'.repeat(22)}#${spelt()}`);
  });
});

describe('what a practice derives', () => {
  it('is another for each issuer, room, seat and number', async () => {
    const [console_, booking] = await Promise.all(['console', 'booking'].map((issuer) => issuerSecret(SECRET, issuer)));
    if (!console_ || !booking) throw new Error('two issuers');

    const keys = await Promise.all([roomKey(console_, ROOM), roomKey(booking, ROOM), roomKey(console_, 'f'.repeat(32))]);
    const invites = await Promise.all([
      invite(console_, ROOM, 1, 0),
      invite(console_, ROOM, 1, 1),
      invite(console_, ROOM, 2, 0),
      invite(console_, ROOM, 2, 1),
      invite(booking, ROOM, 1, 0),
      invite(console_, 'f'.repeat(32), 1, 0),
    ]);

    expect(new Set([console_, booking, ...keys].map(toHex)).size).toBe(5);
    expect(new Set(invites).size).toBe(invites.length);
    expect(invites.every(isInvite)).toBe(true);
  });

  it('names its identity key by half of a hash', async () => {
    // printf '\x04' | sha256sum
    expect(toHex(await identityHash(Uint8Array.of(4)))).toBe('e52d9c508c502347344d8c07ad91cbd6');
  });
});

const SECRET = new Uint8Array(32).fill(0x50);
const ROOM = '00112233445566778899aabbccddeeff';
const FRAGMENT: Fragment = { roomKey: new Uint8Array(32).fill(7), practice: new Uint8Array(16).fill(9) };

/** `FRAGMENT`'s text; a function, since the tables above are read before the constants are. */
function spelt(): string {
  return 'AQcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHCQkJCQkJCQkJCQkJCQkJCQ';
}

function errorOf(text: string): unknown {
  try {
    return parseFragment(text);
  } catch (error) {
    return error;
  }
}

function refusalOf(text: string): string {
  const error = errorOf(text);
  return error instanceof LinkError ? error.reason : 'none';
}
