//! The store: one SQLite file, or a database of a PostgreSQL server. What was acknowledged is on disk.
//!
//! All writes go through one task ([`Writer`]), which puts those that wait together into one transaction and answers after its commit (group commit). Reads have
//! connections of their own. When a commit fails, nobody knows what the disk holds. With SQLite the writer ends, and with it, on purpose, the process; a PostgreSQL server
//! is asked again once it can be reached.

mod backup;
mod changes;
mod devices;
mod events;
mod filling;
mod hold;
mod hours;
mod invites;
mod postgres;
mod practices;
mod requests;
mod retention;
mod rooms;
mod schema;
mod seats;
mod settings;
mod sql;
mod tally;
mod usage;
mod webhooks;
mod writer;

use std::{path::Path, sync::Arc, time::Duration};

use anyhow::Context as _;
use room::{RecordId, RoomId};
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use tokio::sync::{broadcast, mpsc, watch};

pub(crate) use backup::Table;
pub(crate) use changes::{Bar, Subject};
pub(crate) use devices::{ApiKey, Device, Enrolment, NewDevice};
pub(crate) use events::{Event, What};
pub(crate) use filling::Filling;
pub(crate) use hold::Hold;
pub(crate) use hours::{FoundHour, Hour};
pub(crate) use invites::{FoundInvite, Invite, Redeemed};
pub(crate) use practices::Practice;
pub(crate) use requests::Asked;
pub(crate) use rooms::{Room, RoomUpdate};
pub(crate) use schema::FORM;
pub(crate) use seats::{Progress, SeatReport};
pub(crate) use settings::Settings;
pub(crate) use sql::Connection;
pub(crate) use webhooks::{Webhook, WebhookUpdate};
pub(crate) use writer::Writer;

use crate::config::PostgresConfig;
use sql::Reads;

/// The store, as all handlers share it.
#[derive(Debug, Clone)]
pub(crate) struct Store {
    reads: Reads,
    writes: mpsc::Sender<writer::Job>,
    /// The number of the last change that is on disk.
    last_change: watch::Sender<u64>,
    /// The practices whose lists are other ones than before.
    touched: broadcast::Sender<RecordId>,
    /// The practices that have new events.
    events: broadcast::Sender<RecordId>,
    tally: Arc<tally::Tally>,
}

/// Why the store can't do something.
#[derive(Debug, thiserror::Error)]
pub(crate) enum StoreError {
    /// Nothing was done; the operator has to look.
    #[error("the store can't be written right now")]
    Unavailable,
    /// So many writes wait that one more would only wait too long.
    #[error("too many writes at once")]
    Busy,
    /// Not there.
    #[error("not there")]
    NotFound,
    /// There already.
    #[error("there already")]
    Exists,
    /// The request's id was used for another one.
    #[error("used for another request")]
    AnotherRequest,
    /// As many as there may be.
    #[error("as many as there may be")]
    Full,
    /// Cancelled, or otherwise not to be changed.
    #[error("cancelled")]
    Closed,
    /// The open hour's link is revoked.
    #[error("revoked")]
    Revoked,
    /// The open hour lets nobody in now.
    #[error("not open")]
    NotOpen,
    /// Nobody is known to be on the seat.
    #[error("nobody is there")]
    NobodyThere,
    /// Confirmed or revoked already.
    #[error("not waiting to be confirmed")]
    NotPending,
    /// Another one has changed it in between.
    #[error("changed since it was read")]
    Outdated,
    /// SQLite or PostgreSQL said something else.
    #[error("the store failed: {0}")]
    Failed(#[from] sqlx::Error),
}

impl Store {
    /// Opens or makes the file, and brings it to this version's form.
    pub(crate) async fn open(file: &Path) -> anyhow::Result<(Self, Writer)> {
        let context = || format!("open {}", file.display());
        // The first connection makes the file; others than its owner have no business there.
        let mut connection = sqlx::ConnectOptions::connect(&options(file))
            .await
            .with_context(context)?;
        restrict(file).with_context(context)?;
        schema::migrate(&mut connection).await.with_context(context)?;
        let reads = SqlitePoolOptions::new()
            .max_connections(READERS)
            .connect_with(options(file).read_only(true).create_if_missing(false))
            .await
            .with_context(context)?;
        Self::over(connection.into(), Reads::Sqlite(reads), None)
            .await
            .with_context(context)
    }

