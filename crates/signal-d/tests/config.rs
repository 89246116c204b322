//! What an operator writes down, and what is said about mistakes.

use std::{fs, path::Path};

use daemon::{ConfigError, Daemon as _, tls::CertFiles};
use signal_d::{Config, IceServer, SessionAddress, SignalD};

#[test]
fn the_shipped_example_is_a_good_configuration_both_ways() {
    let example = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../deploy/signal-d.toml");
    let config: Config = daemon::read_config(&example).expect("is read");
    assert!(matches!(config.session, SessionAddress::Unix { .. }));
    assert_eq!(config.ice_servers[0].urls.len(), 2);

    // The other machine's address, which is commented out, in place of the socket.
    let text = fs::read_to_string(example).expect("text");
    let other: String = text
        .lines()
        .filter(|line| !line.starts_with("unix"))
        .map(|line| {
            line.strip_prefix('#')
                .filter(|line| !line.starts_with(' '))
                .unwrap_or(line)
        })
        .fold(String::new(), |all, line| all + line + "\n");
    let dir = tempfile::tempdir().expect("a directory");
    let file = dir.path().join("signal-d.toml");
    fs::write(&file, other).expect("written");
    let config: Config = daemon::read_config(&file).expect("is read");
    assert!(matches!(config.session, SessionAddress::Tls { .. }));
}

#[tokio::test]
async fn what_cannot_work_is_refused_before_a_port_is_opened() {
    let dir = tempfile::tempdir().expect("a directory");
    let certificate = rcgen::generate_simple_self_signed(vec!["localhost".to_owned()]).expect("a certificate");
    fs::write(dir.path().join("good.pem"), certificate.cert.pem()).expect("written");
    fs::write(dir.path().join("good.key"), certificate.signing_key.serialize_pem()).expect("written");
    fs::create_dir(dir.path().join("empty")).expect("made");
    fs::create_dir(dir.path().join("web")).expect("made");
    for page in ["index.html", "visit.html", "practice.html", "check.html"] {
        fs::write(dir.path().join("web").join(page), page).expect("written");
    }
    let good = || {
        let files = CertFiles {
            cert: dir.path().join("good.pem"),
            key: dir.path().join("good.key"),
        };
        Config::new(
            ([127, 0, 0, 1], 0).into(),
            "https://video.example.org".to_owned(),
            files,
            dir.path().join("web"),
            SessionAddress::unix(dir.path().join("session.sock")),
        )
    };
    assert!(SignalD::bind(good()).await.is_ok());

    type Spoil = fn(&mut Config);
    let spoilt: [(&str, Spoil); 6] = [
        ("origins", |config| {
            config.origins = vec!["https://video.praxis.example/".to_owned()];
        }),
        ("public_url", |config| {
            config.public_url = "http://video.example.org".to_owned();
        }),
        ("turn:video.example.org:3478 is no STUN server", |config| {
            config.ice_servers = vec![IceServer {
                urls: vec![
                    "stun:video.example.org".to_owned(),
                    "turn:video.example.org:3478".to_owned(),
                ],
            }];
        }),
        ("no web app", |config| {
            config.web_root.pop();
            config.web_root.push("empty");
        }),
        ("good.key", |config| config.cert.clone_from(&config.key)),
        ("absent.key", |config| {
            config.key = config.key.as_ref().map(|key| key.with_file_name("absent.key"));
        }),
    ];
    for (why, spoil) in spoilt {
        let mut config = good();
        spoil(&mut config);
        let refusal = SignalD::bind(config).await.expect_err(why);
        assert!(refusal.downcast_ref::<ConfigError>().is_some(), "{refusal:#}");
        assert!(refusal.to_string().contains(why), "{refusal:#}");
    }
}

