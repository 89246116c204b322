//! Who comes from where is known to nobody afterwards: no address reaches a log, at whatever level, or a file.

mod common;

use std::{
    io,
    net::{IpAddr, Ipv4Addr},
    path::Path,
    sync::{Arc, Mutex},
};

use common::{House, Text as _, id, invented_invite, join_by_invite};
use serde_json::json;
use tokio::io::AsyncWriteExt as _;
use tracing_subscriber::filter::LevelFilter;

#[tokio::test]
async fn no_address_reaches_a_log_at_trace_level_or_a_file() {
    let log = Log::start();
    let house = House::new().await;
    let doctor = house.doctor().await;
    let visit = doctor.appointment(&house, 0, 1).await;

    // A guest's visit.
    house
        .raw_from(
            GUEST,
            b"GET / HTTP/1.1\r\nhost: video.example.org\r\nconnection: close\r\n\r\n",
        )
        .await;
    let ask = json!({ "invite": visit.invite() });
    house.post_from(GUEST, "/api/v1/invite", &ask, None).await.json();
    let mut practice = doctor.join(&house, &visit.room, 3).await;
    practice.hear_type("joined").await;
    let mut guest = house.browser_from(GUEST).await;
    guest.say(join_by_invite(visit.invite(), 1, 2)).await;
    guest.hear_type("joined").await;
    guest
        .say(json!({ "type": "sealed", "to": 0, "seq": 1, "data": "AQID" }))
        .await;
    practice.hear_type("peer").await;
    practice.hear_type("sealed").await;
    guest.say(json!({ "type": "leave" })).await;
    guest.close_code().await;

    // Whoever is refused, for whatever reason.
    let mut thief = house.browser_from(GUEST).await;
    thief
        .say(json!({ "type": "join", "token": "e", "client": id(7), "stream": id(8) }))
        .await;
    assert_eq!(thief.refusal().await.1, 4008);
    let mut rude = house.browser_from(GUEST).await;
    rude.say(json!({ "type": "nonsense" })).await;
    assert_eq!(rude.refusal().await.1, 1008);
    let foreign =
        b"GET / HTTP/1.1\r\nhost: video.example.org\r\norigin: https://evil.example\r\nconnection: close\r\n\r\n";
    assert_eq!(house.raw_from(GUEST, foreign).await.status, 403);
    let enrol = json!({ "code": "x", "public_key": "", "name": "x" });
    assert_eq!(
        house.post_from(GUEST, "/api/v1/enrol", &enrol, None).await.refusal().0,
        400
    );
    let mut no_tls = house.tcp(GUEST).await;
    no_tls.write_all(b"GET / HTTP/1.1\r\n\r\n").await.expect("sent");
    drop(house.tls_from(GUEST, &["h2"]).await);
    let mut answers = Vec::new();
    for number in 0..40 {
        let ask = json!({ "invite": invented_invite(number) });
        answers.push(house.post_from(GUEST, "/api/v1/invite", &ask, None).await.refusal().1);
    }
    assert!(answers.contains(&"slow_down".to_owned()), "{answers:?}");
    tracing::trace!("planted: {PLANTED}");

    let said = log.read();
    assert!(
        said.contains("room created") && said.contains("TRACE"),
        "the log is whole"
    );
    assert!(is_in(&said, PLANTED), "the search finds what is there");
    assert!(
        !is_in(&said, GUEST),
        "{:?}",
        said.lines().find(|line| is_in(line, GUEST))
    );
    let mut files = Vec::new();
    read_all(house.dir.path(), &mut files);
    assert!(
        files.windows(18).any(|window| window == b"Praxis am Finkenwe"),
        "the search finds what is there"
    );
    assert!(!files.windows(4).any(|window| window == octets(GUEST)));
    assert!(!is_in(&String::from_utf8_lossy(&files), GUEST));
    assert_eq!(
        doctor.sign_in(&house).await.json()["practice_name"].text(),
        "Praxis am Finkenweg"
    );
}

/// Whether an address is there, in one of the ways in which programs write it.
fn is_in(text: &str, address: IpAddr) -> bool {
    let [a, b, c, d] = octets(address);
    [
        format!("{a}.{b}.{c}.{d}"),
        format!("{a}, {b}, {c}, {d}"),
        format!("{a:02x}{b:02x}{c:02x}{d:02x}"),
        format!("{a:02x}{b:02x}:{c:02x}{d:02x}"),
        format!("{a}-{b}-{c}-{d}"),
    ]
    .iter()
    .any(|written| text.contains(written))
}

fn octets(address: IpAddr) -> [u8; 4] {
    match address {
        IpAddr::V4(address) => address.octets(),
        IpAddr::V6(address) => panic!("{address} is no IPv4 address"),
    }
}

fn read_all(dir: &Path, bytes: &mut Vec<u8>) {
    for entry in std::fs::read_dir(dir).expect("a directory") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            read_all(&path, bytes);
        } else if path.is_file() {
            bytes.extend(std::fs::read(&path).expect("a file"));
        }
    }
}

/// All that this process logs, with nothing left out.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Log {
    fn start() -> Self {
        let log = Self::default();
        let writer = log.clone();
        let subscriber = tracing_subscriber::fmt()
            .with_max_level(LevelFilter::TRACE)
            .with_ansi(false)
            .with_writer(move || writer.clone())
            .finish();
        tracing::subscriber::set_global_default(subscriber).expect("the first to log");
        log
    }

    fn read(&self) -> String {
        String::from_utf8_lossy(&self.0.lock().expect("no panic")).into_owned()
    }
}

impl io::Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().expect("no panic").extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Addresses of this machine that nobody else comes from.
const GUEST: IpAddr = IpAddr::V4(Ipv4Addr::new(127, 183, 191, 217));
const PLANTED: IpAddr = IpAddr::V4(Ipv4Addr::new(127, 183, 191, 218));
