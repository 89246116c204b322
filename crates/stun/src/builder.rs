//! Writing a message.

use std::net::{IpAddr, SocketAddr};

use aws_lc_rs::hmac;

use crate::{
    attribute::{ATTRIBUTE_HEADER, AttributeType, IPV4, IPV6, xor_address},
    integrity::{self, FINGERPRINT, SHA1, SHA256},
    message::{Class, HEADER, MAGIC_COOKIE, Method, TransactionId},
};

/// Writes a message into a buffer of the caller's. Every method panics when the buffer is too small: whoever builds a message knows how long it gets.
#[derive(Debug)]
pub struct Builder<'a> {
    out: &'a mut [u8],
    length: usize,
    padding: u8,
}

impl<'a> Builder<'a> {
    #[must_use]
    pub fn new(out: &'a mut [u8], method: Method, class: Class, id: TransactionId) -> Self {
        out[..2].copy_from_slice(&method.message_type(class).to_be_bytes());
        out[2..4].copy_from_slice(&[0, 0]);
        out[4..8].copy_from_slice(&MAGIC_COOKIE);
        out[8..HEADER].copy_from_slice(&id);
        let (length, padding) = (HEADER, 0);
        Self { out, length, padding }
    }

    /// What values are padded with: zero unless one wants to write what somebody else wrote.
    #[must_use]
    pub fn padded_with(mut self, padding: u8) -> Self {
        self.padding = padding;
        self
    }

    // Most values have a length that the compiler knows where it is called.
    #[must_use]
    #[inline(always)]
    pub fn attribute(mut self, kind: AttributeType, value: &[u8]) -> Self {
        let length = u16::try_from(value.len()).expect("a value is at most 64 KiB long");
        let start = self.length + ATTRIBUTE_HEADER;
        let end = start + value.len();
        let padded = end.next_multiple_of(4);
        self.out[self.length..][..2].copy_from_slice(&kind.0.to_be_bytes());
        self.out[self.length + 2..][..2].copy_from_slice(&length.to_be_bytes());
        self.out[start..end].copy_from_slice(value);
        if end < padded {
            self.out[end..padded].fill(self.padding);
        }
        self.length = padded;
        self
    }

    /// XOR-MAPPED-ADDRESS.
    #[must_use]
    pub fn xor_mapped_address(self, address: SocketAddr) -> Self {
        self.xor_address(AttributeType::XOR_MAPPED_ADDRESS, address)
    }

    /// XOR-MAPPED-ADDRESS or one of its like: XOR-RELAYED-ADDRESS, XOR-PEER-ADDRESS.
    #[must_use]
    pub fn xor_address(self, kind: AttributeType, address: SocketAddr) -> Self {
        let id = *self.out[8..].first_chunk().expect("new wrote a header");
        match address.ip() {
            IpAddr::V4(ip) => self.attribute(kind, &xor_address::<4, 8>(IPV4, ip.octets(), address.port(), id)),
            IpAddr::V6(ip) => self.attribute(kind, &xor_address::<16, 20>(IPV6, ip.octets(), address.port(), id)),
        }
    }

    /// ERROR-CODE without a reason phrase: nobody reads it, and an answer should not be larger than its request.
    #[must_use]
    pub fn error_code(self, code: u16) -> Self {
        let [_, class] = (code / 100).to_be_bytes();
        let [_, number] = (code % 100).to_be_bytes();
        self.attribute(AttributeType::ERROR_CODE, &[0, 0, class, number])
    }

    /// MESSAGE-INTEGRITY under `key`.
    #[must_use]
    pub fn integrity_sha1(self, key: &[u8]) -> Self {
        let tag = integrity::compute(hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, key, self.out, self.length, SHA1);
        self.attribute(AttributeType::MESSAGE_INTEGRITY, tag.as_ref())
    }

    /// MESSAGE-INTEGRITY-SHA256 under `key`, whole.
    #[must_use]
    pub fn integrity_sha256(self, key: &[u8]) -> Self {
        let tag = integrity::compute(hmac::HMAC_SHA256, key, self.out, self.length, SHA256);
        self.attribute(AttributeType::MESSAGE_INTEGRITY_SHA256, tag.as_ref())
    }

    /// FINGERPRINT: the last attribute.
    #[must_use]
    pub fn fingerprint(self) -> Self {
        let value: [u8; FINGERPRINT] = integrity::fingerprint(self.out, self.length);
        self.attribute(AttributeType::FINGERPRINT, &value)
    }

    /// Completes the header. The message is the first so many bytes of the buffer.
    #[must_use]
    pub fn finish(self) -> usize {
        let length = u16::try_from(self.length - HEADER).expect("a message has a length of 16 bits");
        self.out[2..4].copy_from_slice(&length.to_be_bytes());
        self.length
    }
}
