//! What happens in a practice's rooms, for those who follow along. Numbered for each practice, in the transaction that made it so.

use room::{RecordId, RoomId};

use super::{
    Store, StoreError, int, record_id, room_id,
    sql::{self, Connection, FromRow, Row},
    uint,
};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Event {
    pub(crate) practice: RecordId,
    /// 1, 2, 3 … for each practice.
    pub(crate) number: u64,
    pub(crate) what: What,
    pub(crate) room: RoomId,
    pub(crate) at: u64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum What {
    Created,
    Moved,
    Cancelled,
    Waiting(u8),
    Admitted(u8),
    Connected(u8),
    Left(u8),
    Ended,
}

impl What {
    fn parts(self) -> (&'static str, Option<u8>) {
        match self {
            Self::Created => ("created", None),
            Self::Moved => ("moved", None),
            Self::Cancelled => ("cancelled", None),
            Self::Waiting(seat) => ("waiting", Some(seat)),
            Self::Admitted(seat) => ("admitted", Some(seat)),
            Self::Connected(seat) => ("connected", Some(seat)),
            Self::Left(seat) => ("left", Some(seat)),
            Self::Ended => ("ended", None),
        }
    }

    fn of_parts(kind: &str, seat: Option<u8>) -> sqlx::Result<Self> {
        Ok(match (kind, seat) {
            ("created", None) => Self::Created,
            ("moved", None) => Self::Moved,
            ("cancelled", None) => Self::Cancelled,
            ("waiting", Some(seat)) => Self::Waiting(seat),
            ("admitted", Some(seat)) => Self::Admitted(seat),
            ("connected", Some(seat)) => Self::Connected(seat),
            ("left", Some(seat)) => Self::Left(seat),
            ("ended", None) => Self::Ended,
            _ => {
                return Err(sqlx::Error::Protocol(
                    "an event in the store has no kind that we know".to_owned(),
                ));
            }
        })
    }
}

impl FromRow for Event {
    fn from_row(row: &Row) -> sqlx::Result<Self> {
        Ok(Self {
            practice: record_id(row.try_get("practice")?)?,
            number: uint(row.try_get("number")?),
            what: What::of_parts(row.try_get("kind")?, row.try_get("seat")?)?,
            room: room_id(row.try_get("room")?)?,
            at: uint(row.try_get("at")?),
        })
    }
}

impl Store {
    /// A practice's events after the one of this number, in order, at most `limit`; and the number of its last one. Some may be deleted: who reads looks for gaps.
    pub(crate) async fn events_after(
        &self,
        practice: RecordId,
        after: u64,
        limit: u32,
    ) -> Result<(Vec<Event>, u64), StoreError> {
        // One statement: both are of the same moment.
        let rows = sql::query(
            "SELECT practices.events AS last, practices.id AS practice, events.number, events.kind, events.room, events.seat, events.at
             FROM practices LEFT JOIN events ON events.practice = practices.id AND events.number > ?
             WHERE practices.id = ? ORDER BY events.number LIMIT ?",
        )
        .bind(int(after))
        .bind(practice.as_bytes().to_vec())
        .bind(limit.max(1))
        .fetch_all(&self.reads)
        .await?;
        let first = rows.first().ok_or(StoreError::NotFound)?;
        // The highest number ever given, also when that event is deleted.
        let last = uint(first.try_get("last")?);
        if first.try_get::<Option<i64>>("number")?.is_none() {
            return Ok((Vec::new(), last));
        }
        Ok((rows.iter().map(Event::from_row).collect::<Result<_, _>>()?, last))
    }
}

pub(super) async fn add(
    connection: &mut Connection,
    practice: RecordId,
    room: RoomId,
    what: What,
    now: u64,
) -> sqlx::Result<()> {
    let practice = practice.as_bytes().to_vec();
    let (number,): (i64,) = sql::query_as("UPDATE practices SET events = events + 1 WHERE id = ? RETURNING events")
        .bind(&practice)
        .fetch_one(&mut *connection)
        .await?;
    let (kind, seat) = what.parts();
    sql::query("INSERT INTO events (practice, number, kind, room, seat, at) VALUES (?, ?, ?, ?, ?, ?)")
        .bind(&practice)
        .bind(number)
        .bind(kind)
        .bind(room.as_bytes().to_vec())
        .bind(seat)
        .bind(int(now))
        .execute(&mut *connection)
        .await?;
    // Whoever has a link may come and go as often as the network lets them.
    sql::query("DELETE FROM events WHERE practice = ? AND number <= ?")
        .bind(&practice)
        .bind(number - MAX_EVENTS)
        .execute(connection)
        .await
        .map(|_| ())
}

/// Of one practice.
const MAX_EVENTS: i64 = 100_000;
