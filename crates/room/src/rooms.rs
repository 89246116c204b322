use std::{
    collections::{BTreeMap, BTreeSet, VecDeque},
    time::Instant,
};

use crate::{
    bars::{Bar, BarredBy, Bars},
    ids::{ConnId, RoomId, Seat, StreamId},
    pass::Pass,
    path::{Path, Sealed, Sent},
    refusal::Refusal,
    seats::{Holder, Presence, SeatState},
};

/// All rooms that somebody is in, or in which something waits for somebody.
///
/// Call a method for what happened, then [`poll_output`](Self::poll_output) until it has nothing more, then wait until the next thing happens or
/// [`poll_timeout`](Self::poll_timeout), whichever is first, at which [`handle_timeout`](Self::handle_timeout) is due.
#[derive(Debug)]
pub struct Rooms {
    limits: Limits,
    rooms: BTreeMap<RoomId, Room>,
    conns: BTreeMap<ConnId, (RoomId, Seat)>,
    bars: Bars,
    /// What waits in all rooms together.
    bytes: usize,
    /// When to look at which room: when its doors close, when a seat was kept long enough (what has become untrue of the latter does no harm).
    deadlines: BTreeSet<(Instant, RoomId)>,
    next_forgetting: Option<Instant>,
    outputs: VecDeque<Output>,
    seat_changes: VecDeque<SeatChange>,
}

/// How much is held in all.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Rooms at a time.
    pub rooms: usize,
    /// Bytes that wait to be acknowledged.
    pub bytes: usize,
}

/// How much there is at a moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Usage {
    /// Rooms that somebody is in, or in which something waits.
    pub rooms: usize,
    /// Seats that somebody is on.
    pub seats: usize,
    /// Bytes that wait to be acknowledged.
    pub bytes: usize,
}

/// Somebody at the door.
#[derive(Debug, Clone)]
pub struct Join {
    /// Over which connection.
    pub conn: ConnId,
    /// What lets them in.
    pub pass: Pass,
    /// The life of their page.
    pub stream: StreamId,
    /// Take the seat although another browser holds it. Only the practice may.
    pub takeover: bool,
    /// When the room's doors close.
    pub closes: Instant,
}

/// What is to be done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Output {
    /// Answer the join: who else is there, and what waits.
    Joined {
        /// The connection.
        conn: ConnId,
        /// The room's other seats.
        peers: Vec<PeerState>,
        /// What waits for this seat, in order.
        waiting: Vec<Waiting>,
    },
    /// Another seat's state changed.
    Peer {
        /// Who is to hear of it.
        conn: ConnId,
        /// The other seat.
        peer: PeerState,
    },
    /// Hand over what another seat has sent.
    Deliver {
        /// To whom.
        conn: ConnId,
        /// What.
        message: Waiting,
    },
    /// The peer has everything up to `seq`.
    Acknowledged {
        /// Who is to hear of it.
        conn: ConnId,
        /// Who has it.
        from: Seat,
        /// Up to which number.
        seq: u64,
    },
    /// Say why, and close. The connection is forgotten.
    Close {
        /// The connection.
        conn: ConnId,
        /// Why.
        why: Refusal,
    },
}

/// A seat was taken, or is free: what session-d hears of. Whoever comes back within the time that a seat is kept has never been away.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SeatChange {
    /// Of which room.
    pub room: RoomId,
    /// Which.
    pub seat: Seat,
    /// Taken, or free.
    pub taken: bool,
}

/// Another seat, as one is told of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PeerState {
    /// Which.
    pub seat: Seat,
    /// Whether somebody is on it.
    pub presence: Presence,
    /// Whose page life; none when nobody is there.
    pub stream: Option<StreamId>,
    /// What this peer is known to have of ours.
    pub acked: u64,
}

