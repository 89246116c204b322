//! What a worker does: a wake-up brings datagrams of clients and of peers, all are read and judged, and then all is sent that follows.

use std::{
    net::SocketAddr,
    os::fd::AsFd as _,
    sync::{Arc, mpsc::Receiver},
    time::{Duration, Instant, SystemTime},
};

use anyhow::Context as _;
use rustix::{
    event::{Timespec, epoll},
    io::Errno,
};
use stun::{
    Answer, Rates,
    turn::{self, FiveTuple, Now, Order, RelayId, Transport, Turn},
};

use crate::{
    icmp,
    mail::{self, Datagram, Inbox, Way},
    meter::{Entrance, Meter},
    neighbours::Place,
    outgoing::{Outgoing, way_to},
    pace::Pace,
    peers::Relays,
    worker::{Listener, Task, Worker},
};

/// A worker at work.
pub(crate) struct Desk {
    listeners: Vec<Listener>,
    turn: Option<Turn>,
    relays: Relays,
    place: Place,
    tasks: Receiver<Task>,
    inbox: Inbox,
    outgoing: Outgoing,
    answer: Answer,
    meter: Arc<Meter>,
    /// What of the relay's statistics the meter has.
    told: turn::Statistics,
    rates: Rates,
    began: Instant,
    now: Now,
    pace: Pace,
}

impl Desk {
    pub(crate) fn new(worker: Worker, tasks: Receiver<Task>) -> anyhow::Result<Self> {
        let poll = epoll::create(epoll::CreateFlags::CLOEXEC).context("make a poll")?;
        for (at, listener) in worker.listeners.iter().enumerate() {
            let data = epoll::EventData::new_u64(LISTENER | at as u64);
            epoll::add(&poll, &listener.socket, data, epoll::EventFlags::IN).context("watch a socket")?;
        }
        let data = epoll::EventData::new_u64(BELL);
        epoll::add(&poll, worker.place.bell(), data, epoll::EventFlags::IN).context("watch the bell")?;
        for listener in &worker.listeners {
            mail::take_together(&listener.socket);
        }
        let can_cut = worker.listeners.iter().all(|listener| mail::can_cut(&listener.socket));
        Ok(Self {
            listeners: worker.listeners,
            turn: worker.turn,
            relays: Relays::new(poll, worker.shared, worker.place.owner()),
            outgoing: Outgoing::new(can_cut, worker.place.outgoing()),
            place: worker.place,
            tasks,
            inbox: Inbox::new(),
            answer: Answer::new(),
            meter: worker.meter,
            told: turn::Statistics::default(),
            rates: worker.rates,
            began: Instant::now(),
            now: Now {
                clock: Duration::ZERO,
                date: Duration::ZERO,
            },
            pace: Pace::default(),
        })
    }

