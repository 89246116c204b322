//! What clients write and read: requests with a long-term credential, and answers taken apart.

use std::{collections::BTreeMap, net::SocketAddr};

use aws_lc_rs::digest::{SHA256, digest};
use md5::{Digest as _, Md5};
use stun::{
    AttributeType, Builder, Class, Message, Method,
    attribute::AttributeType as A,
    integrity::{self, Integrity},
};

/// One attribute, as it is written.
pub type Attribute = (AttributeType, Vec<u8>);

/// Who asks. The relay's realm is "turn".
#[derive(Debug, Clone)]
pub struct User {
    pub name: String,
    pub password: String,
}

impl User {
    #[must_use]
    pub fn new(name: &str, password: &str) -> Self {
        let (name, password) = (name.to_owned(), password.to_owned());
        Self { name, password }
    }

    /// The one that the relay's shared secret makes, good until `end` (seconds since the epoch).
    #[must_use]
    pub fn ephemeral(secret: &[u8], end: u64) -> Self {
        let name = format!("{end}:seat");
        let key = aws_lc_rs::hmac::Key::new(aws_lc_rs::hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, secret);
        let password = data_encoding::BASE64.encode(aws_lc_rs::hmac::sign(&key, name.as_bytes()).as_ref());
        Self { name, password }
    }

    fn text(&self) -> String {
        format!("{}:turn:{}", self.name, self.password)
    }

    #[must_use]
    pub fn key(&self, hash: Hash) -> Vec<u8> {
        match hash {
            Hash::Sha1 => Md5::digest(self.text()).to_vec(),
            Hash::Sha256 => digest(&SHA256, self.text().as_bytes()).as_ref().to_vec(),
        }
    }
}

/// How a request is proven: with MESSAGE-INTEGRITY and an MD5 key, or with SHA-256 for both.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Hash {
    Sha1,
    Sha256,
}

/// A message without proof.
#[must_use]
pub fn plain(method: Method, class: Class, id: [u8; 12], attributes: &[Attribute]) -> Vec<u8> {
    build(method, class, id, attributes, |it| it)
}

/// A request with the credential of `user`; without `nonce` it lacks one.
#[must_use]
pub fn signed(
    method: Method,
    id: [u8; 12],
    attributes: &[Attribute],
    user: &User,
    nonce: Option<&[u8]>,
    hash: Hash,
    is_marked: bool,
) -> Vec<u8> {
    let mut attributes = attributes.to_vec();
    attributes.push((A::USERNAME, user.name.clone().into_bytes()));
    attributes.push((A::REALM, b"turn".to_vec()));
    attributes.extend(nonce.map(|nonce| (A::NONCE, nonce.to_vec())));
    if hash == Hash::Sha256 {
        attributes.push((A::PASSWORD_ALGORITHMS, vec![0, 2, 0, 0, 0, 1, 0, 0]));
        attributes.push((A::PASSWORD_ALGORITHM, vec![0, 2, 0, 0]));
    }
    let key = user.key(hash);
    build(method, Class::Request, id, &attributes, |it| {
        let it = match hash {
            Hash::Sha1 => it.integrity_sha1(&key),
            Hash::Sha256 => it.integrity_sha256(&key),
        };
        if is_marked { it.fingerprint() } else { it }
    })
}

fn build(
    method: Method,
    class: Class,
    id: [u8; 12],
    attributes: &[Attribute],
    end: impl for<'a> FnOnce(Builder<'a>) -> Builder<'a>,
) -> Vec<u8> {
    let mut bytes = vec![0; 4_096];
    let start = Builder::new(&mut bytes, method, class, id);
    let all = attributes
        .iter()
        .fold(start, |builder, (kind, value)| builder.attribute(*kind, value));
    let length = end(all).finish();
    bytes.truncate(length);
    bytes
}

/// The value of XOR-PEER-ADDRESS in a message of this id.
#[must_use]
pub fn hidden(address: SocketAddr, id: [u8; 12]) -> Vec<u8> {
    let mut bytes = [0; 44];
    let length = Builder::new(&mut bytes, Method::SEND, Class::Indication, id)
        .xor_address(A::XOR_PEER_ADDRESS, address)
        .finish();
    bytes[24..length].to_vec()
}

/// ChannelData.
#[must_use]
pub fn on_channel(number: u16, data: &[u8]) -> Vec<u8> {
    let length = u16::try_from(data.len()).expect("tests send little");
    [&number.to_be_bytes()[..], &length.to_be_bytes(), data].concat()
}

/// A message that came, taken apart: the values of each type in the order of their coming.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reply {
    pub class: Class,
    pub method: Method,
    pub id: [u8; 12],
    pub values: BTreeMap<u16, Vec<Vec<u8>>>,
    bytes: Vec<u8>,
}

impl Reply {
    /// # Panics
    /// When it is no message: the relay would have sent nonsense.
    #[must_use]
    pub fn read(bytes: &[u8]) -> Self {
        let message = Message::parse(bytes).expect("the relay sends messages");
        let mut values = BTreeMap::<u16, Vec<Vec<u8>>>::new();
        message
            .attributes()
            .for_each(|it| values.entry(it.kind.0).or_default().push(it.value.to_vec()));
        Self {
            class: message.class(),
            method: message.method(),
            id: message.transaction_id(),
            values,
            bytes: bytes.to_vec(),
        }
    }

    #[must_use]
    pub fn find(&self, kind: AttributeType) -> Option<&[u8]> {
        self.values.get(&kind.0)?.first().map(Vec::as_slice)
    }

    #[must_use]
    pub fn types(&self) -> Vec<u16> {
        self.values.keys().copied().collect()
    }

    #[must_use]
    pub fn addresses(&self, kind: AttributeType) -> Vec<SocketAddr> {
        let message = Message::parse(&self.bytes).expect("it was one");
        let all = message.attributes().filter(|it| it.kind == kind);
        all.filter_map(|it| it.xor_address(self.id)).collect()
    }

    /// 0 where it is no error.
    #[must_use]
    pub fn code(&self) -> u16 {
        match self.find(A::ERROR_CODE) {
            Some(&[_, _, class, number]) => u16::from(class) * 100 + u16::from(number),
            _ => 0,
        }
    }

    #[must_use]
    pub fn is_proven(&self, key: &[u8]) -> bool {
        let message = Message::parse(&self.bytes).expect("it was one");
        integrity::check(message, key) == Integrity::Right
    }
}
