//! What is to be sent: many datagrams in one call of `sendmmsg`, and those of one length to one place as one that the system cuts up (`UDP_SEGMENT`).

use std::{
    ffi::c_int,
    fmt, io,
    net::{IpAddr, SocketAddr},
    ops::Range,
    os::fd::{AsRawFd as _, BorrowedFd},
    ptr,
};

use libc::{iovec, mmsghdr, socklen_t};
use stun::turn::Head;

use super::{
    Inbox, MAX_PADDING, SIZE,
    address::{Control, Name},
    forbid_fragments,
    inbox::Part,
    no_header,
};

/// What is to be sent once the letters that came are read. Kept and used again.
pub(crate) struct Outbox {
    parcels: Vec<Parcel>,
    /// What is written for the sake of one parcel: answers.
    written: Vec<u8>,
    /// The numbers of the parcels, by socket and then as they came.
    order: Vec<usize>,
    envelopes: Envelopes,
    /// The system cuts up what is sent as one, and the network's device knows how.
    can_cut: bool,
}

struct Parcel {
    socket: c_int,
    to: SocketAddr,
    source: Option<IpAddr>,
    dont_fragment: bool,
    bytes: Bytes,
}

/// Where they are.
enum Bytes {
    /// In the outbox.
    Written(Range<usize>),
    /// In a letter of the inbox.
    Letter(Part, Option<Wrapping>),
}

/// What data to a client has before it, and how many zeros behind it.
pub(crate) type Wrapping = (Head, usize);

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
    pub(crate) fn new(can_cut: bool) -> Self {
        Self {
            parcels: Vec::with_capacity(SIZE),
            written: Vec::with_capacity(SIZE * 64),
            order: Vec::with_capacity(SIZE),
            envelopes: Envelopes::new(),
            can_cut,
        }
    }

    /// These bytes.
    pub(crate) fn write(&mut self, way: Way<'_>, bytes: &[u8]) {
        self.write_all(way, &[bytes]);
    }

    /// Data that is in no letter.
    pub(crate) fn write_data(&mut self, way: Way<'_>, data: &[u8], wrapping: Option<Wrapping>) {
        match &wrapping {
            Some((head, padding)) => self.write_all(way, &[head.as_bytes(), data, &ZEROS[..*padding]]),
            None => self.write(way, data),
        }
    }

    fn write_all(&mut self, way: Way<'_>, parts: &[&[u8]]) {
        let at = self.written.len();
        for part in parts {
            self.written.extend_from_slice(part);
        }
        self.push(way, Bytes::Written(at..self.written.len()));
    }

    /// Data that is in a letter of the inbox; one that is alone there where it is to be wrapped.
    pub(crate) fn forward(&mut self, way: Way<'_>, part: Part, wrapping: Option<Wrapping>) {
        self.push(way, Bytes::Letter(part, wrapping));
    }

    fn push(&mut self, way: Way<'_>, bytes: Bytes) {
        self.parcels.push(Parcel {
            socket: way.socket.as_raw_fd(),
            to: way.to,
            source: way.source,
            dont_fragment: way.dont_fragment,
            bytes,
        });
    }

    /// Sends all; what goes out by one socket in the order of its coming. What can't be sent (its network is gone, the buffer is full) is left out: who asked asks again,
    /// and a queue would only make the others wait.
    pub(crate) fn send(&mut self, inbox: &mut Inbox) {
        for parcel in &mut self.parcels {
            if let Bytes::Letter(part, Some((head, padding))) = &mut parcel.bytes {
                inbox.wrap(part, head, *padding);
            }
        }
        let inbox = &*inbox;
        let way = |&number: &usize| (self.parcels[number].socket, self.parcels[number].dont_fragment);
        self.order.extend(0..self.parcels.len());
        self.order.sort_unstable_by_key(|number| (way(number), *number));
        for run in self.order.chunk_by(|one, next| way(one) == way(next)) {
            let (socket, dont_fragment) = way(&run[0]);
            if dont_fragment {
                // Seldom, and for a few datagrams: not worth a socket of its own.
                forbid_fragments(socket, true);
            }
            for some in run.chunks(SIZE) {
                self.envelopes.clear();
                for &number in some {
                    let parcel = &self.parcels[number];
                    let bytes = match &parcel.bytes {
                        Bytes::Written(range) => &self.written[range.clone()],
                        Bytes::Letter(part, _) => inbox.read_part(part),
                    };
                    self.envelopes.add(parcel, bytes, self.can_cut);
                }
                // SAFETY: what the vectors point to is in the outbox or the inbox, and neither changes before the envelopes are cleared.
                if unsafe { self.envelopes.send(socket) } == Cutting::Refused {
                    self.can_cut = false;
                }
            }
            if dont_fragment {
                forbid_fragments(socket, false);
            }
        }
        self.order.clear();
        self.parcels.clear();
        self.written.clear();
    }
}

