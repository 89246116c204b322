//! Room tokens: what lets a connection take a seat. session-d signs them, signal-d opens them without asking anybody.
//!
//! A token is a JWT in the one form that docs/signalling.md section 2 gives; every other form is refused with the same error. The algorithm is Ed25519 and
//! nothing else: the header has to say so, but is never asked. Begin with [`Pass`].

mod claims;
mod id;
mod jwt;
mod time;

use std::fmt;

pub use id::{Bearer, ClientId, DeviceId, Id, InviteId, Role, RoomId, Seat, kind};
pub use jwt::{KeyId, Keys, MAX_TOKEN, Signer};
pub use time::{LEEWAY, MAX_LIFE, Outside, UnixTime, Validity, Window};

use claims::Claims;

/// The right to one seat of one room, for one browser, for at most ten minutes.
#[derive(Clone, PartialEq, Eq)]
pub struct Pass {
    /// The room it is for.
    pub room: RoomId,
    /// The seat it is for, and with it the role.
    pub seat: Seat,
    /// Which of the room's times it is for.
    pub epoch: u32,
    /// The browser it is for.
    pub client: ClientId,
    /// Who got it, by what: when that is barred, so is the pass.
    pub by: Bearer,
    /// The room's times.
    pub window: Window,
    /// When the token itself is good.
    pub validity: Validity,
}

/// The token is not good. There is one error, whatever the reason: who forges learns nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the token is not good")]
pub struct BadPass;

impl Pass {
    /// Opens a token: who signed it, for what, and whether it is good at `now`. Whether the room is open is not asked here, see [`Window::admits`].
    ///
    /// # Errors
    /// [`BadPass`] unless everything is as it has to be.
    pub fn open(token: &str, keys: &Keys, now: UnixTime) -> Result<Self, BadPass> {
        let claims: Claims = keys.open(token).ok_or(BadPass)?;
        let pass = claims.into_pass().ok_or(BadPass)?;
        pass.validity.admits(now).then_some(pass).ok_or(BadPass)
    }

    /// The token for this pass; `id` is 16 random bytes that tell it from all others.
    pub fn sign(&self, signer: &Signer, id: [u8; 16]) -> String {
        signer.sign(&Claims::of(self, id))
    }
}

/// The room and nothing else: a pass says who sits where.
impl fmt::Debug for Pass {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Pass({})", self.room)
    }
}

#[cfg(test)]
mod tests;
