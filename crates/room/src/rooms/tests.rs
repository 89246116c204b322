use std::time::Duration;

use super::{
    path::{MAX_BYTES, MAX_WAITING},
    *,
};
use crate::{
    pass::{ClientId, DeviceId, InviteId, Validity, Window},
    wire::{MAX_SEALED, Peer, Presence},
};

const PRACTICE: Seat = Seat::PRACTICE;
const GUEST: Seat = Seat::new(1).expect("a guest's");
const SECOND: Seat = Seat::new(2).expect("a guest's");

#[test]
fn who_comes_first_is_alone_and_hears_of_the_other() {
    let mut hall = Hall::new();
    let doctor = hall.person(PRACTICE, 1);
    let patient = hall.person(GUEST, 2);

    let (doctor_conn, alone) = hall.join(&doctor).expect("a seat");
    let (_, second) = hall.join(&patient).expect("a seat");

    assert_eq!(alone.peers, [entry(GUEST, Presence::Gone, 0)]);
    assert_eq!(second.peers, [entry(PRACTICE, Presence::Here(doctor.stream), 0)]);
    assert_eq!(hall.drain(), [peer(doctor_conn, GUEST, Presence::Here(patient.stream))]);
}

#[test]
fn a_guest_on_another_seat_is_listed_from_then_on() {
    let mut hall = Hall::new();
    let interpreter = hall.person(SECOND, 3);
    let (conn, _) = hall.join(&interpreter).expect("a seat");
    let (_, welcome) = hall.join(&hall.person(PRACTICE, 1)).expect("a seat");

    assert_eq!(
        welcome.peers,
        [
            entry(GUEST, Presence::Gone, 0),
            entry(SECOND, Presence::Here(interpreter.stream), 0)
        ]
    );
    hall.rooms.leave(conn);
    let (_, welcome) = hall.join(&hall.person(GUEST, 2)).expect("a seat");
    assert_eq!(welcome.peers[1], entry(SECOND, Presence::Gone, 0));
}

#[test]
fn a_message_arrives_and_its_acknowledgement_comes_back() {
    let mut hall = Hall::new();
    let (doctor, patient, _, stream) = hall.visit();

    hall.send(patient, PRACTICE, 1, b"commit").expect("sent");
    assert_eq!(hall.drain(), [sealed(doctor, GUEST, stream, 1, b"commit")]);

    hall.rooms.ack(doctor, GUEST, stream, seq(1));
    assert_eq!(hall.drain(), [ack(patient, PRACTICE, 1)]);
}

#[test]
fn what_waits_comes_with_the_very_answer_to_the_join() {
    let mut hall = Hall::new();
    let patient = hall.person(GUEST, 2);
    let (conn, _) = hall.join(&patient).expect("a seat");
    hall.send(conn, PRACTICE, 1, b"one").expect("sent");
    hall.send(conn, PRACTICE, 2, b"two").expect("sent");

    let (_, welcome) = hall.join(&hall.person(PRACTICE, 1)).expect("a seat");

    let waited: Vec<_> = welcome
        .sealed
        .iter()
        .map(|sealed| (sealed.seq.number(), sealed.data.as_bytes()))
        .collect();
    assert_eq!(waited, [(1, &b"one"[..]), (2, b"two")]);
}

#[test]
fn what_waits_outlives_its_sender_s_absence() {
    let mut hall = Hall::new();
    let patient = hall.person(GUEST, 2);
    let (conn, _) = hall.join(&patient).expect("a seat");
    hall.send(conn, PRACTICE, 1, b"one").expect("sent");
    hall.lose(conn);
    hall.advance(Duration::from_secs(600));

    let (_, welcome) = hall.join(&hall.person(PRACTICE, 1)).expect("a seat");

    assert_eq!(welcome.sealed.len(), 1);
    assert_eq!(welcome.peers, [entry(GUEST, Presence::Gone, 0)]);
}

