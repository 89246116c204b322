//! Many datagrams in one system call (`recvmmsg`, `sendmmsg`), each answered from the very address that it was sent to: on a wildcard socket the system would choose
//! another one, and no client would recognise the answer (RFC 8489 section 6.2.1).
//!
//! This is the one place with `unsafe`: the standard library has neither of the two calls.

use std::{fmt, io, mem, net::SocketAddr, os::fd::AsRawFd as _, ptr};

use libc::{c_int, c_void, cmsghdr, in_pktinfo, in6_pktinfo, iovec, mmsghdr, msghdr, sockaddr_storage, socklen_t};
use socket2::{SockAddr, SockAddrStorage, Socket};
use stun::Answer;
use tokio::net::UdpSocket;

/// What one call takes in, and what is answered to it. Kept and used again.
pub(crate) struct Batch {
    letters: Box<[Letter; SIZE]>,
    received: usize,
    answer: Answer,
}

/// A datagram and its answer, with both addresses.
#[derive(Clone, Copy)]
struct Letter {
    from: sockaddr_storage,
    from_length: socklen_t,
    control: Control,
    control_length: usize,
    /// One byte more than a request may have: a longer one shows itself.
    bytes: [u8; stun::MAX_REQUEST + 1],
    length: usize,
    answer_length: Option<usize>,
}

/// Room for the destination address of a datagram, aligned as the system wants it.
#[derive(Clone, Copy)]
#[repr(C, align(8))]
struct Control([u8; 64]);

impl Batch {
    pub(crate) fn new() -> Self {
        let letter = Letter {
            // SAFETY: it is plain data, for which all zeros is "no family".
            from: unsafe { mem::zeroed() },
            from_length: 0,
            control: Control([0; 64]),
            control_length: 0,
            bytes: [0; stun::MAX_REQUEST + 1],
            length: 0,
            answer_length: None,
        };
        let letters = vec![letter; SIZE].into_boxed_slice().try_into();
        let letters = letters.unwrap_or_else(|_| unreachable!("as many as were made"));
        Self {
            letters,
            received: 0,
            answer: Answer::new(),
        }
    }

    /// Takes in what has come, up to [`SIZE`] datagrams.
    pub(crate) fn receive(&mut self, socket: &UdpSocket) -> io::Result<()> {
        self.received = 0;
        let mut vectors = self.letters.each_mut().map(|letter| iovec {
            iov_base: letter.bytes.as_mut_ptr().cast(),
            iov_len: letter.bytes.len(),
        });
        let mut headers: [mmsghdr; SIZE] = std::array::from_fn(|at| {
            let letter = &mut self.letters[at];
            letter.header(&mut vectors[at], size_of::<sockaddr_storage>(), size_of::<Control>())
        });
        // SAFETY: each header points to its letter's own buffers with their lengths, and letters and vectors outlive the call.
        let count = unsafe {
            libc::recvmmsg(
                socket.as_raw_fd(),
                headers.as_mut_ptr(),
                SIZE as u32,
                libc::MSG_DONTWAIT,
                ptr::null_mut(),
            )
        };
        self.received = usize::try_from(count).map_err(|_| io::Error::last_os_error())?;
        for (letter, header) in self.letters.iter_mut().zip(&headers).take(self.received) {
            letter.length = header.msg_len as usize;
            letter.from_length = header.msg_hdr.msg_namelen;
            letter.control_length = header.msg_hdr.msg_controllen;
            letter.answer_length = None;
        }
        Ok(())
    }

    /// Asks for the answer to each; false is silence.
    pub(crate) fn answer(&mut self, answer: impl Fn(&[u8], SocketAddr, &mut Answer) -> bool) {
        for letter in &mut self.letters[..self.received] {
            let Some(from) = letter.from() else { continue };
            if answer(&letter.bytes[..letter.length], from, &mut self.answer) {
                let answer = self.answer.as_bytes();
                letter.bytes[..answer.len()].copy_from_slice(answer);
                letter.answer_length = Some(answer.len());
                letter.turn_around();
            }
        }
    }

