//! What clients ask, rightly and wrongly, as bytes choose it; and how it is written.

use std::net::SocketAddr;

use stun::{Method, attribute::AttributeType as A};

use crate::{
    choices::Choices,
    model::{Impossible, Model, Value, Wish},
    wire::{self, Attribute, Hash, User},
};

/// A request whose credential is right.
#[derive(Debug, Clone)]
pub(crate) struct Question {
    pub(crate) user: usize,
    pub(crate) id: [u8; 12],
    pub(crate) what: What,
    pub(crate) hash: Hash,
    pub(crate) is_marked: bool,
}

#[derive(Debug, Clone)]
pub(crate) enum What {
    Allocate {
        wish: Wish,
        has_unknown: bool,
    },
    Refresh {
        lifetime: Value<u32>,
        family: Value<u8>,
    },
    Permit {
        peers: Vec<Result<SocketAddr, Impossible>>,
    },
    Bind {
        number: Value<u16>,
        peer: Value<SocketAddr>,
    },
}

impl Question {
    pub(crate) fn method(&self) -> Method {
        match self.what {
            What::Allocate { .. } => Method::ALLOCATE,
            What::Refresh { .. } => Method::REFRESH,
            What::Permit { .. } => Method::CREATE_PERMISSION,
            What::Bind { .. } => Method::CHANNEL_BIND,
        }
    }

    pub(crate) fn write(&self, user: &User, nonce: Option<&[u8]>) -> Vec<u8> {
        wire::signed(
            self.method(),
            self.id,
            &self.attributes(),
            user,
            nonce,
            self.hash,
            self.is_marked,
        )
    }

    pub(crate) fn attributes(&self) -> Vec<Attribute> {
        let mut all = Vec::new();
        let four = |byte: u8| vec![byte, 0, 0, 0];
        let mut add = |kind, value: Value<Vec<u8>>| match value {
            None => {}
            Some(Ok(value)) => all.push((kind, value)),
            // No attribute of ours has one byte less than four, or none at all, but EVEN-PORT, which has one.
            Some(Err(Impossible)) => all.push((kind, vec![0; 3])),
        };
        let map = |value: Value<u8>| value.map(|it| it.map(four));
        let address = |peer: SocketAddr| wire::hidden(peer, self.id);
        match &self.what {
            What::Allocate { wish, has_unknown } => {
                add(A::REQUESTED_TRANSPORT, map(wish.transport));
                add(
                    A::LIFETIME,
                    wish.lifetime.map(|it| it.map(|it| it.to_be_bytes().to_vec())),
                );
                add(A::REQUESTED_ADDRESS_FAMILY, map(wish.family));
                add(A::ADDITIONAL_ADDRESS_FAMILY, map(wish.additional));
                add(
                    A::EVEN_PORT,
                    wish.even.map(|it| it.map(|next| vec![u8::from(next) << 7])),
                );
                add(A::RESERVATION_TOKEN, wish.token.map(|it| it.map(|it| it.to_vec())));
                add(A(UNKNOWN), has_unknown.then(|| Ok(Vec::new())));
            }
            What::Refresh { lifetime, family } => {
                add(A::LIFETIME, lifetime.map(|it| it.map(|it| it.to_be_bytes().to_vec())));
                add(A::REQUESTED_ADDRESS_FAMILY, map(*family));
            }
            What::Permit { peers } => peers
                .iter()
                .for_each(|peer| add(A::XOR_PEER_ADDRESS, Some(peer.map(address)))),
            What::Bind { number, peer } => {
                add(
                    A::CHANNEL_NUMBER,
                    number.map(|it| it.map(|it| [&it.to_be_bytes()[..], &[0, 0]].concat())),
                );
                add(A::XOR_PEER_ADDRESS, peer.map(|it| it.map(address)));
            }
        }
        all
    }
}

