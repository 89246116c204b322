//! Listening sockets. Those that the service manager holds for us (socket activation) outlive us: whoever comes while we restart waits, and is not refused.
//!
//! Each is taken by the address that the configuration names, so a unit and a configuration that disagree show at the start. What nobody handed over we bind ourselves.

use std::{
    io,
    net::{self, SocketAddr},
    os::{
        fd::{FromRawFd as _, OwnedFd},
        unix::net::UnixListener,
    },
    path::Path,
    sync::{Mutex, MutexGuard, PoisonError},
};

use anyhow::Context as _;
use socket2::{Socket, Type};

use crate::ConfigError;

/// Listens for connections.
///
/// # Errors
/// When nobody handed the address over, and it can't be bound.
pub fn tcp(addr: SocketAddr) -> io::Result<net::TcpListener> {
    if let Some(listener) = handed_tcp(addr) {
        return Ok(listener);
    }
    let listener = net::TcpListener::bind(addr).map_err(|error| blame_the_holder(error, addr))?;
    listener.set_nonblocking(true)?;
    Ok(listener)
}

/// The listener that was handed over for `addr`, if one was; it doesn't block.
pub fn handed_tcp(addr: SocketAddr) -> Option<net::TcpListener> {
    let is_it = |socket: &Socket| has_addr(socket, addr) && is_of(socket, Type::STREAM);
    handed().take_first(is_it).map(Into::into)
}

/// All sockets for datagrams that were handed over for `addr`; they don't block.
pub fn handed_udp(addr: SocketAddr) -> Vec<Socket> {
    let is_it = |socket: &Socket| has_addr(socket, addr) && is_of(socket, Type::DGRAM);
    let mut handed = handed();
    std::iter::from_fn(|| handed.take_first(is_it)).collect()
}

/// The listener that was handed over for a path, if one was; it doesn't block.
pub(crate) fn handed_unix(path: &Path) -> Option<UnixListener> {
    let has_path = |socket: &Socket| {
        let addr = socket.local_addr().ok();
        addr.is_some_and(|addr| addr.as_pathname() == Some(path)) && is_of(socket, Type::STREAM)
    };
    handed().take_first(has_path).map(Into::into)
}

/// Takes over what the service manager hands to this process (`LISTEN_FDS`). Once, before anything else opens a file.
pub(crate) fn receive() -> anyhow::Result<()> {
    let context = "take over the service manager's sockets";
    for (fd, name) in sd_notify::listen_fds_with_names().context(context)? {
        // SAFETY: the service manager has opened it for this process (`LISTEN_PID`) and nobody else in it knows of it: this runs once.
        let socket = Socket::from(unsafe { OwnedFd::from_raw_fd(fd) });
        socket.set_nonblocking(true).context(context)?;
        handed().0.push((name, socket));
    }
    Ok(())
}

/// To be asked when everything is bound: whoever came to a socket that nobody listens to would wait without end.
///
/// # Errors
/// The first that nobody has taken.
pub(crate) fn refuse_the_rest() -> Result<(), ConfigError> {
    match handed().0.first() {
        None => Ok(()),
        Some((name, socket)) => Err(ConfigError::new(
            Path::new(name),
            format!(
                "the socket unit hands over {}, where the configuration doesn't listen: let `ListenStream=` or `ListenDatagram=` (systemctl edit) say the same as the configuration",
                place(socket)
            ),
        )),
    }
}

/// What was handed over and not yet taken.
struct Handed(Vec<(String, Socket)>);

impl Handed {
    fn take_first(&mut self, is_it: impl Fn(&Socket) -> bool) -> Option<Socket> {
        let at = self.0.iter().position(|(_, socket)| is_it(socket))?;
        Some(self.0.remove(at).1)
    }
}

fn handed() -> MutexGuard<'static, Handed> {
    static HANDED: Mutex<Handed> = Mutex::new(Handed(Vec::new()));
    HANDED.lock().unwrap_or_else(PoisonError::into_inner)
}

fn has_addr(socket: &Socket, addr: SocketAddr) -> bool {
    socket.local_addr().is_ok_and(|own| own.as_socket() == Some(addr))
}

fn is_of(socket: &Socket, kind: Type) -> bool {
    socket.r#type().is_ok_and(|own| own == kind)
}

fn place(socket: &Socket) -> String {
    let addr = socket.local_addr().ok();
    let inet = addr.as_ref().and_then(socket2::SockAddr::as_socket);
    let path = addr.as_ref().and_then(socket2::SockAddr::as_pathname);
    match (inet, path) {
        (Some(inet), _) => inet.to_string(),
        (None, Some(path)) => path.display().to_string(),
        (None, None) => "a socket of an unknown kind".to_owned(),
    }
}

/// A port that can't be bound may be one that our own socket unit holds, by another of the machine's addresses.
fn blame_the_holder(error: io::Error, addr: SocketAddr) -> io::Error {
    let handed = handed();
    let is_it = |socket: &&Socket| {
        let own = socket.local_addr().ok().and_then(|own| own.as_socket());
        own.is_some_and(|own| own.port() == addr.port())
    };
    match handed.0.iter().map(|(_, socket)| socket).find(is_it) {
        Some(holder) if error.kind() == io::ErrorKind::AddrInUse => io::Error::new(
            error.kind(),
            format!("the socket unit holds {}: let both say the same", place(holder)),
        ),
        _ => error,
    }
}
