use room::RecordId;

use super::{
    Store, StoreError, int, record_id,
    requests::{self, Asked},
    sql, uint,
};

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Practice {
    pub(crate) id: RecordId,
    pub(crate) name: String,
    pub(crate) created: u64,
}

type Row = (Vec<u8>, String, i64);

impl TryFrom<Row> for Practice {
    type Error = sqlx::Error;

    fn try_from((id, name, created): Row) -> Result<Self, sqlx::Error> {
        Ok(Self {
            id: record_id(&id)?,
            name,
            created: uint(created),
        })
    }
}

impl Store {
    /// Makes a practice, or gives the one that the same request has made.
    pub(crate) async fn create_practice(&self, practice: Practice, asked: Asked) -> Result<Practice, StoreError> {
        self.write(move |connection| {
            Box::pin(async move {
                if let Some(id) = requests::earlier(connection, &asked, "practice").await? {
                    let row: Row = sql::query_as("SELECT id, name, created FROM practices WHERE id = ?")
                        .bind(id.as_bytes().to_vec())
                        .fetch_one(connection)
                        .await?;
                    return Ok(row.try_into()?);
                }
                requests::remember(connection, &asked, "practice", practice.id).await?;
                sql::query("INSERT INTO practices (id, name, created) VALUES (?, ?, ?)")
                    .bind(practice.id.as_bytes().to_vec())
                    .bind(&practice.name)
                    .bind(int(practice.created))
                    .execute(connection)
                    .await?;
                Ok(practice)
            })
        })
        .await
    }

    pub(crate) async fn practice(&self, id: RecordId) -> Result<Practice, StoreError> {
        let row: Option<Row> = sql::query_as("SELECT id, name, created FROM practices WHERE id = ?")
            .bind(id.as_bytes().to_vec())
            .fetch_optional(&self.reads)
            .await?;
        Ok(row.ok_or(StoreError::NotFound)?.try_into()?)
    }

    /// By id, from the one behind `after`.
    pub(crate) async fn practices(&self, after: Option<RecordId>, size: u32) -> Result<Vec<Practice>, StoreError> {
        let after = after.map_or_else(Vec::new, |id| id.as_bytes().to_vec());
        let rows: Vec<Row> = sql::query_as("SELECT id, name, created FROM practices WHERE id > ? ORDER BY id LIMIT ?")
            .bind(after)
            .bind(size)
            .fetch_all(&self.reads)
            .await?;
        Ok(rows.into_iter().map(Practice::try_from).collect::<Result<_, _>>()?)
    }
}
