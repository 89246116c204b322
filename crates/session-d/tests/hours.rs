//! Open consultation hours, what guests reply, and who hears that something has changed.

mod common;

use std::time::Duration;

use api::{
    control::v1::{
        EnterHourRequest, EnterHourResponse, LookupInviteRequest, RedeemInviteRequest, ReplyToInviteRequest,
        WatchChangesRequest, watch_changes_response::What,
    },
    session::v1::{
        CloseHourRequest, CloseRoomRequest, CreateHourRequest, GetRoomRequest, Hour, ListHoursRequest,
        ListRoomsRequest, MoveRoomRequest, OpenHourRequest, RevokeHourRequest, Room, SetHourWelcomeRequest,
        SetLabelRequest, UpdatePracticeSettingsRequest,
    },
};
use common::{House, device::Device, in_seconds, invented_invite, room_request};
use tonic::{Code, Status};
use tonic_types::StatusExt as _;

#[tokio::test]
async fn each_guest_of_an_open_hour_gets_a_room_and_comes_back_to_it() {
    let practice = Practice::new().await;
    let hour = practice.open_hour().await;

    let first = practice.enter(&hour, 1).await.expect("is let in");
    let second = practice.enter(&hour, 2).await.expect("is let in");
    let again = practice.enter(&hour, 1).await.expect("is let in");

    let (first, room) = (first.invite, first.appointment.expect("a room"));
    assert_eq!((room.seat, room.epoch, room.open_time), (1, 1, room.start_time));
    assert_eq!(again.appointment.expect("a room").room, room.room);
    assert_ne!(second.appointment.expect("a room").room, room.room);
    // The answer that was lost may have been seen by somebody else.
    assert_eq!(
        practice.redeem(&first, 1).await.expect_err("replaced").code(),
        Code::NotFound
    );
    practice.redeem(&again.invite, 1).await.expect("joins");
    assert_eq!(
        practice.redeem(&again.invite, 2).await.expect_err("another's").code(),
        Code::ResourceExhausted
    );
    let rooms = practice.rooms().await;
    assert_eq!(rooms.len(), 2);
    assert!(rooms.iter().all(|room| room.issuer == format!("hour:{}", hour.id)));
}

#[tokio::test]
async fn nobody_new_comes_into_a_closed_hour_and_whoever_waits_stays() {
    let practice = Practice::new().await;
    let hour = practice.open_hour().await;
    let there = practice.enter(&hour, 1).await.expect("is let in").appointment;

    let request = CloseHourRequest { hour: hour.id.clone() };
    let closed = practice.hours().close_hour(request).await.expect("closed").into_inner();

    assert_eq!(closed.open_until, None);
    assert_eq!(reason(&practice.enter(&hour, 2).await.expect_err("closed")), "NOT_OPEN");
    let again = practice.enter(&hour, 1).await.expect("is known").appointment;
    assert_eq!(again.expect("a room").room, there.expect("a room").room);
}

#[tokio::test]
async fn an_hour_closes_by_itself() {
    let practice = Practice::new().await;
    let hour = practice.open_hour().await;
    assert!(
        practice
            .look_up(&hour.invite)
            .await
            .expect("found")
            .hour
            .expect("an hour")
            .open_until
            .is_some()
    );

    practice.house.clock.advance(Duration::from_secs(3600));

    assert_eq!(reason(&practice.enter(&hour, 1).await.expect_err("over")), "NOT_OPEN");
    let found = practice.look_up(&hour.invite).await.expect("found");
    assert_eq!(found.hour.expect("an hour").open_until, None);
}

#[tokio::test]
async fn an_hours_link_tells_what_it_is_and_is_over_when_it_is_revoked() {
    let practice = Practice::new().await;
    let hour = practice.open_hour().await;
    let set = SetHourWelcomeRequest {
        hour: hour.id.clone(),
        sealed_welcome: b"welcome".to_vec(),
    };
    practice.hours().set_hour_welcome(set.clone()).await.expect("set");

    let found = practice.look_up(&hour.invite).await.expect("found");
    assert_eq!(
        (found.practice_name.as_str(), found.room.as_str()),
        ("Praxis am Finkenweg", "")
    );
    assert_eq!(
        (found.hour.expect("an hour").id, &found.sealed_welcome[..]),
        (hour.id.clone(), &b"welcome"[..])
    );
    // It is no invite to a room.
    assert_eq!(
        practice.redeem(&hour.invite, 1).await.expect_err("no room").code(),
        Code::NotFound
    );
    let entered = practice.enter(&hour, 1).await.expect("is let in");

    for _ in 0..2 {
        let revoke = RevokeHourRequest { hour: hour.id.clone() };
        let revoked = practice
            .hours()
            .revoke_hour(revoke)
            .await
            .expect("revoked")
            .into_inner();
        assert!(revoked.revoke_time.is_some());
    }

    assert_eq!(
        practice.look_up(&hour.invite).await.expect_err("revoked").code(),
        Code::NotFound
    );
    assert_eq!(
        practice.enter(&hour, 1).await.expect_err("revoked").code(),
        Code::NotFound
    );
    practice.redeem(&entered.invite, 1).await.expect("whoever waits stays");
    let open = OpenHourRequest {
        hour: hour.id.clone(),
        until: Some(in_seconds(60)),
    };
    assert_eq!(
        practice.hours().open_hour(open).await.expect_err("revoked").code(),
        Code::FailedPrecondition
    );
    assert_eq!(
        practice
            .hours()
            .set_hour_welcome(set)
            .await
            .expect_err("revoked")
            .code(),
        Code::FailedPrecondition
    );
}

