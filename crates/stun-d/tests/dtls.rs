//! STUN and the relay over DTLS, for two other programs' clients: those of `dimpl` and of OpenSSL.

mod common;

use std::{fs, process::Stdio};

use common::{
    A_MOMENT, SOON, Server, assert_says_unreachable, code,
    dtls::{Guest, addr_of, binding, identity, section, server},
    nobody, received, send_indication,
};
use daemon::Daemon as _;
use rcgen::{KeyPair, PKCS_ED25519};
use rustix::process::{Signal, getpid, kill_process};
use stun::{AttributeType as A, Class, Message, Method};
use stun_d::StunD;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::UdpSocket,
    process::Command,
    task::yield_now,
    time::timeout,
};

// --- Within a session ---

#[tokio::test]
async fn who_asks_is_told_its_address() {
    let (_folder, server) = server().await;
    let mut guest = Guest::of(&server).await;

    guest.say(&binding()).await;

    let answer = guest.hear().await;
    let message = Message::parse(&answer).expect("a message");
    assert_eq!((message.class(), message.method()), (Class::Success, Method::BINDING));
    let mapped = message.attribute(A::XOR_MAPPED_ADDRESS).expect("an address");
    assert_eq!(mapped.xor_address(message.transaction_id()), guest.addr());
}

#[tokio::test]
async fn what_a_client_says_comes_to_its_peer_and_back_and_nothing_is_padded() {
    let (_folder, server) = server().await;
    let mut guest = Guest::of(&server).await;
    let peer = UdpSocket::bind("127.0.0.2:0").await.expect("a peer");
    let peer_addr = peer.local_addr().expect("an address");
    let relayed = guest.allocate().await;
    let bound = guest
        .ask(Method::CHANNEL_BIND, |it| {
            it.attribute(A::CHANNEL_NUMBER, &[0x40, 0, 0, 0])
                .xor_address(A::XOR_PEER_ADDRESS, peer_addr)
        })
        .await;
    assert_eq!(code(&bound), 0);

    guest.say(&[&[0x40, 0, 0, 5][..], b"sound"].concat()).await;
    assert_eq!(received(&peer).await, (relayed, b"sound".to_vec()));
    for length in [7, 1_200, 0] {
        let picture = vec![1; length];
        peer.send_to(&picture, relayed).await.expect("sent");
        let head = [0x40, 0, (length >> 8) as u8, length as u8];
        assert_eq!(guest.hear().await, [&head[..], &picture].concat());
    }
}

#[tokio::test]
async fn what_could_not_be_delivered_is_told() {
    let (_folder, server) = server().await;
    let mut guest = Guest::of(&server).await;
    let nobody = nobody().await;
    guest.allocate().await;
    let permitted = guest.ask(Method::CREATE_PERMISSION, |it| {
        it.xor_address(A::XOR_PEER_ADDRESS, nobody)
    });
    assert_eq!(code(&permitted.await), 0);

    guest.say(&send_indication(nobody, b"hello")).await;

    assert_says_unreachable(&guest.hear().await, nobody);
}

#[tokio::test]
async fn who_says_that_it_goes_frees_its_port() {
    let (_folder, server) = server().await;
    let mut guest = Guest::of(&server).await;
    let relayed = guest.allocate().await;
    assert!(UdpSocket::bind(relayed).await.is_err(), "it is the relay's");

    guest.dtls.close().expect("closed");
    guest.until(|guest| guest.is_closed).await;

    UdpSocket::bind(relayed).await.expect("nobody has it");
}

#[tokio::test]
async fn what_is_no_record_of_the_session_changes_nothing() {
    let (_folder, server) = server().await;
    let mut guest = Guest::of(&server).await;
    let stranger = Guest::socket(&server).await;

    for wrong in [&binding()[..], &[0; 1_400], &[22, 0xfe], &[]] {
        guest.socket.send(wrong).await.expect("sent");
        stranger.send(wrong).await.expect("sent");
    }
    // Handshakes, alerts and data of all ages, as somebody would write them who knows its address.
    for number in 0..100 {
        for (kind, epoch) in [(20, 0), (21, 0), (22, 0), (23, 0), (21, 1), (22, 1), (23, 1), (23, 2)] {
            let head = [kind, 0xfe, 0xfd, 0, epoch, 0, 0, 0, 0, 0, number, 0, 40];
            let wrong = [&head[..], &[2; 40]].concat();
            guest.socket.send(&wrong).await.expect("sent");
            stranger.send(&wrong).await.expect("sent");
        }
        guest.say(&binding()).await;
        assert_eq!(code(&guest.hear().await), 0);
    }
    assert!(is_silent(&stranger).await);
}

