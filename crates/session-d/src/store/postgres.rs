//! A database of a PostgreSQL server as the store.
//!
//! There is one writer, as there is with a file: whoever writes holds an advisory lock for as long as its connection lives. Another session-d that starts meanwhile waits for
//! it, and takes over when the first is gone.

use std::time::Duration;

use anyhow::Context as _;
use sqlx::{
    ConnectOptions as _, PgConnection, PgPool,
    postgres::{PgConnectOptions, PgPoolOptions, PgSslMode},
};
use tokio::time::{Instant, sleep, timeout};

use super::{
    READERS,
    schema::postgres::migrate,
    sql::{self, Connection, Reading},
};
use crate::config::PostgresConfig;

/// Where the writer connects to.
#[derive(Debug)]
pub(super) struct Server {
    config: PostgresConfig,
    /// They go where the writer goes.
    reads: Reading,
}

/// Why there is no connection that may write.
#[derive(Debug, thiserror::Error)]
enum Refusal {
    /// It may be there in a moment.
    #[error(transparent)]
    ForNow(anyhow::Error),
    #[error("another session-d writes to this database")]
    Locked,
    /// Somebody has to do something.
    #[error(transparent)]
    Wrong(anyhow::Error),
}

impl Server {
    pub(super) fn new(config: PostgresConfig, reads: Reading) -> Self {
        Self { config, reads }
    }

    /// The one connection that writes. A server that is not there yet, or that another session-d still writes to, is waited for.
    pub(super) async fn reach_at_start(&self) -> anyhow::Result<Connection> {
        let until = Instant::now() + START;
        loop {
            match self.try_hosts().await {
                Ok(connection) => return Ok(connection),
                Err(Refusal::ForNow(_) | Refusal::Locked) if Instant::now() < until => sleep(PAUSE).await,
                Err(refusal) => return Err(anyhow::Error::new(refusal).context("reach PostgreSQL")),
            }
        }
    }

    /// The same, later on: for however long it takes.
    ///
    /// # Errors
    /// When another session-d has taken over.
    pub(super) async fn reach(&self) -> anyhow::Result<Connection> {
        let mut locked_until = None;
        let mut said = String::new();
        loop {
            match self.try_hosts().await {
                Ok(connection) => return Ok(connection),
                Err(Refusal::Locked) => {
                    // The server may not know yet that our own connection is gone.
                    let until = *locked_until.get_or_insert_with(|| Instant::now() + START);
                    anyhow::ensure!(Instant::now() < until, "another session-d writes to this database");
                }
                Err(Refusal::ForNow(error) | Refusal::Wrong(error)) => {
                    locked_until = None;
                    let says = format!("{error:#}");
                    if says != said {
                        tracing::error!("PostgreSQL can't be used: {says}");
                        said = says;
                    }
                }
            }
            sleep(PAUSE).await;
        }
    }

    /// Of this version's form.
    async fn try_hosts(&self) -> Result<Connection, Refusal> {
        let (mut connection, options) = lock(&self.config).await?;
        migrate(&mut connection).await.map_err(Refusal::Wrong)?;
        self.reads.go_on_by(reads(options));
        Ok(connection)
    }
}

/// The database for whoever restores it, in whatever form it is.
///
/// # Errors
/// When it can't be reached now, or session-d is at work on it.
pub(super) async fn lock_to_restore(config: &PostgresConfig) -> anyhow::Result<Connection> {
    match lock(config).await {
        Ok((connection, _)) => Ok(connection),
        Err(Refusal::Locked) => anyhow::bail!(
            "the database {} is in use: stop session-d first (systemctl stop session-d.socket session-d)",
            config.database
        ),
        Err(refusal) => Err(anyhow::Error::new(refusal).context("reach PostgreSQL")),
    }
}

/// A connection that only reads, of the first host that answers.
pub(super) async fn reader(config: &PostgresConfig) -> anyhow::Result<Connection> {
    let mut last = anyhow::anyhow!("no host is named");
    for host in &config.hosts {
        match connect(&options(config, host)?).await {
            Ok(connection) => return Ok(connection.into()),
            Err(error) => {
                last = anyhow::Error::new(error).context(format!("reach PostgreSQL at {host}, port {}", config.port));
            }
        }
    }
    Err(last)
}

/// The first host that may be written to; what the last one says, where there is none.
async fn lock(config: &PostgresConfig) -> Result<(Connection, PgConnectOptions), Refusal> {
    let mut last = Refusal::Wrong(anyhow::anyhow!("no host is named"));
    for host in &config.hosts {
        let options = options(config, host).map_err(Refusal::Wrong)?;
        let at = || format!("{host}, port {}", config.port);
        match write_to(&options).await {
            Ok(connection) => return Ok((connection, options)),
            Err(Refusal::ForNow(error)) => last = Refusal::ForNow(error.context(at())),
            Err(Refusal::Wrong(error)) => return Err(Refusal::Wrong(error.context(at()))),
            Err(Refusal::Locked) => return Err(Refusal::Locked),
        }
    }
    Err(last)
}

