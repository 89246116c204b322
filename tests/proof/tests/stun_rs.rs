//! A third implementation (stun-rs) beside ours: what it makes of the same bytes, and that it writes the same. Where the two differ, the section that decides stands here.

mod drafts;

use std::net::SocketAddr;

use data_encoding::HEXLOWER_PERMISSIVE as HEX;
use drafts::{KEY, damage, draft, vectors, walk};
use proptest::prelude::*;
use stun::{AttributeType as A, Builder, Class, Malformed, Message, Method, integrity, integrity::Integrity};
use stun_rs::{
    DecoderContextBuilder, ErrorCode as Code, HMACKey, MessageClass, MessageDecoder, MessageDecoderBuilder,
    MessageEncoderBuilder, MessageMethod, StunAttribute, StunMessage, StunMessageBuilder, TransactionId,
    attributes::{
        stun::{
            ErrorCode, Fingerprint, MessageIntegrity, MessageIntegritySha256, Nonce, Realm, Software,
            UnknownAttributes, UserName, XorMappedAddress,
        },
        turn::{ChannelNumber, Data, LifeTime, XorPeerAddress, XorRelayedAddress},
    },
    error::{StunAttributeError, StunDecodeError, StunErrorLevel},
};

/// What the two make of the same bytes.
fn compare(bytes: &[u8]) {
    let theirs = MessageDecoder::default().decode(bytes);
    match (Message::parse(bytes), theirs) {
        (Ok(ours), Ok((theirs, length))) => {
            assert_eq!(length, bytes.len());
            both_say_the_same(ours, &theirs);
        }
        (Err(_), Err(_)) => {}
        (Ok(ours), Err(error)) => assert!(
            is_about_a_value(ours, &error),
            "only we accept {}: {error:?}",
            HEX.encode(bytes)
        ),
        (Err(error), Ok((_, length))) => assert!(
            is_known(bytes, error, length),
            "only we refuse {}: {error:?}",
            HEX.encode(bytes)
        ),
    }
}

/// Where stun-rs 0.1 accepts what we refuse.
fn is_known(bytes: &[u8], error: Malformed, length: usize) -> bool {
    match error {
        // It reads the first message of a stream, and says how long that is. A datagram has nothing behind it (RFC 8489 section 5: the length is the message's).
        Malformed::Length => length < bytes.len(),
        // It lets anything stand behind FINGERPRINT, which is the last (RFC 8489 section 14.7).
        Malformed::AfterFingerprint => true,
        // It does not look at it where nobody asks it to; a receiver does, always (RFC 8489 section 6.3).
        Malformed::Fingerprint => !is_validated(bytes),
        Malformed::NotStun | Malformed::Attribute => false,
    }
}

/// Where it refuses what we accept: it reads every value that it knows the type of, and refuses the message where one is not what that type has. Attributes that nobody expects are
/// ignored (RFC 8489 section 6.3), so a value is judged by who uses it.
fn is_about_a_value(ours: Message<'_>, error: &StunDecodeError) -> bool {
    let StunErrorLevel::Attribute(StunAttributeError {
        attr_type: Some(kind),
        position,
        ..
    }) = &error.0
    else {
        return false;
    };
    let (found, value) = walk(ours.as_bytes())[*position];
    found == kind.as_u16() && !is_sound(A(found), value)
}

