//! The room token: what lets a connection take a seat (`docs/signalling.md`, section 2).

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::{
    ids::{ClientId, RecordId, RoomId, Seat},
    token::{self, Keys, Times, TokenRefused},
    wire::IceServer,
};

/// What a good room token says. It is good for one browser, one seat and one epoch of one room.
#[derive(Clone, PartialEq, Eq)]
pub struct Pass {
    /// The room.
    pub room: RoomId,
    /// The seat: the practice's for a device, a guest's for an invite.
    pub seat: Seat,
    /// Which of the room's times.
    pub epoch: u32,
    /// The browser it is for.
    pub client: ClientId,
    /// What it was given for: when that is revoked, the seat is closed.
    pub by: Holding,
    /// The room's times, seconds of the Unix epoch.
    pub window: Window,
    /// The operator's relay, with a credential for this seat; `None` where there is none.
    pub relay: Option<IceServer>,
}

/// What a room token was given for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Holding {
    /// A guest's invite.
    Invite(RecordId),
    /// A device of the practice.
    Device(RecordId),
}

/// When a room's doors open, when the appointment starts, and when the doors close: seconds of the Unix epoch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Window {
    /// From here on one may come in.
    pub opens: u64,
    /// The appointment's time.
    pub starts: u64,
    /// From here on nobody may.
    pub closes: u64,
}

impl Window {
    /// How `now` lies to the window.
    pub fn at(&self, now: u64) -> Hour {
        if now < self.opens {
            Hour::Early
        } else if now < self.closes {
            Hour::Open
        } else {
            Hour::Over
        }
    }
}

/// How a moment lies to a room's window.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Hour {
    /// Before the doors open.
    Early,
    /// The doors are open.
    Open,
    /// After they have closed.
    Over,
}

impl Pass {
    /// Makes the token. `id` is 16 random bytes.
    pub fn mint(&self, id: [u8; 16], times: Times, key_id: &str, sign: impl Fn(&[u8]) -> [u8; 64]) -> String {
        let claims = Claims {
            iss: ISSUER.to_owned(),
            aud: AUDIENCE.to_owned(),
            room: self.room,
            seat: self.seat,
            role: self.role().to_owned(),
            epoch: self.epoch,
            client: self.client,
            by: self.by.to_string(),
            opens: self.window.opens,
            starts: self.window.starts,
            closes: self.window.closes,
            relay: self.relay.clone(),
            nbf: times.nbf,
            exp: times.exp,
            jti: ClientId::new(id),
        };
        token::mint(key_id, &claims, sign)
    }

    /// Reads a token at `now` (seconds of the Unix epoch).
    ///
    /// # Errors
    /// One for every reason. The room's window is not looked at: that is [`Window::at`].
    pub fn verify(token: &str, keys: &Keys, now: u64) -> Result<Self, TokenRefused> {
        let claims: Claims = token::open(token, keys)?;
        let times = Times {
            nbf: claims.nbf,
            exp: claims.exp,
        };
        times.check(now)?;
        let pass = Self {
            room: claims.room,
            seat: claims.seat,
            epoch: claims.epoch,
            client: claims.client,
            by: Holding::parse(&claims.by).ok_or(TokenRefused)?,
            window: Window {
                opens: claims.opens,
                starts: claims.starts,
                closes: claims.closes,
            },
            relay: claims.relay,
        };
        let right =
            claims.iss == ISSUER && claims.aud == AUDIENCE && claims.role == pass.role() && pass.is_consistent();
        if right { Ok(pass) } else { Err(TokenRefused) }
    }

    /// `practice` or `guest`.
    pub fn role(&self) -> &'static str {
        role(self.seat)
    }

    /// Invites are for guests' seats and devices for the practice's, whoever signed the contrary.
    fn is_consistent(&self) -> bool {
        match self.by {
            Holding::Invite(_) => self.seat != Seat::PRACTICE,
            Holding::Device(_) => self.seat == Seat::PRACTICE,
        }
    }
}

impl fmt::Debug for Pass {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Pass({})", self.room)
    }
}

impl Holding {
    fn parse(text: &str) -> Option<Self> {
        let (kind, id) = text.split_once(':')?;
        let id = RecordId::parse(id)?;
        match kind {
            "invite" => Some(Self::Invite(id)),
            "device" => Some(Self::Device(id)),
            _ => None,
        }
    }
}

impl fmt::Display for Holding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Invite(id) => write!(f, "invite:{id}"),
            Self::Device(id) => write!(f, "device:{id}"),
        }
    }
}

/// What the protocol calls who sits there.
pub fn role(seat: Seat) -> &'static str {
    if seat == Seat::PRACTICE { "practice" } else { "guest" }
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Claims {
    iss: String,
    aud: String,
    room: RoomId,
    seat: Seat,
    role: String,
    epoch: u32,
    client: ClientId,
    by: String,
    opens: u64,
    starts: u64,
    closes: u64,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    relay: Option<IceServer>,
    nbf: u64,
    exp: u64,
    jti: ClientId,
}

const ISSUER: &str = "visite";
const AUDIENCE: &str = "signal";

#[cfg(test)]
mod tests;
