//! A relay that is too simple to be wrong: lists, walked from end to end, and the rules of RFC 8656 one after the other. It knows no bytes, no sockets and no proofs, and
//! where the RFC leaves a choice (a port, a token) it learns what the real one chose and holds it to the rules.

mod allocate;
mod data;
mod peers;

use std::{
    collections::{BTreeMap, BTreeSet},
    net::{IpAddr, SocketAddr},
    ops::RangeInclusive,
    time::Duration,
};

use stun::turn::{Limits, Token};

/// A client is the number of its five-tuple.
pub type Client = usize;

/// What is asked for, as far as it was well written; `Err` is an attribute that can't be.
pub type Value<T> = Option<Result<T, Impossible>>;

/// Of a length, or with an address of a family, that it can't have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Impossible;

/// Who sends an Allocate request, and which.
#[derive(Debug, Clone, Copy)]
pub struct Asker<'a> {
    pub client: Client,
    pub user: &'a str,
    /// What is counted together.
    pub network: IpAddr,
    pub id: [u8; 12],
}

/// An Allocate request.
#[derive(Debug, Clone, Default)]
pub struct Wish {
    /// REQUESTED-TRANSPORT's protocol number.
    pub transport: Value<u8>,
    /// Seconds.
    pub lifetime: Value<u32>,
    /// 1 is IPv4, 2 is IPv6.
    pub family: Value<u8>,
    pub additional: Value<u8>,
    /// EVEN-PORT, and whether the next port is to be kept.
    pub even: Value<bool>,
    pub token: Value<Token>,
}

/// What may be answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Expected {
    /// An error, with one of these codes where several rules are broken and the RFC doesn't say which is looked at first.
    Error(BTreeSet<u16>),
    Done,
    Lifetime(u32),
    /// A new allocation with a relayed address of each of these families, and ADDRESS-ERROR-CODE for another one.
    Allocated(Grant),
    /// The allocation that is there, once more.
    Again,
}

/// What a new allocation has to have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Grant {
    pub families: BTreeSet<u8>,
    pub lacking: Option<(u8, u16)>,
    pub is_even: bool,
    pub has_token: bool,
    pub reserved: Option<SocketAddr>,
    pub lifetime: u32,
}

#[derive(Debug, Clone)]
pub struct Allocation {
    pub user: String,
    pub network: IpAddr,
    pub id: [u8; 12],
    /// By family.
    pub relayed: BTreeMap<u8, Relayed>,
    pub lacking: Option<(u8, u16)>,
    pub token: Option<Token>,
    pub permissions: BTreeMap<IpAddr, Duration>,
    pub channels: Vec<Channel>,
}

#[derive(Debug, Clone, Copy)]
pub struct Relayed {
    pub address: SocketAddr,
    pub until: Duration,
}

#[derive(Debug, Clone, Copy)]
pub struct Channel {
    pub number: u16,
    pub peer: SocketAddr,
    pub until: Duration,
}

/// Where data goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Path {
    Nowhere,
    Peer {
        from: SocketAddr,
        to: SocketAddr,
    },
    /// Another client of this server, whom another worker serves.
    Neighbour {
        from: SocketAddr,
        to: SocketAddr,
    },
    /// In ChannelData where there is a channel, otherwise in a Data indication.
    Client {
        client: Client,
        peer: SocketAddr,
        channel: Option<u16>,
    },
}

#[derive(Debug, Clone)]
pub struct Model {
    pub now: Duration,
    pub allocations: BTreeMap<Client, Allocation>,
    pub reserved: BTreeMap<Token, (SocketAddr, Duration)>,
    /// The relay's addresses by family, and what the world knows instead of those that its machine has.
    pub own: BTreeMap<u8, IpAddr>,
    pub outer: BTreeMap<IpAddr, IpAddr>,
    pub ports: RangeInclusive<u16>,
    /// Ports that can't be had.
    pub taken: BTreeSet<u16>,
    pub elsewhere: BTreeSet<u16>,
    pub limits: Limits,
}

impl Model {
    // --- Time ---

    pub fn pass(&mut self, time: Duration) {
        self.now += time;
        let now = self.now;
        for allocation in self.allocations.values_mut() {
            allocation.keep(|relayed| now < relayed.until);
        }
        self.allocations.retain(|_, it| !it.relayed.is_empty());
        self.reserved.retain(|_, (_, until)| now < *until);
    }

    /// When whatever there is ends, and channels' rests after them.
    #[must_use]
    pub fn ends(&self) -> Vec<Duration> {
        let of = |it: &Allocation| {
            let channels = it.channels.iter().flat_map(|it| [it.until, it.until + REST]);
            let relayed = it.relayed.values().map(|it| it.until);
            let all = it.permissions.values().copied().chain(channels).chain(relayed);
            all.collect::<Vec<_>>()
        };
        let reserved = self.reserved.values().map(|(_, until)| *until);
        let all: BTreeSet<_> = self.allocations.values().flat_map(of).chain(reserved).collect();
        all.into_iter().filter(|end| *end > self.now).collect()
    }

    /// When the next thing ends that somebody would notice at the sockets.
    #[must_use]
    pub fn next_end(&self) -> Option<Duration> {
        let relayed = self.allocations.values().flat_map(|it| it.relayed.values());
        let relayed = relayed.map(|it| it.until);
        relayed.chain(self.reserved.values().map(|(_, until)| *until)).min()
    }

    // --- What is there ---

    #[must_use]
    pub fn relayed(&self) -> BTreeSet<SocketAddr> {
        self.allocations
            .values()
            .flat_map(|it| it.relayed.values().map(|it| it.address))
            .collect()
    }

    fn own_allocation(&mut self, client: Client, user: &str) -> Result<&mut Allocation, u16> {
        let allocation = self.allocations.get_mut(&client).ok_or(437_u16)?;
        if allocation.user == user {
            Ok(allocation)
        } else {
            Err(441)
        }
    }
}

impl Allocation {
    /// Who loses a relayed address loses what led through it.
    fn keep(&mut self, is_kept: impl Fn(&Relayed) -> bool) {
        self.relayed.retain(|_, relayed| is_kept(relayed));
        let relayed = &self.relayed;
        self.permissions.retain(|peer, _| relayed.contains_key(&family(*peer)));
        self.channels.retain(|it| relayed.contains_key(&family(it.peer.ip())));
    }

    fn permits(&self, peer: IpAddr, now: Duration) -> bool {
        self.permissions.get(&peer).is_some_and(|&until| now < until)
    }
}

fn error(code: u16) -> Expected {
    Expected::Error([code].into())
}

#[must_use]
pub fn family(ip: IpAddr) -> u8 {
    if ip.is_ipv4() { 1 } else { 2 }
}

/// Five minutes after its end a channel is still its peer's.
const REST: Duration = Duration::from_secs(300);
