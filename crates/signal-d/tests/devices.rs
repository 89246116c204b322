//! The console's calls about devices, settings and welcomes, as a browser makes them.

mod common;

use common::{Doctor, House, Text as _, id};
use data_encoding::BASE64URL_NOPAD;
use serde_json::{Value, json};

#[tokio::test]
async fn a_second_device_is_added_confirmed_and_finds_what_was_left_for_it() {
    let house = House::new().await;
    let doctor = house.doctor().await;

    let made = doctor
        .call(&house, "/api/v1/devices/enrolment", json!({ "role": "doctor" }))
        .await
        .json();
    let minutes = (made["expires_at"].as_i64().expect("a time") - common::now_ms() + 30_000) / 60_000;
    assert_eq!(minutes, 15);
    let (mut second, told) = Doctor::enrol(&house, &doctor.practice, &made["code"].text()).await;
    assert_eq!(
        told,
        json!({
            "device": second.device,
            "practice": doctor.practice,
            "practice_name": "Praxis am Finkenweg",
            "role": "doctor",
            "pending": true,
            "others": 1,
        })
    );
    assert_eq!(
        second.sign_in(&house).await.refusal(),
        (401, "sign_in_failed".to_owned())
    );

    let listed = doctor.call(&house, "/api/v1/devices/list", json!({})).await.json();
    // Those of one second are in no order.
    let devices = listed["devices"].as_array().expect("a list");
    let find = |id: &str| {
        devices
            .iter()
            .find(|device| device["id"] == json!(id))
            .expect("is listed")
    };
    let waiting = find(&second.device);
    assert_eq!(devices.len(), 2);
    assert_eq!(waiting["public_key"], json!(second.public_key()));
    assert_eq!(
        (&waiting["confirmed_at"], &waiting["revoked_at"]),
        (&Value::Null, &Value::Null)
    );
    assert_eq!(
        (&waiting["is_self"], &find(&doctor.device)["is_self"]),
        (&json!(false), &json!(true))
    );
    assert_eq!(
        (&waiting["role"], &waiting["name"]),
        (&json!("doctor"), &json!("Reception"))
    );
    let confirm = json!({ "device": second.device, "sealed_keys": "AQID" });
    assert_eq!(
        doctor
            .call(&house, "/api/v1/devices/confirm", confirm.clone())
            .await
            .json(),
        json!({})
    );
    let again = doctor.call(&house, "/api/v1/devices/confirm", confirm).await;
    assert_eq!(again.refusal(), (409, "failed_precondition".to_owned()));

    let session = second.sign_in(&house).await.json();
    assert_eq!(session["role"], "doctor");
    second.token = session["token"].text();
    let keys = second.call(&house, "/api/v1/device/keys", json!({})).await.json();
    assert_eq!(keys, json!({ "sealed_keys": "AQID" }));
    assert_eq!(
        second.call(&house, "/api/v1/device/keys/drop", json!({})).await.json(),
        json!({})
    );
    let keys = second.call(&house, "/api/v1/device/keys", json!({})).await;
    assert_eq!(keys.refusal(), (404, "not_found".to_owned()));

    // And it bars the first, which was lost.
    let revoke = json!({ "device": doctor.device });
    assert_eq!(
        second.call(&house, "/api/v1/devices/revoke", revoke).await.json(),
        json!({})
    );
    let list = doctor.call(&house, "/api/v1/devices/list", json!({})).await;
    assert_eq!(list.refusal(), (401, "unauthenticated".to_owned()));
    let listed = second.call(&house, "/api/v1/devices/list", json!({})).await.json();
    let devices = listed["devices"].as_array().expect("a list");
    let revoked: Vec<_> = devices.iter().filter(|device| device["revoked_at"].is_i64()).collect();
    assert_eq!(
        (revoked.len(), &revoked[0]["id"]),
        (1, &json!(doctor.device)),
        "{listed}"
    );
}

