use std::{collections::BTreeMap, fmt, time::Instant};

use crate::{
    ids::RoomId,
    pass::{Holding, Pass},
    refusal::Refusal,
};

/// Something that is not good any more, until nobody can hold a token that it is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bar {
    /// What.
    pub what: BarredBy,
    /// When it can be forgotten.
    pub until: Instant,
}

/// What is not good any more.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BarredBy {
    /// The room is cancelled.
    ClosedRoom(RoomId),
    /// The room was moved: only this epoch is good.
    MovedRoom(RoomId, u32),
    /// The invite or the device is revoked.
    Revoked(Holding),
}

/// All bars that still matter, also of rooms that nobody has entered.
#[derive(Debug, Default)]
pub(crate) struct Bars {
    closed: BTreeMap<RoomId, Instant>,
    moved: BTreeMap<RoomId, (u32, Instant)>,
    revoked: BTreeMap<Holding, Instant>,
}

impl Bars {
    pub(crate) fn add(&mut self, bar: Bar) {
        match bar.what {
            BarredBy::ClosedRoom(room) => {
                self.closed.insert(room, bar.until);
            }
            BarredBy::MovedRoom(room, epoch) => {
                let (newest, until) = self.moved.entry(room).or_insert((epoch, bar.until));
                if epoch >= *newest {
                    (*newest, *until) = (epoch, bar.until);
                }
            }
            BarredBy::Revoked(by) => {
                self.revoked.insert(by, bar.until);
            }
        }
    }

    pub(crate) fn check(&self, pass: &Pass) -> Result<(), Refusal> {
        if self.closed.contains_key(&pass.room) || self.revoked.contains_key(&pass.by) {
            return Err(Refusal::Closed);
        }
        match self.moved.get(&pass.room) {
            Some((epoch, _)) if pass.epoch < *epoch => Err(Refusal::Moved),
            _ => Ok(()),
        }
    }

    /// Forgets what doesn't matter any more, and says when to come again.
    pub(crate) fn forget(&mut self, now: Instant) -> Option<Instant> {
        self.closed.retain(|_, until| *until > now);
        self.moved.retain(|_, (_, until)| *until > now);
        self.revoked.retain(|_, until| *until > now);
        let moved = self.moved.values().map(|(_, until)| until);
        self.closed
            .values()
            .chain(moved)
            .chain(self.revoked.values())
            .min()
            .copied()
    }
}

/// Which records a bar names, for whoever logs it: never a person.
impl fmt::Display for BarredBy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::ClosedRoom(room) => write!(f, "room {room} is cancelled"),
            Self::MovedRoom(room, epoch) => write!(f, "room {room} was moved (epoch {epoch})"),
            Self::Revoked(Holding::Invite(id)) => write!(f, "invite {id} is revoked"),
            Self::Revoked(Holding::Device(id)) => write!(f, "device {id} is revoked"),
        }
    }
}
