use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

/// Milliseconds of the Unix epoch, as browsers count.
pub(crate) fn now_ms() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
}

/// Seconds of the Unix epoch, as tokens count.
pub(crate) fn now() -> u64 {
    now_ms() / 1000
}

/// When a moment of the Unix epoch is, by the clock that doesn't jump. What lies further ahead than a year is as good as never.
pub(crate) fn instant(seconds: u64) -> Instant {
    let ahead = Duration::from_secs(seconds.saturating_sub(now()).min(A_YEAR));
    Instant::now() + ahead
}

const A_YEAR: u64 = 365 * 24 * 60 * 60;
