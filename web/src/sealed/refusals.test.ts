// What somebody in between may try (cases 50, 51 and 53), and with which reason it is refused. The Rust twin: crates/sealed/tests/refusals.rs.
import { beforeAll, describe, expect, it } from 'vitest';
import { type Bytes, concat, lp, u32, u64, utf8 } from './bytes.ts';
import { type Context, contextBytes } from './context.ts';
import { agree, derive, drawEphemeral, drawKeyPair, type Ephemeral, mac, macKey, sha256 } from './crypto.ts';
import { EarlyOffer, Prekey } from './early.ts';
import { Guest, type IdentityKey, Practice } from './handshake.ts';
import { type Fragment, identityHash } from './links.ts';
import { head, MESSAGE } from './message.ts';
import { Refusal, type RefusalReason } from './refusal.ts';
import { type Kind, Session, type Side } from './session.ts';

let doctor: IdentityKey;
let impostor: IdentityKey;
beforeAll(async () => {
  [doctor, impostor] = await Promise.all([drawIdentity(), drawIdentity()]);
});

describe('undisturbed', () => {
  it('both ends agree and hear each other', async () => {
    const { guest, practice, fingerprints } = await visit();

    const [offer, answer] = await Promise.all([guest.seal('description', utf8('offer')), practice.seal('description', utf8('answer'))]);

    expect(await practice.open(offer)).toEqual({ kind: 'description', payload: utf8('offer') });
    expect(await guest.open(answer)).toEqual({ kind: 'description', payload: utf8('answer') });
    expect(practice.safetyCode).toMatch(/^\d{6}$/);
    expect(guest.safetyCode).toBe(practice.safetyCode);
    expect([guest.peerFingerprint, practice.peerFingerprint]).toEqual([fingerprints.practice, fingerprints.guest]);
  });

  it('two who seal at once never share a counter', async () => {
    const { guest, practice } = await visit();
    const payloads = Array.from({ length: 20 }, (_, at) => utf8(`[${at}]`));

    const envelopes = await Promise.all(payloads.map((payload) => guest.seal('candidates', payload)));
    const opened = await Promise.all(envelopes.map((envelope) => practice.open(envelope)));

    expect(opened.map(({ payload }) => payload)).toEqual(payloads);
  });

  it('a payload that is too large takes no counter, and keeps nobody waiting', async () => {
    const { guest, practice } = await visit();

    const [tooLarge, next] = await Promise.allSettled([guest.seal('restart', new Uint8Array(2_000)), guest.seal('restart', utf8('{}'))]);

    expect(tooLarge.status === 'rejected' && reasonOf(tooLarge.reason)).toBe('too-large');
    expect(next.status === 'fulfilled' && (await practice.open(next.value))).toEqual({ kind: 'restart', payload: utf8('{}') });
  });
});

describe('case_50: every changed bit is refused', { timeout: 60_000 }, () => {
  it('of a commit', async () => {
    const { commit } = await conversation();

    for (const { at, flipped } of flips(commit)) expect(await refusal(answer(flipped)), `byte ${at}`).toBe(at === 0 ? 'version' : at === 1 ? otherType(flipped) : 'mac');
  });

  it("of the practice's hello", async () => {
    const { guest, helloA } = await conversation();

    for (const { at, flipped } of flips(helloA)) expect(await refusal(guest.hello(flipped)), `byte ${at}`).toBe(inHello(at, flipped));
    expect(await refusal(guest.hello(helloA))).toBe('none');
  });

  it("of the guest's hello", async () => {
    const { practice, helloB } = await conversation();

    for (const { at, flipped } of flips(helloB)) expect(await refusal(practice.finish(flipped)), `byte ${at}`).toBe(inHello(at, flipped));
    expect(await refusal(practice.finish(helloB))).toBe('none');
  });

  it('of an envelope', async () => {
    const { guest, practice } = await visit();
    const envelope = await guest.seal('candidates', utf8('[]'));
    const inHead = flips(envelope.slice(0, HEAD + PREFIX)).map(({ at, flipped }) => ({ at, flipped: concat(flipped, envelope.slice(HEAD + PREFIX)) }));

    for (const { at, flipped } of [...inHead, ...oneFlipEach(envelope)]) expect(await refusal(practice.open(flipped)), `byte ${at}`).toBe(inEnvelope(at, flipped));
    expect(await refusal(practice.open(envelope))).toBe('none');
  });
});

