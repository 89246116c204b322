//! Who says nothing, or never ends what it says, holds a place only so long. Each waits as long as the daemon does, and all at the same time.

mod common;

use common::{
    A_MINUTE, Server, Stream, code,
    dtls::{self, Guest, binding},
};
use futures_util::future::join_all;
use stun::Method;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
    time::timeout,
};

#[tokio::test]
async fn who_begins_a_dtls_handshake_and_does_not_go_on_gives_its_seat_back() {
    let (_folder, server) = dtls::server().await;
    let newcomer = async || Guest::new(Guest::socket(&server).await);
    let all = join_all((0..SEATS).map(|_| async { newcomer().await.hesitate().await }));
    let _hesitant = all.await;
    assert!(newcomer().await.knock().await.is_none(), "there is no seat");

    let seated = async { while newcomer().await.knock().await.is_none() {} };

    timeout(A_MINUTE, seated).await.expect("a seat");
}

#[tokio::test]
async fn who_is_silent_within_dtls_is_told_that_it_is_over_and_who_is_relayed_may_be_silent() {
    let (_folder, server) = dtls::server().await;
    let mut relayed = Guest::of(&server).await;
    relayed.allocate().await;
    let mut silent = Guest::of(&server).await;
    silent.say(&binding()).await;
    silent.hear().await;

    silent.until_it_is_closed().await;

    // It has been silent for longer.
    assert_eq!(code(&relayed.ask(Method::REFRESH, |it| it).await), 0);
}

#[tokio::test]
async fn who_is_silent_over_tcp_is_hung_up_on_and_who_is_relayed_may_be_silent() {
    let server = Server::start("").await;
    let mut relayed = Stream::over_tcp(&server).await;
    relayed.allocate().await;
    let mut silent = TcpStream::connect(server.addr).await.expect("connected");
    silent.write_all(&binding()).await.expect("sent");
    silent.read_exact(&mut [0; 32]).await.expect("an answer");

    until_it_is_closed(silent).await;

    // It has been silent for longer.
    assert_eq!(code(&relayed.ask(Method::REFRESH, |it| it).await), 0);
}

#[tokio::test]
async fn a_message_that_never_ends_and_a_tls_handshake_that_never_begins_are_hung_up_on() {
    let folder = tempfile::tempdir().expect("a folder");
    dtls::identity(folder.path());
    let tls = dtls::section(folder.path()).replace("[dtls]", "[tls]");
    let server = Server::configured(&tls, "").await;
    let tls_addr = server.tls_addr.expect("it listens for TLS");
    let mut slow = TcpStream::connect(server.addr).await.expect("connected");
    slow.write_all(&binding()[..19]).await.expect("sent");
    let mute = TcpStream::connect(tls_addr).await.expect("connected");
    let mut hesitant = TcpStream::connect(tls_addr).await.expect("connected");
    // The head of a record that never comes.
    hesitant.write_all(&[22, 3, 1, 2, 0]).await.expect("sent");

    tokio::join!(
        until_it_is_closed(slow),
        until_it_is_closed(mute),
        until_it_is_closed(hesitant)
    );
}

async fn until_it_is_closed(mut stream: TcpStream) {
    let closed = timeout(A_MINUTE, stream.read(&mut [0; 64])).await.expect("in time");
    // At an end, or broken off.
    assert!(matches!(closed, Ok(0) | Err(_)), "{closed:?}");
}

/// Of one network, at one port.
const SEATS: usize = 100;
