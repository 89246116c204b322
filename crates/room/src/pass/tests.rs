use aws_lc_rs::signature::Ed25519KeyPair;
use data_encoding::BASE64URL_NOPAD;
use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;

#[test]
fn a_signed_pass_opens_as_it_was() {
    let bench = Bench::new();

    let opened = Pass::open(&bench.token(), &bench.keys, NOON);

    assert_eq!(opened, Ok(bench.pass));
}

#[test]
fn a_token_is_written_as_the_protocol_says() {
    let token = Bench::new().token();
    let parts: Vec<_> = token
        .split('.')
        .map(|part| BASE64URL_NOPAD.decode(part.as_bytes()))
        .collect();
    let json = |part: usize| serde_json::from_slice::<Value>(parts[part].as_ref().expect("base64url")).expect("JSON");

    assert_eq!(json(0), json!({"alg": "EdDSA", "kid": "k1", "typ": "JWT"}));
    assert_eq!(json(1), claims());
    assert_eq!(parts.len(), 3);
}

#[test]
fn a_pass_shows_its_room_and_nothing_else() {
    assert_eq!(
        format!("{:?}", Bench::new().pass),
        "Pass(07070707070707070707070707070707)"
    );
}

#[test]
fn a_signer_and_a_client_do_not_print_themselves() {
    assert_eq!(format!("{:?}", Bench::new().signer), "Signer(k1)");
    assert_eq!(format!("{:?}", ClientId::from_bytes([1; 16])), "ClientId");
}

#[test]
fn case_60_another_algorithm_is_refused_whatever_the_header_says() {
    let bench = Bench::new();

    for header in [
        json!({"alg": "none", "kid": "k1", "typ": "JWT"}),
        json!({"alg": "HS256", "kid": "k1", "typ": "JWT"}),
        json!({"alg": "ES256", "kid": "k1", "typ": "JWT"}),
        json!({"alg": "eddsa", "kid": "k1", "typ": "JWT"}),
        json!({"alg": "EdDSA", "kid": "k1"}),
        json!({"kid": "k1", "typ": "JWT"}),
        json!({"alg": "EdDSA", "kid": "k1", "typ": "JWT", "crit": ["exp"]}),
        json!({"alg": "EdDSA", "kid": "k1", "typ": "JWT", "jwk": {"kty": "OKP", "crv": "Ed25519", "x": ""}}),
    ] {
        bench.refuses(&bench.forge(&header, &claims()), &header.to_string());
    }
    let unsigned = bench.token().rsplit_once('.').map(|(signed, _)| format!("{signed}."));
    bench.refuses(&unsigned.expect("three parts"), "an empty signature");
}

#[test]
fn case_60_a_key_is_one_of_ours_or_the_token_is_refused() {
    let bench = Bench::new();

    for kid in [
        "k2",
        "",
        "../k1",
        "/etc/passwd",
        "https://evil.example/k1",
        "k1' OR '1'='1",
        "k1\0",
        &"k".repeat(41),
    ] {
        let header = json!({"alg": "EdDSA", "kid": kid, "typ": "JWT"});
        bench.refuses(&bench.forge(&header, &claims()), kid);
    }
    let stranger = signer("k1");
    bench.refuses(&stranger.sign(&claims()), "signed with another key of the same name");
}

