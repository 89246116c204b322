use std::time::Duration;

use proptest::prelude::*;

use super::*;
use crate::{
    ids::{ClientId, RecordId},
    pass::{Holding, Window},
};

#[test]
fn who_joins_sees_who_is_there_and_the_others_hear_of_it() {
    let mut hall = Hall::new();
    let patient = hall.join(GUEST);

    let doctor = hall.join(PRACTICE);

    assert_eq!(
        hall.drain(),
        [
            joined(patient, &[gone(Seat::PRACTICE)]),
            joined(doctor, &[here(GUEST)]),
            peer(patient, here(PRACTICE)),
        ]
    );
}

#[test]
fn who_stays_behind_hears_of_it() {
    let mut hall = Hall::new();
    let patient = hall.join(GUEST);
    let doctor = hall.join(PRACTICE);
    hall.drain();

    hall.rooms.leave(doctor);

    assert_eq!(hall.drain(), [peer(patient, gone(Seat::PRACTICE))]);
}

#[test]
fn a_seat_is_taken_once_and_free_once_however_often_somebody_is_lost_and_comes_back() {
    let mut hall = Hall::new();
    let patient = hall.join(GUEST);
    hall.rooms.disconnected(patient, hall.now);
    let patient = hall.join(GUEST);
    hall.join(PRACTICE);
    assert_eq!(hall.seat_changes(), [(GUEST.0, true), (Seat::PRACTICE, true)]);

    hall.rooms.disconnected(patient, hall.now);
    hall.wait(31);
    assert_eq!(hall.seat_changes(), [(GUEST.0, false)]);

    hall.bar(BarredBy::ClosedRoom(GUEST.room()));
    assert_eq!(hall.seat_changes(), [(Seat::PRACTICE, false)]);
}

#[test]
fn what_waits_comes_with_the_answer_to_the_join() {
    let mut hall = Hall::new();
    let patient = hall.join(GUEST);
    hall.say(patient, Seat::PRACTICE, 1);
    hall.drain();

    let doctor = hall.join(PRACTICE);

    let outputs = hall.drain();
    assert!(matches!(&outputs[0], Output::Joined { conn, waiting, .. } if *conn == doctor && numbers(waiting) == [1]));
}

#[test]
fn what_the_practice_has_left_is_told_before_a_join_while_it_is_small_and_nobody_has_it() {
    let mut hall = Hall::new();
    let doctor = hall.join(PRACTICE);
    let left = |hall: &Hall, epoch| hall.rooms.left_for(GUEST.room(), epoch, GUEST.0);
    assert_eq!(left(&hall, 1), None);
    let send = |hall: &mut Hall, seq, length| {
        let sealed = Sealed::new(&vec![7; length]).expect("not too much");
        hall.rooms.relay(doctor, GUEST.0, seq, sealed.clone());
        sealed
    };

    send(&mut hall, 1, 20);
    let newest = send(&mut hall, 2, 512);
    assert_eq!(left(&hall, 1), Some(newest));
    assert_eq!(left(&hall, 2), None);
    send(&mut hall, 3, 513);
    assert_eq!(left(&hall, 1), None);

    let patient = hall.join(GUEST);
    hall.rooms.acknowledge(patient, Seat::PRACTICE, PRACTICE.stream(), 3);
    assert_eq!(left(&hall, 1), None);
}

#[test]
fn what_is_acknowledged_is_gone_and_the_sender_knows() {
    let mut hall = Hall::new();
    let patient = hall.join(GUEST);
    let doctor = hall.join(PRACTICE);
    hall.say(patient, Seat::PRACTICE, 1);
    hall.say(patient, Seat::PRACTICE, 2);
    hall.drain();

    hall.rooms.acknowledge(doctor, GUEST.0, GUEST.stream(), 1);

    assert_eq!(
        hall.drain(),
        [Output::Acknowledged {
            conn: patient,
            from: Seat::PRACTICE,
            seq: 1
        }]
    );
    let again = hall.join(PRACTICE);
    assert_eq!(hall.waiting_at_join(again), [2]);
}

#[test]
fn a_sender_that_was_cut_off_sends_again_and_nothing_comes_twice() {
    let mut hall = Hall::new();
    let patient = hall.join(GUEST);
    let doctor = hall.join(PRACTICE);
    hall.say(patient, Seat::PRACTICE, 1);
    hall.rooms.disconnected(patient, hall.now);
    let patient = hall.join(GUEST);
    hall.drain();

    hall.say(patient, Seat::PRACTICE, 1);
    hall.say(patient, Seat::PRACTICE, 2);

    assert_eq!(hall.delivered_to(doctor), [2]);
}

