//! The UDP side: one thread a core, each with sockets of its own for every address that is listened on (`SO_REUSEPORT`: the system gives each client to one of them), and
//! with its own relay. Nothing that data passes is shared, so it waits for nobody else's lock.

use std::{
    io,
    net::SocketAddr,
    sync::{
        Arc,
        mpsc::{Sender, channel},
    },
    thread,
};

use anyhow::Context as _;
use socket2::{Protocol, Socket, Type};
use stun::turn::{Credentials, Turn};
use tokio::sync::oneshot;

use crate::{
    desk::Desk,
    mail,
    neighbours::{Bell, Place},
    relay::RelayMaker,
    shared::Shared,
    socket,
};

/// A worker, bound and not yet serving.
#[derive(Debug)]
pub(crate) struct Worker {
    pub(crate) listeners: Vec<Listener>,
    pub(crate) turn: Option<Turn>,
    pub(crate) shared: Arc<Shared>,
    pub(crate) place: Place,
}

/// A worker that serves, until this is dropped.
#[derive(Debug)]
pub(crate) struct Serving {
    tasks: Sender<Task>,
    bell: Bell,
}

/// One worker's socket for one address.
#[derive(Debug)]
pub(crate) struct Listener {
    pub(crate) socket: Socket,
    addr: SocketAddr,
    /// It has all of the machine's addresses: each datagram says which it came to.
    pub(crate) is_wildcard: bool,
}

/// What somebody else wants of a worker.
#[derive(Debug)]
pub(crate) enum Task {
    End,
    SetCredentials(Credentials),
}

impl Worker {
    pub(crate) fn new(listeners: Vec<Listener>, relays: &RelayMaker, place: Place) -> Self {
        Self {
            listeners,
            turn: relays.make(),
            shared: relays.shared(),
            place,
        }
    }

    /// Serves on a thread of its own. What is received tells that it has broken down, and why.
    pub(crate) fn serve(self) -> anyhow::Result<(Serving, oneshot::Receiver<anyhow::Result<()>>)> {
        let (tasks, given) = channel();
        let (end, ended) = oneshot::channel();
        let bell = self.place.bell().clone();
        let desk = Desk::new(self, given)?;
        thread::Builder::new()
            .name("udp".to_owned())
            .spawn(move || {
                let _ = end.send(desk.work());
            })
            .context("start a worker")?;
        Ok((Serving { tasks, bell }, ended))
    }
}

impl Serving {
    pub(crate) fn set_credentials(&self, credentials: Credentials) {
        self.give(Task::SetCredentials(credentials));
    }

    fn give(&self, task: Task) {
        // One that is gone needs nothing.
        if self.tasks.send(task).is_ok() {
            self.bell.ring();
        }
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        self.give(Task::End);
    }
}

impl Listener {
    /// `is_shared`: other workers listen on it, too.
    pub(crate) fn bind(addr: SocketAddr, is_shared: bool) -> io::Result<Self> {
        let socket = socket::unbound(addr, Type::DGRAM, Protocol::UDP)?;
        socket.set_reuse_port(is_shared)?;
        socket.bind(&addr.into())?;
        // A burst may wait while we are not scheduled; as much as the system grants.
        socket.set_recv_buffer_size(BUFFER)?;
        socket.set_send_buffer_size(BUFFER)?;
        let is_wildcard = addr.ip().is_unspecified();
        if is_wildcard {
            mail::tell_destinations(&socket, addr)?;
        }
        let addr = socket.local_addr()?.as_socket().ok_or(io::ErrorKind::Unsupported)?;
        Ok(Self {
            socket,
            addr,
            is_wildcard,
        })
    }

    pub(crate) fn addr(&self) -> SocketAddr {
        self.addr
    }
}

const BUFFER: usize = 1024 * 1024;
