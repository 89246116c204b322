use std::{path::Path, sync::Arc};

use tokio::sync::watch;

/// The life of a daemon, as all its tasks see it: it becomes ready once, and it ends once. Clones are the same life.
#[derive(Debug, Clone)]
pub struct Life {
    ready: Arc<watch::Sender<bool>>,
    ending: Arc<watch::Sender<bool>>,
    config_file: Option<Arc<Path>>,
}

impl Life {
    /// A life that has just begun.
    pub fn new() -> Self {
        Self {
            ready: Arc::new(watch::Sender::new(false)),
            ending: Arc::new(watch::Sender::new(false)),
            config_file: None,
        }
    }

    /// A life that has just begun, of a daemon that this file configures.
    pub fn configured_by(file: &Path) -> Self {
        Self {
            config_file: Some(file.into()),
            ..Self::new()
        }
    }

    /// The file that may be read anew ([`read_config`](crate::read_config)); none where the daemon was told otherwise.
    pub fn config_file(&self) -> Option<&Path> {
        self.config_file.as_deref()
    }

    /// A life that ends with this one, and becomes ready by itself: for one of several daemons in a process.
    pub fn with_own_readiness(&self) -> Self {
        Self {
            ready: Arc::new(watch::Sender::new(false)),
            ending: Arc::clone(&self.ending),
            config_file: None,
        }
    }

    /// Says that the daemon serves. It never becomes unready again.
    pub fn ready(&self) {
        self.ready.send_replace(true);
    }

    /// Waits until the daemon serves.
    pub async fn is_ready(&self) {
        wait_for_true(&self.ready).await;
    }

    /// Asks for the end.
    pub fn end(&self) {
        self.ending.send_replace(true);
    }

    /// Waits until the end is asked for.
    pub async fn ending(&self) {
        wait_for_true(&self.ending).await;
    }

    /// Whether the end is asked for.
    pub fn is_ending(&self) -> bool {
        *self.ending.borrow()
    }
}

impl Default for Life {
    fn default() -> Self {
        Self::new()
    }
}

async fn wait_for_true(flag: &watch::Sender<bool>) {
    flag.subscribe()
        .wait_for(|&set| set)
        .await
        .expect("the sender is borrowed for as long as we wait");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn one_of_several_becomes_ready_by_itself_and_ends_with_all() {
        let all = Life::new();
        let one = all.with_own_readiness();

        one.ready();
        all.end();

        one.is_ready().await;
        assert!(!*all.ready.borrow());
        assert!(one.is_ending());
    }

    #[tokio::test]
    async fn who_asks_late_still_hears_of_it() {
        let life = Life::new();
        let other = life.clone();

        life.ready();
        life.end();

        other.is_ready().await;
        other.ending().await;
        assert!(other.is_ending());
    }
}
