//! The UDP side: one thread a core, each with sockets of its own for every address that is listened on (`SO_REUSEPORT`: the system gives each client to one of them), and
//! with its own relay. Nothing that data passes is shared, so it waits for nobody else's lock.

use std::{
    io,
    net::SocketAddr,
    os::fd::{AsFd as _, BorrowedFd, OwnedFd},
    sync::{
        Arc,
        mpsc::{Receiver, Sender, channel},
    },
    thread,
    time::{Duration, Instant, SystemTime},
};

use anyhow::Context as _;
use rustix::{
    event::{EventfdFlags, Timespec, epoll, eventfd},
    io::Errno,
};
use socket2::{Protocol, Socket, Type};
use stun::{
    Answer,
    turn::{Credentials, FiveTuple, Now, Order, Ports, RelayId, Token, Transport, Turn},
};
use tokio::sync::oneshot;

use crate::{
    icmp,
    mail::{self, Inbox, Outbox, Way},
    relay::RelayMaker,
    shared::Shared,
    socket,
};

/// A worker, bound and not yet serving.
#[derive(Debug)]
pub(crate) struct Worker {
    listeners: Vec<Listener>,
    turn: Option<Turn>,
    shared: Arc<Shared>,
}

/// A worker that serves, until this is dropped.
#[derive(Debug)]
pub(crate) struct Serving {
    tasks: Sender<Task>,
    bell: Arc<OwnedFd>,
}

/// One worker's socket for one address.
#[derive(Debug)]
pub(crate) struct Listener {
    socket: Socket,
    addr: SocketAddr,
    /// It has all of the machine's addresses: each datagram says which it came to.
    is_wildcard: bool,
}

/// What somebody else wants of a worker.
#[derive(Debug)]
enum Task {
    End,
    SetCredentials(Credentials),
}

impl Worker {
    pub(crate) fn new(listeners: Vec<Listener>, relays: &RelayMaker) -> Self {
        Self {
            listeners,
            turn: relays.make(),
            shared: relays.shared(),
        }
    }

    /// Serves on a thread of its own. What is received tells that it has broken down, and why.
    pub(crate) fn serve(self) -> anyhow::Result<(Serving, oneshot::Receiver<anyhow::Result<()>>)> {
        let (tasks, given) = channel();
        let (end, ended) = oneshot::channel();
        let bell = Arc::new(eventfd(0, EventfdFlags::CLOEXEC | EventfdFlags::NONBLOCK).context("make a bell")?);
        let desk = Desk::new(self, Arc::clone(&bell), given)?;
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
            let _ = rustix::io::write(&*self.bell, &1_u64.to_ne_bytes());
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

/// A worker at work.
struct Desk {
    listeners: Vec<Listener>,
    turn: Option<Turn>,
    relays: Relays,
    bell: Arc<OwnedFd>,
    tasks: Receiver<Task>,
    inbox: Inbox,
    outbox: Outbox,
    answer: Answer,
    began: Instant,
}

/// The sockets to peers, by the relay's number for them.
struct Relays {
    poll: OwnedFd,
    sockets: Vec<Option<(Socket, SocketAddr)>>,
    shared: Arc<Shared>,
}

impl Relays {
    fn get(&self, relay: RelayId) -> Option<BorrowedFd<'_>> {
        self.sockets
            .get(relay.0 as usize)?
            .as_ref()
            .map(|(socket, _)| socket.as_fd())
    }

    fn watch(&mut self, relay: RelayId, socket: Socket, address: SocketAddr) -> io::Result<()> {
        icmp::keep(&socket, address)?;
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
        self.shared.set_open(address, true);
        Ok(())
    }
}

impl Ports for Relays {
    fn open(&mut self, relay: RelayId, address: SocketAddr) -> bool {
        socket::to_peers(address)
            .and_then(|socket| self.watch(relay, socket, address))
            .is_ok()
    }

    /// Closing takes it out of the poll, too.
    fn close(&mut self, relay: RelayId) {
        if let Some((_, address)) = self.sockets[relay.0 as usize].take() {
            self.shared.set_open(address, false);
        }
    }

