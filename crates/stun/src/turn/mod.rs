//! The relay (TURN, RFC 8656) as a value: what a client or a peer has sent in, what is to be sent, and to whom, out. The caller owns the sockets and says what time it is.
//!
//! ```text
//! client ── Allocate ─────────────────> relay           a relayed address, by credentials
//! client ── CreatePermission ─────────> relay           which peers' addresses may send to it
//! client ── ChannelBind ──────────────> relay           four bytes in place of 36 for one peer
//! client ── Send, ChannelData ────────> relay ─────────> peer
//! client <── Data, ChannelData ──────── relay <───────── peer
//! ```
//!
//! Nothing is kept of who has not proven a credential: the nonce is a proof of its own. What is relayed is neither looked at nor kept. Two clients of this relay that are each
//! other's peers are joined here: no socket sees what they send.
//!
//! RFC 6062 (TCP to the peer) is refused with 442, RFC 7635 (third-party authorisation) with 420, and RFC 8016 (mobility) is not offered: browsers use none of them, and each
//! would be one more way in.

mod allocate;
mod allocation;
mod auth;
mod data;
mod icmp;
mod nonce;
mod operate;
mod order;
mod peers;
mod quotas;
mod requests;

use std::{
    collections::BTreeSet,
    fmt,
    net::{IpAddr, SocketAddr},
    ops::RangeInclusive,
    sync::Arc,
    time::Duration,
};

use hashbrown::HashMap;
use slab::Slab;

pub use allocation::Token;
pub use auth::{Credentials, tag};
pub use icmp::Icmp;
pub use operate::Listed;
pub use order::{Head, Order};
pub use peers::{Network, NotANetwork, Peers, Verdict};
pub use quotas::{Limits, Quotas, TooManyBarred, Usage};

use crate::{
    answer::{self, Answer},
    message::{Class, Message, Method},
};
use allocation::Allocation;
use auth::Gate;

/// Between whom something was sent (RFC 8656 section 2.2).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct FiveTuple {
    pub transport: Transport,
    /// The caller's key for the socket or connection that it came by.
    pub socket: u32,
    pub server: SocketAddr,
    pub client: SocketAddr,
}

/// How a client reaches the relay; to peers it is always UDP.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Transport {
    Udp,
    /// TCP, or TLS over it.
    Stream,
}

/// One relayed address, for as long as it is one: the caller's key for its socket.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RelayId(pub u32);

/// What time it is.
#[derive(Debug, Clone, Copy)]
pub struct Now {
    /// Since anything, never backwards: what expires does so by it.
    pub clock: Duration,
    /// Since the Unix epoch: what credentials end by.
    pub date: Duration,
}

/// The caller's sockets to peers.
pub trait Ports {
    /// Opens one at exactly this address; false where that can't be had.
    fn open(&mut self, relay: RelayId, address: SocketAddr) -> bool;

    /// Closes it. Nothing more comes from it.
    fn close(&mut self, relay: RelayId);

    /// Whether another worker of this server has this relayed address open.
    fn is_elsewhere(&self, address: SocketAddr) -> bool;

    /// Opens one at exactly this address and keeps it for whoever brings the token, to whichever worker; false where that can't be had.
    fn reserve(&mut self, token: Token, address: SocketAddr) -> bool;

    /// What is kept under the token is `relay`'s now; its address. `None` where there is nothing (any more).
    fn claim(&mut self, relay: RelayId, token: Token) -> Option<SocketAddr>;

    /// Closes what nobody has claimed.
    fn release(&mut self, token: Token);
}

/// What the relay is to be like.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Where sockets to peers are bound, at most one address of each family.
    pub relay: Vec<IpAddr>,
    /// What clients and peers know those as, in the same order, where a router in front changes them; otherwise the same.
    pub external: Vec<IpAddr>,
    pub ports: RangeInclusive<u16>,
    pub peers: Peers,
    pub credentials: Credentials,
    /// For nonces: 32 bytes of chance. All workers of one server have the same.
    pub key: [u8; 32],
    /// How many bytes an allocation may pass in a second, both ways together.
    pub bytes_per_second: u32,
}

/// How much there is of what, for whoever watches.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Statistics {
    pub allocations: usize,
    /// Since the beginning.
    pub allocated: u64,
    pub packets_to_peers: u64,
    pub bytes_to_peers: u64,
    pub packets_to_clients: u64,
    pub bytes_to_clients: u64,
    /// Data that was not relayed since the client has given its peer no permission, or since the allocation has passed as much as it may.
    pub without_permission: u64,
    pub over_bandwidth: u64,
}

/// Fills bytes that nobody can foresee.
pub type Random = Box<dyn FnMut(&mut [u8]) + Send>;

