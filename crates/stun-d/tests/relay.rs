//! The relay on real sockets: what one client says arrives at its peer, and the other way round.

mod common;

use std::{fs, net::SocketAddr, time::Duration};

use common::{
    A_MOMENT, Client, SECRET, Server, Stream, assert_says_unreachable, code, nobody, received, secret_line,
    together::send_together,
};
use daemon::Daemon as _;
use stun::{AttributeType as A, Class, Message, Method};
use stun_d::StunD;
use tokio::{
    io::AsyncWriteExt as _,
    net::UdpSocket,
    time::{sleep, timeout},
};

#[tokio::test]
async fn what_a_client_says_comes_to_its_peer_and_back() {
    let server = Server::start("").await;
    let mut client = Client::of(&server).await;
    // Another address of the loopback network: the relay's own is reached within it.
    let peer = UdpSocket::bind("127.0.0.2:0").await.expect("a peer");
    let peer_addr = peer.local_addr().expect("an address");
    let relayed = client.allocate().await;
    assert_eq!(
        client
            .ask(Method::CREATE_PERMISSION, |it| it
                .xor_address(A::XOR_PEER_ADDRESS, peer_addr))
            .await,
        0
    );

    client.send_to(peer_addr, b"hello").await;
    assert_eq!(received(&peer).await, (relayed, b"hello".to_vec()));

    peer.send_to(b"hello yourself", relayed).await.expect("sent");
    let data = client.receive().await;
    let message = Message::parse(&data).expect("a message");
    assert_eq!((message.class(), message.method()), (Class::Indication, Method::DATA));
    assert_eq!(message.attribute(A::DATA).expect("data").value, b"hello yourself");

    let bound = client
        .ask(Method::CHANNEL_BIND, |it| {
            it.attribute(A::CHANNEL_NUMBER, &[0x40, 0, 0, 0])
                .xor_address(A::XOR_PEER_ADDRESS, peer_addr)
        })
        .await;
    assert_eq!(bound, 0);
    client
        .socket
        .send(&[&[0x40, 0, 0, 5][..], b"sound"].concat())
        .await
        .expect("sent");
    assert_eq!(received(&peer).await, (relayed, b"sound".to_vec()));
    peer.send_to(b"picture", relayed).await.expect("sent");
    assert_eq!(client.receive().await, [&[0x40, 0, 0, 7][..], b"picture"].concat());
}

#[tokio::test]
async fn a_burst_arrives_as_it_was_sent_both_ways() {
    let server = Server::start("").await;
    let mut client = Client::of(&server).await;
    let (peer, relayed) = bound_peer(&mut client).await;
    // Of one length, which may leave as one; a shorter and a longer one; too long to be cut out of one; none.
    let lengths = [172, 172, 172, 60, 172, 200, 200, 1_300, 1_300, 0, 172];
    let burst: Vec<Vec<u8>> = (0_u8..).zip(lengths).map(|(at, length)| vec![at; length]).collect();

    for data in &burst {
        let length = (data.len() as u16).to_be_bytes();
        let whole = [&[0x40, 0][..], &length, data].concat();
        client.socket.send(&whole).await.expect("sent");
    }
    for data in &burst {
        assert_eq!(received(&peer).await, (relayed, data.clone()));
    }

    for data in &burst {
        peer.send_to(data, relayed).await.expect("sent");
    }
    for data in &burst {
        let length = (data.len() as u16).to_be_bytes();
        assert_eq!(client.receive().await, [&[0x40, 0][..], &length, data].concat());
    }
}

