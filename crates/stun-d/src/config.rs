use std::{
    net::{IpAddr, SocketAddr},
    path::PathBuf,
};

use daemon::{
    ConfigError, LogFilter, OtelConfig,
    doors::{TlsConfig, UnixConfig},
    tls::{CertFiles, Pair},
};
use serde::Deserialize;
use stun::{
    Rates, Square,
    turn::{Credentials, Limits, Network, Peers, Settings},
};

use crate::{chance, dtls::Identity, own, secrets};

/// What the configuration file says. `deploy/stun-d.toml` shows every key.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// Where to listen, over UDP and TCP each. Two ports of one address let a browser compare what its router makes of them.
    pub listen: Vec<SocketAddr>,
    /// Listens for TLS too.
    pub tls: Option<Tls>,
    /// Listens for DTLS too (RFC 7350), which browsers don't use.
    pub dtls: Option<Tls>,
    /// Relays for who has no direct path. Absent: nobody is relayed.
    pub turn: Option<Relay>,
    /// Helps clients to find out what their routers do (RFC 5780, UDP only): `listen` has to name, of each family, two addresses with the same two ports each.
    #[serde(default)]
    pub discovery: bool,
    /// Answers a second that one network may have of one worker, and at once those of five seconds; 0: as many as it asks for.
    #[serde(default = "rate_limit")]
    pub rate_limit: u32,
    /// Networks that may have as many as they ask for. Unless said otherwise, this machine itself: behind a proxy on it, everybody has its address.
    #[serde(default = "loopback")]
    pub rate_limit_exempt: Vec<String>,
    /// Where the operator and session-d ask over gRPC. Absent: nobody does.
    pub api: Option<Api>,
    /// What is logged, unless the command line says so.
    pub log: Option<LogFilter>,
    /// Where `GET /metrics` tells Prometheus what was counted: an address that strangers don't reach. Absent: nowhere.
    pub metrics: Option<SocketAddr>,
    /// Where traces of calls are sent (OpenTelemetry). Absent: there are none.
    #[serde(default)]
    pub otel: Option<OtelConfig>,
}

/// The doors for gRPC (`proto/visite/relay/v1`).
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Api {
    pub unix: Option<UnixConfig>,
    pub tls: Option<TlsConfig>,
}

/// STUN and the relay (`stuns:`, `turns:`) within TLS, for networks that let nothing else out; or within DTLS.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tls {
    /// Port 5349 is the usual one; 443, on an address of its own, gets out of most networks. For DTLS no wildcard.
    pub listen: Vec<SocketAddr>,
    /// The certificate, then those that lead to its authority; and its private key. Both PEM. For DTLS the key is one of ECDSA, and only the first certificate is shown.
    pub cert: PathBuf,
    pub key: PathBuf,
}

/// How the relay (TURN) is set up.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Relay {
    /// This machine's addresses to relay by: one, or one of each family. Not a wildcard.
    pub relay: Vec<IpAddr>,
    /// What the internet knows them as, where a router in front changes them; in the same order.
    pub external: Option<Vec<IpAddr>>,
    /// The lowest and the highest port to relay by.
    #[serde(default = "ports")]
    pub ports: [u16; 2],
    /// A file with the secret that credentials are made with, one a line: the newest first; what was made with the others holds until it ends.
    pub secret_file: PathBuf,
    /// Networks that nobody is relayed to, besides those that are not of the open internet.
    #[serde(default)]
    pub deny: Vec<String>,
    /// Networks that one may be relayed to whatever they are.
    #[serde(default)]
    pub allow: Vec<String>,
    /// Allocations at a time: of one tag (what is behind the colon of a credential's name), of one client's address, of all.
    #[serde(default = "of_user")]
    pub allocations_of_credential: u32,
    #[serde(default = "of_address")]
    pub allocations_of_address: u32,
    #[serde(default = "most")]
    pub allocations: u32,
    /// What one allocation may pass, both ways together.
    #[serde(default = "kilobits")]
    pub kilobits_per_second: u32,
}

impl Config {
    /// STUN at these addresses, and nothing else.
    pub fn new(listen: Vec<SocketAddr>) -> Self {
        Self {
            listen,
            tls: None,
            dtls: None,
            turn: None,
            discovery: false,
            rate_limit: rate_limit(),
            rate_limit_exempt: loopback(),
            api: None,
            log: None,
            metrics: None,
            otel: None,
        }
    }

