//! The daemon on real sockets.

#[path = "common/together.rs"]
mod together;

use std::{
    fs,
    net::{Ipv4Addr, Ipv6Addr, SocketAddr},
    path::Path,
    time::Duration,
};

use daemon::{Daemon as _, Life};
use stun::{Attribute, AttributeType, Builder, Class, Message, Method};
use stun_d::{Config, StunD};
use together::send_together;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpStream, UdpSocket},
    task::JoinHandle,
    time::timeout,
};

const SOON: Duration = Duration::from_secs(5);
/// Long enough for an answer on the loopback interface, many times over.
const A_MOMENT: Duration = Duration::from_millis(300);

/// A running daemon. Dropping it ends it.
struct Server {
    addrs: Vec<SocketAddr>,
    serving: JoinHandle<anyhow::Result<()>>,
    life: Life,
}

impl Server {
    async fn start(listen: &[&str]) -> Self {
        let listen = listen.iter().map(|addr| addr.parse().expect("an address")).collect();
        let server = StunD::bind(Config::new(listen)).await.expect("bound");
        let (addrs, life) = (server.addrs(), Life::new());
        let serving = tokio::spawn(server.serve(life.clone()));
        life.is_ready().await;
        Self { addrs, serving, life }
    }

    fn addr(&self) -> SocketAddr {
        self.addrs[0]
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

fn request(number: u8) -> Vec<u8> {
    let mut out = [0; 20];
    let length = Builder::new(&mut out, Method::BINDING, Class::Request, [number; 12]).finish();
    out[..length].to_vec()
}

/// The number and the address of a success response.
fn told(answer: &[u8]) -> (u8, SocketAddr) {
    let message = Message::parse(answer).expect("a message");
    assert_eq!(message.class(), Class::Success);
    let mapped: Attribute<'_> = message
        .attribute(AttributeType::XOR_MAPPED_ADDRESS)
        .expect("an address");
    let id = message.transaction_id();
    (id[0], mapped.xor_address(id).expect("an address"))
}

async fn ask(client: &UdpSocket, request: &[u8]) -> Option<Vec<u8>> {
    client.send(request).await.expect("sent");
    let mut answer = [0; 2048];
    let length = timeout(A_MOMENT, client.recv(&mut answer))
        .await
        .ok()?
        .expect("received");
    Some(answer[..length].to_vec())
}

async fn udp_client(server: SocketAddr) -> UdpSocket {
    let own = if server.is_ipv4() {
        Ipv4Addr::LOCALHOST.into()
    } else {
        Ipv6Addr::LOCALHOST.into()
    };
    let client = UdpSocket::bind(SocketAddr::new(own, 0)).await.expect("bound");
    client.connect(server).await.expect("connected");
    client
}

#[tokio::test]
async fn case_04_udp_of_both_families_on_two_ports() {
    let server = Server::start(&["127.0.0.1:0", "127.0.0.1:0", "[::1]:0", "[::1]:0"]).await;

    for &addr in &server.addrs {
        let client = udp_client(addr).await;
        let answer = ask(&client, &request(1)).await.expect("an answer");

        assert_eq!(told(&answer), (1, client.local_addr().expect("an address")));
    }
}

#[tokio::test]
async fn case_04_tcp_pipelined_and_byte_by_byte() {
    let server = Server::start(&["127.0.0.1:0", "[::1]:0"]).await;
    for &addr in &server.addrs {
        let mut client = TcpStream::connect(addr).await.expect("connected");
        client.set_nodelay(true).expect("set");
        let own = client.local_addr().expect("an address");
        let length = if addr.is_ipv4() { 32 } else { 44 };
        let mut answer = vec![0; length];

        let many: Vec<u8> = (0..100).flat_map(request).collect();
        client.write_all(&many).await.expect("written");
        for number in 0..100 {
            client.read_exact(&mut answer).await.expect("read");
            assert_eq!(told(&answer), (number, own));
        }

        for byte in request(7) {
            client.write_all(&[byte]).await.expect("written");
            client.flush().await.expect("written");
            tokio::task::yield_now().await;
        }
        client.read_exact(&mut answer).await.expect("read");
        assert_eq!(told(&answer), (7, own));
    }
}

#[tokio::test]
async fn a_burst_of_datagrams_is_answered_whole_and_in_order() {
    let server = Server::start(&["127.0.0.1:0"]).await;
    let client = udp_client(server.addr()).await;
    for number in 0..200 {
        client.send(&request(number)).await.expect("sent");
    }
    let mut answer = [0; 64];
    for number in 0..200 {
        let length = timeout(SOON, client.recv(&mut answer))
            .await
            .expect("in time")
            .expect("received");
        assert_eq!(told(&answer[..length]).0, number);
    }
}

#[tokio::test]
async fn what_is_no_request_meets_silence_and_the_next_request_an_answer() {
    let server = Server::start(&["127.0.0.1:0"]).await;
    let client = udp_client(server.addr()).await;
    let answer = ask(&client, &request(1)).await.expect("an answer");
    let big = [&request(1)[..], &[0; 4000]].concat();

    for noise in [&b""[..], b"GET / HTTP/1.1\r\n\r\n", &answer, &request(1)[..19], &big] {
        assert_eq!(ask(&client, noise).await, None);
    }

    assert!(ask(&client, &request(2)).await.is_some());
}

#[tokio::test]
async fn case_04_a_stream_that_is_no_stun_is_closed() {
    let server = Server::start(&["127.0.0.1:0"]).await;
    for noise in [&b"\x80\x01\x00\x00"[..], b"GET / HTTP/1.1\r\nHost: a\r\n\r\n"] {
        let mut client = TcpStream::connect(server.addr()).await.expect("connected");
        client.write_all(noise).await.expect("written");

        let closed = timeout(SOON, client.read(&mut [0; 16])).await.expect("in time");

        assert!(matches!(closed, Ok(0) | Err(_)));
    }
}

#[tokio::test]
async fn case_10_two_thousand_sources_leave_nothing_behind() {
    let server = Server::start(&["127.0.0.1:0"]).await;
    let warm = udp_client(server.addr()).await;
    assert!(ask(&warm, &request(0)).await.is_some());
    let before = resident_kib();

    for number in 0..2000_u16 {
        let client = udp_client(server.addr()).await;
        let [_, low] = number.to_be_bytes();
        assert_eq!(
            ask(&client, &request(low)).await.map(|answer| told(&answer).0),
            Some(low)
        );
    }

    let grown = resident_kib().saturating_sub(before);
    assert!(grown < 1024, "{grown} KiB");
}

fn resident_kib() -> u64 {
    let status = fs::read_to_string("/proc/self/status").expect("readable");
    let line = status.lines().find(|line| line.starts_with("VmRSS:")).expect("a line");
    line.split_whitespace()
        .nth(1)
        .and_then(|kib| kib.parse().ok())
        .expect("a number")
}

#[tokio::test]
async fn case_11_a_wildcard_socket_answers_from_the_address_that_was_asked() {
    let server = Server::start(&["0.0.0.0:0", "[::]:0"]).await;
    for to in ["127.0.0.1", "127.0.0.2", "127.200.0.7"] {
        let client = UdpSocket::bind("127.0.0.1:0").await.expect("bound");
        let to = SocketAddr::new(to.parse().expect("an address"), server.addr().port());
        client.send_to(&request(1), to).await.expect("sent");

        let mut answer = [0; 64];
        let (_, from) = timeout(SOON, client.recv_from(&mut answer))
            .await
            .expect("in time")
            .expect("received");

        assert_eq!(from, to);
    }
    let client = udp_client(SocketAddr::new(Ipv6Addr::LOCALHOST.into(), server.addrs[1].port())).await;
    assert!(ask(&client, &request(1)).await.is_some());
}

#[tokio::test]
async fn what_comes_as_one_to_a_wildcard_socket_is_answered_one_by_one() {
    let server = Server::start(&["0.0.0.0:0", "[::]:0"]).await;
    let ways = [("127.0.0.1", "127.0.0.3"), ("::1", "::1")];
    for ((own, to), addr) in ways.into_iter().zip(&server.addrs) {
        let client = UdpSocket::bind((own, 0)).await.expect("bound");
        let to = SocketAddr::new(to.parse().expect("an address"), addr.port());

        send_together(&client, to, 20, &[request(1), request(2), request(3)].concat()).await;

        for number in 1..=3 {
            let mut answer = [0; 64];
            let (length, from) = timeout(SOON, client.recv_from(&mut answer))
                .await
                .expect("in time")
                .expect("received");
            assert_eq!((told(&answer[..length]).0, from), (number, to));
        }
    }
}

#[tokio::test]
async fn one_network_cant_take_all_connections() {
    let server = Server::start(&["127.0.0.1:0"]).await;
    let mut held = Vec::new();
    for _ in 0..100 {
        let mut client = TcpStream::connect(server.addr()).await.expect("connected");
        client.write_all(&request(1)).await.expect("written");
        client.read_exact(&mut [0; 32]).await.expect("an answer");
        held.push(client);
    }
    let mut one_more = TcpStream::connect(server.addr()).await.expect("connected");
    assert!(matches!(
        timeout(SOON, one_more.read(&mut [0; 1])).await.expect("in time"),
        Ok(0) | Err(_)
    ));

    held.clear();
    let served = async {
        loop {
            let mut client = TcpStream::connect(server.addr()).await.expect("connected");
            if client.write_all(&request(1)).await.is_ok() && client.read_exact(&mut [0; 32]).await.is_ok() {
                return;
            }
        }
    };
    timeout(SOON, served).await.expect("seats are freed");
}

#[tokio::test]
async fn it_ends_when_asked_to() {
    let mut server = Server::start(&["127.0.0.1:0"]).await;
    server.life.end();

    timeout(SOON, &mut server.serving)
        .await
        .expect("in time")
        .expect("no panic")
        .expect("in good order");
}

#[tokio::test]
async fn a_configuration_that_nobody_could_use_is_refused() {
    for (listen, why) in [
        (&[][..], "at least one address"),
        (&["127.0.0.1:3478", "127.0.0.1:3478"], "twice"),
    ] {
        let listen = listen.iter().map(|addr| addr.parse().expect("an address")).collect();
        let refusal = StunD::bind(Config::new(listen)).await.expect_err("refused");

        assert!(refusal.downcast_ref::<daemon::ConfigError>().is_some());
        assert!(refusal.to_string().contains(why), "{refusal}");
    }
}

#[test]
fn the_example_configuration_is_one() {
    let example = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../deploy/stun-d.toml");
    let config: Config = daemon::read_config(&example).expect("read");

    assert_eq!(config.listen.len(), 4);
}
