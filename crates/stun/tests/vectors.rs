//! `tests/vectors/stun.json`: what the RFCs print, what we derived, and what must not be answered.

use std::{
    collections::BTreeMap,
    net::{IpAddr, SocketAddr},
};

use data_encoding::HEXLOWER_PERMISSIVE as HEX;
use stun::{
    Answer, AttributeType, Builder, Class, Message, Method, answer,
    integrity::{self, Integrity},
    turn::{Network, Peers},
};

#[derive(serde::Deserialize)]
struct File {
    vectors: Vec<Vector>,
    peer_canonicalisation: BTreeMap<IpAddr, String>,
    peer_deny_default: Denied,
}

#[derive(serde::Deserialize)]
struct Denied {
    v4: Vec<String>,
    v6: Vec<String>,
}

#[derive(serde::Deserialize, Clone)]
struct Vector {
    id: String,
    hex: String,
    #[serde(default)]
    expect: String,
    key_hex: Option<String>,
    password: Option<String>,
    software: Option<String>,
    username: Option<String>,
    realm: Option<String>,
    nonce: Option<String>,
    tid: Option<String>,
    xor_mapped: Option<(String, u16)>,
    fingerprint_ok: Option<bool>,
}

impl Vector {
    fn bytes(&self) -> Vec<u8> {
        HEX.decode(self.hex.as_bytes()).expect("hexadecimal")
    }

    fn key(&self) -> Vec<u8> {
        match (&self.key_hex, &self.password) {
            (Some(key), _) => HEX.decode(key.as_bytes()).expect("hexadecimal"),
            (None, Some(password)) => password.as_bytes().to_vec(),
            (None, None) => Vec::new(),
        }
    }

    fn transaction_id(&self) -> [u8; 12] {
        let id = self.tid.as_ref().expect("a transaction id");
        HEX.decode(id.as_bytes())
            .expect("hexadecimal")
            .try_into()
            .expect("12 bytes")
    }

    fn address(&self) -> Option<SocketAddr> {
        let (ip, port) = self.xor_mapped.as_ref()?;
        Some(SocketAddr::new(ip.parse().expect("an address"), *port))
    }
}

fn file() -> File {
    serde_json::from_str(include_str!("../../../tests/vectors/stun.json")).expect("the file")
}

fn vectors() -> BTreeMap<String, Vector> {
    file()
        .vectors
        .into_iter()
        .map(|vector| (vector.id.clone(), vector))
        .collect()
}

fn value<'a>(message: Message<'a>, kind: AttributeType) -> &'a [u8] {
    message.attribute(kind).map_or(&[], |attribute| attribute.value)
}

#[test]
fn case_01_the_messages_of_rfc_5769_are_read() {
    let vectors = vectors();
    for id in ["rfc5769-2.1", "rfc5769-2.2", "rfc5769-2.3", "rfc5769-2.4"] {
        let vector = &vectors[id];
        let bytes = vector.bytes();
        let message = Message::parse(&bytes).expect(id);

        assert_eq!(message.method(), Method::BINDING, "{id}");
        assert_eq!(message.transaction_id(), vector.transaction_id(), "{id}");
        let texts = [
            (AttributeType::SOFTWARE, &vector.software),
            (AttributeType::USERNAME, &vector.username),
            (AttributeType::REALM, &vector.realm),
            (AttributeType::NONCE, &vector.nonce),
        ];
        for (kind, text) in texts {
            assert_eq!(
                value(message, kind),
                text.as_deref().unwrap_or_default().as_bytes(),
                "{id} {kind:?}"
            );
        }
        let mapped = message.attribute(AttributeType::XOR_MAPPED_ADDRESS);
        assert_eq!(
            mapped.and_then(|mapped| mapped.xor_address(message.transaction_id())),
            vector.address(),
            "{id}"
        );
        assert_eq!(integrity::check(message, &vector.key()), Integrity::Right, "{id}");
        assert_eq!(integrity::check(message, b"another key"), Integrity::Wrong, "{id}");
        assert_eq!(
            message.attribute(AttributeType::FINGERPRINT).is_some(),
            vector.fingerprint_ok == Some(true),
            "{id}"
        );
    }
}

