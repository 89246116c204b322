//! One UDP socket: many datagrams in, their answers out.

use std::{io, net::SocketAddr};

use anyhow::Context as _;
use socket2::{Protocol, Type};
use tokio::{io::Interest, net::UdpSocket};

use crate::{
    batch::{self, Batch},
    socket,
};

#[derive(Debug)]
pub(crate) struct UdpPort {
    socket: UdpSocket,
    addr: SocketAddr,
}

impl UdpPort {
    pub(crate) fn bind(addr: SocketAddr) -> io::Result<Self> {
        let socket = socket::bound(addr, Type::DGRAM, Protocol::UDP)?;
        // A burst may wait while we are not scheduled; as much as the system grants.
        socket.set_recv_buffer_size(BUFFER)?;
        socket.set_send_buffer_size(BUFFER)?;
        batch::tell_destinations(&socket, addr)?;
        let socket = UdpSocket::from_std(socket.into())?;
        let addr = socket.local_addr()?;
        Ok(Self { socket, addr })
    }

    pub(crate) fn addr(&self) -> SocketAddr {
        self.addr
    }

    pub(crate) async fn serve(self) -> anyhow::Result<()> {
        let mut batch = Batch::new();
        loop {
            self.socket.readable().await?;
            match self.socket.try_io(Interest::READABLE, || batch.receive(&self.socket)) {
                Ok(()) => {
                    batch.answer(stun::answer);
                    // What can't be sent now is not sent: the asker asks again, and a queue would only make it wait.
                    batch.send(&self.socket);
                }
                Err(error) if batch::is_passing(&error) => {}
                Err(error) => return Err(error).with_context(|| format!("receive on {}", self.addr)),
            }
            // A flood on this port must not starve the others of this thread.
            tokio::task::consume_budget().await;
        }
    }
}

const BUFFER: usize = 1024 * 1024;
