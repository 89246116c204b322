//! What integrators, operators and our own daemons do with session-d, over real connections.

mod common;

use std::time::{Duration, Instant};

use api::{
    control::v1::{
        LookupInviteRequest, RedeemInviteRequest, WatchChangesRequest, WatchChangesResponse, bar, change,
        watch_changes_response::What,
    },
    session::v1::{
        CloseRoomRequest, CreateApiKeyRequest, CreateInviteRequest, CreatePracticeRequest, CreateRoomRequest,
        CreateRoomTokenRequest, GetPracticeRequest, GetRoomRequest, InviteSpec, ListPracticesRequest, ListRoomsRequest,
        MoveRoomRequest, RevokeApiKeyRequest, RevokeDeviceRequest, RevokeInviteRequest, room::State,
    },
};
use common::{
    House,
    device::{Device, enrolment},
    in_seconds, room_request,
};
use sqlx::{ConnectOptions as _, sqlite::SqliteConnectOptions};
use tonic::Code;
use tonic_types::StatusExt as _;

const CLIENT: &str = "AAECAwQFBgcICQoLDA0ODw";
const OTHER_CLIENT: &str = "EBESExQVFhcYGRobHB0eHw";

#[tokio::test]
async fn a_practice_its_device_a_room_and_a_guest() {
    let house = House::new().await;
    let practice = house.practice("Praxis am Finkenweg").await;
    let session = Device::enrol(&house, &practice)
        .await
        .sign_in(&house)
        .await
        .expect("signs in");
    assert_eq!(session.practice_name, "Praxis am Finkenweg");

    let created = house
        .rooms_as(&session.token)
        .create_room(room_request(&practice, 60))
        .await;
    let created = created.expect("created").into_inner();
    let (room, invite) = (created.room.expect("a room"), &created.invites[0]);
    assert_eq!(invite.link, format!("https://video.example.org/v/{}", invite.token));

    let found = house
        .control()
        .lookup_invite(lookup(&invite.token))
        .await
        .expect("found")
        .into_inner();
    assert_eq!(
        (found.practice_name.as_str(), &found.room, found.seat),
        ("Praxis am Finkenweg", &room.id, 1)
    );
    let guest = house
        .control()
        .redeem_invite(redeem(&invite.token, CLIENT))
        .await
        .expect("good")
        .into_inner();
    let doctor = CreateRoomTokenRequest { room: room.id.clone() };
    let doctor = house
        .rooms_as(&session.token)
        .create_room_token(doctor)
        .await
        .expect("good")
        .into_inner();
    assert_eq!(guest.token.split('.').count(), 3);
    assert_ne!(guest.token, doctor.token);
}

#[tokio::test]
async fn case_43_looking_an_invite_up_spends_nothing() {
    let house = House::new().await;
    let practice = house.practice("Praxis").await;
    let invite = one_use(&house, &practice).await;

    for _ in 0..50 {
        house.control().lookup_invite(lookup(&invite)).await.expect("found");
    }

    house
        .control()
        .redeem_invite(redeem(&invite, CLIENT))
        .await
        .expect("still good");
    house
        .control()
        .redeem_invite(redeem(&invite, CLIENT))
        .await
        .expect("good again for the same browser");
    let other = house
        .control()
        .redeem_invite(redeem(&invite, OTHER_CLIENT))
        .await
        .expect_err("spent");
    assert_eq!(other.code(), Code::ResourceExhausted);
}

