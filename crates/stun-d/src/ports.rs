//! The sockets to one client's peers, where its relay is its own.

use std::{future::pending, io, net::SocketAddr, os::fd::AsFd as _, sync::Arc};

use stun::turn::{Icmp, Ports, RelayId, Token};
use tokio::{io::Interest, net::UdpSocket};

use crate::{
    icmp,
    shared::{Owner, Shared},
    socket,
};

/// At most one of each family.
pub(crate) struct OwnPorts {
    sockets: Vec<(RelayId, UdpSocket, SocketAddr)>,
    shared: Arc<Shared>,
}

/// What has come from a peer, or about it.
pub(crate) enum News {
    /// So many bytes.
    Datagram(usize),
    /// What was sent to it could not be delivered.
    Undelivered(Icmp),
}

impl OwnPorts {
    pub(crate) fn new(shared: Arc<Shared>) -> Self {
        Self {
            sockets: Vec::new(),
            shared,
        }
    }

    /// The next that comes for one of them. Longer datagrams than may be are dropped; nothing is lost where it is not waited for to the end.
    pub(crate) async fn receive(&self, letter: &mut [u8]) -> (RelayId, SocketAddr, News) {
        loop {
            for (relay, socket, _) in &self.sockets {
                if let Some((peer, news)) = next(socket, letter) {
                    return (*relay, peer, news);
                }
            }
            tokio::select! {
                () = self.stirs(0) => {}
                () = self.stirs(1) => {}
            }
        }
    }

    async fn stirs(&self, at: usize) {
        match self.sockets.get(at) {
            // What is wrong with it is found where it is read.
            Some((_, socket, _)) => drop(socket.ready(Interest::READABLE | Interest::ERROR).await),
            None => pending().await,
        }
    }

    /// What can't be sent now is not sent: it would only come late.
    pub(crate) fn send(&self, relay: RelayId, peer: SocketAddr, data: &[u8]) {
        if let Some((_, socket, _)) = self.sockets.iter().find(|(id, ..)| *id == relay) {
            let sent = socket.try_send_to(data, peer);
            // It may be what a router has said of one before, which is told once: then this one has not been tried.
            if sent.is_err_and(|error| error.kind() != io::ErrorKind::WouldBlock) {
                let _ = socket.try_send_to(data, peer);
            }
        }
    }

    fn add(&mut self, relay: RelayId, socket: socket2::Socket, address: SocketAddr) -> io::Result<()> {
        icmp::keep(&socket, address)?;
        self.sockets.push((relay, UdpSocket::from_std(socket.into())?, address));
        self.shared.set_owner(address, Owner::Stream);
        Ok(())
    }
}

impl Ports for OwnPorts {
    fn open(&mut self, relay: RelayId, address: SocketAddr) -> bool {
        socket::to_peers(address)
            .and_then(|socket| self.add(relay, socket, address))
            .is_ok()
    }

    fn close(&mut self, relay: RelayId) {
        for (_, _, address) in self.sockets.extract_if(.., |(id, ..)| *id == relay) {
            self.shared.set_owner(address, Owner::Nobody);
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
        self.add(relay, socket, address).ok()?;
        Some(address)
    }

    fn release(&mut self, token: Token) {
        self.shared.claim(token);
    }
}

fn next(socket: &UdpSocket, letter: &mut [u8]) -> Option<(SocketAddr, News)> {
    loop {
        match socket.try_recv_from(letter) {
            Ok((count, peer)) if count <= stun::MAX_REQUEST => return Some((peer, News::Datagram(count))),
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => break,
            // Too long, or what a router has said of another, which stands in the queue of errors as well.
            Ok(_) | Err(_) => {}
        }
    }
    let said = socket.try_io(Interest::ERROR, || icmp::next(socket.as_fd()));
    said.ok().map(|(peer, icmp)| (peer, News::Undelivered(icmp)))
}
