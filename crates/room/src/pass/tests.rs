use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair as _};
use data_encoding::BASE64URL_NOPAD;

use super::*;
use crate::wire::Secret;

#[test]
fn a_fresh_token_is_good() {
    let issuer = Issuer::new();

    assert_eq!(issuer.verify(&issuer.token(), NOW), Ok(pass()));
}

#[test]
fn a_token_brings_what_opens_the_relay_and_prints_nothing_of_it() {
    let issuer = Issuer::new();
    let pass = Pass {
        relay: Some(IceServer {
            urls: vec!["turn:video.example.org:3478".to_owned()],
            username: Some(Secret("1790000000:AAECAwQFBgcICQoL".to_owned())),
            credential: Some(Secret("a password".to_owned())),
        }),
        ..pass()
    };

    let token = pass.mint([9; 16], Times::from(NOW), "k1", |message| issuer.raw(message));

    assert_eq!(issuer.verify(&token, NOW).as_ref(), Ok(&pass));
    assert!(!format!("{pass:?} {:?}", pass.relay).contains("password"));
}

#[test]
fn case_61_a_token_is_good_for_its_time_and_thirty_seconds_of_a_clocks_error() {
    let issuer = Issuer::new();
    let token = issuer.token();

    assert!(issuer.verify(&token, NOW - 29).is_ok());
    assert!(issuer.verify(&token, NOW - 31).is_err());
    assert!(issuer.verify(&token, NOW + 600 + 29).is_ok());
    assert!(issuer.verify(&token, NOW + 600 + 31).is_err());
}

