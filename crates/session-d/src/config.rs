use std::path::{Path, PathBuf};

use daemon::{
    ConfigError,
    doors::{TlsConfig, UnixConfig},
};
use serde::{Deserialize, Deserializer, de::Error as _};

use crate::Clock;

/// What the configuration file says. `deploy/session-d.toml` shows every key.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// Where the store (`session.db`) and the signing keys (`keys/`) are.
    pub data_dir: PathBuf,
    /// What browsers call this installation, for the links that are given out: `https://video.example.org`.
    #[serde(default)]
    pub public_url: Option<String>,
    /// How long after its doors have closed an appointment is deleted.
    #[serde(default, rename = "retention_hours")]
    pub retention: Retention,
    /// A Unix socket, for our other daemons and the operator on this machine.
    #[serde(default)]
    pub unix: Option<UnixConfig>,
    /// A TLS port, for integrators and for daemons on other machines.
    #[serde(default)]
    pub tls: Option<TlsConfig>,
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
                "retention_hours is {hours}; it has to be 1 to {MAX_RETENTION_HOURS} (90 days): write 24 to delete what is about an appointment a day after it"
            ))
        })
    }
}

impl Config {
    /// Everything in `data_dir`, and no listener yet.
    pub fn new(data_dir: PathBuf) -> Self {
        Self {
            data_dir,
            public_url: None,
            retention: Retention::default(),
            unix: None,
            tls: None,
            clock: Clock::default(),
        }
    }

    pub(crate) fn check(&self) -> Result<(), ConfigError> {
        let refuse = |what: &str| Err(ConfigError::new(Path::new("session-d's configuration"), what));
        if self.unix.is_none() && self.tls.is_none() {
            return refuse("nobody could reach it: write [unix] with a path, or [tls] with listen, cert and key");
        }
        let sound = |url: &String| url.starts_with("https://") && !url.ends_with('/');
        if !self.public_url.as_ref().is_none_or(sound) {
            return refuse("public_url has to be like https://video.example.org, without a slash at the end");
        }
        Ok(())
    }
}

const MAX_RETENTION_HOURS: u64 = 2160;
