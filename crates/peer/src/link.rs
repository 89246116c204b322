use std::fmt;

use sealed::Fragment;

use crate::server::Origin;

/// A guest's link: `https://video.example.org/v/<invite>#<fragment>` (docs/signalling.md section 1).
#[derive(Clone, PartialEq, Eq)]
pub struct Link {
    /// Which installation.
    pub origin: Origin,
    /// Opens the room's door.
    pub(crate) invite: String,
    /// The room's key and the practice's identity: never sent to anybody.
    pub(crate) fragment: Fragment,
}

/// Why a text is no [`Link`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the link is damaged: it has to be like https://video.example.org/v/…#…, whole")]
pub struct NoLink;

impl Link {
    /// Reads it as it stands in a mail.
    ///
    /// # Errors
    /// [`NoLink`] when a part of it is missing or damaged.
    pub fn parse(text: &str) -> Result<Self, NoLink> {
        let (url, fragment) = text.split_once('#').ok_or(NoLink)?;
        let (origin, invite) = url.split_once("/v/").ok_or(NoLink)?;
        let is_invite = invite.len() == INVITE
            && invite
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'));
        if !is_invite {
            return Err(NoLink);
        }
        Ok(Self {
            origin: Origin::parse(origin).map_err(|_| NoLink)?,
            invite: invite.to_owned(),
            fragment: Fragment::parse(fragment).map_err(|_| NoLink)?,
        })
    }
}

/// The whole link, for who is to have it.
impl fmt::Display for Link {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/v/{}#{}", self.origin, self.invite, self.fragment.encode())
    }
}

/// Who holds the link is a guest: it doesn't get into a log by chance.
impl fmt::Debug for Link {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Link({})", self.origin)
    }
}

/// Characters: base64url of 16 bytes.
const INVITE: usize = 22;

#[cfg(test)]
mod tests {
    use sealed::{IdentityHash, RoomKey};

    use super::*;

    #[test]
    fn a_link_is_read_as_it_was_written() {
        let text = link();

        let link = Link::parse(&text).expect("a link");

        assert_eq!(link.to_string(), text);
        assert_eq!(format!("{link:?}"), "Link(https://video.example.org)");
    }

    #[test]
    fn half_a_link_is_none() {
        let text = link();
        let (url, fragment) = text.split_once('#').expect("a fragment");
        for damaged in [
            url,
            &text[..text.len() - 1],
            fragment,
            &text.replace("/v/A", "/v/"),
            &text.replace("https", "http"),
        ] {
            assert_eq!(Link::parse(damaged), Err(NoLink), "{damaged}");
        }
    }

    fn link() -> String {
        let fragment = Fragment {
            room_key: RoomKey::new([7; 32]),
            practice: IdentityHash([9; 16]),
        };
        format!(
            "https://video.example.org/v/AAECAwQFBgcICQoLDA0ODw#{}",
            fragment.encode()
        )
    }
}
