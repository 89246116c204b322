//! The sockets to one client's peers, where its relay is its own.

use std::{
    future::{pending, poll_fn},
    io,
    net::SocketAddr,
    sync::Arc,
    task::Poll,
};

use stun::turn::{Ports, RelayId, Token};
use tokio::{io::ReadBuf, net::UdpSocket};

use crate::{
    shared::{Owner, Shared},
    socket,
};

/// At most one of each family.
pub(crate) struct OwnPorts {
    sockets: Vec<(RelayId, UdpSocket, SocketAddr)>,
    shared: Arc<Shared>,
}

impl OwnPorts {
    pub(crate) fn new(shared: Arc<Shared>) -> Self {
        Self {
            sockets: Vec::new(),
            shared,
        }
    }

    /// The next datagram that comes, whole; longer ones are dropped.
    pub(crate) async fn receive(&self, letter: &mut [u8]) -> (RelayId, SocketAddr, usize) {
        if self.sockets.is_empty() {
            return pending().await;
        }
        poll_fn(|context| {
            for (relay, socket, _) in &self.sockets {
                let mut buffer = ReadBuf::new(letter);
                while let Poll::Ready(received) = socket.poll_recv_from(context, &mut buffer) {
                    if let (Ok(peer), count) = (received, buffer.filled().len())
                        && count <= stun::MAX_REQUEST
                    {
                        return Poll::Ready((*relay, peer, count));
                    }
                    buffer.clear();
                }
            }
            Poll::Pending
        })
        .await
    }

    /// What can't be sent now is not sent: it would only come late.
    pub(crate) fn send(&self, relay: RelayId, peer: SocketAddr, data: &[u8]) {
        if let Some((_, socket, _)) = self.sockets.iter().find(|(id, ..)| *id == relay) {
            let _ = socket.try_send_to(data, peer);
        }
    }

    fn add(&mut self, relay: RelayId, socket: socket2::Socket, address: SocketAddr) -> io::Result<()> {
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
