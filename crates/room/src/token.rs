//! JSON Web Tokens (RFC 7519, RFC 8037) in the one form that this house uses: EdDSA with Ed25519, named by key id. The algorithm is never read from a token, and nothing but
//! the exact bytes that were signed is accepted: base64url without padding or stray bits, a header of exactly three fields, claims without unknown or repeated ones.

use std::{collections::BTreeMap, fmt};

use aws_lc_rs::signature::{ED25519, UnparsedPublicKey};
use data_encoding::BASE64URL_NOPAD;
use serde::{Deserialize, Serialize, de::DeserializeOwned};

/// The public keys that tokens may be signed with, by key id.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Keys(BTreeMap<String, [u8; 32]>);

impl Keys {
    /// From pairs of key id and Ed25519 public key.
    pub fn new(keys: impl IntoIterator<Item = (String, [u8; 32])>) -> Self {
        Self(keys.into_iter().collect())
    }
}

/// A token is not good. One error for all reasons: who holds a good one needs none, and nobody else learns any.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the token is not good (any more)")]
pub struct TokenRefused;

/// Whether a token is good at `now`, in seconds of the Unix epoch. Clocks may differ by [`LEEWAY`]; no token is good for longer than [`LIFETIME`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Times {
    /// Not before.
    pub nbf: u64,
    /// Expires.
    pub exp: u64,
}

impl Times {
    /// A token's times, from now on for as long as tokens may live.
    pub fn from(now: u64) -> Self {
        Self {
            nbf: now,
            exp: now + LIFETIME,
        }
    }

    /// Refuses a token outside its times, or with times that no token of ours has.
    pub fn check(self, now: u64) -> Result<(), TokenRefused> {
        let sound = self.exp > self.nbf && self.exp - self.nbf <= LIFETIME;
        let good = self.nbf <= now.saturating_add(LEEWAY) && now < self.exp.saturating_add(LEEWAY);
        if sound && good { Ok(()) } else { Err(TokenRefused) }
    }
}

/// Makes a token of `claims`. `sign` is Ed25519 over the bytes it is given.
pub fn mint(key_id: &str, claims: &impl Serialize, sign: impl Fn(&[u8]) -> [u8; 64]) -> String {
    let header = Header {
        alg: ALGORITHM.to_owned(),
        kid: key_id.to_owned(),
        typ: TYPE.to_owned(),
    };
    let mut token = format!("{}.{}", encode(&header), encode(claims));
    let signature = sign(token.as_bytes());
    token.push('.');
    token.push_str(&BASE64URL_NOPAD.encode(&signature));
    token
}

/// The claims of a token that one of `keys` has signed. Whether they are good now, and for this, is for the caller to say.
pub fn open<C: DeserializeOwned>(token: &str, keys: &Keys) -> Result<C, TokenRefused> {
    if token.len() > MAX_LENGTH {
        return Err(TokenRefused);
    }
    let (signed, signature) = token.rsplit_once('.').ok_or(TokenRefused)?;
    let (header, claims) = signed.split_once('.').ok_or(TokenRefused)?;
    let header: Header = decode(header)?;
    if header.alg != ALGORITHM || header.typ != TYPE {
        return Err(TokenRefused);
    }
    let key = keys.0.get(&header.kid).ok_or(TokenRefused)?;
    let signature = BASE64URL_NOPAD.decode(signature.as_bytes()).map_err(|_| TokenRefused)?;
    UnparsedPublicKey::new(&ED25519, key)
        .verify(signed.as_bytes(), &signature)
        .map_err(|_| TokenRefused)?;
    decode(claims)
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Header {
    alg: String,
    kid: String,
    typ: String,
}

impl fmt::Debug for Header {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Header")
    }
}

fn encode(part: &impl Serialize) -> String {
    let json = serde_json::to_vec(part).expect("claims are plain structs");
    BASE64URL_NOPAD.encode(&json)
}

fn decode<T: DeserializeOwned>(part: &str) -> Result<T, TokenRefused> {
    let json = BASE64URL_NOPAD.decode(part.as_bytes()).map_err(|_| TokenRefused)?;
    serde_json::from_slice(&json).map_err(|_| TokenRefused)
}

const ALGORITHM: &str = "EdDSA";
const TYPE: &str = "JWT";
const MAX_LENGTH: usize = 2048;
/// How long a token is good: seconds.
pub const LIFETIME: u64 = 600;
/// How far clocks may differ: seconds.
pub const LEEWAY: u64 = 30;
