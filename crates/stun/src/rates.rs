//! How much a network may ask. What costs less than an answer decides whether there is one, and nothing is kept of anybody: a table of fixed size, in which each network has
//! two places that a secret key draws. It is slowed down when both are used up, so hardly anybody who shares one with a flood is.

use std::{net::IpAddr, time::Duration};

use crate::{answer::Answer, message, turn::Network};

/// The table of one worker.
#[derive(Clone)]
pub struct Rates {
    /// How a network's place is drawn, in each row: factor and summand.
    keys: [(u128, u128); ROWS],
    /// When what was asked will have been paid for, in nanoseconds of the caller's clock (a leaky bucket in one number).
    places: Box<[[u64; PLACES]; ROWS]>,
    /// Nanoseconds: what one answer costs; 0: they cost nothing.
    price: u64,
    /// What costs these nothing.
    exempt: Box<[Network]>,
}

impl Rates {
    /// So many answers a second for each IPv4 address and each /48 of IPv6, and at once what five seconds bring; 0: as many as are asked for, as those in `exempt` may always. `key`: chance
    /// that nobody else knows.
    #[must_use]
    pub fn new(per_second: u32, exempt: &[Network], key: &[u8; 64]) -> Self {
        let mut parts = key.chunks_exact(16).map(|part| {
            let bytes = part.try_into().expect("a chunk is as long as that");
            u128::from_le_bytes(bytes)
        });
        let mut part = || parts.next().expect("there are two for each row");
        Self {
            keys: [(); ROWS].map(|()| (part() | 1, part())),
            places: Box::new([[0; PLACES]; ROWS]),
            price: SECOND.checked_div(per_second.into()).unwrap_or(0),
            exempt: exempt.into(),
        }
    }

    /// Whether what came from `source` may be looked at. What is no request never has an answer, and is not counted.
    pub fn lets(&mut self, bytes: &[u8], source: IpAddr, now: Duration) -> bool {
        !message::is_request(bytes) || self.affords(source, now, 1)
    }

    /// Whether `source` may have what costs as much as so many answers. Where it may, that is counted.
    pub fn affords(&mut self, source: IpAddr, now: Duration, answers: u32) -> bool {
        if self.is_free(source) {
            return true;
        }
        let (now, at) = (nanoseconds(now), self.draw(source));
        let paid = self.paid(at, now, answers);
        let may = paid <= now + nanoseconds(BURST);
        if may {
            self.note(at, paid);
        }
        may
    }

    /// Counts what the answer has cost more than others: who proves nothing, or not rightly (401, 438), is work for nothing.
    pub fn answered(&mut self, answer: &Answer, source: IpAddr, now: Duration) {
        if matches!(answer.error_code(), Some(401 | 438)) && !self.is_free(source) {
            let (now, at) = (nanoseconds(now), self.draw(source));
            let paid = self.paid(at, now, FUTILE);
            self.note(at, paid.min(now + nanoseconds(BURST)));
        }
    }

    fn is_free(&self, source: IpAddr) -> bool {
        self.price == 0
            || self
                .exempt
                .iter()
                .any(|network| network.contains(source.to_canonical()))
    }

    fn draw(&self, source: IpAddr) -> [usize; ROWS] {
        let network = network(source).into();
        self.keys.map(|(factor, summand)| {
            let drawn = factor.wrapping_mul(network).wrapping_add(summand);
            (drawn >> (u128::BITS - PLACES.ilog2())) as usize
        })
    }

    /// When so many more will have been paid for. The less used place tells more of this network: what else is in the other is somebody else's.
    fn paid(&self, at: [usize; ROWS], now: u64, answers: u32) -> u64 {
        let places = self.places.iter().zip(at).map(|(row, at)| row[at]);
        places.min().unwrap_or(0).max(now) + self.price * u64::from(answers)
    }

    fn note(&mut self, at: [usize; ROWS], paid: u64) {
        for (row, at) in self.places.iter_mut().zip(at) {
            row[at] = row[at].max(paid);
        }
    }
}

/// Says nothing of who asks how much.
impl std::fmt::Debug for Rates {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Rates")
    }
}

/// Who has an IPv6 address has many: customers are given up to a /48.
fn network(ip: IpAddr) -> u64 {
    match ip.to_canonical() {
        IpAddr::V4(ip) => ip.to_bits().into(),
        IpAddr::V6(ip) => (ip.to_bits() >> 80) as u64 | 1 << 48,
    }
}

/// Half a thousand years of them fit.
fn nanoseconds(duration: Duration) -> u64 {
    duration.as_nanos() as u64
}

