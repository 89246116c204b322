//! What is PostgreSQL's own: a server that goes and comes back, one writer, a line that others could read, a server that promises nothing.

mod common;

use std::{
    fs,
    net::TcpListener,
    os::unix::fs::PermissionsExt as _,
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use api::session::v1::GetRoomRequest;
use common::{
    House,
    authority::Authority,
    postgres::{Server, give_away},
    room_request, socket,
};
use daemon::Daemon as _;
use session_d::{Config, PostgresConfig, SessionD, UnixConfig};
use tonic::Code;

#[tokio::test]
async fn writes_go_on_within_two_seconds_of_a_restart_of_the_server() {
    let Some(mut server) = Server::start(&[]).await else {
        return;
    };
    let (dir, config) = place(server.database("store").await);
    let house = House::of(dir, config).await;
    let practice = house.practice("Praxis").await;
    let room = house.create(room_request(&practice, 60)).await.room.expect("a room").id;

    server.kill();
    let refused = house.rooms().create_room(room_request(&practice, 60)).await;
    let refused = refused.expect_err("there is no store");
    assert_eq!(refused.code(), Code::Unavailable, "{refused}");
    server.start_again().await;

    let begin = Instant::now();
    while house.rooms().create_room(room_request(&practice, 60)).await.is_err() {
        assert!(begin.elapsed() < Duration::from_secs(2), "not back within 2 s");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    let found = house.rooms().get_room(GetRoomRequest { room }).await;
    found.expect("what was acknowledged is there");
    house.end().await;
}

#[tokio::test]
async fn a_second_session_d_waits_and_takes_over_when_the_first_is_gone() {
    let Some(server) = Server::start(&[]).await else { return };
    let database = server.database("store").await;
    let (dir, config) = place(database.clone());
    let first = House::of(dir, config).await;
    let practice = first.practice("Praxis").await;

    let (second_dir, second) = place(database);
    let waiting = tokio::spawn(House::of(second_dir, second));
    // Whatever the second does meanwhile: only the first writes.
    let tries = "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'session-d' AND query LIKE '%pg_try_advisory_lock%'";
    while server.number("store", tries).await == 0 {
        tokio::task::yield_now().await;
    }
    assert!(!waiting.is_finished());
    let room = first.create(room_request(&practice, 60)).await.room.expect("a room").id;
    first.end().await;

    let second = waiting.await.expect("takes over");
    let found = second.rooms().get_room(GetRoomRequest { room }).await;
    found.expect("what the first has acknowledged is there");
    second.create(room_request(&practice, 60)).await;
    second.end().await;
}

#[tokio::test]
async fn a_server_that_writes_nothing_to_disk_is_refused() {
    let Some(server) = Server::start(&["fsync=off"]).await else {
        return;
    };
    let (_dir, config) = place(server.database("store").await);

    let refusal = SessionD::bind(config).await.expect_err("is refused");

    assert!(format!("{refusal:#}").contains("its fsync is off"), "{refusal:#}");
}

#[tokio::test]
async fn a_server_that_promises_later_is_asked_to_promise_now() {
    let Some(mut server) = Server::start(&["synchronous_commit=off", "wal_writer_delay=10s"]).await else {
        return;
    };
    let (dir, config) = place(server.database("store").await);
    let house = House::of(dir, config).await;
    let practice = house.practice("Praxis").await;
    let room = house.create(room_request(&practice, 60)).await.room.expect("a room").id;

    server.kill();
    server.start_again().await;

    let found = house.rooms().get_room(GetRoomRequest { room }).await;
    found.expect("what was acknowledged is there");
    house.end().await;
}

#[tokio::test]
async fn a_database_of_a_newer_version_is_refused() {
    let Some(server) = Server::start(&[]).await else { return };
    let (dir, config) = place(server.database("store").await);
    House::of(dir, config.clone()).await.end().await;
    server.execute("store", "UPDATE form SET number = number + 1").await;

    let refusal = SessionD::bind(config).await.expect_err("is refused");

    assert!(
        format!("{refusal:#}").contains("written by a newer version"),
        "{refusal:#}"
    );
}

#[tokio::test]
async fn over_the_network_it_is_tls_with_a_server_that_is_who_it_says_and_a_password() {
    let files = tempfile::tempdir().expect("a directory");
    let authority = Authority::new(files.path(), "ca");
    Authority::new(files.path(), "other-ca");
    authority.issue(files.path(), "localhost");
    let hba = files.path().join("hba");
    fs::write(&hba, "local all all trust\nhostssl all all all scram-sha-256\n").expect("written");
    for file in ["localhost.pem", "localhost.key", "hba"] {
        give_away(&files.path().join(file));
    }
    give_away(files.path());
    let key = files.path().join("localhost.key");
    fs::set_permissions(&key, fs::Permissions::from_mode(0o600)).expect("set");
    let port = TcpListener::bind("127.0.0.1:0")
        .expect("a port")
        .local_addr()
        .expect("one")
        .port();
    let option = |name: &str, value: &Path| format!("{name}={}", value.display());
    let options = [
        "listen_addresses=localhost".to_owned(),
        format!("port={port}"),
        "ssl=on".to_owned(),
        option("ssl_cert_file", &files.path().join("localhost.pem")),
        option("ssl_key_file", &key),
        option("hba_file", &hba),
    ];
    let options: Vec<_> = options.iter().map(String::as_str).collect();
    let Some(server) = Server::start(&options).await else {
        return;
    };
    let database = server.database("store").await;
    server
        .execute("postgres", "ALTER USER visite PASSWORD 'a secret of many letters'")
        .await;
    let password = files.path().join("password");
    fs::write(&password, "a secret of many letters\n").expect("written");
    let over_the_network = PostgresConfig {
        hosts: vec!["localhost".to_owned()],
        password_file: Some(password),
        ca: Some(files.path().join("ca.pem")),
        ..database
    };

    let wrong = files.path().join("wrong");
    fs::write(&wrong, "another secret\n").expect("written");
    let with = |change: &dyn Fn(&mut PostgresConfig)| {
        let mut config = over_the_network.clone();
        change(&mut config);
        config
    };
    for (config, why) in [
        (
            with(&|config| config.ca = Some(files.path().join("other-ca.pem"))),
            "certificate",
        ),
        (with(&|config| config.ca = None), "certificate"),
        (
            with(&|config| config.hosts = vec!["127.0.0.1".to_owned()]),
            "certificate",
        ),
        (
            with(&|config| config.password_file = Some(wrong.clone())),
            "password authentication failed",
        ),
        (with(&|config| config.password_file = None), "password"),
        (with(&|config| config.database = "nowhere".to_owned()), "does not exist"),
    ] {
        let (_dir, config) = place(config);
        let refusal = SessionD::bind(config).await.expect_err("is refused");
        let refusal = format!("{refusal:#}");
        assert!(refusal.contains(why), "{why}: {refusal}");
        assert!(!refusal.contains("secret"), "{refusal}");
    }

    let (dir, config) = place(over_the_network.clone());
    assert!(!format!("{config:?}").contains("many letters"));
    let house = House::of(dir, config).await;
    house.practice("Praxis").await;
    let encrypted = "SELECT count(*) FROM pg_stat_ssl JOIN pg_stat_activity USING (pid) WHERE application_name = 'session-d' AND NOT ssl";
    assert_eq!(server.number("store", encrypted).await, 0);
    house.end().await;
}

/// A directory and what session-d is told there.
fn place(database: PostgresConfig) -> (tempfile::TempDir, Config) {
    let dir = tempfile::tempdir().expect("a directory");
    let data: PathBuf = dir.path().join("data");
    let config = Config {
        unix: Some(UnixConfig::at(socket(dir.path()))),
        postgres: Some(database),
        ..Config::new(data)
    };
    (dir, config)
}
