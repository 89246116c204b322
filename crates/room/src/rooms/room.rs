//! One room: four seats, and what is on its way between them.

use std::{
    collections::{BTreeMap, VecDeque},
    time::Instant,
};

use super::{
    Breach, ConnId, JoinError, Output, Welcome,
    path::{MAX_WEIGHT, Path, weight},
    seat::{Holder, Place},
};
use crate::{
    pass::{Bearer, Pass, Role, Seat},
    wire::{Code, FromServer, Peer, PeerEntry, Presence, Sealed, SealedFrom, Seq, StreamId},
};

/// A room at one of its times.
#[derive(Debug)]
pub(super) struct Room {
    epoch: u32,
    closes: Instant,
    places: [Place; Seat::COUNT as usize],
    /// By sender and receiver.
    paths: BTreeMap<(Seat, Seat), Path>,
}

impl Room {
    pub(super) fn new(epoch: u32, closes: Instant) -> Self {
        Self {
            epoch,
            closes,
            places: Default::default(),
            paths: BTreeMap::new(),
        }
    }

    pub(super) fn join(
        &mut self,
        conn: ConnId,
        pass: &Pass,
        stream: StreamId,
        takeover: bool,
        out: &mut VecDeque<Output>,
    ) -> Result<Welcome, JoinError> {
        let seat = pass.seat;
        let takes_over = takeover && seat.role() == Role::Practice;
        if !takes_over && !self.place(seat).is_free_for(pass.client) {
            return Err(JoinError::Occupied);
        }
        let presence_before = self.place(seat).presence();
        let holder = Holder {
            client: pass.client,
            stream,
            by: pass.by,
        };
        let before = self.place_mut(seat).take(conn, holder);
        out.extend(before.map(|conn| Output::Close {
            conn,
            code: Code::TakenOver,
        }));
        self.void_older_streams(seat, stream);
        if presence_before != Presence::Here(stream) {
            self.tell_others(seat, out);
        }
        let welcome = Welcome {
            peers: self.peers_of(seat),
            sealed: self.first_of_what_waits(seat),
        };
        self.give(seat, out);
        Ok(welcome)
    }

    /// What an older page life has left is of no use to anybody.
    fn void_older_streams(&mut self, seat: Seat, stream: StreamId) {
        self.paths
            .retain(|(from, _), path| *from != seat || path.stream() == stream);
    }

    fn peers_of(&self, seat: Seat) -> Vec<PeerEntry> {
        let listed = |other: &Seat| *other != seat && (other.number() < 2 || self.place(*other).was_used());
        let entry = |other| PeerEntry {
            peer: self.peer(other),
            acked: self.paths.get(&(seat, other)).map_or(0, Path::acked),
        };
        Seat::all().filter(listed).map(entry).collect()
    }

    /// As much of what waits for a seat as fits into the answer to its join.
    fn first_of_what_waits(&mut self, to: Seat) -> Vec<SealedFrom> {
        for (_, path) in self.paths_to(to) {
            path.start_over();
        }
        std::iter::from_fn(|| self.give_one(to, MAX_WEIGHT)).collect()
    }

    pub(super) fn relay(
        &mut self,
        from: Seat,
        to: Seat,
        seq: Seq,
        data: Sealed,
        out: &mut VecDeque<Output>,
    ) -> Result<(), Breach> {
        let holder = self.place(from).holder();
        let stream = holder.filter(|_| from != to).ok_or(Breach::NotAllowed)?.stream;
        let path = self.paths.entry((from, to)).or_insert_with(|| Path::new(stream));
        path.push(seq, data)?;
        self.give(to, out);
        Ok(())
    }

    pub(super) fn ack(&mut self, seat: Seat, sender: Seat, stream: StreamId, seq: Seq, out: &mut VecDeque<Output>) {
        let Some(path) = self.paths.get_mut(&(sender, seat)) else {
            return;
        };
        if !path.ack(stream, seq) {
            return;
        }
        let acked = Seq::new(path.acked()).expect("what was acknowledged was sent");
        if let Some(conn) = self.place(sender).conn() {
            let message = FromServer::Ack { from: seat, seq: acked };
            out.push_back(Output::Send { conn, message });
        }
        self.give(seat, out);
    }

    /// Gives a seat's connection what waits for it, as far as its window goes.
    fn give(&mut self, to: Seat, out: &mut VecDeque<Output>) {
        let Some(conn) = self.place(to).conn() else { return };
        while let Some(sealed) = self.give_one(to, WINDOW) {
            let message = FromServer::Sealed(sealed);
            out.push_back(Output::Send { conn, message });
        }
    }

