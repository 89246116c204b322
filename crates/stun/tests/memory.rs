//! What passes a server is answered and relayed without taking memory: counted.

use std::{
    alloc::{GlobalAlloc, Layout, System},
    cell::Cell,
    net::SocketAddr,
    sync::Arc,
    time::Duration,
};

use md5::{Digest as _, Md5};
use stun::{
    Answer, AttributeType as A, Builder, Class, Message, Method, answer,
    turn::{
        Credentials, FiveTuple, Limits, Now, Order, Peers, Ports, Quotas, RelayId, Settings, Token, Transport, Turn,
    },
};

#[test]
fn a_binding_is_answered_without_taking_memory() {
    let mut request = [0; 64];
    let length = Builder::new(&mut request, Method::BINDING, Class::Request, [7; 12])
        .fingerprint()
        .finish();
    let mut reply = Answer::new();

    let taken = taken(|| {
        for _ in 0..1_000 {
            assert!(answer(&request[..length], address(CLIENT), &mut reply));
        }
    });

    assert_eq!(taken, 0);
}

#[test]
fn data_is_relayed_without_taking_memory() {
    let mut turn = turn();
    arrange(&mut turn, five_tuple(CLIENT_PORT));
    let channel_data = [&[0x40, 1, 0, 172][..], &[5; 172]].concat();
    let mut send = [0; 300];
    let length = Builder::new(&mut send, Method::SEND, Class::Indication, [9; 12])
        .xor_address(A::XOR_PEER_ADDRESS, address(OTHER_PEER))
        .attribute(A::DATA, &[5; 172])
        .finish();
    let mut reply = Answer::new();
    let mut client = |turn: &mut Turn, bytes: &[u8]| {
        let order = turn.hear_client(NOW, five_tuple(CLIENT_PORT), bytes, &mut Sockets, &mut reply);
        assert!(matches!(order, Order::ToPeer { data, .. } if data == [5; 172]));
    };

    let taken = taken(|| {
        for _ in 0..1_000 {
            client(&mut turn, &channel_data);
            client(&mut turn, &send[..length]);
            // One of them has a channel, the other comes as a Data indication.
            for (peer, head) in [(PEER, 4), (OTHER_PEER, 36)] {
                let order = turn.hear_peer(NOW, RelayId(0), address(peer), &[5; 172]);
                assert!(matches!(order, Order::ToClient { head: it, .. } if it.as_bytes().len() == head));
            }
        }
    });

    assert_eq!(taken, 0);
}

#[test]
fn an_allocation_with_a_channel_and_two_permissions_holds_2_kib_at_most() {
    let mut turn = turn();
    let before = HELD.get();

    for port in 0..100 {
        arrange(&mut turn, five_tuple(50_000 + port));
    }

    let held = (HELD.get() - before) / 100;
    assert!((1..=2_048).contains(&held), "{held} bytes");
}

// --- Counting ---

/// The system's, and a count of what this thread has asked it for and has not given back.
struct Counting;

thread_local! {
    static ASKED: Cell<u64> = const { Cell::new(0) };
    /// Bytes.
    static HELD: Cell<i64> = const { Cell::new(0) };
}

// SAFETY: all that is asked is asked of the system's.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        ASKED.set(ASKED.get() + 1);
        HELD.set(HELD.get() + layout.size() as i64);
        // SAFETY: as asked.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, memory: *mut u8, layout: Layout) {
        HELD.set(HELD.get() - layout.size() as i64);
        // SAFETY: as asked.
        unsafe { System.dealloc(memory, layout) }
    }
}

#[global_allocator]
static COUNTING: Counting = Counting;

/// How often memory was taken meanwhile.
fn taken(work: impl FnOnce()) -> u64 {
    let before = ASKED.get();
    work();
    ASKED.get() - before
}

// --- A client with a permission for two peers and a channel for one ---

fn turn() -> Turn {
    let relay = "203.0.113.1".parse().expect("an address");
    let settings = Settings {
        relay: vec![relay],
        external: vec![relay],
        ports: 50_000..=50_099,
        peers: Peers::new(vec![], vec!["192.0.2.0/24".parse().expect("a network")]),
        credentials: Credentials::none().with_user("user", "password"),
        key: [7; 32],
        bytes_per_second: u32::MAX,
    };
    let limits = Limits {
        of_user: 100,
        of_address: 100,
        all: 100,
    };
    Turn::new(
        settings,
        Arc::new(Quotas::new(limits)),
        Box::new(|bytes: &mut [u8]| bytes.fill(3)),
    )
}

fn arrange(turn: &mut Turn, client: FiveTuple) {
    // As long as it has to be for its answer to hold a nonce.
    let challenge = ask(turn, client, Method::ALLOCATE, |it| {
        it.attribute(A::SOFTWARE, &[b' '; 40])
    });
    let nonce = Message::parse(&challenge)
        .expect("a message")
        .attribute(A::NONCE)
        .expect("a nonce")
        .value
        .to_vec();
    let key = Md5::digest(b"user:turn:password");
    let mut say = |method, attribute: A, peer: Option<&str>, value: &[u8]| {
        let answer = ask(turn, client, method, |it| {
            let it = it.attribute(attribute, value);
            let it = match peer {
                Some(peer) => it.xor_address(A::XOR_PEER_ADDRESS, address(peer)),
                None => it,
            };
            it.attribute(A::USERNAME, b"user")
                .attribute(A::REALM, b"turn")
                .attribute(A::NONCE, &nonce)
                .integrity_sha1(&key)
        });
        let answer = Message::parse(&answer).expect("a message");
        assert_eq!(answer.class(), Class::Success, "{method:?}");
    };
    say(Method::ALLOCATE, A::REQUESTED_TRANSPORT, None, &[17, 0, 0, 0]);
    say(Method::CHANNEL_BIND, A::CHANNEL_NUMBER, Some(PEER), &[0x40, 1, 0, 0]);
    say(Method::CREATE_PERMISSION, A::SOFTWARE, Some(OTHER_PEER), b"");
}

fn ask(
    turn: &mut Turn,
    client: FiveTuple,
    method: Method,
    with: impl for<'a> Fn(Builder<'a>) -> Builder<'a>,
) -> Vec<u8> {
    let mut request = [0; 300];
    let length = with(Builder::new(&mut request, method, Class::Request, [8; 12])).finish();
    let mut reply = Answer::new();
    let order = turn.hear_client(NOW, client, &request[..length], &mut Sockets, &mut reply);
    assert!(matches!(order, Order::Answer));
    reply.as_bytes().to_vec()
}

fn five_tuple(port: u16) -> FiveTuple {
    FiveTuple {
        transport: Transport::Udp,
        socket: 0,
        server: address("203.0.113.1:3478"),
        client: SocketAddr::new(address(CLIENT).ip(), port),
    }
}

fn address(text: &str) -> SocketAddr {
    text.parse().expect("an address")
}

/// All are to be had.
struct Sockets;

impl Ports for Sockets {
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

const NOW: Now = Now {
    clock: Duration::from_secs(1_000),
    date: Duration::from_secs(1_700_000_000),
};
const CLIENT: &str = "198.51.100.7:50000";
const CLIENT_PORT: u16 = 50_000;
const PEER: &str = "192.0.2.9:4000";
const OTHER_PEER: &str = "192.0.2.10:4000";
