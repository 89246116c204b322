//! A TURN client as a value: it allocates, keeps alive what it has, and begins anew where that is gone. RFC 8656 sections 7 to 12, and RFC 8489 section 6.2.1 for asking again.

use std::{net::SocketAddr, time::Duration};

use stun::{Class, Method, attribute::AttributeType as A};

use crate::wire::{self, Attribute, Hash, Reply, User};

/// What a client has and wants.
#[derive(Debug)]
pub struct Client {
    user: User,
    peer: SocketAddr,
    /// The channel that it binds, instead of asking for a permission only.
    channel: Option<u16>,
    nonce: Option<Vec<u8>>,
    count: u64,
    pending: Option<Pending>,
    held: Option<Held>,
    /// Allocations that it had, one after the other.
    pub lives: u32,
    /// What came on a way that it has opened.
    pub received: Vec<Vec<u8>>,
}

/// A request that has no answer yet.
#[derive(Debug)]
struct Pending {
    method: Method,
    id: [u8; 12],
    first: Duration,
    again: Duration,
    tries: u32,
}

/// An allocation.
#[derive(Debug, Clone, Copy)]
pub struct Held {
    pub relayed: SocketAddr,
    /// The address that the relay knows this client by.
    pub mapped: SocketAddr,
    /// Until when it lasts at least, and when it is to be refreshed.
    pub until: Duration,
    /// Until when the peer may be reached at least.
    pub permitted: Duration,
    /// Until when the channel leads there at least.
    pub bound: Duration,
}

/// Data on its way to the peer; surely relayed where it arrives within so long.
#[derive(Debug)]
pub struct Sent {
    pub bytes: Vec<u8>,
    pub is_sure: bool,
}

impl Client {
    #[must_use]
    pub fn new(user: User, peer: SocketAddr, channel: Option<u16>) -> Self {
        Self {
            user,
            peer,
            channel,
            nonce: None,
            count: 0,
            pending: None,
            held: None,
            lives: 0,
            received: Vec::new(),
        }
    }

    #[must_use]
    pub fn held(&self) -> Option<Held> {
        self.held
    }

    /// The request that is due, if any: a new one or an old one again.
    pub fn poll(&mut self, now: Duration) -> Option<Vec<u8>> {
        if let Some(pending) = &mut self.pending {
            if now < pending.again {
                return None;
            }
            if pending.tries < MOST_TRIES {
                pending.tries += 1;
                pending.again = now + FIRST_WAIT * 2_u32.pow(pending.tries);
                return Some(self.write());
            }
            self.pending = None;
        }
        if self.held.is_some_and(|held| now >= held.until) {
            self.held = None;
        }
        let method = self.due(now)?;
        self.count += 1;
        let mut id = [5; 12];
        id[4..].copy_from_slice(&self.count.to_be_bytes());
        self.pending = Some(Pending {
            method,
            id,
            first: now,
            again: now + FIRST_WAIT,
            tries: 0,
        });
        Some(self.write())
    }

    fn due(&self, now: Duration) -> Option<Method> {
        let Some(held) = self.held else {
            return Some(Method::ALLOCATE);
        };
        let way = match self.channel {
            Some(_) => (Method::CHANNEL_BIND, held.permitted.min(held.bound)),
            None => (Method::CREATE_PERMISSION, held.permitted),
        };
        [(Method::REFRESH, held.until), way]
            .into_iter()
            .find(|(_, until)| now + EARLY >= *until)
            .map(|(method, _)| method)
    }

    fn write(&self) -> Vec<u8> {
        let pending = self.pending.as_ref().expect("it is asked for one");
        let peer = || (A::XOR_PEER_ADDRESS, wire::hidden(self.peer, pending.id));
        let attributes: Vec<Attribute> = match pending.method {
            Method::ALLOCATE => vec![(A::REQUESTED_TRANSPORT, vec![17, 0, 0, 0])],
            Method::CREATE_PERMISSION => vec![peer()],
            Method::CHANNEL_BIND => {
                let [high, low] = self.channel.expect("it has one").to_be_bytes();
                vec![(A::CHANNEL_NUMBER, vec![high, low, 0, 0]), peer()]
            }
            _ => Vec::new(),
        };
        match &self.nonce {
            Some(nonce) => wire::signed(
                pending.method,
                pending.id,
                &attributes,
                &self.user,
                Some(nonce),
                Hash::Sha1,
                true,
            ),
            None => wire::plain(pending.method, Class::Request, pending.id, &attributes),
        }
    }

