//! A cancelled room loses its relay at once, and for good: session-d tells stun-d, both real, whatever stun-d has forgotten meanwhile.

use std::{
    fs,
    net::{SocketAddr, UdpSocket},
    os::unix::net::UnixStream,
    path::{Path, PathBuf},
    time::Duration,
};

use api::{
    control::v1::{RedeemInviteRequest, control_service_client::ControlServiceClient},
    session::v1::{
        CloseRoomRequest, CreatePracticeRequest, CreateRoomRequest, CreateRoomResponse, InviteSpec,
        practice_service_client::PracticeServiceClient, room_service_client::RoomServiceClient,
    },
};
use daemon::{Address, Daemon as _, Life, Traces};
use data_encoding::BASE64URL_NOPAD;
use proof::wire::{self, Attribute, Hash, Reply, User};
use session_d::{RelayConfig, SessionD, UnixConfig};
use stun::{AttributeType as A, Class, Method};
use stun_d::StunD;
use tokio::{task::JoinHandle, time::sleep};

#[tokio::test(flavor = "multi_thread")]
async fn who_sits_in_a_cancelled_room_has_no_relay_any_more_and_gets_none_after_a_restart_of_stun_d_either() {
    let folder = tempfile::tempdir().expect("a folder");
    fs::write(secret(folder.path()), "a secret of this test alone").expect("written");
    let relay = Relay::start(folder.path()).await;
    let house = House::open(folder.path()).await;
    let (cancelled, kept) = (house.appointment().await, house.appointment().await);
    let (guest, other) = (house.guest(&cancelled).await, house.guest(&kept).await);
    let mut seated = Client::of(&relay, guest.clone());
    let mut neighbour = Client::of(&relay, other);
    assert_eq!((seated.ask(Method::ALLOCATE), neighbour.ask(Method::ALLOCATE)), (0, 0));

    house.close(&cancelled).await;

    while seated.ask(Method::REFRESH) != ALLOCATION_MISMATCH {
        sleep(A_BREATH).await;
    }
    assert_eq!(seated.ask(Method::ALLOCATE), FORBIDDEN);
    assert_eq!(neighbour.ask(Method::REFRESH), 0, "it is another room's");

    // It has forgotten everything; session-d looks at the next change.
    relay.end(folder.path()).await;
    let relay = Relay::start(folder.path()).await;
    house.close(&house.appointment().await).await;

    let mut seated = Client::of(&relay, guest);
    while seated.ask(Method::ALLOCATE) != FORBIDDEN {
        // It may have been freed meanwhile.
        let freed = seated.ask_with(Method::REFRESH, (A::LIFETIME, vec![0; 4]));
        assert!([0, ALLOCATION_MISMATCH].contains(&freed), "{freed}");
        sleep(A_BREATH).await;
    }
}

/// A session-d that knows of the relay.
struct House {
    session_d: daemon::Client,
    practice: String,
    _serving: Serving,
}

impl House {
    async fn open(folder: &Path) -> Self {
        let socket = folder.join("session.sock");
        let config = session_d::Config {
            public_url: Some("https://video.example.org".to_owned()),
            unix: Some(UnixConfig::at(socket.clone())),
            relay: Some(RelayConfig {
                secret_file: secret(folder),
                urls: vec!["turn:video.example.org:3478".to_owned()],
                stun_d: vec![Address::unix(folder.join(STUN_SOCKET))],
            }),
            ..session_d::Config::new(folder.join("data"))
        };
        let (serving, _) = Serving::of(SessionD::bind(config).await.expect("bound")).await;
        let session_d = Address::unix(socket).client(&Traces::default()).expect("an address");
        let request = CreatePracticeRequest {
            name: "Praxis".to_owned(),
            ..CreatePracticeRequest::default()
        };
        let practice = PracticeServiceClient::new(session_d.clone())
            .create_practice(request)
            .await;
        Self {
            session_d,
            practice: practice.expect("created").into_inner().id,
            _serving: serving,
        }
    }

    async fn appointment(&self) -> CreateRoomResponse {
        let request = CreateRoomRequest {
            practice: self.practice.clone(),
            start_time: Some(std::time::SystemTime::now().into()),
            duration: Some(prost_types::Duration {
                seconds: 1_200,
                nanos: 0,
            }),
            invites: vec![InviteSpec::default()],
            ..CreateRoomRequest::default()
        };
        self.rooms().create_room(request).await.expect("created").into_inner()
    }

