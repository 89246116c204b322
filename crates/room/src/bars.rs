//! What is not good any more although a token that says so may be out there still. The door is barred also for rooms that nobody is in.

use std::{
    collections::{BTreeMap, BTreeSet},
    time::Instant,
};

use crate::pass::{Bearer, Pass, RoomId};

/// Something that session-d has taken back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Bar {
    /// The room is cancelled.
    Closed(RoomId),
    /// The room has another time: only passes of this epoch (or a later one) are good.
    Moved {
        /// The room.
        room: RoomId,
        /// Its epoch from now on.
        epoch: u32,
    },
    /// An invite or a device is revoked.
    Revoked(Bearer),
}

/// Why a pass is refused at the door.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Barred {
    Closed,
    Moved,
}

/// All bars, each until nobody can hold a pass that it is about.
#[derive(Debug, Default)]
pub(crate) struct Bars {
    closed: BTreeMap<RoomId, Instant>,
    moved: BTreeMap<RoomId, (u32, Instant)>,
    revoked: BTreeMap<Bearer, Instant>,
    ends: BTreeSet<Instant>,
}

impl Bars {
    pub(crate) fn add(&mut self, bar: Bar, until: Instant) {
        match bar {
            Bar::Closed(room) => keep_longest(self.closed.entry(room).or_insert(until), until),
            Bar::Revoked(bearer) => keep_longest(self.revoked.entry(bearer).or_insert(until), until),
            Bar::Moved { room, epoch } => {
                let (newest, end) = self.moved.entry(room).or_insert((epoch, until));
                *newest = epoch.max(*newest);
                keep_longest(end, until);
            }
        }
        self.ends.insert(until);
    }

    pub(crate) fn check(&self, pass: &Pass) -> Result<(), Barred> {
        if self.closed.contains_key(&pass.room) || self.revoked.contains_key(&pass.by) {
            return Err(Barred::Closed);
        }
        match self.moved.get(&pass.room) {
            Some((epoch, _)) if pass.epoch < *epoch => Err(Barred::Moved),
            _ => Ok(()),
        }
    }

    pub(crate) fn forget_ended(&mut self, now: Instant) {
        if self.next_end().is_none_or(|end| end > now) {
            return;
        }
        self.closed.retain(|_, end| *end > now);
        self.moved.retain(|_, (_, end)| *end > now);
        self.revoked.retain(|_, end| *end > now);
        self.ends.retain(|end| *end > now);
    }

    pub(crate) fn next_end(&self) -> Option<Instant> {
        self.ends.first().copied()
    }
}

fn keep_longest(end: &mut Instant, other: Instant) {
    *end = other.max(*end);
}
