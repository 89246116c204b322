//! Why the server ends a connection: docs/signalling.md section 8.

use serde::{Deserialize, Serialize};

/// A reason, as its name stands in an `error` message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Code {
    /// The invite is absent or revoked, or its room cancelled.
    InviteInvalid,
    /// The waiting room isn't open yet.
    TooEarly,
    /// The appointment is over.
    Over,
    /// The room is cancelled, or what the pass was given for is revoked.
    Closed,
    /// Another browser holds the seat.
    Occupied,
    /// session-d can't be asked, or there is no space.
    Unavailable,
    /// The practice freed the seat.
    Evicted,
    /// The token has expired, or was never good.
    TokenInvalid,
    /// The browser doesn't read.
    SlowReader,
    /// The appointment has another time.
    Moved,
    /// The seat's holder came by another connection.
    TakenOver,
    /// Other browsers have spent all uses of the invite.
    InviteUsed,
    /// Too many wrong invites from this network.
    SlowDown,
    /// Too many messages.
    Flood,
    /// Too much waits for the receiver.
    TooMuch,
    /// A message was left out.
    BadSequence,
    /// Not a message, or not one that may be sent here.
    BadMessage,
    /// No join in time.
    JoinTimeout,
}

impl Code {
    /// The WebSocket's close code.
    pub const fn close_code(self) -> u16 {
        match self {
            Self::InviteInvalid => 4001,
            Self::TooEarly => 4002,
            Self::Over => 4003,
            Self::Closed => 4004,
            Self::Occupied => 4005,
            Self::Unavailable => 4006,
            Self::Evicted => 4007,
            Self::TokenInvalid => 4008,
            Self::SlowReader => 4009,
            Self::Moved => 4010,
            Self::TakenOver => 4011,
            Self::InviteUsed => 4012,
            Self::SlowDown => 4013,
            Self::Flood | Self::TooMuch | Self::BadSequence | Self::BadMessage | Self::JoinTimeout => 1008,
        }
    }

    /// A sentence for a person who writes a client, or reads its console.
    pub const fn sentence(self) -> &'static str {
        match self {
            Self::InviteInvalid => "This link is not valid (any more).",
            Self::TooEarly => "The waiting room is not open yet.",
            Self::Over => "The appointment is over.",
            Self::Closed => "The appointment was cancelled, or this link or device was revoked.",
            Self::Occupied => "Another device holds this seat.",
            Self::Unavailable => "One moment, please.",
            Self::Evicted => "The practice has freed this seat.",
            Self::TokenInvalid => "The token is not good (any more).",
            Self::SlowReader => "Too much was waiting to be read.",
            Self::Moved => "The appointment has another time.",
            Self::TakenOver => "This seat was taken by a newer connection.",
            Self::InviteUsed => "This link was already used on other devices.",
            Self::SlowDown => "Too many wrong links from this network.",
            Self::Flood => "Too many messages at once.",
            Self::TooMuch => "Too much waits for the receiver already.",
            Self::BadSequence => "A message is missing before this one.",
            Self::BadMessage => "This is not a message that may be sent here.",
            Self::JoinTimeout => "No join came in time.",
        }
    }
}
