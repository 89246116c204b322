// Fixed keys lead to fixed bytes, here and in crates/sealed (case 52): both read tests/vectors/sealed.json.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type Bytes, encodeBase64url, fromHex, toHex, utf8 } from './bytes.ts';
import type { Ephemeral, KeyPair } from './crypto.ts';
import { EarlyOffer, Prekey } from './early.ts';
import { Guest, Practice } from './handshake.ts';
import { encodeFragment, type Fragment, identityHash, invite, issuerSecret, parseFragment, roomKey } from './links.ts';
import type { Kind, Session } from './session.ts';

const file = join(import.meta.dirname, '../../../tests/vectors/sealed.json');
const kept = JSON.parse(readFileSync(file, 'utf8')) as Vectors;

describe('case_52: fixed keys lead to fixed bytes', () => {
  it('in the link', async () => {
    const issuer = await issuerSecret(bytes(kept.practice_secret), kept.issuer);

    expect(encodeFragment(await fragment())).toBe(kept.fragment);
    expect(await Promise.all([0, 1].map((number) => invite(issuer, kept.room, kept.guest_seat, number)))).toEqual(kept.invites);
  });

  it('in the link as it is read', async () => {
    expect(parseFragment(kept.fragment)).toEqual(await fragment());
  });

  it('in the handshake', async () => {
    const said = await handshake();

    expect(toHex(said.commit)).toBe(kept.commit);
    expect(toHex(said.helloA)).toBe(kept.hello_a);
    expect(toHex(said.helloB)).toBe(kept.hello_b);
  });

  it('in what both can read out, and in the certificates that they expect', async () => {
    const { guest, practice } = await handshake();

    expect([guest.safetyCode, practice.safetyCode]).toEqual([kept.safety_code, kept.safety_code]);
    expect([toHex(guest.peerFingerprint), toHex(practice.peerFingerprint)]).toEqual([kept.practice.fingerprint, kept.guest.fingerprint]);
    expect([toHex(guest.hid), toHex(practice.hid)]).toEqual([kept.hid, kept.hid]);
  });

  it('in the envelopes', async () => {
    const sessions = await handshake();

    for (const { from, kind, payload, bytes } of kept.envelopes) {
      expect(toHex(await sessions[from].seal(KINDS[kind], utf8(payload))), `${from}, kind ${kind}`).toBe(bytes);
    }
    expect(kept.envelopes.length).toBeGreaterThan(0);
  });

  it('in the envelopes as they are opened', async () => {
    const sessions = await handshake();

    for (const { from, kind, payload, bytes: envelope } of kept.envelopes) {
      const opened = await sessions[from === 'guest' ? 'practice' : 'guest'].open(bytes(envelope));

      expect(opened).toEqual({ kind: KINDS[kind], payload: utf8(payload) });
    }
  });
});

describe('case_52: fixed keys lead to fixed bytes, early', () => {
  it('in the prekey, the offer and the answer', async () => {
    const { early } = kept;
    const context = { room: kept.room, epoch: kept.epoch, guest: kept.guest_seat };
    const link = await fragment();
    const identity = { publicKey: bytes(kept.practice.identity_public), sign: async () => bytes(early.signature) };

    const prekey = await Prekey.make(context, link.roomKey, identity, bytes(early.prekey_id), await keyPair(early.prekey_scalar, early.prekey_public));
    const offer = await EarlyOffer.make(context, link, bytes(kept.hid), await keyPair(early.guest_scalar, early.guest_public), prekey.message);
    const earlyB = await offer.seal(utf8(early.offer));
    const { payload, answer } = await prekey.open(earlyB);
    const earlyA = await answer.seal(utf8(early.answer));

    expect([prekey.message, earlyB, earlyA].map(toHex)).toEqual([early.prekey, early.early_b, early.early_a]);
    expect([payload, await offer.open(earlyA)]).toEqual([utf8(early.offer), utf8(early.answer)]);
  });
});

/** The whole handshake as the file's two sides have it. */
async function handshake(): Promise<{ guest: Session; practice: Session; commit: Bytes; helloA: Bytes; helloB: Bytes }> {
  const context = { room: kept.room, epoch: kept.epoch, guest: kept.guest_seat };
  const link = await fragment();
  // Signatures are drawn by lot: the file's is taken over, and verified by the guest.
  const identity = { publicKey: bytes(kept.practice.identity_public), sign: async () => bytes(kept.practice.signature) };

  const { guest, commit } = await Guest.commit(context, link, bytes(kept.hid), await ephemeral(kept.guest));
  const { practice, helloA } = await Practice.answer(context, link.roomKey, identity, await ephemeral(kept.practice), commit);
  const { session, helloB } = await guest.hello(helloA);
  return { guest: session, practice: await practice.finish(helloB), commit, helloA, helloB };
}

async function fragment(): Promise<Fragment> {
  const issuer = await issuerSecret(bytes(kept.practice_secret), kept.issuer);
  return { roomKey: await roomKey(issuer, kept.room), practice: await identityHash(bytes(kept.practice.identity_public)) };
}

/** What one side would have drawn at random. */
async function ephemeral({ scalar, public: point, nonce, fingerprint }: SideVectors): Promise<Ephemeral> {
  return { ...(await keyPair(scalar, point)), nonce: bytes(nonce), fingerprint: bytes(fingerprint) };
}

async function keyPair(scalar: string, point: string): Promise<KeyPair> {
  const [x, y] = [bytes(point).slice(1, 33), bytes(point).slice(33)];
  const jwk = { kty: 'EC', crv: 'P-256', d: encodeBase64url(bytes(scalar)), x: encodeBase64url(x), y: encodeBase64url(y) };
  const privateKey = await crypto.subtle.importKey('jwk', jwk, { name: 'ECDH', namedCurve: 'P-256' }, false, ['deriveBits']);
  return { privateKey, point: bytes(point) };
}

function bytes(hex: string): Bytes {
  const bytes = fromHex(hex);
  if (!bytes) throw new Error(`${hex} is not hexadecimal`);
  return bytes;
}

const KINDS: Record<1 | 2 | 3, Kind> = { 1: 'description', 2: 'candidates', 3: 'restart' };

/** The file, in whose hexadecimal the bytes are. */
interface Vectors {
  readonly practice_secret: string;
  readonly issuer: string;
  readonly room: string;
  readonly epoch: number;
  readonly guest_seat: number;
  readonly fragment: string;
  readonly invites: readonly string[];
  readonly hid: string;
  readonly guest: SideVectors;
  readonly practice: SideVectors & { readonly identity_public: string; readonly signature: string };
  readonly commit: string;
  readonly hello_a: string;
  readonly hello_b: string;
  readonly safety_code: string;
  readonly envelopes: readonly { readonly from: 'guest' | 'practice'; readonly kind: 1 | 2 | 3; readonly payload: string; readonly bytes: string }[];
  readonly early: Readonly<Record<'prekey_id' | 'prekey_scalar' | 'prekey_public' | 'signature' | 'guest_scalar' | 'guest_public' | 'prekey' | 'offer' | 'early_b' | 'answer' | 'early_a', string>>;
}

interface SideVectors {
  readonly scalar: string;
  readonly public: string;
  readonly nonce: string;
  readonly fingerprint: string;
}
