//! What is kept no longer is deleted, and its bytes with it: SQLite writes zeros over them (`secure_delete`), and the log that still holds the old pages is emptied.

use room::RecordId;

use super::{
    Store, StoreError,
    devices::PENDING,
    int, record_id,
    requests::REQUESTS,
    sql::{self, Connection},
    writer::Seen,
};

impl Store {
    /// Deletes rooms whose doors closed `age` seconds ago or earlier, with all that hangs on them, devices that were revoked as long ago, and whatever has run out.
    /// Gives the number of rooms.
    pub(crate) async fn sweep(&self, now: u64, age: u64) -> Result<u64, StoreError> {
        let mut rooms = 0;
        let mut swept = Swept { rows: 1, rooms: 0 };
        // In pieces, so that whoever wants to write meanwhile waits for one of them only.
        while swept.rows > 0 {
            swept = self
                .write_seen(move |connection| {
                    Box::pin(async move {
                        let (swept, practices) = sweep_some(connection, now, age).await?;
                        Ok(Seen::by_all(practices, swept))
                    })
                })
                .await?;
            rooms += swept.rooms;
        }
        self.empty_log().await?;
        Ok(rooms)
    }

    /// Deletes the rooms that guests of open hours were given and never entered. Gives their number.
    pub(crate) async fn sweep_unvisited(&self, now: u64) -> Result<usize, StoreError> {
        let swept = self
            .write_seen(move |connection| {
                Box::pin(async move {
                    let practices = delete_unvisited(connection, now.saturating_sub(UNVISITED)).await?;
                    let rooms = practices.len();
                    Ok(Seen::by_all(practices, rooms))
                })
            })
            .await?;
        if swept > 0 {
            self.empty_log().await?;
        }
        Ok(swept)
    }
}

struct Swept {
    rows: u64,
    rooms: u64,
}

async fn sweep_some(connection: &mut Connection, now: u64, age: u64) -> sqlx::Result<(Swept, Vec<RecordId>)> {
    let practices = delete_rooms(connection, now.saturating_sub(age)).await?;
    let rooms = u64::try_from(practices.len()).unwrap_or(u64::MAX);
    let mut rows = rooms;
    for (sql, before) in [
        // Its bar is a change of its own, and stays for as long as it matters.
        (
            "DELETE FROM devices WHERE id IN (SELECT id FROM devices WHERE revoked <= ? LIMIT ?)",
            now.saturating_sub(age),
        ),
        (
            "DELETE FROM devices WHERE id IN (SELECT id FROM devices WHERE confirmed IS NULL AND created <= ? LIMIT ?)",
            now.saturating_sub(PENDING),
        ),
        // Rooms that its guests were given outlive it.
        (
            "DELETE FROM hours WHERE id IN (SELECT id FROM hours WHERE revoked <= ? LIMIT ?)",
            now.saturating_sub(age),
        ),
        // No older than a room may be that has closed when they happened.
        (
            "DELETE FROM events WHERE (practice, number) IN (SELECT practice, number FROM events WHERE at <= ? LIMIT ?)",
            now.saturating_sub(age),
        ),
        (
            "DELETE FROM api_keys WHERE id IN (SELECT id FROM api_keys WHERE revoked <= ? LIMIT ?)",
            now.saturating_sub(age),
        ),
        (
            "DELETE FROM enrolments WHERE hash IN (SELECT hash FROM enrolments WHERE expires <= ? LIMIT ?)",
            now,
        ),
        (
            "DELETE FROM device_keys WHERE device IN (SELECT device FROM device_keys WHERE expires <= ? LIMIT ?)",
            now,
        ),
        (
            "DELETE FROM requests WHERE (caller, request_id) IN (SELECT caller, request_id FROM requests WHERE created <= ? LIMIT ?)",
            now.saturating_sub(REQUESTS),
        ),
        (
            "DELETE FROM made WHERE (caller, request_id) IN (SELECT caller, request_id FROM made WHERE at <= ? LIMIT ?)",
            now.saturating_sub(REQUESTS),
        ),
        (
            "DELETE FROM changes WHERE number IN (SELECT number FROM changes WHERE expires <= ? LIMIT ?)",
            now,
        ),
    ] {
        let deleted = sql::query(sql)
            .bind(int(before))
            .bind(PIECE)
            .execute(&mut *connection)
            .await?;
        rows += deleted;
    }
    Ok((Swept { rows, rooms }, practices))
}

/// Invites, their uses, welcomes and request ids go with their rooms. Gives whose they were.
async fn delete_rooms(connection: &mut Connection, closed_by: u64) -> sqlx::Result<Vec<RecordId>> {
    let practices = sql::query_as(
        "DELETE FROM rooms WHERE id IN (SELECT id FROM rooms WHERE closes <= ? ORDER BY closes LIMIT ?) RETURNING practice",
    )
    .bind(int(closed_by))
    .bind(PIECE)
    .fetch_all(&mut *connection)
    .await?;
    count_off(connection, practices).await
}