/// What the system is told for a call.
struct Envelopes {
    headers: Vec<mmsghdr>,
    vectors: Vec<iovec>,
    names: Vec<Name>,
    controls: Vec<Control>,
    contents: Vec<Content>,
}

/// Parcels that go as one.
struct Content {
    to: SocketAddr,
    source: Option<IpAddr>,
    /// One for each.
    vectors: Range<usize>,
    /// Of each but the last, which may be shorter.
    length: usize,
    /// Of all.
    whole: usize,
}

#[derive(Debug, PartialEq, Eq)]
enum Cutting {
    Possible,
    Refused,
}

// SAFETY: what its pointers point to between two calls is not used.
unsafe impl Send for Envelopes {}

impl Envelopes {
    fn new() -> Self {
        Self {
            headers: Vec::with_capacity(SIZE),
            vectors: Vec::with_capacity(SIZE),
            names: Vec::with_capacity(SIZE),
            controls: Vec::with_capacity(SIZE),
            contents: Vec::with_capacity(SIZE),
        }
    }

    fn clear(&mut self) {
        self.headers.clear();
        self.vectors.clear();
        self.names.clear();
        self.controls.clear();
        self.contents.clear();
    }

    /// Another one: in one with the last, where that goes to the same place and they can be told apart by their length.
    fn add(&mut self, parcel: &Parcel, bytes: &[u8], can_cut: bool) {
        let start = self.vectors.len();
        let length = bytes.len();
        self.vectors.push(iovec {
            iov_base: bytes.as_ptr().cast_mut().cast(),
            iov_len: length,
        });
        if let Some(last) = self.contents.last_mut()
            && can_cut
            && last.takes(parcel, length)
        {
            last.vectors.end += 1;
            last.whole += length;
        } else {
            self.contents.push(Content {
                to: parcel.to,
                source: parcel.source,
                vectors: start..start + 1,
                length,
                whole: length,
            });
        }
    }

    /// # Safety
    /// What the vectors point to is still there.
    unsafe fn send(&mut self, socket: c_int) -> Cutting {
        let vectors = self.vectors.as_mut_ptr();
        self.names.resize(self.contents.len(), Name::NONE);
        self.controls.resize(self.contents.len(), Control::NONE);
        let places = self.names.iter_mut().zip(&mut self.controls);
        let headers = self.contents.iter().zip(places);
        self.headers
            .extend(headers.map(|(content, (name, control))| content.header(name, control, vectors)));
        let mut cutting = Cutting::Possible;
        let (mut sent, mut again) = (0, None);
        while sent < self.headers.len() {
            // SAFETY: each header points to a name, a control and vectors that are here, and those to bytes of which the caller says that they are there. The system only
            // reads them; the count is that of the rest.
            match unsafe { send(socket, &mut self.headers[sent..]) } {
                Ok(done) => sent += done.max(1),
                Err(error) => match error.kind() {
                    io::ErrorKind::Interrupted => {}
                    io::ErrorKind::WouldBlock => return cutting,
                    // It may be an answer to what was sent before (`icmp`), which is told once: then this one has not been tried.
                    _ if again != Some(sent) => again = Some(sent),
                    _ => {
                        if self.contents[sent].count() > 1 {
                            if error.raw_os_error() == Some(libc::EIO) {
                                // The device can't do the sums of each.
                                cutting = Cutting::Refused;
                            }
                            // SAFETY: as above.
                            unsafe { self.send_singly(socket, sent) };
                        }
                        sent += 1;
                    }
                },
            }
        }
        cutting
    }