#[tokio::test]
async fn the_same_request_twice_is_one_hour() {
    let practice = Practice::new().await;
    let request = CreateHourRequest {
        request_id: "once".to_owned(),
        ..practice.new_hour(invented_invite().1)
    };

    let first = practice
        .hours()
        .create_hour(request.clone())
        .await
        .expect("made")
        .into_inner();
    let sealed_anew = CreateHourRequest {
        sealed_label: b"other bytes".to_vec(),
        ..request.clone()
    };
    let again = practice
        .hours()
        .create_hour(sealed_anew)
        .await
        .expect("again")
        .into_inner();
    let other = CreateHourRequest {
        sha256: invented_invite().1,
        ..request.clone()
    };

    assert_eq!(first, again);
    assert_names("request_id", practice.hours().create_hour(other).await);
    let same_invite = CreateHourRequest {
        request_id: String::new(),
        ..request
    };
    assert_eq!(
        practice
            .hours()
            .create_hour(same_invite)
            .await
            .expect_err("taken")
            .code(),
        Code::AlreadyExists
    );
    assert_eq!(practice.listed().await, [first]);
}

#[tokio::test]
async fn a_stranger_with_an_hours_link_makes_a_hundred_rooms_and_they_are_gone_in_ten_minutes() {
    let practice = Practice::new().await;
    let hour = practice.open_hour().await;
    let stays = practice.enter(&hour, 0).await.expect("is let in").invite;
    practice.redeem(&stays, 0).await.expect("joins");
    for client in 1..100 {
        practice.enter(&hour, client).await.expect("is let in");
    }
    assert_eq!(
        practice.enter(&hour, 100).await.expect_err("full").code(),
        Code::ResourceExhausted
    );
    assert_eq!(practice.rooms().await.len(), 100);
    let mut feed = practice.feed().await;

    practice.house.clock.advance(Duration::from_secs(600));

    practice.is_told(&mut feed).await;
    assert_eq!(practice.rooms().await.len(), 1);
    practice.redeem(&stays, 0).await.expect("is still good");
    practice.enter(&hour, 100).await.expect("there is room again");
}

#[tokio::test]
async fn what_a_guest_says_beforehand_stands_at_the_room_until_it_is_moved() {
    let practice = Practice::new().await;
    let created = practice.house.create(room_request(&practice.id, 3600)).await;
    let (room, invite) = (created.room.expect("a room").id, created.invites[0].token.clone());
    let read = async || practice.room(&room).await;
    assert_eq!((read().await.sealed_reply.len(), read().await.reply_time), (0, None));

    practice.reply(&invite, b"late").await.expect("said");
    practice.reply(&invite, &[7; 512]).await.expect("said");
    assert_eq!(read().await.sealed_reply, [7; 512]);
    assert!(read().await.reply_time.is_some());
    for bad in [&[][..], &[7; 513][..]] {
        assert_names("sealed_reply", practice.reply(&invite, bad).await);
    }
    // The answer may have been lost: the same again costs nothing.
    for _ in 0..30 {
        practice.reply(&invite, &[7; 512]).await.expect("said");
    }
    for n in 3..=20 {
        practice.reply(&invite, &[n]).await.expect("said");
    }
    assert_eq!(
        practice.reply(&invite, b"one more").await.expect_err("20").code(),
        Code::ResourceExhausted
    );

    let to = MoveRoomRequest {
        room: room.clone(),
        start_time: Some(in_seconds(7200)),
        duration: None,
    };
    practice.house.rooms().move_room(to).await.expect("moved");
    assert_eq!((read().await.sealed_reply.len(), read().await.reply_time), (0, None));
    practice.reply(&invite, b"again").await.expect("said of the new time");
    let close = CloseRoomRequest {
        room: room.clone(),
        ..CloseRoomRequest::default()
    };
    practice.house.rooms().close_room(close).await.expect("closed");
    assert_eq!(read().await.sealed_reply.len(), 0);
    assert_eq!(
        practice.reply(&invite, b"late").await.expect_err("cancelled").code(),
        Code::NotFound
    );
}

