//! What session-d tells whoever watches it.

mod common;

use std::net::SocketAddr;

use api::{
    control::v1::{RedeemInviteRequest, control_service_client::ControlServiceClient},
    session::v1::{CreatePracticeRequest, practice_service_client::PracticeServiceClient},
};
use common::{connect, socket};
use daemon::{Daemon as _, Life};
use session_d::{Config, SessionD, UnixConfig};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
};

#[tokio::test]
async fn calls_and_writes_are_counted_and_nobody_is_named() {
    let dir = tempfile::tempdir().expect("a directory");
    let config = Config {
        unix: Some(UnixConfig::at(socket(dir.path()))),
        metrics: Some(([127, 0, 0, 1], 0).into()),
        ..Config::new(dir.path().join("data"))
    };
    let daemon = SessionD::bind(config).await.expect("binds");
    let addr = daemon.metrics_addr().expect("it tells");
    let life = Life::new();
    let serving = tokio::spawn(daemon.serve(life.clone()));
    life.is_ready().await;
    let channel = connect(&socket(dir.path())).await.expect("connects");
    let request = CreatePracticeRequest {
        name: "Praxis am Finkenweg".to_owned(),
        ..CreatePracticeRequest::default()
    };
    let made = PracticeServiceClient::new(channel.clone())
        .create_practice(request)
        .await;
    let practice = made.expect("made").into_inner().id;
    let guess = RedeemInviteRequest {
        invite: "A".repeat(22),
        client: "A".repeat(22),
    };
    let refused = ControlServiceClient::new(channel).redeem_invite(guess).await;
    refused.expect_err("nobody has made it");

    let (status, text) = get(addr, "/metrics").await;

    assert_eq!(status, "HTTP/1.1 200 OK");
    for line in [
        "visite_grpc_calls_total{service=\"visite.session.v1.PracticeService\",method=\"CreatePractice\",code=\"OK\"} 1",
        "visite_grpc_calls_total{service=\"visite.control.v1.ControlService\",method=\"RedeemInvite\",code=\"NOT_FOUND\"} 1",
        "visite_grpc_call_duration_seconds_count{service=\"visite.session.v1.PracticeService\",method=\"CreatePractice\"} 1",
        "visite_store_failures_total 0",
        "visite_feed_followers 0",
    ] {
        assert!(text.lines().any(|said| said == line), "{line}\n{text}");
    }
    let sample = |name: &str| {
        let line = text.lines().find_map(|line| line.strip_prefix(name));
        line.unwrap_or_else(|| panic!("{name}\n{text}"))
            .trim()
            .parse::<u64>()
            .expect("a number")
    };
    assert!(sample("visite_store_writes_total ") >= 1);
    assert!(sample("visite_store_size_bytes{file=\"main\"} ") >= 4096);
    for hidden in ["Finkenweg", &practice, "127.0.0.1"] {
        assert!(!text.contains(hidden), "{hidden}\n{text}");
    }
    assert_eq!(get(addr, "/healthz").await.1, "alive\n");
    assert_eq!(get(addr, "/readyz").await.1, "ready\n");
    life.end();
    serving.await.expect("no panic").expect("a good end");
}

async fn get(addr: SocketAddr, path: &str) -> (String, String) {
    let mut stream = TcpStream::connect(addr).await.expect("connected");
    let request = format!("GET {path} HTTP/1.1\r\nHost: localhost\r\n\r\n");
    stream.write_all(request.as_bytes()).await.expect("written");
    let mut text = String::new();
    stream.read_to_string(&mut text).await.expect("read");
    let (head, body) = text.split_once("\r\n\r\n").expect("a head");
    (head.lines().next().expect("a line").to_owned(), body.to_owned())
}
