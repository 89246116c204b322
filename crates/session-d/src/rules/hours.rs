//! What an open consultation hour may be, and the rooms that its guests get.

use api::session::v1::CreateHourRequest;
use prost::Message as _;
use prost_types::Timestamp;
use room::{RecordId, RoomId};
use tonic::Status;

use super::{
    fields::{bytes, id, invalid, time},
    rooms::{NewInvite, NewRoom, Schedule, label, request_id, welcome},
    secrets::{Hash, hash, hash_bytes, new_code, random},
};

/// An hour that is to be made: nothing about it can be wrong any more.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct NewHour {
    pub(crate) id: RecordId,
    pub(crate) practice: RecordId,
    /// Of its link's invite.
    pub(crate) hash: Hash,
    pub(crate) label: Vec<u8>,
    pub(crate) welcome: Vec<u8>,
    pub(crate) request_id: String,
    /// What was asked, to tell a repetition from another request.
    pub(crate) request_hash: Hash,
}

impl NewHour {
    pub(crate) fn parse(request: &CreateHourRequest) -> Result<Self, Status> {
        let hash = bytes("sha256", &request.sha256, 32..=32)?;
        Ok(Self {
            id: match request.hour_id.as_str() {
                "" => RecordId::new(random()),
                given => id("hour_id", given)?,
            },
            practice: id("practice", &request.practice)?,
            hash: hash.try_into().expect("32 bytes"),
            label: label(&request.sealed_label)?,
            welcome: welcome(&request.sealed_welcome)?,
            request_id: request_id(&request.request_id)?,
            request_hash: request_hash(request),
        })
    }
}

/// What is sealed is left out: a browser that asks again has sealed the same anew, and nobody here can tell.
fn request_hash(request: &CreateHourRequest) -> Hash {
    let plain = CreateHourRequest {
        sealed_label: Vec::new(),
        sealed_welcome: Vec::new(),
        ..request.clone()
    };
    hash_bytes(&plain.encode_to_vec())
}

/// Until when an hour is opened.
pub(crate) fn until(at: Option<Timestamp>, now: u64) -> Result<u64, Status> {
    let until = time("until", at)?;
    if (now + 1..=now + LONGEST).contains(&until) {
        Ok(until)
    } else {
        Err(invalid("until", "has to be after now, and at most 12 hours ahead"))
    }
}

/// A guest's own room: from now until the hour ends, and long enough for one who comes at its very end.
pub(crate) fn room_of(hour: RecordId, practice: RecordId, open_until: u64, now: u64, invite: NewInvite) -> NewRoom {
    NewRoom {
        id: RoomId::new(random()),
        practice,
        schedule: Schedule {
            starts: now,
            duration: open_until.saturating_sub(now).max(SHORTEST),
            early: 0,
            late: LATE,
        },
        issuer: format!("hour:{hour}"),
        label: Vec::new(),
        welcome: Vec::new(),
        invites: vec![invite],
        request_id: String::new(),
        request_hash: Hash::default(),
    }
}

/// For one browser: whoever comes with another one gets a room for that. Its secret stands beside it.
pub(crate) fn guests_invite() -> (NewInvite, String) {
    let token = new_code();
    let invite = NewInvite {
        id: RecordId::new(random()),
        seat: 1,
        max_uses: 1,
        hash: hash(&token),
        token: None,
    };
    (invite, token)
}

/// Seconds.
const LONGEST: u64 = 12 * 60 * 60;
const SHORTEST: u64 = 30 * 60;
const LATE: u64 = 30 * 60;

#[cfg(test)]
mod tests {
    use tonic_types::StatusExt as _;

    use super::*;
    use crate::rules::fields::timestamp;

    #[test]
    fn an_hour_is_opened_for_twelve_hours_at_the_most() {
        let open = |until: u64| super::until(Some(timestamp(until)), NOW);

        assert_eq!(open(NOW + LONGEST).ok(), Some(NOW + LONGEST));
        for refused in [NOW - 1, NOW, NOW + LONGEST + 1] {
            let details = open(refused).expect_err("is refused").get_details_bad_request();
            assert_eq!(details.expect("details").field_violations[0].field, "until");
        }
    }

    #[test]
    fn who_comes_at_the_end_of_an_hour_has_half_an_hour_all_the_same() {
        let (hour, practice) = (RecordId::new([1; 16]), RecordId::new([2; 16]));
        let room = |open_until| room_of(hour, practice, open_until, NOW, guests_invite().0);
        let ends = |open_until| room(open_until).schedule.ends();

        assert_eq!(ends(NOW + 7200), NOW + 7200);
        assert_eq!(ends(NOW + 1), NOW + 1800);
        let room = room(NOW + 7200);
        assert_eq!(room.issuer, format!("hour:{hour}"));
        assert_eq!((room.schedule.window().opens, room.invites.len()), (NOW, 1));
    }

    #[test]
    fn each_refusal_names_its_field() {
        type Spoil = fn(&mut CreateHourRequest);
        let cases: [(&str, Spoil); 6] = [
            ("practice", |r| r.practice = "x".to_owned()),
            ("hour_id", |r| r.hour_id = "AA".repeat(16)),
            ("sha256", |r| r.sha256.clear()),
            ("sealed_label", |r| r.sealed_label = vec![0; 2049]),
            ("sealed_welcome", |r| r.sealed_welcome = vec![0; 32_769]),
            ("request_id", |r| r.request_id = "ä".to_owned()),
        ];
        for (field, spoil) in cases {
            let mut request = CreateHourRequest {
                practice: "00112233445566778899aabbccddeeff".to_owned(),
                sha256: vec![7; 32],
                ..CreateHourRequest::default()
            };
            NewHour::parse(&request).expect("is good");
            spoil(&mut request);
            let status = NewHour::parse(&request).expect_err(field);
            let details = status.get_details_bad_request().expect("details");
            assert_eq!(details.field_violations[0].field, field);
        }
    }

    const NOW: u64 = 1_790_000_000;
}