    /// What the relay has sent.
    ///
    /// # Panics
    /// When that is wrong.
    pub fn hear(&mut self, bytes: &[u8]) {
        if let [0x40..=0x4f, _, high, low, data @ ..] = bytes {
            let length = usize::from(u16::from_be_bytes([*high, *low]));
            self.received.push(data[..length].to_vec());
            return;
        }
        let reply = Reply::read(bytes);
        if (reply.class, reply.method) == (Class::Indication, Method::DATA) {
            let data = reply.find(A::DATA).expect("a Data indication has data");
            assert_eq!(reply.addresses(A::XOR_PEER_ADDRESS)[0].ip(), self.peer.ip());
            self.received.push(data.to_vec());
            return;
        }
        // An answer to what is no longer asked is too late.
        let Some(pending) = self.pending.take_if(|pending| pending.id == reply.id) else {
            return;
        };
        match reply.code() {
            0 => self.is_granted(&pending, &reply),
            401 | 438 => {
                assert!(
                    reply.code() == 438 || self.nonce.is_none(),
                    "a right credential is not refused"
                );
                self.nonce = reply.find(A::NONCE).map(<[u8]>::to_vec);
            }
            // It is another's, or there is none any more: begin anew.
            437 => self.held = None,
            code => panic!("{:?} was refused with {code}", pending.method),
        }
    }

    /// What was granted counts from when it was asked for the first time: the relay may have heard that, and this may be its answer.
    fn is_granted(&mut self, pending: &Pending, reply: &Reply) {
        let first = pending.first;
        let lifetime = || {
            let seconds = reply
                .find(A::LIFETIME)
                .expect("a lifetime")
                .try_into()
                .expect("four bytes");
            Duration::from_secs(u32::from_be_bytes(seconds).into())
        };
        match (pending.method, &mut self.held) {
            (Method::ALLOCATE, held) => {
                self.lives += 1;
                *held = Some(Held {
                    relayed: reply.addresses(A::XOR_RELAYED_ADDRESS)[0],
                    mapped: reply.addresses(A::XOR_MAPPED_ADDRESS)[0],
                    until: first + lifetime(),
                    permitted: first,
                    bound: first,
                });
            }
            (Method::REFRESH, Some(held)) => held.until = first + lifetime(),
            (Method::CREATE_PERMISSION, Some(held)) => held.permitted = first + PERMISSION,
            (Method::CHANNEL_BIND, Some(held)) => {
                held.permitted = first + PERMISSION;
                held.bound = first + CHANNEL;
            }
            _ => {}
        }
    }

    /// Data for the peer, by the channel where there is one; nothing without an allocation.
    pub fn send(&mut self, now: Duration, data: &[u8], way: Duration) -> Option<Sent> {
        let held = self.held?;
        let is_bound = self.channel.is_some() && now + way < held.bound;
        let bytes = match self.channel {
            Some(number) if is_bound => wire::on_channel(number, data),
            _ => {
                self.count += 1;
                let mut id = [6; 12];
                id[4..].copy_from_slice(&self.count.to_be_bytes());
                let attributes = [
                    (A::XOR_PEER_ADDRESS, wire::hidden(self.peer, id)),
                    (A::DATA, data.to_vec()),
                ];
                wire::plain(Method::SEND, Class::Indication, id, &attributes)
            }
        };
        let is_sure = now + way < held.until.min(held.permitted);
        Some(Sent { bytes, is_sure })
    }
}

/// RFC 8489 section 6.2.1.
const FIRST_WAIT: Duration = Duration::from_millis(500);
const MOST_TRIES: u32 = 6;
/// What ends is refreshed a minute before.
const EARLY: Duration = Duration::from_secs(60);
const PERMISSION: Duration = Duration::from_secs(300);
const CHANNEL: Duration = Duration::from_secs(600);
