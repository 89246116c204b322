//! The real relay, with pretended sockets and a clock that is moved by hand.

use std::{
    collections::{BTreeMap, BTreeSet},
    net::{IpAddr, SocketAddr},
    ops::RangeInclusive,
    sync::Arc,
    time::Duration,
};

use stun::{
    Answer,
    turn::{Credentials, FiveTuple, Limits, Now, Order, Peers, Ports, Quotas, RelayId, Settings, Token, Turn},
};

/// What the relay wants, with everything it points to looked up and copied.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Act {
    Nothing,
    Answer(Vec<u8>),
    /// From which relayed address as peers know it, to whom, what; not to be fragmented.
    ToPeer {
        from: SocketAddr,
        to: SocketAddr,
        data: Vec<u8>,
        whole: bool,
    },
    /// From one relayed address of the server to another, as peers know both.
    ToNeighbour {
        from: SocketAddr,
        to: SocketAddr,
        data: Vec<u8>,
    },
    ToClient {
        client: FiveTuple,
        bytes: Vec<u8>,
    },
}

/// How a world begins.
#[derive(Debug, Clone)]
pub struct Begin {
    /// The relay's addresses as its own machine knows them, and as others do.
    pub inner: Vec<IpAddr>,
    pub outer: Vec<IpAddr>,
    pub ports: RangeInclusive<u16>,
    pub limits: Limits,
    pub peers: Peers,
    pub credentials: Credentials,
    /// For what the relay has to choose by chance.
    pub seed: u64,
    /// Ports that the system refuses, and ports that another worker has.
    pub taken: BTreeSet<u16>,
    pub elsewhere: BTreeSet<u16>,
}

/// The relay and all that is around it.
#[derive(Debug)]
pub struct World {
    pub turn: Turn,
    pub quotas: Arc<Quotas>,
    pub sockets: Sockets,
    pub now: Now,
    begin: Begin,
}

impl World {
    #[must_use]
    pub fn new(begin: Begin) -> Self {
        let settings = Settings {
            relay: begin.inner.clone(),
            external: begin.outer.clone(),
            ports: begin.ports.clone(),
            peers: begin.peers.clone(),
            credentials: begin.credentials.clone(),
            key: [7; 32],
            bytes_per_second: u32::MAX,
        };
        let quotas = Arc::new(Quotas::new(begin.limits));
        let mut state = begin.seed | 1;
        let random = move |bytes: &mut [u8]| bytes.fill_with(|| (step(&mut state) >> 32) as u8);
        Self {
            turn: Turn::new(settings, Arc::clone(&quotas), Box::new(random)),
            quotas,
            sockets: Sockets {
                taken: begin.taken.clone(),
                elsewhere: begin.elsewhere.clone(),
                ..Sockets::default()
            },
            now: Now {
                clock: Duration::from_secs(10_000),
                date: Duration::from_secs(DATE),
            },
            begin,
        }
    }

    /// Time passes; what has ended is taken away. When the next ends.
    pub fn pass(&mut self, time: Duration) -> Option<Duration> {
        self.now.clock += time;
        self.now.date += time;
        self.turn.expire(self.now, &mut self.sockets)
    }

    pub fn hear_client(&mut self, client: FiveTuple, bytes: &[u8]) -> Act {
        let mut answer = Answer::new();
        let order = self
            .turn
            .hear_client(self.now, client, bytes, &mut self.sockets, &mut answer);
        if matches!(order, Order::Answer) {
            return Act::Answer(answer.as_bytes().to_vec());
        }
        act(&order, &self.sockets, &self.begin)
    }

    /// Nothing where nobody has this relayed address.
    pub fn hear_peer(&mut self, relayed: SocketAddr, peer: SocketAddr, data: &[u8]) -> Act {
        let at = self.begin.outer.iter().position(|&ip| ip == relayed.ip());
        let inner = at.map(|at| SocketAddr::new(self.begin.inner[at], relayed.port()));
        let Some((&relay, _)) = self.sockets.open.iter().find(|(_, address)| Some(**address) == inner) else {
            return Act::Nothing;
        };
        act(
            &self.turn.hear_peer(self.now, relay, peer, data),
            &self.sockets,
            &self.begin,
        )
    }