pub(crate) fn allocate(model: &Model, choices: &mut Choices<'_>) -> What {
    let mut wish = Wish {
        transport: Some(Ok(17)),
        lifetime: lifetime(choices),
        ..Wish::default()
    };
    match choices.below(12) {
        0 => wish.transport = choices.pick(&[None, Some(Err(Impossible)), Some(Ok(6)), Some(Ok(0))]),
        1 | 2 => wish.family = family(choices),
        3 | 4 => wish.additional = family(choices),
        5 | 6 => {
            wish.even = choices.pick(&[Some(Ok(true)), Some(Ok(true)), Some(Ok(false)), Some(Err(Impossible))]);
        }
        7 | 8 => wish.token = token(model, choices),
        9 => {
            wish.family = family(choices);
            wish.additional = family(choices);
            wish.even = choices.pick(&[None, Some(Ok(true)), Some(Ok(false))]);
            wish.token = if choices.once_in(3) {
                token(model, choices)
            } else {
                None
            };
        }
        _ => {}
    }
    What::Allocate {
        wish,
        has_unknown: choices.once_in(20),
    }
}

fn token(model: &Model, choices: &mut Choices<'_>) -> Value<[u8; 8]> {
    let known: Vec<_> = model.reserved.keys().copied().collect();
    match choices.below(6) {
        0 => Some(Ok([9; 8])),
        1 => Some(Err(Impossible)),
        _ if known.is_empty() => Some(Ok([8; 8])),
        _ => Some(Ok(choices.pick(&known))),
    }
}

pub(crate) fn peer(model: &Model, choices: &mut Choices<'_>) -> SocketAddr {
    let own: Vec<_> = model.relayed().into_iter().collect();
    if !own.is_empty() && choices.once_in(4) {
        return choices.pick(&own);
    }
    choices.pick(&PEERS).parse().expect("an address")
}

pub(crate) fn peers(model: &Model, choices: &mut Choices<'_>) -> Vec<Result<SocketAddr, Impossible>> {
    if choices.once_in(10) {
        let count = 20 + choices.below(50) as u8;
        return (100..100 + count)
            .map(|last| Ok(SocketAddr::new([192, 0, 2, last].into(), 1)))
            .collect();
    }
    let count = choices.pick(&[1, 1, 1, 2, 3, 0]);
    (0..count)
        .map(|_| {
            if choices.once_in(16) {
                Err(Impossible)
            } else {
                Ok(peer(model, choices))
            }
        })
        .collect()
}

pub(crate) fn lifetime(choices: &mut Choices<'_>) -> Value<u32> {
    choices.pick(&[
        None,
        None,
        Some(Ok(0)),
        Some(Ok(1)),
        Some(Ok(599)),
        Some(Ok(601)),
        Some(Ok(1_800)),
        Some(Ok(3_600)),
        Some(Ok(u32::MAX)),
        Some(Err(Impossible)),
        None,
    ])
}

pub(crate) fn family(choices: &mut Choices<'_>) -> Value<u8> {
    choices.pick(&[
        Some(Ok(2)),
        Some(Ok(1)),
        Some(Ok(2)),
        Some(Ok(1)),
        Some(Ok(0)),
        Some(Err(Impossible)),
        Some(Ok(3)),
    ])
}

pub(crate) const UNKNOWN: u16 = 0x7ff1;
/// The first may be reached, the others are nobody's, somebody's own, or ours.
const PEERS: [&str; 13] = [
    "192.0.2.9:4000",
    "192.0.2.9:4001",
    "192.0.2.10:4000",
    "[2001:db8:9::1]:4000",
    "[2001:db8:9::1]:4001",
    "192.0.2.9:4000",
    "192.0.2.66:4000",
    "127.0.0.1:53",
    "10.9.0.1:3478",
    "203.0.113.1:3478",
    "203.0.113.1:50005",
    "[::ffff:10.0.0.1]:4000",
    "[fe80::1]:4000",
];
