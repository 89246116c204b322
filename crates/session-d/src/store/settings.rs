use room::RecordId;

use super::{Store, StoreError, int, sql, uint, writer::Seen};

/// What a practice's browsers have in common, sealed by them.
#[derive(Clone, Default, PartialEq, Eq)]
pub(crate) struct Settings {
    pub(crate) sealed: Vec<u8>,
    /// Counts the changes; 0 where there was none.
    pub(crate) revision: u64,
}

impl std::fmt::Debug for Settings {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Settings({} bytes, revision {})", self.sealed.len(), self.revision)
    }
}

impl Store {
    pub(crate) async fn settings(&self, practice: RecordId) -> Result<Settings, StoreError> {
        let row: Option<(Vec<u8>, i64)> = sql::query_as("SELECT sealed, revision FROM settings WHERE practice = ?")
            .bind(practice.as_bytes().to_vec())
            .fetch_optional(&self.reads)
            .await?;
        Ok(row.map_or_else(Settings::default, |(sealed, revision)| Settings {
            sealed,
            revision: uint(revision),
        }))
    }

    /// Writes over the revision that was read, and no other. Gives the new one.
    pub(crate) async fn update_settings(&self, practice: RecordId, read: Settings) -> Result<u64, StoreError> {
        self.write_seen(move |connection| {
            Box::pin(async move {
                // An update of revision 0 is the first.
                let sql = if read.revision == 0 {
                    "INSERT INTO settings (sealed, practice, revision) VALUES (?, ?, ? + 1) ON CONFLICT DO NOTHING RETURNING revision"
                } else {
                    "UPDATE settings SET sealed = ?, revision = revision + 1 WHERE practice = ? AND revision = ? RETURNING revision"
                };
                let updated: Option<(i64,)> = sql::query_as(sql)
                    .bind(&read.sealed)
                    .bind(practice.as_bytes().to_vec())
                    .bind(int(read.revision))
                    .fetch_optional(connection)
                    .await?;
                let revision = uint(updated.ok_or(StoreError::Outdated)?.0);
                Ok(Seen::by(practice, revision))
            })
        })
        .await
    }
}
