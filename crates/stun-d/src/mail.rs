//! Many datagrams in one system call (`recvmmsg`, `sendmmsg`), each sent from the very address that its client knows: on a wildcard socket the system would choose another
//! one, and no client would recognise the answer (RFC 8489 section 6.2.1).
//!
//! Nearly all `unsafe` is here: the standard library has neither of the two calls.

use std::{
    fmt, io, mem,
    net::{IpAddr, SocketAddr},
    os::fd::{AsRawFd as _, BorrowedFd},
    ptr,
};

use libc::{
    c_int, cmsghdr, in_addr, in_pktinfo, in6_addr, in6_pktinfo, iovec, mmsghdr, msghdr, sockaddr_in, sockaddr_in6,
    socklen_t,
};
use socket2::Socket;
use stun::turn::Head;

/// What one call takes in. Kept and used again.
pub(crate) struct Inbox {
    letters: Box<[Letter; SIZE]>,
    received: usize,
}

/// A datagram that has come.
#[derive(Clone, Copy)]
struct Letter {
    from: Name,
    from_length: socklen_t,
    control: Control,
    control_length: usize,
    /// One byte more than a request may have: a longer one shows itself.
    bytes: [u8; LONGEST],
    length: usize,
}

/// What is to be sent once the letters that came are read. Kept and used again.
pub(crate) struct Outbox {
    parcels: Vec<Parcel>,
    /// What is written for the sake of one parcel: answers.
    written: Vec<u8>,
}

struct Parcel {
    socket: c_int,
    dont_fragment: bool,
    to: Name,
    to_length: socklen_t,
    source: Control,
    source_length: usize,
    head: Option<Head>,
    body: Body,
    padding: usize,
}

/// Where the bytes are.
#[derive(Clone, Copy)]
enum Body {
    /// In the outbox.
    Written { at: usize, length: usize },
    /// In a letter of the inbox.
    Letter { number: usize, at: usize, length: usize },
}

/// An address as the system writes it.
#[derive(Clone, Copy)]
#[repr(C)]
union Name {
    family: libc::sa_family_t,
    v4: sockaddr_in,
    v6: sockaddr_in6,
}

/// Room for the local address of a datagram, aligned as the system wants it.
#[derive(Clone, Copy)]
#[repr(C, align(8))]
struct Control([u8; 40]);

impl Inbox {
    pub(crate) fn new() -> Self {
        let letter = Letter {
            from: Name::NONE,
            from_length: 0,
            control: Control([0; 40]),
            control_length: 0,
            bytes: [0; LONGEST],
            length: 0,
        };
        let letters = vec![letter; SIZE].into_boxed_slice().try_into();
        let letters = letters.unwrap_or_else(|_| unreachable!("as many as were made"));
        Self { letters, received: 0 }
    }