#[tokio::test]
async fn what_comes_as_one_is_taken_apart_again_both_ways() {
    let server = Server::start("").await;
    let mut client = Client::of(&server).await;
    let (peer, relayed) = bound_peer(&mut client).await;
    // All of one length but the last.
    let burst: Vec<Vec<u8>> = (0..20).map(|at| vec![at; if at < 19 { 1_000 } else { 61 }]).collect();
    let in_channel = |data: &[u8]| [&[0x40, 0][..], &(data.len() as u16).to_be_bytes(), data].concat();

    let whole: Vec<u8> = burst.iter().flat_map(|data| in_channel(data)).collect();
    send_together(&client.socket, server.addr, 1_004, &whole).await;
    for data in &burst {
        assert_eq!(received(&peer).await, (relayed, data.clone()));
    }

    send_together(&peer, relayed, 1_000, &burst.concat()).await;
    for data in &burst {
        assert_eq!(client.receive().await, in_channel(data));
    }

    // Datagrams that are too long, none of which has a neighbour's bytes.
    send_together(&peer, relayed, 1_600, &[7; 4_800]).await;
    peer.send_to(b"the next", relayed).await.expect("sent");
    assert_eq!(client.receive().await, in_channel(b"the next"));
}

/// A peer to whom the client has channel 0x4000, and the address by which it is known there.
async fn bound_peer(client: &mut Client) -> (UdpSocket, SocketAddr) {
    let peer = UdpSocket::bind("127.0.0.2:0").await.expect("a peer");
    let peer_addr = peer.local_addr().expect("an address");
    let relayed = client.allocate().await;
    let bound = client
        .ask(Method::CHANNEL_BIND, |it| {
            it.attribute(A::CHANNEL_NUMBER, &[0x40, 0, 0, 0])
                .xor_address(A::XOR_PEER_ADDRESS, peer_addr)
        })
        .await;
    assert_eq!(bound, 0);
    (peer, relayed)
}

#[tokio::test]
async fn what_a_stranger_says_does_not_come() {
    let server = Server::start("").await;
    let mut client = Client::of(&server).await;
    let stranger = UdpSocket::bind("127.0.0.3:0").await.expect("a stranger");
    let relayed = client.allocate().await;

    stranger.send_to(b"hello", relayed).await.expect("sent");

    assert!(timeout(A_MOMENT, client.receive()).await.is_err());
}

#[tokio::test]
async fn who_sends_to_a_port_that_nobody_has_is_told_and_loses_nothing_else() {
    let server = Server::start("").await;
    let mut client = Client::of(&server).await;
    let peer = UdpSocket::bind("127.0.0.2:0").await.expect("a peer");
    let peer_addr = peer.local_addr().expect("an address");
    let nobody_addr = nobody().await;
    let relayed = client.allocate().await;
    let permitted = client.ask(Method::CREATE_PERMISSION, |it| {
        it.xor_address(A::XOR_PEER_ADDRESS, peer_addr)
    });
    assert_eq!(permitted.await, 0);

    for _ in 0..5 {
        client.send_to(nobody_addr, b"hello").await;
        client.send_to(peer_addr, b"hello").await;

        assert_says_unreachable(&client.receive().await, nobody_addr);
        assert_eq!(received(&peer).await, (relayed, b"hello".to_vec()));
    }
}

#[tokio::test]
async fn two_clients_meet_within_the_relay_and_a_freed_port_is_closed() {
    let server = Server::start("").await;
    let (mut one, mut other) = (Client::of(&server).await, Client::of(&server).await);
    let (first, second) = (one.allocate().await, other.allocate().await);
    assert_eq!(
        one.ask(Method::CREATE_PERMISSION, |it| it
            .xor_address(A::XOR_PEER_ADDRESS, second))
            .await,
        0
    );
    assert_eq!(
        other
            .ask(Method::CREATE_PERMISSION, |it| it
                .xor_address(A::XOR_PEER_ADDRESS, first))
            .await,
        0
    );

    one.send_to(second, b"hello").await;
    let data = other.receive().await;
    assert_eq!(
        Message::parse(&data)
            .expect("a message")
            .attribute(A::DATA)
            .expect("data")
            .value,
        b"hello"
    );

    assert!(UdpSocket::bind(first).await.is_err(), "it is the relay's");
    assert_eq!(
        one.ask(Method::REFRESH, |it| it.attribute(A::LIFETIME, &[0; 4])).await,
        0
    );
    is_anybodys_again(first).await;
}

