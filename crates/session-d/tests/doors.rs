//! Who gets in over TLS: our own daemons with a certificate of their authority, integrators with a key, and nobody else.

mod common;

use std::{path::Path, sync::Arc, time::Duration};

use api::{
    control::v1::{LookupInviteRequest, control_service_client::ControlServiceClient},
    session::v1::{ListPracticesRequest, practice_service_client::PracticeServiceClient},
};
use common::authority::{Authority, connect};
use daemon::{Daemon as _, Life};
use session_d::{Config, SessionD, TlsConfig};
use tokio::{io::AsyncReadExt as _, net::TcpStream, time::timeout};
use tokio_rustls::TlsConnector;
use tonic::{Code, transport::Identity};

#[tokio::test]
async fn a_daemon_shows_its_certificate_and_others_are_refused() {
    daemon::tls::use_one_provider();
    let dir = tempfile::tempdir().expect("a directory");
    let (ours, other) = (Authority::new(dir.path(), "ours"), Authority::new(dir.path(), "other"));
    let (cert, key) = ours.issue(dir.path(), "localhost");
    let config = Config {
        tls: Some(TlsConfig {
            listen: ([127, 0, 0, 1], 0).into(),
            cert: dir.path().join("localhost.pem"),
            key: dir.path().join("localhost.key"),
            client_ca: Some(dir.path().join("ours.pem")),
        }),
        ..Config::new(dir.path().join("data"))
    };
    assert!(!cert.is_empty() && !key.is_empty());
    let daemon = SessionD::bind(config).await.expect("binds");
    let port = daemon.tls_addr().expect("a port").port();
    let life = Life::new();
    let serving = tokio::spawn(daemon.serve(life.clone()));
    life.is_ready().await;

    let (cert, key) = ours.issue(dir.path(), "signal-d");
    let daemon = connect(port, &ours, Some(Identity::from_pem(cert, key)))
        .await
        .expect("connects");
    let answer = ControlServiceClient::new(daemon.clone())
        .lookup_invite(LookupInviteRequest::default())
        .await;
    assert_eq!(answer.expect_err("no such invite").code(), Code::NotFound);
    let answer = PracticeServiceClient::new(daemon)
        .list_practices(ListPracticesRequest::default())
        .await;
    assert!(
        answer.expect("a daemon is let in").into_inner().practices.is_empty(),
        "and sees no practice"
    );

    let anybody = connect(port, &ours, None).await.expect("connects");
    let answer = ControlServiceClient::new(anybody.clone())
        .lookup_invite(LookupInviteRequest::default())
        .await;
    assert_eq!(answer.expect_err("no daemon").code(), Code::PermissionDenied);
    let answer = PracticeServiceClient::new(anybody)
        .list_practices(ListPracticesRequest::default())
        .await;
    assert_eq!(answer.expect_err("nobody").code(), Code::Unauthenticated);

    let (cert, key) = other.issue(dir.path(), "stranger");
    let stranger = connect(port, &ours, Some(Identity::from_pem(cert, key))).await;
    let refused = match stranger {
        Err(_) => true,
        // With TLS 1.3 the client learns of it with its first call.
        Ok(channel) => ControlServiceClient::new(channel)
            .lookup_invite(LookupInviteRequest::default())
            .await
            .is_err_and(|status| status.code() != Code::NotFound),
    };
    assert!(refused);
    life.end();
    serving.await.expect("no panic").expect("a good end");
}

#[tokio::test]
async fn whoever_finishes_the_handshake_and_says_nothing_is_gone_in_ten_seconds() {
    daemon::tls::use_one_provider();
    let dir = tempfile::tempdir().expect("a directory");
    let ours = Authority::new(dir.path(), "ours");
    ours.issue(dir.path(), "localhost");
    let config = Config {
        tls: Some(TlsConfig {
            listen: ([127, 0, 0, 1], 0).into(),
            cert: dir.path().join("localhost.pem"),
            key: dir.path().join("localhost.key"),
            client_ca: None,
        }),
        ..Config::new(dir.path().join("data"))
    };
    let daemon = SessionD::bind(config).await.expect("binds");
    let addr = daemon.tls_addr().expect("a port");
    let life = Life::new();
    let serving = tokio::spawn(daemon.serve(life.clone()));
    let tls = daemon::tls::client_config(&dir.path().join("ours.pem"), None).expect("a client");
    let stream = TcpStream::connect(addr).await.expect("connects");
    let name = "localhost".try_into().expect("a name");
    let mut stream = TlsConnector::from(Arc::new(tls))
        .connect(name, stream)
        .await
        .expect("TLS");

    let end = timeout(Duration::from_secs(10), stream.read_to_end(&mut Vec::new())).await;

    assert!(end.is_ok(), "still there");
    life.end();
    serving.await.expect("no panic").expect("a good end");
}

#[tokio::test]
async fn the_shipped_example_is_a_good_configuration() {
    let example = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../deploy/session-d.toml");
    let config: Config = daemon::read_config(&example).expect("is read");
    assert!(config.unix.is_some());
}