    /// Takes in what has come, up to [`SIZE`] datagrams.
    pub(crate) fn receive(&mut self, socket: BorrowedFd<'_>) -> io::Result<()> {
        self.received = 0;
        let mut vectors = self.letters.each_mut().map(|letter| iovec {
            iov_base: letter.bytes.as_mut_ptr().cast(),
            iov_len: letter.bytes.len(),
        });
        let mut headers: [mmsghdr; SIZE] = std::array::from_fn(|at| {
            let letter = &mut self.letters[at];
            header(
                &mut letter.from,
                size_of::<Name>() as socklen_t,
                &mut vectors[at],
                1,
                &mut letter.control,
                size_of::<Control>(),
            )
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
        }
        Ok(())
    }

    pub(crate) fn len(&self) -> usize {
        self.received
    }

    /// Who sent the datagram of this number, to which of our addresses where the socket tells, and what. `None` where the system has cut it or says nothing of its sender.
    pub(crate) fn read(&self, number: usize) -> Option<(SocketAddr, Option<IpAddr>, &[u8])> {
        let letter = &self.letters[number];
        (letter.length < LONGEST).then_some(())?;
        Some((
            letter.from.address()?,
            letter.destination(),
            &letter.bytes[..letter.length],
        ))
    }
}

impl Letter {
    fn destination(&self) -> Option<IpAddr> {
        if self.control_length < CONTROL_HEADER {
            return None;
        }
        // SAFETY: the buffer is aligned for a control header and holds one, as its length says.
        let header: cmsghdr = unsafe { ptr::read(self.control.0.as_ptr().cast()) };
        // SAFETY: the data of such a header begins behind it, within the buffer.
        let data = unsafe { self.control.0.as_ptr().add(CONTROL_HEADER) };
        match (header.cmsg_level, header.cmsg_type) {
            (libc::IPPROTO_IP, libc::IP_PKTINFO) => {
                // SAFETY: data of this level and type has this form.
                let info: in_pktinfo = unsafe { ptr::read_unaligned(data.cast()) };
                Some(IpAddr::V4(u32::from_be(info.ipi_addr.s_addr).into()))
            }
            (libc::IPPROTO_IPV6, libc::IPV6_PKTINFO) => {
                // SAFETY: data of this level and type has this form.
                let info: in6_pktinfo = unsafe { ptr::read_unaligned(data.cast()) };
                Some(IpAddr::V6(info.ipi6_addr.s6_addr.into()))
            }
            _ => None,
        }
    }
}

/// From which socket, to whom; `source`: from which of our addresses, where the socket has all of them.
#[derive(Clone, Copy)]
pub(crate) struct Way<'a> {
    pub(crate) socket: BorrowedFd<'a>,
    pub(crate) to: SocketAddr,
    pub(crate) source: Option<IpAddr>,
    /// By no router on the way either.
    pub(crate) dont_fragment: bool,
}

impl Outbox {
    pub(crate) fn new() -> Self {
        Self {
            parcels: Vec::with_capacity(SIZE),
            written: Vec::with_capacity(SIZE * 64),
        }
    }

    /// These bytes.
    pub(crate) fn write(&mut self, way: Way<'_>, bytes: &[u8]) {
        let at = self.written.len();
        self.written.extend_from_slice(bytes);
        self.parcels.push(Parcel::new(
            way,
            None,
            Body::Written {
                at,
                length: bytes.len(),
            },
            0,
        ));
    }

    /// A part of the letter of this number, which begins at `at`, behind `head`.
    pub(crate) fn forward(
        &mut self,
        way: Way<'_>,
        head: Option<Head>,
        (number, at, length): (usize, usize, usize),
        padding: usize,
    ) {
        self.parcels
            .push(Parcel::new(way, head, Body::Letter { number, at, length }, padding));
    }

    /// Sends all. What can't be sent (its network is gone, the buffer is full) is left out: who asked asks again, and a queue would only make the others wait.
    pub(crate) fn send(&mut self, inbox: &Inbox) {
        let mut start = 0;
        while start < self.parcels.len() {
            let Parcel {
                socket, dont_fragment, ..
            } = self.parcels[start];
            let most = self.parcels.len().min(start + SIZE);
            let differs =
                |&at: &usize| self.parcels[at].socket != socket || self.parcels[at].dont_fragment != dont_fragment;
            let end = (start..most).find(differs).unwrap_or(most);
            if dont_fragment {
                // Seldom, and for a few datagrams: not worth a socket of its own.
                forbid_fragments(socket, true);
            }
            send_some(socket, &mut self.parcels[start..end], &self.written, inbox);
            if dont_fragment {
                forbid_fragments(socket, false);
            }
            start = end;
        }
        self.parcels.clear();
        self.written.clear();
    }
}