describe('case_50: what goes early is refused', { timeout: 60_000 }, () => {
  it('with any bit of a prekey changed, or cut', async () => {
    const { prekey } = await early();

    for (const { at, flipped } of flips(prekey.message)) expect(await refusal(finds(flipped)), `byte ${at}`).not.toBe('none');
    for (const cut of cuts(prekey.message)) expect(await refusal(finds(cut)), `prekey of ${cut.length}`).toBe('malformed');
    expect(await refusal(finds(prekey.message))).toBe('none');
  });

  it('with any bit of the offer or the answer changed', async () => {
    const { prekey, offer, earlyB } = await early();
    const { payload, answer } = await prekey.open(earlyB);
    const earlyA = await answer.seal(utf8('answer'));

    // Where the handshake's id or the prekey's is changed, it belongs to another one.
    for (const { at, flipped } of oneFlipEach(earlyB).slice(0, 400)) expect(await refusal(prekey.open(flipped)), `byte ${at}`).not.toBe('none');
    for (const { at, flipped } of oneFlipEach(earlyA).slice(0, 400)) expect(await refusal(offer.open(flipped)), `byte ${at}`).not.toBe('none');
    expect([payload, await offer.open(earlyA)]).toEqual([utf8('offer'), utf8('answer')]);
  });

  it('from another room, time or seat', async () => {
    const { prekey } = await early();

    for (const difference of [{ epoch: 2 }, { guest: 2 }, { room: 'f'.repeat(32) }]) {
      expect(await refusal(EarlyOffer.make({ ...CONTEXT, ...difference }, await linkOf(), new Uint8Array(16), await drawKeyPair(), prekey.message))).toBe('mac');
    }
  });

  it('case_51: with a prekey that an impostor has left, with and without the link’s key', async () => {
    const leave = async (key: Bytes, identity: IdentityKey) => (await Prekey.make(CONTEXT, key, identity, new Uint8Array(16), await drawKeyPair())).message;

    expect(await refusal(finds(await leave(K, impostor)))).toBe('identity');
    expect(await refusal(finds(await leave(new Uint8Array(32), doctor)))).toBe('mac');
  });

  it('case_53: and opens to nobody who has the link and a recording', async () => {
    const { prekey, earlyB } = await early();
    const id = earlyB.slice(HEAD, HEAD + 16);
    const own = await Prekey.make(CONTEXT, K, doctor, id, await drawKeyPair());

    expect(await refusal(own.open(earlyB))).toBe('sealed');
    expect(await refusal(prekey.open(earlyB))).toBe('none');
  });

  it('an offer for another prekey is left alone', async () => {
    const [one, other] = [await early(), await early()];

    expect(await refusal(one.prekey.open(other.earlyB))).toBe('other-handshake');
  });

  it('offers and answers of all browsers look alike', async () => {
    const sizes = await Promise.all([1_800, 2_600].map(async (length) => (await early(new Uint8Array(length).fill(7))).earlyB.length));

    expect(sizes[0]).toBe(sizes[1]);
  });
});

describe('case_50: every other length is refused', { timeout: 60_000 }, () => {
  it('of the handshake', async () => {
    const { guest, practice, commit, helloA, helloB } = await conversation();

    for (const cut of cuts(commit)) expect(await refusal(answer(cut)), `commit of ${cut.length}`).toBe('malformed');
    for (const cut of cuts(helloA)) expect(await refusal(guest.hello(cut)), `hello A of ${cut.length}`).toBe('malformed');
    for (const cut of cuts(helloB)) expect(await refusal(practice.finish(cut)), `hello B of ${cut.length}`).toBe('malformed');
    for (const tail of TAILS) {
      expect(await refusal(answer(concat(commit, tail)))).toBe('malformed');
      expect(await refusal(guest.hello(concat(helloA, tail)))).toBe('malformed');
      expect(await refusal(practice.finish(concat(helloB, tail)))).toBe('malformed');
    }
  });

  it('of an envelope', async () => {
    const { guest, practice } = await visit();
    const envelope = await guest.seal('restart', utf8('{}'));

    for (const cut of cuts(envelope)) expect(await refusal(practice.open(cut)), `${cut.length} bytes`).toBe(cut.length < HEAD + PREFIX + TAG ? 'malformed' : 'sealed');
    for (const tail of TAILS) expect(await refusal(practice.open(concat(envelope, tail)))).toBe('sealed');
    expect(await refusal(practice.open(envelope))).toBe('none');
  });
});

