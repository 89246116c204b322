//! What one client has been given: relayed addresses, and the peers it may reach through them. What a datagram is looked up by is sorted.

use std::{
    net::{IpAddr, SocketAddr},
    time::Duration,
};

use super::{FiveTuple, RelayId};
use crate::message::TransactionId;

/// One client's. At most [`FAMILIES`] relayed addresses, one of each family.
pub(crate) struct Allocation {
    pub(crate) client: FiveTuple,
    pub(crate) user: Box<[u8]>,
    pub(crate) relays: [Option<RelayId>; FAMILIES],
    /// Of the Allocate request that made it: the same request again gets the same answer.
    pub(crate) transaction_id: TransactionId,
    /// RESERVATION-TOKEN that was given with it.
    pub(crate) token: Option<Token>,
    /// Why there is no address of the other family though both were asked for.
    pub(crate) lacking: Option<u16>,
    /// Bytes, both ways together.
    pub(crate) passed: u64,
    /// By peer.
    permissions: Vec<Permission>,
    /// By number.
    channels: Vec<Channel>,
    /// Which channel a peer has, by peer.
    numbers: Vec<(SocketAddr, u16)>,
    bucket: Bucket,
}

#[derive(Clone, Copy)]
struct Permission {
    peer: IpAddr,
    until: Duration,
}

#[derive(Clone, Copy)]
struct Channel {
    number: u16,
    peer: SocketAddr,
    until: Duration,
}

/// It can't be bound so: the number belongs to another peer, or the peer has another number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum NotBound {
    Taken,
    Full,
}

impl Allocation {
    pub(crate) fn new(client: FiveTuple, user: &[u8], transaction_id: TransactionId) -> Self {
        Self {
            client,
            user: user.into(),
            relays: [None; FAMILIES],
            transaction_id,
            token: None,
            lacking: None,
            passed: 0,
            permissions: Vec::new(),
            channels: Vec::new(),
            numbers: Vec::new(),
            bucket: Bucket::default(),
        }
    }

    /// The relay of the peer's family.
    pub(crate) fn towards(&self, peer: IpAddr) -> Option<RelayId> {
        self.relays[family_of(peer)]
    }

    /// Its relay of this family is gone, and with it what led through it (RFC 8656 section 8.1).
    pub(crate) fn lose(&mut self, family: usize) {
        self.relays[family] = None;
        self.permissions
            .retain(|permission| family_of(permission.peer) != family);
        self.keep_channels(|channel| family_of(channel.peer.ip()) != family);
    }

    pub(crate) fn is_permitted(&self, peer: IpAddr, now: Duration) -> bool {
        self.permission(peer).is_ok_and(|at| now < self.permissions[at].until)
    }

    /// Where it is, or would be.
    fn permission(&self, peer: IpAddr) -> Result<usize, usize> {
        self.permissions
            .binary_search_by_key(&peer, |permission| permission.peer)
    }

    /// Whether there is room for so many permissions, some of which may be there already.
    pub(crate) fn has_room_for(&self, peers: impl Iterator<Item = IpAddr>, now: Duration) -> bool {
        let live = self
            .permissions
            .iter()
            .filter(|permission| now < permission.until)
            .count();
        let new = peers.filter(|&peer| !self.is_permitted(peer, now)).count();
        live + new <= MOST_PERMISSIONS
    }

    pub(crate) fn permit(&mut self, peer: IpAddr, now: Duration) {
        let until = now + PERMISSION;
        if let Ok(at) = self.permission(peer) {
            self.permissions[at].until = until;
            return;
        }
        self.permissions.retain(|permission| now < permission.until);
        let at = self.permissions.partition_point(|permission| permission.peer < peer);
        self.permissions.insert(at, Permission { peer, until });
    }

    /// Who has this channel.
    pub(crate) fn peer(&self, number: u16, now: Duration) -> Option<SocketAddr> {
        let channel = &self.channels[self.place(number).ok()?];
        (now < channel.until).then_some(channel.peer)
    }

    /// Which channel the peer has.
    pub(crate) fn channel(&self, peer: SocketAddr, now: Duration) -> Option<u16> {
        let (_, number) = self.numbers[self.place_of(peer).ok()?];
        self.peer(number, now).map(|_| number)
    }

    fn place(&self, number: u16) -> Result<usize, usize> {
        self.channels.binary_search_by_key(&number, |channel| channel.number)
    }

    fn place_of(&self, peer: SocketAddr) -> Result<usize, usize> {
        self.numbers.binary_search_by_key(&peer, |(peer, _)| *peer)
    }

    /// A channel that has expired stays its peer's for a while: what is still on the way must not come to another (RFC 8656 section 12).
    pub(crate) fn bind(&mut self, number: u16, peer: SocketAddr, now: Duration) -> Result<(), NotBound> {
        self.keep_channels(|channel| now < channel.until + REST);
        let until = now + CHANNEL;
        match (self.place(number), self.place_of(peer)) {
            (Ok(at), Ok(_)) if self.channels[at].peer == peer => self.channels[at].until = until,
            (Err(_), Err(_)) if self.channels.len() == MOST_CHANNELS => return Err(NotBound::Full),
            (Err(at), Err(at_peer)) => {
                self.channels.insert(at, Channel { number, peer, until });
                self.numbers.insert(at_peer, (peer, number));
            }
            _ => return Err(NotBound::Taken),
        }
        Ok(())
    }

    fn keep_channels(&mut self, is_kept: impl Fn(&Channel) -> bool) {
        self.channels.retain(is_kept);
        let channels = &self.channels;
        self.numbers
            .retain(|(_, number)| channels.binary_search_by_key(number, |channel| channel.number).is_ok());
    }

    /// Whether so many bytes may pass now; then they do.
    pub(crate) fn may_pass(&mut self, bytes: usize, per_second: u32, now: Duration) -> bool {
        let may = self.bucket.take(bytes, per_second, now);
        if may {
            self.passed += bytes as u64;
        }
        may
    }
}

/// So many bytes a second, and what one second brings at once.
#[derive(Default)]
struct Bucket {
    spent: u32,
    at: Duration,
}

impl Bucket {
    fn take(&mut self, bytes: usize, per_second: u32, now: Duration) -> bool {
        let passed = now.saturating_sub(self.at).as_micros().min(1_000_000);
        let regained = u64::from(per_second) * passed as u64 / 1_000_000;
        // What is too little to be regained yet is not lost.
        if regained > 0 {
            self.spent = self.spent.saturating_sub(u32::try_from(regained).unwrap_or(u32::MAX));
            self.at = now;
        }
        let spent = self.spent.saturating_add(u32::try_from(bytes).unwrap_or(u32::MAX));
        if spent > per_second {
            return false;
        }
        self.spent = spent;
        true
    }
}

pub(crate) fn family_of(address: IpAddr) -> usize {
    usize::from(address.is_ipv6())
}

/// RESERVATION-TOKEN.
pub type Token = [u8; 8];

pub(crate) const FAMILIES: usize = 2;
const PERMISSION: Duration = Duration::from_secs(300);
const CHANNEL: Duration = Duration::from_secs(600);
const REST: Duration = Duration::from_secs(300);
/// A visit has at most three others, each with a handful of candidates.
const MOST_PERMISSIONS: usize = 64;
const MOST_CHANNELS: usize = 64;