    pub(crate) fn check(&self) -> Result<(), ConfigError> {
        if self.listen.is_empty() {
            return Err(ConfigError::of_key(
                "listen",
                "nobody could reach it: it has to name at least one address",
            ));
        }
        if self.listen.len() > MAX_ADDRESSES {
            return Err(ConfigError::of_key(
                "listen",
                format!("it may name {MAX_ADDRESSES} addresses at the most"),
            ));
        }
        let twice = |(at, addr): &(usize, &SocketAddr)| addr.port() != 0 && self.listen[..*at].contains(addr);
        if let Some((_, addr)) = self.listen.iter().enumerate().find(twice) {
            return Err(ConfigError::of_key(
                "listen",
                format!("names {addr} twice: take one out"),
            ));
        }
        if self
            .dtls
            .iter()
            .any(|dtls| dtls.listen.iter().any(|addr| addr.ip().is_unspecified()))
        {
            return Err(ConfigError::of_key(
                "dtls.listen",
                "has to name this machine's own addresses, and no wildcard",
            ));
        }
        if self
            .api
            .as_ref()
            .is_some_and(|api| api.unix.is_none() && api.tls.is_none())
        {
            return Err(ConfigError::of_key(
                "api",
                "nobody could ask: write [api.unix] with a path, or [api.tls] with listen, cert, key and client_ca",
            ));
        }
        Ok(())
    }

    /// The same, and the files that are named.
    pub(crate) fn check_files(&self) -> anyhow::Result<()> {
        self.check()?;
        self.rates()?;
        if self.listen.iter().all(|addr| addr.port() != 0) {
            self.squares(&self.listen)?;
        }
        if let Some(otel) = &self.otel {
            otel.check().map_err(|error| error.within("otel"))?;
        }
        if let Some(tls) = &self.tls {
            Pair::read(&tls.files()).map_err(|error| error.within("tls"))?;
        }
        if let Some(dtls) = &self.dtls {
            Identity::read(&dtls.files()).map_err(|error| error.within("dtls"))?;
        }
        if let Some(relay) = &self.turn {
            relay.settings(chance()?)?;
        }
        if let Some(tls) = self.api.as_ref().and_then(|api| api.tls.as_ref()) {
            tls.check().map_err(|error| error.within("api.tls"))?;
        }
        Ok(())
    }

    /// A table of how much a network may ask, with nothing in it.
    pub(crate) fn rates(&self) -> anyhow::Result<Rates> {
        let exempt = networks("rate_limit_exempt", &self.rate_limit_exempt)?;
        Ok(Rates::new(self.rate_limit, &exempt, &chance()?))
    }

    /// The squares that `listen` is, where they are wanted: for each listener its own. `addrs` is where it is bound.
    pub(crate) fn squares(&self, addrs: &[SocketAddr]) -> Result<Vec<Option<Square>>, ConfigError> {
        let square = |addr: &SocketAddr| {
            let family: Vec<_> = addrs
                .iter()
                .copied()
                .filter(|it| it.is_ipv4() == addr.is_ipv4())
                .collect();
            let square = Square::of(&family).filter(|_| !addr.ip().is_unspecified());
            square.map(Some).ok_or_else(|| {
                ConfigError::of_key(
                    "discovery",
                    "needs, of each family that `listen` names, two addresses with the same two ports each",
                )
            })
        };
        if self.discovery {
            addrs.iter().map(square).collect()
        } else {
            Ok(vec![None; addrs.len()])
        }
    }

    /// What a running daemon goes on with when it is told `new`, and the keys that only take effect at its next start.
    pub(crate) fn renewed(&self, new: Self) -> (Self, Vec<String>) {
        let mut later = Vec::new();
        let mut keep = |key: &str, is_same: bool| {
            if !is_same {
                later.push(key.to_owned());
            }
        };
        keep("listen", self.listen == new.listen);
        keep("discovery", self.discovery == new.discovery);
        keep("api", self.api == new.api);
        keep("metrics", self.metrics == new.metrics);
        keep("otel", self.otel == new.otel);
        let mut within = |keys: [_; 2], own: &Option<Tls>, new: Option<Tls>| match (own, new) {
            (Some(own), Some(new)) => {
                keep(keys[1], own.listen == new.listen);
                let listen = own.listen.clone();
                Some(Tls { listen, ..new })
            }
            (own, new) => {
                keep(keys[0], own.is_none() == new.is_none());
                own.clone()
            }
        };
        let tls = within(["tls", "tls.listen"], &self.tls, new.tls);
        let dtls = within(["dtls", "dtls.listen"], &self.dtls, new.dtls);
        let turn = match (&self.turn, new.turn) {
            (Some(own), Some(new)) => {
                keep("turn.relay", own.relay == new.relay);
                keep("turn.external", own.external == new.external);
                keep("turn.ports", own.ports == new.ports);
                Some(Relay {
                    relay: own.relay.clone(),
                    external: own.external.clone(),
                    ports: own.ports,
                    ..new
                })
            }
            (own, new) => {
                keep("turn", own.is_none() == new.is_none());
                own.clone()
            }
        };
        let running = Self {
            listen: self.listen.clone(),
            tls,
            dtls,
            turn,
            discovery: self.discovery,
            rate_limit: new.rate_limit,
            rate_limit_exempt: new.rate_limit_exempt,
            api: self.api.clone(),
            log: new.log,
            metrics: self.metrics,
            otel: self.otel.clone(),
        };
        (running, later)
    }
}