describe('case_50: the right words at the wrong place are refused', () => {
  it('an envelope comes once, and none is left out', async () => {
    const { guest, practice } = await visit();
    const [first, second, third] = await sealThree(guest);

    expect(await refusal(practice.open(second))).toBe('counter');
    expect(await refusal(practice.open(first))).toBe('none');
    expect(await refusal(practice.open(first))).toBe('counter');
    expect(await refusal(practice.open(third))).toBe('counter');
    expect(await refusal(practice.open(second))).toBe('none');
  });

  it('an envelope that comes back to its sender is not opened', async () => {
    const { guest } = await visit();

    expect(await refusal(guest.open(await guest.seal('candidates', utf8('[]'))))).toBe('sealed');
  });

  it('an envelope with a counter beyond all counting is refused', async () => {
    const { guest, practice } = await visit();
    const envelope = await guest.seal('restart', utf8('{}'));
    envelope.fill(0xff, HEAD + 1, HEAD + PREFIX);

    expect(await refusal(practice.open(envelope))).toBe('counter');
  });

  it('an envelope of another kind than it was sealed as is not opened', async () => {
    const { guest, practice } = await visit();
    const envelope = await guest.seal('candidates', utf8('[]'));

    for (const kind of [1, 3]) expect(await refusal(practice.open(changed(envelope, HEAD, kind)))).toBe('sealed');
    for (const kind of [0, 4, 255]) expect(await refusal(practice.open(changed(envelope, HEAD, kind)))).toBe('malformed');
  });

  it("an earlier handshake's message is told apart, and the newer one still waits", async () => {
    const earlier = await conversation();
    const now = await conversation({ hid: new Uint8Array(16).fill(1) });

    expect(await refusal(now.guest.hello(earlier.helloA))).toBe('other-handshake');
    expect(await refusal(now.practice.finish(earlier.helloB))).toBe('other-handshake');
    expect(await refusal(now.guest.hello(now.helloA))).toBe('none');
    expect(await refusal(now.practice.finish(now.helloB))).toBe('none');
  });

  it("an earlier handshake's envelope is told apart, and the newer one goes on", async () => {
    const [earlier, now] = [await visit(), await visit({ hid: new Uint8Array(16).fill(1) })];
    const [old, next] = [await earlier.guest.seal('restart', utf8('{}')), await now.guest.seal('restart', utf8('{}'))];

    expect(await refusal(now.practice.open(old))).toBe('other-handshake');
    expect(await refusal(now.practice.open(next))).toBe('none');
  });

  it('an envelope of another handshake with the same name is not opened', async () => {
    const [one, other] = [await visit(), await visit()];

    expect(await refusal(other.practice.open(await one.guest.seal('restart', utf8('{}'))))).toBe('sealed');
  });

  it('no message stands in for another', async () => {
    const { guest, practice, commit, helloA, helloB, sessions } = await conversation();
    const envelope = await sessions.guest.seal('restart', utf8('{}'));

    for (const message of [helloA, helloB, envelope]) expect(await refusal(answer(message))).toBe('unexpected');
    for (const message of [commit, helloB, envelope]) expect(await refusal(guest.hello(message))).toBe('unexpected');
    for (const message of [commit, helloA, envelope]) expect(await refusal(practice.finish(message))).toBe('unexpected');
    for (const message of [commit, helloA, helloB]) expect(await refusal(sessions.practice.open(message))).toBe('unexpected');
  });

  it('a hello of the same handshake that was said to another commit is refused', async () => {
    const [one, other] = [await conversation(), await conversation()];

    expect(await refusal(one.guest.hello(other.helloA))).toBe('mac');
    expect(await refusal(one.practice.finish(other.helloB))).toBe('mac');
  });

  it('a commit that comes again leads to nothing that its first guest could finish', async () => {
    const { commit, helloB } = await conversation();
    const { practice: again } = await answer(commit);

    expect(await refusal(again.finish(helloB))).toBe('mac');
  });

  it("a guest's words under the practice's name are refused", async () => {
    const { guest, commit } = await conversation();
    const ctx = contextBytes(CONTEXT, HID);
    const body = concat(bodyOf(await drawEphemeral(random(32))), doctor.publicKey);
    const said = concat(lp('hello A'), ctx, lp(commit), body);
    const signature = await doctor.sign(said);
    const underGuestsKey = concat(head('helloA', HID), body, signature, await mac(await macKey(K, 'mac B', ctx), concat(said, signature)));

    expect(await refusal(guest.hello(underGuestsKey))).toBe('mac');
  });
});

