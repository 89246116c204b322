//! The store's form. Each migration is one transaction: interrupted, it has not happened.

pub(super) mod postgres;

use sqlx::{Connection as _, SqliteConnection};

/// Brings the store to the newest form. A store of a newer version than this program's is refused.
pub(super) async fn migrate(connection: &mut SqliteConnection) -> anyhow::Result<()> {
    migrate_to(connection, FORM).await
}

/// The same, to an older one: what a backup was made of.
pub(super) async fn migrate_to(connection: &mut SqliteConnection, form: i64) -> anyhow::Result<()> {
    let at = self::form(connection).await?;
    anyhow::ensure!(
        at <= FORM,
        "the store was written by a newer version (form {at}, this program knows up to {FORM})"
    );
    let steps = MIGRATIONS.iter().enumerate().take(usize::try_from(form)?);
    for (number, migration) in steps.skip(usize::try_from(at)?) {
        let mut transaction = connection.begin().await?;
        sqlx::raw_sql(*migration).execute(&mut *transaction).await?;
        let version = format!("PRAGMA user_version = {}", number + 1);
        sqlx::raw_sql(sqlx::AssertSqlSafe(version))
            .execute(&mut *transaction)
            .await?;
        transaction.commit().await?;
    }
    Ok(())
}

/// The file's form, 0 where it is new.
pub(super) async fn form(connection: &mut SqliteConnection) -> sqlx::Result<i64> {
    sqlx::query_scalar("PRAGMA user_version").fetch_one(connection).await
}

/// The newest form.
#[expect(clippy::cast_possible_wrap, reason = "there are few")]
pub(crate) const FORM: i64 = MIGRATIONS.len() as i64;

