//! Allocating, refreshing and freeing: RFC 8656 sections 7 and 8.

use std::{net::SocketAddr, time::Duration};

use super::{
    Allocation, End, FiveTuple, Now, Ports, Relay, RelayId, Token, Turn,
    allocation::{FAMILIES, family_of},
    auth::{Proven, tag},
    quotas::Exhausted,
    requests::{ALLOCATION_MISMATCH, FORBIDDEN, Granted, INSUFFICIENT_CAPACITY, PEER_ADDRESS_FAMILY_MISMATCH, seconds},
};
use crate::{
    answer::{self, BAD_REQUEST},
    attribute::AttributeType,
    builder::Builder,
    message::Message,
};

/// Which families of relayed addresses are asked for.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Families {
    One(usize),
    /// IPv4 and IPv6, or the one of them that can be had (ADDITIONAL-ADDRESS-FAMILY).
    Both,
}

/// What port is asked for.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Parity {
    Any,
    Even,
    /// An even one, and the next for somebody who has the token.
    EvenAndNext,
}

impl Turn {
    pub(super) fn allocate(
        &mut self,
        now: Now,
        client: FiveTuple,
        request: Message<'_>,
        proven: &Proven<'_>,
        ports: &mut impl Ports,
    ) -> Result<Granted, u16> {
        if let Some(&id) = self.by_client.get(&client) {
            // The answer was lost, and the client asks again.
            let there = &self.allocations[id as usize];
            let is_again = there.transaction_id == request.transaction_id() && *there.user == *proven.user;
            return if is_again {
                Ok(Granted::Allocation(id))
            } else {
                Err(ALLOCATION_MISMATCH)
            };
        }
        let value = |kind| request.attribute(kind).map(|attribute| attribute.value);
        match value(AttributeType::REQUESTED_TRANSPORT) {
            Some([UDP, _, _, _]) => {}
            Some([_, _, _, _]) => return Err(UNSUPPORTED_TRANSPORT),
            _ => return Err(BAD_REQUEST),
        }
        let token = value(AttributeType::RESERVATION_TOKEN);
        let (wanted, additional) = (
            value(AttributeType::REQUESTED_ADDRESS_FAMILY),
            value(AttributeType::ADDITIONAL_ADDRESS_FAMILY),
        );
        let parity = match value(AttributeType::EVEN_PORT) {
            None => Parity::Any,
            Some([bits]) if bits & 0x80 != 0 => Parity::EvenAndNext,
            Some([_]) => Parity::Even,
            Some(_) => return Err(BAD_REQUEST),
        };
        let is_contradictory = (token.is_some() && (parity != Parity::Any || wanted.is_some() || additional.is_some()))
            || (wanted.is_some() && additional.is_some())
            || (additional.is_some() && parity == Parity::EvenAndNext);
        if is_contradictory {
            return Err(BAD_REQUEST);
        }
        let families = families(wanted, additional)?;
        let lifetime = lifetime(value(AttributeType::LIFETIME))?.clamp(LIFETIME, LONGEST);
        self.quotas
            .take(proven.user, client.client.ip(), now.date)
            .map_err(|exhausted| match exhausted {
                Exhausted::Quota => ALLOCATION_QUOTA_REACHED,
                Exhausted::Capacity => INSUFFICIENT_CAPACITY,
                Exhausted::Barred => FORBIDDEN,
            })?;
        let id = self
            .allocations
            .insert(Allocation::new(client, proven.user, request.transaction_id())) as u32;
        if let Err(code) = self.equip(now, id, token, families, parity, ports) {
            self.allocations.remove(id as usize);
            self.quotas.give_back(proven.user, client.client.ip());
            return Err(code);
        }
        self.by_client.insert(client, id);
        self.by_tag.insert((tag(proven.user).into(), id));
        for relay in self.allocations[id as usize].relays.into_iter().flatten() {
            self.keep(relay, now.clock + lifetime);
        }
        self.statistics.allocated += 1;
        Ok(Granted::Allocation(id))
    }

    /// Gives the allocation its relayed addresses; where it can't, none.
    fn equip(
        &mut self,
        now: Now,
        id: u32,
        token: Option<&[u8]>,
        families: Families,
        parity: Parity,
        ports: &mut impl Ports,
    ) -> Result<(), u16> {
        if let Some(token) = token {
            let token: Token = token.try_into().map_err(|_| BAD_REQUEST)?;
            let relay = RelayId(self.relays.vacant_key() as u32);
            let inner = ports.claim(relay, token).ok_or(INSUFFICIENT_CAPACITY)?;
            let at = self.settings.relay.iter().position(|&ip| ip == inner.ip());
            let address = SocketAddr::new(self.settings.external[at.expect("it was opened there")], inner.port());
            self.relays.insert(Relay {
                address,
                allocation: id,
                until: now.clock,
            });
            self.by_address.insert(address, relay);
            self.allocations[id as usize].relays[family_of(address.ip())] = Some(relay);
            return Ok(());
        }
        let wanted: &[usize] = match &families {
            Families::One(family) => std::slice::from_ref(family),
            Families::Both => &[IPV4, IPV6],
        };
        let mut refused = Ok(());
        for &family in wanted {
            match self.open(now, id, family, parity, ports) {
                Ok(relay) => self.allocations[id as usize].relays[family] = Some(relay),
                Err(code) => refused = Err(code),
            }
        }
        let allocation = &mut self.allocations[id as usize];
        if allocation.relays.iter().flatten().next().is_some() {
            // One family without the other is better than none (RFC 8656 section 7.2): the answer says so.
            allocation.lacking = refused.err();
            return Ok(());
        }
        match families {
            Families::One(_) => refused,
            Families::Both => Err(INSUFFICIENT_CAPACITY),
        }
    }