    /// The relayed addresses that are open, as others know them.
    #[must_use]
    pub fn open(&self) -> BTreeSet<SocketAddr> {
        self.sockets
            .open
            .values()
            .map(|&inner| self.begin.outside(inner))
            .collect()
    }

    #[must_use]
    pub fn reserved(&self) -> BTreeMap<Token, SocketAddr> {
        let all = self.sockets.reserved.iter();
        all.map(|(token, &inner)| (*token, self.begin.outside(inner))).collect()
    }
}

impl Begin {
    fn outside(&self, inner: SocketAddr) -> SocketAddr {
        let at = self
            .inner
            .iter()
            .position(|&ip| ip == inner.ip())
            .expect("only those are opened");
        SocketAddr::new(self.outer[at], inner.port())
    }
}

fn act(order: &Order<'_>, sockets: &Sockets, begin: &Begin) -> Act {
    match *order {
        Order::Silence => Act::Nothing,
        Order::Answer => panic!("only requests are answered"),
        Order::ToPeer {
            relay,
            peer,
            data,
            dont_fragment,
        } => Act::ToPeer {
            from: begin.outside(sockets.open[&relay]),
            to: peer,
            data: data.to_vec(),
            whole: dont_fragment,
        },
        Order::ToNeighbour {
            relay,
            from,
            to,
            bound,
            data,
        } => {
            // Where it can't be joined within, it goes by these.
            assert_eq!((begin.outside(sockets.open[&relay]), begin.outside(bound)), (from, to));
            Act::ToNeighbour {
                from,
                to,
                data: data.to_vec(),
            }
        }
        Order::ToClient {
            client,
            head,
            data,
            padding,
        } => Act::ToClient {
            client,
            bytes: [head.as_bytes(), data, &[0; 3][..padding]].concat(),
        },
    }
}

/// Sockets that are only names.
#[derive(Debug, Default)]
pub struct Sockets {
    pub open: BTreeMap<RelayId, SocketAddr>,
    pub reserved: BTreeMap<Token, SocketAddr>,
    taken: BTreeSet<u16>,
    elsewhere: BTreeSet<u16>,
}

impl Sockets {
    fn is_free(&self, address: SocketAddr) -> bool {
        !self.taken.contains(&address.port())
            && !self.elsewhere.contains(&address.port())
            && !has_address(&self.open, address)
            && !has_address(&self.reserved, address)
    }
}

fn has_address<K>(all: &BTreeMap<K, SocketAddr>, address: SocketAddr) -> bool {
    all.values().any(|it| *it == address)
}

impl Ports for Sockets {
    fn open(&mut self, relay: RelayId, address: SocketAddr) -> bool {
        let is_free = self.is_free(address);
        if is_free {
            assert!(self.open.insert(relay, address).is_none(), "a number is one socket's");
        }
        is_free
    }

    fn close(&mut self, relay: RelayId) {
        assert!(self.open.remove(&relay).is_some(), "what is closed was open");
    }

    fn is_elsewhere(&self, address: SocketAddr) -> bool {
        self.elsewhere.contains(&address.port())
    }

    fn reserve(&mut self, token: Token, address: SocketAddr) -> bool {
        let is_free = self.is_free(address);
        if is_free {
            self.reserved.insert(token, address);
        }
        is_free
    }

    fn claim(&mut self, relay: RelayId, token: Token) -> Option<SocketAddr> {
        let address = self.reserved.remove(&token)?;
        assert!(self.open.insert(relay, address).is_none(), "a number is one socket's");
        Some(address)
    }

    fn release(&mut self, token: Token) {
        self.reserved.remove(&token);
    }
}

/// One step of SplitMix64: good enough to tell tests apart, and the same everywhere.
pub fn step(state: &mut u64) -> u64 {
    *state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let mixed = (*state ^ *state >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let mixed = (mixed ^ mixed >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
    mixed ^ mixed >> 31
}

/// When a world begins, since the epoch.
pub const DATE: u64 = 1_700_000_000;
