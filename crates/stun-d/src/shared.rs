//! The little that workers have in common. None of it is on the way of data between a client and its peers.

use std::{
    collections::BTreeMap,
    net::SocketAddr,
    sync::{
        Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
};

use socket2::Socket;
use stun::turn::Token;

use crate::socket;

#[derive(Debug)]
pub(crate) struct Shared {
    /// By which ports, of IPv4 and of IPv6, any worker relays: a bit for each.
    open: [[AtomicU64; 1024]; 2],
    /// Ports that are kept for who brings the token: another client's, which may be another worker's.
    reserved: Mutex<BTreeMap<Token, (Socket, SocketAddr)>>,
}

impl Shared {
    pub(crate) fn new() -> Self {
        Self {
            open: [const { [const { AtomicU64::new(0) }; 1024] }; 2],
            reserved: Mutex::default(),
        }
    }

    pub(crate) fn set_open(&self, address: SocketAddr, is_open: bool) {
        let (word, bit) = self.bit(address);
        if is_open {
            word.fetch_or(bit, Ordering::Relaxed);
        } else {
            word.fetch_and(!bit, Ordering::Relaxed);
        }
    }

    pub(crate) fn is_open(&self, address: SocketAddr) -> bool {
        let (word, bit) = self.bit(address);
        word.load(Ordering::Relaxed) & bit != 0
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

    fn bit(&self, address: SocketAddr) -> (&AtomicU64, u64) {
        let port = usize::from(address.port());
        (&self.open[usize::from(address.is_ipv6())][port / 64], 1 << (port % 64))
    }
}