/// A message that waits for its receiver to acknowledge it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Waiting {
    /// Who sent it.
    pub from: Seat,
    /// In which page life.
    pub stream: StreamId,
    /// The sender's number for it.
    pub seq: u64,
    /// What only the receiver can read.
    pub sealed: Sealed,
}

impl Rooms {
    /// No room.
    pub fn new(limits: Limits) -> Self {
        Self {
            limits,
            rooms: BTreeMap::new(),
            conns: BTreeMap::new(),
            bars: Bars::default(),
            bytes: 0,
            deadlines: BTreeSet::new(),
            next_forgetting: None,
            outputs: VecDeque::new(),
            seat_changes: VecDeque::new(),
        }
    }

    /// How much there is.
    pub fn usage(&self) -> Usage {
        Usage {
            rooms: self.rooms.len(),
            seats: self.conns.len(),
            bytes: self.bytes,
        }
    }

    /// Seats somebody, or says why not. Whoever has to go for it is closed.
    pub fn join(&mut self, join: &Join, now: Instant) -> Result<(), Refusal> {
        let Join { conn, ref pass, .. } = *join;
        self.bars.check(pass)?;
        if now >= join.closes {
            return Err(Refusal::Over);
        }
        match self.rooms.get(&pass.room) {
            Some(room) if room.epoch > pass.epoch => return Err(Refusal::Moved),
            // The new time reaches us with this token, before session-d's own word: who is there for the old one has to go.
            Some(room) if room.epoch < pass.epoch => self.dissolve(pass.room, Refusal::Moved),
            _ => {}
        }
        if !self.rooms.contains_key(&pass.room) {
            if self.rooms.len() >= self.limits.rooms {
                return Err(Refusal::Unavailable);
            }
            self.rooms.insert(pass.room, Room::new(join));
            self.deadlines.insert((join.closes, pass.room));
        }
        let room = self.rooms.get_mut(&pass.room).expect("it is there by now");
        let holder = Holder {
            client: pass.client,
            stream: join.stream,
            by: pass.by,
        };
        let takeover = join.takeover && pass.seat == Seat::PRACTICE;
        let was_free = room.seats[index(pass.seat)].holder().is_none();
        let replaced = room.seats[index(pass.seat)].take(holder, conn, takeover)?;
        if was_free {
            self.seat_changes.push_back(SeatChange {
                room: pass.room,
                seat: pass.seat,
                taken: true,
            });
        }
        self.bytes -= room.void_paths_from(pass.seat, join.stream);
        if let Some(replaced) = replaced {
            self.conns.remove(&replaced);
            self.outputs.push_back(Output::Close {
                conn: replaced,
                why: Refusal::TakenOver,
            });
        }
        self.conns.insert(conn, (pass.room, pass.seat));
        let joined = Output::Joined {
            conn,
            peers: room.peers_of(pass.seat),
            waiting: room.waiting_for(pass.seat),
        };
        self.outputs.push_back(joined);
        self.tell_others(pass.room, pass.seat);
        Ok(())
    }

    /// `conn` sends something to another seat of its room. What it has sent before is no error.
    pub fn relay(&mut self, conn: ConnId, to: Seat, seq: u64, sealed: Sealed) {
        let Some(&(id, from)) = self.conns.get(&conn) else {
            return;
        };
        if let Err(why) = self.try_relay(id, from, to, seq, sealed) {
            self.close(conn, why);
        }
    }

