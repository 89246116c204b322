//! What an operator asks of a stun-d that serves, over gRPC, by signal, and through Prometheus.

mod common;

use std::{
    fs,
    net::SocketAddr,
    path::{Path, PathBuf},
    time::SystemTime,
};

use api::relay::v1::{
    Allocation, DrainRequest, DropAllocationsRequest, GetStatisticsRequest, ListAllocationsRequest, ReloadRequest,
    SetSecretsRequest, Statistics, Transport, TransportStatistics, drop_allocations_request::Which,
    relay_service_client::RelayServiceClient,
};
use common::{A_MOMENT, Client, SECRET, SOON, Server, Stream, code, over_udp, received};
use daemon::{Daemon as _, Life, doors::UnixConfig};
use hyper_util::rt::TokioIo;
use rustix::process::{Signal, getpid, kill_process};
use stun::{AttributeType as A, Builder, Class, Method};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpStream, UdpSocket, UnixStream},
    time::{sleep, timeout},
};
use tonic::{
    Code, Status,
    transport::{Certificate, Channel, ClientTlsConfig, Endpoint, Identity},
};
use tonic_health::pb::{HealthCheckRequest, health_check_response::ServingStatus, health_client::HealthClient};
use tonic_types::StatusExt as _;

// --- Statistics ---

#[tokio::test]
async fn what_is_done_is_counted_by_transport_and_nothing_of_whose() {
    let server = Server::start("").await;
    let mut operator = Operator::of(&server).await;
    let (peer, mut client) = (peer().await, Client::of(&server).await);
    let peer_addr = peer.local_addr().expect("an address");
    let mut stream = Stream::over_tcp(&server).await;

    client.socket.send(&binding()).await.expect("sent");
    client.receive().await;
    client.allocate().await;
    stream.allocate().await;
    let permitted = client.ask(Method::CREATE_PERMISSION, |it| {
        it.xor_address(A::XOR_PEER_ADDRESS, peer_addr)
    });
    assert_eq!(permitted.await, 0);
    client.send_to(peer_addr, b"hello").await;
    let (relayed, _) = received(&peer).await;
    peer.send_to(b"hello yourself", relayed).await.expect("sent");
    client.receive().await;
    client
        .send_to("127.0.0.9:9".parse().expect("an address"), b"not permitted")
        .await;
    client.socket.send(&binding()).await.expect("sent");
    client.receive().await;

    let udp = operator.of_transport(Transport::Udp).await;
    assert_eq!((udp.bindings, udp.allocations, udp.allocated), (2, 1, 1));
    let passed = |passed: Option<api::relay::v1::Passed>| passed.map(|it| (it.packets, it.bytes));
    assert_eq!(
        (passed(udp.to_peers), passed(udp.to_clients)),
        (Some((1, 5)), Some((1, 14)))
    );
    assert_eq!(
        (udp.without_permission, udp.over_bandwidth, udp.rate_limited),
        (1, 0, 0)
    );
    assert_eq!(errors(&udp), [(401, 1)]);
    let tcp = operator.of_transport(Transport::Tcp).await;
    assert_eq!((tcp.bindings, tcp.allocations, tcp.allocated), (0, 1, 1));
    assert_eq!(errors(&tcp), [(401, 1)]);
    let all = operator.statistics().await;
    assert_eq!(all.transports.len(), 2, "it does not listen for TLS");
    let quotas = all.quotas.expect("it relays");
    assert_eq!((quotas.allocations, quotas.tags, quotas.networks), (2, 1, 1));
    assert_eq!((quotas.max_allocations, quotas.max_allocations_per_tag), (4_000, 24));
}

