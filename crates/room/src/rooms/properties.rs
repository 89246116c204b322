//! Any order of anything that may happen, held against a simple model.

use std::collections::BTreeMap;

use proptest::prelude::*;

use super::*;
use crate::pass::{ClientId, DeviceId, InviteId, Validity, Window};

#[derive(Debug, Clone)]
enum Step {
    Join(Who, Takeover, Reload),
    Relay(Line, u8, Next, usize),
    Ack(Line, u8, u64),
    AckAll(Line),
    Leave(Line),
    Lose(Line),
    Wait(u64),
    Evict(Line, u8),
    Revoke(Who),
    Move(u8, u32),
}

/// A browser in front of a seat.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Who {
    room: u8,
    seat: u8,
    client: u8,
}

type Takeover = bool;
type Reload = bool;

/// One of those who are connected, where there are any.
#[derive(Debug, Clone, Copy)]
struct Line(usize);

/// Which number a sender gives its message.
#[derive(Debug, Clone, Copy)]
enum Next {
    Right,
    Again,
    Any(u64),
}

/// What people do.
fn step() -> impl Strategy<Value = Step> {
    let line = || (0usize..12).prop_map(Line);
    let next = prop_oneof![8 => Just(Next::Right), 1 => Just(Next::Again), 1 => (1u64..9).prop_map(Next::Any)];
    let length = prop_oneof![5 => 0usize..40, 1 => 30_000usize..36_000];
    prop_oneof![
        6 => (who(), any::<bool>(), any::<bool>()).prop_map(|(who, takeover, reload)| Step::Join(who, takeover, reload)),
        12 => (line(), 0u8..4, next, length).prop_map(|(line, to, next, length)| Step::Relay(line, to, next, length)),
        3 => (line(), 0u8..4, 1u64..9).prop_map(|(line, of, number)| Step::Ack(line, of, number)),
        4 => line().prop_map(Step::AckAll),
        1 => line().prop_map(Step::Leave),
        3 => line().prop_map(Step::Lose),
        2 => (1u64..40).prop_map(Step::Wait),
    ]
}

/// And what the practice and session-d do to them.
fn step_or_intervention() -> impl Strategy<Value = Step> {
    prop_oneof![
        20 => step(),
        1 => ((0usize..12).prop_map(Line), 0u8..4).prop_map(|(line, seat)| Step::Evict(line, seat)),
        1 => who().prop_map(Step::Revoke),
        1 => (0u8..2, 1u32..4).prop_map(|(room, epoch)| Step::Move(room, epoch)),
    ]
}

fn who() -> impl Strategy<Value = Who> {
    (0u8..2, 0u8..4, 0u8..2).prop_map(|(room, seat, client)| Who { room, seat, client })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, ..ProptestConfig::default() })]

    #[test]
    fn only_the_seats_of_a_room_get_its_messages_once_in_order_and_as_sent(
        steps in prop::collection::vec(step_or_intervention(), 1..120),
    ) {
        let mut world = World::new();
        for step in steps {
            world.run(&step)?;
        }
    }

    #[test]
    fn what_is_unacknowledged_comes_whoever_was_away_in_between(steps in prop::collection::vec(step(), 1..120)) {
        let mut world = World::new();
        for step in steps {
            world.run(&step)?;
        }
        world.all_come_back_and_get_what_is_theirs()?;
    }
}

/// Somebody connected.
#[derive(Debug, Clone)]
struct Connected {
    who: Who,
    stream: u16,
    /// All that has come on this connection, by sender and stream.
    got: BTreeMap<(u8, StreamId), Vec<u64>>,
}

/// What one seat has sent to another in its present stream.
#[derive(Debug, Default)]
struct Sent {
    counter: u64,
    /// What the server has seen last; `None` also when it has forgotten the room.
    last: Option<u64>,
    unacknowledged: Vec<u64>,
}

struct World {
    rooms: Rooms,
    now: Now,
    conns: u64,
    streams: u16,
    lines: BTreeMap<ConnId, Connected>,
    /// Who was last on a seat, in which stream.
    seated: BTreeMap<(u8, u8), (u8, u16)>,
    /// By room, sender and receiver.
    sent: BTreeMap<(u8, u8, u8), Sent>,
    epochs: [u32; 2],
}

impl World {
    #[expect(clippy::disallowed_methods, reason = "a test has to begin some time")]
    fn new() -> Self {
        let now = Now {
            instant: Instant::now(),
            unix: UnixTime::from_secs(1_790_000_000),
        };
        Self {
            rooms: Rooms::new(Limits::default()),
            now,
            conns: 0,
            streams: 0,
            lines: BTreeMap::new(),
            seated: BTreeMap::new(),
            sent: BTreeMap::new(),
            epochs: [1; 2],
        }
    }

