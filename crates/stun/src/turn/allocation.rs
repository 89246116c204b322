//! What one client has been given: relayed addresses, and the peers it may reach through them.

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
    pub(crate) until: Duration,
    /// Of the Allocate request that made it: the same request again gets the same answer.
    pub(crate) transaction_id: TransactionId,
    /// RESERVATION-TOKEN that was given with it.
    pub(crate) token: Option<Token>,
    /// Why there is no address of the other family though both were asked for.
    pub(crate) lacking: Option<u16>,
    /// Bytes, both ways together.
    pub(crate) passed: u64,
    permissions: Vec<Permission>,
    channels: Vec<Channel>,
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
    pub(crate) fn new(client: FiveTuple, user: &[u8], transaction_id: TransactionId, until: Duration) -> Self {
        Self {
            client,
            user: user.into(),
            relays: [None; FAMILIES],
            until,
            transaction_id,
            token: None,
            lacking: None,
            passed: 0,
            permissions: Vec::new(),
            channels: Vec::new(),
            bucket: Bucket::default(),
        }
    }

    /// The relay of the peer's family.
    pub(crate) fn towards(&self, peer: IpAddr) -> Option<RelayId> {
        self.relays[family_of(peer)]
    }

    pub(crate) fn is_permitted(&self, peer: IpAddr, now: Duration) -> bool {
        self.permissions
            .iter()
            .any(|permission| permission.peer == peer && now < permission.until)
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
        match self.permissions.iter_mut().find(|permission| permission.peer == peer) {
            Some(permission) => permission.until = until,
            None => {
                self.permissions.retain(|permission| now < permission.until);
                self.permissions.push(Permission { peer, until });
            }
        }
    }

    /// Who has this channel.
    pub(crate) fn peer(&self, number: u16, now: Duration) -> Option<SocketAddr> {
        self.channels
            .iter()
            .find(|channel| channel.number == number && now < channel.until)
            .map(|channel| channel.peer)
    }

    /// Which channel the peer has.
    pub(crate) fn channel(&self, peer: SocketAddr, now: Duration) -> Option<u16> {
        self.channels
            .iter()
            .find(|channel| channel.peer == peer && now < channel.until)
            .map(|channel| channel.number)
    }

    /// A channel that has expired stays its peer's for a while: what is still on the way must not come to another (RFC 8656 section 12).
    pub(crate) fn bind(&mut self, number: u16, peer: SocketAddr, now: Duration) -> Result<(), NotBound> {
        self.channels.retain(|channel| now < channel.until + REST);
        let until = now + CHANNEL;
        if let Some(channel) = self
            .channels
            .iter_mut()
            .find(|channel| channel.number == number || channel.peer == peer)
        {
            if channel.number != number || channel.peer != peer {
                return Err(NotBound::Taken);
            }
            channel.until = until;
            return Ok(());
        }
        if self.channels.len() == MOST_CHANNELS {
            return Err(NotBound::Full);
        }
        self.channels.push(Channel { number, peer, until });
        Ok(())
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
