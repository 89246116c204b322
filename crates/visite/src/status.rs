//! `visite status`: how the daemons are, at a glance. It asks their metrics' ports, so it needs no right but to reach them.

mod samples;

use std::{
    fmt,
    net::SocketAddr,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use anyhow::{Context as _, ensure};
use http_body_util::{BodyExt as _, Empty, Limited};
use hyper::{Request, StatusCode, body::Bytes, client::conn::http1, header::HOST};
use hyper_util::rt::TokioIo;
use serde::{Serialize, Serializer};
use tokio::{net::TcpStream, time::timeout};

use samples::Samples;

#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// Where they tell (`metrics` in their configurations).
    #[arg(value_name = "ADDRESS", default_values_t = USUAL)]
    addresses: Vec<SocketAddr>,
    /// For programs: one JSON object.
    #[arg(long)]
    json: bool,
}

/// # Errors
/// When one of them is not ready: then the exit code says so as well.
pub(crate) fn run(arguments: &Arguments) -> anyhow::Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let daemons: Vec<_> = runtime.block_on(async {
        let mut daemons = Vec::new();
        for &address in &arguments.addresses {
            daemons.push(Daemon::ask(address).await);
        }
        daemons
    });
    if arguments.json {
        println!(
            "{}",
            serde_json::json!({ "ready": daemons.iter().all(Daemon::is_ready), "daemons": daemons })
        );
    } else {
        daemons.iter().for_each(|daemon| println!("{daemon}"));
    }
    let waiting: Vec<_> = daemons
        .iter()
        .filter(|daemon| !daemon.is_ready())
        .map(Daemon::name)
        .collect();
    ensure!(waiting.is_empty(), "not ready: {}", waiting.join(", "));
    Ok(())
}

