use std::{net::SocketAddr, path::Path};

use daemon::ConfigError;
use serde::Deserialize;

/// What the configuration file says. `deploy/stun-d.toml` shows every key.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// Where to listen, over UDP and TCP each. Two ports of one address let a browser compare what its router makes of them.
    pub listen: Vec<SocketAddr>,
}

impl Config {
    pub(crate) fn check(&self) -> Result<(), ConfigError> {
        let refuse = |what: String| Err(ConfigError::new(Path::new("stun-d's configuration"), what));
        if self.listen.is_empty() {
            return refuse("nobody could reach it: `listen` has to name at least one address".to_owned());
        }
        if self.listen.len() > MAX_ADDRESSES {
            return refuse(format!("`listen` may name {MAX_ADDRESSES} addresses at the most"));
        }
        let twice = |(at, addr): &(usize, &SocketAddr)| addr.port() != 0 && self.listen[..*at].contains(addr);
        match self.listen.iter().enumerate().find(twice) {
            Some((_, addr)) => refuse(format!("`listen` names {addr} twice")),
            None => Ok(()),
        }
    }
}

const MAX_ADDRESSES: usize = 64;
