//! STUN over TCP (RFC 8489 section 6.2.2): messages one after the other, each as long as its header says.

use crate::{
    MAX_REQUEST,
    message::{HEADER, MAGIC_COOKIE, TOP_BITS},
};

/// Cuts a stream into messages. Holds no more than one of them and what the caller last read.
#[derive(Debug)]
pub struct Framer {
    buffer: Box<[u8; CAPACITY]>,
    start: usize,
    end: usize,
}

/// The stream is no STUN, or a message in it is longer than any that we would answer: where the next one begins can't be known, so the connection is to be closed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the stream is not STUN")]
pub struct NotStun;

impl Framer {
    #[must_use]
    pub fn new() -> Self {
        Self {
            buffer: Box::new([0; CAPACITY]),
            start: 0,
            end: 0,
        }
    }

    /// Where the next bytes of the stream are to be read to. Never empty once [`next`](Self::next) has said that nothing is whole.
    pub fn space(&mut self) -> &mut [u8] {
        self.buffer.copy_within(self.start..self.end, 0);
        self.end -= self.start;
        self.start = 0;
        &mut self.buffer[self.end..]
    }

    /// So many bytes were read into [`space`](Self::space).
    ///
    /// # Panics
    /// When there is no room for so many.
    pub fn filled(&mut self, count: usize) {
        assert!(count <= CAPACITY - self.end, "no more than there is room for");
        self.end += count;
    }

    /// The next whole message.
    ///
    /// # Errors
    /// [`NotStun`]: close the connection.
    #[expect(clippy::should_implement_trait, reason = "an iterator can't lend from itself")]
    pub fn next(&mut self) -> Result<Option<&[u8]>, NotStun> {
        let stream = &self.buffer[self.start..self.end];
        let Some(header) = stream.first_chunk::<HEADER>() else {
            // What is no STUN shows it early.
            return if stream.first().is_some_and(|byte| byte & TOP_BITS != 0) {
                Err(NotStun)
            } else {
                Ok(None)
            };
        };
        let length = HEADER + usize::from(u16::from_be_bytes([header[2], header[3]]));
        if header[0] & TOP_BITS != 0
            || header[4..8] != MAGIC_COOKIE
            || length > MAX_REQUEST
            || !length.is_multiple_of(4)
        {
            return Err(NotStun);
        }
        if stream.len() < length {
            return Ok(None);
        }
        let start = self.start;
        self.start += length;
        Ok(Some(&self.buffer[start..self.start]))
    }

    /// Whether a message has begun and is not whole.
    #[must_use]
    pub fn is_within_message(&self) -> bool {
        self.start < self.end
    }
}

impl Default for Framer {
    fn default() -> Self {
        Self::new()
    }
}

const CAPACITY: usize = 2 * MAX_REQUEST;
