//! A client of a relay (TURN, RFC 8656) as a value: what came in, what is to be sent out. Data go by channels, as browsers send them.

use std::{
    collections::{BTreeMap, VecDeque},
    net::SocketAddr,
    time::{Duration, Instant},
};

use md5::{Digest as _, Md5};
use stun::{AttributeType as A, Builder, Class, Message, Method, TransactionId};

use crate::chance::draw;

/// What lets one relay: of an entry of `ice_servers`.
#[derive(Clone)]
pub(crate) struct Credential {
    pub(crate) username: String,
    pub(crate) password: String,
}

/// One address of a relay's, while one has it.
pub(crate) struct Allocation {
    credential: Credential,
    challenge: Option<Challenge>,
    is_stream: bool,
    relayed: Option<SocketAddr>,
    refresh_at: Option<Instant>,
    peers: BTreeMap<SocketAddr, Channel>,
    asked: Vec<Asked>,
    out: VecDeque<Vec<u8>>,
}

/// What the relay wants a request to be proven by.
struct Challenge {
    realm: Vec<u8>,
    nonce: Vec<u8>,
    key: Vec<u8>,
}

struct Channel {
    number: u16,
    state: Bound,
    /// What waits for the channel.
    held: Vec<Vec<u8>>,
}

#[derive(PartialEq, Eq)]
enum Bound {
    Asked,
    Until(Instant),
    /// The relay reaches no such address.
    Refused,
}

/// A request that is not answered yet.
struct Asked {
    id: TransactionId,
    what: Request,
    bytes: Vec<u8>,
    again_at: Instant,
    times: u32,
    has_challenged: bool,
}

#[derive(Clone, Copy)]
enum Request {
    Allocate,
    Refresh { lifetime: u32 },
    Bind(SocketAddr),
}

/// What came from the relay.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Came<'a> {
    Nothing,
    /// The relayed address.
    Allocated(SocketAddr),
    Refused(u16),
    Data(SocketAddr, &'a [u8]),
}

/// The relay has not answered.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Silent;

impl Allocation {
    /// Asks for it. `is_stream`: over TCP or TLS, where nothing is lost and channels are padded.
    pub(crate) fn ask(credential: Credential, is_stream: bool, now: Instant) -> Self {
        let mut allocation = Self {
            credential,
            challenge: None,
            is_stream,
            relayed: None,
            refresh_at: None,
            peers: BTreeMap::new(),
            asked: Vec::new(),
            out: VecDeque::new(),
        };
        allocation.request(Request::Allocate, now, false);
        allocation
    }

    /// Gives it back.
    pub(crate) fn release(&mut self, now: Instant) {
        self.request(Request::Refresh { lifetime: 0 }, now, false);
    }

    /// To `peer`, from the relayed address. Waits while the relay opens the way.
    pub(crate) fn send(&mut self, peer: SocketAddr, data: &[u8], now: Instant) {
        if !self.peers.contains_key(&peer) {
            let Some(number) = self.free_channel() else { return };
            let channel = Channel {
                number,
                state: Bound::Asked,
                held: Vec::new(),
            };
            self.peers.insert(peer, channel);
            self.request(Request::Bind(peer), now, false);
        }
        let is_stream = self.is_stream;
        let channel = self.peers.get_mut(&peer).expect("it was there or is now");
        match channel.state {
            Bound::Until(_) => self.out.push_back(channel_data(channel.number, data, is_stream)),
            Bound::Asked if channel.held.len() < MOST_HELD => channel.held.push(data.to_vec()),
            Bound::Asked | Bound::Refused => {}
        }
    }