#[tokio::test]
async fn clients_of_all_workers_meet() {
    let server = Server::start("").await;
    // The system gives each to a worker by its port: of so many neighbours, some have two.
    let mut clients = Vec::new();
    for _ in 0..16 {
        let mut client = Client::of(&server).await;
        let relayed = client.allocate().await;
        let permitted = client
            .ask(Method::CREATE_PERMISSION, |it| {
                it.xor_address(A::XOR_PEER_ADDRESS, relayed)
            })
            .await;
        assert_eq!(permitted, 0, "all have the same address");
        clients.push((client, relayed));
    }

    for at in 0..clients.len() {
        let next = (at + 1) % clients.len();
        let (from, to) = (clients[at].1, clients[next].1);
        clients[at].0.send_to(to, b"hello").await;

        let data = clients[next].0.receive().await;

        let message = Message::parse(&data).expect("a message");
        assert_eq!(message.attribute(A::DATA).expect("data").value, b"hello");
        let peer = message.attribute(A::XOR_PEER_ADDRESS).expect("a peer");
        assert_eq!(peer.xor_address(message.transaction_id()), Some(from));
    }
}

#[tokio::test]
async fn who_comes_by_tcp_is_relayed_as_well_and_meets_who_came_by_udp() {
    let server = Server::start("").await;
    meets_who_came_by_udp(Stream::over_tcp(&server).await, &server).await;
}

#[tokio::test]
async fn who_comes_by_tls_is_relayed_as_well() {
    let (server, folder) = with_tls().await;
    meets_who_came_by_udp(
        Stream::over_tls(&server, &folder.path().join("cert.pem")).await,
        &server,
    )
    .await;
}

#[tokio::test]
async fn who_comes_by_tcp_or_tls_is_told_what_could_not_be_delivered_and_loses_nothing_else() {
    let (server, folder) = with_tls().await;
    let over_tls = Stream::over_tls(&server, &folder.path().join("cert.pem")).await;
    for mut client in [Stream::over_tcp(&server).await, over_tls] {
        let peer = UdpSocket::bind("127.0.0.2:0").await.expect("a peer");
        let peer_addr = peer.local_addr().expect("an address");
        let nobody = nobody().await;
        let relayed = client.allocate().await;
        let permitted = client.ask(Method::CREATE_PERMISSION, |it| {
            it.xor_address(A::XOR_PEER_ADDRESS, nobody)
        });
        assert_eq!(code(&permitted.await), 0);

        for _ in 0..5 {
            client.send_to(nobody, b"hello").await;
            client.send_to(peer_addr, b"hello").await;

            assert_says_unreachable(&client.receive().await, nobody);
            assert_eq!(received(&peer).await, (relayed, b"hello".to_vec()));
            peer.send_to(b"hello", relayed).await.expect("sent");
            let data = client.receive().await;
            let message = Message::parse(&data).expect("a message");
            assert_eq!(message.attribute(A::DATA).expect("data").value, b"hello");
        }
    }
}

async fn with_tls() -> (Server, tempfile::TempDir) {
    let folder = tempfile::tempdir().expect("a folder");
    let certificate = rcgen::generate_simple_self_signed(vec!["localhost".to_owned()]).expect("a certificate");
    let (cert, key) = (folder.path().join("cert.pem"), folder.path().join("key.pem"));
    fs::write(&cert, certificate.cert.pem()).expect("written");
    fs::write(&key, certificate.signing_key.serialize_pem()).expect("written");
    let section = format!("[tls]\nlisten = [\"127.0.0.1:0\"]\ncert = {cert:?}\nkey = {key:?}\n");
    (Server::start(&section).await, folder)
}

