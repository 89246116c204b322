use std::time::{Duration, Instant};

/// How much at once, and how soon again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Burst {
    /// So many at once.
    pub size: u32,
    /// Then one after each of these.
    pub every: Duration,
}

/// A token bucket (as GCRA): whether one more is within a [`Burst`]. Eight bytes of state and no timer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Flow {
    /// When the bucket will be full again.
    full_at: Instant,
}

impl Flow {
    /// A full bucket.
    pub fn new(now: Instant) -> Self {
        Self { full_at: now }
    }

    /// Takes one. `Err` with how long to wait when there is none.
    pub fn take(&mut self, burst: Burst, now: Instant) -> Result<(), Duration> {
        let full_at = self.full_at.max(now) + burst.every;
        let most = now + burst.every * burst.size;
        if full_at > most {
            return Err(full_at - most);
        }
        self.full_at = full_at;
        Ok(())
    }

    /// Whether nothing is missing: who has such a flow can be forgotten.
    pub fn is_full(&self, now: Instant) -> bool {
        self.full_at <= now
    }
}

#[cfg(test)]
#[expect(clippy::disallowed_methods, reason = "a test needs some moment to begin with")]
mod tests {
    use super::*;

    const BURST: Burst = Burst {
        size: 3,
        every: Duration::from_millis(100),
    };

    #[test]
    fn a_burst_passes_and_then_one_at_a_time() {
        let start = Instant::now();
        let mut flow = Flow::new(start);

        let first: Vec<_> = (0..4).map(|_| flow.take(BURST, start).is_ok()).collect();
        let later = start + Duration::from_millis(100);

        assert_eq!(first, [true, true, true, false]);
        assert!(flow.take(BURST, later).is_ok());
        assert_eq!(flow.take(BURST, later), Err(Duration::from_millis(100)));
    }
}