#[test]
fn case_78_what_cannot_work_is_refused_with_file_line_key_and_remedy() {
    let good = "listen = '127.0.0.1:0'
public_url = 'https://video.example.org'
cert = 'good.pem'
key = 'good.key'
web_root = 'web'
ice_servers = [{ urls = ['stun:video.example.org:3478'] }]
[session]
unix = 'session.sock'
[limits]
connections = 10
";
    let spoilt: &[broken::Spoilt] = &[
        (
            "listen = '127.0.0.1:0'",
            "listen = 443",
            "`listen`",
            "write it like listen = \"0.0.0.0:443\"",
        ),
        ("listen = '127.0.0.1:0'", "listen = '127.0.0.1:0", "", "is no TOML"),
        (
            "listen = '127.0.0.1:0'",
            "listen = '127.0.0.1:0'\nlisten = '[::1]:0'",
            "",
            "duplicate key",
        ),
        (
            "public_url = 'https://video.example.org'",
            "",
            "`public_url`",
            "is missing; write it like public_url = ",
        ),
        (
            "public_url = 'https://video.example.org'",
            "public_url = 'https://video.example.org/'",
            "`public_url`",
            "without a path",
        ),
        (
            "web_root = 'web'",
            "web_root = 'absent'",
            "`web_root`",
            "name the folder that `npm run build` has filled",
        ),
        (
            "web_root = 'web'",
            "web_root = 'web'\nweb_rot = 'web'",
            "`web_rot`",
            "expected one of `listen`",
        ),
        (
            "web_root = 'web'",
            "web_root = 'web'\norigins = ['null']",
            "`origins`",
            "has to be like https://",
        ),
        (
            "cert = 'good.pem'",
            "cert = 'good.key'",
            "`cert`",
            "good.key: holds no certificate (PEM)",
        ),
        (
            "cert = 'good.pem'",
            "cert = 'other.pem'",
            "`cert`",
            "name the key that it was made for",
        ),
        (
            "key = 'good.key'",
            "key = 'empty'",
            "`key`",
            "empty: no private key can be read",
        ),
        (
            "ice_servers = [{ urls = ['stun:video.example.org:3478'] }]",
            "ice_servers = [{ urls = ['turn:video.example.org:3478'] }]",
            "`ice_servers`",
            "stands in session-d's configuration, under [relay]",
        ),
        (
            "[session]\nunix = 'session.sock'",
            "session = { url = 'https://session.internal:8444' }",
            "`session`",
            "all of `url`, `ca`, `cert` and `key`",
        ),
        ("cert = 'good.pem'", "", "`cert`", "is missing: it goes with key"),
        ("key = 'good.key'", "", "`key`", "is missing: it goes with cert"),
        (
            "connections = 10",
            "[proxy]\ntold_by = 'forwarded'\ntrusted = ['0.0.0.0/0']",
            "`proxy.trusted`",
            "everybody would be believed",
        ),
        (
            "connections = 10",
            "[proxy]\ntrusted = ['127.0.0.1']\ntold_by = 'rumour'",
            "`proxy.told_by`",
            "write it like told_by = ",
        ),
        (
            "connections = 10",
            "connections = 0",
            "`limits.connections`",
            "it has to be 1 at the least",
        ),
    ];
    let dir = broken::folder();

    broken::each_is_refused(env!("CARGO_BIN_EXE_signal-d"), dir.path(), good, spoilt);
}

#[test]
fn case_78_an_authority_that_could_not_be_asked_is_refused_likewise() {
    let good = "listen = '127.0.0.1:0'
public_url = 'https://video.example.org'
web_root = 'web'
[session]
unix = 'session.sock'
[acme]
directory = 'https://acme.example/directory'
names = ['video.example.org']
terms_agreed = true
state_dir = 'acme'
ca = 'good.pem'
";
    let spoilt: &[broken::Spoilt] = &[
        (
            "[session]\nunix = 'session.sock'\n[acme]",
            "cert = 'good.pem'\nkey = 'good.key'\n[session]\nunix = 'session.sock'\n[acme]",
            "`acme`",
            "take it out, or both of them",
        ),
        (
            "directory = 'https://acme.example/directory'",
            "directory = 'http://acme.example/directory'",
            "`acme.directory`",
            "begins with https://",
        ),
        (
            "names = ['video.example.org']",
            "names = []",
            "`acme.names`",
            "has to name 1 to 100",
        ),
        (
            "names = ['video.example.org']",
            "names = ['*.example.org']",
            "`acme.names`",
            "no wildcard",
        ),
        (
            "terms_agreed = true",
            "terms_agreed = false",
            "`acme.terms_agreed`",
            "write true where you agree",
        ),
        (
            "state_dir = 'acme'",
            "",
            "`acme.state_dir`",
            "is missing; write it like state_dir = ",
        ),
        (
            "ca = 'good.pem'",
            "ca = 'empty'",
            "`acme.ca`",
            "holds no certificate (PEM)",
        ),
    ];
    let dir = broken::folder();

    broken::each_is_refused(env!("CARGO_BIN_EXE_signal-d"), dir.path(), good, spoilt);
}

#[path = "../../daemon/tests/broken/mod.rs"]
mod broken;
