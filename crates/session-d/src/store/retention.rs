//! What is kept no longer is deleted, and its bytes with it: SQLite writes zeros over them (`secure_delete`), and the log that still holds the old pages is emptied.

use sqlx::SqliteConnection;

use super::{Store, StoreError, devices::PENDING, int, rooms::REQUESTS};

impl Store {
    /// Deletes rooms whose doors closed `age` seconds ago or earlier, with all that hangs on them, devices that were revoked as long ago, and whatever has run out.
    /// Gives the number of rooms.
    pub(crate) async fn sweep(&self, now: u64, age: u64) -> Result<u64, StoreError> {
        let mut rooms = 0;
        let mut swept = Swept { rows: 1, rooms: 0 };
        // In pieces, so that whoever wants to write meanwhile waits for one of them only.
        while swept.rows > 0 {
            swept = self
                .write(move |connection| Box::pin(async move { Ok(sweep_some(connection, now, age).await?) }))
                .await?;
            rooms += swept.rooms;
        }
        self.empty_log().await?;
        Ok(rooms)
    }
}

struct Swept {
    rows: u64,
    rooms: u64,
}

async fn sweep_some(connection: &mut SqliteConnection, now: u64, age: u64) -> sqlx::Result<Swept> {
    let rooms = delete_rooms(connection, now.saturating_sub(age)).await?;
    let mut rows = rooms;
    for (sql, before) in [
        // Its bar is a change of its own, and stays for as long as it matters.
        (
            "DELETE FROM devices WHERE id IN (SELECT id FROM devices WHERE revoked <= ? LIMIT ?)",
            now.saturating_sub(age),
        ),
        (
            "DELETE FROM devices WHERE id IN (SELECT id FROM devices WHERE confirmed IS NULL AND created <= ? LIMIT ?)",
            now.saturating_sub(PENDING),
        ),
        (
            "DELETE FROM api_keys WHERE id IN (SELECT id FROM api_keys WHERE revoked <= ? LIMIT ?)",
            now.saturating_sub(age),
        ),
        (
            "DELETE FROM enrolments WHERE hash IN (SELECT hash FROM enrolments WHERE expires <= ? LIMIT ?)",
            now,
        ),
        (
            "DELETE FROM device_keys WHERE device IN (SELECT device FROM device_keys WHERE expires <= ? LIMIT ?)",
            now,
        ),
        (
            "DELETE FROM requests WHERE (caller, request_id) IN (SELECT caller, request_id FROM requests WHERE created <= ? LIMIT ?)",
            now.saturating_sub(REQUESTS),
        ),
        (
            "DELETE FROM changes WHERE number IN (SELECT number FROM changes WHERE expires <= ? LIMIT ?)",
            now,
        ),
    ] {
        let deleted = sqlx::query(sql)
            .bind(int(before))
            .bind(PIECE)
            .execute(&mut *connection)
            .await?;
        rows += deleted.rows_affected();
    }
    Ok(Swept { rows, rooms })
}

/// Invites, their uses, welcomes and request ids go with their rooms.
async fn delete_rooms(connection: &mut SqliteConnection, closed_by: u64) -> sqlx::Result<u64> {
    let practices: Vec<(Vec<u8>,)> = sqlx::query_as(
        "DELETE FROM rooms WHERE id IN (SELECT id FROM rooms WHERE closes <= ? ORDER BY closes LIMIT ?) RETURNING practice",
    )
    .bind(int(closed_by))
    .bind(PIECE)
    .fetch_all(&mut *connection)
    .await?;
    for (practice,) in &practices {
        sqlx::query("UPDATE practices SET rooms = rooms - 1 WHERE id = ?")
            .bind(practice)
            .execute(&mut *connection)
            .await?;
    }
    Ok(u64::try_from(practices.len()).unwrap_or(u64::MAX))
}

/// Rows of a table that one transaction deletes.
const PIECE: u32 = 500;
