//! The few primitives that docs/sealed-signalling.md names, each in the one form that we use.

use std::fmt;

use aws_lc_rs::{
    agreement::{self, ECDH_P256},
    digest, hkdf, hmac,
};

use crate::message::Refusal;

/// SHA-256 of a DTLS certificate's DER.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Fingerprint(pub [u8; 32]);

/// A P-256 key pair for one key agreement.
pub struct KeyPair(agreement::PrivateKey);

impl KeyPair {
    /// `scalar` is a P-256 private key: 32 random bytes, big-endian. `None` when it is none (zero, or not below the group's order: draw again).
    pub fn new(scalar: &[u8; 32]) -> Option<Self> {
        agreement::PrivateKey::from_private_key(&ECDH_P256, scalar)
            .ok()
            .map(Self)
    }

    /// The uncompressed public point.
    pub(crate) fn point(&self) -> Vec<u8> {
        let point = self.0.compute_public_key().expect("a P-256 key has a public half");
        point.as_ref().to_vec()
    }

    /// The ECDH secret with the other side's point: its x coordinate.
    pub(crate) fn agree(&self, point: &[u8]) -> Result<[u8; 32], Refusal> {
        let point = agreement::UnparsedPublicKey::new(&ECDH_P256, point);
        agreement::agree(&self.0, point, Refusal::Point, |secret| {
            Ok(secret.try_into().expect("a P-256 x coordinate has 32 bytes"))
        })
    }
}

impl fmt::Debug for KeyPair {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("KeyPair")
    }
}

/// What one side brings to a handshake and never uses again.
pub struct Ephemeral {
    pub(crate) keys: KeyPair,
    pub(crate) nonce: [u8; 32],
    pub(crate) fingerprint: Fingerprint,
}

impl Ephemeral {
    /// `scalar` as for [`KeyPair::new`], `nonce` 32 random bytes, `fingerprint` that of the certificate which the peer connection will use.
    pub fn new(scalar: &[u8; 32], nonce: [u8; 32], fingerprint: Fingerprint) -> Option<Self> {
        let keys = KeyPair::new(scalar)?;
        Some(Self {
            keys,
            nonce,
            fingerprint,
        })
    }
}

impl fmt::Debug for Ephemeral {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Ephemeral")
    }
}

/// The length of `field` as an unsigned 16-bit number, then the field.
pub(crate) fn lp(field: &[u8]) -> Vec<u8> {
    let length = u16::try_from(field.len()).expect("no field of ours is longer than 64 KiB");
    [&length.to_be_bytes()[..], field].concat()
}

pub(crate) fn sha256(parts: &[&[u8]]) -> [u8; 32] {
    let mut context = digest::Context::new(&digest::SHA256);
    for part in parts {
        context.update(part);
    }
    context.finish().as_ref().try_into().expect("SHA-256 has 32 bytes")
}

/// HKDF-SHA256, extract and expand.
pub(crate) fn derive<const N: usize>(ikm: &[u8], salt: &[u8], info: &[u8]) -> [u8; N] {
    struct Length(usize);
    impl hkdf::KeyType for Length {
        fn len(&self) -> usize {
            self.0
        }
    }
    let mut out = [0; N];
    hkdf::Salt::new(hkdf::HKDF_SHA256, salt)
        .extract(ikm)
        .expand(&[info], Length(N))
        .and_then(|okm| okm.fill(&mut out))
        .expect("HKDF gives up to 8160 bytes");
    out
}

/// A MAC over parts, under the key that `label` and the handshake's context give.
pub(crate) struct MacKey(hmac::Key);

impl MacKey {
    pub(crate) fn new(room_key: &[u8; 32], label: &[u8], ctx: &[u8]) -> Self {
        let key: [u8; 32] = derive(room_key, b"", &[&lp(label), ctx].concat());
        Self(hmac::Key::new(hmac::HMAC_SHA256, &key))
    }

    pub(crate) fn sign(&self, parts: &[&[u8]]) -> Vec<u8> {
        hmac::sign(&self.0, &parts.concat()).as_ref().to_vec()
    }

    /// In constant time.
    pub(crate) fn verify(&self, parts: &[&[u8]], mac: &[u8]) -> Result<(), Refusal> {
        hmac::verify(&self.0, &parts.concat(), mac).map_err(|_| Refusal::Mac)
    }
}