#[test]
fn what_is_unacknowledged_is_given_again_after_a_lost_connection() {
    let mut hall = Hall::new();
    let (doctor, patient, doctor_pass, stream) = hall.visit();
    for number in 1..=3 {
        hall.send(patient, PRACTICE, number, b"x").expect("sent");
    }
    hall.rooms.ack(doctor, GUEST, stream, seq(1));
    hall.lose(doctor);
    hall.drain();

    let (_, welcome) = hall.join(&doctor_pass).expect("a seat");

    let again: Vec<_> = welcome.sealed.iter().map(|sealed| sealed.seq.number()).collect();
    assert_eq!(again, [2, 3]);
}

#[test]
fn a_sender_that_comes_back_learns_what_has_arrived_and_repeats_without_harm() {
    let mut hall = Hall::new();
    let patient = hall.person(GUEST, 2);
    let (doctor, _) = hall.join(&hall.person(PRACTICE, 1)).expect("a seat");
    let (conn, _) = hall.join(&patient).expect("a seat");
    for number in 1..=3 {
        hall.send(conn, PRACTICE, number, b"x").expect("sent");
    }
    hall.rooms.ack(doctor, GUEST, patient.stream, seq(2));
    hall.lose(conn);
    hall.drain();

    let (conn, welcome) = hall.join(&patient).expect("a seat");
    assert_eq!(welcome.peers[0].acked, 2);
    hall.drain();
    hall.send(conn, PRACTICE, 3, b"x").expect("a repetition");
    assert_eq!(hall.drain(), []);
    hall.send(conn, PRACTICE, 4, b"new").expect("the next");
    assert_eq!(hall.drain(), [sealed(doctor, GUEST, patient.stream, 4, b"new")]);
}

#[test]
fn a_server_that_knows_nothing_takes_a_stream_up_where_its_sender_is() {
    let mut hall = Hall::new();
    let (doctor, patient, _, stream) = hall.visit();

    hall.send(patient, PRACTICE, 17, b"x")
        .expect("the first that the server sees");
    assert_eq!(hall.drain(), [sealed(doctor, GUEST, stream, 17, b"x")]);
    assert_eq!(hall.send(patient, PRACTICE, 19, b"x"), Err(Breach::BadSequence));
}

#[test]
fn a_reloaded_page_voids_what_the_old_one_left() {
    let mut hall = Hall::new();
    let mut patient = hall.person(GUEST, 2);
    let (conn, _) = hall.join(&patient).expect("a seat");
    hall.send(conn, PRACTICE, 1, b"old").expect("sent");
    patient.stream = StreamId::from_bytes([99; 16]);
    let (conn, _) = hall.join(&patient).expect("a seat");
    hall.send(conn, PRACTICE, 1, b"new").expect("sent");

    let (_, welcome) = hall.join(&hall.person(PRACTICE, 1)).expect("a seat");

    assert_eq!(welcome.sealed.len(), 1);
    assert_eq!(welcome.sealed[0].stream, patient.stream);
    assert_eq!(welcome.sealed[0].data.as_bytes(), b"new");
}

#[test]
fn an_acknowledgement_of_nothing_is_ignored() {
    let mut hall = Hall::new();
    let (doctor, patient, _, stream) = hall.visit();
    hall.rooms.ack(doctor, GUEST, stream, seq(5));
    hall.send(patient, PRACTICE, 1, b"x").expect("sent");
    hall.drain();

    hall.rooms.ack(doctor, GUEST, StreamId::from_bytes([77; 16]), seq(1));
    hall.rooms.ack(doctor, SECOND, stream, seq(1));
    assert_eq!(hall.drain(), []);
    hall.rooms.ack(doctor, GUEST, stream, seq(900));
    assert_eq!(hall.drain(), [ack(patient, PRACTICE, 1)]);
}

#[test]
fn only_so_much_waits_on_one_path() {
    let mut hall = Hall::new();
    let (patient, _) = hall.join(&hall.person(GUEST, 2)).expect("a seat");
    for number in 1..=MAX_WAITING as u64 {
        hall.send(patient, PRACTICE, number, b"").expect("sent");
    }
    assert_eq!(hall.send(patient, PRACTICE, 65, b""), Err(Breach::TooMuch));

    let largest = vec![0; MAX_SEALED];
    let fit = (1..)
        .take_while(|number| hall.send(patient, SECOND, *number, &largest).is_ok())
        .count();
    assert_eq!(fit, MAX_BYTES / MAX_SEALED);
}