#[tokio::test]
async fn prometheus_reads_it_without_a_user_or_an_address() {
    let server = Server::configured("metrics = \"127.0.0.1:0\"\n", "").await;
    let mut client = Client::of(&server).await;
    client.allocate().await;
    // Counted once it is through with what came.
    client.socket.send(&binding()).await.expect("sent");
    client.receive().await;
    Operator::of(&server).await.of_transport(Transport::Udp).await;

    let (status, text) = server.get("GET /metrics").await;
    assert_eq!(status, "HTTP/1.1 200 OK");
    for line in [
        "visite_stun_bindings_total{transport=\"udp\"} 1",
        "visite_stun_errors_total{transport=\"udp\",code=\"401\"} 1",
        "visite_relay_allocations{transport=\"udp\"} 1",
        "visite_relay_allocations{transport=\"tcp\"} 0",
        "visite_relay_packets_total{transport=\"udp\",direction=\"to_peers\"} 0",
        "visite_relay_tags 1",
        "visite_relay_draining 0",
        "# TYPE visite_relay_allocations gauge",
    ] {
        assert!(text.lines().any(|said| said == line), "{line}\n{text}");
    }
    for hidden in ["127.0.0", "seat"] {
        assert!(!text.contains(hidden), "{text}");
    }

    assert_eq!(server.get("GET /").await.0, "HTTP/1.1 404 Not Found");
    assert_eq!(
        server.get("GET /readyz").await,
        ("HTTP/1.1 200 OK".to_owned(), "ready\n".to_owned())
    );
    assert_eq!(server.get("GET /healthz").await.0, "HTTP/1.1 200 OK");
    assert_eq!(server.get("POST /metrics").await.0, "HTTP/1.1 405 Method Not Allowed");
}

// --- Allocations ---

#[tokio::test]
async fn allocations_are_listed_page_by_page() {
    let server = Server::start("").await;
    let mut operator = Operator::of(&server).await;
    let (mut one, mut other, mut third) = (
        Client::of(&server).await,
        Client::of(&server).await,
        Stream::over_tcp(&server).await,
    );
    other.name = "4000000000:another".to_owned();
    let mut relayed = vec![one.allocate().await, other.allocate().await, third.allocate().await];
    let mine = relayed[1];
    relayed.sort_unstable();

    let (first, next) = operator.list(2, "").await;
    let (rest, end) = operator.list(2, &next).await;

    assert_eq!((first.len(), rest.len(), &*end), (2, 1, ""));
    let listed: Vec<_> = first.iter().chain(&rest).collect();
    let addresses: Vec<SocketAddr> = listed
        .iter()
        .map(|it| it.relayed_address.parse().expect("one"))
        .collect();
    assert_eq!(addresses, relayed);
    let found = listed
        .iter()
        .find(|it| it.relayed_address == mine.to_string())
        .expect("there");
    assert_eq!(
        found.client_address,
        other.socket.local_addr().expect("an address").to_string()
    );
    assert_eq!((found.tag.as_str(), found.transport()), ("another", Transport::Udp));
    assert_eq!((found.second_relayed_address.as_str(), found.bytes), ("", 0));
    assert!((500..=600).contains(&found.remaining.expect("a time").seconds));
    assert_eq!(listed.iter().filter(|it| it.transport() == Transport::Tcp).count(), 1);
}

#[tokio::test]
async fn a_tag_is_dropped_whatever_its_clients_came_by_and_stays_away_as_long_as_it_is_barred() {
    let server = Server::start("").await;
    let mut operator = Operator::of(&server).await;
    let (mut one, mut other, mut stream) = (
        Client::of(&server).await,
        Client::of(&server).await,
        Stream::over_tcp(&server).await,
    );
    other.name = "4000000000:another".to_owned();
    let (freed, _, kept) = (one.allocate().await, stream.allocate().await, other.allocate().await);

    let until = SystemTime::now() + std::time::Duration::from_secs(60);
    let dropped = operator.drop(Which::Tag("seat".to_owned()), Some(until)).await;

    assert_eq!(dropped.expect("dropped"), 2);
    assert!(UdpSocket::bind(freed).await.is_ok(), "it is anybody's");
    assert!(UdpSocket::bind(kept).await.is_err(), "it is the relay's");
    assert_eq!(one.ask(Method::ALLOCATE, over_udp).await, 403);
    one.name = "4000009999:seat".to_owned();
    assert_eq!(
        one.ask(Method::ALLOCATE, over_udp).await,
        403,
        "renewed, it is the same"
    );
    assert_eq!(code(&stream.ask(Method::ALLOCATE, over_udp).await), 403);
    assert_eq!(other.ask(Method::REFRESH, |it| it).await, 0);
    let quotas = operator.statistics().await.quotas.expect("it relays");
    assert_eq!((quotas.allocations, quotas.barred_tags), (1, 1));

    let dropped = operator.drop(Which::RelayedAddress(kept.to_string()), None).await;
    assert_eq!(dropped.expect("dropped"), 1);
    assert_eq!(other.ask(Method::REFRESH, |it| it).await, 437);
    assert_eq!(other.ask(Method::ALLOCATE, over_udp).await, 0, "it was not barred");
    let dropped = operator.drop(Which::Tag("nobody".to_owned()), None).await;
    assert_eq!(dropped.expect("nothing to drop"), 0);
}

