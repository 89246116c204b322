//! NAT behaviour discovery (RFC 5780), for who has two addresses to answer from: by which of four sockets an answer comes through tells a client what its router does.
//!
//! ```text
//! client ── Binding request ───────────────────> address 1, port 1
//!        <── MAPPED-ADDRESS, XOR-MAPPED-ADDRESS, RESPONSE-ORIGIN, OTHER-ADDRESS (address 2, port 2)
//! client ── CHANGE-REQUEST (address, port) ────> address 1, port 1
//!        <── from address 2, port 2 ────────────
//! client ── RESPONSE-PORT ─────────────────────> address 1, port 1
//!        <── to another port of the client's ───
//! ```
//!
//! An answer is larger than elsewhere: 68 bytes for 20 over IPv4, 116 over IPv6, as RFC 5780 section 6.1 has it. PADDING is answered with as much as was sent, and not with
//! as much as the network takes: it adds nothing to that.

use std::net::{IpAddr, SocketAddr};

use crate::{
    answer::{self, Answer, BAD_REQUEST, UNKNOWN_ATTRIBUTE, Unknown},
    attribute::{Attribute, AttributeType},
    builder::Builder,
    message::{Class, Message, Method},
};

/// Four sockets: two addresses of one family, with the same two ports each.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Square {
    addresses: [IpAddr; 2],
    ports: [u16; 2],
}

/// By which of the four an answer goes, and to whom.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Passage {
    pub from: SocketAddr,
    pub to: SocketAddr,
}

impl Square {
    /// The square that these sockets are; `None` where they are none.
    #[must_use]
    pub fn of(sockets: &[SocketAddr]) -> Option<Self> {
        let &[first, ..] = sockets else { return None };
        let opposite = |socket: &&SocketAddr| socket.ip() != first.ip() && socket.port() != first.port();
        let last = sockets.iter().find(opposite)?;
        let square = Self {
            addresses: [first.ip(), last.ip()],
            ports: [first.port(), last.port()],
        };
        let corners = square
            .addresses
            .map(|ip| square.ports.map(|port| SocketAddr::new(ip, port)));
        let is_whole = sockets.len() == 4 && corners.as_flattened().iter().all(|corner| sockets.contains(corner));
        (is_whole && first.is_ipv4() == last.is_ipv4()).then_some(square)
    }

    /// Answers what came from `client` to the socket `at`; `None`: it is no Binding request.
    pub fn answer(&self, request: &[u8], at: SocketAddr, client: SocketAddr, answer: &mut Answer) -> Option<Passage> {
        let request = answer::understand(request)?;
        let unknown = Unknown::of(request, &KNOWN);
        let wishes = Wishes::of(request);
        let class = if unknown.is_none() && wishes.is_some() {
            Class::Success
        } else {
            Class::Error
        };
        let reply = Builder::new(&mut answer.bytes, Method::BINDING, class, request.transaction_id());
        let (reply, passage) = match (&unknown, wishes) {
            (Some(unknown), _) => (
                reply
                    .error_code(UNKNOWN_ATTRIBUTE)
                    .attribute(AttributeType::UNKNOWN_ATTRIBUTES, unknown.as_bytes()),
                Passage { from: at, to: client },
            ),
            (None, None) => (reply.error_code(BAD_REQUEST), Passage { from: at, to: client }),
            (None, Some(wishes)) => {
                let passage = Passage {
                    from: self.across(at, wishes.other_address, wishes.other_port),
                    to: SocketAddr::new(client.ip(), wishes.response_port.unwrap_or(client.port())),
                };
                let mapped = answer::plain(client);
                let reply = address(reply, AttributeType::MAPPED_ADDRESS, mapped).xor_mapped_address(mapped);
                let reply = address(reply, AttributeType::RESPONSE_ORIGIN, passage.from);
                let reply = address(reply, AttributeType::OTHER_ADDRESS, self.across(at, true, true));
                let padding = wishes.padding.map(|length| &ZEROS[..length]);
                let reply = padding
                    .into_iter()
                    .fold(reply, |reply, padding| reply.attribute(AttributeType::PADDING, padding));
                (reply, passage)
            }
        };
        let is_marked = request.attribute(AttributeType::FINGERPRINT).is_some();
        answer.length = if is_marked { reply.fingerprint() } else { reply }.finish();
        Some(passage)
    }

    /// The socket of the other address, the other port, or both, as seen from `at`.
    fn across(&self, at: SocketAddr, other_address: bool, other_port: bool) -> SocketAddr {
        let [address, another] = self.addresses;
        let [port, next] = self.ports;
        let ip = if (at.ip() == address) == other_address {
            another
        } else {
            address
        };
        SocketAddr::new(ip, if (at.port() == port) == other_port { next } else { port })
    }
}

/// What a request asks for.
struct Wishes {
    other_address: bool,
    other_port: bool,
    response_port: Option<u16>,
    /// Bytes.
    padding: Option<usize>,
}

impl Wishes {
    /// `None`: they can't be.
    fn of(request: Message<'_>) -> Option<Self> {
        if request.attributes().any(answer::is_impossible) {
            return None;
        }
        let find = |kind| request.attribute(kind);
        let change = match find(AttributeType::CHANGE_REQUEST) {
            None => 0,
            Some(attribute) => u32::from_be_bytes(*attribute.value.as_array()?),
        };
        let response_port = match find(AttributeType::RESPONSE_PORT) {
            None => None,
            Some(attribute) => Some(port(attribute)?),
        };
        let padding = find(AttributeType::PADDING).map(|attribute| attribute.value.len());
        // RFC 5780 section 6.1.
        let is_possible = padding.is_none() || response_port.is_none();
        is_possible.then_some(Self {
            other_address: change & CHANGE_IP != 0,
            other_port: change & CHANGE_PORT != 0,
            response_port,
            padding,
        })
    }
}

/// A port, with or without its padding.
fn port(attribute: Attribute<'_>) -> Option<u16> {
    match *attribute.value {
        [high, low] | [high, low, _, _] => Some(u16::from_be_bytes([high, low])).filter(|&port| port != 0),
        _ => None,
    }
}

/// An address as it is: what a router changes on the way shows by it.
fn address<'a>(reply: Builder<'a>, kind: AttributeType, address: SocketAddr) -> Builder<'a> {
    let [high, low] = address.port().to_be_bytes();
    match address.ip() {
        IpAddr::V4(ip) => {
            let [a, b, c, d] = ip.octets();
            reply.attribute(kind, &[0, 1, high, low, a, b, c, d])
        }
        IpAddr::V6(ip) => {
            let mut value = [0; 20];
            value[..4].copy_from_slice(&[0, 2, high, low]);
            value[4..].copy_from_slice(&ip.octets());
            reply.attribute(kind, &value)
        }
    }
}

/// Those of a Binding request anywhere, and of RFC 5780.
const KNOWN: [AttributeType; answer::KNOWN.len() + 3] = {
    let mut known = [AttributeType::CHANGE_REQUEST; answer::KNOWN.len() + 3];
    known[1] = AttributeType::RESPONSE_PORT;
    known[2] = AttributeType::PADDING;
    let mut at = 0;
    while at < answer::KNOWN.len() {
        known[at + 3] = answer::KNOWN[at];
        at += 1;
    }
    known
};

/// RFC 5780 section 7.2.
const CHANGE_IP: u32 = 0b100;
const CHANGE_PORT: u32 = 0b010;
const ZEROS: [u8; crate::MAX_REQUEST] = [0; crate::MAX_REQUEST];