#[test]
fn after_a_restart_of_ours_a_path_begins_where_the_sender_is() {
    let mut hall = Hall::new();
    let patient = hall.join(GUEST);
    hall.drain();

    hall.say(patient, Seat::PRACTICE, 6);
    hall.say(patient, Seat::PRACTICE, 7);

    let doctor = hall.join(PRACTICE);
    assert_eq!(hall.waiting_at_join(doctor), [6, 7]);
}

#[test]
fn a_number_left_out_ends_the_connection() {
    let mut hall = Hall::new();
    let patient = hall.join(GUEST);
    hall.say(patient, Seat::PRACTICE, 1);
    hall.drain();

    hall.say(patient, Seat::PRACTICE, 3);

    assert_eq!(hall.drain(), [close(patient, Refusal::BadSequence)]);
}

#[test]
fn a_page_loaded_anew_voids_what_the_old_one_sent() {
    let mut hall = Hall::new();
    let patient = hall.join(GUEST);
    hall.say(patient, Seat::PRACTICE, 1);
    hall.rooms.disconnected(patient, hall.now);

    hall.join(GUEST.reloaded());

    let doctor = hall.join(PRACTICE);
    assert_eq!(hall.waiting_at_join(doctor), [] as [u64; 0]);
}

#[test]
fn case_40_the_same_browser_takes_its_seat_over() {
    let mut hall = Hall::new();
    let first = hall.join(GUEST);
    hall.drain();

    let second = hall.join(GUEST.reloaded());

    assert_eq!(
        hall.drain(),
        [
            close(first, Refusal::TakenOver),
            joined(second, &[gone(Seat::PRACTICE)])
        ]
    );
}

#[test]
fn case_40_another_browser_is_told_that_the_seat_is_occupied() {
    let mut hall = Hall::new();
    hall.join(GUEST);

    assert_eq!(hall.try_join(GUEST.on_another_device(), false), Err(Refusal::Occupied));
    assert_eq!(
        hall.try_join(GUEST.on_another_device(), true),
        Err(Refusal::Occupied),
        "a guest can't take over"
    );
}

#[test]
fn case_40_a_second_device_of_the_practice_takes_over_only_when_it_says_so() {
    let mut hall = Hall::new();
    let first = hall.join(PRACTICE);
    hall.drain();

    assert_eq!(
        hall.try_join(PRACTICE.on_another_device(), false),
        Err(Refusal::Occupied)
    );
    assert!(hall.try_join(PRACTICE.on_another_device(), true).is_ok());

    assert_eq!(hall.drain()[0], close(first, Refusal::TakenOver));
}

#[test]
fn a_lost_seat_is_kept_for_thirty_seconds() {
    let mut hall = Hall::new();
    let patient = hall.join(GUEST);
    let doctor = hall.join(PRACTICE);
    hall.rooms.disconnected(patient, hall.now);
    assert_eq!(hall.drain().last(), Some(&peer(doctor, away(GUEST))));

    hall.wait(29);
    assert_eq!(hall.try_join(GUEST.on_another_device(), false), Err(Refusal::Occupied));
    hall.wait(2);

    assert_eq!(hall.drain(), [peer(doctor, gone(GUEST.0))]);
    assert!(hall.try_join(GUEST.on_another_device(), false).is_ok());
}

#[test]
fn case_40_the_practice_frees_a_seat() {
    let mut hall = Hall::new();
    let patient = hall.join(GUEST);
    let doctor = hall.join(PRACTICE);
    hall.drain();

    hall.rooms.evict(doctor, GUEST.0);

    assert_eq!(
        hall.drain(),
        [close(patient, Refusal::Evicted), peer(doctor, gone(GUEST.0))]
    );
    let patient = hall.join(GUEST);
    hall.drain();
    hall.rooms.evict(patient, Seat::PRACTICE);
    assert_eq!(hall.drain()[0], close(patient, Refusal::BadMessage), "a guest may not");
}

