//! What other daemons must hear of: something is not good any more. Numbered in the transaction that made it so.

use room::{
    RecordId, RoomId,
    token::{LEEWAY, LIFETIME},
};

use super::{
    Store, StoreError, int, record_id, room_id,
    sql::{self, Connection},
    uint,
};

/// Something that is not good any more, until `expires`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Bar {
    pub(crate) number: u64,
    pub(crate) subject: Subject,
    pub(crate) expires: u64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Subject {
    ClosedRoom(RoomId),
    MovedRoom(RoomId, u32),
    RevokedInvite(RecordId),
    RevokedDevice(RecordId),
}

impl Store {
    /// All bars after the change `after`, in order.
    pub(crate) async fn bars_after(&self, after: u64) -> Result<Vec<Bar>, StoreError> {
        let rows: Vec<Row> =
            sql::query_as("SELECT number, kind, subject, epoch, expires FROM changes WHERE number > ? ORDER BY number")
                .bind(int(after))
                .fetch_all(&self.reads)
                .await?;
        Ok(rows.into_iter().map(Bar::try_from).collect::<Result<_, _>>()?)
    }

    /// The number of the last change that is on disk, and all bars that still matter.
    pub(crate) async fn snapshot(&self, now: u64) -> Result<(u64, Vec<Bar>), StoreError> {
        let last = *self.last_change.borrow();
        let bars = self.bars_after(0).await?;
        // What came in between comes again as a change: that does no harm.
        Ok((last, bars.into_iter().filter(|bar| bar.expires > now).collect()))
    }
}

/// When nobody can have what is barred at `now` any more: neither a token, nor a seat that was taken by one, which can be held until its room closes.
pub(super) fn gone_after(now: u64, room_closes: u64) -> u64 {
    now.max(room_closes) + LIFETIME + 2 * LEEWAY
}

pub(super) async fn add(connection: &mut Connection, subject: Subject, expires: u64) -> sqlx::Result<()> {
    let (kind, id, epoch) = match subject {
        Subject::ClosedRoom(id) => ("closed-room", *id.as_bytes(), 0),
        Subject::MovedRoom(id, epoch) => ("moved-room", *id.as_bytes(), epoch),
        Subject::RevokedInvite(id) => ("revoked-invite", *id.as_bytes(), 0),
        Subject::RevokedDevice(id) => ("revoked-device", *id.as_bytes(), 0),
    };
    let (number,): (i64,) = sql::query_as("UPDATE counters SET last = last + 1 WHERE name = 'changes' RETURNING last")
        .fetch_one(&mut *connection)
        .await?;
    sql::query("INSERT INTO changes (number, kind, subject, epoch, expires) VALUES (?, ?, ?, ?, ?)")
        .bind(number)
        .bind(kind)
        .bind(id.to_vec())
        .bind(epoch)
        .bind(int(expires))
        .execute(connection)
        .await
        .map(|_| ())
}

/// The highest number ever given, also when its change is deleted.
pub(super) async fn last(connection: &mut Connection) -> sqlx::Result<u64> {
    let (last,): (i64,) = sql::query_as("SELECT last FROM counters WHERE name = 'changes'")
        .fetch_one(connection)
        .await?;
    Ok(uint(last))
}

type Row = (i64, String, Vec<u8>, u32, i64);

impl TryFrom<Row> for Bar {
    type Error = sqlx::Error;

    fn try_from((number, kind, subject, epoch, expires): Row) -> Result<Self, sqlx::Error> {
        let subject = match kind.as_str() {
            "closed-room" => Subject::ClosedRoom(room_id(&subject)?),
            "moved-room" => Subject::MovedRoom(room_id(&subject)?, epoch),
            "revoked-invite" => Subject::RevokedInvite(record_id(&subject)?),
            "revoked-device" => Subject::RevokedDevice(record_id(&subject)?),
            _ => {
                return Err(sqlx::Error::Protocol(
                    "a change in the store has no kind that we know".to_owned(),
                ));
            }
        };
        Ok(Self {
            number: uint(number),
            subject,
            expires: uint(expires),
        })
    }
}