/// Whether it is a value that this type may have. Of texts, those that are certainly what RFC 8489 wants: PRECIS is not asked.
fn is_sound(kind: A, value: &[u8]) -> bool {
    let is_plain = |most| {
        (1..=most).contains(&value.len())
            && value
                .iter()
                .all(|byte| matches!(byte, b' '..=b'~') && ![b'"', b'\\'].contains(byte))
    };
    match kind {
        // Sections 14.1, 14.2 and 14.15; of RFC 8656, 18.3 and 18.5.
        A::MAPPED_ADDRESS | ALTERNATE_SERVER | A::XOR_MAPPED_ADDRESS | A::XOR_PEER_ADDRESS | A::XOR_RELAYED_ADDRESS => {
            matches!((value.len(), value.get(1)), (8, Some(1)) | (20, Some(2)))
        }
        // 14.3: fewer than 509 bytes. 14.9, 14.10 and 14.14: at most 763.
        A::USERNAME => is_plain(508),
        A::SOFTWARE => is_plain(763),
        // With a space at the end, too, which it does not take for one of RFC 3261's quoted texts.
        A::REALM | A::NONCE => is_plain(763) && !value.ends_with(b" "),
        // 14.4.
        A::USERHASH => value.len() == 32,
        // 14.5. Of SHA-256 (14.6) it takes the whole only, where 16 bytes and more may stand.
        A::MESSAGE_INTEGRITY => value.len() == 20,
        A::MESSAGE_INTEGRITY_SHA256 => value.len() == 32,
        // 14.7.
        A::FINGERPRINT => value.len() == 4,
        // 14.8: a class and a number, and a reason in UTF-8.
        A::ERROR_CODE => {
            matches!(value, [_, _, class, 0..100, reason @ ..] if (3..=6).contains(&(class & 7)) && str::from_utf8(reason).is_ok())
        }
        // 14.13.
        A::UNKNOWN_ATTRIBUTES => value.len().is_multiple_of(2),
        // 14.11 and 14.12: an algorithm without parameters, or more of them.
        A::PASSWORD_ALGORITHM => matches!(value, [_, _, 0, 0]),
        A::PASSWORD_ALGORITHMS => matches!(value, [_, _, 0, 0]),
        // RFC 8656 sections 18.1, 18.2 and 18.8.
        A::CHANNEL_NUMBER | A::LIFETIME | A::REQUESTED_TRANSPORT => value.len() == 4,
        // 18.6 and 18.11.
        A::REQUESTED_ADDRESS_FAMILY | A::ADDITIONAL_ADDRESS_FAMILY => matches!(value, [1 | 2, _, _, _]),
        // 18.7, 18.9, 18.10.
        A::EVEN_PORT => value.len() == 1,
        A::DONT_FRAGMENT => value.is_empty(),
        A::RESERVATION_TOKEN => value.len() == 8,
        // 18.12: the rest is as in ERROR-CODE.
        A::ADDRESS_ERROR_CODE => matches!(value, [1 | 2, ..]) && is_sound(A::ERROR_CODE, value),
        // 18.13: types up to 127 and codes up to 511 have their bits.
        A::ICMP => value.len() == 8,
        _ => true,
    }
}

fn both_say_the_same(ours: Message<'_>, theirs: &StunMessage) {
    let class = match theirs.class() {
        MessageClass::Request => Class::Request,
        MessageClass::Indication => Class::Indication,
        MessageClass::SuccessResponse => Class::Success,
        MessageClass::ErrorResponse => Class::Error,
    };
    let method = Method::new(theirs.method().as_u16());
    assert_eq!((ours.class(), ours.method()), (class, method));
    assert_eq!(&ours.transaction_id(), theirs.transaction_id().as_bytes());
    for (kind, _) in walk(ours.as_bytes()) {
        let found = theirs
            .attributes()
            .iter()
            .find(|it| it.attribute_type().as_u16() == kind);
        let own = ours.attribute(A(kind));
        assert_eq!(own.is_some(), found.is_some(), "attribute {kind:#06x} counts");
        if let (Some(own), Some(found)) = (own, found) {
            both_read_the_same(ours, own, found);
        }
    }
}

fn both_read_the_same(message: Message<'_>, ours: stun::Attribute<'_>, theirs: &StunAttribute) {
    let id = message.transaction_id();
    let address = match theirs {
        StunAttribute::XorMappedAddress(it) => Some(*it.socket_address()),
        StunAttribute::XorPeerAddress(it) => Some(*it.socket_address()),
        StunAttribute::XorRelayedAddress(it) => Some(*it.socket_address()),
        _ => None,
    };
    if let Some(address) = address {
        match ours.xor_address(id) {
            Some(own) => assert_eq!(own, address),
            // It looks at no more than it needs; the value is 8 or 20 bytes (RFC 8489 section 14.2).
            None => assert!(ours.value.len() > if address.is_ipv4() { 8 } else { 20 }),
        }
    }
    match theirs {
        StunAttribute::ErrorCode(it) => assert_eq!(ours.error_code(), Some(it.error_code().error_code())),
        StunAttribute::UserName(it) => assert_eq!(ours.value, it.as_str().as_bytes()),
        StunAttribute::Software(it) => assert_eq!(ours.value, it.as_str().as_bytes()),
        StunAttribute::Data(it) => assert_eq!(ours.value, it.as_bytes()),
        StunAttribute::ChannelNumber(it) => assert_eq!(ours.value[..2], it.number().to_be_bytes()),
        StunAttribute::LifeTime(it) => assert_eq!(ours.value[..4], it.as_u32().to_be_bytes()),
        _ => {}
    }
}

