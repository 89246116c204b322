use std::{collections::BTreeSet, fs, path::Path};

use proptest::prelude::*;

use super::*;

#[test]
fn every_example_is_read_and_printed_again() {
    let mut seen = BTreeSet::new();
    for file in fs::read_dir(examples()).expect("proto/signal/v1") {
        let path = file.expect("an entry").path();
        let text = fs::read_to_string(&path).expect("text");
        let name = path.file_stem().expect("a name").to_string_lossy().into_owned();
        let said: serde_json::Value = serde_json::from_str(&text).expect("JSON");

        let printed = match name.as_str() {
            "ping" | "pong" => {
                assert!(FromBrowser::parse(&text).is_ok());
                as_json(&read_answer(&text))
            }
            "join-invite" | "join-token" | "sealed-to" | "ack-to" | "leave" | "evict" => {
                as_json(&FromBrowser::parse(&text).unwrap_or_else(|_| panic!("{name}")))
            }
            _ => as_json(&read_answer(&text)),
        };

        assert_eq!(printed, said, "{name}");
        seen.insert(said["type"].as_str().expect("a type").to_owned());
    }
    let all = [
        "ack", "error", "evict", "join", "joined", "leave", "peer", "ping", "pong", "sealed",
    ];
    assert_eq!(
        seen.iter().map(String::as_str).collect::<Vec<_>>(),
        all,
        "one example of each"
    );
}

#[test]
fn case_44_json_that_is_not_exactly_a_message_is_refused() {
    let deep = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
    let long_key = format!(r#"{{"type":"leave","{}":1}}"#, "k".repeat(60_000));
    for frame in [
        "",
        "null",
        "[]",
        "{}",
        r#"{"type":"leave","why":"so"}"#,
        r#"{"type":"leave","type":"leave"}"#,
        r#"{"type":"ping","n":1,"n":2}"#,
        r#"{"type":"ping","n":NaN}"#,
        r#"{"type":"ping","n":-1}"#,
        r#"{"type":"ping","n":1.5}"#,
        r#"{"type":"ping","n":18446744073709551616}"#,
        r#"{"type":"sealed","to":4,"seq":1,"data":"AQ"}"#,
        // A number that JavaScript would round: the receiver could never acknowledge it.
        r#"{"type":"sealed","to":0,"seq":9007199254740992,"data":"AQ"}"#,
        r#"{"type":"ack","to":0,"stream":"AAAAAAAAAAAAAAAAAAAAAA","seq":9007199254740992}"#,
        r#"{"type":"ping","n":9007199254740992}"#,
        r#"{"type":"sealed","to":0,"seq":1,"data":"AR"}"#,
        r#"{"type":"sealed","to":0,"seq":1,"data":"AQ=="}"#,
        r#"{"type":"sealed","to":0,"seq":1,"data":"\ud800"}"#,
        r#"{"type":"leave"} {"type":"leave"}"#,
        r#"{"type":"joined"}"#,
        &deep,
        &long_key,
    ] {
        assert_eq!(
            FromBrowser::parse(frame),
            Err(Refusal::BadMessage),
            "{}",
            &frame[..frame.len().min(60)]
        );
    }
}

#[test]
fn a_sealed_message_has_its_limit() {
    let frame = |length: usize| {
        let data = BASE64URL_NOPAD.encode(&vec![7; length]);
        format!(r#"{{"type":"sealed","to":0,"seq":1,"data":"{data}"}}"#)
    };

    assert!(FromBrowser::parse(&frame(MAX_SEALED)).is_ok());
    assert!(FromBrowser::parse(&frame(MAX_SEALED + 1)).is_err());
    assert!(frame(MAX_SEALED).len() < MAX_FRAME);
}

#[test]
fn secrets_and_sealed_bytes_do_not_print() {
    let text = fs::read_to_string(examples().join("join-invite.json")).expect("the example");
    let join = FromBrowser::parse(&text).expect("a join");
    let sealed = Sealed::new(&[1; 38]).expect("short");

    let printed = format!("{join:?} {sealed:?}");

    assert!(
        printed.contains("Secret(22 bytes)") && printed.ends_with("Sealed(38 bytes)"),
        "{printed}"
    );
    assert!(!printed.contains("ICEiIyQl"));
}

proptest! {
    #[test]
    fn no_text_panics(frame in ".{0,200}") {
        let _ = FromBrowser::parse(&frame);
    }

    #[test]
    fn what_is_printed_is_read_again(to in 0_u8..=3, seq in 0..=MAX_NUMBER, data in prop::collection::vec(any::<u8>(), 0..200)) {
        let message = FromBrowser::Sealed {
            to: Seat::new(to).expect("a seat"),
            seq,
            data: Sealed::new(&data).expect("short"),
        };

        prop_assert_eq!(FromBrowser::parse(&serde_json::to_string(&message)?), Ok(message));
    }
}

fn examples() -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../proto/signal/v1")
}

fn read_answer(text: &str) -> ToBrowser {
    serde_json::from_str(text).unwrap_or_else(|error| panic!("{text}: {error}"))
}

fn as_json(message: &impl Serialize) -> serde_json::Value {
    serde_json::to_value(message).expect("prints")
}
