//! What an operator writes down, and what is said about mistakes.

use std::{fs, path::Path};

use daemon::{ConfigError, Daemon as _};
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
    let good = || Config {
        listen: ([127, 0, 0, 1], 0).into(),
        public_url: "https://video.example.org".to_owned(),
        origins: Vec::new(),
        cert: dir.path().join("good.pem"),
        key: dir.path().join("good.key"),
        web_root: dir.path().join("web"),
        ice_servers: Vec::new(),
        session: SessionAddress::unix(dir.path().join("session.sock")),
        metrics: None,
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
        ("good.key", |config| config.cert = config.key.clone()),
        ("absent.key", |config| {
            config.key.set_file_name("absent.key");
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
