//! All rooms that somebody is in, or in which something waits for somebody.
//!
//! How to drive it: call what happened ([`Rooms::join`], [`Rooms::relay`], …), then take orders with [`Rooms::poll_output`] until there are none, and call
//! [`Rooms::handle_timeout`] when [`Rooms::poll_timeout`] says. An error from one of the calls means that this connection has to be closed with that reason; then, as
//! for every connection that ends, [`Rooms::disconnected`] is due. After [`Output::Close`] nothing is due: the rooms have forgotten the connection.

mod path;
mod room;
mod seat;

#[cfg(test)]
mod properties;
#[cfg(test)]
mod tests;

use std::{
    collections::{BTreeMap, BTreeSet, VecDeque},
    time::{Duration, Instant},
};

use crate::{
    bars::{Bar, Barred, Bars},
    pass::{Bearer, Outside, Pass, RoomId, Seat, UnixTime},
    wire::{Code, FromServer, PeerEntry, Sealed, SealedFrom, Seq, StreamId},
};
use room::Room;

/// Names a connection. The caller chooses, and uses each once.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ConnId(pub u64);

/// What time it is, on both clocks: tokens tell the wall's, everything else goes by the one that doesn't jump.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Now {
    /// The clock that doesn't jump.
    pub instant: Instant,
    /// The wall's.
    pub unix: UnixTime,
}

impl Now {
    /// When it will be `time` on the wall; now, where that is past.
    fn instant_of(self, time: UnixTime) -> Instant {
        let seconds = u64::try_from(time.since(self.unix)).unwrap_or(0);
        self.instant + Duration::from_secs(seconds.min(FAR_FUTURE))
    }
}

/// A century: so far a clock can count, whatever a token says.
const FAR_FUTURE: u64 = 100 * 366 * 86_400;

/// How much there may be altogether.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Rooms in which somebody or something waits.
    pub rooms: usize,
    /// Bytes that wait in all rooms together.
    pub bytes: usize,
}

impl Default for Limits {
    /// A million rooms take about 1 GB; nobody near that has one node.
    fn default() -> Self {
        Self {
            rooms: 200_000,
            bytes: 512 << 20,
        }
    }
}

/// An order to the caller.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Output {
    /// Send this to that connection.
    Send {
        /// To whom.
        conn: ConnId,
        /// What.
        message: FromServer,
    },
    /// Tell that connection why, and close it.
    Close {
        /// Whom.
        conn: ConnId,
        /// Why.
        code: Code,
    },
}

/// What one finds who has taken a seat.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Welcome {
    /// The practice's seat, the first guest's, and every other on which somebody has been; without one's own.
    pub peers: Vec<PeerEntry>,
    /// What waits for this seat. What doesn't fit into one message follows by [`Output::Send`].
    pub sealed: Vec<SealedFrom>,
}

/// Why somebody doesn't get the seat.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum JoinError {
    /// The room isn't open yet.
    #[error("the waiting room is not open yet")]
    TooEarly {
        /// When it opens.
        opens: UnixTime,
    },
    /// The room isn't open any more.
    #[error("the appointment is over")]
    Over,
    /// The room, the invite or the device is barred.
    #[error("the appointment was cancelled, or the link or device revoked")]
    Closed,
    /// The room has another time.
    #[error("the appointment has another time")]
    Moved,
    /// Another client holds the seat.
    #[error("another device holds the seat")]
    Occupied,
    /// There are too many rooms.
    #[error("there is no space for another room")]
    Full,
}

impl JoinError {
    /// What the browser is told.
    pub const fn code(self) -> Code {
        match self {
            Self::TooEarly { .. } => Code::TooEarly,
            Self::Over => Code::Over,
            Self::Closed => Code::Closed,
            Self::Moved => Code::Moved,
            Self::Occupied => Code::Occupied,
            Self::Full => Code::Unavailable,
        }
    }
}

/// Why a connection can't go on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Breach {
    /// The receiver has not acknowledged what waits for it already.
    #[error("too much waits for the receiver")]
    TooMuch,
    /// A message was left out.
    #[error("a message is missing before this one")]
    BadSequence,
    /// To itself, or something that only the practice may.
    #[error("not allowed on this seat")]
    NotAllowed,
    /// Too much waits in all rooms together: not the sender's fault.
    #[error("there is no space for another message")]
    Full,
}