#[tokio::test]
async fn case_41_absent_revoked_and_cancelled_are_one_answer() {
    let house = House::new().await;
    let practice = house.practice("Praxis").await;
    let revoked = house
        .rooms()
        .create_room(room_request(&practice, 0))
        .await
        .expect("created")
        .into_inner();
    let cancelled = house
        .rooms()
        .create_room(room_request(&practice, 0))
        .await
        .expect("created")
        .into_inner();
    let invite = revoked.invites[0].invite.clone().expect("an invite").id;
    house
        .rooms()
        .revoke_invite(RevokeInviteRequest { invite })
        .await
        .expect("revoked");
    let room = cancelled.room.expect("a room").id;
    house
        .rooms()
        .close_room(CloseRoomRequest {
            room,
            ..CloseRoomRequest::default()
        })
        .await
        .expect("closed");

    let mut answers = Vec::new();
    for invite in [
        "AAAAAAAAAAAAAAAAAAAAAA",
        &revoked.invites[0].token,
        &cancelled.invites[0].token,
        "",
        "' OR 1=1",
    ] {
        let looked_up = house
            .control()
            .lookup_invite(lookup(invite))
            .await
            .expect_err("refused");
        let redeemed = house
            .control()
            .redeem_invite(redeem(invite, CLIENT))
            .await
            .expect_err("refused");
        answers.extend([looked_up, redeemed].map(|status| (status.code(), status.message().to_owned())));
    }
    answers.dedup();

    assert_eq!(answers, [(Code::NotFound, "there is no such thing".to_owned())]);
}

/// Whether an invite is absent or was good once takes the same time to say: medians, asked in turn.
#[tokio::test]
async fn case_41_absent_revoked_and_cancelled_take_the_same_time() {
    let house = House::new().await;
    let practice = house.practice("Praxis").await;
    let cancelled = one_use(&house, &practice).await;
    let revoked = house.create(room_request(&practice, 0)).await.invites[0].clone();
    let revoke = RevokeInviteRequest {
        invite: revoked.invite.expect("an invite").id,
    };
    house.rooms().revoke_invite(revoke).await.expect("revoked");
    let close = CloseRoomRequest {
        room: house
            .control()
            .lookup_invite(lookup(&cancelled))
            .await
            .expect("good")
            .into_inner()
            .room,
        ..CloseRoomRequest::default()
    };
    house.rooms().close_room(close).await.expect("closed");

    let mut times: [Vec<Duration>; 3] = Default::default();
    for _ in 0..400 {
        for (invite, times) in ["AAAAAAAAAAAAAAAAAAAAAA", &revoked.token, &cancelled]
            .into_iter()
            .zip(&mut times)
        {
            let begin = Instant::now();
            house
                .control()
                .lookup_invite(lookup(invite))
                .await
                .expect_err("not good");
            times.push(begin.elapsed());
        }
    }
    let medians = times.map(|mut times| {
        times.sort_unstable();
        times[times.len() / 2]
    });

    let (fastest, slowest) = (medians.iter().min().expect("some"), medians.iter().max().expect("some"));
    assert!(*slowest < *fastest * 3 / 2, "{medians:?}");
}

#[tokio::test]
async fn too_early_and_over_are_told_apart() {
    let house = House::new().await;
    let practice = house.practice("Praxis").await;
    let early = house
        .rooms()
        .create_room(room_request(&practice, 7200))
        .await
        .expect("created")
        .into_inner();
    let over = house
        .rooms()
        .create_room(room_request(&practice, -7200))
        .await
        .expect_err("is over already");

    let refused = house
        .control()
        .redeem_invite(redeem(&early.invites[0].token, CLIENT))
        .await
        .expect_err("too early");
    assert_eq!(refused.get_details_error_info().expect("a reason").reason, "TOO_EARLY");
    assert_eq!(
        over.get_details_bad_request().expect("a field").field_violations[0].field,
        "start_time"
    );
}

#[tokio::test]
async fn a_moved_room_has_the_next_epoch_and_the_same_links() {
    let house = House::new().await;
    let practice = house.practice("Praxis").await;
    let created = house
        .rooms()
        .create_room(room_request(&practice, 60))
        .await
        .expect("created")
        .into_inner();
    let room = created.room.expect("a room");

    let to_later = MoveRoomRequest {
        room: room.id.clone(),
        start_time: Some(in_seconds(86_400)),
        duration: None,
    };
    let moved = house.rooms().move_room(to_later).await.expect("moved").into_inner();

    assert_eq!((moved.epoch, moved.duration), (2, room.duration));
    let found = house
        .control()
        .lookup_invite(lookup(&created.invites[0].token))
        .await
        .expect("found")
        .into_inner();
    assert_eq!((found.epoch, found.start_time), (2, moved.start_time));
}

