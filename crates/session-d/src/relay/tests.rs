use std::{fs, net::SocketAddr, sync::Arc, time::Duration};

use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair as _};
use md5::{Digest as _, Md5};
use room::{
    ClientId, Pass, RecordId,
    pass::Holding,
    token::{Keys, Times},
};
use stun::{
    Answer, AttributeType as A, Builder, Class, Message, Method,
    turn::{Credentials, FiveTuple, Limits, Now, Peers, Ports, Quotas, RelayId, Settings, Token, Transport, Turn},
};

use super::*;

#[test]
fn the_relay_lets_in_whom_we_give_a_credential_until_it_ends() {
    let (relay, _dir) = relay(NEW);
    let server = relay.credential(room(1), Seat::PRACTICE, window(NOW + 7_200), NOW);

    assert_eq!(server.urls, [URL]);
    assert_eq!(allocate(NEW, &server, NOW), 0);
    assert_eq!(allocate(NEW, &server, NOW + 7_200 + 3_599), 0);
    assert_eq!(allocate(NEW, &server, NOW + 7_200 + 3_600), UNAUTHENTICATED);
    assert_eq!(
        allocate("another secret of the operator's", &server, NOW),
        UNAUTHENTICATED
    );
}

#[test]
fn a_credential_outlives_the_doors_by_an_hour_and_its_making_by_six() {
    let (relay, _dir) = relay(NEW);
    let ends = |closes| {
        let name = name(&relay.credential(room(1), Seat::PRACTICE, window(closes), NOW));
        name.split_once(':')
            .expect("two parts")
            .0
            .parse::<u64>()
            .expect("a time")
    };

    assert_eq!(ends(NOW + 60), NOW + 60 + 3_600);
    assert_eq!(ends(NOW + 5 * 3_600), NOW + 6 * 3_600);
    assert_eq!(ends(NOW + 40 * 86_400), NOW + 6 * 3_600);
    assert_eq!(ends(u64::MAX), NOW + 6 * 3_600);
}

#[test]
fn each_seat_of_each_room_has_a_tag_of_its_own_that_says_neither() {
    let (relay, _dir) = relay(NEW);
    let tag = |room, seat| {
        let name = name(&relay.credential(room, seat, window(NOW), NOW));
        name.split_once(':').expect("two parts").1.to_owned()
    };
    let [guest, _, _] = Seat::GUESTS;

    let tags = [tag(room(1), Seat::PRACTICE), tag(room(1), guest), tag(room(2), guest)];

    assert_eq!(tags[0], tag(room(1), Seat::PRACTICE));
    assert!(tags.iter().all(|tag| tag.len() == 16), "{tags:?}");
    assert!(tags[0] != tags[1] && tags[1] != tags[2], "{tags:?}");
    // By another hand: Python's `hmac`.
    assert_eq!(tags[0], "pH7dj1LDCQMOeO44");
}

#[test]
fn the_newest_secret_makes_them_and_what_can_t_be_read_leaves_the_one_before() {
    let (relay, dir) = relay(OLD);
    let file = dir.path().join("turn.secret");
    let secret_of = |relay: &Relay| {
        let server = relay.credential(room(1), Seat::PRACTICE, window(NOW), NOW);
        [OLD, NEW].map(|secret| allocate(secret, &server, NOW) == 0)
    };
    assert_eq!(secret_of(&relay), [true, false]);

    fs::write(&file, format!("{NEW}\n{OLD}\n")).expect("written");
    relay.renew(Told::read(relay.config()).expect("read"));
    assert_eq!(secret_of(&relay), [false, true]);

    fs::write(&file, "short").expect("written");
    assert!(Told::read(relay.config()).is_err());
    assert_eq!(secret_of(&relay), [false, true]);
    assert!(!format!("{relay:?}").contains(NEW));
}

#[test]
fn a_token_is_within_its_length_with_all_the_servers_that_one_may_name() {
    let longest = format!("turns:{}:443?transport=tcp", "a".repeat(76));
    let mut config = RelayConfig {
        secret_file: "turn.secret".into(),
        urls: vec![longest.clone(); 4],
        stun_d: Vec::new(),
    };
    assert!(config.check().is_ok(), "{} characters", longest.len());
    let pass = Pass {
        room: room(0xff),
        seat: Seat::PRACTICE,
        epoch: u32::MAX,
        client: ClientId::new([0xff; 16]),
        by: Holding::Device(RecordId::new([0xff; 16])),
        window: window(u64::MAX),
        relay: Some(IceServer {
            urls: std::mem::take(&mut config.urls),
            ..relay(NEW).0.credential(room(1), Seat::PRACTICE, window(NOW), NOW)
        }),
    };
    let key = Ed25519KeyPair::from_seed_unchecked(&[7; 32]).expect("a seed");
    let public = key.public_key().as_ref().try_into().expect("32 bytes");
    let sign = |message: &[u8]| key.sign(message).as_ref().try_into().expect("64 bytes");

    let token = pass.mint([0xff; 16], Times::from(NOW), &"k".repeat(40), sign);

    let keys = Keys::new([("k".repeat(40), public)]);
    assert_eq!(Pass::verify(&token, &keys, NOW), Ok(pass), "{} characters", token.len());
}

