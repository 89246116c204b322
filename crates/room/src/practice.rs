//! A practice's own line: its devices hear at once that something has changed, and each tells the others what it sees.
//!
//! The one task that owns the lines calls [`Lines`] with what happened, takes every [`LineOutput`] from [`Lines::poll_output`], and comes back with
//! [`Lines::handle_timeout`] at [`Lines::poll_timeout`]. What a device tells is a [`Board`]: bytes that we can neither read nor print. [`wire`] is what is said.

pub mod wire;

use std::{
    collections::{BTreeMap, BTreeSet, VecDeque},
    time::{Duration, Instant},
};

use crate::{
    flow::{Burst, Flow},
    ids::{ConnId, RecordId},
    path::Sealed,
    refusal::Refusal,
};

/// Who is on which practice's line, and what they have told.
#[derive(Debug, Default)]
pub struct Lines {
    practices: BTreeMap<RecordId, Practice>,
    conns: BTreeMap<ConnId, Line>,
    /// Devices that are revoked, for as long as one of them could still come with a token.
    revoked: BTreeMap<RecordId, Instant>,
    /// When to look at what. What is found otherwise by then is let be.
    due: BTreeSet<(Instant, Due)>,
    outputs: VecDeque<LineOutput>,
}

/// A device at the door, and until when its token is good.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Console {
    /// Which.
    pub device: RecordId,
    /// Of which practice.
    pub practice: RecordId,
    /// When it has to have shown another token.
    pub expires: Instant,
}

/// What a device sees, for the others of its practice: 1 to 8 192 bytes that only those can read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Board(Sealed);

impl Board {
    /// `None` when it is nothing, or more than a board may hold.
    pub fn new(sealed: Sealed) -> Option<Self> {
        (1..=MAX_BOARD)
            .contains(&sealed.as_bytes().len())
            .then_some(Self(sealed))
    }
}

/// What is to be done.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(missing_docs, reason = "the fields are those of the messages")]
pub enum LineOutput {
    /// It is on the line; the boards are those of the practice's other devices.
    Joined {
        conn: ConnId,
        boards: Vec<(RecordId, Board)>,
    },
    /// Its token is replaced.
    Renewed { conn: ConnId },
    /// Something of its practice is another than before.
    Changed { conn: ConnId },
    /// Another device's board; `None` when there is none any more.
    Board {
        conn: ConnId,
        device: RecordId,
        board: Option<Board>,
    },
    /// Its line ends.
    Close { conn: ConnId, why: Refusal },
}

#[derive(Debug)]
struct Line {
    console: Console,
}

#[derive(Debug, Default)]
struct Practice {
    devices: BTreeMap<RecordId, Device>,
    /// When it may be told of changes again.
    quiet_until: Option<Instant>,
    /// Something has changed meanwhile.
    owes: bool,
}

#[derive(Debug)]
struct Device {
    conns: BTreeSet<ConnId>,
    board: Option<Board>,
    flow: Flow,
    /// When its board goes, once nobody is there.
    forgotten: Option<Instant>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Due {
    Token(ConnId),
    Board(RecordId, RecordId),
    Changes(RecordId),
    Revoked(RecordId),
}

impl Lines {
    /// Puts a device on its practice's line.
    ///
    /// # Errors
    /// When it may not (any more), or when too many of its practice are there.
    pub fn join(&mut self, conn: ConnId, console: Console, now: Instant) -> Result<(), Refusal> {
        self.check(console, now)?;
        let practice = self.practices.entry(console.practice).or_default();
        let there: usize = practice.devices.values().map(|device| device.conns.len()).sum();
        if there >= MAX_LINES {
            return Err(Refusal::Unavailable);
        }
        let device = practice
            .devices
            .entry(console.device)
            .or_insert_with(|| Device::new(now));
        if let Some(at) = device.forgotten.take() {
            self.due.remove(&(at, Due::Board(console.practice, console.device)));
        }
        // A browser has one page that counts, and perhaps some that it has forgotten.
        let oldest = device
            .conns
            .first()
            .copied()
            .filter(|_| device.conns.len() >= MAX_LINES_OF_A_DEVICE);
        device.conns.insert(conn);
        let boards = practice.boards_beside(console.device);
        self.conns.insert(conn, Line { console });
        self.due.insert((console.expires, Due::Token(conn)));
        self.outputs.push_back(LineOutput::Joined { conn, boards });
        if let Some(oldest) = oldest {
            self.close(oldest, Refusal::TakenOver, now);
        }
        Ok(())
    }

