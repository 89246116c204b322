//! What guests may do before there is a visit: an open hour's link, a word to the practice, and a look at their own network.

mod common;

use aws_lc_rs::digest;
use common::{Answer, Doctor, House, LOCALHOST, Text as _, id, invented_invite, now_ms};
use data_encoding::BASE64URL_NOPAD;
use serde_json::{Value, json};

#[tokio::test]
async fn two_guests_of_an_open_hour_wait_in_rooms_of_their_own() {
    let house = House::new().await;
    let doctor = house.doctor().await;
    let (hour, invite) = open_hour(&house, &doctor, 1).await;

    let found = house.look_up(&invite).await.json();
    assert_eq!(
        (&found["practice"], &found["hour"]),
        (&json!("Praxis am Finkenweg"), &json!(hour))
    );
    assert!(found["open_until"].as_i64().expect("a time") > now_ms() && found.get("room").is_none());
    let first = enter(&house, &invite, 1).await.json();
    let second = enter(&house, &invite, 2).await.json();
    assert_ne!(first["room"], second["room"]);
    assert_eq!(
        (&first["seat"], &first["epoch"], &first["opens_at"]),
        (&json!(1), &json!(1), &first["starts_at"])
    );

    let mut guest = house.browser().await;
    guest.join_by_invite(&first["invite"].text(), 1, 1).await;
    assert_eq!(guest.hear_type("joined").await["room"], first["room"]);
    let mut practice = doctor.join(&house, &first["room"].text(), 2).await;
    assert_eq!(practice.hear_type("joined").await["peers"][0]["presence"], "here");

    let listed = doctor.call(&house, "/api/v1/hours/list", json!({})).await.json();
    let created = listed["hours"][0]["created_at"].clone();
    let expected = json!({
        "id": hour, "sealed_label": "AQID", "open_until": found["open_until"], "revoked": false, "created_at": created,
    });
    assert_eq!(listed, json!({ "hours": [expected] }));
}