/// Whether the two find the same of the proofs, by the key that drafts are made with.
fn both_prove_the_same(bytes: &[u8]) {
    let (Ok(ours), Ok(_)) = (Message::parse(bytes), MessageDecoder::default().decode(bytes)) else {
        return;
    };
    let is_right = match integrity::check(ours, KEY.as_bytes()) {
        Integrity::Absent | Integrity::Right => true,
        Integrity::Wrong | Integrity::Malformed => false,
    };
    let has = |kind| ours.attribute(kind).is_some();
    // It wants both to be right; of two that of SHA-256 counts alone (RFC 8489 section 9.1.3).
    let has_both = has(A::MESSAGE_INTEGRITY) && has(A::MESSAGE_INTEGRITY_SHA256);
    assert!(
        is_validated(bytes) == is_right || is_right && has_both,
        "{is_right} to us: {}",
        HEX.encode(bytes)
    );
}

fn is_validated(bytes: &[u8]) -> bool {
    let context = DecoderContextBuilder::default()
        .with_key(key())
        .with_validation()
        .build();
    let decoder = MessageDecoderBuilder::default().with_context(context).build();
    decoder.decode(bytes).is_ok()
}

fn key() -> HMACKey {
    HMACKey::new_short_term(KEY).expect("a password")
}

/// A message of attributes that both can write, in the same order.
#[derive(Debug, Clone)]
struct Typed {
    head: (u16, [u8; 12]),
    texts: [String; 4],
    addresses: [SocketAddr; 3],
    code: (u16, String),
    unknown: Vec<u16>,
    channel: u16,
    lifetime: u32,
    data: Vec<u8>,
    has: [bool; 3],
}

impl Typed {
    fn ours(&self) -> Vec<u8> {
        let mut out = vec![0; 2_048];
        let [name, realm, nonce, software] = self.texts.each_ref().map(String::as_bytes);
        let (code, reason) = &self.code;
        let code = [&[0, 0, (code / 100) as u8, (code % 100) as u8], reason.as_bytes()].concat();
        let unknown: Vec<u8> = self.unknown.iter().flat_map(|kind| kind.to_be_bytes()).collect();
        let [mapped, peer, relayed] = self.addresses;
        let [high, low] = self.channel.to_be_bytes();
        let mut it = Builder::new(&mut out, Method::new(self.head.0), Class::Error, self.head.1)
            .attribute(A::USERNAME, name)
            .attribute(A::REALM, realm)
            .attribute(A::NONCE, nonce)
            .attribute(A::SOFTWARE, software)
            .xor_mapped_address(mapped)
            .xor_address(A::XOR_PEER_ADDRESS, peer)
            .xor_address(A::XOR_RELAYED_ADDRESS, relayed)
            .attribute(A::ERROR_CODE, &code)
            .attribute(A::UNKNOWN_ATTRIBUTES, &unknown)
            .attribute(A::CHANNEL_NUMBER, &[high, low, 0, 0])
            .attribute(A::LIFETIME, &self.lifetime.to_be_bytes())
            .attribute(A::DATA, &self.data);
        let [has_sha1, has_sha256, has_fingerprint] = self.has;
        if has_sha1 {
            it = it.integrity_sha1(KEY.as_bytes());
        }
        if has_sha256 {
            it = it.integrity_sha256(KEY.as_bytes());
        }
        let length = if has_fingerprint { it.fingerprint() } else { it }.finish();
        out.truncate(length);
        out
    }