#[tokio::test]
async fn who_drains_gives_no_new_allocation_and_all_else_goes_on() {
    let server = Server::start("").await;
    let mut operator = Operator::of(&server).await;
    let (mut old, mut new) = (Client::of(&server).await, Client::of(&server).await);
    old.allocate().await;

    assert_eq!(operator.drain(true).await, 1);

    assert_eq!(new.ask(Method::ALLOCATE, over_udp).await, 401);
    assert_eq!(new.ask(Method::ALLOCATE, over_udp).await, 508);
    assert_eq!(old.ask(Method::REFRESH, |it| it).await, 0);
    new.socket.send(&binding()).await.expect("sent");
    assert_eq!(new.receive().await.len(), 32);
    assert!(operator.statistics().await.draining);
    assert_eq!(operator.health(SERVICE).await, ServingStatus::NotServing);
    assert_eq!(operator.health("").await, ServingStatus::Serving);

    assert_eq!(operator.drain(false).await, 1);
    assert_eq!(new.ask(Method::ALLOCATE, over_udp).await, 0);
    assert_eq!(operator.health(SERVICE).await, ServingStatus::Serving);
}

// --- Secrets ---

#[tokio::test]
async fn secrets_are_set_for_all_who_are_there_and_for_the_next_start() {
    let server = Server::start("").await;
    let mut operator = Operator::of(&server).await;
    let (mut client, mut stream) = (Client::of(&server).await, Stream::over_tcp(&server).await);
    let (near, far) = (client.allocate().await, stream.allocate().await);

    operator
        .set_secrets(&["the newest of all secrets", SECRET])
        .await
        .expect("set");
    assert_eq!(client.ask(Method::REFRESH, |it| it).await, 0, "the one before holds");
    let written = fs::read_to_string(server.secret_file()).expect("read");
    assert_eq!(written, format!("the newest of all secrets\n{SECRET}\n"));

    operator.set_secrets(&["the newest of all secrets"]).await.expect("set");
    assert_eq!(client.ask(Method::REFRESH, |it| it).await, 401);
    assert_eq!(code(&stream.ask(Method::REFRESH, |it| it).await), 401);
    for relayed in [near, far] {
        assert!(UdpSocket::bind(relayed).await.is_err(), "no allocation ends");
    }
    let mut newcomer = Stream::over_tcp(&server).await;
    assert_eq!(code(&newcomer.ask(Method::ALLOCATE, over_udp).await), 401);
}

#[tokio::test]
async fn secrets_that_no_restart_would_find_are_not_taken() {
    let server = Server::start("").await;
    let mut operator = Operator::of(&server).await;
    let mut client = Client::of(&server).await;
    client.allocate().await;
    fs::remove_file(server.secret_file()).expect("removed");

    let refused = operator
        .set_secrets(&["the newest of all secrets"])
        .await
        .expect_err("refused");

    assert_eq!(refused.code(), Code::FailedPrecondition);
    assert!(
        refused.message().contains("secret") && !refused.message().contains("newest"),
        "{refused}"
    );
    assert_eq!(client.ask(Method::REFRESH, |it| it).await, 0);
}

// --- Reading anew ---

