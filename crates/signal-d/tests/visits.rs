//! Visits as browsers live them, over real connections: signal-d with a session-d behind it.

mod common;

use std::time::{Duration, Instant};

use api::session::v1::{
    CloseRoomRequest, RevokeDeviceRequest, practice_service_client::PracticeServiceClient,
    room_service_client::RoomServiceClient,
};
use common::{Browser, House, Text as _, id, invented_invite, invented_room, join_by_invite, now_ms};
use serde_json::json;

#[tokio::test]
async fn a_guest_and_the_practice_meet_and_what_waited_comes_with_the_answer_to_the_join() {
    let house = House::new().await;
    let doctor = house.doctor().await;
    let visit = doctor.appointment(&house, 0, 1).await;

    let mut guest = house.browser().await;
    guest.join_by_invite(visit.invite(), 1, 2).await;
    let joined = guest.hear_type("joined").await;
    assert_eq!(
        (&joined["room"], &joined["seat"], &joined["role"], &joined["epoch"]),
        (&json!(visit.room), &json!(1), &json!("guest"), &json!(1))
    );
    assert_eq!(
        joined["ice_servers"],
        json!([{ "urls": ["stun:video.example.org:3478"] }])
    );
    assert_eq!(
        joined["peers"],
        json!([{ "seat": 0, "role": "practice", "presence": "gone", "acked": 0 }])
    );
    guest
        .say(json!({ "type": "sealed", "to": 0, "seq": 1, "data": "AQID" }))
        .await;

    let mut practice = doctor.join(&house, &visit.room, 3).await;
    let joined = practice.hear_type("joined").await;
    assert_eq!(
        joined["sealed"],
        json!([{ "from": 1, "stream": id(2), "seq": 1, "data": "AQID" }])
    );
    let here = guest.hear_type("peer").await;
    assert_eq!((&here["presence"], &here["stream"]), (&json!("here"), &json!(id(3))));

    practice
        .say(json!({ "type": "ack", "to": 1, "stream": id(2), "seq": 1 }))
        .await;
    assert_eq!(guest.hear().await, json!({ "type": "ack", "from": 0, "seq": 1 }));
    practice
        .say(json!({ "type": "sealed", "to": 1, "seq": 1, "data": "BAUG" }))
        .await;
    assert_eq!(
        guest.hear().await,
        json!({ "type": "sealed", "from": 0, "stream": id(3), "seq": 1, "data": "BAUG" })
    );
    guest.say(json!({ "type": "ping", "n": 7 })).await;
    assert_eq!(guest.hear().await, json!({ "type": "pong", "n": 7 }));

    guest.say(json!({ "type": "leave" })).await;
    assert_eq!(guest.close_code().await, 1000);
    assert_eq!(practice.hear_type("peer").await["presence"], "gone");
}

#[tokio::test]
async fn who_comes_back_with_the_token_gets_what_was_not_acknowledged_also_without_session_d() {
    let mut house = House::new().await;
    let doctor = house.doctor().await;
    let visit = doctor.appointment(&house, 0, 1).await;
    let mut practice = doctor.join(&house, &visit.room, 3).await;
    practice.hear_type("joined").await;
    let mut guest = house.browser().await;
    guest.join_by_invite(visit.invite(), 1, 2).await;
    let token = guest.hear_type("joined").await["token"].text();
    practice.hear_type("peer").await;
    house.end_session().await;

    drop(guest);
    assert_eq!(practice.hear_type("peer").await["presence"], "away");
    for seq in 1..=2 {
        practice
            .say(json!({ "type": "sealed", "to": 1, "seq": seq, "data": "AQ" }))
            .await;
    }
    let mut guest = house.browser().await;
    guest
        .say(json!({ "type": "join", "token": token, "client": id(1), "stream": id(2) }))
        .await;
    let joined = guest.hear_type("joined").await;

    let mut numbers: Vec<_> = joined["sealed"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|m| m["seq"].clone())
        .collect();
    while numbers.len() < 2 {
        numbers.push(guest.hear_type("sealed").await["seq"].clone());
    }
    assert_eq!(numbers, [1, 2]);

    // Who needs session-d is told to come back, and can when it is there again.
    let mut newcomer = house.browser().await;
    newcomer.join_by_invite(visit.invite(), 9, 9).await;
    let error = newcomer.hear_type("error").await;
    assert_eq!(
        (&error["code"], &error["retry_after_ms"]),
        (&json!("unavailable"), &json!(2000))
    );
    assert_eq!(newcomer.close_code().await, 4006);
    let refused = house.look_up(visit.invite()).await;
    assert_eq!(refused.refusal(), (503, "unavailable".to_owned()));
    assert!(refused.headers.contains_key("retry-after"));
    house.start_session().await;
    assert_eq!(house.look_up(visit.invite()).await.status, 200);
}

