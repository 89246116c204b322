//! Slows down who tries invites by the thousand. A table of fixed size: a network's place in it is drawn by a keyed hash, so nobody can make it grow or choose whom to share a
//! place with. Only wrong invites count.

use std::{
    hash::{BuildHasher as _, RandomState},
    net::IpAddr,
    sync::Mutex,
    time::{Duration, Instant},
};

use room::{Burst, Flow};

pub(crate) struct Throttle {
    hasher: RandomState,
    places: Mutex<Box<[Flow]>>,
}

impl Throttle {
    pub(crate) fn new() -> Self {
        Self {
            hasher: RandomState::new(),
            places: Mutex::new(vec![Flow::new(Instant::now()); PLACES].into()),
        }
    }

    /// How long this network has to wait before it may try another invite.
    pub(crate) fn check(&self, source: IpAddr, now: Instant) -> Result<(), Duration> {
        let places = self.places.lock().expect("nothing panics while it holds the lock");
        // Asked of a copy: only a wrong invite takes something.
        let mut flow = places[self.place(source)];
        flow.take(WRONG_INVITES, now)
    }

    pub(crate) fn note_wrong_invite(&self, source: IpAddr, now: Instant) {
        let mut places = self.places.lock().expect("nothing panics while it holds the lock");
        let _ = places[self.place(source)].take(WRONG_INVITES, now);
    }

    fn place(&self, source: IpAddr) -> usize {
        let hash = self.hasher.hash_one(network(source)) % PLACES as u64;
        usize::try_from(hash).expect("below the table's size")
    }
}

/// /24 of IPv4, /64 of IPv6: what one customer of an access provider has, or a little more.
fn network(source: IpAddr) -> [u8; 8] {
    match source.to_canonical() {
        IpAddr::V4(address) => {
            let [a, b, c, _] = address.octets();
            [a, b, c, 0, 0, 0, 0, 4]
        }
        IpAddr::V6(address) => address.octets()[..8].try_into().expect("half of 16 bytes"),
    }
}

impl std::fmt::Debug for Throttle {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Throttle")
    }
}

const PLACES: usize = 1 << 16;
const WRONG_INVITES: Burst = Burst {
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
            throttle.note_wrong_invite(guesser, now);
            may
        });

        assert_eq!(passed.count(), 30);
        assert!(throttle.check(neighbour, now).is_err(), "the same network");
        assert!(throttle.check(other, now).is_ok());
        assert!(throttle.check(guesser, now + Duration::from_secs(2)).is_ok());
    }
}