/// Of those that were made by then. A stranger with an hour's link can make some in a minute: all of them, in one go.
async fn delete_unvisited(connection: &mut Connection, made_by: u64) -> sqlx::Result<Vec<RecordId>> {
    let practices = sql::query_as(
        "DELETE FROM rooms WHERE hour IS NOT NULL AND created <= ?
         AND NOT EXISTS (SELECT 1 FROM invites WHERE invites.room = rooms.id AND uses > 0) RETURNING practice",
    )
    .bind(int(made_by))
    .fetch_all(&mut *connection)
    .await?;
    count_off(connection, practices).await
}

/// A practice may make as many again as are deleted.
async fn count_off(connection: &mut Connection, rooms: Vec<(Vec<u8>,)>) -> sqlx::Result<Vec<RecordId>> {
    for (practice,) in &rooms {
        sql::query("UPDATE practices SET rooms = rooms - 1 WHERE id = ?")
            .bind(practice)
            .execute(&mut *connection)
            .await?;
    }
    rooms.iter().map(|(practice,)| record_id(practice)).collect()
}

/// Seconds that a guest of an open hour has to enter the room that it was given.
const UNVISITED: u64 = 10 * 60;
/// Rows of a table that one transaction deletes.
const PIECE: u32 = 500;

#[cfg(test)]
mod tests {
    use std::path::Path;

    use api::session::v1::{CreateRoomRequest, InviteSpec};

    use super::*;
    use crate::{
        rules::{
            devices::Role,
            fields::{proto_duration, timestamp},
            rooms::NewRoom,
            secrets::hash,
        },
        store::{Asked, Enrolment, NewDevice, Practice, Room},
    };

    #[tokio::test]
    async fn what_is_swept_leaves_no_byte_in_the_files() {
        let house = House::new().await;
        for number in 0..ROOMS {
            house.room(number, NOW + 3600).await;
        }
        let stays = house.room(ROOMS, NOW + 10 * A_DAY).await;
        for what in MARKS {
            assert!(house.count(what) > ROOMS, "the search finds what is there");
        }

        let swept = house.store.sweep(NOW + 3 * A_DAY, A_DAY).await.expect("swept");

        assert_eq!(swept, u64::from(ROOMS));
        for what in MARKS {
            // A request id is remembered for a day only, also of a room that stays.
            assert_eq!(house.count(what), u32::from(what != "request"), "{what}");
        }
        assert_eq!(
            std::fs::metadata(house.file("session.db-wal")).expect("a file").len(),
            0
        );
        house.store.room(stays.id).await.expect("is still there");
    }

    #[tokio::test]
    async fn a_room_is_swept_to_the_second_with_all_that_hangs_on_it() {
        let house = House::new().await;
        let room = house.room(1, NOW + 3600).await;
        house
            .store
            .redeem(room.invites[0].id, PRACTICE, hash("a browser"))
            .await
            .expect("used");
        let closes = room.schedule.window().closes;

        assert_eq!(house.store.sweep(closes + A_DAY - 1, A_DAY).await.expect("swept"), 0);
        house.store.room(room.id).await.expect("is still there");
        assert_eq!(house.store.sweep(closes + A_DAY, A_DAY).await.expect("swept"), 1);

        for table in ["rooms", "invites", "invite_uses", "requests", "welcomes"] {
            assert_eq!(house.rows(table).await, 0, "{table}");
        }
    }

    /// The count that limits a practice's rooms goes down with them.
    #[tokio::test]
    async fn a_practice_whose_rooms_are_swept_may_make_as_many_again() {
        let house = House::new().await;
        for number in 0..3 {
            house.room(number, NOW + 3600).await;
        }
        house.room(3, NOW + 10 * A_DAY).await;

        house.store.sweep(NOW + 3 * A_DAY, A_DAY).await.expect("swept");

        let (rooms,): (i64,) = sql::query_as("SELECT rooms FROM practices")
            .fetch_one(&house.store.reads)
            .await
            .expect("a practice");
        assert_eq!(rooms, 1);
    }