/// One of them.
#[derive(Debug, Serialize)]
struct Daemon {
    address: SocketAddr,
    state: State,
    /// What is wrong, where something is.
    #[serde(skip_serializing_if = "Option::is_none")]
    why: Option<String>,
    #[serde(flatten, skip_serializing_if = "Option::is_none")]
    told: Option<Told>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
enum State {
    Ready,
    NotReady,
    Unreachable,
}

/// What one says of itself.
#[derive(Debug, Serialize)]
struct Told {
    name: String,
    version: String,
    uptime_seconds: u64,
    memory_bytes: u64,
    /// For how long the first of its certificates to end is good; negative where that is over.
    #[serde(skip_serializing_if = "Option::is_none")]
    certificate_seconds: Option<i64>,
    /// By a word for each: `rooms`, `store_bytes`.
    #[serde(serialize_with = "as_map")]
    counts: Vec<(&'static str, f64)>,
}

fn as_map<S: Serializer>(counts: &[(&'static str, f64)], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_map(counts.iter().copied())
}

impl Daemon {
    async fn ask(address: SocketAddr) -> Self {
        let asked = timeout(PATIENCE, async {
            let (status, why) = get(address, "/readyz").await?;
            let (_, text) = get(address, "/metrics").await?;
            anyhow::Ok((status, why, Told::read(&text)?))
        });
        let failed = |why: String| Self {
            address,
            state: State::Unreachable,
            why: Some(why),
            told: None,
        };
        match asked.await {
            Ok(Ok((StatusCode::OK, _, told))) => Self {
                address,
                state: State::Ready,
                why: None,
                told: Some(told),
            },
            Ok(Ok((_, why, told))) => Self {
                address,
                state: State::NotReady,
                why: Some(why.trim().to_owned()),
                told: Some(told),
            },
            Ok(Err(error)) => failed(format!("{error:#}")),
            Err(_) => failed(format!("no answer within {PATIENCE:?}")),
        }
    }

    fn is_ready(&self) -> bool {
        self.state == State::Ready
    }

    /// Its own, or the one that usually tells there.
    fn name(&self) -> String {
        let usual = || USUAL.iter().zip(NAMES).find(|(usual, _)| **usual == self.address);
        match (&self.told, usual()) {
            (Some(told), _) => told.name.clone(),
            (None, Some((_, name))) => name.to_owned(),
            (None, None) => self.address.to_string(),
        }
    }
}

impl fmt::Display for Daemon {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let state = match self.state {
            State::Ready => "ready",
            State::NotReady => "NOT READY",
            State::Unreachable => "UNREACHABLE",
        };
        write!(f, "{:<10} {state:<11}", self.name())?;
        if let Some(told) = &self.told {
            let (version, up) = (&told.version, duration(told.uptime_seconds));
            write!(f, " {version}, up {up}, {}", bytes(told.memory_bytes))?;
            match told.certificate_seconds {
                Some(left @ 1..) => write!(f, ", certificate good for {}", duration(left.unsigned_abs()))?,
                Some(_) => write!(f, ", CERTIFICATE HAS ENDED")?,
                None => {}
            }
            for (what, value) in &told.counts {
                write!(f, ", {}", counted(what, *value))?;
            }
        }
        match &self.why {
            Some(why) if self.told.is_some() => write!(f, "\n           {why}"),
            Some(why) => write!(f, " {why}"),
            None => Ok(()),
        }
    }
}

impl Told {
    fn read(text: &str) -> anyhow::Result<Self> {
        let samples = Samples::parse(text);
        let label = |name| samples.label("visite_build_info", name).map(str::to_owned);
        let own = "that is no daemon of Visite";
        let now = SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .unwrap_or_default()
            .as_secs();
        let ends = samples.least("visite_certificate_not_after_timestamp_seconds");
        let started = samples.sum("process_start_time_seconds").context(own)? as u64;
        Ok(Self {
            name: label("daemon").context(own)?,
            version: label("version").context(own)?,
            uptime_seconds: now.saturating_sub(started),
            memory_bytes: samples.sum("process_resident_memory_bytes").unwrap_or_default() as u64,
            certificate_seconds: ends.map(|ends| ends as i64 - now as i64),
            counts: COUNTS
                .iter()
                .filter_map(|(what, metric)| Some((*what, samples.sum(metric)?)))
                .collect(),
        })
    }
}

async fn get(address: SocketAddr, path: &str) -> anyhow::Result<(StatusCode, String)> {
    let stream = TcpStream::connect(address)
        .await
        .with_context(|| format!("nobody tells at {address} (`metrics` in the configuration of a daemon that runs)"))?;
    let (mut send, connection) = http1::handshake(TokioIo::new(stream)).await?;
    let asking = async {
        let request = Request::get(path)
            .header(HOST, address.to_string())
            .body(Empty::<Bytes>::new())?;
        let answer = send.send_request(request).await?;
        let status = answer.status();
        let body = Limited::new(answer.into_body(), MOST).collect().await;
        let body = body.map_err(|error| anyhow::anyhow!("{error}"))?.to_bytes();
        anyhow::Ok((status, String::from_utf8_lossy(&body).into_owned()))
    };
    let (answer, _) = tokio::join!(asking, connection);
    answer
}

/// `3 d 2 h`: the two largest units.
fn duration(seconds: u64) -> String {
    let (minutes, hours, days) = (seconds / 60, seconds / 3600, seconds / 86_400);
    match (days, hours, minutes) {
        (0, 0, 0) => format!("{seconds} s"),
        (0, 0, _) => format!("{minutes} min"),
        (0, ..) => format!("{hours} h {} min", minutes % 60),
        _ => format!("{days} d {} h", hours % 24),
    }
}

fn counted(what: &str, value: f64) -> String {
    match what.strip_suffix("_bytes") {
        Some(what) => format!("{what} {}", bytes(value as u64)),
        None => format!("{value} {}", what.replace('_', " ")),
    }
}

fn bytes(bytes: u64) -> String {
    match bytes {
        0..1_000 => format!("{bytes} B"),
        1_000..1_000_000 => format!("{} kB", bytes / 1_000),
        _ => format!("{:.1} MB", bytes as f64 / 1e6),
    }
}

/// What is worth a glance: the word for it, and the metric, whose samples are added up. What a daemon doesn't have it isn't asked for.
const COUNTS: &[(&str, &str)] = &[
    ("rooms", "visite_signal_rooms"),
    ("seats", "visite_signal_seats"),
    ("devices", "visite_signal_devices"),
    ("wrong_invites", "visite_signal_wrong_invites_total"),
    ("store_bytes", "visite_store_size_bytes"),
    ("store_failures", "visite_store_failures_total"),
    ("feed_followers", "visite_feed_followers"),
    ("bindings", "visite_stun_bindings_total"),
    ("allocations", "visite_relay_allocations"),
    ("allocations_at_most", "visite_relay_allocations_max"),
    ("relayed_bytes", "visite_relay_bytes_total"),
];

/// As the examples in `deploy/` have them.
const USUAL: [SocketAddr; 3] = [usual(9476), usual(9477), usual(9478)];
const NAMES: [&str; 3] = ["session-d", "signal-d", "stun-d"];

const fn usual(port: u16) -> SocketAddr {
    SocketAddr::new(std::net::IpAddr::V4(std::net::Ipv4Addr::LOCALHOST), port)
}

/// For one daemon: its own patience with what it needs is 2 s.
const PATIENCE: Duration = Duration::from_secs(5);
/// Bytes: many times what one tells.
const MOST: usize = 4 * 1024 * 1024;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_and_sizes_are_for_people() {
        assert_eq!(
            [duration(59), duration(60), duration(7_260), duration(180_000)],
            ["59 s", "1 min", "2 h 1 min", "2 d 2 h"]
        );
        assert_eq!(
            [bytes(999), bytes(4_096), bytes(7_400_000)],
            ["999 B", "4 kB", "7.4 MB"]
        );
        assert_eq!(counted("store_bytes", 4096.0), "store 4 kB");
        assert_eq!(counted("wrong_invites", 3.0), "3 wrong invites");
    }
}
