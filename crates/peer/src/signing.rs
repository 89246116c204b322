//! Keys that sign: ECDSA P-256 with SHA-256, r‖s, as everything of the protocol is signed.

use aws_lc_rs::{
    rand::SystemRandom,
    signature::{
        ECDSA_P256_SHA256_FIXED, ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair as _, UnparsedPublicKey,
    },
};
use data_encoding::BASE64URL_NOPAD;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};

/// A key pair that can be kept.
pub(crate) struct SigningKey(EcdsaKeyPair);

impl SigningKey {
    pub(crate) fn draw() -> Self {
        Self(EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).expect("the system gives random numbers"))
    }

    /// The uncompressed point.
    pub(crate) fn public(&self) -> [u8; POINT] {
        self.0
            .public_key()
            .as_ref()
            .try_into()
            .expect("a P-256 point has 65 bytes")
    }

    pub(crate) fn sign(&self, bytes: &[u8]) -> [u8; SIGNATURE] {
        let signature = self.0.sign(&SystemRandom::new(), bytes).expect("a P-256 key signs");
        signature.as_ref().try_into().expect("r and s have 32 bytes each")
    }
}

pub(crate) fn is_signed(public: &[u8], signature: &[u8], bytes: &[u8]) -> bool {
    UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, public)
        .verify(bytes, signature)
        .is_ok()
}

/// The length of `field` as an unsigned 16-bit number, then the field.
pub(crate) fn lp(field: &[u8]) -> Vec<u8> {
    let length = u16::try_from(field.len()).expect("what is signed is shorter than 64 KiB");
    [&length.to_be_bytes()[..], field].concat()
}

impl Serialize for SigningKey {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let document = self.0.to_pkcs8v1().map_err(serde::ser::Error::custom)?;
        serializer.serialize_str(&BASE64URL_NOPAD.encode(document.as_ref()))
    }
}

impl<'de> Deserialize<'de> for SigningKey {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let bytes = BASE64URL_NOPAD.decode(text.as_bytes()).map_err(D::Error::custom)?;
        EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &bytes)
            .map(Self)
            .map_err(|_| D::Error::custom("not a P-256 key (PKCS #8)"))
    }
}

const POINT: usize = 65;
const SIGNATURE: usize = 64;
