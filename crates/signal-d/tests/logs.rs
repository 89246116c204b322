//! Logs for machines: one object a line, and at INFO nobody's name or address. A file of its own, since a process has one log.

mod common;

use std::{
    io::{self, Write},
    sync::{Arc, Mutex},
};

use common::{House, Text as _, invented_invite, join_by_invite};
use serde_json::{Value, json};

#[tokio::test]
async fn a_visit_leaves_no_name_no_link_and_no_address_in_the_log() {
    let log = Log::default();
    let to = log.clone();
    // As `--log-format json` has it.
    tracing_subscriber::fmt()
        .with_env_filter("info")
        .with_writer(move || to.clone())
        .json()
        .init();
    let house = House::new().await;
    let doctor = house.doctor().await;
    let visit = doctor.appointment(&house, 0, 1).await;
    let mut guest = house.browser().await;
    guest.join_by_invite(visit.invite(), 1, 2).await;
    let joined = guest.hear_type("joined").await;
    let mut practice = doctor.join(&house, &visit.room, 3).await;
    practice.hear_type("joined").await;
    guest.hear_type("peer").await;
    guest
        .say(json!({ "type": "sealed", "to": 0, "seq": 1, "data": "c2VjcmV0" }))
        .await;
    practice.hear_type("sealed").await;
    let mut stranger = house.browser().await;
    stranger.say(join_by_invite(&invented_invite(1), 3, 4)).await;
    stranger.refusal().await;
    doctor
        .call(&house, &format!("/api/v1/rooms/{}/close", visit.room), json!({}))
        .await;
    guest.hear_type("error").await;

    let text = log.text();

    let lines: Vec<Value> = text
        .lines()
        .map(|line| serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}")))
        .collect();
    let says = |message: &str| {
        lines
            .iter()
            .any(|line| line["fields"]["message"].text().contains(message))
    };
    assert!(says("room created"), "{text}");
    assert!(
        lines
            .iter()
            .all(|line| line["timestamp"].is_string() && line["level"].is_string())
    );
    for (what, hidden) in [
        ("the practice's name", "Finkenweg"),
        ("a device's name", "Reception"),
        ("an address", "127.0.0.1"),
        ("an invite", visit.invite()),
        ("a guess", &invented_invite(1)),
        ("a room token", &joined["token"].text()),
        ("a device's token", &doctor.token),
        ("what is sealed", "c2VjcmV0"),
    ] {
        assert!(!text.contains(hidden), "{what}: {hidden}\n{text}");
    }
}

#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Log {
    fn text(&self) -> String {
        String::from_utf8(self.0.lock().expect("nobody panics").clone()).expect("UTF-8")
    }
}

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().expect("nobody panics").write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