fn send_some(socket: c_int, parcels: &mut [Parcel], written: &[u8], inbox: &Inbox) {
    let mut vectors = [[NOTHING; 3]; SIZE];
    // SAFETY: they are plain data, for which all zeros is "nothing".
    let mut headers: [mmsghdr; SIZE] = unsafe { mem::zeroed() };
    let count = parcels.len();
    for ((parcel, vectors), header) in parcels.iter_mut().zip(&mut vectors).zip(&mut headers) {
        let mut parts = 0;
        let head = parcel.head.as_ref().map(Head::as_bytes);
        let body = match parcel.body {
            Body::Written { at, length } => &written[at..at + length],
            Body::Letter { number, at, length } => &inbox.letters[number].bytes[at..at + length],
        };
        for bytes in [head, Some(body), Some(&ZEROS[..parcel.padding])].into_iter().flatten() {
            if !bytes.is_empty() || parts == 0 {
                vectors[parts] = iovec {
                    iov_base: bytes.as_ptr().cast_mut().cast(),
                    iov_len: bytes.len(),
                };
                parts += 1;
            }
        }
        *header = self::header(
            &mut parcel.to,
            parcel.to_length,
            &mut vectors[0],
            parts,
            &mut parcel.source,
            parcel.source_length,
        );
    }
    let (mut sent, mut again) = (0, None);
    while sent < count {
        let rest = &mut headers[sent..count];
        // SAFETY: each header points to a parcel's own name and control and to bytes that outlive the call, and the system only reads them; the count is that of the rest.
        let done = unsafe { libc::sendmmsg(socket, rest.as_mut_ptr(), rest.len() as u32, libc::MSG_DONTWAIT) };
        match usize::try_from(done) {
            Ok(done) => sent += done.max(1),
            Err(_) => match io::Error::last_os_error() {
                error if error.kind() == io::ErrorKind::Interrupted => {}
                error if error.kind() == io::ErrorKind::WouldBlock => return,
                // It may be an answer to what was sent before (`icmp`), which is told once: then this one has not been tried.
                _ if again != Some(sent) => again = Some(sent),
                _ => sent += 1,
            },
        }
    }
}

impl Parcel {
    fn new(way: Way<'_>, head: Option<Head>, body: Body, padding: usize) -> Self {
        let (to, to_length) = Name::of(way.to);
        let (source, source_length) = Control::of(way.source);
        Self {
            socket: way.socket.as_raw_fd(),
            dont_fragment: way.dont_fragment,
            to,
            to_length,
            source,
            source_length,
            head,
            body,
            padding,
        }
    }
}

fn header(
    name: &mut Name,
    name_length: socklen_t,
    vectors: *mut iovec,
    parts: usize,
    control: &mut Control,
    control_length: usize,
) -> mmsghdr {
    // SAFETY: it is plain data, for which all zeros is "nothing"; not every C library lets it be written field by field.
    let mut header: msghdr = unsafe { mem::zeroed() };
    header.msg_name = ptr::from_mut(name).cast();
    header.msg_namelen = name_length;
    header.msg_iov = vectors;
    header.msg_iovlen = parts;
    if control_length > 0 {
        header.msg_control = control.0.as_mut_ptr().cast();
        header.msg_controllen = control_length;
    }
    mmsghdr {
        msg_hdr: header,
        msg_len: 0,
    }
}

impl Name {
    const NONE: Self = Self {
        v6: sockaddr_in6 {
            sin6_family: libc::AF_UNSPEC as libc::sa_family_t,
            sin6_port: 0,
            sin6_flowinfo: 0,
            sin6_addr: in6_addr { s6_addr: [0; 16] },
            sin6_scope_id: 0,
        },
    };

