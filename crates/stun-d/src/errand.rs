//! What is asked of all who hold a relay: workers, and connections. Each does it when it comes to it, so none waits for another.

use std::{
    net::SocketAddr,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use slab::Slab;
use stun::turn::{Credentials, Listed, Now, Peers, Ports, Turn};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

use crate::meter::Entrance;

/// Whoever holds a clone of a sender has not answered yet.
#[derive(Debug, Clone)]
pub(crate) enum Errand {
    SetCredentials(Credentials),
    /// Who may be relayed to, and how many bytes an allocation may pass in a second.
    SetTerms(Peers, u32),
    List {
        after: Option<SocketAddr>,
        most: usize,
        to: UnboundedSender<(Entrance, Vec<Listed>)>,
    },
    Drop {
        which: Which,
        /// How many they were.
        to: UnboundedSender<usize>,
    },
}

/// Which allocations.
#[derive(Debug, Clone)]
pub(crate) enum Which {
    OfTag(Box<[u8]>),
    At(SocketAddr),
}

impl Errand {
    pub(crate) fn run(self, turn: &mut Turn, entrance: Entrance, now: Now, ports: &mut impl Ports) {
        match self {
            Self::SetCredentials(credentials) => turn.set_credentials(credentials),
            Self::SetTerms(peers, bytes_per_second) => turn.set_terms(peers, bytes_per_second),
            // Who has asked may have gone.
            Self::List { after, most, to } => drop(to.send((entrance, turn.list(now, after, most)))),
            Self::Drop { which, to } => {
                let dropped = match which {
                    Which::OfTag(tag) => turn.revoke(&tag, ports),
                    Which::At(address) => usize::from(turn.drop_relayed(address, ports)),
                };
                let _ = to.send(dropped);
            }
        }
    }
}

/// The connections that have a relay.
#[derive(Debug, Clone, Default)]
pub(crate) struct Connections {
    present: Arc<Mutex<Slab<UnboundedSender<Errand>>>>,
}

/// One of them. Dropping it takes it out.
#[derive(Debug)]
pub(crate) struct Presence {
    connections: Connections,
    key: usize,
    errands: UnboundedReceiver<Errand>,
}

impl Connections {
    pub(crate) fn join(&self) -> Presence {
        let (sender, errands) = unbounded_channel();
        Presence {
            connections: self.clone(),
            key: self.present().insert(sender),
            errands,
        }
    }

    pub(crate) fn send(&self, errand: &Errand) {
        for (_, connection) in self.present().iter() {
            // One that is about to go needs nothing.
            let _ = connection.send(errand.clone());
        }
    }

    fn present(&self) -> MutexGuard<'_, Slab<UnboundedSender<Errand>>> {
        self.present.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Presence {
    pub(crate) async fn next(&mut self) -> Errand {
        let next = self.errands.recv().await;
        next.expect("its sender is among the connections for as long as this is")
    }
}

impl Drop for Presence {
    fn drop(&mut self) {
        self.connections.present().remove(self.key);
    }
}