    /// Opens a relayed address of this family at a port that nobody foresees.
    fn open(
        &mut self,
        now: Now,
        id: u32,
        family: usize,
        parity: Parity,
        ports: &mut impl Ports,
    ) -> Result<RelayId, u16> {
        let at = self
            .settings
            .relay
            .iter()
            .position(|ip| usize::from(ip.is_ipv6()) == family);
        let at = at.ok_or(ADDRESS_FAMILY_NOT_SUPPORTED)?;
        let (inner, outer) = (self.settings.relay[at], self.settings.external[at]);
        let (first, last) = (*self.settings.ports.start(), *self.settings.ports.end());
        let count = u32::from(last - first) + 1;
        let mut chance = [0; 8];
        (self.random)(&mut chance);
        let chance = u64::from_be_bytes(chance);
        let start = chance % u64::from(count);
        let stride = u64::from(coprime((chance >> 32) as u32, count));
        let mut refused = 0;
        for step in 0..count {
            let port = first + ((start + u64::from(step) * stride) % u64::from(count)) as u16;
            let is_suitable = match parity {
                Parity::Any => true,
                Parity::Even => port.is_multiple_of(2),
                Parity::EvenAndNext => {
                    port.is_multiple_of(2)
                        && port < last
                        && !self.by_address.contains_key(&SocketAddr::new(outer, port + 1))
                }
            };
            let address = SocketAddr::new(outer, port);
            if !is_suitable || self.by_address.contains_key(&address) || ports.is_elsewhere(address) {
                continue;
            }
            let relay = RelayId(self.relays.vacant_key() as u32);
            if ports.open(relay, SocketAddr::new(inner, port)) {
                self.relays.insert(Relay {
                    address,
                    allocation: id,
                    until: now.clock,
                });
                self.by_address.insert(address, relay);
                if parity != Parity::EvenAndNext || self.reserve(now, id, relay, ports) {
                    return Ok(relay);
                }
                self.close(relay, ports);
            }
            refused += 1;
            if refused == MOST_REFUSED {
                break;
            }
        }
        Err(INSUFFICIENT_CAPACITY)
    }

    /// Keeps the port after `relay`'s for who comes with a token; false where it can't be had.
    fn reserve(&mut self, now: Now, id: u32, relay: RelayId, ports: &mut impl Ports) -> bool {
        let address = self.relays[relay.0 as usize].address;
        let next = SocketAddr::new(address.ip(), address.port() + 1);
        let at = self.settings.external.iter().position(|&ip| ip == address.ip());
        let inner = SocketAddr::new(self.settings.relay[at.expect("it was opened there")], next.port());
        let mut token = Token::default();
        (self.random)(&mut token);
        if !ports.reserve(token, inner) {
            return false;
        }
        self.ends.insert((now.clock + RESERVED, End::Reservation(token)));
        self.allocations[id as usize].token = Some(token);
        true
    }

    pub(super) fn refresh(
        &mut self,
        now: Now,
        id: u32,
        request: Message<'_>,
        ports: &mut impl Ports,
    ) -> Result<Granted, u16> {
        let value = |kind| request.attribute(kind).map(|attribute| attribute.value);
        let family = value(AttributeType::REQUESTED_ADDRESS_FAMILY)
            .map(family_number)
            .transpose()?;
        let relays = self.allocations[id as usize].relays;
        if family.is_some_and(|family| relays[family].is_none()) {
            return Err(PEER_ADDRESS_FAMILY_MISMATCH);
        }
        let lifetime = lifetime(value(AttributeType::LIFETIME))?;
        // Without a family both are meant (RFC 8656 section 8.1).
        let relays = match family {
            Some(family) => [relays[family], None],
            None => relays,
        };
        let relays = relays.into_iter().flatten();
        if lifetime.is_zero() {
            relays.for_each(|relay| self.end(relay, ports));
            return Ok(Granted::Lifetime(lifetime));
        }
        let lifetime = lifetime.clamp(LIFETIME, LONGEST);
        relays.for_each(|relay| self.keep(relay, now.clock + lifetime));
        Ok(Granted::Lifetime(lifetime))
    }

