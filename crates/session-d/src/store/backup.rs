//! What a backup holds of the store: its form, and each table's rows as lines of text, the same from a file and from PostgreSQL, so that either can be made of it.

use anyhow::{Context as _, ensure};
use data_encoding::BASE64;
use serde_json::Value as Json;

use super::sql::{self, Connection, Row, Value};

/// What can stand in a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Kind {
    Int,
    Flag,
    Text,
    Bytes,
}

/// A table, and its columns in the order in which rows have them.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Table {
    pub(crate) table: String,
    columns: Vec<(String, Kind)>,
}

impl Table {
    /// All tables, each behind those that it refers to.
    pub(crate) fn all() -> Vec<Self> {
        let tables = TABLES.iter().map(|(table, columns)| Self {
            table: (*table).to_owned(),
            columns: columns.split(' ').map(column).collect(),
        });
        tables.collect()
    }

    /// Gives each row to `take`.
    pub(crate) async fn each_row(
        &self,
        connection: &mut Connection,
        mut take: impl FnMut(Vec<Json>) -> anyhow::Result<()>,
    ) -> anyhow::Result<()> {
        let names: Vec<_> = self.columns.iter().map(|(name, _)| name.as_str()).collect();
        let sql = format!("SELECT {} FROM {}", names.join(", "), self.table);
        sql::query(sqlx::AssertSqlSafe(sql))
            .each(connection, |row| {
                let cells = self.columns.iter().enumerate();
                take(
                    cells
                        .map(|(place, (_, kind))| kind.read(&row, place))
                        .collect::<sqlx::Result<_>>()?,
                )
            })
            .await
    }

    /// How its rows are inserted.
    ///
    /// # Errors
    /// When it is no table of ours.
    pub(crate) fn insertion(&self) -> anyhow::Result<String> {
        let is_ours = TABLES.iter().any(|(table, _)| *table == self.table);
        ensure!(is_ours, "there is no table {:?}", self.table);
        let mut names = Vec::new();
        for (name, _) in &self.columns {
            let is_name = !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_');
            ensure!(is_name, "{name:?} is no column");
            names.push(name.as_str());
        }
        let values = vec!["?"; names.len()].join(", ");
        Ok(format!(
            "INSERT INTO {} ({}) VALUES ({values})",
            self.table,
            names.join(", ")
        ))
    }

    /// Stores a row, by what [`insertion`](Self::insertion) gave.
    pub(crate) async fn insert(
        &self,
        insertion: &str,
        row: Vec<Json>,
        connection: &mut Connection,
    ) -> anyhow::Result<()> {
        ensure!(
            row.len() == self.columns.len(),
            "a row of {} has {} columns",
            self.table,
            row.len()
        );
        let mut query = sql::query(sqlx::AssertSqlSafe(insertion.to_owned()));
        for ((name, kind), cell) in self.columns.iter().zip(row) {
            query = query.bind(kind.write(cell).with_context(|| format!("{}.{name}", self.table))?);
        }
        query.execute(connection).await?;
        Ok(())
    }
}

fn column(text: &str) -> (String, Kind) {
    let (name, kind) = text.split_once(':').expect("TABLES names a kind for each");
    let kind = match kind {
        "int" => Kind::Int,
        "flag" => Kind::Flag,
        "text" => Kind::Text,
        _ => Kind::Bytes,
    };
    (name.to_owned(), kind)
}

impl Kind {
    fn read(self, row: &Row, place: usize) -> sqlx::Result<Json> {
        Ok(match self {
            Self::Int => row.try_get::<Option<i64>>(place)?.into(),
            Self::Flag => row.try_get::<Option<bool>>(place)?.into(),
            Self::Text => row.try_get::<Option<String>>(place)?.into(),
            Self::Bytes => row
                .try_get::<Option<Vec<u8>>>(place)?
                .map(|bytes| BASE64.encode(&bytes))
                .into(),
        })
    }

    fn write(self, cell: Json) -> anyhow::Result<Value> {
        let is_null = cell.is_null();
        Ok(match (self, cell) {
            (Self::Int, cell) if is_null || cell.is_i64() => Value::Int(cell.as_i64()),
            (Self::Flag, cell) if is_null || cell.is_boolean() => Value::Flag(cell.as_bool()),
            (Self::Text, Json::String(text)) => Value::Text(Some(text)),
            (Self::Text, Json::Null) => Value::Text(None),
            (Self::Bytes, Json::String(text)) => Value::Bytes(Some(BASE64.decode(text.as_bytes())?)),
            (Self::Bytes, Json::Null) => Value::Bytes(None),
            (kind, _) => anyhow::bail!("what stands there is not {kind:?}"),
        })
    }
}

pub(super) fn tables() -> impl Iterator<Item = &'static str> {
    TABLES.iter().map(|(table, _)| *table)
}

