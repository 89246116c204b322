use room::{RecordId, RoomId};

use super::{
    Store, StoreError,
    changes::{self, Subject},
    int, record_id,
    requests::{self, Asked},
    room_id,
    rooms::{Room, exists_or_failed, load_room, schedule},
    sql::{self, Connection},
    writer::Seen,
};
use crate::rules::{
    rooms::{NewInvite, Schedule},
    secrets::Hash,
};

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Invite {
    pub(crate) id: RecordId,
    pub(crate) seat: u8,
    pub(crate) max_uses: u32,
    pub(crate) uses: u32,
    pub(crate) revoked: bool,
}

/// A good invite, with its room.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct FoundInvite {
    pub(crate) invite: Invite,
    pub(crate) room: Room,
    pub(crate) practice_name: String,
    /// Sealed by the practice for whoever holds the link; empty where there is none.
    pub(crate) welcome: Vec<u8>,
}

/// A seat, as a client who comes with an invite finds it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct FoundSeat {
    pub(crate) invite: RecordId,
    pub(crate) seat: u8,
    pub(crate) room: RoomId,
    pub(crate) practice: RecordId,
    pub(crate) schedule: Schedule,
    pub(crate) epoch: u32,
    /// The client has used the invite before.
    pub(crate) used: bool,
}

/// What became of a client's wish to use an invite.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Redeemed {
    /// It may.
    Good,
    /// Others have spent all uses.
    Spent,
}

impl Store {
    /// Makes an invite, or gives the one that the same request has made.
    pub(crate) async fn create_invite(&self, room: RoomId, new: NewInvite, asked: Asked) -> Result<Invite, StoreError> {
        self.write_seen(move |connection| {
            Box::pin(async move {
                let there = load_room(connection, room).await?;
                if let Some(earlier) = requests::earlier(connection, &asked, "invite").await? {
                    let made = there.invites.into_iter().find(|invite| invite.id == earlier);
                    return Ok(Seen::by_nobody(made.ok_or(StoreError::NotFound)?));
                }
                if there.closed {
                    return Err(StoreError::Closed);
                }
                if there.invites.len() >= MAX_INVITES {
                    return Err(StoreError::Full);
                }
                insert(connection, room, &new).await?;
                requests::remember(connection, &asked, "invite", new.id).await?;
                let room = load_room(connection, room).await?;
                let made = room.invites.into_iter().find(|invite| invite.id == new.id);
                Ok(Seen::by(room.practice, made.ok_or(StoreError::NotFound)?))
            })
        })
        .await
    }

    /// The room that an invite is of, also of a revoked one.
    pub(crate) async fn room_of_invite(&self, invite: RecordId) -> Result<Room, StoreError> {
        let row: Option<(Vec<u8>,)> = sql::query_as("SELECT room FROM invites WHERE id = ?")
            .bind(invite.as_bytes().to_vec())
            .fetch_optional(&self.reads)
            .await?;
        let (room,) = row.ok_or(StoreError::NotFound)?;
        self.room(room_id(&room)?).await
    }

    pub(crate) async fn revoke_invite(&self, id: RecordId, now: u64) -> Result<(), StoreError> {
        self.write_seen(move |connection| {
            Box::pin(async move {
                let revoked: Option<(Vec<u8>,)> =
                    sql::query_as("UPDATE invites SET revoked = ? WHERE id = ? AND revoked IS NULL RETURNING room")
                        .bind(int(now))
                        .bind(id.as_bytes().to_vec())
                        .fetch_optional(&mut *connection)
                        .await?;
                let Some((room,)) = revoked else {
                    return Ok(Seen::by_nobody(()));
                };
                let room = load_room(connection, room_id(&room)?).await?;
                let until = changes::gone_after(now, room.schedule.window().closes);
                changes::add(connection, Subject::RevokedInvite(id), until).await?;
                Ok(Seen::by(room.practice, ()))
            })
        })
        .await
    }

    /// The invite with this hash. Absent, revoked and of a cancelled room are the same.
    pub(crate) async fn find_invite(&self, hash: Hash) -> Result<FoundInvite, StoreError> {
        let mut connection = self.reads.acquire().await?;
        let row: Option<(Vec<u8>, Vec<u8>)> = sql::query_as(
            "SELECT invites.id, invites.room FROM invites JOIN rooms ON rooms.id = invites.room
             WHERE invites.hash = ? AND invites.revoked IS NULL AND NOT rooms.closed",
        )
        .bind(hash.to_vec())
        .fetch_optional(&mut connection)
        .await?;
        let (invite, room) = row.ok_or(StoreError::NotFound)?;
        let room = load_room(&mut connection, room_id(&room)?).await?;
        let (practice_name,): (String,) = sql::query_as("SELECT name FROM practices WHERE id = ?")
            .bind(room.practice.as_bytes().to_vec())
            .fetch_one(&mut connection)
            .await?;
        let welcome: Option<(Vec<u8>,)> = sql::query_as("SELECT sealed FROM welcomes WHERE room = ?")
            .bind(room.id.as_bytes().to_vec())
            .fetch_optional(&mut connection)
            .await?;
        let id = record_id(&invite)?;
        let invite = room
            .invites
            .iter()
            .find(|invite| invite.id == id)
            .cloned()
            .ok_or(StoreError::NotFound)?;
        Ok(FoundInvite {
            invite,
            room,
            practice_name,
            welcome: welcome.map_or_else(Vec::new, |(sealed,)| sealed),
        })
    }

