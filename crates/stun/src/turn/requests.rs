//! What a client asks for: proven first (RFC 8489 section 9.2), then carried out (RFC 8656 sections 7 to 12).

use std::{net::IpAddr, ops::RangeInclusive, sync::Arc, time::Duration};

use super::{
    FiveTuple, Now, Ports, Turn,
    allocation::NotBound,
    auth::{Proven, Refusal},
};
use crate::{
    answer::{self, Answer, Unknown},
    attribute::AttributeType,
    builder::Builder,
    message::{Class, Message, Method},
};

/// What a request has led to.
pub(super) enum Granted {
    Done,
    Lifetime(Duration),
    /// This one, new or told again.
    Allocation(u32),
}

impl Turn {
    pub(super) fn request(
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
        let unknown = Unknown::of(request, &KNOWN);
        let outcome = if unknown.is_some() {
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
            Err(code) => match &unknown {
                None => reply.error_code(code),
                Some(unknown) => reply
                    .error_code(code)
                    .attribute(AttributeType::UNKNOWN_ATTRIBUTES, unknown.as_bytes()),
            },
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
}

pub(super) fn seconds(duration: Duration) -> [u8; 4] {
    u32::try_from(duration.as_secs()).unwrap_or(u32::MAX).to_be_bytes()
}

/// Those of RFC 8489 and RFC 8656.
pub(super) const KNOWN: [AttributeType; answer::KNOWN.len() + 10] = {
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

pub(super) const FORBIDDEN: u16 = 403;
pub(super) const ALLOCATION_MISMATCH: u16 = 437;
const WRONG_CREDENTIALS: u16 = 441;
pub(super) const PEER_ADDRESS_FAMILY_MISMATCH: u16 = 443;
pub(super) const INSUFFICIENT_CAPACITY: u16 = 508;

/// Channel numbers that a client may bind (RFC 8656 section 12).
const CHANNELS: RangeInclusive<u16> = 0x4000..=0x4fff;
