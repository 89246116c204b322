use daemon::metrics::{Count, Histogram, Kind, Text};

use super::{Store, sql};

/// What the writer has done.
#[derive(Debug)]
pub(super) struct Tally {
    writes: Count,
    failures: Count,
    pub(super) busy: Count,
    took: Histogram,
}

impl Tally {
    pub(super) fn new() -> Self {
        Self {
            writes: Count::default(),
            failures: Count::default(),
            busy: Count::default(),
            took: Histogram::of_answers(),
        }
    }

    /// A transaction of so many writes has ended.
    pub(super) fn ended(&self, writes: usize, on_disk: bool, took: std::time::Duration) {
        if on_disk {
            self.writes.add(writes as u64);
            self.took.observe(took);
        } else {
            self.failures.add(1);
        }
    }
}

impl Store {
    /// Writes what whoever watches wants to know of it.
    pub(crate) fn tell(&self, text: &mut Text) {
        let tally = &self.tally;
        text.counter("visite_store_writes_total", "Writes that are on disk.", &tally.writes);
        text.counter(
            "visite_store_failures_total",
            "Transactions that could not be written: a full or broken disk.",
            &tally.failures,
        );
        text.counter(
            "visite_store_busy_total",
            "Writes that were refused since too many waited.",
            &tally.busy,
        );
        let help = "From the beginning of a transaction to its being on disk.";
        text.family("visite_store_commit_duration_seconds", Kind::Histogram, help)
            .histogram(&[], &tally.took);
        text.gauge(
            "visite_store_waiting_writes",
            "Writes that wait for the one task that writes.",
            self.writes.max_capacity() - self.writes.capacity(),
        );
        text.gauge(
            "visite_store_last_change",
            "The number of the last change of the feed (revocations, cancellations) that is on disk.",
            *self.last_change.borrow(),
        );
        text.gauge(
            "visite_feed_followers",
            "Daemons that follow the feed of changes.",
            self.last_change.receiver_count(),
        );
    }

    /// Reads from the store.
    pub(crate) async fn reads(&self) -> Result<(), super::StoreError> {
        sql::query("SELECT 1 FROM practices LIMIT 1")
            .fetch_optional(&self.reads)
            .await?;
        Ok(())
    }
}