    fn try_relay(&mut self, id: RoomId, from: Seat, to: Seat, seq: u64, sealed: Sealed) -> Result<(), Refusal> {
        if from == to {
            return Err(Refusal::BadMessage);
        }
        if self.bytes + sealed.as_bytes().len() > self.limits.bytes {
            return Err(Refusal::Unavailable);
        }
        let room = self.rooms.get_mut(&id).expect("a connection's room is there");
        let stream = room.seats[index(from)].stream().expect("a connection has a seat");
        let path = room.paths.entry((from, to)).or_insert_with(|| Path::new(stream));
        if path.stream() != stream {
            self.bytes -= path.bytes();
            *path = Path::new(stream);
        }
        let length = sealed.as_bytes().len();
        match path.send(seq, sealed.clone())? {
            Sent::Again => {
                // The sender missed it that the receiver has this.
                let (acked, conn) = (path.acked(), room.seats[index(from)].conn());
                if let Some(conn) = conn.filter(|_| seq <= acked) {
                    self.outputs.push_back(Output::Acknowledged {
                        conn,
                        from: to,
                        seq: acked,
                    });
                }
            }
            Sent::Fresh => {
                self.bytes += length;
                if let Some(conn) = room.seats[index(to)].conn() {
                    let message = Waiting {
                        from,
                        stream,
                        seq,
                        sealed,
                    };
                    self.outputs.push_back(Output::Deliver { conn, message });
                }
            }
        }
        Ok(())
    }

    /// The last that the practice has sent to a seat which has not taken it yet, in that appointment, if it is a small one.
    pub fn left_for(&self, id: RoomId, epoch: u32, seat: Seat) -> Option<Sealed> {
        let room = self.rooms.get(&id).filter(|room| room.epoch == epoch)?;
        let (_, sealed) = room.paths.get(&(Seat::PRACTICE, seat))?.waiting().last()?;
        (sealed.as_bytes().len() <= MAX_LEFT).then(|| sealed.clone())
    }

    /// `conn` has everything up to `seq` of the page life `stream` of the seat `from`.
    pub fn acknowledge(&mut self, conn: ConnId, from: Seat, stream: StreamId, seq: u64) {
        let Some(&(id, to)) = self.conns.get(&conn) else { return };
        let room = self.rooms.get_mut(&id).expect("a connection's room is there");
        let sender = room.seats[index(from)].conn();
        let Some(path) = room.paths.get_mut(&(from, to)) else {
            return;
        };
        let before = path.bytes();
        // An acknowledgement of an earlier page life is for nobody any more.
        if path.stream() != stream || !path.acknowledge(seq) {
            return;
        }
        self.bytes -= before - path.bytes();
        if let Some(conn) = sender {
            self.outputs.push_back(Output::Acknowledged { conn, from: to, seq });
        }
    }

    /// `conn` gives its seat up.
    pub fn leave(&mut self, conn: ConnId) {
        let Some((id, seat)) = self.conns.remove(&conn) else {
            return;
        };
        self.free(id, seat);
    }

    /// `conn` is lost; its seat is kept for a while.
    pub fn disconnected(&mut self, conn: ConnId, now: Instant) {
        let Some((id, seat)) = self.conns.remove(&conn) else {
            return;
        };
        let room = self.rooms.get_mut(&id).expect("a connection's room is there");
        room.seats[index(seat)].lose(now);
        self.deadlines
            .extend(room.seats[index(seat)].deadline().map(|until| (until, id)));
        self.tell_others(id, seat);
    }

    /// The practice frees another seat of its room.
    pub fn evict(&mut self, conn: ConnId, seat: Seat) {
        match self.conns.get(&conn) {
            Some(&(id, Seat::PRACTICE)) if seat != Seat::PRACTICE => self.empty(id, seat, Refusal::Evicted),
            Some(_) => self.close(conn, Refusal::BadMessage),
            None => {}
        }
    }

