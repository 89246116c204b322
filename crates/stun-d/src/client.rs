//! A client that has a relay of its own: all that the relay knows of is this client. It came over a connection, or over DTLS.

use std::{
    net::SocketAddr,
    sync::Arc,
    time::{Duration, Instant, SystemTime},
};

use stun::{
    Answer,
    turn::{self, FiveTuple, Icmp, Now, Order, RelayId, Transport, Turn},
};

use crate::{
    errand::Presence,
    meter::{Entrance, Meter},
    ports::{News, OwnPorts},
    tcp::Common,
};

pub(crate) struct Client {
    tuple: FiveTuple,
    turn: Option<Turn>,
    ports: OwnPorts,
    /// What comes from a peer.
    letter: Vec<u8>,
    answer: Answer,
    began: Instant,
    entrance: Entrance,
    meter: Arc<Meter>,
    /// What of the relay's statistics the meter has.
    told: turn::Statistics,
    presence: Presence,
    common: Arc<Common>,
}

/// The client asks more than it may.
#[derive(Debug, thiserror::Error)]
#[error("it asks too much")]
pub(crate) struct TooMuch;

impl Client {
    /// Over DTLS it is sent what it would be over UDP: ChannelData is not padded (RFC 8656 section 12.5).
    pub(crate) fn new(client: SocketAddr, server: SocketAddr, entrance: Entrance, common: Arc<Common>) -> Self {
        // First: what is changed from now on comes as an errand.
        let presence = common.connections.join();
        let transport = match entrance {
            Entrance::Udp | Entrance::Dtls => Transport::Udp,
            Entrance::Tcp | Entrance::Tls => Transport::Stream,
        };
        Self {
            tuple: FiveTuple {
                transport,
                socket: 0,
                server,
                client,
            },
            turn: common.relays.make(),
            ports: OwnPorts::new(common.relays.shared()),
            letter: vec![0; stun::MAX_REQUEST + 1],
            answer: Answer::new(),
            began: Instant::now(),
            entrance,
            meter: common.meters.of_connection(entrance, client),
            told: turn::Statistics::default(),
            presence,
            common,
        }
    }

    pub(crate) fn is_relayed(&self) -> bool {
        self.turn.is_some()
    }

    /// One message of the client's: what it is answered, if anything.
    pub(crate) fn hear(&mut self, message: &[u8]) -> Result<Option<&[u8]>, TooMuch> {
        let now = self.now();
        let (source, clock) = (self.tuple.client.ip(), self.common.began.elapsed());
        if !self.common.rates().lets(message, source, clock)
            && !self.turn.as_ref().is_some_and(|turn| turn.has_client(&self.tuple))
        {
            self.meter.rate_limited();
            return Err(TooMuch);
        }
        let order = match &mut self.turn {
            Some(turn) => turn.hear_client(now, self.tuple, message, &mut self.ports, &mut self.answer),
            None if stun::answer(message, self.tuple.client, &mut self.answer) => Order::Answer,
            None => Order::Silence,
        };
        match order {
            Order::Answer => {
                self.meter.answered(&self.answer);
                self.common.rates().answered(&self.answer, source, clock);
                return Ok(Some(self.answer.as_bytes()));
            }
            Order::ToPeer { relay, peer, data, .. } => self.ports.send(relay, peer, data),
            Order::ToNeighbour { relay, bound, data, .. } => self.ports.send(relay, bound, data),
            // Others' allocations are not this relay's.
            Order::ToClient { .. } | Order::Silence => {}
        }
        Ok(None)
    }

    /// Waits for word from a peer or about one, or for an errand: what the client is sent, if anything. Nothing is lost where it is not waited for to the end.
    pub(crate) async fn attend(&mut self) -> Option<Vec<u8>> {
        tokio::select! {
            (relay, peer, news) = self.ports.receive(&mut self.letter) => match news {
                News::Datagram(count) => self.of_peer(relay, peer, count),
                News::Undelivered(icmp) => self.of_router(relay, peer, icmp),
            },
            errand = self.presence.next() => {
                let now = self.now();
                if let Some(turn) = &mut self.turn {
                    errand.run(turn, self.entrance, now, &mut self.ports);
                }
                None
            }
        }
    }

    fn of_peer(&mut self, relay: RelayId, peer: SocketAddr, count: usize) -> Option<Vec<u8>> {
        let now = self.now();
        let order = self.turn.as_mut()?.hear_peer(now, relay, peer, &self.letter[..count]);
        match order {
            Order::ToClient {
                head, data, padding, ..
            } => Some([head.as_bytes(), data, &[0; 3][..padding]].concat()),
            _ => None,
        }
    }

    fn of_router(&mut self, relay: RelayId, peer: SocketAddr, icmp: Icmp) -> Option<Vec<u8>> {
        let now = self.now();
        self.turn
            .as_mut()?
            .hear_icmp(now, relay, peer, icmp, &mut self.answer)?;
        Some(self.answer.as_bytes().to_vec())
    }

    /// Frees what is over, and says when something else will be; nothing where there is no allocation.
    pub(crate) fn expire(&mut self) -> Option<Instant> {
        let now = self.now();
        let due = self.turn.as_mut()?.expire(now, &mut self.ports)?;
        Some(self.began + due + A_BREATH)
    }

    /// Whether it has been here for as long as one may that has no allocation.
    pub(crate) fn is_old(&self) -> bool {
        self.began.elapsed() > A_LIFE
    }

    pub(crate) fn count(&mut self) {
        if let Some(turn) = &self.turn {
            self.meter.follow(&mut self.told, turn.statistics());
        }
    }

    /// Its ports are free again, and its allocation does not count any more.
    pub(crate) fn leave(&mut self) {
        if let Some(turn) = &mut self.turn {
            turn.gone(self.tuple, &mut self.ports);
        }
        self.count();
    }

    fn now(&self) -> Now {
        Now {
            clock: self.began.elapsed(),
            date: SystemTime::UNIX_EPOCH.elapsed().unwrap_or_default(),
        }
    }
}

/// Between two messages, where there is no allocation.
pub(crate) const IDLE: Duration = Duration::from_secs(30);
/// For a handshake, for a message from its first byte to its last, and for an answer to be taken.
pub(crate) const PATIENCE: Duration = Duration::from_secs(10);
/// The longest stay without an allocation.
const A_LIFE: Duration = Duration::from_secs(600);
const A_BREATH: Duration = Duration::from_millis(50);