#[test]
fn a_cancelled_room_is_closed_and_its_neighbour_is_not() {
    let mut hall = Hall::new();
    let patient = hall.join(GUEST);
    let doctor = hall.join(PRACTICE);
    let neighbour = hall.join(GUEST.in_room(2));
    hall.drain();

    hall.bar(BarredBy::ClosedRoom(PRACTICE.room()));

    assert_eq!(
        hall.drain(),
        [close(doctor, Refusal::Closed), close(patient, Refusal::Closed)]
    );
    assert_eq!(hall.try_join(GUEST, false), Err(Refusal::Closed));
    hall.rooms.leave(neighbour);
}

#[test]
fn a_room_that_nobody_entered_is_barred_as_well() {
    let mut hall = Hall::new();

    hall.bar(BarredBy::ClosedRoom(GUEST.room()));
    hall.bar(BarredBy::Revoked(Holding::Device(RecordId::new([9; 16]))));

    assert_eq!(hall.try_join(GUEST, false), Err(Refusal::Closed));
}

#[test]
fn a_revoked_invite_closes_its_seat_only() {
    let mut hall = Hall::new();
    let patient = hall.join(GUEST);
    let doctor = hall.join(PRACTICE);
    hall.drain();

    hall.bar(BarredBy::Revoked(GUEST.by()));

    assert_eq!(
        hall.drain(),
        [close(patient, Refusal::Closed), peer(doctor, gone(GUEST.0))]
    );
    assert_eq!(hall.try_join(GUEST, false), Err(Refusal::Closed));
}

#[test]
fn a_moved_room_lets_in_who_has_the_new_time() {
    let mut hall = Hall::new();
    let patient = hall.join(GUEST);
    hall.drain();

    hall.bar(BarredBy::MovedRoom(GUEST.room(), 2));

    assert_eq!(hall.drain(), [close(patient, Refusal::Moved)]);
    assert_eq!(hall.try_join(GUEST, false), Err(Refusal::Moved));
    assert!(hall.try_join(GUEST.of_epoch(2), false).is_ok());
}

#[test]
fn who_has_the_new_time_before_we_heard_of_it_finds_an_empty_room() {
    let mut hall = Hall::new();
    let (patient, doctor) = (hall.join(GUEST), hall.join(PRACTICE));
    hall.say(patient, Seat::PRACTICE, 1);
    hall.drain();

    let early = hall.join(PRACTICE.of_epoch(2));

    assert_eq!(
        hall.drain(),
        [
            close(doctor, Refusal::Moved),
            close(patient, Refusal::Moved),
            joined(early, &[])
        ]
    );
    // What the old ones still say, and that they go, is about nobody who is there now.
    hall.say(patient, Seat::PRACTICE, 2);
    hall.rooms.disconnected(doctor, hall.now);
    assert_eq!(hall.drain(), []);
    hall.bar(BarredBy::MovedRoom(GUEST.room(), 2));
    assert_eq!(hall.drain(), [], "whom the new time let in stays");
}

#[test]
fn when_the_time_is_over_everybody_goes() {
    let mut hall = Hall::new();
    let patient = hall.join(GUEST);
    hall.drain();

    hall.wait(3600);

    assert_eq!(hall.drain(), [close(patient, Refusal::Over)]);
    assert!(hall.rooms.is_empty());
    assert_eq!(hall.try_join(GUEST, false), Err(Refusal::Over));
}

#[test]
fn a_room_in_which_nobody_is_and_nothing_waits_is_forgotten() {
    let mut hall = Hall::new();
    let patient = hall.join(GUEST);
    hall.say(patient, Seat::PRACTICE, 1);
    hall.rooms.leave(patient);
    assert_eq!(hall.rooms.len(), 1, "something waits for the practice");

    let doctor = hall.join(PRACTICE);
    hall.rooms.acknowledge(doctor, GUEST.0, GUEST.stream(), 1);
    hall.rooms.leave(doctor);

    assert!(hall.rooms.is_empty());
    assert_eq!(hall.rooms.bytes, 0);
}

#[test]
fn what_a_page_left_is_void_also_when_its_seat_was_given_up() {
    let mut hall = Hall::new();
    let patient = hall.join(GUEST);
    hall.say(patient, Seat::PRACTICE, 1);
    hall.rooms.leave(patient);

    hall.join(GUEST.reloaded());
    hall.drain();

    let doctor = hall.join(PRACTICE);
    assert_eq!(hall.waiting_at_join(doctor), [] as [u64; 0]);
    assert_eq!(hall.rooms.bytes, 0);
}