    /// What the room's guest is given for the relay, with its token.
    async fn guest(&self, room: &CreateRoomResponse) -> User {
        let request = RedeemInviteRequest {
            invite: room.invites[0].token.clone(),
            client: "AAECAwQFBgcICQoLDA0ODw".to_owned(),
        };
        let redeemed = ControlServiceClient::new(self.session_d.clone())
            .redeem_invite(request)
            .await;
        let token = redeemed.expect("good").into_inner().token;
        let claims = token.split('.').nth(1).expect("three parts");
        let claims = BASE64URL_NOPAD.decode(claims.as_bytes()).expect("base64url");
        let claims: serde_json::Value = serde_json::from_slice(&claims).expect("JSON");
        let text = |name| {
            find(&claims, name)
                .and_then(serde_json::Value::as_str)
                .expect("a credential")
        };
        User::new(text("username"), text("credential"))
    }

    async fn close(&self, room: &CreateRoomResponse) {
        let room = room.room.clone().expect("a room").id;
        self.rooms()
            .close_room(CloseRoomRequest {
                room,
                ..CloseRoomRequest::default()
            })
            .await
            .expect("closed");
    }

    fn rooms(&self) -> RoomServiceClient<daemon::Client> {
        RoomServiceClient::new(self.session_d.clone())
    }
}

/// Wherever it is.
fn find<'a>(value: &'a serde_json::Value, name: &str) -> Option<&'a serde_json::Value> {
    match value {
        serde_json::Value::Object(fields) => fields
            .get(name)
            .or_else(|| fields.values().find_map(|value| find(value, name))),
        serde_json::Value::Array(values) => values.iter().find_map(|value| find(value, name)),
        _ => None,
    }
}

/// A stun-d that relays.
struct Relay {
    addr: SocketAddr,
    serving: Serving,
    life: Life,
}

impl Relay {
    async fn start(folder: &Path) -> Self {
        let config = format!(
            "listen = [\"127.0.0.1:0\"]\n[api.unix]\npath = {:?}\n[turn]\nrelay = [\"127.0.0.1\"]\nsecret_file = {:?}\n",
            folder.join(STUN_SOCKET),
            secret(folder)
        );
        fs::write(folder.join("stun-d.toml"), config).expect("written");
        let config: stun_d::Config = daemon::read_config(&folder.join("stun-d.toml")).expect("a configuration");
        let server = StunD::bind(config).await.expect("bound");
        let addr = server.addrs()[0];
        let (serving, life) = Serving::of(server).await;
        Self { addr, serving, life }
    }

    async fn end(mut self, folder: &Path) {
        self.life.end();
        (&mut self.serving.0).await.expect("no panic").expect("a good end");
        // What lets people in ends by itself; a process would be gone.
        while UnixStream::connect(folder.join(STUN_SOCKET)).is_ok() {
            sleep(A_BREATH).await;
        }
    }
}

/// A daemon at work. Dropping it ends it.
struct Serving(JoinHandle<anyhow::Result<()>>);

impl Serving {
    async fn of(daemon: impl daemon::Daemon) -> (Self, Life) {
        let life = Life::new();
        let serving = tokio::spawn(daemon.serve(life.clone()));
        life.is_ready().await;
        (Self(serving), life)
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        self.0.abort();
    }
}

/// A browser, as far as it asks the relay.
struct Client {
    socket: UdpSocket,
    user: User,
    nonce: Vec<u8>,
    count: u8,
}

impl Client {
    fn of(relay: &Relay, user: User) -> Self {
        let socket = UdpSocket::bind("127.0.0.1:0").expect("a socket");
        socket.connect(relay.addr).expect("connected");
        socket.set_read_timeout(Some(Duration::from_secs(5))).expect("set");
        let mut client = Self {
            socket,
            user,
            nonce: Vec::new(),
            count: 0,
        };
        let challenge = client.say(&wire::plain(Method::ALLOCATE, Class::Request, [0; 12], &[over_udp()]));
        client.nonce = challenge.find(A::NONCE).expect("a nonce").to_vec();
        client
    }

    /// The code of the error, 0 where it was done.
    fn ask(&mut self, method: Method) -> u16 {
        self.ask_with(method, over_udp())
    }

    fn ask_with(&mut self, method: Method, attribute: Attribute) -> u16 {
        self.count = self.count.wrapping_add(1);
        let request = wire::signed(
            method,
            [self.count; 12],
            &[attribute],
            &self.user,
            Some(&self.nonce),
            Hash::Sha1,
            false,
        );
        self.say(&request).code()
    }

    fn say(&self, request: &[u8]) -> Reply {
        self.socket.send(request).expect("sent");
        let mut bytes = [0; 1_500];
        let length = self.socket.recv(&mut bytes).expect("an answer");
        Reply::read(&bytes[..length])
    }
}

fn over_udp() -> Attribute {
    (A::REQUESTED_TRANSPORT, vec![17, 0, 0, 0])
}

fn secret(folder: &Path) -> PathBuf {
    folder.join("turn.secret")
}

const STUN_SOCKET: &str = "stun.sock";
const FORBIDDEN: u16 = 403;
const ALLOCATION_MISMATCH: u16 = 437;
const A_BREATH: Duration = Duration::from_millis(20);
