//! One way to ask SQLite and PostgreSQL: the same text with `?` for what is bound, the same rows.

use std::{
    marker::PhantomData,
    ops::{Deref, DerefMut},
    sync::{Arc, PoisonError, RwLock},
    time::Duration,
};

use futures_util::TryStreamExt as _;
use sqlx::{
    AssertSqlSafe, ColumnIndex, Connection as _, Database, PgConnection, PgPool, Postgres, Row as _, SqlSafeStr,
    SqlStr, Sqlite, SqliteConnection, SqlitePool, pool::PoolConnection, postgres::PgRow, sqlite::SqliteRow,
};

/// A connection to either.
#[derive(Debug)]
pub(crate) enum Connection {
    Sqlite(Held<Sqlite>),
    Postgres(Held<Postgres>),
}

/// A connection of its own, or one of several.
#[derive(Debug)]
pub(crate) enum Held<D: Database> {
    Own(Box<D::Connection>),
    Pooled(PoolConnection<D>),
}

impl<D: Database> Deref for Held<D> {
    type Target = D::Connection;

    fn deref(&self) -> &D::Connection {
        match self {
            Self::Own(connection) => connection,
            Self::Pooled(connection) => connection,
        }
    }
}

impl<D: Database> DerefMut for Held<D> {
    fn deref_mut(&mut self) -> &mut D::Connection {
        match self {
            Self::Own(connection) => connection,
            Self::Pooled(connection) => connection,
        }
    }
}

/// Connections that only read.
#[derive(Debug, Clone)]
pub(crate) enum Reads {
    Sqlite(SqlitePool),
    Postgres(Reading),
}

/// Connections to the PostgreSQL server that is written to; others, once another one is. Clones are the same.
#[derive(Debug, Clone)]
pub(crate) struct Reading(Arc<RwLock<PgPool>>);

impl Reading {
    pub(crate) fn by(pool: PgPool) -> Self {
        Self(Arc::new(RwLock::new(pool)))
    }

    /// Reads by these from now on. Of those before, some may wait without end for a server that is gone without a word, and keep their places meanwhile.
    pub(crate) fn go_on_by(&self, pool: PgPool) {
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = pool;
    }

    fn pool(&self) -> PgPool {
        self.0.read().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl Reads {
    pub(crate) async fn acquire(&self) -> sqlx::Result<Connection> {
        match self {
            Self::Sqlite(pool) => Ok(Connection::Sqlite(Held::Pooled(pool.acquire().await?))),
            Self::Postgres(reading) => Ok(Connection::Postgres(Held::Pooled(reading.pool().acquire().await?))),
        }
    }

    /// Waits for those who read still.
    pub(crate) async fn close(&self) {
        match self {
            Self::Sqlite(pool) => pool.close().await,
            Self::Postgres(reading) => reading.pool().close().await,
        }
    }
}

impl From<SqliteConnection> for Connection {
    fn from(connection: SqliteConnection) -> Self {
        Self::Sqlite(Held::Own(Box::new(connection)))
    }
}

impl From<PgConnection> for Connection {
    fn from(connection: PgConnection) -> Self {
        Self::Postgres(Held::Own(Box::new(connection)))
    }
}

impl Connection {
    /// Its own end, in good order.
    pub(crate) async fn close(self) -> sqlx::Result<()> {
        match self {
            Self::Sqlite(Held::Own(connection)) => connection.close().await,
            Self::Postgres(Held::Own(connection)) => connection.close().await,
            // Its pool's.
            Self::Sqlite(Held::Pooled(_)) | Self::Postgres(Held::Pooled(_)) => Ok(()),
        }
    }

    /// Several statements, with nothing bound and no rows.
    pub(crate) async fn execute(&mut self, sql: impl SqlSafeStr) -> sqlx::Result<()> {
        let query = sqlx::raw_sql(sql);
        match self {
            Self::Sqlite(connection) => query.execute(&mut **connection).await.map(|_| ()),
            Self::Postgres(connection) => in_time(query.execute(&mut **connection)).await.map(|_| ()),
        }
    }
}

/// Who is asked: one connection, or the next that reads.
pub(crate) enum On<'c> {
    Connection(&'c mut Connection),
    Reads(&'c Reads),
}

impl<'c> From<&'c mut Connection> for On<'c> {
    fn from(connection: &'c mut Connection) -> Self {
        Self::Connection(connection)
    }
}

impl<'c> From<&'c Reads> for On<'c> {
    fn from(reads: &'c Reads) -> Self {
        Self::Reads(reads)
    }
}

/// A statement, with `?` (or `?1`, `?2` …) for each value.
pub(crate) fn query(sql: impl SqlSafeStr) -> Query {
    Query {
        sql: sql.into_sql_str(),
        values: Vec::new(),
    }
}

/// The same, whose rows are read as `T`.
pub(crate) fn query_as<T: FromRow>(sql: impl SqlSafeStr) -> QueryAs<T> {
    QueryAs {
        query: query(sql),
        rows: PhantomData,
    }
}

pub(crate) struct Query {
    sql: SqlStr,
    values: Vec<Value>,
}

/// Binds what a query has to it, and asks.
macro_rules! ask {
    ($query:expr, $how:ident, $connection:expr) => {{
        let query = $query
            .values
            .into_iter()
            .fold(sqlx::query($query.sql), |query, value| match value {
                Value::Int(value) => query.bind(value),
                Value::Flag(value) => query.bind(value),
                Value::Text(value) => query.bind(value),
                Value::Bytes(value) => query.bind(value),
            });
        query.$how(&mut **$connection)
    }};
}

impl Query {
    pub(crate) fn bind(mut self, value: impl Into<Value>) -> Self {
        self.values.push(value.into());
        self
    }

