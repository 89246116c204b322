//! What a room may be.

use std::collections::BTreeSet;

use api::session::v1::{CreateRoomRequest, InviteSpec};
use prost::Message as _;
use prost_types::{Duration, Timestamp};
use room::{RecordId, RoomId, pass::Window};
use tonic::Status;

use super::{
    fields::{bytes, duration, id, invalid, time},
    secrets::{Hash, hash, hash_bytes, new_code, random},
};

/// A room's time, in seconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Schedule {
    pub(crate) starts: u64,
    pub(crate) duration: u64,
    pub(crate) early: u64,
    pub(crate) late: u64,
}

impl Schedule {
    pub(crate) fn ends(&self) -> u64 {
        self.starts + self.duration
    }

    pub(crate) fn window(&self) -> Window {
        Window {
            opens: self.starts - self.early,
            starts: self.starts,
            closes: self.ends() + self.late,
        }
    }

    /// Nobody could come to a room whose doors have closed before it was made.
    fn check(self, now: u64) -> Result<Self, Status> {
        if self.window().closes > now {
            return Ok(self);
        }
        Err(invalid("start_time", "has to be one that isn't over already"))
    }

    /// The same room at another time.
    pub(crate) fn moved(self, start: Option<Timestamp>, length: Option<Duration>, now: u64) -> Result<Self, Status> {
        let times = Times {
            start: Some(start),
            duration: length.map(Some),
            ..Times::default()
        };
        self.changed(&times, now)
    }

    /// The same room with these other times.
    pub(crate) fn changed(self, times: &Times, now: u64) -> Result<Self, Status> {
        let length = |field, wanted: Option<Option<Duration>>, range, before| match wanted {
            Some(wanted) => duration(field, wanted, range, None),
            None => Ok(before),
        };
        let changed = Self {
            starts: times.start.map_or(Ok(self.starts), |start| time("start_time", start))?,
            duration: length("duration", times.duration, DURATION, self.duration)?,
            early: length("early", times.early, MARGIN, self.early)?,
            late: length("late", times.late, MARGIN, self.late)?,
        };
        changed.check(now)
    }
}

/// The times that are to be others, as the request has them.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(crate) struct Times {
    pub(crate) start: Option<Option<Timestamp>>,
    pub(crate) duration: Option<Option<Duration>>,
    pub(crate) early: Option<Option<Duration>>,
    pub(crate) late: Option<Option<Duration>>,
}

/// A room that is to be made: nothing about it can be wrong any more.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct NewRoom {
    pub(crate) id: RoomId,
    pub(crate) practice: RecordId,
    pub(crate) schedule: Schedule,
    pub(crate) issuer: String,
    pub(crate) label: Vec<u8>,
    pub(crate) welcome: Vec<u8>,
    pub(crate) invites: Vec<NewInvite>,
    pub(crate) request_id: String,
    /// What was asked, to tell a repetition from another request.
    pub(crate) request_hash: Hash,
}

/// An invite that is to be made.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct NewInvite {
    pub(crate) id: RecordId,
    pub(crate) seat: u8,
    pub(crate) max_uses: u32,
    pub(crate) hash: Hash,
    /// Where we made it, for the answer; it is not stored.
    pub(crate) token: Option<String>,
}

impl std::fmt::Debug for NewInvite {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "NewInvite({}, seat {})", self.id, self.seat)
    }
}

impl NewRoom {
    /// `own` is the issuer that stands for an empty one.
    pub(crate) fn parse(request: &CreateRoomRequest, own: &str, now: u64) -> Result<Self, Status> {
        let schedule = Schedule {
            starts: time("start_time", request.start_time)?,
            duration: duration("duration", request.duration, DURATION, None)?,
            early: duration("early", request.early, MARGIN, Some(EARLY))?,
            late: duration("late", request.late, MARGIN, Some(LATE))?,
        };
        Ok(Self {
            id: room_id(&request.room_id)?,
            practice: id("practice", &request.practice)?,
            schedule: schedule.check(now)?,
            issuer: issuer(&request.issuer, own)?,
            label: label(&request.sealed_label)?,
            welcome: welcome(&request.sealed_welcome)?,
            invites: invites(&request.invites)?,
            request_id: request_id(&request.request_id)?,
            request_hash: hash_bytes(&request.encode_to_vec()),
        })
    }
}