#[tokio::test]
async fn rooms_are_listed_by_time_page_by_page() {
    let house = House::new().await;
    let practice = house.practice("Praxis").await;
    let mut expected = Vec::new();
    for hour in (1..=5).rev() {
        let created = house
            .rooms()
            .create_room(room_request(&practice, hour * 3600))
            .await
            .expect("created")
            .into_inner();
        expected.insert(0, created.room.expect("a room").id);
    }

    let (mut listed, mut page_token) = (Vec::new(), String::new());
    loop {
        let request = ListRoomsRequest {
            practice: practice.clone(),
            page_size: 2,
            page_token,
            from: Some(in_seconds(0)),
            until: Some(in_seconds(6 * 3600)),
            ..ListRoomsRequest::default()
        };
        let page = house.rooms().list_rooms(request).await.expect("a page").into_inner();
        assert!(page.rooms.len() <= 2);
        listed.extend(page.rooms.into_iter().map(|room| room.id));
        page_token = page.next_page_token;
        if page_token.is_empty() {
            break;
        }
    }

    assert_eq!(listed, expected);
}

#[tokio::test]
async fn the_same_request_twice_is_one_room() {
    let house = House::new().await;
    let practice = house.practice("Praxis").await;
    let mut request = room_request(&practice, 60);
    request.request_id = "booking-17".to_owned();

    let first = house
        .rooms()
        .create_room(request.clone())
        .await
        .expect("created")
        .into_inner();
    let again = house.rooms().create_room(request).await.expect("repeated").into_inner();

    assert_eq!(first.room, again.room);
    assert!(!first.invites[0].token.is_empty() && again.invites[0].token.is_empty());
}

#[tokio::test]
async fn ids_and_invites_that_are_taken_are_refused_whole() {
    let house = House::new().await;
    let practice = house.practice("Praxis").await;
    let mut request = room_request(&practice, 60);
    request.invites = vec![InviteSpec {
        sha256: vec![7; 32],
        ..InviteSpec::default()
    }];
    house.rooms().create_room(request.clone()).await.expect("created");

    request.room_id = "0".repeat(32);
    let taken_invite = house.rooms().create_room(request.clone()).await.expect_err("taken");

    assert_eq!(taken_invite.code(), Code::AlreadyExists);
    let room = house
        .rooms()
        .get_room(GetRoomRequest { room: request.room_id })
        .await
        .expect_err("nothing stayed");
    assert_eq!(room.code(), Code::NotFound);
}

#[tokio::test]
async fn the_feed_is_a_snapshot_and_then_numbered_changes() {
    let house = House::new().await;
    let practice = house.practice("Praxis").await;
    let closed = close_new_room(&house, &practice).await;
    let mut feed = house
        .control()
        .watch_changes(WatchChangesRequest { after: 0 })
        .await
        .expect("a feed")
        .into_inner();

    let What::Snapshot(snapshot) = next(&mut feed).await else {
        panic!("a snapshot comes first")
    };
    assert_eq!((snapshot.number, snapshot.keys.len()), (1, 1));
    assert_eq!(snapshot.bars[0].what, Some(bar::What::ClosedRoom(closed)));

    let second = close_new_room(&house, &practice).await;
    let third = close_new_room(&house, &practice).await;
    assert_eq!(closed_room(next(&mut feed).await), (2, second));
    assert_eq!(closed_room(next(&mut feed).await), (3, third.clone()));

    let mut resumed = house
        .control()
        .watch_changes(WatchChangesRequest { after: 2 })
        .await
        .expect("a feed")
        .into_inner();
    let What::Change(keys) = next(&mut resumed).await else {
        panic!("a change")
    };
    assert!(matches!(keys.what, Some(change::What::Keys(_))));
    assert_eq!(closed_room(next(&mut resumed).await), (3, third));
}

