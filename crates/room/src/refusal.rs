/// Why a connection is refused or closed, as the browser hears it (`docs/signalling.md`, section 8).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Refusal {
    /// No such invite, revoked, or its room cancelled.
    InviteInvalid,
    /// The doors are not open yet.
    TooEarly,
    /// The appointment is over.
    Over,
    /// Cancelled, or the invite or device revoked.
    Closed,
    /// Another browser holds the seat.
    Occupied,
    /// Not now: session-d can't be asked, or too much is going on.
    Unavailable,
    /// The practice freed the seat.
    Evicted,
    /// The token is not good (any more).
    TokenInvalid,
    /// Too much waits for a client that doesn't read.
    SlowReader,
    /// The appointment has another time.
    Moved,
    /// The same browser joined elsewhere.
    TakenOver,
    /// All uses of the invite are spent by other browsers.
    InviteUsed,
    /// Too many wrong invites from this network.
    SlowDown,
    /// Too many messages.
    Flood,
    /// Too much waits to be acknowledged.
    TooMuch,
    /// A sequence number was left out.
    BadSequence,
    /// Not a message of this protocol, or not one for now.
    BadMessage,
    /// No join in time.
    JoinTimeout,
}

impl Refusal {
    /// All there are.
    pub const ALL: [Self; 18] = [
        Self::InviteInvalid,
        Self::TooEarly,
        Self::Over,
        Self::Closed,
        Self::Occupied,
        Self::Unavailable,
        Self::Evicted,
        Self::TokenInvalid,
        Self::SlowReader,
        Self::Moved,
        Self::TakenOver,
        Self::InviteUsed,
        Self::SlowDown,
        Self::Flood,
        Self::TooMuch,
        Self::BadSequence,
        Self::BadMessage,
        Self::JoinTimeout,
    ];

    /// As it stands in an `error` message.
    pub fn code(self) -> &'static str {
        match self {
            Self::InviteInvalid => "invite_invalid",
            Self::TooEarly => "too_early",
            Self::Over => "over",
            Self::Closed => "closed",
            Self::Occupied => "occupied",
            Self::Unavailable => "unavailable",
            Self::Evicted => "evicted",
            Self::TokenInvalid => "token_invalid",
            Self::SlowReader => "slow_reader",
            Self::Moved => "moved",
            Self::TakenOver => "taken_over",
            Self::InviteUsed => "invite_used",
            Self::SlowDown => "slow_down",
            Self::Flood => "flood",
            Self::TooMuch => "too_much",
            Self::BadSequence => "bad_sequence",
            Self::BadMessage => "bad_message",
            Self::JoinTimeout => "join_timeout",
        }
    }

    /// The WebSocket close code that follows.
    pub fn close_code(self) -> u16 {
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

    /// For a person who looks at the protocol.
    pub fn message(self) -> &'static str {
        match self {
            Self::InviteInvalid => "this link is not valid (any more)",
            Self::TooEarly => "the waiting room is not open yet",
            Self::Over => "the appointment is over",
            Self::Closed => "the appointment or this link was cancelled",
            Self::Occupied => "another device holds this seat",
            Self::Unavailable => "one moment, please",
            Self::Evicted => "the practice has freed this seat",
            Self::TokenInvalid => "the token is not good (any more)",
            Self::SlowReader => "too much waits for this client",
            Self::Moved => "the appointment has another time",
            Self::TakenOver => "the visit was opened elsewhere in this browser",
            Self::InviteUsed => "this link has been used on other devices",
            Self::SlowDown => "too many wrong links from this network",
            Self::Flood => "too many messages",
            Self::TooMuch => "too much waits to be acknowledged",
            Self::BadSequence => "a sequence number was left out",
            Self::BadMessage => "not a message of this protocol, or not one for now",
            Self::JoinTimeout => "no join in time",
        }
    }
}
