//! A stun-d that relays within this machine, and its clients.

#![allow(dead_code, reason = "not every test file needs all of it")]

pub(crate) mod dtls;
pub(crate) mod together;

use std::{
    fs,
    net::SocketAddr,
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

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

pub(crate) const SECRET: &str = "a secret of the operator's";
pub(crate) const SOON: Duration = Duration::from_secs(5);
/// Longer than anybody is waited for who says nothing.
pub(crate) const A_MINUTE: Duration = Duration::from_secs(60);
pub(crate) const A_MOMENT: Duration = Duration::from_millis(300);

/// A running daemon that relays within this machine. Dropping it ends it.
pub(crate) struct Server {
    pub(crate) addr: SocketAddr,
    pub(crate) tls_addr: Option<SocketAddr>,
    pub(crate) dtls_addr: Option<SocketAddr>,
    pub(crate) metrics_addr: Option<SocketAddr>,
    pub(crate) api_addr: Option<SocketAddr>,
    serving: JoinHandle<anyhow::Result<()>>,
    folder: tempfile::TempDir,
}

impl Server {
    /// With `more` at the end of its configuration, which is within `[turn]`.
    pub(crate) async fn start(more: &str) -> Self {
        Self::configured("", more).await
    }

    /// With `head` at the beginning of its configuration, too.
    pub(crate) async fn configured(head: &str, more: &str) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        fs::write(folder.path().join("secret"), SECRET).expect("written");
        let file = folder.path().join("stun-d.toml");
        fs::write(&file, configuration(folder.path(), head, more)).expect("written");
        let config: Config = daemon::read_config(&file).expect("a configuration");
        let server = StunD::bind(config).await.expect("bound");
        let (addr, tls_addr) = (server.addrs()[0], server.tls_addrs().first().copied());
        let dtls_addr = server.dtls_addrs().first().copied();
        let (metrics_addr, api_addr) = (server.metrics_addr(), server.api_addr());
        let life = Life::configured_by(daemon::Source::file(&file));
        let serving = tokio::spawn(server.serve(life.clone()));
        life.is_ready().await;
        Self {
            addr,
            tls_addr,
            dtls_addr,
            metrics_addr,
            api_addr,
            serving,
            folder,
        }
    }

    /// What a reload reads.
    pub(crate) fn configure(&self, head: &str, more: &str) {
        let file = self.folder.path().join("stun-d.toml");
        fs::write(file, configuration(self.folder.path(), head, more)).expect("written");
    }

    pub(crate) fn socket(&self) -> PathBuf {
        self.folder.path().join("stun.sock")
    }

    pub(crate) fn secret_file(&self) -> PathBuf {
        self.folder.path().join("secret")
    }

    /// What its metrics' port answers: the status line, and the body.
    pub(crate) async fn get(&self, what: &str) -> (String, String) {
        let mut stream = TcpStream::connect(self.metrics_addr.expect("it tells"))
            .await
            .expect("connected");
        let request = format!("{what} HTTP/1.1\r\nHost: localhost\r\n\r\n");
        stream.write_all(request.as_bytes()).await.expect("written");
        let mut text = String::new();
        timeout(SOON, stream.read_to_string(&mut text))
            .await
            .expect("in time")
            .expect("read");
        let (head, body) = text.split_once("\r\n\r\n").expect("a head");
        (head.lines().next().expect("a line").to_owned(), body.to_owned())
    }
}

fn configuration(folder: &Path, head: &str, more: &str) -> String {
    let (socket, secret) = (folder.join("stun.sock"), secret_line(&folder.join("secret")));
    format!(
        "listen = [\"127.0.0.1:0\"]\n{head}[api.unix]\npath = {socket:?}\n[turn]\nrelay = [\"127.0.0.1\"]\nallow = [\"127.0.0.0/8\"]\n{secret}{more}"
    )
}

impl Drop for Server {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

pub(crate) fn secret_line(file: &Path) -> String {
    format!("secret_file = {:?}\n", file.display().to_string())
}

/// A client over UDP.
pub(crate) struct Client {
    pub(crate) socket: UdpSocket,
    pub(crate) name: String,
    nonce: Vec<u8>,
    count: u8,
}

impl Client {
    pub(crate) async fn of(server: &Server) -> Self {
        let socket = UdpSocket::bind("127.0.0.1:0").await.expect("a client");
        socket.connect(server.addr).await.expect("connected");
        Self {
            socket,
            name: name(),
            nonce: Vec::new(),
            count: 0,
        }
    }

    pub(crate) async fn allocate(&mut self) -> SocketAddr {
        assert_eq!(self.ask(Method::ALLOCATE, over_udp).await, 401);
        relayed(&self.answer(Method::ALLOCATE, over_udp).await)
    }

    /// The code of the error, 0 where it was done. What a challenge brings is kept for the next.
    pub(crate) async fn ask(&mut self, method: Method, with: impl for<'a> FnOnce(Builder<'a>) -> Builder<'a>) -> u16 {
        let answer = self.answer(method, with).await;
        let message = Message::parse(&answer).expect("a message");
        if let Some(nonce) = message.attribute(A::NONCE) {
            self.nonce = nonce.value.to_vec();
        }
        code(&answer)
    }

