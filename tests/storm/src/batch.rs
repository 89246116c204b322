//! Many datagrams in one system call. This is the one place with `unsafe`.

use std::{io, mem, net::UdpSocket, os::fd::AsRawFd as _, ptr};

use libc::{c_int, iovec, mmsghdr, sockaddr_storage, socklen_t};

/// What one call takes in or sends.
pub(crate) struct Batch {
    letters: Vec<Letter>,
    count: usize,
}

#[derive(Clone)]
struct Letter {
    name: sockaddr_storage,
    name_length: socklen_t,
    bytes: [u8; LONGEST],
    length: usize,
}

impl Batch {
    pub(crate) fn new() -> Self {
        let letter = Letter {
            // SAFETY: it is plain data, for which all zeros is "no family".
            name: unsafe { mem::zeroed() },
            name_length: 0,
            bytes: [0; LONGEST],
            length: 0,
        };
        Self {
            letters: vec![letter; SIZE],
            count: 0,
        }
    }

    pub(crate) fn clear(&mut self) {
        self.count = 0;
    }

    pub(crate) fn len(&self) -> usize {
        self.count
    }

    pub(crate) fn push(&mut self, bytes: &[u8]) {
        let letter = &mut self.letters[self.count];
        letter.bytes[..bytes.len()].copy_from_slice(bytes);
        letter.length = bytes.len();
        letter.name_length = 0;
        self.count += 1;
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &[u8]> {
        self.letters[..self.count]
            .iter()
            .map(|letter| &letter.bytes[..letter.length])
    }

    /// Takes in what has come. With `wait` there is at least one; without, there may be none.
    pub(crate) fn receive(&mut self, socket: &UdpSocket, wait: bool) -> io::Result<()> {
        self.count = 0;
        let mut vectors = Vec::with_capacity(SIZE);
        for letter in &mut self.letters {
            letter.length = LONGEST;
            letter.name_length = size_of::<sockaddr_storage>() as socklen_t;
            vectors.push(letter.vector());
        }
        let mut headers = self.headers(SIZE, &mut vectors);
        let flags = if wait { libc::MSG_WAITFORONE } else { libc::MSG_DONTWAIT };
        // SAFETY: each header points to its letter's own name and vector, which outlive the call.
        let count = unsafe {
            libc::recvmmsg(
                socket.as_raw_fd(),
                headers.as_mut_ptr(),
                SIZE as u32,
                flags,
                ptr::null_mut(),
            )
        };
        let count = match usize::try_from(count) {
            Ok(count) => count,
            Err(_) => match io::Error::last_os_error() {
                error if error.kind() == io::ErrorKind::WouldBlock => 0,
                error => return Err(error),
            },
        };
        self.count = count;
        for (letter, header) in self.letters.iter_mut().zip(&headers).take(count) {
            letter.length = header.msg_len as usize;
            letter.name_length = header.msg_hdr.msg_namelen;
        }
        Ok(())
    }

    /// Sends all; to who sent them where they came from somebody.
    pub(crate) fn send(&mut self, socket: &UdpSocket) {
        let mut vectors: Vec<iovec> = self.letters[..self.count].iter_mut().map(Letter::vector).collect();
        let count = self.count;
        let mut headers = self.headers(count, &mut vectors);
        let mut sent = 0;
        while sent < count {
            let rest = &mut headers[sent..];
            // SAFETY: as in `receive`; the count is that of the rest.
            let done = unsafe { libc::sendmmsg(socket.as_raw_fd(), rest.as_mut_ptr(), rest.len() as u32, 0 as c_int) };
            // One that can't be sent is left out: it counts as lost.
            sent += usize::try_from(done).unwrap_or(1).max(1);
        }
    }

    fn headers(&mut self, count: usize, vectors: &mut [iovec]) -> Vec<mmsghdr> {
        let letters = self.letters[..count].iter_mut();
        letters
            .zip(vectors)
            .map(|(letter, vector)| {
                // SAFETY: it is plain data, for which all zeros is "nothing".
                let mut header: mmsghdr = unsafe { mem::zeroed() };
                if letter.name_length > 0 {
                    header.msg_hdr.msg_name = ptr::from_mut(&mut letter.name).cast();
                    header.msg_hdr.msg_namelen = letter.name_length;
                }
                header.msg_hdr.msg_iov = vector;
                header.msg_hdr.msg_iovlen = 1;
                header
            })
            .collect()
    }
}

impl Letter {
    fn vector(&mut self) -> iovec {
        iovec {
            iov_base: self.bytes.as_mut_ptr().cast(),
            iov_len: self.length,
        }
    }
}

pub(crate) const SIZE: usize = 32;
const LONGEST: usize = 256;
