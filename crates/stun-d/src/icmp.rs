//! What routers and peers say of datagrams that could not be delivered (ICMP): the error queue of a relayed address's socket, `IP_RECVERR` in ip(7).

use std::{
    io,
    mem::MaybeUninit,
    net::{Ipv6Addr, SocketAddr},
    os::fd::{AsRawFd as _, BorrowedFd},
};

use libc::{c_int, socklen_t};
use socket2::{MsgHdrMut, SockAddr, SockRef, Socket};
use stun::turn::Icmp;

/// Has the system keep what comes for `socket`, which is bound to `addr`. It counts as received and not yet read, so there is never much of it.
pub(crate) fn keep(socket: &Socket, addr: SocketAddr) -> io::Result<()> {
    let (level, option) = match addr {
        SocketAddr::V4(_) => (libc::IPPROTO_IP, libc::IP_RECVERR),
        SocketAddr::V6(_) => (libc::IPPROTO_IPV6, libc::IPV6_RECVERR),
    };
    let on: c_int = 1;
    // SAFETY: both options take an int.
    let result = unsafe {
        libc::setsockopt(
            socket.as_raw_fd(),
            level,
            option,
            (&raw const on).cast(),
            size_of::<c_int>() as socklen_t,
        )
    };
    if result == 0 {
        Ok(())
    } else {
        Err(io::Error::last_os_error())
    }
}

/// What has come, and for a datagram to whom; at most so many that others have their turn.
pub(crate) fn queue(socket: BorrowedFd<'_>) -> impl Iterator<Item = (SocketAddr, Icmp)> {
    (0..MOST).map_while(move |_| next(socket).ok())
}

/// The next that a router or peer has said.
///
/// # Errors
/// [`WouldBlock`](io::ErrorKind::WouldBlock) when there is no more.
pub(crate) fn next(socket: BorrowedFd<'_>) -> io::Result<(SocketAddr, Icmp)> {
    loop {
        // Others are this machine's own errors.
        if let Some(said) = take(socket)? {
            return Ok(said);
        }
    }
}

fn take(socket: BorrowedFd<'_>) -> io::Result<Option<(SocketAddr, Icmp)>> {
    // Large enough for either family.
    let mut peer = SockAddr::from(SocketAddr::from((Ipv6Addr::UNSPECIFIED, 0)));
    let mut control = [MaybeUninit::new(0); CONTROL];
    let mut message = MsgHdrMut::new().with_addr(&mut peer).with_control(&mut control);
    SockRef::from(&socket).recvmsg(&mut message, libc::MSG_ERRQUEUE | libc::MSG_DONTWAIT)?;
    // SAFETY: zeros were written to all of it.
    let control = control.map(|byte| unsafe { byte.assume_init() });
    Ok(peer.as_socket().zip(read(&control)))
}

/// A control header, and behind it a `sock_extended_err`: an error number, then bytes for where it comes from, type, code and padding, then the MTU.
fn read(control: &[u8; CONTROL]) -> Option<Icmp> {
    let number = |at: usize| u32::from_ne_bytes(*control[at..].first_chunk().expect("within the buffer"));
    let kind = (number(LEVEL) as c_int, number(LEVEL + 4) as c_int);
    let is_error = [
        (libc::IPPROTO_IP, libc::IP_RECVERR),
        (libc::IPPROTO_IPV6, libc::IPV6_RECVERR),
    ]
    .contains(&kind);
    let [origin, kind, code] = *control[ERROR + 4..].first_chunk().expect("within the buffer");
    let is_said = matches!(origin, libc::SO_EE_ORIGIN_ICMP | libc::SO_EE_ORIGIN_ICMP6);
    (is_error && is_said).then(|| Icmp {
        kind,
        code,
        mtu: number(ERROR + 8),
    })
}

/// A turn.
const MOST: usize = 16;
/// Header, error, and who says so.
const CONTROL: usize = 128;
/// Behind the header's length.
const LEVEL: usize = size_of::<usize>();
// SAFETY: a pure computation.
const ERROR: usize = unsafe { libc::CMSG_LEN(0) } as usize;
