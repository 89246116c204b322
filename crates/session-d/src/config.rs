use std::{
    net::SocketAddr,
    path::{Path, PathBuf},
};

use daemon::{
    Address, ConfigError, LogFilter, OtelConfig, Reach,
    doors::{TlsConfig, UnixConfig, check_integrators},
};
use ipnet::IpNet;
use serde::{Deserialize, Deserializer, de::Error as _};

use crate::{Clock, rules::webhooks::Networks};

/// What the configuration file says. `deploy/session-d.toml` shows every key.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// Where the store (`session.db`, unless `postgres` is named) and the signing keys (`keys/`) are.
    pub data_dir: PathBuf,
    /// What browsers call this installation, for the links that are given out: `https://video.example.org`.
    #[serde(default)]
    pub public_url: Option<String>,
    /// How long after its doors have closed an appointment is deleted.
    #[serde(default, rename = "retention_hours")]
    pub retention: Retention,
    /// A PostgreSQL server that has the store. Absent: it is a file.
    #[serde(default)]
    pub postgres: Option<PostgresConfig>,
    /// A Unix socket, for our other daemons and the operator on this machine.
    #[serde(default)]
    pub unix: Option<UnixConfig>,
    /// A TLS port, for integrators and for daemons on other machines.
    #[serde(default)]
    pub tls: Option<TlsConfig>,
    /// Certificates of practices' software. Absent: it has none to show.
    #[serde(default)]
    pub integrators: Option<IntegratorsConfig>,
    /// The operator's relay, which stun-d is. Absent: there is none, and visits are direct or not at all.
    #[serde(default)]
    pub relay: Option<RelayConfig>,
    /// Requests to practices' software. Absent: there are none.
    #[serde(default)]
    pub webhooks: Option<WebhooksConfig>,
    /// Where whoever watches asks: `GET /metrics`, `/healthz`, `/readyz`. An address that strangers don't reach. Absent: nowhere.
    #[serde(default)]
    pub metrics: Option<SocketAddr>,
    /// What is logged, unless the command line says so.
    #[serde(default)]
    pub log: Option<LogFilter>,
    /// Where traces of calls are sent (OpenTelemetry). Absent: there are none.
    #[serde(default)]
    pub otel: Option<OtelConfig>,
    /// The time of day. No file can say it.
    #[serde(skip)]
    pub clock: Clock,
}

/// How long an appointment's data outlive it: 1 hour to 90 days, and a day where nothing is said.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Retention {
    hours: u64,
}

impl Retention {
    /// `None` where the law, or what a visit needs, says otherwise: less than an hour, more than 2160 hours.
    pub fn of_hours(hours: u64) -> Option<Self> {
        (1..=MAX_RETENTION_HOURS).contains(&hours).then_some(Self { hours })
    }

    pub(crate) fn seconds(self) -> u64 {
        self.hours * 3600
    }
}

impl Default for Retention {
    fn default() -> Self {
        Self { hours: 24 }
    }
}

impl<'de> Deserialize<'de> for Retention {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let hours = i64::deserialize(deserializer)?;
        let retention = u64::try_from(hours).ok().and_then(Self::of_hours);
        retention.ok_or_else(|| {
            D::Error::custom(format!(
                "{hours} is no time to keep data: it has to be 1 to {MAX_RETENTION_HOURS} (90 days): write 24 to delete what is about an appointment a day after it"
            ))
        })
    }
}

/// Certificates that practices' software shows at the TLS port, for API keys that are bound to them.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct IntegratorsConfig {
    /// Their authorities (PEM), none of which is in `tls.client_ca`.
    pub ca: PathBuf,
}