    /// Waits for the server for a while, and for its being the only one that writes there.
    pub(crate) async fn reach(config: PostgresConfig) -> anyhow::Result<(Self, Writer)> {
        let reads = postgres::reading(&config);
        let server = postgres::Server::new(config, reads.clone());
        let connection = server.reach_at_start().await?;
        Self::over(connection, Reads::Postgres(reads), Some(server)).await
    }

    /// Ends what reads, once nobody asks any more. What is read still has a moment.
    pub(crate) async fn close(&self) {
        // Whoever takes longer is cut off with the process.
        let _ = tokio::time::timeout(CLOSING, self.reads.close()).await;
    }

    async fn over(
        mut connection: Connection,
        reads: Reads,
        server: Option<postgres::Server>,
    ) -> anyhow::Result<(Self, Writer)> {
        let last = changes::last(&mut connection).await?;
        let (writes, jobs) = mpsc::channel(MAX_WAITING);
        let last_change = watch::Sender::new(last);
        let touched = broadcast::Sender::new(MAX_TOUCHED);
        let events = broadcast::Sender::new(MAX_TOUCHED);
        let tally = Arc::new(tally::Tally::new());
        let store = Self {
            reads,
            writes,
            last_change: last_change.clone(),
            touched: touched.clone(),
            events: events.clone(),
            tally: Arc::clone(&tally),
        };
        let writer = Writer::new(connection, server, jobs, last_change, touched, events, tally);
        Ok((store, writer))
    }

    /// Wakes whoever follows the changes.
    pub(crate) fn follow_changes(&self) -> watch::Receiver<u64> {
        self.last_change.subscribe()
    }

    /// Tells whose lists are other ones from now on. Who can't keep up hears that it has missed some.
    pub(crate) fn follow_touched(&self) -> broadcast::Receiver<RecordId> {
        self.touched.subscribe()
    }

    /// Tells which practices have new events from now on. Who can't keep up hears that it has missed some.
    pub(crate) fn follow_events(&self) -> broadcast::Receiver<RecordId> {
        self.events.subscribe()
    }
}

/// A connection for a backup, which waits for nobody and nobody for it.
pub(crate) async fn backup_reader(file: &Path, postgres: Option<&PostgresConfig>) -> anyhow::Result<Connection> {
    if let Some(postgres) = postgres {
        return postgres::reader(postgres).await;
    }
    let reading = options(file).read_only(true).create_if_missing(false);
    let connection = sqlx::ConnectOptions::connect(&reading).await;
    Ok(connection.with_context(|| format!("open {}", file.display()))?.into())
}

/// What form a store has, whichever it is.
pub(crate) async fn form(connection: &mut Connection) -> sqlx::Result<i64> {
    match connection {
        Connection::Sqlite(connection) => schema::form(connection).await,
        Connection::Postgres(_) => schema::postgres::form(connection).await,
    }
}

/// What is acknowledged is on disk, and what is deleted leaves no bytes.
fn options(file: &Path) -> SqliteConnectOptions {
    SqliteConnectOptions::new()
        .filename(file)
        .create_if_missing(true)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        .foreign_keys(true)
        .pragma("secure_delete", "ON")
}

fn restrict(file: &Path) -> std::io::Result<()> {
    use std::os::unix::fs::PermissionsExt as _;
    std::fs::set_permissions(file, std::fs::Permissions::from_mode(0o600))
}

/// The stores' integers have a sign, and nothing we count comes near it.
fn int(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

fn uint(number: i64) -> u64 {
    u64::try_from(number).unwrap_or(0)
}

fn record_id(bytes: &[u8]) -> Result<RecordId, sqlx::Error> {
    bytes
        .try_into()
        .map(RecordId::new)
        .map_err(|_| sqlx::Error::Protocol("an id in the store has not 16 bytes".to_owned()))
}

fn room_id(bytes: &[u8]) -> Result<RoomId, sqlx::Error> {
    record_id(bytes).map(|id| RoomId::new(*id.as_bytes()))
}

const CLOSING: Duration = Duration::from_secs(1);
/// Notices that wait for one follower.
const MAX_TOUCHED: usize = 1024;
const READERS: u32 = 4;
/// Writes that wait. At some thousand commits a second this is well below a second of waiting.
const MAX_WAITING: usize = 1024;
