use room::{RecordId, RoomId};

use super::{
    Store, StoreError,
    events::{self, What},
    int, invites, record_id, room_id,
    rooms::{self, Room},
    sql::{self, Connection, FromRow, Row},
    uint,
    writer::Seen,
};
use crate::rules::{hours, hours::NewHour, rooms::NewRoom, secrets::Hash};

/// An open consultation hour: a lasting link, whose guests get a room each.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Hour {
    pub(crate) id: RecordId,
    pub(crate) practice: RecordId,
    pub(crate) label: Vec<u8>,
    /// Guests may come in until then; it may be over.
    pub(crate) open_until: Option<u64>,
    pub(crate) created: u64,
    pub(crate) revoked: Option<u64>,
}

/// A good invite of an hour.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct FoundHour {
    pub(crate) hour: Hour,
    pub(crate) practice_name: String,
    /// Sealed by the practice for whoever holds the link; empty where there is none.
    pub(crate) welcome: Vec<u8>,
}

impl Hour {
    /// Until when guests may come in, where they may now.
    pub(crate) fn open_at(&self, now: u64) -> Option<u64> {
        self.open_until.filter(|until| *until > now && self.revoked.is_none())
    }
}

impl FromRow for Hour {
    fn from_row(row: &Row) -> sqlx::Result<Self> {
        let id = |column| record_id(row.try_get(column)?);
        let time = |column| row.try_get::<Option<i64>>(column).map(|time| time.map(uint));
        Ok(Self {
            id: id("id")?,
            practice: id("practice")?,
            label: row.try_get("label")?,
            open_until: time("open_until")?,
            created: row.try_get("created").map(uint)?,
            revoked: time("revoked")?,
        })
    }
}

impl Store {
    /// Makes an hour. With a request id that `caller` has used before, gives the hour of that time.
    pub(crate) async fn create_hour(&self, new: NewHour, caller: String, now: u64) -> Result<Hour, StoreError> {
        self.write_seen(move |connection| {
            Box::pin(async move {
                if let Some(hour) = earlier_hour(connection, &new, &caller).await? {
                    return Ok(Seen::by_nobody(hour));
                }
                insert_hour(connection, &new, &caller, now).await?;
                Ok(Seen::by(new.practice, load_hour(connection, new.id).await?))
            })
        })
        .await
    }

    /// Also a revoked one.
    pub(crate) async fn hour(&self, id: RecordId) -> Result<Hour, StoreError> {
        let mut connection = self.reads.acquire().await?;
        load_hour(&mut connection, id).await
    }

    /// By when they were made.
    pub(crate) async fn hours(&self, practice: RecordId) -> Result<Vec<Hour>, StoreError> {
        let hours = sql::query_as(sqlx::AssertSqlSafe(format!(
            "SELECT {COLUMNS} FROM hours WHERE practice = ? ORDER BY created, id"
        )))
        .bind(practice.as_bytes().to_vec())
        .fetch_all(&self.reads)
        .await?;
        Ok(hours)
    }

    /// Lets guests in until a time, or nobody any more.
    pub(crate) async fn open_hour(&self, id: RecordId, until: Option<u64>) -> Result<Hour, StoreError> {
        self.write_seen(move |connection| {
            Box::pin(async move {
                let opened = sql::query("UPDATE hours SET open_until = ? WHERE id = ? AND revoked IS NULL")
                    .bind(until.map(int))
                    .bind(id.as_bytes().to_vec())
                    .execute(&mut *connection)
                    .await?;
                let hour = load_hour(connection, id).await?;
                if opened == 0 {
                    return Err(StoreError::Revoked);
                }
                Ok(Seen::by(hour.practice, hour))
            })
        })
        .await
    }

