//! The relay and the model side by side: bytes choose what clients, peers and time do, and after each deed both have to agree on every answer, every datagram and everything
//! that is left.

mod data;
mod requests;

use std::{collections::BTreeMap, time::Duration};

use stun::{
    Class, Method,
    attribute::AttributeType as A,
    turn::{Credentials, FiveTuple, Limits, Network, Peers, Transport, tag},
};

use crate::{
    choices::Choices,
    model::{Client, Impossible, Model},
    question::{self, Question, What},
    wire::{self, Reply, User},
    world::{Act, Begin, DATE, World},
};

/// Tells the story that these bytes are.
///
/// # Panics
/// When relay and model disagree.
pub fn tell(bytes: &[u8]) {
    let mut choices = Choices::new(bytes);
    let mut story = Story::new(&mut choices);
    for _ in 0..LONGEST {
        if choices.is_over() {
            break;
        }
        story.go_on(&mut choices);
        story.compare();
    }
    story.end();
}

struct Story {
    world: World,
    model: Model,
    clients: Vec<FiveTuple>,
    /// Those who act: with few of them a story goes deeper.
    cast: Vec<Client>,
    users: Vec<User>,
    /// Each client's last request, which it may send again.
    last: BTreeMap<Client, Said>,
    /// An old nonce of each client, and when it was given.
    nonces: BTreeMap<Client, (Vec<u8>, Duration)>,
    count: u64,
}

/// What a client has said, and when the nonce in it was given.
type Said = (Question, Vec<u8>, Duration);

impl Story {
    fn new(choices: &mut Choices<'_>) -> Self {
        let shape = choices.byte();
        let pairs: &[(&str, &str)] = match shape % 4 {
            0 | 1 => &[("10.9.0.1", "203.0.113.1"), ("2001:db8::1", "2001:db8::1")],
            2 => &[("203.0.113.1", "203.0.113.1")],
            _ => &[("2001:db8::1", "2001:db8::1")],
        };
        let ips = |of: fn(&(&str, &str)) -> String| {
            pairs
                .iter()
                .map(of)
                .map(|ip| ip.parse().expect("an address"))
                .collect::<Vec<_>>()
        };
        let (inner, outer) = (ips(|it| it.0.to_owned()), ips(|it| it.1.to_owned()));
        let small = shape & 4 != 0;
        let limits = Limits {
            of_user: if small { 2 } else { 10 },
            of_address: if small { 3 } else { 10 },
            all: if small { 4 } else { 100 },
        };
        let networks = |texts: &[&str]| {
            texts
                .iter()
                .map(|text| text.parse::<Network>().expect("a network"))
                .collect::<Vec<_>>()
        };
        let begin = Begin {
            inner,
            outer: outer.clone(),
            ports: 50_000..=50_009,
            limits,
            peers: Peers::new(
                networks(&["192.0.2.66/32"]),
                networks(&["192.0.2.0/24", "2001:db8:9::/48"]),
            ),
            credentials: Credentials::none()
                .with_secret(SECRET)
                .with_user("ada", "lovelace")
                .with_user("ben", "bitdiddle"),
            seed: u64::from(choices.byte()),
            taken: if shape & 8 != 0 { [50_003].into() } else { [].into() },
            elsewhere: if shape & 16 != 0 { [50_005].into() } else { [].into() },
        };
        let model = Model {
            now: Duration::from_secs(10_000),
            allocations: BTreeMap::new(),
            reserved: BTreeMap::new(),
            outer: begin.inner.iter().copied().zip(outer.iter().copied()).collect(),
            own: outer.iter().map(|&ip| (crate::model::family(ip), ip)).collect(),
            ports: begin.ports.clone(),
            taken: begin.taken.clone(),
            elsewhere: begin.elsewhere.clone(),
            limits,
        };
        Self {
            world: World::new(begin),
            model,
            clients: clients(),
            cast: match choices.byte() {
                0..100 => vec![choices.below(6), choices.below(6)],
                100..150 => vec![choices.below(6)],
                _ => (0..6).collect(),
            },
            users: vec![
                User::new("ada", "lovelace"),
                User::new("ben", "bitdiddle"),
                User::ephemeral(SECRET, DATE + 4_000),
            ],
            last: BTreeMap::new(),
            nonces: BTreeMap::new(),
            count: 0,
        }
    }

