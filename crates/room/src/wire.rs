//! What a browser and the server say to each other over a WebSocket: docs/signalling.md section 3.
//!
//! ```text
//! browser                                server
//!    | join (invite or token)               |
//!    |------------------------------------->|
//!    |           joined (peers, what waits) |
//!    |<-------------------------------------|
//!    | sealed, ack, ping, pong              | sealed, ack, peer, ping, pong
//!    |<------------------------------------>|
//!    | leave                                | error, then the end
//! ```
//! Every message is one JSON object; unknown, missing or repeated fields are refused. `proto/signal/v1` has an example of each.

mod code;
mod parts;
mod spelling;

#[cfg(test)]
mod tests;

use serde::{Deserialize, Serialize};

pub use code::Code;
pub use parts::{
    Error, IceServer, Join, Joined, MAX_SEALED, Millis, Peer, PeerEntry, Presence, Sealed, SealedFrom, Seq, StreamId,
    Ticket,
};

use crate::pass::Seat;

/// The largest message either side sends, in bytes.
pub const MAX_FRAME: usize = 65_536;

/// From a browser to the server.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case", deny_unknown_fields)]
pub enum FromClient {
    /// The first message: which seat, by what right.
    Join(Join),
    /// Bytes for another seat.
    Sealed {
        /// Which seat.
        #[serde(with = "spelling::seat")]
        to: Seat,
        /// Counts 1, 2, 3 … for each stream and seat.
        seq: Seq,
        /// The bytes.
        data: Sealed,
    },
    /// All up to `seq` of that seat's `stream` has arrived.
    Ack {
        /// Whose messages.
        #[serde(with = "spelling::seat")]
        to: Seat,
        /// Of which of its page lives.
        stream: StreamId,
        /// The last one.
        seq: Seq,
    },
    /// Are you there?
    Ping {
        /// Comes back in the pong.
        n: u64,
    },
    /// I am.
    Pong {
        /// That of the ping.
        n: u64,
    },
    /// The seat is free from now on.
    Leave {},
    /// The practice frees a guest's seat.
    Evict {
        /// Which.
        #[serde(with = "spelling::seat")]
        seat: Seat,
    },
}

/// From the server to a browser.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case", deny_unknown_fields)]
pub enum FromServer {
    /// The answer to a join: the seat is taken.
    Joined(Joined),
    /// Somebody came or went.
    Peer(Peer),
    /// Bytes from another seat.
    Sealed(SealedFrom),
    /// All up to `seq` of your own stream has arrived at that seat.
    Ack {
        /// Where.
        #[serde(with = "spelling::seat")]
        from: Seat,
        /// The last one.
        seq: Seq,
    },
    /// Are you there?
    Ping {
        /// Comes back in the pong.
        n: u64,
    },
    /// I am.
    Pong {
        /// That of the ping.
        n: u64,
    },
    /// The last message: why the server closes.
    Error(Error),
}

/// Not one of the messages. The sentence is for whoever sent it, and for nobody's log.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct BadMessage(String);

impl FromClient {
    /// Reads a message.
    ///
    /// # Errors
    /// When it is none, or not in its exact form.
    pub fn parse(text: &str) -> Result<Self, BadMessage> {
        parse(text)
    }

    /// Writes it.
    pub fn print(&self) -> String {
        print(self)
    }
}

impl FromServer {
    /// Reads a message.
    ///
    /// # Errors
    /// When it is none, or not in its exact form.
    pub fn parse(text: &str) -> Result<Self, BadMessage> {
        parse(text)
    }

    /// Writes it.
    pub fn print(&self) -> String {
        print(self)
    }
}

fn parse<'a, M: Deserialize<'a>>(text: &'a str) -> Result<M, BadMessage> {
    // Derived readers would take an array of the fields' values as well.
    if !text.trim_start().starts_with('{') {
        return Err(BadMessage("expected a JSON object".to_owned()));
    }
    serde_json::from_str(text).map_err(|error| {
        let mut sentence = error.to_string();
        sentence.truncate(sentence.floor_char_boundary(MAX_SENTENCE));
        BadMessage(sentence)
    })
}

fn print(message: &impl Serialize) -> String {
    serde_json::to_string(message).expect("messages are structs of texts and numbers")
}

/// Who sent a megabyte as a field's name doesn't get it back.
const MAX_SENTENCE: usize = 200;