/// The relay of one worker.
pub struct Turn {
    settings: Settings,
    quotas: Arc<Quotas>,
    gate: Arc<Gate>,
    random: Random,
    allocations: Slab<Allocation>,
    relays: Slab<Relay>,
    by_client: HashMap<FiveTuple, u32>,
    by_address: HashMap<SocketAddr, RelayId>,
    by_tag: BTreeSet<(Box<[u8]>, u32)>,
    /// What ends when: relayed addresses, and those that are reserved.
    ends: BTreeSet<(Duration, End)>,
    statistics: Statistics,
}

/// A relayed address, as others know it.
struct Relay {
    address: SocketAddr,
    allocation: u32,
    until: Duration,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum End {
    Relay(RelayId),
    /// A port that is kept for whoever has the token (RFC 8656 section 7.2).
    Reservation(Token),
}

impl Turn {
    /// `quotas` is what all workers of a server count together. `random` fills bytes that nobody can foresee: relayed ports, tokens and transaction ids.
    #[must_use]
    pub fn new(settings: Settings, quotas: Arc<Quotas>, random: Random) -> Self {
        Self {
            gate: Arc::new(Gate::new(&settings.key, settings.credentials.clone())),
            settings,
            quotas,
            random,
            allocations: Slab::new(),
            relays: Slab::new(),
            by_client: HashMap::new(),
            by_address: HashMap::new(),
            by_tag: BTreeSet::new(),
            ends: BTreeSet::new(),
            statistics: Statistics::default(),
        }
    }

    #[must_use]
    pub fn statistics(&self) -> Statistics {
        Statistics {
            allocations: self.allocations.len(),
            ..self.statistics
        }
    }

    /// From now on these are good; allocations that others made stay until they end.
    pub fn set_credentials(&mut self, credentials: Credentials) {
        self.gate = Arc::new(Gate::new(&self.settings.key, credentials));
    }

    /// One datagram, or one message of a stream, from a client. What has ended is to be taken away before ([`expire`](Self::expire)).
    pub fn hear_client<'a>(
        &mut self,
        now: Now,
        client: FiveTuple,
        bytes: &'a [u8],
        ports: &mut impl Ports,
        answer: &mut Answer,
    ) -> Order<'a> {
        if bytes.first().is_some_and(|byte| byte & 0xc0 == 0x40) {
            return self.channel_data(now, client, bytes, ports);
        }
        if bytes.len() > crate::MAX_REQUEST {
            return Order::Silence;
        }
        let Ok(message) = Message::parse(bytes) else {
            return Order::Silence;
        };
        let is_answered = match (message.class(), message.method()) {
            (Class::Request, Method::BINDING) => answer::answer(bytes, client.client, answer),
            (Class::Indication, Method::SEND) => return self.send(now, client, message, ports),
            (Class::Request, Method::ALLOCATE | Method::REFRESH | Method::CREATE_PERMISSION | Method::CHANNEL_BIND) => {
                self.request(now, client, message, ports, answer)
            }
            _ => false,
        };
        if is_answered { Order::Answer } else { Order::Silence }
    }

    /// One datagram that came from `peer` to a relayed address.
    pub fn hear_peer<'a>(&mut self, now: Now, relay: RelayId, peer: SocketAddr, data: &'a [u8]) -> Order<'a> {
        let Some(id) = self.relays.get(relay.0 as usize).map(|relay| relay.allocation) else {
            return Order::Silence;
        };
        self.deliver(now, id, self.as_known(answer::plain(peer)), data)
    }

    /// One datagram from the relayed address `from` to `to`, another of this server: it is judged as if it had come to the socket of that.
    pub fn hear_neighbour<'a>(&mut self, now: Now, from: SocketAddr, to: SocketAddr, data: &'a [u8]) -> Order<'a> {
        match self.by_address.get(&to) {
            Some(&relay) => self.deliver(now, self.relays[relay.0 as usize].allocation, from, data),
            None => Order::Silence,
        }
    }

    /// Takes away what has ended, and says when the next does.
    pub fn expire(&mut self, now: Now, ports: &mut impl Ports) -> Option<Duration> {
        while let Some(&(until, end)) = self.ends.first() {
            if now.clock < until {
                return Some(until);
            }
            match end {
                End::Relay(relay) => self.end(relay, ports),
                End::Reservation(token) => {
                    self.ends.pop_first();
                    ports.release(token);
                }
            }
        }
        None
    }

    /// Frees what a client had whose connection is gone.
    pub fn gone(&mut self, client: FiveTuple, ports: &mut impl Ports) {
        if let Some(&id) = self.by_client.get(&client) {
            self.free(id, ports);
        }
    }

    /// Frees all allocations of this [`tag`], and says how many they were.
    pub fn revoke(&mut self, tag: &[u8], ports: &mut impl Ports) -> usize {
        let of_tag = (tag.into(), 0)..=(tag.into(), u32::MAX);
        let revoked: Vec<u32> = self.by_tag.range(of_tag).map(|(_, id)| *id).collect();
        revoked.iter().for_each(|&id| self.free(id, ports));
        revoked.len()
    }
}

/// Says how much there is, and nothing of whose.
impl fmt::Debug for Turn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Turn({:?})", self.statistics())
    }
}
