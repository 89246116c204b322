//! A pretended network around the relay: routers that give each client another address, ways on which datagrams are lost, late, doubled and overtaken, and a clock that
//! jumps from one event to the next, and sometimes much further.

use std::{
    collections::{BTreeMap, BTreeSet},
    net::SocketAddr,
    time::Duration,
};

use stun::{
    Class, Method,
    attribute::AttributeType as A,
    turn::{Credentials, FiveTuple, Limits, Peers, Transport},
};

use crate::{
    client::Client,
    wire::{Reply, User},
    world::{Act, Begin, DATE, World, step},
};

/// How bad it is.
#[derive(Debug, Clone, Copy)]
pub struct Weather {
    pub seed: u64,
    pub clients: usize,
    /// In a hundred.
    pub lost: u64,
    pub doubled: u64,
    /// How late a datagram may be.
    pub latest: Duration,
    /// How long a router remembers a client that is silent.
    pub memory: Duration,
    /// So many times everything stands still for up to an hour and a half: laptops sleep.
    pub sleeps: u32,
    /// How long they are awake, all in all.
    pub length: Duration,
}

/// What became of it.
#[derive(Debug, Default)]
pub struct Outcome {
    pub sent: usize,
    pub to_peers: usize,
    pub to_clients: usize,
    /// Allocations that clients began anew.
    pub lives: u32,
    /// Data that had to be relayed, and was.
    pub sure: usize,
}

/// Lets it happen.
///
/// # Panics
/// When something arrives that was not sent, does not arrive though it had to, or outlives its time.
#[must_use]
pub fn run(weather: Weather) -> Outcome {
    let mut network = Network::new(weather);
    network.live();
    network.end()
}

struct Network {
    weather: Weather,
    chance: u64,
    world: World,
    clients: Vec<Client>,
    routers: Vec<Router>,
    events: BTreeMap<(Duration, u64), Event>,
    order: u64,
    /// What relayed address the relay has said that each client's port has, and until when.
    promised: BTreeMap<SocketAddr, (SocketAddr, Duration)>,
    /// All that clients have sent to peers, and peers to clients.
    said: BTreeSet<Vec<u8>>,
    number: u64,
    outcome: Outcome,
}

/// Gives one client a port of its own, and another one when it was silent for too long.
struct Router {
    outer: SocketAddr,
    spoke: Duration,
}

enum Event {
    /// A client looks what is due, and says something.
    Wake(usize),
    ToRelay {
        from: SocketAddr,
        bytes: Vec<u8>,
        is_sure: bool,
    },
    ToClient {
        to: SocketAddr,
        bytes: Vec<u8>,
    },
    /// At a peer, which sends it back.
    ToPeer {
        from: SocketAddr,
        peer: SocketAddr,
        data: Vec<u8>,
        is_sure: bool,
    },
    FromPeer {
        relayed: SocketAddr,
        peer: SocketAddr,
        data: Vec<u8>,
        is_sure: bool,
    },
}

impl Network {
    fn new(weather: Weather) -> Self {
        let begin = Begin {
            inner: vec!["203.0.113.1".parse().expect("an address")],
            outer: vec!["203.0.113.1".parse().expect("an address")],
            ports: 50_000..=50_999,
            limits: Limits {
                of_user: 1_000,
                of_address: 1_000,
                all: 1_000,
            },
            peers: Peers::new(vec![], vec!["192.0.2.0/24".parse().expect("a network")]),
            credentials: Credentials::none().with_secret(b"the operator's"),
            seed: weather.seed,
            taken: BTreeSet::new(),
            elsewhere: BTreeSet::new(),
        };
        let user = || User::ephemeral(b"the operator's", DATE + 1_000_000);
        let peer = |at: usize| SocketAddr::from(([192, 0, 2, 1 + at as u8], 4_000));
        let channel = |at: usize| at.is_multiple_of(2).then_some(0x4000 + at as u16);
        let mut network = Self {
            weather,
            chance: weather.seed,
            world: World::new(begin),
            clients: (0..weather.clients)
                .map(|at| Client::new(user(), peer(at), channel(at)))
                .collect(),
            routers: (0..weather.clients)
                .map(|at| Router {
                    outer: SocketAddr::from(([198, 51, 100, 1 + at as u8], 20_000)),
                    spoke: Duration::ZERO,
                })
                .collect(),
            events: BTreeMap::new(),
            order: 0,
            promised: BTreeMap::new(),
            said: BTreeSet::new(),
            number: 0,
            outcome: Outcome::default(),
        };
        (0..weather.clients).for_each(|at| network.plan(Duration::ZERO, Event::Wake(at)));
        network
    }

