//! How integrators change what they have made, and ask again when an answer was lost.

mod common;

use api::session::v1::{
    CloseRoomRequest, CreateApiKeyRequest, CreateApiKeyResponse, CreateEnrolmentRequest, CreateInviteRequest,
    CreatePracticeRequest, InviteSpec, ListApiKeysRequest, ListRoomsRequest, RevokeApiKeyRequest, Room,
    UpdateRoomRequest, room::State,
};
use common::{House, in_seconds, room_request};
use prost_types::{Duration, FieldMask};
use tonic::{Code, Status};
use tonic_types::StatusExt as _;

#[tokio::test]
async fn an_update_changes_what_its_mask_names_and_an_old_etag_changes_nothing() {
    let house = House::new().await;
    let practice = house.practice("Praxis").await;
    let room = house.create(room_request(&practice, 3600)).await.room.expect("a room");
    let wanted = Room {
        sealed_label: vec![7],
        start_time: Some(in_seconds(7200)),
        late: Some(seconds(60)),
        ..room.clone()
    };

    let labelled = house.update(&wanted, &["sealed_label"]).await.expect("changed");
    assert_eq!((labelled.epoch, &labelled.sealed_label), (1, &vec![7]));
    assert_eq!((labelled.start_time, labelled.late), (room.start_time, room.late));
    assert_ne!(labelled.etag, room.etag);

    let outdated = house.update(&wanted, &["start_time"]).await.expect_err("is outdated");
    assert_eq!(outdated.code(), Code::Aborted);
    let close = |etag: &str| CloseRoomRequest {
        room: room.id.clone(),
        etag: etag.to_owned(),
    };
    let outdated = house
        .rooms()
        .close_room(close(&room.etag))
        .await
        .expect_err("is outdated");
    assert_eq!(outdated.code(), Code::Aborted);

    let wanted = Room {
        etag: labelled.etag,
        ..wanted
    };
    let moved = house.update(&wanted, &["start_time", "late"]).await.expect("changed");
    assert_eq!(
        (moved.epoch, moved.start_time, moved.late),
        (2, wanted.start_time, wanted.late)
    );
    assert_eq!(moved.duration, room.duration);
    let closed = house
        .rooms()
        .close_room(close(&moved.etag))
        .await
        .expect("closed")
        .into_inner();
    assert_eq!(closed.state(), State::Closed);
    let closed = house
        .update(
            &Room {
                etag: String::new(),
                ..wanted
            },
            &["sealed_label"],
        )
        .await;
    assert_eq!(closed.expect_err("is closed").code(), Code::FailedPrecondition);
}

#[tokio::test]
async fn an_update_that_names_nothing_or_what_can_not_be_changed_names_its_field() {
    let house = House::new().await;
    let practice = house.practice("Praxis").await;
    let room = house.create(room_request(&practice, 3600)).await.room.expect("a room");
    let odd = Room {
        etag: "x".to_owned(),
        ..room.clone()
    };
    for (wanted, mask, field) in [
        (&room, &[][..], "update_mask"),
        (&room, &["issuer"], "update_mask"),
        (&room, &["*"], "update_mask"),
        (&odd, &["sealed_label"], "room.etag"),
        (
            &Room {
                start_time: None,
                ..room.clone()
            },
            &["start_time"],
            "start_time",
        ),
        (
            &Room {
                duration: None,
                ..room.clone()
            },
            &["duration"],
            "duration",
        ),
    ] {
        let refused = house.update(wanted, mask).await.expect_err(field);
        assert_eq!(field_of(&refused), field);
    }
}

#[tokio::test]
async fn a_list_has_the_rooms_that_its_filter_lets_through_page_by_page() {
    let house = House::new().await;
    let practice = house.practice("Praxis").await;
    let mut ids = Vec::new();
    for number in 0..5 {
        let mut request = room_request(&practice, 3600 * (number + 1));
        request.issuer = if number == 0 { "portal" } else { "booking" }.to_owned();
        ids.push(house.create(request).await.room.expect("a room").id);
    }
    let close = CloseRoomRequest {
        room: ids[1].clone(),
        ..CloseRoomRequest::default()
    };
    house.rooms().close_room(close).await.expect("closed");

    let mut request = ListRoomsRequest {
        practice: practice.clone(),
        page_size: 2,
        filter: r#"state = OPEN AND issuer = "booking""#.to_owned(),
        ..ListRoomsRequest::default()
    };
    let mut found = Vec::new();
    loop {
        let page = house
            .rooms()
            .list_rooms(request.clone())
            .await
            .expect("a page")
            .into_inner();
        found.extend(page.rooms.into_iter().map(|room| room.id));
        request.page_token = page.next_page_token;
        if request.page_token.is_empty() {
            break;
        }
    }
    assert_eq!(found, ids[2..]);

    let odd = ListRoomsRequest {
        practice,
        filter: "label = x".to_owned(),
        ..ListRoomsRequest::default()
    };
    assert_eq!(
        field_of(&house.rooms().list_rooms(odd).await.expect_err("is no filter")),
        "filter"
    );
}

