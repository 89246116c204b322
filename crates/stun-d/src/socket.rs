//! What both transports ask of their sockets.

use std::{io, net::SocketAddr, os::fd::AsRawFd as _};

use socket2::{Domain, Protocol, Socket, Type};

use crate::mail;

/// A socket for `addr`, which doesn't block. An IPv6 one takes no IPv4: both can listen on the same port.
pub(crate) fn unbound(addr: SocketAddr, kind: Type, protocol: Protocol) -> io::Result<Socket> {
    let socket = Socket::new(Domain::for_address(addr), kind, Some(protocol))?;
    if addr.is_ipv6() {
        socket.set_only_v6(true)?;
    }
    if protocol == Protocol::TCP {
        // After a restart, connections of before must not keep us out.
        socket.set_reuse_address(true)?;
    }
    socket.set_nonblocking(true)?;
    Ok(socket)
}

/// A relayed address's: what a client sends to its peers leaves by it.
pub(crate) fn to_peers(addr: SocketAddr) -> io::Result<Socket> {
    let socket = unbound(addr, Type::DGRAM, Protocol::UDP)?;
    // Routers may fragment what a client has not forbidden to (RFC 8656 section 14.9): what reaches them is as long as that client's own network allows.
    mail::forbid_fragments(socket.as_raw_fd(), false);
    socket.bind(&addr.into())?;
    Ok(socket)
}