    fn live(&mut self) {
        let awake = self.weather.length / (self.weather.sleeps + 1);
        for _ in 0..=self.weather.sleeps {
            let end = self.world.now.clock + awake;
            while let Some(entry) = self.events.first_entry()
                && entry.key().0 < end
            {
                let ((at, _), event) = entry.remove_entry();
                self.pass(at.saturating_sub(self.world.now.clock));
                self.happen(event);
            }
            self.sleep();
        }
    }

    /// Nobody hears anything for a while, and what was on its way is lost.
    fn sleep(&mut self) {
        let time = Duration::from_secs(self.below(5_400));
        self.events.clear();
        self.pass(time);
        (0..self.clients.len()).for_each(|at| self.plan(Duration::ZERO, Event::Wake(at)));
    }

    /// An allocation is there as long as the relay has said, and no longer.
    fn pass(&mut self, time: Duration) {
        self.world.pass(time);
        let now = self.world.now.clock;
        self.promised.retain(|_, (_, until)| now < *until);
        let promised: BTreeSet<_> = self.promised.values().map(|(relayed, _)| *relayed).collect();
        assert_eq!(self.world.open(), promised);
    }

    fn happen(&mut self, event: Event) {
        match event {
            Event::Wake(at) => self.wake(at),
            Event::ToRelay { from, bytes, is_sure } => self.at_relay(from, &bytes, is_sure),
            Event::ToClient { to, bytes } => {
                // Its router knows the port, or drops it.
                let Some(at) = self.routers.iter().position(|router| router.outer == to) else {
                    return;
                };
                let before = self.clients[at].received.len();
                self.clients[at].hear(&bytes);
                for data in &self.clients[at].received[before..] {
                    assert!(self.said.contains(data), "a client gets what a peer has sent");
                    assert_eq!(usize::from(data[0]), at, "and the right one does");
                }
                self.outcome.to_clients += self.clients[at].received.len() - before;
            }
            Event::ToPeer {
                from,
                peer,
                data,
                is_sure,
            } => {
                assert!(self.said.contains(&data), "a peer gets what a client has sent");
                assert_eq!(
                    peer.to_string(),
                    format!("192.0.2.{}:4000", data[0] + 1),
                    "and the right one does"
                );
                self.outcome.to_peers += 1;
                self.travel(&data, |data| Event::FromPeer {
                    relayed: from,
                    peer,
                    data,
                    is_sure,
                });
            }
            Event::FromPeer {
                relayed,
                peer,
                data,
                is_sure,
            } => {
                let act = self.world.hear_peer(relayed, peer, &data);
                assert!(
                    !is_sure || matches!(act, Act::ToClient { .. }),
                    "what a peer may send comes: {act:?}"
                );
                self.outcome.sure += usize::from(is_sure);
                self.carry(act, is_sure);
            }
        }
    }

    fn wake(&mut self, at: usize) {
        let now = self.world.now.clock;
        let request = self.clients[at].poll(now).map(|bytes| (bytes, false));
        self.number += 1;
        let data = [&[at as u8][..], &self.number.to_be_bytes()].concat();
        // There and back, and a good measure.
        let sent = self.clients[at].send(now, &data, self.weather.latest * 3);
        let sent = sent.map(|sent| {
            self.said.insert(data);
            self.outcome.sent += 1;
            (sent.bytes, sent.is_sure)
        });
        for (bytes, is_sure) in request.into_iter().chain(sent) {
            let from = self.routers[at].translate(now, self.weather.memory);
            let is_known = self.clients[at].held().is_some_and(|held| held.mapped == from);
            self.travel(&bytes, |bytes| Event::ToRelay {
                from,
                bytes,
                is_sure: is_sure && is_known,
            });
        }
        let pause = Duration::from_millis(200 + self.below(3_000));
        self.plan(pause, Event::Wake(at));
    }

