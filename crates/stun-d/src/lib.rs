//! stun-d: the public STUN ports, UDP and TCP, and the relay (TURN) where the operator wants one. It reads what comes, hands it to the core (`stun`) and sends what that
//! says; it logs nothing of what is asked, and keeps nothing of who has no allocation.
//!
//! [`StunD`] is the daemon. `worker` serves UDP, a thread a core: `desk` is what it does, in batches by `mail`, one
//! system call for many datagrams; `neighbours` is how clients of two workers meet. `tcp` serves connections, over TLS as well: of those whom nothing else lets out. `dtls` is for
//! other programs than browsers. A `client` of these two has a relay of its own.
//! What the operator wants goes through `control`, which `grpc`, `metrics` and SIGHUP ask.

mod bind;
mod client;
mod config;
mod control;
mod desk;
mod dtls;
mod errand;
mod grpc;
mod icmp;
mod mail;
mod meter;
mod metrics;
mod neighbours;
mod outgoing;
mod own;
mod pace;
mod peers;
mod ports;
mod relay;
mod seats;
mod secrets;
mod shared;
mod socket;
mod tcp;
mod worker;

use std::{
    net::SocketAddr,
    sync::{Arc, Mutex},
    time::Instant,
};

use anyhow::Context as _;
use aws_lc_rs::rand::{SecureRandom as _, SystemRandom};
use daemon::{
    Daemon, Life, LogFilter, Reach, Reload, Traces,
    doors::{self, Listeners},
    metrics::{Calls, Port as MetricsPort},
    tls::{Certificate, Pair},
};
use futures_util::{StreamExt as _, stream::FuturesUnordered};
use stun::turn::{Limits, Quotas};
use tokio::{
    signal::unix::{SignalKind, signal},
    sync::watch,
    task::{JoinSet, spawn_blocking},
};

pub use config::{Api, Config, Relay, Tls};

use control::{Certificates, Control};
use dtls::{DtlsPort, Identity};
use errand::Connections;
use meter::Meters;
use relay::RelayMaker;
use tcp::{Common, TcpPort};
use worker::{Listener, Worker};

/// The daemon, bound and not yet serving.
#[derive(Debug)]
pub struct StunD {
    addrs: Vec<SocketAddr>,
    tcp: Vec<TcpPort>,
    workers: Vec<Worker>,
    common: Common,
    dtls: Vec<DtlsPort>,
    certificates: Certificates,
    doors: Option<Listeners>,
    metrics: Option<MetricsPort>,
    traces: Traces,
    config: Config,
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

    /// Where it listens for DTLS, in the order of the configuration.
    pub fn dtls_addrs(&self) -> Vec<SocketAddr> {
        self.dtls.iter().map(DtlsPort::addr).collect()
    }

    /// Where it tells what was counted, if it does.
    pub fn metrics_addr(&self) -> Option<SocketAddr> {
        self.metrics.as_ref().map(MetricsPort::addr)
    }

    /// Where it listens for gRPC over TLS, if it does.
    pub fn api_addr(&self) -> Option<SocketAddr> {
        self.doors.as_ref().and_then(Listeners::tls_addr)
    }
}

