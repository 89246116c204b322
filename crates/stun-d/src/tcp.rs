//! One TCP port. Clients come here when UDP is blocked: rarely, and for one question. So there are few connections, and they are short.

use std::{
    collections::BTreeMap,
    io,
    net::{IpAddr, Ipv6Addr, SocketAddr},
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use socket2::{Protocol, Type};
use stun::{Answer, Framer};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
    task::JoinSet,
    time::{sleep, timeout},
};

use crate::socket;

#[derive(Debug)]
pub(crate) struct TcpPort {
    listener: TcpListener,
}

impl TcpPort {
    pub(crate) fn bind(addr: SocketAddr) -> io::Result<Self> {
        let socket = socket::unbound(addr, Type::STREAM, Protocol::TCP)?;
        socket.bind(&addr.into())?;
        socket.listen(BACKLOG)?;
        let listener = TcpListener::from_std(socket.into())?;
        Ok(Self { listener })
    }

    pub(crate) async fn serve(self) -> anyhow::Result<()> {
        let mut connections = JoinSet::new();
        let seats = Seats::default();
        loop {
            tokio::select! {
                accepted = self.listener.accept() => match accepted {
                    Ok((stream, from)) => {
                        // Who finds no seat is closed at once.
                        if let Some(seat) = seats.take(from.ip()) {
                            connections.spawn(converse(stream, from, seat));
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

/// Answers what one client asks, in order, until it goes or takes too long.
async fn converse(mut stream: TcpStream, from: SocketAddr, _seat: Seat) {
    // An answer is one small segment; waiting for more to send with it would only delay it.
    let _ = stream.set_nodelay(true);
    // Whatever went wrong, the connection is over.
    let _ = timeout(A_LIFE, answer_all(&mut stream, from)).await;
}

async fn answer_all(stream: &mut TcpStream, from: SocketAddr) -> io::Result<()> {
    let mut framer = Framer::new();
    let mut answer = Answer::new();
    loop {
        while let Some(request) = framer.next().map_err(io::Error::other)? {
            if stun::answer(request, from, &mut answer) {
                timeout(PATIENCE, stream.write_all(answer.as_bytes())).await??;
            }
        }
        let patience = if framer.is_within_message() { PATIENCE } else { IDLE };
        let count = timeout(patience, stream.read(framer.space())).await??;
        if count == 0 {
            return Ok(());
        }
        framer.filled(count);
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
/// From the first byte of a message to its last, and for an answer to be taken.
const PATIENCE: Duration = Duration::from_secs(10);
/// Between two messages.
const IDLE: Duration = Duration::from_secs(30);
/// A connection's longest.
const A_LIFE: Duration = Duration::from_secs(600);
const A_BREATH: Duration = Duration::from_millis(50);
