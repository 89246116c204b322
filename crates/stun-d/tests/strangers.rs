//! Who proves nothing leaves nothing behind. By itself: what is measured is the memory of the whole process.

use std::{fs, time::Duration};

use daemon::{Daemon as _, Life};
use stun::{AttributeType, Builder, Class, Message, Method};
use stun_d::{Config, StunD};
use tokio::{net::UdpSocket, time::timeout};

#[tokio::test]
async fn case_10_two_thousand_strangers_who_want_an_allocation_leave_nothing_behind() {
    let folder = tempfile::tempdir().expect("a folder");
    let secret = folder.path().join("secret");
    fs::write(&secret, "a secret of the operator's").expect("written");
    let text = format!("listen = [\"127.0.0.1:0\"]\n[turn]\nrelay = [\"127.0.0.1\"]\nsecret_file = {secret:?}\n");
    let config: Config = toml::from_str(&text).expect("a configuration");
    let server = StunD::bind(config).await.expect("bound");
    let (addr, life) = (server.addrs()[0], Life::new());
    let serving = tokio::spawn(server.serve(life.clone()));
    life.is_ready().await;
    let mut request = [0; 28];
    let length = Builder::new(&mut request, Method::ALLOCATE, Class::Request, [7; 12])
        .attribute(AttributeType::REQUESTED_TRANSPORT, &[17, 0, 0, 0])
        .finish();
    assert_eq!(length, request.len());
    let ask = async || {
        let stranger = UdpSocket::bind("127.0.0.1:0").await.expect("bound");
        stranger.send_to(&request, addr).await.expect("sent");
        let mut answer = [0; 100];
        let length = timeout(SOON, stranger.recv(&mut answer))
            .await
            .expect("in time")
            .expect("an answer");
        let answer = Message::parse(&answer[..length]).expect("a message");
        let code = answer.attribute(AttributeType::ERROR_CODE).expect("a refusal");
        assert_eq!(code.error_code(), Some(401));
    };
    ask().await;
    let before = resident_kib();

    for _ in 0..2_000 {
        ask().await;
    }

    let grown = resident_kib().saturating_sub(before);
    assert!(grown < 1_024, "{grown} KiB");
    life.end();
    serving.await.expect("no panic").expect("a good end");
}

fn resident_kib() -> u64 {
    let status = fs::read_to_string("/proc/self/status").expect("readable");
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let kib = line.and_then(|line| line.split_whitespace().next());
    kib.and_then(|kib| kib.parse().ok()).expect("a number")
}

const SOON: Duration = Duration::from_secs(5);
