//! stun-d: the public STUN ports, UDP and TCP, and the relay (TURN) where the operator wants one. It reads what comes, hands it to the core (`stun`) and sends what that
//! says; it logs nothing of what is asked, and keeps nothing of who has no allocation.
//!
//! [`StunD`] is the daemon. `worker` serves UDP, a thread a core, in batches by `mail`: one system call for many datagrams. `tcp` serves connections, over TLS as well: of those whom nothing else lets out.

mod config;
mod icmp;
mod mail;
mod own;
mod relay;
mod shared;
mod socket;
mod tcp;
mod worker;

use std::{
    io,
    net::SocketAddr,
    path::{Path, PathBuf},
    sync::Arc,
    thread,
};

use anyhow::Context as _;
use aws_lc_rs::rand::{SecureRandom as _, SystemRandom};
use daemon::{Daemon, Life, tls::CertFiles};
use futures_util::{StreamExt as _, stream::FuturesUnordered};
use stun::turn::{Limits, Quotas};
use tokio::{
    signal::unix::{SignalKind, signal},
    task::JoinSet,
};

pub use config::{Config, Relay, Tls};

use relay::RelayMaker;
use tcp::TcpPort;
use worker::{Listener, Serving, Worker};

/// The daemon, bound and not yet serving.
#[derive(Debug)]
pub struct StunD {
    addrs: Vec<SocketAddr>,
    tcp: Vec<TcpPort>,
    workers: Vec<Worker>,
    relays: RelayMaker,
    secret_file: Option<PathBuf>,
}

impl StunD {
    /// Where it listens, in the order of the configuration.
    pub fn addrs(&self) -> Vec<SocketAddr> {
        self.addrs.clone()
    }

    /// Where it listens for TLS, in the order of the configuration.
    pub fn tls_addrs(&self) -> Vec<SocketAddr> {
        self.tcp[self.addrs.len()..].iter().map(TcpPort::addr).collect()
    }
}

impl Daemon for StunD {
    const NAME: &'static str = "stun-d";
    type Config = Config;

    async fn bind(config: Config) -> anyhow::Result<Self> {
        config.check()?;
        let count = thread::available_parallelism().map_or(1, usize::from).min(MOST_WORKERS);
        let (listeners, tcp): (Vec<_>, Vec<_>) = config
            .listen
            .iter()
            .map(|&addr| bind(addr, count > 1))
            .collect::<anyhow::Result<Vec<_>>>()?
            .into_iter()
            .unzip();
        let addrs: Vec<_> = listeners.iter().map(Listener::addr).collect();
        let mut all = vec![listeners];
        for _ in 1..count {
            let more = addrs
                .iter()
                .map(|&addr| Listener::bind(addr, true).with_context(|| format!("bind {addr} (UDP)")));
            all.push(more.collect::<anyhow::Result<_>>()?);
        }
        let key = chance()?;
        let plan = |relay: &Relay| {
            relay
                .settings(key)
                .map(|settings| (settings, Quotas::new(Limits::from(relay))))
        };
        let relays = RelayMaker::new(config.turn.as_ref().map(plan).transpose()?);
        let workers = all
            .into_iter()
            .map(|listeners| Worker::new(listeners, &relays))
            .collect();
        let mut tcp = tcp;
        if let Some(tls) = &config.tls {
            let files = CertFiles {
                cert: tls.cert.clone(),
                key: tls.key.clone(),
            };
            let certificate = daemon::tls::server_config(&files, &[], None)?;
            for &addr in &tls.listen {
                tcp.push(
                    TcpPort::bind(addr, Some(Arc::clone(&certificate)))
                        .with_context(|| format!("bind {addr} (TLS)"))?,
                );
            }
        }
        Ok(Self {
            addrs,
            tcp,
            workers,
            relays,
            secret_file: config.turn.map(|relay| relay.secret_file),
        })
    }

    async fn serve(self, life: Life) -> anyhow::Result<()> {
        let mut ports = JoinSet::new();
        for tcp in self.tcp {
            ports.spawn(tcp.serve(self.relays.clone()));
        }
        let (workers, ends): (Vec<_>, Vec<_>) = self
            .workers
            .into_iter()
            .map(Worker::serve)
            .collect::<anyhow::Result<Vec<_>>>()?
            .into_iter()
            .unzip();
        let mut ends: FuturesUnordered<_> = ends.into_iter().collect();
        let mut hang_ups = signal(SignalKind::hangup()).context("listen for SIGHUP")?;
        life.ready();
        // Nothing is begun that would have to be finished: dropping them ends it.
        loop {
            tokio::select! {
                () = life.ending() => return Ok(()),
                Some(ended) = ends.next() => return ended.context("a worker is gone").flatten(),
                Some(ended) = ports.join_next() => return ended.context("a port broke down").flatten(),
                Some(()) = hang_ups.recv() => renew(self.secret_file.as_deref(), &self.relays, &workers),
            }
        }
    }
}

/// The secrets are read anew. Where they can't be, those before hold on: a relay that nobody may use is worse.
fn renew(file: Option<&Path>, relays: &RelayMaker, workers: &[Serving]) {
    match file.map(config::credentials) {
        None => {}
        Some(Ok(credentials)) => {
            workers
                .iter()
                .for_each(|worker| worker.set_credentials(credentials.clone()));
            relays.set_credentials(credentials);
            tracing::info!("the relay's secrets are read anew");
        }
        Some(Err(error)) => tracing::error!("the relay goes on with the secrets it has: {error:#}"),
    }
}

/// Binds both transports to one address. Port 0 becomes the same port for both.
fn bind(addr: SocketAddr, is_shared: bool) -> anyhow::Result<(Listener, TcpPort)> {
    let udp = |addr| Listener::bind(addr, is_shared).with_context(|| format!("bind {addr} (UDP)"));
    if is_shared && addr.port() != 0 {
        // Among workers a port is shared, not with another program.
        drop(Listener::bind(addr, false).with_context(|| format!("bind {addr} (UDP)"))?);
    }
    let mut refused: Option<io::Error> = None;
    for _ in 0..ATTEMPTS {
        let udp = udp(addr)?;
        match TcpPort::bind(udp.addr(), None) {
            Ok(tcp) => return Ok((udp, tcp)),
            Err(error) => refused = Some(error),
        }
        if addr.port() != 0 {
            break;
        }
    }
    let refused = refused.expect("at least one attempt was made");
    Err(refused).with_context(|| format!("bind {addr} (TCP)"))
}

fn chance() -> anyhow::Result<[u8; 32]> {
    let mut key = [0; 32];
    SystemRandom::new()
        .fill(&mut key)
        .ok()
        .context("the system has no randomness")?;
    Ok(key)
}

/// A free UDP port may be taken over TCP: then another is tried.
const ATTEMPTS: usize = 16;
const MOST_WORKERS: usize = 64;
