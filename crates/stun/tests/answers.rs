//! What strangers can send, and what they get for it.

use std::net::SocketAddr;

use proptest::prelude::*;
use stun::{Answer, AttributeType, Builder, Class, Framer, Message, Method, answer};

const ID: [u8; 12] = *b"transaction!";

fn v4() -> SocketAddr {
    "192.0.2.7:4711".parse().expect("an address")
}

fn v6() -> SocketAddr {
    "[2001:db8::7]:4711".parse().expect("an address")
}

/// A Binding request with these attributes.
fn request(attributes: &[(u16, &[u8])]) -> Vec<u8> {
    message(Method::BINDING, Class::Request, attributes)
}

fn message(method: Method, class: Class, attributes: &[(u16, &[u8])]) -> Vec<u8> {
    let mut out = [0; 4096];
    let builder = Builder::new(&mut out, method, class, ID);
    let length = attributes
        .iter()
        .fold(builder, |builder, (kind, value)| {
            builder.attribute(AttributeType(*kind), value)
        })
        .finish();
    out[..length].to_vec()
}

fn ask(request: &[u8], from: SocketAddr) -> Option<Vec<u8>> {
    let mut out = Answer::new();
    answer(request, from, &mut out).then(|| out.as_bytes().to_vec())
}

/// The code of the error that a request is answered with, and the attributes that it lists.
fn refusal(request: &[u8]) -> (u16, Vec<u16>) {
    let answer = ask(request, v4()).expect("an answer");
    let answer = Message::parse(&answer).expect("our own answer");
    assert_eq!((answer.class(), answer.transaction_id()), (Class::Error, ID));
    let code = answer
        .attribute(AttributeType::ERROR_CODE)
        .and_then(|error| error.error_code());
    let unknown = answer
        .attribute(AttributeType::UNKNOWN_ATTRIBUTES)
        .map_or(&[][..], |list| list.value);
    let unknown = unknown
        .chunks_exact(2)
        .map(|pair| u16::from_be_bytes([pair[0], pair[1]]))
        .collect();
    (code.expect("a code"), unknown)
}

#[test]
fn who_asks_learns_its_address() {
    for from in [v4(), v6()] {
        let answer = ask(&request(&[]), from).expect("an answer");
        let answer = Message::parse(&answer).expect("our own answer");

        assert_eq!((answer.class(), answer.transaction_id()), (Class::Success, ID));
        let mapped = answer.attribute(AttributeType::XOR_MAPPED_ADDRESS).expect("an address");
        assert_eq!(mapped.xor_address(ID), Some(from));
    }
}

#[test]
fn an_ipv4_address_in_ipv6_clothes_is_told_as_what_it_is() {
    let answer = ask(&request(&[]), "[::ffff:192.0.2.7]:4711".parse().expect("an address")).expect("an answer");

    assert_eq!(answer, ask(&request(&[]), v4()).expect("an answer"));
}

#[test]
fn case_05_what_must_be_understood_and_is_not_is_listed() {
    assert_eq!(refusal(&request(&[(0x7ff1, b"")])), (420, vec![0x7ff1]));
    assert_eq!(
        refusal(&request(&[(0x7ff1, b"abc"), (0x0f0f, b""), (0x8000, b"x")])),
        (420, vec![0x7ff1, 0x0f0f])
    );
    assert_eq!(
        refusal(&request(&[(0x7ff1, b""), (0x0f0f, b""), (0x7ff1, b"")])),
        (420, vec![0x7ff1, 0x0f0f])
    );

    let many: Vec<u16> = (0x0100..).take(360).collect();
    let attributes: Vec<(u16, &[u8])> = many.iter().map(|kind| (*kind, &[][..])).collect();
    assert_eq!(refusal(&request(&attributes)), (420, many));
}

#[test]
fn case_05_what_need_not_be_understood_is_passed_over() {
    let plain = ask(&request(&[]), v4());

    assert_eq!(
        ask(&request(&[(0x8022, b"somebody's client"), (0xc057, &[0; 4])]), v4()),
        plain
    );
}

#[test]
fn case_05_indications_meet_silence() {
    assert_eq!(
        ask(&message(Method::BINDING, Class::Indication, &[(0x7ff1, b"")]), v4()),
        None
    );
    assert_eq!(ask(&message(Method::BINDING, Class::Indication, &[]), v4()), None);
}