    pub(crate) fn work(mut self) -> anyhow::Result<()> {
        let mut events = Vec::with_capacity(EVENTS);
        loop {
            let due = self.expire();
            if let Some(turn) = &self.turn {
                self.meter.follow(&mut self.told, turn.statistics());
            }
            self.pace.rest();
            events.clear();
            match epoll::wait(
                self.relays.poll(),
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
                    data => {
                        let flags = event.flags;
                        if flags.contains(epoll::EventFlags::ERR) {
                            self.hear_routers(RelayId(data as u32));
                        }
                        self.hear_peers(RelayId(data as u32));
                    }
                }
                if self.inbox.room() < ROOM {
                    self.send();
                }
            }
            self.send();
        }
    }

    fn send(&mut self) {
        self.outgoing.send(&mut self.inbox);
        self.inbox.clear();
        self.relays.forget();
    }

    /// Takes away what has ended; how long the next has.
    fn expire(&mut self) -> Option<Timespec> {
        let due = self.turn.as_mut()?.expire(self.now, &mut self.relays);
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
                (Task::SetRates(rates), _) => self.rates = rates,
                (Task::Run(errand), Some(turn)) => errand.run(turn, Entrance::Udp, self.now, &mut self.relays),
                (Task::Run(_), None) => {}
                // Who asked may have given it up.
                (Task::Answer(to), _) => drop(to.send(())),
            }
        }
        false
    }

    /// One batch: others have their turn before the next.
    fn hear_clients(&mut self, at: usize) -> anyhow::Result<()> {
        let listener = &self.listeners[at];
        let letters = match self.inbox.receive(listener.socket.as_fd()) {
            Ok(letters) => letters,
            Err(error) if mail::is_passing(&error) => return Ok(()),
            Err(error) => return Err(error).with_context(|| format!("receive on {}", listener.addr())),
        };
        self.pace.handled(letters.len());
        for datagram in self.inbox.datagrams(letters) {
            let Datagram { from, to, bytes, .. } = datagram;
            let way = Way {
                socket: listener.socket.as_fd(),
                to: from,
                source: to,
                dont_fragment: false,
            };
            let client = FiveTuple {
                transport: Transport::Udp,
                socket: at as u32,
                server: SocketAddr::new(to.unwrap_or(listener.addr().ip()), listener.addr().port()),
                client: from,
            };
            // Who has an allocation has proven to be there: others of its network, or who writes its address, don't keep it from its refresh.
            if !self.rates.lets(bytes, from.ip(), self.now.clock)
                && !self.turn.as_ref().is_some_and(|turn| turn.has_client(&client))
            {
                self.meter.rate_limited();
                continue;
            }
            let passage = listener
                .square
                .and_then(|square| square.answer(bytes, listener.addr(), from, &mut self.answer));
            if let Some(passage) = passage
                && let Some(other) = self.listeners.iter().find(|it| it.addr() == passage.from)
            {
                self.meter.answered(&self.answer);
                let (socket, to) = (other.socket.as_fd(), passage.to);
                self.outgoing.answer(Way { socket, to, ..way }, self.answer.as_bytes());
                continue;
            }
            let order = match &mut self.turn {
                Some(turn) => turn.hear_client(self.now, client, bytes, &mut self.relays, &mut self.answer),
                None if stun::answer(bytes, from, &mut self.answer) => Order::Answer,
                None => Order::Silence,
            };
            match order {
                Order::Answer => {
                    self.meter.answered(&self.answer);
                    self.rates.answered(&self.answer, from.ip(), self.now.clock);
                    self.outgoing.answer(way, self.answer.as_bytes());
                }
                order => self
                    .outgoing
                    .carry_out(&order, Some(datagram), &self.listeners, &self.relays),
            }
        }
        Ok(())
    }

    fn hear_peers(&mut self, relay: RelayId) {
        let (Some(turn), Some(socket)) = (&mut self.turn, self.relays.get(relay)) else {
            return;
        };
        // What is wrong with a socket to peers is one peer's: an answer of some router that it can't be reached.
        let Ok(letters) = self.inbox.receive(socket) else {
            return;
        };
        self.pace.handled(letters.len());
        for datagram in self.inbox.datagrams(letters) {
            let order = turn.hear_peer(self.now, relay, datagram.from, datagram.bytes);
            self.outgoing
                .carry_out(&order, Some(datagram), &self.listeners, &self.relays);
        }
    }

    /// What could not be delivered to peers (RFC 8656 section 11.5).
    fn hear_routers(&mut self, relay: RelayId) {
        let (Some(turn), Some(socket)) = (&mut self.turn, self.relays.get(relay)) else {
            return;
        };
        for (peer, icmp) in icmp::queue(socket) {
            if let Some(client) = turn.hear_icmp(self.now, relay, peer, icmp, &mut self.answer) {
                let way = way_to(client, &self.listeners);
                self.outgoing.answer(way, self.answer.as_bytes());
            }
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

const EVENTS: usize = 256;
/// The inbox has at least as much room before the next socket is heard.
const ROOM: usize = mail::SIZE / 2;
/// Marks the poll's data of a listener; the rest is its number. A relay's is its own.
const LISTENER: u64 = 1 << 32;
const BELL: u64 = 1 << 33;