#[tokio::test]
async fn what_is_asked_for_again_is_made_once_and_its_secrets_are_told_once() {
    let house = House::new().await;
    let request_id = "again".to_owned();
    let new = CreatePracticeRequest {
        name: "Praxis".to_owned(),
        request_id: request_id.clone(),
    };
    let mut practices = house.practices();
    let practice = practices.create_practice(new.clone()).await.expect("made").into_inner();
    assert_eq!(
        practices
            .create_practice(new.clone())
            .await
            .expect("made before")
            .into_inner(),
        practice
    );
    let another = CreatePracticeRequest {
        name: "Another".to_owned(),
        ..new
    };
    assert_eq!(
        field_of(&practices.create_practice(another).await.expect_err("is another")),
        "request_id"
    );

    let enrolment = CreateEnrolmentRequest {
        practice: practice.id.clone(),
        request_id: "code".to_owned(),
        ..CreateEnrolmentRequest::default()
    };
    let first = practices
        .create_enrolment(enrolment.clone())
        .await
        .expect("made")
        .into_inner();
    let again = practices
        .create_enrolment(enrolment)
        .await
        .expect("made before")
        .into_inner();
    assert!(!first.code.is_empty() && again.code.is_empty() && again.link.is_empty());

    let room = house
        .create(room_request(&practice.id, 3600))
        .await
        .room
        .expect("a room");
    let invite = CreateInviteRequest {
        room: room.id.clone(),
        invite: Some(InviteSpec::default()),
        request_id: "invite".to_owned(),
    };
    let mut rooms = house.rooms();
    let first = rooms
        .create_invite(invite.clone())
        .await
        .expect("made")
        .into_inner()
        .invite
        .expect("one");
    let again = rooms
        .create_invite(invite)
        .await
        .expect("made before")
        .into_inner()
        .invite
        .expect("one");
    assert_eq!(first.invite, again.invite);
    assert!(!first.token.is_empty() && again.token.is_empty() && again.link.is_empty());
    // The id was used for something of another kind.
    let invite = CreateInviteRequest {
        room: room.id,
        invite: Some(InviteSpec::default()),
        request_id,
    };
    assert_eq!(
        field_of(&rooms.create_invite(invite).await.expect_err("is another")),
        "request_id"
    );
}

#[tokio::test]
async fn keys_are_listed_with_their_scopes_and_without_their_secrets() {
    let house = House::new().await;
    let practice = house.practice("Praxis").await;
    let request = CreateApiKeyRequest {
        practice: practice.clone(),
        name: "booking".to_owned(),
        scopes: vec!["rooms.read".to_owned(), "events.read".to_owned()],
        request_id: "key".to_owned(),
        ..CreateApiKeyRequest::default()
    };
    let mut practices = house.practices();
    let made = practices
        .create_api_key(request.clone())
        .await
        .expect("made")
        .into_inner();
    let again = practices
        .create_api_key(request)
        .await
        .expect("made before")
        .into_inner();
    let without_secret = CreateApiKeyResponse {
        key: String::new(),
        ..made.clone()
    };
    assert_eq!(again, without_secret);
    let revoke = RevokeApiKeyRequest { id: made.id.clone() };
    practices.revoke_api_key(revoke).await.expect("revoked");

    let all = practices
        .list_api_keys(ListApiKeysRequest { practice })
        .await
        .expect("a list")
        .into_inner()
        .keys;

    let [key] = &all[..] else { panic!("{all:?}") };
    assert_eq!((&key.id, key.name.as_str()), (&made.id, "booking"));
    assert_eq!(key.scopes, ["rooms.read", "events.read"]);
    assert!(key.revoke_time.is_some());
    let odd = CreateApiKeyRequest {
        name: "odd".to_owned(),
        scopes: vec!["everything".to_owned()],
        ..CreateApiKeyRequest::default()
    };
    assert_eq!(
        field_of(&practices.create_api_key(odd).await.expect_err("is no scope")),
        "scopes"
    );
}

impl House {
    async fn update(&self, room: &Room, mask: &[&str]) -> Result<Room, Status> {
        let request = UpdateRoomRequest {
            room: Some(room.clone()),
            update_mask: Some(FieldMask {
                paths: mask.iter().map(|path| (*path).to_owned()).collect(),
            }),
        };
        self.rooms().update_room(request).await.map(tonic::Response::into_inner)
    }
}

fn field_of(status: &Status) -> String {
    let details = status.get_details_bad_request().expect("details");
    details.field_violations[0].field.clone()
}

fn seconds(seconds: i64) -> Duration {
    Duration { seconds, nanos: 0 }
}