describe('case_50: another place, time or seat is refused', () => {
  it.each<[string, Partial<Context>]>([
    ['room', { room: 'f'.repeat(32) }],
    ['epoch, after the appointment was moved', { epoch: 2 }],
    ['seat', { guest: 2 }],
  ])('another %s', async (_, difference) => {
    const context = { ...CONTEXT, ...difference };
    const here = await conversation();
    const there = await conversation({ context });

    expect(await refusal(answer(here.commit, { context }))).toBe('mac');
    expect(await refusal(here.guest.hello(there.helloA))).toBe('mac');
    expect(await refusal(here.practice.finish(there.helloB))).toBe('mac');
    expect(await refusal(here.sessions.practice.open(await there.sessions.guest.seal('restart', utf8('{}'))))).toBe('sealed');
  });

  it.each([0, 2, 255])('another version: %i', async (version) => {
    const { guest, practice, commit, helloA, helloB, sessions } = await conversation();
    const envelope = await sessions.guest.seal('restart', utf8('{}'));

    expect(await refusal(answer(changed(commit, 0, version)))).toBe('version');
    expect(await refusal(guest.hello(changed(helloA, 0, version)))).toBe('version');
    expect(await refusal(practice.finish(changed(helloB, 0, version)))).toBe('version');
    expect(await refusal(sessions.practice.open(changed(envelope, 0, version)))).toBe('version');
  });

  it.each([0, 8, 255])('a type that nobody knows: %i', async (type) => {
    const { guest, commit } = await conversation();

    expect(await refusal(answer(changed(commit, 1, type)))).toBe('malformed');
    expect(await refusal(guest.hello(changed(commit, 1, type)))).toBe('malformed');
  });
});

describe('case_50: whoever has the key must still keep to the rules', () => {
  it.each(Object.entries(badPoints()))('a key exchange with %s is refused by both', async (_, spoil) => {
    const bad = await badEphemeral(spoil);

    const fromPractice = await conversation({ practiceDraws: bad, stopAt: 'helloA' });
    const fromGuest = await conversation({ guestDraws: bad });

    expect(await refusal(fromPractice.guest.hello(fromPractice.helloA))).toBe('point');
    expect(await refusal(fromGuest.practice.finish(fromGuest.helloB))).toBe('point');
  });

  it.each(Object.entries(badPoints()))('a practice key that is %s is refused, even if the link names it', async (_, spoil) => {
    const identity: IdentityKey = { publicKey: spoil(doctor.publicKey), sign: doctor.sign };
    const { guest, helloA } = await conversation({ identity, stopAt: 'helloA' });

    expect(await refusal(guest.hello(helloA))).toBe('point');
  });

  it('a guest can not choose its hello after it has seen the practice’s', async () => {
    const { practice, commit, helloA } = await conversation();
    const ctx = contextBytes(CONTEXT, HID);
    const second = bodyOf(await drawEphemeral(random(32)));
    const proof = await mac(await macKey(K, 'mac B', ctx), concat(lp('hello B'), ctx, lp(commit), lp(helloA), second));

    expect(await refusal(practice.finish(concat(head('helloB', HID), second, proof)))).toBe('commitment');
  });

  it('what stands behind the payload is zeros', async () => {
    const { sealed, practice } = await byHand();

    for (const at of [4 + 2, 4 + 3, 1_023]) {
      const padded = concat(u32(2), utf8('{}'), new Uint8Array(1_018));
      padded[at] = 1;
      expect(await refusal(practice.open(await sealed(3, padded))), `byte ${at}`).toBe('malformed');
    }
    expect(await practice.open(await sealed(3, concat(u32(2), utf8('{}'), new Uint8Array(1_018))))).toEqual({ kind: 'restart', payload: utf8('{}') });
  });

  it.each([
    [1, 1_024],
    [1, 12_287],
    [1, 12_289],
    [1, 0],
    [2, 12_288],
    [2, 1_023],
    [3, 24_576],
    [3, 3],
  ])('an envelope of kind %i does not come in %i bytes', async (kind, length) => {
    const { sealed, practice } = await byHand();

    expect(await refusal(practice.open(await sealed(kind, new Uint8Array(length))))).toBe('malformed');
  });

  it.each([1_021, 1_024, 0x7fff_ffff, 0xffff_ffff])('a payload does not say that it has %i bytes where there are fewer', async (length) => {
    const { sealed, practice } = await byHand();

    expect(await refusal(practice.open(await sealed(2, concat(u32(length), new Uint8Array(1_020)))))).toBe('malformed');
  });

  it('descriptions of all browsers look alike', async () => {
    const { guest } = await visit();

    const lengths = await Promise.all([1, 3_844, 6_057, 12_284].map(async (length) => (await guest.seal('description', new Uint8Array(length).fill(99))).length));

    expect(new Set(lengths)).toEqual(new Set([HEAD + PREFIX + 12_288 + TAG]));
  });

  it.each<[Kind, number]>([
    ['description', 24_572],
    ['candidates', 1_020],
    ['restart', 1_020],
  ])('of %s, %i bytes are sealed and no more', async (kind, most) => {
    const { guest, practice } = await visit();
    const payload = random(most);

    expect(await refusal(guest.seal(kind, new Uint8Array(most + 1)))).toBe('too-large');
    expect(await practice.open(await guest.seal(kind, payload))).toEqual({ kind, payload });
  });
});

