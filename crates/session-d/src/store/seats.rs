//! Who sits where: that a seat is taken, and how far the practice has come with whoever is on it. Not who it is.

use room::{RecordId, RoomId, Seat};

use super::{
    Store, StoreError,
    events::{self, What},
    int, record_id, room_id,
    sql::{self, Connection},
    uint, usage,
    writer::Seen,
};

/// What a signal-d says of one seat.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct SeatReport {
    /// Higher than that of the one before.
    pub(crate) number: u64,
    pub(crate) room: RoomId,
    pub(crate) seat: Seat,
    pub(crate) taken: bool,
}

/// How far a practice has come with a guest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Progress {
    Waiting,
    Admitted,
    Connected,
}

impl Progress {
    fn of_number(number: i64) -> Self {
        match number {
            0 => Self::Waiting,
            1 => Self::Admitted,
            _ => Self::Connected,
        }
    }

    fn number(self) -> i64 {
        match self {
            Self::Waiting => 0,
            Self::Admitted => 1,
            Self::Connected => 2,
        }
    }
}

impl Store {
    /// Takes down what a signal-d says; what it has said before counts once. False, and nothing is done, where it is not known and does not begin.
    pub(crate) async fn report_seats(
        &self,
        reporter: RecordId,
        begins: bool,
        reports: Vec<SeatReport>,
        now: u64,
    ) -> Result<bool, StoreError> {
        self.write_seen(move |connection| {
            Box::pin(async move {
                let known: Option<(i64,)> = sql::query_as("SELECT last FROM reporters WHERE id = ?")
                    .bind(reporter.as_bytes().to_vec())
                    .fetch_optional(&mut *connection)
                    .await?;
                let mut last = match known {
                    Some((last,)) => uint(last),
                    None if begins => 0,
                    None => return Ok(Seen::by_nobody(false)),
                };
                let mut practices = Vec::new();
                if known.is_none() {
                    remember(connection, reporter, last).await?;
                }
                for report in reports {
                    if report.number <= last {
                        continue;
                    }
                    last = report.number;
                    practices.extend(take_down(connection, reporter, report, now).await?);
                }
                if known.is_none_or(|(before,)| uint(before) != last) {
                    remember(connection, reporter, last).await?;
                }
                Ok(Seen::by_nobody(true).with_events_of(practices))
            })
        })
        .await
    }

    pub(crate) async fn reporters(&self) -> Result<Vec<RecordId>, StoreError> {
        let rows: Vec<(Vec<u8>,)> = sql::query_as("SELECT id FROM reporters").fetch_all(&self.reads).await?;
        Ok(rows.iter().map(|(id,)| record_id(id)).collect::<Result<_, _>>()?)
    }

    /// A signal-d is no more: its seats are free.
    pub(crate) async fn forget_reporter(&self, reporter: RecordId, now: u64) -> Result<(), StoreError> {
        self.write_seen(move |connection| {
            Box::pin(async move {
                let id = reporter.as_bytes().to_vec();
                let seats: Vec<(Vec<u8>, u8)> =
                    sql::query_as("SELECT room, seat FROM seats WHERE reporter = ? ORDER BY room, seat DESC")
                        .bind(&id)
                        .fetch_all(&mut *connection)
                        .await?;
                let mut practices = Vec::new();
                for (room, seat) in seats {
                    practices.extend(free(connection, reporter, room_id(&room)?, seat, now).await?);
                }
                sql::query("DELETE FROM reporters WHERE id = ?")
                    .bind(&id)
                    .execute(connection)
                    .await?;
                Ok(Seen::by_nobody(()).with_events_of(practices))
            })
        })
        .await
    }