#[test]
fn coming_and_going_leaves_nothing_behind() {
    let mut hall = Hall::new();
    for _ in 0..1000 {
        let patient = hall.join(GUEST);
        hall.rooms.leave(patient);
        let patient = hall.join(GUEST);
        hall.rooms.disconnected(patient, hall.now);
        hall.wait(31);
        hall.closes += Duration::from_secs(31);
        hall.drain();
    }

    assert_eq!(hall.rooms.poll_timeout(), None);
}

#[test]
fn a_seat_that_is_taken_again_and_again_costs_one_deadline() {
    let mut hall = Hall::new();
    for _ in 0..1000 {
        hall.join(GUEST);
        // Whoever drives us computes it anew each time, and a little off.
        hall.closes += Duration::from_millis(1);
        hall.drain();
    }

    assert_eq!(hall.rooms.deadlines.len(), 1);
}

#[test]
fn every_bar_is_forgotten_when_nobody_can_hold_what_it_bars() {
    let mut hall = Hall::new();
    for (number, seconds) in [(1, 600), (2, 60), (3, 300)] {
        let until = hall.now + Duration::from_secs(seconds);
        let what = BarredBy::ClosedRoom(RoomId::new([number; 16]));
        hall.rooms.bar(Bar { what, until }, hall.now);
    }

    hall.wait(599);
    assert_eq!(hall.try_join(GUEST, false), Err(Refusal::Closed));
    hall.wait(1);

    assert!(hall.try_join(GUEST, false).is_ok());
    hall.rooms.leave(ConnId(1));
    assert_eq!(hall.rooms.poll_timeout(), None);
}

#[test]
fn what_is_never_acknowledged_does_not_grow_for_ever() {
    let mut hall = Hall::new();
    let patient = hall.join(GUEST);
    hall.drain();

    (1..=65).for_each(|seq| hall.say(patient, Seat::PRACTICE, seq));

    assert_eq!(hall.drain(), [close(patient, Refusal::TooMuch)]);
}

#[test]
fn there_are_no_more_rooms_than_allowed() {
    let mut hall = Hall::new();
    hall.rooms.limits.rooms = 1;
    hall.join(GUEST);

    assert_eq!(hall.try_join(GUEST.in_room(2), false), Err(Refusal::Unavailable));
    assert!(hall.try_join(PRACTICE, false).is_ok());
}

/// Anything that may happen at the door and in the rooms.
#[derive(Debug, Clone, Copy)]
enum Event {
    Join(Who, bool),
    Say(usize, u8, u64),
    Acknowledge(usize, u8, u64),
    Leave(usize),
    Lose(usize),
    Evict(usize, u8),
    Bar(u8),
    Wait(u64),
}

fn event() -> impl Strategy<Value = Event> {
    let who = (0_u8..4, 1_u8..3, 0_u8..3, 0_u8..3, 1_u32..3).prop_map(|(seat, room, client, stream, epoch)| {
        Who(Seat::new(seat).expect("a seat"), room, client, stream, epoch)
    });
    prop_oneof![
        4 => (who, any::<bool>()).prop_map(|(who, takeover)| Event::Join(who, takeover)),
        8 => (0_usize..12, 0_u8..4, 1_u64..6).prop_map(|(conn, to, seq)| Event::Say(conn, to, seq)),
        4 => (0_usize..12, 0_u8..4, 0_u64..6).prop_map(|(conn, from, seq)| Event::Acknowledge(conn, from, seq)),
        1 => (0_usize..12).prop_map(Event::Leave),
        1 => (0_usize..12).prop_map(Event::Lose),
        1 => (0_usize..12, 0_u8..4).prop_map(|(conn, seat)| Event::Evict(conn, seat)),
        1 => (0_u8..5).prop_map(Event::Bar),
        1 => (1_u64..40).prop_map(Event::Wait),
    ]
}

