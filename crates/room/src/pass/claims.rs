//! A pass as it is written in a token. All claims have to be there, once, and no other.

use data_encoding::BASE64URL_NOPAD;
use serde::{Deserialize, Serialize};

use super::{Bearer, ClientId, Id, Pass, Role, Seat, UnixTime, Validity, Window};

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Claims {
    iss: String,
    aud: String,
    room: String,
    seat: u8,
    role: String,
    epoch: u32,
    client: String,
    by: String,
    opens: UnixTime,
    starts: UnixTime,
    closes: UnixTime,
    nbf: UnixTime,
    exp: UnixTime,
    jti: String,
}

impl Claims {
    pub(super) fn of(pass: &Pass, id: [u8; 16]) -> Self {
        Self {
            iss: ISSUER.into(),
            aud: AUDIENCE.into(),
            room: pass.room.to_string(),
            seat: pass.seat.number(),
            role: name(pass.seat.role()).into(),
            epoch: pass.epoch,
            client: pass.client.to_string(),
            by: pass.by.to_string(),
            opens: pass.window.opens,
            starts: pass.window.starts,
            closes: pass.window.closes,
            nbf: pass.validity.not_before,
            exp: pass.validity.expires,
            jti: BASE64URL_NOPAD.encode(&id),
        }
    }

    /// The pass, where the claims go together.
    pub(super) fn into_pass(self) -> Option<Pass> {
        let seat = Seat::new(self.seat)?;
        let by = Bearer::parse(&self.by)?;
        let window = Window {
            opens: self.opens,
            starts: self.starts,
            closes: self.closes,
        };
        let validity = Validity {
            not_before: self.nbf,
            expires: self.exp,
        };
        let fits = self.iss == ISSUER
            && self.aud == AUDIENCE
            && self.role == name(seat.role())
            && by.role() == seat.role()
            && window.opens <= window.starts
            && window.starts < window.closes
            && validity.is_sane()
            && is_token_id(&self.jti);
        fits.then_some(Pass {
            room: Id::parse(&self.room)?,
            seat,
            epoch: self.epoch,
            client: ClientId::parse(&self.client)?,
            by,
            window,
            validity,
        })
    }
}

fn name(role: Role) -> &'static str {
    match role {
        Role::Practice => "practice",
        Role::Guest => "guest",
    }
}

fn is_token_id(text: &str) -> bool {
    BASE64URL_NOPAD.decode(text.as_bytes()).is_ok_and(|id| id.len() == 16)
}

const ISSUER: &str = "visite";
const AUDIENCE: &str = "signal";
