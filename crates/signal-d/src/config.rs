use std::{net::SocketAddr, path::PathBuf};

use daemon::{
    Address, ConfigError, LogFilter, OtelConfig,
    acme::AcmeConfig,
    tls::{CertFiles, Pair},
};
use serde::Deserialize;

use crate::{
    hops::{Hops, Proxy},
    origin::Origin,
    site::Site,
};

/// What the configuration file says. `deploy/signal-d.toml` shows every key.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// Where to listen for HTTPS.
    pub listen: SocketAddr,
    /// What browsers call this installation: `https://video.example.org`. Pages of other origins are refused.
    pub public_url: String,
    /// Other origins whose pages may talk to us: practices that host the page on their own site (`docs/own-site.md`).
    #[serde(default)]
    pub origins: Vec<String>,
    /// The certificate chain (PEM). With `acme` neither this nor `key`.
    pub cert: Option<PathBuf>,
    /// Its private key (PEM).
    pub key: Option<PathBuf>,
    /// Whom to ask for certificates.
    pub acme: Option<AcmeConfig>,
    /// The built web app.
    pub web_root: PathBuf,
    /// STUN servers for the browsers. None is built in. The relay (TURN) is session-d's to tell of: it makes its credentials.
    #[serde(default)]
    pub ice_servers: Vec<IceServer>,
    /// How to reach session-d.
    pub session: Address,
    /// Where whoever watches asks: `GET /metrics`, `/healthz`, `/readyz`. An address that strangers don't reach. Absent: nowhere.
    #[serde(default)]
    pub metrics: Option<SocketAddr>,
    /// How many may be connected.
    #[serde(default)]
    pub limits: Limits,
    /// Proxies before us. Absent: browsers come by themselves, and what they say of where from is not believed.
    pub proxy: Option<Proxy>,
    /// What is logged, unless the command line says so.
    pub log: Option<LogFilter>,
    /// Where traces of calls are sent (OpenTelemetry). Absent: there are none.
    #[serde(default)]
    pub otel: Option<OtelConfig>,
}

/// How many connections there may be at a time. Whoever finds no place is closed at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Limits {
    /// In all. A browser has one or two.
    pub connections: usize,
    /// Of one network: an IPv4 address, or a /64 of IPv6. A hospital may have one address for all.
    pub connections_of_network: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            connections: 50_000,
            connections_of_network: 20_000,
        }
    }
}

impl Config {
    /// With nothing but what there has to be.
    pub fn new(listen: SocketAddr, public_url: String, files: CertFiles, web_root: PathBuf, session: Address) -> Self {
        Self {
            listen,
            public_url,
            origins: Vec::new(),
            cert: Some(files.cert),
            key: Some(files.key),
            acme: None,
            web_root,
            ice_servers: Vec::new(),
            session,
            limits: Limits::default(),
            metrics: None,
            proxy: None,
            log: None,
            otel: None,
        }
    }

    /// What browsers are shown; `None` where an authority is asked for it.
    pub(crate) fn pair(&self) -> Result<Option<Pair>, ConfigError> {
        match (&self.cert, &self.key, &self.acme) {
            (Some(cert), Some(key), None) => Pair::read(&CertFiles {
                cert: cert.clone(),
                key: key.clone(),
            })
            .map(Some),
            (None, None, Some(acme)) => acme.check().map_err(|error| error.within("acme")).map(|()| None),
            (None, None, None) => Err(ConfigError::of_key("cert", "is missing: write cert and key, or [acme]")),
            (_, _, Some(_)) => Err(ConfigError::of_key(
                "acme",
                "is there beside cert and key: take it out, or both of them",
            )),
            (Some(_), None, None) => Err(ConfigError::of_key("key", "is missing: it goes with cert")),
            (None, Some(_), None) => Err(ConfigError::of_key("cert", "is missing: it goes with key")),
        }
    }

    /// The origins whose pages may talk to us: ours first.
    pub(crate) fn origins(&self) -> Result<Vec<Origin>, ConfigError> {
        let others = self.origins.iter().map(|origin| ("origins", origin));
        std::iter::once(("public_url", &self.public_url))
            .chain(others)
            .map(|(key, url)| Origin::of(key, url))
            .collect()
    }

    pub(crate) fn hops(&self) -> Result<Option<Hops>, ConfigError> {
        self.proxy.as_ref().map(Hops::of).transpose()
    }

    pub(crate) fn check(&self) -> Result<(), ConfigError> {
        self.origins()?;
        self.ice_servers.iter().try_for_each(IceServer::check)?;
        self.limits.check()?;
        self.hops()?;
        self.pair()?;
        if let Some(otel) = &self.otel {
            otel.check().map_err(|error| error.within("otel"))?;
        }
        Site::check(&self.web_root)?;
        self.session.check().map_err(|error| error.within("session"))
    }
}

impl Limits {
    fn check(self) -> Result<(), ConfigError> {
        let limits = [
            ("limits.connections", self.connections),
            ("limits.connections_of_network", self.connections_of_network),
        ];
        match limits.iter().find(|(_, limit)| *limit == 0) {
            Some((key, _)) => Err(ConfigError::of_key(
                *key,
                "nobody could come: it has to be 1 at the least",
            )),
            None => Ok(()),
        }
    }
}

/// A STUN server, by its URLs: `stun:video.example.org:3478`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct IceServer {
    /// All of one server.
    pub urls: Vec<String>,
}

impl IceServer {
    /// # Errors
    /// A URL of another kind: browsers refuse a TURN server that they are given no credential for, and all others with it.
    pub(crate) fn check(&self) -> Result<(), ConfigError> {
        let is_stun = |url: &&String| url.starts_with("stun:") || url.starts_with("stuns:");
        match self.urls.iter().find(|url| !is_stun(url)) {
            Some(url) => Err(ConfigError::of_key(
                "ice_servers",
                format!("{url} is no STUN server; a relay (turn:) stands in session-d's configuration, under [relay]"),
            )),
            None => Ok(()),
        }
    }
}

impl From<&IceServer> for room::wire::IceServer {
    fn from(server: &IceServer) -> Self {
        Self {
            urls: server.urls.clone(),
            username: None,
            credential: None,
        }
    }
}
