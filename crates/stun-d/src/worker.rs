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
    event::{Timespec, epoll},
    io::Errno,
};
use socket2::{Protocol, Socket, Type};
use stun::{
    Answer,
    turn::{Credentials, FiveTuple, Now, Order, Ports, RelayId, Token, Transport, Turn},
};
use tokio::sync::oneshot;

use crate::{
    mail::{self, Inbox, Outbox, Way},
    neighbours::{Bell, Bundles, Place},
    pace::Pace,
    relay::RelayMaker,
    shared::{Owner, Shared},
    socket,
};

/// A worker, bound and not yet serving.
#[derive(Debug)]
pub(crate) struct Worker {
    listeners: Vec<Listener>,
    turn: Option<Turn>,
    shared: Arc<Shared>,
    place: Place,
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

/// A worker at work.
struct Desk {
    listeners: Vec<Listener>,
    turn: Option<Turn>,
    relays: Relays,
    place: Place,
    tasks: Receiver<Task>,
    inbox: Inbox,
    outgoing: Outgoing,
    answer: Answer,
    began: Instant,
    now: Now,
    pace: Pace,
}

/// The sockets to peers, by the relay's number for them.
struct Relays {
    poll: OwnedFd,
    sockets: Vec<Option<(Socket, SocketAddr)>>,
    /// Closed when all is sent that is to go out by them: the system gives their numbers to others.
    closing: Vec<Socket>,
    shared: Arc<Shared>,
    owner: Owner,
}

impl Relays {
    fn get(&self, relay: RelayId) -> Option<BorrowedFd<'_>> {
        self.sockets
            .get(relay.0 as usize)?
            .as_ref()
            .map(|(socket, _)| socket.as_fd())
    }

    fn way(&self, relay: RelayId, to: SocketAddr, dont_fragment: bool) -> Option<Way<'_>> {
        Some(Way {
            socket: self.get(relay)?,
            to,
            source: None,
            dont_fragment,
        })
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
        self.shared.set_owner(address, self.owner);
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

impl Desk {
    fn new(worker: Worker, tasks: Receiver<Task>) -> anyhow::Result<Self> {
        let poll = epoll::create(epoll::CreateFlags::CLOEXEC).context("make a poll")?;
        for (at, listener) in worker.listeners.iter().enumerate() {
            let data = epoll::EventData::new_u64(LISTENER | at as u64);
            epoll::add(&poll, &listener.socket, data, epoll::EventFlags::IN).context("watch a socket")?;
        }
        let data = epoll::EventData::new_u64(BELL);
        epoll::add(&poll, worker.place.bell(), data, epoll::EventFlags::IN).context("watch the bell")?;
        let can_cut = worker.listeners.iter().all(|listener| mail::can_cut(&listener.socket));
        Ok(Self {
            listeners: worker.listeners,
            turn: worker.turn,
            relays: Relays {
                poll,
                sockets: Vec::new(),
                closing: Vec::new(),
                shared: worker.shared,
                owner: worker.place.owner(),
            },
            outgoing: Outgoing {
                outbox: Outbox::new(can_cut),
                bundles: worker.place.outgoing(),
            },
            place: worker.place,
            tasks,
            inbox: Inbox::new(),
            answer: Answer::new(),
            began: Instant::now(),
            now: Now {
                clock: Duration::ZERO,
                date: Duration::ZERO,
            },
            pace: Pace::default(),
        })
    }

    fn work(mut self) -> anyhow::Result<()> {
        let mut events = Vec::with_capacity(EVENTS);
        loop {
            let due = self.expire();
            self.pace.rest();
            events.clear();
            match epoll::wait(
                &self.relays.poll,
                rustix::buffer::spare_capacity(&mut events),
                due.as_ref(),
            ) {
                Ok(_) | Err(Errno::INTR) => {}
                Err(error) => return Err(error).context("wait for datagrams"),
            }
            self.look_at_the_clock();
            for event in &events {
                match event.data.u64() {
                    BELL => {
                        // Heard first: what rings later rings again.
                        self.hear_neighbours();
                        if self.is_over() {
                            return Ok(());
                        }
                    }
                    data if data & LISTENER != 0 => self.hear_clients((data & !LISTENER) as usize)?,
                    data => self.hear_peers(RelayId(data as u32)),
                }
                if self.inbox.room() < ROOM {
                    self.send();
                }
            }
            self.send();
        }
    }

    fn send(&mut self) {
        self.outgoing.send(&self.inbox);
        self.inbox.clear();
    }

    /// Takes away what has ended; how long the next has.
    fn expire(&mut self) -> Option<Timespec> {
        let due = self.turn.as_mut()?.expire(self.now, &mut self.relays);
        self.relays.closing.clear();
        // Rather late than twice.
        let wait = due?.saturating_sub(self.began.elapsed()) + Duration::from_millis(1);
        Timespec::try_from(wait).ok()
    }