    /// A datagram, or a whole message of a stream.
    pub(crate) fn receive<'a>(&mut self, bytes: &'a [u8], now: Instant) -> Came<'a> {
        if bytes.first().is_some_and(|first| first & 0b1100_0000 == 0b0100_0000) {
            return self.channel_data(bytes);
        }
        let Ok(message) = Message::parse(bytes) else {
            return Came::Nothing;
        };
        match message.class() {
            Class::Success | Class::Error => self.answered(message, now),
            Class::Indication if message.method() == Method::DATA => data(message),
            Class::Indication | Class::Request => Came::Nothing,
        }
    }

    pub(crate) fn poll_transmit(&mut self) -> Option<Vec<u8>> {
        self.out.pop_front()
    }

    pub(crate) fn poll_timeout(&self) -> Option<Instant> {
        let again = self.asked.iter().map(|asked| asked.again_at);
        let rebind = self.peers.values().filter_map(|channel| match channel.state {
            Bound::Until(until) => Some(until),
            Bound::Asked | Bound::Refused => None,
        });
        again.chain(rebind).chain(self.refresh_at).min()
    }

    /// # Errors
    /// [`Silent`] when the relay does not answer any more.
    pub(crate) fn handle_timeout(&mut self, now: Instant) -> Result<(), Silent> {
        for asked in &mut self.asked {
            if asked.again_at > now {
                continue;
            }
            asked.times += 1;
            if asked.times > MOST_TIMES {
                return Err(Silent);
            }
            asked.again_at = now + FIRST_WAIT * 2_u32.pow(asked.times);
            // A stream loses nothing by itself; there it is only waited for.
            if !self.is_stream {
                self.out.push_back(asked.bytes.clone());
            }
        }
        if self.refresh_at.is_some_and(|at| at <= now) {
            self.refresh_at = None;
            self.request(Request::Refresh { lifetime: LIFETIME }, now, false);
        }
        let due: Vec<SocketAddr> = self
            .peers
            .iter()
            .filter_map(|(peer, channel)| matches!(channel.state, Bound::Until(until) if until <= now).then_some(*peer))
            .collect();
        for peer in due {
            self.request(Request::Bind(peer), now, false);
            // Bound for another while: it is used on.
            self.peers.get_mut(&peer).expect("it is due").state = Bound::Until(now + REBIND);
        }
        Ok(())
    }

    fn answered<'a>(&mut self, message: Message<'a>, now: Instant) -> Came<'a> {
        let id = message.transaction_id();
        let Some(at) = self.asked.iter().position(|asked| asked.id == id) else {
            return Came::Nothing;
        };
        let asked = self.asked.swap_remove(at);
        match message.attribute(A::ERROR_CODE) {
            None if message.class() == Class::Success => self.done(asked.what, message, now),
            code => self.refused(
                &asked,
                code.and_then(|code| code.error_code()).unwrap_or(0),
                message,
                now,
            ),
        }
    }

    fn done<'a>(&mut self, what: Request, message: Message<'a>, now: Instant) -> Came<'a> {
        match what {
            Request::Allocate => {
                let relayed = message.attribute(A::XOR_RELAYED_ADDRESS);
                let Some(relayed) = relayed.and_then(|relayed| relayed.xor_address(message.transaction_id())) else {
                    return Came::Refused(0);
                };
                self.relayed = Some(relayed);
                self.refresh_at = Some(now + lifetime(message) / 2);
                Came::Allocated(relayed)
            }
            Request::Refresh { lifetime: 0 } => Came::Nothing,
            Request::Refresh { .. } => {
                self.refresh_at = Some(now + lifetime(message) / 2);
                Came::Nothing
            }
            Request::Bind(peer) => {
                let is_stream = self.is_stream;
                if let Some(channel) = self.peers.get_mut(&peer) {
                    channel.state = Bound::Until(now + REBIND);
                    let held = std::mem::take(&mut channel.held);
                    self.out
                        .extend(held.iter().map(|data| channel_data(channel.number, data, is_stream)));
                }
                Came::Nothing
            }
        }
    }

    fn refused<'a>(&mut self, asked: &Asked, code: u16, message: Message<'a>, now: Instant) -> Came<'a> {
        let is_first = code == UNAUTHENTICATED && self.challenge.is_none();
        if (is_first || code == STALE_NONCE) && !asked.has_challenged {
            let value = |kind| message.attribute(kind).map(|attribute| attribute.value.to_vec());
            let realm = value(A::REALM).or_else(|| self.challenge.as_ref().map(|challenge| challenge.realm.clone()));
            let (Some(realm), Some(nonce)) = (realm, value(A::NONCE)) else {
                return Came::Refused(code);
            };
            let key = self.credential.key(&realm);
            self.challenge = Some(Challenge { realm, nonce, key });
            self.request(asked.what, now, code == STALE_NONCE);
            return Came::Nothing;
        }
        if let Request::Bind(peer) = asked.what {
            if let Some(channel) = self.peers.get_mut(&peer) {
                channel.state = Bound::Refused;
                channel.held.clear();
            }
            return Came::Nothing;
        }
        Came::Refused(code)
    }

    fn channel_data<'a>(&self, bytes: &'a [u8]) -> Came<'a> {
        let Some((head, data)) = bytes.split_first_chunk::<CHANNEL_HEADER>() else {
            return Came::Nothing;
        };
        let number = u16::from_be_bytes([head[0], head[1]]);
        let length = usize::from(u16::from_be_bytes([head[2], head[3]]));
        let peer = self.peers.iter().find(|(_, channel)| channel.number == number);
        match (peer, data.get(..length)) {
            (Some((peer, _)), Some(data)) => Came::Data(*peer, data),
            _ => Came::Nothing,
        }
    }

    fn request(&mut self, what: Request, now: Instant, has_challenged: bool) {
        let id = draw();
        let bytes = self.message(what, id);
        self.out.push_back(bytes.clone());
        self.asked.push(Asked {
            id,
            what,
            bytes,
            again_at: now + FIRST_WAIT,
            times: 0,
            has_challenged,
        });
    }

    fn message(&self, what: Request, id: TransactionId) -> Vec<u8> {
        let mut bytes = [0; LONGEST_REQUEST];
        let begin = |bytes, method| Builder::new(bytes, method, Class::Request, id);
        let mut builder = match what {
            Request::Allocate => begin(&mut bytes, Method::ALLOCATE).attribute(A::REQUESTED_TRANSPORT, &[UDP, 0, 0, 0]),
            Request::Refresh { lifetime } => {
                begin(&mut bytes, Method::REFRESH).attribute(A::LIFETIME, &lifetime.to_be_bytes())
            }
            Request::Bind(peer) => {
                let number = self.peers.get(&peer).map_or(FIRST_CHANNEL, |channel| channel.number);
                let [high, low] = number.to_be_bytes();
                begin(&mut bytes, Method::CHANNEL_BIND)
                    .attribute(A::CHANNEL_NUMBER, &[high, low, 0, 0])
                    .xor_address(A::XOR_PEER_ADDRESS, peer)
            }
        };
        if let Some(Challenge { realm, nonce, key }) = &self.challenge {
            builder = builder
                .attribute(A::USERNAME, self.credential.username.as_bytes())
                .attribute(A::REALM, realm)
                .attribute(A::NONCE, nonce)
                .integrity_sha1(key);
        }
        let length = builder.fingerprint().finish();
        bytes[..length].to_vec()
    }

    fn free_channel(&self) -> Option<u16> {
        let used = u16::try_from(self.peers.len()).unwrap_or(MOST_PEERS);
        (used < MOST_PEERS).then_some(FIRST_CHANNEL + used)
    }
}

