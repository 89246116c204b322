//! The same form as SQLite's, in PostgreSQL's words.

use super::FORM;
use crate::store::{
    backup,
    sql::{self, Connection},
};

/// Brings the database to the newest form, whose lock is held. A database of a newer version than this program's is refused.
pub(crate) async fn migrate(connection: &mut Connection) -> anyhow::Result<()> {
    let at = form(connection).await?;
    anyhow::ensure!(
        at <= FORM,
        "the store was written by a newer version (form {at}, this program knows up to {FORM})"
    );
    for (form, _) in MIGRATIONS.iter().filter(|(form, _)| *form > at) {
        // One transaction: interrupted, it has not happened.
        connection.execute("BEGIN").await?;
        step_to(connection, *form).await?;
        connection.execute("COMMIT").await?;
    }
    Ok(())
}

/// The database's form, 0 where it has none yet.
pub(crate) async fn form(connection: &mut Connection) -> sqlx::Result<i64> {
    let there = sql::query("SELECT 1 FROM pg_tables WHERE schemaname = current_schema() AND tablename = 'form'")
        .fetch_optional(&mut *connection)
        .await?;
    if there.is_none() {
        return Ok(0);
    }
    let form: Option<(i64,)> = sql::query_as("SELECT number FROM form")
        .fetch_optional(connection)
        .await?;
    Ok(form.map_or(0, |(form,)| form))
}

/// The steps that lead to a form and have not been taken, within the transaction of the caller.
pub(crate) async fn step_to(connection: &mut Connection, form: i64) -> anyhow::Result<()> {
    connection
        .execute("CREATE TABLE IF NOT EXISTS form (number BIGINT NOT NULL)")
        .await?;
    let at = self::form(connection).await?;
    for (number, migration) in MIGRATIONS.iter().filter(|(number, _)| (at + 1..=form).contains(number)) {
        connection.execute(*migration).await?;
        connection.execute("DELETE FROM form").await?;
        sql::query("INSERT INTO form (number) VALUES (?)")
            .bind(*number)
            .execute(&mut *connection)
            .await?;
    }
    Ok(())
}

/// Nothing is left of any form, within the transaction of the caller.
pub(crate) async fn drop_all(connection: &mut Connection) -> sqlx::Result<()> {
    for table in backup::tables().chain(["form"]) {
        connection
            .execute(sqlx::AssertSqlSafe(format!("DROP TABLE IF EXISTS {table} CASCADE")))
            .await?;
    }
    Ok(())
}

/// By the form that each leads to. The first is what SQLite's seven first migrations have come to.
const MIGRATIONS: [(i64, &str); 3] = [(7, FIRST), (8, WEBHOOKS), (9, CERTIFICATES)];

const FIRST: &str = "
CREATE TABLE practices (
    id BYTEA PRIMARY KEY, name TEXT NOT NULL, created BIGINT NOT NULL, rooms BIGINT NOT NULL DEFAULT 0, events BIGINT NOT NULL DEFAULT 0
);

CREATE TABLE devices (
    id BYTEA PRIMARY KEY, practice BYTEA NOT NULL REFERENCES practices, name TEXT NOT NULL, public_key BYTEA NOT NULL,
    created BIGINT NOT NULL, revoked BIGINT, role TEXT NOT NULL, confirmed BIGINT
);
CREATE INDEX devices_of_practice ON devices (practice, created);

CREATE TABLE enrolments (
    hash BYTEA PRIMARY KEY, practice BYTEA NOT NULL REFERENCES practices, expires BIGINT NOT NULL, role TEXT NOT NULL,
    needs_confirmation BOOLEAN NOT NULL, device BYTEA REFERENCES devices ON DELETE CASCADE
);
CREATE INDEX enrolments_of_device ON enrolments (device);

CREATE TABLE device_keys (
    device BYTEA PRIMARY KEY REFERENCES devices ON DELETE CASCADE, sealed BYTEA NOT NULL, expires BIGINT NOT NULL
);

CREATE TABLE settings (
    practice BYTEA PRIMARY KEY REFERENCES practices, sealed BYTEA NOT NULL, revision BIGINT NOT NULL
);

CREATE TABLE api_keys (
    id BYTEA PRIMARY KEY, practice BYTEA REFERENCES practices, name TEXT NOT NULL, hash BYTEA NOT NULL,
    created BIGINT NOT NULL, revoked BIGINT, scopes TEXT NOT NULL DEFAULT ''
);

CREATE TABLE hours (
    id BYTEA PRIMARY KEY, practice BYTEA NOT NULL REFERENCES practices, hash BYTEA NOT NULL UNIQUE, label BYTEA NOT NULL,
    welcome BYTEA NOT NULL, open_until BIGINT, created BIGINT NOT NULL, revoked BIGINT,
    caller TEXT NOT NULL, request_id TEXT NOT NULL, request_hash BYTEA NOT NULL
);
CREATE INDEX hours_of_practice ON hours (practice, created, id);
CREATE UNIQUE INDEX hours_by_request ON hours (caller, request_id) WHERE request_id <> '';

