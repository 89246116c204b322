//! What a practice tells its guests before they join: docs/signalling.md section 6, *the welcome*.

use aws_lc_rs::{
    aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey},
    digest, hkdf,
};
use data_encoding::{BASE64URL_NOPAD, HEXLOWER};
use sealed::{Fragment, RoomKey, identity_hash};
use serde::{Deserialize, Serialize};

use crate::{
    chance::draw,
    signing::{SigningKey, is_signed, lp},
};

/// The document.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Welcome {
    v: u32,
    practice: String,
    made: u64,
    policy: Policy,
    pub(crate) texts: Vec<Text>,
    pub(crate) items: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    phone: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    relay: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Policy {
    Required,
    Asked,
    None,
}

/// A text that is to be signed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Text {
    pub(crate) id: String,
    pub(crate) language: String,
    #[serde(rename = "for")]
    pub(crate) signer: String,
    title: String,
    markdown: String,
    pub(crate) version: u64,
}

/// Why a welcome is not believed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum NotWelcome {
    #[error("what the practice says beforehand does not open: the link is damaged")]
    Sealed,
    #[error("what the practice says beforehand is not signed by the practice that the link names")]
    Untrusted,
    #[error("what the practice says beforehand is of another version")]
    Malformed,
}

impl Welcome {
    /// What a probe asks of its guest: a signature, as practices do.
    pub(crate) fn of_a_probe(practice: &str, now: u64) -> Self {
        let text = Text {
            id: "probe".to_owned(),
            language: "en".to_owned(),
            signer: "adult".to_owned(),
            title: "A probe".to_owned(),
            markdown: "No person takes part in this visit.".to_owned(),
            version: 1,
        };
        Self {
            v: VERSION,
            practice: practice.to_owned(),
            made: now,
            policy: Policy::Required,
            texts: vec![text],
            items: vec!["video".to_owned()],
            phone: None,
            relay: Some("if-needed".to_owned()),
        }
    }

    /// What a guest is to sign, in `language` where there is that.
    pub(crate) fn asks(&self, language: &str) -> Option<&Text> {
        let mut texts = self.texts.iter().filter(|text| text.signer == "adult");
        let first = texts.clone().next();
        let text = texts.find(|text| text.language == language).or(first);
        text.filter(|_| self.policy != Policy::None)
    }

    /// Signed and sealed for one room: base64url, as the server keeps it.
    pub(crate) fn seal(&self, identity: &SigningKey, room: &str, room_key: &RoomKey) -> String {
        let document = serde_json::to_vec(self).expect("a plain struct");
        let length = u32::try_from(document.len()).expect("the document is short");
        let signature = identity.sign(&signed(&document));
        let mut plain = [&identity.public()[..], &signature, &length.to_be_bytes(), &document].concat();
        plain.resize(plain.len().next_multiple_of(BLOCK), 0);
        let nonce: [u8; NONCE_LEN] = draw();
        key(room, room_key)
            .seal_in_place_append_tag(Nonce::assume_unique_for_key(nonce), aad(room), &mut plain)
            .expect("the plaintext is short");
        BASE64URL_NOPAD.encode(&[&[1][..], &nonce, &plain].concat())
    }

    /// What a guest's link opens.
    pub(crate) fn open(text: &str, room: &str, link: &Fragment) -> Result<Self, NotWelcome> {
        let bytes = BASE64URL_NOPAD
            .decode(text.as_bytes())
            .map_err(|_| NotWelcome::Sealed)?;
        let Some((&1, rest)) = bytes.split_first() else {
            return Err(NotWelcome::Sealed);
        };
        let (nonce, sealed) = rest.split_first_chunk::<NONCE_LEN>().ok_or(NotWelcome::Sealed)?;
        let mut sealed = sealed.to_vec();
        let plain = key(room, &link.room_key)
            .open_in_place(Nonce::assume_unique_for_key(*nonce), aad(room), &mut sealed)
            .map_err(|_| NotWelcome::Sealed)?;
        let (identity, signature, document) = unframe(plain).ok_or(NotWelcome::Untrusted)?;
        if identity_hash(identity) != link.practice || !is_signed(identity, signature, &signed(document)) {
            return Err(NotWelcome::Untrusted);
        }
        Self::parse(document).ok_or(NotWelcome::Malformed)
    }

    /// The document as it stands, or as `consent-ask` brings it.
    pub(crate) fn parse(document: &[u8]) -> Option<Self> {
        serde_json::from_slice(document)
            .ok()
            .filter(|welcome: &Self| welcome.v == VERSION)
    }
}

impl Text {
    /// SHA-256 of the Markdown, in hexadecimal digits.
    pub(crate) fn sha256(&self) -> String {
        HEXLOWER.encode(digest::digest(&digest::SHA256, self.markdown.as_bytes()).as_ref())
    }
}

fn unframe(plain: &[u8]) -> Option<(&[u8], &[u8], &[u8])> {
    let (identity, rest) = plain.split_at_checked(65)?;
    let (signature, rest) = rest.split_at_checked(64)?;
    let (length, rest) = rest.split_first_chunk()?;
    let (document, padding) = rest.split_at_checked(usize::try_from(u32::from_be_bytes(*length)).ok()?)?;
    padding
        .iter()
        .all(|&byte| byte == 0)
        .then_some((identity, signature, document))
}

fn signed(document: &[u8]) -> Vec<u8> {
    [lp(LABEL), lp(document)].concat()
}

fn aad(room: &str) -> Aad<Vec<u8>> {
    Aad::from([lp(LABEL), lp(room.as_bytes())].concat())
}

fn key(room: &str, room_key: &RoomKey) -> LessSafeKey {
    let info = [lp(b"visite v1 welcome key"), lp(room.as_bytes())].concat();
    let info = [&info[..]];
    let key = hkdf::Salt::new(hkdf::HKDF_SHA256, b"").extract(room_key.as_bytes());
    let key = key.expand(&info, &AES_256_GCM).expect("the key has 32 bytes");
    LessSafeKey::new(UnboundKey::from(key))
}

const LABEL: &[u8] = b"visite v1 welcome";
const VERSION: u32 = 1;
/// How long the practice's texts are says something, too.
const BLOCK: usize = 4_096;

#[cfg(test)]
mod tests {
    use sealed::IdentityHash;

    use super::*;

    #[test]
    fn only_the_links_key_and_practice_open_a_welcome() {
        let identity = SigningKey::draw();
        let welcome = Welcome::of_a_probe("Probe", 1_790_000_000_000);
        let sealed = welcome.seal(&identity, ROOM, &RoomKey::new([7; 32]));
        let link = |key, practice| Fragment {
            room_key: RoomKey::new([key; 32]),
            practice,
        };
        let ours = identity_hash(&identity.public());
        let open = |room: &str, link| Welcome::open(&sealed, room, &link);

        assert_eq!(open(ROOM, link(7, ours)), Ok(welcome));
        assert_eq!(open(ROOM, link(8, ours)), Err(NotWelcome::Sealed));
        assert_eq!(open(&ROOM.replace('0', "1"), link(7, ours)), Err(NotWelcome::Sealed));
        assert_eq!(open(ROOM, link(7, IdentityHash([0; 16]))), Err(NotWelcome::Untrusted));
        assert_eq!(Welcome::open("", ROOM, &link(7, ours)), Err(NotWelcome::Sealed));
    }

    const ROOM: &str = "00112233445566778899aabbccddeeff";
}
