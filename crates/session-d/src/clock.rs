use std::{
    sync::Arc,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use tokio::sync::watch;

/// The time of day: what the store, the tokens and the windows count. It is the system's, and a test may move it on. Clones are the same clock.
#[derive(Debug, Clone)]
pub struct Clock {
    ahead: Arc<watch::Sender<Duration>>,
}

impl Clock {
    /// Seconds of the Unix epoch.
    pub(crate) fn now(&self) -> u64 {
        let system = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        (system + *self.ahead.borrow()).as_secs()
    }

    /// Moves it on, as if so much time had passed.
    pub fn advance(&self, by: Duration) {
        self.ahead.send_modify(|ahead| *ahead += by);
    }

    /// Wakes whoever has to do with the time when it is moved.
    pub(crate) fn follow(&self) -> watch::Receiver<Duration> {
        self.ahead.subscribe()
    }
}

impl Default for Clock {
    fn default() -> Self {
        Self {
            ahead: Arc::new(watch::Sender::new(Duration::ZERO)),
        }
    }
}
