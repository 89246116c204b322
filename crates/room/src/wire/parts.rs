//! What messages are made of. Each type checks its bounds when it is read, so that behind the door nothing has to.

use std::{fmt, sync::Arc};

use data_encoding::BASE64URL_NOPAD;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};

use super::{Code, spelling};
use crate::pass::{ClientId, MAX_TOKEN, Role, RoomId, Seat, UnixTime};

/// The most bytes that one sealed message holds.
pub const MAX_SEALED: usize = 36_864;

/// What a browser says first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(into = "RawJoin", try_from = "RawJoin")]
pub struct Join {
    /// By what right.
    pub ticket: Ticket,
    /// Which browser.
    pub client: ClientId,
    /// Which life of its page.
    pub stream: StreamId,
    /// The practice's: take the seat from another device.
    pub takeover: bool,
}

/// What somebody has to show.
#[derive(Clone, PartialEq, Eq)]
pub enum Ticket {
    /// From the link. It may be misspelt: session-d knows.
    Invite(String),
    /// A room token.
    Token(String),
}

/// Both are secrets.
impl fmt::Debug for Ticket {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Invite(_) => "Invite",
            Self::Token(_) => "Token",
        })
    }
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct RawJoin {
    #[serde(
        default,
        deserialize_with = "spelling::present",
        skip_serializing_if = "Option::is_none"
    )]
    invite: Option<String>,
    #[serde(
        default,
        deserialize_with = "spelling::present",
        skip_serializing_if = "Option::is_none"
    )]
    token: Option<String>,
    #[serde(with = "spelling::client")]
    client: ClientId,
    stream: StreamId,
    #[serde(default, skip_serializing_if = "is_false")]
    takeover: bool,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks like this")]
fn is_false(flag: &bool) -> bool {
    !flag
}

impl TryFrom<RawJoin> for Join {
    type Error = &'static str;

    fn try_from(raw: RawJoin) -> Result<Self, Self::Error> {
        let ticket = match (raw.invite, raw.token) {
            (Some(invite), None) if invite.len() <= MAX_INVITE => Ticket::Invite(invite),
            (None, Some(token)) if token.len() <= MAX_TOKEN => Ticket::Token(token),
            (Some(_), None) => return Err("the invite is too long"),
            (None, Some(_)) => return Err("the token is too long"),
            _ => return Err("expected one of `invite` and `token`"),
        };
        Ok(Self {
            ticket,
            client: raw.client,
            stream: raw.stream,
            takeover: raw.takeover,
        })
    }
}

impl From<Join> for RawJoin {
    fn from(join: Join) -> Self {
        let (invite, token) = match join.ticket {
            Ticket::Invite(invite) => (Some(invite), None),
            Ticket::Token(token) => (None, Some(token)),
        };
        Self {
            invite,
            token,
            client: join.client,
            stream: join.stream,
            takeover: join.takeover,
        }
    }
}

/// An invite has 22 characters; a misspelt one may have some more before it is no invite at all.
const MAX_INVITE: usize = 64;

/// One life of a page: 16 bytes of its own choice.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct StreamId([u8; 16]);

impl StreamId {
    /// From its bytes.
    pub const fn from_bytes(bytes: [u8; 16]) -> Self {
        Self(bytes)
    }

    fn parse(text: &str) -> Option<Self> {
        let bytes = BASE64URL_NOPAD.decode(text.as_bytes()).ok()?;
        Some(Self(bytes.try_into().ok()?))
    }
}

impl fmt::Debug for StreamId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "StreamId({:02x}{:02x}…)", self.0[0], self.0[1])
    }
}

impl Serialize for StreamId {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(&BASE64URL_NOPAD.encode(&self.0))
    }
}

impl<'de> Deserialize<'de> for StreamId {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        spelling::text(from, "base64url of 16 bytes", Self::parse)
    }
}

/// Counts the messages of a stream to a seat: 1, 2, 3 … up to what JavaScript counts exactly.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct Seq(u64);

impl Seq {
    /// `None` for 0 and for what is too large.
    pub const fn new(number: u64) -> Option<Self> {
        if 0 < number && number <= MAX_SAFE_INTEGER {
            Some(Self(number))
        } else {
            None
        }
    }

    /// The number.
    pub const fn number(self) -> u64 {
        self.0
    }
}

impl<'de> Deserialize<'de> for Seq {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        Self::new(u64::deserialize(from)?).ok_or_else(|| D::Error::custom("expected 1 to 9007199254740991"))
    }
}

const MAX_SAFE_INTEGER: u64 = (1 << 53) - 1;

/// Bytes that the server passes on and can't read. Copies share them.
#[derive(Clone, PartialEq, Eq)]
pub struct Sealed(Arc<[u8]>);

impl Sealed {
    /// `None` for more than [`MAX_SEALED`].
    pub fn new(bytes: &[u8]) -> Option<Self> {
        (bytes.len() <= MAX_SEALED).then(|| Self(bytes.into()))
    }

    /// The bytes.
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }
}

impl fmt::Debug for Sealed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Sealed({} bytes)", self.0.len())
    }
}

impl Serialize for Sealed {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(&BASE64URL_NOPAD.encode_display(&self.0))
    }
}

impl<'de> Deserialize<'de> for Sealed {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        spelling::text(from, "base64url of at most 36864 bytes", |text| {
            Self::new(&BASE64URL_NOPAD.decode(text.as_bytes()).ok()?)
        })
    }
}

/// Milliseconds since the Unix epoch.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Millis(pub i64);

