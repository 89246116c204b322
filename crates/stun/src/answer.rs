//! What a Binding server says (RFC 8489 section 6.3), statelessly:
//!
//! ```text
//! client ── Binding request ──────────────────────────────> server
//!        <── success: XOR-MAPPED-ADDRESS ─────────────────
//!        <── error 420: UNKNOWN-ATTRIBUTES ───────────────    it asks for what we don't know
//!        <── error 400 ───────────────────────────────────    an attribute can't have that length
//!        ── anything else ────────────────────────────────>   silence
//! ```
//!
//! Silence is the answer to everything that is not a whole, right Binding request: to responses, so that two servers can't be made to talk to each other for ever, and to
//! what a stranger probes us with. Credentials are not asked for and not checked: what is told is the asker's own address.

use std::net::{IpAddr, SocketAddr};

use crate::{
    attribute::{Attribute, AttributeType},
    builder::Builder,
    integrity,
    message::{Class, Message, Method},
};

/// Room for one answer. Kept by the caller and used again for each.
#[derive(Debug, Clone)]
pub struct Answer {
    pub(crate) bytes: [u8; MAX_ANSWER],
    pub(crate) length: usize,
}

impl Answer {
    #[must_use]
    pub const fn new() -> Self {
        Self {
            bytes: [0; MAX_ANSWER],
            length: 0,
        }
    }

    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        &self.bytes[..self.length]
    }

    /// Whether it tells an address: a success response to a Binding request.
    #[must_use]
    pub fn is_binding(&self) -> bool {
        self.as_bytes().starts_with(&[0x01, 0x01])
    }

    /// The code of the error that it tells; `None`: of none.
    #[must_use]
    pub fn error_code(&self) -> Option<u16> {
        // ERROR-CODE is what every error begins with.
        match self.as_bytes() {
            [kind, low, rest @ ..] if kind & 1 == 1 && low & 0b1_0000 != 0 => {
                let &[class, number] = rest.get(24..26)?.as_array()?;
                Some(u16::from(class) * 100 + u16::from(number))
            }
            _ => None,
        }
    }
}

impl Default for Answer {
    fn default() -> Self {
        Self::new()
    }
}

/// Answers one message from `from`; false means silence.
pub fn answer(request: &[u8], from: SocketAddr, answer: &mut Answer) -> bool {
    let Some(request) = understand(request) else {
        return false;
    };
    // One look at each: a Binding hardly has any, and hardly ever one that decides otherwise.
    let (mut is_unknown, mut is_bad, mut is_marked) = (false, false, false);
    for attribute in request.attributes() {
        match attribute.kind {
            AttributeType::FINGERPRINT => is_marked = true,
            kind => is_unknown |= kind.is_comprehension_required() && !KNOWN.contains(&kind),
        }
        is_bad |= is_impossible(attribute);
    }
    let class = if is_unknown || is_bad {
        Class::Error
    } else {
        Class::Success
    };
    let reply = Builder::new(&mut answer.bytes, Method::BINDING, class, request.transaction_id());
    let reply = match is_unknown.then(|| Unknown::of(request, &KNOWN)).flatten() {
        Some(unknown) => reply
            .error_code(UNKNOWN_ATTRIBUTE)
            .attribute(AttributeType::UNKNOWN_ATTRIBUTES, unknown.as_bytes()),
        None if is_bad => reply.error_code(BAD_REQUEST),
        None => reply.xor_mapped_address(plain(from)),
    };
    // Who sends a fingerprint shares the port with another protocol and needs one in the answer; for others it would be ballast.
    answer.length = if is_marked { reply.fingerprint() } else { reply }.finish();
    true
}

pub(crate) fn understand(bytes: &[u8]) -> Option<Message<'_>> {
    if bytes.len() > crate::MAX_REQUEST {
        return None;
    }
    let message = Message::parse(bytes).ok()?;
    (message.class() == Class::Request && message.method() == Method::BINDING).then_some(message)
}

