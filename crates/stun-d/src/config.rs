use std::{
    fs,
    net::{IpAddr, SocketAddr},
    path::{Path, PathBuf},
};

use daemon::ConfigError;
use serde::Deserialize;
use stun::turn::{Credentials, Limits, Network, Peers, Settings};

use crate::own;

/// What the configuration file says. `deploy/stun-d.toml` shows every key.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// Where to listen, over UDP and TCP each. Two ports of one address let a browser compare what its router makes of them.
    pub listen: Vec<SocketAddr>,
    /// Listens for TLS too.
    pub tls: Option<Tls>,
    /// Relays for who has no direct path. Absent: nobody is relayed.
    pub turn: Option<Relay>,
}

/// TLS: STUN and the relay within it (`stuns:`, `turns:`), for networks that let nothing else out.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tls {
    /// Port 5349 is the usual one; 443, on an address of its own, gets out of most networks.
    pub listen: Vec<SocketAddr>,
    /// The certificate, then those that lead to its authority; and its private key. Both PEM.
    pub cert: PathBuf,
    pub key: PathBuf,
}

/// How the relay (TURN) is set up.
#[derive(Debug, Clone, Deserialize)]
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
    /// Allocations at a time: of one credential, of one client's address, of all.
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
    pub(crate) fn check(&self) -> Result<(), ConfigError> {
        if self.listen.is_empty() {
            return Err(refusal(
                "nobody could reach it: `listen` has to name at least one address",
            ));
        }
        if self.listen.len() > MAX_ADDRESSES {
            return Err(refusal(format!(
                "`listen` may name {MAX_ADDRESSES} addresses at the most"
            )));
        }
        let twice = |(at, addr): &(usize, &SocketAddr)| addr.port() != 0 && self.listen[..*at].contains(addr);
        match self.listen.iter().enumerate().find(twice) {
            Some((_, addr)) => Err(refusal(format!("`listen` names {addr} twice"))),
            None => Ok(()),
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
            return Err(refusal(
                "`turn.relay` has to name one address of this machine, or one IPv4 and one IPv6 address",
            ));
        }
        if families(external) != families(&self.relay) {
            return Err(refusal(
                "`turn.external` has to name as many addresses as `turn.relay`, of the same families and in the same order",
            ));
        }
        let [first, last] = self.ports;
        if first < 1_024 || first > last {
            return Err(refusal(
                "`turn.ports` has to name the lowest and the highest port, from 1024 on",
            ));
        }
        Ok(Settings {
            relay: self.relay.clone(),
            external: external.clone(),
            ports: first..=last,
            peers: self.peers()?,
            credentials: credentials(&self.secret_file)?,
            key,
            bytes_per_second: self.kilobits_per_second.saturating_mul(125),
        })
    }
}

impl Relay {
    /// Who may be relayed to.
    ///
    /// # Errors
    /// A [`ConfigError`] where one of the networks is none, or the machine's own addresses can't be known.
    pub fn peers(&self) -> Result<Peers, ConfigError> {
        let denied = networks("turn.deny", &self.deny)?;
        let allowed = networks("turn.allow", &self.allow)?;
        let own =
            own::addresses().map_err(|error| refusal(format!("this machine doesn't tell its addresses: {error}")))?;
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

/// The secrets in a file, which says nothing else.
pub(crate) fn credentials(file: &Path) -> Result<Credentials, ConfigError> {
    let text = fs::read_to_string(file)
        .map_err(|error| ConfigError::new(file, format!("`turn.secret_file` can't be read: {error}")))?;
    let secrets: Vec<&str> = text.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    if secrets.is_empty() || secrets.len() > MOST_SECRETS {
        return Err(ConfigError::new(
            file,
            format!("it has to hold one secret a line, at least one and at most {MOST_SECRETS}"),
        ));
    }
    if secrets.iter().any(|secret| secret.len() < SHORTEST_SECRET) {
        return Err(ConfigError::new(
            file,
            format!("a secret has at least {SHORTEST_SECRET} characters: `openssl rand -base64 32` makes one"),
        ));
    }
    Ok(secrets
        .iter()
        .fold(Credentials::none(), |all, secret| all.with_secret(secret.as_bytes())))
}

fn networks(key: &str, texts: &[String]) -> Result<Vec<Network>, ConfigError> {
    let parse = |text: &String| {
        text.parse()
            .map_err(|error| refusal(format!("`{key}`: {text} is {error}")))
    };
    texts.iter().map(parse).collect()
}

fn refusal(what: impl Into<String>) -> ConfigError {
    ConfigError::new(Path::new("stun-d's configuration"), what)
}

/// Those of RFC 8656 section 7.2.
fn ports() -> [u16; 2] {
    [49_152, 65_535]
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
const MOST_SECRETS: usize = 8;
/// Characters.
const SHORTEST_SECRET: usize = 16;
