//! Many datagrams in one system call (`recvmmsg`, `sendmmsg`), each sent from the very address that its client knows: on a wildcard socket the system would choose another
//! one, and no client would recognise the answer (RFC 8489 section 6.2.1).
//!
//! Nearly all `unsafe` is here: the standard library has neither of the two calls.

mod address;
mod inbox;
mod outbox;

use std::{ffi::c_int, io, mem, net::SocketAddr, os::fd::AsRawFd as _, ptr};

use libc::{iovec, mmsghdr, socklen_t};
use socket2::Socket;

pub(crate) use inbox::{Datagram, Inbox};
pub(crate) use outbox::{Outbox, Way};

/// Has the system say of each datagram which address it was sent to.
pub(crate) fn tell_destinations(socket: &Socket, addr: SocketAddr) -> io::Result<()> {
    let (level, option) = match addr {
        SocketAddr::V4(_) => (libc::IPPROTO_IP, libc::IP_PKTINFO),
        SocketAddr::V6(_) => (libc::IPPROTO_IPV6, libc::IPV6_RECVPKTINFO),
    };
    let on: c_int = 1;
    // SAFETY: the option takes an int.
    let result = unsafe {
        libc::setsockopt(
            socket.as_raw_fd(),
            level,
            option,
            ptr::from_ref(&on).cast(),
            size_of::<c_int>() as socklen_t,
        )
    };
    if result == 0 {
        Ok(())
    } else {
        Err(io::Error::last_os_error())
    }
}

/// Whether datagrams from now on may be fragmented on their way, by us and by routers. What has no such thing stays as it is.
pub(crate) fn forbid_fragments(socket: c_int, on: bool) {
    let (v4, v6) = if on {
        (libc::IP_PMTUDISC_DO, libc::IPV6_PMTUDISC_DO)
    } else {
        // Both never forbid; with this one of IPv4's, routers' answers to what was forbidden to be fragmented still come (`icmp`).
        (libc::IP_PMTUDISC_OMIT, libc::IPV6_PMTUDISC_DONT)
    };
    for (level, option, value) in [
        (libc::IPPROTO_IP, libc::IP_MTU_DISCOVER, v4),
        (libc::IPPROTO_IPV6, libc::IPV6_MTU_DISCOVER, v6),
    ] {
        // SAFETY: both options take an int.
        unsafe {
            libc::setsockopt(
                socket,
                level,
                option,
                ptr::from_ref(&value).cast(),
                size_of::<c_int>() as socklen_t,
            );
        }
    }
}

/// Whether the system cuts up what is sent as one (`UDP_SEGMENT`, Linux 4.18).
pub(crate) fn can_cut(socket: &Socket) -> bool {
    let mut value: c_int = 0;
    let mut length = size_of::<c_int>() as socklen_t;
    // SAFETY: the option is an int, and there is room for one.
    let result = unsafe {
        libc::getsockopt(
            socket.as_raw_fd(),
            libc::SOL_UDP,
            libc::UDP_SEGMENT,
            ptr::from_mut(&mut value).cast(),
            &raw mut length,
        )
    };
    result == 0
}

/// Nothing there after all, or an error that says something about one datagram and nothing about the socket.
pub(crate) fn is_passing(error: &io::Error) -> bool {
    use io::ErrorKind::{
        ConnectionRefused, ConnectionReset, HostUnreachable, Interrupted, NetworkUnreachable, WouldBlock,
    };
    matches!(
        error.kind(),
        ConnectionRefused | ConnectionReset | HostUnreachable | Interrupted | NetworkUnreachable | WouldBlock
    )
}

/// Has the system hand over as one what comes densely from one sender (`UDP_GRO`). Those before Linux 5.0 hand over one by one.
pub(crate) fn take_together(socket: &Socket) {
    let on: c_int = 1;
    // SAFETY: the option takes an int.
    unsafe {
        libc::setsockopt(
            socket.as_raw_fd(),
            libc::SOL_UDP,
            libc::UDP_GRO,
            ptr::from_ref(&on).cast(),
            size_of::<c_int>() as socklen_t,
        );
    }
}

fn no_header() -> mmsghdr {
    // SAFETY: it is plain data, for which all zeros is "nothing"; not every C library lets it be written field by field.
    unsafe { mem::zeroed() }
}

/// Datagrams a call. More brings nothing measurable, and takes memory for each worker.
pub(crate) const SIZE: usize = 64;
/// What data in a Data indication is padded with at most, to a multiple of four bytes.
const MAX_PADDING: usize = 3;
const LONGEST: usize = stun::MAX_REQUEST + 1;
const NOTHING: iovec = iovec {
    iov_base: ptr::null_mut(),
    iov_len: 0,
};