impl Tls {
    pub(crate) fn files(&self) -> CertFiles {
        CertFiles {
            cert: self.cert.clone(),
            key: self.key.clone(),
        }
    }
}

impl Relay {
    /// `key`: 32 bytes of chance, for nonces.
    pub(crate) fn settings(&self, key: [u8; 32]) -> Result<Settings, ConfigError> {
        let external = self.external.as_ref().unwrap_or(&self.relay);
        let families = |ips: &[IpAddr]| ips.iter().map(IpAddr::is_ipv4).collect::<Vec<_>>();
        if !matches!(families(&self.relay)[..], [_] | [true, false] | [false, true])
            || self.relay.iter().any(IpAddr::is_unspecified)
        {
            return Err(ConfigError::of_key(
                "turn.relay",
                "has to name one address of this machine, or one IPv4 and one IPv6 address",
            ));
        }
        if families(external) != families(&self.relay) {
            return Err(ConfigError::of_key(
                "turn.external",
                "has to name as many addresses as `turn.relay`, of the same families and in the same order",
            ));
        }
        let [first, last] = self.ports;
        if first < 1_024 || first > last {
            return Err(ConfigError::of_key(
                "turn.ports",
                "has to name the lowest and the highest port, from 1024 on",
            ));
        }
        Ok(Settings {
            relay: self.relay.clone(),
            external: external.clone(),
            ports: first..=last,
            peers: self.peers()?,
            credentials: self.credentials()?,
            key,
            bytes_per_second: self.bytes_per_second(),
        })
    }

    pub(crate) fn credentials(&self) -> Result<Credentials, ConfigError> {
        secrets::read(&self.secret_file).map_err(|error| error.within("turn.secret_file"))
    }

    pub(crate) fn bytes_per_second(&self) -> u32 {
        self.kilobits_per_second.saturating_mul(125)
    }

    /// Who may be relayed to.
    ///
    /// # Errors
    /// A [`ConfigError`] where one of the networks is none, or the machine's own addresses can't be known.
    pub fn peers(&self) -> Result<Peers, ConfigError> {
        let denied = networks("turn.deny", &self.deny)?;
        let allowed = networks("turn.allow", &self.allow)?;
        let own = own::addresses().map_err(|error| {
            ConfigError::of_key("turn", format!("this machine doesn't tell its addresses: {error}"))
        })?;
        Ok(Peers::new(denied, allowed).with_own(&own))
    }
}

impl From<&Relay> for Limits {
    fn from(relay: &Relay) -> Self {
        Self {
            of_user: relay.allocations_of_credential,
            of_address: relay.allocations_of_address,
            all: relay.allocations,
        }
    }
}

fn networks(key: &str, texts: &[String]) -> Result<Vec<Network>, ConfigError> {
    let parse = |text: &String| {
        text.parse()
            .map_err(|error| ConfigError::of_key(key, format!("{text} is {error}")))
    };
    texts.iter().map(parse).collect()
}

/// Those of RFC 8656 section 7.2.
fn ports() -> [u16; 2] {
    [49_152, 65_535]
}

/// A hospital behind one address: 500 browsers that keep their ports open while they talk ask for a good 200 a second, and for 5000 when its line comes back and all gather anew.
/// A thousand answers cost a worker three thousandths of its time, and bring at most 44 kB a second to an address that somebody else has written.
fn rate_limit() -> u32 {
    1_000
}

fn loopback() -> Vec<String> {
    ["127.0.0.0/8", "::1"].map(str::to_owned).to_vec()
}

/// A browser makes one for each of its networks and ways to the relay, and new ones when the path breaks.
fn of_user() -> u32 {
    24
}

/// A hospital behind one address.
fn of_address() -> u32 {
    400
}

fn most() -> u32 {
    4_000
}

/// A call of four at its best, with a screen.
fn kilobits() -> u32 {
    12_000
}

const MAX_ADDRESSES: usize = 64;