/// Whether an attribute that we know has a length that it can't have.
pub(crate) fn is_impossible(attribute: Attribute<'_>) -> bool {
    let length = attribute.value.len();
    match attribute.kind {
        AttributeType::MESSAGE_INTEGRITY | AttributeType::MESSAGE_INTEGRITY_SHA256 => {
            !integrity::is_possible(attribute)
        }
        AttributeType::USERNAME => length >= USERNAME_BELOW,
        AttributeType::USERHASH => length != USERHASH,
        _ => false,
    }
}

/// A socket that takes both families shows IPv4 clients as mapped addresses; they are told the address that they know.
pub(crate) fn plain(address: SocketAddr) -> SocketAddr {
    match address.ip() {
        IpAddr::V6(ip) => ip
            .to_ipv4_mapped()
            .map_or(address, |ip| SocketAddr::new(ip.into(), address.port())),
        IpAddr::V4(_) => address,
    }
}

/// The comprehension-required attributes of a request that we don't know: each once, in the order of their coming.
pub(crate) struct Unknown {
    types: [u8; 2 * MAX_ATTRIBUTES],
    length: usize,
}

impl Unknown {
    /// `None` where all are known, as nearly always.
    pub(crate) fn of(request: Message<'_>, known: &[AttributeType]) -> Option<Self> {
        let is_unknown = |kind: AttributeType| kind.is_comprehension_required() && !known.contains(&kind);
        let unknown = || {
            let kinds = request.attributes().map(|attribute| attribute.kind);
            kinds.filter(|&kind| is_unknown(kind))
        };
        unknown().next()?;
        let mut noted = Self {
            types: [0; 2 * MAX_ATTRIBUTES],
            length: 0,
        };
        unknown().for_each(|kind| noted.note(kind.0.to_be_bytes()));
        Some(noted)
    }

    fn note(&mut self, kind: [u8; 2]) {
        if !self.as_bytes().chunks_exact(2).any(|noted| noted == kind) {
            self.types[self.length..self.length + 2].copy_from_slice(&kind);
            self.length += 2;
        }
    }

    pub(crate) fn as_bytes(&self) -> &[u8] {
        &self.types[..self.length]
    }
}

/// Those of RFC 8489. CHANGE-REQUEST and RESPONSE-PORT (RFC 5780) are not: but for [`Square`](crate::Square), an answer never goes elsewhere than where the request came from.
pub(crate) const KNOWN: [AttributeType; 11] = [
    AttributeType::MAPPED_ADDRESS,
    AttributeType::USERNAME,
    AttributeType::MESSAGE_INTEGRITY,
    AttributeType::ERROR_CODE,
    AttributeType::UNKNOWN_ATTRIBUTES,
    AttributeType::REALM,
    AttributeType::NONCE,
    AttributeType::MESSAGE_INTEGRITY_SHA256,
    AttributeType::PASSWORD_ALGORITHM,
    AttributeType::USERHASH,
    AttributeType::XOR_MAPPED_ADDRESS,
];

pub(crate) const BAD_REQUEST: u16 = 400;
pub(crate) const UNKNOWN_ATTRIBUTE: u16 = 420;
/// RFC 8489 section 14.3.
const USERNAME_BELOW: usize = 509;
/// RFC 8489 section 14.4.
const USERHASH: usize = 32;
/// As many as fit into a request, each without a value.
const MAX_ATTRIBUTES: usize = crate::MAX_REQUEST / 4;
/// As long as a request, whose PADDING (RFC 5780) comes back, and four addresses of IPv6. All others are shorter.
const MAX_ANSWER: usize = crate::MAX_REQUEST + 4 * 24;
/// Header, ERROR-CODE, UNKNOWN-ATTRIBUTES, FINGERPRINT.
const _: () = assert!(20 + 8 + (4 + 2 * MAX_ATTRIBUTES).next_multiple_of(4) + 8 <= MAX_ANSWER);