/// Times are seconds of the Unix epoch, ids 16 bytes, hashes SHA-256 of what only its holder has.
const MIGRATIONS: [&str; 9] = [
    "
CREATE TABLE practices (
    id BLOB PRIMARY KEY, name TEXT NOT NULL, created INTEGER NOT NULL, rooms INTEGER NOT NULL DEFAULT 0
) STRICT, WITHOUT ROWID;

CREATE TABLE enrolments (
    hash BLOB PRIMARY KEY, practice BLOB NOT NULL REFERENCES practices, expires INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE devices (
    id BLOB PRIMARY KEY, practice BLOB NOT NULL REFERENCES practices, name TEXT NOT NULL, public_key BLOB NOT NULL,
    created INTEGER NOT NULL, revoked INTEGER
) STRICT, WITHOUT ROWID;
CREATE INDEX devices_of_practice ON devices (practice, created);

CREATE TABLE api_keys (
    id BLOB PRIMARY KEY, practice BLOB REFERENCES practices, name TEXT NOT NULL, hash BLOB NOT NULL,
    created INTEGER NOT NULL, revoked INTEGER
) STRICT, WITHOUT ROWID;

CREATE TABLE rooms (
    id BLOB PRIMARY KEY, practice BLOB NOT NULL REFERENCES practices, starts INTEGER NOT NULL, duration INTEGER NOT NULL,
    early INTEGER NOT NULL, late INTEGER NOT NULL, closes INTEGER NOT NULL, epoch INTEGER NOT NULL, issuer TEXT NOT NULL,
    label BLOB NOT NULL, closed INTEGER NOT NULL DEFAULT 0, created INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX rooms_of_practice ON rooms (practice, starts, id);
CREATE INDEX rooms_by_end ON rooms (closes);

CREATE TABLE invites (
    made INTEGER PRIMARY KEY, id BLOB NOT NULL UNIQUE, room BLOB NOT NULL REFERENCES rooms ON DELETE CASCADE, seat INTEGER NOT NULL,
    hash BLOB NOT NULL UNIQUE, max_uses INTEGER NOT NULL, uses INTEGER NOT NULL DEFAULT 0, revoked INTEGER
) STRICT;
CREATE INDEX invites_of_room ON invites (room, made);

CREATE TABLE invite_uses (
    invite BLOB NOT NULL REFERENCES invites (id) ON DELETE CASCADE, client_hash BLOB NOT NULL, PRIMARY KEY (invite, client_hash)
) STRICT, WITHOUT ROWID;

CREATE TABLE requests (
    caller TEXT NOT NULL, request_id TEXT NOT NULL, room BLOB NOT NULL REFERENCES rooms ON DELETE CASCADE, created INTEGER NOT NULL,
    PRIMARY KEY (caller, request_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX requests_of_room ON requests (room);

-- What other daemons must hear of. The numbers are never used twice.
CREATE TABLE changes (
    number INTEGER PRIMARY KEY AUTOINCREMENT, kind TEXT NOT NULL, subject BLOB NOT NULL, epoch INTEGER NOT NULL, expires INTEGER NOT NULL
) STRICT;
",
    // A request id is good for one request: the SHA-256 of what it asked.
    "ALTER TABLE requests ADD COLUMN hash BLOB NOT NULL DEFAULT x'';",
    "
-- A device is pending until it is confirmed; those of before never had to be.
ALTER TABLE devices ADD COLUMN role TEXT NOT NULL DEFAULT 'doctor';
ALTER TABLE devices ADD COLUMN confirmed INTEGER;
UPDATE devices SET confirmed = created;

-- A code stays when it is spent, with the device that has spent it, until it would have expired.
ALTER TABLE enrolments ADD COLUMN role TEXT NOT NULL DEFAULT 'doctor';
ALTER TABLE enrolments ADD COLUMN needs_confirmation INTEGER NOT NULL DEFAULT 0;
ALTER TABLE enrolments ADD COLUMN device BLOB REFERENCES devices ON DELETE CASCADE;
CREATE INDEX enrolments_of_device ON enrolments (device);

-- What a confirming device leaves for a new one.
CREATE TABLE device_keys (
    device BLOB PRIMARY KEY REFERENCES devices ON DELETE CASCADE, sealed BLOB NOT NULL, expires INTEGER NOT NULL
) STRICT;

CREATE TABLE settings (
    practice BLOB PRIMARY KEY REFERENCES practices, sealed BLOB NOT NULL, revision INTEGER NOT NULL
) STRICT;

-- What a guest's page reads. Beside the rooms, for it is large and lists do without.
CREATE TABLE welcomes (
    room BLOB PRIMARY KEY REFERENCES rooms ON DELETE CASCADE, sealed BLOB NOT NULL
) STRICT;
",
    "
-- What a guest says before the practice can be reached, when, and how often in this epoch.
ALTER TABLE rooms ADD COLUMN reply BLOB NOT NULL DEFAULT x'';
ALTER TABLE rooms ADD COLUMN replied INTEGER;
ALTER TABLE rooms ADD COLUMN replies INTEGER NOT NULL DEFAULT 0;

-- Lasting links, whose guests get a room each.
CREATE TABLE hours (
    id BLOB PRIMARY KEY, practice BLOB NOT NULL REFERENCES practices, hash BLOB NOT NULL UNIQUE, label BLOB NOT NULL,
    welcome BLOB NOT NULL, open_until INTEGER, created INTEGER NOT NULL, revoked INTEGER,
    caller TEXT NOT NULL, request_id TEXT NOT NULL, request_hash BLOB NOT NULL
) STRICT;
CREATE INDEX hours_of_practice ON hours (practice, created, id);
CREATE UNIQUE INDEX hours_by_request ON hours (caller, request_id) WHERE request_id <> '';

-- A guest's own room of an hour, and for whose browser it is.
ALTER TABLE rooms ADD COLUMN hour BLOB REFERENCES hours ON DELETE SET NULL;
ALTER TABLE rooms ADD COLUMN hour_client BLOB;
CREATE INDEX rooms_of_hour ON rooms (hour, hour_client) WHERE hour IS NOT NULL;
",
    "
-- What happens in a practice's rooms, numbered for each practice; and the number of its last one.
ALTER TABLE practices ADD COLUMN events INTEGER NOT NULL DEFAULT 0;
CREATE TABLE events (
    practice BLOB NOT NULL REFERENCES practices, number INTEGER NOT NULL, kind TEXT NOT NULL, room BLOB NOT NULL, seat INTEGER, at INTEGER NOT NULL,
    PRIMARY KEY (practice, number)
) STRICT, WITHOUT ROWID;
CREATE INDEX events_by_time ON events (at);

-- Lives of signal-ds, and the last that each has said.
CREATE TABLE reporters (id BLOB PRIMARY KEY, last INTEGER NOT NULL) STRICT, WITHOUT ROWID;

-- Seats that are taken, by which signal-d's word, and how far the practice has come with whoever is there.
CREATE TABLE seats (
    room BLOB NOT NULL REFERENCES rooms ON DELETE CASCADE, seat INTEGER NOT NULL, reporter BLOB NOT NULL, progress INTEGER NOT NULL,
    PRIMARY KEY (room, seat)
) STRICT, WITHOUT ROWID;
CREATE INDEX seats_of_reporter ON seats (reporter);

-- Since when the visit goes on.
ALTER TABLE rooms ADD COLUMN connected INTEGER;

-- Months count from January of the year 0.
CREATE TABLE usage (
    practice BLOB NOT NULL REFERENCES practices, month INTEGER NOT NULL, visits INTEGER NOT NULL, seconds INTEGER NOT NULL, PRIMARY KEY (practice, month)
) STRICT, WITHOUT ROWID;
",
    "
-- Counts what the practice changes about a room.
ALTER TABLE rooms ADD COLUMN revision INTEGER NOT NULL DEFAULT 1;

-- Names of scopes with spaces between; none: everything.
ALTER TABLE api_keys ADD COLUMN scopes TEXT NOT NULL DEFAULT '';

-- What requests have made that may come again, other than rooms and hours.
CREATE TABLE made (
    caller TEXT NOT NULL, request_id TEXT NOT NULL, kind TEXT NOT NULL, made BLOB NOT NULL, hash BLOB NOT NULL, at INTEGER NOT NULL,
    PRIMARY KEY (caller, request_id)
) STRICT, WITHOUT ROWID;
",
    "
-- The last number that was given: SQLite's own count of them is nothing that PostgreSQL has, and a backup has to hold it.
CREATE TABLE counters (name TEXT PRIMARY KEY, last INTEGER NOT NULL) STRICT, WITHOUT ROWID;
INSERT INTO counters (name, last) VALUES ('changes', coalesce((SELECT seq FROM sqlite_sequence WHERE name = 'changes'), 0));
",
    "
-- Types are bits, none for all. Secrets are not here: they are made of a file's, the webhook's id and their number.
CREATE TABLE webhooks (
    id BLOB PRIMARY KEY, practice BLOB NOT NULL REFERENCES practices, url TEXT NOT NULL, types INTEGER NOT NULL, enabled INTEGER NOT NULL DEFAULT 1,
    created INTEGER NOT NULL, revision INTEGER NOT NULL DEFAULT 1, secret INTEGER NOT NULL DEFAULT 1, older_until INTEGER,
    delivered INTEGER NOT NULL, failures INTEGER NOT NULL DEFAULT 0, failing_since INTEGER, next_attempt INTEGER, failure TEXT NOT NULL DEFAULT ''
) STRICT, WITHOUT ROWID;
CREATE INDEX webhooks_of_practice ON webhooks (practice, created, id);
",
    "
-- The client certificate that a key is bound to, as requests name it; empty: none.
ALTER TABLE api_keys ADD COLUMN certificate TEXT NOT NULL DEFAULT '';
",
];

#[cfg(test)]
mod tests {
    use sqlx::{ConnectOptions as _, sqlite::SqliteConnectOptions};

    use super::*;

    #[tokio::test]
    async fn devices_and_codes_of_before_roles_are_as_good_as_they_were() {
        let mut store = SqliteConnectOptions::new()
            .in_memory(true)
            .connect()
            .await
            .expect("opens");
        for migration in &MIGRATIONS[..2] {
            sqlx::raw_sql(*migration).execute(&mut store).await.expect("is good");
        }
        let before = "
            PRAGMA user_version = 2;
            INSERT INTO practices (id, name, created) VALUES (x'07', 'Praxis', 1);
            INSERT INTO devices (id, practice, name, public_key, created) VALUES (x'01', x'07', 'Sprechzimmer 1', x'04', 17);
            INSERT INTO enrolments (hash, practice, expires) VALUES (x'02', x'07', 99);
        ";
        sqlx::raw_sql(before).execute(&mut store).await.expect("written");

        migrate(&mut store).await.expect("is brought up to date");

        let device: (String, Option<i64>) = sqlx::query_as("SELECT role, confirmed FROM devices")
            .fetch_one(&mut store)
            .await
            .expect("a device");
        assert_eq!(device, ("doctor".to_owned(), Some(17)));
        let code: (String, bool, Option<Vec<u8>>) =
            sqlx::query_as("SELECT role, needs_confirmation, device FROM enrolments")
                .fetch_one(&mut store)
                .await
                .expect("a code");
        assert_eq!(code, ("doctor".to_owned(), false, None));
    }

    #[tokio::test]
    async fn rooms_of_before_replies_have_none_and_belong_to_no_hour() {
        let mut store = SqliteConnectOptions::new()
            .in_memory(true)
            .connect()
            .await
            .expect("opens");
        for migration in &MIGRATIONS[..3] {
            sqlx::raw_sql(*migration).execute(&mut store).await.expect("is good");
        }
        let before = "
            PRAGMA user_version = 3;
            INSERT INTO practices (id, name, created) VALUES (x'07', 'Praxis', 1);
            INSERT INTO rooms (id, practice, starts, duration, early, late, closes, epoch, issuer, label, created)
                VALUES (x'01', x'07', 10, 20, 0, 0, 30, 2, 'console', x'05', 1);
        ";
        sqlx::raw_sql(before).execute(&mut store).await.expect("written");

        migrate(&mut store).await.expect("is brought up to date");

        let room: (i64, Vec<u8>, Option<i64>, i64, Option<Vec<u8>>) =
            sqlx::query_as("SELECT epoch, reply, replied, replies, hour FROM rooms")
                .fetch_one(&mut store)
                .await
                .expect("a room");
        assert_eq!(room, (2, Vec::new(), None, 0, None));
    }

    #[tokio::test]
    async fn a_store_of_a_newer_version_is_refused() {
        let mut store = SqliteConnectOptions::new()
            .in_memory(true)
            .connect()
            .await
            .expect("opens");
        let newer = format!("PRAGMA user_version = {}", MIGRATIONS.len() + 1);
        sqlx::raw_sql(sqlx::AssertSqlSafe(newer))
            .execute(&mut store)
            .await
            .expect("written");

        let refusal = migrate(&mut store).await.expect_err("is refused").to_string();

        assert!(
            refusal.starts_with("the store was written by a newer version"),
            "{refusal}"
        );
    }
}
