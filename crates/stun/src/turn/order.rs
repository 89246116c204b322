//! What the relay wants done.

use std::{fmt, net::SocketAddr};

use super::{FiveTuple, RelayId};
use crate::{
    attribute::{ATTRIBUTE_HEADER, AttributeType},
    builder::Builder,
    message::{Class, HEADER, Method, TransactionId},
};

/// What is to be done.
#[derive(Debug)]
pub enum Order<'a> {
    /// Nothing.
    Silence,
    /// The answer goes to the client that asked.
    Answer,
    /// `data` goes to `peer` by the socket of `relay`.
    ToPeer {
        relay: RelayId,
        peer: SocketAddr,
        data: &'a [u8],
        /// By no router on the way either (RFC 8656 section 14.9).
        dont_fragment: bool,
    },
    /// `data` goes from one relayed address of this server to another, both as the world knows them: whoever has `to` hears it
    /// ([`hear_neighbour`](super::Turn::hear_neighbour)). Where that is out of reach, it goes by the socket of `relay` to where `to` is bound.
    ToNeighbour {
        relay: RelayId,
        from: SocketAddr,
        to: SocketAddr,
        bound: SocketAddr,
        data: &'a [u8],
    },
    /// To a client: head, data and so many zeros.
    ToClient {
        client: FiveTuple,
        head: Head,
        data: &'a [u8],
        padding: usize,
    },
}

/// What goes before the data to a client: four bytes of a channel, or a Data indication up to its data.
#[derive(Clone, Copy)]
pub struct Head {
    bytes: [u8; Head::MAX],
    length: usize,
}

impl Head {
    /// Bytes at most: a header, XOR-PEER-ADDRESS of an IPv6 peer, DATA's header.
    pub const MAX: usize = HEADER + 24 + ATTRIBUTE_HEADER;

    /// Of ChannelData with so many bytes.
    pub(super) fn of_channel(number: u16, length: u16) -> Self {
        let mut bytes = [0; Self::MAX];
        bytes[..2].copy_from_slice(&number.to_be_bytes());
        bytes[2..4].copy_from_slice(&length.to_be_bytes());
        Self {
            bytes,
            length: CHANNEL_HEADER,
        }
    }

    /// Of a Data indication with so many bytes from `peer`.
    pub(super) fn of_data(peer: SocketAddr, length: u16, id: TransactionId) -> Self {
        let mut bytes = [0; Self::MAX];
        let start = Builder::new(&mut bytes, Method::DATA, Class::Indication, id)
            .xor_address(AttributeType::XOR_PEER_ADDRESS, peer)
            .finish();
        bytes[start..start + 2].copy_from_slice(&AttributeType::DATA.0.to_be_bytes());
        bytes[start + 2..start + 4].copy_from_slice(&length.to_be_bytes());
        let whole = start - HEADER + ATTRIBUTE_HEADER + usize::from(length).next_multiple_of(4);
        bytes[2..4].copy_from_slice(&(whole as u16).to_be_bytes());
        Self {
            bytes,
            length: start + ATTRIBUTE_HEADER,
        }
    }

    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        &self.bytes[..self.length]
    }
}

impl fmt::Debug for Head {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Head({} bytes)", self.length)
    }
}

pub(super) const CHANNEL_HEADER: usize = 4;
