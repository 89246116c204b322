//! Making relays: one for each worker, and one for each stream.

use std::sync::{Arc, Mutex, PoisonError};

use aws_lc_rs::rand::{SecureRandom as _, SystemRandom};
use stun::turn::{Credentials, Peers, Quotas, Settings, Turn};

use crate::shared::Shared;

/// What all relays of this server are made of; nothing where it has none.
#[derive(Debug, Clone)]
pub(crate) struct RelayMaker {
    plan: Option<Arc<Plan>>,
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Plan {
    settings: Mutex<Settings>,
    quotas: Arc<Quotas>,
}

impl RelayMaker {
    pub(crate) fn new(plan: Option<(Settings, Quotas)>) -> Self {
        let plan = plan.map(|(settings, quotas)| {
            Arc::new(Plan {
                settings: Mutex::new(settings),
                quotas: Arc::new(quotas),
            })
        });
        Self {
            plan,
            shared: Arc::new(Shared::new()),
        }
    }

    pub(crate) fn make(&self) -> Option<Turn> {
        let plan = self.plan.as_ref()?;
        let settings = plan.settings.lock().unwrap_or_else(PoisonError::into_inner).clone();
        Some(Turn::new(settings, Arc::clone(&plan.quotas), Box::new(fill)))
    }

    pub(crate) fn shared(&self) -> Arc<Shared> {
        Arc::clone(&self.shared)
    }

    /// What all relays count together; nothing where there is none.
    pub(crate) fn quotas(&self) -> Option<&Quotas> {
        self.plan.as_ref().map(|plan| &*plan.quotas)
    }

    /// Those that are made from now on know these.
    pub(crate) fn set_credentials(&self, credentials: Credentials) {
        self.change(|settings| settings.credentials = credentials);
    }

    /// So for those that are made from now on.
    pub(crate) fn set_terms(&self, peers: Peers, bytes_per_second: u32) {
        self.change(|settings| {
            settings.peers = peers;
            settings.bytes_per_second = bytes_per_second;
        });
    }

    fn change(&self, change: impl FnOnce(&mut Settings)) {
        if let Some(plan) = &self.plan {
            change(&mut plan.settings.lock().unwrap_or_else(PoisonError::into_inner));
        }
    }
}

fn fill(bytes: &mut [u8]) {
    SystemRandom::new()
        .fill(bytes)
        .expect("what has had randomness to begin with goes on having it");
}
