//! What an operator writes down, and what is said about mistakes.

use std::{fs, process::Command};

#[test]
fn a_retention_that_the_law_does_not_allow_ends_the_start_with_file_line_key_and_remedy() {
    let dir = tempfile::tempdir().expect("a directory");
    let file = dir.path().join("session-d.toml");
    for hours in ["0", "-1", "2161", "9223372036854775807"] {
        let text = format!("data_dir = 'data'\nretention_hours = {hours}\n[unix]\npath = 'session.sock'\n");
        fs::write(&file, text).expect("written");

        let run = Command::new(env!("CARGO_BIN_EXE_session-d"))
            .current_dir(dir.path())
            .args(["--config", "session-d.toml"])
            .output()
            .expect("runs");

        let said = String::from_utf8_lossy(&run.stderr);
        assert_eq!(run.status.code(), Some(78), "{hours}: {said}");
        for part in ["session-d.toml, line 2", "retention_hours", "1 to 2160", "write 24"] {
            assert!(said.contains(part), "{part}: {said}");
        }
        assert!(!dir.path().join("data").exists(), "nothing is begun");
    }
}

#[test]
fn a_retention_of_an_hour_or_of_ninety_days_is_good_and_a_day_is_what_one_gets() {
    let read = |text: &str| {
        let dir = tempfile::tempdir().expect("a directory");
        let file = dir.path().join("session-d.toml");
        fs::write(&file, format!("data_dir = 'data'\n{text}")).expect("written");
        daemon::read_config::<session_d::Config>(&file)
            .expect("is good")
            .retention
    };
    let of = |hours| session_d::Retention::of_hours(hours).expect("is good");

    assert_eq!(read("retention_hours = 1"), of(1));
    assert_eq!(read("retention_hours = 2160"), of(2160));
    assert_eq!(read(""), of(24));
}

#[test]
fn a_relay_that_could_not_work_ends_the_start_with_what_is_wrong_with_it() {
    let dir = tempfile::tempdir().expect("a directory");
    fs::write(dir.path().join("good.secret"), "a secret of the operator's").expect("written");
    fs::write(dir.path().join("short.secret"), "guess me").expect("written");
    let url = |url: &str| format!("urls = ['{url}']");
    let long = "a".repeat(100);
    for (secret, urls, why) in [
        ("good", "urls = []".to_owned(), "it has to name 1 to 4"),
        (
            "good",
            format!("urls = [{}]", "'turn:a',".repeat(5)),
            "it has to name 1 to 4",
        ),
        (
            "good",
            url("stun:video.example.org"),
            "stun:video.example.org has to be like turn:",
        ),
        ("good", url("turn:"), "has to be like"),
        ("good", url("turn://video.example.org"), "has to be like"),
        ("good", url("turn:video.example.org?transport=sctp"), "has to be like"),
        ("good", url(&format!("turn:{long}")), "at most 100 characters"),
        (
            "short",
            url("turn:video.example.org"),
            "short.secret: a secret has at least 16 characters",
        ),
        ("no", url("turn:video.example.org"), "no.secret: can't be read"),
    ] {
        let text = format!(
            "data_dir = 'data'\n[unix]\npath = 'session.sock'\n[relay]\nsecret_file = '{secret}.secret'\n{urls}\n"
        );
        fs::write(dir.path().join("session-d.toml"), text).expect("written");

        let run = Command::new(env!("CARGO_BIN_EXE_session-d"))
            .current_dir(dir.path())
            .args(["--config", "session-d.toml"])
            .output()
            .expect("runs");

        let said = String::from_utf8_lossy(&run.stderr);
        assert_eq!(run.status.code(), Some(78), "{urls}: {said}");
        assert!(said.contains(why), "{urls}: {said}");
    }
}