#[tokio::test]
async fn who_begins_anew_at_its_address_is_let_in_and_the_session_before_ends() {
    let (_folder, server) = server().await;
    let mut before = Guest::of(&server).await;
    let relayed = before.allocate().await;

    // It has forgotten everything but its socket.
    let mut guest = Guest::over(before.socket).await;
    guest.say(&binding()).await;

    assert_eq!(code(&guest.hear().await), 0);
    let free = async {
        while UdpSocket::bind(relayed).await.is_err() {
            yield_now().await;
        }
    };
    timeout(SOON, free).await.expect("a freed port");
}

#[tokio::test]
async fn what_is_done_over_dtls_is_counted_as_such() {
    let folder = tempfile::tempdir().expect("a folder");
    identity(folder.path());
    let head = format!("metrics = \"127.0.0.1:0\"\n{}", section(folder.path()));
    let server = Server::configured(&head, "").await;
    let mut guest = Guest::of(&server).await;
    guest.say(&binding()).await;
    guest.hear().await;
    guest.allocate().await;
    // Once this is answered, what was before it is counted.
    guest.say(&binding()).await;
    guest.hear().await;

    let (_, text) = server.get("GET /metrics").await;

    for line in [
        "visite_stun_errors_total{transport=\"dtls\",code=\"401\"} 1",
        "visite_relay_allocations{transport=\"dtls\"} 1",
        "visite_relay_allocations{transport=\"udp\"} 0",
    ] {
        assert!(text.lines().any(|it| it == line), "{line} in {text}");
    }
}

// --- At the door ---

#[tokio::test]
async fn a_stranger_s_hello_is_answered_once_with_less_than_it_was() {
    let (_folder, server) = server().await;
    let stranger = Guest::socket(&server).await;
    let hello = hello(0, &[]);
    stranger.send(&hello).await.expect("sent");

    let (_, first) = received(&stranger).await;

    assert_eq!((first[0], first[13]), (22, 3), "HelloVerifyRequest");
    assert!(first.len() < hello.len(), "{} of {}", first.len(), hello.len());
    assert!(is_silent(&stranger).await, "there is nothing to say again");
    // Another's cookie, and one that was never made.
    let other = Guest::socket(&server).await;
    for cookie in [&first[first.len() - 32..], &[7; 32]] {
        other.send(&self::hello(1, cookie)).await.expect("sent");
    }
    assert!(is_silent(&other).await);
}

#[tokio::test]
async fn who_speaks_nothing_newer_than_dtls_1_0_is_told_so() {
    let (_folder, server) = server().await;
    let stranger = Guest::socket(&server).await;
    let mut hello = hello(0, &[]);
    hello[26] = 0xff;

    stranger.send(&hello).await.expect("sent");

    let (_, alert) = received(&stranger).await;
    assert_eq!((alert[0], &alert[13..]), (21, &[2, 70][..]), "fatal: protocol_version");
}

#[tokio::test]
async fn strangers_take_no_seat_and_guests_have_as_many_as_there_are() {
    let (_folder, server) = server().await;
    for _ in 0..200 {
        let stranger = Guest::socket(&server).await;
        stranger.send(&hello(0, &[])).await.expect("sent");
        received(&stranger).await;
    }
    let mut guests = Vec::new();
    for _ in 0..100 {
        guests.push(Guest::of(&server).await);
    }

    let one_too_many = Guest::new(Guest::socket(&server).await).knock().await;
    assert!(one_too_many.is_none(), "there is no seat");

    let mut leaver = guests.pop().expect("a guest");
    leaver.dtls.close().expect("closed");
    leaver.until(|guest| guest.is_closed).await;
    // Its seat is free a moment after it was told.
    while Guest::new(Guest::socket(&server).await).knock().await.is_none() {}
}

