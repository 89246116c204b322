use std::{collections::BTreeSet, fs, path::PathBuf};

use proptest::prelude::*;
use serde_json::Value;

use super::*;

/// Who sends the message of a fixture, by its file's name.
#[derive(Clone, Copy, PartialEq)]
enum Sender {
    Client,
    Server,
    Either,
}

const FIXTURES: [(&str, Sender); 18] = [
    ("ack-from", Sender::Server),
    ("ack-to", Sender::Client),
    ("error", Sender::Server),
    ("error-too-early", Sender::Server),
    ("error-unavailable", Sender::Server),
    ("evict", Sender::Client),
    ("join-invite", Sender::Client),
    ("join-token", Sender::Client),
    ("joined", Sender::Server),
    ("joined-alone", Sender::Server),
    ("leave", Sender::Client),
    ("peer-away", Sender::Server),
    ("peer-gone", Sender::Server),
    ("peer-here", Sender::Server),
    ("ping", Sender::Either),
    ("pong", Sender::Either),
    ("sealed-from", Sender::Server),
    ("sealed-to", Sender::Client),
];

/// The variants' names. The compiler asks for a new one here; the test below then asks for its file.
const fn name_from_client(message: &FromClient) -> &'static str {
    match message {
        FromClient::Join(_) => "join",
        FromClient::Sealed { .. } => "sealed",
        FromClient::Ack { .. } => "ack",
        FromClient::Ping { .. } => "ping",
        FromClient::Pong { .. } => "pong",
        FromClient::Leave {} => "leave",
        FromClient::Evict { .. } => "evict",
    }
}

const fn name_from_server(message: &FromServer) -> &'static str {
    match message {
        FromServer::Joined(_) => "joined",
        FromServer::Peer(_) => "peer",
        FromServer::Sealed(_) => "sealed",
        FromServer::Ack { .. } => "ack",
        FromServer::Ping { .. } => "ping",
        FromServer::Pong { .. } => "pong",
        FromServer::Error(_) => "error",
    }
}

#[test]
fn every_fixture_is_read_and_written_back_as_it_was() {
    for (name, sender) in FIXTURES {
        let text = fixture(name);
        if sender != Sender::Server {
            let message = FromClient::parse(&text).unwrap_or_else(|error| panic!("{name}: {error}"));
            assert_eq!(value(&message.print()), value(&text), "{name}");
        }
        if sender != Sender::Client {
            let message = FromServer::parse(&text).unwrap_or_else(|error| panic!("{name}: {error}"));
            assert_eq!(value(&message.print()), value(&text), "{name}");
        }
    }
}

#[test]
fn there_is_a_fixture_for_every_message_and_no_other_file() {
    let files: BTreeSet<_> = fs::read_dir(directory())
        .expect("the fixtures")
        .map(|entry| entry.expect("a file").file_name().into_string().expect("ASCII"))
        .collect();
    let listed = FIXTURES.iter().map(|(name, _)| format!("{name}.json")).collect();
    assert_eq!(files, listed);

    let from_client: BTreeSet<_> = sent_by(Sender::Server)
        .map(|text| name_from_client(&FromClient::parse(&text).expect("a message")))
        .collect();
    let from_server: BTreeSet<_> = sent_by(Sender::Client)
        .map(|text| name_from_server(&FromServer::parse(&text).expect("a message")))
        .collect();
    assert_eq!(from_client.len(), 7, "{from_client:?}");
    assert_eq!(from_server.len(), 7, "{from_server:?}");
}

#[test]
fn a_message_of_the_other_direction_is_refused() {
    for (name, sender) in FIXTURES {
        match sender {
            Sender::Client => assert!(FromServer::parse(&fixture(name)).is_err(), "{name}"),
            Sender::Server => assert!(FromClient::parse(&fixture(name)).is_err(), "{name}"),
            Sender::Either => {}
        }
    }
}

#[test]
fn every_fixture_is_refused_with_one_field_more_or_one_repeated() {
    for (name, sender) in FIXTURES {
        let text = fixture(name);
        let inside = text.trim().strip_suffix('}').expect("an object");
        let fields: serde_json::Map<String, Value> = serde_json::from_str(&text).expect("an object");
        let mut changed = vec![format!("{inside},\"more\":1}}")];
        changed.extend(
            fields
                .iter()
                .map(|(field, value)| format!("{inside},\"{field}\":{value}}}")),
        );
        for bad in changed {
            if sender != Sender::Server {
                assert!(FromClient::parse(&bad).is_err(), "{name}: {bad}");
            }
            if sender != Sender::Client {
                assert!(FromServer::parse(&bad).is_err(), "{name}: {bad}");
            }
        }
    }
}