#[test]
fn a_receiver_is_given_more_as_it_acknowledges() {
    let mut hall = Hall::new();
    let (doctor, patient, _, stream) = hall.visit();
    let largest = vec![0; MAX_SEALED];
    for number in 1..=6 {
        hall.send(patient, PRACTICE, number, &largest).expect("sent");
    }
    let at_once = hall.drain().len() as u64;
    assert!((1..6).contains(&at_once), "{at_once}");

    hall.rooms.ack(doctor, GUEST, stream, seq(1));

    let after: Vec<_> = hall.drain();
    assert_eq!(
        after,
        [
            ack(patient, PRACTICE, 1),
            sealed(doctor, GUEST, stream, at_once + 1, &largest)
        ]
    );
}

#[test]
fn the_answer_to_a_join_fits_into_a_frame_however_much_waits() {
    for length in [0, 1, 600, 5000, MAX_SEALED] {
        let mut hall = Hall::new();
        for seat in [1, 2, 3] {
            let (conn, _) = hall
                .join(&hall.person(Seat::new(seat).expect("a seat"), seat))
                .expect("a seat");
            let data = vec![0xff; length];
            for number in 1..=MAX_WAITING as u64 {
                if hall.send(conn, PRACTICE, number, &data).is_err() {
                    break;
                }
            }
        }

        let (_, welcome) = hall.join(&hall.person(PRACTICE, 1)).expect("a seat");

        let characters: usize = welcome
            .sealed
            .into_iter()
            .map(|one| FromServer::Sealed(one).print().len())
            .sum();
        assert!(
            (1000..52_000).contains(&characters),
            "{characters} for messages of {length}"
        );
    }
}

#[test]
fn a_lost_connection_is_away_and_half_a_minute_later_gone() {
    let mut hall = Hall::new();
    let (doctor, patient, _, stream) = hall.visit();
    hall.lose(patient);
    assert_eq!(hall.drain(), [peer(doctor, GUEST, Presence::Away(stream))]);

    hall.advance(Duration::from_millis(29_999));
    assert_eq!(hall.drain(), []);
    hall.advance(Duration::from_millis(1));
    assert_eq!(hall.drain(), [peer(doctor, GUEST, Presence::Gone)]);
}

#[test]
fn who_leaves_is_gone_at_once() {
    let mut hall = Hall::new();
    let (doctor, patient, ..) = hall.visit();

    hall.rooms.leave(patient);

    assert_eq!(hall.drain(), [peer(doctor, GUEST, Presence::Gone)]);
    assert!(
        hall.join(&hall.person(GUEST, 8)).is_ok(),
        "the seat is free for another browser"
    );
}

#[test]
fn the_same_client_takes_its_seat_over() {
    let mut hall = Hall::new();
    let (doctor, patient, ..) = hall.visit();
    let mut second_tab = hall.person(GUEST, 2);
    second_tab.stream = StreamId::from_bytes([55; 16]);

    hall.join(&second_tab).expect("a seat");

    let told = [
        closed(patient, Code::TakenOver),
        peer(doctor, GUEST, Presence::Here(second_tab.stream)),
    ];
    assert_eq!(hall.drain(), told);
    hall.send(patient, PRACTICE, 1, b"x")
        .expect("what an old connection still says is ignored");
    hall.lose(patient);
    assert_eq!(hall.drain(), []);
}

#[test]
fn a_reconnect_before_the_loss_was_noticed_changes_nothing_for_the_other() {
    let mut hall = Hall::new();
    let (_, patient, ..) = hall.visit();

    hall.join(&hall.person(GUEST, 2)).expect("a seat");

    assert_eq!(hall.drain(), [closed(patient, Code::TakenOver)]);
}

#[test]
fn another_client_waits_until_the_holder_is_gone() {
    let mut hall = Hall::new();
    let (_, patient, ..) = hall.visit();
    let stranger = hall.person(GUEST, 8);

    assert_eq!(hall.join(&stranger), Err(JoinError::Occupied));
    hall.lose(patient);
    assert_eq!(hall.join(&stranger), Err(JoinError::Occupied));
    hall.advance(Duration::from_secs(30));

    assert!(hall.join(&stranger).is_ok());
}

