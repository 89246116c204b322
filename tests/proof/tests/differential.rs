//! Another implementation's parser (stun-types) beside ours: the same bytes are a message to both or to neither, and say the same. Where the two differ, the reason stands here.

mod drafts;

use std::net::SocketAddr;

use data_encoding::HEXLOWER_PERMISSIVE as HEX;
use drafts::{ENDS, KEY, damage, draft, kinds, vectors};
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
        let key = MessageIntegrityCredentials::ShortTerm(ShortTermCredentials::new(KEY.to_owned()));
        let expected = match (draft.has_sha1, draft.has_sha256) {
            (_, true) => Some(IntegrityAlgorithm::Sha256),
            (true, false) => Some(IntegrityAlgorithm::Sha1),
            (false, false) => None,
        };
        prop_assert_eq!(theirs.validate_integrity(&key).ok(), expected);
        let ours = integrity::check(Message::parse(&bytes).expect("a message"), KEY.as_bytes());
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
