//! Proofs that a message is whole: FINGERPRINT against chance (RFC 8489 section 14.7), MESSAGE-INTEGRITY and MESSAGE-INTEGRITY-SHA256 against people (14.5, 14.6).
//!
//! All three cover the message up to their own attribute, with the length in the header as if the message ended behind them. Padding is covered as it came.

use aws_lc_rs::hmac;

use crate::{
    attribute::{ATTRIBUTE_HEADER, Attribute, AttributeType},
    message::{HEADER, Message},
};

/// What became of a proof.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Integrity {
    /// There is none.
    Absent,
    Right,
    Wrong,
    /// It has a length that none can have; RFC 8489 has it answered with 400.
    Malformed,
}

/// Checks a message's proof under `key`: the password of a short-term credential, or the hash over user, realm and password of a long-term one. Where a message has both
/// kinds of proof, the one with SHA-256 counts (RFC 8489 section 9.1.3).
#[must_use]
pub fn check(message: Message<'_>, key: &[u8]) -> Integrity {
    let find = |kind| message.attribute(kind);
    let (algorithm, proof) = match find(AttributeType::MESSAGE_INTEGRITY_SHA256) {
        Some(proof) => (hmac::HMAC_SHA256, proof),
        None => match find(AttributeType::MESSAGE_INTEGRITY) {
            Some(proof) => (hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, proof),
            None => return Integrity::Absent,
        },
    };
    if !is_possible(proof) {
        return Integrity::Malformed;
    }
    let expected = compute(algorithm, key, message.as_bytes(), proof.at, proof.value.len());
    match aws_lc_rs::constant_time::verify_slices_are_equal(&expected.as_ref()[..proof.value.len()], proof.value) {
        Ok(()) => Integrity::Right,
        Err(_) => Integrity::Wrong,
    }
}

/// Whether a proof has a length that it may have: 20 bytes, or 16, 20, … 32 of SHA-256.
#[must_use]
pub fn is_possible(proof: Attribute<'_>) -> bool {
    let length = proof.value.len();
    match proof.kind {
        AttributeType::MESSAGE_INTEGRITY => length == SHA1,
        AttributeType::MESSAGE_INTEGRITY_SHA256 => {
            (SHA256_AT_LEAST..=SHA256).contains(&length) && length.is_multiple_of(4)
        }
        _ => false,
    }
}

/// The proof of a message whose attribute with the proof begins at `at` and has `length` bytes.
pub(crate) fn compute(algorithm: hmac::Algorithm, key: &[u8], message: &[u8], at: usize, length: usize) -> hmac::Tag {
    let key = hmac::Key::new(algorithm, key);
    let mut context = hmac::Context::with_key(&key);
    context.update(&message[..2]);
    context.update(&length_until(at, length));
    context.update(&message[4..at]);
    context.sign()
}

pub(crate) fn is_fingerprint_right(message: Message<'_>, fingerprint: Attribute<'_>) -> bool {
    fingerprint.value == self::fingerprint(message.as_bytes(), fingerprint.at)
}

/// The value of FINGERPRINT in an attribute that begins at `at`.
pub(crate) fn fingerprint(message: &[u8], at: usize) -> [u8; 4] {
    let (start, rest) = message[..at]
        .split_first_chunk::<16>()
        .expect("a header is longer than that");
    let mut start = *start;
    start[2..4].copy_from_slice(&length_until(at, FINGERPRINT));
    let crc = crc32(step(u32::MAX, start), rest);
    (!crc ^ FINGERPRINT_MASK).to_be_bytes()
}

/// What the header's length would be if the message ended behind the attribute at `at`.
fn length_until(at: usize, length: usize) -> [u8; 2] {
    let length = at + ATTRIBUTE_HEADER + length - HEADER;
    u16::try_from(length)
        .expect("a message has a length of 16 bits")
        .to_be_bytes()
}

/// CRC-32 of ITU-T V.42, not yet inverted, of whole words, which all of a message is: sixteen bytes at a time, since one by one it would take longer than all else of a Binding.
fn crc32(crc: u32, words: &[u8]) -> u32 {
    let (many, rest) = words.as_chunks::<16>();
    let crc = many.iter().fold(crc, |crc, &some| step(crc, some));
    let (words, _) = rest.as_chunks::<4>();
    words.iter().fold(crc, |crc, &word| step(crc, word))
}

#[inline]
fn step<const N: usize>(crc: u32, mut bytes: [u8; N]) -> u32 {
    bytes
        .iter_mut()
        .zip(crc.to_le_bytes())
        .for_each(|(byte, crc)| *byte ^= crc);
    let tables = CRC_TABLES[..N].iter().rev();
    bytes
        .iter()
        .zip(tables)
        .fold(0, |crc, (&byte, table)| crc ^ table[usize::from(byte)])
}

/// What a byte makes of the sum that so many bytes follow.
static CRC_TABLES: [[u32; 256]; 16] = {
    let mut tables = [[0; 256]; 16];
    let mut byte = 0;
    while byte < 256 {
        let mut crc = byte as u32;
        let mut bit = 0;
        while bit < 8 {
            crc = if crc & 1 == 0 { crc >> 1 } else { crc >> 1 ^ 0xedb8_8320 };
            bit += 1;
        }
        tables[0][byte] = crc;
        byte += 1;
    }
    let mut following = 1;
    while following < 16 {
        let mut byte = 0;
        while byte < 256 {
            let crc: u32 = tables[following - 1][byte];
            tables[following][byte] = crc >> 8 ^ tables[0][(crc & 0xff) as usize];
            byte += 1;
        }
        following += 1;
    }
    tables
};

/// "STUN": tells it from the CRC-32 that another protocol may end with.
const FINGERPRINT_MASK: u32 = 0x5354_554e;
pub(crate) const FINGERPRINT: usize = 4;
pub(crate) const SHA1: usize = 20;
pub(crate) const SHA256: usize = 32;
const SHA256_AT_LEAST: usize = 16;
