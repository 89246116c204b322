//! What a guest signs, and how a practice knows that it is right: docs/signalling.md section 6, *the receipt*.

use aws_lc_rs::digest;
use data_encoding::{BASE64URL_NOPAD, HEXLOWER};
use sealed::Fingerprint;
use serde::{Deserialize, Serialize};

use crate::{
    signing::{SigningKey, is_signed, lp},
    welcome::Text,
};

/// The connection that a receipt is bound to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Bond {
    pub(crate) room: String,
    pub(crate) epoch: u32,
    pub(crate) fingerprints: Fingerprints,
}

/// In hexadecimal digits.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Fingerprints {
    practice: String,
    guest: String,
}

impl Fingerprints {
    pub(crate) fn new(practice: Fingerprint, guest: Fingerprint) -> Self {
        Self {
            practice: HEXLOWER.encode(&practice.0),
            guest: HEXLOWER.encode(&guest.0),
        }
    }
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Statement {
    v: u32,
    room: String,
    epoch: u32,
    fingerprints: Fingerprints,
    text: TextRef,
    name: String,
    agreed: Vec<String>,
    declined: Vec<String>,
    at: u64,
    mark: serde_json::Value,
    key: String,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct TextRef {
    id: String,
    language: String,
    #[serde(rename = "for")]
    signer: String,
    version: u64,
    sha256: String,
}

impl From<&Text> for TextRef {
    fn from(text: &Text) -> Self {
        Self {
            id: text.id.clone(),
            language: text.language.clone(),
            signer: text.signer.clone(),
            version: text.version,
            sha256: text.sha256(),
        }
    }
}

/// A statement, and its signature in base64url.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Receipt {
    pub(crate) statement: String,
    pub(crate) signature: String,
}

impl Receipt {
    /// Agrees to all that is asked, as a probe does. `at`: milliseconds since the Unix epoch.
    pub(crate) fn sign(text: &Text, items: &[String], name: &str, bond: &Bond, at: u64) -> Self {
        let key = SigningKey::draw();
        let statement = Statement {
            v: VERSION,
            room: bond.room.clone(),
            epoch: bond.epoch,
            fingerprints: bond.fingerprints.clone(),
            text: text.into(),
            name: name.to_owned(),
            agreed: items.to_vec(),
            declined: Vec::new(),
            at,
            mark: serde_json::json!({ "typed": name }),
            key: BASE64URL_NOPAD.encode(&key.public()),
        };
        let statement = serde_json::to_string(&statement).expect("a plain struct");
        let signature = BASE64URL_NOPAD.encode(&key.sign(&signed(&statement)));
        Self { statement, signature }
    }

    /// The receipt's hash, if it is rightly signed and bound to this very connection.
    pub(crate) fn check(&self, bond: &Bond) -> Option<String> {
        let said: Statement = serde_json::from_str(&self.statement).ok()?;
        let key = BASE64URL_NOPAD.decode(said.key.as_bytes()).ok()?;
        let signature = BASE64URL_NOPAD.decode(self.signature.as_bytes()).ok()?;
        let Statement {
            v,
            room,
            epoch,
            fingerprints,
            ..
        } = said;
        let is_ours = v == VERSION
            && *bond
                == Bond {
                    room,
                    epoch,
                    fingerprints,
                };
        let is_right = is_ours && is_signed(&key, &signature, &signed(&self.statement));
        let named = [lp(self.statement.as_bytes()), signature].concat();
        is_right.then(|| HEXLOWER.encode(digest::digest(&digest::SHA256, &named).as_ref()))
    }
}

fn signed(statement: &str) -> Vec<u8> {
    [lp(b"visite v1 consent"), lp(statement.as_bytes())].concat()
}

const VERSION: u32 = 1;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::welcome::Welcome;

    #[test]
    fn a_receipt_is_good_for_its_connection_only() {
        let bond = |guest| Bond {
            room: "00112233445566778899aabbccddeeff".to_owned(),
            epoch: 1,
            fingerprints: Fingerprints::new(Fingerprint([1; 32]), Fingerprint([guest; 32])),
        };
        let welcome = Welcome::of_a_probe("Probe", 0);
        let text = welcome.asks("en").expect("it asks");
        let receipt = Receipt::sign(text, &welcome.items, "Probe", &bond(2), 1_790_000_000_000);

        assert_eq!(receipt.check(&bond(2)).map(|hash| hash.len()), Some(64));
        assert_eq!(receipt.check(&bond(3)), None);
        let changed = Receipt {
            statement: receipt.statement.replace("Probe", "Prope"),
            ..receipt
        };
        assert_eq!(changed.check(&bond(2)), None);
    }
}
