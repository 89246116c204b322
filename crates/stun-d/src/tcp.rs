//! Streams: TCP, and TLS over it. Clients come here when UDP is blocked: for one question, or to be relayed for a whole visit.

use std::{
    io,
    net::SocketAddr,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use rustls::ServerConfig;
use socket2::{Protocol, SockRef, Type};
use stun::{Framer, Rates};
use tokio::{
    io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
    task::JoinSet,
    time::{sleep, sleep_until, timeout},
};
use tokio_rustls::TlsAcceptor;

use crate::{
    client::{Client, IDLE, PATIENCE},
    errand::Connections,
    meter::{Entrance, Meters},
    relay::RelayMaker,
    seats::{Seat, Seats},
    socket,
};

#[derive(Debug)]
pub(crate) struct TcpPort {
    listener: TcpListener,
    addr: SocketAddr,
    tls: Option<Arc<ServerConfig>>,
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
    /// With `tls` every connection begins with its handshake.
    pub(crate) fn bind(addr: SocketAddr, tls: Option<Arc<ServerConfig>>) -> io::Result<Self> {
        let listener = match daemon::sockets::handed_tcp(addr) {
            Some(listener) => listener,
            None => {
                let socket = socket::unbound(addr, Type::STREAM, Protocol::TCP)?;
                socket.bind(&addr.into())?;
                socket.listen(BACKLOG)?;
                socket.into()
            }
        };
        let listener = TcpListener::from_std(listener)?;
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
                            let acceptor = self.tls.clone().map(TlsAcceptor::from);
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

struct Connection {
    client: Client,
    framer: Framer,
}

impl Connection {
    fn new(client: SocketAddr, server: SocketAddr, entrance: Entrance, common: Arc<Common>) -> Self {
        let client = Client::new(client, server, entrance, common);
        let framer = if client.is_relayed() {
            Framer::with_channels()
        } else {
            Framer::new()
        };
        Self { client, framer }
    }

    async fn serve<S: AsyncRead + AsyncWrite + Unpin>(mut self, mut stream: S) -> io::Result<()> {
        let outcome = self.converse(&mut stream).await;
        self.client.leave();
        let _ = timeout(PATIENCE, stream.shutdown()).await;
        outcome
    }

    async fn converse<S: AsyncRead + AsyncWrite + Unpin>(&mut self, stream: &mut S) -> io::Result<()> {
        let mut spoke = Instant::now();
        loop {
            while let Some(message) = self.framer.next().map_err(io::Error::other)? {
                let answer = self.client.hear(message);
                if let Some(answer) = answer.map_err(|_| io::ErrorKind::QuotaExceeded)? {
                    timeout(PATIENCE, stream.write_all(answer)).await??;
                }
            }
            self.client.count();
            let due = self.client.expire();
            let patience = if self.framer.is_within_message() {
                PATIENCE
            } else {
                IDLE
            };
            if due.is_none() && self.client.is_old() {
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
                word = self.client.attend() => if let Some(word) = word {
                    timeout(PATIENCE, stream.write_all(&word)).await??;
                },
                // Who has an allocation may be silent as long as that lasts.
                () = sleep_until(due.unwrap_or(spoke + patience).into()) => {
                    if due.is_none() {
                        return Err(io::ErrorKind::TimedOut.into());
                    }
                }
            }
        }
    }
}

impl Common {
    pub(crate) fn rates(&self) -> MutexGuard<'_, Rates> {
        self.rates.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

const BACKLOG: i32 = 1024;
const A_BREATH: Duration = Duration::from_millis(50);
/// Bytes: a quarter of a second at the best that a call sends.
const SEND_BUFFER: usize = 128 * 1024;