#[tokio::test]
async fn a_reader_for_whom_a_change_is_missing_gets_a_snapshot() {
    let house = House::new().await;
    let practice = house.practice("Praxis").await;
    for _ in 0..3 {
        close_new_room(&house, &practice).await;
    }
    let dir = house.end().await;
    let store = SqliteConnectOptions::new().filename(dir.path().join("data/session.db"));
    let mut store = store.connect().await.expect("opens");
    sqlx::raw_sql("DELETE FROM changes WHERE number = 2")
        .execute(&mut store)
        .await
        .expect("deleted");
    drop(store);
    let house = House::in_dir(dir).await;

    let mut feed = house
        .control()
        .watch_changes(WatchChangesRequest { after: 1 })
        .await
        .expect("a feed")
        .into_inner();

    let What::Change(_keys) = next(&mut feed).await else {
        panic!("the keys come first")
    };
    let What::Snapshot(snapshot) = next(&mut feed).await else {
        panic!("then a snapshot")
    };
    assert_eq!((snapshot.number, snapshot.bars.len()), (3, 2));
}

/// Who holds a seat may hold it until the room closes: a signal-d that was cut off from us for longer than a token lives has to hear of it all the same.
#[tokio::test]
async fn a_bar_is_kept_for_as_long_as_a_seat_can_be_held() {
    let house = House::new().await;
    let practice = house.practice("Praxis").await;
    let device = Device::enrol(&house, &practice).await.id;
    let mut rooms = Vec::new();
    for _ in 0..3 {
        rooms.push(house.create(room_request(&practice, 3600)).await);
    }
    let closes = in_seconds(3600 + 1200 + 1800).seconds;

    let revoke = RevokeInviteRequest {
        invite: rooms[0].invites[0].invite.clone().expect("an invite").id,
    };
    house.rooms().revoke_invite(revoke).await.expect("revoked");
    let close = CloseRoomRequest {
        room: rooms[1].room.clone().expect("a room").id,
        ..CloseRoomRequest::default()
    };
    house.rooms().close_room(close).await.expect("closed");
    let to_sooner = MoveRoomRequest {
        room: rooms[2].room.clone().expect("a room").id,
        start_time: Some(in_seconds(60)),
        duration: None,
    };
    house.rooms().move_room(to_sooner).await.expect("moved");
    let revoke = RevokeDeviceRequest { device };
    house.practices().revoke_device(revoke).await.expect("revoked");

    let mut feed = house
        .control()
        .watch_changes(WatchChangesRequest { after: 0 })
        .await
        .expect("a feed")
        .into_inner();
    let What::Snapshot(snapshot) = next(&mut feed).await else {
        panic!("a snapshot comes first")
    };
    assert_eq!(snapshot.bars.len(), 4);
    for bar in snapshot.bars {
        let expires = bar.expire_time.expect("a time").seconds;
        assert!(expires >= closes, "{:?} {expires} {closes}", bar.what);
    }
}

#[tokio::test]
async fn a_request_id_is_good_for_one_request() {
    let house = House::new().await;
    let (practice, other) = (house.practice("Praxis").await, house.practice("Other").await);
    let mut request = room_request(&practice, 60);
    request.request_id = "booking-17".to_owned();
    house.create(request.clone()).await;

    let spoilt: [fn(&mut CreateRoomRequest); 4] = [
        |request| request.start_time = Some(in_seconds(3600)),
        |request| request.room_id = "0".repeat(32),
        |request| request.sealed_label = vec![1],
        |request| request.invites.push(InviteSpec::default()),
    ];
    for spoil in spoilt {
        let mut request = request.clone();
        spoil(&mut request);
        assert_names_request_id(&house.rooms().create_room(request).await.expect_err("is refused"));
    }
    request.practice = other;
    assert_names_request_id(&house.rooms().create_room(request).await.expect_err("is refused"));
}

fn assert_names_request_id(status: &tonic::Status) {
    let details = status.get_details_bad_request().expect("details");
    assert_eq!(details.field_violations[0].field, "request_id");
}