/// Connections that read, to where the writer has found that it may write; before it has, nobody reads.
pub(super) fn reading(config: &PostgresConfig) -> Reading {
    Reading::by(reads(settings(config)))
}

fn reads(options: PgConnectOptions) -> PgPool {
    PgPoolOptions::new()
        .max_connections(READERS)
        .acquire_timeout(CONNECT)
        // Instead of a ping, which a server that was replaced would answer as well.
        .test_before_acquire(false)
        .before_acquire(|connection, _| Box::pin(async { is_standby(connection).await.map(|standby| !standby) }))
        .connect_lazy_with(options)
}

async fn write_to(options: &PgConnectOptions) -> Result<Connection, Refusal> {
    let mut connection = connect(options).await.map_err(refusal)?;
    if is_standby(&mut connection).await.map_err(refusal)? {
        return Err(Refusal::ForNow(anyhow::anyhow!(
            "it is a standby, which can't be written to"
        )));
    }
    let mut connection = Connection::from(connection);
    let (is_ours,): (bool,) = sql::query_as("SELECT pg_try_advisory_lock(?)")
        .bind(LOCK)
        .fetch_one(&mut connection)
        .await
        .map_err(refusal)?;
    if !is_ours {
        return Err(Refusal::Locked);
    }
    let (fsync, commit): (String, String) =
        sql::query_as("SELECT current_setting('fsync'), current_setting('synchronous_commit')")
            .fetch_one(&mut connection)
            .await
            .map_err(refusal)?;
    if fsync != "on" {
        let why = "its fsync is off, so that nothing could be promised: set it to on in postgresql.conf";
        return Err(Refusal::Wrong(anyhow::anyhow!(why)));
    }
    if commit == "off" {
        let set = connection.execute("SET synchronous_commit TO on").await;
        set.map_err(refusal)?;
    }
    Ok(connection)
}

async fn connect(options: &PgConnectOptions) -> sqlx::Result<PgConnection> {
    let connecting = timeout(CONNECT, options.connect()).await;
    connecting.unwrap_or_else(|_| Err(sqlx::Error::Io(std::io::ErrorKind::TimedOut.into())))
}

async fn is_standby(connection: &mut PgConnection) -> sqlx::Result<bool> {
    sqlx::query_scalar("SELECT pg_is_in_recovery()")
        .fetch_one(connection)
        .await
}

fn refusal(error: sqlx::Error) -> Refusal {
    let passes = match &error {
        // A certificate that is not good: rustls says it so.
        sqlx::Error::Io(error) if error.kind() == std::io::ErrorKind::InvalidData => false,
        sqlx::Error::Io(_) | sqlx::Error::PoolTimedOut | sqlx::Error::WorkerCrashed => true,
        // Connections that break (08), too many of them (53), and a server that starts or ends (57P).
        sqlx::Error::Database(error) => error
            .code()
            .is_some_and(|code| ["08", "53", "57P"].iter().any(|class| code.starts_with(class))),
        _ => false,
    };
    if passes {
        Refusal::ForNow(error.into())
    } else {
        Refusal::Wrong(error.into())
    }
}

fn settings(config: &PostgresConfig) -> PgConnectOptions {
    PgConnectOptions::new_without_pgpass()
        .port(config.port)
        .database(&config.database)
        .username(&config.user)
        .application_name("session-d")
}

/// A folder is one with the server's socket; over the network it is TLS, and the server has to be who it says.
fn options(config: &PostgresConfig, host: &str) -> anyhow::Result<PgConnectOptions> {
    let options = settings(config);
    let options = match &config.password_file {
        Some(file) => {
            let password = std::fs::read_to_string(file).with_context(|| format!("read {}", file.display()))?;
            options.password(password.trim_end_matches(['\r', '\n']))
        }
        None => options,
    };
    if host.starts_with('/') {
        return Ok(options.socket(host).ssl_mode(PgSslMode::Disable));
    }
    let options = options.host(host).ssl_mode(PgSslMode::VerifyFull);
    Ok(match &config.ca {
        Some(ca) => options.ssl_root_cert(ca),
        None => options,
    })
}

/// Of advisory locks, which the databases of a server have each for themselves: "visite".
const LOCK: i64 = 0x7669_7369_7465;
const CONNECT: Duration = Duration::from_secs(5);
const PAUSE: Duration = Duration::from_millis(100);
/// For a server, or another session-d, that starts or ends.
const START: Duration = Duration::from_secs(30);