#[tokio::test]
async fn what_may_change_changes_and_no_allocation_ends() {
    let server = Server::start("").await;
    let mut operator = Operator::of(&server).await;
    let (mut client, peer) = (Client::of(&server).await, peer().await);
    let peer_addr = peer.local_addr().expect("an address");
    client.allocate().await;

    server.configure(
        "",
        "deny = [\"127.0.0.2/32\"]\nallocations_of_credential = 1\nports = [50000, 50001]\n",
    );
    assert_eq!(operator.reload().await.expect("read anew"), ["turn.ports"]);

    assert_eq!(client.ask(Method::REFRESH, |it| it).await, 0);
    let denied = client.ask(Method::CREATE_PERMISSION, |it| {
        it.xor_address(A::XOR_PEER_ADDRESS, peer_addr)
    });
    assert_eq!(denied.await, 403);
    let mut one_more = Client::of(&server).await;
    assert_eq!(one_more.ask(Method::ALLOCATE, over_udp).await, 401);
    assert_eq!(one_more.ask(Method::ALLOCATE, over_udp).await, 486);

    // As the service manager says it.
    server.configure("", "allocations_of_credential = 2\n");
    kill_process(getpid(), Signal::HUP).expect("sent");
    let is_read = async {
        while operator
            .statistics()
            .await
            .quotas
            .expect("it relays")
            .max_allocations_per_tag
            != 2
        {
            sleep(A_MOMENT / 30).await;
        }
    };
    timeout(SOON, is_read).await.expect("in time");
    assert_eq!(one_more.ask(Method::ALLOCATE, over_udp).await, 0);
}

#[tokio::test]
async fn with_what_is_broken_it_goes_on_as_before() {
    let server = Server::start("").await;
    let mut operator = Operator::of(&server).await;
    let mut client = Client::of(&server).await;
    client.allocate().await;

    for (head, more, said) in [
        ("", "deny = [\"10.0.0.0/33\"]\n", "10.0.0.0/33"),
        ("", "of_nothing = 1\n", "of_nothing"),
        ("rate_limit = -1\n", "", "line 2"),
        (
            "rate_limit_exempt = [\"127.0.0.0/33\"]\n",
            "",
            "`rate_limit_exempt`: 127.0.0.0/33",
        ),
    ] {
        server.configure(head, more);
        let refused = operator.reload().await.expect_err("refused");
        assert_eq!(refused.code(), Code::FailedPrecondition);
        assert!(refused.message().contains(said), "{refused}");
    }
    server.configure("", "allocations = 7\n");
    fs::write(server.secret_file(), "short").expect("written");
    let refused = operator.reload().await.expect_err("refused");
    assert!(refused.message().contains("16 characters"), "{refused}");

    let quotas = operator.statistics().await.quotas.expect("it relays");
    assert_eq!(quotas.max_allocations, 4_000, "all or nothing");
    assert_eq!(client.ask(Method::REFRESH, |it| it).await, 0);
}

#[tokio::test]
async fn a_new_certificate_is_shown_to_who_comes_and_who_is_there_stays() {
    let folder = tempfile::tempdir().expect("a folder");
    let cert = folder.path().join("cert.pem");
    certify(folder.path());
    let key = folder.path().join("key.pem");
    let tls = format!("[tls]\nlisten = [\"127.0.0.1:0\"]\ncert = {cert:?}\nkey = {key:?}\n");
    let server = Server::start(&tls).await;
    let mut operator = Operator::of(&server).await;
    let mut old = Stream::over_tls(&server, &cert).await;
    old.allocate().await;

    let changed = certify(folder.path());
    // `tls.listen` says port 0 as before: that is no change.
    assert!(operator.reload().await.expect("read anew").is_empty());
    Stream::over_tls(&server, &cert).await.allocate().await;
    fs::write(&cert, "no certificate").expect("written");
    let refused = operator.reload().await.expect_err("refused");
    assert!(refused.message().contains("cert.pem"), "{refused}");

    let shown = folder.path().join("shown.pem");
    fs::write(&shown, changed).expect("written");
    Stream::over_tls(&server, &shown).await.allocate().await;
    assert_eq!(code(&old.ask(Method::REFRESH, |it| it).await), 0);
    let counted = operator.of_transport(Transport::Tls).await;
    assert_eq!(counted.allocated, 3);
}

// --- Rates ---

