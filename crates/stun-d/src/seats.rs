//! Who may be connected: not too many, and not too many of one network.

use std::{
    collections::BTreeMap,
    net::{IpAddr, Ipv6Addr},
    sync::{Arc, Mutex, PoisonError},
};

/// How many connections there are, altogether and from each network.
#[derive(Debug, Clone, Default)]
pub(crate) struct Seats {
    taken: Arc<Mutex<BTreeMap<IpAddr, usize>>>,
}

/// A connection's place; dropping it frees it.
#[derive(Debug)]
pub(crate) struct Seat {
    seats: Seats,
    network: IpAddr,
}

impl Seats {
    pub(crate) fn take(&self, from: IpAddr) -> Option<Seat> {
        let network = network(from);
        let mut taken = self.taken.lock().unwrap_or_else(PoisonError::into_inner);
        let all: usize = taken.values().sum();
        let own = taken.get(&network).copied().unwrap_or(0);
        if all >= CONNECTIONS || own >= CONNECTIONS_OF_A_NETWORK {
            return None;
        }
        taken.insert(network, own + 1);
        Some(Seat {
            seats: self.clone(),
            network,
        })
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        let mut taken = self.seats.taken.lock().unwrap_or_else(PoisonError::into_inner);
        match taken.get_mut(&self.network) {
            Some(count) if *count > 1 => *count -= 1,
            _ => {
                taken.remove(&self.network);
            }
        }
    }
}

/// Who has one IPv6 address has a whole /64 of them.
fn network(ip: IpAddr) -> IpAddr {
    match ip {
        IpAddr::V4(_) => ip,
        IpAddr::V6(ip) => Ipv6Addr::from_bits(ip.to_bits() & u128::MAX << 64).into(),
    }
}

/// Of one port.
const CONNECTIONS: usize = 2000;
/// A hospital behind one address has fewer people who open a page in the same minute.
const CONNECTIONS_OF_A_NETWORK: usize = 100;