impl NewInvite {
    pub(crate) fn parse(field: &str, spec: &InviteSpec, free: impl Fn(u8) -> bool) -> Result<Self, Status> {
        let seat = match spec.seat {
            0 => (1..=3).find(|seat| free(*seat)),
            seat => u8::try_from(seat).ok().filter(|seat| *seat <= 3 && free(*seat)),
        };
        let seat = seat.ok_or_else(|| {
            invalid(
                &format!("{field}.seat"),
                "has to be 1 to 3, each once, or 0 for the next free one",
            )
        })?;
        let max_uses = match spec.max_uses {
            0 => DEFAULT_USES,
            uses if uses <= MAX_USES => uses,
            _ => return Err(invalid(&format!("{field}.max_uses"), "has to be 1 to 20, or 0 for 3")),
        };
        let (hash, token) = match spec.sha256.len() {
            0 => {
                let token = new_code();
                (hash(&token), Some(token))
            }
            _ => {
                let given = spec.sha256.as_slice().try_into();
                (
                    given.map_err(|_| invalid(&format!("{field}.sha256"), "has to be 32 bytes, or empty"))?,
                    None,
                )
            }
        };
        Ok(Self {
            id: RecordId::new(random()),
            seat,
            max_uses,
            hash,
            token,
        })
    }
}

fn invites(specs: &[InviteSpec]) -> Result<Vec<NewInvite>, Status> {
    if !(1..=3).contains(&specs.len()) {
        return Err(invalid("invites", "there have to be 1 to 3"));
    }
    let named: BTreeSet<_> = specs.iter().map(|spec| spec.seat).filter(|seat| *seat != 0).collect();
    let mut taken = BTreeSet::new();
    let mut invites = Vec::new();
    for (at, spec) in specs.iter().enumerate() {
        // Who asks for no seat in particular gets none that another invite asks for.
        let free = |seat: u8| !taken.contains(&seat) && (spec.seat != 0 || !named.contains(&u32::from(seat)));
        let invite = NewInvite::parse(&format!("invites[{at}]"), spec, free)?;
        taken.insert(invite.seat);
        invites.push(invite);
    }
    Ok(invites)
}

/// What the practice noted: bytes that we can't read.
pub(crate) fn label(sealed: &[u8]) -> Result<Vec<u8>, Status> {
    bytes("sealed_label", sealed, 0..=MAX_LABEL)
}

/// What a guest says before the practice can be reached.
pub(crate) fn reply(sealed: &[u8]) -> Result<Vec<u8>, Status> {
    bytes("sealed_reply", sealed, 1..=MAX_REPLY)
}

/// What a guest's page reads: bytes that we can't.
pub(crate) fn welcome(sealed: &[u8]) -> Result<Vec<u8>, Status> {
    bytes("sealed_welcome", sealed, 0..=MAX_WELCOME)
}

fn room_id(text: &str) -> Result<RoomId, Status> {
    if text.is_empty() {
        return Ok(RoomId::new(random()));
    }
    RoomId::parse(text).ok_or_else(|| invalid("room_id", "has to be 32 lower-case hexadecimal digits, or empty"))
}

fn issuer(text: &str, own: &str) -> Result<String, Status> {
    if text.is_empty() {
        return Ok(own.to_owned());
    }
    if text == CONSOLE && own == RECEPTION {
        let should = "has to be another: the console's keys come of the practice secret, which staff don't have";
        return Err(invalid("issuer", should));
    }
    let fits = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    if text.len() <= 40 && text.chars().all(fits) {
        return Ok(text.to_owned());
    }
    Err(invalid("issuer", "has to be up to 40 of a-z, 0-9 and '-'"))
}