    fn run(&mut self, step: &Step) -> Result<(), TestCaseError> {
        match *step {
            Step::Join(who, takeover, reload) => self.join(who, takeover, reload)?,
            Step::Relay(line, to, next, length) => self.with(line, |world, conn| world.relay(conn, to, next, length)),
            Step::Ack(line, of, number) => self.with(line, |world, conn| world.ack(conn, of, number)),
            Step::AckAll(line) => self.with(line, |world, conn| (0..4).for_each(|of| world.ack(conn, of, FAR))),
            Step::Leave(line) => self.with(line, |world, conn| {
                world.lines.remove(&conn);
                world.rooms.leave(conn);
            }),
            Step::Lose(line) => self.with(line, Self::lose),
            Step::Evict(line, freed) => self.with(line, |world, conn| {
                if world.rooms.evict(conn, seat(freed)).is_err() {
                    world.lose(conn);
                }
            }),
            Step::Revoke(who) => self
                .rooms
                .bar(Bar::Revoked(bearer(who)), self.now.unix.plus(20), self.now),
            Step::Move(room, epoch) => {
                let epoch = epoch.max(self.epochs[usize::from(room)]);
                self.epochs[usize::from(room)] = epoch;
                let bar = Bar::Moved {
                    room: room_id(room),
                    epoch,
                };
                self.rooms.bar(bar, self.now.unix.plus(20), self.now);
            }
            Step::Wait(seconds) => self.wait(seconds),
        }
        self.carry_out_orders()?;
        self.notice_forgotten_rooms()
    }

    fn with(&mut self, line: Line, act: impl FnOnce(&mut Self, ConnId)) {
        if let Some(conn) = self.lines.keys().nth(line.0 % self.lines.len().max(1)).copied() {
            act(self, conn);
        }
    }

    fn join(&mut self, who: Who, takeover: bool, reload: bool) -> Result<(), TestCaseError> {
        self.conns += 1;
        self.streams += 1;
        let conn = ConnId(self.conns);
        let stream = match self.seated.get(&(who.room, who.seat)) {
            Some((client, stream)) if *client == who.client && !reload => *stream,
            _ => self.streams,
        };
        let pass = self.pass(who);
        let Ok(welcome) = self.rooms.join(conn, &pass, stream_id(stream), takeover, self.now) else {
            return Ok(());
        };
        if self.seated.insert((who.room, who.seat), (who.client, stream)) != Some((who.client, stream)) {
            self.sent
                .retain(|(room, from, _), _| (*room, *from) != (who.room, who.seat));
        }
        let got = BTreeMap::new();
        self.lines.insert(conn, Connected { who, stream, got });
        welcome.sealed.iter().try_for_each(|sealed| self.take(conn, sealed))
    }

    fn relay(&mut self, conn: ConnId, to: u8, next: Next, length: usize) {
        let Connected { who, stream, .. } = self.lines[&conn];
        let sent = self.sent.entry((who.room, who.seat, to)).or_default();
        let number = match next {
            Next::Right => sent.counter + 1,
            Next::Again => sent.counter.max(1),
            Next::Any(number) => number,
        };
        let data = content(who.room, who.seat, to, stream_id(stream), number, length);
        let data = Sealed::new(&data).expect("not too long");
        match self
            .rooms
            .relay(conn, seat(to), Seq::new(number).expect("counted from 1"), data)
        {
            Err(_) => self.lose(conn),
            Ok(()) if sent.last.is_some_and(|last| number <= last) => {}
            Ok(()) => {
                sent.counter = number;
                sent.last = Some(number);
                sent.unacknowledged.push(number);
            }
        }
    }

    /// Acknowledges what has come from a seat, at most up to a number.
    fn ack(&mut self, conn: ConnId, of: u8, number: u64) {
        let Connected { who, ref got, .. } = self.lines[&conn];
        let present = self.seated.get(&(who.room, of)).map(|(_, stream)| stream_id(*stream));
        for ((from, stream), numbers) in got.iter().filter(|((from, _), _)| *from == of) {
            let number = number.min(*numbers.last().expect("something came"));
            self.rooms
                .ack(conn, seat(*from), *stream, Seq::new(number).expect("counted from 1"));
            if present == Some(*stream)
                && let Some(sent) = self.sent.get_mut(&(who.room, of, who.seat))
            {
                sent.unacknowledged.retain(|waiting| *waiting > number);
            }
        }
    }

    fn lose(&mut self, conn: ConnId) {
        self.lines.remove(&conn);
        self.rooms.disconnected(conn, self.now.instant);
    }

    fn wait(&mut self, seconds: u64) {
        let end = self.now.instant + Duration::from_secs(seconds);
        while let Some(due) = self.rooms.poll_timeout().filter(|due| *due <= end) {
            self.rooms.handle_timeout(due);
        }
        self.now = Now {
            instant: end,
            unix: self.now.unix.plus(seconds.try_into().expect("a short while")),
        };
    }

