//! What the one task that owns the rooms does: it asks [`Rooms`], and carries out the answers.

use std::{collections::BTreeMap, sync::Arc, time::Instant};

use room::{
    Bar, ConnId, Join, Limits, Output, Pass, Refusal, RoomId, Rooms, Sealed, Seat, StreamId,
    wire::{FromBrowser, IceServer, Joined, Secret, ToBrowser},
};

use tokio::sync::oneshot;

use crate::{
    clock,
    outbox::Outbox,
    owner::{Attendee, Owned, Owner, Task},
    reports::Reports,
    tally::{Role, Tally},
};

/// How visitors talk to the hall.
pub(crate) type Hall = Owner<Ask>;
/// Somebody who is in.
pub(crate) type Presence = Attendee<Ask>;

/// A visitor at the door of the hall.
#[derive(Debug)]
pub(crate) struct Entrance {
    pub(crate) pass: Pass,
    pub(crate) token: String,
    pub(crate) stream: StreamId,
    pub(crate) takeover: bool,
    /// Those for everybody; the pass may bring another.
    pub(crate) ice_servers: Vec<IceServer>,
    pub(crate) outbox: Outbox,
}

#[derive(Debug)]
pub(crate) enum Ask {
    Join(ConnId, Box<Entrance>),
    Said(ConnId, FromBrowser),
    Bar(Bar),
    Left(RoomId, u32, Seat, oneshot::Sender<Option<Sealed>>),
}

/// What becomes of the seats is noted in `reports`.
pub(crate) fn open(reports: Reports, tally: Arc<Tally>) -> (Hall, Task<Visitors>) {
    Owner::of(Visitors {
        rooms: Rooms::new(LIMITS),
        reports,
        there: BTreeMap::new(),
        tally,
    })
}

impl Hall {
    /// Lets somebody in. The answer, also a refusal, comes through the outbox.
    pub(crate) async fn join(&self, entrance: Entrance) -> Presence {
        let presence = self.attend();
        self.ask(Ask::Join(presence.conn(), Box::new(entrance))).await;
        presence
    }

    /// What the practice has left for whoever takes this seat, if it is small enough to be told before they join.
    pub(crate) async fn left_for(&self, room: RoomId, epoch: u32, seat: Seat) -> Option<Sealed> {
        let (answer, answered) = oneshot::channel();
        self.ask(Ask::Left(room, epoch, seat, answer)).await;
        answered.await.ok().flatten()
    }

    pub(crate) async fn bar(&self, bar: Bar) {
        self.ask(Ask::Bar(bar)).await;
    }
}

impl Presence {
    pub(crate) async fn say(&self, message: FromBrowser) {
        self.ask(Ask::Said(self.conn(), message)).await;
    }
}

/// The rooms, and who is in them.
#[derive(Debug)]
pub(crate) struct Visitors {
    rooms: Rooms,
    reports: Reports,
    there: BTreeMap<ConnId, Visitor>,
    tally: Arc<Tally>,
}

#[derive(Debug)]
struct Visitor {
    outbox: Outbox,
    /// Until it is answered.
    joining: Option<Joined>,
}

impl Owned for Visitors {
    type Ask = Ask;

    fn handle(&mut self, ask: Ask, now: Instant) {
        match ask {
            Ask::Join(conn, entrance) => self.join(conn, *entrance, now),
            Ask::Said(conn, message) => self.said(conn, message),
            Ask::Bar(bar) => self.rooms.bar(bar, now),
            Ask::Left(room, epoch, seat, answer) => {
                let _ = answer.send(self.rooms.left_for(room, epoch, seat));
            }
        }
    }

    fn close(&mut self, conn: ConnId, why: Refusal, _: Instant) {
        self.rooms.close(conn, why);
    }

    fn gone(&mut self, conn: ConnId, now: Instant) {
        self.there.remove(&conn);
        self.rooms.disconnected(conn, now);
    }

    fn handle_timeout(&mut self, now: Instant) {
        self.rooms.handle_timeout(now);
    }

