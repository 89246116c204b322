//! A practice's own line: its devices hear of every change, and of what the others see.

mod common;

use std::time::{Duration, Instant};

use common::{Answer, Browser, Doctor, House, Text as _};
use data_encoding::BASE64URL_NOPAD;
use serde_json::json;
use tokio::{io::AsyncWriteExt as _, time::timeout};

#[tokio::test]
async fn five_devices_hear_of_a_new_appointment_within_a_second() {
    let house = House::new().await;
    let doctor = house.doctor().await;
    let stranger = house.doctor().await;
    let mut lines = vec![join(&house, &doctor).await];
    for _ in 0..4 {
        let colleague = house.device_of(doctor.practice.clone()).await;
        lines.push(join(&house, &colleague).await);
    }
    settled(&mut lines).await;
    let mut elsewhere = join(&house, &stranger).await;

    let before = Instant::now();
    doctor.appointment(&house, 600_000, 1).await;

    for line in &mut lines {
        line.hear_type("changed").await;
    }
    assert!(before.elapsed() < Duration::from_secs(1), "{:?}", before.elapsed());
    stranger.appointment(&house, 600_000, 1).await;
    elsewhere.hear_type("changed").await;
}

#[tokio::test]
async fn what_a_guest_says_and_does_is_a_change() {
    let house = House::new().await;
    let doctor = house.doctor().await;
    let visit = doctor.appointment(&house, 0, 1).await;
    let mut line = join(&house, &doctor).await;

    let reply = json!({ "invite": visit.invite(), "sealed_reply": "AQID" });
    house.post("/api/v1/invite/reply", &reply, None).await.json();
    line.hear_type("changed").await;
    let mut guest = house.browser().await;
    guest.join_by_invite(visit.invite(), 1, 1).await;
    guest.hear_type("joined").await;
    line.hear_type("changed").await;
}

#[tokio::test]
async fn a_board_is_seen_by_the_practices_other_devices_until_its_own_is_revoked() {
    let house = House::new().await;
    let doctor = house.doctor().await;
    let colleague = house.device_of(doctor.practice.clone()).await;
    let mut first = join(&house, &doctor).await;
    let mut second = join(&house, &colleague).await;

    first.say(json!({ "type": "board", "data": "AQID" })).await;

    let board = json!({ "type": "board", "device": doctor.device, "data": "AQID" });
    assert_eq!(second.hear_type("board").await, board);
    let mut third = house.console().await;
    third.say(json!({ "type": "join", "token": colleague.token })).await;
    let joined = third.hear_type("joined").await;
    assert_eq!(joined["boards"], json!([{ "device": doctor.device, "data": "AQID" }]));
    assert!(joined["expires_at"].as_i64() > joined["now"].as_i64());

    let revoke = json!({ "device": doctor.device });
    colleague.call(&house, "/api/v1/devices/revoke", revoke).await.json();

    assert_eq!(end(&mut first).await, ("closed".to_owned(), 4004));
    let mut heard = second.hear().await;
    if heard["type"] == "changed" {
        heard = second.hear().await;
    }
    assert_eq!(heard, json!({ "type": "board", "device": doctor.device, "data": null }));
    let mut again = house.console().await;
    again.say(json!({ "type": "join", "token": doctor.token })).await;
    assert_eq!(again.refusal().await, ("token_invalid".to_owned(), 4008));
}

#[tokio::test]
async fn after_a_gap_in_the_feed_everybody_is_told_to_read_again() {
    let mut house = House::new().await;
    let doctor = house.doctor().await;
    let mut line = join(&house, &doctor).await;

    house.end_session().await;
    house.start_session().await;

    line.hear_type("changed").await;
    doctor.appointment(&house, 600_000, 1).await;
    line.hear_type("changed").await;
}

#[tokio::test]
async fn a_token_is_renewed_by_the_same_device_only() {
    let house = House::new().await;
    let doctor = house.doctor().await;
    let colleague = house.device_of(doctor.practice.clone()).await;
    let mut line = join(&house, &doctor).await;
    settled(std::slice::from_mut(&mut line)).await;

    let fresh = doctor.sign_in(&house).await.json()["token"].text();
    line.say(json!({ "type": "renew", "token": fresh })).await;
    let renewed = line.hear_type("renewed").await;
    assert!(renewed["expires_at"].as_i64() > renewed["now"].as_i64());

    line.say(json!({ "type": "renew", "token": colleague.token })).await;
    assert_eq!(line.refusal().await, ("token_invalid".to_owned(), 4008));
}

