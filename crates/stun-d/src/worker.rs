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
use stun::{Rates, Square, turn::Turn};
use tokio::sync::oneshot;

use crate::{
    desk::Desk,
    errand::Errand,
    mail,
    meter::Meter,
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
    pub(crate) meter: Arc<Meter>,
    pub(crate) rates: Rates,
}

/// A worker that serves, until this is dropped.
#[derive(Debug)]
pub(crate) struct Serving {
    post: Post,
}

/// The way to a worker that serves.
#[derive(Debug, Clone)]
pub(crate) struct Post {
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
    /// It is one of four by which a router's behaviour shows (RFC 5780).
    pub(crate) square: Option<Square>,
}

/// What somebody else wants of a worker.
#[derive(Debug)]
pub(crate) enum Task {
    End,
    SetRates(Rates),
    Run(Errand),
    /// To say that it is at work.
    Answer(oneshot::Sender<()>),
}

impl Worker {
    pub(crate) fn new(
        listeners: Vec<Listener>,
        relays: &RelayMaker,
        place: Place,
        meter: Arc<Meter>,
        rates: Rates,
    ) -> Self {
        Self {
            listeners,
            turn: relays.make(),
            shared: relays.shared(),
            place,
            meter,
            rates,
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
        let post = Post { tasks, bell };
        Ok((Serving { post }, ended))
    }
}

impl Serving {
    pub(crate) fn post(&self) -> Post {
        self.post.clone()
    }
}

impl Post {
    pub(crate) fn run(&self, errand: Errand) {
        self.give(Task::Run(errand));
    }

    pub(crate) fn set_rates(&self, rates: Rates) {
        self.give(Task::SetRates(rates));
    }

    /// Waits until it comes to its mail.
    pub(crate) async fn works(&self) {
        let (answer, answered) = oneshot::channel();
        self.give(Task::Answer(answer));
        if answered.await.is_err() {
            // It is gone: that doesn't answer.
            std::future::pending::<()>().await;
        }
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
        self.post.give(Task::End);
    }
}

impl Listener {
    /// `is_shared`: other workers listen on it, too.
    pub(crate) fn bind(addr: SocketAddr, is_shared: bool) -> io::Result<Self> {
        let socket = socket::unbound(addr, Type::DGRAM, Protocol::UDP)?;
        socket.set_reuse_port(is_shared)?;
        socket.bind(&addr.into())?;
        Self::of(socket)
    }

    /// On a socket that is bound.
    pub(crate) fn of(socket: Socket) -> io::Result<Self> {
        let addr = socket.local_addr()?.as_socket().ok_or(io::ErrorKind::Unsupported)?;
        // A burst may wait while we are not scheduled; as much as the system grants.
        socket.set_recv_buffer_size(BUFFER)?;
        socket.set_send_buffer_size(BUFFER)?;
        let is_wildcard = addr.ip().is_unspecified();
        if is_wildcard {
            mail::tell_destinations(&socket, addr)?;
        }
        Ok(Self {
            socket,
            addr,
            is_wildcard,
            square: None,
        })
    }

    pub(crate) fn addr(&self) -> SocketAddr {
        self.addr
    }

    /// It is one of these four.
    pub(crate) fn discover(&mut self, square: Square) {
        self.square = Some(square);
    }
}

const BUFFER: usize = 1024 * 1024;