pub(crate) fn request_id(text: &str) -> Result<String, Status> {
    if text.len() <= 64 && text.chars().all(|c| c.is_ascii_graphic()) {
        return Ok(text.to_owned());
    }
    Err(invalid("request_id", "has to be up to 64 printable ASCII characters"))
}

/// The issuer of doctors' devices: they derive the room key.
pub(crate) const CONSOLE: &str = "console";
/// The issuer of the staff's devices: they draw the room key by lot.
pub(crate) const RECEPTION: &str = "reception";
const DURATION: std::ops::RangeInclusive<u64> = 60..=86_400;
const MARGIN: std::ops::RangeInclusive<u64> = 0..=86_400;
const EARLY: u64 = 15 * 60;
const LATE: u64 = 30 * 60;
const MAX_LABEL: usize = 2048;
const MAX_WELCOME: usize = 32 * 1024;
const MAX_REPLY: usize = 512;
const DEFAULT_USES: u32 = 3;
const MAX_USES: u32 = 20;

#[cfg(test)]
mod tests {
    use room::pass::Hour;
    use tonic_types::StatusExt as _;

    use super::*;
    use crate::rules::fields::{proto_duration, timestamp};

    #[test]
    fn a_room_opens_early_and_closes_late() {
        let room = NewRoom::parse(&request(), CONSOLE, NOW).expect("is good");

        let window = room.schedule.window();
        assert_eq!(
            (window.opens, window.starts, window.closes),
            (NOW + 3600 - 900, NOW + 3600, NOW + 3600 + 1200 + 1800)
        );
        assert_eq!(room.issuer, "console");
    }

    #[test]
    fn staff_issue_in_the_receptions_name_and_never_in_the_consoles() {
        let issued = |issuer: &str| {
            let mut request = request();
            request.issuer = issuer.to_owned();
            NewRoom::parse(&request, RECEPTION, NOW)
        };

        assert_eq!(issued("").expect("is good").issuer, "reception");
        assert_eq!(issued("reception").expect("is good").issuer, "reception");
        let details = issued("console").expect_err("is refused").get_details_bad_request();
        assert_eq!(details.expect("details").field_violations[0].field, "issuer");
    }

    #[test]
    fn case_61_a_window_is_exact_whatever_the_calendar_does() {
        for (what, starts) in [
            ("clocks go forward in Berlin", 1_774_746_000),
            ("clocks go back in Berlin", 1_792_890_000),
            ("a leap day", 1_835_481_540),
            ("a year's end", 1_798_761_540),
            ("the end of 32 bits", 2_147_483_647),
            ("the last that there is", 4_102_444_799),
        ] {
            let mut request = request();
            request.start_time = Some(timestamp(starts));
            let room = NewRoom::parse(&request, CONSOLE, A_YEAR_BEFORE).expect(what);
            let window = room.schedule.window();
            assert_eq!(
                (starts - window.opens, window.closes - starts),
                (900, 1200 + 1800),
                "{what}"
            );
            assert_eq!(window.at(window.opens - 1), Hour::Early, "{what}");
            assert_eq!(window.at(window.opens), Hour::Open, "{what}");
            assert_eq!(window.at(window.closes - 1), Hour::Open, "{what}");
            assert_eq!(window.at(window.closes), Hour::Over, "{what}");
        }
    }