#[test]
fn only_the_practice_may_take_over_from_another_device() {
    let mut hall = Hall::new();
    let (doctor, ..) = hall.visit();
    let other_device = hall.person(PRACTICE, 9);
    let stranger = hall.person(GUEST, 8);

    assert_eq!(hall.take_over(&stranger), Err(JoinError::Occupied));
    assert_eq!(hall.join(&other_device), Err(JoinError::Occupied));
    assert!(hall.take_over(&other_device).is_ok());
    assert_eq!(hall.drain()[0], closed(doctor, Code::TakenOver));
}

#[test]
fn the_practice_frees_a_guest_s_seat() {
    let mut hall = Hall::new();
    let (doctor, patient, ..) = hall.visit();
    hall.send(patient, PRACTICE, 1, b"x").expect("sent");
    hall.drain();

    hall.rooms.evict(doctor, GUEST).expect("allowed");

    assert_eq!(
        hall.drain(),
        [closed(patient, Code::Evicted), peer(doctor, GUEST, Presence::Gone)]
    );
    assert!(hall.join(&hall.person(GUEST, 8)).is_ok());
    assert_eq!(hall.rooms.bytes, 0, "nothing of the guest's is kept");
}

#[test]
fn nobody_else_frees_a_seat() {
    let mut hall = Hall::new();
    let (doctor, patient, ..) = hall.visit();

    assert_eq!(hall.rooms.evict(patient, PRACTICE), Err(Breach::NotAllowed));
    assert_eq!(hall.rooms.evict(patient, GUEST), Err(Breach::NotAllowed));
    assert_eq!(hall.rooms.evict(doctor, PRACTICE), Err(Breach::NotAllowed));
    assert_eq!(hall.drain(), []);
}

#[test]
fn nobody_sends_to_oneself() {
    let mut hall = Hall::new();
    let (doctor, ..) = hall.visit();

    assert_eq!(hall.send(doctor, PRACTICE, 1, b"x"), Err(Breach::NotAllowed));
}

#[test]
fn one_comes_neither_too_early_nor_too_late() {
    let mut hall = Hall::new();
    let mut patient = hall.person(GUEST, 2);
    let opens = hall.now.unix.plus(1);
    patient.pass.window.opens = opens;
    assert_eq!(hall.join(&patient), Err(JoinError::TooEarly { opens }));

    hall.advance(Duration::from_secs(1));
    assert!(hall.join(&patient).is_ok());
    hall.advance(Duration::from_secs(3599));
    assert_eq!(hall.join(&patient), Err(JoinError::Over));
}

#[test]
fn the_end_of_the_appointment_sends_all_out_and_leaves_nothing() {
    let mut hall = Hall::new();
    let (doctor, patient, ..) = hall.visit();
    hall.send(patient, SECOND, 1, b"x").expect("sent");

    hall.advance(Duration::from_secs(3600));

    assert_eq!(hall.drain(), [closed(doctor, Code::Over), closed(patient, Code::Over)]);
    hall.expect_nothing_left();
}

#[test]
fn a_room_that_nobody_needs_is_forgotten() {
    let mut hall = Hall::new();
    let (doctor, patient, ..) = hall.visit();
    hall.rooms.leave(doctor);
    hall.lose(patient);
    assert_eq!(hall.rooms.len(), 1);

    hall.advance(Duration::from_secs(30));

    hall.expect_nothing_left();
}

#[test]
fn a_cancelled_room_sends_its_people_out_and_bars_the_door() {
    let mut hall = Hall::new();
    let (doctor, patient, doctor_pass, _) = hall.visit();
    let mut neighbour = hall.person(GUEST, 4);
    neighbour.pass.room = RoomId::from_bytes([8; 16]);
    hall.join(&neighbour).expect("a seat next door");

    hall.bar(Bar::Closed(ROOM));

    assert_eq!(
        hall.drain(),
        [closed(doctor, Code::Closed), closed(patient, Code::Closed)]
    );
    assert_eq!(hall.join(&doctor_pass), Err(JoinError::Closed));
    assert_eq!(hall.rooms.len(), 1, "next door nobody noticed");
}