#[tokio::test]
async fn case_64_staff_arrange_appointments_and_are_refused_at_the_door_of_a_room() {
    let house = House::new().await;
    let doctor = house.doctor().await;
    let staff = staff(&house, &doctor).await;
    let visit = staff.appointment(&house, 0, 1).await;

    let room = &visit.room;
    let invite = json!({ "seat": 1 });
    for (path, body) in [
        (format!("/api/v1/rooms/{room}/invites"), invite),
        (
            format!("/api/v1/rooms/{room}/welcome"),
            json!({ "sealed_welcome": "AQID" }),
        ),
        (format!("/api/v1/invites/{}/revoke", visit.invites[0].1), json!({})),
        ("/api/v1/devices/list".to_owned(), json!({})),
        ("/api/v1/practice/settings".to_owned(), json!({})),
        (format!("/api/v1/rooms/{room}/close"), json!({})),
    ] {
        staff.call(&house, &path, body).await.json();
    }
    let room = staff.appointment(&house, 0, 1).await.room;
    for (path, body) in [
        (format!("/api/v1/rooms/{room}/token"), json!({})),
        ("/api/v1/devices/enrolment".to_owned(), json!({ "role": "staff" })),
        (
            "/api/v1/devices/confirm".to_owned(),
            json!({ "device": doctor.device, "sealed_keys": "AQID" }),
        ),
        ("/api/v1/devices/revoke".to_owned(), json!({ "device": doctor.device })),
        (
            "/api/v1/practice/settings/update".to_owned(),
            json!({ "sealed": "AQID", "revision": 0 }),
        ),
    ] {
        let refused = staff.call(&house, &path, body).await;
        assert_eq!(refused.refusal(), (403, "permission_denied".to_owned()), "{path}");
    }
    // Nor does its own token let it in.
    let mut browser = house.browser().await;
    browser.say(staff.join_by(&staff.token, 4)).await;
    assert_eq!(browser.refusal().await, ("token_invalid".to_owned(), 4008));
    let revoke = json!({ "device": staff.device });
    assert_eq!(
        staff.call(&house, "/api/v1/devices/revoke", revoke).await.json(),
        json!({})
    );
}