/// A database of a PostgreSQL server, 14 or newer.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PostgresConfig {
    /// Folders with the server's socket, or names and addresses, which are spoken to over TLS only. Of several the first that may be written to.
    pub hosts: Vec<String>,
    /// The server's port; its socket has the number in its name, too.
    #[serde(default = "postgres_port")]
    pub port: u16,
    /// The database, which is there already and belongs to the user.
    pub database: String,
    pub user: String,
    /// A file with the user's password and nothing else, read for each connection. Absent: the server knows the user by the socket.
    #[serde(default)]
    pub password_file: Option<PathBuf>,
    /// The authority of the server's certificate (PEM), where it is none that browsers know.
    #[serde(default)]
    pub ca: Option<PathBuf>,
}

impl PostgresConfig {
    fn check(&self) -> Result<(), ConfigError> {
        if !(1..=MOST_HOSTS).contains(&self.hosts.len()) || self.hosts.iter().any(String::is_empty) {
            return Err(ConfigError::of_key(
                "hosts",
                format!("has to name 1 to {MOST_HOSTS}: [\"/run/postgresql\"] or [\"db.example.org\"]"),
            ));
        }
        Ok(())
    }

    fn check_files(&self) -> Result<(), ConfigError> {
        for (key, file) in [("password_file", &self.password_file), ("ca", &self.ca)] {
            let Some(file) = file else { continue };
            std::fs::read(file)
                .map_err(|error| ConfigError::of_key(key, format!("{} can't be read: {error}", file.display())))?;
        }
        Ok(())
    }

    /// What it takes to reach it.
    pub(crate) fn within(&self, reach: Reach) -> Reach {
        let files = [&self.password_file, &self.ca].into_iter().flatten();
        let reach = files.fold(reach, |reach, file| reach.reading(file));
        self.hosts.iter().fold(reach, |reach, host| {
            if host.starts_with('/') {
                reach.reading(Path::new(host))
            } else {
                // A name may be asked for over TCP as well.
                reach.calling(self.port).calling(53)
            }
        })
    }
}

fn postgres_port() -> u16 {
    5432
}

/// The operator's relay, and how credentials for it are made.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RelayConfig {
    /// A file with the secret that stun-d has as well, one a line: the newest first. Read anew on SIGHUP.
    pub secret_file: PathBuf,
    /// Where browsers find it: `turn:video.example.org:3478`, `turns:relay.example.org:443?transport=tcp` (RFC 7065). One to four, of at most 100 characters each.
    pub urls: Vec<String>,
    /// How to reach the stun-ds that relay, to have them free what a cancelled room holds. With none it is held until its credentials end.
    #[serde(default)]
    pub stun_d: Vec<Address>,
}

/// Whom webhooks may call, besides everybody's servers.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WebhooksConfig {
    /// The authorities of receivers' certificates (PEM).
    #[serde(default = "authorities_of_the_system")]
    pub ca: PathBuf,
    /// Networks that are not public and may be called all the same.
    #[serde(default)]
    pub allow: Vec<IpNet>,
    /// Whether a receiver on this machine may be called without TLS.
    #[serde(default)]
    pub plain_loopback: bool,
}

impl WebhooksConfig {
    pub(crate) fn networks(&self) -> Networks {
        Networks {
            allowed: self.allow.clone(),
            plain_loopback: self.plain_loopback,
        }
    }
}

fn authorities_of_the_system() -> PathBuf {
    "/etc/ssl/certs/ca-certificates.crt".into()
}

impl RelayConfig {
    pub(crate) fn secrets(&self) -> Result<Vec<String>, ConfigError> {
        daemon::read_secrets(&self.secret_file).map_err(|error| error.within("secret_file"))
    }

    pub(crate) fn check(&self) -> Result<(), ConfigError> {
        let count = self.urls.len();
        if !(1..=MOST_URLS).contains(&count) {
            return Err(ConfigError::of_key(
                "urls",
                format!("has {count} of them; it has to name 1 to {MOST_URLS}: [\"turn:video.example.org:3478\"]"),
            ));
        }
        match self.urls.iter().find(|url| !is_turn_url(url)) {
            Some(url) => Err(ConfigError::of_key(
                "urls",
                format!(
                    "{url} has to be like turn:video.example.org:3478 or turns:relay.example.org:443?transport=tcp, of at most {LONGEST_URL} characters"
                ),
            )),
            None => Ok(()),
        }
    }
}

