//! A signal-d with its session-d, in a directory of its own, and the browsers that come to it: over real TLS, at a port of their own.

#![allow(dead_code, reason = "not every test file needs all of it")]

use std::{
    io,
    net::{IpAddr, Ipv4Addr, SocketAddr},
    path::Path,
    sync::Arc,
    time::Duration,
};

use aws_lc_rs::{
    digest,
    rand::SystemRandom,
    signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair as _},
};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use daemon::{Daemon as _, Life, OtelConfig, tls::CertFiles};
use data_encoding::{BASE64URL_NOPAD, HEXLOWER};
use futures_util::{SinkExt as _, StreamExt as _};
use serde_json::{Value, json};
use session_d::{SessionD, UnixConfig};
use signal_d::{IceServer, Proxy, SessionAddress, SignalD, ToldBy};
use tokio::{
    io::{AsyncRead, AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpSocket, TcpStream},
    task::JoinHandle,
    time::timeout,
};
use tokio_rustls::{TlsConnector, client::TlsStream, rustls::ClientConfig};
use tokio_tungstenite::{
    WebSocketStream, client_async,
    tungstenite::{Error, Message, client::IntoClientRequest as _, error::ProtocolError},
};

pub(crate) const ORIGIN: &str = "https://video.example.org";
pub(crate) type Tls = TlsStream<TcpStream>;

pub(crate) struct House {
    pub(crate) dir: tempfile::TempDir,
    pub(crate) addr: SocketAddr,
    metrics: SocketAddr,
    session: Option<Running>,
    signal: Option<Running>,
    tls: ClientConfig,
    proxy: Option<Proxy>,
    otel: Option<OtelConfig>,
}

struct Running {
    life: Life,
    serving: JoinHandle<anyhow::Result<()>>,
}

impl Running {
    async fn end(self) {
        self.life.end();
        self.serving.await.expect("no panic").expect("a good end");
    }
}

impl House {
    pub(crate) async fn new() -> Self {
        let dir = tempfile::tempdir().expect("a directory");
        let certificate = rcgen::generate_simple_self_signed(vec!["localhost".to_owned()]).expect("a certificate");
        write(dir.path(), "server.pem", &certificate.cert.pem());
        write(dir.path(), "server.key", &certificate.signing_key.serialize_pem());
        for page in ["index.html", "visit.html", "practice.html", "check.html"] {
            write(dir.path(), page, &format!("<!doctype html><title>{page}</title>"));
        }
        let tls = daemon::tls::client_config(&dir.path().join("server.pem"), None).expect("a client");
        let mut house = Self {
            dir,
            addr: (Ipv4Addr::LOCALHOST, 0).into(),
            metrics: (Ipv4Addr::LOCALHOST, 0).into(),
            session: None,
            signal: None,
            tls,
            proxy: None,
            otel: None,
        };
        house.start_session().await;
        house.start_signal().await;
        house
    }

    /// Behind proxies at these addresses.
    pub(crate) async fn behind(trusted: &[IpAddr], told_by: ToldBy) -> Self {
        let mut house = Self::new().await;
        let trusted = trusted.iter().map(IpAddr::to_string).collect();
        house.proxy = Some(Proxy { trusted, told_by });
        house.end_signal().await;
        house.start_signal().await;
        house
    }

    /// Both are traced.
    pub(crate) async fn traced(otel: OtelConfig) -> Self {
        let mut house = Self::new().await;
        house.otel = Some(otel);
        house.end_signal().await;
        house.end_session().await;
        house.start_session().await;
        house.start_signal().await;
        house
    }

    /// With an operator's relay.
    pub(crate) async fn with_relay() -> Self {
        let mut house = Self::new().await;
        write(house.dir.path(), "turn.secret", "a secret of the operator's");
        house.end_session().await;
        house.start_session().await;
        house
    }

    pub(crate) async fn start_session(&mut self) {
        self.start_session_at("session.sock").await;
    }

    /// With the same store; at another socket signal-d doesn't find it.
    pub(crate) async fn start_session_at(&mut self, socket: &str) {
        let config = session_d::Config {
            public_url: Some(ORIGIN.to_owned()),
            unix: Some(UnixConfig::at(self.dir.path().join(socket))),
            relay: self.relay(),
            otel: self.otel.clone(),
            ..session_d::Config::new(self.dir.path().join("data"))
        };
        let life = Life::new();
        let daemon = SessionD::bind(config).await.expect("binds");
        let serving = tokio::spawn(daemon.serve(life.clone()));
        life.is_ready().await;
        self.session = Some(Running { life, serving });
    }

