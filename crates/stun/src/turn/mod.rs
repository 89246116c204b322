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
mod icmp;
mod nonce;
mod peers;
mod quotas;

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

pub use auth::Credentials;
pub use icmp::Icmp;
pub use peers::{Network, NotANetwork, Peers, Verdict};
pub use quotas::{Limits, Quotas};

use crate::{
    answer::{self, Answer, Unknown},
    attribute::AttributeType,
    builder::Builder,
    message::{Class, Message, Method},
};
pub use allocation::Token;
use allocation::{Allocation, FAMILIES, NotBound};
use auth::{Gate, Proven, Refusal};

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

/// What is to be done.
#[derive(Debug)]
pub enum Order<'a> {
    /// Nothing.
    Silence,
    /// The answer goes to the client that asked.
    Answer,
    /// `data` goes to `peer` by the socket of `relay`.
    ToPeer {
        relay: RelayId,
        peer: SocketAddr,
        data: &'a [u8],
        /// By no router on the way either (RFC 8656 section 14.9).
        dont_fragment: bool,
    },
    /// To a client: head, data and so many zeros.
    ToClient {
        client: FiveTuple,
        head: Head,
        data: &'a [u8],
        padding: usize,
    },
}

/// What goes before the data to a client: four bytes of a channel, or a Data indication up to its data.
#[derive(Clone, Copy)]
pub struct Head {
    bytes: [u8; MAX_HEAD],
    length: usize,
}

impl Head {
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        &self.bytes[..self.length]
    }
}

impl fmt::Debug for Head {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Head({} bytes)", self.length)
    }
}

/// How much there is of what, for whoever watches.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Statistics {
    pub allocations: usize,
    /// Since the beginning.
    pub allocated: u64,
    pub bytes_to_peers: u64,
    pub bytes_to_clients: u64,
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
    /// What ends when: allocations, and relays that are reserved.
    ends: BTreeSet<(Duration, End)>,
    statistics: Statistics,
}

/// A relayed address, as others know it.
struct Relay {
    address: SocketAddr,
    allocation: u32,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum End {
    Allocation(u32),
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
        self.deliver(now, id, answer::plain(peer), data)
    }