#[test]
fn a_bar_holds_also_where_nobody_has_been() {
    let mut hall = Hall::new();
    let patient = hall.person(GUEST, 2);
    hall.bar(Bar::Revoked(patient.pass.by));

    assert_eq!(hall.join(&patient), Err(JoinError::Closed));
    hall.advance(Duration::from_secs(601));
    assert!(
        hall.join(&patient).is_ok(),
        "and is forgotten when no token can be good any more"
    );
}

#[test]
fn a_revoked_invite_frees_its_seat_and_no_other() {
    let mut hall = Hall::new();
    let (doctor, patient, ..) = hall.visit();
    let guest = hall.person(GUEST, 2);

    hall.bar(Bar::Revoked(guest.pass.by));

    assert_eq!(
        hall.drain(),
        [closed(patient, Code::Closed), peer(doctor, GUEST, Presence::Gone)]
    );
    assert_eq!(hall.join(&guest), Err(JoinError::Closed));
}

#[test]
fn a_revoked_device_loses_its_seat_also_while_it_is_away() {
    let mut hall = Hall::new();
    let (doctor, patient, doctor_pass, _) = hall.visit();
    hall.lose(doctor);
    hall.drain();

    hall.bar(Bar::Revoked(doctor_pass.pass.by));

    assert_eq!(hall.drain(), [peer(patient, PRACTICE, Presence::Gone)]);
    assert_eq!(hall.take_over(&doctor_pass), Err(JoinError::Closed));
}

#[test]
fn a_moved_room_sends_its_people_out_and_lets_in_who_knows_the_new_time() {
    let mut hall = Hall::new();
    let (doctor, patient, mut doctor_pass, _) = hall.visit();

    hall.bar(Bar::Moved { room: ROOM, epoch: 2 });

    assert_eq!(
        hall.drain(),
        [closed(doctor, Code::Moved), closed(patient, Code::Moved)]
    );
    assert_eq!(hall.join(&doctor_pass), Err(JoinError::Moved));
    doctor_pass.pass.epoch = 2;
    assert!(hall.join(&doctor_pass).is_ok());
}

#[test]
fn a_newer_pass_tells_of_the_move_before_the_feed_does() {
    let mut hall = Hall::new();
    let (doctor, patient, mut doctor_pass, _) = hall.visit();
    doctor_pass.pass.epoch = 2;

    let (newer, _) = hall.join(&doctor_pass).expect("a seat");

    assert_eq!(
        hall.drain(),
        [closed(doctor, Code::Moved), closed(patient, Code::Moved)]
    );
    assert_eq!(hall.join(&hall.person(GUEST, 2)), Err(JoinError::Moved));
    hall.bar(Bar::Moved { room: ROOM, epoch: 2 });
    assert_eq!(hall.drain(), [], "the feed comes late: {newer:?} stays");
}

#[test]
fn there_is_a_limit_to_rooms_and_to_what_waits_in_all_of_them() {
    let mut hall = Hall::new();
    hall.rooms = Rooms::new(Limits { rooms: 1, bytes: 10 });
    let (patient, _) = hall.join(&hall.person(GUEST, 2)).expect("a seat");
    let mut neighbour = hall.person(GUEST, 4);
    neighbour.pass.room = RoomId::from_bytes([8; 16]);

    assert_eq!(hall.join(&neighbour), Err(JoinError::Full));
    hall.send(patient, PRACTICE, 1, b"0123456789").expect("fits");
    assert_eq!(hall.send(patient, PRACTICE, 2, b"x"), Err(Breach::Full));
}

const ROOM: RoomId = RoomId::from_bytes([7; 16]);

/// Somebody with a pass.
#[derive(Debug, Clone)]
struct Person {
    pass: Pass,
    stream: StreamId,
}

struct Hall {
    rooms: Rooms,
    now: Now,
    conns: u64,
}

impl Hall {
    #[expect(clippy::disallowed_methods, reason = "a test has to begin some time")]
    fn new() -> Self {
        let now = Now {
            instant: Instant::now(),
            unix: UnixTime::from_secs(1_790_000_000),
        };
        let rooms = Rooms::new(Limits::default());
        Self { rooms, now, conns: 0 }
    }

