use std::{net::SocketAddr, path::PathBuf};

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
    /// STUN (and TURN) servers for the browsers. None is built in.
    #[serde(default)]
    pub ice_servers: Vec<IceServer>,
    /// How to reach session-d.
    pub session: SessionAddress,
}

/// A STUN or TURN server, by its URLs: `stun:video.example.org:3478`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct IceServer {
    /// All of one server.
    pub urls: Vec<String>,
}

impl From<&IceServer> for room::wire::IceServer {
    fn from(server: &IceServer) -> Self {
        Self {
            urls: server.urls.clone(),
        }
    }
}

/// Where session-d is.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(untagged, deny_unknown_fields)]
pub enum SessionAddress {
    /// On this machine.
    Unix {
        /// Its socket.
        unix: PathBuf,
    },
    /// On another machine, with a certificate that says that we are one of its daemons.
    Tls {
        /// `https://session.internal:8444`
        url: String,
        /// The authority of its certificate (PEM).
        ca: PathBuf,
        /// Our certificate (PEM).
        cert: PathBuf,
        /// Our private key (PEM).
        key: PathBuf,
    },
}

impl SessionAddress {
    /// A session-d on this machine.
    pub fn unix(path: PathBuf) -> Self {
        Self::Unix { unix: path }
    }
}
