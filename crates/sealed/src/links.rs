//! What a link's fragment holds, and what a practice derives from its secret (section 1).

use std::fmt;

use data_encoding::BASE64URL_NOPAD;

use crate::{
    context::RoomId,
    crypto::{derive, lp},
};

/// The room key K: whoever holds it may take part in the handshake of its room.
#[derive(Clone, PartialEq, Eq)]
pub struct RoomKey(pub(crate) [u8; 32]);

/// What one issuer of links (the console, or a practice software) derives its rooms' keys from.
#[derive(Clone, PartialEq, Eq)]
pub struct IssuerSecret([u8; 32]);

/// The first 16 bytes of the SHA-256 of a practice's public identity key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct IdentityHash(pub [u8; 16]);

/// The part of a link that no server sees.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fragment {
    /// The room's key.
    pub room_key: RoomKey,
    /// Whose signature the guest has to find in the practice's hello.
    pub practice: IdentityHash,
}

/// Why a text is no fragment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum FragmentError {
    /// Not 66 characters of canonical base64url.
    #[error("the link is damaged")]
    Damaged,
    /// Made by a newer version.
    #[error("the link is of a newer version")]
    Version,
}

impl IssuerSecret {
    /// The secret of `issuer` (`console`, or an integrator's name for itself), from the practice's secret.
    pub fn derive(practice_secret: &[u8; 32], issuer: &str) -> Self {
        Self(derive(
            practice_secret,
            b"",
            &[lp(b"visite v1 issuer"), lp(issuer.as_bytes())].concat(),
        ))
    }

    /// The key of one room.
    pub fn room_key(&self, room: &RoomId) -> RoomKey {
        RoomKey(derive(
            &self.0,
            b"",
            &[lp(b"visite v1 room key"), lp(room.as_bytes())].concat(),
        ))
    }

    /// The `number`th invite (from 0) for a seat, where the issuer wants to be able to show it again.
    pub fn invite(&self, room: &RoomId, seat: u8, number: u8) -> String {
        let info = [lp(b"visite v1 invite"), lp(room.as_bytes()), lp(&[seat, number])].concat();
        BASE64URL_NOPAD.encode(&derive::<16>(&self.0, b"", &info))
    }
}

impl RoomKey {
    /// A key from its bytes.
    pub fn new(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// Its bytes: what else is sealed for who holds the link is sealed under a key that comes of them.
    pub fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl Fragment {
    /// As it stands behind the `#` of a link.
    pub fn encode(&self) -> String {
        let bytes = [&[VERSION][..], &self.room_key.0, &self.practice.0].concat();
        BASE64URL_NOPAD.encode(&bytes)
    }

    /// Reads what stands behind the `#`.
    ///
    /// # Errors
    /// When it isn't a fragment of this version.
    pub fn parse(text: &str) -> Result<Self, FragmentError> {
        let bytes = BASE64URL_NOPAD
            .decode(text.as_bytes())
            .map_err(|_| FragmentError::Damaged)?;
        let (&version, rest) = bytes.split_first().ok_or(FragmentError::Damaged)?;
        if version != VERSION {
            return Err(FragmentError::Version);
        }
        let (key, practice) = rest.split_first_chunk().ok_or(FragmentError::Damaged)?;
        Ok(Self {
            room_key: RoomKey(*key),
            practice: IdentityHash(practice.try_into().map_err(|_| FragmentError::Damaged)?),
        })
    }
}

impl fmt::Debug for RoomKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RoomKey")
    }
}

impl fmt::Debug for IssuerSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("IssuerSecret")
    }
}

const VERSION: u8 = 1;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fragment_survives_the_link() {
        let fragment = Fragment {
            room_key: RoomKey::new([7; 32]),
            practice: IdentityHash([9; 16]),
        };

        let text = fragment.encode();

        assert_eq!(text.len(), 66);
        assert_eq!(Fragment::parse(&text), Ok(fragment));
    }

    #[test]
    fn a_cut_or_lengthened_fragment_is_damaged() {
        let text = Fragment {
            room_key: RoomKey::new([7; 32]),
            practice: IdentityHash([9; 16]),
        }
        .encode();

        for damaged in [&text[..65], &text[..64], &format!("{text}AA"), "", "AQ", "A Q"] {
            assert_eq!(Fragment::parse(damaged), Err(FragmentError::Damaged), "{damaged}");
        }
        assert_eq!(
            Fragment::parse(&text.replacen('A', "C", 1)),
            Err(FragmentError::Version)
        );
    }

    #[test]
    fn keys_do_not_print() {
        let secret = IssuerSecret::derive(&[1; 32], "console");
        let key = RoomKey::new([65; 32]);

        assert_eq!(format!("{secret:?} {key:?}"), "IssuerSecret RoomKey");
    }
}