    fn theirs(&self) -> Vec<u8> {
        let mut out = vec![0; 2_048];
        let method = MessageMethod::try_from(self.head.0).expect("12 bits");
        let [name, realm, nonce, software] = &self.texts;
        let (code, reason) = &self.code;
        let [mapped, peer, relayed] = self.addresses;
        let mut it = StunMessageBuilder::new(method, MessageClass::ErrorResponse)
            .with_transaction_id(TransactionId::from(self.head.1))
            .with_attribute(UserName::new(name).expect("a name"))
            .with_attribute(Realm::new(realm).expect("a realm"))
            .with_attribute(Nonce::new(nonce).expect("a nonce"))
            .with_attribute(Software::new(software).expect("software"))
            .with_attribute(XorMappedAddress::from(mapped))
            .with_attribute(XorPeerAddress::from(peer))
            .with_attribute(XorRelayedAddress::from(relayed))
            .with_attribute(ErrorCode::new(Code::new(*code, reason).expect("a code")))
            .with_attribute(UnknownAttributes::from(&self.unknown[..]))
            .with_attribute(ChannelNumber::new(self.channel))
            .with_attribute(LifeTime::new(self.lifetime))
            .with_attribute(Data::new(&self.data));
        let [has_sha1, has_sha256, has_fingerprint] = self.has;
        if has_sha1 {
            it = it.with_attribute(MessageIntegrity::new(key()));
        }
        if has_sha256 {
            it = it.with_attribute(MessageIntegritySha256::new(key()));
        }
        if has_fingerprint {
            it = it.with_attribute(Fingerprint::default());
        }
        let encoder = MessageEncoderBuilder::default().build();
        let length = encoder.encode(&mut out, &it.build()).expect("written");
        out.truncate(length);
        out
    }
}

fn typed() -> impl Strategy<Value = Typed> {
    let text = || "[a-zA-Z0-9:._-]{1,40}";
    (
        (0_u16..0x1000, any::<[u8; 12]>()),
        [text(), text(), text(), text()],
        any::<[SocketAddr; 3]>(),
        (300_u16..700, text()),
        prop::collection::btree_set(any::<u16>(), 0..6),
        any::<u16>(),
        any::<u32>(),
        prop::collection::vec(any::<u8>(), 0..40),
        any::<[bool; 3]>(),
    )
        .prop_map(
            |(head, texts, addresses, code, unknown, channel, lifetime, data, has)| Typed {
                head,
                texts,
                addresses,
                code,
                unknown: unknown.into_iter().collect(),
                channel,
                lifetime,
                data,
                has,
            },
        )
}

#[test]
fn the_vectors_are_the_same_to_both() {
    let vectors = vectors();
    vectors.iter().for_each(|(_, bytes)| compare(bytes));
    assert!(vectors.len() > 40, "{} vectors", vectors.len());
}

proptest! {
    #[test]
    fn both_write_the_same_and_read_it(typed in typed()) {
        let bytes = typed.ours();
        prop_assert_eq!(HEX.encode(&bytes), HEX.encode(&typed.theirs()));
        compare(&bytes);
        prop_assert!(is_validated(&bytes));
        both_prove_the_same(&bytes);
    }

    #[test]
    fn what_is_damaged_is_the_same_to_both(draft in draft(), damage in damage()) {
        let mut bytes = draft.write();
        compare(&bytes);
        damage.iter().for_each(|it| it.apply(&mut bytes));
        compare(&bytes);
        both_prove_the_same(&bytes);
    }

    #[test]
    fn damaged_attributes_of_all_kinds_are_the_same_to_both(typed in typed(), damage in damage()) {
        let mut bytes = typed.ours();
        damage.iter().for_each(|it| it.apply(&mut bytes));
        compare(&bytes);
        both_prove_the_same(&bytes);
    }

    #[test]
    fn damaged_vectors_are_the_same_to_both(at in any::<prop::sample::Index>(), damage in damage()) {
        let vectors = vectors();
        let mut bytes = at.get(&vectors).1.clone();
        damage.iter().for_each(|it| it.apply(&mut bytes));
        compare(&bytes);
    }
}

const ALTERNATE_SERVER: A = A(0x8023);