impl Breach {
    /// What the browser is told.
    pub const fn code(self) -> Code {
        match self {
            Self::TooMuch => Code::TooMuch,
            Self::BadSequence => Code::BadSequence,
            Self::NotAllowed => Code::BadMessage,
            Self::Full => Code::Unavailable,
        }
    }
}

/// See the module's head for how to drive it.
#[derive(Debug, Default)]
pub struct Rooms {
    limits: Limits,
    rooms: BTreeMap<RoomId, Room>,
    conns: BTreeMap<ConnId, (RoomId, Seat)>,
    bars: Bars,
    /// When each room wants to be looked at again; what it holds of [`Limits::bytes`] is kept in the room.
    deadlines: BTreeSet<(Instant, RoomId)>,
    bytes: usize,
    outputs: VecDeque<Output>,
}

impl Rooms {
    /// No rooms.
    pub fn new(limits: Limits) -> Self {
        Self {
            limits,
            ..Self::default()
        }
    }

    /// Somebody with a pass takes its seat.
    ///
    /// # Errors
    /// When the seat isn't to be had.
    pub fn join(
        &mut self,
        conn: ConnId,
        pass: &Pass,
        stream: StreamId,
        takeover: bool,
        now: Now,
    ) -> Result<Welcome, JoinError> {
        self.check(pass, now)?;
        if self.rooms.get(&pass.room).is_some_and(|room| room.epoch() < pass.epoch) {
            self.empty(pass.room, Code::Moved);
        }
        if !self.rooms.contains_key(&pass.room) {
            if self.rooms.len() >= self.limits.rooms {
                return Err(JoinError::Full);
            }
            let room = Room::new(pass.epoch, now.instant_of(pass.window.closes));
            self.deadlines.insert((room.closes(), pass.room));
            self.rooms.insert(pass.room, room);
        }
        let welcome = self
            .change(pass.room, |room, out| room.join(conn, pass, stream, takeover, out))
            .expect("the room was made just now");
        if welcome.is_ok() {
            self.conns.insert(conn, (pass.room, pass.seat));
        }
        welcome
    }

    fn check(&self, pass: &Pass, now: Now) -> Result<(), JoinError> {
        self.bars.check(pass).map_err(|barred| match barred {
            Barred::Closed => JoinError::Closed,
            Barred::Moved => JoinError::Moved,
        })?;
        if self.rooms.get(&pass.room).is_some_and(|room| room.epoch() > pass.epoch) {
            return Err(JoinError::Moved);
        }
        pass.window.admits(now.unix).map_err(|outside| match outside {
            Outside::TooEarly { opens } => JoinError::TooEarly { opens },
            Outside::Over => JoinError::Over,
        })
    }

    /// Keeps a message for another seat until that has acknowledged it, and sends it there.
    ///
    /// # Errors
    /// When the sender has broken a rule, or there is no space.
    pub fn relay(&mut self, conn: ConnId, to: Seat, seq: Seq, data: Sealed) -> Result<(), Breach> {
        let full = self.bytes + data.as_bytes().len() > self.limits.bytes;
        self.change_of(conn, |room, from, out| {
            if full {
                return Err(Breach::Full);
            }
            room.relay(from, to, seq, data, out)
        })
        .unwrap_or(Ok(()))
    }

    /// All up to `seq` of what `sender` has sent in `stream` has arrived at this connection's seat.
    pub fn ack(&mut self, conn: ConnId, sender: Seat, stream: StreamId, seq: Seq) {
        self.change_of(conn, |room, seat, out| room.ack(seat, sender, stream, seq, out));
    }

    /// Frees the seat at once.
    pub fn leave(&mut self, conn: ConnId) {
        self.change_of(conn, Room::free);
        self.conns.remove(&conn);
    }

    /// The connection has ended, however. Its seat is held for a while.
    pub fn disconnected(&mut self, conn: ConnId, now: Instant) {
        self.change_of(conn, |room, seat, out| room.lose(seat, now, out));
        self.conns.remove(&conn);
    }