    /// One by one, what can't go as one: a network on the way takes only shorter ones, or the device can't cut.
    ///
    /// # Safety
    /// As for [`send`](Self::send).
    unsafe fn send_singly(&mut self, socket: c_int, number: usize) {
        let Content {
            ref vectors,
            to,
            source,
            ..
        } = self.contents[number];
        for at in vectors.clone() {
            let length = self.vectors[at].iov_len;
            let single = Content {
                to,
                source,
                vectors: at..at + 1,
                length,
                whole: length,
            };
            let (mut name, mut control) = (Name::NONE, Control::NONE);
            let mut header = [single.header(&mut name, &mut control, self.vectors.as_mut_ptr())];
            // SAFETY: as the caller says; name and control are here. What can't be sent is left out, at the second time: the first may be told of what was sent before.
            let _ = unsafe { send(socket, &mut header).or_else(|_| send(socket, &mut header)) };
        }
    }
}

impl Content {
    fn takes(&self, parcel: &Parcel, length: usize) -> bool {
        self.to == parcel.to
            && self.source == parcel.source
            && self.whole == self.count() * self.length
            && (1..=self.length).contains(&length)
            && self.length <= LONGEST_CUT
            && self.count() < MOST_CUT
    }

    fn count(&self) -> usize {
        self.vectors.len()
    }

    fn header(&self, name: &mut Name, control: &mut Control, vectors: *mut iovec) -> mmsghdr {
        let mut header = no_header();
        let length: socklen_t;
        (*name, length) = Name::of(self.to);
        header.msg_hdr.msg_name = ptr::from_mut(name).cast();
        header.msg_hdr.msg_namelen = length;
        header.msg_hdr.msg_iov = vectors.wrapping_add(self.vectors.start);
        header.msg_hdr.msg_iovlen = self.vectors.len();
        if let Some(source) = self.source {
            control.leave_from(source);
        }
        if self.count() > 1 {
            control.cut_into(self.length as u16);
        }
        if control.length() > 0 {
            header.msg_hdr.msg_control = control.buffer().cast();
            header.msg_hdr.msg_controllen = control.length();
        }
        header
    }
}

/// How many of them were sent.
///
/// # Safety
/// Each header points to what is there.
unsafe fn send(socket: c_int, headers: &mut [mmsghdr]) -> io::Result<usize> {
    // SAFETY: the caller says so, and the count is theirs.
    let count = unsafe { libc::sendmmsg(socket, headers.as_mut_ptr(), headers.len() as u32, libc::MSG_DONTWAIT) };
    usize::try_from(count).map_err(|_| io::Error::last_os_error())
}

impl fmt::Debug for Outbox {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Outbox({} datagrams)", self.parcels.len())
    }
}

const ZEROS: [u8; MAX_PADDING] = [0; MAX_PADDING];
/// Bytes: what every network of IPv6 takes whole. The system refuses to cut into datagrams that would be fragmented.
const LONGEST_CUT: usize = 1280 - 40 - 8;
/// What the system cuts into at most (`UDP_MAX_SEGMENTS` of older ones); together they stay below 64 KiB.
const MOST_CUT: usize = if SIZE < 52 { SIZE } else { 52 };
