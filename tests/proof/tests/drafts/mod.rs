//! Messages for two implementations to agree on: drawn, damaged, and from the vectors.

#![allow(dead_code, reason = "not every test file needs all of it")]

use data_encoding::HEXLOWER_PERMISSIVE as HEX;
use proptest::prelude::*;
use stun::{AttributeType as A, Builder, Class, Method};

/// The types and values of the attributes, as far as they can be walked over.
pub(crate) fn walk(bytes: &[u8]) -> Vec<(u16, &[u8])> {
    let (mut at, mut all) = (20, Vec::new());
    while let Some(&[high, low, long, short]) = bytes.get(at..at + 4) {
        let length = usize::from(u16::from_be_bytes([long, short]));
        let rest = &bytes[at + 4..];
        all.push((u16::from_be_bytes([high, low]), rest.get(..length).unwrap_or(rest)));
        at += 4 + length.next_multiple_of(4);
    }
    all
}

pub(crate) fn kinds(bytes: &[u8]) -> Vec<u16> {
    walk(bytes).into_iter().map(|(kind, _)| kind).collect()
}

/// What a message may end with.
pub(crate) const ENDS: [u16; 3] = [A::MESSAGE_INTEGRITY.0, A::MESSAGE_INTEGRITY_SHA256.0, A::FINGERPRINT.0];

#[derive(Debug, Clone)]
pub(crate) struct Draft {
    pub(crate) method: u16,
    pub(crate) class: Class,
    pub(crate) id: [u8; 12],
    pub(crate) attributes: Vec<(u16, Vec<u8>)>,
    pub(crate) has_sha1: bool,
    pub(crate) has_sha256: bool,
    pub(crate) has_fingerprint: bool,
}

impl Draft {
    pub(crate) fn write(&self) -> Vec<u8> {
        let mut out = vec![0; 4_096];
        let start = Builder::new(&mut out, Method::new(self.method), self.class, self.id);
        let mut it = self
            .attributes
            .iter()
            .fold(start, |it, (kind, value)| it.attribute(A(*kind), value));
        if self.has_sha1 {
            it = it.integrity_sha1(KEY.as_bytes());
        }
        if self.has_sha256 {
            it = it.integrity_sha256(KEY.as_bytes());
        }
        let length = if self.has_fingerprint { it.fingerprint() } else { it }.finish();
        out.truncate(length);
        out
    }
}

pub(crate) fn draft() -> impl Strategy<Value = Draft> {
    let class = prop_oneof![
        Just(Class::Request),
        Just(Class::Indication),
        Just(Class::Success),
        Just(Class::Error)
    ];
    let kind = prop_oneof![
        (0_u16..0x30).prop_filter("a proof is made, not drawn", |kind| !ENDS.contains(kind)),
        (0x8000_u16..0x8028),
        (0x8029_u16..0x8030)
    ];
    let value = prop_oneof![
        prop::collection::vec(any::<u8>(), 0..40),
        // An address or an error code, nearly.
        (0_u8..4, prop::sample::select(vec![3_usize, 4, 7, 8, 19, 20])).prop_map(|(family, length)| {
            let mut value = vec![7; length];
            value[1] = family;
            value[2] = family + 2;
            value
        })
    ];
    (
        0_u16..0x1000,
        class,
        any::<[u8; 12]>(),
        prop::collection::vec((kind, value), 0..8),
        any::<[bool; 3]>(),
    )
        .prop_map(
            |(method, class, id, attributes, [has_sha1, has_sha256, has_fingerprint])| Draft {
                method,
                class,
                id,
                attributes,
                has_sha1,
                has_sha256,
                has_fingerprint,
            },
        )
}

/// One thing that a router or somebody in bad faith does to a message.
#[derive(Debug, Clone)]
pub(crate) enum Damage {
    Set(prop::sample::Index, u8),
    Cut(prop::sample::Index),
    Append(Vec<u8>),
    /// The header says so many bytes more.
    Length(i8),
}

impl Damage {
    pub(crate) fn apply(&self, bytes: &mut Vec<u8>) {
        match self {
            Self::Set(at, byte) if !bytes.is_empty() => {
                let at = at.index(bytes.len());
                bytes[at] = *byte;
            }
            Self::Cut(at) => bytes.truncate(at.index(bytes.len() + 1)),
            Self::Append(more) => bytes.extend(more),
            Self::Length(more) if bytes.len() > 3 => bytes[3] = bytes[3].wrapping_add_signed(*more),
            Self::Set(..) | Self::Length(_) => {}
        }
    }
}

pub(crate) fn damage() -> impl Strategy<Value = Vec<Damage>> {
    let one = prop_oneof![
        4 => (any::<prop::sample::Index>(), any::<u8>()).prop_map(|(at, byte)| Damage::Set(at, byte)),
        1 => any::<prop::sample::Index>().prop_map(Damage::Cut),
        1 => prop::collection::vec(any::<u8>(), 0..12).prop_map(Damage::Append),
        1 => any::<i8>().prop_map(Damage::Length),
    ];
    prop::collection::vec(one, 1..4)
}

pub(crate) fn vectors() -> Vec<(String, Vec<u8>)> {
    let file: serde_json::Value = serde_json::from_str(include_str!("../../../vectors/stun.json")).expect("the file");
    let all = file["vectors"].as_array().expect("a list").iter();
    all.map(|vector| {
        let text = |key: &str| vector[key].as_str().expect("a text").to_owned();
        (text("id"), HEX.decode(text("hex").as_bytes()).expect("hexadecimal"))
    })
    .collect()
}

/// A short-term credential.
pub(crate) const KEY: &str = "a key";
