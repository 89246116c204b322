//! Backup and restore: all that session-d has stored and the keys that it signs with, in one file of lines of JSON.
//!
//! ```text
//! {"visite":"backup","version":1,"form":7,"made":1790000000}
//! {"key":"6ab13b80.key","seed":"<32 bytes, hexadecimal>"}
//! {"table":"practices","columns":[["id","bytes"],["name","text"],…]}
//! ["BwcHBwcHBwcHBwcHBwcHBw==","Praxis",…]
//! …
//! {"lines":123,"sha256":"<of all lines before>"}
//! ```
//!
//! A file and a PostgreSQL server give the same, and each can be restored from what the other gave. Whoever has a backup can make tokens for every room in it: the keys are in it
//! as they are.

mod check;
mod restore;

use std::io::Write;

use anyhow::{Context as _, ensure};
use aws_lc_rs::digest::{Context, SHA256};
use data_encoding::HEXLOWER;
use serde::{Deserialize, Serialize};

use crate::{
    Config, STORE, keys,
    store::{Connection, FORM, Table, backup_reader, form},
};

pub use check::{Checked, check};
pub use restore::restore;

/// What a backup holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Summary {
    /// Rows of all tables.
    pub rows: u64,
    /// Files of keys.
    pub keys: u64,
}

/// Writes everything of one moment, also while session-d is at work.
///
/// # Errors
/// When there is no store, it is of another version, or `to` can't be written to.
pub async fn write(config: &Config, to: impl Write) -> anyhow::Result<Summary> {
    let mut connection = backup_reader(&config.data_dir.join(STORE), config.postgres.as_ref()).await?;
    let form = form(&mut connection).await?;
    ensure!(
        form == FORM,
        "the store has form {form}, and this program knows {FORM}: use the visite of the same version as session-d, and start that once"
    );
    let begin = match connection {
        Connection::Sqlite(_) => "BEGIN",
        Connection::Postgres(_) => "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
    };
    connection.execute(begin).await?;
    let mut lines = Lines::new(to);
    lines.write(&Header {
        visite: BACKUP.to_owned(),
        version: VERSION,
        form,
        made: config.clock.now(),
    })?;
    let mut summary = Summary { rows: 0, keys: 0 };
    for (key, seed) in keys::seeds(&config.data_dir)? {
        lines.write(&Key {
            key,
            seed: HEXLOWER.encode(&seed),
        })?;
        summary.keys += 1;
    }
    for table in Table::all() {
        lines.write(&table)?;
        let each = table.each_row(&mut connection, |row| {
            summary.rows += 1;
            lines.write(&row)
        });
        each.await.with_context(|| format!("read {}", table.table))?;
    }
    connection.execute("ROLLBACK").await?;
    lines.finish()?;
    Ok(summary)
}

/// The first line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Header {
    visite: String,
    version: u64,
    /// The store's.
    form: i64,
    /// Seconds of the Unix epoch.
    made: u64,
}

/// What is signed with, or made of.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Key {
    key: String,
    seed: String,
}

/// The last line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct End {
    /// Those before it.
    lines: u64,
    sha256: String,
}

/// Lines, counted and hashed.
struct Lines<W> {
    to: W,
    lines: u64,
    hash: Context,
}

impl<W: Write> Lines<W> {
    fn new(to: W) -> Self {
        Self {
            to,
            lines: 0,
            hash: Context::new(&SHA256),
        }
    }

    fn write(&mut self, line: &impl Serialize) -> anyhow::Result<()> {
        let mut line = serde_json::to_vec(line)?;
        line.push(b'\n');
        self.hash.update(&line);
        self.lines += 1;
        self.to.write_all(&line).context("write the backup")
    }

    fn finish(mut self) -> anyhow::Result<()> {
        let end = End {
            lines: self.lines,
            sha256: HEXLOWER.encode(self.hash.clone().finish().as_ref()),
        };
        self.write(&end)?;
        self.to.flush().context("write the backup")
    }
}

const BACKUP: &str = "backup";
/// Of how a backup is written.
const VERSION: u64 = 1;
