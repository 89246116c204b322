//! A relay that is too simple to be wrong: lists, walked from end to end, and the rules of RFC 8656 one after the other. It knows no bytes, no sockets and no proofs, and
//! where the RFC leaves a choice (a port, a token) it learns what the real one chose and holds it to the rules.

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

    // --- Requests (after the credential has been found right) ---

    /// RFC 8656 section 7.2, in its order.
    #[must_use]
    pub fn allocate(&self, asker: Asker<'_>, wish: &Wish) -> Expected {
        if let Some(there) = self.allocations.get(&asker.client) {
            return if there.id == asker.id && there.user == asker.user {
                Expected::Again
            } else {
                error(437)
            };
        }
        let mut codes = BTreeSet::new();
        // "At any point".
        codes.extend(self.exhausted(asker));
        if matches!(wish.lifetime, Some(Err(_))) {
            codes.insert(400);
        }
        let outcome = self.look_at(wish);
        codes.extend(outcome.as_ref().err());
        match outcome {
            Ok(grant) if codes.is_empty() => Expected::Allocated(grant),
            _ => Expected::Error(codes),
        }
    }

    fn look_at(&self, wish: &Wish) -> Result<Grant, u16> {
        match wish.transport {
            None | Some(Err(_)) => return Err(400),
            Some(Ok(17)) => {}
            Some(Ok(_)) => return Err(442),
        }
        let lifetime = lifetime(wish.lifetime);
        let grant = |families: &[u8]| Grant {
            families: families.iter().copied().collect(),
            lacking: None,
            is_even: matches!(wish.even, Some(Ok(_))),
            has_token: false,
            reserved: None,
            lifetime,
        };
        if matches!(wish.even, Some(Err(_))) {
            return Err(400);
        }
        if let Some(token) = wish.token {
            if wish.even.is_some() || wish.family.is_some() || wish.additional.is_some() {
                return Err(400);
            }
            let (address, _) = self.reserved.get(&token.map_err(|_| 400_u16)?).ok_or(508_u16)?;
            return Ok(Grant {
                reserved: Some(*address),
                ..grant(&[family(address.ip())])
            });
        }
        if wish.family.is_some() && wish.additional.is_some() {
            return Err(400);
        }
        let pair = matches!(wish.even, Some(Ok(true)));
        if let Some(additional) = wish.additional {
            if pair || additional != Ok(2) {
                return Err(400);
            }
            return match (
                self.has_room(1, grant(&[]).is_even, false),
                self.has_room(2, grant(&[]).is_even, false),
            ) {
                (Ok(()), Ok(())) => Ok(grant(&[1, 2])),
                (Ok(()), Err(code)) => Ok(Grant {
                    lacking: Some((2, code)),
                    ..grant(&[1])
                }),
                (Err(code), Ok(())) => Ok(Grant {
                    lacking: Some((1, code)),
                    ..grant(&[2])
                }),
                (Err(_), Err(_)) => Err(508),
            };
        }
        let wanted = match wish.family {
            None => 1,
            Some(Ok(number @ (1 | 2))) => number,
            Some(Ok(_)) => return Err(440),
            Some(Err(_)) => return Err(400),
        };
        self.has_room(wanted, grant(&[]).is_even, pair)?;
        Ok(Grant {
            has_token: pair,
            ..grant(&[wanted])
        })
    }

    /// What the real one has chosen.
    ///
    /// # Panics
    /// When that is not what was promised.
    pub fn granted(&mut self, asker: Asker<'_>, grant: &Grant, relayed: &[SocketAddr], token: Option<Token>) {
        let families: BTreeSet<u8> = relayed.iter().map(|it| family(it.ip())).collect();
        assert_eq!(
            (&families, relayed.len()),
            (&grant.families, families.len()),
            "the families asked for, each once"
        );
        for &address in relayed {
            assert_eq!(self.own[&family(address.ip())], address.ip(), "an address of the relay");
            match grant.reserved {
                Some(reserved) => assert_eq!(address, reserved, "the address that was kept"),
                None => assert!(self.is_free(address), "{address} was free"),
            }
            assert!(!grant.is_even || address.port().is_multiple_of(2), "an even port");
        }
        if grant.reserved.is_some() {
            self.reserved.retain(|_, (address, _)| Some(*address) != grant.reserved);
        }
        assert_eq!(
            token.is_some(),
            grant.has_token,
            "a token where the next port is to be kept"
        );
        if let Some(token) = token {
            let next = SocketAddr::new(relayed[0].ip(), relayed[0].port() + 1);
            assert!(self.is_free(next), "{next} was free");
            assert!(
                self.reserved.insert(token, (next, self.now + RESERVED)).is_none(),
                "a new token"
            );
        }
        let until = self.now + Duration::from_secs(grant.lifetime.into());
        let allocation = Allocation {
            user: asker.user.to_owned(),
            network: asker.network,
            id: asker.id,
            relayed: relayed
                .iter()
                .map(|&address| (family(address.ip()), Relayed { address, until }))
                .collect(),
            lacking: grant.lacking,
            token,
            permissions: BTreeMap::new(),
            channels: Vec::new(),
        };
        self.allocations.insert(asker.client, allocation);
    }

    /// Section 8: of a dual allocation one family, or both where none is named.
    pub fn refresh(&mut self, client: Client, user: &str, asked: Value<u32>, of: Value<u8>) -> Expected {
        let now = self.now;
        let allocation = match self.own_allocation(client, user) {
            Ok(allocation) => allocation,
            Err(code) => return error(code),
        };
        let mut codes = BTreeSet::new();
        match of {
            Some(Err(_)) => codes.extend([400]),
            Some(Ok(number)) if !(1..=2).contains(&number) => codes.extend([440]),
            Some(Ok(number)) if !allocation.relayed.contains_key(&number) => codes.extend([443]),
            _ => {}
        }
        if matches!(asked, Some(Err(_))) {
            codes.insert(400);
        }
        if !codes.is_empty() {
            return Expected::Error(codes);
        }
        let is_meant = |number: u8| of.is_none_or(|of| of == Ok(number));
        if asked == Some(Ok(0)) {
            allocation.keep(|relayed| !is_meant(family(relayed.address.ip())));
            if allocation.relayed.is_empty() {
                self.allocations.remove(&client);
            }
            return Expected::Lifetime(0);
        }
        let given = lifetime(asked);
        for (number, relayed) in &mut allocation.relayed {
            if is_meant(*number) {
                relayed.until = now + Duration::from_secs(given.into());
            }
        }
        Expected::Lifetime(given)
    }

    /// Section 10.2: all or none.
    pub fn permit(
        &mut self,
        client: Client,
        user: &str,
        peers: &[Result<SocketAddr, Impossible>],
        is_open: impl Fn(IpAddr) -> bool,
    ) -> Expected {
        let now = self.now;
        let own: BTreeSet<IpAddr> = self.own.values().copied().collect();
        let allocation = match self.own_allocation(client, user) {
            Ok(allocation) => allocation,
            Err(code) => return error(code),
        };
        let mut codes: BTreeSet<u16> = peers
            .iter()
            .filter_map(|peer| wrong_with(*peer, allocation, &own, &is_open))
            .collect();
        if peers.is_empty() {
            codes.insert(400);
        }
        if !codes.is_empty() {
            return Expected::Error(codes);
        }
        let ips: Vec<IpAddr> = peers.iter().flatten().map(SocketAddr::ip).collect();
        if !allocation.has_room(&ips, now) {
            return error(508);
        }
        allocation
            .permissions
            .extend(ips.into_iter().map(|ip| (ip, now + PERMISSION)));
        Expected::Done
    }

    /// Section 12.2.
    pub fn bind(
        &mut self,
        client: Client,
        user: &str,
        number: Value<u16>,
        peer: Value<SocketAddr>,
        is_open: impl Fn(IpAddr) -> bool,
    ) -> Expected {
        let now = self.now;
        let own: BTreeSet<IpAddr> = self.own.values().copied().collect();
        let allocation = match self.own_allocation(client, user) {
            Ok(allocation) => allocation,
            Err(code) => return error(code),
        };
        let (Some(Ok(number)), Some(Ok(peer))) = (number, peer) else {
            return error(400);
        };
        let mut codes = BTreeSet::new();
        codes.extend(wrong_with(Ok(peer), allocation, &own, &is_open));
        if !(0x4000..=0x4fff).contains(&number) {
            codes.insert(400);
        }
        // Five minutes after its end a channel is still its peer's.
        allocation.channels.retain(|channel| now < channel.until + REST);
        let is_others = |it: &Channel| (it.number == number) != (it.peer == peer);
        if allocation.channels.iter().any(is_others) {
            codes.insert(400);
        }
        let is_new = !allocation.channels.iter().any(|it| it.number == number);
        if !allocation.has_room(&[peer.ip()], now) || (is_new && allocation.channels.len() >= MOST) {
            codes.insert(508);
        }
        if !codes.is_empty() {
            return Expected::Error(codes);
        }
        allocation.channels.retain(|it| it.number != number);
        allocation.channels.push(Channel {
            number,
            peer,
            until: now + CHANNEL,
        });
        allocation.permissions.insert(peer.ip(), now + PERMISSION);
        Expected::Done
    }

    // --- Data ---

    /// What a Send indication leads to (section 11.2).
    #[must_use]
    pub fn send(&self, client: Client, peer: SocketAddr) -> Path {
        let Some(allocation) = self.allocations.get(&client) else {
            return Path::Nowhere;
        };
        let Some(&Relayed { address: from, .. }) = allocation.relayed.get(&family(peer.ip())) else {
            return Path::Nowhere;
        };
        if !allocation.permits(peer.ip(), self.now) {
            return Path::Nowhere;
        }
        if !self.own.values().any(|&own| own == peer.ip()) {
            return Path::Peer { from, to: peer };
        }
        // Within the relay.
        if self.relayed().contains(&peer) {
            return self.come(peer, from);
        }
        if self.elsewhere.contains(&peer.port()) {
            return Path::Neighbour { from, to: peer };
        }
        Path::Nowhere
    }

    /// What ChannelData leads to (section 12.6).
    #[must_use]
    pub fn say(&self, client: Client, number: u16) -> Path {
        let channels = self.allocations.get(&client).map_or(&[][..], |it| &it.channels);
        let bound = channels.iter().find(|it| it.number == number && self.now < it.until);
        bound.map_or(Path::Nowhere, |channel| self.send(client, channel.peer))
    }

    /// What a datagram from a peer leads to (section 11.3).
    #[must_use]
    pub fn come(&self, relayed: SocketAddr, peer: SocketAddr) -> Path {
        let known = self.outer.get(&peer.ip()).copied().unwrap_or(peer.ip());
        let peer = SocketAddr::new(known, peer.port());
        let found = self
            .allocations
            .iter()
            .find(|(_, it)| it.relayed.values().any(|it| it.address == relayed));
        let Some((&client, allocation)) = found else {
            return Path::Nowhere;
        };
        if !allocation.permits(peer.ip(), self.now) {
            return Path::Nowhere;
        }
        let bound = allocation
            .channels
            .iter()
            .find(|it| it.peer == peer && self.now < it.until);
        Path::Client {
            client,
            peer,
            channel: bound.map(|it| it.number),
        }
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

    fn exhausted(&self, asker: Asker<'_>) -> Option<u16> {
        let all = || self.allocations.values();
        let count = |count: usize| u32::try_from(count).expect("tests allocate little");
        if count(all().count()) >= self.limits.all {
            return Some(508);
        }
        let is_over = count(all().filter(|it| it.user == asker.user).count()) >= self.limits.of_user
            || count(all().filter(|it| it.network == asker.network).count()) >= self.limits.of_address;
        is_over.then_some(486)
    }

    fn has_room(&self, number: u8, is_even: bool, pair: bool) -> Result<(), u16> {
        let &ip = self.own.get(&number).ok_or(440_u16)?;
        let fits = |port: u16| {
            self.is_free(SocketAddr::new(ip, port))
                && (!is_even || port.is_multiple_of(2))
                && (!pair || self.is_free(SocketAddr::new(ip, port + 1)))
        };
        if self.ports.clone().any(fits) { Ok(()) } else { Err(508) }
    }

    fn is_free(&self, address: SocketAddr) -> bool {
        self.ports.contains(&address.port())
            && !self.taken.contains(&address.port())
            && !self.elsewhere.contains(&address.port())
            && !self.relayed().contains(&address)
            && !self.reserved.values().any(|(reserved, _)| *reserved == address)
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

    /// An address that a request names twice counts twice.
    fn has_room(&self, peers: &[IpAddr], now: Duration) -> bool {
        let live = self.permissions.values().filter(|until| now < **until).count();
        let new = peers.iter().filter(|peer| !self.permits(**peer, now)).count();
        live + new <= MOST
    }
}

fn wrong_with(
    peer: Result<SocketAddr, Impossible>,
    allocation: &Allocation,
    own: &BTreeSet<IpAddr>,
    is_open: impl Fn(IpAddr) -> bool,
) -> Option<u16> {
    let Ok(peer) = peer else { return Some(400) };
    if !allocation.relayed.contains_key(&family(peer.ip())) {
        return Some(443);
    }
    (!own.contains(&peer.ip()) && !is_open(peer.ip())).then_some(403)
}

fn error(code: u16) -> Expected {
    Expected::Error([code].into())
}

#[must_use]
pub fn family(ip: IpAddr) -> u8 {
    if ip.is_ipv4() { 1 } else { 2 }
}

fn lifetime(asked: Value<u32>) -> u32 {
    match asked {
        Some(Ok(seconds)) => seconds.clamp(600, 3_600),
        _ => 600,
    }
}

const PERMISSION: Duration = Duration::from_secs(300);
const CHANNEL: Duration = Duration::from_secs(600);
const REST: Duration = Duration::from_secs(300);
/// Ours: at least 30 s by the RFC.
const RESERVED: Duration = Duration::from_secs(30);
/// Ours: so many permissions, and so many channels, has an allocation at the most.
const MOST: usize = 64;