#[test]
fn case_01_the_messages_of_rfc_5769_are_written() {
    let vectors = vectors();
    let mut out = [0; 256];

    let request = &vectors["rfc5769-2.1"];
    let length = Builder::new(&mut out, Method::BINDING, Class::Request, request.transaction_id())
        .padded_with(b' ')
        .attribute(AttributeType::SOFTWARE, b"STUN test client")
        .attribute(AttributeType(0x0024), &[0x6e, 0x00, 0x01, 0xff])
        .attribute(AttributeType(0x8029), &[0x93, 0x2f, 0xf9, 0xb1, 0x51, 0x26, 0x3b, 0x36])
        .attribute(AttributeType::USERNAME, b"evtj:h6vY")
        .integrity_sha1(&request.key())
        .fingerprint()
        .finish();
    assert_eq!(out[..length], request.bytes());

    for id in ["rfc5769-2.2", "rfc5769-2.3"] {
        let response = &vectors[id];
        let length = Builder::new(&mut out, Method::BINDING, Class::Success, response.transaction_id())
            .padded_with(b' ')
            .attribute(AttributeType::SOFTWARE, b"test vector")
            .xor_mapped_address(response.address().expect("an address"))
            .integrity_sha1(&response.key())
            .fingerprint()
            .finish();
        assert_eq!(out[..length], response.bytes(), "{id}");
    }

    let request = &vectors["rfc5769-2.4"];
    let text = |text: &Option<String>| text.clone().expect("a text").into_bytes();
    let length = Builder::new(&mut out, Method::BINDING, Class::Request, request.transaction_id())
        .attribute(AttributeType::USERNAME, &text(&request.username))
        .attribute(AttributeType::NONCE, &text(&request.nonce))
        .attribute(AttributeType::REALM, &text(&request.realm))
        .integrity_sha1(&request.key())
        .finish();
    assert_eq!(out[..length], request.bytes());
}

#[test]
fn case_02_rfc_8489_b1_is_right_with_erratum_6268_and_wrong_as_printed() {
    let vector = &vectors()["rfc8489-B.1-erratum6268"];
    let bytes = vector.bytes();
    let message = Message::parse(&bytes).expect("well-formed");
    assert_eq!(integrity::check(message, &vector.key()), Integrity::Right);

    // As printed: the length in the header counts more than is there.
    let mut printed = bytes.clone();
    printed[2..4].copy_from_slice(&0x009c_u16.to_be_bytes());
    assert!(Message::parse(&printed).is_err());
    // And with the printed proof under the right length.
    let mut printed = bytes;
    let proof = printed.len() - 32;
    printed[proof..proof + 4].copy_from_slice(&[0xe4, 0x68, 0x6c, 0x8f]);
    let printed = Message::parse(&printed).expect("well-formed");
    assert_eq!(integrity::check(printed, &vector.key()), Integrity::Wrong);
}