    /// A browser for a seat of the room, whose hour has just begun.
    fn person(&self, seat: Seat, number: u8) -> Person {
        let start = self.now.unix;
        let by = match seat {
            PRACTICE => Bearer::Device(DeviceId::from_bytes([number; 16])),
            _ => Bearer::Invite(InviteId::from_bytes([seat.number(); 16])),
        };
        let pass = Pass {
            room: ROOM,
            seat,
            epoch: 1,
            client: ClientId::from_bytes([number; 16]),
            by,
            window: Window {
                opens: start,
                starts: start,
                closes: start.plus(3600),
            },
            validity: Validity::from(start, start.plus(3600)),
        };
        let stream = StreamId::from_bytes([100 + number; 16]);
        Person { pass, stream }
    }

    fn join(&mut self, person: &Person) -> Result<(ConnId, Welcome), JoinError> {
        self.join_with(person, false)
    }

    fn take_over(&mut self, person: &Person) -> Result<(ConnId, Welcome), JoinError> {
        self.join_with(person, true)
    }

    fn join_with(&mut self, person: &Person, takeover: bool) -> Result<(ConnId, Welcome), JoinError> {
        self.conns += 1;
        let conn = ConnId(self.conns);
        let welcome = self.rooms.join(conn, &person.pass, person.stream, takeover, self.now)?;
        Ok((conn, welcome))
    }

    /// Doctor and patient, both in, and all is said: their connections, the doctor, and the patient's stream.
    fn visit(&mut self) -> (ConnId, ConnId, Person, StreamId) {
        let (doctor, patient) = (self.person(PRACTICE, 1), self.person(GUEST, 2));
        let (doctor_conn, _) = self.join(&doctor).expect("a seat");
        let (patient_conn, _) = self.join(&patient).expect("a seat");
        self.drain();
        (doctor_conn, patient_conn, doctor, patient.stream)
    }

    fn send(&mut self, conn: ConnId, to: Seat, number: u64, data: &[u8]) -> Result<(), Breach> {
        self.rooms
            .relay(conn, to, seq(number), Sealed::new(data).expect("not too long"))
    }

    fn lose(&mut self, conn: ConnId) {
        self.rooms.disconnected(conn, self.now.instant);
    }

    /// Everything that is barred here is barred for ten minutes.
    fn bar(&mut self, bar: Bar) {
        self.rooms.bar(bar, self.now.unix.plus(600), self.now);
    }

    /// Lets time pass, and the rooms do what is due when it is due.
    fn advance(&mut self, by: Duration) {
        let end = self.now.instant + by;
        while let Some(due) = self.rooms.poll_timeout().filter(|due| *due <= end) {
            self.rooms.handle_timeout(due);
        }
        self.now = Now {
            instant: end,
            unix: self.now.unix.plus(by.as_secs().try_into().expect("a short while")),
        };
    }

    fn drain(&mut self) -> Vec<Output> {
        std::iter::from_fn(|| self.rooms.poll_output()).collect()
    }

    fn expect_nothing_left(&mut self) {
        self.drain();
        assert!(self.rooms.is_empty());
        assert!(self.rooms.conns.is_empty(), "{:?}", self.rooms.conns);
        assert_eq!(self.rooms.bytes, 0);
        assert_eq!(self.rooms.poll_timeout(), None);
    }
}

fn seq(number: u64) -> Seq {
    Seq::new(number).expect("a number")
}

fn peer(conn: ConnId, seat: Seat, presence: Presence) -> Output {
    let message = FromServer::Peer(Peer { seat, presence });
    Output::Send { conn, message }
}

fn entry(seat: Seat, presence: Presence, acked: u64) -> PeerEntry {
    let peer = Peer { seat, presence };
    PeerEntry { peer, acked }
}

fn sealed(conn: ConnId, from: Seat, stream: StreamId, number: u64, data: &[u8]) -> Output {
    let message = FromServer::Sealed(SealedFrom {
        from,
        stream,
        seq: seq(number),
        data: Sealed::new(data).expect("not too long"),
    });
    Output::Send { conn, message }
}

fn ack(conn: ConnId, from: Seat, number: u64) -> Output {
    let message = FromServer::Ack { from, seq: seq(number) };
    Output::Send { conn, message }
}

const fn closed(conn: ConnId, code: Code) -> Output {
    Output::Close { conn, code }
}
