//! What comes: many datagrams in one call of `recvmmsg`.

use std::{
    fmt, io,
    net::{IpAddr, SocketAddr},
    os::fd::{AsRawFd as _, BorrowedFd},
    ptr,
};

use libc::{iovec, mmsghdr, socklen_t};

use stun::turn::Head;

use super::{
    LONGEST, MAX_PADDING, NOTHING, SIZE,
    address::{Control, Name, ROOM},
    no_header,
};

/// Datagrams that have come and are not yet dealt with. Kept and used again: what the system has to be told for a call is written once.
pub(crate) struct Inbox {
    letters: Box<[Letter]>,
    /// Each points to the letter of its number, and by its vector to that one's bytes.
    headers: Box<[mmsghdr]>,
    _vectors: Box<[iovec]>,
    received: usize,
}

// SAFETY: what its pointers point to is its own, and goes where it goes.
unsafe impl Send for Inbox {}

/// A datagram that has come.
#[derive(Clone)]
struct Letter {
    from: Name,
    control: Control,
    /// With room for what goes before and behind it when it is sent on. In between one byte more than a request may have: a longer one shows itself.
    bytes: [u8; Head::MAX + LONGEST + MAX_PADDING],
    length: usize,
}

/// What of a datagram is sent on.
#[derive(Debug)]
pub(super) struct Part {
    number: usize,
    /// Where it begins and ends in the letter's buffer.
    bytes: (usize, usize),
}

impl Part {
    /// So many bytes of the datagram of this number, from this one of it on.
    pub(super) fn new(number: usize, at: usize, length: usize) -> Self {
        let start = Head::MAX + at;
        Self {
            number,
            bytes: (start, start + length),
        }
    }
}

impl Inbox {
    pub(crate) fn new() -> Self {
        let letter = Letter {
            from: Name::NONE,
            control: Control::NONE,
            bytes: [0; Head::MAX + LONGEST + MAX_PADDING],
            length: 0,
        };
        let mut letters: Box<[Letter]> = vec![letter; SIZE].into();
        let mut vectors: Box<[iovec]> = vec![NOTHING; SIZE].into();
        let headers = letters.iter_mut().zip(&mut vectors).map(|(letter, vector)| {
            *vector = iovec {
                iov_base: letter.bytes[Head::MAX..].as_mut_ptr().cast(),
                iov_len: LONGEST,
            };
            let mut header = no_header();
            header.msg_hdr.msg_name = ptr::from_mut(&mut letter.from).cast();
            header.msg_hdr.msg_iov = vector;
            header.msg_hdr.msg_iovlen = 1;
            header.msg_hdr.msg_control = letter.control.buffer().cast();
            allow_all(&mut header);
            header
        });
        Self {
            headers: headers.collect(),
            letters,
            _vectors: vectors,
            received: 0,
        }
    }

    /// Takes in what has come, behind what is there, up to [`SIZE`] datagrams in all; the numbers of the new ones.
    pub(crate) fn receive(&mut self, socket: BorrowedFd<'_>) -> io::Result<std::ops::Range<usize>> {
        let start = self.received;
        let free = &mut self.headers[start..];
        // SAFETY: each header points to its letter's own buffers with their lengths, which live as long as the inbox.
        let count = unsafe {
            libc::recvmmsg(
                socket.as_raw_fd(),
                free.as_mut_ptr(),
                free.len() as u32,
                libc::MSG_DONTWAIT,
                ptr::null_mut(),
            )
        };
        let count = usize::try_from(count).map_err(|_| io::Error::last_os_error())?;
        for (letter, header) in self.letters[start..].iter_mut().zip(free).take(count) {
            letter.length = header.msg_len as usize;
            letter.control.filled(header.msg_hdr.msg_controllen);
            allow_all(header);
        }
        self.received += count;
        Ok(start..self.received)
    }

    /// How many more it can take in.
    pub(crate) fn room(&self) -> usize {
        SIZE - self.received
    }

    /// All are dealt with.
    pub(crate) fn clear(&mut self) {
        self.received = 0;
    }

    /// Who sent the datagram of this number, to which of our addresses where the socket tells, and what. `None` where the system has cut it or says nothing of its sender.
    pub(crate) fn read(&self, number: usize) -> Option<(SocketAddr, Option<IpAddr>, &[u8])> {
        let letter = &self.letters[number];
        (letter.length < LONGEST).then_some(())?;
        Some((
            letter.from.address()?,
            letter.control.destination(),
            &letter.bytes[Head::MAX..Head::MAX + letter.length],
        ))
    }

    /// Writes a head before this part and zeros behind it: what is sent lies in one piece, which costs the system less than several.
    pub(super) fn wrap(&mut self, part: &mut Part, head: &Head, padding: usize) {
        let head = head.as_bytes();
        let (start, end) = part.bytes;
        let bytes = &mut self.letters[part.number].bytes;
        part.bytes = (start - head.len(), end + padding);
        bytes[part.bytes.0..start].copy_from_slice(head);
        bytes[end..part.bytes.1].fill(0);
    }

    /// With what it was wrapped in.
    pub(super) fn read_part(&self, part: &Part) -> &[u8] {
        let (start, end) = part.bytes;
        &self.letters[part.number].bytes[start..end]
    }
}

/// A call leaves in them how much there was.
fn allow_all(header: &mut mmsghdr) {
    header.msg_hdr.msg_namelen = size_of::<Name>() as socklen_t;
    header.msg_hdr.msg_controllen = ROOM;
}

impl fmt::Debug for Inbox {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Inbox({} datagrams)", self.received)
    }
}
