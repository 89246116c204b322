use room::{RecordId, RoomId};

use super::{
    Store, StoreError,
    changes::{self, Subject},
    events::{self, What},
    int,
    invites::{self, Invite},
    record_id,
    requests::REQUESTS,
    room_id,
    sql::{self, Connection, Row},
    uint,
    writer::Seen,
};
use crate::rules::{
    filter::RoomFilter,
    rooms::{NewRoom, Schedule},
};

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Room {
    pub(crate) id: RoomId,
    pub(crate) practice: RecordId,
    pub(crate) schedule: Schedule,
    pub(crate) epoch: u32,
    pub(crate) issuer: String,
    pub(crate) label: Vec<u8>,
    pub(crate) closed: bool,
    pub(crate) created: u64,
    pub(crate) invites: Vec<Invite>,
    /// What a guest said before the practice could be reached; empty where there is nothing.
    pub(crate) reply: Vec<u8>,
    pub(crate) replied: Option<u64>,
    /// Counts what the practice changes.
    pub(crate) revision: u64,
}

impl Room {
    /// Refuses what was decided on by what isn't so any more.
    fn is_as_read(&self, revision: Option<u64>) -> Result<(), StoreError> {
        match revision {
            Some(read) if read != self.revision => Err(StoreError::Outdated),
            Some(_) | None => Ok(()),
        }
    }
}

/// What is to be another.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct RoomUpdate {
    /// The one that was read, where it has to be the newest.
    pub(crate) revision: Option<u64>,
    pub(crate) schedule: Option<Schedule>,
    pub(crate) label: Option<Vec<u8>>,
}

impl Store {
    /// Makes a room with its invites. With a request id that `caller` has used before, gives the room of that time.
    pub(crate) async fn create_room(&self, new: NewRoom, caller: String, now: u64) -> Result<(Room, bool), StoreError> {
        self.write_seen(move |connection| {
            Box::pin(async move {
                if let Some(room) = earlier_room(connection, &new, &caller, now).await? {
                    return Ok(Seen::by_nobody((room, false)));
                }
                count_room(connection, new.practice).await?;
                insert_room(connection, &new, now).await?;
                put_welcome(connection, new.id, &new.welcome).await?;
                for invite in &new.invites {
                    invites::insert(connection, new.id, invite).await?;
                }
                if !new.request_id.is_empty() {
                    remember_request(connection, &new, &caller, now).await?;
                }
                let room = load_room(connection, new.id).await?;
                events::add(connection, room.practice, room.id, What::Created, now).await?;
                Ok(Seen::by(room.practice, (room, true)).with_events())
            })
        })
        .await
    }

    pub(crate) async fn room(&self, id: RoomId) -> Result<Room, StoreError> {
        let mut connection = self.reads.acquire().await?;
        load_room(&mut connection, id).await
    }

    /// By start and id, from the one behind `after`.
    pub(crate) async fn rooms(
        &self,
        practice: RecordId,
        filter: RoomFilter,
        after: Option<(u64, RoomId)>,
        size: u32,
    ) -> Result<Vec<Room>, StoreError> {
        let (after_start, after_id) = after.map_or((0, Vec::new()), |(start, id)| (start, id.as_bytes().to_vec()));
        let mut connection = self.reads.acquire().await?;
        let rows = sql::query(
            "SELECT * FROM rooms WHERE practice = ? AND starts >= ? AND starts < ? AND (starts, id) > (?, ?)
             AND closed = coalesce(?, closed) AND issuer = coalesce(?, issuer) ORDER BY starts, id LIMIT ?",
        )
        .bind(practice.as_bytes().to_vec())
        .bind(int(filter.from))
        .bind(int(filter.until))
        .bind(int(after_start))
        .bind(after_id)
        .bind(filter.closed)
        .bind(filter.issuer)
        .bind(size)
        .fetch_all(&mut connection)
        .await?;
        let mut rooms = Vec::with_capacity(rows.len());
        for row in &rows {
            rooms.push(with_invites(&mut connection, row).await?);
        }
        Ok(rooms)
    }

    /// Changes what `update` names, or nothing. Another time is another epoch: who is there for the old one is barred, and what was said of it is cleared.
    pub(crate) async fn update_room(&self, id: RoomId, update: RoomUpdate, now: u64) -> Result<Room, StoreError> {
        self.write_seen(move |connection| {
            Box::pin(async move {
                let before = load_room(connection, id).await?;
                before.is_as_read(update.revision)?;
                if before.closed {
                    return Err(StoreError::Closed);
                }
                if let Some(label) = &update.label {
                    sql::query("UPDATE rooms SET label = ? WHERE id = ?")
                        .bind(label)
                        .bind(id.as_bytes().to_vec())
                        .execute(&mut *connection)
                        .await?;
                }
                if let Some(schedule) = update.schedule {
                    move_room(connection, &before, schedule, now).await?;
                }
                revise(connection, id).await?;
                let room = load_room(connection, id).await?;
                let seen = Seen::by(room.practice, room);
                Ok(if update.schedule.is_some() {
                    seen.with_events()
                } else {
                    seen
                })
            })
        })
        .await
    }

