//! How many allocations there are, and whose: all workers of a server count together.

use std::{
    net::{IpAddr, Ipv6Addr},
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use hashbrown::HashMap;

use super::auth::tag;

/// How many allocations there may be at a time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Of one user, whom all credentials with the same [`tag`] are.
    pub of_user: u32,
    /// Of one client's address; of IPv6, its /64.
    pub of_address: u32,
    pub all: u32,
}

/// Who has how many allocations and who may have more: what all workers of a server count together.
#[derive(Debug)]
pub struct Quotas {
    counts: Mutex<Counts>,
}

#[derive(Debug)]
struct Counts {
    limits: Limits,
    of_tag: HashMap<Box<[u8]>, u32>,
    of_address: HashMap<IpAddr, u32>,
    all: u32,
    is_draining: bool,
    /// Until when, since the Unix epoch.
    barred: HashMap<Box<[u8]>, Duration>,
}

/// How much of what may be is used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Usage {
    pub limits: Limits,
    pub all: u32,
    pub tags: usize,
    /// Tags that have as many as they may.
    pub exhausted_tags: usize,
    pub addresses: usize,
    pub exhausted_addresses: usize,
    pub barred: usize,
    pub is_draining: bool,
}

/// As many tags are barred as may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{MOST_BARRED} tags are barred already")]
pub struct TooManyBarred;

/// Why there may be no more.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Exhausted {
    Quota,
    Capacity,
    Barred,
}

impl Quotas {
    #[must_use]
    pub fn new(limits: Limits) -> Self {
        Self {
            counts: Mutex::new(Counts {
                limits,
                of_tag: HashMap::new(),
                of_address: HashMap::new(),
                all: 0,
                is_draining: false,
                barred: HashMap::new(),
            }),
        }
    }

    /// How many there are now.
    #[must_use]
    pub fn count(&self) -> u32 {
        self.counts().all
    }

    /// How many of them are this [`tag`]'s.
    #[must_use]
    pub fn count_of_tag(&self, tag: &[u8]) -> u32 {
        self.counts().of_tag.get(tag).copied().unwrap_or(0)
    }

    #[must_use]
    pub fn usage(&self) -> Usage {
        let counts = self.counts();
        let limits = counts.limits;
        let full = |most: u32| move |count: &&u32| **count >= most;
        Usage {
            limits,
            all: counts.all,
            tags: counts.of_tag.len(),
            exhausted_tags: counts.of_tag.values().filter(full(limits.of_user)).count(),
            addresses: counts.of_address.len(),
            exhausted_addresses: counts.of_address.values().filter(full(limits.of_address)).count(),
            barred: counts.barred.len(),
            is_draining: counts.is_draining,
        }
    }

    /// For those that are asked for from now on. Who has more than that keeps them.
    pub fn set_limits(&self, limits: Limits) {
        self.counts().limits = limits;
    }

    /// Whether no new allocations are given.
    pub fn set_draining(&self, is_draining: bool) {
        self.counts().is_draining = is_draining;
    }

    /// Gives a tag no new allocations until `until`. Both times are since the Unix epoch.
    ///
    /// # Errors
    /// When there are too many.
    pub fn bar(&self, tag: &[u8], until: Duration, date: Duration) -> Result<(), TooManyBarred> {
        let barred = &mut self.counts().barred;
        if barred.len() >= MOST_BARRED && !barred.contains_key(tag) {
            barred.retain(|_, until| date < *until);
            if barred.len() >= MOST_BARRED {
                return Err(TooManyBarred);
            }
        }
        barred.insert(tag.into(), until);
        Ok(())
    }

    pub(crate) fn take(&self, name: &[u8], client: IpAddr, date: Duration) -> Result<(), Exhausted> {
        let tag = tag(name);
        let mut counts = self.counts();
        if counts.barred.get(tag).is_some_and(|&until| date < until) {
            return Err(Exhausted::Barred);
        }
        if counts.is_draining || counts.all >= counts.limits.all {
            return Err(Exhausted::Capacity);
        }
        let network = network(client);
        let own = counts.of_tag.get(tag).copied().unwrap_or(0);
        let near = counts.of_address.get(&network).copied().unwrap_or(0);
        if own >= counts.limits.of_user || near >= counts.limits.of_address {
            return Err(Exhausted::Quota);
        }
        counts.of_tag.insert(tag.into(), own + 1);
        counts.of_address.insert(network, near + 1);
        counts.all += 1;
        Ok(())
    }