/// How long one may be ahead of one's rate: all of a hospital come back at once when its line does.
const BURST: Duration = Duration::from_secs(5);
/// Answers more: a nonce is made, or a proof computed.
const FUTILE: u32 = 4;
const ROWS: usize = 2;
/// 16 KiB for both rows.
const PLACES: usize = 1024;
const SECOND: u64 = 1_000_000_000;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Builder, Class, Method};

    #[test]
    fn a_network_has_its_rate_and_a_burst() {
        let (mut rates, hospital) = (rates(100), ip("192.0.2.1"));

        let passed = |rates: &mut Rates, from| (0..10_000).filter(|_| asks(rates, hospital, from)).count();

        assert_eq!(passed(&mut rates, Duration::ZERO), 500);
        assert_eq!(passed(&mut rates, Duration::from_millis(1_005)), 100);
        assert_eq!(passed(&mut rates, Duration::from_secs(100)), 500);
    }

    #[test]
    fn without_a_limit_there_is_none() {
        let mut rates = rates(0);

        assert!((0..100_000).all(|_| asks(&mut rates, ip("192.0.2.1"), Duration::ZERO)));
    }

    #[test]
    fn who_is_exempt_has_no_limit_however_it_is_spelt() {
        let mut rates = rates(1);

        for own in ["127.0.0.1", "127.9.9.9", "::ffff:127.0.0.1"] {
            assert!((0..1_000).all(|_| asks(&mut rates, ip(own), Duration::ZERO)), "{own}");
        }
        assert!(!(0..1_000).all(|_| asks(&mut rates, ip("192.0.2.1"), Duration::ZERO)));
    }

    #[test]
    fn what_is_no_request_is_not_counted() {
        let (mut rates, source) = (rates(1), ip("192.0.2.1"));
        while asks(&mut rates, source, Duration::ZERO) {}

        for kind in [
            &[0x40, 0x00][..],
            &[0x00, 0x16],
            &[0x01, 0x01],
            &[0x01, 0x11],
            &[0xff],
            &[],
        ] {
            assert!(rates.lets(kind, source, Duration::ZERO), "{kind:?}");
        }
        assert!(!rates.lets(&[0x00, 0x03], source, Duration::ZERO));
    }

    #[test]
    fn what_costs_more_is_had_less_often() {
        let (mut rates, hospital) = (rates(100), ip("192.0.2.1"));

        let had = (0..1_000).filter(|_| rates.affords(hospital, Duration::ZERO, 20));

        assert_eq!(had.count(), 25);
    }

    #[test]
    fn a_failed_proof_costs_as_much_as_five_questions() {
        let (mut rates, guesser) = (rates(100), ip("192.0.2.1"));
        let refusal = error(401);

        let guesses = (0..10_000).filter(|_| {
            let may = asks(&mut rates, guesser, Duration::ZERO);
            rates.answered(&refusal, guesser, Duration::ZERO);
            may
        });

        assert_eq!(guesses.count(), 100);
    }

    #[test]
    fn a_network_of_ipv6_is_what_one_customer_has() {
        let mut rates = rates(1);
        for number in 0..5 {
            assert!(asks(&mut rates, ip(&format!("2001:db8:1:{number}::1")), Duration::ZERO));
        }

        assert!(!asks(&mut rates, ip("2001:db8:1:ffff::1"), Duration::ZERO));
        assert!(asks(&mut rates, ip("2001:db8:2::1"), Duration::ZERO));
        assert_eq!(network(ip("::ffff:192.0.2.1")), network(ip("192.0.2.1")));
    }

    #[test]
    fn who_floods_takes_hardly_anybody_s_place() {
        let mut rates = rates(100);
        for flooder in 0..32 {
            while asks(&mut rates, [198, 51, 100, flooder].into(), Duration::ZERO) {}
        }

        let shut_out = (0..=u16::MAX).filter(|&number| {
            let [high, low] = number.to_be_bytes();
            let at = rates.draw([10, 0, high, low].into());
            rates.paid(at, 0, 1) > nanoseconds(BURST)
        });

        // Both places among 32 of 1024: one in a thousand.
        assert!(shut_out.count() < 260);
    }

    fn rates(per_second: u32) -> Rates {
        let key = std::array::from_fn(|at| (at as u8).wrapping_mul(167) ^ 0x5a);
        Rates::new(per_second, &["127.0.0.0/8".parse().expect("a network")], &key)
    }

    fn asks(rates: &mut Rates, source: IpAddr, now: Duration) -> bool {
        rates.lets(&[0x00, 0x01], source, now)
    }

    fn error(code: u16) -> Answer {
        let mut answer = Answer::new();
        let reply = Builder::new(&mut answer.bytes, Method::ALLOCATE, Class::Error, [0; 12]);
        answer.length = reply.error_code(code).finish();
        answer
    }

    fn ip(text: &str) -> IpAddr {
        text.parse().expect("an address")
    }
}
