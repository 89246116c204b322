//! What whoever watches is told by all three daemons: that it is sound, that dashboard and alerts ask for nothing else, and `visite status`.

use std::{
    collections::BTreeSet,
    fs,
    io::{Read as _, Write as _},
    net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream},
    path::{Path, PathBuf},
    process::{Child, Command, Output, Stdio},
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use daemon::{Daemon as _, Life, OtelConfig, acme::AcmeConfig, tls::CertFiles};
use session_d::SessionD;
use signal_d::SignalD;
use stun_d::StunD;

#[tokio::test(flavor = "multi_thread")]
async fn everything_told_is_named_and_labelled_as_it_should() {
    let house = House::start().await;

    for addr in house.addrs {
        let text = get(addr, "/metrics");
        let (mut kind, mut seen) = ("", BTreeSet::new());
        for line in text.lines() {
            if let Some(head) = line.strip_prefix("# TYPE ") {
                let (family, of) = head.split_once(' ').expect("a kind");
                assert!(seen.insert(family), "{family} is there twice");
                assert!(
                    ["visite_", "process_"].iter().any(|own| family.starts_with(own)),
                    "{family}"
                );
                assert_eq!(family.ends_with("_total"), of == "counter", "{line}");
                kind = of;
            } else if let Some(help) = line.strip_prefix("# HELP ") {
                assert!(help.ends_with('.'), "{help}");
            } else {
                let (name, labels, value) = sample(line);
                let family = if kind == "histogram" { stem(name) } else { name };
                assert!(seen.contains(family), "{line}");
                assert!(value.parse::<f64>().is_ok_and(f64::is_finite), "{line}");
                for label in labels.split(',').filter(|label| !label.is_empty()) {
                    let (label, _) = label.split_once('=').expect("a value");
                    assert!(LABELS.contains(&label), "{line}: {label} may tell too much");
                }
            }
        }
        assert!(text.lines().count() < 1_000, "{} lines", text.lines().count());
        promtool_reads(&text);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn dashboard_and_alerts_ask_for_what_there_is() {
    let house = House::start().await;
    let told: String = house.addrs.iter().map(|&addr| get(addr, "/metrics")).collect();
    let families: BTreeSet<_> = told
        .lines()
        .filter_map(|line| line.strip_prefix("# TYPE ")?.split(' ').next())
        .collect();
    let histograms: BTreeSet<_> = told
        .lines()
        .filter_map(|line| line.strip_prefix("# TYPE ")?.strip_suffix(" histogram"))
        .collect();

    for file in [
        "deploy/grafana/visite.json",
        "deploy/prometheus/visite.rules.yml",
        "docs/operate/watch.md",
    ] {
        let text = read(file);
        let asked = words(&text);
        assert!(asked.len() > 15, "{file} asks for {asked:?}");
        for metric in asked {
            let is_there = families.contains(metric) || histograms.contains(stem(metric));
            assert!(is_there, "{file} asks for {metric}, which nobody tells");
        }
    }
    let documented = words(&read("docs/operate/watch.md"))
        .into_iter()
        .map(str::to_owned)
        .collect::<BTreeSet<_>>();
    for family in families {
        assert!(
            documented.contains(family),
            "docs/operate/watch.md says nothing of {family}"
        );
    }
}

#[test]
fn each_alert_is_documented_and_seen_to_fire() {
    let (rules, tests, docs) = (
        read("deploy/prometheus/visite.rules.yml"),
        read("tests/watch/rules.test.yml"),
        read("docs/operate/incidents.md"),
    );
    let alerts: Vec<_> = rules
        .lines()
        .filter_map(|line| line.trim().strip_prefix("- alert: "))
        .collect();

    assert!(alerts.len() >= 20);
    for alert in alerts {
        assert!(
            docs.contains(&format!("\n## {alert}\n")),
            "docs/operate/incidents.md says nothing of {alert}"
        );
        for outcome in ["fires", "is silent"] {
            assert!(
                tests.contains(&format!("- name: {alert} {outcome}\n")),
                "{alert} {outcome}"
            );
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_end_of_a_certificate_is_told_and_follows_its_file() {
    let house = House::start().await;
    let end = || {
        let text = get(house.addrs[0], "/metrics");
        let name = "visite_certificate_not_after_timestamp_seconds{usage=\"grpc\"} ";
        let value = text.lines().find_map(|line| line.strip_prefix(name));
        value.expect("it is told").parse::<u64>().expect("a time")
    };
    assert_eq!(end(), house.ends);

    let later = house.ends + 86_400;
    write_certificate(house.dir.path(), later);

    while end() != later {
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

/// Prometheus itself, with the rules as they are delivered.
#[tokio::test(flavor = "multi_thread")]
#[expect(clippy::print_stderr, reason = "what is not tested is said")]
async fn of_a_certificate_that_ends_soon_somebody_hears() {
    let house = House::start().await;
    write_certificate(house.dir.path(), now() + 3_600);
    let Some(prometheus) = Prometheus::start(house.dir.path(), house.addrs) else {
        eprintln!("!! SKIPPED, not tested: there is no prometheus (`scripts/test watch` installs it)");
        return;
    };

    let hears = |alert: &str| {
        let told: serde_json::Value = serde_json::from_str(&prometheus.ask("/api/v1/alerts")?).ok()?;
        let all = told["data"]["alerts"].as_array()?.iter();
        let mut firing = all.filter(|one| one["labels"]["alertname"] == alert && one["state"] == "firing");
        Some(firing.next()?["labels"]["usage"].clone())
    };
    for alert in ["VisiteCertificateEnds", "VisiteCertificateLastDay"] {
        let usage = loop {
            match hears(alert) {
                Some(usage) => break usage,
                None => tokio::time::sleep(Duration::from_millis(200)).await,
            }
        };
        assert_eq!(usage, "grpc");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn status_says_how_they_are() {
    let house = House::start().await;
    let addrs = house.addrs.map(|addr| addr.to_string());
    let [session, signal, stun] = addrs.each_ref().map(String::as_str);

    let all = status(&[session, signal, stun]);
    let text = String::from_utf8(all.stdout).expect("UTF-8");
    assert!(all.status.success(), "{text}");
    let lines: Vec<_> = text.lines().collect();
    let version = env!("CARGO_PKG_VERSION");
    for (line, name) in lines.iter().zip(["session-d", "signal-d", "stun-d"]) {
        assert!(
            line.starts_with(&format!("{name:<10} ready       {version}, up ")),
            "{line}"
        );
    }
    assert!(
        lines[0].contains(", store ") && lines[0].ends_with(", 1 feed followers"),
        "{text}"
    );
    assert!(lines[0].contains(", certificate good for 30 d 0 h, "), "{text}");
    assert!(lines[1].contains(", 0 rooms, 0 seats, 0 devices"), "{text}");
    assert!(lines[2].contains(", 0 bindings"), "{text}");

    let machine = status(&["--json", session, "127.0.0.1:1"]);
    assert!(!machine.status.success());
    let told: serde_json::Value = serde_json::from_slice(&machine.stdout).expect("JSON");
    assert_eq!(told["ready"], false);
    assert_eq!(
        (&told["daemons"][0]["name"], &told["daemons"][0]["state"]),
        (&"session-d".into(), &"ready".into())
    );
    assert_eq!(told["daemons"][0]["counts"]["store_failures"], 0.0);
    let left = told["daemons"][0]["certificate_seconds"].as_i64().expect("it has one");
    assert!((30 * 86_400..31 * 86_400).contains(&left), "{left}");
    assert!(told["daemons"][1].get("certificate_seconds").is_none());
    assert_eq!(told["daemons"][1]["state"], "unreachable");
    let said = String::from_utf8_lossy(&machine.stderr);
    assert_eq!(said, "visite: not ready: 127.0.0.1:1\n");
}

#[tokio::test(flavor = "multi_thread")]
async fn status_says_who_is_not_ready_and_why() {
    let mut house = House::start().await;
    house.end_session().await;
    let signal = house.addrs[1].to_string();

    let said = loop {
        let said = status(&[&signal]);
        if !said.status.success() {
            break said;
        }
    };

    let text = String::from_utf8(said.stdout).expect("UTF-8");
    assert!(text.starts_with("signal-d   NOT READY "), "{text}");
    assert!(
        text.ends_with("\n           session-d is not reached any more\n"),
        "{text}"
    );
}

/// The three daemons, each with its metrics' port.
struct House {
    dir: tempfile::TempDir,
    addrs: [SocketAddr; 3],
    /// When session-d's certificate does, in seconds of the Unix epoch.
    ends: u64,
    life: Life,
    session: Option<(Life, tokio::task::JoinHandle<anyhow::Result<()>>)>,
}

impl House {
    async fn start() -> Self {
        daemon::tls::use_one_provider();
        let dir = tempfile::tempdir().expect("a directory");
        let at = |name: &str| dir.path().join(name);
        let ends = now() + 30 * 86_400 + 1_800;
        write_certificate(dir.path(), ends);
        for page in ["index.html", "visit.html", "practice.html", "check.html"] {
            fs::write(at(page), "<!doctype html>").expect("written");
        }
        fs::write(at("secret"), "a secret of the operator's\n").expect("written");
        let nowhere = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
        let files = CertFiles {
            cert: at("server.pem"),
            key: at("server.key"),
        };
        // A collector that isn't there, likewise.
        let otel = OtelConfig {
            endpoint: "http://127.0.0.1:1".to_owned(),
            ca: at("server.pem"),
            sample_percent: 100,
        };
        let session = SessionD::bind(session_d::Config {
            otel: Some(otel),
            unix: Some(session_d::UnixConfig::at(at("session.sock"))),
            tls: Some(session_d::TlsConfig {
                listen: nowhere,
                cert: files.cert.clone(),
                key: files.key.clone(),
                client_ca: None,
            }),
            metrics: Some(nowhere),
            webhooks: Some(session_d::WebhooksConfig {
                ca: at("server.pem"),
                allow: Vec::new(),
                plain_loopback: false,
            }),
            ..session_d::Config::new(at("data"))
        });
        let session = session.await.expect("binds");
        let config = format!(
            "listen = [\"127.0.0.1:0\"]\nmetrics = \"127.0.0.1:0\"\n[turn]\nrelay = [\"127.0.0.1\"]\nsecret_file = {:?}\n",
            at("secret")
        );
        fs::write(at("stun.toml"), config).expect("written");
        let stun = StunD::bind(daemon::read_config(&at("stun.toml")).expect("a good one"))
            .await
            .expect("binds");
        // An authority that isn't there: what fails is told.
        let acme = AcmeConfig {
            directory: "https://127.0.0.1:1/directory".to_owned(),
            names: vec!["localhost".to_owned()],
            terms_agreed: true,
            state_dir: at("acme"),
            contact: Vec::new(),
            http: None,
            ca: at("server.pem"),
        };
        let signal = SignalD::bind(signal_d::Config {
            metrics: Some(nowhere),
            cert: None,
            key: None,
            acme: Some(acme),
            ..signal_d::Config::new(
                nowhere,
                "https://video.example.org".to_owned(),
                files,
                dir.path().to_owned(),
                signal_d::SessionAddress::unix(at("session.sock")),
            )
        });
        let signal = signal.await.expect("binds");
        let addrs =
            [session.metrics_addr(), signal.metrics_addr(), stun.metrics_addr()].map(|addr| addr.expect("it tells"));
        let (life, own) = (Life::new(), Life::new());
        let serving = tokio::spawn(session.serve(own.clone()));
        own.is_ready().await;
        let ready = [life.with_own_readiness(), life.with_own_readiness()];
        tokio::spawn(signal.serve(ready[0].clone()));
        tokio::spawn(stun.serve(ready[1].clone()));
        for life in &ready {
            life.is_ready().await;
        }
        Self {
            dir,
            addrs,
            ends,
            life,
            session: Some((own, serving)),
        }
    }

    async fn end_session(&mut self) {
        let (life, serving) = self.session.take().expect("it runs");
        life.end();
        serving.await.expect("no panic").expect("a good end");
    }
}

impl Drop for House {
    fn drop(&mut self) {
        self.life.end();
    }
}

/// For 120 days, of which these are the last.
fn write_certificate(dir: &Path, ends: u64) {
    let end = UNIX_EPOCH + Duration::from_secs(ends);
    let mut params = rcgen::CertificateParams::new(vec!["localhost".to_owned()]).expect("a name");
    params.not_before = (end - Duration::from_secs(120 * 86_400)).into();
    params.not_after = end.into();
    let key = rcgen::KeyPair::generate().expect("a key");
    let certificate = params.self_signed(&key).expect("a certificate");
    fs::write(dir.join("server.pem"), certificate.pem()).expect("written");
    fs::write(dir.join("server.key"), key.serialize_pem()).expect("written");
}

/// Seconds of the Unix epoch.
fn now() -> u64 {
    let now = SystemTime::now().duration_since(UNIX_EPOCH);
    now.expect("a clock that is right").as_secs()
}

/// It ends when it is dropped.
struct Prometheus {
    process: Child,
    addr: SocketAddr,
}

impl Prometheus {
    /// `None`: there is none on this machine.
    fn start(dir: &Path, watched: [SocketAddr; 3]) -> Option<Self> {
        let rules = root().join("deploy/prometheus/visite.rules.yml");
        let targets = watched.map(|addr| format!("{:?}", addr.to_string())).join(",");
        let config = format!(
            "global: {{ scrape_interval: 1s, evaluation_interval: 1s }}\nrule_files: [{rules:?}]\nscrape_configs: [{{ job_name: visite, static_configs: [{{ targets: [{targets}] }}] }}]\n"
        );
        fs::write(dir.join("prometheus.yml"), config).expect("written");
        // It doesn't say which port the system has given it.
        let free = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).and_then(|listener| listener.local_addr());
        let addr = free.expect("a port");
        let process = Command::new("prometheus")
            .arg(format!("--config.file={}", dir.join("prometheus.yml").display()))
            .arg(format!("--storage.tsdb.path={}", dir.join("prometheus").display()))
            .arg(format!("--web.listen-address={addr}"))
            .stderr(Stdio::null())
            .spawn();
        process.ok().map(|process| Self { process, addr })
    }

    /// What it answers, as soon as it does.
    fn ask(&self, path: &str) -> Option<String> {
        let mut stream = TcpStream::connect(self.addr).ok()?;
        write!(stream, "GET {path} HTTP/1.0\r\n\r\n").ok()?;
        let mut text = String::new();
        stream.read_to_string(&mut text).ok()?;
        let (_, body) = text.split_once("\r\n\r\n")?;
        Some(body.to_owned())
    }
}

impl Drop for Prometheus {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn get(addr: SocketAddr, path: &str) -> String {
    let mut stream = TcpStream::connect(addr).expect("connects");
    write!(stream, "GET {path} HTTP/1.1\r\nhost: localhost\r\n\r\n").expect("written");
    let mut text = String::new();
    stream.read_to_string(&mut text).expect("read");
    let (head, body) = text.split_once("\r\n\r\n").expect("a head");
    assert!(head.starts_with("HTTP/1.1 200 OK\r\n"), "{head}");
    body.to_owned()
}

/// Where Prometheus' own tool is there, it has nothing to find fault with either.
#[expect(clippy::print_stderr, reason = "what is not tested is said")]
fn promtool_reads(text: &str) {
    let started = Command::new("promtool")
        .args(["check", "metrics"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn();
    let Ok(mut promtool) = started else {
        eprintln!("!! SKIPPED, not tested: there is no promtool (`scripts/test watch` installs it)");
        return;
    };
    promtool
        .stdin
        .take()
        .expect("piped")
        .write_all(text.as_bytes())
        .expect("written");
    let found = promtool.wait_with_output().expect("ends");
    assert!(found.status.success(), "{}", String::from_utf8_lossy(&found.stderr));
}

fn status(arguments: &[&str]) -> Output {
    let command = Command::new(env!("CARGO_BIN_EXE_visite"))
        .arg("status")
        .args(arguments)
        .output();
    command.expect("runs")
}

fn sample(line: &str) -> (&str, &str, &str) {
    let (series, value) = line.rsplit_once(' ').expect("a value");
    let (name, labels) = series.split_once('{').unwrap_or((series, "}"));
    (name, labels.strip_suffix('}').expect("an end"), value)
}

/// The family of a histogram's sample.
fn stem(name: &str) -> &str {
    ["_bucket", "_sum", "_count"]
        .iter()
        .find_map(|suffix| name.strip_suffix(suffix))
        .unwrap_or(name)
}

/// All names of metrics in a text.
fn words(text: &str) -> BTreeSet<&str> {
    let words = text.split(|c: char| !c.is_ascii_alphanumeric() && c != '_');
    words
        .filter(|word| word.starts_with("visite_") || word.starts_with("process_"))
        .collect()
}

fn read(file: &str) -> String {
    let path = root().join(file);
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// All labels there may be, each with few values.
const LABELS: [&str; 16] = [
    "code",
    "daemon",
    "direction",
    "file",
    "lacking",
    "le",
    "line",
    "method",
    "outcome",
    "reason",
    "role",
    "service",
    "transport",
    "usage",
    "version",
    "what",
];