    pub(crate) fn give_back(&self, name: &[u8], client: IpAddr) {
        let tag = tag(name);
        let mut counts = self.counts();
        counts.all -= 1;
        if let Some(own) = counts.of_tag.get_mut(tag) {
            *own -= 1;
            if *own == 0 {
                counts.of_tag.remove(tag);
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

/// More rooms than are revoked while their credentials are good.
const MOST_BARRED: usize = 10_000;

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Duration = Duration::from_secs(1_700_000_000);

    #[test]
    fn a_renewed_credential_is_the_same_user_s() {
        let quotas = quotas(2);
        assert_eq!(take(&quotas, b"1800000000:seat"), Ok(()));
        assert_eq!(take(&quotas, b"1800009999:seat"), Ok(()));

        assert_eq!(take(&quotas, b"1800010000:seat"), Err(Exhausted::Quota));
        assert_eq!(take(&quotas, b"1800010000:another"), Ok(()));
        let usage = quotas.usage();
        assert_eq!((usage.all, usage.tags, usage.exhausted_tags), (3, 2, 1));

        quotas.give_back(b"1800009999:seat", CLIENT);
        assert_eq!(take(&quotas, b"1800010000:seat"), Ok(()));
    }

    #[test]
    fn a_tag_is_what_follows_the_end_of_a_credential() {
        for (name, expected) in [
            (&b"1800000000:seat"[..], &b"seat"[..]),
            (b"1800000000:seat:2", b"seat:2"),
            (b"1800000000:", b""),
            (b"1800000000", b"1800000000"),
            (b"praxis:seat", b"praxis:seat"),
            (b":seat", b":seat"),
        ] {
            assert_eq!(tag(name), expected, "{name:?}");
        }
    }

    #[test]
    fn who_drains_gives_no_more_and_keeps_what_is_there() {
        let quotas = quotas(2);
        assert_eq!(take(&quotas, b"1800000000:one"), Ok(()));

        quotas.set_draining(true);
        assert_eq!(take(&quotas, b"1800000000:other"), Err(Exhausted::Capacity));
        assert_eq!((quotas.count(), quotas.usage().is_draining), (1, true));

        quotas.set_draining(false);
        assert_eq!(take(&quotas, b"1800000000:other"), Ok(()));
    }

    #[test]
    fn a_barred_tag_has_none_until_its_time() {
        let quotas = quotas(2);
        quotas.bar(b"seat", NOW + Duration::from_secs(60), NOW).expect("barred");
        let take = |after| quotas.take(b"1800000000:seat", CLIENT, NOW + Duration::from_secs(after));

        assert_eq!(take(59), Err(Exhausted::Barred));
        assert_eq!(take(60), Ok(()));
    }

    #[test]
    fn no_more_tags_are_barred_than_may_be_and_those_whose_time_is_over_make_room() {
        let quotas = quotas(2);
        let until = NOW + Duration::from_secs(60);
        for number in 0..MOST_BARRED {
            quotas.bar(&number.to_be_bytes(), until, NOW).expect("there is room");
        }

        assert_eq!(quotas.bar(b"seat", until, NOW), Err(TooManyBarred));
        assert_eq!(quotas.bar(&[0; 8], until, NOW), Ok(()), "it is there");
        assert_eq!(quotas.bar(b"seat", until * 2, until), Ok(()));
        assert_eq!(quotas.usage().barred, 1);
    }

    fn quotas(of_user: u32) -> Quotas {
        Quotas::new(Limits {
            of_user,
            of_address: 100,
            all: 100,
        })
    }

    fn take(quotas: &Quotas, name: &[u8]) -> Result<(), Exhausted> {
        quotas.take(name, CLIENT, NOW)
    }

    const CLIENT: IpAddr = IpAddr::V4(std::net::Ipv4Addr::new(192, 0, 2, 1));
}