    fn at_relay(&mut self, from: SocketAddr, bytes: &[u8], is_sure: bool) {
        let client = FiveTuple {
            transport: Transport::Udp,
            socket: 0,
            server: "203.0.113.1:3478".parse().expect("an address"),
            client: from,
        };
        let act = self.world.hear_client(client, bytes);
        assert!(
            !is_sure || matches!(act, Act::ToPeer { .. }),
            "what a client may send goes: {act:?}"
        );
        self.outcome.sure += usize::from(is_sure);
        if let Act::Answer(answer) = &act {
            self.note(answer, from);
            self.travel(answer, |bytes| Event::ToClient { to: from, bytes });
        }
        self.carry(act, is_sure);
    }

    fn carry(&mut self, act: Act, is_sure: bool) {
        match act {
            Act::Nothing | Act::Answer(_) => {}
            Act::ToPeer { from, to, data, .. } => self.travel(&data, |data| Event::ToPeer {
                from,
                peer: to,
                data,
                is_sure,
            }),
            Act::ToNeighbour { .. } => panic!("this server has one worker"),
            Act::ToClient { client, bytes } => self.travel(&bytes, |bytes| Event::ToClient {
                to: client.client,
                bytes,
            }),
        }
    }

    /// What the relay has promised to whom.
    fn note(&mut self, answer: &[u8], client: SocketAddr) {
        let reply = Reply::read(answer);
        if reply.class != Class::Success || ![Method::ALLOCATE, Method::REFRESH].contains(&reply.method) {
            return;
        }
        let seconds = reply.find(A::LIFETIME).expect("a lifetime").try_into();
        let lifetime = Duration::from_secs(u32::from_be_bytes(seconds.expect("four bytes")).into());
        let relayed = match reply.addresses(A::XOR_RELAYED_ADDRESS).first() {
            Some(relayed) => *relayed,
            None => self.promised[&client].0,
        };
        let until = self.world.now.clock + lifetime;
        match self.promised.get(&client) {
            // Told again, in whole seconds: what was promised first holds.
            Some((known, first)) if reply.method == Method::ALLOCATE && *known == relayed && until < *first => {}
            _ => drop(self.promised.insert(client, (relayed, until))),
        }
    }

    // --- The way ---

    /// Somewhat later, perhaps twice, perhaps never.
    fn travel(&mut self, bytes: &[u8], event: impl Fn(Vec<u8>) -> Event) {
        let copies = 1 + u32::from(self.below(100) < self.weather.doubled);
        for _ in 0..copies {
            if self.below(100) >= self.weather.lost {
                let late = Duration::from_millis(self.below(self.weather.latest.as_millis() as u64));
                self.plan(late, event(bytes.to_vec()));
            }
        }
    }

    fn plan(&mut self, late: Duration, event: Event) {
        self.order += 1;
        self.events.insert((self.world.now.clock + late, self.order), event);
    }

    fn below(&mut self, count: u64) -> u64 {
        step(&mut self.chance) % count.max(1)
    }

    fn end(mut self) -> Outcome {
        self.outcome.lives = self.clients.iter().map(|client| client.lives).sum();
        // Nobody says anything any more.
        self.pass(Duration::from_secs(3_601));
        assert_eq!(self.world.turn.statistics().allocations, 0);
        self.outcome
    }
}

impl Router {
    /// The port that what the client sends now comes from.
    fn translate(&mut self, now: Duration, memory: Duration) -> SocketAddr {
        if now > self.spoke + memory {
            self.outer.set_port(self.outer.port() + 1);
        }
        self.spoke = now;
        self.outer
    }
}
