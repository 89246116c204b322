//! Certificates from an authority that speaks ACME (RFC 8555): asked for, stored, shown, and renewed when a third of their time is left.
//!
//! [`Acme`] is the whole. The authority convinces itself by one of two ways that the names are ours: it asks at port 80 (HTTP-01, `http`), or at the TLS port itself
//! (TLS-ALPN-01, RFC 8737).

mod client;
mod http;
mod order;
mod stored;

use std::{
    collections::HashMap,
    net::SocketAddr,
    path::PathBuf,
    sync::{Arc, PoisonError, RwLock},
    time::{Duration, SystemTime},
};

use ::http::Uri;
use anyhow::Context as _;
use aws_lc_rs::rand::{SecureRandom as _, SystemRandom};
use rustls::sign::CertifiedKey;
use serde::Deserialize;
use tokio::{net::TcpListener, time::sleep};

use crate::{
    ConfigError, Reach, dial,
    metrics::Count,
    tls::{self, Certificate},
};
use stored::Stored;

/// `[acme]`: where certificates come from, and for which names.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AcmeConfig {
    /// The authority's directory: a URL.
    pub directory: String,
    /// The names that the certificate is for. One to 100.
    pub names: Vec<String>,
    /// That the authority's terms of service are agreed to. Without that none gives a certificate.
    pub terms_agreed: bool,
    /// Where the account and the certificate are kept: a folder of the daemon's own.
    pub state_dir: PathBuf,
    /// Where the authority writes to when something is wrong: `mailto:admin@example.org`.
    #[serde(default)]
    pub contact: Vec<String>,
    /// Where to listen for HTTP: the authority asks at port 80 (HTTP-01) then, and browsers are led from there to HTTPS. Absent: it asks at the TLS port, which has to be 443 then.
    #[serde(default)]
    pub http: Option<SocketAddr>,
    /// The authorities that the directory's own certificate may be of (PEM).
    #[serde(default = "dial::system_authorities")]
    pub ca: PathBuf,
}

impl AcmeConfig {
    /// Whether it could work.
    ///
    /// # Errors
    /// Says which of the keys is at fault.
    pub fn check(&self) -> Result<(), ConfigError> {
        if !self.directory.starts_with("https://") {
            return Err(ConfigError::of_key(
                "directory",
                "has to be a URL that begins with https://",
            ));
        }
        if !(1..=MOST_NAMES).contains(&self.names.len()) {
            let what = format!("has to name 1 to {MOST_NAMES} names, like video.example.org");
            return Err(ConfigError::of_key("names", what));
        }
        let fits = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-' || c == '.';
        if let Some(name) = self
            .names
            .iter()
            .find(|name| name.is_empty() || !name.chars().all(fits))
        {
            let what = format!("{name:?} has to be like video.example.org: lower case, no wildcard");
            return Err(ConfigError::of_key("names", what));
        }
        if !self.terms_agreed {
            let what = "read the authority's terms of service, and write true where you agree";
            return Err(ConfigError::of_key("terms_agreed", what));
        }
        tls::check_authority(&self.ca).map_err(|error| error.within("ca"))
    }

    /// What it takes to ask.
    #[must_use]
    pub fn within(&self, reach: Reach) -> Reach {
        let url = self.directory.parse().ok();
        let port = url.and_then(|url: Uri| url.port_u16()).unwrap_or(443);
        // A name may be asked for over TCP as well.
        reach
            .changing(&self.state_dir)
            .reading(&self.ca)
            .calling(port)
            .calling(53)
    }
}

/// The certificate, and who sees to it.
#[derive(Debug)]
pub struct Acme {
    config: AcmeConfig,
    stored: Stored,
    certificate: Certificate,
    challenges: Challenges,
    /// In a row.
    failures: Arc<Count>,
    http: Option<TcpListener>,
}

