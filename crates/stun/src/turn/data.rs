//! What passes between a client and its peers (RFC 8656 sections 11 and 12). Nothing is allocated.

use std::net::SocketAddr;

use super::{
    FiveTuple, Now, Order, Ports, Transport, Turn,
    order::{CHANNEL_HEADER, Head},
    requests::KNOWN,
};
use crate::{
    answer::Unknown,
    attribute::AttributeType,
    message::{Message, TransactionId},
};

impl Turn {
    pub(super) fn channel_data<'a>(
        &mut self,
        now: Now,
        client: FiveTuple,
        bytes: &'a [u8],
        ports: &impl Ports,
    ) -> Order<'a> {
        let Some((&[first, second, high, low], data)) = bytes.split_first_chunk::<CHANNEL_HEADER>() else {
            return Order::Silence;
        };
        let length = usize::from(u16::from_be_bytes([high, low]));
        let (Some(data), Some(&id)) = (data.get(..length), self.by_client.get(&client)) else {
            return Order::Silence;
        };
        match self.allocations[id as usize].peer(u16::from_be_bytes([first, second]), now.clock) {
            Some(peer) => self.relay(now, id, (peer, data, false), ports),
            None => Order::Silence,
        }
    }

    pub(super) fn send<'a>(
        &mut self,
        now: Now,
        client: FiveTuple,
        indication: Message<'a>,
        ports: &impl Ports,
    ) -> Order<'a> {
        let peer = indication
            .attribute(AttributeType::XOR_PEER_ADDRESS)
            .and_then(|attribute| attribute.xor_address(indication.transaction_id()));
        let (None, Some(peer), Some(data), Some(&id)) = (
            Unknown::of(indication, &KNOWN),
            peer,
            indication.attribute(AttributeType::DATA),
            self.by_client.get(&client),
        ) else {
            return Order::Silence;
        };
        let dont_fragment = indication.attribute(AttributeType::DONT_FRAGMENT).is_some();
        self.relay(now, id, (peer, data.value, dont_fragment), ports)
    }

    /// From a client to a peer of its.
    fn relay<'a>(
        &mut self,
        now: Now,
        id: u32,
        (peer, data, dont_fragment): (SocketAddr, &'a [u8], bool),
        ports: &impl Ports,
    ) -> Order<'a> {
        let allocation = &mut self.allocations[id as usize];
        let Some(relay) = allocation.towards(peer.ip()) else {
            return Order::Silence;
        };
        if !allocation.is_permitted(peer.ip(), now.clock) {
            self.statistics.without_permission += 1;
            return Order::Silence;
        }
        if !allocation.may_pass(data.len(), self.settings.bytes_per_second, now.clock) {
            self.statistics.over_bandwidth += 1;
            return Order::Silence;
        }
        self.statistics.packets_to_peers += 1;
        self.statistics.bytes_to_peers += data.len() as u64;
        let Some(at) = self.settings.external.iter().position(|&ip| ip == peer.ip()) else {
            return Order::ToPeer {
                relay,
                peer,
                data,
                dont_fragment,
            };
        };
        // Another client of this relay; what is on no relayed port of it is nobody's.
        let from = self.relays[relay.0 as usize].address;
        match self
            .by_address
            .get(&peer)
            .map(|relay| self.relays[relay.0 as usize].allocation)
        {
            Some(other) => self.deliver(now, other, from, data),
            None if ports.is_elsewhere(peer) => Order::ToNeighbour {
                relay,
                from,
                to: peer,
                bound: SocketAddr::new(self.settings.relay[at], peer.port()),
                data,
            },
            None => Order::Silence,
        }
    }

    /// From a peer to the client whose allocation it is.
    pub(super) fn deliver<'a>(&mut self, now: Now, id: u32, peer: SocketAddr, data: &'a [u8]) -> Order<'a> {
        let allocation = &mut self.allocations[id as usize];
        if !allocation.is_permitted(peer.ip(), now.clock) {
            self.statistics.without_permission += 1;
            return Order::Silence;
        }
        if !allocation.may_pass(data.len(), self.settings.bytes_per_second, now.clock) {
            self.statistics.over_bandwidth += 1;
            return Order::Silence;
        }
        let client = allocation.client;
        let channel = allocation.channel(peer, now.clock);
        let Ok(length) = u16::try_from(data.len()) else {
            return Order::Silence;
        };
        self.statistics.packets_to_clients += 1;
        self.statistics.bytes_to_clients += data.len() as u64;
        let is_padded = channel.is_none() || client.transport == Transport::Stream;
        Order::ToClient {
            client,
            head: match channel {
                Some(number) => Head::of_channel(number, length),
                None => {
                    let mut id = TransactionId::default();
                    (self.random)(&mut id);
                    Head::of_data(peer, length, id)
                }
            },
            data,
            padding: if is_padded {
                data.len().next_multiple_of(4) - data.len()
            } else {
                0
            },
        }
    }

    /// The address that the world knows instead of one that this relay is bound to.
    pub(super) fn as_known(&self, peer: SocketAddr) -> SocketAddr {
        match self.settings.relay.iter().position(|&ip| ip == peer.ip()) {
            Some(at) => SocketAddr::new(self.settings.external[at], peer.port()),
            None => peer,
        }
    }
}