#[tokio::test]
async fn after_a_restart_of_signal_d_both_rejoin_and_say_again_what_was_not_acknowledged() {
    let mut house = House::new().await;
    let doctor = house.doctor().await;
    let visit = doctor.appointment(&house, 0, 1).await;
    let mut guest = house.browser().await;
    guest.join_by_invite(visit.invite(), 1, 2).await;
    let token = guest.hear_type("joined").await["token"].text();
    guest
        .say(json!({ "type": "sealed", "to": 0, "seq": 1, "data": "AQ" }))
        .await;

    house.end_signal().await;
    assert_eq!(guest.hear_type("error").await["retry_after_ms"], 500);
    assert_eq!(guest.close_code().await, 1001);
    house.start_signal().await;

    let mut guest = house.browser().await;
    guest
        .say(json!({ "type": "join", "token": token, "client": id(1), "stream": id(2) }))
        .await;
    assert_eq!(guest.hear_type("joined").await["peers"][0]["acked"], 0);
    guest
        .say(json!({ "type": "sealed", "to": 0, "seq": 1, "data": "AQ" }))
        .await;
    let mut practice = doctor.join(&house, &visit.room, 3).await;
    let joined = practice.hear_type("joined").await;
    let waited = joined["sealed"].as_array().expect("a list").len();
    if waited == 0 {
        practice.hear_type("sealed").await;
    }
}

#[tokio::test]
async fn case_40_a_second_socket_for_a_seat() {
    let house = House::new().await;
    let doctor = house.doctor().await;
    let visit = doctor.appointment(&house, 0, 1).await;
    let mut first = house.browser().await;
    first.join_by_invite(visit.invite(), 1, 2).await;
    first.hear_type("joined").await;

    // The same browser takes over, another one finds the seat occupied.
    let mut second = house.browser().await;
    second.join_by_invite(visit.invite(), 1, 4).await;
    second.hear_type("joined").await;
    assert_eq!(first.refusal().await, ("taken_over".to_owned(), 4011));
    let mut other = house.browser().await;
    other.join_by_invite(visit.invite(), 5, 6).await;
    assert_eq!(other.refusal().await, ("occupied".to_owned(), 4005));

    // The practice frees it.
    let mut practice = doctor.join(&house, &visit.room, 3).await;
    practice.hear_type("joined").await;
    second.hear_type("peer").await;
    practice.say(json!({ "type": "evict", "seat": 1 })).await;
    assert_eq!(second.refusal().await, ("evicted".to_owned(), 4007));
    assert_eq!(practice.hear_type("peer").await["presence"], "gone");
    let mut other = house.browser().await;
    other.join_by_invite(visit.invite(), 5, 6).await;
    other.hear_type("joined").await;

    // A guest can free nobody.
    other.say(json!({ "type": "evict", "seat": 0 })).await;
    assert_eq!(other.refusal().await, ("bad_message".to_owned(), 1008));
}