    /// The seat that a client gets by the invite with this hash. One read: somebody is waiting at the door.
    pub(crate) async fn find_seat(&self, hash: Hash, client: Hash) -> Result<FoundSeat, StoreError> {
        let row = sql::query(
            "SELECT invites.id AS invite, seat, room, practice, starts, duration, early, late, epoch,
                    EXISTS (SELECT 1 FROM invite_uses WHERE invite = invites.id AND client_hash = ?) AS used
             FROM invites JOIN rooms ON rooms.id = invites.room
             WHERE invites.hash = ? AND invites.revoked IS NULL AND NOT rooms.closed",
        )
        .bind(client.to_vec())
        .bind(hash.to_vec())
        .fetch_optional(&self.reads)
        .await?
        .ok_or(StoreError::NotFound)?;
        Ok(FoundSeat {
            invite: record_id(row.try_get("invite")?)?,
            seat: row.try_get("seat")?,
            room: room_id(row.try_get("room")?)?,
            practice: record_id(row.try_get("practice")?)?,
            schedule: schedule(&row)?,
            epoch: row.try_get("epoch")?,
            used: row.try_get("used")?,
        })
    }

    /// Counts a use of an invite, once for each client.
    pub(crate) async fn redeem(
        &self,
        invite: RecordId,
        practice: RecordId,
        client: Hash,
    ) -> Result<Redeemed, StoreError> {
        self.write_seen(move |connection| {
            Box::pin(async move {
                let counted = sql::query(
                    "UPDATE invites SET uses = uses + 1 WHERE id = ?1 AND uses < max_uses AND revoked IS NULL
                     AND NOT EXISTS (SELECT 1 FROM invite_uses WHERE invite = ?1 AND client_hash = ?2)",
                )
                .bind(invite.as_bytes().to_vec())
                .bind(client.to_vec())
                .execute(&mut *connection)
                .await?;
                if counted == 0 {
                    return Ok(Seen::by_nobody(why_not_counted(connection, invite, client).await?));
                }
                sql::query("INSERT INTO invite_uses (invite, client_hash) VALUES (?, ?)")
                    .bind(invite.as_bytes().to_vec())
                    .bind(client.to_vec())
                    .execute(connection)
                    .await?;
                Ok(Seen::by(practice, Redeemed::Good))
            })
        })
        .await
    }
}

/// In the order in which they were made.
pub(super) async fn of_room(connection: &mut Connection, room: &[u8]) -> sqlx::Result<Vec<Invite>> {
    let rows: Vec<InviteRow> =
        sql::query_as("SELECT id, seat, max_uses, uses, revoked FROM invites WHERE room = ? ORDER BY made")
            .bind(room)
            .fetch_all(connection)
            .await?;
    rows.into_iter().map(Invite::try_from).collect()
}

pub(super) async fn insert(connection: &mut Connection, room: RoomId, invite: &NewInvite) -> Result<(), StoreError> {
    sql::query("INSERT INTO invites (made, id, room, seat, hash, max_uses) VALUES ((SELECT coalesce(max(made), 0) + 1 FROM invites), ?, ?, ?, ?, ?)")
        .bind(invite.id.as_bytes().to_vec())
        .bind(room.as_bytes().to_vec())
        .bind(invite.seat)
        .bind(invite.hash.to_vec())
        .bind(invite.max_uses)
        .execute(connection)
        .await
        .map_err(exists_or_failed)?;
    Ok(())
}

/// Since it was found, the same client may have come a second time, and the invite may have been revoked or deleted.
async fn why_not_counted(connection: &mut Connection, invite: RecordId, client: Hash) -> Result<Redeemed, StoreError> {
    let row: Option<(bool,)> = sql::query_as(
        "SELECT EXISTS (SELECT 1 FROM invite_uses WHERE invite = id AND client_hash = ?) FROM invites WHERE id = ? AND revoked IS NULL",
    )
    .bind(client.to_vec())
    .bind(invite.as_bytes().to_vec())
    .fetch_optional(connection)
    .await?;
    match row {
        None => Err(StoreError::NotFound),
        Some((true,)) => Ok(Redeemed::Good),
        Some((false,)) => Ok(Redeemed::Spent),
    }
}

type InviteRow = (Vec<u8>, u8, u32, u32, Option<i64>);

impl TryFrom<InviteRow> for Invite {
    type Error = sqlx::Error;

    fn try_from((id, seat, max_uses, uses, revoked): InviteRow) -> Result<Self, sqlx::Error> {
        Ok(Self {
            id: record_id(&id)?,
            seat,
            max_uses,
            uses,
            revoked: revoked.is_some(),
        })
    }
}

/// Ever made for a room.
const MAX_INVITES: usize = 100;
