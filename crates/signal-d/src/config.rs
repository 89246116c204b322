use std::{
    net::SocketAddr,
    path::{Path, PathBuf},
};

use daemon::{Address, ConfigError};
use serde::Deserialize;

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
    /// The certificate chain (PEM).
    pub cert: PathBuf,
    /// Its private key (PEM).
    pub key: PathBuf,
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
            Some(url) => Err(ConfigError::new(
                Path::new("signal-d's configuration"),
                format!(
                    "ice_servers: {url} is no STUN server; a relay (turn:) stands in session-d's configuration, under [relay]"
                ),
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
