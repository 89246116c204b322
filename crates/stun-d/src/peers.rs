//! A worker's sockets to peers.

use std::{
    io,
    net::SocketAddr,
    os::fd::{AsFd as _, BorrowedFd, OwnedFd},
    sync::Arc,
};

use rustix::event::epoll;
use socket2::Socket;
use stun::turn::{Ports, RelayId, Token};

use crate::{
    icmp,
    mail::{self, Way},
    shared::{Owner, Shared},
    socket,
};

/// The sockets to peers, by the relay's number for them.
pub(crate) struct Relays {
    poll: OwnedFd,
    sockets: Vec<Option<(Socket, SocketAddr)>>,
    /// Closed when all is sent that is to go out by them: the system gives their numbers to others.
    closing: Vec<Socket>,
    shared: Arc<Shared>,
    own: Owner,
}

impl Relays {
    /// `poll` watches them; `own`: whose they are.
    pub(crate) fn new(poll: OwnedFd, shared: Arc<Shared>, own: Owner) -> Self {
        Self {
            poll,
            sockets: Vec::new(),
            closing: Vec::new(),
            shared,
            own,
        }
    }

    pub(crate) fn poll(&self) -> BorrowedFd<'_> {
        self.poll.as_fd()
    }

    /// Whose the port is that another client of this server relays by.
    pub(crate) fn owner(&self, address: SocketAddr) -> Owner {
        self.shared.owner(address)
    }

    /// All is sent that was to go out by those that are closed.
    pub(crate) fn forget(&mut self) {
        self.closing.clear();
    }

    pub(crate) fn get(&self, relay: RelayId) -> Option<BorrowedFd<'_>> {
        self.sockets
            .get(relay.0 as usize)?
            .as_ref()
            .map(|(socket, _)| socket.as_fd())
    }

    pub(crate) fn way(&self, relay: RelayId, to: SocketAddr, dont_fragment: bool) -> Option<Way<'_>> {
        Some(Way {
            socket: self.get(relay)?,
            to,
            source: None,
            dont_fragment,
        })
    }

    fn watch(&mut self, relay: RelayId, socket: Socket, address: SocketAddr) -> io::Result<()> {
        icmp::keep(&socket, address)?;
        mail::take_together(&socket);
        epoll::add(
            &self.poll,
            &socket,
            epoll::EventData::new_u64(u64::from(relay.0)),
            epoll::EventFlags::IN,
        )?;
        let at = relay.0 as usize;
        if self.sockets.len() <= at {
            self.sockets.resize_with(at + 1, || None);
        }
        self.sockets[at] = Some((socket, address));
        self.shared.set_owner(address, self.own);
        Ok(())
    }
}

impl Ports for Relays {
    fn open(&mut self, relay: RelayId, address: SocketAddr) -> bool {
        socket::to_peers(address)
            .and_then(|socket| self.watch(relay, socket, address))
            .is_ok()
    }

    fn close(&mut self, relay: RelayId) {
        if let Some((socket, address)) = self.sockets[relay.0 as usize].take() {
            self.shared.set_owner(address, Owner::Nobody);
            // Nothing comes by it any more.
            let _ = epoll::delete(&self.poll, &socket);
            self.closing.push(socket);
        }
    }

    fn is_elsewhere(&self, address: SocketAddr) -> bool {
        self.shared.owner(address) != Owner::Nobody
    }

    fn reserve(&mut self, token: Token, address: SocketAddr) -> bool {
        self.shared.reserve(token, address)
    }

    fn claim(&mut self, relay: RelayId, token: Token) -> Option<SocketAddr> {
        let (socket, address) = self.shared.claim(token)?;
        self.watch(relay, socket, address).ok()?;
        Some(address)
    }

    fn release(&mut self, token: Token) {
        self.shared.claim(token);
    }
}
