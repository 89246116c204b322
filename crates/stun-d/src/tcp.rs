//! Streams: TCP, and TLS over it. Clients come here when UDP is blocked: for one question, or to be relayed for a whole visit.

use std::{
    future::{pending, poll_fn},
    io,
    net::SocketAddr,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    task::Poll,
    time::{Duration, Instant, SystemTime},
};

use rustls::ServerConfig;
use socket2::{Protocol, SockRef, Type};
use stun::{
    Answer, Framer, Rates,
    turn::{self, FiveTuple, Now, Order, Ports, RelayId, Token, Transport, Turn},
};
use tokio::{
    io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _, ReadBuf},
    net::{TcpListener, TcpStream, UdpSocket},
    sync::watch,
    task::JoinSet,
    time::{sleep, sleep_until, timeout},
};
use tokio_rustls::TlsAcceptor;

use crate::{
    errand::{Connections, Presence},
    meter::{Entrance, Meter, Meters},
    relay::RelayMaker,
    seats::{Seat, Seats},
    shared::{Owner, Shared},
    socket,
};

#[derive(Debug)]
pub(crate) struct TcpPort {
    listener: TcpListener,
    addr: SocketAddr,
    tls: Option<watch::Receiver<Arc<ServerConfig>>>,
}

/// What connections have in common.
#[derive(Debug)]
pub(crate) struct Common {
    pub(crate) relays: RelayMaker,
    pub(crate) connections: Connections,
    pub(crate) meters: Meters,
    pub(crate) rates: Mutex<Rates>,
    pub(crate) began: Instant,
}

impl TcpPort {
    /// With `tls` every connection begins with its handshake, by what that is then.
    pub(crate) fn bind(addr: SocketAddr, tls: Option<watch::Receiver<Arc<ServerConfig>>>) -> io::Result<Self> {
        let socket = socket::unbound(addr, Type::STREAM, Protocol::TCP)?;
        socket.bind(&addr.into())?;
        socket.listen(BACKLOG)?;
        let listener = TcpListener::from_std(socket.into())?;
        let addr = listener.local_addr()?;
        Ok(Self { listener, addr, tls })
    }

    pub(crate) fn addr(&self) -> SocketAddr {
        self.addr
    }

    pub(crate) async fn serve(self, common: Arc<Common>) -> anyhow::Result<()> {
        let mut connections = JoinSet::new();
        let seats = Seats::default();
        loop {
            tokio::select! {
                accepted = self.listener.accept() => match accepted {
                    Ok((stream, from)) => {
                        // Who finds no seat is closed at once.
                        if let Some(seat) = seats.take(from.ip()) {
                            let acceptor = self.tls.as_ref().map(|tls| TlsAcceptor::from(Arc::clone(&tls.borrow())));
                            connections.spawn(converse(stream, from, acceptor, Arc::clone(&common), seat));
                        }
                    }
                    // One connection broke, or there are no descriptors left: the others go on.
                    Err(_) => sleep(A_BREATH).await,
                },
                Some(_ended) = connections.join_next() => {}
            }
        }
    }
}

/// Answers what one client asks, in order, and relays for it, until it goes or takes too long.
async fn converse(stream: TcpStream, client: SocketAddr, tls: Option<TlsAcceptor>, common: Arc<Common>, _seat: Seat) {
    // What is sent is small and wanted at once; waiting for more to send with it would only delay it.
    let _ = stream.set_nodelay(true);
    // What the client doesn't take is dropped by the sockets to its peers, and does not grow old here.
    let _ = SockRef::from(&stream).set_send_buffer_size(SEND_BUFFER);
    let Ok(server) = stream.local_addr() else { return };
    let entrance = if tls.is_some() { Entrance::Tls } else { Entrance::Tcp };
    let connection = Connection::new(client, server, entrance, common);
    // Whatever went wrong, the connection is over.
    match tls {
        None => drop(connection.serve(stream).await),
        Some(acceptor) => {
            if let Ok(Ok(stream)) = timeout(PATIENCE, acceptor.accept(stream)).await {
                drop(connection.serve(stream).await);
            }
        }
    }
}

/// One client's, which has a relay of its own: all that it knows of is this client.
struct Connection {
    client: FiveTuple,
    turn: Option<Turn>,
    ports: OwnPorts,
    framer: Framer,
    answer: Answer,
    began: Instant,
    entrance: Entrance,
    meter: Arc<Meter>,
    /// What of the relay's statistics the meter has.
    told: turn::Statistics,
    presence: Presence,
    common: Arc<Common>,
}

impl Connection {
    fn new(client: SocketAddr, server: SocketAddr, entrance: Entrance, common: Arc<Common>) -> Self {
        // First: what is changed from now on comes as an errand.
        let presence = common.connections.join();
        let turn = common.relays.make();
        Self {
            client: FiveTuple {
                transport: Transport::Stream,
                socket: 0,
                server,
                client,
            },
            framer: if turn.is_some() {
                Framer::with_channels()
            } else {
                Framer::new()
            },
            turn,
            ports: OwnPorts {
                sockets: Vec::new(),
                shared: common.relays.shared(),
            },
            answer: Answer::new(),
            began: Instant::now(),
            entrance,
            meter: common.meters.of_connection(entrance, client),
            told: turn::Statistics::default(),
            presence,
            common,
        }
    }