#[tokio::test]
async fn case_40_another_device_of_the_practice_takes_over_when_it_says_so() {
    let house = House::new().await;
    let doctor = house.doctor().await;
    let colleague = house.device_of(doctor.practice.clone()).await;
    let visit = doctor.appointment(&house, 0, 1).await;
    let mut first = doctor.join(&house, &visit.room, 3).await;
    first.hear_type("joined").await;

    let mut second = colleague.join(&house, &visit.room, 4).await;
    assert_eq!(second.refusal().await, ("occupied".to_owned(), 4005));
    let token = colleague.room_token(&house, &visit.room).await;
    let mut join = colleague.join_by(&token, 4);
    join["takeover"] = json!(true);
    let mut second = house.browser().await;
    second.say(join).await;

    second.hear_type("joined").await;
    assert_eq!(first.refusal().await, ("taken_over".to_owned(), 4011));
}

#[tokio::test]
async fn a_cancelled_appointment_closes_both_within_a_second_and_bars_the_door() {
    let house = House::new().await;
    let doctor = house.doctor().await;
    let visit = doctor.appointment(&house, 0, 1).await;
    let (mut guest, mut practice, guests_token) = both(&house, &doctor, &visit).await;
    let practices_token = doctor.room_token(&house, &visit.room).await;

    let begin = Instant::now();
    let close = format!("/api/v1/rooms/{}/close", visit.room);
    assert_eq!(doctor.call(&house, &close, json!({})).await.json()["state"], "closed");

    assert_eq!(guest.refusal().await, ("closed".to_owned(), 4004));
    assert_eq!(practice.refusal().await, ("closed".to_owned(), 4004));
    assert!(begin.elapsed() < Duration::from_secs(1), "{:?}", begin.elapsed());

    // Case 60: a good token, replayed after the revocation.
    for join in [
        json!({ "type": "join", "token": guests_token, "client": id(1), "stream": id(2) }),
        doctor.join_by(&practices_token, 3),
    ] {
        let mut late = house.browser().await;
        late.say(join).await;
        assert_eq!(late.refusal().await, ("closed".to_owned(), 4004));
    }
    let mut late = house.browser().await;
    late.join_by_invite(visit.invite(), 1, 2).await;
    assert_eq!(late.refusal().await, ("invite_invalid".to_owned(), 4001));
}

#[tokio::test]
async fn a_revoked_invite_or_device_loses_its_seat_and_nobody_else() {
    let house = House::new().await;
    let doctor = house.doctor().await;
    let visit = doctor.appointment(&house, 0, 1).await;
    let (mut guest, mut practice, token) = both(&house, &doctor, &visit).await;

    let revoke = format!("/api/v1/invites/{}/revoke", visit.invites[0].1);
    doctor.call(&house, &revoke, json!({})).await.json();
    assert_eq!(guest.refusal().await, ("closed".to_owned(), 4004));
    assert_eq!(practice.hear_type("peer").await["presence"], "gone");
    let mut late = house.browser().await;
    late.say(json!({ "type": "join", "token": token, "client": id(1), "stream": id(2) }))
        .await;
    assert_eq!(late.refusal().await, ("closed".to_owned(), 4004));

    let revoke = RevokeDeviceRequest {
        device: doctor.device.clone(),
    };
    let mut practices = PracticeServiceClient::new(house.session_client().await);
    practices.revoke_device(revoke).await.expect("revoked");
    assert_eq!(practice.refusal().await, ("closed".to_owned(), 4004));
    assert_eq!(
        doctor.sign_in(&house).await.refusal(),
        (401, "sign_in_failed".to_owned())
    );
    let list = json!({ "from": now_ms() - 1000, "until": now_ms() + 1000 });
    let listed = doctor.call(&house, "/api/v1/rooms/list", list).await;
    assert_eq!(listed.refusal(), (401, "unauthenticated".to_owned()));
}