    /// For good. Closing twice changes nothing. `revision`: the one that was read, where it has to be the newest.
    pub(crate) async fn close_room(&self, id: RoomId, revision: Option<u64>, now: u64) -> Result<Room, StoreError> {
        self.write_seen(move |connection| {
            Box::pin(async move {
                load_room(connection, id).await?.is_as_read(revision)?;
                let closed: Option<(i64,)> = sql::query_as(
                    "UPDATE rooms SET closed = TRUE, revision = revision + 1, reply = ?, replied = NULL WHERE id = ? AND NOT closed RETURNING closes",
                )
                .bind(Vec::new())
                .bind(id.as_bytes().to_vec())
                .fetch_optional(&mut *connection)
                .await?;
                let room = load_room(connection, id).await?;
                let Some((closes,)) = closed else {
                    return Ok(Seen::by_nobody(room));
                };
                let until = changes::gone_after(now, uint(closes));
                changes::add(connection, Subject::ClosedRoom(id), until).await?;
                events::add(connection, room.practice, id, What::Cancelled, now).await?;
                Ok(Seen::by(room.practice, room).with_events())
            })
        })
        .await
    }

    /// What a guest says to the practice; of several the last one stands. The same again changes nothing.
    pub(crate) async fn reply(&self, id: RoomId, reply: Vec<u8>, now: u64) -> Result<(), StoreError> {
        self.write_seen(move |connection| {
            Box::pin(async move {
                let room = load_room(connection, id).await?;
                if room.closed {
                    return Err(StoreError::NotFound);
                }
                if room.reply == reply {
                    return Ok(Seen::by_nobody(()));
                }
                let replied = sql::query(
                    "UPDATE rooms SET reply = ?, replied = ?, replies = replies + 1 WHERE id = ? AND replies < ?",
                )
                .bind(reply)
                .bind(int(now))
                .bind(id.as_bytes().to_vec())
                .bind(MAX_REPLIES)
                .execute(connection)
                .await?;
                if replied == 0 {
                    return Err(StoreError::Full);
                }
                Ok(Seen::by(room.practice, ()))
            })
        })
        .await
    }

    /// Another welcome, or none where it is empty.
    pub(crate) async fn set_welcome(&self, id: RoomId, welcome: Vec<u8>) -> Result<(), StoreError> {
        self.write(move |connection| {
            Box::pin(async move {
                if load_room(connection, id).await?.closed {
                    return Err(StoreError::Closed);
                }
                put_welcome(connection, id, &welcome).await?;
                revise(connection, id).await?;
                Ok(())
            })
        })
        .await
    }
}

async fn move_room(connection: &mut Connection, room: &Room, schedule: Schedule, now: u64) -> Result<(), StoreError> {
    sql::query(
        "UPDATE rooms SET starts = ?, duration = ?, early = ?, late = ?, closes = ?, epoch = epoch + 1, reply = ?, replied = NULL, replies = 0
         WHERE id = ?",
    )
    .bind(int(schedule.starts))
    .bind(int(schedule.duration))
    .bind(int(schedule.early))
    .bind(int(schedule.late))
    .bind(int(schedule.window().closes))
    .bind(Vec::new())
    .bind(room.id.as_bytes().to_vec())
    .execute(&mut *connection)
    .await?;
    let until = changes::gone_after(now, room.schedule.window().closes);
    changes::add(connection, Subject::MovedRoom(room.id, room.epoch + 1), until).await?;
    events::add(connection, room.practice, room.id, What::Moved, now).await?;
    Ok(())
}

/// The practice has changed something about the room.
async fn revise(connection: &mut Connection, id: RoomId) -> sqlx::Result<()> {
    sql::query("UPDATE rooms SET revision = revision + 1 WHERE id = ?")
        .bind(id.as_bytes().to_vec())
        .execute(connection)
        .await
        .map(|_| ())
}

async fn earlier_room(
    connection: &mut Connection,
    new: &NewRoom,
    caller: &str,
    now: u64,
) -> Result<Option<Room>, StoreError> {
    if new.request_id.is_empty() {
        return Ok(None);
    }
    let row: Option<(Vec<u8>, i64, Vec<u8>)> =
        sql::query_as("SELECT room, created, hash FROM requests WHERE caller = ? AND request_id = ?")
            .bind(caller)
            .bind(&new.request_id)
            .fetch_optional(&mut *connection)
            .await?;
    match row {
        Some((_, created, hash)) if uint(created) + REQUESTS > now && hash != new.request_hash => {
            Err(StoreError::AnotherRequest)
        }
        Some((room, created, _)) if uint(created) + REQUESTS > now => {
            Ok(Some(load_room(connection, room_id(&room)?).await?))
        }
        _ => Ok(None),
    }
}

