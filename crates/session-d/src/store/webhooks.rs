//! Webhooks, and how far each has come with its practice's events.

use room::RecordId;

use super::{
    Store, StoreError, int, record_id,
    requests::{self, Asked},
    sql::{self, Connection, FromRow, Row},
    uint,
};
use crate::rules::webhooks::Types;

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Webhook {
    pub(crate) id: RecordId,
    pub(crate) practice: RecordId,
    pub(crate) url: String,
    pub(crate) types: Types,
    pub(crate) enabled: bool,
    pub(crate) created: u64,
    /// Counts what its owners change about it.
    pub(crate) revision: u64,
    /// The number of the secret that signs, from 1; and until when the one before does, too.
    pub(crate) secret: u32,
    pub(crate) older_until: Option<u64>,
    /// The number of the last event that it has heard.
    pub(crate) delivered: u64,
    /// How often it has failed since it last didn't.
    pub(crate) failures: u32,
    pub(crate) failing_since: Option<u64>,
    pub(crate) next_attempt: Option<u64>,
    pub(crate) failure: String,
}

/// What is to be another. What waits is tried at once in any case.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct WebhookUpdate {
    /// The one that was read, where it has to be the newest.
    pub(crate) revision: Option<u64>,
    pub(crate) url: Option<String>,
    pub(crate) types: Option<Types>,
    pub(crate) enabled: Option<bool>,
}

impl FromRow for Webhook {
    fn from_row(row: &Row) -> sqlx::Result<Self> {
        let optional = |column: &str| row.try_get::<Option<i64>>(column).map(|time| time.map(uint));
        Ok(Self {
            id: record_id(row.try_get("id")?)?,
            practice: record_id(row.try_get("practice")?)?,
            url: row.try_get("url")?,
            types: Types::of_bits(row.try_get("types")?),
            enabled: row.try_get("enabled")?,
            created: uint(row.try_get("created")?),
            revision: uint(row.try_get("revision")?),
            secret: row.try_get("secret")?,
            older_until: optional("older_until")?,
            delivered: uint(row.try_get("delivered")?),
            failures: row.try_get("failures")?,
            failing_since: optional("failing_since")?,
            next_attempt: optional("next_attempt")?,
            failure: row.try_get("failure")?,
        })
    }
}

impl Store {
    /// Makes a webhook, which hears of what comes from now on; or gives the one that the same request has made.
    pub(crate) async fn create_webhook(&self, new: Webhook, asked: Asked) -> Result<Webhook, StoreError> {
        self.write(move |connection| {
            Box::pin(async move {
                if let Some(earlier) = requests::earlier(connection, &asked, "webhook").await? {
                    return load(connection, earlier).await;
                }
                let practice = new.practice.as_bytes().to_vec();
                let (webhooks,): (i64,) = sql::query_as("SELECT count(*) FROM webhooks WHERE practice = ?1")
                    .bind(&practice)
                    .fetch_one(&mut *connection)
                    .await?;
                if webhooks >= MAX_WEBHOOKS {
                    return Err(StoreError::Full);
                }
                requests::remember(connection, &asked, "webhook", new.id).await?;
                sql::query(
                    "INSERT INTO webhooks (id, practice, url, types, created, delivered)
                     VALUES (?1, ?2, ?3, ?4, ?5, (SELECT events FROM practices WHERE id = ?2))",
                )
                .bind(new.id.as_bytes().to_vec())
                .bind(&practice)
                .bind(&new.url)
                .bind(new.types.to_bits())
                .bind(int(new.created))
                .execute(&mut *connection)
                .await?;
                load(connection, new.id).await
            })
        })
        .await
    }

    pub(crate) async fn webhook(&self, id: RecordId) -> Result<Webhook, StoreError> {
        load(&mut self.reads.acquire().await?, id).await
    }

    /// By when they were made.
    pub(crate) async fn webhooks(&self, practice: RecordId) -> Result<Vec<Webhook>, StoreError> {
        let webhooks = sql::query_as("SELECT * FROM webhooks WHERE practice = ?1 ORDER BY created, id");
        Ok(webhooks
            .bind(practice.as_bytes().to_vec())
            .fetch_all(&self.reads)
            .await?)
    }

    pub(crate) async fn update_webhook(&self, id: RecordId, update: WebhookUpdate) -> Result<Webhook, StoreError> {
        self.write(move |connection| {
            Box::pin(async move {
                let before = load_as_read(connection, id, update.revision).await?;
                sql::query(
                    "UPDATE webhooks SET url = ?2, types = ?3, enabled = ?4, revision = revision + 1,
                     failures = 0, failing_since = NULL, next_attempt = NULL, failure = '' WHERE id = ?1",
                )
                .bind(id.as_bytes().to_vec())
                .bind(update.url.unwrap_or(before.url))
                .bind(update.types.unwrap_or(before.types).to_bits())
                .bind(update.enabled.unwrap_or(before.enabled))
                .execute(&mut *connection)
                .await?;
                load(connection, id).await
            })
        })
        .await
    }