    /// The practice frees a guest's seat.
    ///
    /// # Errors
    /// When somebody else tries to, or with the practice's own seat.
    pub fn evict(&mut self, conn: ConnId, seat: Seat) -> Result<(), Breach> {
        self.change_of(conn, |room, by, out| room.evict(by, seat, out))
            .unwrap_or(Ok(()))
    }

    /// session-d has taken something back. Whoever is in by it is sent out, and nobody comes in by it until `until`.
    pub fn bar(&mut self, bar: Bar, until: UnixTime, now: Now) {
        self.bars.add(bar, now.instant_of(until));
        match bar {
            Bar::Closed(room) => self.empty(room, Code::Closed),
            Bar::Moved { room, epoch } if self.rooms.get(&room).is_some_and(|room| room.epoch() < epoch) => {
                self.empty(room, Code::Moved);
            }
            Bar::Moved { .. } => {}
            Bar::Revoked(bearer) => self.send_out(bearer),
        }
    }

    /// Looks after what has become due.
    pub fn handle_timeout(&mut self, now: Instant) {
        self.bars.forget_ended(now);
        while let Some((_, id)) = self.deadlines.first().copied().filter(|(due, _)| *due <= now) {
            if self.rooms.get(&id).is_some_and(|room| room.closes() <= now) {
                self.empty(id, Code::Over);
            } else {
                self.change(id, |room, out| room.free_the_lost(now, out));
            }
        }
    }

    /// When to call [`Self::handle_timeout`].
    pub fn poll_timeout(&self) -> Option<Instant> {
        let room = self.deadlines.first().map(|(due, _)| *due);
        room.into_iter().chain(self.bars.next_end()).min()
    }

    /// The next order.
    pub fn poll_output(&mut self) -> Option<Output> {
        let output = self.outputs.pop_front()?;
        if let Output::Close { conn, .. } = output {
            self.conns.remove(&conn);
        }
        Some(output)
    }

    /// How many rooms there are.
    pub fn len(&self) -> usize {
        self.rooms.len()
    }

    /// Whether nobody is in any room, and nothing waits.
    pub fn is_empty(&self) -> bool {
        self.rooms.is_empty()
    }

    /// Ends a room: everybody in it is closed with `code`.
    fn empty(&mut self, id: RoomId, code: Code) {
        let Some(room) = self.rooms.remove(&id) else { return };
        self.forget(id, &room);
        let closes = room.conns().map(|conn| Output::Close { conn, code });
        self.outputs.extend(closes);
    }

    /// Frees every seat that is held by this bearer, in whichever room: few, and seldom asked.
    fn send_out(&mut self, bearer: Bearer) {
        let rooms: Vec<_> = self
            .rooms
            .iter()
            .filter(|(_, room)| room.holds(bearer))
            .map(|(id, _)| *id)
            .collect();
        for id in rooms {
            self.change(id, |room, out| room.send_out(bearer, out));
        }
    }

    /// Changes the room and the seat that a connection is on. `None`: it isn't on one (any more).
    fn change_of<R>(
        &mut self,
        conn: ConnId,
        act: impl FnOnce(&mut Room, Seat, &mut VecDeque<Output>) -> R,
    ) -> Option<R> {
        let (id, seat) = *self.conns.get(&conn)?;
        if !self.rooms.get(&id)?.is_held_by(seat, conn) {
            return None;
        }
        self.change(id, |room, out| act(room, seat, out))
    }

    /// Changes a room, and then keeps the books: its bytes, its deadline, and whether it is needed any more.
    fn change<R>(&mut self, id: RoomId, act: impl FnOnce(&mut Room, &mut VecDeque<Output>) -> R) -> Option<R> {
        let room = self.rooms.get_mut(&id)?;
        let (bytes_before, due_before) = (room.bytes(), room.due());
        let result = act(room, &mut self.outputs);
        self.bytes = self.bytes - bytes_before + room.bytes();
        if room.due() != due_before {
            self.deadlines.remove(&(due_before, id));
            self.deadlines.insert((room.due(), id));
        }
        if room.is_idle() {
            let room = self.rooms.remove(&id).expect("it is there");
            self.forget(id, &room);
        }
        Some(result)
    }

    fn forget(&mut self, id: RoomId, room: &Room) {
        self.bytes -= room.bytes();
        self.deadlines.remove(&(room.due(), id));
    }
}
