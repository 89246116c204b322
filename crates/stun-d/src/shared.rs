//! The little that workers have in common. None of it is on the way of data between a client and its peers.

use std::{
    collections::BTreeMap,
    net::SocketAddr,
    sync::{
        Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU8, Ordering},
    },
};

use socket2::Socket;
use stun::turn::Token;

use crate::socket;

#[derive(Debug)]
pub(crate) struct Shared {
    /// Whose each port is that is relayed by, of IPv4 and of IPv6.
    owners: [Box<[AtomicU8]>; 2],
    /// Ports that are kept for who brings the token: another client's, which may be another worker's.
    reserved: Mutex<BTreeMap<Token, (Socket, SocketAddr)>>,
}

/// Who relays by a port.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Owner {
    Nobody,
    /// One client over TCP.
    Stream,
    /// The worker of this number.
    Worker(u8),
}

impl Shared {
    pub(crate) fn new() -> Self {
        Self {
            owners: [(); 2].map(|()| (0..=u16::MAX).map(|_| AtomicU8::new(NOBODY)).collect()),
            reserved: Mutex::default(),
        }
    }

    pub(crate) fn set_owner(&self, address: SocketAddr, owner: Owner) {
        let number = match owner {
            Owner::Nobody => NOBODY,
            Owner::Stream => STREAM,
            Owner::Worker(number) => FIRST_WORKER + number,
        };
        self.place(address).store(number, Ordering::Relaxed);
    }

    pub(crate) fn owner(&self, address: SocketAddr) -> Owner {
        match self.place(address).load(Ordering::Relaxed) {
            NOBODY => Owner::Nobody,
            STREAM => Owner::Stream,
            number => Owner::Worker(number - FIRST_WORKER),
        }
    }

    /// Opens a port and keeps it for who brings the token; false where it can't be had.
    pub(crate) fn reserve(&self, token: Token, address: SocketAddr) -> bool {
        socket::to_peers(address)
            .map(|socket| self.reserved().insert(token, (socket, address)))
            .is_ok()
    }

    /// What is kept under the token, which is nobody's from now on. Dropping it closes the port.
    pub(crate) fn claim(&self, token: Token) -> Option<(Socket, SocketAddr)> {
        self.reserved().remove(&token)
    }

    fn reserved(&self) -> MutexGuard<'_, BTreeMap<Token, (Socket, SocketAddr)>> {
        self.reserved.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn place(&self, address: SocketAddr) -> &AtomicU8 {
        &self.owners[usize::from(address.is_ipv6())][usize::from(address.port())]
    }
}

const NOBODY: u8 = 0;
const STREAM: u8 = 1;
const FIRST_WORKER: u8 = 2;