describe('case_51: somebody sits in between', () => {
  it('and has no key, but fresh keys of its own for both sides: both refuse it', async () => {
    const [guess, { guest, commit }] = [random(32), await conversation()];

    const helloA = await forgedHello(commit, guess);
    const { commit: forged } = await Guest.commit(CONTEXT, { roomKey: guess, practice: await identityHash(doctor.publicKey) }, HID, await drawEphemeral(random(32)));

    expect(await refusal(answer(commit, { roomKey: guess }))).toBe('mac');
    expect(await refusal(guest.hello(helloA))).toBe('mac');
    expect(await refusal(answer(forged))).toBe('mac');
  });

  it('and puts in its own certificate: refused, whichever way', async () => {
    const { guest, practice, helloA, helloB } = await conversation();
    const certificate = { from: HEAD + 65 + 32, to: HEAD + 65 + 32 + 32 };

    expect(await refusal(guest.hello(helloA.slice().fill(0xee, certificate.from, certificate.to)))).toBe('mac');
    expect(await refusal(practice.finish(helloB.slice().fill(0xee, certificate.from, certificate.to)))).toBe('mac');
  });

  it('and has stolen the link: it can not play the practice', async () => {
    const { guest, commit } = await conversation();

    const asItself = await answer(commit, { identity: impostor });
    const asTheDoctor = await answer(commit, { identity: { publicKey: doctor.publicKey, sign: impostor.sign } });
    const withNothing = await answer(commit, { identity: { publicKey: doctor.publicKey, sign: async () => new Uint8Array(64) } });

    expect(await refusal(guest.hello(asItself.helloA))).toBe('identity');
    expect(await refusal(guest.hello(asTheDoctor.helloA))).toBe('signature');
    expect(await refusal(guest.hello(withNothing.helloA))).toBe('signature');
  });

  it('and has stolen the link, and let the practice sign for its own commit: that signature is worth nothing elsewhere', async () => {
    const ctx = contextBytes(CONTEXT, HID);
    const { guest, commit } = await conversation();
    const { helloA: toTheThief } = await conversation();
    const signed = toTheThief.slice(HEAD, -MAC);
    const body = signed.slice(0, -SIGNATURE);
    const proof = await mac(await macKey(K, 'mac A', ctx), concat(lp('hello A'), ctx, lp(commit), body, signed.slice(-SIGNATURE)));

    expect(await refusal(guest.hello(concat(head('helloA', HID), signed, proof)))).toBe('signature');
  });

  it('a guest with another key hears from the practice that its link is damaged, and learns nothing else', async () => {
    const { guest, commit } = await conversation({ roomKey: random(32), stopAt: 'commit' });

    const refused = Practice.refuse(commit);

    expect(await refusal(answer(commit))).toBe('mac');
    expect(await refusal(guest.hello(refused))).toBe('mac');
    expect(refused.slice(0, HEAD)).toEqual(head('helloA', HID));
    expect(refused.slice(HEAD).every((byte) => byte === 0)).toBe(true);
  });

  it('and is refused without a word about any key', async () => {
    const { guest, commit } = await conversation();

    const { message } = await guest.hello(Practice.refuse(commit)).catch((error: unknown) => error as Error) as Error;

    expect(message).toBe("the other side does not have this link's key");
  });
});