    /// The answer to the Allocate request that has led to this.
    pub(super) fn describe<'a>(&self, reply: Builder<'a>, id: u32, client: FiveTuple, now: Now) -> Builder<'a> {
        let allocation = &self.allocations[id as usize];
        let (mut reply, mut until) = (reply, Duration::MAX);
        for relay in allocation.relays.iter().flatten() {
            let relay = &self.relays[relay.0 as usize];
            reply = reply.xor_address(AttributeType::XOR_RELAYED_ADDRESS, relay.address);
            until = until.min(relay.until);
        }
        reply = reply
            .attribute(AttributeType::LIFETIME, &seconds(until.saturating_sub(now.clock)))
            .xor_mapped_address(answer::plain(client.client));
        if let Some(token) = &allocation.token {
            reply = reply.attribute(AttributeType::RESERVATION_TOKEN, token);
        }
        match allocation.lacking {
            Some(code) => {
                let family = if allocation.relays[IPV4].is_none() { 1 } else { 2 };
                let value = [family, 0, (code / 100) as u8, (code % 100) as u8];
                reply.attribute(AttributeType::ADDRESS_ERROR_CODE, &value)
            }
            None => reply,
        }
    }

    /// From now on it ends then.
    fn keep(&mut self, relay: RelayId, until: Duration) {
        let there = &mut self.relays[relay.0 as usize];
        self.ends.remove(&(there.until, End::Relay(relay)));
        there.until = until;
        self.ends.insert((until, End::Relay(relay)));
    }

    /// Takes one relayed address away; an allocation that has no other is over.
    pub(super) fn end(&mut self, relay: RelayId, ports: &mut impl Ports) {
        let Relay {
            address, allocation, ..
        } = self.relays[relay.0 as usize];
        let there = &mut self.allocations[allocation as usize];
        if there.relays.iter().flatten().count() == 1 {
            self.free(allocation, ports);
        } else {
            there.lose(family_of(address.ip()));
            self.close(relay, ports);
        }
    }

    pub(super) fn free(&mut self, id: u32, ports: &mut impl Ports) {
        let allocation = self.allocations.remove(id as usize);
        self.by_client.remove(&allocation.client);
        self.by_tag.remove(&(tag(&allocation.user).into(), id));
        for relay in allocation.relays.into_iter().flatten() {
            self.close(relay, ports);
        }
        // A port that is kept for somebody with the token stays until its time.
        self.quotas.give_back(&allocation.user, allocation.client.client.ip());
    }

    fn close(&mut self, relay: RelayId, ports: &mut impl Ports) {
        let Relay { address, until, .. } = self.relays.remove(relay.0 as usize);
        self.by_address.remove(&address);
        self.ends.remove(&(until, End::Relay(relay)));
        ports.close(relay);
    }
}

/// A stride that leads through all of so many, from wherever one begins: where others have many ports in a row, the next one tried is not among them.
fn coprime(chance: u32, count: u32) -> u32 {
    let gcd = |mut one: u32, mut other: u32| {
        while other != 0 {
            (one, other) = (other, one % other);
        }
        one
    };
    let mut strides = (0..count).map(|more| 1 + (chance % count + more) % count);
    strides.find(|&stride| gcd(stride, count) == 1).unwrap_or(1)
}

fn families(wanted: Option<&[u8]>, additional: Option<&[u8]>) -> Result<Families, u16> {
    match (wanted, additional) {
        (Some(wanted), _) => family_number(wanted).map(Families::One),
        (None, Some(&[2, _, _, _])) => Ok(Families::Both),
        (None, Some(_)) => Err(BAD_REQUEST),
        (None, None) => Ok(Families::One(IPV4)),
    }
}

fn family_number(value: &[u8]) -> Result<usize, u16> {
    match value {
        [1, _, _, _] => Ok(IPV4),
        [2, _, _, _] => Ok(IPV6),
        [_, _, _, _] => Err(ADDRESS_FAMILY_NOT_SUPPORTED),
        _ => Err(BAD_REQUEST),
    }
}

/// What is asked for; the default where nothing is.
fn lifetime(value: Option<&[u8]>) -> Result<Duration, u16> {
    let Some(value) = value else { return Ok(LIFETIME) };
    let seconds = value.try_into().map_err(|_| BAD_REQUEST)?;
    Ok(Duration::from_secs(u32::from_be_bytes(seconds).into()))
}

const UDP: u8 = 17;
const IPV4: usize = 0;
const IPV6: usize = FAMILIES - 1;
const LIFETIME: Duration = Duration::from_secs(600);
const LONGEST: Duration = Duration::from_secs(3_600);
/// How long a reserved port waits (RFC 8656 section 7.2: at least 30 s).
const RESERVED: Duration = Duration::from_secs(30);
/// Ports that the system does not give: it has no sockets left, rather than all of them taken by others.
const MOST_REFUSED: u32 = 32;
const ADDRESS_FAMILY_NOT_SUPPORTED: u16 = 440;
const UNSUPPORTED_TRANSPORT: u16 = 442;
const ALLOCATION_QUOTA_REACHED: u16 = 486;