impl Daemon for StunD {
    const NAME: &'static str = "stun-d";
    const PURPOSE: &'static str = "The public STUN and TURN ports of Visite";
    const EXAMPLE: &'static str = include_str!("../../../deploy/stun-d.toml");
    // Others within these wait as well, as `Config::renewed` says.
    const RENEWED: &'static [&'static str] = &["log", "rate_limit", "rate_limit_exempt", "tls", "dtls", "turn"];
    type Config = Config;

    fn reach(config: &Config) -> Reach {
        let mut reach = Reach::new();
        for tls in config.tls.iter().chain(&config.dtls) {
            reach = reach.reading(&tls.cert).reading(&tls.key);
        }
        if let Some(turn) = &config.turn {
            // The operator may set other secrets (`visite relay secrets`).
            reach = reach.reading(&turn.secret_file).making(&turn.secret_file);
        }
        if let Some(otel) = &config.otel {
            reach = otel.within(reach);
        }
        let Some(api) = &config.api else { return reach };
        if let Some(unix) = &api.unix {
            reach = unix.within(reach);
        }
        match &api.tls {
            Some(tls) => tls.within(reach),
            None => reach,
        }
    }

    fn log(config: &Config) -> Option<&LogFilter> {
        config.log.as_ref()
    }

    fn check(config: &Config) -> anyhow::Result<()> {
        config.check_files()
    }

    async fn bind(config: Config) -> anyhow::Result<Self> {
        config.check()?;
        let (mut all, tcp) = bind::bind(&config.listen)?;
        let count = all.len();
        let addrs: Vec<_> = all[0].iter().map(Listener::addr).collect();
        for (at, square) in config.squares(&addrs)?.into_iter().enumerate() {
            if let Some(square) = square {
                all.iter_mut().for_each(|listeners| listeners[at].discover(square));
            }
        }
        let key = chance()?;
        let plan = |relay: &Relay| {
            relay
                .settings(key)
                .map(|settings| (settings, Quotas::new(Limits::from(relay))))
        };
        let relays = RelayMaker::new(config.turn.as_ref().map(plan).transpose()?);
        let common = Common {
            relays,
            connections: Connections::default(),
            meters: Meters::new(count),
            rates: Mutex::new(config.rates()?),
            began: Instant::now(),
        };
        let places = neighbours::places(count as u8).context("make bells")?;
        let worker = |((number, listeners), place)| {
            let rates = config.rates()?;
            anyhow::Ok(Worker::new(
                listeners,
                &common.relays,
                place,
                common.meters.of_worker(number),
                rates,
            ))
        };
        let workers = all
            .into_iter()
            .enumerate()
            .zip(places)
            .map(worker)
            .collect::<Result<_, _>>()?;
        let (mut tcp, mut dtls, mut certificates) = (tcp, Vec::new(), Certificates::default());
        if let Some(tls) = &config.tls {
            let certificate = Certificate::of(Pair::read(&tls.files()).map_err(|error| error.within("tls"))?);
            let server = certificate.server_config(&[], None)?;
            for &addr in &tls.listen {
                let port = TcpPort::bind(addr, Some(server.clone()));
                tcp.push(port.with_context(|| format!("bind {addr} (TLS)"))?);
            }
            certificates.tls = Some(certificate);
        }
        if let Some(within) = &config.dtls {
            let (identity, shown) =
                watch::channel(Identity::read(&within.files()).map_err(|error| error.within("dtls"))?);
            for &addr in &within.listen {
                let port = DtlsPort::bind(addr, shown.clone());
                dtls.push(port.with_context(|| format!("bind {addr} (DTLS)"))?);
            }
            certificates.dtls = Some(identity);
        }
        let doors = config.api.as_ref();
        let doors = doors
            .map(|api| Listeners::bind(api.unix.as_ref(), api.tls.as_ref(), None, doors::GRPC))
            .transpose()?;
        certificates.api = doors.as_ref().and_then(Listeners::certificate);
        let metrics = config.metrics.map(|addr| MetricsPort::bind(addr, Self::NAME));
        let traces = Traces::open(config.otel.as_ref(), Self::NAME)?;
        let metrics = metrics.transpose()?;
        let metrics = metrics.map(|port| certificates.told_at(port).with_traces(&traces));
        Ok(Self {
            addrs,
            tcp,
            workers,
            common,
            dtls,
            certificates,
            doors,
            metrics,
            traces,
            config,
        })
    }

    async fn serve(self, life: Life) -> anyhow::Result<()> {
        let mut ports = JoinSet::new();
        let common = Arc::new(self.common);
        for tcp in self.tcp {
            ports.spawn(tcp.serve(Arc::clone(&common)));
        }
        for dtls in self.dtls {
            ports.spawn(dtls.serve(Arc::clone(&common)));
        }
        let (workers, ends): (Vec<_>, Vec<_>) = self
            .workers
            .into_iter()
            .map(Worker::serve)
            .collect::<anyhow::Result<Vec<_>>>()?
            .into_iter()
            .unzip();
        let mut ends: FuturesUnordered<_> = ends.into_iter().collect();
        let control = Arc::new(Control::new(
            common,
            workers.iter().map(worker::Serving::post).collect(),
            self.config,
            life.clone(),
            self.certificates,
            Calls::of(api::methods()).traced_by(&self.traces),
        ));
        if let Some(doors) = self.doors {
            ports.spawn(grpc::serve(Arc::clone(&control), doors, life.clone()));
        }
        if let Some(metrics) = self.metrics {
            let serving = metrics.serve(Arc::clone(&control));
            ports.spawn(async {
                serving.await;
                Ok(())
            });
        }
        ports.spawn(Arc::clone(&control).follow_files());
        let mut hang_ups = signal(SignalKind::hangup()).context("listen for SIGHUP")?;
        let watched = Arc::clone(&control);
        life.watch(move || Arc::clone(&watched).workers_work());
        life.ready();
        // Nothing is begun that would have to be finished: dropping them ends it.
        loop {
            tokio::select! {
                () = life.ending() => {
                    self.traces.flush().await;
                    return Ok(());
                }
                Some(ended) = ends.next() => return ended.context("a worker is gone").flatten(),
                Some(ended) = ports.join_next() => return ended.context("a port broke down").flatten(),
                Some(()) = hang_ups.recv() => {
                    let control = Arc::clone(&control);
                    spawn_blocking(move || {
                        let _telling = Reload::begin();
                        daemon::report_renewal(&control.reload());
                    }).await.context("read everything anew")?;
                }
            }
        }
    }
}

fn chance<const N: usize>() -> anyhow::Result<[u8; N]> {
    let mut key = [0; N];
    SystemRandom::new()
        .fill(&mut key)
        .ok()
        .context("the system has no randomness")?;
    Ok(key)
}
