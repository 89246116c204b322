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

#[test]
fn case_78_what_cannot_work_is_refused_with_file_line_key_and_remedy() {
    let good = "data_dir = 'data'
public_url = 'https://video.example.org'
retention_hours = 24
[unix]
path = 'session.sock'
[tls]
listen = '127.0.0.1:0'
cert = 'good.pem'
key = 'good.key'
client_ca = 'good.pem'
[integrators]
ca = 'other.pem'
[relay]
secret_file = 'good.secret'
urls = ['turn:video.example.org:3478']
stun_d = [{ url = 'https://stun.internal:8445', ca = 'good.pem', cert = 'good.pem', key = 'good.key' }]
";
    let spoilt: &[broken::Spoilt] = &[
        (
            "data_dir = 'data'",
            "",
            "`data_dir`",
            "write it like data_dir = \"/var/lib/visite/session\"",
        ),
        (
            "data_dir = 'data'",
            "data_dir = 5",
            "`data_dir`",
            "write it like data_dir = ",
        ),
        (
            "data_dir = 'data'",
            "data_dri = 'data'",
            "`data_dri`",
            "expected one of `data_dir`",
        ),
        (
            "retention_hours = 24",
            "retention_hours = 24\nlog = 'loud=very=much'",
            "`log`",
            "write it like log = ",
        ),
        (
            "public_url = 'https://video.example.org'",
            "public_url = 'http://video.example.org'",
            "`public_url`",
            "has to be like https://",
        ),
        (
            "path = 'session.sock'",
            "pathh = 'session.sock'",
            "`unix.pathh`",
            "expected one of `path`",
        ),
        (
            "listen = '127.0.0.1:0'",
            "listen = 'everywhere'",
            "`tls.listen`",
            "write it like listen = ",
        ),
        (
            "cert = 'good.pem'",
            "cert = 'absent.pem'",
            "`tls.cert`",
            "absent.pem: no certificate can be read",
        ),
        (
            "cert = 'good.pem'",
            "cert = 'other.pem'",
            "`tls.cert`",
            "name the key that it was made for",
        ),
        (
            "client_ca = 'good.pem'",
            "client_ca = 'empty'",
            "`tls.client_ca`",
            "holds no certificate (PEM)",
        ),
        (
            "ca = 'other.pem'",
            "ca = 'empty'",
            "`integrators.ca`",
            "holds no certificate (PEM)",
        ),
        (
            "ca = 'other.pem'",
            "ca = 'good.pem'",
            "`integrators.ca`",
            "give them an authority of their own",
        ),
        (
            "secret_file = 'good.secret'",
            "secret_file = 'many.secret'",
            "`relay.secret_file`",
            "at most 8",
        ),
        (
            "secret_file = 'good.secret'",
            "secret_file = 'short.secret'",
            "`relay.secret_file`",
            "`openssl rand -base64 32` makes one",
        ),
        (
            "stun_d = [{ url = 'https://stun.internal:8445', ca = 'good.pem', cert = 'good.pem', key = 'good.key' }]",
            "stun_d = [{ unix = 'stun.sock', url = 'https://stun.internal:8445' }]",
            "`relay.stun_d`",
            "write either `unix`",
        ),
        (
            "stun_d = [{ url = 'https://stun.internal:8445', ca = 'good.pem', cert = 'good.pem', key = 'good.key' }]",
            "stun_d = [{ url = 'http://stun.internal', ca = 'good.pem', cert = 'good.pem', key = 'good.key' }]",
            "`relay.stun_d.url`",
            "has to be like https://session.internal:8444",
        ),
    ];
    let dir = broken::folder();

    broken::each_is_refused(env!("CARGO_BIN_EXE_session-d"), dir.path(), good, spoilt);
}

#[path = "../../daemon/tests/broken/mod.rs"]
mod broken;