    fn relay(&self) -> Option<session_d::RelayConfig> {
        let secret_file = self.dir.path().join("turn.secret");
        let urls = vec!["turn:video.example.org:3478".to_owned()];
        secret_file.exists().then(|| session_d::RelayConfig {
            secret_file,
            urls,
            stun_d: Vec::new(),
        })
    }

    pub(crate) async fn end_session(&mut self) {
        self.session.take().expect("it runs").end().await;
    }

    /// At the port of before, if there was one.
    pub(crate) async fn start_signal(&mut self) {
        let config = signal_d::Config {
            ice_servers: vec![IceServer {
                urls: vec!["stun:video.example.org:3478".to_owned()],
            }],
            metrics: Some((Ipv4Addr::LOCALHOST, 0).into()),
            proxy: self.proxy.clone(),
            otel: self.otel.clone(),
            ..signal_d::Config::new(
                self.addr,
                ORIGIN.to_owned(),
                CertFiles {
                    cert: self.dir.path().join("server.pem"),
                    key: self.dir.path().join("server.key"),
                },
                self.dir.path().join("web"),
                SessionAddress::unix(self.dir.path().join("session.sock")),
            )
        };
        let life = Life::new();
        let daemon = SignalD::bind(config).await.expect("binds");
        self.addr = daemon.addr();
        self.metrics = daemon.metrics_addr().expect("it tells");
        let serving = tokio::spawn(daemon.serve(life.clone()));
        life.is_ready().await;
        self.signal = Some(Running { life, serving });
    }

    pub(crate) async fn end_signal(&mut self) {
        self.signal.take().expect("it runs").end().await;
    }

    /// What whoever watches is told at this path.
    pub(crate) async fn watch(&self, path: &str) -> Answer {
        let mut stream = TcpStream::connect(self.metrics).await.expect("connects");
        let request = format!("GET {path} HTTP/1.1\r\nhost: localhost\r\n\r\n");
        stream.write_all(request.as_bytes()).await.expect("written");
        Answer::read(stream).await
    }

    pub(crate) async fn tcp(&self, from: IpAddr) -> TcpStream {
        let socket = TcpSocket::new_v4().expect("a socket");
        socket.bind((from, 0).into()).expect("a local address");
        socket.connect(self.addr).await.expect("connects")
    }

    pub(crate) async fn tls(&self, alpn: &[&str]) -> Tls {
        self.tls_from(LOCALHOST, alpn).await
    }

    pub(crate) async fn tls_from(&self, from: IpAddr, alpn: &[&str]) -> Tls {
        let mut config = self.tls.clone();
        config.alpn_protocols = alpn.iter().map(|name| name.as_bytes().to_vec()).collect();
        let stream = self.tcp(from).await;
        stream.set_nodelay(true).expect("no delay");
        self.tls_over(stream, config).await.expect("TLS")
    }

    /// The handshake over what is connected already.
    pub(crate) async fn tls_over(&self, stream: TcpStream, config: ClientConfig) -> io::Result<Tls> {
        let name = "localhost".try_into().expect("a name");
        TlsConnector::from(Arc::new(config)).connect(name, stream).await
    }

    /// A client that trusts us.
    pub(crate) fn tls_config(&self) -> ClientConfig {
        self.tls.clone()
    }

    /// Sends bytes as a request and reads the answer to its end.
    pub(crate) async fn raw(&self, request: &[u8]) -> Answer {
        self.raw_from(LOCALHOST, request).await
    }

    pub(crate) async fn raw_from(&self, from: IpAddr, request: &[u8]) -> Answer {
        let mut stream = self.tls_from(from, &["http/1.1"]).await;
        // What is refused early isn't read to its end.
        let _ = stream.write_all(request).await;
        Answer::read(stream).await
    }

    pub(crate) async fn ask(&self, method: &str, path: &str, extra: &str) -> Answer {
        let head = format!("{method} {path} HTTP/1.1\r\nhost: video.example.org\r\nconnection: close\r\n{extra}\r\n");
        self.raw(head.as_bytes()).await
    }

    pub(crate) async fn post(&self, path: &str, body: &Value, token: Option<&str>) -> Answer {
        self.post_from(LOCALHOST, path, body, token).await
    }

