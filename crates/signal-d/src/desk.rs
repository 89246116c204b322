//! The one task that owns the practices' lines. It decides nothing: it asks [`Lines`], and carries out the answers.

use std::{
    collections::BTreeMap,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Instant,
};

use room::{
    ConnId, RecordId, Refusal,
    practice::{
        Board, Console, LineOutput, Lines,
        wire::{BoardOf, ToConsole},
    },
};
use tokio::sync::mpsc;

use crate::{clock, outbox::Outbox};

/// How consoles talk to the desk.
#[derive(Debug, Clone)]
pub(crate) struct Desk {
    asks: mpsc::Sender<Ask>,
    next: Arc<AtomicU64>,
}

/// A device, as session-d knows it by its token.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Known {
    pub(crate) device: RecordId,
    pub(crate) practice: RecordId,
    /// When the token runs out: seconds of the Unix epoch.
    pub(crate) expires: u64,
}

#[derive(Debug)]
enum Ask {
    Join(ConnId, Known, Outbox),
    Renew(ConnId, Known),
    Board(ConnId, Board),
    Close(ConnId, Refusal),
    Gone(ConnId),
    Changed(RecordId),
    AllChanged,
    Bar(RecordId, Instant),
}

impl Desk {
    pub(crate) fn new() -> (Self, Task) {
        let (asks, receiver) = mpsc::channel(1024);
        let desk = Self {
            asks,
            next: Arc::new(AtomicU64::new(0)),
        };
        (desk, Task::new(receiver))
    }

    /// Puts a device on its practice's line. The answer, also a refusal, comes through the outbox.
    pub(crate) async fn join(&self, known: Known, outbox: Outbox) -> Place {
        let conn = ConnId(self.next.fetch_add(1, Ordering::Relaxed));
        self.ask(Ask::Join(conn, known, outbox)).await;
        Place {
            conn,
            desk: self.clone(),
        }
    }

    /// Something of a practice is another than before.
    pub(crate) async fn changed(&self, practice: RecordId) {
        self.ask(Ask::Changed(practice)).await;
    }

    /// What has changed meanwhile is not known.
    pub(crate) async fn all_changed(&self) {
        self.ask(Ask::AllChanged).await;
    }

    pub(crate) async fn bar(&self, device: RecordId, until: Instant) {
        self.ask(Ask::Bar(device, until)).await;
    }

    async fn ask(&self, ask: Ask) {
        // Without the task the daemon is ending.
        let _ = self.asks.send(ask).await;
    }
}

/// A device that is on the line. When it is dropped, the desk hears of it.
#[derive(Debug)]
pub(crate) struct Place {
    conn: ConnId,
    desk: Desk,
}

impl Place {
    pub(crate) async fn renew(&self, known: Known) {
        self.desk.ask(Ask::Renew(self.conn, known)).await;
    }

    pub(crate) async fn board(&self, board: Board) {
        self.desk.ask(Ask::Board(self.conn, board)).await;
    }

    /// Ends the line, since a rule was broken.
    pub(crate) async fn close(&self, why: Refusal) {
        self.desk.ask(Ask::Close(self.conn, why)).await;
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let (asks, conn) = (self.desk.asks.clone(), self.conn);
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
    lines: Lines,
    consoles: BTreeMap<ConnId, (Known, Outbox)>,
}

impl Task {
    fn new(asks: mpsc::Receiver<Ask>) -> Self {
        Self {
            asks,
            lines: Lines::default(),
            consoles: BTreeMap::new(),
        }
    }

    /// Runs for as long as anybody could ask.
    pub(crate) async fn run(mut self) {
        loop {
            let deadline = self.lines.poll_timeout().map(tokio::time::Instant::from_std);
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
                () = due => self.lines.handle_timeout(Instant::now()),
            }
            self.carry_out();
        }
    }

    fn handle(&mut self, ask: Ask, now: Instant) {
        match ask {
            Ask::Join(conn, known, outbox) => match self.lines.join(conn, known.into(), now) {
                Ok(()) => {
                    self.consoles.insert(conn, (known, outbox));
                }
                Err(why) => outbox.close(why),
            },
            Ask::Renew(conn, known) => {
                if let Some((before, _)) = self.consoles.get_mut(&conn) {
                    *before = known;
                    self.lines.renew(conn, known.into(), now);
                }
            }
            Ask::Board(conn, board) => self.lines.board(conn, board, now),
            Ask::Close(conn, why) => self.lines.close(conn, why, now),
            Ask::Gone(conn) => {
                self.consoles.remove(&conn);
                self.lines.disconnected(conn, now);
            }
            Ask::Changed(practice) => self.lines.changed(practice, now),
            Ask::AllChanged => self.lines.all_changed(now),
            Ask::Bar(device, until) => self.lines.bar(device, until, now),
        }
    }

    fn carry_out(&mut self) {
        while let Some(output) = self.lines.poll_output() {
            match output {
                LineOutput::Joined { conn, boards } => {
                    if let Some((known, outbox)) = self.consoles.get(&conn) {
                        let boards = boards.into_iter().map(|(device, data)| BoardOf { device, data });
                        let joined = ToConsole::Joined {
                            device: known.device,
                            boards: boards.collect(),
                            expires_at: known.expires * 1000,
                            now: clock::now_ms(),
                        };
                        outbox.welcome(joined.to_json());
                    }
                }
                LineOutput::Renewed { conn } => {
                    if let Some((known, _)) = self.consoles.get(&conn) {
                        let renewed = ToConsole::Renewed {
                            expires_at: known.expires * 1000,
                            now: clock::now_ms(),
                        };
                        self.put(conn, &renewed);
                    }
                }
                LineOutput::Changed { conn } => self.put(conn, &ToConsole::Changed {}),
                LineOutput::Board { conn, device, board } => {
                    self.put(conn, &ToConsole::Board { device, data: board });
                }
                LineOutput::Close { conn, why } => {
                    if let Some((_, outbox)) = self.consoles.remove(&conn) {
                        outbox.close(why);
                    }
                }
            }
        }
    }

    fn put(&mut self, conn: ConnId, message: &ToConsole) {
        let Some((_, outbox)) = self.consoles.get(&conn) else {
            return;
        };
        if !outbox.put(message.to_json()) {
            self.lines.close(conn, Refusal::SlowReader, Instant::now());
        }
    }
}

impl From<Known> for Console {
    fn from(known: Known) -> Self {
        Self {
            device: known.device,
            practice: known.practice,
            expires: clock::instant(known.expires),
        }
    }
}