#[tokio::test]
async fn nobody_replies_to_what_is_over() {
    let practice = Practice::new().await;
    let created = practice.house.create(room_request(&practice.id, 0)).await;

    practice.house.clock.advance(Duration::from_secs(1200 + 1800 + 1));

    let refused = practice.reply(&created.invites[0].token, b"late").await;
    assert_eq!(reason(&refused.expect_err("over")), "OVER");
}

#[tokio::test]
async fn a_label_is_changed_until_the_room_is_cancelled() {
    let practice = Practice::new().await;
    let room = practice
        .house
        .create(room_request(&practice.id, 0))
        .await
        .room
        .expect("a room")
        .id;
    let set = async |sealed_label: Vec<u8>| {
        let request = SetLabelRequest {
            room: room.clone(),
            sealed_label,
        };
        practice.house.rooms_as(&practice.token).set_label(request).await
    };

    let labelled = set(vec![7; 2048]).await.expect("set").into_inner();
    assert_eq!(labelled.sealed_label, [7; 2048]);
    assert_names("sealed_label", set(vec![7; 2049]).await);
    let close = CloseRoomRequest {
        room: room.clone(),
        ..CloseRoomRequest::default()
    };
    practice.house.rooms().close_room(close).await.expect("closed");
    assert_eq!(
        set(b"late".to_vec()).await.expect_err("cancelled").code(),
        Code::FailedPrecondition
    );
}

#[tokio::test]
async fn whoever_follows_hears_whose_lists_have_changed() {
    let practice = Practice::new().await;
    let created = practice.house.create(room_request(&practice.id, 0)).await;
    let (room, invite) = (created.room.expect("a room").id, created.invites[0].clone());
    let mut feed = practice.feed().await;

    practice.house.create(room_request(&practice.id, 0)).await;
    practice.is_told(&mut feed).await;
    practice.reply(&invite.token, b"late").await.expect("said");
    practice.is_told(&mut feed).await;
    practice.redeem(&invite.token, 1).await.expect("joins");
    practice.is_told(&mut feed).await;
    let label = SetLabelRequest {
        room,
        sealed_label: b"label".to_vec(),
    };
    practice.house.rooms().set_label(label).await.expect("set");
    practice.is_told(&mut feed).await;
    let settings = UpdatePracticeSettingsRequest {
        practice: practice.id.clone(),
        sealed: b"settings".to_vec(),
        revision: 0,
    };
    let mut practices = practice.house.practices_as(&practice.token);
    practices.update_practice_settings(settings).await.expect("written");
    practice.is_told(&mut feed).await;
    Device::enrol(&practice.house, &practice.id).await;
    practice.is_told(&mut feed).await;
    let hour = practice.open_hour().await;
    practice.is_told(&mut feed).await;
    practice.is_told(&mut feed).await;
    practice.enter(&hour, 1).await.expect("is let in");
    practice.is_told(&mut feed).await;
}

#[tokio::test]
async fn revoked_hours_are_forgotten_and_what_is_open_outlives_a_restart() {
    let practice = Practice::new().await;
    let (gone, stays) = (practice.open_hour().await, practice.open_hour().await);
    let entered = practice.enter(&gone, 1).await.expect("is let in");
    practice.redeem(&entered.invite, 1).await.expect("joins");
    let revoke = RevokeHourRequest { hour: gone.id.clone() };
    practice.hours().revoke_hour(revoke).await.expect("revoked");

    let Practice { house, id, first, .. } = practice;
    let house = House::in_dir(house.end().await).await;
    house.clock.advance(Duration::from_secs(24 * 60 * 60));
    let token = first.token(&house).await;
    let practice = Practice {
        house,
        id,
        first,
        token,
    };
    // The sweep is on its way as soon as the clock is moved.
    let mut listed = practice.listed().await;
    while listed.len() > 1 {
        tokio::task::yield_now().await;
        listed = practice.listed().await;
    }

    assert_eq!(listed[0].id, stays.id);
    practice.look_up(&stays.invite).await.expect("a lasting link");
}

/// A practice with one doctor's device, that is signed in.
struct Practice {
    house: House,
    id: String,
    first: Device,
    token: String,
}