#[test]
fn case_06_a_wrong_fingerprint_meets_silence() {
    let mut out = [0; 64];
    let length = Builder::new(&mut out, Method::BINDING, Class::Request, ID)
        .fingerprint()
        .finish();
    let right = &out[..length];
    assert!(ask(right, v4()).is_some());

    for bit in 0..right.len() * 8 {
        let mut wrong = right.to_vec();
        wrong[bit / 8] ^= 1 << (bit % 8);
        // A flip in the type or the length of the last attribute makes it another, or none.
        let is_still_a_fingerprint = wrong[20..24] == right[20..24];
        assert!(!is_still_a_fingerprint || ask(&wrong, v4()).is_none(), "bit {bit}");
    }
}

#[test]
fn who_marks_its_request_gets_a_marked_answer() {
    let mut out = [0; 64];
    let length = Builder::new(&mut out, Method::BINDING, Class::Request, ID)
        .fingerprint()
        .finish();

    let answer = ask(&out[..length], v4()).expect("an answer");

    let answer = Message::parse(&answer).expect("parse checks the fingerprint");
    assert!(answer.attribute(AttributeType::FINGERPRINT).is_some());
}

#[test]
fn case_07_wrong_lengths_and_top_bits_meet_silence() {
    let whole = request(&[(0x8022, b"client")]);
    for cut in 0..whole.len() {
        assert_eq!(ask(&whole[..cut], v4()), None, "cut to {cut}");
    }
    let longer = [&whole[..], &[0; 4]].concat();
    assert_eq!(ask(&longer, v4()), None);
    for top in [0x40, 0x80, 0xc0] {
        let mut wrong = whole.clone();
        wrong[0] |= top;
        assert_eq!(ask(&wrong, v4()), None);
    }
    let mut past_the_end = whole.clone();
    past_the_end[23] = 0xff;
    assert_eq!(ask(&past_the_end, v4()), None);
    let too_long = request(&[(0x8022, &[b'x'; 1500])]);
    assert_eq!(ask(&too_long, v4()), None);
}

#[test]
fn case_08_responses_and_unknown_methods_meet_silence() {
    for class in [Class::Success, Class::Error] {
        assert_eq!(ask(&message(Method::BINDING, class, &[]), v4()), None);
    }
    let answer = ask(&request(&[]), v4()).expect("an answer");
    assert_eq!(ask(&answer, v4()), None);
    for method in (0..=0xfff).filter(|method| *method != 1) {
        assert_eq!(
            ask(&message(Method::new(method), Class::Request, &[]), v4()),
            None,
            "method {method:#x}"
        );
    }
}

#[test]
fn case_09_answers_are_hardly_larger_than_requests() {
    assert_eq!(ask(&request(&[]), v4()).map(|answer| answer.len()), Some(32));
    assert_eq!(ask(&request(&[]), v6()).map(|answer| answer.len()), Some(44));
    // RFC 8489 obliges us to list what we don't understand, and 36 bytes is the shortest list: for 24 bytes in.
    assert_eq!(
        ask(&request(&[(0x7ff1, b"")]), v4()).map(|answer| answer.len()),
        Some(36)
    );
    // From six attributes on, and for each other error, the answer is no larger than the request.
    for count in 6..370 {
        let attributes: Vec<(u16, &[u8])> = (0x0100..).take(count).map(|kind| (kind, &[][..])).collect();
        let request = request(&attributes);
        assert!(
            ask(&request, v4()).expect("an answer").len() <= request.len(),
            "{count} attributes"
        );
    }
    let bad = request(&[(0x001c, &[0; 4])]);
    assert!(ask(&bad, v4()).expect("an answer").len() <= bad.len());
}

#[test]
fn case_12_nobody_can_send_an_answer_elsewhere() {
    assert_eq!(refusal(&request(&[(0x0003, &[0, 0, 0, 6])])), (420, vec![0x0003]));
    assert_eq!(refusal(&request(&[(0x0027, &[0x12, 0x34, 0, 0])])), (420, vec![0x0027]));
}

#[test]
fn case_18_what_follows_the_proof_does_not_count() {
    let proven = |after: u16| request(&[(0x0008, &[0; 20]), (after, b"")]);

    assert_eq!(ask(&proven(0x7ff1), v4()), ask(&request(&[]), v4()));
}

#[test]
fn a_message_and_its_attributes_say_nothing_of_what_is_in_them() {
    let request = request(&[(0x0006, b"Anna")]);
    let message = Message::parse(&request).expect("well-formed");
    let printed = format!("{message:?} {:?}", message.attributes().collect::<Vec<_>>());

    assert_eq!(printed, "Method(1) Request (28 bytes) [AttributeType(6)(4 bytes)]");
}

