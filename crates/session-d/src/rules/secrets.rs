//! Secrets that are drawn by lot, and the hashes that are stored in their place.

use aws_lc_rs::{digest, rand};
use data_encoding::BASE64URL_NOPAD;

/// The SHA-256 of a secret: all that the store knows of it.
pub(crate) type Hash = [u8; 32];

pub(crate) fn random<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    rand::fill(&mut bytes).expect("the operating system gives randomness");
    bytes
}

/// 128 bits as they stand in links: 22 characters of base64url.
pub(crate) fn new_code() -> String {
    BASE64URL_NOPAD.encode(&random::<16>())
}

/// Over the text, as the person or program has it.
pub(crate) fn hash(secret: &str) -> Hash {
    hash_bytes(secret.as_bytes())
}

pub(crate) fn hash_bytes(bytes: &[u8]) -> Hash {
    let hash = digest::digest(&digest::SHA256, bytes);
    hash.as_ref().try_into().expect("SHA-256 has 32 bytes")
}
