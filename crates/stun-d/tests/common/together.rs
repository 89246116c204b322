//! What the system sends as one.

use std::{net::SocketAddr, os::fd::AsRawFd as _};

use tokio::net::UdpSocket;

/// Sends these bytes as datagrams of so many each, which stay together until their receiver takes them apart.
pub(crate) async fn send_together(socket: &UdpSocket, to: SocketAddr, each: u16, bytes: &[u8]) {
    let cut_into = |length: u16| {
        let length = libc::c_int::from(length);
        // SAFETY: the option takes an int.
        let result = unsafe {
            libc::setsockopt(
                socket.as_raw_fd(),
                libc::SOL_UDP,
                libc::UDP_SEGMENT,
                (&raw const length).cast(),
                size_of::<libc::c_int>() as libc::socklen_t,
            )
        };
        assert_eq!(result, 0, "the system can't");
    };
    cut_into(each);
    socket.send_to(bytes, to).await.expect("sent");
    cut_into(0);
}
