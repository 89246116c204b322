//! Many datagrams in one system call. This is the one place with `unsafe`.

use std::{
    io, mem,
    net::{Ipv4Addr, SocketAddrV4},
    ops::Range,
    os::fd::{AsRawFd, RawFd},
    ptr,
};

use libc::{iovec, mmsghdr, sockaddr_in, socklen_t};

/// What one call takes in or sends, over IPv4. What a call needs to be told is written once and used again.
pub(crate) struct Batch {
    letters: Box<[Letter]>,
    vectors: Box<[iovec]>,
    headers: Box<[mmsghdr]>,
    count: usize,
}

#[derive(Clone)]
struct Letter {
    name: sockaddr_in,
    /// With room for a channel's head in front of what is received.
    bytes: [u8; HEAD + LONGEST],
}

impl Batch {
    pub(crate) fn new() -> Self {
        // SAFETY: they are plain data, for which all zeros is "nothing".
        let (name, vector, header) = unsafe { (mem::zeroed(), mem::zeroed(), mem::zeroed()) };
        let letter = Letter {
            name,
            bytes: [0; HEAD + LONGEST],
        };
        Self {
            letters: vec![letter; SIZE].into(),
            vectors: vec![vector; SIZE].into(),
            headers: vec![header; SIZE].into(),
            count: 0,
        }
    }

    pub(crate) fn clear(&mut self) {
        self.count = 0;
    }

    pub(crate) fn len(&self) -> usize {
        self.count
    }

    /// One more, to whom the socket is connected.
    pub(crate) fn push(&mut self, bytes: &[u8]) {
        let number = self.count;
        self.letters[number].bytes[HEAD..HEAD + bytes.len()].copy_from_slice(bytes);
        self.describe(number, HEAD, bytes.len(), false);
        self.count += 1;
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &[u8]> {
        (0..self.count).map(|number| self.read(number).1)
    }

    /// Who sent this one, and what; the sender's means nothing where the socket is connected.
    pub(crate) fn read(&self, number: usize) -> (SocketAddrV4, &[u8]) {
        let Letter { name, bytes } = &self.letters[number];
        let from = SocketAddrV4::new(
            Ipv4Addr::from_bits(u32::from_be(name.sin_addr.s_addr)),
            u16::from_be(name.sin_port),
        );
        (from, &bytes[HEAD..HEAD + self.headers[number].msg_len as usize])
    }

    /// This one goes to `to` without its first four bytes.
    pub(crate) fn behead(&mut self, number: usize, to: SocketAddrV4) {
        let length = self.headers[number].msg_len as usize;
        self.describe(number, 2 * HEAD, length - HEAD, true);
        self.letters[number].name = name(to);
    }

    /// This one goes to `to` behind these four bytes.
    pub(crate) fn head(&mut self, number: usize, head: [u8; HEAD], to: SocketAddrV4) {
        let length = self.headers[number].msg_len as usize;
        self.letters[number].bytes[..HEAD].copy_from_slice(&head);
        self.describe(number, 0, HEAD + length, true);
        self.letters[number].name = name(to);
    }

    /// This one goes back to its sender, with these bytes.
    pub(crate) fn answer(&mut self, number: usize, bytes: &[u8]) {
        self.letters[number].bytes[HEAD..HEAD + bytes.len()].copy_from_slice(bytes);
        self.describe(number, HEAD, bytes.len(), true);
    }

    /// All go back to their senders as they came.
    pub(crate) fn turn_round(&mut self) {
        for number in 0..self.count {
            let length = self.headers[number].msg_len as usize;
            self.describe(number, HEAD, length, true);
        }
    }

    /// Takes in what has come. With `wait` there is at least one; without, there may be none.
    pub(crate) fn receive(&mut self, socket: &impl AsRawFd, wait: bool) -> io::Result<()> {
        self.count = 0;
        for number in 0..SIZE {
            if self.vectors[number].iov_len != LONGEST || self.headers[number].msg_hdr.msg_name.is_null() {
                self.describe(number, HEAD, LONGEST, true);
            }
        }
        let flags = if wait { libc::MSG_WAITFORONE } else { libc::MSG_DONTWAIT };
        // SAFETY: each header points to its letter's own name and vector, which live as long as the batch.
        let count = unsafe {
            libc::recvmmsg(
                socket.as_raw_fd(),
                self.headers.as_mut_ptr(),
                SIZE as u32,
                flags,
                ptr::null_mut(),
            )
        };
        self.count = match usize::try_from(count) {
            Ok(count) => count,
            Err(_) => match io::Error::last_os_error() {
                // A refusal of what was sent before: it counts as lost.
                error
                    if matches!(
                        error.kind(),
                        io::ErrorKind::WouldBlock | io::ErrorKind::ConnectionRefused
                    ) =>
                {
                    0
                }
                error => return Err(error),
            },
        };
        Ok(())
    }

    /// Sends all.
    pub(crate) fn send(&mut self, socket: &impl AsRawFd) {
        self.send_some(socket.as_raw_fd(), 0..self.count);
    }

    /// Sends those of these numbers.
    pub(crate) fn send_some(&mut self, socket: RawFd, range: Range<usize>) {
        let mut rest = &mut self.headers[range];
        while !rest.is_empty() {
            // SAFETY: as in `receive`; the count is that of the rest.
            let done = unsafe { libc::sendmmsg(socket, rest.as_mut_ptr(), rest.len() as u32, 0) };
            // One that can't be sent is left out: it counts as lost.
            let done = usize::try_from(done).unwrap_or(1).max(1);
            rest = &mut rest[done..];
        }
    }

    fn describe(&mut self, number: usize, start: usize, length: usize, is_named: bool) {
        let letter = &mut self.letters[number];
        self.vectors[number] = iovec {
            iov_base: letter.bytes[start..start + length].as_mut_ptr().cast(),
            iov_len: length,
        };
        let header = &mut self.headers[number].msg_hdr;
        header.msg_iov = &raw mut self.vectors[number];
        header.msg_iovlen = 1;
        (header.msg_name, header.msg_namelen) = if is_named {
            (ptr::from_mut(&mut letter.name).cast(), NAME)
        } else {
            (ptr::null_mut(), 0)
        };
    }
}

fn name(address: SocketAddrV4) -> sockaddr_in {
    sockaddr_in {
        sin_family: libc::AF_INET as libc::sa_family_t,
        sin_port: address.port().to_be(),
        sin_addr: libc::in_addr {
            s_addr: address.ip().to_bits().to_be(),
        },
        sin_zero: [0; 8],
    }
}

pub(crate) const SIZE: usize = 32;
pub(crate) const HEAD: usize = 4;
const LONGEST: usize = 512;
const NAME: socklen_t = size_of::<sockaddr_in>() as socklen_t;
