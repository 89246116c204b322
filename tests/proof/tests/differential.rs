//! Another implementation's parser (stun-types) beside ours: the same bytes are a message to both or to neither, and say the same. Where the two differ, the reason stands here.

use std::net::SocketAddr;

use data_encoding::HEXLOWER_PERMISSIVE as HEX;
use proptest::prelude::*;
use stun::{AttributeType as A, Builder, Class, Malformed, Message, Method, integrity, integrity::Integrity};
use stun_types::{
    attribute::{AttributeType as TheirType, ErrorCode, Fingerprint, XorMappedAddress},
    message::{IntegrityAlgorithm, Message as Theirs, MessageClass, MessageIntegrityCredentials, ShortTermCredentials},
};

/// What the two make of the same bytes.
fn compare(bytes: &[u8]) {
    match (Message::parse(bytes), Theirs::from_bytes(bytes)) {
        (Ok(ours), Ok(theirs)) => both_say_the_same(ours, &theirs),
        (Err(_), Err(_)) => {}
        (Ok(_), Err(error)) => panic!("only we accept {}: {error:?}", HEX.encode(bytes)),
        (Err(error), Ok(_)) => assert!(
            is_known(bytes, error),
            "only we refuse {}: {error:?}",
            HEX.encode(bytes)
        ),
    }
}

/// Where stun-types 2 accepts what we refuse.
fn is_known(bytes: &[u8], error: Malformed) -> bool {
    match error {
        Malformed::NotStun => false,
        // It takes a datagram for longer or unpadded than its header says; RFC 8489 section 5 has both wrong.
        Malformed::Length => true,
        // It stops looking at what follows a proof or FINGERPRINT; we refuse what can't be, wherever it stands (section 14.7: FINGERPRINT is the last).
        Malformed::AfterFingerprint => true,
        Malformed::Attribute | Malformed::Fingerprint => kinds(bytes).iter().any(|kind| ENDS.contains(kind)),
    }
}

fn both_say_the_same(ours: Message<'_>, theirs: &Theirs<'_>) {
    let class = match theirs.class() {
        MessageClass::Request => Class::Request,
        MessageClass::Indication => Class::Indication,
        MessageClass::Success => Class::Success,
        MessageClass::Error => Class::Error,
    };
    assert_eq!(
        (ours.class(), ours.method()),
        (class, Method::new(theirs.method().value()))
    );
    let id = u128::from(theirs.transaction_id()).to_be_bytes();
    assert_eq!(ours.transaction_id(), id[4..]);
    // Up to the first proof: of what follows one, each lets another part count.
    for kind in kinds(ours.as_bytes())
        .into_iter()
        .take_while(|kind| !ENDS.contains(kind))
    {
        let value = ours.attribute(A(kind)).map(|it| it.value.to_vec());
        let raw = theirs.raw_attribute(TheirType::new(kind)).map(|it| it.value.to_vec());
        assert_eq!(value, raw, "attribute {kind:#06x}");
    }
    let mapped = ours.attribute(A::XOR_MAPPED_ADDRESS);
    if let Some(mapped) = mapped.filter(|it| [8, 20].contains(&it.value.len())) {
        let their = theirs.attribute::<XorMappedAddress>().ok();
        let address = mapped.xor_address(ours.transaction_id());
        assert_eq!(address, their.map(|it| it.addr(theirs.transaction_id())));
    }
    if let (Some(code), Ok(their)) = (ours.attribute(A::ERROR_CODE), theirs.attribute::<ErrorCode>()) {
        assert_eq!(code.error_code(), Some(their.code()));
    }
}

/// The types of the attributes, as far as they can be walked over.
fn kinds(bytes: &[u8]) -> Vec<u16> {
    let (mut at, mut kinds) = (20, Vec::new());
    while let Some(head) = bytes.get(at..at + 4) {
        kinds.push(u16::from_be_bytes([head[0], head[1]]));
        at += 4 + usize::from(u16::from_be_bytes([head[2], head[3]])).next_multiple_of(4);
    }
    kinds
}

/// What a message may end with.
const ENDS: [u16; 3] = [A::MESSAGE_INTEGRITY.0, A::MESSAGE_INTEGRITY_SHA256.0, A::FINGERPRINT.0];

#[derive(Debug, Clone)]
struct Draft {
    method: u16,
    class: Class,
    id: [u8; 12],
    attributes: Vec<(u16, Vec<u8>)>,
    has_sha1: bool,
    has_sha256: bool,
    has_fingerprint: bool,
}

