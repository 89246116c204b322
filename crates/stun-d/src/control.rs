//! What the operator wants: to know, and to change. Nothing here is on the way of a datagram; what workers and connections have to do is left in their mailboxes.

use std::{
    future::pending,
    net::SocketAddr,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, SystemTime},
};

use anyhow::Context as _;
use daemon::{
    Life,
    metrics::{Calls, Port},
    tls::{Certificate, Pair, on_change},
};
use stun::turn::{Credentials, Limits, Listed, Quotas};
use tokio::{
    sync::{
        mpsc::{UnboundedReceiver, unbounded_channel},
        watch,
    },
    time::timeout,
};

use crate::{
    StunD,
    config::Config,
    dtls::Identity,
    errand::{Errand, Which},
    meter::{Counted, Entrance},
    secrets,
    tcp::Common,
    worker::Post,
};

/// The daemon, as its operator has it in hand.
#[derive(Debug)]
pub(crate) struct Control {
    common: Arc<Common>,
    workers: Vec<Post>,
    /// As it runs.
    config: Mutex<Config>,
    life: Life,
    certificates: Certificates,
    calls: Calls,
    started: SystemTime,
}

/// What those who come from now on are shown, where it is listened for them.
#[derive(Debug, Default)]
pub(crate) struct Certificates {
    pub(crate) tls: Option<Certificate>,
    pub(crate) dtls: Option<watch::Sender<Arc<Identity>>>,
    pub(crate) api: Option<Certificate>,
}

impl Certificates {
    /// Has `port` tell when they end.
    pub(crate) fn told_at(&self, port: Port) -> Port {
        let shown = [("tls", &self.tls), ("grpc", &self.api)];
        let port = shown.into_iter().fold(port, |port, (usage, shown)| match shown {
            Some(certificate) => port.with_certificate(usage, certificate),
            None => port,
        });
        match self.dtls.as_ref().map(watch::Sender::subscribe) {
            Some(shown) => port.with_validity("dtls", move || shown.borrow().validity()),
            None => port,
        }
    }
}

impl Control {
    pub(crate) fn new(
        common: Arc<Common>,
        workers: Vec<Post>,
        config: Config,
        life: Life,
        certificates: Certificates,
        calls: Calls,
    ) -> Self {
        Self {
            common,
            workers,
            config: Mutex::new(config),
            life,
            certificates,
            calls,
            started: SystemTime::now(),
        }
    }

    pub(crate) fn started(&self) -> SystemTime {
        self.started
    }

    /// What the operator and session-d ask.
    pub(crate) fn calls(&self) -> &Calls {
        &self.calls
    }

    pub(crate) fn quotas(&self) -> Option<&Quotas> {
        self.common.relays.quotas()
    }

    /// What each entrance has counted; those that are listened on.
    pub(crate) fn counted(&self) -> Vec<(Entrance, Counted)> {
        let entrances = [Entrance::Udp, Entrance::Tcp]
            .into_iter()
            .chain(self.certificates.tls.is_some().then_some(Entrance::Tls))
            .chain(self.certificates.dtls.is_some().then_some(Entrance::Dtls));
        entrances
            .map(|entrance| (entrance, self.common.meters.read(entrance)))
            .collect()
    }

    /// At most `most` allocations behind `after`, by their relayed addresses.
    pub(crate) async fn list(&self, after: Option<SocketAddr>, most: usize) -> Vec<(Entrance, Listed)> {
        let (to, from) = unbounded_channel();
        self.send(&Errand::List { after, most, to });
        let mut all = Vec::new();
        gather(from, |(entrance, listed): (_, Vec<_>)| {
            all.extend(listed.into_iter().map(|listed| (entrance, listed)));
        })
        .await;
        all.sort_unstable_by_key(|(_, listed)| listed.relayed);
        all.truncate(most);
        all
    }

    /// Frees them, and says how many they were.
    pub(crate) async fn drop_allocations(&self, which: Which) -> usize {
        if let (Some(quotas), Which::OfTag(tag)) = (self.quotas(), &which)
            && quotas.count_of_tag(tag) == 0
        {
            // Of most rooms nobody is relayed: then workers and connections are left alone.
            return 0;
        }
        let (to, from) = unbounded_channel();
        self.send(&Errand::Drop { which, to });
        let mut all = 0;
        gather(from, |dropped: usize| all += dropped).await;
        all
    }

    /// These secrets are good from now on, and after a restart. The error is one of the file's: then nothing is changed.
    pub(crate) fn set_secrets(&self, secrets: &[String]) -> Result<(), SecretsNotSet> {
        let config = self.config();
        let relay = config.turn.as_ref().ok_or(SecretsNotSet::NoRelay)?;
        secrets::write(&relay.secret_file, secrets)
            .with_context(|| format!("write {}", relay.secret_file.display()))
            .map_err(SecretsNotSet::NotWritten)?;
        self.use_credentials(secrets::credentials(secrets));
        Ok(())
    }