    /// Gives the number of rows that it has made, changed or deleted.
    pub(crate) async fn execute(self, on: impl Into<On<'_>>) -> sqlx::Result<u64> {
        let mut next = None;
        match held(on.into(), &mut next).await? {
            Connection::Sqlite(connection) => Ok(ask!(self, execute, connection).await?.rows_affected()),
            Connection::Postgres(connection) => {
                let query = self.numbered();
                Ok(in_time(ask!(query, execute, connection)).await?.rows_affected())
            }
        }
    }

    pub(crate) async fn fetch_all(self, on: impl Into<On<'_>>) -> sqlx::Result<Vec<Row>> {
        let mut next = None;
        match held(on.into(), &mut next).await? {
            Connection::Sqlite(connection) => {
                let rows = ask!(self, fetch_all, connection).await?;
                Ok(rows.into_iter().map(Row::Sqlite).collect())
            }
            Connection::Postgres(connection) => {
                let query = self.numbered();
                let rows = in_time(ask!(query, fetch_all, connection)).await?;
                Ok(rows.into_iter().map(Row::Postgres).collect())
            }
        }
    }

    pub(crate) async fn fetch_optional(self, on: impl Into<On<'_>>) -> sqlx::Result<Option<Row>> {
        let mut next = None;
        match held(on.into(), &mut next).await? {
            Connection::Sqlite(connection) => Ok(ask!(self, fetch_optional, connection).await?.map(Row::Sqlite)),
            Connection::Postgres(connection) => {
                let query = self.numbered();
                let row = in_time(ask!(query, fetch_optional, connection)).await?;
                Ok(row.map(Row::Postgres))
            }
        }
    }

    /// Gives each row to `take`, and keeps none.
    pub(crate) async fn each(
        self,
        connection: &mut Connection,
        mut take: impl FnMut(Row) -> anyhow::Result<()>,
    ) -> anyhow::Result<()> {
        match connection {
            Connection::Sqlite(connection) => {
                let mut rows = ask!(self, fetch, connection);
                while let Some(row) = rows.try_next().await? {
                    take(Row::Sqlite(row))?;
                }
            }
            Connection::Postgres(connection) => {
                let query = self.numbered();
                let mut rows = ask!(query, fetch, connection);
                while let Some(row) = in_time(rows.try_next()).await? {
                    take(Row::Postgres(row))?;
                }
            }
        }
        Ok(())
    }

    /// PostgreSQL's `$1`, `$2` … for `?` and `?1`, `?2` ….
    fn numbered(self) -> Self {
        let mut parts = self.sql.as_str().split('?');
        let mut sql = parts.next().unwrap_or_default().to_owned();
        for (place, part) in parts.enumerate() {
            sql.push('$');
            if !part.starts_with(|c: char| c.is_ascii_digit()) {
                sql += &(place + 1).to_string();
            }
            sql += part;
        }
        Self {
            sql: AssertSqlSafe(sql).into_sql_str(),
            ..self
        }
    }
}

pub(crate) struct QueryAs<T> {
    query: Query,
    rows: PhantomData<fn() -> T>,
}

impl<T: FromRow> QueryAs<T> {
    pub(crate) fn bind(self, value: impl Into<Value>) -> Self {
        Self {
            query: self.query.bind(value),
            ..self
        }
    }

    pub(crate) async fn fetch_all(self, on: impl Into<On<'_>>) -> sqlx::Result<Vec<T>> {
        let rows = self.query.fetch_all(on).await?;
        rows.iter().map(T::from_row).collect()
    }

    pub(crate) async fn fetch_optional(self, on: impl Into<On<'_>>) -> sqlx::Result<Option<T>> {
        let row = self.query.fetch_optional(on).await?;
        row.as_ref().map(T::from_row).transpose()
    }