impl From<UnixTime> for Millis {
    fn from(time: UnixTime) -> Self {
        Self(time.as_secs().saturating_mul(1000))
    }
}

/// The answer to a join.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Joined {
    /// Which room.
    #[serde(with = "spelling::room")]
    pub room: RoomId,
    /// Which of its times.
    pub epoch: u32,
    /// Which seat is taken now.
    #[serde(with = "spelling::seat")]
    pub seat: Seat,
    /// And with it, who one is.
    #[serde(with = "spelling::role")]
    pub role: Role,
    /// When the appointment begins.
    pub starts_at: Millis,
    /// When the waiting room opened.
    pub opens_at: Millis,
    /// When all are sent out.
    pub closes_at: Millis,
    /// The server's clock.
    pub now: Millis,
    /// To come back with.
    pub token: String,
    /// For the peer connection.
    pub ice_servers: Vec<IceServer>,
    /// The other seats.
    pub peers: Vec<PeerEntry>,
    /// What waits for this seat; what doesn't fit in follows at once.
    pub sealed: Vec<SealedFrom>,
}

/// As `RTCConfiguration.iceServers` wants it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct IceServer {
    /// `stun:host:port` and the like.
    pub urls: Vec<String>,
}

/// Whether somebody is on a seat.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Presence {
    /// Connected.
    Here(StreamId),
    /// The connection was lost, but not long ago.
    Away(StreamId),
    /// Not there.
    Gone,
}

/// A seat and who is on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(into = "RawPeer", try_from = "RawPeer")]
pub struct Peer {
    /// Which seat.
    pub seat: Seat,
    /// Whether somebody is there.
    pub presence: Presence,
}

/// A [`Peer`] as a join is told of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(into = "RawPeer", try_from = "RawPeer")]
pub struct PeerEntry {
    /// The seat and who is on it.
    pub peer: Peer,
    /// How many messages of one's own stream have arrived there.
    pub acked: u64,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct RawPeer {
    #[serde(with = "spelling::seat")]
    seat: Seat,
    #[serde(with = "spelling::role")]
    role: Role,
    presence: Word,
    #[serde(
        default,
        deserialize_with = "spelling::present",
        skip_serializing_if = "Option::is_none"
    )]
    stream: Option<StreamId>,
    #[serde(
        default,
        deserialize_with = "spelling::present",
        skip_serializing_if = "Option::is_none"
    )]
    acked: Option<u64>,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Word {
    Here,
    Away,
    Gone,
}

impl RawPeer {
    fn new(peer: Peer, acked: Option<u64>) -> Self {
        let (presence, stream) = match peer.presence {
            Presence::Here(stream) => (Word::Here, Some(stream)),
            Presence::Away(stream) => (Word::Away, Some(stream)),
            Presence::Gone => (Word::Gone, None),
        };
        Self {
            seat: peer.seat,
            role: peer.seat.role(),
            presence,
            stream,
            acked,
        }
    }

    fn into_peer(self) -> Result<Peer, &'static str> {
        let presence = match (self.presence, self.stream) {
            (Word::Here, Some(stream)) => Presence::Here(stream),
            (Word::Away, Some(stream)) => Presence::Away(stream),
            (Word::Gone, None) => Presence::Gone,
            _ => return Err("who is here or away has a stream, who is gone has none"),
        };
        if self.role != self.seat.role() {
            return Err("the role is not the seat's");
        }
        Ok(Peer {
            seat: self.seat,
            presence,
        })
    }
}

impl From<Peer> for RawPeer {
    fn from(peer: Peer) -> Self {
        Self::new(peer, None)
    }
}

impl From<PeerEntry> for RawPeer {
    fn from(entry: PeerEntry) -> Self {
        Self::new(entry.peer, Some(entry.acked))
    }
}

impl TryFrom<RawPeer> for Peer {
    type Error = &'static str;

    fn try_from(raw: RawPeer) -> Result<Self, Self::Error> {
        if raw.acked.is_some() {
            return Err("unknown field `acked`");
        }
        raw.into_peer()
    }
}

impl TryFrom<RawPeer> for PeerEntry {
    type Error = &'static str;

    fn try_from(raw: RawPeer) -> Result<Self, Self::Error> {
        let acked = raw.acked.ok_or("missing field `acked`")?;
        Ok(Self {
            peer: raw.into_peer()?,
            acked,
        })
    }
}

/// Bytes from another seat.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SealedFrom {
    /// Which seat.
    #[serde(with = "spelling::seat")]
    pub from: Seat,
    /// In which of its page lives.
    pub stream: StreamId,
    /// The how-manieth of that stream for this seat.
    pub seq: Seq,
    /// The bytes.
    pub data: Sealed,
}

/// Why the server ends the connection.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Error {
    /// For programs.
    pub code: Code,
    /// For people.
    pub message: String,
    /// When it makes sense to come back, with some codes.
    #[serde(
        default,
        deserialize_with = "spelling::present",
        skip_serializing_if = "Option::is_none"
    )]
    pub retry_after_ms: Option<u64>,
    /// With `too_early`.
    #[serde(
        default,
        deserialize_with = "spelling::present",
        skip_serializing_if = "Option::is_none"
    )]
    pub opens_at: Option<Millis>,
}

impl Error {
    /// With the code's own sentence.
    pub fn new(code: Code) -> Self {
        Self {
            code,
            message: code.sentence().to_owned(),
            retry_after_ms: None,
            opens_at: None,
        }
    }
}
