//! Credentials for the operator's relay, in the form that is known as "TURN REST API". stun-d has the same secret and needs nothing else to check them.

use std::sync::{PoisonError, RwLock, RwLockReadGuard};

use aws_lc_rs::hmac;
use daemon::{Client, ConfigError, Traces};
use data_encoding::{BASE64, BASE64URL_NOPAD};
use room::{
    RoomId, Seat,
    pass::Window,
    wire::{IceServer, Secret},
};

use crate::config::RelayConfig;

pub(crate) mod freeing;

/// The relay as browsers are told of it.
pub(crate) struct Relay {
    /// The stun-ds that can be told to free something.
    servers: Vec<Client>,
    told: RwLock<Told>,
}

/// What SIGHUP renews.
pub(crate) struct Told {
    config: RelayConfig,
    /// The newest first.
    secrets: Vec<String>,
}

impl Told {
    /// # Errors
    /// When the secrets can't be read.
    pub(crate) fn read(config: RelayConfig) -> Result<Self, ConfigError> {
        Ok(Self {
            secrets: config.secrets()?,
            config,
        })
    }
}

impl Relay {
    pub(crate) fn open(config: RelayConfig, traces: &Traces) -> anyhow::Result<Self> {
        Ok(Self {
            servers: config
                .stun_d
                .iter()
                .map(|stun_d| stun_d.client(traces))
                .collect::<anyhow::Result<_>>()?,
            told: RwLock::new(Told::read(config)?),
        })
    }

    /// As it is told now.
    pub(crate) fn config(&self) -> RelayConfig {
        self.told().config.clone()
    }

    pub(crate) fn renew(&self, told: Told) {
        *self.told.write().unwrap_or_else(PoisonError::into_inner) = told;
    }

    fn told(&self) -> RwLockReadGuard<'_, Told> {
        self.told.read().unwrap_or_else(PoisonError::into_inner)
    }

    /// What lets the holder of a seat use the relay.
    ///
    /// The relay asks for it each time that a connection is kept up, which is as long as the visit lasts, and browsers can't be given another one on the way: so it holds
    /// until the doors are closed and a call that overruns is over as well, but for no more than [`LONGEST`]: whoever joins later, or again, is given a new one.
    pub(crate) fn credential(&self, room: RoomId, seat: Seat, window: Window, now: u64) -> IceServer {
        let ends = window.closes.saturating_add(OVERRUN).min(now + LONGEST);
        let told = self.told();
        let secret = told.secrets.first().expect("a file without one is refused").as_bytes();
        let username = format!("{ends}:{}", tag(secret, room, seat));
        let key = hmac::Key::new(hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, secret);
        let password = BASE64.encode(hmac::sign(&key, username.as_bytes()).as_ref());
        IceServer {
            urls: told.config.urls.clone(),
            username: Some(Secret(username)),
            credential: Some(Secret(password)),
        }
    }

    /// What a seat's credentials may be tagged with, whichever secret they were made with.
    fn tags(&self, room: RoomId, seat: Seat) -> Vec<String> {
        self.told()
            .secrets
            .iter()
            .map(|secret| tag(secret.as_bytes(), room, seat))
            .collect()
    }
}

/// Stands for a seat, and tells whoever runs the relay neither whose nor in which room: the first 12 bytes of HMAC-SHA256(secret, room id (16 bytes) ‖ seat (1 byte)).
fn tag(secret: &[u8], room: RoomId, seat: Seat) -> String {
    let mut context = hmac::Context::with_key(&hmac::Key::new(hmac::HMAC_SHA256, secret));
    context.update(room.as_bytes());
    context.update(&[seat.number()]);
    BASE64URL_NOPAD.encode(&context.sign().as_ref()[..TAG])
}

impl std::fmt::Debug for Relay {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Relay({:?})", self.told().config.urls)
    }
}

const TAG: usize = 12;
// Seconds.
const OVERRUN: u64 = 3_600;
const LONGEST: u64 = 6 * 3_600;

#[cfg(test)]
mod tests;