    pub(crate) async fn post_from(&self, from: IpAddr, path: &str, body: &Value, token: Option<&str>) -> Answer {
        let body = body.to_string();
        let token = token.map_or_else(String::new, |token| format!("authorization: Bearer {token}\r\n"));
        let length = body.len();
        let request = format!(
            "POST {path} HTTP/1.1\r\nhost: video.example.org\r\nconnection: close\r\ncontent-type: application/json\r\n\
             {token}content-length: {length}\r\n\r\n{body}"
        );
        self.raw_from(from, request.as_bytes()).await
    }

    pub(crate) async fn look_up(&self, invite: &str) -> Answer {
        self.post("/api/v1/invite", &json!({ "invite": invite }), None).await
    }

    pub(crate) async fn browser(&self) -> Browser {
        self.browser_from(LOCALHOST).await
    }

    pub(crate) async fn browser_from(&self, from: IpAddr) -> Browser {
        self.socket_from(from, "wss://video.example.org/signal", "visite.signal.v1")
            .await
    }

    /// To the practice's own line.
    pub(crate) async fn console(&self) -> Browser {
        self.socket_from(LOCALHOST, "wss://video.example.org/practice", "visite.practice.v1")
            .await
    }

    async fn socket_from(&self, from: IpAddr, url: &str, protocol: &'static str) -> Browser {
        let mut request = url.into_client_request().expect("a request");
        let headers = request.headers_mut();
        headers.insert("sec-websocket-protocol", HeaderValue::from_static(protocol));
        headers.insert("origin", HeaderValue::from_static(ORIGIN));
        let stream = self.tls_from(from, &["http/1.1"]).await;
        let (socket, _) = client_async(request, stream).await.expect("an upgrade");
        Browser(socket)
    }

    /// A practice with one enrolled and signed-in device.
    pub(crate) async fn doctor(&self) -> Doctor {
        let practices = self.session_client().await;
        let mut practices = api::session::v1::practice_service_client::PracticeServiceClient::new(practices);
        let request = api::session::v1::CreatePracticeRequest {
            name: "Praxis am Finkenweg".to_owned(),
            ..api::session::v1::CreatePracticeRequest::default()
        };
        let practice = practices
            .create_practice(request)
            .await
            .expect("created")
            .into_inner()
            .id;
        self.device_of(practice).await
    }

    /// Another device of a practice.
    pub(crate) async fn device_of(&self, practice: String) -> Doctor {
        let practices = self.session_client().await;
        let mut practices = api::session::v1::practice_service_client::PracticeServiceClient::new(practices);
        let request = api::session::v1::CreateEnrolmentRequest {
            practice: practice.clone(),
            ..api::session::v1::CreateEnrolmentRequest::default()
        };
        let code = practices
            .create_enrolment(request)
            .await
            .expect("made")
            .into_inner()
            .code;
        let (mut doctor, _) = Doctor::enrol(self, &practice, &code).await;
        doctor.token = doctor.sign_in(self).await.json()["token"].text();
        doctor
    }

    pub(crate) async fn session_client(&self) -> tonic::transport::Channel {
        self.session_client_at("session.sock").await
    }

    pub(crate) async fn session_client_at(&self, socket: &str) -> tonic::transport::Channel {
        let path = self.dir.path().join(socket);
        let connector = tower::service_fn(move |_| {
            let path = path.clone();
            async move {
                let stream = tokio::net::UnixStream::connect(path).await;
                stream.map(hyper_util::rt::TokioIo::new)
            }
        });
        let endpoint = tonic::transport::Endpoint::from_static("http://session-d");
        endpoint.connect_with_connector(connector).await.expect("connects")
    }
}

/// The practice's side.
pub(crate) struct Doctor {
    pub(crate) practice: String,
    pub(crate) device: String,
    pub(crate) token: String,
    key: EcdsaKeyPair,
}

/// An appointment that is open now.
#[derive(Debug, Clone)]
pub(crate) struct Appointment {
    pub(crate) room: String,
    /// The link's secret and the invite's id, by guest.
    pub(crate) invites: Vec<(String, String)>,
}

impl Appointment {
    pub(crate) fn invite(&self) -> &str {
        &self.invites[0].0
    }
}

