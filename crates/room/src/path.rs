use std::{collections::VecDeque, fmt, sync::Arc};

use crate::{ids::StreamId, refusal::Refusal};

/// What one browser sends to another through us: bytes that we can neither read nor print.
#[derive(Clone, PartialEq, Eq)]
pub struct Sealed(Arc<[u8]>);

impl Sealed {
    /// `None` when it is more than a message may hold.
    pub fn new(bytes: &[u8]) -> Option<Self> {
        (bytes.len() <= MAX_SEALED).then(|| Self(bytes.into()))
    }

    /// As it came.
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }
}

impl fmt::Debug for Sealed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Sealed({} bytes)", self.0.len())
    }
}

/// The way from one seat to another: what the receiver has not acknowledged yet, in the sender's order.
#[derive(Debug)]
pub(crate) struct Path {
    stream: StreamId,
    /// The last number that came from the sender; `None` before the first.
    last: Option<u64>,
    acked: u64,
    waiting: VecDeque<(u64, Sealed)>,
    bytes: usize,
}

/// What a message did to its path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Sent {
    /// It is new, and waits.
    Fresh,
    /// It was there before: nothing to do.
    Again,
}

impl Path {
    pub(crate) fn new(stream: StreamId) -> Self {
        Self {
            stream,
            last: None,
            acked: 0,
            waiting: VecDeque::new(),
            bytes: 0,
        }
    }

    pub(crate) fn stream(&self) -> StreamId {
        self.stream
    }

    pub(crate) fn acked(&self) -> u64 {
        self.acked
    }

    pub(crate) fn bytes(&self) -> usize {
        self.bytes
    }

    pub(crate) fn waiting(&self) -> impl Iterator<Item = (u64, &Sealed)> {
        self.waiting.iter().map(|(seq, sealed)| (*seq, sealed))
    }

    /// Takes the sender's message `seq`. After a restart of ours a path begins wherever the sender is.
    pub(crate) fn send(&mut self, seq: u64, sealed: Sealed) -> Result<Sent, Refusal> {
        match self.last {
            Some(last) if seq <= last => return Ok(Sent::Again),
            Some(last) if seq != last + 1 => return Err(Refusal::BadSequence),
            None if seq == 0 => return Err(Refusal::BadSequence),
            _ => {}
        }
        let bytes = self.bytes + sealed.as_bytes().len();
        if self.waiting.len() >= MAX_WAITING || bytes > MAX_BYTES {
            return Err(Refusal::TooMuch);
        }
        self.bytes = bytes;
        self.last = Some(seq);
        self.waiting.push_back((seq, sealed));
        Ok(Sent::Fresh)
    }

    /// The receiver has everything up to `seq`. `false` when that was known, or can't be.
    pub(crate) fn acknowledge(&mut self, seq: u64) -> bool {
        if seq <= self.acked || self.last.is_none_or(|last| seq > last) {
            return false;
        }
        while let Some((_, sealed)) = self.waiting.pop_front_if(|(waiting, _)| *waiting <= seq) {
            self.bytes -= sealed.as_bytes().len();
        }
        self.acked = seq;
        true
    }
}

/// What `sealed.data` may hold: a description in its largest bucket, and room for the envelope.
pub(crate) const MAX_SEALED: usize = 36_864;
const MAX_WAITING: usize = 64;
const MAX_BYTES: usize = 512 * 1024;
