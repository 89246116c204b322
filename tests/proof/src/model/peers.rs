//! Permissions and channels: RFC 8656 sections 10 and 12.

use std::{
    collections::BTreeSet,
    net::{IpAddr, SocketAddr},
    time::Duration,
};

use super::{Allocation, Channel, Client, Expected, Impossible, Model, REST, Value, error, family};

impl Model {
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
}

impl Allocation {
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

const PERMISSION: Duration = Duration::from_secs(300);
const CHANNEL: Duration = Duration::from_secs(600);
/// Ours: so many permissions, and so many channels, has an allocation at the most.
const MOST: usize = 64;
