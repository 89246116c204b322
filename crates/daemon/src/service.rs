//! What the service manager is told: ready, still working, reading everything anew, ending. Where none listens (`NOTIFY_SOCKET` isn't set) nothing happens.

use sd_notify::NotifyState::{self, Ready, Reloading, Stopping, Watchdog};
use tokio::{
    task::JoinHandle,
    time::{sleep, timeout},
};

use crate::Life;

/// Accompanies `life` to its end. Whoever ends the process waits for it, so that nothing is left untold.
pub(crate) fn tell_of(life: Life) -> JoinHandle<()> {
    tokio::spawn(async move {
        let lives = async {
            life.is_ready().await;
            tracing::info!("ready");
            tell(&[Ready]);
            feed_watchdog(&life).await;
        };
        tokio::select! {
            () = life.ending() => {}
            () = lives => {}
        }
        tell(&[Stopping]);
    })
}

/// Everything is read anew for as long as this is held.
#[derive(Debug)]
#[must_use = "dropping it says that it is done"]
pub struct Reload(());

impl Reload {
    /// It begins.
    pub fn begin() -> Self {
        match NotifyState::monotonic_usec_now() {
            Ok(now) => tell(&[Reloading, now]),
            Err(error) => tracing::warn!("the service manager isn't told of a reload: {error}"),
        }
        Self(())
    }
}

impl Drop for Reload {
    fn drop(&mut self) {
        tell(&[Ready]);
    }
}

/// The watchdog is fed when everything that works has answered, and only then: that this task runs says little.
async fn feed_watchdog(life: &Life) {
    let Some(patience) = sd_notify::watchdog_enabled() else {
        return std::future::pending().await;
    };
    loop {
        match timeout(patience, life.is_well()).await {
            Ok(()) => tell(&[Watchdog]),
            Err(_) => tracing::error!("the watchdog isn't fed: not everything has answered within {patience:?}"),
        }
        sleep(patience / MEALS).await;
    }
}

fn tell(states: &[NotifyState<'_>]) {
    if let Err(error) = sd_notify::notify(states) {
        tracing::warn!("the service manager doesn't hear: {error}");
    }
}

/// In the time that the watchdog waits.
const MEALS: u32 = 3;