    /// Reads everything anew: configuration, secrets, certificate. Where something is wrong nothing is changed. Says which keys wait for the next start.
    pub(crate) fn reload(&self) -> anyhow::Result<Vec<String>> {
        let mut running = self.config();
        let new = daemon::renewed_config::<StunD>(&self.life)?.unwrap_or_else(|| running.clone());
        let (new, later) = running.renewed(new);
        let tls = new.tls.as_ref().map(|tls| Pair::read(&tls.files()));
        let api = new.api.as_ref().and_then(|api| api.tls.as_ref());
        let api = api.map(|tls| Pair::read(&tls.files())).transpose()?;
        let relay = new.turn.as_ref().map(|relay| {
            anyhow::Ok((
                relay.credentials()?,
                relay.peers()?,
                relay.bytes_per_second(),
                Limits::from(relay),
            ))
        });
        let dtls = new.dtls.as_ref().map(|dtls| Identity::read(&dtls.files()));
        let (tls, dtls, relay) = (tls.transpose()?, dtls.transpose()?, relay.transpose()?);
        if (new.rate_limit, &new.rate_limit_exempt) != (running.rate_limit, &running.rate_limit_exempt) {
            self.set_rates(&new)?;
        }
        // Nothing can fail any more.
        if let (Some(certificate), Some(tls)) = (&self.certificates.tls, tls) {
            certificate.show(tls);
        }
        if let (Some(certificate), Some(api)) = (&self.certificates.api, api) {
            certificate.show(api);
        }
        if let (Some(identity), Some(dtls)) = (&self.certificates.dtls, dtls) {
            identity.send_replace(dtls);
        }
        if let (Some(quotas), Some((credentials, peers, bytes_per_second, limits))) = (self.quotas(), relay) {
            quotas.set_limits(limits);
            self.use_credentials(credentials);
            self.common.relays.set_terms(peers.clone(), bytes_per_second);
            self.send(&Errand::SetTerms(peers, bytes_per_second));
        }
        daemon::set_log(new.log.as_ref());
        *running = new;
        Ok(later)
    }

    /// Waits until every worker has come to its mail.
    pub(crate) async fn workers_work(self: Arc<Self>) {
        for worker in &self.workers {
            worker.works().await;
        }
    }

    /// Shows what the files of certificates hold whenever that changes, and never ends.
    pub(crate) async fn follow_files(self: Arc<Self>) -> anyhow::Result<()> {
        let tls = async {
            match self.certificates.tls.clone() {
                Some(certificate) => certificate.follow_files().await,
                None => pending().await,
            }
        };
        let dtls = async {
            let Some(shown) = &self.certificates.dtls else {
                return pending().await;
            };
            let files = || self.config().dtls.as_ref().expect("it is listened there").files();
            on_change(files, |files| {
                shown.send_replace(Identity::read(files)?);
                Ok(())
            })
            .await;
        };
        tokio::join!(tls, dtls);
        Ok(())
    }

    /// Those who come hear of it first: then nobody is forgotten.
    fn use_credentials(&self, credentials: Credentials) {
        self.common.relays.set_credentials(credentials.clone());
        self.send(&Errand::SetCredentials(credentials));
    }

    fn set_rates(&self, config: &Config) -> anyhow::Result<()> {
        let of_workers: Vec<_> = self.workers.iter().map(|_| config.rates()).collect::<Result<_, _>>()?;
        *self.common.rates() = config.rates()?;
        for (worker, rates) in self.workers.iter().zip(of_workers) {
            worker.set_rates(rates);
        }
        Ok(())
    }

    fn send(&self, errand: &Errand) {
        self.workers.iter().for_each(|worker| worker.run(errand.clone()));
        self.common.connections.send(errand);
    }

    fn config(&self) -> MutexGuard<'_, Config> {
        self.config.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Why secrets are not set.
#[derive(Debug, thiserror::Error)]
pub(crate) enum SecretsNotSet {
    #[error("there is no relay")]
    NoRelay,
    #[error("{0:#}")]
    NotWritten(anyhow::Error),
}

/// What all have answered; who has not in time is a connection whose client takes nothing, and does it when that does, or ends.
async fn gather<T>(mut from: UnboundedReceiver<T>, mut take: impl FnMut(T)) {
    let all = async {
        while let Some(told) = from.recv().await {
            take(told);
        }
    };
    let _ = timeout(PATIENCE, all).await;
}

const PATIENCE: Duration = Duration::from_secs(2);
