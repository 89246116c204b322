//! Which signal-ds are there. One that says nothing any more has nobody on its seats.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use room::RecordId;

use crate::grpc::Service;

/// When each was heard last: seconds of the Unix epoch.
#[derive(Debug)]
pub(crate) struct Reporters {
    /// While we were not there, nobody could be heard.
    since: u64,
    heard: Mutex<BTreeMap<RecordId, u64>>,
}

impl Reporters {
    pub(crate) fn new(now: u64) -> Self {
        Self {
            since: now,
            heard: Mutex::default(),
        }
    }

    pub(crate) fn heard(&self, reporter: RecordId, now: u64) {
        let mut heard = self.heard.lock().unwrap_or_else(PoisonError::into_inner);
        heard.insert(reporter, now);
    }

    fn is_silent(&self, reporter: RecordId, now: u64) -> bool {
        let heard = self.heard.lock().unwrap_or_else(PoisonError::into_inner);
        let last = heard.get(&reporter).copied().unwrap_or(self.since);
        now.saturating_sub(last) >= SILENCE
    }

    fn forget(&self, reporter: RecordId) {
        let mut heard = self.heard.lock().unwrap_or_else(PoisonError::into_inner);
        heard.remove(&reporter);
    }
}

/// Frees the seats of those that are silent, for as long as the daemon lives.
pub(crate) async fn free_silent(service: Arc<Service>) {
    let mut interval = tokio::time::interval(LOOKING);
    let mut moves = service.clock().follow();
    loop {
        tokio::select! {
            _ = interval.tick() => {}
            Ok(()) = moves.changed() => {}
        }
        let known = match service.store().reporters().await {
            Ok(known) => known,
            Err(error) => {
                tracing::error!("it can't be told which signal-ds are there: {error}");
                continue;
            }
        };
        let now = service.now();
        for reporter in known {
            if !service.reporters().is_silent(reporter, now) {
                continue;
            }
            service.reporters().forget(reporter);
            match service.store().forget_reporter(reporter, now).await {
                Ok(()) => tracing::info!("a signal-d is no more"),
                Err(error) => tracing::error!("the seats of a signal-d could not be freed: {error}"),
            }
        }
    }
}

/// Seconds. Longer than a seat is kept for who has lost the line, and than a signal-d takes to start anew.
const SILENCE: u64 = 90;
const LOOKING: Duration = Duration::from_secs(10);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_is_not_heard_for_a_while_is_silent_counted_from_our_own_start() {
        let reporters = Reporters::new(1000);
        let (one, other) = (RecordId::new([1; 16]), RecordId::new([2; 16]));

        reporters.heard(one, 1050);

        assert!(!reporters.is_silent(other, 1089) && reporters.is_silent(other, 1090));
        assert!(!reporters.is_silent(one, 1139) && reporters.is_silent(one, 1140));
    }
}
