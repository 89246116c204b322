//! How often something may happen: so many times at once, then one each so often.

use std::time::{Duration, Instant};

/// `burst` times at once, then once `every` so often.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rate {
    /// How many at once.
    pub burst: u32,
    /// How long until one more is allowed.
    pub every: Duration,
}

/// Counts against a [`Rate`]. A single point in time says it all: when the bucket will be full again (the "generic cell rate algorithm").
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bucket {
    full_at: Instant,
}

impl Bucket {
    /// A full bucket.
    pub const fn full(now: Instant) -> Self {
        Self { full_at: now }
    }

    /// Takes one.
    ///
    /// # Errors
    /// How long to wait for the next one, when there is none.
    pub fn take(&mut self, rate: Rate, now: Instant) -> Result<(), Duration> {
        let missing = self.full_at.saturating_duration_since(now) + rate.every;
        let room = rate.every * rate.burst;
        if missing > room {
            return Err(missing - room);
        }
        self.full_at = now + missing;
        Ok(())
    }

    /// Puts one back that was taken.
    pub fn put_back(&mut self, rate: Rate) {
        self.full_at = self.full_at.checked_sub(rate.every).unwrap_or(self.full_at);
    }

    /// Whether nothing is missing at `now`: such a bucket may be forgotten.
    pub fn is_full(&self, now: Instant) -> bool {
        self.full_at <= now
    }

    /// When nothing will be missing.
    pub const fn full_at(&self) -> Instant {
        self.full_at
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const RATE: Rate = Rate {
        burst: 3,
        every: Duration::from_secs(2),
    };

    #[expect(clippy::disallowed_methods, reason = "a test has to begin some time")]
    fn dawn() -> Instant {
        Instant::now()
    }

    #[test]
    fn after_the_burst_one_comes_back_each_interval() {
        let now = dawn();
        let mut bucket = Bucket::full(now);
        for _ in 0..3 {
            assert_eq!(bucket.take(RATE, now), Ok(()));
        }

        assert_eq!(bucket.take(RATE, now), Err(Duration::from_secs(2)));
        let later = now + Duration::from_secs(2);
        assert_eq!(bucket.take(RATE, later), Ok(()));
        assert_eq!(bucket.take(RATE, later), Err(Duration::from_secs(2)));
    }

    #[test]
    fn what_is_put_back_can_be_taken_again() {
        let now = dawn();
        let mut bucket = Bucket::full(now);
        for _ in 0..3 {
            assert_eq!(bucket.take(RATE, now), Ok(()));
        }

        bucket.put_back(RATE);

        assert_eq!(bucket.take(RATE, now), Ok(()));
        assert!(bucket.take(RATE, now).is_err());
    }

    #[test]
    fn a_rest_fills_it_but_no_further_than_full() {
        let now = dawn();
        let mut bucket = Bucket::full(now);
        let next_day = now + Duration::from_secs(86_400);

        let taken = (0..10).filter(|_| bucket.take(RATE, next_day).is_ok()).count();

        assert_eq!(taken, 3);
        assert!(bucket.is_full(next_day + Duration::from_secs(6)));
    }
}