    fn go_on(&mut self, choices: &mut Choices<'_>) {
        let client = choices.pick(&self.cast);
        match choices.below(16) {
            0..=2 => {
                let what = question::allocate(&self.model, choices);
                self.asks(choices, client, what);
            }
            3 => {
                let lifetime = question::lifetime(choices);
                let family = if choices.once_in(3) {
                    question::family(choices)
                } else {
                    None
                };
                self.asks(choices, client, What::Refresh { lifetime, family });
            }
            4 | 5 => {
                let peers = question::peers(&self.model, choices);
                self.asks(choices, client, What::Permit { peers });
            }
            6 | 7 => {
                let number = choices.pick(&[
                    Some(Ok(0x4000)),
                    Some(Ok(0x4001)),
                    Some(Ok(0x4002)),
                    Some(Ok(0x4fff)),
                    Some(Ok(0x5000)),
                    Some(Ok(0x3fff)),
                    None,
                    Some(Err(Impossible)),
                ]);
                let peer = question::peer(&self.model, choices);
                let peer = choices.pick(&[
                    Some(Ok(peer)),
                    Some(Ok(peer)),
                    Some(Ok(peer)),
                    Some(Ok(peer)),
                    None,
                    Some(Err(Impossible)),
                ]);
                self.asks(choices, client, What::Bind { number, peer });
            }
            8 | 9 => self.sends(choices, client),
            10 => self.says(choices, client),
            11 | 12 => self.comes(choices),
            13 => self.asks_again(client),
            14 => {
                let ends = self.model.ends();
                let time = if !ends.is_empty() && choices.once_in(2) {
                    // To just before something's end, or to the end itself.
                    let early = Duration::from_millis(choices.pick(&[0, 0, 1, 500]));
                    (choices.pick(&ends) - self.model.now).saturating_sub(early)
                } else {
                    Duration::from_millis(
                        choices.pick(&[0, 1, 999, 5_000, 29_000, 60_000, 299_000, 301_000, 600_000, 1_800_000]),
                    )
                };
                self.passes(time);
            }
            _ => self.stranger_things(choices, client),
        }
    }

    // --- Everything else ---

    fn passes(&mut self, time: Duration) {
        let next = self.world.pass(time);
        self.model.pass(time);
        // It may look once too often: a reserved port that somebody has fetched ends without anything to do.
        if let Some(end) = self.model.next_end() {
            assert!(
                next.is_some_and(|next| next <= end),
                "something ends at {end:?}, not at {next:?}"
            );
        }
    }

    fn stranger_things(&mut self, choices: &mut Choices<'_>, client: Client) {
        match choices.below(6) {
            0 => {
                self.world.turn.gone(self.clients[client], &mut self.world.sockets);
                self.model.allocations.remove(&client);
            }
            1 => {
                let name = self.users[choices.below(self.users.len())].name.clone();
                let count = self.world.turn.revoke(tag(name.as_bytes()), &mut self.world.sockets);
                let before = self.model.allocations.len();
                self.model.allocations.retain(|_, it| it.user != name);
                assert_eq!(count, before - self.model.allocations.len());
            }
            2 => {
                let question = wire::plain(Method::BINDING, Class::Request, [2; 12], &[]);
                let Act::Answer(answer) = self.world.hear_client(self.clients[client], &question) else {
                    panic!("a Binding request is answered");
                };
                assert_eq!(
                    Reply::read(&answer).addresses(A::XOR_MAPPED_ADDRESS),
                    [self.clients[client].client]
                );
            }
            _ => {
                let count = choices.below(80);
                let noise = choices.take(count);
                let act = self.world.hear_client(self.clients[client], noise);
                let path = match noise.split_first_chunk::<4>() {
                    Some((&[first, second, high, low], rest)) if first & 0xc0 == 0x40 => {
                        let data = rest.get(..usize::from(u16::from_be_bytes([high, low])));
                        data.map(|data| (self.model.say(client, u16::from_be_bytes([first, second])), data))
                    }
                    _ => None,
                };
                match path {
                    Some((path, data)) => self.goes(&path, data, false, act),
                    None => assert!(
                        matches!(act, Act::Nothing | Act::Answer(_)),
                        "noise leads to nothing: {act:?}"
                    ),
                }
            }
        }
    }

    /// Both have the same left.
    fn compare(&self) {
        assert_eq!(self.world.open(), self.model.relayed(), "relayed addresses");
        let kept: BTreeMap<_, _> = self
            .model
            .reserved
            .iter()
            .map(|(token, (address, _))| (*token, *address))
            .collect();
        assert_eq!(self.world.reserved(), kept, "reserved addresses");
        assert_eq!(self.world.turn.statistics().allocations, self.model.allocations.len());
        assert_eq!(self.world.quotas.count() as usize, self.model.allocations.len());
    }

    fn end(&mut self) {
        self.passes(Duration::from_secs(3_601));
        self.compare();
        assert_eq!(self.model.allocations.len(), 0);
    }
}

/// Two of one address, two of one IPv6 network, a stream, and one that differs from the first by the relay's socket alone.
fn clients() -> Vec<FiveTuple> {
    let tuple = |transport, socket, client: &str| FiveTuple {
        transport,
        socket,
        server: if socket == 0 {
            "203.0.113.1:3478"
        } else {
            "203.0.113.1:443"
        }
        .parse()
        .expect("an address"),
        client: client.parse().expect("an address"),
    };
    vec![
        tuple(Transport::Udp, 0, "198.51.100.7:50000"),
        tuple(Transport::Udp, 0, "198.51.100.7:50001"),
        tuple(Transport::Udp, 0, "[2001:db8:7::1]:50000"),
        tuple(Transport::Udp, 0, "[2001:db8:7::2]:50000"),
        tuple(Transport::Stream, 0, "198.51.100.8:50000"),
        tuple(Transport::Udp, 1, "198.51.100.7:50000"),
    ]
}

const SECRET: &[u8] = b"the operator's";
/// Deeds.
const LONGEST: usize = 400;