#[tokio::test]
async fn a_closed_hour_says_so_and_a_revoked_one_is_no_link_any_more() {
    let house = House::new().await;
    let doctor = house.doctor().await;
    let (hour, invite) = open_hour(&house, &doctor, 1).await;
    let welcome = json!({ "sealed_welcome": "AQID" });
    let change = async |what: &str, body| doctor.call(&house, &format!("/api/v1/hours/{hour}/{what}"), body).await;

    assert_eq!(change("welcome", welcome).await.json(), json!({}));
    assert_eq!(house.look_up(&invite).await.json()["sealed_welcome"], "AQID");
    assert_eq!(change("close", json!({})).await.json()["open_until"], Value::Null);
    assert_eq!(enter(&house, &invite, 1).await.refusal(), (409, "not_open".to_owned()));
    assert_eq!(house.look_up(&invite).await.json()["open_until"], Value::Null);
    let too_long = json!({ "until": now_ms() + 13 * 3_600_000 });
    assert!(change("open", too_long).await.body.contains(r#""field":"until""#));
    assert_eq!(change("revoke", json!({})).await.json()["revoked"], true);

    assert_eq!(
        house.look_up(&invite).await.refusal(),
        (404, "invite_invalid".to_owned())
    );
    assert_eq!(
        enter(&house, &invite, 1).await.refusal(),
        (404, "invite_invalid".to_owned())
    );
    let again = change("open", json!({ "until": now_ms() + 60_000 })).await;
    assert_eq!(again.refusal(), (409, "failed_precondition".to_owned()));
}

#[tokio::test]
async fn who_makes_room_after_room_is_slowed_down_and_others_are_not() {
    let house = House::new().await;
    let doctor = house.doctor().await;
    let (_, invite) = open_hour(&house, &doctor, 1).await;

    let mut made = 0;
    while enter(&house, &invite, made).await.status.is_success() {
        made += 1;
    }

    assert!((30..40).contains(&made), "{made}");
    assert_eq!(
        enter(&house, &invite, 90).await.refusal(),
        (429, "slow_down".to_owned())
    );
    let elsewhere = json!({ "invite": invite, "client": id(91) });
    let elsewhere = house
        .post_from([127, 0, 9, 1].into(), "/api/v1/invite/enter", &elsewhere, None)
        .await;
    assert!(elsewhere.status.is_success(), "{}", elsewhere.body);
}

#[tokio::test]
async fn a_guest_says_that_it_is_late_and_the_practice_reads_it() {
    let house = House::new().await;
    let doctor = house.doctor().await;
    let visit = doctor.appointment(&house, 600_000, 1).await;
    let reply = async |sealed_reply: &str| {
        let ask = json!({ "invite": visit.invite(), "sealed_reply": sealed_reply });
        house.post("/api/v1/invite/reply", &ask, None).await
    };
    let room = async || {
        let ask = json!({ "from": now_ms(), "until": now_ms() + 3_600_000 });
        doctor.call(&house, "/api/v1/rooms/list", ask).await.json()["rooms"][0].clone()
    };
    assert_eq!(
        (&room().await["sealed_reply"], &room().await["replied_at"]),
        (&json!(""), &Value::Null)
    );

    assert_eq!(reply("AQID").await.json(), json!({}));

    assert_eq!(room().await["sealed_reply"], "AQID");
    assert!(room().await["replied_at"].as_i64().expect("a time") <= now_ms());
    for bad in [String::new(), BASE64URL_NOPAD.encode(&[7; 513])] {
        let refused = reply(&bad).await;
        assert_eq!(refused.refusal(), (400, "invalid_argument".to_owned()));
        assert!(refused.body.contains(r#""field":"sealed_reply""#), "{}", refused.body);
    }
    let unknown = json!({ "invite": invented_invite(1), "sealed_reply": "AQID" });
    let refused = house.post("/api/v1/invite/reply", &unknown, None).await;
    assert_eq!(refused.refusal(), (404, "invite_invalid".to_owned()));
}

#[tokio::test]
async fn a_label_is_changed_by_any_device() {
    let house = House::new().await;
    let doctor = house.doctor().await;
    let visit = doctor.appointment(&house, 600_000, 1).await;
    let colleague = house.device_of(doctor.practice.clone()).await;
    let path = format!("/api/v1/rooms/{}/label", visit.room);

    let labelled = colleague
        .call(&house, &path, json!({ "sealed_label": "AQID" }))
        .await
        .json();

    assert_eq!(
        (&labelled["id"], &labelled["sealed_label"]),
        (&json!(visit.room), &json!("AQID"))
    );
    let large = json!({ "sealed_label": BASE64URL_NOPAD.encode(&[7; 2049]) });
    assert!(
        colleague
            .call(&house, &path, large)
            .await
            .body
            .contains(r#""field":"sealed_label""#)
    );
}

#[tokio::test]
async fn the_stun_servers_are_told_to_whoever_checks_the_network() {
    let house = House::new().await;

    let servers = house.post("/api/v1/ice", &json!({}), None).await.json();

    assert_eq!(
        servers,
        json!({ "ice_servers": [{ "urls": ["stun:video.example.org:3478"] }] })
    );
}

/// Its id and its link's invite.
async fn open_hour(house: &House, doctor: &Doctor, number: u16) -> (String, String) {
    let invite = invented_invite(number);
    let hash = digest::digest(&digest::SHA256, invite.as_bytes());
    let ask = json!({ "sha256": BASE64URL_NOPAD.encode(hash.as_ref()), "sealed_label": "AQID" });
    let made = doctor.call(house, "/api/v1/hours", ask).await.json();
    assert_eq!(made["open_until"], Value::Null);
    let hour = made["id"].text();
    let until = json!({ "until": now_ms() + 3_600_000 });
    doctor
        .call(house, &format!("/api/v1/hours/{hour}/open"), until)
        .await
        .json();
    (hour, invite)
}

async fn enter(house: &House, invite: &str, client: u8) -> Answer {
    let ask = json!({ "invite": invite, "client": id(client) });
    house.post_from(LOCALHOST, "/api/v1/invite/enter", &ask, None).await
}