    fn poll_timeout(&self) -> Option<Instant> {
        self.rooms.poll_timeout()
    }

    fn carry_out(&mut self) {
        while let Some(change) = self.rooms.poll_seat_change() {
            self.reports.note(change);
        }
        while let Some(output) = self.rooms.poll_output() {
            match output {
                Output::Joined { conn, peers, waiting } => {
                    let Some(visitor) = self.there.get_mut(&conn) else {
                        continue;
                    };
                    if let Some(mut joined) = visitor.joining.take() {
                        self.tally.joined(if joined.seat == Seat::PRACTICE {
                            Role::Practice
                        } else {
                            Role::Guest
                        });
                        joined.peers = peers.into_iter().map(Into::into).collect();
                        joined.sealed = waiting.into_iter().map(Into::into).collect();
                        visitor.outbox.welcome(ToBrowser::Joined(Box::new(joined)).to_json());
                    }
                }
                Output::Peer { conn, peer } => self.put(conn, &ToBrowser::Peer(peer.into())),
                Output::Deliver { conn, message } => self.put(conn, &ToBrowser::Sealed(message.into())),
                Output::Acknowledged { conn, from, seq } => self.put(conn, &ToBrowser::Ack { from, seq }),
                Output::Close { conn, why } => {
                    if let Some(visitor) = self.there.remove(&conn) {
                        visitor.outbox.close(why);
                    }
                }
            }
        }
        self.tally.in_use(self.rooms.usage());
    }
}

impl Visitors {
    fn join(&mut self, conn: ConnId, entrance: Entrance, now: Instant) {
        let joined = answer_of(&entrance);
        let join = Join {
            conn,
            closes: clock::instant(entrance.pass.window.closes),
            pass: entrance.pass,
            stream: entrance.stream,
            takeover: entrance.takeover,
        };
        match self.rooms.join(&join, now) {
            Ok(()) => {
                let visitor = Visitor {
                    outbox: entrance.outbox,
                    joining: Some(joined),
                };
                self.there.insert(conn, visitor);
            }
            Err(why) => entrance.outbox.close(why),
        }
    }

    fn said(&mut self, conn: ConnId, message: FromBrowser) {
        match message {
            FromBrowser::Sealed { to, seq, data } => {
                self.tally.relayed(data.as_bytes().len());
                self.rooms.relay(conn, to, seq, data);
            }
            FromBrowser::Ack { to, stream, seq } => self.rooms.acknowledge(conn, to, stream, seq),
            FromBrowser::Leave {} => {
                // Nothing comes after it: without its outbox the connection ends.
                self.there.remove(&conn);
                self.rooms.leave(conn);
            }
            FromBrowser::Evict { seat } => self.rooms.evict(conn, seat),
            FromBrowser::Join(_) => self.rooms.close(conn, Refusal::BadMessage),
            // The connection itself answers these.
            FromBrowser::Ping { .. } | FromBrowser::Pong { .. } => {}
        }
    }

    fn put(&mut self, conn: ConnId, message: &ToBrowser) {
        let Some(visitor) = self.there.get(&conn) else {
            return;
        };
        if !visitor.outbox.put(message.to_json()) {
            self.rooms.close(conn, Refusal::SlowReader);
        }
    }
}

/// Everything about the answer that doesn't depend on the room.
fn answer_of(entrance: &Entrance) -> Joined {
    let pass = &entrance.pass;
    let mut joined = Joined {
        room: pass.room,
        epoch: pass.epoch,
        seat: pass.seat,
        role: pass.role().to_owned(),
        starts_at: 0,
        opens_at: 0,
        closes_at: 0,
        now: clock::now_ms(),
        token: Secret(entrance.token.clone()),
        ice_servers: entrance.ice_servers.iter().chain(&pass.relay).cloned().collect(),
        peers: Vec::new(),
        sealed: Vec::new(),
    };
    joined.set_window(pass.window);
    joined
}

const LIMITS: Limits = Limits {
    rooms: 200_000,
    bytes: 256 * 1024 * 1024,
};
