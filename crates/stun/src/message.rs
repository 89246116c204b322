//! Reading a message: RFC 8489 section 5.
//!
//! ```text
//!  |0 0|  message type (14)  |  length of what follows (16)  |  magic cookie (32)  |  transaction id (96)  |  attributes …
//! ```

use std::fmt;

use crate::{
    attribute::{Attribute, AttributeType, Attributes},
    integrity,
};

/// A well-formed STUN message: its header is right, and its attributes fill it exactly.
#[derive(Clone, Copy)]
pub struct Message<'a> {
    bytes: &'a [u8],
}

/// Why bytes are no STUN message. Whoever sent them gets no answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Malformed {
    #[error("not a STUN message")]
    NotStun,
    #[error("the length in the header is not the message's")]
    Length,
    #[error("an attribute reaches beyond the end")]
    Attribute,
    #[error("something follows FINGERPRINT")]
    AfterFingerprint,
    #[error("FINGERPRINT is wrong")]
    Fingerprint,
}

impl<'a> Message<'a> {
    /// Reads a message, and checks its FINGERPRINT where it has one.
    ///
    /// # Errors
    /// [`Malformed`], which a server meets with silence.
    pub fn parse(bytes: &'a [u8]) -> Result<Self, Malformed> {
        let header: &[u8; HEADER] = bytes.first_chunk().ok_or(Malformed::NotStun)?;
        if header[0] & TOP_BITS != 0 || header[4..8] != MAGIC_COOKIE {
            return Err(Malformed::NotStun);
        }
        let length = usize::from(u16::from_be_bytes([header[2], header[3]]));
        if !length.is_multiple_of(4) || length != bytes.len() - HEADER {
            return Err(Malformed::Length);
        }
        let message = Self { bytes };
        message.check_attributes()?;
        Ok(message)
    }

    fn check_attributes(self) -> Result<(), Malformed> {
        let mut attributes = self.all_attributes();
        while let Some(attribute) = attributes.next() {
            if attribute.kind == AttributeType::FINGERPRINT {
                let is_last = attributes.is_at_end();
                return match is_last {
                    false => Err(Malformed::AfterFingerprint),
                    true if integrity::is_fingerprint_right(self, attribute) => Ok(()),
                    true => Err(Malformed::Fingerprint),
                };
            }
        }
        if attributes.is_at_end() {
            Ok(())
        } else {
            Err(Malformed::Attribute)
        }
    }

    #[must_use]
    pub fn class(self) -> Class {
        match (self.message_type() >> 7 & 0b10) | (self.message_type() >> 4 & 0b01) {
            0 => Class::Request,
            1 => Class::Indication,
            2 => Class::Success,
            _ => Class::Error,
        }
    }

    #[must_use]
    pub fn method(self) -> Method {
        let bits = self.message_type();
        Method(bits & 0x000f | bits >> 1 & 0x0070 | bits >> 2 & 0x0f80)
    }

    #[must_use]
    pub fn transaction_id(self) -> TransactionId {
        *self.bytes[8..].first_chunk().expect("parse saw a whole header")
    }

    /// The attributes that count: in order, without those after the message's proof of integrity (RFC 8489 section 14.5), which anybody could have added.
    pub fn attributes(self) -> impl Iterator<Item = Attribute<'a>> {
        let mut proven = false;
        self.all_attributes().filter(move |attribute| {
            let counts = match attribute.kind {
                AttributeType::FINGERPRINT | AttributeType::MESSAGE_INTEGRITY_SHA256 => true,
                _ => !proven,
            };
            proven |= attribute.kind.is_integrity();
            counts
        })
    }

    /// The first attribute of this type; later ones of the same type don't count (RFC 8489 section 14).
    #[must_use]
    pub fn attribute(self, kind: AttributeType) -> Option<Attribute<'a>> {
        self.attributes().find(|attribute| attribute.kind == kind)
    }

    /// The whole message.
    #[must_use]
    pub fn as_bytes(self) -> &'a [u8] {
        self.bytes
    }

    fn all_attributes(self) -> Attributes<'a> {
        Attributes::new(self.bytes, HEADER)
    }

    fn message_type(self) -> u16 {
        u16::from_be_bytes([self.bytes[0], self.bytes[1]])
    }
}

/// Says what it is, and nothing of what is in it.
impl fmt::Debug for Message<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?} {:?} ({} bytes)", self.method(), self.class(), self.bytes.len())
    }
}

/// Whether these bytes, if they are a message at all, are a request: what alone is ever answered. For who wants to know before it is read.
pub(crate) fn is_request(bytes: &[u8]) -> bool {
    matches!(bytes, [high, low, ..] if high & (TOP_BITS | 0b01) == 0 && low & 0b1_0000 == 0)
}

/// Ties an answer to its request.
pub type TransactionId = [u8; 12];

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Class {
    Request,
    Indication,
    Success,
    Error,
}

/// What is asked for. 12 bits; the [IANA registry](https://www.iana.org/assignments/stun-parameters) has the list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Method(u16);

impl Method {
    /// "What is my address?"
    pub const BINDING: Self = Self(0x001);
    /// "Relay for me" (RFC 8656, as the following).
    pub const ALLOCATE: Self = Self(0x003);
    pub const REFRESH: Self = Self(0x004);
    pub const SEND: Self = Self(0x006);
    pub const DATA: Self = Self(0x007);
    pub const CREATE_PERMISSION: Self = Self(0x008);
    pub const CHANNEL_BIND: Self = Self(0x009);

    /// # Panics
    /// When it has more than 12 bits.
    #[must_use]
    pub const fn new(bits: u16) -> Self {
        assert!(bits <= 0xfff, "a method has 12 bits");
        Self(bits)
    }

    /// Method and class, as the header mixes them.
    pub(crate) fn message_type(self, class: Class) -> u16 {
        let class = match class {
            Class::Request => 0x000,
            Class::Indication => 0x010,
            Class::Success => 0x100,
            Class::Error => 0x110,
        };
        self.0 & 0x000f | (self.0 & 0x0070) << 1 | (self.0 & 0x0f80) << 2 | class
    }
}

pub(crate) const HEADER: usize = 20;
pub(crate) const MAGIC_COOKIE: [u8; 4] = [0x21, 0x12, 0xa4, 0x42];
/// Those that tell STUN from what else may come to the same port (RFC 7983).
pub(crate) const TOP_BITS: u8 = 0b1100_0000;
