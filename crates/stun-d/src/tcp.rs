//! Streams: TCP, and TLS over it. Clients come here when UDP is blocked: for one question, or to be relayed for a whole visit.

use std::{
    collections::BTreeMap,
    future::{pending, poll_fn},
    io,
    net::{IpAddr, Ipv6Addr, SocketAddr},
    sync::{Arc, Mutex, PoisonError},
    task::Poll,
    time::{Duration, Instant, SystemTime},
};

use rustls::ServerConfig;
use socket2::{Protocol, SockRef, Type};
use stun::{
    Answer, Framer,
    turn::{FiveTuple, Now, Order, Ports, RelayId, Token, Transport, Turn},
};
use tokio::{
    io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _, ReadBuf},
    net::{TcpListener, TcpStream, UdpSocket},
    task::JoinSet,
    time::{sleep, sleep_until, timeout},
};
use tokio_rustls::TlsAcceptor;

use crate::{
    relay::RelayMaker,
    shared::{Owner, Shared},
    socket,
};

#[derive(Debug)]
pub(crate) struct TcpPort {
    listener: TcpListener,
    addr: SocketAddr,
    tls: Option<Arc<ServerConfig>>,
}

impl TcpPort {
    /// With `tls` every connection begins with its handshake.
    pub(crate) fn bind(addr: SocketAddr, tls: Option<Arc<ServerConfig>>) -> io::Result<Self> {
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

    pub(crate) async fn serve(self, relays: RelayMaker) -> anyhow::Result<()> {
        let acceptor = self.tls.map(TlsAcceptor::from);
        let mut connections = JoinSet::new();
        let seats = Seats::default();
        loop {
            tokio::select! {
                accepted = self.listener.accept() => match accepted {
                    Ok((stream, from)) => {
                        // Who finds no seat is closed at once.
                        if let Some(seat) = seats.take(from.ip()) {
                            connections.spawn(converse(stream, from, acceptor.clone(), relays.clone(), seat));
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
async fn converse(stream: TcpStream, client: SocketAddr, tls: Option<TlsAcceptor>, relays: RelayMaker, _seat: Seat) {
    // What is sent is small and wanted at once; waiting for more to send with it would only delay it.
    let _ = stream.set_nodelay(true);
    // What the client doesn't take is dropped by the sockets to its peers, and does not grow old here.
    let _ = SockRef::from(&stream).set_send_buffer_size(SEND_BUFFER);
    let Ok(server) = stream.local_addr() else { return };
    let connection = Connection::new(client, server, &relays);
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
}

impl Connection {
    fn new(client: SocketAddr, server: SocketAddr, relays: &RelayMaker) -> Self {
        let turn = relays.make();
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
                shared: relays.shared(),
            },
            answer: Answer::new(),
            began: Instant::now(),
        }
    }

    async fn serve<S: AsyncRead + AsyncWrite + Unpin>(mut self, mut stream: S) -> io::Result<()> {
        let outcome = self.converse(&mut stream).await;
        // Its ports are free again, and its allocation does not count any more.
        if let Some(turn) = &mut self.turn {
            turn.gone(self.client, &mut self.ports);
        }
        let _ = timeout(PATIENCE, stream.shutdown()).await;
        outcome
    }

    async fn converse<S: AsyncRead + AsyncWrite + Unpin>(&mut self, stream: &mut S) -> io::Result<()> {
        let mut letter = vec![0; stun::MAX_REQUEST + 1];
        let mut spoke = Instant::now();
        loop {
            while self.hear(stream).await? {}
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
        let Some(turn) = &mut self.turn else {
            if stun::answer(message, self.client.client, &mut self.answer) {
                timeout(PATIENCE, stream.write_all(self.answer.as_bytes())).await??;
            }
            return Ok(true);
        };
        match turn.hear_client(now, self.client, message, &mut self.ports, &mut self.answer) {
            Order::Answer => timeout(PATIENCE, stream.write_all(self.answer.as_bytes())).await??,
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

    fn now(&self) -> Now {
        Now {
            clock: self.began.elapsed(),
            date: SystemTime::UNIX_EPOCH.elapsed().unwrap_or_default(),
        }
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

/// How many connections there are, altogether and from each network.
#[derive(Debug, Clone, Default)]
struct Seats {
    taken: Arc<Mutex<BTreeMap<IpAddr, usize>>>,
}

/// A connection's place; dropping it frees it.
#[derive(Debug)]
struct Seat {
    seats: Seats,
    network: IpAddr,
}

impl Seats {
    fn take(&self, from: IpAddr) -> Option<Seat> {
        let network = network(from);
        let mut taken = self.taken.lock().unwrap_or_else(PoisonError::into_inner);
        let all: usize = taken.values().sum();
        let own = taken.get(&network).copied().unwrap_or(0);
        if all >= CONNECTIONS || own >= CONNECTIONS_OF_A_NETWORK {
            return None;
        }
        taken.insert(network, own + 1);
        Some(Seat {
            seats: self.clone(),
            network,
        })
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        let mut taken = self.seats.taken.lock().unwrap_or_else(PoisonError::into_inner);
        match taken.get_mut(&self.network) {
            Some(count) if *count > 1 => *count -= 1,
            _ => {
                taken.remove(&self.network);
            }
        }
    }
}

/// Who has one IPv6 address has a whole /64 of them.
fn network(ip: IpAddr) -> IpAddr {
    match ip {
        IpAddr::V4(_) => ip,
        IpAddr::V6(ip) => Ipv6Addr::from_bits(ip.to_bits() & u128::MAX << 64).into(),
    }
}

const BACKLOG: i32 = 1024;
/// Of one port.
const CONNECTIONS: usize = 2000;
/// A hospital behind one address has fewer people who open a page in the same minute.
const CONNECTIONS_OF_A_NETWORK: usize = 100;
/// From the first byte of a message to its last, for an answer to be taken, and for a handshake.
const PATIENCE: Duration = Duration::from_secs(10);
/// Between two messages, where there is no allocation.
const IDLE: Duration = Duration::from_secs(30);
/// The longest connection without an allocation.
const A_LIFE: Duration = Duration::from_secs(600);
const A_BREATH: Duration = Duration::from_millis(50);
/// Bytes: a quarter of a second at the best that a call sends.
const SEND_BUFFER: usize = 128 * 1024;
