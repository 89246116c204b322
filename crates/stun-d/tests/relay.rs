//! The relay on real sockets: what one client says arrives at its peer, and the other way round.

use std::{fs, net::SocketAddr, path::Path, sync::Arc, time::Duration};

use aws_lc_rs::hmac;
use daemon::{Daemon as _, Life};
use data_encoding::BASE64;
use md5::{Digest as _, Md5};
use stun::{AttributeType as A, Builder, Class, Framer, Message, Method};
use stun_d::{Config, StunD};
use tokio::{
    io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _},
    net::{TcpStream, UdpSocket},
    task::JoinHandle,
    time::timeout,
};
use tokio_rustls::TlsConnector;

const SECRET: &str = "a secret of the operator's";
const SOON: Duration = Duration::from_secs(5);
const A_MOMENT: Duration = Duration::from_millis(300);

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
    let nobody = UdpSocket::bind("127.0.0.2:0").await.expect("a peer");
    let nobody_addr = nobody.local_addr().expect("an address");
    drop(nobody);
    let relayed = client.allocate().await;
    let permitted = client.ask(Method::CREATE_PERMISSION, |it| {
        it.xor_address(A::XOR_PEER_ADDRESS, peer_addr)
    });
    assert_eq!(permitted.await, 0);

    for _ in 0..5 {
        client.send_to(nobody_addr, b"hello").await;
        client.send_to(peer_addr, b"hello").await;

        let data = client.receive().await;
        let message = Message::parse(&data).expect("a message");
        assert_eq!((message.class(), message.method()), (Class::Indication, Method::DATA));
        let about = message.attribute(A::XOR_PEER_ADDRESS).expect("an address");
        assert_eq!(about.xor_address(message.transaction_id()), Some(nobody_addr));
        // Destination unreachable, port unreachable.
        assert_eq!(
            message.attribute(A::ICMP).expect("a reason").value,
            [0, 0, 6, 3, 0, 0, 0, 0]
        );
        assert!(message.attribute(A::DATA).is_none());
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
    assert!(UdpSocket::bind(first).await.is_ok(), "it is anybody's");
}

#[tokio::test]
async fn who_comes_by_tcp_is_relayed_as_well_and_meets_who_came_by_udp() {
    let server = Server::start("").await;
    meets_who_came_by_udp(Stream::over_tcp(&server).await, &server).await;
}