    pub(crate) async fn answer(
        &mut self,
        method: Method,
        with: impl for<'a> FnOnce(Builder<'a>) -> Builder<'a>,
    ) -> Vec<u8> {
        self.count += 1;
        let request = request(method, self.count, &self.name, &self.nonce, with);
        self.socket.send(&request).await.expect("sent");
        self.receive().await
    }

    pub(crate) async fn send_to(&self, peer: SocketAddr, data: &[u8]) {
        self.socket.send(&send_indication(peer, data)).await.expect("sent");
    }

    pub(crate) async fn receive(&self) -> Vec<u8> {
        received(&self.socket).await.1
    }
}

/// A client over TCP or TLS.
pub(crate) struct Stream {
    pub(crate) stream: Box<dyn Pipe>,
    framer: Framer,
    nonce: Vec<u8>,
    count: u8,
}

pub(crate) trait Pipe: AsyncRead + AsyncWrite + Send + Unpin {}

impl<S: AsyncRead + AsyncWrite + Send + Unpin> Pipe for S {}

impl Stream {
    pub(crate) async fn over_tcp(server: &Server) -> Self {
        Self::over(TcpStream::connect(server.addr).await.expect("connected"))
    }

    pub(crate) async fn over_tls(server: &Server, ca: &Path) -> Self {
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

    pub(crate) async fn allocate(&mut self) -> SocketAddr {
        let challenge = self.ask(Method::ALLOCATE, over_udp).await;
        assert_eq!(code(&challenge), 401);
        let message = Message::parse(&challenge).expect("a message");
        self.nonce = message.attribute(A::NONCE).expect("a nonce").value.to_vec();
        relayed(&self.ask(Method::ALLOCATE, over_udp).await)
    }

    pub(crate) async fn ask(
        &mut self,
        method: Method,
        with: impl for<'a> FnOnce(Builder<'a>) -> Builder<'a>,
    ) -> Vec<u8> {
        self.count += 1;
        let request = request(method, self.count, &name(), &self.nonce, with);
        self.stream.write_all(&request).await.expect("sent");
        self.receive().await
    }

    pub(crate) async fn send_to(&mut self, peer: SocketAddr, data: &[u8]) {
        self.stream.write_all(&send_indication(peer, data)).await.expect("sent");
    }

    pub(crate) async fn receive(&mut self) -> Vec<u8> {
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
pub(crate) fn name() -> String {
    format!("{}:seat", 4_000_000_000_u64)
}

pub(crate) fn key(name: &str) -> Vec<u8> {
    let secret = hmac::Key::new(hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, SECRET.as_bytes());
    let password = BASE64.encode(hmac::sign(&secret, name.as_bytes()).as_ref());
    Md5::digest(format!("{name}:turn:{password}")).to_vec()
}

pub(crate) fn over_udp(request: Builder<'_>) -> Builder<'_> {
    request.attribute(A::REQUESTED_TRANSPORT, &[17, 0, 0, 0])
}

/// Proven where there is a nonce.
pub(crate) fn request(
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

pub(crate) fn code(answer: &[u8]) -> u16 {
    let message = Message::parse(answer).expect("a message");
    let code = message.attribute(A::ERROR_CODE);
    code.map_or(0, |code| code.error_code().expect("a code"))
}

pub(crate) fn relayed(answer: &[u8]) -> SocketAddr {
    let message = Message::parse(answer).expect("a message");
    let relayed = message.attribute(A::XOR_RELAYED_ADDRESS).expect("a relayed address");
    relayed.xor_address(message.transaction_id()).expect("an address")
}

/// An address that had a socket, which is closed.
pub(crate) async fn nobody() -> SocketAddr {
    let socket = UdpSocket::bind("127.0.0.2:0").await.expect("a socket");
    socket.local_addr().expect("an address")
}

/// A Send indication.
pub(crate) fn send_indication(peer: SocketAddr, data: &[u8]) -> Vec<u8> {
    let mut bytes = [0; 600];
    let length = Builder::new(&mut bytes, Method::SEND, Class::Indication, [99; 12])
        .xor_address(A::XOR_PEER_ADDRESS, peer)
        .attribute(A::DATA, data)
        .finish();
    bytes[..length].to_vec()
}

/// It says that there is no such port (RFC 8656 section 11.5).
pub(crate) fn assert_says_unreachable(indication: &[u8], peer: SocketAddr) {
    let message = Message::parse(indication).expect("a message");
    assert_eq!((message.class(), message.method()), (Class::Indication, Method::DATA));
    let about = message.attribute(A::XOR_PEER_ADDRESS).expect("an address");
    assert_eq!(about.xor_address(message.transaction_id()), Some(peer));
    // Destination unreachable, port unreachable.
    assert_eq!(
        message.attribute(A::ICMP).expect("a reason").value,
        [0, 0, 6, 3, 0, 0, 0, 0]
    );
    assert!(message.attribute(A::DATA).is_none());
}

pub(crate) async fn received(socket: &UdpSocket) -> (SocketAddr, Vec<u8>) {
    let mut bytes = [0; 2_000];
    let (length, from) = timeout(SOON, socket.recv_from(&mut bytes))
        .await
        .expect("in time")
        .expect("received");
    (from, bytes[..length].to_vec())
}
