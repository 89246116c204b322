//! Which sockets there are: of each address one for TCP, and over UDP one a worker.
//!
//! The service manager may hold them (socket activation). Its sockets for UDP belong to another user, so none of ours can join them (`SO_REUSEPORT`): there are then as many
//! workers as it hands over for each address, and otherwise one a core.

use std::{io, net::SocketAddr, path::Path, thread};

use anyhow::Context as _;
use daemon::{ConfigError, sockets};
use socket2::Socket;

use crate::{tcp::TcpPort, worker::Listener};

/// Binds both transports to all these addresses, in their order; for each worker its listeners.
pub(crate) fn bind(addrs: &[SocketAddr]) -> anyhow::Result<(Vec<Vec<Listener>>, Vec<TcpPort>)> {
    let handed: Vec<_> = addrs.iter().map(|&addr| sockets::handed_udp(addr)).collect();
    let count = workers(addrs, &handed)?;
    let mut workers: Vec<Vec<_>> = (0..count).map(|_| Vec::new()).collect();
    let mut ports = Vec::new();
    for (&addr, handed) in addrs.iter().zip(handed) {
        let (listeners, port) = if handed.is_empty() {
            bind_both(addr, count)?
        } else {
            let context = || format!("use the socket unit's {addr} (UDP)");
            let listeners: io::Result<_> = handed.into_iter().map(Listener::of).collect();
            (listeners.with_context(context)?, bind_tcp(addr)?)
        };
        workers
            .iter_mut()
            .zip(listeners)
            .for_each(|(worker, listener)| worker.push(listener));
        ports.push(port);
    }
    Ok((workers, ports))
}

fn workers(addrs: &[SocketAddr], handed: &[Vec<Socket>]) -> Result<usize, ConfigError> {
    let mut given = addrs.iter().zip(handed).filter(|(_, sockets)| !sockets.is_empty());
    let Some((first, sockets)) = given.next() else {
        return Ok(thread::available_parallelism().map_or(1, usize::from).min(MOST_WORKERS));
    };
    let count = sockets.len();
    if count > MOST_WORKERS {
        return Err(refusal(format!(
            "it hands over {count} sockets for {first}, and there may be {MOST_WORKERS} workers at the most"
        )));
    }
    match given.find(|(_, sockets)| sockets.len() != count) {
        None => Ok(count),
        Some((other, sockets)) => Err(refusal(format!(
            "it hands over {count} sockets for {first} and {} for {other}: `ListenDatagram=` has to name each address as often as there are to be workers",
            sockets.len()
        ))),
    }
}

/// Port 0 becomes the same port for both.
fn bind_both(addr: SocketAddr, workers: usize) -> anyhow::Result<(Vec<Listener>, TcpPort)> {
    let is_shared = workers > 1;
    let udp = |addr| Listener::bind(addr, is_shared).with_context(|| format!("bind {addr} (UDP)"));
    if is_shared && addr.port() != 0 {
        // Among workers a port is shared, not with another program.
        drop(Listener::bind(addr, false).with_context(|| format!("bind {addr} (UDP)"))?);
    }
    for attempt in 1.. {
        let first = udp(addr)?;
        let addr_of_both = first.addr();
        match bind_tcp(addr_of_both) {
            Ok(tcp) => {
                let more: anyhow::Result<Vec<_>> = (1..workers).map(|_| udp(addr_of_both)).collect();
                return Ok((std::iter::once(first).chain(more?).collect(), tcp));
            }
            Err(error) if addr.port() != 0 || attempt == ATTEMPTS => return Err(error),
            Err(_) => {}
        }
    }
    unreachable!("the last attempt returns")
}

fn bind_tcp(addr: SocketAddr) -> anyhow::Result<TcpPort> {
    TcpPort::bind(addr, None).with_context(|| format!("bind {addr} (TCP)"))
}

fn refusal(what: String) -> ConfigError {
    ConfigError::new(Path::new("stun-d.socket"), what)
}

/// A free UDP port may be taken over TCP: then another is tried.
const ATTEMPTS: usize = 16;
const MOST_WORKERS: usize = 64;
