//! How many connections there may be, in all and from one network: an IPv4 address, or a /64 of IPv6, of which whoever has one address has all.

use std::{
    collections::HashMap,
    net::IpAddr,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use tokio::sync::Notify;

use crate::{config::Limits, throttle};

#[derive(Debug, Clone)]
pub(crate) struct Places(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    table: Mutex<Table>,
    all_free: Notify,
}

#[derive(Debug)]
struct Table {
    limits: Limits,
    taken: usize,
    by_source: HashMap<throttle::Prefix, usize>,
}

/// Held for as long as a connection lives.
#[derive(Debug)]
pub(crate) struct Place {
    /// None's: a proxy that many come through.
    source: Option<throttle::Prefix>,
    places: Places,
}

impl Places {
    pub(crate) fn new(limits: Limits) -> Self {
        let table = Table {
            limits,
            taken: 0,
            by_source: HashMap::new(),
        };
        Self(Arc::new(Shared {
            table: Mutex::new(table),
            all_free: Notify::new(),
        }))
    }

    /// For whoever comes from now on; who is there stays.
    pub(crate) fn set_limits(&self, limits: Limits) {
        self.table().limits = limits;
    }

    /// A place for one more, if there is one.
    pub(crate) fn take(&self, source: IpAddr) -> Option<Place> {
        let source = throttle::prefix(source, 32);
        let mut table = self.table();
        let here = table.by_source.get(&source).copied().unwrap_or_default();
        if table.taken >= table.limits.connections || here >= table.limits.connections_of_network {
            return None;
        }
        table.taken += 1;
        table.by_source.insert(source, here + 1);
        let (source, places) = (Some(source), self.clone());
        Some(Place { source, places })
    }

    /// A place for a proxy, which stands for many networks.
    pub(crate) fn take_for_all(&self) -> Option<Place> {
        let mut table = self.table();
        if table.taken >= table.limits.connections {
            return None;
        }
        table.taken += 1;
        let places = self.clone();
        Some(Place { source: None, places })
    }

    /// Waits until nobody is there.
    pub(crate) async fn all_free(&self) {
        loop {
            let freed = self.0.all_free.notified();
            if self.table().taken == 0 {
                return;
            }
            freed.await;
        }
    }

    fn table(&self) -> MutexGuard<'_, Table> {
        self.0.table.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut table = self.places.table();
        table.taken -= 1;
        if let Some(source) = &self.source
            && let Some(here) = table.by_source.get_mut(source)
        {
            *here -= 1;
            if *here == 0 {
                table.by_source.remove(source);
            }
        }
        if table.taken == 0 {
            self.places.0.all_free.notify_waiters();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_network_has_no_more_than_its_own_places_and_gives_them_back() {
        let places = Places::new(Limits {
            connections: 3,
            connections_of_network: 2,
        });
        let (one, other, third) = ([192, 0, 2, 1].into(), [192, 0, 2, 2].into(), [192, 0, 2, 3].into());

        let first = places.take(one).expect("a place");
        let second = places.take(one).expect("a place");
        assert!(places.take(one).is_none(), "more than its own");
        let its = places.take(other).expect("a place");
        assert!(places.take(third).is_none(), "more than all");

        places.set_limits(Limits {
            connections: 4,
            connections_of_network: 2,
        });
        let last = places.take(third).expect("a place");
        drop(first);
        let again = places.take(one).expect("it is free again");

        let leaving = tokio::spawn(async move { drop((second, its, last, again)) });
        places.all_free().await;
        leaving.await.expect("no panic");
    }
}