impl Draft {
    fn write(&self) -> Vec<u8> {
        let mut out = vec![0; 4_096];
        let start = Builder::new(&mut out, Method::new(self.method), self.class, self.id);
        let mut it = self
            .attributes
            .iter()
            .fold(start, |it, (kind, value)| it.attribute(A(*kind), value));
        if self.has_sha1 {
            it = it.integrity_sha1(KEY);
        }
        if self.has_sha256 {
            it = it.integrity_sha256(KEY);
        }
        let length = if self.has_fingerprint { it.fingerprint() } else { it }.finish();
        out.truncate(length);
        out
    }
}

fn draft() -> impl Strategy<Value = Draft> {
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
enum Damage {
    Set(prop::sample::Index, u8),
    Cut(prop::sample::Index),
    Append(Vec<u8>),
    /// The header says so many bytes more.
    Length(i8),
}

impl Damage {
    fn apply(&self, bytes: &mut Vec<u8>) {
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

fn damage() -> impl Strategy<Value = Vec<Damage>> {
    let one = prop_oneof![
        4 => (any::<prop::sample::Index>(), any::<u8>()).prop_map(|(at, byte)| Damage::Set(at, byte)),
        1 => any::<prop::sample::Index>().prop_map(Damage::Cut),
        1 => prop::collection::vec(any::<u8>(), 0..12).prop_map(Damage::Append),
        1 => any::<i8>().prop_map(Damage::Length),
    ];
    prop::collection::vec(one, 1..4)
}

fn vectors() -> Vec<(String, Vec<u8>)> {
    let file: serde_json::Value = serde_json::from_str(include_str!("../../vectors/stun.json")).expect("the file");
    let all = file["vectors"].as_array().expect("a list").iter();
    all.map(|vector| {
        let text = |key: &str| vector[key].as_str().expect("a text").to_owned();
        (text("id"), HEX.decode(text("hex").as_bytes()).expect("hexadecimal"))
    })
    .collect()
}

#[test]
fn the_vectors_are_the_same_to_both() {
    let vectors = vectors();
    vectors.iter().for_each(|(_, bytes)| compare(bytes));
    assert!(vectors.len() > 40, "{} vectors", vectors.len());
}

proptest! {
    #[test]
    fn what_we_write_another_reads(draft in draft()) {
        let bytes = draft.write();
        let theirs = Theirs::from_bytes(&bytes).expect("a message");
        both_say_the_same(Message::parse(&bytes).expect("a message"), &theirs);
        let key = MessageIntegrityCredentials::ShortTerm(ShortTermCredentials::new("a key".to_owned()));
        let expected = match (draft.has_sha1, draft.has_sha256) {
            (_, true) => Some(IntegrityAlgorithm::Sha256),
            (true, false) => Some(IntegrityAlgorithm::Sha1),
            (false, false) => None,
        };
        prop_assert_eq!(theirs.validate_integrity(&key).ok(), expected);
        let ours = integrity::check(Message::parse(&bytes).expect("a message"), KEY);
        prop_assert_eq!(ours == Integrity::Right, expected.is_some());
        prop_assert_eq!(theirs.has_attribute(<Fingerprint as stun_types::attribute::AttributeStaticType>::TYPE), draft.has_fingerprint);
    }

    #[test]
    fn what_is_damaged_is_the_same_to_both(draft in draft(), damage in damage()) {
        let mut bytes = draft.write();
        damage.iter().for_each(|it| it.apply(&mut bytes));
        compare(&bytes);
    }

    #[test]
    fn damaged_vectors_are_the_same_to_both(at in any::<prop::sample::Index>(), damage in damage()) {
        let vectors = vectors();
        let mut bytes = at.get(&vectors).1.clone();
        damage.iter().for_each(|it| it.apply(&mut bytes));
        compare(&bytes);
    }

    #[test]
    fn an_address_is_hidden_the_same_by_both(address in any::<SocketAddr>(), id in any::<[u8; 12]>()) {
        let mut out = [0; 64];
        let length = Builder::new(&mut out, Method::BINDING, Class::Success, id).xor_mapped_address(address).finish();
        let theirs = Theirs::from_bytes(&out[..length]).expect("a message");
        let mapped = theirs.attribute::<XorMappedAddress>().expect("an address").addr(theirs.transaction_id());
        prop_assert_eq!((mapped.ip(), mapped.port()), (address.ip(), address.port()));
    }
}

const KEY: &[u8] = b"a key";