#[tokio::test]
async fn who_asks_too_much_is_not_even_asked_for_a_cookie() {
    let folder = tempfile::tempdir().expect("a folder");
    identity(folder.path());
    let server = Server::configured(
        &format!("rate_limit = 1\nrate_limit_exempt = []\n{}", section(folder.path())),
        "",
    )
    .await;
    let stranger = Guest::socket(&server).await;

    for _ in 0..20 {
        stranger.send(&hello(0, &[])).await.expect("sent");
    }

    let mut answers = 0;
    while !is_silent(&stranger).await {
        answers += 1;
    }
    assert!((4..10).contains(&answers), "{answers} of 20");
}

// --- What it shows ---

#[tokio::test]
async fn a_new_certificate_is_shown_to_those_who_come() {
    let folder = tempfile::tempdir().expect("a folder");
    let old = identity(folder.path());
    let server = Server::configured(&section(folder.path()), "").await;
    let mut guest = Guest::of(&server).await;
    assert_eq!(guest.shown.as_ref(), Some(&old));
    let new = identity(folder.path());

    kill_process(getpid(), Signal::HUP).expect("sent");

    let shown = async { while Guest::of(&server).await.shown.as_ref() != Some(&new) {} };
    timeout(SOON, shown).await.expect("the new one");
    guest.say(&binding()).await;
    assert_eq!(code(&guest.hear().await), 0, "its session goes on");
}

#[tokio::test]
async fn what_dtls_can_not_use_is_refused_with_the_reason() {
    let folder = tempfile::tempdir().expect("a folder");
    let key = KeyPair::generate_for(&PKCS_ED25519).expect("a key");
    let params = rcgen::CertificateParams::new(vec!["localhost".to_owned()]).expect("parameters");
    let cert = params.self_signed(&key).expect("a certificate");
    fs::write(folder.path().join("dtls.pem"), cert.pem()).expect("written");
    fs::write(folder.path().join("dtls.key"), key.serialize_pem()).expect("written");
    let refusal = refusal(&section(folder.path())).await;
    assert!(
        refusal.ends_with("is no ECDSA key of P-256 or P-384, as DTLS needs it here"),
        "{refusal}"
    );

    identity(folder.path());
    let everywhere = section(folder.path()).replace("127.0.0.1", "0.0.0.0");
    let refusal = self::refusal(&everywhere).await;
    assert!(
        refusal.contains("`dtls.listen`: has to name this machine's own addresses"),
        "{refusal}"
    );
}

// --- Strangers' programs ---

#[tokio::test]
async fn openssl_finds_whom_it_trusts_and_is_answered() {
    let (folder, server) = server().await;
    let mut client = Command::new("openssl")
        .args(["s_client", "-dtls1_2", "-quiet", "-verify_return_error", "-CAfile"])
        .arg(folder.path().join("dtls.pem"))
        .args([
            "-verify_hostname",
            "localhost",
            "-connect",
            &addr_of(&server).to_string(),
        ])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .kill_on_drop(true)
        .spawn()
        .expect("Debian's openssl");
    let (mut to, mut from) = (
        client.stdin.take().expect("a pipe"),
        client.stdout.take().expect("a pipe"),
    );

    to.write_all(&binding()).await.expect("written");
    let mut answer = [0; 32];
    timeout(SOON, from.read_exact(&mut answer))
        .await
        .expect("in time")
        .expect("an answer");

    let message = Message::parse(&answer).expect("a message");
    assert_eq!((message.class(), message.method()), (Class::Success, Method::BINDING));
}

// --- The bench ---

/// Why it does not start.
async fn refusal(section: &str) -> String {
    let text = format!("listen = [\"127.0.0.1:0\"]\n{section}");
    let config = toml::from_str(&text).expect("a configuration");
    StunD::bind(config).await.expect_err("it is refused").to_string()
}

async fn is_silent(socket: &UdpSocket) -> bool {
    timeout(A_MOMENT, socket.recv(&mut [0; 2_048])).await.is_err()
}

/// A ClientHello without extensions.
fn hello(message: u8, cookie: &[u8]) -> Vec<u8> {
    let (random, length) = ([9; 32], cookie.len() as u8);
    let body = [
        &[0xfe, 0xfd][..],
        &random,
        &[0, length],
        cookie,
        &[0, 2, 0xc0, 0x2b, 1, 0],
    ]
    .concat();
    let length = body.len() as u8;
    let head = [1, 0, 0, length, 0, message, 0, 0, 0, 0, 0, length];
    let record = [22, 0xfe, 0xfd, 0, 0, 0, 0, 0, 0, 0, message, 0, length + 12];
    [&record[..], &head, &body].concat()
}