/// A URI of RFC 7065: browsers refuse a whole list of servers for one that is none.
fn is_turn_url(url: &str) -> bool {
    let (address, transport) = url.split_once("?transport=").unwrap_or((url, "udp"));
    let host = address.strip_prefix("turn:").or_else(|| address.strip_prefix("turns:"));
    let fits = |c: char| c.is_ascii_alphanumeric() || ".-:[]".contains(c);
    let is_host =
        |host: &str| host.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '[') && host.chars().all(fits);
    url.len() <= LONGEST_URL && matches!(transport, "udp" | "tcp") && host.is_some_and(is_host)
}

impl Config {
    /// Everything in `data_dir`, and no listener yet.
    pub fn new(data_dir: PathBuf) -> Self {
        Self {
            data_dir,
            public_url: None,
            retention: Retention::default(),
            postgres: None,
            unix: None,
            tls: None,
            integrators: None,
            relay: None,
            webhooks: None,
            metrics: None,
            log: None,
            otel: None,
            clock: Clock::default(),
        }
    }

    pub(crate) fn check(&self) -> Result<(), ConfigError> {
        if self.unix.is_none() && self.tls.is_none() {
            return Err(ConfigError::of_key(
                "unix",
                "nobody could reach it: write [unix] with a path, or [tls] with listen, cert and key",
            ));
        }
        if self.integrators.is_some() && self.tls.is_none() {
            return Err(ConfigError::of_key(
                "integrators",
                "certificates are shown at the TLS port only: write [tls] with listen, cert and key",
            ));
        }
        let sound = |url: &String| url.starts_with("https://") && !url.ends_with('/');
        if !self.public_url.as_ref().is_none_or(sound) {
            return Err(ConfigError::of_key(
                "public_url",
                "has to be like https://video.example.org, without a slash at the end",
            ));
        }
        let postgres = self.postgres.as_ref();
        postgres
            .map_or(Ok(()), PostgresConfig::check)
            .map_err(|error| error.within("postgres"))?;
        let relay = self.relay.as_ref();
        relay
            .map_or(Ok(()), RelayConfig::check)
            .map_err(|error| error.within("relay"))
    }

    /// The same, and the files that are named.
    pub(crate) fn check_files(&self) -> Result<(), ConfigError> {
        self.check()?;
        if let Some(postgres) = &self.postgres {
            postgres.check_files().map_err(|error| error.within("postgres"))?;
        }
        if let Some(tls) = &self.tls {
            tls.check().map_err(|error| error.within("tls"))?;
        }
        if let Some(otel) = &self.otel {
            otel.check().map_err(|error| error.within("otel"))?;
        }
        if let Some(integrators) = &self.integrators {
            let client_ca = self.tls.as_ref().and_then(|tls| tls.client_ca.as_deref());
            check_integrators(&integrators.ca, client_ca).map_err(|error| error.within("ca").within("integrators"))?;
        }
        if let Some(webhooks) = &self.webhooks {
            daemon::tls::check_authority(&webhooks.ca).map_err(|error| error.within("ca").within("webhooks"))?;
        }
        if let Some(relay) = &self.relay {
            relay.secrets().map_err(|error| error.within("relay"))?;
            for stun_d in &relay.stun_d {
                stun_d.check().map_err(|error| error.within("relay.stun_d"))?;
            }
        }
        Ok(())
    }
}

const MOST_HOSTS: usize = 8;
/// With them a room token stays within the 2048 characters that it may have.
const MOST_URLS: usize = 4;
/// Characters.
const LONGEST_URL: usize = 100;
const MAX_RETENTION_HOURS: u64 = 2160;