#[test]
fn case_60_each_claim_has_to_be_there_and_right() {
    let bench = Bench::new();
    let wrong = [
        ("iss", json!("visit")),
        ("aud", json!("console")),
        ("aud", json!(["signal"])),
        ("room", json!("../../etc/passwd")),
        ("room", json!("07070707070707070707070707070707".to_owned() + "0")),
        ("room", json!("0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A")),
        ("seat", json!(4)),
        ("seat", json!(-1)),
        ("seat", json!(256)),
        ("seat", json!(1.0)),
        ("seat", json!("1")),
        ("epoch", json!(4_294_967_296_i64)),
        ("client", json!("AQEBAQEBAQEBAQEBAQEBAR")),
        ("client", json!("")),
        ("by", json!("invite:")),
        ("by", json!("key:09090909090909090909090909090909")),
        ("opens", json!(NOON.as_secs() + 1)),
        ("starts", json!(NOON.as_secs() + 3600)),
        ("nbf", json!("now")),
        ("exp", json!(null)),
        ("jti", json!("x")),
    ];

    for (name, value) in wrong {
        let mut claims = claims();
        claims[name] = value.clone();
        bench.refuses(&bench.signer.sign(&claims), &format!("{name} {value}"));
    }
    for name in claims().as_object().expect("an object").keys() {
        let mut claims = claims();
        claims.as_object_mut().expect("an object").remove(name);
        bench.refuses(&bench.signer.sign(&claims), &format!("without {name}"));
    }
    let mut more = claims();
    more["admin"] = json!(true);
    bench.refuses(&bench.signer.sign(&more), "a claim too many");
}

#[test]
fn case_60_a_guest_cannot_be_the_practice() {
    let bench = Bench::new();
    let device = "device:09090909090909090909090909090909";

    for (seat, role, by) in [
        (0, "guest", INVITE),
        (0, "practice", INVITE),
        (1, "practice", INVITE),
        (1, "practice", device),
        (1, "guest", device),
    ] {
        let mut claims = claims();
        (claims["seat"], claims["role"], claims["by"]) = (json!(seat), json!(role), json!(by));
        bench.refuses(&bench.signer.sign(&claims), &format!("{seat} {role} {by}"));
    }
}

#[test]
fn case_60_a_token_lives_ten_minutes_at_most() {
    let bench = Bench::new();

    for (nbf, exp) in [
        (0, 601),
        (0, i64::MAX),
        (i64::MIN, 600),
        (0, 0),
        (10, 0),
        (-86_400, 600),
    ] {
        let mut claims = claims();
        claims["nbf"] = json!(NOON.as_secs().saturating_add(nbf));
        claims["exp"] = json!(NOON.as_secs().saturating_add(exp));
        bench.refuses(&bench.signer.sign(&claims), &format!("from {nbf} until {exp}"));
    }
}

#[test]
fn case_60_a_token_has_one_spelling() {
    let bench = Bench::new();
    let token = bench.token();
    let (signed, signature) = token.rsplit_once('.').expect("three parts");

    // 64 bytes leave four unused bits in the last character: the next character says the same bytes.
    let last = signature.as_bytes()[signature.len() - 1];
    let other_last = char::from(last + 1);
    let head = &signature[..signature.len() - 1];
    for spelling in [
        format!("{signed}.{head}{other_last}"),
        format!("{token}="),
        format!("{token}=="),
        format!(" {token}"),
        format!("{token}\n"),
        format!("{token}."),
        token.replacen('.', "..", 1),
        signed.to_owned(),
        String::new(),
        "..".to_owned(),
    ] {
        bench.refuses(&spelling, &spelling);
    }
}

#[test]
fn case_60_a_signature_has_one_form() {
    let bench = Bench::new();
    let token = bench.token();
    let (signed, signature) = token.rsplit_once('.').expect("three parts");
    let mut bytes = BASE64URL_NOPAD.decode(signature.as_bytes()).expect("base64url");

    // s + L verifies as well where nobody looks (RFC 8032 section 5.1.7).
    add_group_order(&mut bytes[32..]);

    bench.refuses(&format!("{signed}.{}", BASE64URL_NOPAD.encode(&bytes)), "s + L");
}

#[test]
fn case_60_what_was_signed_cannot_be_exchanged() {
    let bench = Bench::new();
    let (header, signature) = (part(&bench.token(), 0), part(&bench.token(), 2));
    let mut other = claims();
    other["room"] = json!("08080808080808080808080808080808");

    let claims = BASE64URL_NOPAD.encode(other.to_string().as_bytes());

    bench.refuses(&format!("{header}.{claims}.{signature}"), "room 1's token for room 2");
}