    /// Something is not good any more: who came in by it has to go, and nobody comes in by it again.
    pub fn bar(&mut self, bar: Bar, now: Instant) {
        if bar.until > now {
            self.bars.add(bar);
            self.next_forgetting = Some(self.next_forgetting.map_or(bar.until, |next| next.min(bar.until)));
        }
        match bar.what {
            BarredBy::ClosedRoom(id) => self.dissolve(id, Refusal::Closed),
            BarredBy::MovedRoom(id, epoch) => {
                if self.rooms.get(&id).is_some_and(|room| room.epoch < epoch) {
                    self.dissolve(id, Refusal::Moved);
                }
            }
            BarredBy::Revoked(by) => {
                let held = |seat: &SeatState| seat.holder().is_some_and(|holder| holder.by == by);
                let seats: Vec<_> = self
                    .rooms
                    .iter()
                    .flat_map(|(id, room)| {
                        SEATS
                            .iter()
                            .filter(|seat| held(&room.seats[index(**seat)]))
                            .map(|seat| (*id, *seat))
                    })
                    .collect();
                for (id, seat) in seats {
                    self.empty(id, seat, Refusal::Closed);
                }
            }
        }
    }

    /// Does what is due by `now`: frees seats that were kept long enough, and ends rooms whose time is over.
    pub fn handle_timeout(&mut self, now: Instant) {
        while self.deadlines.first().is_some_and(|(deadline, _)| *deadline <= now) {
            let (_, id) = self.deadlines.pop_first().expect("there is a first");
            self.handle_deadline(id, now);
        }
        if self.next_forgetting.is_some_and(|next| next <= now) {
            self.next_forgetting = self.bars.forget(now);
        }
    }

    fn handle_deadline(&mut self, id: RoomId, now: Instant) {
        let Some(room) = self.rooms.get(&id) else { return };
        if room.closes <= now {
            return self.dissolve(id, Refusal::Over);
        }
        let kept_enough = |seat: &Seat| room.seats[index(*seat)].deadline().is_some_and(|until| until <= now);
        let seats: Vec<_> = SEATS.into_iter().filter(kept_enough).collect();
        for seat in seats {
            self.free(id, seat);
        }
    }

    /// When [`handle_timeout`](Self::handle_timeout) is due next.
    pub fn poll_timeout(&self) -> Option<Instant> {
        let room = self.deadlines.first().map(|(deadline, _)| *deadline);
        room.into_iter().chain(self.next_forgetting).min()
    }

    /// The next thing to be done.
    pub fn poll_output(&mut self) -> Option<Output> {
        self.outputs.pop_front()
    }

    /// The next change of a seat. To be asked for wherever [`poll_output`](Self::poll_output) is.
    pub fn poll_seat_change(&mut self) -> Option<SeatChange> {
        self.seat_changes.pop_front()
    }

    /// How many rooms there are.
    pub fn len(&self) -> usize {
        self.rooms.len()
    }

    /// Whether there is no room.
    pub fn is_empty(&self) -> bool {
        self.rooms.is_empty()
    }

    /// Closes a connection that broke a rule; its seat is freed.
    pub fn close(&mut self, conn: ConnId, why: Refusal) {
        if let Some((id, seat)) = self.conns.remove(&conn) {
            self.outputs.push_back(Output::Close { conn, why });
            self.free(id, seat);
        }
    }

    /// Frees a seat, and closes who is on it.
    fn empty(&mut self, id: RoomId, seat: Seat, why: Refusal) {
        let Some(room) = self.rooms.get(&id) else { return };
        match room.seats[index(seat)].conn() {
            Some(conn) => self.close(conn, why),
            None => self.free(id, seat),
        }
    }

    /// Closes everybody in a room, and forgets it.
    fn dissolve(&mut self, id: RoomId, why: Refusal) {
        let Some(room) = self.forget(id) else { return };
        let taken = SEATS
            .into_iter()
            .filter(|seat| room.seats[index(*seat)].holder().is_some());
        self.seat_changes.extend(taken.map(|seat| SeatChange {
            room: id,
            seat,
            taken: false,
        }));
        for conn in room.seats.iter().filter_map(SeatState::conn) {
            self.conns.remove(&conn);
            self.outputs.push_back(Output::Close { conn, why });
        }
    }