CREATE TABLE rooms (
    id BYTEA PRIMARY KEY, practice BYTEA NOT NULL REFERENCES practices, starts BIGINT NOT NULL, duration BIGINT NOT NULL,
    early BIGINT NOT NULL, late BIGINT NOT NULL, closes BIGINT NOT NULL, epoch BIGINT NOT NULL, issuer TEXT NOT NULL,
    label BYTEA NOT NULL, closed BOOLEAN NOT NULL DEFAULT FALSE, created BIGINT NOT NULL,
    reply BYTEA NOT NULL DEFAULT '', replied BIGINT, replies BIGINT NOT NULL DEFAULT 0,
    hour BYTEA REFERENCES hours ON DELETE SET NULL, hour_client BYTEA, connected BIGINT, revision BIGINT NOT NULL DEFAULT 1
);
CREATE INDEX rooms_of_practice ON rooms (practice, starts, id);
CREATE INDEX rooms_by_end ON rooms (closes);
CREATE INDEX rooms_of_hour ON rooms (hour, hour_client) WHERE hour IS NOT NULL;

CREATE TABLE invites (
    made BIGINT PRIMARY KEY, id BYTEA NOT NULL UNIQUE, room BYTEA NOT NULL REFERENCES rooms ON DELETE CASCADE, seat BIGINT NOT NULL,
    hash BYTEA NOT NULL UNIQUE, max_uses BIGINT NOT NULL, uses BIGINT NOT NULL DEFAULT 0, revoked BIGINT
);
CREATE INDEX invites_of_room ON invites (room, made);

CREATE TABLE invite_uses (
    invite BYTEA NOT NULL REFERENCES invites (id) ON DELETE CASCADE, client_hash BYTEA NOT NULL, PRIMARY KEY (invite, client_hash)
);

CREATE TABLE requests (
    caller TEXT NOT NULL, request_id TEXT NOT NULL, room BYTEA NOT NULL REFERENCES rooms ON DELETE CASCADE, created BIGINT NOT NULL,
    hash BYTEA NOT NULL, PRIMARY KEY (caller, request_id)
);
CREATE INDEX requests_of_room ON requests (room);

CREATE TABLE made (
    caller TEXT NOT NULL, request_id TEXT NOT NULL, kind TEXT NOT NULL, made BYTEA NOT NULL, hash BYTEA NOT NULL, at BIGINT NOT NULL,
    PRIMARY KEY (caller, request_id)
);

CREATE TABLE welcomes (
    room BYTEA PRIMARY KEY REFERENCES rooms ON DELETE CASCADE, sealed BYTEA NOT NULL
);

CREATE TABLE changes (
    number BIGINT PRIMARY KEY, kind TEXT NOT NULL, subject BYTEA NOT NULL, epoch BIGINT NOT NULL, expires BIGINT NOT NULL
);

CREATE TABLE counters (name TEXT PRIMARY KEY, last BIGINT NOT NULL);
INSERT INTO counters (name, last) VALUES ('changes', 0);

CREATE TABLE events (
    practice BYTEA NOT NULL REFERENCES practices, number BIGINT NOT NULL, kind TEXT NOT NULL, room BYTEA NOT NULL, seat BIGINT, at BIGINT NOT NULL,
    PRIMARY KEY (practice, number)
);
CREATE INDEX events_by_time ON events (at);

CREATE TABLE reporters (id BYTEA PRIMARY KEY, last BIGINT NOT NULL);

CREATE TABLE seats (
    room BYTEA NOT NULL REFERENCES rooms ON DELETE CASCADE, seat BIGINT NOT NULL, reporter BYTEA NOT NULL, progress BIGINT NOT NULL,
    PRIMARY KEY (room, seat)
);
CREATE INDEX seats_of_reporter ON seats (reporter);

CREATE TABLE usage (
    practice BYTEA NOT NULL REFERENCES practices, month BIGINT NOT NULL, visits BIGINT NOT NULL, seconds BIGINT NOT NULL, PRIMARY KEY (practice, month)
);
";

const WEBHOOKS: &str = "
CREATE TABLE webhooks (
    id BYTEA PRIMARY KEY, practice BYTEA NOT NULL REFERENCES practices, url TEXT NOT NULL, types BIGINT NOT NULL, enabled BOOLEAN NOT NULL DEFAULT TRUE,
    created BIGINT NOT NULL, revision BIGINT NOT NULL DEFAULT 1, secret BIGINT NOT NULL DEFAULT 1, older_until BIGINT,
    delivered BIGINT NOT NULL, failures BIGINT NOT NULL DEFAULT 0, failing_since BIGINT, next_attempt BIGINT, failure TEXT NOT NULL DEFAULT ''
);
CREATE INDEX webhooks_of_practice ON webhooks (practice, created, id);
";

const CERTIFICATES: &str = "ALTER TABLE api_keys ADD COLUMN certificate TEXT NOT NULL DEFAULT '';";