#[test]
fn what_is_almost_a_message_is_refused() {
    let stream = "EBESExQVFhcYGRobHB0eHw";
    let bad = [
        r#"{"type":"ping","n":-1}"#.to_owned(),
        r#"{"type":"ping","n":1.0}"#.to_owned(),
        r#"{"type":"ping","n":NaN}"#.to_owned(),
        r#"{"type":"ping","n":"1"}"#.to_owned(),
        r#"{"type":"ping"}"#.to_owned(),
        r#"{"n":1}"#.to_owned(),
        r#"{"type":"leave"} {"type":"leave"}"#.to_owned(),
        r#"["leave"]"#.to_owned(),
        r#"{"type":"evict","seat":4}"#.to_owned(),
        r#"{"type":"sealed","to":0,"seq":0,"data":"AQIDBA"}"#.to_owned(),
        r#"{"type":"sealed","to":0,"seq":9007199254740992,"data":"AQIDBA"}"#.to_owned(),
        r#"{"type":"sealed","to":0,"seq":1,"data":"AQIDBA=="}"#.to_owned(),
        r#"{"type":"sealed","to":0,"seq":1,"data":"AQIDBB"}"#.to_owned(),
        r#"{"type":"sealed","to":0,"seq":1,"data":"AQID+A"}"#.to_owned(),
        r#"{"type":"sealed","to":0,"seq":1,"data":"\ud800"}"#.to_owned(),
        r#"{"type":"leave","\ud800":1}"#.to_owned(),
        format!(r#"{{"type":"ack","to":1,"stream":"{stream}A","seq":7}}"#),
        format!(r#"{{"type":"join","client":"{stream}","stream":"{stream}"}}"#),
        format!(r#"{{"type":"join","invite":null,"token":"t","client":"{stream}","stream":"{stream}"}}"#),
        format!(r#"{{"type":"join","invite":"i","token":"t","client":"{stream}","stream":"{stream}"}}"#),
        format!(
            r#"{{"type":"join","invite":"{}","client":"{stream}","stream":"{stream}"}}"#,
            "i".repeat(65)
        ),
        format!(
            r#"{{"type":"join","token":"{}","client":"{stream}","stream":"{stream}"}}"#,
            "t".repeat(2049)
        ),
        sealed_of(MAX_SEALED + 1),
        "[".repeat(60_000),
        format!(r#"{{"{}":1}}"#, "k".repeat(60_000)),
    ];
    for text in bad {
        let error = FromClient::parse(&text).expect_err(&text);
        assert!(error.to_string().len() <= MAX_SENTENCE, "{error}");
    }
}

#[test]
fn the_largest_sealed_message_fits_into_a_frame() {
    let text = sealed_of(MAX_SEALED);

    assert!(text.len() < MAX_FRAME);
    assert!(FromClient::parse(&text).is_ok());
}

#[test]
fn secrets_and_sealed_bytes_do_not_print() {
    let printed: Vec<_> = ["join-invite", "join-token", "sealed-to"]
        .map(|name| format!("{:?}", FromClient::parse(&fixture(name)).expect("a message")))
        .into();

    assert_eq!(
        printed[0],
        "Join(Join { ticket: Invite, client: ClientId, stream: StreamId(1011…), takeover: false })"
    );
    assert!(printed[1].contains("ticket: Token,"), "{}", printed[1]);
    assert!(printed[2].contains("data: Sealed(4 bytes)"), "{}", printed[2]);
}

#[test]
fn what_is_refused_is_not_repeated_where_it_may_be_a_secret() {
    let text = fixture("join-invite").replace("AAECAwQFBgcICQoLDA0ODw", "my client id");

    let error = FromClient::parse(&text).expect_err("no client");

    assert!(!error.to_string().contains("my client"), "{error}");
}

proptest! {
    #[test]
    fn no_text_makes_the_reader_panic(text in ".{0,400}") {
        let _ = FromClient::parse(&text);
        let _ = FromServer::parse(&text);
    }

    #[test]
    fn no_damage_to_a_message_makes_the_reader_panic(which in 0..FIXTURES.len(), at in 0usize..400, put in ".{0,3}") {
        let mut text = fixture(FIXTURES[which].0);
        let at = text.floor_char_boundary(at.min(text.len()));
        text.insert_str(at, &put);
        let _ = FromClient::parse(&text);
        let _ = FromServer::parse(&text);
    }

    #[test]
    fn sealed_bytes_come_out_as_they_went_in(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        let message = FromServer::Sealed(SealedFrom {
            from: Seat::PRACTICE,
            stream: StreamId::from_bytes([7; 16]),
            seq: Seq::new(1).expect("1"),
            data: Sealed::new(&bytes).expect("small"),
        });
        prop_assert_eq!(FromServer::parse(&message.print()), Ok(message));
    }
}

fn sealed_of(length: usize) -> String {
    let data = data_encoding::BASE64URL_NOPAD.encode(&vec![0x5a; length]);
    format!(r#"{{"type":"sealed","to":0,"seq":1,"data":"{data}"}}"#)
}

fn sent_by(not: Sender) -> impl Iterator<Item = String> {
    FIXTURES
        .into_iter()
        .filter(move |(_, sender)| *sender != not)
        .map(|(name, _)| fixture(name))
}

fn directory() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../proto/signal/v1")
}

fn fixture(name: &str) -> String {
    fs::read_to_string(directory().join(format!("{name}.json"))).unwrap_or_else(|error| panic!("{name}: {error}"))
}

fn value(text: &str) -> Value {
    serde_json::from_str(text).expect("JSON")
}