#[tokio::test]
async fn a_moved_appointment_sends_everybody_out_and_the_same_link_leads_to_the_new_time() {
    let house = House::new().await;
    let doctor = house.doctor().await;
    let visit = doctor.appointment(&house, 0, 1).await;
    let (mut guest, mut practice, token) = both(&house, &doctor, &visit).await;

    let to = json!({ "starts_at": now_ms() + 60_000 });
    let path = format!("/api/v1/rooms/{}/move", visit.room);
    assert_eq!(doctor.call(&house, &path, to).await.json()["epoch"], 2);

    assert_eq!(guest.refusal().await, ("moved".to_owned(), 4010));
    assert_eq!(practice.refusal().await, ("moved".to_owned(), 4010));
    let mut late = house.browser().await;
    late.say(json!({ "type": "join", "token": token, "client": id(1), "stream": id(2) }))
        .await;
    assert_eq!(late.refusal().await, ("moved".to_owned(), 4010));
    let mut guest = house.browser().await;
    guest.join_by_invite(visit.invite(), 1, 2).await;
    assert_eq!(guest.hear_type("joined").await["epoch"], 2);
}

#[tokio::test]
async fn what_was_revoked_while_the_feed_was_broken_is_made_up_for() {
    let mut house = House::new().await;
    let doctor = house.doctor().await;
    let visit = doctor.appointment(&house, 0, 1).await;
    let (mut guest, mut practice, _) = both(&house, &doctor, &visit).await;
    house.end_session().await;
    house.start_session_at("elsewhere.sock").await;
    let close = CloseRoomRequest {
        room: visit.room,
        ..CloseRoomRequest::default()
    };
    let mut rooms = RoomServiceClient::new(house.session_client_at("elsewhere.sock").await);
    rooms.close_room(close).await.expect("closed");
    drop(rooms);
    house.end_session().await;

    house.start_session().await;

    assert_eq!(guest.refusal().await, ("closed".to_owned(), 4004));
    assert_eq!(practice.refusal().await, ("closed".to_owned(), 4004));
}

#[tokio::test]
async fn too_early_and_too_late_are_told_apart() {
    let house = House::new().await;
    let doctor = house.doctor().await;
    let tomorrow = doctor.appointment(&house, 86_400_000, 1).await;

    let mut early = house.browser().await;
    early.join_by_invite(tomorrow.invite(), 1, 2).await;
    let error = early.hear_type("error").await;
    assert_eq!(error["code"], "too_early");
    let opens = house.look_up(tomorrow.invite()).await.json()["opens_at"].clone();
    assert_eq!(error["opens_at"], opens);
    assert_eq!(early.close_code().await, 4002);

    // The practice may be there before its guests.
    let mut practice = doctor.join(&house, &tomorrow.room, 3).await;
    practice.hear_type("joined").await;
}

#[tokio::test]
async fn an_invite_that_others_have_used_up_says_so() {
    let house = House::new().await;
    let doctor = house.doctor().await;
    let visit = doctor.appointment(&house, 0, 1).await;
    for client in 1..=3 {
        let mut guest = house.browser().await;
        guest.join_by_invite(visit.invite(), client, client).await;
        guest.hear_type("joined").await;
        guest.say(json!({ "type": "leave" })).await;
        assert_eq!(guest.close_code().await, 1000);
    }

    let mut fourth = house.browser().await;
    fourth.join_by_invite(visit.invite(), 4, 4).await;
    assert_eq!(fourth.refusal().await, ("invite_used".to_owned(), 4012));
    let mut first = house.browser().await;
    first.join_by_invite(visit.invite(), 1, 5).await;
    first.hear_type("joined").await;
}