#[tokio::test]
async fn what_was_stored_is_there_after_a_restart() {
    let house = House::new().await;
    let practice = house.practice("Praxis").await;
    let doctor = Device::enrol(&house, &practice).await;
    let created = house
        .rooms()
        .create_room(room_request(&practice, 60))
        .await
        .expect("created")
        .into_inner();

    let house = House::in_dir(house.end().await).await;

    let room = GetRoomRequest {
        room: created.room.clone().expect("a room").id,
    };
    assert_eq!(
        house.rooms().get_room(room).await.expect("there").into_inner(),
        created.room.expect("a room")
    );
    assert!(doctor.sign_in(&house).await.is_ok());
}

#[tokio::test]
async fn a_day_after_its_doors_have_closed_an_appointment_is_forgotten() {
    let house = House::new().await;
    let practice = house.practice("Praxis").await;
    let mut request = room_request(&practice, 0);
    request.sealed_label = b"marked-label".to_vec();
    let created = house.create(request).await;
    let room = created.room.expect("a room").id;
    let there = async || {
        let found = house.rooms().get_room(GetRoomRequest { room: room.clone() }).await;
        found.is_ok()
    };
    let (window, a_day, the_next_sweep) = (1200 + 1800, 24 * 60 * 60, 15 * 60);

    house
        .clock
        .advance(Duration::from_secs(window + a_day - the_next_sweep - 60));
    assert!(there().await);

    house.clock.advance(Duration::from_secs(the_next_sweep + 60));
    let files = ["session.db", "session.db-wal"].map(|name| house.dir.path().join("data").join(name));
    let label_is_found = || {
        let bytes = files
            .each_ref()
            .map(|file| std::fs::read(file).expect("a file"))
            .concat();
        bytes.windows(12).any(|window| window == b"marked-label")
    };
    let end = Instant::now() + Duration::from_secs(10);
    while there().await || label_is_found() {
        assert!(Instant::now() < end, "still there");
    }
    let found = house.control().lookup_invite(lookup(&created.invites[0].token)).await;
    assert_eq!(found.expect_err("gone").code(), Code::NotFound);
}

#[tokio::test]
async fn case_64_each_sees_what_is_theirs() {
    let house = House::new().await;
    let (ours, theirs) = (house.practice("Ours").await, house.practice("Theirs").await);
    let key = house
        .practices()
        .create_api_key(api_key("booking", &ours))
        .await
        .expect("a key")
        .into_inner();
    let device = Device::enrol(&house, &ours)
        .await
        .sign_in(&house)
        .await
        .expect("signs in")
        .token;
    let their_room = house
        .rooms()
        .create_room(room_request(&theirs, 60))
        .await
        .expect("created")
        .into_inner();
    let their_room = their_room.room.expect("a room").id;

    for credential in [&key.key, &device] {
        assert!(
            house
                .rooms_as(credential)
                .create_room(room_request(&ours, 60))
                .await
                .is_ok()
        );
        let foreign = [
            house
                .rooms_as(credential)
                .create_room(room_request(&theirs, 60))
                .await
                .map(drop),
            house
                .rooms_as(credential)
                .get_room(GetRoomRequest {
                    room: their_room.clone(),
                })
                .await
                .map(drop),
            house
                .rooms_as(credential)
                .close_room(CloseRoomRequest {
                    room: their_room.clone(),
                    ..CloseRoomRequest::default()
                })
                .await
                .map(drop),
            house
                .practices_as(credential)
                .get_practice(GetPracticeRequest {
                    practice: theirs.clone(),
                })
                .await
                .map(drop),
        ];
        for answer in foreign {
            let status = answer.expect_err("not theirs");
            assert_eq!(
                (status.code(), status.message()),
                (Code::NotFound, "there is no such thing")
            );
        }
        let new = CreatePracticeRequest {
            name: "Another".to_owned(),
            ..CreatePracticeRequest::default()
        };
        let refused = house
            .practices_as(credential)
            .create_practice(new)
            .await
            .expect_err("only the operator");
        assert_eq!(refused.code(), Code::PermissionDenied);
        let own = house
            .practices_as(credential)
            .list_practices(ListPracticesRequest::default())
            .await
            .expect("a list");
        assert_eq!(own.into_inner().practices.len(), 1);
    }
    let token = house
        .rooms_as(&key.key)
        .create_room_token(CreateRoomTokenRequest { room: their_room })
        .await;
    assert_eq!(token.expect_err("not theirs").code(), Code::NotFound);
}