    /// The practice has come further with whoever is on a seat. What is surpassed already changes nothing.
    pub(crate) async fn progress(
        &self,
        practice: RecordId,
        room: RoomId,
        seat: Seat,
        progress: Progress,
        now: u64,
    ) -> Result<(), StoreError> {
        self.write_seen(move |connection| {
            Box::pin(async move {
                let row: Option<(i64,)> = sql::query_as("SELECT progress FROM seats WHERE room = ? AND seat = ?")
                    .bind(room.as_bytes().to_vec())
                    .bind(seat.number())
                    .fetch_optional(&mut *connection)
                    .await?;
                let before = Progress::of_number(row.ok_or(StoreError::NobodyThere)?.0);
                if before >= progress {
                    return Ok(Seen::by_nobody(()));
                }
                sql::query("UPDATE seats SET progress = ? WHERE room = ? AND seat = ?")
                    .bind(progress.number())
                    .bind(room.as_bytes().to_vec())
                    .bind(seat.number())
                    .execute(&mut *connection)
                    .await?;
                if before < Progress::Admitted {
                    events::add(connection, practice, room, What::Admitted(seat.number()), now).await?;
                }
                if progress == Progress::Connected {
                    events::add(connection, practice, room, What::Connected(seat.number()), now).await?;
                    sql::query("UPDATE rooms SET connected = coalesce(connected, ?) WHERE id = ?")
                        .bind(int(now))
                        .bind(room.as_bytes().to_vec())
                        .execute(connection)
                        .await?;
                }
                Ok(Seen::by_nobody(()).with_events_of(vec![practice]))
            })
        })
        .await
    }
}

async fn remember(connection: &mut Connection, reporter: RecordId, last: u64) -> sqlx::Result<()> {
    sql::query("INSERT INTO reporters (id, last) VALUES (?, ?) ON CONFLICT (id) DO UPDATE SET last = excluded.last")
        .bind(reporter.as_bytes().to_vec())
        .bind(int(last))
        .execute(connection)
        .await
        .map(|_| ())
}

/// Gives the practice, where something has happened.
async fn take_down(
    connection: &mut Connection,
    reporter: RecordId,
    report: SeatReport,
    now: u64,
) -> sqlx::Result<Option<RecordId>> {
    let seat = report.seat.number();
    if !report.taken {
        return free(connection, reporter, report.room, seat, now).await;
    }
    let room = report.room.as_bytes().to_vec();
    let row: Option<(Vec<u8>, bool)> = sql::query_as(
        "SELECT practice, EXISTS (SELECT 1 FROM seats WHERE room = id AND seat = ?) FROM rooms WHERE id = ?",
    )
    .bind(seat)
    .bind(&room)
    .fetch_optional(&mut *connection)
    .await?;
    // A room may be deleted while somebody is on the way.
    let Some((practice, was_taken)) = row else {
        return Ok(None);
    };
    // Who was there when another signal-d ended has stayed.
    sql::query(
        "INSERT INTO seats (room, seat, reporter, progress) VALUES (?, ?, ?, 0)
         ON CONFLICT (room, seat) DO UPDATE SET reporter = excluded.reporter",
    )
    .bind(&room)
    .bind(seat)
    .bind(reporter.as_bytes().to_vec())
    .execute(&mut *connection)
    .await?;
    if was_taken {
        return Ok(None);
    }
    let practice = record_id(&practice)?;
    events::add(connection, practice, report.room, What::Waiting(seat), now).await?;
    Ok(Some(practice))
}

/// Frees a seat that this signal-d has. Gives the practice, where something has happened.
async fn free(
    connection: &mut Connection,
    reporter: RecordId,
    room: RoomId,
    seat: u8,
    now: u64,
) -> sqlx::Result<Option<RecordId>> {
    let id = room.as_bytes().to_vec();
    let freed = sql::query("DELETE FROM seats WHERE room = ? AND seat = ? AND reporter = ?")
        .bind(&id)
        .bind(seat)
        .bind(reporter.as_bytes().to_vec())
        .execute(&mut *connection)
        .await?;
    if freed == 0 {
        return Ok(None);
    }
    let (practice, connected, others): (Vec<u8>, Option<i64>, bool) = sql::query_as(
        "SELECT practice, connected, EXISTS (SELECT 1 FROM seats WHERE room = id) FROM rooms WHERE id = ?",
    )
    .bind(&id)
    .fetch_one(&mut *connection)
    .await?;
    let practice = record_id(&practice)?;
    events::add(connection, practice, room, What::Left(seat), now).await?;
    if let Some(since) = connected.filter(|_| !others) {
        events::add(connection, practice, room, What::Ended, now).await?;
        usage::count(connection, practice, uint(since), now).await?;
        sql::query("UPDATE rooms SET connected = NULL WHERE id = ?")
            .bind(&id)
            .execute(connection)
            .await?;
    }
    Ok(Some(practice))
}
