//! Where data goes: RFC 8656 sections 11 and 12.

use std::net::SocketAddr;

use super::{Client, Model, Path, Relayed, family};

impl Model {
    /// What a Send indication leads to (section 11.2).
    #[must_use]
    pub fn send(&self, client: Client, peer: SocketAddr) -> Path {
        let Some(allocation) = self.allocations.get(&client) else {
            return Path::Nowhere;
        };
        let Some(&Relayed { address: from, .. }) = allocation.relayed.get(&family(peer.ip())) else {
            return Path::Nowhere;
        };
        if !allocation.permits(peer.ip(), self.now) {
            return Path::Nowhere;
        }
        if !self.own.values().any(|&own| own == peer.ip()) {
            return Path::Peer { from, to: peer };
        }
        // Within the relay.
        if self.relayed().contains(&peer) {
            return self.come(peer, from);
        }
        if self.elsewhere.contains(&peer.port()) {
            return Path::Neighbour { from, to: peer };
        }
        Path::Nowhere
    }

    /// What ChannelData leads to (section 12.6).
    #[must_use]
    pub fn say(&self, client: Client, number: u16) -> Path {
        let channels = self.allocations.get(&client).map_or(&[][..], |it| &it.channels);
        let bound = channels.iter().find(|it| it.number == number && self.now < it.until);
        bound.map_or(Path::Nowhere, |channel| self.send(client, channel.peer))
    }

    /// What a datagram from a peer leads to (section 11.3).
    #[must_use]
    pub fn come(&self, relayed: SocketAddr, peer: SocketAddr) -> Path {
        let known = self.outer.get(&peer.ip()).copied().unwrap_or(peer.ip());
        let peer = SocketAddr::new(known, peer.port());
        let found = self
            .allocations
            .iter()
            .find(|(_, it)| it.relayed.values().any(|it| it.address == relayed));
        let Some((&client, allocation)) = found else {
            return Path::Nowhere;
        };
        if !allocation.permits(peer.ip(), self.now) {
            return Path::Nowhere;
        }
        let bound = allocation
            .channels
            .iter()
            .find(|it| it.peer == peer && self.now < it.until);
        Path::Client {
            client,
            peer,
            channel: bound.map(|it| it.number),
        }
    }
}