    /// A device shows another token. It has to be the same one.
    pub fn renew(&mut self, conn: ConnId, console: Console, now: Instant) {
        let Some(line) = self.conns.get(&conn) else { return };
        let before = line.console;
        if (before.device, before.practice) != (console.device, console.practice) {
            return self.close(conn, Refusal::TokenInvalid, now);
        }
        if let Err(why) = self.check(console, now) {
            return self.close(conn, why, now);
        }
        self.due.remove(&(before.expires, Due::Token(conn)));
        self.due.insert((console.expires, Due::Token(conn)));
        self.conns.insert(conn, Line { console });
        self.outputs.push_back(LineOutput::Renewed { conn });
    }

    /// What a device sees now, for the others.
    pub fn board(&mut self, conn: ConnId, board: Board, now: Instant) {
        let Some(line) = self.conns.get(&conn) else { return };
        let (of, by) = (line.console.practice, line.console.device);
        let Some(device) = self
            .practices
            .get_mut(&of)
            .and_then(|practice| practice.devices.get_mut(&by))
        else {
            return;
        };
        if device.flow.take(BOARDS, now).is_err() {
            return self.close(conn, Refusal::Flood, now);
        }
        let told = board.clone();
        device.board = Some(board);
        self.tell_board(of, by, Some(&told));
    }

    /// Something of a practice has changed. It is told at once, and then only so often.
    pub fn changed(&mut self, of: RecordId, now: Instant) {
        let Some(practice) = self.practices.get_mut(&of) else {
            return;
        };
        if practice.quiet_until.is_some_and(|until| until > now) {
            practice.owes = true;
            return;
        }
        let until = now + CHANGES_EVERY;
        practice.quiet_until = Some(until);
        practice.owes = false;
        self.due.insert((until, Due::Changes(of)));
        let conns = practice.devices.values().flat_map(|device| &device.conns);
        self.outputs
            .extend(conns.map(|conn| LineOutput::Changed { conn: *conn }));
    }

    /// Anything of any practice may have changed.
    pub fn all_changed(&mut self, now: Instant) {
        let all: Vec<_> = self.practices.keys().copied().collect();
        for practice in all {
            self.changed(practice, now);
        }
    }

    /// A device is revoked. After `until` it can't have a token any more.
    pub fn bar(&mut self, device: RecordId, until: Instant, now: Instant) {
        self.revoked.insert(device, until);
        self.due.insert((until, Due::Revoked(device)));
        let lines = self.conns.iter().filter(|(_, line)| line.console.device == device);
        let conns: Vec<_> = lines.map(|(conn, _)| *conn).collect();
        for conn in conns {
            self.close(conn, Refusal::Closed, now);
        }
        let practices: Vec<_> = self.practices.keys().copied().collect();
        for practice in practices {
            self.forget(practice, device);
        }
    }

    /// Ends a line, since a rule was broken.
    pub fn close(&mut self, conn: ConnId, why: Refusal, now: Instant) {
        if self.conns.contains_key(&conn) {
            self.disconnected(conn, now);
            self.outputs.push_back(LineOutput::Close { conn, why });
        }
    }

