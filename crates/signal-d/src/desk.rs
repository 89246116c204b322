//! What the one task that owns the practices' lines does: it asks [`Lines`], and carries out the answers.

use std::{collections::BTreeMap, sync::Arc, time::Instant};

use room::{
    ConnId, RecordId, Refusal,
    practice::{
        Board, Console, LineOutput, Lines,
        wire::{BoardOf, ToConsole},
    },
};

use crate::{
    clock,
    outbox::Outbox,
    owner::{Attendee, Owned, Owner, Task},
    tally::{Role, Tally},
};

/// How consoles talk to the desk.
pub(crate) type Desk = Owner<Ask>;
/// A device that is on the line.
pub(crate) type Place = Attendee<Ask>;

/// A device, as session-d knows it by its token.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Known {
    pub(crate) device: RecordId,
    pub(crate) practice: RecordId,
    /// When the token runs out: seconds of the Unix epoch.
    pub(crate) expires: u64,
}

#[derive(Debug)]
pub(crate) enum Ask {
    Join(ConnId, Known, Outbox),
    Renew(ConnId, Known),
    Board(ConnId, Board),
    Changed(RecordId),
    AllChanged,
    Bar(RecordId, Instant),
}

pub(crate) fn open(tally: Arc<Tally>) -> (Desk, Task<Consoles>) {
    Owner::of(Consoles {
        lines: Lines::default(),
        there: BTreeMap::new(),
        tally,
    })
}

impl Desk {
    /// Puts a device on its practice's line. The answer, also a refusal, comes through the outbox.
    pub(crate) async fn join(&self, known: Known, outbox: Outbox) -> Place {
        let place = self.attend();
        self.ask(Ask::Join(place.conn(), known, outbox)).await;
        place
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
}

impl Place {
    pub(crate) async fn renew(&self, known: Known) {
        self.ask(Ask::Renew(self.conn(), known)).await;
    }

    pub(crate) async fn board(&self, board: Board) {
        self.ask(Ask::Board(self.conn(), board)).await;
    }
}

/// The lines, and who is on them.
#[derive(Debug)]
pub(crate) struct Consoles {
    lines: Lines,
    there: BTreeMap<ConnId, (Known, Outbox)>,
    tally: Arc<Tally>,
}

impl Owned for Consoles {
    type Ask = Ask;

    fn handle(&mut self, ask: Ask, now: Instant) {
        match ask {
            Ask::Join(conn, known, outbox) => match self.lines.join(conn, known.into(), now) {
                Ok(()) => {
                    self.there.insert(conn, (known, outbox));
                }
                Err(why) => outbox.close(why),
            },
            Ask::Renew(conn, known) => {
                if let Some((before, _)) = self.there.get_mut(&conn) {
                    *before = known;
                    self.lines.renew(conn, known.into(), now);
                }
            }
            Ask::Board(conn, board) => self.lines.board(conn, board, now),
            Ask::Changed(practice) => self.lines.changed(practice, now),
            Ask::AllChanged => self.lines.all_changed(now),
            Ask::Bar(device, until) => self.lines.bar(device, until, now),
        }
    }

    fn close(&mut self, conn: ConnId, why: Refusal, now: Instant) {
        self.lines.close(conn, why, now);
    }

    fn gone(&mut self, conn: ConnId, now: Instant) {
        self.there.remove(&conn);
        self.lines.disconnected(conn, now);
    }

    fn handle_timeout(&mut self, now: Instant) {
        self.lines.handle_timeout(now);
    }

    fn poll_timeout(&self) -> Option<Instant> {
        self.lines.poll_timeout()
    }

    fn carry_out(&mut self) {
        while let Some(output) = self.lines.poll_output() {
            match output {
                LineOutput::Joined { conn, boards } => {
                    if let Some((known, outbox)) = self.there.get(&conn) {
                        let boards = boards.into_iter().map(|(device, data)| BoardOf { device, data });
                        let joined = ToConsole::Joined {
                            device: known.device,
                            boards: boards.collect(),
                            expires_at: known.expires * 1000,
                            now: clock::now_ms(),
                        };
                        self.tally.joined(Role::Device);
                        outbox.welcome(joined.to_json());
                    }
                }
                LineOutput::Renewed { conn } => {
                    if let Some((known, _)) = self.there.get(&conn) {
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
                    if let Some((_, outbox)) = self.there.remove(&conn) {
                        outbox.close(why);
                    }
                }
            }
        }
        self.tally.devices.set(self.there.len() as u64);
    }
}

impl Consoles {
    fn put(&mut self, conn: ConnId, message: &ToConsole) {
        let Some((_, outbox)) = self.there.get(&conn) else {
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
