//! What routers and peers say of datagrams that could not be delivered: RFC 8656 section 11.5.

use std::net::SocketAddr;

use super::{FiveTuple, Now, RelayId, Turn};
use crate::{
    answer::{self, Answer},
    attribute::AttributeType,
    builder::Builder,
    message::{Class, Method},
};

/// An ICMP message that came for a datagram from a relayed address: of ICMPv4 or ICMPv6, as the peer has it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Icmp {
    pub kind: u8,
    pub code: u8,
    /// The next link's MTU in bytes, where it says that a datagram was too big.
    pub mtu: u32,
}

impl Icmp {
    /// Whether a client hears of it: unreachable, too big, or too long on the way.
    fn is_told(self, is_ipv4: bool) -> bool {
        if is_ipv4 {
            matches!(self.kind, 3 | 11)
        } else {
            matches!(self.kind, 1..=3)
        }
    }

    fn is_too_big(self, is_ipv4: bool) -> bool {
        if is_ipv4 {
            (self.kind, self.code) == (3, 4)
        } else {
            self.kind == 2
        }
    }

    /// The value of ICMP (RFC 8656 section 18.13): 7 bits of type, 9 of code.
    fn value(self, is_ipv4: bool) -> [u8; 8] {
        let [high, low] = (u16::from(self.kind & 0x7f) << 9 | u16::from(self.code)).to_be_bytes();
        let mtu = if self.is_too_big(is_ipv4) { self.mtu } else { 0 };
        let [a, b, c, d] = mtu.to_be_bytes();
        [0, 0, high, low, a, b, c, d]
    }
}

impl Turn {
    /// An ICMP message came for what `relay` has sent to `peer`. The client that is to hear of it, and in `answer` what; `None` where nobody is. What it takes counts as what
    /// the peer might have sent: whoever forges such messages has no more of the client's line than that.
    pub fn hear_icmp(
        &mut self,
        now: Now,
        relay: RelayId,
        peer: SocketAddr,
        icmp: Icmp,
        answer: &mut Answer,
    ) -> Option<FiveTuple> {
        let id = self.relays.get(relay.0 as usize)?.allocation;
        let peer = answer::plain(peer);
        let allocation = &mut self.allocations[id as usize];
        if !icmp.is_told(peer.is_ipv4()) || !allocation.is_permitted(peer.ip(), now.clock) {
            return None;
        }
        let mut transaction_id = [0; 12];
        (self.random)(&mut transaction_id);
        answer.length = Builder::new(&mut answer.bytes, Method::DATA, Class::Indication, transaction_id)
            .xor_address(AttributeType::XOR_PEER_ADDRESS, peer)
            .attribute(AttributeType::ICMP, &icmp.value(peer.is_ipv4()))
            .finish();
        allocation
            .may_pass(answer.length, self.settings.bytes_per_second, now.clock)
            .then_some(allocation.client)
    }
}
