//! stun-d: the public STUN ports, UDP and TCP. It reads what comes, hands it to the core (`stun::answer`) and sends what that says; it keeps nothing, logs nothing of
//! what is asked, and learns nothing but that somebody asked.
//!
//! [`StunD`] is the daemon. `udp` serves a socket in batches, one system call for many datagrams; `tcp` serves connections, few and short ones.

mod batch;
mod config;
mod socket;
mod tcp;
mod udp;

use std::net::SocketAddr;

use anyhow::Context as _;
use daemon::{Daemon, Life};
use tokio::task::JoinSet;

pub use config::Config;

use tcp::TcpPort;
use udp::UdpPort;

/// The daemon, bound and not yet serving.
#[derive(Debug)]
pub struct StunD {
    ports: Vec<Port>,
}

/// One address, over both transports.
#[derive(Debug)]
struct Port {
    udp: UdpPort,
    tcp: TcpPort,
}

impl StunD {
    /// Where it listens, in the order of the configuration.
    pub fn addrs(&self) -> Vec<SocketAddr> {
        self.ports.iter().map(|port| port.udp.addr()).collect()
    }
}

impl Daemon for StunD {
    const NAME: &'static str = "stun-d";
    type Config = Config;

    async fn bind(config: Config) -> anyhow::Result<Self> {
        config.check()?;
        let ports = config
            .listen
            .iter()
            .map(|&addr| Port::bind(addr))
            .collect::<anyhow::Result<_>>()?;
        Ok(Self { ports })
    }

    async fn serve(self, life: Life) -> anyhow::Result<()> {
        let mut serving = JoinSet::new();
        for Port { udp, tcp } in self.ports {
            serving.spawn(udp.serve());
            serving.spawn(tcp.serve());
        }
        life.ready();
        // Nothing is begun that would have to be finished: dropping the set ends it.
        tokio::select! {
            () = life.ending() => Ok(()),
            Some(ended) = serving.join_next() => ended.context("a port broke down").flatten(),
        }
    }
}

impl Port {
    /// Port 0 becomes the same port for both transports.
    fn bind(addr: SocketAddr) -> anyhow::Result<Self> {
        let mut refused = None;
        for _ in 0..ATTEMPTS {
            let udp = UdpPort::bind(addr).with_context(|| format!("bind {addr} (UDP)"))?;
            match TcpPort::bind(udp.addr()) {
                Ok(tcp) => return Ok(Self { udp, tcp }),
                Err(error) => refused = Some(error),
            }
            if addr.port() != 0 {
                break;
            }
        }
        let refused = refused.expect("at least one attempt was made");
        Err(refused).with_context(|| format!("bind {addr} (TCP)"))
    }
}

/// A free UDP port may be taken over TCP: then another is tried.
const ATTEMPTS: usize = 16;