#[tokio::test]
async fn case_64_credentials_that_are_not_good_open_nothing() {
    let house = House::new().await;
    let practice = house.practice("Praxis").await;
    let key = house
        .practices()
        .create_api_key(api_key("booking", &practice))
        .await
        .expect("a key")
        .into_inner();
    let wrong_secret = format!("{}x", key.key);
    house
        .practices()
        .revoke_api_key(RevokeApiKeyRequest { id: key.id })
        .await
        .expect("revoked");

    for credential in [
        key.key.as_str(),
        &wrong_secret,
        "visite_",
        "visite_0_0",
        "eyJ.e30.x",
        "nonsense",
    ] {
        let refused = house
            .rooms_as(credential)
            .list_rooms(ListRoomsRequest::default())
            .await
            .expect_err("refused");
        assert_eq!(refused.code(), Code::Unauthenticated, "{credential}");
    }
}

#[tokio::test]
async fn a_revoked_device_is_out_at_once() {
    let house = House::new().await;
    let practice = house.practice("Praxis").await;
    let doctor = Device::enrol(&house, &practice).await;
    let session = doctor.sign_in(&house).await.expect("signs in");

    house
        .practices()
        .revoke_device(RevokeDeviceRequest {
            device: doctor.id.clone(),
        })
        .await
        .expect("revoked");

    let token = house
        .rooms_as(&session.token)
        .create_room(room_request(&practice, 60))
        .await;
    assert_eq!(token.expect_err("out").code(), Code::Unauthenticated);
    assert_eq!(
        doctor.sign_in(&house).await.expect_err("out").code(),
        Code::Unauthenticated
    );
}

#[tokio::test]
async fn an_enrolment_code_is_good_once() {
    let house = House::new().await;
    let practice = house.practice("Praxis").await;
    let code = enrolment(&house, &practice).await;
    let doctor = Device::new();
    doctor.try_enrol(&house, &code).await.expect("enrolled");

    let again = Device::new().try_enrol(&house, &code).await.expect_err("spent");
    let invented = doctor
        .try_enrol(&house, "AAAAAAAAAAAAAAAAAAAAAA")
        .await
        .expect_err("absent");

    assert_eq!((again.code(), again.message()), (invented.code(), invented.message()));
}

#[tokio::test]
async fn a_sign_in_needs_the_devices_own_key_and_a_fresh_challenge() {
    let house = House::new().await;
    let practice = house.practice("Praxis").await;
    let doctor = Device::enrol(&house, &practice).await;
    let impostor = Device {
        id: doctor.id.clone(),
        ..Device::new()
    };
    let nobody = Device {
        id: "0".repeat(32),
        ..Device::new()
    };
    let challenge = doctor.challenge(&house).await;

    doctor.answer(&house, &challenge).await.expect("signs in");

    for refused in [
        doctor.answer(&house, &challenge).await.expect_err("twice"),
        impostor.sign_in(&house).await.expect_err("another key"),
        nobody.sign_in(&house).await.expect_err("no such device"),
        doctor.answer(&house, &[0; 40]).await.expect_err("invented"),
    ] {
        assert_eq!(
            (refused.code(), refused.message()),
            (Code::Unauthenticated, "the sign-in failed")
        );
    }
}

#[tokio::test]
async fn a_new_link_for_a_seat_and_the_old_one_revoked() {
    let house = House::new().await;
    let practice = house.practice("Praxis").await;
    let created = house
        .rooms()
        .create_room(room_request(&practice, 0))
        .await
        .expect("created")
        .into_inner();
    let room = created.room.expect("a room").id;
    let old = created.invites[0].clone();

    let invite = Some(InviteSpec {
        seat: 1,
        ..InviteSpec::default()
    });
    let new = house
        .rooms()
        .create_invite(CreateInviteRequest {
            room: room.clone(),
            invite,
            ..CreateInviteRequest::default()
        })
        .await
        .expect("made")
        .into_inner();
    let invite = old.invite.expect("an invite").id;
    house
        .rooms()
        .revoke_invite(RevokeInviteRequest { invite })
        .await
        .expect("revoked");

    let new = new.invite.expect("an invite");
    assert!(house.control().redeem_invite(redeem(&new.token, CLIENT)).await.is_ok());
    assert!(house.control().redeem_invite(redeem(&old.token, CLIENT)).await.is_err());
    let room = house
        .rooms()
        .get_room(GetRoomRequest { room })
        .await
        .expect("there")
        .into_inner();
    assert_eq!(room.state(), State::Open);
    assert_eq!(
        room.invites.iter().map(|invite| invite.revoked).collect::<Vec<_>>(),
        [true, false]
    );
}