    /// Another welcome, or none where it is empty.
    pub(crate) async fn set_hour_welcome(&self, id: RecordId, welcome: Vec<u8>) -> Result<(), StoreError> {
        self.write(move |connection| {
            Box::pin(async move {
                let set = sql::query("UPDATE hours SET welcome = ? WHERE id = ? AND revoked IS NULL")
                    .bind(welcome)
                    .bind(id.as_bytes().to_vec())
                    .execute(connection)
                    .await?;
                if set == 1 { Ok(()) } else { Err(StoreError::Revoked) }
            })
        })
        .await
    }

    /// For good. Revoking twice changes nothing.
    pub(crate) async fn revoke_hour(&self, id: RecordId, now: u64) -> Result<Hour, StoreError> {
        self.write_seen(move |connection| {
            Box::pin(async move {
                let revoked = sql::query(
                    "UPDATE hours SET revoked = ?, open_until = NULL, welcome = ? WHERE id = ? AND revoked IS NULL",
                )
                .bind(int(now))
                .bind(Vec::new())
                .bind(id.as_bytes().to_vec())
                .execute(&mut *connection)
                .await?;
                let hour = load_hour(connection, id).await?;
                Ok(match revoked {
                    0 => Seen::by_nobody(hour),
                    _ => Seen::by(hour.practice, hour),
                })
            })
        })
        .await
    }

    /// The hour whose invite has this hash. Absent and revoked are the same.
    pub(crate) async fn find_hour(&self, hash: Hash) -> Result<FoundHour, StoreError> {
        let row = sql::query(
            "SELECT hours.*, practices.name AS practice_name FROM hours JOIN practices ON practices.id = hours.practice
             WHERE hours.hash = ? AND hours.revoked IS NULL",
        )
        .bind(hash.to_vec())
        .fetch_optional(&self.reads)
        .await?
        .ok_or(StoreError::NotFound)?;
        Ok(FoundHour {
            hour: Hour::from_row(&row)?,
            practice_name: row.try_get("practice_name")?,
            welcome: row.try_get("welcome")?,
        })
    }

    /// A guest's own room, made where the client has none that is still open, and the invite for it.
    pub(crate) async fn enter_hour(&self, id: RecordId, client: Hash, now: u64) -> Result<(Room, String), StoreError> {
        self.write_seen(move |connection| {
            Box::pin(async move {
                let hour = load_hour(connection, id).await?;
                if hour.revoked.is_some() {
                    return Err(StoreError::NotFound);
                }
                let (invite, token) = hours::guests_invite();
                let room = match earlier_room(connection, id, client, now).await? {
                    Some(room) => {
                        replace_invite(connection, room, invite.hash).await?;
                        return Ok(Seen::by_nobody((rooms::load_room(connection, room).await?, token)));
                    }
                    None => {
                        let until = hour.open_at(now).ok_or(StoreError::NotOpen)?;
                        hours::room_of(id, hour.practice, until, now, invite)
                    }
                };
                insert_guests_room(connection, id, client, &room, now).await?;
                events::add(connection, hour.practice, room.id, What::Created, now).await?;
                let room = rooms::load_room(connection, room.id).await?;
                Ok(Seen::by(hour.practice, (room, token)).with_events())
            })
        })
        .await
    }
}

async fn earlier_hour(connection: &mut Connection, new: &NewHour, caller: &str) -> Result<Option<Hour>, StoreError> {
    if new.request_id.is_empty() {
        return Ok(None);
    }
    let row: Option<(Vec<u8>, Vec<u8>)> =
        sql::query_as("SELECT id, request_hash FROM hours WHERE caller = ? AND request_id = ?")
            .bind(caller)
            .bind(&new.request_id)
            .fetch_optional(&mut *connection)
            .await?;
    match row {
        None => Ok(None),
        Some((_, hash)) if hash != new.request_hash => Err(StoreError::AnotherRequest),
        Some((id, _)) => Ok(Some(load_hour(connection, record_id(&id)?).await?)),
    }
}

