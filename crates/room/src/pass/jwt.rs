//! JSON Web Tokens (RFC 7519) of one form: compact, Ed25519 (RFC 8037), with a key's id and no other header.
//!
//! Sixty lines instead of a library: there is one algorithm, so there is nothing to choose and nothing to be talked into.

use std::{collections::BTreeMap, fmt};

use aws_lc_rs::{
    error::{KeyRejected, Unspecified},
    signature::{ED25519, Ed25519KeyPair, KeyPair as _, ParsedPublicKey},
};
use data_encoding::BASE64URL_NOPAD;
use serde::{Deserialize, Serialize, de::DeserializeOwned};

/// What is longer isn't looked at.
pub const MAX_TOKEN: usize = 2048;

/// Names a signing key: 1 to 40 of `A-Z`, `a-z`, `0-9`, `-`, `_`. It is looked up in a map and nowhere else.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct KeyId(String);

impl KeyId {
    /// A name that is well-formed.
    pub fn parse(text: &str) -> Option<Self> {
        let fits = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
        ((1..=40).contains(&text.len()) && text.bytes().all(fits)).then(|| Self(text.to_owned()))
    }

    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for KeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Signs. Its `Debug` says which key it is and nothing of the key.
pub struct Signer {
    id: KeyId,
    key: Ed25519KeyPair,
}

impl Signer {
    /// From a private key as PKCS#8 (DER).
    ///
    /// # Errors
    /// When that is no Ed25519 key.
    pub fn from_pkcs8(id: KeyId, der: &[u8]) -> Result<Self, KeyRejected> {
        Ok(Self {
            id,
            key: Ed25519KeyPair::from_pkcs8_maybe_unchecked(der)?,
        })
    }

    /// Which key it is.
    pub fn id(&self) -> &KeyId {
        &self.id
    }

    /// The public key: 32 bytes.
    pub fn public_key(&self) -> &[u8] {
        self.key.public_key().as_ref()
    }

    /// A token of these claims.
    pub fn sign(&self, claims: &impl Serialize) -> String {
        let header = Header {
            alg: ALGORITHM.into(),
            kid: self.id.0.clone(),
            typ: TYPE.into(),
        };
        let mut token = encode(&header);
        token.push('.');
        token.push_str(&encode(claims));
        let signature = self.sign_bytes(token.as_bytes());
        token.push('.');
        token.push_str(&BASE64URL_NOPAD.encode(&signature));
        token
    }

    pub(super) fn sign_bytes(&self, bytes: &[u8]) -> Vec<u8> {
        self.key.sign(bytes).as_ref().to_vec()
    }
}

impl fmt::Debug for Signer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Signer({})", self.id)
    }
}

/// The public keys that tokens may be signed with.
#[derive(Debug, Clone, Default)]
pub struct Keys(BTreeMap<KeyId, ParsedPublicKey>);

impl Keys {
    /// No keys: no token is good.
    pub const fn none() -> Self {
        Self(BTreeMap::new())
    }

    /// One more key: an Ed25519 public key of 32 bytes.
    ///
    /// # Errors
    /// When that is none.
    pub fn insert(&mut self, id: KeyId, public_key: &[u8]) -> Result<(), Unspecified> {
        let key = ParsedPublicKey::new(&ED25519, public_key).map_err(|_| Unspecified)?;
        self.0.insert(id, key);
        Ok(())
    }

    /// The claims of a token that one of these keys has signed. What the claims say is the caller's to check.
    pub fn open<Claims: DeserializeOwned>(&self, token: &str) -> Option<Claims> {
        if token.len() > MAX_TOKEN {
            return None;
        }
        let (signed, signature) = token.rsplit_once('.')?;
        let (header, claims) = signed.split_once('.')?;
        let header: Header = decode(header)?;
        if header.alg != ALGORITHM || header.typ != TYPE {
            return None;
        }
        let key = self.0.get(&KeyId::parse(&header.kid)?)?;
        let signature = BASE64URL_NOPAD.decode(signature.as_bytes()).ok()?;
        key.verify_sig(signed.as_bytes(), &signature).ok()?;
        decode(claims)
    }
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Header {
    alg: String,
    kid: String,
    typ: String,
}

const ALGORITHM: &str = "EdDSA";
const TYPE: &str = "JWT";

fn encode(part: &impl Serialize) -> String {
    let json = serde_json::to_vec(part).expect("claims are plain structs of texts and numbers");
    BASE64URL_NOPAD.encode(&json)
}

/// The decoder refuses padding and unused bits that aren't zero, so that a token has one spelling.
fn decode<Part: DeserializeOwned>(text: &str) -> Option<Part> {
    let json = BASE64URL_NOPAD.decode(text.as_bytes()).ok()?;
    serde_json::from_slice(&json).ok()
}