/// Nothing is left, not even what a new store begins with. An older form has fewer tables.
pub(super) async fn clear(connection: &mut Connection) -> sqlx::Result<()> {
    let there = match connection {
        Connection::Sqlite(_) => "SELECT name FROM sqlite_schema WHERE type = 'table'",
        Connection::Postgres(_) => "SELECT tablename::text FROM pg_tables WHERE schemaname = current_schema()",
    };
    let there: Vec<(String,)> = sql::query_as(there).fetch_all(&mut *connection).await?;
    for table in TABLES.iter().rev().map(|(table, _)| *table) {
        if there.iter().any(|(name,)| name == table) {
            connection
                .execute(sqlx::AssertSqlSafe(format!("DELETE FROM {table}")))
                .await?;
        }
    }
    Ok(())
}

/// Whether there is anybody to lose.
pub(super) async fn is_empty(connection: &mut Connection) -> sqlx::Result<bool> {
    let row = sql::query("SELECT 1 FROM practices LIMIT 1")
        .fetch_optional(connection)
        .await?;
    Ok(row.is_none())
}

/// The newest form. Each table stands behind those that it refers to.
const TABLES: [(&str, &str); 20] = [
    ("practices", "id:bytes name:text created:int rooms:int events:int"),
    (
        "devices",
        "id:bytes practice:bytes name:text public_key:bytes created:int revoked:int role:text confirmed:int",
    ),
    (
        "enrolments",
        "hash:bytes practice:bytes expires:int role:text needs_confirmation:flag device:bytes",
    ),
    ("device_keys", "device:bytes sealed:bytes expires:int"),
    ("settings", "practice:bytes sealed:bytes revision:int"),
    (
        "api_keys",
        "id:bytes practice:bytes name:text hash:bytes created:int revoked:int scopes:text certificate:text",
    ),
    (
        "hours",
        "id:bytes practice:bytes hash:bytes label:bytes welcome:bytes open_until:int created:int revoked:int caller:text request_id:text request_hash:bytes",
    ),
    (
        "rooms",
        "id:bytes practice:bytes starts:int duration:int early:int late:int closes:int epoch:int issuer:text label:bytes closed:flag created:int reply:bytes replied:int replies:int hour:bytes hour_client:bytes connected:int revision:int",
    ),
    (
        "invites",
        "made:int id:bytes room:bytes seat:int hash:bytes max_uses:int uses:int revoked:int",
    ),
    ("invite_uses", "invite:bytes client_hash:bytes"),
    (
        "requests",
        "caller:text request_id:text room:bytes created:int hash:bytes",
    ),
    (
        "made",
        "caller:text request_id:text kind:text made:bytes hash:bytes at:int",
    ),
    ("welcomes", "room:bytes sealed:bytes"),
    ("changes", "number:int kind:text subject:bytes epoch:int expires:int"),
    ("counters", "name:text last:int"),
    (
        "events",
        "practice:bytes number:int kind:text room:bytes seat:int at:int",
    ),
    ("reporters", "id:bytes last:int"),
    ("seats", "room:bytes seat:int reporter:bytes progress:int"),
    ("usage", "practice:bytes month:int visits:int seconds:int"),
    (
        "webhooks",
        "id:bytes practice:bytes url:text types:int enabled:flag created:int revision:int secret:int older_until:int delivered:int failures:int failing_since:int next_attempt:int failure:text",
    ),
];

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};

    use super::*;
    use crate::store::Store;

    #[tokio::test]
    async fn a_backup_has_every_column_of_every_table() {
        let dir = tempfile::tempdir().expect("a directory");
        let (store, _writer) = Store::open(&dir.path().join("session.db")).await.expect("opens");

        let there: Vec<(String, String, String)> = sql::query_as(
            "SELECT tables.name, columns.name, columns.type FROM sqlite_schema AS tables JOIN pragma_table_info(tables.name) AS columns
             WHERE tables.type = 'table' AND tables.name NOT LIKE 'sqlite_%'",
        )
        .fetch_all(&store.reads)
        .await
        .expect("the form");

        let mut form = BTreeMap::<String, BTreeSet<(String, String)>>::new();
        for (table, column, kind) in there {
            form.entry(table).or_default().insert((column, kind));
        }
        let ours: BTreeMap<_, BTreeSet<_>> = Table::all()
            .into_iter()
            .map(|table| {
                let columns = table.columns.into_iter().map(|(name, kind)| {
                    let kind = match kind {
                        Kind::Int | Kind::Flag => "INTEGER",
                        Kind::Text => "TEXT",
                        Kind::Bytes => "BLOB",
                    };
                    (name, kind.to_owned())
                });
                (table.table, columns.collect())
            })
            .collect();
        assert_eq!(ours, form);
    }
}