#[test]
fn case_60_other_claims_are_refused() {
    let issuer = Issuer::new();
    let good = issuer.claims();
    for (name, value) in [
        ("iss", r#""another""#),
        ("aud", r#""console""#),
        ("seat", "0"),
        ("seat", "4"),
        ("role", r#""practice""#),
        ("by", r#""device:00112233445566778899aabbccddeeff""#),
        ("by", r#""invite:../../etc/passwd""#),
        ("room", r#""00112233445566778899AABBCCDDEEFF""#),
        ("exp", "99999999999"),
        ("exp", "1"),
        ("epoch", "-1"),
        ("client", "null"),
    ] {
        let mut claims = good.clone();
        claims[name] = serde_json::from_str(value).expect("JSON");
        assert!(issuer.verify(&issuer.sign(&claims), NOW).is_err(), "{name}: {value}");
    }
}

#[test]
fn case_60_missing_and_unknown_claims_are_refused() {
    let issuer = Issuer::new();
    let good = issuer.claims();
    for name in good.as_object().expect("an object").keys() {
        let mut claims = good.clone();
        claims.as_object_mut().expect("an object").remove(name);
        assert!(issuer.verify(&issuer.sign(&claims), NOW).is_err(), "without {name}");
    }
    let mut more = good;
    more["admin"] = true.into();
    assert!(issuer.verify(&issuer.sign(&more), NOW).is_err());
}

#[test]
fn case_60_another_header_is_refused() {
    let issuer = Issuer::new();
    let claims = BASE64URL_NOPAD.encode(issuer.claims().to_string().as_bytes());
    for header in [
        r#"{"alg":"none","kid":"k1","typ":"JWT"}"#,
        r#"{"alg":"HS256","kid":"k1","typ":"JWT"}"#,
        r#"{"alg":"EdDSA","kid":"k2","typ":"JWT"}"#,
        r#"{"alg":"EdDSA","kid":"../k1","typ":"JWT"}"#,
        r#"{"alg":"EdDSA","kid":"k1' OR 1=1","typ":"JWT"}"#,
        r#"{"alg":"EdDSA","kid":"k1","typ":"JWT","jku":"https://example.org"}"#,
        r#"{"alg":"EdDSA","alg":"none","kid":"k1","typ":"JWT"}"#,
        r#"{"alg":"EdDSA","typ":"JWT"}"#,
    ] {
        let signed = format!("{}.{claims}", BASE64URL_NOPAD.encode(header.as_bytes()));
        let token = format!("{signed}.{}", BASE64URL_NOPAD.encode(&issuer.raw(signed.as_bytes())));
        assert!(issuer.verify(&token, NOW).is_err(), "{header}");
    }
}

#[test]
fn case_60_no_other_spelling_of_a_good_token_is_good() {
    let issuer = Issuer::new();
    let token = issuer.token();
    let (signed, signature) = token.rsplit_once('.').expect("three parts");

    for other in [
        format!("{token}="),
        format!(" {token}"),
        format!("{token}."),
        format!("{signed}."),
        signed.to_owned(),
        format!("{signed}.{}", last_bits_changed(signature)),
        format!("{signed}.{}", high_s(signature)),
        String::new(),
        "..".to_owned(),
        "a".repeat(3000),
    ] {
        assert!(issuer.verify(&other, NOW).is_err(), "{other}");
    }
    for at in 0..token.len() {
        let mut changed = token.clone().into_bytes();
        changed[at] = if changed[at] == b'A' { b'B' } else { b'A' };
        let changed = String::from_utf8(changed).expect("ASCII");
        assert!(changed == token || issuer.verify(&changed, NOW).is_err(), "at {at}");
    }
}

#[test]
fn a_pass_prints_its_room_and_nothing_else() {
    assert_eq!(format!("{:?}", pass()), "Pass(00112233445566778899aabbccddeeff)");
}

#[test]
fn case_61_the_window_is_exact() {
    let window = pass().window;

    assert_eq!(window.at(window.opens - 1), Hour::Early);
    assert_eq!(window.at(window.opens), Hour::Open);
    assert_eq!(window.at(window.closes - 1), Hour::Open);
    assert_eq!(window.at(window.closes), Hour::Over);
}

struct Issuer {
    key: Ed25519KeyPair,
    keys: Keys,
}

impl Issuer {
    fn new() -> Self {
        let key = Ed25519KeyPair::from_seed_unchecked(&[5; 32]).expect("a key");
        let public = key.public_key().as_ref().try_into().expect("32 bytes");
        Self {
            key,
            keys: Keys::new([("k1".to_owned(), public)]),
        }
    }

    fn raw(&self, message: &[u8]) -> [u8; 64] {
        self.key.sign(message).as_ref().try_into().expect("64 bytes")
    }

    fn token(&self) -> String {
        pass().mint([9; 16], Times::from(NOW), "k1", |message| self.raw(message))
    }

    fn claims(&self) -> serde_json::Value {
        let token = self.token();
        let claims = token.split('.').nth(1).expect("three parts").as_bytes();
        serde_json::from_slice(&BASE64URL_NOPAD.decode(claims).expect("base64url")).expect("JSON")
    }

    fn sign(&self, claims: &serde_json::Value) -> String {
        token::mint("k1", claims, |message| self.raw(message))
    }

    fn verify(&self, token: &str, now: u64) -> Result<Pass, TokenRefused> {
        Pass::verify(token, &self.keys, now)
    }
}

fn pass() -> Pass {
    Pass {
        room: RoomId::parse("00112233445566778899aabbccddeeff").expect("a room"),
        seat: Seat::new(1).expect("a seat"),
        epoch: 1,
        client: ClientId::new([1; 16]),
        by: Holding::Invite(RecordId::new([2; 16])),
        window: Window {
            opens: NOW - 900,
            starts: NOW,
            closes: NOW + 3600,
        },
        relay: None,
    }
}

/// 64 bytes leave four unused bits in the last character.
fn last_bits_changed(signature: &str) -> String {
    let (rest, last) = signature.split_at(signature.len() - 1);
    let alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let at = alphabet.find(last).expect("base64url");
    format!("{rest}{}", &alphabet[at + 1..at + 2])
}

/// The same signature with the group's order added to S: RFC 8032 section 5.1.7 refuses it.
fn high_s(signature: &str) -> String {
    const ORDER: [u8; 32] = [
        0xed, 0xd3, 0xf5, 0x5c, 0x1a, 0x63, 0x12, 0x58, 0xd6, 0x9c, 0xf7, 0xa2, 0xde, 0xf9, 0xde, 0x14, 0, 0, 0, 0, 0,
        0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x10,
    ];
    let mut bytes = BASE64URL_NOPAD.decode(signature.as_bytes()).expect("base64url");
    let mut carry = 0_u16;
    for (s, order) in bytes[32..].iter_mut().zip(ORDER) {
        let sum = u16::from(*s) + u16::from(order) + carry;
        *s = u8::try_from(sum & 0xff).expect("a byte");
        carry = sum >> 8;
    }
    BASE64URL_NOPAD.encode(&bytes)
}

const NOW: u64 = 1_790_000_000;
