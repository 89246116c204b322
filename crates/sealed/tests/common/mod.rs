//! Two ends of a visit with fixed keys, for the tests of this crate.

use aws_lc_rs::{
    agreement::{ECDH_P256, PrivateKey},
    rand::SystemRandom,
    signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair},
};
use sealed::{
    Context, EarlyOffer, Ephemeral, Fingerprint, Guest, HandshakeId, IdentityHash, IdentityKey, IssuerSecret, KeyPair,
    Practice, Prekey, Refusal, RoomId, RoomKey, Session, identity_hash,
};

pub(crate) const ROOM: &str = "00112233445566778899aabbccddeeff";
pub(crate) const HID: HandshakeId = HandshakeId([0x68; 16]);
pub(crate) const PRACTICE_SECRET: [u8; 32] = [0x50; 32];
pub(crate) const IDENTITY_SCALAR: [u8; 32] = [0x1d; 32];
pub(crate) const GUEST: Lots = Lots {
    scalar: [0x0b; 32],
    nonce: [0xb1; 32],
    fingerprint: [0xbf; 32],
};
pub(crate) const PRACTICE: Lots = Lots {
    scalar: [0x0a; 32],
    nonce: [0xa1; 32],
    fingerprint: [0xaf; 32],
};

pub(crate) const PREKEY_ID: HandshakeId = HandshakeId([0x70; 16]);
pub(crate) const PREKEY_SCALAR: [u8; 32] = [0x0c; 32];
pub(crate) const EARLY_SCALAR: [u8; 32] = [0x0e; 32];

/// What one side would have drawn at random.
pub(crate) struct Lots {
    pub(crate) scalar: [u8; 32],
    pub(crate) nonce: [u8; 32],
    pub(crate) fingerprint: [u8; 32],
}

impl Lots {
    pub(crate) fn ephemeral(&self) -> Ephemeral {
        Ephemeral::new(&self.scalar, self.nonce, Fingerprint(self.fingerprint)).expect("a private key")
    }
}

pub(crate) fn context() -> Context {
    Context {
        room: RoomId::new(ROOM).expect("a room id"),
        epoch: 1,
        guest: 1,
    }
}

pub(crate) fn room_key() -> RoomKey {
    IssuerSecret::derive(&PRACTICE_SECRET, "console").room_key(&context().room)
}

pub(crate) fn public(scalar: &[u8; 32]) -> [u8; 65] {
    let key = PrivateKey::from_private_key(&ECDH_P256, scalar).expect("a private key");
    let public = key.compute_public_key().expect("a public key");
    public.as_ref().try_into().expect("an uncompressed point")
}

pub(crate) fn sign(message: &[u8]) -> [u8; 64] {
    let key = EcdsaKeyPair::from_private_key_and_public_key(
        &ECDSA_P256_SHA256_FIXED_SIGNING,
        &IDENTITY_SCALAR,
        &public(&IDENTITY_SCALAR),
    )
    .expect("a key pair");
    #[expect(clippy::disallowed_methods, reason = "a test is no core")]
    let signature = key.sign(&SystemRandom::new(), message).expect("signs");
    signature.as_ref().try_into().expect("r and s")
}

pub(crate) fn link_identity() -> IdentityHash {
    identity_hash(&public(&IDENTITY_SCALAR))
}

pub(crate) fn guest_commits() -> (Guest, Vec<u8>) {
    Guest::commit(&context(), &room_key(), link_identity(), HID, GUEST.ephemeral())
}

pub(crate) fn practice_answers(commit: &[u8], sign: &dyn Fn(&[u8]) -> [u8; 64]) -> (Practice, Vec<u8>) {
    let identity = IdentityKey {
        public: public(&IDENTITY_SCALAR),
        sign,
    };
    Practice::answer(&context(), &room_key(), &identity, PRACTICE.ephemeral(), commit).expect("answers")
}

#[allow(dead_code, reason = "not every test file needs it")]
pub(crate) fn practice_leaves(sign: &dyn Fn(&[u8]) -> [u8; 64]) -> (Prekey, Vec<u8>) {
    let identity = IdentityKey {
        public: public(&IDENTITY_SCALAR),
        sign,
    };
    let own = KeyPair::new(&PREKEY_SCALAR).expect("a private key");
    Prekey::leave(&context(), &room_key(), &identity, PREKEY_ID, own)
}

#[allow(dead_code, reason = "not every test file needs it")]
pub(crate) fn guest_finds(prekey: &[u8]) -> Result<EarlyOffer, Refusal> {
    let own = KeyPair::new(&EARLY_SCALAR).expect("a private key");
    EarlyOffer::new(&context(), &room_key(), link_identity(), HID, &own, prekey)
}

/// Both ends after an undisturbed handshake: practice, guest.
#[allow(dead_code, reason = "not every test file needs it")]
pub(crate) fn sessions() -> (Session, Session) {
    let (guest, commit) = guest_commits();
    let (practice, hello_a) = practice_answers(&commit, &sign);
    let (guest, hello_b) = guest.hello(&hello_a).expect("a good hello");
    (practice.finish(&hello_b).expect("a good hello"), guest)
}