    async fn serve<S: AsyncRead + AsyncWrite + Unpin>(mut self, mut stream: S) -> io::Result<()> {
        let outcome = self.converse(&mut stream).await;
        // Its ports are free again, and its allocation does not count any more.
        if let Some(turn) = &mut self.turn {
            turn.gone(self.client, &mut self.ports);
        }
        self.count();
        let _ = timeout(PATIENCE, stream.shutdown()).await;
        outcome
    }

    async fn converse<S: AsyncRead + AsyncWrite + Unpin>(&mut self, stream: &mut S) -> io::Result<()> {
        let mut letter = vec![0; stun::MAX_REQUEST + 1];
        let mut spoke = Instant::now();
        loop {
            while self.hear(stream).await? {}
            self.count();
            let now = self.now();
            let due = self.turn.as_mut().and_then(|turn| turn.expire(now, &mut self.ports));
            let patience = if self.framer.is_within_message() {
                PATIENCE
            } else {
                IDLE
            };
            // Who has an allocation may be silent as long as that lasts.
            let end = due.map_or(spoke + patience, |due| self.began + due + A_BREATH);
            if due.is_none() && self.began.elapsed() > A_LIFE {
                return Ok(());
            }
            tokio::select! {
                count = stream.read(self.framer.space()) => {
                    let count = count?;
                    if count == 0 {
                        return Ok(());
                    }
                    spoke = Instant::now();
                    self.framer.filled(count);
                }
                (relay, peer, count) = self.ports.receive(&mut letter) => self.deliver(stream, relay, peer, &letter[..count]).await?,
                errand = self.presence.next() => if let Some(turn) = &mut self.turn {
                    errand.run(turn, self.entrance, now, &mut self.ports);
                },
                () = sleep_until(end.into()) => {
                    if due.is_none() {
                        return Err(io::ErrorKind::TimedOut.into());
                    }
                }
            }
        }
    }

    /// One message of the client's; false: there is no whole one.
    async fn hear<S: AsyncWrite + Unpin>(&mut self, stream: &mut S) -> io::Result<bool> {
        let now = self.now();
        let Some(message) = self.framer.next().map_err(io::Error::other)? else {
            return Ok(false);
        };
        let (source, clock) = (self.client.client.ip(), self.common.began.elapsed());
        if !self.common.rates().lets(message, source, clock)
            && !self.turn.as_ref().is_some_and(|turn| turn.has_client(&self.client))
        {
            self.meter.rate_limited();
            return Err(io::ErrorKind::QuotaExceeded.into());
        }
        let order = match &mut self.turn {
            Some(turn) => turn.hear_client(now, self.client, message, &mut self.ports, &mut self.answer),
            None if stun::answer(message, self.client.client, &mut self.answer) => Order::Answer,
            None => Order::Silence,
        };
        match order {
            Order::Answer => {
                self.meter.answered(&self.answer);
                self.common.rates().answered(&self.answer, source, clock);
                timeout(PATIENCE, stream.write_all(self.answer.as_bytes())).await??;
            }
            Order::ToPeer { relay, peer, data, .. } => self.ports.send(relay, peer, data),
            Order::ToNeighbour { relay, bound, data, .. } => self.ports.send(relay, bound, data),
            // Others' allocations are not this relay's.
            Order::ToClient { .. } | Order::Silence => {}
        }
        Ok(true)
    }

    async fn deliver<S: AsyncWrite + Unpin>(
        &mut self,
        stream: &mut S,
        relay: RelayId,
        peer: SocketAddr,
        data: &[u8],
    ) -> io::Result<()> {
        let now = self.now();
        let Some(turn) = &mut self.turn else { return Ok(()) };
        if let Order::ToClient {
            head, data, padding, ..
        } = turn.hear_peer(now, relay, peer, data)
        {
            let whole = [head.as_bytes(), data, &[0; 3][..padding]].concat();
            timeout(PATIENCE, stream.write_all(&whole)).await??;
        }
        Ok(())
    }

    fn count(&mut self) {
        if let Some(turn) = &self.turn {
            self.meter.follow(&mut self.told, turn.statistics());
        }
    }

    fn now(&self) -> Now {
        Now {
            clock: self.began.elapsed(),
            date: SystemTime::UNIX_EPOCH.elapsed().unwrap_or_default(),
        }
    }
}

impl Common {
    pub(crate) fn rates(&self) -> MutexGuard<'_, Rates> {
        self.rates.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The sockets to one client's peers: at most one of each family.
struct OwnPorts {
    sockets: Vec<(RelayId, UdpSocket, SocketAddr)>,
    shared: Arc<Shared>,
}

impl OwnPorts {
    /// The next datagram that comes, whole; longer ones are dropped.
    async fn receive(&self, letter: &mut [u8]) -> (RelayId, SocketAddr, usize) {
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
    fn send(&self, relay: RelayId, peer: SocketAddr, data: &[u8]) {
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

const BACKLOG: i32 = 1024;
/// From the first byte of a message to its last, for an answer to be taken, and for a handshake.
const PATIENCE: Duration = Duration::from_secs(10);
/// Between two messages, where there is no allocation.
const IDLE: Duration = Duration::from_secs(30);
/// The longest connection without an allocation.
const A_LIFE: Duration = Duration::from_secs(600);
const A_BREATH: Duration = Duration::from_millis(50);
/// Bytes: a quarter of a second at the best that a call sends.
const SEND_BUFFER: usize = 128 * 1024;