    fn carry_out_orders(&mut self) -> Result<(), TestCaseError> {
        while let Some(output) = self.rooms.poll_output() {
            match output {
                Output::Close { conn, .. } => {
                    self.lines.remove(&conn);
                }
                Output::Send { conn, message } => {
                    prop_assert!(self.lines.contains_key(&conn), "{conn:?} isn't in any room");
                    if let FromServer::Sealed(sealed) = message {
                        self.take(conn, &sealed)?;
                    }
                }
            }
        }
        Ok(())
    }

    /// A message arrives: it is this seat's, it is what was sent, and it is the next one.
    fn take(&mut self, conn: ConnId, sealed: &SealedFrom) -> Result<(), TestCaseError> {
        let connected = self.lines.get_mut(&conn).expect("somebody who is connected");
        let (who, from, number) = (connected.who, sealed.from.number(), sealed.seq.number());
        let data = sealed.data.as_bytes();
        let length = data.len() - HEADER;
        prop_assert_eq!(
            data,
            &content(who.room, from, who.seat, sealed.stream, number, length)[..]
        );
        let before = connected.got.entry((from, sealed.stream)).or_default();
        prop_assert!(
            before.last().is_none_or(|last| last + 1 == number),
            "{number} after {before:?}"
        );
        before.push(number);
        Ok(())
    }

    fn notice_forgotten_rooms(&mut self) -> Result<(), TestCaseError> {
        prop_assert_eq!(
            self.rooms.bytes,
            self.rooms.rooms.values().map(Room::bytes).sum::<usize>()
        );
        prop_assert_eq!(self.rooms.deadlines.len(), self.rooms.rooms.len());
        for ((room, ..), sent) in &mut self.sent {
            if !self.rooms.rooms.contains_key(&room_id(*room)) {
                sent.last = None;
            }
        }
        Ok(())
    }

    fn all_come_back_and_get_what_is_theirs(&mut self) -> Result<(), TestCaseError> {
        while !self.lines.is_empty() {
            self.run(&Step::Lose(Line(0)))?;
        }
        self.run(&Step::Wait(40))?;
        for (room, seat) in [0, 1].into_iter().flat_map(|room| (0..4).map(move |seat| (room, seat))) {
            let client = self.seated.get(&(room, seat)).map_or(0, |(client, _)| *client);
            self.run(&Step::Join(Who { room, seat, client }, false, false))?;
        }
        let waited: Vec<_> = self
            .sent
            .iter()
            .map(|(path, sent)| (*path, sent.unacknowledged.clone()))
            .collect();
        // Each round gives at least one message to everybody for whom one waits.
        for round in 0..64 * 12 {
            self.run(&Step::AckAll(Line(round)))?;
        }
        for ((room, from, to), numbers) in waited {
            let line = self
                .lines
                .values()
                .find(|line| (line.who.room, line.who.seat) == (room, to));
            let got: Vec<_> = line
                .expect("all are back")
                .got
                .iter()
                .filter(|((sender, _), _)| *sender == from)
                .flat_map(|(_, numbers)| numbers.clone())
                .collect();
            prop_assert_eq!(got, numbers, "from {} to {} in {}", from, to, room);
        }
        prop_assert_eq!(self.rooms.bytes, 0);
        Ok(())
    }

    fn pass(&self, who: Who) -> Pass {
        let now = self.now.unix;
        Pass {
            room: room_id(who.room),
            seat: seat(who.seat),
            epoch: self.epochs[usize::from(who.room)],
            client: ClientId::from_bytes([who.client; 16]),
            by: bearer(who),
            window: Window {
                opens: now,
                starts: now,
                closes: now.plus(1_000_000),
            },
            validity: Validity::from(now, now.plus(600)),
        }
    }
}

fn bearer(who: Who) -> Bearer {
    match who.seat {
        0 => Bearer::Device(DeviceId::from_bytes([who.client; 16])),
        seat => Bearer::Invite(InviteId::from_bytes([16 * who.room + seat; 16])),
    }
}

fn room_id(room: u8) -> RoomId {
    RoomId::from_bytes([room; 16])
}

fn seat(number: u8) -> Seat {
    Seat::new(number).expect("0 to 3")
}

fn stream_id(number: u16) -> StreamId {
    let [high, low] = number.to_be_bytes();
    let mut bytes = [0; 16];
    (bytes[0], bytes[1]) = (high, low);
    StreamId::from_bytes(bytes)
}

/// Bytes that tell where they are from and where they are to go.
fn content(room: u8, from: u8, to: u8, stream: StreamId, number: u64, length: usize) -> Vec<u8> {
    let mut bytes = format!("{room}{from}{to}{stream:?}{number:04}").into_bytes();
    assert_eq!(bytes.len(), HEADER);
    bytes.extend((0..length).map(|at| (at % 251) as u8));
    bytes
}

const HEADER: usize = 3 + "StreamId(0000…)".len() + 4;

/// Further than anybody counts here.
const FAR: u64 = 1 << 50;
