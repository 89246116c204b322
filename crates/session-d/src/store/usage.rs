//! How much a practice has used the installation: visits and their time for each month, and nothing about whom.

use room::RecordId;

use super::{
    Store, StoreError, int,
    sql::{self, Connection},
    uint,
};
use crate::rules::months::Month;

/// A practice's visits of one month.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Usage {
    pub(crate) month: Month,
    pub(crate) visits: u64,
    pub(crate) seconds: u64,
}

impl Store {
    /// Months with visits between two, both included, in order.
    pub(crate) async fn usage(&self, practice: RecordId, from: Month, to: Month) -> Result<Vec<Usage>, StoreError> {
        let rows: Vec<(i64, i64, i64)> = sql::query_as(
            "SELECT month, visits, seconds FROM usage WHERE practice = ? AND month BETWEEN ? AND ? ORDER BY month",
        )
        .bind(practice.as_bytes().to_vec())
        .bind(int(from.number()))
        .bind(int(to.number()))
        .fetch_all(&self.reads)
        .await?;
        let usage = rows.into_iter().map(|(month, visits, seconds)| Usage {
            month: Month::of_number(uint(month)),
            visits: uint(visits),
            seconds: uint(seconds),
        });
        Ok(usage.collect())
    }
}

/// A visit has ended. It counts for the month in which it began.
pub(super) async fn count(connection: &mut Connection, practice: RecordId, since: u64, now: u64) -> sqlx::Result<()> {
    sql::query(
        "INSERT INTO usage (practice, month, visits, seconds) VALUES (?, ?, 1, ?)
         ON CONFLICT (practice, month) DO UPDATE SET visits = usage.visits + 1, seconds = usage.seconds + excluded.seconds",
    )
    .bind(practice.as_bytes().to_vec())
    .bind(int(Month::at(since).number()))
    .bind(int(now.saturating_sub(since)))
    .execute(connection)
    .await
    .map(|_| ())
}
