//! What is counted, and read by whoever watches. Each worker counts on lines of the cache of its own, so that none waits for another; connections share a few.

use std::{
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

use stun::{Answer, turn};

/// One worker's, or some connections'.
#[derive(Debug)]
#[repr(align(128))]
pub(crate) struct Meter {
    counts: [AtomicU64; COUNTS],
    /// By the code less [`FIRST_CODE`].
    errors: [AtomicU64; CODES],
}

/// A way in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Entrance {
    Udp,
    Tcp,
    Tls,
    Dtls,
}

/// All there are.
#[derive(Debug, Clone)]
pub(crate) struct Meters {
    udp: Vec<Arc<Meter>>,
    tcp: Vec<Arc<Meter>>,
    tls: Vec<Arc<Meter>>,
    dtls: Vec<Arc<Meter>>,
}

/// What an entrance has counted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Counted {
    counts: [u64; COUNTS],
    /// Code and number, of those that there were.
    pub(crate) errors: Vec<(u16, u64)>,
}

/// What there is to count.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Count {
    Bindings,
    RateLimited,
    Allocations,
    Allocated,
    PacketsToPeers,
    BytesToPeers,
    PacketsToClients,
    BytesToClients,
    WithoutPermission,
    OverBandwidth,
}

impl Meters {
    pub(crate) fn new(workers: usize) -> Self {
        let make = |count| (0..count).map(|_| Arc::new(Meter::new())).collect();
        Self {
            udp: make(workers),
            tcp: make(OF_CONNECTIONS),
            tls: make(OF_CONNECTIONS),
            dtls: make(OF_CONNECTIONS),
        }
    }

    pub(crate) fn of_worker(&self, number: usize) -> Arc<Meter> {
        Arc::clone(&self.udp[number])
    }

    pub(crate) fn of_connection(&self, entrance: Entrance, client: SocketAddr) -> Arc<Meter> {
        Arc::clone(&self.all(entrance)[usize::from(client.port()) % OF_CONNECTIONS])
    }

    pub(crate) fn read(&self, entrance: Entrance) -> Counted {
        let meters = self.all(entrance);
        let sum = |of: &dyn Fn(&Meter) -> &AtomicU64| {
            let read = meters.iter().map(|meter| of(meter).load(Ordering::Relaxed));
            read.fold(0, u64::wrapping_add)
        };
        let codes = (0..CODES).map(|at| (FIRST_CODE + at as u16, sum(&|meter| &meter.errors[at])));
        Counted {
            counts: std::array::from_fn(|at| sum(&|meter| &meter.counts[at])),
            errors: codes.filter(|&(_, count)| count > 0).collect(),
        }
    }

    fn all(&self, entrance: Entrance) -> &[Arc<Meter>] {
        match entrance {
            Entrance::Udp => &self.udp,
            Entrance::Tcp => &self.tcp,
            Entrance::Tls => &self.tls,
            Entrance::Dtls => &self.dtls,
        }
    }
}

impl Meter {
    fn new() -> Self {
        Self {
            counts: [const { AtomicU64::new(0) }; COUNTS],
            errors: [const { AtomicU64::new(0) }; CODES],
        }
    }

    pub(crate) fn answered(&self, answer: &Answer) {
        match answer.error_code() {
            Some(code) => {
                if let Some(errors) = self.errors.get(usize::from(code.wrapping_sub(FIRST_CODE))) {
                    errors.fetch_add(1, Ordering::Relaxed);
                }
            }
            None if answer.is_binding() => self.add(Count::Bindings, 1),
            None => {}
        }
    }

    pub(crate) fn rate_limited(&self) {
        self.add(Count::RateLimited, 1);
    }

    /// What a relay has done since `told`, which it then is.
    pub(crate) fn follow(&self, told: &mut turn::Statistics, now: turn::Statistics) {
        if *told == now {
            return;
        }
        for (count, before, now) in [
            (Count::Allocations, told.allocations as u64, now.allocations as u64),
            (Count::Allocated, told.allocated, now.allocated),
            (Count::PacketsToPeers, told.packets_to_peers, now.packets_to_peers),
            (Count::BytesToPeers, told.bytes_to_peers, now.bytes_to_peers),
            (Count::PacketsToClients, told.packets_to_clients, now.packets_to_clients),
            (Count::BytesToClients, told.bytes_to_clients, now.bytes_to_clients),
            (
                Count::WithoutPermission,
                told.without_permission,
                now.without_permission,
            ),
            (Count::OverBandwidth, told.over_bandwidth, now.over_bandwidth),
        ] {
            if now != before {
                // What has become less is added as what wraps around to it.
                self.add(count, now.wrapping_sub(before));
            }
        }
        *told = now;
    }

    fn add(&self, count: Count, more: u64) {
        self.counts[count as usize].fetch_add(more, Ordering::Relaxed);
    }
}

impl Counted {
    pub(crate) fn of(&self, count: Count) -> u64 {
        self.counts[count as usize]
    }
}

const COUNTS: usize = Count::OverBandwidth as usize + 1;
const FIRST_CODE: u16 = 400;
const CODES: usize = 200;
/// Enough for two connections seldom to meet at one.
const OF_CONNECTIONS: usize = 4;