proptest! {
    #[test]
    fn nobody_but_the_seats_of_a_room_ever_gets_a_message(events in prop::collection::vec(event(), 1..80)) {
        let mut hall = Hall::new();
        for event in events {
            hall.let_happen(event);
            for output in hall.drain() {
                let (conn, messages) = match output {
                    Output::Deliver { conn, message } => (conn, vec![message]),
                    Output::Joined { conn, waiting, .. } => (conn, waiting),
                    _ => continue,
                };
                let receiver = hall.who(conn);
                for message in messages {
                    // A message's two bytes say who wrote it for whom: room and seat.
                    prop_assert_eq!(message.sealed.as_bytes(), [receiver.1, receiver.0.number()]);
                    prop_assert_ne!(message.from, receiver.0);
                }
            }
            let waiting: usize = hall.rooms.rooms.values().map(Room::bytes).sum();
            prop_assert_eq!(hall.rooms.bytes, waiting);
        }
        hall.wait(4000);
        prop_assert!(hall.rooms.is_empty());
        prop_assert!(hall.rooms.conns.is_empty());
    }

    #[test]
    fn what_one_says_arrives_in_order_and_once(cuts in prop::collection::vec(0_u8..4, 1..40)) {
        let mut hall = Hall::new();
        let (mut patient, mut doctor) = (hall.join(GUEST), hall.join(PRACTICE));
        let (mut said, mut heard) = (0, Vec::new());
        for cut in cuts {
            match cut {
                0 => {
                    hall.rooms.disconnected(patient, hall.now);
                    patient = hall.join(GUEST);
                    // What the other side isn't known to have is said again.
                    (1..=said).for_each(|seq| hall.say(patient, Seat::PRACTICE, seq));
                }
                1 => {
                    hall.rooms.disconnected(doctor, hall.now);
                    doctor = hall.join(PRACTICE);
                }
                _ if said - heard.len() as u64 > 60 => {}
                _ => {
                    said += 1;
                    hall.say(patient, Seat::PRACTICE, said);
                }
            }
            for seq in hall.received_by(doctor) {
                if heard.last().is_none_or(|last| seq > *last) {
                    heard.push(seq);
                }
            }
            if cut == 3 && let Some(&last) = heard.last() {
                hall.rooms.acknowledge(doctor, GUEST.0, GUEST.stream(), last);
                hall.drain();
            }
        }

        prop_assert_eq!(heard, (1..=said).collect::<Vec<_>>());
    }
}

/// Somebody: seat, room, browser, page life, epoch.
#[derive(Debug, Clone, Copy)]
struct Who(Seat, u8, u8, u8, u32);

const PRACTICE: Who = Who(Seat::PRACTICE, 1, 10, 20, 1);
const GUEST: Who = Who(Seat::GUESTS[0], 1, 11, 21, 1);

impl Who {
    fn reloaded(self) -> Self {
        Self(self.0, self.1, self.2, self.3 + 100, self.4)
    }

    fn on_another_device(self) -> Self {
        Self(self.0, self.1, self.2 + 100, self.3 + 100, self.4)
    }

    fn in_room(self, room: u8) -> Self {
        Self(self.0, room, self.2, self.3, self.4)
    }

    fn of_epoch(self, epoch: u32) -> Self {
        Self(self.0, self.1, self.2, self.3, epoch)
    }

    fn room(self) -> RoomId {
        RoomId::new([self.1; 16])
    }

    fn stream(self) -> StreamId {
        StreamId::new([self.3; 16])
    }

    fn by(self) -> Holding {
        let id = RecordId::new([self.0.number(); 16]);
        if self.0 == Seat::PRACTICE {
            Holding::Device(id)
        } else {
            Holding::Invite(id)
        }
    }
}

/// Rooms with a clock that is moved by hand.
struct Hall {
    rooms: Rooms,
    now: Instant,
    /// When all rooms close.
    closes: Instant,
    came: Vec<Who>,
}

impl Hall {
    #[expect(clippy::disallowed_methods, reason = "a test needs some moment to begin with")]
    fn new() -> Self {
        let limits = Limits {
            rooms: 100,
            bytes: 1_000_000,
        };
        let now = Instant::now();
        Self {
            rooms: Rooms::new(limits),
            now,
            closes: now + Duration::from_secs(3600),
            came: Vec::new(),
        }
    }

    fn join(&mut self, who: Who) -> ConnId {
        self.try_join(who, false).expect("lets them in")
    }

    fn try_join(&mut self, who: Who, takeover: bool) -> Result<ConnId, Refusal> {
        let conn = ConnId(self.came.len() as u64);
        self.came.push(who);
        let window = Window {
            opens: 0,
            starts: 0,
            closes: 0,
        };
        let pass = Pass {
            room: who.room(),
            seat: who.0,
            epoch: who.4,
            client: ClientId::new([who.2; 16]),
            by: who.by(),
            window,
            relay: None,
        };
        let join = Join {
            conn,
            pass,
            stream: who.stream(),
            takeover,
            closes: self.closes,
        };
        self.rooms.join(&join, self.now).map(|()| conn)
    }

    fn who(&self, conn: ConnId) -> Who {
        self.came[usize::try_from(conn.0).expect("few")]
    }

