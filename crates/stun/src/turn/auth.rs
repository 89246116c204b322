//! Who may use the relay: long-term credentials (RFC 8489 section 9.2), of which most are made for one visit and kept nowhere.
//!
//! An ephemeral one has the moment of its end for a name, `<seconds since the epoch>:<anything>`, and for a password what the shared secret makes of that name, in the form
//! that is known as "TURN REST API": whoever has the secret can make and check one.

use std::{collections::BTreeMap, net::SocketAddr, time::Duration};

use aws_lc_rs::{digest, hmac};
use data_encoding::BASE64;
use md5::{Digest as _, Md5};

use super::{
    Now,
    nonce::{Form, LONG, Nonces},
};
use crate::{
    answer::BAD_REQUEST,
    attribute::AttributeType,
    builder::Builder,
    integrity::{self, Integrity},
    message::Message,
};

/// The credentials that are good.
#[derive(Clone, Default)]
pub struct Credentials {
    /// The newest first: what was made with one before it still holds until it expires.
    secrets: Vec<hmac::Key>,
    users: BTreeMap<Box<[u8]>, Box<[u8]>>,
    /// Names by their USERHASH (RFC 8489 section 14.4).
    names: BTreeMap<[u8; 32], Box<[u8]>>,
}

impl Credentials {
    /// Nobody's.
    #[must_use]
    pub fn none() -> Self {
        Self::default()
    }

    /// Those too that `secret` makes. Where several do, the first are tried first.
    #[must_use]
    pub fn with_secret(mut self, secret: &[u8]) -> Self {
        self.secrets
            .push(hmac::Key::new(hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, secret));
        self
    }

    /// This user too, without an end.
    #[must_use]
    pub fn with_user(mut self, name: &str, password: &str) -> Self {
        self.users.insert(name.as_bytes().into(), password.as_bytes().into());
        self.names.insert(
            sha256(&[name.as_bytes(), b":", REALM.as_bytes()]),
            name.as_bytes().into(),
        );
        self
    }

    /// Whose hash it is; a name that nobody has where it is nobody's.
    fn named(&self, hash: &[u8]) -> &[u8] {
        self.names.get(hash).map_or(&[], |name| name)
    }

    /// What passwords `name` may have at `now`; none where it is nobody's or has expired.
    fn passwords(&self, name: &[u8], now: Duration) -> impl Iterator<Item = Password> {
        let user = self.users.get(name).map(|password| Password::Given(password.clone()));
        let is_live = end_of(name).is_some_and(|end| now < end);
        let made = self.secrets.iter().filter(move |_| is_live);
        user.into_iter()
            .chain(made.map(|secret| Password::Made(BASE64.encode(hmac::sign(secret, name).as_ref()))))
    }
}

/// Says how many there are, and nothing of them.
impl std::fmt::Debug for Credentials {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            f,
            "Credentials({} secrets, {} users)",
            self.secrets.len(),
            self.users.len()
        )
    }
}

enum Password {
    Given(Box<[u8]>),
    Made(String),
}

impl Password {
    fn as_bytes(&self) -> &[u8] {
        match self {
            Self::Given(password) => password,
            Self::Made(password) => password.as_bytes(),
        }
    }
}

/// When an ephemeral credential of this name ends, since the epoch.
fn end_of(name: &[u8]) -> Option<Duration> {
    let digits = name.split(|&byte| byte == b':').next()?;
    let text = std::str::from_utf8(digits).ok()?;
    (!text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit()))
        .then(|| text.parse().ok().map(Duration::from_secs))
        .flatten()
}

/// Whose a credential is, whenever it was made: what is behind the colon of an ephemeral one's name, and the whole of any other.
#[must_use]
pub fn tag(name: &[u8]) -> &[u8] {
    match name.iter().position(|&byte| byte == b':') {
        Some(colon) if end_of(name).is_some() => &name[colon + 1..],
        _ => name,
    }
}

/// Who has proven to be the sender of a request, and with what its answer is to be proven.
#[derive(Clone)]
pub(crate) struct Proven<'a> {
    pub(crate) user: &'a [u8],
    pub(crate) seal: Seal,
}

/// The key of a credential, and the hash that the client wants proofs with.
#[derive(Clone, Copy)]
pub(crate) struct Seal {
    key: [u8; 32],
    algorithm: Algorithm,
    is_sha256: bool,
}

impl Seal {
    fn key(&self) -> &[u8] {
        match self.algorithm {
            Algorithm::Md5 => &self.key[..16],
            Algorithm::Sha256 => &self.key,
        }
    }

    pub(crate) fn prove<'a>(&self, reply: Builder<'a>) -> Builder<'a> {
        if self.is_sha256 {
            reply.integrity_sha256(self.key())
        } else {
            reply.integrity_sha1(self.key())
        }
    }
}

/// How a key is made of a password (RFC 8489 section 18.5.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Algorithm {
    Md5 = 1,
    Sha256 = 2,
}

impl Algorithm {
    fn key(self, user: &[u8], password: &[u8]) -> [u8; 32] {
        let parts = [user, b":", REALM.as_bytes(), b":", password];
        let mut key = [0; 32];
        match self {
            Self::Md5 => {
                let mut context = Md5::new();
                parts.iter().for_each(|part| context.update(part));
                key[..16].copy_from_slice(&context.finalize());
            }
            Self::Sha256 => key = sha256(&parts),
        }
        key
    }
}

