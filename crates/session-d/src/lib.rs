//! session-d: practices and their devices, rooms, invites and tokens. The only part of Visite with a store.
//!
//! It talks gRPC with integrators and the command line (`proto/visite/session/v1`) and with our other daemons (`proto/visite/control/v1`), over a Unix socket, TLS, or both.
//! It never learns a patient's name, nor anything that two browsers say to each other: there is no field for it.
//!
//! From the outside in: [`SessionD`] listens, `grpc` parses and translates, `rules` decides, `store` remembers, `feed` tells the other daemons what changed.

pub mod backup;
mod clock;
mod config;
mod events;
mod feed;
mod grpc;
mod http;
mod identity;
mod keys;
mod relay;
mod reporters;
mod rules;
mod store;
mod watch;
mod webhooks;

use std::{
    net::SocketAddr,
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use daemon::{
    Address, Daemon, Life, LogFilter, Reach, Traces,
    doors::{self, Listeners},
    metrics::{self, Calls},
    tls::{Certificate, Pair},
};
use tokio::sync::watch::{Receiver, channel};

pub use clock::Clock;
pub use config::{Config, IntegratorsConfig, PostgresConfig, RelayConfig, Retention, WebhooksConfig};
pub use daemon::doors::{TlsConfig, UnixConfig};

use grpc::Service;
use keys::SigningKeys;
use relay::{Relay, Told};
use store::{Hold, Store, Writer};
use watch::Watch;
use webhooks::Webhooks;

/// The daemon, bound and not yet serving.
#[derive(Debug)]
pub struct SessionD {
    listeners: Listeners,
    service: Arc<Service>,
    writer: Writer,
    retention: Retention,
    metrics: Option<metrics::Port>,
    traces: Traces,
    file: Option<PathBuf>,
    _hold: Option<Hold>,
}

impl SessionD {
    /// Where it listens for TLS, if it does.
    pub fn tls_addr(&self) -> Option<SocketAddr> {
        self.listeners.tls_addr()
    }

    /// Where it tells what was counted, if it does.
    pub fn metrics_addr(&self) -> Option<SocketAddr> {
        self.metrics.as_ref().map(metrics::Port::addr)
    }
}

impl Daemon for SessionD {
    const NAME: &'static str = "session-d";
    const PURPOSE: &'static str = "Practices, rooms and tokens of Visite, and the only store";
    const EXAMPLE: &'static str = include_str!("../../../deploy/session-d.toml");
    const RENEWED: &'static [&'static str] = &[
        "log",
        "retention_hours",
        "tls.cert",
        "tls.key",
        "relay.secret_file",
        "relay.urls",
    ];
    type Config = Config;

    fn reach(config: &Config) -> Reach {
        // SQLite sorts what is much in a file for the time being.
        let mut reach = [Path::new("/tmp"), Path::new("/var/tmp"), &config.data_dir]
            .into_iter()
            .fold(Reach::new(), Reach::changing);
        if let Some(unix) = &config.unix {
            reach = unix.within(reach);
        }
        if let Some(tls) = &config.tls {
            reach = tls.within(reach);
        }
        if let Some(integrators) = &config.integrators {
            reach = reach.reading(&integrators.ca);
        }
        if let Some(postgres) = &config.postgres {
            reach = postgres.within(reach);
        }
        if let Some(webhooks) = &config.webhooks {
            reach = reach.reading(&webhooks.ca).calling_anybody();
        }
        if let Some(otel) = &config.otel {
            reach = otel.within(reach);
        }
        let Some(relay) = &config.relay else { return reach };
        let stun_ds = relay.stun_d.iter();
        stun_ds.fold(reach.reading(&relay.secret_file), |reach, stun_d| stun_d.within(reach))
    }

    fn log(config: &Config) -> Option<&LogFilter> {
        config.log.as_ref()
    }

    fn check(config: &Config) -> anyhow::Result<()> {
        Ok(config.check_files()?)
    }

    async fn bind(config: Config) -> anyhow::Result<Self> {
        config.check()?;
        let stun_ds = config.relay.iter().flat_map(|relay| &relay.stun_d);
        let shown_to_relays = stun_ds.filter_map(Address::validity).min_by_key(|validity| validity.to);
        let traces = Traces::open(config.otel.as_ref(), Self::NAME)?;
        let relay = config.relay.clone().map(|relay| Relay::open(relay, &traces));
        let relay = relay.transpose()?;
        let keys = SigningKeys::open(&config.data_dir, config.clock.now())?;
        let webhooks = config.webhooks.as_ref();
        let webhooks = webhooks
            .map(|webhooks| Webhooks::open(webhooks, &config.data_dir))
            .transpose()?;
        let (file, hold, (store, writer)) = match config.postgres {
            Some(postgres) => (None, None, Store::reach(postgres).await?),
            None => {
                let file = config.data_dir.join(STORE);
                let hold = Hold::take(&file)?;
                let opened = Store::open(&file).await?;
                (Some(file), Some(hold), opened)
            }
        };
        let integrators = config.integrators.as_ref().map(|integrators| integrators.ca.as_path());
        let (unix, tls) = (config.unix.as_ref(), config.tls.as_ref());
        let listeners = Listeners::bind(unix, tls, integrators, doors::GRPC_AND_HTTP)?;
        let metrics = config.metrics.map(|addr| metrics::Port::bind(addr, Self::NAME));
        let metrics = metrics.transpose()?.map(|port| {
            let port = match listeners.certificate() {
                Some(certificate) => port.with_certificate("grpc", &certificate),
                None => port,
            };
            port.with_validity("stun_d", move || shown_to_relays)
                .with_traces(&traces)
        });
        Ok(Self {
            listeners,
            service: Arc::new(Service::new(
                store,
                keys,
                config.clock,
                config.public_url,
                relay,
                webhooks,
                integrators.is_some(),
            )),
            writer,
            retention: config.retention,
            metrics,
            traces,
            file,
            _hold: hold,
        })
    }

    async fn serve(mut self, life: Life) -> anyhow::Result<()> {
        let (retention, kept) = channel(self.retention);
        let cleaning = tokio::spawn(clean(Arc::clone(&self.service), kept));
        let clearing = tokio::spawn(clear(Arc::clone(&self.service)));
        let listening = tokio::spawn(reporters::free_silent(Arc::clone(&self.service)));
        let freeing = tokio::spawn(relay::freeing::tell(Arc::clone(&self.service)));
        let delivering = tokio::spawn(webhooks::deliver(Arc::clone(&self.service)));
        let (service, certificate) = (Arc::clone(&self.service), self.listeners.certificate());
        let renewing = daemon::renew_on_hang_up::<Self>(life.clone(), move |config| {
            renew(&service, certificate.as_ref(), &retention, config)
        })?;
        let renewing = tokio::spawn(renewing);
        let watched = self.service.store().clone();
        life.watch(move || {
            let store = watched.clone();
            async move { store.works().await }
        });
        let calls = Calls::of(api::methods()).traced_by(&self.traces);
        let watch = Watch {
            service: Arc::clone(&self.service),
            calls: calls.clone(),
            file: self.file,
        };
        let watching = self.metrics.map(|port| tokio::spawn(port.serve(Arc::new(watch))));
        let serving = grpc::serve(Arc::clone(&self.service), self.listeners, &calls, life.clone());
        let end = tokio::select! {
            end = serving => end,
            // The writer only ends by itself when it can't promise anything any more.
            end = self.writer.run() => end,
        };
        if let Some(watching) = watching {
            watching.abort();
        }
        renewing.abort();
        delivering.abort();
        freeing.abort();
        listening.abort();
        cleaning.abort();
        clearing.abort();
        self.service.store().close().await;
        self.writer.close().await;
        self.traces.flush().await;
        end
    }
}