impl Doctor {
    /// A new browser comes with a code, and what it is told.
    pub(crate) async fn enrol(house: &House, practice: &str, code: &str) -> (Self, Value) {
        let mut doctor = Self {
            practice: practice.to_owned(),
            device: String::new(),
            token: String::new(),
            key: EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).expect("a key"),
        };
        let enrol = json!({ "code": code, "public_key": doctor.public_key(), "name": "Reception" });
        let told = house.post("/api/v1/enrol", &enrol, None).await.json();
        doctor.device = told["device"].text();
        (doctor, told)
    }

    pub(crate) fn public_key(&self) -> String {
        BASE64URL_NOPAD.encode(self.key.public_key().as_ref())
    }

    pub(crate) async fn sign_in(&self, house: &House) -> Answer {
        let ask = json!({ "device": self.device });
        let challenge = house.post("/api/v1/device/challenge", &ask, None).await.json()["challenge"].text();
        let bytes = BASE64URL_NOPAD.decode(challenge.as_bytes()).expect("base64url");
        let message = [b"visite device sign-in v1\0", &bytes[..]].concat();
        let signature = self.key.sign(&SystemRandom::new(), &message).expect("a signature");
        let signature = BASE64URL_NOPAD.encode(signature.as_ref());
        let answer = json!({ "device": self.device, "challenge": challenge, "signature": signature });
        house.post("/api/v1/device/session", &answer, None).await
    }

    pub(crate) async fn call(&self, house: &House, path: &str, body: Value) -> Answer {
        house.post(path, &body, Some(&self.token)).await
    }

    /// An appointment that starts so many milliseconds from now, for so many guests.
    pub(crate) async fn appointment(&self, house: &House, from_now: i64, guests: u8) -> Appointment {
        let seats: Vec<_> = (1..=guests).map(|seat| json!({ "seat": seat })).collect();
        let ask = json!({ "starts_at": now_ms() + from_now, "duration_ms": 600_000, "invites": seats });
        let made = self.call(house, "/api/v1/rooms", ask).await.json();
        let invites = made["invites"].as_array().expect("invites").iter();
        Appointment {
            room: made["room"]["id"].text(),
            invites: invites
                .map(|invite| (invite["token"].text(), invite["id"].text()))
                .collect(),
        }
    }

    pub(crate) async fn room_token(&self, house: &House, room: &str) -> String {
        let path = format!("/api/v1/rooms/{room}/token");
        self.call(house, &path, json!({})).await.json()["token"].text()
    }

    /// What a device passes as `client`.
    pub(crate) fn client(&self) -> String {
        let hash = digest::digest(&digest::SHA256, self.device.as_bytes());
        BASE64URL_NOPAD.encode(&hash.as_ref()[..16])
    }

    pub(crate) async fn join(&self, house: &House, room: &str, stream: u8) -> Browser {
        let token = self.room_token(house, room).await;
        let mut browser = house.browser().await;
        browser.say(self.join_by(&token, stream)).await;
        browser
    }

    pub(crate) fn join_by(&self, token: &str, stream: u8) -> Value {
        json!({ "type": "join", "token": token, "client": self.client(), "stream": id(stream) })
    }
}

/// A WebSocket, and somebody who answers pings.
pub(crate) struct Browser(pub(crate) WebSocketStream<Tls>);

impl Browser {
    pub(crate) async fn say(&mut self, message: Value) {
        self.0.send(Message::text(message.to_string())).await.expect("sent");
    }

    pub(crate) async fn join_by_invite(&mut self, invite: &str, client: u8, stream: u8) {
        self.say(join_by_invite(invite, client, stream)).await;
    }

    /// The next message that is no ping.
    pub(crate) async fn hear(&mut self) -> Value {
        loop {
            let message = match self.next().await {
                Message::Text(text) => serde_json::from_str::<Value>(&text).expect("JSON"),
                Message::Close(frame) => panic!("closed: {frame:?}"),
                _ => continue,
            };
            if message["type"] != "ping" {
                return message;
            }
            self.say(json!({ "type": "pong", "n": message["n"] })).await;
        }
    }

    pub(crate) async fn hear_type(&mut self, wanted: &str) -> Value {
        let message = self.hear().await;
        assert_eq!(message["type"], wanted, "{message}");
        message
    }

    /// The error's code and the close code that follow.
    pub(crate) async fn refusal(&mut self) -> (String, u16) {
        let error = self.hear_type("error").await;
        (error["code"].text(), self.close_code().await)
    }