#[tokio::test]
async fn case_60_a_token_is_good_for_its_browser_and_its_purpose_only() {
    let house = House::new().await;
    let doctor = house.doctor().await;
    let visit = doctor.appointment(&house, 0, 2).await;
    let mut guest = house.browser().await;
    guest.join_by_invite(visit.invite(), 1, 2).await;
    let token = guest.hear_type("joined").await["token"].text();
    let mut swapped: Vec<_> = token.split('.').map(str::to_owned).collect();
    swapped[0] = data_encoding::BASE64URL_NOPAD.encode(br#"{"alg":"none","kid":"1","typ":"JWT"}"#);

    for (what, token) in [
        ("another browser's", token.clone()),
        ("a device's", doctor.token.clone()),
        ("of no algorithm", swapped.join(".")),
        ("cut", token[..token.len() - 1].to_owned()),
        ("empty", String::new()),
        ("long", "e".repeat(20_000)),
    ] {
        let mut thief = house.browser().await;
        thief
            .say(json!({ "type": "join", "token": token, "client": id(7), "stream": id(8) }))
            .await;
        assert_eq!(thief.refusal().await, ("token_invalid".to_owned(), 4008), "{what}");
    }
    // And a room token opens no console.
    let list = json!({ "from": 1_790_000_000_000_u64, "until": 1_790_000_001_000_u64 });
    let listed = house.post("/api/v1/rooms/list", &list, Some(&token)).await;
    assert_eq!(listed.refusal(), (401, "unauthenticated".to_owned()));
}

#[tokio::test]
async fn case_43_a_link_fetched_fifty_times_is_as_good_as_new() {
    let house = House::new().await;
    let doctor = house.doctor().await;
    let visit = doctor.appointment(&house, 0, 1).await;

    for _ in 0..50 {
        let page = house.ask("GET", &format!("/v/{}", visit.invite()), "").await;
        assert_eq!(page.status, 200);
        assert_eq!(house.look_up(visit.invite()).await.status, 200);
    }

    let ask = json!({ "from": now_ms() - 60_000, "until": now_ms() + 60_000 });
    let listed = doctor.call(&house, "/api/v1/rooms/list", ask).await.json();
    assert_eq!(listed["rooms"][0]["invites"][0]["uses"], 0);
    let mut guest = house.browser().await;
    guest.join_by_invite(visit.invite(), 1, 2).await;
    guest.hear_type("joined").await;
}

#[tokio::test]
async fn a_practice_sees_nothing_of_another() {
    let house = House::new().await;
    let (doctor, stranger) = (house.doctor().await, house.doctor().await);
    let visit = doctor.appointment(&house, 0, 1).await;

    for path in ["close", "token"] {
        let theirs = stranger
            .call(&house, &format!("/api/v1/rooms/{}/{path}", visit.room), json!({}))
            .await;
        let absent = stranger
            .call(&house, &format!("/api/v1/rooms/{}/{path}", invented_room(1)), json!({}))
            .await;
        assert_eq!(theirs.refusal(), (404, "not_found".to_owned()));
        assert_eq!((theirs.status, theirs.body), (absent.status, absent.body));
    }
    let revoke = format!("/api/v1/invites/{}/revoke", visit.invites[0].1);
    assert_eq!(stranger.call(&house, &revoke, json!({})).await.status, 404);
    assert_eq!(house.look_up(visit.invite()).await.status, 200);
    assert_eq!(
        house.look_up(&invented_invite(1)).await.refusal(),
        (404, "invite_invalid".to_owned())
    );
}

#[tokio::test]
async fn whoever_says_nothing_for_ten_seconds_is_away() {
    let house = House::new().await;
    let doctor = house.doctor().await;
    let visit = doctor.appointment(&house, 0, 1).await;
    let mut practice = doctor.join(&house, &visit.room, 3).await;
    practice.hear_type("joined").await;
    let mut guest = house.browser().await;
    guest.say(join_by_invite(visit.invite(), 1, 2)).await;
    let begin = Instant::now();
    assert_eq!(practice.hear_type("peer").await["presence"], "here");

    // The guest's line is cut without a word: it reads and says nothing more.
    assert_eq!(practice.hear_type("peer").await["presence"], "away");

    let after = begin.elapsed();
    assert!((9..12).contains(&after.as_secs()), "{after:?}");
    drop(guest);
}

/// Both are there, and have heard of each other; and the guest's token.
async fn both(house: &House, doctor: &common::Doctor, visit: &common::Appointment) -> (Browser, Browser, String) {
    let mut guest = house.browser().await;
    guest.join_by_invite(visit.invite(), 1, 2).await;
    let token = guest.hear_type("joined").await["token"].text();
    let mut practice = doctor.join(house, &visit.room, 3).await;
    practice.hear_type("joined").await;
    guest.hear_type("peer").await;
    (guest, practice, token)
}
