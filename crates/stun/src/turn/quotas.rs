//! How many allocations there are, and whose: all workers of a server count together.

use std::{
    net::{IpAddr, Ipv6Addr},
    sync::{Mutex, MutexGuard, PoisonError},
};

use hashbrown::HashMap;

/// How many allocations there may be at a time.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Of one credential.
    pub of_user: u32,
    /// Of one client's address; of IPv6, its /64.
    pub of_address: u32,
    pub all: u32,
}

/// The count that workers share.
#[derive(Debug)]
pub struct Quotas {
    limits: Limits,
    counts: Mutex<Counts>,
}

#[derive(Debug, Default)]
struct Counts {
    of_user: HashMap<Box<[u8]>, u32>,
    of_address: HashMap<IpAddr, u32>,
    all: u32,
}

/// Why there may be no more.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Exhausted {
    Quota,
    Capacity,
}

impl Quotas {
    #[must_use]
    pub fn new(limits: Limits) -> Self {
        Self {
            limits,
            counts: Mutex::default(),
        }
    }

    /// How many there are now.
    #[must_use]
    pub fn count(&self) -> u32 {
        self.counts().all
    }

    pub(crate) fn take(&self, user: &[u8], client: IpAddr) -> Result<(), Exhausted> {
        let Limits {
            of_user,
            of_address,
            all,
        } = self.limits;
        let mut counts = self.counts();
        if counts.all >= all {
            return Err(Exhausted::Capacity);
        }
        let network = network(client);
        let own = counts.of_user.get(user).copied().unwrap_or(0);
        let near = counts.of_address.get(&network).copied().unwrap_or(0);
        if own >= of_user || near >= of_address {
            return Err(Exhausted::Quota);
        }
        counts.of_user.insert(user.into(), own + 1);
        counts.of_address.insert(network, near + 1);
        counts.all += 1;
        Ok(())
    }

    pub(crate) fn give_back(&self, user: &[u8], client: IpAddr) {
        let mut counts = self.counts();
        counts.all -= 1;
        if let Some(own) = counts.of_user.get_mut(user) {
            *own -= 1;
            if *own == 0 {
                counts.of_user.remove(user);
            }
        }
        let network = network(client);
        if let Some(near) = counts.of_address.get_mut(&network) {
            *near -= 1;
            if *near == 0 {
                counts.of_address.remove(&network);
            }
        }
    }

    fn counts(&self) -> MutexGuard<'_, Counts> {
        self.counts.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Who has one IPv6 address has a whole /64 of them.
fn network(ip: IpAddr) -> IpAddr {
    match ip {
        IpAddr::V4(_) => ip,
        IpAddr::V6(ip) => match ip.to_ipv4_mapped() {
            Some(ip) => ip.into(),
            None => Ipv6Addr::from_bits(ip.to_bits() & u128::MAX << 64).into(),
        },
    }
}