#[test]
fn case_04_a_stream_gives_the_same_messages_however_it_is_cut() {
    let messages = [
        request(&[]),
        request(&[(0x8022, b"client")]),
        request(&[(0x7ff1, &[7; 1400])]),
    ];
    let stream = messages.concat();
    for step in 1..=stream.len() {
        let mut framer = Framer::new();
        let mut got = Vec::new();
        for mut bytes in stream.chunks(step) {
            while !bytes.is_empty() {
                let space = framer.space();
                let count = space.len().min(bytes.len());
                space[..count].copy_from_slice(&bytes[..count]);
                framer.filled(count);
                bytes = &bytes[count..];
                while let Some(message) = framer.next().expect("STUN") {
                    got.push(message.to_vec());
                }
            }
        }
        assert_eq!(got, messages, "in steps of {step}");
        assert!(!framer.is_within_message());
    }
}

#[test]
fn case_04_channel_data_comes_padded_between_messages_where_there_are_channels() {
    let parts = [
        request(&[]),
        b"\x40\0\0\x05sound\0\0\0".to_vec(),
        b"\x4f\xff\0\0".to_vec(),
        request(&[(0x8022, b"client")]),
    ];
    let stream = parts.concat();
    for step in 1..=stream.len() {
        let mut framer = Framer::with_channels();
        let mut got = Vec::new();
        for bytes in stream.chunks(step) {
            framer.space()[..bytes.len()].copy_from_slice(bytes);
            framer.filled(bytes.len());
            while let Some(message) = framer.next().expect("STUN or ChannelData") {
                got.push(message.to_vec());
            }
        }
        assert_eq!(got, parts, "in steps of {step}");
    }
    for bytes in [&b"\x80"[..], b"\x40\0\x05\xdd"] {
        let mut framer = Framer::with_channels();
        framer.space()[..bytes.len()].copy_from_slice(bytes);
        framer.filled(bytes.len());
        assert!(framer.next().is_err(), "{bytes:?}");
    }
    let mut framer = Framer::new();
    framer.space()[0] = 0x40;
    framer.filled(1);
    assert!(framer.next().is_err(), "where there are none");
}

#[test]
fn a_stream_that_is_no_stun_is_noticed_at_once() {
    for bytes in [
        &b"\x16\x03\x01"[..],
        &[
            0, 1, 0xff, 0xfc, 0x21, 0x12, 0xa4, 0x42, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
        ],
    ] {
        let mut framer = Framer::new();
        framer.space()[..bytes.len()].copy_from_slice(bytes);
        framer.filled(bytes.len());
        if bytes[0] & 0xc0 == 0 || bytes.len() >= 20 {
            assert!(framer.next().is_err() || bytes[0] == 0x16);
        }
    }
    let mut framer = Framer::new();
    framer.space()[0] = 0x80;
    framer.filled(1);
    assert!(framer.next().is_err());
}

proptest! {
    #[test]
    fn case_03_no_input_panics(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        ask(&bytes, v4());
    }

    /// Nearly right messages get further than noise does.
    #[test]
    fn case_03_no_damaged_request_panics_or_is_answered_at_length(
        attributes in prop::collection::vec((any::<u16>(), prop::collection::vec(any::<u8>(), 0..40)), 0..8),
        damage in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..3),
    ) {
        let attributes: Vec<(u16, &[u8])> = attributes.iter().map(|(kind, value)| (*kind, &value[..])).collect();
        let mut request = request(&attributes);
        for (at, byte) in damage {
            let at = at.index(request.len());
            request[at] = byte;
        }
        if let Some(answer) = ask(&request, v4()) {
            prop_assert!(Message::parse(&answer).is_ok());
            prop_assert!(answer.len() <= request.len() + 12);
        }
    }

    /// Another implementation reads our answers as we meant them, and sees no message where we see none.
    #[test]
    fn another_implementation_agrees(port in 1..u16::MAX, ip in any::<std::net::IpAddr>(), bytes in prop::collection::vec(any::<u8>(), 20..60)) {
        use stun_types::{attribute::XorMappedAddress, message::Message as Other};
        let from = SocketAddr::new(ip, port);
        let answer = ask(&request(&[]), from).expect("an answer");
        let theirs = Other::from_bytes(&answer).expect("a message");
        let mapped = theirs.attribute::<XorMappedAddress>().expect("an address").addr(theirs.transaction_id());
        let plain = match ip { std::net::IpAddr::V6(ip) => ip.to_ipv4_mapped().map_or(ip.into(), Into::into), ip => ip };
        prop_assert_eq!(mapped, SocketAddr::new(plain, port));
        if Message::parse(&bytes).is_ok() {
            prop_assert!(Other::from_bytes(&bytes).is_ok());
        }
    }
}