    /// A connection is gone. The device's board stays for a while: it may be back at once.
    pub fn disconnected(&mut self, conn: ConnId, now: Instant) {
        let Some(Line { console }) = self.conns.remove(&conn) else {
            return;
        };
        self.due.remove(&(console.expires, Due::Token(conn)));
        let practice = self.practices.get_mut(&console.practice);
        let Some(device) = practice.and_then(|practice| practice.devices.get_mut(&console.device)) else {
            return;
        };
        device.conns.remove(&conn);
        if device.conns.is_empty() {
            let at = now + BOARD_STAYS;
            device.forgotten = Some(at);
            self.due.insert((at, Due::Board(console.practice, console.device)));
        }
    }

    /// Does what is due.
    pub fn handle_timeout(&mut self, now: Instant) {
        while let Some((at, due)) = self.due.first().copied().filter(|(at, _)| *at <= now) {
            self.due.remove(&(at, due));
            match due {
                Due::Token(conn) => self.close(conn, Refusal::TokenInvalid, now),
                Due::Board(practice, device) => {
                    let found = self
                        .practices
                        .get(&practice)
                        .and_then(|practice| practice.devices.get(&device));
                    if found.is_some_and(|device| device.forgotten == Some(at)) {
                        self.forget(practice, device);
                    }
                }
                Due::Changes(practice) => {
                    if self.practices.get(&practice).is_some_and(|practice| practice.owes) {
                        self.changed(practice, now);
                    }
                }
                Due::Revoked(device) => {
                    if self.revoked.get(&device).is_some_and(|until| *until <= now) {
                        self.revoked.remove(&device);
                    }
                }
            }
        }
    }

    /// When to come back.
    pub fn poll_timeout(&self) -> Option<Instant> {
        self.due.first().map(|(at, _)| *at)
    }

    /// What is to be done next.
    pub fn poll_output(&mut self) -> Option<LineOutput> {
        self.outputs.pop_front()
    }

    fn check(&self, console: Console, now: Instant) -> Result<(), Refusal> {
        if self.revoked.contains_key(&console.device) {
            return Err(Refusal::Closed);
        }
        if console.expires <= now {
            return Err(Refusal::TokenInvalid);
        }
        Ok(())
    }

    /// A device that is not there any more, and what it has told.
    fn forget(&mut self, of: RecordId, id: RecordId) {
        let Some(practice) = self.practices.get_mut(&of) else {
            return;
        };
        let Some(device) = practice.devices.remove(&id) else {
            return;
        };
        if device.board.is_some() {
            self.tell_board(of, id, None);
        }
        if self
            .practices
            .get(&of)
            .is_some_and(|practice| practice.devices.is_empty())
        {
            self.practices.remove(&of);
        }
    }

    fn tell_board(&mut self, of: RecordId, by: RecordId, board: Option<&Board>) {
        let Some(practice) = self.practices.get(&of) else {
            return;
        };
        let others = practice.devices.iter().filter(|(id, _)| **id != by);
        let conns = others.flat_map(|(_, device)| &device.conns);
        self.outputs.extend(conns.map(|conn| LineOutput::Board {
            conn: *conn,
            device: by,
            board: board.cloned(),
        }));
    }
}

impl Practice {
    fn boards_beside(&self, own: RecordId) -> Vec<(RecordId, Board)> {
        let others = self.devices.iter().filter(|(id, _)| **id != own);
        others
            .filter_map(|(id, device)| Some((*id, device.board.clone()?)))
            .collect()
    }
}

impl Device {
    fn new(now: Instant) -> Self {
        Self {
            conns: BTreeSet::new(),
            board: None,
            flow: Flow::new(now),
            forgotten: None,
        }
    }
}

const MAX_BOARD: usize = 8192;
/// Of one practice. All their boards go into one answer to a join.
const MAX_LINES: usize = 256;
const MAX_LINES_OF_A_DEVICE: usize = 4;
const BOARDS: Burst = Burst {
    size: 60,
    every: Duration::from_secs(1),
};
const CHANGES_EVERY: Duration = Duration::from_millis(500);
/// After its device has gone: a reload takes less.
const BOARD_STAYS: Duration = Duration::from_secs(30);

#[cfg(test)]
#[expect(clippy::disallowed_methods, reason = "a test needs some moment to begin with")]
mod tests;