#[tokio::test]
async fn what_is_no_message_or_too_much_ends_the_line() {
    let house = House::new().await;
    let doctor = house.doctor().await;
    let visit = doctor.appointment(&house, 0, 1).await;
    let room_token = doctor.room_token(&house, &visit.room).await;

    for (first, code, closed) in [
        (json!({ "type": "join", "token": "x" }), "token_invalid", 4008),
        // Good for a seat, and not for this.
        (json!({ "type": "join", "token": room_token }), "token_invalid", 4008),
        (json!({ "type": "board", "data": "AQID" }), "bad_message", 1008),
        (json!({ "type": "leave" }), "bad_message", 1008),
    ] {
        let mut line = house.console().await;
        line.say(first).await;
        assert_eq!(line.refusal().await, (code.to_owned(), closed));
    }
    let large = BASE64URL_NOPAD.encode(&[7; 8193]);
    for bad in [
        json!({ "type": "board", "data": large }),
        json!({ "type": "board", "data": "" }),
        json!({ "type": "join", "token": doctor.token }),
        json!({ "type": "sealed", "to": 0, "seq": 1, "data": "AQID" }),
    ] {
        let mut line = join(&house, &doctor).await;
        line.say(bad.clone()).await;
        assert_eq!(end(&mut line).await, ("bad_message".to_owned(), 1008), "{bad}");
    }
    let mut line = join(&house, &doctor).await;
    for _ in 0..61 {
        line.say(json!({ "type": "board", "data": "AQID" })).await;
    }
    assert_eq!(end(&mut line).await, ("flood".to_owned(), 1008));
}

#[tokio::test]
async fn the_practices_page_is_where_its_line_is() {
    let house = House::new().await;

    let page = house.ask("GET", "/practice", "").await;
    assert!(
        page.status.is_success() && page.body.contains("practice.html"),
        "{}",
        page.body
    );
    assert_eq!(
        house.ask("POST", "/practice", "content-length: 0\r\n").await.status,
        405
    );
    let upgrade = "upgrade: websocket\r\nsec-websocket-version: 13\r\nsec-websocket-key: AAAAAAAAAAAAAAAAAAAAAA==\r\n";
    let head = |more: &str| {
        format!("GET /practice HTTP/1.1\r\nhost: video.example.org\r\nconnection: upgrade\r\n{upgrade}{more}\r\n")
    };
    let status = async |more: &str| {
        let mut stream = house.tls(&["http/1.1"]).await;
        stream.write_all(head(more).as_bytes()).await.expect("sent");
        Answer::read_head(&mut stream).await.status
    };
    assert_eq!(status("").await, 400, "no sub-protocol");
    assert_eq!(status("sec-websocket-protocol: visite.signal.v1\r\n").await, 400);
    let foreign = "sec-websocket-protocol: visite.practice.v1\r\norigin: https://evil.example\r\n";
    assert_eq!(status(foreign).await, 403);
}

async fn join(house: &House, doctor: &Doctor) -> Browser {
    let mut line = house.console().await;
    line.say(json!({ "type": "join", "token": doctor.token })).await;
    let joined = line.hear_type("joined").await;
    assert_eq!(joined["device"], json!(doctor.device));
    line
}

/// Reads what these lines of one practice are told until nothing is owed to them: all hear at once, and twice a second at the most.
async fn settled(lines: &mut [Browser]) {
    let (last, others) = lines.split_last_mut().expect("a line");
    while timeout(LONGER_THAN_QUIET, last.hear()).await.is_ok() {}
    for line in others {
        line.say(json!({ "type": "ping", "n": 1 })).await;
        while line.hear().await["type"] != "pong" {}
    }
}

const LONGER_THAN_QUIET: Duration = Duration::from_millis(600);

/// The error's code and the close code, whatever was told before.
async fn end(line: &mut Browser) -> (String, u16) {
    loop {
        let heard = line.hear().await;
        if heard["type"] == "error" {
            return (heard["code"].text(), line.close_code().await);
        }
    }
}