#[test]
fn case_03_every_malformed_vector_meets_what_the_file_says() {
    let from = "192.0.2.7:4711".parse().expect("an address");
    let mut seen = 0;
    for vector in vectors().values().filter(|vector| vector.id.starts_with("n-")) {
        let mut out = Answer::new();
        let bytes = vector.bytes();
        let answered = answer(&bytes, from, &mut out).then(|| Message::parse(out.as_bytes()).expect("our own answer"));
        let code = answered
            .and_then(|answer| answer.attribute(AttributeType::ERROR_CODE))
            .and_then(|error| error.error_code());
        seen += 1;
        match vector.id.as_str() {
            "n-mi256-4bytes" | "n-mi256-17bytes" | "n-mi-19bytes" | "n-username-509+" => {
                assert_eq!(code, Some(400), "{}", vector.id);
            }
            // A Binding server takes no credentials: these are whole requests of somebody who brings some.
            "n-5769-lt-flip" => {
                let message = Message::parse(&bytes).expect("well-formed");
                let key = vectors()["rfc5769-2.4"].key();
                assert_eq!(integrity::check(message, &key), Integrity::Wrong);
            }
            "n-dup-username" => {
                let message = Message::parse(&bytes).expect("well-formed");
                assert_eq!(value(message, AttributeType::USERNAME), b"a");
                assert!(answered.is_some_and(|answer| answer.class() == Class::Success));
            }
            "n-realm-bad-utf8" => assert!(answered.is_some_and(|answer| answer.class() == Class::Success)),
            // Everything else is to be dropped, or is for a client or a relay.
            _ => assert!(answered.is_none(), "{} ({}) was answered", vector.id, vector.expect),
        }
    }
    assert_eq!(seen, 33);
}

#[test]
fn case_03_addresses_are_read_or_not_at_all() {
    for vector in vectors().values().filter(|vector| vector.id.contains("-xma")) {
        let bytes = vector.bytes();
        let message = Message::parse(&bytes).expect("well-formed");
        let mapped = message
            .attribute(AttributeType::XOR_MAPPED_ADDRESS)
            .expect("an address");
        assert_eq!(
            mapped.xor_address(message.transaction_id()),
            vector.address(),
            "{}",
            vector.id
        );
    }
}

#[test]
fn derived_requests_get_their_answer() {
    let from = "192.0.2.7:4711".parse().expect("an address");
    for (id, length) in [("d-binding-bare", 32), ("d-binding-fp", 40)] {
        let mut out = Answer::new();
        assert!(answer(&vectors()[id].bytes(), from, &mut out), "{id}");
        assert_eq!(out.as_bytes().len(), length, "{id}");
    }
}

#[test]
fn of_two_proofs_the_stronger_counts() {
    let vector = &vectors()["d-both-integrities"];
    let bytes = vector.bytes();
    assert_eq!(
        integrity::check(Message::parse(&bytes).expect("well-formed"), b"k"),
        Integrity::Right
    );

    // The weaker one stays right, and the message is still refused.
    let mut bytes = bytes[..bytes.len() - 8].to_vec();
    bytes[3] -= 8;
    *bytes.last_mut().expect("a proof") ^= 1;
    assert_eq!(
        integrity::check(Message::parse(&bytes).expect("well-formed"), b"k"),
        Integrity::Wrong
    );
}

#[test]
fn case_17_the_file_s_networks_and_spellings_are_denied() {
    let file = file();
    let peers = Peers::default();
    for (spelling, leads_to) in &file.peer_canonicalisation {
        assert!(!peers.allow(*spelling), "{spelling} leads to {leads_to}");
    }
    let networks = file.peer_deny_default.v4.iter().chain(&file.peer_deny_default.v6);
    for text in networks {
        // Of the well-known prefix of NAT64 only what leads to a denied address: see the spellings above.
        let Ok(network) = text.parse::<Network>() else {
            assert!(text.contains("unless"), "{text}");
            continue;
        };
        let (first, bits) = text.split_once('/').expect("a network");
        let bits: u32 = bits.parse().expect("bits");
        let last = match first.parse().expect("an address") {
            IpAddr::V4(ip) => IpAddr::V4((ip.to_bits() | u32::MAX.checked_shr(bits).unwrap_or(0)).into()),
            IpAddr::V6(ip) => IpAddr::V6((ip.to_bits() | u128::MAX.checked_shr(bits).unwrap_or(0)).into()),
        };
        assert!(network.contains(last), "{text}");
        assert!(!peers.allow(first.parse().expect("an address")), "{first}");
        assert!(!peers.allow(last), "{last}");
    }
}