impl Credential {
    /// RFC 8489 section 9.2.2: what a server that is asked without PASSWORD-ALGORITHM takes.
    fn key(&self, realm: &[u8]) -> Vec<u8> {
        let parts = [self.username.as_bytes(), realm, self.password.as_bytes()];
        Md5::digest(parts.join(&b':')).to_vec()
    }

    /// Whether a request by it would fit, with any realm and nonce that RFC 8489 allows to a relay of ours.
    pub(crate) fn is_usable(&self) -> bool {
        self.username.len() <= LONGEST_NAME
    }
}

fn data(message: Message<'_>) -> Came<'_> {
    let peer = message.attribute(A::XOR_PEER_ADDRESS);
    let peer = peer.and_then(|peer| peer.xor_address(message.transaction_id()));
    match (peer, message.attribute(A::DATA)) {
        (Some(peer), Some(data)) => Came::Data(peer, data.value),
        _ => Came::Nothing,
    }
}

fn lifetime(message: Message<'_>) -> Duration {
    let value = message.attribute(A::LIFETIME);
    let seconds = value
        .and_then(|value| value.value.try_into().ok())
        .map_or(LIFETIME, u32::from_be_bytes);
    Duration::from_secs(u64::from(seconds.clamp(SHORTEST, LIFETIME)))
}

fn channel_data(number: u16, data: &[u8], is_stream: bool) -> Vec<u8> {
    let length = u16::try_from(data.len()).expect("a datagram has at most 64 KiB");
    let mut bytes = [&number.to_be_bytes()[..], &length.to_be_bytes(), data].concat();
    if is_stream {
        bytes.resize(bytes.len().next_multiple_of(4), 0);
    }
    bytes
}

const UDP: u8 = 17;
const UNAUTHENTICATED: u16 = 401;
const STALE_NONCE: u16 = 438;
/// Seconds: what relays give where nothing else is wished for (RFC 8656 section 3.2).
const LIFETIME: u32 = 600;
const SHORTEST: u32 = 30;
/// A channel's permission lasts five minutes (RFC 8656 section 9).
const REBIND: Duration = Duration::from_secs(240);
const FIRST_CHANNEL: u16 = 0x4000;
const MOST_PEERS: u16 = 64;
const MOST_HELD: usize = 8;
const CHANNEL_HEADER: usize = 4;
const FIRST_WAIT: Duration = Duration::from_millis(500);
const MOST_TIMES: u32 = 4;
const LONGEST_NAME: usize = 256;
/// Bytes: a name, a realm and a nonce of 763 bytes at most (RFC 8489 section 14), and the rest.
const LONGEST_REQUEST: usize = 2_048;
