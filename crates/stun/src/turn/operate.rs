//! What the operator wants of a relay that serves: to see who has what, to end it, and to change what may be changed.

use std::{net::SocketAddr, time::Duration};

use super::{Allocation, FiveTuple, Now, Peers, Ports, Relay, Turn};

/// One allocation, as its operator sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    pub relayed: SocketAddr,
    /// Where it has one of each family, that of IPv6.
    pub second: Option<SocketAddr>,
    pub client: FiveTuple,
    /// The name that it was made with.
    pub name: Box<[u8]>,
    /// Of one that lasts longer than the other, that of this.
    pub remaining: Duration,
    /// Both ways together.
    pub bytes: u64,
}

impl Turn {
    /// Allocations by their (first) relayed address: at most `most` of those behind `after`.
    #[must_use]
    pub fn list(&self, now: Now, after: Option<SocketAddr>, most: usize) -> Vec<Listed> {
        let mut found: Vec<_> = self
            .allocations
            .iter()
            .filter_map(|(_, allocation)| {
                let mut relays = allocation
                    .relays
                    .iter()
                    .flatten()
                    .map(|relay| &self.relays[relay.0 as usize]);
                let (first, second) = (relays.next()?, relays.next());
                after
                    .is_none_or(|after| after < first.address)
                    .then_some((first, second, allocation))
            })
            .collect();
        if found.len() > most {
            found.select_nth_unstable_by_key(most, |(first, ..)| first.address);
            found.truncate(most);
        }
        found.sort_unstable_by_key(|(first, ..)| first.address);
        let listed = |(first, second, allocation): (&Relay, Option<&Relay>, &Allocation)| Listed {
            relayed: first.address,
            second: second.map(|relay| relay.address),
            client: allocation.client,
            name: allocation.user.clone(),
            remaining: second
                .map_or(first.until, |second| first.until.max(second.until))
                .saturating_sub(now.clock),
            bytes: allocation.passed,
        };
        found.into_iter().map(listed).collect()
    }

    /// Frees the allocation that has this relayed address, and says whether there was one.
    pub fn drop_relayed(&mut self, address: SocketAddr, ports: &mut impl Ports) -> bool {
        let Some(relay) = self.by_address.get(&address) else {
            return false;
        };
        let id = self.relays[relay.0 as usize].allocation;
        self.free(id, ports);
        true
    }

    /// Whether this client has an allocation.
    #[must_use]
    pub fn has_client(&self, client: &FiveTuple) -> bool {
        self.by_client.contains_key(client)
    }

    /// From now on clients may reach these peers, and an allocation may pass so many bytes in a second. Permissions that were given hold until they end, five minutes at the
    /// most.
    pub fn set_terms(&mut self, peers: Peers, bytes_per_second: u32) {
        self.settings.peers = peers;
        self.settings.bytes_per_second = bytes_per_second;
    }
}
