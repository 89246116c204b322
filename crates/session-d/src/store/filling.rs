//! A store that is made of a backup.

use std::{
    fs::File,
    path::{Path, PathBuf},
};

use anyhow::{Context as _, ensure};
use sqlx::ConnectOptions as _;

use super::{
    Hold, backup, options,
    postgres::lock_to_restore,
    restrict,
    schema::{self, postgres as forms},
    sql::Connection,
};
use crate::config::PostgresConfig;

/// A store that nobody sees until it is finished. Dropped, it has not happened.
pub(crate) struct Filling {
    connection: Connection,
    /// Where the file is, and where it belongs; PostgreSQL has a transaction instead.
    file: Option<(Beside, PathBuf, Hold)>,
}

/// A file that is gone unless it has become another.
struct Beside(PathBuf);

impl Drop for Beside {
    fn drop(&mut self) {
        // What is left is removed by the next that wants to be there.
        let _ = remove(&self.0);
    }
}

impl Filling {
    /// Empty, of the form that a backup has.
    ///
    /// # Errors
    /// When there is a store and no `force`, or session-d is at work on it.
    pub(crate) async fn begin(
        file: &Path,
        postgres: Option<&PostgresConfig>,
        form: i64,
        force: bool,
    ) -> anyhow::Result<Self> {
        match postgres {
            Some(postgres) => Self::begin_transaction(postgres, form, force).await,
            None => Self::begin_file(file, form, force).await,
        }
    }

    async fn begin_file(file: &Path, form: i64, force: bool) -> anyhow::Result<Self> {
        if file.exists() {
            ensure!(
                force,
                "there is a store already, {}: --force replaces it",
                file.display()
            );
        }
        let hold = Hold::take(file)?;
        let beside = Beside(file.with_extension("restored"));
        remove(&beside.0)?;
        let context = || format!("make {}", beside.0.display());
        let mut connection = options(&beside.0).connect().await.with_context(context)?;
        restrict(&beside.0).with_context(context)?;
        schema::migrate_to(&mut connection, form).await.with_context(context)?;
        let mut connection = Connection::from(connection);
        connection.execute("BEGIN").await.with_context(context)?;
        backup::clear(&mut connection).await.with_context(context)?;
        Ok(Self {
            connection,
            file: Some((beside, file.to_owned(), hold)),
        })
    }

    async fn begin_transaction(postgres: &PostgresConfig, form: i64, force: bool) -> anyhow::Result<Self> {
        let mut connection = lock_to_restore(postgres).await?;
        connection.execute("BEGIN").await?;
        if forms::form(&mut connection).await? > 0 {
            ensure!(
                force || backup::is_empty(&mut connection).await?,
                "there is a store already in the database {}: --force replaces it",
                postgres.database
            );
            forms::drop_all(&mut connection).await?;
        }
        forms::step_to(&mut connection, form).await?;
        backup::clear(&mut connection).await?;
        Ok(Self { connection, file: None })
    }

    pub(crate) fn connection(&mut self) -> &mut Connection {
        &mut self.connection
    }

    /// Brings it to the newest form and to where it belongs.
    pub(crate) async fn finish(mut self) -> anyhow::Result<()> {
        let Some((beside, file, _hold)) = self.file else {
            forms::step_to(&mut self.connection, super::FORM).await?;
            self.connection.execute("COMMIT").await?;
            return Ok(());
        };
        self.connection.execute("COMMIT").await?;
        if let Connection::Sqlite(connection) = &mut self.connection {
            schema::migrate(connection).await?;
        }
        self.connection.close().await?;
        File::open(&beside.0)?.sync_all()?;
        remove_logs(&file)?;
        std::fs::rename(&beside.0, &file)?;
        File::open(file.parent().unwrap_or(Path::new(".")))?.sync_all()?;
        Ok(())
    }
}

fn remove(file: &Path) -> anyhow::Result<()> {
    remove_logs(file)?;
    remove_if_there(file)
}

/// SQLite's, beside its file: those of another file would spoil this one.
fn remove_logs(file: &Path) -> anyhow::Result<()> {
    for suffix in ["-wal", "-shm"] {
        let mut log = file.as_os_str().to_owned();
        log.push(suffix);
        remove_if_there(Path::new(&log))?;
    }
    Ok(())
}

fn remove_if_there(file: &Path) -> anyhow::Result<()> {
    match std::fs::remove_file(file) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            Err(error).with_context(|| format!("remove {}", file.display()))
        }
        _ => Ok(()),
    }
}