    fn say(&mut self, conn: ConnId, to: Seat, seq: u64) {
        let who = self.who(conn);
        let sealed = Sealed::new(&[who.1, to.number()]).expect("short");
        self.rooms.relay(conn, to, seq, sealed);
    }

    fn bar(&mut self, what: BarredBy) {
        let until = self.now + Duration::from_secs(600);
        self.rooms.bar(Bar { what, until }, self.now);
    }

    fn wait(&mut self, seconds: u64) {
        let end = self.now + Duration::from_secs(seconds);
        while let Some(next) = self.rooms.poll_timeout().filter(|next| *next <= end) {
            self.now = self.now.max(next);
            self.rooms.handle_timeout(self.now);
        }
        self.now = end;
    }

    fn drain(&mut self) -> Vec<Output> {
        std::iter::from_fn(|| self.rooms.poll_output()).collect()
    }

    fn seat_changes(&mut self) -> Vec<(Seat, bool)> {
        let changes = std::iter::from_fn(|| self.rooms.poll_seat_change());
        changes.map(|change| (change.seat, change.taken)).collect()
    }

    fn delivered_to(&mut self, receiver: ConnId) -> Vec<u64> {
        let to_it = |output| match output {
            Output::Deliver { conn, message } if conn == receiver => Some(message.seq),
            _ => None,
        };
        self.drain().into_iter().filter_map(to_it).collect()
    }

    fn waiting_at_join(&mut self, receiver: ConnId) -> Vec<u64> {
        let to_it = |output| match output {
            Output::Joined { conn, waiting, .. } if conn == receiver => Some(numbers(&waiting)),
            _ => None,
        };
        self.drain().into_iter().find_map(to_it).expect("it has joined")
    }

    /// With the answer to its join or later.
    fn received_by(&mut self, receiver: ConnId) -> Vec<u64> {
        let to_it = |output| match output {
            Output::Joined { conn, waiting, .. } if conn == receiver => numbers(&waiting),
            Output::Deliver { conn, message } if conn == receiver => vec![message.seq],
            _ => Vec::new(),
        };
        self.drain().into_iter().flat_map(to_it).collect()
    }

    fn let_happen(&mut self, event: Event) {
        let conn = |number: usize| ConnId(number as u64);
        let seat = |number| Seat::new(number).expect("a seat");
        match event {
            Event::Join(who, takeover) => {
                let _ = self.try_join(who, takeover);
            }
            Event::Say(number, to, seq) if number < self.came.len() => self.say(conn(number), seat(to), seq),
            Event::Acknowledge(number, from, seq) => {
                let stream = StreamId::new([from; 16]);
                self.rooms.acknowledge(conn(number), seat(from), stream, seq);
            }
            Event::Leave(number) => self.rooms.leave(conn(number)),
            Event::Lose(number) => self.rooms.disconnected(conn(number), self.now),
            Event::Evict(number, victim) => self.rooms.evict(conn(number), seat(victim)),
            Event::Bar(0) => self.bar(BarredBy::ClosedRoom(RoomId::new([2; 16]))),
            Event::Bar(1) => self.bar(BarredBy::MovedRoom(RoomId::new([1; 16]), 2)),
            Event::Bar(id) => self.bar(BarredBy::Revoked(Holding::Invite(RecordId::new([id; 16])))),
            Event::Wait(seconds) => self.wait(seconds),
            Event::Say(..) => {}
        }
    }
}

fn numbers(waiting: &[Waiting]) -> Vec<u64> {
    waiting.iter().map(|message| message.seq).collect()
}

fn joined(conn: ConnId, peers: &[PeerState]) -> Output {
    Output::Joined {
        conn,
        peers: peers.to_vec(),
        waiting: Vec::new(),
    }
}

fn peer(conn: ConnId, peer: PeerState) -> Output {
    Output::Peer { conn, peer }
}

fn close(conn: ConnId, why: Refusal) -> Output {
    Output::Close { conn, why }
}

fn here(who: Who) -> PeerState {
    PeerState {
        seat: who.0,
        presence: Presence::Here,
        stream: Some(who.stream()),
        acked: 0,
    }
}

fn away(who: Who) -> PeerState {
    PeerState {
        presence: Presence::Away,
        ..here(who)
    }
}

fn gone(seat: Seat) -> PeerState {
    PeerState {
        seat,
        presence: Presence::Gone,
        stream: None,
        acked: 0,
    }
}
