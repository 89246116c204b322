//! The one task that owns the rooms. It decides nothing: it asks [`Rooms`], and carries out the answers.

use std::{
    collections::BTreeMap,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Instant,
};

use room::{
    Bar, ConnId, Join, Limits, Output, Pass, Refusal, Rooms, StreamId,
    wire::{FromBrowser, IceServer, Joined, Secret, ToBrowser},
};
use tokio::sync::{mpsc, oneshot};

use crate::{clock, outbox::Outbox};

/// How visitors talk to the hall.
#[derive(Debug, Clone)]
pub(crate) struct Hall {
    asks: mpsc::Sender<Ask>,
    next: Arc<AtomicU64>,
}

/// A visitor at the door of the hall.
#[derive(Debug)]
pub(crate) struct Entrance {
    pub(crate) pass: Pass,
    pub(crate) token: String,
    pub(crate) stream: StreamId,
    pub(crate) takeover: bool,
    pub(crate) ice_servers: Vec<IceServer>,
    pub(crate) outbox: Outbox,
}

#[derive(Debug)]
enum Ask {
    Join(ConnId, Box<Entrance>, oneshot::Sender<Result<(), Refusal>>),
    Said(ConnId, FromBrowser),
    Close(ConnId, Refusal),
    Gone(ConnId),
    Bar(Bar),
}

impl Hall {
    pub(crate) fn new() -> (Self, Task) {
        let (asks, receiver) = mpsc::channel(1024);
        let hall = Self {
            asks,
            next: Arc::new(AtomicU64::new(0)),
        };
        (hall, Task::new(receiver))
    }

    /// Lets somebody in. The answer to the join comes through the outbox.
    pub(crate) async fn join(&self, entrance: Entrance) -> Result<Presence, Refusal> {
        let conn = ConnId(self.next.fetch_add(1, Ordering::Relaxed));
        let (answer, answered) = oneshot::channel();
        let ask = Ask::Join(conn, Box::new(entrance), answer);
        self.asks.send(ask).await.map_err(|_| Refusal::Unavailable)?;
        // From here on the hall has to hear of it when we go, whatever the answer.
        let presence = Presence {
            conn,
            hall: self.clone(),
        };
        answered.await.map_err(|_| Refusal::Unavailable)?.map(|()| presence)
    }

    pub(crate) async fn bar(&self, bar: Bar) {
        let _ = self.asks.send(Ask::Bar(bar)).await;
    }
}

/// Somebody who is in. When it is dropped, the hall hears of it.
#[derive(Debug)]
pub(crate) struct Presence {
    conn: ConnId,
    hall: Hall,
}

impl Presence {
    pub(crate) async fn say(&self, message: FromBrowser) {
        let _ = self.hall.asks.send(Ask::Said(self.conn, message)).await;
    }

    /// Gives the seat up, since a rule was broken.
    pub(crate) async fn close(&self, why: Refusal) {
        let _ = self.hall.asks.send(Ask::Close(self.conn, why)).await;
    }
}

impl Drop for Presence {
    fn drop(&mut self) {
        let (asks, conn) = (self.hall.asks.clone(), self.conn);
        if let Err(mpsc::error::TrySendError::Full(ask)) = asks.try_send(Ask::Gone(conn)) {
            tokio::spawn(async move {
                let _ = asks.send(ask).await;
            });
        }
    }
}

/// The task itself.
#[derive(Debug)]
pub(crate) struct Task {
    asks: mpsc::Receiver<Ask>,
    rooms: Rooms,
    visitors: BTreeMap<ConnId, Visitor>,
}

#[derive(Debug)]
struct Visitor {
    outbox: Outbox,
    /// Until it is answered.
    joining: Option<Joined>,
}

impl Task {
    fn new(asks: mpsc::Receiver<Ask>) -> Self {
        Self {
            asks,
            rooms: Rooms::new(LIMITS),
            visitors: BTreeMap::new(),
        }
    }

    /// Runs for as long as anybody could ask.
    pub(crate) async fn run(mut self) {
        loop {
            let deadline = self.rooms.poll_timeout().map(tokio::time::Instant::from_std);
            let due = async {
                match deadline {
                    Some(deadline) => tokio::time::sleep_until(deadline).await,
                    None => std::future::pending().await,
                }
            };
            tokio::select! {
                ask = self.asks.recv() => match ask {
                    Some(ask) => self.handle(ask, Instant::now()),
                    None => return,
                },
                () = due => self.rooms.handle_timeout(Instant::now()),
            }
            self.carry_out();
        }
    }

    fn handle(&mut self, ask: Ask, now: Instant) {
        match ask {
            Ask::Join(conn, entrance, answer) => {
                let _ = answer.send(self.join(conn, *entrance, now));
            }
            Ask::Said(conn, message) => self.said(conn, message),
            Ask::Close(conn, why) => self.rooms.close(conn, why),
            Ask::Gone(conn) => {
                self.visitors.remove(&conn);
                self.rooms.disconnected(conn, now);
            }
            Ask::Bar(bar) => self.rooms.bar(bar, now),
        }
    }

    fn join(&mut self, conn: ConnId, entrance: Entrance, now: Instant) -> Result<(), Refusal> {
        let joined = answer_of(&entrance);
        let join = Join {
            conn,
            closes: clock::instant(entrance.pass.window.closes),
            pass: entrance.pass,
            stream: entrance.stream,
            takeover: entrance.takeover,
        };
        self.rooms.join(&join, now)?;
        let visitor = Visitor {
            outbox: entrance.outbox,
            joining: Some(joined),
        };
        self.visitors.insert(conn, visitor);
        Ok(())
    }

    fn said(&mut self, conn: ConnId, message: FromBrowser) {
        match message {
            FromBrowser::Sealed { to, seq, data } => self.rooms.relay(conn, to, seq, data),
            FromBrowser::Ack { to, stream, seq } => self.rooms.acknowledge(conn, to, stream, seq),
            FromBrowser::Leave {} => {
                // Nothing comes after it: without its outbox the connection ends.
                self.visitors.remove(&conn);
                self.rooms.leave(conn);
            }
            FromBrowser::Evict { seat } => self.rooms.evict(conn, seat),
            FromBrowser::Join(_) => self.rooms.close(conn, Refusal::BadMessage),
            // The connection itself answers these.
            FromBrowser::Ping { .. } | FromBrowser::Pong { .. } => {}
        }
    }

    fn carry_out(&mut self) {
        while let Some(output) = self.rooms.poll_output() {
            match output {
                Output::Joined { conn, peers, waiting } => {
                    let Some(visitor) = self.visitors.get_mut(&conn) else {
                        continue;
                    };
                    if let Some(mut joined) = visitor.joining.take() {
                        joined.peers = peers.into_iter().map(Into::into).collect();
                        joined.sealed = waiting.into_iter().map(Into::into).collect();
                        visitor.outbox.welcome(ToBrowser::Joined(Box::new(joined)).to_json());
                    }
                }
                Output::Peer { conn, peer } => self.put(conn, &ToBrowser::Peer(peer.into())),
                Output::Deliver { conn, message } => self.put(conn, &ToBrowser::Sealed(message.into())),
                Output::Acknowledged { conn, from, seq } => self.put(conn, &ToBrowser::Ack { from, seq }),
                Output::Close { conn, why } => {
                    if let Some(visitor) = self.visitors.remove(&conn) {
                        visitor.outbox.close(why);
                    }
                }
            }
        }
    }

    fn put(&mut self, conn: ConnId, message: &ToBrowser) {
        let Some(visitor) = self.visitors.get(&conn) else {
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
        ice_servers: entrance.ice_servers.clone(),
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