    #[tokio::test]
    async fn whatever_has_run_out_goes() {
        let house = House::new().await;
        let revoked = house.device("revoked", false).await;
        house.store.revoke_device(revoked, NOW).await.expect("revoked");
        let pending = house.device("pending", true).await;
        let confirmed = house.device("confirmed", true).await;
        house
            .store
            .confirm_device(confirmed, b"marked-keys-".to_vec(), NOW)
            .await
            .expect("confirmed");
        let good = house.device("good", false).await;

        house.store.sweep(NOW + A_DAY - 1, A_DAY).await.expect("swept");
        assert_eq!(
            house
                .store
                .devices(PRACTICE, NOW + A_DAY - 1)
                .await
                .expect("a list")
                .len(),
            4
        );
        assert_eq!(
            (house.rows("device_keys").await, house.rows("enrolments").await),
            (1, 4)
        );

        house.store.sweep(NOW + A_DAY, A_DAY).await.expect("swept");

        let left = house.store.devices(PRACTICE, NOW + A_DAY).await.expect("a list");
        let mut left: Vec<_> = left.into_iter().map(|device| device.id).collect();
        let mut expected = vec![confirmed, good];
        left.sort_unstable();
        expected.sort_unstable();
        assert_eq!(left, expected);
        for (table, rows) in [("device_keys", 0), ("enrolments", 0), ("changes", 0), ("devices", 2)] {
            assert_eq!(house.rows(table).await, rows, "{table}");
        }
        assert_eq!(
            house.store.device(pending, NOW).await.expect_err("is gone").to_string(),
            "not there"
        );
        assert_eq!(house.count("keys"), 0);
    }

    /// A store, and who writes into it.
    struct House {
        dir: tempfile::TempDir,
        store: Store,
    }

    impl House {
        async fn new() -> Self {
            let dir = tempfile::tempdir().expect("a directory");
            let (store, mut writer) = Store::open(&dir.path().join("session.db")).await.expect("opens");
            tokio::spawn(async move { writer.run().await });
            let practice = Practice {
                id: PRACTICE,
                name: "Praxis".to_owned(),
                created: NOW,
            };
            store.create_practice(practice, nobody_asked()).await.expect("created");
            Self { dir, store }
        }

        async fn room(&self, number: u32, starts: u64) -> Room {
            let request = CreateRoomRequest {
                practice: PRACTICE.to_string(),
                start_time: Some(timestamp(starts)),
                duration: Some(proto_duration(1200)),
                invites: vec![InviteSpec::default()],
                issuer: format!("marked-issuer-{number}"),
                // Of many lengths, so that SQLite moves them about.
                sealed_label: "marked-label-"
                    .bytes()
                    .chain((0..number * 7 % 1500).map(|_| b'.'))
                    .collect(),
                sealed_welcome: "marked-welcome-"
                    .bytes()
                    .chain((0..number * 131 % 30_000).map(|_| b'.'))
                    .collect(),
                request_id: format!("marked-request-{number}"),
                ..CreateRoomRequest::default()
            };
            let new = NewRoom::parse(&request, "console", NOW).expect("is good");
            let created = self.store.create_room(new, "operator".to_owned(), NOW).await;
            let room = created.expect("created").0;
            let reply = format!("marked-reply-{number}").into_bytes();
            self.store.reply(room.id, reply, NOW).await.expect("said");
            room
        }

        async fn device(&self, name: &str, needs_confirmation: bool) -> RecordId {
            let enrolment = Enrolment {
                hash: hash(name),
                practice: PRACTICE,
                role: Role::Doctor,
                needs_confirmation,
                expires: NOW + A_DAY,
            };
            self.store
                .create_enrolment(enrolment, nobody_asked())
                .await
                .expect("created");
            let new = NewDevice {
                id: RecordId::new(crate::rules::secrets::random()),
                name: name.to_owned(),
                public_key: name.as_bytes().to_vec(),
            };
            self.store
                .enrol(hash(name), new, NOW)
                .await
                .expect("enrolled")
                .device
                .id
        }

        async fn rows(&self, table: &str) -> i64 {
            let (rows,): (i64,) = sql::query_as(sqlx::AssertSqlSafe(format!("SELECT count(*) FROM {table}")))
                .fetch_one(&self.store.reads)
                .await
                .expect("a number");
            rows
        }

        /// How often the mark stands in the files.
        fn count(&self, what: &str) -> u32 {
            let mark = format!("marked-{what}-");
            let files = ["session.db", "session.db-wal"].map(|name| std::fs::read(self.file(name)).expect("a file"));
            let found = files
                .iter()
                .flat_map(|file| file.windows(mark.len()))
                .filter(|window| *window == mark.as_bytes());
            u32::try_from(found.count()).expect("not so many")
        }

        fn file(&self, name: &str) -> std::path::PathBuf {
            Path::new(self.dir.path()).join(name)
        }
    }

    /// For what is not remembered.
    fn nobody_asked() -> Asked {
        Asked {
            caller: String::new(),
            id: String::new(),
            hash: [0; 32],
            now: NOW,
        }
    }

    const PRACTICE: RecordId = RecordId::new([7; 16]);
    const NOW: u64 = 1_790_000_000;
    const A_DAY: u64 = 24 * 60 * 60;
    const ROOMS: u32 = 250;
    const MARKS: [&str; 5] = ["label", "welcome", "request", "issuer", "reply"];
}
