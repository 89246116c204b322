//! What browsers and signal-d say to each other: `docs/signalling.md`, section 3. `proto/signal/v1` has one example of each.
//!
//! Reading is strict: an unknown or repeated field, a number out of range, another spelling of an id are refused.

use data_encoding::BASE64URL_NOPAD;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};

use crate::{
    ids::{ClientId, RoomId, Seat, StreamId},
    pass::{Window, role},
    path::{MAX_SEALED, Sealed},
    refusal::Refusal,
    rooms::{PeerState, Waiting},
    seats::Presence,
};

/// A frame may have so many bytes.
pub const MAX_FRAME: usize = 65_536;

/// What a browser says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "lowercase", deny_unknown_fields)]
pub enum FromBrowser {
    /// The first thing: who one is, and what lets one in.
    Join(JoinRequest),
    /// Something for another seat.
    Sealed {
        /// For which.
        to: Seat,
        /// 1, 2, 3 …
        #[serde(deserialize_with = "number")]
        seq: u64,
        /// What only that seat can read.
        data: Sealed,
    },
    /// One has everything up to `seq` from another seat.
    Ack {
        /// From which.
        to: Seat,
        /// Of which page life.
        stream: StreamId,
        /// Up to which number.
        #[serde(deserialize_with = "number")]
        seq: u64,
    },
    /// Is the line alive?
    Ping {
        /// Comes back in the answer.
        #[serde(deserialize_with = "number")]
        n: u64,
    },
    /// It is.
    Pong {
        /// The question's.
        #[serde(deserialize_with = "number")]
        n: u64,
    },
    /// One goes for good.
    Leave {},
    /// The practice frees a seat.
    Evict {
        /// Which.
        seat: Seat,
    },
}

/// Who stands at the door.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct JoinRequest {
    /// What is in the link's path.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub invite: Option<Secret>,
    /// A room token, in place of an invite.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub token: Option<Secret>,
    /// This browser.
    pub client: ClientId,
    /// This life of its page.
    pub stream: StreamId,
    /// Take the practice's seat although another of its devices holds it.
    #[serde(skip_serializing_if = "std::ops::Not::not", default)]
    pub takeover: bool,
}

/// Text that opens a door: it doesn't print.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Secret(pub String);

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Secret({} bytes)", self.0.len())
    }
}

/// What signal-d says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "lowercase", deny_unknown_fields)]
pub enum ToBrowser {
    /// One is in.
    Joined(Box<Joined>),
    /// Another seat's state changed.
    Peer(Peer),
    /// Something from another seat.
    Sealed(SealedFrom),
    /// Another seat has everything up to `seq`.
    Ack {
        /// Which.
        from: Seat,
        /// Up to which number.
        seq: u64,
    },
    /// Is the line alive?
    Ping {
        /// Comes back in the answer.
        n: u64,
    },
    /// It is.
    Pong {
        /// The question's.
        n: u64,
    },
    /// Why the connection ends now.
    Error(Error),
}

/// The answer to a join.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "the fields are those of the document")]
pub struct Joined {
    pub room: RoomId,
    pub epoch: u32,
    pub seat: Seat,
    pub role: String,
    pub starts_at: u64,
    pub opens_at: u64,
    pub closes_at: u64,
    pub now: u64,
    pub token: Secret,
    pub ice_servers: Vec<IceServer>,
    pub peers: Vec<JoinedPeer>,
    pub sealed: Vec<SealedFrom>,
}

impl Joined {
    /// The room's window in the milliseconds that browsers count.
    pub fn set_window(&mut self, window: Window) {
        self.opens_at = window.opens * 1000;
        self.starts_at = window.starts * 1000;
        self.closes_at = window.closes * 1000;
    }
}

/// A STUN or TURN server that a browser may use.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct IceServer {
    /// `stun:host:port` and the like (RFC 7064, RFC 7065).
    pub urls: Vec<String>,
    /// A TURN server's: who may use it.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub username: Option<Secret>,
    /// And what proves it.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub credential: Option<Secret>,
}

/// Another seat, and what it is known to have.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "the fields are those of the document")]
pub struct JoinedPeer {
    pub seat: Seat,
    pub role: String,
    pub presence: Presence,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub stream: Option<StreamId>,
    pub acked: u64,
}

impl From<PeerState> for JoinedPeer {
    fn from(peer: PeerState) -> Self {
        Self {
            seat: peer.seat,
            role: role(peer.seat).to_owned(),
            presence: peer.presence,
            stream: peer.stream,
            acked: peer.acked,
        }
    }
}

/// Another seat.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "the fields are those of the document")]
pub struct Peer {
    pub seat: Seat,
    pub role: String,
    pub presence: Presence,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub stream: Option<StreamId>,
}

impl From<PeerState> for Peer {
    fn from(peer: PeerState) -> Self {
        Self {
            seat: peer.seat,
            role: role(peer.seat).to_owned(),
            presence: peer.presence,
            stream: peer.stream,
        }
    }
}

/// Something that another seat has sent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "the fields are those of the document")]
pub struct SealedFrom {
    pub from: Seat,
    pub stream: StreamId,
    pub seq: u64,
    pub data: Sealed,
}

impl From<Waiting> for SealedFrom {
    fn from(waiting: Waiting) -> Self {
        Self {
            from: waiting.from,
            stream: waiting.stream,
            seq: waiting.seq,
            data: waiting.sealed,
        }
    }
}

/// Why a connection ends.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Error {
    /// What programs read.
    pub code: String,
    /// What people read.
    pub message: String,
    /// When to come back, in milliseconds from now.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub retry_after_ms: Option<u64>,
    /// When the doors open, in milliseconds of the Unix epoch.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub opens_at: Option<u64>,
}

impl From<Refusal> for Error {
    fn from(refusal: Refusal) -> Self {
        Self {
            code: refusal.code().to_owned(),
            message: refusal.message().to_owned(),
            retry_after_ms: None,
            opens_at: None,
        }
    }
}

impl FromBrowser {
    /// Reads a frame.
    ///
    /// # Errors
    /// [`Refusal::BadMessage`] when it isn't one of these, to the letter.
    pub fn parse(frame: &str) -> Result<Self, Refusal> {
        if frame.len() > MAX_FRAME {
            return Err(Refusal::BadMessage);
        }
        serde_json::from_str(frame).map_err(|_| Refusal::BadMessage)
    }
}

impl ToBrowser {
    /// As it is sent.
    pub fn to_json(&self) -> String {
        serde_json::to_string(self).expect("messages are plain structs")
    }
}

impl Serialize for Sealed {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&BASE64URL_NOPAD.encode(self.as_bytes()))
    }
}

impl<'de> Deserialize<'de> for Sealed {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        if text.len() > MAX_SEALED.div_ceil(3) * 4 {
            return Err(D::Error::custom("too long"));
        }
        let bytes = BASE64URL_NOPAD.decode(text.as_bytes()).map_err(D::Error::custom)?;
        Self::new(&bytes).ok_or_else(|| D::Error::custom("too long"))
    }
}

/// A number that every receiver reads as it was meant: JavaScript has 53 bits for it.
pub(crate) fn number<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u64, D::Error> {
    let number = u64::deserialize(deserializer)?;
    if number <= MAX_NUMBER {
        Ok(number)
    } else {
        Err(D::Error::custom("a number may be 2^53 - 1 at the most"))
    }
}

const MAX_NUMBER: u64 = (1 << 53) - 1;

#[cfg(test)]
mod tests;