    fn is_elsewhere(&self, address: SocketAddr) -> bool {
        self.shared.is_open(address)
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

impl Desk {
    fn new(worker: Worker, bell: Arc<OwnedFd>, tasks: Receiver<Task>) -> anyhow::Result<Self> {
        let poll = epoll::create(epoll::CreateFlags::CLOEXEC).context("make a poll")?;
        for (at, listener) in worker.listeners.iter().enumerate() {
            let data = epoll::EventData::new_u64(LISTENER | at as u64);
            epoll::add(&poll, &listener.socket, data, epoll::EventFlags::IN).context("watch a socket")?;
        }
        epoll::add(&poll, &*bell, epoll::EventData::new_u64(BELL), epoll::EventFlags::IN).context("watch the bell")?;
        Ok(Self {
            listeners: worker.listeners,
            turn: worker.turn,
            relays: Relays {
                poll,
                sockets: Vec::new(),
                shared: worker.shared,
            },
            bell,
            tasks,
            inbox: Inbox::new(),
            outbox: Outbox::new(),
            answer: Answer::new(),
            began: Instant::now(),
        })
    }

    fn work(mut self) -> anyhow::Result<()> {
        let mut events = Vec::with_capacity(EVENTS);
        loop {
            let due = self.expire();
            events.clear();
            match epoll::wait(
                &self.relays.poll,
                rustix::buffer::spare_capacity(&mut events),
                due.as_ref(),
            ) {
                Ok(_) | Err(Errno::INTR) => {}
                Err(error) => return Err(error).context("wait for datagrams"),
            }
            for event in &events {
                match event.data.u64() {
                    BELL => {
                        if self.is_over() {
                            return Ok(());
                        }
                    }
                    data if data & LISTENER != 0 => self.hear_clients((data & !LISTENER) as usize)?,
                    data => {
                        let flags = event.flags;
                        if flags.contains(epoll::EventFlags::ERR) {
                            self.hear_routers(RelayId(data as u32));
                        }
                        self.hear_peers(RelayId(data as u32));
                    }
                }
            }
        }
    }

    /// Takes away what has ended; how long the next has.
    fn expire(&mut self) -> Option<Timespec> {
        let now = self.now();
        let due = self.turn.as_mut()?.expire(now, &mut self.relays)?;
        // Rather late than twice.
        let wait = due.saturating_sub(now.clock) + Duration::from_millis(1);
        Timespec::try_from(wait).ok()
    }

    fn now(&self) -> Now {
        Now {
            clock: self.began.elapsed(),
            date: SystemTime::UNIX_EPOCH.elapsed().unwrap_or_default(),
        }
    }

    /// Does what is wanted; true: it is to end.
    fn is_over(&mut self) -> bool {
        let mut count = [0; 8];
        let _ = rustix::io::read(&*self.bell, &mut count);
        while let Ok(task) = self.tasks.try_recv() {
            match (task, &mut self.turn) {
                (Task::End, _) => return true,
                (Task::SetCredentials(credentials), Some(turn)) => turn.set_credentials(credentials),
                (Task::SetCredentials(_), None) => {}
            }
        }
        false
    }

    /// One batch: others have their turn before the next.
    fn hear_clients(&mut self, at: usize) -> anyhow::Result<()> {
        let now = self.now();
        let listener = &self.listeners[at];
        match self.inbox.receive(listener.socket.as_fd()) {
            Ok(()) => {}
            Err(error) if mail::is_passing(&error) => return Ok(()),
            Err(error) => return Err(error).with_context(|| format!("receive on {}", listener.addr)),
        }
        for number in 0..self.inbox.len() {
            let Some((from, to, bytes)) = self.inbox.read(number) else {
                continue;
            };
            let way = Way {
                socket: listener.socket.as_fd(),
                to: from,
                source: to,
                dont_fragment: false,
            };
            let Some(turn) = &mut self.turn else {
                if stun::answer(bytes, from, &mut self.answer) {
                    self.outbox.write(way, self.answer.as_bytes());
                }
                continue;
            };
            let client = FiveTuple {
                transport: Transport::Udp,
                socket: at as u32,
                server: SocketAddr::new(to.unwrap_or(listener.addr.ip()), listener.addr.port()),
                client: from,
            };
            match turn.hear_client(now, client, bytes, &mut self.relays, &mut self.answer) {
                Order::Answer => self.outbox.write(way, self.answer.as_bytes()),
                order => carry_out(&order, (number, bytes), &self.listeners, &self.relays, &mut self.outbox),
            }
        }
        self.outbox.send(&self.inbox);
        Ok(())
    }

    fn hear_peers(&mut self, relay: RelayId) {
        let now = self.now();
        let (Some(turn), Some(socket)) = (&mut self.turn, self.relays.get(relay)) else {
            return;
        };
        // What is wrong with a socket to peers is one peer's: an answer of some router that it can't be reached.
        if self.inbox.receive(socket).is_err() {
            return;
        }
        for number in 0..self.inbox.len() {
            let Some((from, _, bytes)) = self.inbox.read(number) else {
                continue;
            };
            let order = turn.hear_peer(now, relay, from, bytes);
            carry_out(&order, (number, bytes), &self.listeners, &self.relays, &mut self.outbox);
        }
        self.outbox.send(&self.inbox);
    }

    /// What could not be delivered to peers (RFC 8656 section 11.5).
    fn hear_routers(&mut self, relay: RelayId) {
        let now = self.now();
        let (Some(turn), Some(socket)) = (&mut self.turn, self.relays.get(relay)) else {
            return;
        };
        for (peer, icmp) in icmp::queue(socket) {
            if let Some(client) = turn.hear_icmp(now, relay, peer, icmp, &mut self.answer) {
                self.outbox
                    .write(way_to(client, &self.listeners), self.answer.as_bytes());
            }
        }
        self.outbox.send(&self.inbox);
    }
}

fn way_to(client: FiveTuple, listeners: &[Listener]) -> Way<'_> {
    let listener = &listeners[client.socket as usize];
    Way {
        socket: listener.socket.as_fd(),
        to: client.client,
        source: listener.is_wildcard.then_some(client.server.ip()),
        dont_fragment: false,
    }
}

/// Puts what is relayed into the outbox; `letter` is what it came in.
fn carry_out(
    order: &Order<'_>,
    (number, letter): (usize, &[u8]),
    listeners: &[Listener],
    relays: &Relays,
    outbox: &mut Outbox,
) {
    let part = |data: &[u8]| (number, data.as_ptr() as usize - letter.as_ptr() as usize, data.len());
    match *order {
        Order::ToPeer {
            relay,
            peer,
            data,
            dont_fragment,
        } => {
            if let Some(socket) = relays.get(relay) {
                let way = Way {
                    socket,
                    to: peer,
                    source: None,
                    dont_fragment,
                };
                outbox.forward(way, None, part(data), 0);
            }
        }
        Order::ToClient {
            client,
            head,
            data,
            padding,
        } => outbox.forward(way_to(client, listeners), Some(head), part(data), padding),
        Order::Silence | Order::Answer => {}
    }
}

const BUFFER: usize = 1024 * 1024;
const EVENTS: usize = 256;
/// Marks the poll's data of a listener; the rest is its number. A relay's is its own.
const LISTENER: u64 = 1 << 32;
const BELL: u64 = 1 << 33;
