//! STUN over TCP (RFC 8489 section 6.2.2): messages one after the other, each as long as its header says; and where a relay is spoken to, ChannelData between them, which is
//! padded to four bytes (RFC 8656 section 12.5).

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
    has_channels: bool,
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
            has_channels: false,
        }
    }

    /// Of a stream in which there may be ChannelData.
    #[must_use]
    pub fn with_channels() -> Self {
        Self {
            has_channels: true,
            ..Self::new()
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

    /// The next whole message; ChannelData with its padding.
    ///
    /// # Errors
    /// [`NotStun`]: close the connection.
    #[expect(clippy::should_implement_trait, reason = "an iterator can't lend from itself")]
    pub fn next(&mut self) -> Result<Option<&[u8]>, NotStun> {
        let stream = &self.buffer[self.start..self.end];
        let Some(&first) = stream.first() else { return Ok(None) };
        let is_channel = self.has_channels && first & TOP_BITS == CHANNEL;
        if first & TOP_BITS != 0 && !is_channel {
            // What is no STUN shows it early.
            return Err(NotStun);
        }
        let Some(head) = stream.get(..if is_channel { CHANNEL_HEADER } else { HEADER }) else {
            return Ok(None);
        };
        let length = head.len()
            + usize::from(u16::from_be_bytes([head[2], head[3]])).next_multiple_of(if is_channel { 4 } else { 1 });
        let is_stun = is_channel || (head[4..8] == MAGIC_COOKIE && length.is_multiple_of(4));
        if !is_stun || length > MAX_REQUEST {
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
const CHANNEL: u8 = 0b0100_0000;
const CHANNEL_HEADER: usize = 4;