    /// The next for a seat, where what was given and not acknowledged stays within `window`.
    fn give_one(&mut self, to: Seat, window: usize) -> Option<SealedFrom> {
        let given: usize = self.paths_to(to).map(|(_, path)| path.weight_given()).sum();
        let fits = |(_, data): &(Seq, Sealed)| given + weight(data) <= window;
        let (from, path) = self.paths_to(to).find(|(_, path)| path.next().is_some_and(fits))?;
        let stream = path.stream();
        path.give().map(|(seq, data)| SealedFrom {
            from,
            stream,
            seq,
            data,
        })
    }

    fn paths_to(&mut self, to: Seat) -> impl Iterator<Item = (Seat, &mut Path)> {
        let to_it = self.paths.iter_mut().filter(move |((_, receiver), _)| *receiver == to);
        to_it.map(|((from, _), path)| (*from, path))
    }

    pub(super) fn evict(&mut self, by: Seat, seat: Seat, out: &mut VecDeque<Output>) -> Result<(), Breach> {
        if by.role() != Role::Practice || seat.role() == Role::Practice {
            return Err(Breach::NotAllowed);
        }
        self.close(seat, Code::Evicted, out);
        Ok(())
    }

    /// Frees all seats that are held by this bearer.
    pub(super) fn send_out(&mut self, bearer: Bearer, out: &mut VecDeque<Output>) {
        for seat in Seat::all() {
            if self.place(seat).holder().is_some_and(|holder| holder.by == bearer) {
                self.close(seat, Code::Closed, out);
            }
        }
    }

    /// Frees a seat against its holder's will: nothing from or for the holder is kept.
    fn close(&mut self, seat: Seat, code: Code, out: &mut VecDeque<Output>) {
        let conn = self.place(seat).conn();
        out.extend(conn.map(|conn| Output::Close { conn, code }));
        let its = self
            .paths
            .iter_mut()
            .filter(|((from, to), _)| *from == seat || *to == seat);
        its.for_each(|(_, path)| path.clear());
        self.free(seat, out);
    }

    /// Frees a seat.
    pub(super) fn free(&mut self, seat: Seat, out: &mut VecDeque<Output>) {
        if self.place(seat).holder().is_some() {
            self.place_mut(seat).free();
            self.tell_others(seat, out);
        }
    }

    pub(super) fn lose(&mut self, seat: Seat, now: Instant, out: &mut VecDeque<Output>) {
        self.place_mut(seat).lose(now);
        self.tell_others(seat, out);
    }

    /// Frees the seats that were held long enough.
    pub(super) fn free_the_lost(&mut self, now: Instant, out: &mut VecDeque<Output>) {
        for seat in Seat::all() {
            if self.place(seat).held_until().is_some_and(|until| until <= now) {
                self.free(seat, out);
            }
        }
    }

    fn tell_others(&self, seat: Seat, out: &mut VecDeque<Output>) {
        let message = FromServer::Peer(self.peer(seat));
        let others = Seat::all().filter(|other| *other != seat);
        out.extend(
            others
                .filter_map(|other| self.place(other).conn())
                .map(|conn| Output::Send {
                    conn,
                    message: message.clone(),
                }),
        );
    }

    fn peer(&self, seat: Seat) -> Peer {
        Peer {
            seat,
            presence: self.place(seat).presence(),
        }
    }

    pub(super) fn conns(&self) -> impl Iterator<Item = ConnId> {
        self.places.iter().filter_map(Place::conn)
    }

    pub(super) fn is_held_by(&self, seat: Seat, conn: ConnId) -> bool {
        self.place(seat).conn() == Some(conn)
    }

    pub(super) fn holds(&self, bearer: Bearer) -> bool {
        self.places
            .iter()
            .filter_map(Place::holder)
            .any(|holder| holder.by == bearer)
    }

    pub(super) const fn epoch(&self) -> u32 {
        self.epoch
    }

    pub(super) const fn closes(&self) -> Instant {
        self.closes
    }

    /// When something changes by itself.
    pub(super) fn due(&self) -> Instant {
        self.places
            .iter()
            .filter_map(Place::held_until)
            .fold(self.closes, Instant::min)
    }

    /// What waits, in bytes.
    pub(super) fn bytes(&self) -> usize {
        self.paths.values().map(Path::bytes).sum()
    }

    /// Whether nobody would miss it.
    pub(super) fn is_idle(&self) -> bool {
        self.places.iter().all(|place| place.holder().is_none()) && self.paths.values().all(Path::is_empty)
    }

    fn place(&self, seat: Seat) -> &Place {
        &self.places[usize::from(seat.number())]
    }

    fn place_mut(&mut self, seat: Seat) -> &mut Place {
        &mut self.places[usize::from(seat.number())]
    }
}

/// How much is given to a connection before it acknowledges some: a shell that allows each browser 256 KiB unread never has to close one for what others
/// have sent it.
const WINDOW: usize = 96 << 10;
