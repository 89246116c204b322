//! Fixed keys lead to fixed bytes, here and in the browser (case 52): both read `tests/vectors/sealed.json`.
//!
//! `VISITE_WRITE_VECTORS=1 cargo test -p sealed --test vectors` writes the file anew, after a change of the protocol.

mod common;

use std::{env, fs, path::PathBuf};

use data_encoding::HEXLOWER;
use sealed::{Fragment, IssuerSecret, Kind, Session};
use serde::{Deserialize, Serialize};

use common::{
    EARLY_SCALAR, GUEST, HID, IDENTITY_SCALAR, Lots, PRACTICE, PRACTICE_SECRET, PREKEY_ID, PREKEY_SCALAR, ROOM,
    context, guest_commits, guest_finds, link_identity, practice_answers, practice_leaves, public, room_key, sign,
};

#[test]
fn case_52_fixed_keys_lead_to_fixed_bytes() {
    if env::var_os("VISITE_WRITE_VECTORS").is_some() {
        write(&made(&sign, &sign));
    }
    let kept = read();

    // Signatures are drawn by lot: the file's is taken over, and verified by the guest.
    let signature: [u8; 64] = bytes(&kept.practice.signature).try_into().expect("64 bytes");

    let prekey_signature: [u8; 64] = bytes(&kept.early.signature).try_into().expect("64 bytes");

    assert_eq!(made(&|_| signature, &|_| prekey_signature), kept);
}

fn made(sign: &dyn Fn(&[u8]) -> [u8; 64], sign_prekey: &dyn Fn(&[u8]) -> [u8; 64]) -> Vectors {
    let signature = std::cell::RefCell::new(String::new());
    let noted = |message: &[u8]| {
        let made = sign(message);
        *signature.borrow_mut() = hex(&made);
        made
    };
    let (guest, commit) = guest_commits();
    let (practice, hello_a) = practice_answers(&commit, &noted);
    let (mut guest, hello_b) = guest.hello(&hello_a).expect("the practice's hello is good");
    let mut practice = practice.finish(&hello_b).expect("the guest's hello is good");
    assert_eq!(guest.safety_code(), practice.safety_code());

    let issuer = IssuerSecret::derive(&PRACTICE_SECRET, "console");
    let fragment = Fragment {
        room_key: room_key(),
        practice: link_identity(),
    };
    Vectors {
        about: "docs/signalling.md section 1 and docs/sealed-signalling.md: fixed keys and what they lead to. Bytes are hexadecimal; the scalars are P-256 private keys.".to_owned(),
        practice_secret: hex(&PRACTICE_SECRET),
        issuer: "console".to_owned(),
        room: ROOM.to_owned(),
        epoch: context().epoch,
        guest_seat: context().guest,
        fragment: fragment.encode(),
        invites: (0..2).map(|number| issuer.invite(&context().room, 1, number)).collect(),
        hid: hex(&HID.0),
        guest: side(&GUEST),
        practice: PracticeVectors {
            side: side(&PRACTICE),
            identity_scalar: hex(&IDENTITY_SCALAR),
            identity_public: hex(&public(&IDENTITY_SCALAR)),
            signature: signature.into_inner(),
        },
        commit: hex(&commit),
        hello_a: hex(&hello_a),
        hello_b: hex(&hello_b),
        safety_code: guest.safety_code(),
        envelopes: vec![
            envelope("guest", &mut guest, Kind::Description, r#"{"type":"offer","sdp":"v=0\r\n"}"#),
            envelope("practice", &mut practice, Kind::Candidates, "[]"),
            envelope("practice", &mut practice, Kind::Restart, "{}"),
        ],
        early: early(sign_prekey),
    }
}

fn early(sign: &dyn Fn(&[u8]) -> [u8; 64]) -> EarlyVectors {
    let signature = std::cell::RefCell::new(String::new());
    let noted = |message: &[u8]| {
        let made = sign(message);
        *signature.borrow_mut() = hex(&made);
        made
    };
    let (offer, answer) = (
        r#"{"type":"offer","sdp":"v=0\r\n"}"#,
        r#"{"type":"answer","sdp":"v=0\r\n"}"#,
    );
    let (prekey, left) = practice_leaves(&noted);
    let found = guest_finds(&left).expect("the practice's own");
    let (awaited, early_b) = found.seal(offer.as_bytes()).expect("it fits");
    let (right, opened) = prekey.open(&early_b).expect("the guest's own");
    assert_eq!(opened, offer.as_bytes());
    let early_a = right.seal(answer.as_bytes()).expect("it fits");
    assert_eq!(awaited.open(&early_a).expect("the practice's own"), answer.as_bytes());
    EarlyVectors {
        prekey_id: hex(&PREKEY_ID.0),
        prekey_scalar: hex(&PREKEY_SCALAR),
        prekey_public: hex(&public(&PREKEY_SCALAR)),
        signature: signature.into_inner(),
        guest_scalar: hex(&EARLY_SCALAR),
        guest_public: hex(&public(&EARLY_SCALAR)),
        prekey: hex(&left),
        offer: offer.to_owned(),
        early_b: hex(&early_b),
        answer: answer.to_owned(),
        early_a: hex(&early_a),
    }
}

fn envelope(from: &str, sender: &mut Session, kind: Kind, payload: &str) -> EnvelopeVector {
    EnvelopeVector {
        from: from.to_owned(),
        kind: match kind {
            Kind::Description => 1,
            Kind::Candidates => 2,
            Kind::Restart => 3,
        },
        payload: payload.to_owned(),
        bytes: hex(&sender.seal(kind, payload.as_bytes()).expect("it fits")),
    }
}

fn side(lots: &Lots) -> SideVectors {
    SideVectors {
        scalar: hex(&lots.scalar),
        public: hex(&public(&lots.scalar)),
        nonce: hex(&lots.nonce),
        fingerprint: hex(&lots.fingerprint),
    }
}

fn hex(bytes: &[u8]) -> String {
    HEXLOWER.encode(bytes)
}

fn bytes(hex: &str) -> Vec<u8> {
    HEXLOWER.decode(hex.as_bytes()).expect("hexadecimal")
}

fn file() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../tests/vectors/sealed.json")
}

fn read() -> Vectors {
    let text = fs::read_to_string(file()).expect("tests/vectors/sealed.json");
    serde_json::from_str(&text).expect("the file is what it should be")
}

fn write(vectors: &Vectors) {
    let text = serde_json::to_string_pretty(vectors).expect("prints");
    fs::write(file(), text + "\n").expect("written");
}

#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Vectors {
    about: String,
    practice_secret: String,
    issuer: String,
    room: String,
    epoch: u32,
    guest_seat: u8,
    fragment: String,
    invites: Vec<String>,
    hid: String,
    guest: SideVectors,
    practice: PracticeVectors,
    commit: String,
    hello_a: String,
    hello_b: String,
    safety_code: String,
    envelopes: Vec<EnvelopeVector>,
    early: EarlyVectors,
}

#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct EarlyVectors {
    prekey_id: String,
    prekey_scalar: String,
    prekey_public: String,
    signature: String,
    guest_scalar: String,
    guest_public: String,
    prekey: String,
    offer: String,
    early_b: String,
    answer: String,
    early_a: String,
}

#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
struct SideVectors {
    scalar: String,
    public: String,
    nonce: String,
    fingerprint: String,
}

#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
struct PracticeVectors {
    #[serde(flatten)]
    side: SideVectors,
    identity_scalar: String,
    identity_public: String,
    signature: String,
}

#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct EnvelopeVector {
    from: String,
    kind: u8,
    payload: String,
    bytes: String,
}