async fn insert_hour(connection: &mut Connection, new: &NewHour, caller: &str, now: u64) -> Result<(), StoreError> {
    let (hours,): (i64,) = sql::query_as("SELECT count(*) FROM hours WHERE practice = ?")
        .bind(new.practice.as_bytes().to_vec())
        .fetch_one(&mut *connection)
        .await?;
    if hours >= MAX_HOURS {
        return Err(StoreError::Full);
    }
    sql::query(
        "INSERT INTO hours (id, practice, hash, label, welcome, created, caller, request_id, request_hash) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
    )
    .bind(new.id.as_bytes().to_vec())
    .bind(new.practice.as_bytes().to_vec())
    .bind(new.hash.to_vec())
    .bind(&new.label)
    .bind(&new.welcome)
    .bind(int(now))
    .bind(caller)
    .bind(&new.request_id)
    .bind(new.request_hash.to_vec())
    .execute(connection)
    .await
    .map_err(rooms::exists_or_failed)?;
    Ok(())
}

async fn load_hour(connection: &mut Connection, id: RecordId) -> Result<Hour, StoreError> {
    let hour = sql::query_as(sqlx::AssertSqlSafe(format!("SELECT {COLUMNS} FROM hours WHERE id = ?")))
        .bind(id.as_bytes().to_vec())
        .fetch_optional(connection)
        .await?;
    hour.ok_or(StoreError::NotFound)
}

/// The client's room of this hour, unless it is over, cancelled, or its invite revoked.
async fn earlier_room(
    connection: &mut Connection,
    hour: RecordId,
    client: Hash,
    now: u64,
) -> Result<Option<RoomId>, StoreError> {
    let row: Option<(Vec<u8>,)> = sql::query_as(
        "SELECT id FROM rooms WHERE hour = ? AND hour_client = ? AND closes > ? AND NOT closed
         AND EXISTS (SELECT 1 FROM invites WHERE invites.room = rooms.id AND revoked IS NULL) ORDER BY starts DESC LIMIT 1",
    )
    .bind(hour.as_bytes().to_vec())
    .bind(client.to_vec())
    .bind(int(now))
    .fetch_optional(connection)
    .await?;
    Ok(row.map(|(id,)| room_id(&id)).transpose()?)
}

/// The first answer may have been lost, and what it said is nowhere: another secret for the same invite.
async fn replace_invite(connection: &mut Connection, room: RoomId, hash: Hash) -> sqlx::Result<()> {
    sql::query(
        "UPDATE invites SET hash = ? WHERE made = (SELECT min(made) FROM invites WHERE room = ? AND revoked IS NULL)",
    )
    .bind(hash.to_vec())
    .bind(room.as_bytes().to_vec())
    .execute(connection)
    .await
    .map(|_| ())
}

async fn insert_guests_room(
    connection: &mut Connection,
    hour: RecordId,
    client: Hash,
    new: &NewRoom,
    now: u64,
) -> Result<(), StoreError> {
    let (open, all): (i64, i64) =
        sql::query_as("SELECT count(*) FILTER (WHERE closes > ? AND NOT closed), count(*) FROM rooms WHERE hour = ?")
            .bind(int(now))
            .bind(hour.as_bytes().to_vec())
            .fetch_one(&mut *connection)
            .await?;
    if open >= MAX_OPEN_ROOMS || all >= MAX_ROOMS {
        return Err(StoreError::Full);
    }
    rooms::count_room(connection, new.practice).await?;
    rooms::insert_room(connection, new, now).await?;
    sql::query("UPDATE rooms SET hour = ?, hour_client = ? WHERE id = ?")
        .bind(hour.as_bytes().to_vec())
        .bind(client.to_vec())
        .bind(new.id.as_bytes().to_vec())
        .execute(&mut *connection)
        .await?;
    for invite in &new.invites {
        invites::insert(connection, new.id, invite).await?;
    }
    Ok(())
}

/// Without the welcome, which is large.
const COLUMNS: &str = "id, practice, label, open_until, created, revoked";
/// Of one practice, revoked ones too.
const MAX_HOURS: i64 = 100;
/// Of one hour: in which somebody waits or may, and all that are still kept.
const MAX_OPEN_ROOMS: i64 = 100;
const MAX_ROOMS: i64 = 2000;
