//! `visite probe` and `visite load`, as an operator types them, against the three daemons.

use std::{
    fs,
    net::{Ipv4Addr, SocketAddr},
    path::{Path, PathBuf},
    process::{Output, Stdio},
};

use daemon::{Daemon, Life, tls::CertFiles};
use serde_json::Value;
use session_d::{RelayConfig, SessionD, UnixConfig};
use signal_d::{IceServer, SessionAddress, SignalD};
use stun_d::StunD;
use tokio::process::Command;

#[tokio::test(flavor = "multi_thread")]
async fn a_probe_makes_a_whole_visit_by_every_way() {
    let house = House::start().await;
    house.set_up().await;

    let looked = house.probe(&["--json"]).await;

    let said: Value = serde_json::from_slice(&looked.stdout).expect("JSON");
    assert_eq!(
        (looked.status.code(), &said["state"]),
        (Some(0), &"OK".into()),
        "{said}"
    );
    let visits = said["visits"].as_array().expect("visits");
    let ways: Vec<&str> = visits.iter().filter_map(|visit| visit["way"].as_str()).collect();
    assert_eq!(ways, ["direct", "relay_udp", "relay_tcp", "relay_tls"]);
    for visit in visits {
        for end in ["guest", "practice"] {
            let end = &visit[end];
            assert_eq!(end["consent"], true, "{visit}");
            assert!(
                end["sound"].as_u64() > Some(0) && end["pictures"].as_u64() > Some(0),
                "{visit}"
            );
            assert!(end["round_trip"].as_f64() > Some(0.0), "{visit}");
        }
    }
    let steps = &visits[0]["guest"]["steps"];
    for step in [
        "dns",
        "tcp",
        "tls",
        "page",
        "invite",
        "websocket",
        "join",
        "stun",
        "seal",
        "ice",
        "dtls",
        "data",
        "admit",
        "media",
    ] {
        assert!(steps[step].is_f64(), "{step}: {steps}");
    }
    assert!(visits[1]["guest"]["steps"]["relay"].is_f64(), "{}", visits[1]);
    // Nothing is left of it.
    let rooms = house
        .visite(&[
            "room",
            "list",
            &house.practice().await,
            "--all",
            "--socket",
            &house.socket(),
        ])
        .await;
    let rooms = String::from_utf8(rooms.stdout).expect("UTF-8");
    assert_eq!(
        (rooms.lines().count(), rooms.matches("cancelled").count()),
        (4, 4),
        "{rooms}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_monitoring_system_reads_one_line_and_metrics() {
    let house = House::start().await;
    house.set_up().await;
    let metrics = house.dir.path().join("probe.prom");

    let looked = house
        .probe(&[
            "--way",
            "direct",
            "--textfile",
            metrics.to_str().expect("UTF-8"),
            "--warn",
            "60",
            "--crit",
            "60",
        ])
        .await;

    let said = String::from_utf8(looked.stdout).expect("UTF-8");
    let first = said.lines().next().expect("a line");
    assert!(
        first.starts_with("VISITE OK: direct ") && first.contains(" | direct=") && first.ends_with("s;60;60;0"),
        "{first}"
    );
    assert!(
        said.contains("\n  seal ") && said.contains("consent signed and seen"),
        "{said}"
    );
    let metrics = fs::read_to_string(metrics).expect("written");
    assert!(
        metrics.contains("\nvisite_probe_success{way=\"direct\"} 1\n"),
        "{metrics}"
    );
    assert!(
        metrics.contains("visite_probe_step_seconds{way=\"direct\",step=\"media\"}"),
        "{metrics}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_wrong_is_said_with_what_to_do() {
    let mut house = House::start().await;
    house.set_up().await;

    let slow = house.probe(&["--way", "direct", "--warn", "0", "--crit", "60"]).await;
    assert_eq!(slow.status.code(), Some(1), "{}", text(&slow));
    assert!(text(&slow).starts_with("VISITE WARNING: direct "), "{}", text(&slow));

    house.end_stun().await;
    let metrics = house.dir.path().join("probe.prom");
    let deaf = house
        .probe(&[
            "--way",
            "direct",
            "--way",
            "relay-udp",
            "--patience",
            "1",
            "--textfile",
            metrics.to_str().expect("UTF-8"),
        ])
        .await;
    assert_eq!(deaf.status.code(), Some(2), "{}", text(&deaf));
    let said = text(&deaf);
    assert!(
        said.starts_with("VISITE CRITICAL: direct failed at stun, relay_udp failed at relay"),
        "{said}"
    );
    assert!(
        said.contains("whether stun-d runs") && said.contains("the same secret?"),
        "{said}"
    );
    let metrics = fs::read_to_string(metrics).expect("written");
    assert!(
        metrics.contains("visite_probe_failed_step{way=\"direct\",step=\"stun\"} 1"),
        "{metrics}"
    );

    house.end_signal().await;
    let away = house.probe(&[]).await;
    assert_eq!(away.status.code(), Some(2), "{}", text(&away));
    assert!(text(&away).contains("whether signal-d runs"), "{}", text(&away));

    let unset = house.run(&["probe", "--identity", "/nowhere/identity.json"]).await;
    assert_eq!(unset.status.code(), Some(3));
    assert!(
        text(&unset).starts_with("VISITE UNKNOWN: read /nowhere/identity.json (`visite probe setup` makes it)"),
        "{}",
        text(&unset)
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn the_probes_keys_are_nobody_elses() {
    let house = House::start().await;
    house.set_up().await;
    let identity = house.identity();

    let again = house.try_set_up().await;
    assert_eq!(again.status.code(), Some(3), "what is there is not lost");
    assert!(text(&again).contains("is there already"), "{}", text(&again));

    let mode = std::os::unix::fs::PermissionsExt::mode(&fs::metadata(&identity).expect("made").permissions());
    assert_eq!(mode & 0o777, 0o600);
    fs::set_permissions(&identity, std::os::unix::fs::PermissionsExt::from_mode(0o644)).expect("changed");
    let open = house.probe(&[]).await;
    assert_eq!(open.status.code(), Some(3));
    assert!(text(&open).contains("can be read by others"), "{}", text(&open));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_host_and_a_guest_meet_from_two_programs() {
    let house = House::start().await;
    house.set_up().await;
    let arguments = [
        "probe",
        "host",
        "--identity",
        &house.identity(),
        "--ca",
        &house.ca(),
        "--name",
        "Dr. Probe",
    ];
    let mut host = house.command(&arguments).stdout(Stdio::piped()).spawn().expect("runs");
    let mut lines = tokio::io::AsyncBufReadExt::lines(tokio::io::BufReader::new(host.stdout.take().expect("piped")));
    let link = lines.next_line().await.expect("read").expect("a link");

    let guest = house
        .run(&["probe", "guest", &link, "--ca", &house.ca(), "--stay", "0"])
        .await;

    assert!(guest.status.success(), "{}", text(&guest));
    assert!(text(&guest).contains("direct with Dr. Probe"), "{}", text(&guest));
    let mut said = String::new();
    while let Some(line) = lines.next_line().await.expect("read") {
        said += &line;
    }
    assert!(host.wait().await.expect("ends").success(), "{said}");
    assert!(
        said.contains("admitted") && said.contains("direct with Probe"),
        "{said}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_load_of_visits_is_counted() {
    let house = House::start().await;
    house.set_up().await;
    let load = |depth| {
        let (identity, ca) = (house.identity(), house.ca());
        let arguments = [
            "load",
            "--identity",
            &identity,
            "--ca",
            &ca,
            "--visits",
            "5",
            "--ramp",
            "50",
            "--stay",
            "0",
            "--depth",
            depth,
        ];
        house.command(&arguments).output()
    };

    for (depth, last) in [("seal", "seal "), ("media", "media ")] {
        let loaded = load(depth).await.expect("runs");

        let said = text(&loaded);
        assert!(loaded.status.success(), "{said}");
        assert!(said.contains("5 came about, 0 failed"), "{said}");
        assert!(said.lines().any(|line| line.starts_with(last)), "{said}");
    }
}

fn text(output: &Output) -> String {
    format!(
        "{}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    )
}

/// The three daemons in a directory of their own.
struct House {
    dir: tempfile::TempDir,
    addr: SocketAddr,
    stun: Option<Running>,
    signal: Option<Running>,
    _session: Running,
}

struct Running {
    life: Life,
    serving: tokio::task::JoinHandle<anyhow::Result<()>>,
}

impl Running {
    async fn start<D: Daemon>(daemon: D) -> Self {
        let life = Life::new();
        let serving = tokio::spawn(daemon.serve(life.clone()));
        life.is_ready().await;
        Self { life, serving }
    }

    async fn end(self) {
        self.life.end();
        self.serving.await.expect("no panic").expect("a good end");
    }
}

impl House {
    async fn start() -> Self {
        let dir = tempfile::tempdir().expect("a directory");
        let file = |name: &str| dir.path().join(name);
        let certificate = rcgen::generate_simple_self_signed(vec!["localhost".to_owned()]).expect("a certificate");
        write(&file("cert.pem"), &certificate.cert.pem());
        write(&file("key.pem"), &certificate.signing_key.serialize_pem());
        write(&file("secret"), "a secret of the operator's");
        for page in ["index.html", "visit.html", "practice.html", "check.html"] {
            write(&file(page), "<!doctype html><title>Visite</title>");
        }

        let toml = format!(
            "listen = [\"127.0.0.1:0\"]\n[tls]\nlisten = [\"127.0.0.1:0\"]\ncert = {:?}\nkey = {:?}\n[turn]\nrelay = [\"127.0.0.1\"]\nallow = [\"127.0.0.0/8\"]\nsecret_file = {:?}\n",
            file("cert.pem"),
            file("key.pem"),
            file("secret")
        );
        write(&file("stun-d.toml"), &toml);
        let config: stun_d::Config = daemon::read_config(&file("stun-d.toml")).expect("a configuration");
        let stun = StunD::bind(config).await.expect("binds");
        let (udp, tls) = (stun.addrs()[0].port(), stun.tls_addrs()[0].port());
        let stun = Running::start(stun).await;

        let urls = [
            format!("turn:localhost:{udp}?transport=udp"),
            format!("turn:localhost:{udp}?transport=tcp"),
            format!("turns:localhost:{tls}?transport=tcp"),
        ];
        let relay = RelayConfig {
            secret_file: file("secret"),
            urls: urls.into(),
            stun_d: Vec::new(),
        };
        let session = session_d::Config {
            unix: Some(UnixConfig::at(file("session.sock"))),
            relay: Some(relay),
            ..session_d::Config::new(file("data"))
        };
        let session = Running::start(SessionD::bind(session).await.expect("binds")).await;

        let signal = signal_d::Config {
            ice_servers: vec![IceServer {
                urls: vec![format!("stun:localhost:{udp}")],
            }],
            ..signal_d::Config::new(
                (Ipv4Addr::LOCALHOST, 0).into(),
                "https://localhost".to_owned(),
                CertFiles {
                    cert: file("cert.pem"),
                    key: file("key.pem"),
                },
                dir.path().to_owned(),
                SessionAddress::unix(file("session.sock")),
            )
        };
        let signal = SignalD::bind(signal).await.expect("binds");
        let addr = signal.addr();
        Self {
            addr,
            stun: Some(stun),
            signal: Some(Running::start(signal).await),
            _session: session,
            dir,
        }
    }

    async fn end_stun(&mut self) {
        self.stun.take().expect("it runs").end().await;
    }

    async fn end_signal(&mut self) {
        self.signal.take().expect("it runs").end().await;
    }

    fn path(&self, name: &str) -> String {
        let path: PathBuf = self.dir.path().join(name);
        path.to_str().expect("UTF-8").to_owned()
    }

    fn identity(&self) -> String {
        self.path("identity.json")
    }

    fn ca(&self) -> String {
        self.path("cert.pem")
    }

    fn socket(&self) -> String {
        self.path("session.sock")
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_visite"));
        command.args(arguments).kill_on_drop(true);
        command
    }

    async fn run(&self, arguments: &[&str]) -> Output {
        self.command(arguments).output().await.expect("runs")
    }

    async fn visite(&self, arguments: &[&str]) -> Output {
        let output = self.run(arguments).await;
        assert!(output.status.success(), "{}", text(&output));
        output
    }

    async fn try_set_up(&self) -> Output {
        let server = format!("https://localhost:{}", self.addr.port());
        let (socket, identity, ca) = (self.socket(), self.identity(), self.ca());
        let arguments = [
            "probe",
            "setup",
            "--server",
            &server,
            "--socket",
            &socket,
            "--identity",
            &identity,
            "--ca",
            &ca,
        ];
        self.run(&arguments).await
    }

    async fn set_up(&self) {
        let output = self.try_set_up().await;
        assert!(output.status.success(), "{}", text(&output));
    }

    async fn probe(&self, arguments: &[&str]) -> Output {
        let (identity, ca) = (self.identity(), self.ca());
        let common = ["probe", "--identity", &identity, "--ca", &ca];
        self.run(&[&common, arguments].concat()).await
    }

    /// The id of the one that the probe is.
    async fn practice(&self) -> String {
        let listed = self.visite(&["practice", "list", "--socket", &self.socket()]).await;
        let listed = String::from_utf8(listed.stdout).expect("UTF-8");
        listed.split_whitespace().next().expect("a practice").to_owned()
    }
}

fn write(file: &Path, text: &str) {
    fs::write(file, text).expect("written");
}