    /// Takes away what has ended, and says when the next does.
    pub fn expire(&mut self, now: Now, ports: &mut impl Ports) -> Option<Duration> {
        while let Some(&(until, end)) = self.ends.first() {
            if now.clock < until {
                return Some(until);
            }
            match end {
                End::Allocation(id) => self.free(id, ports),
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

    /// Frees all allocations of whose name this says so, and says how many they were.
    pub fn revoke(&mut self, is_revoked: impl Fn(&[u8]) -> bool, ports: &mut impl Ports) -> usize {
        let revoked: Vec<u32> = self
            .allocations
            .iter()
            .filter(|(_, allocation)| is_revoked(&allocation.user))
            .map(|(id, _)| id as u32)
            .collect();
        revoked.iter().for_each(|&id| self.free(id, ports));
        revoked.len()
    }

    // --- Requests ---

    fn request(
        &mut self,
        now: Now,
        client: FiveTuple,
        request: Message<'_>,
        ports: &mut impl Ports,
        answer: &mut Answer,
    ) -> bool {
        let gate = Arc::clone(&self.gate);
        let reply = |bytes, class| Builder::new(bytes, request.method(), class, request.transaction_id());
        let proven = match gate.check(request, client.client, now) {
            Ok(proven) => proven,
            Err(refusal) => {
                let error = reply(&mut answer.bytes, Class::Error).error_code(refusal.code());
                // Without a fingerprint, which would make a short challenge longer than its request allows.
                answer.length = match refusal {
                    Refusal::BadRequest => error,
                    Refusal::Unauthenticated | Refusal::StaleNonce => {
                        gate.challenge(error, request.as_bytes().len(), client.client, now)
                    }
                }
                .finish();
                return true;
            }
        };
        let mut unknown = Unknown::default();
        request
            .attributes()
            .for_each(|attribute| unknown.note(attribute.kind, &KNOWN));
        let outcome = if !unknown.is_empty() {
            Err(answer::UNKNOWN_ATTRIBUTE)
        } else if request.attributes().any(answer::is_impossible) {
            Err(answer::BAD_REQUEST)
        } else {
            self.carry_out(now, client, request, &proven, ports)
        };
        let class = if outcome.is_ok() { Class::Success } else { Class::Error };
        let reply = reply(&mut answer.bytes, class);
        let reply = match outcome {
            Ok(Granted::Done) => reply,
            Ok(Granted::Lifetime(lifetime)) => reply.attribute(AttributeType::LIFETIME, &seconds(lifetime)),
            Ok(Granted::Allocation(id)) => self.describe(reply, id, client, now),
            Err(code) if unknown.is_empty() => reply.error_code(code),
            Err(code) => reply
                .error_code(code)
                .attribute(AttributeType::UNKNOWN_ATTRIBUTES, unknown.as_bytes()),
        };
        let reply = proven.seal.prove(reply);
        let is_marked = request.attribute(AttributeType::FINGERPRINT).is_some();
        answer.length = if is_marked { reply.fingerprint() } else { reply }.finish();
        true
    }

    fn carry_out(
        &mut self,
        now: Now,
        client: FiveTuple,
        request: Message<'_>,
        proven: &Proven<'_>,
        ports: &mut impl Ports,
    ) -> Result<Granted, u16> {
        if request.method() == Method::ALLOCATE {
            return self.allocate(now, client, request, proven, ports);
        }
        let id = *self.by_client.get(&client).ok_or(ALLOCATION_MISMATCH)?;
        if *self.allocations[id as usize].user != *proven.user {
            return Err(WRONG_CREDENTIALS);
        }
        match request.method() {
            Method::REFRESH => self.refresh(now, id, request, ports),
            Method::CREATE_PERMISSION => self.create_permission(now, id, request),
            _ => self.bind_channel(now, id, request),
        }
    }

    fn create_permission(&mut self, now: Now, id: u32, request: Message<'_>) -> Result<Granted, u16> {
        let peers = || {
            request
                .attributes()
                .filter(|attribute| attribute.kind == AttributeType::XOR_PEER_ADDRESS)
                .map(|attribute| attribute.xor_address(request.transaction_id()).map(|peer| peer.ip()))
        };
        if peers().next().is_none() {
            return Err(answer::BAD_REQUEST);
        }
        // All or none (RFC 8656 section 10.2).
        for peer in peers() {
            self.look_at_peer(id, peer.ok_or(answer::BAD_REQUEST)?)?;
        }
        let allocation = &mut self.allocations[id as usize];
        if !allocation.has_room_for(peers().flatten(), now.clock) {
            return Err(INSUFFICIENT_CAPACITY);
        }
        peers().flatten().for_each(|peer| allocation.permit(peer, now.clock));
        Ok(Granted::Done)
    }

    fn bind_channel(&mut self, now: Now, id: u32, request: Message<'_>) -> Result<Granted, u16> {
        let number = request.attribute(AttributeType::CHANNEL_NUMBER).and_then(|attribute| {
            let [high, low, _, _] = *attribute.value.as_array()?;
            Some(u16::from_be_bytes([high, low]))
        });
        let peer = request
            .attribute(AttributeType::XOR_PEER_ADDRESS)
            .and_then(|attribute| attribute.xor_address(request.transaction_id()));
        let (Some(number), Some(peer)) = (number, peer) else {
            return Err(answer::BAD_REQUEST);
        };
        if !CHANNELS.contains(&number) {
            return Err(answer::BAD_REQUEST);
        }
        self.look_at_peer(id, peer.ip())?;
        let allocation = &mut self.allocations[id as usize];
        if !allocation.has_room_for([peer.ip()].into_iter(), now.clock) {
            return Err(INSUFFICIENT_CAPACITY);
        }
        allocation
            .bind(number, peer, now.clock)
            .map_err(|refused| match refused {
                NotBound::Taken => answer::BAD_REQUEST,
                NotBound::Full => INSUFFICIENT_CAPACITY,
            })?;
        allocation.permit(peer.ip(), now.clock);
        Ok(Granted::Done)
    }

    /// Whether the allocation may be used with this peer at all.
    fn look_at_peer(&self, id: u32, peer: IpAddr) -> Result<(), u16> {
        if self.allocations[id as usize].towards(peer).is_none() {
            return Err(PEER_ADDRESS_FAMILY_MISMATCH);
        }
        // Other clients of this relay are reached within it.
        if self.settings.external.contains(&peer) || self.settings.peers.allow(peer) {
            Ok(())
        } else {
            Err(FORBIDDEN)
        }
    }

    // --- Data ---

    fn channel_data<'a>(&mut self, now: Now, client: FiveTuple, bytes: &'a [u8], ports: &impl Ports) -> Order<'a> {
        let Some((&[first, second, high, low], data)) = bytes.split_first_chunk::<CHANNEL_HEADER>() else {
            return Order::Silence;
        };
        let length = usize::from(u16::from_be_bytes([high, low]));
        let (Some(data), Some(&id)) = (data.get(..length), self.by_client.get(&client)) else {
            return Order::Silence;
        };
        match self.allocations[id as usize].peer(u16::from_be_bytes([first, second]), now.clock) {
            Some(peer) => self.relay(now, id, (peer, data, false), ports),
            None => Order::Silence,
        }
    }

    fn send<'a>(&mut self, now: Now, client: FiveTuple, indication: Message<'a>, ports: &impl Ports) -> Order<'a> {
        let mut unknown = Unknown::default();
        indication
            .attributes()
            .for_each(|attribute| unknown.note(attribute.kind, &KNOWN));
        let peer = indication
            .attribute(AttributeType::XOR_PEER_ADDRESS)
            .and_then(|attribute| attribute.xor_address(indication.transaction_id()));
        let (true, Some(peer), Some(data), Some(&id)) = (
            unknown.is_empty(),
            peer,
            indication.attribute(AttributeType::DATA),
            self.by_client.get(&client),
        ) else {
            return Order::Silence;
        };
        let dont_fragment = indication.attribute(AttributeType::DONT_FRAGMENT).is_some();
        self.relay(now, id, (peer, data.value, dont_fragment), ports)
    }

    /// From a client to a peer of its.
    fn relay<'a>(
        &mut self,
        now: Now,
        id: u32,
        (peer, data, dont_fragment): (SocketAddr, &'a [u8], bool),
        ports: &impl Ports,
    ) -> Order<'a> {
        let allocation = &mut self.allocations[id as usize];
        let Some(relay) = allocation.towards(peer.ip()) else {
            return Order::Silence;
        };
        if !allocation.is_permitted(peer.ip(), now.clock)
            || !allocation.may_pass(data.len(), self.settings.bytes_per_second, now.clock)
        {
            return Order::Silence;
        }
        self.statistics.bytes_to_peers += data.len() as u64;
        let to = |peer| Order::ToPeer {
            relay,
            peer,
            data,
            dont_fragment,
        };
        let Some(own) = self.settings.external.iter().position(|&ip| ip == peer.ip()) else {
            return to(peer);
        };
        // Another client of this relay; what is on no relayed port of it is nobody's.
        let from = self.relays[relay.0 as usize].address;
        match self
            .by_address
            .get(&peer)
            .map(|relay| self.relays[relay.0 as usize].allocation)
        {
            Some(other) => self.deliver(now, other, from, data),
            None if ports.is_elsewhere(peer) => to(SocketAddr::new(self.settings.relay[own], peer.port())),
            None => Order::Silence,
        }
    }

    /// From a peer to the client whose allocation it is.
    fn deliver<'a>(&mut self, now: Now, id: u32, peer: SocketAddr, data: &'a [u8]) -> Order<'a> {
        let allocation = &mut self.allocations[id as usize];
        if !allocation.is_permitted(peer.ip(), now.clock)
            || !allocation.may_pass(data.len(), self.settings.bytes_per_second, now.clock)
        {
            return Order::Silence;
        }
        let client = allocation.client;
        let channel = allocation.channel(peer, now.clock);
        let Ok(length) = u16::try_from(data.len()) else {
            return Order::Silence;
        };
        self.statistics.bytes_to_clients += data.len() as u64;
        let is_padded = channel.is_none() || client.transport == Transport::Stream;
        Order::ToClient {
            client,
            head: match channel {
                Some(number) => channel_head(number, length),
                None => self.data_head(peer, length),
            },
            data,
            padding: if is_padded {
                data.len().next_multiple_of(4) - data.len()
            } else {
                0
            },
        }
    }

    fn data_head(&mut self, peer: SocketAddr, length: u16) -> Head {
        let mut id = [0; 12];
        (self.random)(&mut id);
        let mut bytes = [0; MAX_HEAD];
        let start = Builder::new(&mut bytes, Method::DATA, Class::Indication, id)
            .xor_address(AttributeType::XOR_PEER_ADDRESS, peer)
            .finish();
        bytes[start..start + 2].copy_from_slice(&AttributeType::DATA.0.to_be_bytes());
        bytes[start + 2..start + 4].copy_from_slice(&length.to_be_bytes());
        let whole = start - 20 + 4 + usize::from(length).next_multiple_of(4);
        bytes[2..4].copy_from_slice(&(whole as u16).to_be_bytes());
        Head {
            bytes,
            length: start + 4,
        }
    }
}

