//! NAT behaviour discovery (RFC 5780) on real sockets: answers leave by the socket that was asked for.

use std::net::{SocketAddr, UdpSocket as Probe};

use daemon::{Daemon as _, Life};
use stun::{AttributeType as A, Builder, Class, Message, Method};
use stun_d::{Config, StunD};
use tokio::{net::UdpSocket, time::timeout};

const SOON: std::time::Duration = std::time::Duration::from_secs(5);

#[tokio::test]
async fn case_13_answers_leave_by_the_socket_that_is_asked_for() {
    let (server, sockets) = start().await;
    let life = Life::new();
    let serving = tokio::spawn(server.serve(life.clone()));
    life.is_ready().await;
    let client = UdpSocket::bind("127.0.0.1:0").await.expect("a client");
    let another = UdpSocket::bind("127.0.0.1:0")
        .await
        .expect("another port of the client's");
    let own = client.local_addr().expect("an address");

    for (change, from) in [(0, 0), (0b010, 1), (0b100, 2), (0b110, 3)] {
        let asked = request(A::CHANGE_REQUEST, &[0, 0, 0, change]);
        client.send_to(&asked, sockets[0]).await.expect("sent");
        assert_eq!(told(&client).await, (sockets[from], own, sockets[3]), "{change:b}");
    }

    let [high, low] = another.local_addr().expect("an address").port().to_be_bytes();
    let asked = request(A::RESPONSE_PORT, &[high, low, 0, 0]);
    client.send_to(&asked, sockets[2]).await.expect("sent");
    assert_eq!(told(&another).await, (sockets[2], own, sockets[1]));
    serving.abort();
}

#[tokio::test]
async fn what_is_no_square_is_refused_with_the_reason() {
    for listen in [
        &["127.0.0.1:0"][..],
        &["0.0.0.0:0", "127.0.0.1:0"],
        &["127.0.0.1:0", "127.0.0.1:0", "127.0.0.2:0", "127.0.0.2:0"],
    ] {
        let listen = listen.iter().map(|addr| addr.parse().expect("an address")).collect();
        let config = Config {
            discovery: true,
            ..Config::new(listen)
        };
        let refusal = StunD::bind(config).await.expect_err("refused");

        assert!(refusal.downcast_ref::<daemon::ConfigError>().is_some());
        assert!(refusal.to_string().contains("`discovery`"), "{refusal}");
    }
}

/// On two ports that are free on both addresses: others may take one before us.
async fn start() -> (StunD, [SocketAddr; 4]) {
    let mut refused = None;
    for _ in 0..50 {
        let free = || {
            Probe::bind("127.0.0.1:0")
                .and_then(|socket| socket.local_addr())
                .expect("a port")
        };
        let ports = [free().port(), free().port()];
        let corner = |ip: [u8; 4]| ports.map(|port| SocketAddr::from((ip, port)));
        let [[a, b], [c, d]] = [corner([127, 0, 0, 1]), corner([127, 0, 0, 2])];
        let config = Config {
            discovery: true,
            ..Config::new(vec![a, b, c, d])
        };
        match StunD::bind(config).await {
            Ok(server) => return (server, [a, b, c, d]),
            Err(error) => refused = Some(error),
        }
    }
    panic!("{refused:?}");
}

fn request(kind: A, value: &[u8]) -> Vec<u8> {
    let mut bytes = [0; 64];
    let builder = Builder::new(&mut bytes, Method::BINDING, Class::Request, [7; 12]);
    let length = builder.attribute(kind, value).finish();
    bytes[..length].to_vec()
}

/// From where an answer came, whom it tells us to be, and which the other socket is.
async fn told(client: &UdpSocket) -> (SocketAddr, SocketAddr, SocketAddr) {
    let mut bytes = [0; 256];
    let (length, from) = timeout(SOON, client.recv_from(&mut bytes))
        .await
        .expect("in time")
        .expect("received");
    let message = Message::parse(&bytes[..length]).expect("a message");
    assert_eq!(message.class(), Class::Success);
    let mapped = message.attribute(A::XOR_MAPPED_ADDRESS).expect("an address");
    let mapped = mapped.xor_address(message.transaction_id()).expect("an address");
    let other = message.attribute(A::OTHER_ADDRESS).expect("an address").value;
    let &[_, 1, high, low, a, b, c, d] = other else {
        panic!("an IPv4 address")
    };
    let other = SocketAddr::from(([a, b, c, d], u16::from_be_bytes([high, low])));
    (from, mapped, other)
}
