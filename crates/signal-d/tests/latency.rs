//! What stands between a guest's join and the practice's hearing of it. Prints how long that took: `cargo nextest run -p signal-d --test latency --no-capture`.

mod common;

use std::time::{Duration, Instant};

use common::{House, id};
use futures_util::SinkExt as _;
use serde_json::json;
use tokio_tungstenite::tungstenite::Message;

#[tokio::test(flavor = "multi_thread")]
#[expect(clippy::print_stderr, reason = "the figure is what it is run for by hand")]
async fn what_a_guest_says_with_its_join_is_heard_with_it() {
    let house = House::new().await;
    let doctor = house.doctor().await;
    let mut times = Vec::new();
    for _ in 0..JOINS {
        let visit = doctor.appointment(&house, 0, 1).await;
        let mut practice = doctor.join(&house, &visit.room, 3).await;
        practice.hear_type("joined").await;
        let mut guest = house.browser().await;
        let join = common::join_by_invite(visit.invite(), 1, 2).to_string();
        let commit = json!({ "type": "sealed", "to": 0, "seq": 1, "data": "AQID" }).to_string();

        let begin = Instant::now();
        guest.0.feed(Message::text(join)).await.expect("taken");
        guest.0.feed(Message::text(commit)).await.expect("taken");
        guest.0.flush().await.expect("sent");
        let here = practice.hear_type("peer").await;
        let until_here = begin.elapsed();
        let sealed = practice.hear_type("sealed").await;
        let until_sealed = begin.elapsed();

        assert_eq!((&here["presence"], &here["stream"]), (&json!("here"), &json!(id(2))));
        assert_eq!((&sealed["seq"], &sealed["data"]), (&json!(1), &json!("AQID")));
        guest.hear_type("joined").await;
        times.push((until_here, until_sealed));
    }
    let (here, sealed) = (median(times.iter().map(|t| t.0)), median(times.iter().map(|t| t.1)));
    eprintln!("join to peer {here:?}, to the first sealed {sealed:?} (median of {JOINS})");
}

fn median(times: impl Iterator<Item = Duration>) -> Duration {
    let mut times: Vec<_> = times.collect();
    times.sort();
    times[times.len() / 2]
}

const JOINS: usize = 21;
