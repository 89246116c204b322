//! What is logged, and how: for every program of ours.

use std::sync::OnceLock;

use serde::{Deserialize, Deserializer, de::Error as _};
use tracing_subscriber::{EnvFilter, Registry, layer::SubscriberExt as _, reload, util::SubscriberInitExt as _};

/// What is logged: `error`, `warn`, `info`, `debug` or `trace`, also by module (`info,signal_d=debug`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogFilter(String);

impl<'de> Deserialize<'de> for LogFilter {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        match EnvFilter::builder().parse(&text) {
            Ok(_) => Ok(Self(text)),
            Err(error) => Err(D::Error::custom(format!("{text} is no filter ({error})"))),
        }
    }
}

/// How the log is begun. What the command line or `VISITE_LOG` say is not changed by the configuration.
#[derive(Debug, Clone, clap::Args)]
pub struct LogArguments {
    /// What is logged: error, warn, info, debug or trace, also by module (`info,signal_d=debug`). Without it the configuration says so (`log`), or it is `info`.
    #[arg(long, value_name = "FILTER", env = "VISITE_LOG")]
    log: Option<String>,
    /// How it is logged: for people or for machines.
    #[arg(long, value_enum, default_value = "text")]
    log_format: LogFormat,
}

#[derive(Debug, Clone, Copy, clap::ValueEnum)]
enum LogFormat {
    Text,
    Json,
}

impl LogArguments {
    /// Sends the program's log to standard error. A second call changes nothing.
    pub fn start(&self) {
        let filter = EnvFilter::builder().parse_lossy(self.log.as_deref().unwrap_or(USUAL));
        let (filter, handle) = reload::Layer::new(filter);
        let layer = tracing_subscriber::fmt::layer().with_writer(std::io::stderr);
        let log = tracing_subscriber::registry().with(filter);
        // The first to start the log wins; a test may have been there before.
        let started = match self.log_format {
            LogFormat::Text => log.with(layer.with_ansi(false).with_target(false)).try_init(),
            LogFormat::Json => log.with(layer.json()).try_init(),
        };
        if started.is_ok() && self.log.is_none() {
            let _ = FILTER.set(handle);
        }
    }
}

/// From now on this is logged, where the configuration has a say: `info` where it says nothing.
pub fn set(filter: Option<&LogFilter>) {
    let filter = EnvFilter::builder().parse_lossy(filter.map_or(USUAL, |filter| &filter.0));
    if let Some(Err(error)) = FILTER.get().map(|handle| handle.reload(filter)) {
        tracing::warn!("what is logged stays as it is: {error}");
    }
}

const USUAL: &str = "info";

/// Changes what is logged; empty where the command line has said it.
static FILTER: OnceLock<reload::Handle<EnvFilter, Registry>> = OnceLock::new();