/// Says how much there is, and nothing of whose.
impl fmt::Debug for Turn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Turn({:?})", self.statistics())
    }
}

/// What a request has led to.
enum Granted {
    Done,
    Lifetime(Duration),
    /// This one, new or told again.
    Allocation(u32),
}

fn channel_head(number: u16, length: u16) -> Head {
    let mut bytes = [0; MAX_HEAD];
    bytes[..2].copy_from_slice(&number.to_be_bytes());
    bytes[2..4].copy_from_slice(&length.to_be_bytes());
    Head {
        bytes,
        length: CHANNEL_HEADER,
    }
}

fn seconds(duration: Duration) -> [u8; 4] {
    u32::try_from(duration.as_secs()).unwrap_or(u32::MAX).to_be_bytes()
}

/// Those of RFC 8489 and RFC 8656.
const KNOWN: [AttributeType; answer::KNOWN.len() + 10] = {
    let mut known = [AttributeType::CHANNEL_NUMBER; answer::KNOWN.len() + 10];
    let relay = [
        AttributeType::CHANNEL_NUMBER,
        AttributeType::LIFETIME,
        AttributeType::XOR_PEER_ADDRESS,
        AttributeType::DATA,
        AttributeType::XOR_RELAYED_ADDRESS,
        AttributeType::REQUESTED_ADDRESS_FAMILY,
        AttributeType::EVEN_PORT,
        AttributeType::REQUESTED_TRANSPORT,
        AttributeType::DONT_FRAGMENT,
        AttributeType::RESERVATION_TOKEN,
    ];
    let mut at = 0;
    while at < known.len() {
        known[at] = if at < relay.len() {
            relay[at]
        } else {
            answer::KNOWN[at - relay.len()]
        };
        at += 1;
    }
    known
};

const FORBIDDEN: u16 = 403;
const ALLOCATION_MISMATCH: u16 = 437;
const WRONG_CREDENTIALS: u16 = 441;
const PEER_ADDRESS_FAMILY_MISMATCH: u16 = 443;
const INSUFFICIENT_CAPACITY: u16 = 508;

/// Channel numbers that a client may bind (RFC 8656 section 12).
const CHANNELS: RangeInclusive<u16> = 0x4000..=0x4fff;
const CHANNEL_HEADER: usize = 4;
/// Header, XOR-PEER-ADDRESS of an IPv6 peer, DATA's header.
const MAX_HEAD: usize = 20 + 24 + 4;