async fn meets_who_came_by_udp(mut stream: Stream, server: &Server) {
    let mut client = Client::of(server).await;
    let far = client.allocate().await;
    let near = stream.allocate().await;
    let permitted = client.ask(Method::CREATE_PERMISSION, |it| {
        it.xor_address(A::XOR_PEER_ADDRESS, near)
    });
    assert_eq!(permitted.await, 0);
    let bound = stream.ask(Method::CHANNEL_BIND, |it| {
        it.attribute(A::CHANNEL_NUMBER, &[0x40, 0, 0, 0])
            .xor_address(A::XOR_PEER_ADDRESS, far)
    });
    assert_eq!(code(&bound.await), 0);

    let sound = b"\x40\0\0\x05sound\0\0\0";
    stream.stream.write_all(sound).await.expect("sent");
    let data = client.receive().await;
    let message = Message::parse(&data).expect("a message");
    assert_eq!(message.attribute(A::DATA).expect("data").value, b"sound");

    client.send_to(near, b"picture").await;
    assert_eq!(stream.receive().await, b"\x40\0\0\x07picture\0");

    // Who hangs up has nothing any more.
    drop(stream);
    is_anybodys_again(near).await;
}

#[tokio::test]
async fn without_a_credential_nothing_is_relayed() {
    let server = Server::start("").await;
    let mut client = Client::of(&server).await;
    client.name = format!("{}:seat", 1_700_000_000);

    assert_eq!(
        client
            .ask(Method::ALLOCATE, |it| it
                .attribute(A::REQUESTED_TRANSPORT, &[17, 0, 0, 0]))
            .await,
        401
    );
}

#[tokio::test]
async fn what_can_t_be_a_relay_is_refused_with_the_reason() {
    let folder = tempfile::tempdir().expect("a folder");
    let secret = folder.path().join("secret");
    fs::write(&secret, SECRET).expect("written");
    for (lines, reason) in [
        ("relay = []", "`turn.relay`"),
        ("relay = [\"0.0.0.0\"]", "`turn.relay`"),
        ("relay = [\"127.0.0.1\", \"127.0.0.2\"]", "`turn.relay`"),
        ("relay = [\"127.0.0.1\"]\nexternal = [\"::1\"]", "`turn.external`"),
        ("relay = [\"127.0.0.1\"]\nports = [2000, 1999]", "`turn.ports`"),
        ("relay = [\"127.0.0.1\"]\ndeny = [\"10.0.0.0/33\"]", "10.0.0.0/33"),
        ("relay = [\"127.0.0.1\"]\nsecret_file = \"/nowhere\"", "/nowhere"),
    ] {
        let text = format!(
            "listen = [\"127.0.0.1:0\"]\n[turn]\n{lines}\n{}",
            if lines.contains("secret_file") {
                String::new()
            } else {
                secret_line(&secret)
            }
        );
        let refusal = StunD::bind(toml::from_str(&text).expect("a configuration"))
            .await
            .expect_err("refused");
        assert!(format!("{refusal:#}").contains(reason), "{lines}: {refusal:#}");
    }
    fs::write(&secret, "short").expect("written");
    let text = format!(
        "listen = [\"127.0.0.1:0\"]\n[turn]\nrelay = [\"127.0.0.1\"]\n{}",
        secret_line(&secret)
    );
    let refusal = StunD::bind(toml::from_str(&text).expect("a configuration"))
        .await
        .expect_err("refused");
    assert!(
        format!("{refusal:#}").contains("characters") && !format!("{refusal:#}").contains("short\n"),
        "{refusal:#}"
    );
}

/// As soon as what was to go out by it has gone.
async fn is_anybodys_again(port: SocketAddr) {
    let free = async {
        while UdpSocket::bind(port).await.is_err() {
            sleep(A_MOMENT / 30).await;
        }
    };
    timeout(Duration::from_secs(5), free)
        .await
        .expect("the port is still the relay's");
}