#[tokio::test]
async fn settings_as_large_as_they_may_be_go_through_and_no_larger_ones() {
    let house = House::new().await;
    let doctor = house.doctor().await;
    let read = async || doctor.call(&house, "/api/v1/practice/settings", json!({})).await.json();
    let write = async |sealed: &str, revision: u64| {
        let body = json!({ "sealed": sealed, "revision": revision });
        doctor.call(&house, "/api/v1/practice/settings/update", body).await
    };
    assert_eq!(read().await, json!({ "sealed": "", "revision": 0 }));

    let largest = BASE64URL_NOPAD.encode(&[7; 65_536]);
    assert_eq!(write(&largest, 0).await.json(), json!({ "revision": 1 }));
    assert_eq!(read().await, json!({ "sealed": largest, "revision": 1 }));
    assert_eq!(write("AQ", 0).await.refusal(), (409, "aborted".to_owned()));
    let larger = write(&BASE64URL_NOPAD.encode(&[7; 65_537]), 1).await;
    assert_eq!(larger.refusal(), (400, "invalid_argument".to_owned()));
    assert!(larger.body.contains(r#""field":"sealed""#), "{}", larger.body);
    assert_eq!(write(&"A".repeat(100_000), 1).await.status, 413);
}

#[tokio::test]
async fn what_the_practice_has_left_for_a_seat_is_told_with_the_invite_until_it_is_taken() {
    let house = House::new().await;
    let doctor = house.doctor().await;
    let visit = doctor.appointment(&house, 0, 1).await;
    let prekey = async || house.look_up(visit.invite()).await.json()["prekey"].clone();
    assert_eq!(prekey().await, Value::Null);

    let mut practice = doctor.join(&house, &visit.room, 3).await;
    practice.hear_type("joined").await;
    practice
        .say(json!({ "type": "sealed", "to": 1, "seq": 1, "data": "AQUD" }))
        .await;
    // Nothing answers it while nobody is there: a ping behind it shows that it has come.
    practice.say(json!({ "type": "ping", "n": 1 })).await;
    practice.hear_type("pong").await;
    assert_eq!(prekey().await, json!("AQUD"));

    let mut guest = house.browser().await;
    guest.join_by_invite(visit.invite(), 1, 2).await;
    let joined = guest.hear_type("joined").await;
    assert_eq!(joined["sealed"][0]["data"], json!("AQUD"));
    guest
        .say(json!({ "type": "ack", "to": 0, "stream": id(3), "seq": 1 }))
        .await;
    practice.hear_type("peer").await;
    practice.hear_type("ack").await;
    assert_eq!(prekey().await, Value::Null);
}

#[tokio::test]
async fn a_welcome_as_large_as_it_may_be_is_there_for_who_has_the_link() {
    let house = House::new().await;
    let doctor = house.doctor().await;
    let largest = BASE64URL_NOPAD.encode(&[7; 32_768]);
    let create = async |welcome: &str| {
        let ask = json!({
            "starts_at": common::now_ms(), "duration_ms": 600_000, "invites": [{ "seat": 1 }], "sealed_welcome": welcome,
        });
        doctor.call(&house, "/api/v1/rooms", ask).await
    };

    let made = create(&largest).await.json();
    let (room, invite) = (made["room"]["id"].text(), made["invites"][0]["token"].text());
    let found = house.look_up(&invite).await.json();
    assert_eq!(
        (&found["sealed_welcome"], &found["room"]),
        (&json!(largest), &json!(room))
    );
    let path = format!("/api/v1/rooms/{room}/welcome");
    assert_eq!(
        doctor.call(&house, &path, json!({ "sealed_welcome": "" })).await.json(),
        json!({})
    );
    assert_eq!(house.look_up(&invite).await.json()["sealed_welcome"], "");

    let larger = BASE64URL_NOPAD.encode(&[7; 32_769]);
    assert_eq!(create(&larger).await.refusal(), (400, "invalid_argument".to_owned()));
    let refused = doctor.call(&house, &path, json!({ "sealed_welcome": larger })).await;
    assert!(refused.body.contains(r#""field":"sealed_welcome""#), "{}", refused.body);
    assert_eq!(create(&"A".repeat(70_000)).await.status, 413);
}

#[tokio::test]
async fn what_is_not_asked_for_is_refused() {
    let house = House::new().await;
    let doctor = house.doctor().await;

    for (path, body) in [
        ("/api/v1/devices/list", json!({ "practice": "x" })),
        ("/api/v1/devices/enrolment", json!({})),
        ("/api/v1/devices/enrolment", json!({ "role": "operator" })),
        ("/api/v1/devices/enrolment", json!({ "role": "staff", "ttl": 1 })),
        (
            "/api/v1/devices/confirm",
            json!({ "device": doctor.device, "sealed_keys": "A=" }),
        ),
        ("/api/v1/devices/revoke", json!({})),
        ("/api/v1/device/keys", json!({ "device": doctor.device })),
        ("/api/v1/practice/settings", json!([])),
        ("/api/v1/practice/settings/update", json!(["AQ", 0])),
        ("/api/v1/practice/settings/update", json!({ "sealed": "AQ" })),
        (
            "/api/v1/practice/settings/update",
            json!({ "sealed": "AQ", "revision": -1 }),
        ),
    ] {
        let refused = doctor.call(&house, path, body.clone()).await;
        assert_eq!(refused.refusal(), (400, "bad_request".to_owned()), "{path} {body}");
    }
    for path in ["devices/list", "devices/enrolment", "device/keys", "practice/settings"] {
        let body = if path == "devices/enrolment" {
            json!({ "role": "staff" })
        } else {
            json!({})
        };
        let refused = house.post(&format!("/api/v1/{path}"), &body, None).await;
        assert_eq!(refused.refusal(), (401, "unauthenticated".to_owned()), "{path}");
    }
}

/// A device of the practice's staff, signed in.
async fn staff(house: &House, doctor: &Doctor) -> Doctor {
    let made = doctor
        .call(house, "/api/v1/devices/enrolment", json!({ "role": "staff" }))
        .await
        .json();
    let (mut staff, _) = Doctor::enrol(house, &doctor.practice, &made["code"].text()).await;
    let confirm = json!({ "device": staff.device, "sealed_keys": "AQID" });
    doctor.call(house, "/api/v1/devices/confirm", confirm).await.json();
    let session = staff.sign_in(house).await.json();
    assert_eq!(session["role"], "staff");
    staff.token = session["token"].text();
    staff
}