#[tokio::test]
async fn who_comes_by_tls_is_relayed_as_well() {
    let folder = tempfile::tempdir().expect("a folder");
    let certificate = rcgen::generate_simple_self_signed(vec!["localhost".to_owned()]).expect("a certificate");
    let (cert, key) = (folder.path().join("cert.pem"), folder.path().join("key.pem"));
    fs::write(&cert, certificate.cert.pem()).expect("written");
    fs::write(&key, certificate.signing_key.serialize_pem()).expect("written");
    let server = Server::start(&format!(
        "[tls]\nlisten = [\"127.0.0.1:0\"]\ncert = {cert:?}\nkey = {key:?}\n"
    ))
    .await;

    meets_who_came_by_udp(Stream::over_tls(&server, &cert).await, &server).await;
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
    for _ in 0..100 {
        if UdpSocket::bind(near).await.is_ok() {
            return;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    panic!("the port is still the relay's");
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

/// A running daemon that relays within this machine. Dropping it ends it.
struct Server {
    addr: SocketAddr,
    tls_addr: Option<SocketAddr>,
    serving: JoinHandle<anyhow::Result<()>>,
    _folder: tempfile::TempDir,
}

impl Server {
    async fn start(more: &str) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let secret = folder.path().join("secret");
        fs::write(&secret, SECRET).expect("written");
        let text = format!(
            "listen = [\"127.0.0.1:0\"]\n[turn]\nrelay = [\"127.0.0.1\"]\nallow = [\"127.0.0.0/8\"]\n{}{more}",
            secret_line(&secret)
        );
        let config: Config = toml::from_str(&text).expect("a configuration");
        let server = StunD::bind(config).await.expect("bound");
        let (addr, tls_addr) = (server.addrs()[0], server.tls_addrs().first().copied());
        let life = Life::new();
        let serving = tokio::spawn(server.serve(life.clone()));
        life.is_ready().await;
        Self {
            addr,
            tls_addr,
            serving,
            _folder: folder,
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

fn secret_line(file: &Path) -> String {
    format!("secret_file = {:?}\n", file.display().to_string())
}

/// A client over UDP.
struct Client {
    socket: UdpSocket,
    name: String,
    nonce: Vec<u8>,
    count: u8,
}

impl Client {
    async fn of(server: &Server) -> Self {
        let socket = UdpSocket::bind("127.0.0.1:0").await.expect("a client");
        socket.connect(server.addr).await.expect("connected");
        Self {
            socket,
            name: name(),
            nonce: Vec::new(),
            count: 0,
        }
    }

    async fn allocate(&mut self) -> SocketAddr {
        assert_eq!(self.ask(Method::ALLOCATE, over_udp).await, 401);
        relayed(&self.answer(Method::ALLOCATE, over_udp).await)
    }

    /// The code of the error, 0 where it was done. What a challenge brings is kept for the next.
    async fn ask(&mut self, method: Method, with: impl for<'a> FnOnce(Builder<'a>) -> Builder<'a>) -> u16 {
        let answer = self.answer(method, with).await;
        let message = Message::parse(&answer).expect("a message");
        if let Some(nonce) = message.attribute(A::NONCE) {
            self.nonce = nonce.value.to_vec();
        }
        code(&answer)
    }

    async fn answer(&mut self, method: Method, with: impl for<'a> FnOnce(Builder<'a>) -> Builder<'a>) -> Vec<u8> {
        self.count += 1;
        let request = request(method, self.count, &self.name, &self.nonce, with);
        self.socket.send(&request).await.expect("sent");
        self.receive().await
    }

    async fn send_to(&self, peer: SocketAddr, data: &[u8]) {
        let mut bytes = [0; 600];
        let length = Builder::new(&mut bytes, Method::SEND, Class::Indication, [99; 12])
            .xor_address(A::XOR_PEER_ADDRESS, peer)
            .attribute(A::DATA, data)
            .finish();
        self.socket.send(&bytes[..length]).await.expect("sent");
    }

    async fn receive(&self) -> Vec<u8> {
        received(&self.socket).await.1
    }
}

/// A client over TCP or TLS.
struct Stream {
    stream: Box<dyn Pipe>,
    framer: Framer,
    nonce: Vec<u8>,
    count: u8,
}

trait Pipe: AsyncRead + AsyncWrite + Send + Unpin {}

impl<S: AsyncRead + AsyncWrite + Send + Unpin> Pipe for S {}

impl Stream {
    async fn over_tcp(server: &Server) -> Self {
        Self::over(TcpStream::connect(server.addr).await.expect("connected"))
    }

    async fn over_tls(server: &Server, ca: &Path) -> Self {
        let addr = server.tls_addr.expect("it listens for TLS");
        let stream = TcpStream::connect(addr).await.expect("connected");
        let config = daemon::tls::client_config(ca, None).expect("an authority");
        let name = "localhost".try_into().expect("a name");
        let stream = TlsConnector::from(Arc::new(config)).connect(name, stream).await;
        Self::over(stream.expect("a handshake"))
    }

    fn over(stream: impl AsyncRead + AsyncWrite + Send + Unpin + 'static) -> Self {
        Self {
            stream: Box::new(stream),
            framer: Framer::with_channels(),
            nonce: Vec::new(),
            count: 0,
        }
    }

    async fn allocate(&mut self) -> SocketAddr {
        let challenge = self.ask(Method::ALLOCATE, over_udp).await;
        assert_eq!(code(&challenge), 401);
        let message = Message::parse(&challenge).expect("a message");
        self.nonce = message.attribute(A::NONCE).expect("a nonce").value.to_vec();
        relayed(&self.ask(Method::ALLOCATE, over_udp).await)
    }

    async fn ask(&mut self, method: Method, with: impl for<'a> FnOnce(Builder<'a>) -> Builder<'a>) -> Vec<u8> {
        self.count += 1;
        let request = request(method, self.count, &name(), &self.nonce, with);
        self.stream.write_all(&request).await.expect("sent");
        self.receive().await
    }

    async fn receive(&mut self) -> Vec<u8> {
        loop {
            if let Some(message) = self.framer.next().expect("STUN") {
                return message.to_vec();
            }
            let read = timeout(SOON, self.stream.read(self.framer.space())).await;
            let count = read.expect("in time").expect("received");
            assert_ne!(count, 0, "it is open");
            self.framer.filled(count);
        }
    }
}

/// A credential that holds for long.
fn name() -> String {
    format!("{}:seat", 4_000_000_000_u64)
}

fn key(name: &str) -> Vec<u8> {
    let secret = hmac::Key::new(hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, SECRET.as_bytes());
    let password = BASE64.encode(hmac::sign(&secret, name.as_bytes()).as_ref());
    Md5::digest(format!("{name}:turn:{password}")).to_vec()
}

fn over_udp(request: Builder<'_>) -> Builder<'_> {
    request.attribute(A::REQUESTED_TRANSPORT, &[17, 0, 0, 0])
}

/// Proven where there is a nonce.
fn request(
    method: Method,
    number: u8,
    name: &str,
    nonce: &[u8],
    with: impl for<'a> FnOnce(Builder<'a>) -> Builder<'a>,
) -> Vec<u8> {
    let mut bytes = [0; 600];
    let mut builder = with(Builder::new(&mut bytes, method, Class::Request, [number; 12]));
    if !nonce.is_empty() {
        builder = builder
            .attribute(A::USERNAME, name.as_bytes())
            .attribute(A::REALM, b"turn")
            .attribute(A::NONCE, nonce)
            .integrity_sha1(&key(name));
    }
    let length = builder.finish();
    bytes[..length].to_vec()
}

fn code(answer: &[u8]) -> u16 {
    let message = Message::parse(answer).expect("a message");
    let code = message.attribute(A::ERROR_CODE);
    code.map_or(0, |code| code.error_code().expect("a code"))
}

fn relayed(answer: &[u8]) -> SocketAddr {
    let message = Message::parse(answer).expect("a message");
    let relayed = message.attribute(A::XOR_RELAYED_ADDRESS).expect("a relayed address");
    relayed.xor_address(message.transaction_id()).expect("an address")
}

async fn received(socket: &UdpSocket) -> (SocketAddr, Vec<u8>) {
    let mut bytes = [0; 2_000];
    let (length, from) = timeout(SOON, socket.recv_from(&mut bytes))
        .await
        .expect("in time")
        .expect("received");
    (from, bytes[..length].to_vec())
}