#[tokio::test]
async fn who_asks_too_much_is_not_answered_and_who_has_an_allocation_is() {
    // A second's worth, five of them at once: one challenge and one allocation.
    let server = Server::configured("rate_limit = 2\nrate_limit_exempt = []\n", "").await;
    let mut operator = Operator::of(&server).await;
    let mut client = Client::of(&server).await;
    client.allocate().await;

    let flooder = UdpSocket::bind("127.0.0.1:0").await.expect("a client");
    flooder.connect(server.addr).await.expect("connected");
    for _ in 0..200 {
        flooder.send(&binding()).await.expect("sent");
    }
    let answered = async {
        let mut count = 0;
        while timeout(A_MOMENT, flooder.recv(&mut [0; 64])).await.is_ok() {
            count += 1;
        }
        count
    };
    let answered: u64 = answered.await;
    // What is left of the burst, and what the time brings. Where there are several workers, another one may have it whole.
    assert!(answered <= 20, "{answered}");
    assert_eq!(client.ask(Method::REFRESH, |it| it).await, 0);
    let counted = operator.of_transport(Transport::Udp).await;
    assert_eq!((counted.bindings, counted.rate_limited), (answered, 200 - answered));

    let mut stream = TcpStream::connect(server.addr).await.expect("connected");
    let many = binding().repeat(20);
    stream.write_all(&many).await.expect("written");
    let mut answers = Vec::new();
    let _ = timeout(SOON, stream.read_to_end(&mut answers))
        .await
        .expect("it is closed");
    assert!(answers.len() < 20 * 32, "{}", answers.len());

    server.configure("rate_limit = 0\n", "");
    assert!(operator.reload().await.expect("read anew").is_empty());
    for _ in 0..50 {
        flooder.send(&binding()).await.expect("sent");
        timeout(SOON, flooder.recv(&mut [0; 64]))
            .await
            .expect("in time")
            .expect("an answer");
    }
}

// --- Refusals ---

#[tokio::test]
async fn what_can_t_be_is_refused_with_the_field() {
    let server = Server::start("").await;
    let mut operator = Operator::of(&server).await;
    let in_two_days = SystemTime::now() + std::time::Duration::from_secs(2 * 24 * 60 * 60);
    let at = |text: &str| Which::RelayedAddress(text.to_owned());
    let tag = |text: &str| Which::Tag(text.to_owned());

    let mut refused = Vec::new();
    refused.push(("secrets", operator.set_secrets(&[]).await));
    refused.push(("secrets", operator.set_secrets(&["short"]).await));
    refused.push(("secrets", operator.set_secrets(&[" a-secret-of-good-length"]).await));
    refused.push(("secrets", operator.set_secrets(&["a-secret-of-good-length"; 9]).await));
    refused.push(("secrets", operator.set_secrets(&["line\nbreak-and-16-more"]).await));
    refused.push(("tag", operator.drop(tag(""), None).await.map(|_| ())));
    refused.push(("tag", operator.drop(tag(&"x".repeat(129)), None).await.map(|_| ())));
    refused.push((
        "relayed_address",
        operator.drop(at("127.0.0.1"), None).await.map(|_| ()),
    ));
    refused.push((
        "bar_until",
        operator.drop(tag("seat"), Some(in_two_days)).await.map(|_| ()),
    ));
    refused.push((
        "bar_until",
        operator
            .drop(tag("seat"), Some(SystemTime::UNIX_EPOCH))
            .await
            .map(|_| ()),
    ));
    refused.push((
        "bar_until",
        operator
            .drop(at("127.0.0.1:50000"), Some(SystemTime::now()))
            .await
            .map(|_| ()),
    ));
    refused.push((
        "which",
        operator
            .relay
            .drop_allocations(DropAllocationsRequest::default())
            .await
            .map(|_| ()),
    ));
    for (size, token, field) in [(1_001, "", "page_size"), (0, "x", "page_token")] {
        let request = ListAllocationsRequest {
            page_size: size,
            page_token: token.to_owned(),
        };
        refused.push((field, operator.relay.list_allocations(request).await.map(|_| ())));
    }

    for (field, refusal) in refused {
        let refusal = refusal.expect_err(field);
        assert_eq!(refusal.code(), Code::InvalidArgument, "{refusal}");
        let details = refusal.get_error_details();
        let named = details.bad_request().map(|it| it.field_violations[0].field.clone());
        assert_eq!(named.as_deref(), Some(field), "{refusal}");
        assert!(
            !refusal.message().contains("-of-good-"),
            "a secret is not repeated: {refusal}"
        );
    }
}

