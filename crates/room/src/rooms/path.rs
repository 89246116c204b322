//! What one seat sends to another and the other has not acknowledged: docs/signalling.md section 3, "sealed".

use std::collections::VecDeque;

use super::Breach;
use crate::wire::{MAX_SEALED, Sealed, Seq, StreamId};

/// From one seat to another, within one page life of the sender.
#[derive(Debug)]
pub(super) struct Path {
    stream: StreamId,
    /// The last that was acknowledged.
    acked: u64,
    /// The last that came in. `None`: none yet, and the sender may begin anywhere, since it may know more than a server that has just started.
    last: Option<u64>,
    /// All after `acked`, in order.
    waiting: VecDeque<(Seq, Sealed)>,
    bytes: usize,
    /// How many of `waiting` the receiver's present connection was given, and how heavy those are.
    given: usize,
    weight_given: usize,
}

impl Path {
    pub(super) const fn new(stream: StreamId) -> Self {
        Self {
            stream,
            acked: 0,
            last: None,
            waiting: VecDeque::new(),
            bytes: 0,
            given: 0,
            weight_given: 0,
        }
    }

    /// One more from the sender. What came before comes again after a reconnect, and is there already.
    pub(super) fn push(&mut self, seq: Seq, data: Sealed) -> Result<(), Breach> {
        let number = seq.number();
        match self.last {
            Some(last) if number <= last => return Ok(()),
            Some(last) if number > last + 1 => return Err(Breach::BadSequence),
            _ => {}
        }
        let bytes = self.bytes + data.as_bytes().len();
        if self.waiting.len() == MAX_WAITING || bytes > MAX_BYTES {
            return Err(Breach::TooMuch);
        }
        if self.last.is_none() {
            self.acked = number - 1;
        }
        self.last = Some(number);
        self.bytes = bytes;
        self.waiting.push_back((seq, data));
        Ok(())
    }

    /// The receiver has all up to `seq` of `stream`. Says whether that was news. More than was given can't have arrived.
    pub(super) fn ack(&mut self, stream: StreamId, seq: Seq) -> bool {
        if stream != self.stream {
            return false;
        }
        let before = self.acked;
        while self.given > 0 && self.waiting.front().is_some_and(|(first, _)| *first <= seq) {
            let (first, data) = self.waiting.pop_front().expect("it was looked at just now");
            self.acked = first.number();
            self.given -= 1;
            self.bytes -= data.as_bytes().len();
            self.weight_given -= weight(&data);
        }
        self.acked > before
    }

    /// The receiver has a new connection, which was given nothing yet.
    pub(super) const fn start_over(&mut self) {
        self.given = 0;
        self.weight_given = 0;
    }

    /// The next that the receiver is to be given.
    pub(super) fn next(&self) -> Option<&(Seq, Sealed)> {
        self.waiting.get(self.given)
    }

    /// Takes that one as given.
    pub(super) fn give(&mut self) -> Option<(Seq, Sealed)> {
        let (seq, data) = self.next()?.clone();
        self.given += 1;
        self.weight_given += weight(&data);
        Some((seq, data))
    }

    /// Throws away what waits; the sender goes on counting.
    pub(super) fn clear(&mut self) {
        self.waiting.clear();
        self.acked = self.last.unwrap_or(self.acked);
        self.bytes = 0;
        self.start_over();
    }

    pub(super) const fn stream(&self) -> StreamId {
        self.stream
    }

    pub(super) const fn acked(&self) -> u64 {
        self.acked
    }

    pub(super) const fn bytes(&self) -> usize {
        self.bytes
    }

    pub(super) const fn weight_given(&self) -> usize {
        self.weight_given
    }

    pub(super) fn is_empty(&self) -> bool {
        self.waiting.is_empty()
    }
}

/// What a message takes of a frame, before base64url: its bytes, and the JSON around them.
pub(super) fn weight(data: &Sealed) -> usize {
    data.as_bytes().len() + JSON
}

/// `{"from":0,"stream":"…","seq":9007199254740991,"data":""},` is 79 characters long.
const JSON: usize = 64;

/// The heaviest message there is.
pub(super) const MAX_WEIGHT: usize = MAX_SEALED + JSON;

/// How many messages may wait on one path.
pub(super) const MAX_WAITING: usize = 64;

/// How many bytes may wait on one path.
pub(super) const MAX_BYTES: usize = 512 << 10;