fn relay(secret: &str) -> (Relay, tempfile::TempDir) {
    let dir = tempfile::tempdir().expect("a directory");
    let secret_file = dir.path().join("turn.secret");
    fs::write(&secret_file, secret).expect("written");
    let config = RelayConfig {
        secret_file,
        urls: vec![URL.to_owned()],
        stun_d: Vec::new(),
    };
    (Relay::open(config, &Traces::default()).expect("is good"), dir)
}

/// What a stun-d with this secret says to an Allocate: 0, or an error.
fn allocate(secret: &str, server: &IceServer, at: u64) -> u16 {
    let settings = Settings {
        relay: vec![[203, 0, 113, 1].into()],
        external: vec![[203, 0, 113, 1].into()],
        ports: 50_000..=50_099,
        peers: Peers::new(vec![], vec![]),
        credentials: Credentials::none().with_secret(secret.as_bytes()),
        key: [7; 32],
        bytes_per_second: 1_000_000,
    };
    let limits = Limits {
        of_user: 1,
        of_address: 1,
        all: 1,
    };
    let mut turn = Turn::new(settings, Arc::new(Quotas::new(limits)), Box::new(|bytes| bytes.fill(1)));
    let mut ask = |credential: Option<(&[u8], &IceServer)>| {
        let mut request = [0; 500];
        let length = request_of(&mut request, credential);
        let client = FiveTuple {
            transport: Transport::Udp,
            socket: 0,
            server: SocketAddr::from(([203, 0, 113, 1], 3478)),
            client: SocketAddr::from(([198, 51, 100, 7], 50_000)),
        };
        let now = Now {
            clock: Duration::from_secs(1_000),
            date: Duration::from_secs(at),
        };
        let mut answer = Answer::new();
        turn.hear_client(now, client, &request[..length], &mut AnyPort, &mut answer);
        answer.as_bytes().to_vec()
    };
    let challenge = ask(None);
    let nonce = Message::parse(&challenge).expect("a challenge").attribute(A::NONCE);
    let answer = ask(Some((nonce.expect("a nonce").value, server)));
    let answer = Message::parse(&answer).expect("an answer");
    match answer.class() {
        Class::Success => 0,
        _ => answer.attribute(A::ERROR_CODE).map_or(u16::MAX, |code| {
            u16::from(code.value[2]) * 100 + u16::from(code.value[3])
        }),
    }
}

fn request_of(bytes: &mut [u8], credential: Option<(&[u8], &IceServer)>) -> usize {
    let request = Builder::new(bytes, Method::ALLOCATE, Class::Request, [1; 12])
        .attribute(A::REQUESTED_TRANSPORT, &[17, 0, 0, 0]);
    let Some((nonce, server)) = credential else {
        return request.finish();
    };
    let (name, password) = (name(server), server.credential.clone().expect("a password").0);
    request
        .attribute(A::USERNAME, name.as_bytes())
        .attribute(A::REALM, b"turn")
        .attribute(A::NONCE, nonce)
        .integrity_sha1(&Md5::digest(format!("{name}:turn:{password}")))
        .finish()
}

fn name(server: &IceServer) -> String {
    server.username.clone().expect("a name").0
}

fn room(number: u8) -> RoomId {
    RoomId::new([number; 16])
}

fn window(closes: u64) -> Window {
    Window {
        opens: NOW,
        starts: NOW,
        closes,
    }
}

struct AnyPort;

impl Ports for AnyPort {
    fn open(&mut self, _: RelayId, _: SocketAddr) -> bool {
        true
    }

    fn close(&mut self, _: RelayId) {}

    fn is_elsewhere(&self, _: SocketAddr) -> bool {
        false
    }

    fn reserve(&mut self, _: Token, _: SocketAddr) -> bool {
        false
    }

    fn claim(&mut self, _: RelayId, _: Token) -> Option<SocketAddr> {
        None
    }

    fn release(&mut self, _: Token) {}
}

const URL: &str = "turn:video.example.org:3478";
const OLD: &str = "an old secret of the operator's";
const NEW: &str = "a new secret of the operator's";
const NOW: u64 = 1_790_000_000;
const UNAUTHENTICATED: u16 = 401;