impl Acme {
    /// Shows what is stored, or, until there is something, a certificate that nobody trusts.
    ///
    /// # Errors
    /// When the folder can't be used, or somebody else listens at `http`.
    pub fn bind(config: &AcmeConfig) -> anyhow::Result<Self> {
        config.check()?;
        let stored = Stored::open(config)?;
        let pair = match stored.pair()? {
            Some(pair) => pair,
            None => order::unsigned(&config.names)?,
        };
        let http = config.http.map(|addr| {
            let listener = std::net::TcpListener::bind(addr).with_context(|| format!("bind {addr} (HTTP)"))?;
            listener.set_nonblocking(true)?;
            anyhow::Ok(TcpListener::from_std(listener)?)
        });
        let (challenges, failures) = (Challenges::default(), Arc::new(Count::default()));
        Ok(Self {
            certificate: Certificate::of(pair).renewed_by(challenges.clone(), Arc::clone(&failures)),
            config: config.clone(),
            stored,
            challenges,
            failures,
            http: http.transpose()?,
        })
    }

    /// What is to be shown.
    pub fn certificate(&self) -> Certificate {
        self.certificate.clone()
    }

    /// Where it listens for HTTP, if it does.
    pub fn http_addr(&self) -> Option<SocketAddr> {
        self.http.as_ref().and_then(|listener| listener.local_addr().ok())
    }

    /// Sees to it that there is a certificate, for good.
    pub async fn run(mut self) {
        let http = self.http.take().map(|listener| {
            let names = self.config.names.clone();
            http::serve(listener, self.challenges.clone(), names)
        });
        let http = async {
            match http {
                Some(serving) => serving.await,
                None => std::future::pending().await,
            }
        };
        tokio::join!(http, self.renew());
    }

    async fn renew(&self) {
        let mut patience = FIRST_PATIENCE;
        loop {
            self.until_due().await;
            match order::certificate(&self.config, &self.stored, &self.challenges).await {
                Ok(pair) => {
                    self.certificate.show(pair);
                    patience = FIRST_PATIENCE;
                    self.failures.set(0);
                    tracing::info!("the authority has given a new certificate");
                }
                Err(error) => {
                    self.failures.add(1);
                    tracing::warn!("there is no new certificate yet, it is tried again: {error:#}");
                    sleep(spread(patience)).await;
                    patience = (patience * 2).min(LONGEST_PATIENCE);
                }
            }
            self.challenges.clear();
        }
    }

    /// Sleeps in short stretches: clocks are set, and machines sleep as well.
    async fn until_due(&self) {
        let Some(due) = self.stored.due() else { return };
        // Not all at the same time, who have got theirs at the same time.
        let due = due + spread(self.stored.lifetime() / 100);
        while let Ok(left) = due.duration_since(SystemTime::now()) {
            sleep(left.min(LONGEST_SLEEP)).await;
        }
    }
}

/// What the authority is answered, by either way.
#[derive(Clone, Default)]
pub(crate) struct Challenges(Arc<RwLock<Answers>>);

#[derive(Default)]
struct Answers {
    /// By token: what stands at `/.well-known/acme-challenge/`.
    http: HashMap<String, String>,
    /// By name.
    tls: HashMap<String, Arc<CertifiedKey>>,
}

impl Challenges {
    fn answer_http(&self, token: String, text: String) {
        self.write().http.insert(token, text);
    }

    fn answer_tls(&self, name: String, key: Arc<CertifiedKey>) {
        self.write().tls.insert(name, key);
    }

    fn http(&self, token: &str) -> Option<String> {
        self.0
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .http
            .get(token)
            .cloned()
    }

    pub(crate) fn tls(&self, name: &str) -> Option<Arc<CertifiedKey>> {
        self.0
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .tls
            .get(name)
            .cloned()
    }

    fn clear(&self) {
        *self.write() = Answers::default();
    }

    fn write(&self) -> std::sync::RwLockWriteGuard<'_, Answers> {
        self.0.write().unwrap_or_else(PoisonError::into_inner)
    }
}

impl std::fmt::Debug for Challenges {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Challenges")
    }
}

/// Between once and twice as long.
fn spread(time: Duration) -> Duration {
    let mut chance = [0; 2];
    // Without chance all are spread alike.
    let _ = SystemRandom::new().fill(&mut chance);
    time + time.mul_f64(f64::from(u16::from_be_bytes(chance)) / f64::from(u16::MAX))
}

/// What an authority puts into one certificate at the most.
const MOST_NAMES: usize = 100;
const FIRST_PATIENCE: Duration = Duration::from_secs(60);
const LONGEST_PATIENCE: Duration = Duration::from_secs(6 * 60 * 60);
const LONGEST_SLEEP: Duration = Duration::from_secs(60 * 60);