describe('who relays the handshake', () => {
  it('sees no fingerprint in it, and never the same bytes twice for one', async () => {
    const [one, other] = [await conversation(), await conversation()];
    const hex = (bytes: Bytes) => [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('');

    for (const { commit, helloA, helloB, sessions } of [one, other]) {
      const seen = hex(concat(commit, helloA, helloB));
      for (const session of [sessions.guest, sessions.practice]) expect(seen).not.toContain(hex(session.peerFingerprint));
    }
    const veiled = [one.helloB, other.helloB].map((hello) => hex(hello.slice(18 + 65 + 32, 18 + 65 + 32 + 32)));
    expect(veiled[0]).not.toBe(veiled[1]);
  });
});

describe('case_53: who learns the link later', () => {
  it('lacks the ephemeral keys, and opens nothing that was recorded', async () => {
    const { commit, helloA, helloB, sessions } = await conversation();
    const recorded = await sessions.guest.seal('description', utf8('offer'));
    const transcript = await transcriptOf(CONTEXT, commit, helloA, helloB);
    const own = await drawEphemeral(random(32));
    const itsSecrets = [new Uint8Array(32), await agree(own, pointIn(helloA)), await agree(own, pointIn(helloB))];

    for (const secret of itsSecrets) {
      const session = await sessionOf('practice', concat(secret, K), transcript);
      expect(await refusal(session.open(recorded))).toBe('sealed');
    }
    expect(await refusal(sessions.practice.open(recorded))).toBe('none');
  });
});

describe('whatever a stranger sends', { timeout: 60_000 }, () => {
  it('is refused with one of our reasons, and disturbs nothing', async () => {
    const { guest, practice, helloA, helloB, sessions } = await conversation();
    const envelope = await sessions.guest.seal('restart', utf8('{}'));

    for (let round = 0; round < 300; round += 1) {
      const noise = random(round * 2);
      const withHead = concat(Uint8Array.of(1, 1 + (round % 4)), HID, noise);
      for (const message of [noise, withHead]) {
        expect(await refusal(answer(message))).not.toBe('none');
        expect(await refusal(guest.hello(message))).not.toBe('none');
        expect(await refusal(practice.finish(message))).not.toBe('none');
        expect(await refusal(sessions.practice.open(message))).not.toBe('none');
      }
    }

    expect(await refusal(guest.hello(helloA))).toBe('none');
    expect(await refusal(practice.finish(helloB))).toBe('none');
    expect(await refusal(sessions.practice.open(envelope))).toBe('none');
  });
});

// --- The bench ---

/** What a test wants to be different from an ordinary visit. */
interface Difference {
  readonly context?: Context;
  readonly roomKey?: Bytes;
  readonly hid?: Bytes;
  readonly identity?: IdentityKey;
  readonly guestDraws?: Ephemeral;
  readonly practiceDraws?: Ephemeral;
}

interface Conversation {
  readonly guest: Guest;
  readonly practice: Practice;
  readonly commit: Bytes;
  readonly helloA: Bytes;
  readonly helloB: Bytes;
  readonly sessions: { readonly guest: Session; readonly practice: Session };
}

/** A handshake, with everything that was said in it; both ends can be talked to again. `stopAt`: what comes after it would be refused. */
async function conversation(difference: Difference & { readonly stopAt: 'commit' }): Promise<Pick<Conversation, 'guest' | 'commit'>>;
async function conversation(difference: Difference & { readonly stopAt: 'helloA' }): Promise<Omit<Conversation, 'helloB' | 'sessions'>>;
async function conversation(difference?: Difference): Promise<Conversation>;
async function conversation(difference: Difference & { readonly stopAt?: 'commit' | 'helloA' } = {}): Promise<Partial<Conversation>> {
  const { context = CONTEXT, roomKey = K, hid = HID, identity = doctor, stopAt } = difference;
  const link: Fragment = { roomKey, practice: await identityHash(identity.publicKey) };
  const { guest, commit } = await Guest.commit(context, link, hid, difference.guestDraws ?? (await drawEphemeral(random(32))));
  if (stopAt === 'commit') return { guest, commit };
  const { practice, helloA } = await answer(commit, difference);
  if (stopAt === 'helloA') return { guest, practice, commit, helloA };
  const { session, helloB } = await guest.hello(helloA);
  // A guest that breaks the rules has a practice that refuses it: then there is no second session to have.
  const other = difference.guestDraws ? session : await practice.finish(helloB);
  return { guest, practice, commit, helloA, helloB, sessions: { guest: session, practice: other } };
}

/** A prekey that the practice has left, and a guest's offer that was sealed with it. */
async function early(payload = utf8('offer')): Promise<{ prekey: Prekey; offer: EarlyOffer; earlyB: Bytes }> {
  const prekey = await Prekey.make(CONTEXT, K, doctor, random(16), await drawKeyPair());
  const offer = await finds(prekey.message);
  return { prekey, offer, earlyB: await offer.seal(payload) };
}

async function finds(prekey: Bytes): Promise<EarlyOffer> {
  return EarlyOffer.make(CONTEXT, await linkOf(), HID, await drawKeyPair(), prekey);
}

async function linkOf(): Promise<Fragment> {
  return { roomKey: K, practice: await identityHash(doctor.publicKey) };
}

/** Both ends after an undisturbed handshake. */
async function visit({ hid = HID }: Pick<Difference, 'hid'> = {}): Promise<{ guest: Session; practice: Session; fingerprints: Record<Side, Bytes> }> {
  const fingerprints = { guest: random(32), practice: random(32) };
  const link = { roomKey: K, practice: await identityHash(doctor.publicKey) };
  const { guest, commit } = await Guest.commit(CONTEXT, link, hid, await drawEphemeral(fingerprints.guest));
  const { practice, helloA } = await answer(commit, { practiceDraws: await drawEphemeral(fingerprints.practice) });
  const { session, helloB } = await guest.hello(helloA);
  return { guest: session, practice: await practice.finish(helloB), fingerprints };
}

async function answer(commit: Bytes, { context = CONTEXT, roomKey = K, identity = doctor, practiceDraws }: Difference = {}): Promise<{ practice: Practice; helloA: Bytes }> {
  return Practice.answer(context, roomKey, identity, practiceDraws ?? (await drawEphemeral(random(32))), commit);
}

/** A hello's body as somebody would make it up: what is veiled in it, nobody can tell from noise. */
function bodyOf({ point, nonce, fingerprint }: Ephemeral): Bytes {
  return concat(point, nonce, fingerprint);
}

/** The best hello that somebody without the room's key can write. */
async function forgedHello(commit: Bytes, guess: Bytes): Promise<Bytes> {
  const ctx = contextBytes(CONTEXT, HID);
  const body = concat(bodyOf(await drawEphemeral(random(32))), doctor.publicKey);
  const said = concat(lp('hello A'), ctx, lp(commit), body);
  const signature = await impostor.sign(said);
  return concat(head('helloA', HID), body, signature, await mac(await macKey(guess, 'mac A', ctx), concat(said, signature)));
}

/** A practice, and a guest that seals whatever it is told to, always as its first envelope. */
async function byHand(): Promise<{ practice: Session; sealed: (kind: number, padded: Bytes) => Promise<Bytes> }> {
  const [ikm, transcript, ctx] = [random(64), random(32), contextBytes(CONTEXT, HID)];
  const practice = await sessionOf('practice', ikm, transcript);
  const raw = await derive(ikm, transcript, concat(lp('B to A'), ctx), 32);
  const key = await crypto.subtle.importKey('raw', raw, 'AES-GCM', false, ['encrypt']);
  const sealed = async (kind: number, padded: Bytes) => {
    const additionalData = concat(lp('envelope'), ctx, Uint8Array.of(1, kind), u64(0), transcript);
    const ciphertext = await crypto.subtle.encrypt({ name: 'AES-GCM', iv: new Uint8Array(12), additionalData }, key, padded);
    return concat(head('envelope', HID), Uint8Array.of(kind), u64(0), new Uint8Array(ciphertext));
  };
  return { practice, sealed };
}

function sessionOf(side: Side, ikm: Bytes, transcript: Bytes): Promise<Session> {
  return Session.derive({ side, hid: HID, ctx: contextBytes(CONTEXT, HID), ikm, transcript, peerFingerprint: random(32) });
}

function transcriptOf(context: Context, ...messages: readonly Bytes[]): Promise<Bytes> {
  return sha256(concat(lp('transcript'), contextBytes(context, HID), ...messages.map(lp)));
}

function pointIn(hello: Bytes): Bytes {
  return hello.slice(HEAD, HEAD + 65);
}

async function sealThree(session: Session): Promise<[Bytes, Bytes, Bytes]> {
  const seal = () => session.seal('candidates', utf8('[]'));
  return Promise.all([seal(), seal(), seal()]);
}

/** `none` when it was taken. Whatever is thrown that is no refusal of ours comes through. */
async function refusal(taken: Promise<unknown>): Promise<RefusalReason | 'none'> {
  return taken.then(() => 'none' as const, reasonOf);
}

function reasonOf(error: unknown): RefusalReason {
  if (error instanceof Refusal) return error.reason;
  throw error;
}

/** The message with each of its bits turned, one at a time. */
function flips(message: Bytes): { at: number; flipped: Bytes }[] {
  return Array.from({ length: message.length * 8 }, (_, bit) => ({ at: bit >> 3, flipped: changed(message, bit >> 3, (message[bit >> 3] ?? 0) ^ (1 << (bit & 7))) }));
}

/** The message with one bit turned in each of its bytes. */
function oneFlipEach(message: Bytes): { at: number; flipped: Bytes }[] {
  return Array.from(message, (byte, at) => ({ at, flipped: changed(message, at, byte ^ (1 << (at % 8))) }));
}

function cuts(message: Bytes): Bytes[] {
  return Array.from(message, (_, length) => message.slice(0, length));
}

function changed(message: Bytes, at: number, byte: number): Bytes {
  const copy = message.slice();
  copy[at] = byte;
  return copy;
}

function inHello(at: number, flipped: Bytes): RefusalReason {
  if (at === 0) return 'version';
  if (at === 1) return otherType(flipped);
  return at < HEAD ? 'other-handshake' : 'mac';
}

function inEnvelope(at: number, flipped: Bytes): RefusalReason {
  if (at < HEAD) return inHello(at, flipped);
  if (at === HEAD) return [1, 2, 3].includes(flipped[at] ?? 0) ? 'sealed' : 'malformed';
  return at < HEAD + PREFIX ? 'counter' : 'sealed';
}

/** A type that exists is merely not due. */
function otherType(message: Bytes): RefusalReason {
  return Object.values<number>(MESSAGE).includes(message[1] ?? 0) ? 'unexpected' : 'malformed';
}

/** Ways to spoil a point of 65 bytes. A function, since the tables above are read before the constants are. */
function badPoints(): Record<string, (point: Bytes) => Bytes> {
  const padded = (...start: readonly Uint8Array[]) => concat(...start, new Uint8Array(65)).slice(0, 65);
  return {
    'a compressed point': (point) => padded(Uint8Array.of(2 + ((point[64] ?? 0) & 1)), point.slice(1, 33)),
    'a hybrid point': (point) => changed(point, 0, 6 + ((point[64] ?? 0) & 1)),
    'the point at infinity': () => padded(),
    'zeros as an uncompressed point': () => padded(Uint8Array.of(4)),
    'a point off the curve': (point) => changed(point, 64, (point[64] ?? 0) ^ 1),
    'coordinates beyond the field': () => new Uint8Array(65).fill(0xff).fill(4, 0, 1),
  };
}

async function badEphemeral(spoil: (point: Bytes) => Bytes): Promise<Ephemeral> {
  const good = await drawEphemeral(random(32));
  return { ...good, point: spoil(good.point) };
}

async function drawIdentity(): Promise<IdentityKey> {
  const { privateKey, publicKey } = await crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, false, ['sign']);
  return {
    publicKey: new Uint8Array(await crypto.subtle.exportKey('raw', publicKey)),
    sign: async (bytes) => new Uint8Array(await crypto.subtle.sign({ name: 'ECDSA', hash: 'SHA-256' }, privateKey, bytes)),
  };
}

function random(length: number): Bytes {
  return crypto.getRandomValues(new Uint8Array(length));
}

const CONTEXT: Context = { room: '00112233445566778899aabbccddeeff', epoch: 1, guest: 1 };
const HID: Bytes = new Uint8Array(16).fill(0x68);
const K: Bytes = new Uint8Array(32).fill(0x4b);
const HEAD = 18;
const PREFIX = 9;
const TAG = 16;
const MAC = 32;
const SIGNATURE = 64;
const TAILS: readonly Bytes[] = [Uint8Array.of(0), Uint8Array.of(0x78), new Uint8Array(32), new Uint8Array(1_024)];