#[test]
fn case_60_a_claim_said_twice_is_refused() {
    let bench = Bench::new();
    let twice = claims().to_string().replacen('{', r#"{"seat":0,"#, 1);

    let token = bench.forge_raw(&header().to_string(), &twice);

    bench.refuses(&token, "seat 0 and seat 1");
}

#[test]
fn case_61_a_token_is_good_with_clocks_29_seconds_apart_and_not_with_31() {
    let bench = Bench::new();
    let (nbf, exp) = (bench.pass.validity.not_before, bench.pass.validity.expires);
    let is_good_at = |now| Pass::open(&bench.token(), &bench.keys, now).is_ok();

    assert!(!is_good_at(nbf.plus(-31)));
    assert!(is_good_at(nbf.plus(-30)));
    assert!(is_good_at(nbf.plus(-29)));
    assert!(is_good_at(exp.plus(29)));
    assert!(!is_good_at(exp.plus(30)));
    assert!(!is_good_at(exp.plus(31)));
}

#[test]
fn case_61_a_room_opens_and_closes_to_the_second() {
    let window = Bench::new().pass.window;
    let too_early = Err(Outside::TooEarly { opens: window.opens });

    assert_eq!(window.admits(window.opens.plus(-1)), too_early);
    assert_eq!(window.admits(window.opens), Ok(()));
    assert_eq!(window.admits(window.closes.plus(-1)), Ok(()));
    assert_eq!(window.admits(window.closes), Err(Outside::Over));
}

#[test]
fn case_61_clock_changes_and_leap_days_are_seconds_like_any_other() {
    // Summer time begins and ends in Europe, the leap day of 2028 begins, the year 2027 begins.
    for moment in [1_774_746_000, 1_792_890_000, 1_835_395_200, 1_798_761_600] {
        let change = UnixTime::from_secs(moment);
        let window = Window {
            opens: change.plus(-900),
            starts: change,
            closes: change.plus(900),
        };

        assert_eq!(window.admits(change.plus(-1)), Ok(()));
        assert_eq!(window.admits(change), Ok(()));
        assert_eq!(window.closes.since(window.opens), 1800);
    }
}

#[test]
fn a_pass_ends_with_its_room() {
    let validity = Validity::from(NOON, NOON.plus(90));

    assert_eq!(validity.expires, NOON.plus(90));
    assert_eq!(Validity::from(NOON, NOON.plus(9000)).expires, NOON.plus(MAX_LIFE));
}

#[test]
fn a_device_is_always_the_same_client() {
    let device = DeviceId::from_bytes([9; 16]);

    // printf %s 09090909090909090909090909090909 | sha256sum
    assert_eq!(ClientId::of_device(device).to_string(), "owkTi6B0E5sRWwU-ecEs_w");
}

proptest! {
    #[test]
    fn no_text_makes_it_panic(text in ".{0,300}", dots in "[A-Za-z0-9_-]{0,80}\\.[A-Za-z0-9_-]{0,80}\\.[A-Za-z0-9_-]{0,90}") {
        let bench = Bench::new();
        prop_assert_eq!(Pass::open(&text, &bench.keys, NOON), Err(BadPass));
        prop_assert_eq!(Pass::open(&dots, &bench.keys, NOON), Err(BadPass));
    }

    #[test]
    fn one_changed_character_is_enough(at in 0_usize..600, to in "[A-Za-z0-9_.-]") {
        let bench = Bench::new();
        let token = bench.token();
        let at = at % token.len();
        let changed = format!("{}{to}{}", &token[..at], &token[at + 1..]);
        prop_assert_eq!(Pass::open(&changed, &bench.keys, NOON).is_ok(), changed == token);
    }

    #[test]
    fn ids_print_as_they_parse(bytes in any::<[u8; 16]>()) {
        let room = RoomId::from_bytes(bytes);
        prop_assert_eq!(RoomId::parse(&room.to_string()), Some(room));
        let client = ClientId::from_bytes(bytes);
        prop_assert_eq!(ClientId::parse(&client.to_string()), Some(client));
        for by in [Bearer::Invite(InviteId::from_bytes(bytes)), Bearer::Device(DeviceId::from_bytes(bytes))] {
            prop_assert_eq!(Bearer::parse(&by.to_string()), Some(by));
        }
    }
}

/// A key, a pass and a way to make tokens that session-d never would.
struct Bench {
    signer: Signer,
    keys: Keys,
    pass: Pass,
}

impl Bench {
    fn new() -> Self {
        let signer = signer("k1");
        let mut keys = Keys::none();
        keys.insert(signer.id().clone(), signer.public_key()).expect("a key");
        Self {
            signer,
            keys,
            pass: pass(),
        }
    }

    fn token(&self) -> String {
        self.pass.sign(&self.signer, [5; 16])
    }

    /// Signed with the right key, whatever it says.
    fn forge(&self, header: &Value, claims: &Value) -> String {
        self.forge_raw(&header.to_string(), &claims.to_string())
    }

    fn forge_raw(&self, header: &str, claims: &str) -> String {
        let part = |text: &str| BASE64URL_NOPAD.encode(text.as_bytes());
        let signed = format!("{}.{}", part(header), part(claims));
        let signature = self.signer.sign_bytes(signed.as_bytes());
        format!("{signed}.{}", BASE64URL_NOPAD.encode(&signature))
    }

    fn refuses(&self, token: &str, why: &str) {
        assert_eq!(Pass::open(token, &self.keys, NOON), Err(BadPass), "{why}");
    }
}

fn signer(id: &str) -> Signer {
    let pair = Ed25519KeyPair::generate().expect("randomness");
    let der = pair.to_pkcs8().expect("a key can be written");
    Signer::from_pkcs8(KeyId::parse(id).expect("a name"), der.as_ref()).expect("a key")
}

fn pass() -> Pass {
    Pass {
        room: RoomId::from_bytes([7; 16]),
        seat: Seat::new(1).expect("a seat"),
        epoch: 3,
        client: ClientId::from_bytes([1; 16]),
        by: Bearer::Invite(InviteId::from_bytes([9; 16])),
        window: Window {
            opens: NOON.plus(-900),
            starts: NOON,
            closes: NOON.plus(3600),
        },
        validity: Validity::from(NOON, NOON.plus(3600)),
    }
}

/// What [`pass`] is as claims.
fn claims() -> Value {
    json!({
        "iss": "visite", "aud": "signal", "room": "07070707070707070707070707070707", "seat": 1, "role": "guest", "epoch": 3,
        "client": "AQEBAQEBAQEBAQEBAQEBAQ", "by": INVITE,
        "opens": NOON.as_secs() - 900, "starts": NOON.as_secs(), "closes": NOON.as_secs() + 3600,
        "nbf": NOON.as_secs(), "exp": NOON.as_secs() + 600, "jti": "BQUFBQUFBQUFBQUFBQUFBQ",
    })
}

fn header() -> Value {
    json!({"alg": "EdDSA", "kid": "k1", "typ": "JWT"})
}

fn part(token: &str, number: usize) -> String {
    token.split('.').nth(number).expect("three parts").to_owned()
}

/// Adds the order of Ed25519's group to a little-endian number.
fn add_group_order(number: &mut [u8]) {
    let mut order = [0_u8; 32];
    order[..16].copy_from_slice(&0x14de_f9de_a2f7_9cd6_5812_631a_5cf5_d3ed_u128.to_le_bytes());
    order[31] = 0x10;
    let mut carry = 0;
    for (byte, add) in number.iter_mut().zip(order) {
        let sum = u16::from(*byte) + u16::from(add) + carry;
        *byte = sum.to_le_bytes()[0];
        carry = sum >> 8;
    }
}

const INVITE: &str = "invite:09090909090909090909090909090909";
const NOON: UnixTime = UnixTime::from_secs(1_790_000_000);