    fn of(address: SocketAddr) -> (Self, socklen_t) {
        let mut name = Self::NONE;
        match address {
            SocketAddr::V4(address) => {
                name.v4 = sockaddr_in {
                    sin_family: libc::AF_INET as libc::sa_family_t,
                    sin_port: address.port().to_be(),
                    sin_addr: in_addr {
                        s_addr: address.ip().to_bits().to_be(),
                    },
                    sin_zero: [0; 8],
                };
                (name, size_of::<sockaddr_in>() as socklen_t)
            }
            SocketAddr::V6(address) => {
                name.v6 = sockaddr_in6 {
                    sin6_family: libc::AF_INET6 as libc::sa_family_t,
                    sin6_port: address.port().to_be(),
                    sin6_flowinfo: 0,
                    sin6_addr: in6_addr {
                        s6_addr: address.ip().octets(),
                    },
                    sin6_scope_id: address.scope_id(),
                };
                (name, size_of::<sockaddr_in6>() as socklen_t)
            }
        }
    }

    fn address(&self) -> Option<SocketAddr> {
        // SAFETY: all members begin with the family, and all bytes are initialised: it says which of them the system has written.
        unsafe {
            match c_int::from(self.family) {
                libc::AF_INET => Some(
                    (
                        std::net::Ipv4Addr::from_bits(u32::from_be(self.v4.sin_addr.s_addr)),
                        u16::from_be(self.v4.sin_port),
                    )
                        .into(),
                ),
                libc::AF_INET6 => {
                    let (ip, port) = (self.v6.sin6_addr.s6_addr.into(), u16::from_be(self.v6.sin6_port));
                    Some(std::net::SocketAddrV6::new(ip, port, 0, self.v6.sin6_scope_id).into())
                }
                _ => None,
            }
        }
    }
}

impl Control {
    /// By which interface it leaves is for the routes to say.
    fn of(source: Option<IpAddr>) -> (Self, usize) {
        let mut control = Self([0; 40]);
        let length = match source {
            None => 0,
            Some(IpAddr::V4(ip)) => control.write(
                libc::IPPROTO_IP,
                libc::IP_PKTINFO,
                in_pktinfo {
                    ipi_ifindex: 0,
                    ipi_spec_dst: in_addr {
                        s_addr: ip.to_bits().to_be(),
                    },
                    ipi_addr: in_addr { s_addr: 0 },
                },
            ),
            Some(IpAddr::V6(ip)) => control.write(
                libc::IPPROTO_IPV6,
                libc::IPV6_PKTINFO,
                in6_pktinfo {
                    ipi6_addr: in6_addr { s6_addr: ip.octets() },
                    ipi6_ifindex: 0,
                },
            ),
        };
        (control, length)
    }

    fn write<T: Copy>(&mut self, level: c_int, kind: c_int, value: T) -> usize {
        let length = CONTROL_HEADER + size_of::<T>();
        assert!(length <= self.0.len(), "it is made for the larger of the two");
        // SAFETY: it is plain data, for which all zeros is "nothing".
        let mut header: cmsghdr = unsafe { mem::zeroed() };
        header.cmsg_len = length;
        header.cmsg_level = level;
        header.cmsg_type = kind;
        // SAFETY: the buffer is aligned for a control header and has room for it and, behind it, the value.
        unsafe {
            ptr::write(self.0.as_mut_ptr().cast(), header);
            ptr::write_unaligned(self.0.as_mut_ptr().add(CONTROL_HEADER).cast(), value);
        }
        // SAFETY: a pure computation.
        unsafe { libc::CMSG_SPACE(size_of::<T>() as u32) as usize }
    }
}

impl fmt::Debug for Inbox {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Inbox({} datagrams)", self.received)
    }
}

impl fmt::Debug for Outbox {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Outbox({} datagrams)", self.parcels.len())
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

/// Datagrams a call. More brings nothing measurable, and takes memory for each worker.
const SIZE: usize = 32;
const LONGEST: usize = stun::MAX_REQUEST + 1;
// SAFETY: a pure computation.
const CONTROL_HEADER: usize = unsafe { libc::CMSG_LEN(0) } as usize;
const NOTHING: iovec = iovec {
    iov_base: ptr::null_mut(),
    iov_len: 0,
};
/// What data is padded with, to a multiple of four bytes.
const ZEROS: [u8; 3] = [0; 3];