    /// Once for all that a wake-up brings.
    fn look_at_the_clock(&mut self) {
        self.now = Now {
            clock: self.began.elapsed(),
            date: SystemTime::UNIX_EPOCH.elapsed().unwrap_or_default(),
        };
        self.pace.woke(self.now.clock);
    }

    /// Does what is wanted; true: it is to end.
    fn is_over(&mut self) -> bool {
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
        let listener = &self.listeners[at];
        let numbers = match self.inbox.receive(listener.socket.as_fd()) {
            Ok(numbers) => numbers,
            Err(error) if mail::is_passing(&error) => return Ok(()),
            Err(error) => return Err(error).with_context(|| format!("receive on {}", listener.addr)),
        };
        self.pace.handled(numbers.len());
        for number in numbers {
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
                    self.outgoing.outbox.write(way, None, self.answer.as_bytes(), 0);
                }
                continue;
            };
            let client = FiveTuple {
                transport: Transport::Udp,
                socket: at as u32,
                server: SocketAddr::new(to.unwrap_or(listener.addr.ip()), listener.addr.port()),
                client: from,
            };
            match turn.hear_client(self.now, client, bytes, &mut self.relays, &mut self.answer) {
                Order::Answer => self.outgoing.outbox.write(way, None, self.answer.as_bytes(), 0),
                order => {
                    let letter = Some((number, bytes));
                    self.outgoing.carry_out(&order, letter, &self.listeners, &self.relays);
                }
            }
        }
        Ok(())
    }

    fn hear_peers(&mut self, relay: RelayId) {
        let (Some(turn), Some(socket)) = (&mut self.turn, self.relays.get(relay)) else {
            return;
        };
        // What is wrong with a socket to peers is one peer's: an answer of some router that it can't be reached.
        let Ok(numbers) = self.inbox.receive(socket) else {
            return;
        };
        self.pace.handled(numbers.len());
        for number in numbers {
            let Some((from, _, bytes)) = self.inbox.read(number) else {
                continue;
            };
            let order = turn.hear_peer(self.now, relay, from, bytes);
            let letter = Some((number, bytes));
            self.outgoing.carry_out(&order, letter, &self.listeners, &self.relays);
        }
    }

    fn hear_neighbours(&mut self) {
        for bundle in self.place.take() {
            let Some(turn) = &mut self.turn else { return };
            for (from, to, data) in bundle.iter() {
                let order = turn.hear_neighbour(self.now, from, to, data);
                self.outgoing.carry_out(&order, None, &self.listeners, &self.relays);
            }
        }
    }
}

/// What is to be sent when all that a wake-up has brought is read.
struct Outgoing {
    outbox: Outbox,
    bundles: Bundles,
}

impl Outgoing {
    /// Puts what is relayed into the outbox; `letter` is what it came in, where it is one of the inbox.
    fn carry_out(
        &mut self,
        order: &Order<'_>,
        letter: Option<(usize, &[u8])>,
        listeners: &[Listener],
        relays: &Relays,
    ) {
        let (way, head, data, padding) = match *order {
            Order::ToPeer {
                relay,
                peer,
                data,
                dont_fragment,
            } => {
                let Some(way) = relays.way(relay, peer, dont_fragment) else {
                    return;
                };
                (way, None, data, 0)
            }
            Order::ToNeighbour {
                relay,
                from,
                to,
                bound,
                data,
            } => match relays.shared.owner(bound) {
                Owner::Worker(number) => return self.bundles.add(number, from, to, data),
                Owner::Nobody => return,
                // It has no bell.
                Owner::Stream => {
                    let Some(way) = relays.way(relay, bound, false) else {
                        return;
                    };
                    (way, None, data, 0)
                }
            },
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
                (way, Some(head), data, padding)
            }
            Order::Silence | Order::Answer => return,
        };
        match letter {
            Some((number, letter)) => {
                let part = (number, data.as_ptr() as usize - letter.as_ptr() as usize, data.len());
                self.outbox.forward(way, head, part, padding);
            }
            None => self.outbox.write(way, head, data, padding),
        }
    }

    fn send(&mut self, inbox: &Inbox) {
        self.outbox.send(inbox);
        self.bundles.send();
    }
}

const BUFFER: usize = 1024 * 1024;
const EVENTS: usize = 256;
/// The inbox has at least as much room before the next socket is heard.
const ROOM: usize = mail::SIZE / 2;
/// Marks the poll's data of a listener; the rest is its number. A relay's is its own.
const LISTENER: u64 = 1 << 32;
const BELL: u64 = 1 << 33;