    /// Reads on until it is closed; 1006 when no close frame came.
    pub(crate) async fn close_code(&mut self) -> u16 {
        loop {
            match timeout(PATIENCE, self.0.next()).await.expect("it is closed") {
                Some(Ok(Message::Close(Some(frame)))) => return frame.code.into(),
                Some(Ok(Message::Close(None))) => return 1005,
                Some(Ok(_)) => {}
                None | Some(Err(Error::Io(_) | Error::Protocol(ProtocolError::ResetWithoutClosingHandshake))) => {
                    return 1006;
                }
                Some(Err(error)) => panic!("{error}"),
            }
        }
    }

    async fn next(&mut self) -> Message {
        let next = timeout(PATIENCE, self.0.next()).await.expect("something comes");
        next.expect("it is open").expect("a message")
    }
}

pub(crate) fn join_by_invite(invite: &str, client: u8, stream: u8) -> Value {
    json!({ "type": "join", "invite": invite, "client": id(client), "stream": id(stream) })
}

/// An answer over HTTP.
#[derive(Debug, Clone)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: String,
}

impl Answer {
    pub(crate) async fn read(mut stream: impl AsyncRead + Unpin) -> Self {
        let mut bytes = Vec::new();
        // A server that has refused early may not say goodbye.
        let _ = timeout(PATIENCE, stream.read_to_end(&mut bytes)).await.expect("an end");
        Self::parse(&bytes)
    }

    /// Reads the head, and no byte more.
    pub(crate) async fn read_head(stream: &mut Tls) -> Self {
        let mut head = Vec::new();
        while !head.ends_with(b"\r\n\r\n") {
            let byte = timeout(PATIENCE, stream.read_u8()).await.expect("an answer");
            head.push(byte.expect("an answer"));
        }
        Self::parse(&head)
    }

    fn parse(bytes: &[u8]) -> Self {
        let text = String::from_utf8_lossy(bytes);
        let (head, body) = text
            .split_once("\r\n\r\n")
            .unwrap_or_else(|| panic!("no answer: {text:?}"));
        let mut lines = head.lines();
        let status = lines.next().and_then(|line| line.split(' ').nth(1)).expect("a status");
        let headers = lines.map(|line| line.split_once(": ").expect("a header"));
        Self {
            status: status.parse().expect("a number"),
            headers: headers
                .map(|(name, value)| {
                    let name: HeaderName = name.parse().expect("a name");
                    (name, value.parse().expect("a value"))
                })
                .collect(),
            body: body.to_owned(),
        }
    }

    pub(crate) fn json(&self) -> Value {
        assert!(self.status.is_success(), "{} {}", self.status, self.body);
        serde_json::from_str(&self.body).unwrap_or_else(|error| panic!("{error}: {}", self.body))
    }

    /// Status and code of a refusal.
    pub(crate) fn refusal(&self) -> (u16, String) {
        let body: Value = serde_json::from_str(&self.body).unwrap_or_else(|error| panic!("{error}: {}", self.body));
        (self.status.as_u16(), body["error"]["code"].text())
    }
}

/// Text where there has to be some.
pub(crate) trait Text {
    fn text(&self) -> String;
}

impl Text for Value {
    fn text(&self) -> String {
        self.as_str().unwrap_or_else(|| panic!("no text: {self}")).to_owned()
    }
}

/// 16 bytes of base64url.
pub(crate) fn id(number: u8) -> String {
    BASE64URL_NOPAD.encode(&[number; 16])
}

pub(crate) fn invented_invite(number: u16) -> String {
    let hash = digest::digest(&digest::SHA256, &number.to_be_bytes());
    BASE64URL_NOPAD.encode(&hash.as_ref()[..16])
}

pub(crate) fn invented_room(number: u8) -> String {
    HEXLOWER.encode(&[number; 16])
}

pub(crate) fn now_ms() -> i64 {
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    i64::try_from(now.expect("after 1970").as_millis()).expect("fits")
}

/// What this process holds in memory, in bytes.
pub(crate) fn memory() -> usize {
    let pages = std::fs::read_to_string("/proc/self/statm").expect("Linux");
    let resident: usize = pages.split(' ').nth(1).expect("a number").parse().expect("a number");
    resident * 4096
}

fn write(dir: &Path, name: &str, text: &str) {
    let dir = if name.ends_with(".html") {
        dir.join("web")
    } else {
        dir.to_owned()
    };
    std::fs::create_dir_all(&dir).expect("a directory");
    std::fs::write(dir.join(name), text).expect("written");
}

pub(crate) const LOCALHOST: IpAddr = IpAddr::V4(Ipv4Addr::LOCALHOST);
pub(crate) const PATIENCE: Duration = Duration::from_secs(15);