    pub(crate) async fn fetch_one(self, on: impl Into<On<'_>>) -> sqlx::Result<T> {
        self.fetch_optional(on).await?.ok_or(sqlx::Error::RowNotFound)
    }
}

async fn held<'c>(on: On<'c>, next: &'c mut Option<Connection>) -> sqlx::Result<&'c mut Connection> {
    match on {
        On::Connection(connection) => Ok(connection),
        On::Reads(reads) => Ok(next.insert(reads.acquire().await?)),
    }
}

/// A server that a network has swallowed is not waited for until TCP gives up.
async fn in_time<T>(answer: impl Future<Output = sqlx::Result<T>>) -> sqlx::Result<T> {
    tokio::time::timeout(ANSWER, answer)
        .await
        .unwrap_or_else(|_| Err(sqlx::Error::Io(std::io::ErrorKind::TimedOut.into())))
}

/// What can be bound.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Value {
    Int(Option<i64>),
    Flag(Option<bool>),
    Text(Option<String>),
    Bytes(Option<Vec<u8>>),
}

macro_rules! value {
    ($($from:ty => $kind:ident),+ $(,)?) => {$(
        impl From<$from> for Value {
            fn from(value: $from) -> Self {
                Self::$kind(Some(value.into()))
            }
        }

        impl From<Option<$from>> for Value {
            fn from(value: Option<$from>) -> Self {
                Self::$kind(value.map(Into::into))
            }
        }
    )+};
}

value! { i64 => Int, u32 => Int, u16 => Int, u8 => Int, bool => Flag, String => Text, &str => Text, &String => Text, Vec<u8> => Bytes, &[u8] => Bytes }

impl From<&Vec<u8>> for Value {
    fn from(bytes: &Vec<u8>) -> Self {
        Self::from(bytes.as_slice())
    }
}

/// A row of either.
#[derive(Debug)]
pub(crate) enum Row {
    Sqlite(SqliteRow),
    Postgres(PgRow),
}

impl Row {
    /// What stands in a column, by its name or its place.
    pub(crate) fn try_get<'r, T: Column<'r>>(&'r self, column: impl Place) -> sqlx::Result<T> {
        T::of(self, column)
    }
}

/// A column's name, or its place from 0.
pub(crate) trait Place: ColumnIndex<SqliteRow> + ColumnIndex<PgRow> {}

impl<T: ColumnIndex<SqliteRow> + ColumnIndex<PgRow>> Place for T {}

/// What can stand in a column.
pub(crate) trait Column<'r>: Sized {
    fn of(row: &'r Row, column: impl Place) -> sqlx::Result<Self>;
}

macro_rules! column {
    ($($type:ty),+) => {$(
        impl<'r> Column<'r> for $type {
            fn of(row: &'r Row, column: impl Place) -> sqlx::Result<Self> {
                match row {
                    Row::Sqlite(row) => row.try_get(column),
                    Row::Postgres(row) => row.try_get(column),
                }
            }
        }
    )+};
}

column! { i64, Option<i64>, bool, Option<bool>, &'r str, String, Option<String>, &'r [u8], Vec<u8>, Option<Vec<u8>> }

/// Numbers that are stored as greater ones.
macro_rules! small {
    ($($type:ty),+) => {$(
        impl Column<'_> for $type {
            fn of(row: &Row, column: impl Place) -> sqlx::Result<Self> {
                let number = i64::of(row, column)?;
                number.try_into().map_err(|error| sqlx::Error::Decode(Box::new(error)))
            }
        }

        impl Column<'_> for Option<$type> {
            fn of(row: &Row, column: impl Place) -> sqlx::Result<Self> {
                let number = Option::<i64>::of(row, column)?;
                let number = number.map(TryInto::try_into).transpose();
                number.map_err(|error| sqlx::Error::Decode(Box::new(error)))
            }
        }
    )+};
}

small! { u8, u16, u32 }

/// What a whole row can be read as.
pub(crate) trait FromRow: Sized {
    fn from_row(row: &Row) -> sqlx::Result<Self>;
}

macro_rules! tuple {
    ($($type:ident $place:literal),+) => {
        impl<$($type: for<'r> Column<'r>),+> FromRow for ($($type,)+) {
            fn from_row(row: &Row) -> sqlx::Result<Self> {
                Ok(($(row.try_get::<$type>($place)?,)+))
            }
        }
    };
}

tuple! { A 0 }
tuple! { A 0, B 1 }
tuple! { A 0, B 1, C 2 }
tuple! { A 0, B 1, C 2, D 3 }
tuple! { A 0, B 1, C 2, D 3, E 4 }

/// Longer than a promise to a client is good for.
const ANSWER: Duration = Duration::from_secs(10);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_bound_is_numbered_as_postgresql_wants_it() {
        for (sql, numbered) in [
            ("SELECT 1", "SELECT 1"),
            ("a = ? AND b = ?", "a = $1 AND b = $2"),
            ("a = ?1 AND b = ?2 AND c = ?1", "a = $1 AND b = $2 AND c = $1"),
        ] {
            assert_eq!(query(sql).numbered().sql.as_str(), numbered);
        }
    }
}
