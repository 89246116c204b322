//! What comes: many datagrams in one call of `recvmmsg`.

use std::{
    fmt, io,
    net::{IpAddr, SocketAddr},
    ops::Range,
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

/// Letters that have come and are not yet dealt with. Kept and used again: what the system has to be told for a call is written once.
pub(crate) struct Inbox {
    letters: Box<[Letter]>,
    bytes: Buffer,
    /// Each points to the letter of its number, and by its vector to that one's bytes.
    headers: Box<[mmsghdr]>,
    _vectors: Box<[iovec]>,
    received: usize,
}

// SAFETY: what its pointers point to is its own, and goes where it goes.
unsafe impl Send for Inbox {}

/// A datagram, or several of one length that came from one sender so densely that the system hands them over as one (`UDP_GRO`); the last may be shorter.
#[derive(Clone, Copy)]
struct Letter {
    from: Name,
    control: Control,
    length: usize,
}

/// One that has come.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Datagram<'a> {
    pub(crate) from: SocketAddr,
    /// To which of our addresses, where the socket tells.
    pub(crate) to: Option<IpAddr>,
    pub(crate) bytes: &'a [u8],
    letter: usize,
    /// Where it begins in its letter.
    at: usize,
    is_alone: bool,
}

/// What of a datagram is sent on.
#[derive(Debug)]
pub(crate) struct Part {
    letter: usize,
    /// Where it begins and ends in the letter's room.
    bytes: (usize, usize),
}

impl Datagram<'_> {
    /// Where these of its bytes are.
    pub(crate) fn part(&self, bytes: &[u8]) -> Part {
        let start = BEFORE + self.at + (bytes.as_ptr() as usize - self.bytes.as_ptr() as usize);
        Part {
            letter: self.letter,
            bytes: (start, start + bytes.len()),
        }
    }

    /// What is before and behind it is nobody's.
    pub(crate) fn is_alone(&self) -> bool {
        self.is_alone
    }
}

impl Inbox {
    pub(crate) fn new() -> Self {
        let letter = Letter {
            from: Name::NONE,
            control: Control::NONE,
            length: 0,
        };
        let mut letters: Box<[Letter]> = vec![letter; SIZE].into();
        let mut bytes = Buffer::new(SIZE * ROOM_OF_LETTER);
        let mut vectors: Box<[iovec]> = vec![NOTHING; SIZE].into();
        let rooms = bytes.as_mut().chunks_exact_mut(ROOM_OF_LETTER);
        let headers = letters.iter_mut().zip(&mut vectors).zip(rooms);
        let headers = headers.map(|((letter, vector), room)| {
            // What nearly all are as long as is there from the beginning: what comes later takes no memory.
            room[..BEFORE + LONGEST + BEHIND].fill(0);
            *vector = iovec {
                iov_base: room[BEFORE..].as_mut_ptr().cast(),
                iov_len: LONGEST_LETTER,
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
            bytes,
            _vectors: vectors,
            received: 0,
        }
    }

    /// Takes in what has come, behind what is there, up to [`SIZE`] letters in all; the numbers of the new ones.
    pub(crate) fn receive(&mut self, socket: BorrowedFd<'_>) -> io::Result<Range<usize>> {
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

    /// How many more letters it can take in.
    pub(crate) fn room(&self) -> usize {
        SIZE - self.received
    }

    /// All are dealt with.
    pub(crate) fn clear(&mut self) {
        self.received = 0;
    }

    /// The datagrams in the letters of these numbers, but those that are longer than any that we take, or of which the system doesn't say who sent them.
    pub(crate) fn datagrams(&self, letters: Range<usize>) -> impl Iterator<Item = Datagram<'_>> {
        letters.flat_map(|number| self.datagrams_of(number))
    }

    fn datagrams_of(&self, number: usize) -> impl Iterator<Item = Datagram<'_>> {
        let letter = &self.letters[number];
        let (from, to) = (letter.from.address(), letter.control.destination());
        let bytes = &self.room_of(number)[BEFORE..BEFORE + letter.length];
        let each = letter.control.cut().unwrap_or(letter.length).max(1);
        // One without any bytes is one, too.
        let count = letter.length.div_ceil(each).max(1);
        (0..count).filter_map(move |place| {
            let at = place * each;
            let datagram = Datagram {
                from: from?,
                to,
                bytes: &bytes[at..letter.length.min(at + each)],
                letter: number,
                at,
                is_alone: count == 1,
            };
            (datagram.bytes.len() < LONGEST).then_some(datagram)
        })
    }

    fn room_of(&self, letter: usize) -> &[u8] {
        let start = letter * ROOM_OF_LETTER;
        &self.bytes.as_ref()[start..start + ROOM_OF_LETTER]
    }

    /// Writes a head before this part of a datagram that is alone, and zeros behind it: what is sent lies in one piece, which costs the system less than several.
    pub(super) fn wrap(&mut self, part: &mut Part, head: &Head, padding: usize) {
        let head = head.as_bytes();
        let (start, end) = part.bytes;
        let room = part.letter * ROOM_OF_LETTER;
        let room = &mut self.bytes.as_mut()[room..room + ROOM_OF_LETTER];
        part.bytes = (start - head.len(), end + padding);
        room[part.bytes.0..start].copy_from_slice(head);
        room[end..part.bytes.1].fill(0);
    }

    /// With what it was wrapped in.
    pub(super) fn read_part(&self, part: &Part) -> &[u8] {
        let (start, end) = part.bytes;
        &self.room_of(part.letter)[start..end]
    }
}

/// Memory that is taken when it is first written to, page by page.
struct Buffer(Box<[u8]>);

impl Buffer {
    fn new(length: usize) -> Self {
        let mut bytes = vec![0; length].into_boxed_slice();
        let page = rustix::param::page_size();
        let start = bytes.as_ptr().align_offset(page);
        if let Some(pages) = bytes.get_mut(start..)
            && let whole = pages.len() - pages.len() % page
        {
            // SAFETY: these are pages of this buffer's own, and the advice changes nothing of what is in them. Where there are no huge ones it is refused, and needless.
            let _ = unsafe { libc::madvise(pages.as_mut_ptr().cast(), whole, libc::MADV_NOHUGEPAGE) };
        }
        Self(bytes)
    }
}

impl AsRef<[u8]> for Buffer {
    fn as_ref(&self) -> &[u8] {
        &self.0
    }
}

impl AsMut<[u8]> for Buffer {
    fn as_mut(&mut self) -> &mut [u8] {
        &mut self.0
    }
}

/// A call leaves in them how much there was.
fn allow_all(header: &mut mmsghdr) {
    header.msg_hdr.msg_namelen = size_of::<Name>() as socklen_t;
    header.msg_hdr.msg_controllen = ROOM;
}

impl fmt::Debug for Inbox {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Inbox({} letters)", self.received)
    }
}

/// A letter has room for what goes before and behind it when it is sent on.
const BEFORE: usize = Head::MAX;
const BEHIND: usize = MAX_PADDING;
/// Bytes: what the system puts together at most.
const LONGEST_LETTER: usize = 65_535;
/// More than a letter needs, and odd in lines of the cache: the beginnings of all letters don't share the same few.
const ROOM_OF_LETTER: usize = 65_536 + 3 * 64;
const _: () = assert!(BEFORE + LONGEST_LETTER + BEHIND <= ROOM_OF_LETTER);
