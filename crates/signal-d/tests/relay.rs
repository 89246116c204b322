//! What browsers are told of the operator's relay: whoever holds a seat, and nobody else.

mod common;

use common::{House, Text as _, join_by_invite};
use serde_json::{Value, json};

#[tokio::test]
async fn each_seat_is_told_of_the_relay_with_a_credential_of_its_own() {
    let house = House::with_relay().await;
    let doctor = house.doctor().await;
    let visit = doctor.appointment(&house, 0, 1).await;

    let mut guest = house.browser().await;
    guest.join_by_invite(visit.invite(), 1, 2).await;
    let guests = guest.hear_type("joined").await;
    let mut practice = doctor.join(&house, &visit.room, 3).await;
    let practices = practice.hear_type("joined").await;

    for joined in [&guests, &practices] {
        let [stun, relay] = &joined["ice_servers"].as_array().expect("a list")[..] else {
            panic!("{joined}");
        };
        assert_eq!(stun, &json!({ "urls": ["stun:video.example.org:3478"] }));
        assert_eq!(relay["urls"], json!(["turn:video.example.org:3478"]));
        let (end, tag) = relay["username"]
            .as_str()
            .expect("a name")
            .split_once(':')
            .expect("two parts");
        let closes = joined["closes_at"].as_u64().expect("a time") / 1000;
        assert_eq!((end.parse(), tag.len()), (Ok(closes + 3_600), 16));
        assert_eq!(relay["credential"].text().len(), 28);
    }
    assert_ne!(guests["ice_servers"][1], practices["ice_servers"][1]);

    // Who comes back by a token, without session-d, has the same.
    let mut again = house.browser().await;
    let mut join = join_by_invite("", 1, 2);
    join.as_object_mut().expect("an object").remove("invite");
    join["token"] = guests["token"].clone();
    again.say(join).await;
    assert_eq!(again.hear_type("joined").await["ice_servers"], guests["ice_servers"]);
}

#[tokio::test]
async fn a_practice_is_told_whether_there_is_one_and_strangers_are_told_nothing() {
    let house = House::with_relay().await;
    let doctor = house.doctor().await;
    let visit = doctor.appointment(&house, 0, 1).await;

    assert_eq!(doctor.sign_in(&house).await.json()["has_relay"], json!(true));
    let strangers = [
        house.post("/api/v1/ice", &json!({}), None).await,
        house.look_up(visit.invite()).await,
    ];
    for answer in strangers {
        assert_eq!(answer.status, 200);
        assert!(!answer.body.contains("turn:"), "{}", answer.body);
    }

    let house = House::new().await;
    assert_eq!(
        house.doctor().await.sign_in(&house).await.json()["has_relay"],
        Value::Bool(false)
    );
}