    /// Sends the answers. One that can't be sent (its network is gone, the buffer is full) is left out.
    pub(crate) fn send(&mut self, socket: &UdpSocket) {
        let mut vectors: [iovec; SIZE] = [iovec {
            iov_base: ptr::null_mut(),
            iov_len: 0,
        }; SIZE];
        // SAFETY: they are plain data, for which all zeros is "nothing".
        let mut headers: [mmsghdr; SIZE] = unsafe { mem::zeroed() };
        let mut count = 0;
        for letter in &mut self.letters[..self.received] {
            let Some(length) = letter.answer_length else { continue };
            vectors[count] = iovec {
                iov_base: letter.bytes.as_mut_ptr().cast(),
                iov_len: length,
            };
            headers[count] = letter.header(&mut vectors[count], letter.from_length as usize, letter.control_length);
            count += 1;
        }
        let mut sent = 0;
        while sent < count {
            let rest = &mut headers[sent..count];
            // SAFETY: as in `receive`; the count is that of the rest.
            let done = unsafe {
                libc::sendmmsg(
                    socket.as_raw_fd(),
                    rest.as_mut_ptr(),
                    rest.len() as u32,
                    libc::MSG_DONTWAIT,
                )
            };
            match usize::try_from(done) {
                Ok(done) => sent += done.max(1),
                Err(_) => match io::Error::last_os_error().kind() {
                    io::ErrorKind::Interrupted => {}
                    io::ErrorKind::WouldBlock => return,
                    _ => sent += 1,
                },
            }
        }
    }
}

impl Letter {
    fn header(&mut self, vector: &mut iovec, from_length: usize, control_length: usize) -> mmsghdr {
        // SAFETY: it is plain data, for which all zeros is "nothing"; not every C library lets it be written field by field.
        let mut header: msghdr = unsafe { mem::zeroed() };
        header.msg_name = ptr::from_mut(&mut self.from).cast::<c_void>();
        header.msg_namelen = from_length as socklen_t;
        header.msg_iov = vector;
        header.msg_iovlen = 1;
        header.msg_control = if control_length == 0 {
            ptr::null_mut()
        } else {
            self.control.0.as_mut_ptr().cast()
        };
        header.msg_controllen = control_length;
        mmsghdr {
            msg_hdr: header,
            msg_len: 0,
        }
    }

    fn from(&self) -> Option<SocketAddr> {
        let mut storage = SockAddrStorage::zeroed();
        // SAFETY: it is made to hold this very type, and the system has written an address of this length.
        unsafe {
            *storage.view_as() = self.from;
            SockAddr::new(storage, self.from_length).as_socket()
        }
    }

    /// The address that it was sent to becomes the one that its answer comes from; by which interface the answer leaves is for the routes to say.
    fn turn_around(&mut self) {
        if self.control_length < CONTROL_HEADER {
            self.control_length = 0;
            return;
        }
        // SAFETY: the buffer is aligned for a control header and holds one, as its length says.
        let header: cmsghdr = unsafe { ptr::read(self.control.0.as_ptr().cast()) };
        // SAFETY: the data of such a header begins behind it, and the buffer has room for the larger of the two.
        let data = unsafe { self.control.0.as_mut_ptr().add(CONTROL_HEADER) };
        match (header.cmsg_level, header.cmsg_type) {
            (libc::IPPROTO_IP, libc::IP_PKTINFO) => {
                // SAFETY: data of this level and type has this form.
                unsafe { (*data.cast::<in_pktinfo>()).ipi_ifindex = 0 };
            }
            // The interface of a link-local address is a part of the address.
            (libc::IPPROTO_IPV6, libc::IPV6_PKTINFO) => {
                // SAFETY: data of this level and type has this form.
                let info = unsafe { &mut *data.cast::<in6_pktinfo>() };
                if info.ipi6_addr.s6_addr[0] != 0xfe || info.ipi6_addr.s6_addr[1] & 0xc0 != 0x80 {
                    info.ipi6_ifindex = 0;
                }
            }
            _ => self.control_length = 0,
        }
    }
}

impl fmt::Debug for Batch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Batch({} datagrams)", self.received)
    }
}

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

/// Datagrams a call. More brings nothing measurable, and takes memory for each socket.
const SIZE: usize = 32;
// SAFETY: a pure computation.
const CONTROL_HEADER: usize = unsafe { libc::CMSG_LEN(0) } as usize;