async fn remember_request(connection: &mut Connection, new: &NewRoom, caller: &str, now: u64) -> sqlx::Result<()> {
    sql::query("INSERT INTO requests (caller, request_id, room, created, hash) VALUES (?, ?, ?, ?, ?)
         ON CONFLICT (caller, request_id) DO UPDATE SET room = excluded.room, created = excluded.created, hash = excluded.hash")
        .bind(caller)
        .bind(&new.request_id)
        .bind(new.id.as_bytes().to_vec())
        .bind(int(now))
        .bind(new.request_hash.to_vec())
        .execute(connection)
        .await
        .map(|_| ())
}

pub(super) async fn count_room(connection: &mut Connection, practice: RecordId) -> Result<(), StoreError> {
    let counted = sql::query("UPDATE practices SET rooms = rooms + 1 WHERE id = ? AND rooms < ?")
        .bind(practice.as_bytes().to_vec())
        .bind(MAX_ROOMS)
        .execute(connection)
        .await?;
    if counted == 1 { Ok(()) } else { Err(StoreError::Full) }
}

pub(super) async fn insert_room(connection: &mut Connection, new: &NewRoom, now: u64) -> Result<(), StoreError> {
    sql::query(
        "INSERT INTO rooms (id, practice, starts, duration, early, late, closes, epoch, issuer, label, created) VALUES (?, ?, ?, ?, ?, ?, ?, 1, ?, ?, ?)",
    )
    .bind(new.id.as_bytes().to_vec())
    .bind(new.practice.as_bytes().to_vec())
    .bind(int(new.schedule.starts))
    .bind(int(new.schedule.duration))
    .bind(int(new.schedule.early))
    .bind(int(new.schedule.late))
    .bind(int(new.schedule.window().closes))
    .bind(&new.issuer)
    .bind(&new.label)
    .bind(int(now))
    .execute(connection)
    .await
    .map_err(exists_or_failed)?;
    Ok(())
}

async fn put_welcome(connection: &mut Connection, room: RoomId, welcome: &[u8]) -> sqlx::Result<()> {
    let query = if welcome.is_empty() {
        sql::query("DELETE FROM welcomes WHERE room = ?").bind(room.as_bytes().to_vec())
    } else {
        sql::query("INSERT INTO welcomes (room, sealed) VALUES (?, ?) ON CONFLICT (room) DO UPDATE SET sealed = excluded.sealed")
            .bind(room.as_bytes().to_vec())
            .bind(welcome.to_vec())
    };
    query.execute(connection).await.map(|_| ())
}

pub(super) fn exists_or_failed(error: sqlx::Error) -> StoreError {
    let exists = error
        .as_database_error()
        .is_some_and(sqlx::error::DatabaseError::is_unique_violation);
    if exists { StoreError::Exists } else { error.into() }
}

pub(super) async fn load_room(connection: &mut Connection, id: RoomId) -> Result<Room, StoreError> {
    let row = sql::query("SELECT * FROM rooms WHERE id = ?")
        .bind(id.as_bytes().to_vec())
        .fetch_optional(&mut *connection)
        .await?;
    with_invites(connection, &row.ok_or(StoreError::NotFound)?).await
}

async fn with_invites(connection: &mut Connection, row: &Row) -> Result<Room, StoreError> {
    let id: Vec<u8> = row.try_get("id")?;
    let invites = invites::of_room(connection, &id).await?;
    Ok(Room {
        id: room_id(&id)?,
        practice: record_id(&row.try_get::<Vec<u8>>("practice")?)?,
        schedule: schedule(row)?,
        epoch: row.try_get("epoch")?,
        issuer: row.try_get("issuer")?,
        label: row.try_get("label")?,
        closed: row.try_get("closed")?,
        created: uint(row.try_get("created")?),
        invites,
        reply: row.try_get("reply")?,
        replied: row.try_get::<Option<i64>>("replied")?.map(uint),
        revision: uint(row.try_get("revision")?),
    })
}

pub(super) fn schedule(row: &Row) -> sqlx::Result<Schedule> {
    let seconds = |column| row.try_get::<i64>(column).map(uint);
    Ok(Schedule {
        starts: seconds("starts")?,
        duration: seconds("duration")?,
        early: seconds("early")?,
        late: seconds("late")?,
    })
}

/// Stored at a time, of one practice.
const MAX_ROOMS: i64 = 100_000;
/// Of one room, until it is moved.
const MAX_REPLIES: i64 = 20;