struct OpenHour {
    id: String,
    invite: String,
}

type Feed = tonic::Streaming<api::control::v1::WatchChangesResponse>;

impl Practice {
    async fn new() -> Self {
        let house = House::new().await;
        let id = house.practice("Praxis am Finkenweg").await;
        let first = Device::enrol(&house, &id).await;
        let token = first.token(&house).await;
        Self {
            house,
            id,
            first,
            token,
        }
    }

    fn hours(
        &self,
    ) -> api::session::v1::hour_service_client::HourServiceClient<
        tonic::service::interceptor::InterceptedService<tonic::transport::Channel, common::Bearer>,
    > {
        self.house.hours_as(&self.token)
    }

    fn new_hour(&self, sha256: Vec<u8>) -> CreateHourRequest {
        CreateHourRequest {
            practice: self.id.clone(),
            sha256,
            sealed_label: b"label".to_vec(),
            ..CreateHourRequest::default()
        }
    }

    /// Open for an hour from now on.
    async fn open_hour(&self) -> OpenHour {
        let (invite, sha256) = invented_invite();
        let made = self.hours().create_hour(self.new_hour(sha256)).await.expect("made");
        let id = made.into_inner().id;
        let open = OpenHourRequest {
            hour: id.clone(),
            until: Some(in_seconds(3600)),
        };
        self.hours().open_hour(open).await.expect("opened");
        OpenHour { id, invite }
    }

    async fn listed(&self) -> Vec<Hour> {
        let request = ListHoursRequest {
            practice: self.id.clone(),
        };
        self.hours()
            .list_hours(request)
            .await
            .expect("a list")
            .into_inner()
            .hours
    }

    async fn look_up(&self, invite: &str) -> Result<api::control::v1::Appointment, Status> {
        let request = LookupInviteRequest {
            invite: invite.to_owned(),
        };
        Ok(self.house.control().lookup_invite(request).await?.into_inner())
    }

    async fn enter(&self, hour: &OpenHour, client: u8) -> Result<EnterHourResponse, Status> {
        let request = EnterHourRequest {
            invite: hour.invite.clone(),
            client: client_id(client),
        };
        Ok(self.house.control().enter_hour(request).await?.into_inner())
    }

    async fn redeem(&self, invite: &str, client: u8) -> Result<(), Status> {
        let request = RedeemInviteRequest {
            invite: invite.to_owned(),
            client: client_id(client),
        };
        self.house.control().redeem_invite(request).await.map(drop)
    }

    async fn reply(&self, invite: &str, sealed_reply: &[u8]) -> Result<(), Status> {
        let request = ReplyToInviteRequest {
            invite: invite.to_owned(),
            sealed_reply: sealed_reply.to_vec(),
        };
        self.house.control().reply_to_invite(request).await.map(drop)
    }

    async fn room(&self, room: &str) -> Room {
        let request = GetRoomRequest { room: room.to_owned() };
        self.house.rooms().get_room(request).await.expect("a room").into_inner()
    }

    async fn rooms(&self) -> Vec<Room> {
        let request = ListRoomsRequest {
            practice: self.id.clone(),
            page_size: 1000,
            ..ListRoomsRequest::default()
        };
        self.house
            .rooms()
            .list_rooms(request)
            .await
            .expect("a list")
            .into_inner()
            .rooms
    }

    /// The feed, after its snapshot.
    async fn feed(&self) -> Feed {
        let feed = self
            .house
            .control()
            .watch_changes(WatchChangesRequest { after: 0 })
            .await;
        let mut feed = feed.expect("a feed").into_inner();
        let first = feed.message().await.expect("a good feed").expect("a message").what;
        assert!(matches!(first, Some(What::Snapshot(_))));
        feed
    }

    async fn is_told(&self, feed: &mut Feed) {
        let next = tokio::time::timeout(Duration::from_secs(10), feed.message()).await;
        match next.expect("soon").expect("a good feed").expect("a message").what {
            Some(What::Touched(touched)) => assert_eq!(touched.practice, self.id),
            other => panic!("{other:?}"),
        }
    }
}

fn client_id(number: u8) -> String {
    data_encoding::BASE64URL_NOPAD.encode(&[number; 16])
}

fn reason(status: &Status) -> String {
    assert_eq!(status.code(), Code::FailedPrecondition, "{status:?}");
    status.get_details_error_info().expect("details").reason
}

fn assert_names<T: std::fmt::Debug>(field: &str, answer: Result<T, Status>) {
    let status = answer.expect_err(field);
    let details = status.get_details_bad_request().expect("details");
    assert_eq!(details.field_violations[0].field, field);
}