/// Deletes what is kept no longer, for as long as the daemon lives.
async fn clean(service: Arc<Service>, retention: Receiver<Retention>) {
    let mut interval = tokio::time::interval(CLEANING);
    let mut moves = service.clock().follow();
    loop {
        tokio::select! {
            _ = interval.tick() => {}
            Ok(()) = moves.changed() => {}
        }
        service.forget_old_challenges();
        // What would be too old before the next time is so now: nothing is kept longer than was promised.
        let age = retention.borrow().seconds() - CLEANING.as_secs();
        match service.store().sweep(service.now(), age).await {
            Ok(0) => {}
            Ok(rooms) => tracing::info!(rooms, "deleted what is kept no longer"),
            Err(error) => tracing::error!("what is kept no longer could not be deleted: {error}"),
        }
    }
}

/// Deletes the rooms of open hours that nobody came to, for as long as the daemon lives.
async fn clear(service: Arc<Service>) {
    let mut interval = tokio::time::interval(CLEARING);
    let mut moves = service.clock().follow();
    loop {
        tokio::select! {
            _ = interval.tick() => {}
            Ok(()) = moves.changed() => {}
        }
        match service.store().sweep_unvisited(service.now()).await {
            Ok(0) => {}
            Ok(rooms) => tracing::info!(rooms, "deleted rooms that nobody came to"),
            Err(error) => tracing::error!("rooms that nobody came to could not be deleted: {error}"),
        }
    }
}

/// Goes on with what the configuration and its files say now. Where anything is wrong nothing is changed.
fn renew(
    service: &Service,
    certificate: Option<&Certificate>,
    retention: &tokio::sync::watch::Sender<Retention>,
    config: Option<&Config>,
) -> anyhow::Result<()> {
    let relay = service.relay().map(|relay| {
        let new = config.and_then(|config| config.relay.clone());
        Ok::<_, daemon::ConfigError>((relay, Told::read(new.unwrap_or_else(|| relay.config()))?))
    });
    let tls = certificate.zip(config.and_then(|config| config.tls.as_ref()));
    let tls = tls.map(|(certificate, tls)| Ok::<_, daemon::ConfigError>((certificate, Pair::read(&tls.files())?)));
    let relay = relay.transpose().map_err(|error| error.within("relay"))?;
    let tls = tls.transpose().map_err(|error| error.within("tls"))?;
    // Nothing can fail any more.
    if let Some((relay, told)) = relay {
        relay.renew(told);
    }
    if let Some((certificate, pair)) = tls {
        certificate.show(pair);
    }
    if let Some(config) = config {
        retention.send_replace(config.retention);
    }
    Ok(())
}

/// The file in the data directory, where the store is one.
const STORE: &str = "session.db";
const CLEANING: Duration = Duration::from_secs(15 * 60);
const CLEARING: Duration = Duration::from_secs(60);