fn sha256(parts: &[&[u8]]) -> [u8; 32] {
    let mut context = digest::Context::new(&digest::SHA256);
    parts.iter().for_each(|part| context.update(part));
    context.finish().as_ref().try_into().expect("SHA-256 has 32 bytes")
}

/// Why somebody is not let in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Refusal {
    /// Proves nothing, or not what was asked for.
    Unauthenticated,
    /// Its nonce is not (any more) one of ours.
    StaleNonce,
    /// What is there can't be.
    BadRequest,
}

impl Refusal {
    pub(crate) fn code(self) -> u16 {
        match self {
            Self::BadRequest => BAD_REQUEST,
            Self::Unauthenticated => 401,
            Self::StaleNonce => 438,
        }
    }
}

/// The door.
#[derive(Debug, Clone)]
pub(crate) struct Gate {
    nonces: Nonces,
    credentials: Credentials,
}

impl Gate {
    pub(crate) fn new(key: &[u8; 32], credentials: Credentials) -> Self {
        Self {
            nonces: Nonces::new(key),
            credentials,
        }
    }

    /// RFC 8489 section 9.2.4, in its order.
    pub(crate) fn check<'a>(
        &'a self,
        request: Message<'a>,
        client: SocketAddr,
        now: Now,
    ) -> Result<Proven<'a>, Refusal> {
        let value = |kind| request.attribute(kind).map(|attribute| attribute.value);
        let is_sha256 = value(AttributeType::MESSAGE_INTEGRITY_SHA256).is_some();
        if !is_sha256 && value(AttributeType::MESSAGE_INTEGRITY).is_none() {
            return Err(Refusal::Unauthenticated);
        }
        let (Some(user), Some(_realm), Some(nonce)) = (
            value(AttributeType::USERNAME).or_else(|| Some(self.credentials.named(value(AttributeType::USERHASH)?))),
            value(AttributeType::REALM),
            value(AttributeType::NONCE),
        ) else {
            return Err(Refusal::BadRequest);
        };
        let form = self.nonces.check(nonce, client, now.clock).ok_or(Refusal::StaleNonce)?;
        let algorithm = chosen(
            form,
            value(AttributeType::PASSWORD_ALGORITHMS),
            value(AttributeType::PASSWORD_ALGORITHM),
        )
        .ok_or(Refusal::BadRequest)?;
        let is_right = |password: &[u8]| {
            let key = algorithm.key(user, password);
            let seal = Seal {
                key,
                algorithm,
                is_sha256,
            };
            (integrity::check(request, seal.key()), seal)
        };
        let mut tried = false;
        for password in self.credentials.passwords(user, now.date) {
            tried = true;
            match is_right(password.as_bytes()) {
                (Integrity::Right, seal) => return Ok(Proven { user, seal }),
                (Integrity::Malformed, _) => return Err(Refusal::BadRequest),
                _ => {}
            }
        }
        // Nobody's name takes as long as a wrong password.
        if !tried && is_right(&[0; 28]).0 == Integrity::Malformed {
            return Err(Refusal::BadRequest);
        }
        Err(Refusal::Unauthenticated)
    }

    /// Completes an error with what the client needs to try again, as far as the answer does not become worth more than its `request` to somebody who sends that in another's
    /// name.
    pub(crate) fn challenge<'a>(
        &self,
        reply: Builder<'a>,
        request: usize,
        client: SocketAddr,
        now: Now,
    ) -> Builder<'a> {
        let mut nonce = [0; LONG];
        let most = request * 8 / 5;
        if most >= LONG_CHALLENGE {
            reply
                .attribute(AttributeType::REALM, REALM.as_bytes())
                .attribute(
                    AttributeType::NONCE,
                    self.nonces.make(Form::Long, client, now.clock, &mut nonce),
                )
                .attribute(AttributeType::PASSWORD_ALGORITHMS, &ALGORITHMS)
        } else if most >= SHORT_CHALLENGE {
            reply.attribute(AttributeType::REALM, REALM.as_bytes()).attribute(
                AttributeType::NONCE,
                self.nonces.make(Form::Short, client, now.clock, &mut nonce),
            )
        } else {
            reply
        }
    }
}

/// The way from password to key; `None` where somebody has changed what we offered (RFC 8489 section 9.2.4).
fn chosen(form: Form, offered: Option<&[u8]>, chosen: Option<&[u8]>) -> Option<Algorithm> {
    match (form, offered, chosen) {
        (_, None, None) => Some(Algorithm::Md5),
        (Form::Long, Some(offered), Some(chosen)) if offered == ALGORITHMS => match chosen {
            [0, 1, 0, 0, ..] => Some(Algorithm::Md5),
            [0, 2, 0, 0, ..] => Some(Algorithm::Sha256),
            _ => None,
        },
        _ => None,
    }
}

/// Nobody reads it. It is as short as that so that a challenge to a browser's first request stays small.
const REALM: &str = "turn";
/// What PASSWORD-ALGORITHMS says: SHA-256, MD5; neither has parameters.
const ALGORITHMS: [u8; 8] = [0, 2, 0, 0, 0, 1, 0, 0];
/// Header, ERROR-CODE, REALM, NONCE, PASSWORD-ALGORITHMS.
const LONG_CHALLENGE: usize = 20 + 8 + 8 + 24 + 12;
const SHORT_CHALLENGE: usize = 20 + 8 + 8 + 8;