    #[test]
    fn case_61_times_at_the_ends_of_their_types_are_refused() {
        for seconds in [i64::MIN, -1, 0, 946_684_799, 4_102_444_800, i64::MAX] {
            let mut request = request();
            request.start_time = Some(Timestamp { seconds, nanos: 0 });
            assert!(NewRoom::parse(&request, CONSOLE, NOW).is_err(), "{seconds}");
        }
        for seconds in [i64::MIN, -1, 86_401, i64::MAX] {
            let long = Some(Duration { seconds, nanos: 0 });
            let spoilt: [fn(&mut CreateRoomRequest, Option<Duration>); 3] = [
                |r, long| r.duration = long,
                |r, long| r.early = long,
                |r, long| r.late = long,
            ];
            for spoil in spoilt {
                let mut request = request();
                spoil(&mut request, long);
                assert!(NewRoom::parse(&request, CONSOLE, NOW).is_err(), "{seconds}");
            }
        }
        let room = NewRoom::parse(&request(), CONSOLE, NOW).expect("is good");
        for seconds in [i64::MIN, 0, i64::MAX] {
            let to = Some(Timestamp { seconds, nanos: 0 });
            assert!(room.schedule.moved(to, None, NOW).is_err(), "{seconds}");
        }
    }

    #[test]
    fn each_refusal_names_its_field() {
        type Spoil = fn(&mut CreateRoomRequest);
        let cases: [(&str, Spoil); 11] = [
            ("practice", |r| r.practice = "x".to_owned()),
            ("room_id", |r| r.room_id = "AA".repeat(16)),
            ("start_time", |r| r.start_time = None),
            ("start_time", |r| {
                r.start_time = Some(Timestamp::default());
            }),
            ("duration", |r| r.duration = Some(Duration { seconds: 59, nanos: 0 })),
            ("early", |r| {
                r.early = Some(proto_duration(86_401));
            }),
            ("invites", |r| r.invites.clear()),
            ("invites[1].seat", |r| r.invites = vec![spec(1), spec(1)]),
            ("sealed_label", |r| r.sealed_label = vec![0; 2049]),
            ("sealed_welcome", |r| r.sealed_welcome = vec![0; 32_769]),
            ("request_id", |r| r.request_id = "ä".to_owned()),
        ];
        for (field, spoil) in cases {
            let mut request = request();
            spoil(&mut request);
            let status = NewRoom::parse(&request, CONSOLE, NOW).expect_err(field);
            let details = status.get_details_bad_request().expect("details");
            assert_eq!(details.field_violations[0].field, field);
        }
    }

    #[test]
    fn invites_get_the_seats_that_are_left() {
        let mut request = request();
        request.invites = vec![spec(0), spec(1), spec(0)];

        let room = NewRoom::parse(&request, CONSOLE, NOW).expect("is good");

        assert_eq!(
            room.invites.iter().map(|invite| invite.seat).collect::<Vec<_>>(),
            [2, 1, 3]
        );
    }

    #[test]
    fn an_invite_is_made_here_unless_its_hash_is_given() {
        let given = InviteSpec {
            sha256: vec![7; 32],
            ..spec(1)
        };

        let ours = NewInvite::parse("invite", &spec(1), |_| true).expect("is good");
        let theirs = NewInvite::parse("invite", &given, |_| true).expect("is good");

        assert_eq!(Some(ours.hash), ours.token.as_deref().map(hash));
        assert_eq!((theirs.hash, theirs.token), ([7; 32], None));
    }

    fn spec(seat: u32) -> InviteSpec {
        InviteSpec {
            seat,
            ..InviteSpec::default()
        }
    }

    fn request() -> CreateRoomRequest {
        CreateRoomRequest {
            practice: "00112233445566778899aabbccddeeff".to_owned(),
            start_time: Some(Timestamp {
                seconds: i64::try_from(NOW).expect("fits") + 3600,
                nanos: 0,
            }),
            duration: Some(Duration {
                seconds: 1200,
                nanos: 0,
            }),
            invites: vec![spec(1)],
            ..CreateRoomRequest::default()
        }
    }

    const NOW: u64 = 1_790_000_000;
    const A_YEAR_BEFORE: u64 = NOW - 365 * 86_400;
}
