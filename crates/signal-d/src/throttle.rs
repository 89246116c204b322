//! Slows down who tries invites by the thousand. A table of fixed size: a network's place in it is drawn by a keyed hash, so nobody can make it grow or choose whom to share a
//! place with. Whoever asks says what counts: wrong invites, or rooms that are made for whoever comes.

use std::{
    hash::{BuildHasher as _, RandomState},
    net::IpAddr,
    sync::Mutex,
    time::{Duration, Instant},
};

use daemon::metrics::Count;
use room::{Burst, Flow};

pub(crate) struct Throttle {
    hasher: RandomState,
    places: Mutex<Box<[Flow]>>,
    taken: Count,
    held_back: Count,
}

impl Throttle {
    pub(crate) fn new() -> Self {
        Self {
            hasher: RandomState::new(),
            places: Mutex::new(vec![Flow::new(Instant::now()); PLACES].into()),
            taken: Count::default(),
            held_back: Count::default(),
        }
    }

    /// How long this network has to wait before it may try another invite.
    pub(crate) fn check(&self, source: IpAddr, now: Instant) -> Result<(), Duration> {
        let places = self.places.lock().expect("nothing panics while it holds the lock");
        // Asked of a copy: only what is counted takes something.
        let mut flow = places[self.place(source)];
        self.noting(flow.take(TRIES, now))
    }

    /// Counts one try. `Err`, as for [`check`](Self::check), where many were tried at once and this is one too many.
    pub(crate) fn take(&self, source: IpAddr, now: Instant) -> Result<(), Duration> {
        self.taken.add(1);
        let mut places = self.places.lock().expect("nothing panics while it holds the lock");
        self.noting(places[self.place(source)].take(TRIES, now))
    }

    /// How many tries were counted.
    pub(crate) fn taken(&self) -> &Count {
        &self.taken
    }

    /// How many were told to wait.
    pub(crate) fn held_back(&self) -> &Count {
        &self.held_back
    }

    fn noting(&self, outcome: Result<(), Duration>) -> Result<(), Duration> {
        outcome.inspect_err(|_| self.held_back.add(1))
    }

    fn place(&self, source: IpAddr) -> usize {
        // /24 of IPv4: what one customer of an access provider has, or a little more.
        let hash = self.hasher.hash_one(prefix(source, 24)) % PLACES as u64;
        usize::try_from(hash).expect("below the table's size")
    }
}

/// The beginning of an address, as bits with their family.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Prefix {
    V4(u32),
    V6(u64),
}

/// So many bits of an IPv4 address, and always 64 of an IPv6 address: who has one address of them has all.
pub(crate) fn prefix(source: IpAddr, bits: u32) -> Prefix {
    match source.to_canonical() {
        IpAddr::V4(address) => Prefix::V4(address.to_bits() & (u32::MAX << (32 - bits))),
        IpAddr::V6(address) => Prefix::V6((address.to_bits() >> 64) as u64),
    }
}

impl std::fmt::Debug for Throttle {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Throttle")
    }
}

const PLACES: usize = 1 << 16;
const TRIES: Burst = Burst {
    size: 30,
    every: Duration::from_secs(2),
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn case_41_a_network_that_guesses_is_slowed_down_and_others_are_not() {
        let throttle = Throttle::new();
        let now = Instant::now();
        let (guesser, neighbour, other) = ([192, 0, 2, 1].into(), [192, 0, 2, 200].into(), [198, 51, 100, 1].into());

        let passed = (0..100_000).filter(|_| {
            let may = throttle.check(guesser, now).is_ok();
            let _ = throttle.take(guesser, now);
            may
        });

        assert_eq!(passed.count(), 30);
        assert!(throttle.check(neighbour, now).is_err(), "the same network");
        assert!(throttle.check(other, now).is_ok());
        assert!(throttle.check(guesser, now + Duration::from_secs(2)).is_ok());
    }

    #[test]
    fn case_41_guessing_at_once_tells_no_more_than_guessing_in_turn() {
        let throttle = Throttle::new();
        let now = Instant::now();
        let guesser = [192, 0, 2, 1].into();

        let asked: Vec<_> = (0..1000).filter(|_| throttle.check(guesser, now).is_ok()).collect();
        let told = asked.iter().filter(|_| throttle.take(guesser, now).is_ok());

        assert_eq!(told.count(), 30);
    }

    #[test]
    fn a_network_is_what_one_customer_has() {
        let of = |text: &str| prefix(text.parse().expect("an address"), 24);

        assert_eq!(of("192.0.2.1"), of("::ffff:192.0.2.200"));
        assert_ne!(of("192.0.2.1"), of("192.0.3.1"));
        assert_eq!(of("2001:db8:1:2::1"), of("2001:db8:1:2:ffff::1"));
        assert_ne!(of("2001:db8:1:2::1"), of("2001:db8:1:3::1"));
    }
}