    /// The next secret signs from now on, and the one before until then.
    pub(crate) async fn rotate_webhook_secret(
        &self,
        id: RecordId,
        revision: Option<u64>,
        older_until: u64,
    ) -> Result<Webhook, StoreError> {
        self.write(move |connection| {
            Box::pin(async move {
                load_as_read(connection, id, revision).await?;
                sql::query(
                    "UPDATE webhooks SET secret = secret + 1, older_until = ?2, revision = revision + 1 WHERE id = ?1",
                )
                .bind(id.as_bytes().to_vec())
                .bind(int(older_until))
                .execute(&mut *connection)
                .await?;
                load(connection, id).await
            })
        })
        .await
    }

    pub(crate) async fn delete_webhook(&self, id: RecordId) -> Result<(), StoreError> {
        self.write(move |connection| {
            Box::pin(async move {
                let deleted = sql::query("DELETE FROM webhooks WHERE id = ?1")
                    .bind(id.as_bytes().to_vec())
                    .execute(connection)
                    .await?;
                if deleted == 1 {
                    Ok(())
                } else {
                    Err(StoreError::NotFound)
                }
            })
        })
        .await
    }

    /// Those that have something to deliver and don't wait to try again.
    pub(crate) async fn due_webhooks(&self, now: u64) -> Result<Vec<Webhook>, StoreError> {
        let due = sql::query_as(
            "SELECT webhooks.* FROM webhooks JOIN practices ON practices.id = practice
             WHERE enabled AND delivered < events AND (next_attempt IS NULL OR next_attempt <= ?1)",
        );
        Ok(due.bind(int(now)).fetch_all(&self.reads).await?)
    }

    /// Those of one practice.
    pub(crate) async fn due_webhooks_of(&self, practice: RecordId, now: u64) -> Result<Vec<Webhook>, StoreError> {
        let due = sql::query_as(
            "SELECT webhooks.* FROM webhooks JOIN practices ON practices.id = practice
             WHERE practice = ?2 AND enabled AND delivered < events AND (next_attempt IS NULL OR next_attempt <= ?1)",
        );
        let due = due.bind(int(now)).bind(practice.as_bytes().to_vec());
        Ok(due.fetch_all(&self.reads).await?)
    }

    /// When the next one tries again that has failed.
    pub(crate) async fn next_webhook_attempt(&self, now: u64) -> Result<Option<u64>, StoreError> {
        let (next,): (Option<i64>,) =
            sql::query_as("SELECT min(next_attempt) FROM webhooks WHERE enabled AND next_attempt > ?1")
                .bind(int(now))
                .fetch_one(&self.reads)
                .await?;
        Ok(next.map(uint))
    }

    /// It has heard everything up to the event of this number.
    pub(crate) async fn webhook_delivered(&self, id: RecordId, number: u64) -> Result<(), StoreError> {
        self.write(move |connection| {
            Box::pin(async move {
                sql::query(
                    "UPDATE webhooks SET delivered = ?2, failures = 0, failing_since = NULL, next_attempt = NULL, failure = ''
                     WHERE id = ?1 AND delivered < ?2",
                )
                .bind(id.as_bytes().to_vec())
                .bind(int(number))
                .execute(connection)
                .await?;
                Ok(())
            })
        })
        .await
    }

    /// It has failed as `webhook` was: what its owner has changed since then is not to blame. Disabled where it isn't tried again.
    pub(crate) async fn webhook_failed(
        &self,
        webhook: &Webhook,
        failure: String,
        now: u64,
        next_attempt: Option<u64>,
    ) -> Result<(), StoreError> {
        let (id, revision) = (webhook.id.as_bytes().to_vec(), int(webhook.revision));
        self.write(move |connection| {
            Box::pin(async move {
                sql::query(
                    "UPDATE webhooks SET failures = failures + 1, failing_since = coalesce(failing_since, ?3), failure = ?4,
                     next_attempt = ?5, enabled = ?6 WHERE id = ?1 AND revision = ?2",
                )
                .bind(id)
                .bind(revision)
                .bind(int(now))
                .bind(failure)
                .bind(next_attempt.map(int))
                .bind(next_attempt.is_some())
                .execute(connection)
                .await?;
                Ok(())
            })
        })
        .await
    }
}

async fn load(connection: &mut Connection, id: RecordId) -> Result<Webhook, StoreError> {
    let webhook = sql::query_as("SELECT * FROM webhooks WHERE id = ?1")
        .bind(id.as_bytes().to_vec())
        .fetch_optional(connection)
        .await?;
    webhook.ok_or(StoreError::NotFound)
}

async fn load_as_read(connection: &mut Connection, id: RecordId, revision: Option<u64>) -> Result<Webhook, StoreError> {
    let webhook = load(connection, id).await?;
    match revision {
        Some(read) if read != webhook.revision => Err(StoreError::Outdated),
        Some(_) | None => Ok(webhook),
    }
}

/// Of one practice.
const MAX_WEBHOOKS: i64 = 8;