    fn free(&mut self, id: RoomId, seat: Seat) {
        let room = self
            .rooms
            .get_mut(&id)
            .expect("whoever frees a seat has found its room");
        if std::mem::take(&mut room.seats[index(seat)]).holder().is_some() {
            self.seat_changes.push_back(SeatChange {
                room: id,
                seat,
                taken: false,
            });
        }
        self.tell_others(id, seat);
        let room = &self.rooms[&id];
        if room.is_empty() {
            self.forget(id);
        }
    }

    fn forget(&mut self, id: RoomId) -> Option<Room> {
        let room = self.rooms.remove(&id)?;
        self.bytes -= room.bytes();
        self.deadlines.remove(&(room.closes, id));
        Some(room)
    }

    fn tell_others(&mut self, id: RoomId, about: Seat) {
        let room = &self.rooms[&id];
        for seat in SEATS.into_iter().filter(|seat| *seat != about) {
            if let Some(conn) = room.seats[index(seat)].conn() {
                let peer = room.peer(about, seat);
                self.outputs.push_back(Output::Peer { conn, peer });
            }
        }
    }
}

#[derive(Debug)]
struct Room {
    epoch: u32,
    closes: Instant,
    seats: [SeatState; 4],
    /// By sender and receiver.
    paths: BTreeMap<(Seat, Seat), Path>,
}

impl Room {
    fn new(join: &Join) -> Self {
        Self {
            epoch: join.pass.epoch,
            closes: join.closes,
            seats: Default::default(),
            paths: BTreeMap::new(),
        }
    }

    fn bytes(&self) -> usize {
        self.paths.values().map(Path::bytes).sum()
    }

    /// Nobody is there, and nothing waits for anybody.
    fn is_empty(&self) -> bool {
        self.seats.iter().all(|seat| seat.holder().is_none()) && self.bytes() == 0
    }

    /// Everything that a seat's earlier page life has sent is void. Gives how many bytes that was.
    fn void_paths_from(&mut self, seat: Seat, stream: StreamId) -> usize {
        let before = self.bytes();
        self.paths
            .retain(|(from, _), path| *from != seat || path.stream() == stream);
        before - self.bytes()
    }

    /// `seat` as the one on `viewer` sees it.
    fn peer(&self, seat: Seat, viewer: Seat) -> PeerState {
        let own = self.seats[index(viewer)].stream();
        let acked = self
            .paths
            .get(&(viewer, seat))
            .filter(|path| Some(path.stream()) == own);
        PeerState {
            seat,
            presence: self.seats[index(seat)].presence(),
            stream: self.seats[index(seat)].stream(),
            acked: acked.map_or(0, Path::acked),
        }
    }

    /// The practice's seat, and every other that somebody has been seen on.
    fn peers_of(&self, viewer: Seat) -> Vec<PeerState> {
        let others = SEATS.into_iter().filter(|seat| *seat != viewer);
        let known = others.filter(|seat| {
            let state = &self.seats[index(*seat)];
            *seat == Seat::PRACTICE || state.holder().is_some() || self.paths.contains_key(&(*seat, viewer))
        });
        known.map(|seat| self.peer(seat, viewer)).collect()
    }

    fn waiting_for(&self, seat: Seat) -> Vec<Waiting> {
        let to_it = self.paths.iter().filter(|((_, to), _)| *to == seat);
        to_it
            .flat_map(|((from, _), path)| {
                path.waiting().map(|(seq, sealed)| Waiting {
                    from: *from,
                    stream: path.stream(),
                    seq,
                    sealed: sealed.clone(),
                })
            })
            .collect()
    }
}

fn index(seat: Seat) -> usize {
    usize::from(seat.number())
}

/// What may be told before a join: a prekey has 244 bytes.
const MAX_LEFT: usize = 512;
const SEATS: [Seat; 4] = [Seat::PRACTICE, Seat::GUESTS[0], Seat::GUESTS[1], Seat::GUESTS[2]];

#[cfg(test)]
mod tests;
