//! When a worker rests: where datagrams come so densely that each wakes it anew, a moment's rest lets the next ones come, and one wake-up serves them all.

use std::{thread, time::Duration};

/// How densely datagrams come.
#[derive(Debug, Default)]
pub(crate) struct Pace {
    /// Since the last wake-up.
    handled: u32,
    woke: Duration,
    /// From the wake-up before to that.
    interval: Duration,
}

impl Pace {
    pub(crate) fn woke(&mut self, now: Duration) {
        self.interval = now.saturating_sub(self.woke);
        self.woke = now;
        self.handled = 0;
    }

    pub(crate) fn handled(&mut self, count: usize) {
        self.handled = self.handled.saturating_add(u32::try_from(count).unwrap_or(u32::MAX));
    }

    /// Rests where that is worth it: never without work before, so that who has nothing to do is not woken, and not where a wake-up brings many anyway.
    pub(crate) fn rest(&self) {
        let is_dense = (1..MANY).contains(&self.handled) && self.interval < self.handled * DENSE;
        if is_dense {
            thread::sleep(REST);
        }
    }
}

/// With the 50 µs that the system may be late, a datagram waits for 100 µs at most.
const REST: Duration = Duration::from_micros(50);
/// Between two datagrams: one that comes alone each 100 µs costs no more with a wake-up of its own.
const DENSE: Duration = Duration::from_micros(100);
const MANY: u32 = 16;
