use std::time::{SystemTime, UNIX_EPOCH};

/// Seconds of the Unix epoch: what the store, the tokens and the windows count.
pub(crate) fn now() -> u64 {
    SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .map_or(0, |since| since.as_secs())
}