#[tokio::test]
async fn other_daemons_may_what_they_need_and_strangers_nothing() {
    daemon::tls::use_one_provider();
    let folder = tempfile::tempdir().expect("a folder");
    let (of_server, of_daemon) = (folder.path().join("server"), folder.path().join("daemon"));
    for folder in [&of_server, &of_daemon] {
        fs::create_dir(folder).expect("made");
        certify(folder);
    }
    let (cert, key, ca) = (
        of_server.join("cert.pem"),
        of_server.join("key.pem"),
        of_daemon.join("cert.pem"),
    );
    let tls = format!("[api.tls]\nlisten = \"127.0.0.1:0\"\ncert = {cert:?}\nkey = {key:?}\nclient_ca = {ca:?}\n");
    let server = Server::configured("", &tls).await;
    let read = |file: &Path| fs::read(file).expect("read");
    let identity = Identity::from_pem(read(&ca), read(&of_daemon.join("key.pem")));
    let connect = async |identity: Option<Identity>| {
        let tls = ClientTlsConfig::new()
            .ca_certificate(Certificate::from_pem(read(&cert)))
            .domain_name("localhost");
        let tls = identity.into_iter().fold(tls, ClientTlsConfig::identity);
        let addr = server.api_addr.expect("it listens");
        let endpoint = Endpoint::from_shared(format!("https://{addr}")).expect("an address");
        let channel = endpoint.tls_config(tls).expect("a configuration").connect().await;
        let channel = channel.expect("connects");
        Operator {
            relay: RelayServiceClient::new(channel.clone()),
            channel,
        }
    };
    let (mut daemon, mut stranger) = (connect(Some(identity)).await, connect(None).await);
    let seat = || Which::Tag("seat".to_owned());
    let code = |refused: Status| refused.code();

    assert_eq!(daemon.drop(seat(), None).await.map_err(code), Ok(0));
    assert_eq!(daemon.set_secrets(&[SECRET]).await.map_err(code), Ok(()));
    let list = ListAllocationsRequest::default();
    let refused = daemon.relay.list_allocations(list.clone()).await.expect_err("refused");
    assert_eq!(refused.code(), Code::PermissionDenied);
    let refused = daemon.reload().await.expect_err("refused");
    assert_eq!(refused.code(), Code::PermissionDenied);
    let refused = daemon.relay.drain(DrainRequest { draining: true }).await;
    assert_eq!(refused.expect_err("refused").code(), Code::PermissionDenied);

    assert_eq!(
        stranger.drop(seat(), None).await.map_err(code),
        Err(Code::PermissionDenied)
    );
    assert_eq!(
        stranger.set_secrets(&[SECRET]).await.map_err(code),
        Err(Code::PermissionDenied)
    );
    let refused = stranger.relay.get_statistics(GetStatisticsRequest {}).await;
    assert_eq!(refused.expect_err("refused").code(), Code::PermissionDenied);
    assert_eq!(stranger.health(SERVICE).await, ServingStatus::Serving, "is no secret");
}

#[tokio::test]
async fn where_nobody_relays_there_is_nothing_to_drain() {
    let folder = tempfile::tempdir().expect("a folder");
    let socket = folder.path().join("stun.sock");
    let config = stun_d::Config {
        api: Some(stun_d::Api {
            unix: Some(UnixConfig::at(socket.clone())),
            tls: None,
        }),
        ..stun_d::Config::new(vec!["127.0.0.1:0".parse().expect("an address")])
    };
    let server = stun_d::StunD::bind(config).await.expect("bound");
    let life = Life::new();
    let serving = tokio::spawn(server.serve(life.clone()));
    life.is_ready().await;
    let mut operator = Operator::at(socket).await;

    assert_eq!(operator.statistics().await.quotas, None);
    let refused = operator.relay.drain(DrainRequest { draining: true }).await;
    assert_eq!(refused.expect_err("refused").code(), Code::FailedPrecondition);
    let refused = operator.set_secrets(&[SECRET]).await.expect_err("refused");
    assert_eq!(refused.code(), Code::FailedPrecondition);
    assert!(operator.reload().await.expect("there is nothing to read").is_empty());

    life.end();
    let ended = timeout(SOON, serving).await.expect("it waits for nobody");
    ended.expect("no panic").expect("in good order");
}

