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
    Answer, Rates, Square,
    turn::{self, FiveTuple, Now, Order, Ports, RelayId, Token, Transport, Turn},
};
use tokio::sync::oneshot;

use crate::{
    errand::Errand,
    mail::{self, Inbox, Outbox, Way},
    meter::{Entrance, Meter},
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
    meter: Arc<Meter>,
    rates: Rates,
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
    bell: Arc<OwnedFd>,
}

/// One worker's socket for one address.
#[derive(Debug)]
pub(crate) struct Listener {
    socket: Socket,
    addr: SocketAddr,
    /// It has all of the machine's addresses: each datagram says which it came to.
    is_wildcard: bool,
    /// It is one of four by which a router's behaviour shows (RFC 5780).
    square: Option<Square>,
}

/// What somebody else wants of a worker.
#[derive(Debug)]
enum Task {
    End,
    SetRates(Rates),
    Run(Errand),
}

impl Worker {
    pub(crate) fn new(listeners: Vec<Listener>, relays: &RelayMaker, meter: Arc<Meter>, rates: Rates) -> Self {
        Self {
            listeners,
            turn: relays.make(),
            shared: relays.shared(),
            meter,
            rates,
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

    fn give(&self, task: Task) {
        // One that is gone needs nothing.
        if self.tasks.send(task).is_ok() {
            let _ = rustix::io::write(&*self.bell, &1_u64.to_ne_bytes());
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
    meter: Arc<Meter>,
    /// What of the relay's statistics the meter has.
    told: turn::Statistics,
    rates: Rates,
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
            meter: worker.meter,
            told: turn::Statistics::default(),
            rates: worker.rates,
            began: Instant::now(),
        })
    }

    fn work(mut self) -> anyhow::Result<()> {
        let mut events = Vec::with_capacity(EVENTS);
        loop {
            let due = self.expire();
            if let Some(turn) = &self.turn {
                self.meter.follow(&mut self.told, turn.statistics());
            }
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
                    data => self.hear_peers(RelayId(data as u32)),
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
        let now = self.now();
        while let Ok(task) = self.tasks.try_recv() {
            match (task, &mut self.turn) {
                (Task::End, _) => return true,
                (Task::SetRates(rates), _) => self.rates = rates,
                (Task::Run(errand), Some(turn)) => errand.run(turn, Entrance::Udp, now, &mut self.relays),
                (Task::Run(_), None) => {}
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
            let client = FiveTuple {
                transport: Transport::Udp,
                socket: at as u32,
                server: SocketAddr::new(to.unwrap_or(listener.addr.ip()), listener.addr.port()),
                client: from,
            };
            // Who has an allocation has proven to be there: others of its network, or who writes its address, don't keep it from its refresh.
            if !self.rates.lets(bytes, from.ip(), now.clock)
                && !self.turn.as_ref().is_some_and(|turn| turn.has_client(&client))
            {
                self.meter.rate_limited();
                continue;
            }
            let passage = listener
                .square
                .and_then(|square| square.answer(bytes, listener.addr, from, &mut self.answer));
            if let Some(passage) = passage
                && let Some(other) = self.listeners.iter().find(|it| it.addr == passage.from)
            {
                self.meter.answered(&self.answer);
                let (socket, to) = (other.socket.as_fd(), passage.to);
                self.outbox.write(Way { socket, to, ..way }, self.answer.as_bytes());
                continue;
            }
            let order = match &mut self.turn {
                Some(turn) => turn.hear_client(now, client, bytes, &mut self.relays, &mut self.answer),
                None if stun::answer(bytes, from, &mut self.answer) => Order::Answer,
                None => Order::Silence,
            };
            match order {
                Order::Answer => {
                    self.meter.answered(&self.answer);
                    self.rates.answered(&self.answer, from.ip(), now.clock);
                    self.outbox.write(way, self.answer.as_bytes());
                }
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
        } => {
            let listener = &listeners[client.socket as usize];
            let way = Way {
                socket: listener.socket.as_fd(),
                to: client.client,
                source: listener.is_wildcard.then_some(client.server.ip()),
                dont_fragment: false,
            };
            outbox.forward(way, Some(head), part(data), padding);
        }
        Order::Silence | Order::Answer => {}
    }
}

const BUFFER: usize = 1024 * 1024;
const EVENTS: usize = 256;
/// Marks the poll's data of a listener; the rest is its number. A relay's is its own.
const LISTENER: u64 = 1 << 32;
const BELL: u64 = 1 << 33;
