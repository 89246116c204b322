//! Requests that are remembered, so that a caller who has lost the answer may ask again.

use room::RecordId;

use super::{
    StoreError, int, record_id,
    sql::{self, Connection},
};
use crate::rules::secrets::Hash;

/// Who has asked for what.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Asked {
    pub(crate) caller: String,
    /// The caller's choice; empty: it is not remembered.
    pub(crate) id: String,
    /// Of the whole request, to tell a repetition from another one.
    pub(crate) hash: Hash,
    pub(crate) now: u64,
}

/// What the same request has made before.
pub(super) async fn earlier(
    connection: &mut Connection,
    asked: &Asked,
    kind: &str,
) -> Result<Option<RecordId>, StoreError> {
    if asked.id.is_empty() {
        return Ok(None);
    }
    let row: Option<(String, Vec<u8>, Vec<u8>)> =
        sql::query_as("SELECT kind, made, hash FROM made WHERE caller = ? AND request_id = ? AND at > ?")
            .bind(&asked.caller)
            .bind(&asked.id)
            .bind(int(asked.now.saturating_sub(REQUESTS)))
            .fetch_optional(connection)
            .await?;
    match row {
        None => Ok(None),
        Some((before, made, hash)) if before == kind && hash == asked.hash => Ok(Some(record_id(&made)?)),
        Some(_) => Err(StoreError::AnotherRequest),
    }
}

pub(super) async fn remember(
    connection: &mut Connection,
    asked: &Asked,
    kind: &str,
    made: RecordId,
) -> sqlx::Result<()> {
    if asked.id.is_empty() {
        return Ok(());
    }
    sql::query("INSERT INTO made (caller, request_id, kind, made, hash, at) VALUES (?, ?, ?, ?, ?, ?)
         ON CONFLICT (caller, request_id) DO UPDATE SET kind = excluded.kind, made = excluded.made, hash = excluded.hash, at = excluded.at")
        .bind(&asked.caller)
        .bind(&asked.id)
        .bind(kind)
        .bind(made.as_bytes().to_vec())
        .bind(asked.hash.to_vec())
        .bind(int(asked.now))
        .execute(connection)
        .await
        .map(|_| ())
}

/// Seconds that a request id is remembered for.
pub(super) const REQUESTS: u64 = 24 * 60 * 60;