// --- Those who ask ---

const SERVICE: &str = "visite.relay.v1.RelayService";

struct Operator {
    relay: RelayServiceClient<Channel>,
    channel: Channel,
}

impl Operator {
    async fn of(server: &Server) -> Self {
        Self::at(server.socket()).await
    }

    async fn at(socket: PathBuf) -> Self {
        let connector = tower::service_fn(move |_| {
            let socket = socket.clone();
            async move { UnixStream::connect(socket).await.map(TokioIo::new) }
        });
        let endpoint = Endpoint::from_static("http://stun-d");
        let channel = endpoint.connect_with_connector(connector).await.expect("connects");
        Self {
            relay: RelayServiceClient::new(channel.clone()),
            channel,
        }
    }

    async fn statistics(&mut self) -> Statistics {
        let answer = self.relay.get_statistics(GetStatisticsRequest {}).await;
        answer.expect("statistics").into_inner()
    }

    /// Once all workers are through with what came before: each lists its own.
    async fn of_transport(&mut self, transport: Transport) -> TransportStatistics {
        self.list(1, "").await;
        self.list(1, "").await;
        let mut all = self.statistics().await.transports.into_iter();
        all.find(|it| it.transport() == transport).expect("it listens for that")
    }

    async fn list(&mut self, page_size: u32, page_token: &str) -> (Vec<Allocation>, String) {
        let request = ListAllocationsRequest {
            page_size,
            page_token: page_token.to_owned(),
        };
        let answer = self.relay.list_allocations(request).await.expect("a list").into_inner();
        (answer.allocations, answer.next_page_token)
    }

    async fn drop(&mut self, which: Which, bar_until: Option<SystemTime>) -> Result<u32, Status> {
        let request = DropAllocationsRequest {
            which: Some(which),
            bar_until: bar_until.map(Into::into),
        };
        let answer = self.relay.drop_allocations(request).await;
        answer.map(|answer| answer.into_inner().dropped)
    }

    async fn drain(&mut self, draining: bool) -> u32 {
        let answer = self.relay.drain(DrainRequest { draining }).await;
        answer.expect("drains").into_inner().allocations
    }

    async fn set_secrets(&mut self, secrets: &[&str]) -> Result<(), Status> {
        let secrets = secrets.iter().map(|&secret| secret.to_owned()).collect();
        self.relay.set_secrets(SetSecretsRequest { secrets }).await.map(|_| ())
    }

    async fn reload(&mut self) -> Result<Vec<String>, Status> {
        let answer = self.relay.reload(ReloadRequest {}).await;
        answer.map(|answer| answer.into_inner().restart_needed)
    }

    async fn health(&self, service: &str) -> ServingStatus {
        let request = HealthCheckRequest {
            service: service.to_owned(),
        };
        let answer = HealthClient::new(self.channel.clone()).check(request).await;
        answer.expect("known").into_inner().status()
    }
}

/// Another address of the loopback network: the relay's own is reached within it.
async fn peer() -> UdpSocket {
    UdpSocket::bind("127.0.0.2:0").await.expect("a peer")
}

fn errors(counted: &TransportStatistics) -> Vec<(u32, u64)> {
    counted.errors.iter().map(|error| (error.code, error.count)).collect()
}

fn binding() -> Vec<u8> {
    let mut out = [0; 20];
    let length = Builder::new(&mut out, Method::BINDING, Class::Request, [7; 12]).finish();
    out[..length].to_vec()
}

/// Makes another certificate, and says it.
fn certify(folder: &Path) -> String {
    let made = rcgen::generate_simple_self_signed(vec!["localhost".to_owned()]).expect("a certificate");
    fs::write(folder.join("cert.pem"), made.cert.pem()).expect("written");
    fs::write(folder.join("key.pem"), made.signing_key.serialize_pem()).expect("written");
    made.cert.pem()
}
