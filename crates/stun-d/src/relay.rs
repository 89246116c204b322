//! Making relays: one for each worker, and one for each stream.

use std::sync::{Arc, Mutex, PoisonError};

use aws_lc_rs::rand::{SecureRandom as _, SystemRandom};
use stun::turn::{Credentials, Quotas, Settings, Turn};

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

    /// Those that are made from now on know these.
    pub(crate) fn set_credentials(&self, credentials: Credentials) {
        if let Some(plan) = &self.plan {
            plan.settings.lock().unwrap_or_else(PoisonError::into_inner).credentials = credentials;
        }
    }
}

fn fill(bytes: &mut [u8]) {
    SystemRandom::new()
        .fill(bytes)
        .expect("what has had randomness to begin with goes on having it");
}
