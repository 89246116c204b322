//! SIGHUP: what a running daemon may take anew it does, and it says what waits for its next start. Where anything is wrong nothing is changed.

use anyhow::Context as _;
use tokio::signal::unix::{SignalKind, signal};

use crate::{ConfigError, Daemon, Life, Reload, Source, config, log};

/// Reads the configuration of `life` and checks it. Where `life` knows none there is `None`.
///
/// # Errors
/// What [`Source::read`] and [`Daemon::check`] refuse, located.
pub fn renewed_config<D: Daemon>(life: &Life) -> anyhow::Result<Option<D::Config>> {
    let Some(source) = life.config() else { return Ok(None) };
    let config = source.read::<D::Config>()?;
    D::check(&config).map_err(|error| located(error, source))?;
    Ok(Some(config))
}

/// On each SIGHUP calls `renew` with what the configuration says then, if `life` knows one, and reports what came of it. Begins to listen at once, and never ends.
///
/// # Errors
/// When the process can't listen for signals.
pub fn renew_on_hang_up<D: Daemon>(
    life: Life,
    renew: impl Fn(Option<&D::Config>) -> anyhow::Result<()> + Send + 'static,
) -> anyhow::Result<impl Future<Output = ()> + Send>
where
    D::Config: Sync,
{
    // From the first moment on: without anybody who hears it, it would end the process.
    let mut hang_ups = signal(SignalKind::hangup()).context("listen for SIGHUP")?;
    let begun = life.config().map(Source::values).transpose()?;
    Ok(async move {
        while hang_ups.recv().await.is_some() {
            let _telling = Reload::begin();
            // A few small files, and rarely: nobody waits long for them.
            report_renewal(&(|| {
                let new = renewed_config::<D>(&life)?;
                renew(new.as_ref()).map_err(|error| match life.config() {
                    Some(source) => located(error, source),
                    None => error,
                })?;
                if let Some(new) = &new {
                    log::set(D::log(new));
                }
                let now = life.config().map(Source::values).transpose()?;
                let later = begun.as_ref().zip(now.as_ref());
                Ok(later.map_or_else(Vec::new, |(begun, now)| config::changed(begun, now, D::RENEWED)))
            })());
        }
    })
}

/// Says what a renewal has led to: the keys that wait for the next start, or what is wrong.
pub fn report_renewal(outcome: &anyhow::Result<Vec<String>>) {
    match outcome {
        Ok(later) if later.is_empty() => tracing::info!("configuration, secrets and certificate are read anew"),
        Ok(later) => tracing::warn!(
            "configuration, secrets and certificate are read anew; {} will be so after a restart",
            later.join(", ")
        ),
        Err(error) => tracing::error!("it goes on with what it has: {error:#}"),
    }
}

/// The same, with where it stands if it is a [`ConfigError`].
pub(crate) fn located(error: anyhow::Error, source: &Source) -> anyhow::Error {
    match error.downcast::<ConfigError>() {
        Ok(error) => error.located(source).into(),
        Err(error) => error,
    }
}