#[tokio::test]
async fn case_63_who_steals_the_store_can_let_nobody_in() {
    let house = House::new().await;
    let practice = house.practice("Praxis").await;
    let code = enrolment(&house, &practice).await;
    let key = house
        .practices()
        .create_api_key(api_key("booking", &practice))
        .await
        .expect("a key")
        .into_inner()
        .key;
    let created = house
        .rooms()
        .create_room(room_request(&practice, 60))
        .await
        .expect("created")
        .into_inner();
    let invite = &created.invites[0].token;
    house
        .control()
        .redeem_invite(redeem(invite, CLIENT))
        .await
        .expect("good");

    let data = house.dir.path().join("data");
    let signing_key = std::fs::read_dir(data.join("keys"))
        .expect("keys")
        .next()
        .expect("a key")
        .expect("a file")
        .path();
    let signing_key = std::fs::read_to_string(signing_key).expect("hexadecimal");
    let secret = key.splitn(3, '_').nth(2).expect("a secret").to_owned();

    let stolen = ["session.db", "session.db-wal"].map(|name| std::fs::read(data.join(name)).expect("a file"));
    let stolen = stolen.concat();
    let holds = |text: &str| stolen.windows(text.len()).any(|window| window == text.as_bytes());
    assert!(holds("Praxis"), "the search finds what is there");
    for secret in [&code, &secret, invite, &signing_key, &CLIENT.to_owned()] {
        assert!(!holds(secret));
    }
}

async fn one_use(house: &House, practice: &str) -> String {
    let mut request = room_request(practice, 0);
    request.invites[0].max_uses = 1;
    house
        .rooms()
        .create_room(request)
        .await
        .expect("created")
        .into_inner()
        .invites[0]
        .token
        .clone()
}

async fn close_new_room(house: &House, practice: &str) -> String {
    let created = house
        .rooms()
        .create_room(room_request(practice, 60))
        .await
        .expect("created")
        .into_inner();
    let room = created.room.expect("a room").id;
    house
        .rooms()
        .close_room(CloseRoomRequest {
            room: room.clone(),
            ..CloseRoomRequest::default()
        })
        .await
        .expect("closed");
    room
}

/// The next that is numbered or a snapshot: whose lists have changed is said in between.
async fn next(feed: &mut tonic::Streaming<WatchChangesResponse>) -> What {
    loop {
        let message = feed.message().await.expect("a good feed").expect("one more");
        match message.what.expect("something") {
            What::Touched(_) => {}
            what => return what,
        }
    }
}

fn closed_room(what: What) -> (u64, String) {
    match what {
        What::Change(api::control::v1::Change {
            number,
            what: Some(change::What::Bar(bar)),
        }) => match bar.what {
            Some(bar::What::ClosedRoom(room)) => (number, room),
            other => panic!("{other:?}"),
        },
        other => panic!("{other:?}"),
    }
}

fn lookup(invite: &str) -> LookupInviteRequest {
    LookupInviteRequest {
        invite: invite.to_owned(),
    }
}

fn redeem(invite: &str, client: &str) -> RedeemInviteRequest {
    RedeemInviteRequest {
        invite: invite.to_owned(),
        client: client.to_owned(),
    }
}

fn api_key(name: &str, practice: &str) -> CreateApiKeyRequest {
    CreateApiKeyRequest {
        practice: practice.to_owned(),
        name: name.to_owned(),
        ..CreateApiKeyRequest::default()
    }
}
