//! The ways that a visit may take, and the servers that lead there.

use std::net::{IpAddr, SocketAddr};

use room::wire::IceServer;
use tokio::net::lookup_host;

use crate::{
    steps::{Failure, Step},
    turn::Credential,
};

/// Which way a visit is to take.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Way {
    /// From one end to the other, and by nothing between them.
    Direct,
    /// By the relay and nothing else, which this end reaches over UDP.
    RelayUdp,
    /// Likewise, over TCP.
    RelayTcp,
    /// Likewise, over TLS.
    RelayTls,
}

impl Way {
    /// All of them, the one that most visits take first.
    pub const ALL: [Self; 4] = [Self::Direct, Self::RelayUdp, Self::RelayTcp, Self::RelayTls];

    /// As it stands in reports and metrics.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Direct => "direct",
            Self::RelayUdp => "relay_udp",
            Self::RelayTcp => "relay_tcp",
            Self::RelayTls => "relay_tls",
        }
    }

    /// The first of the installation's relay URLs (RFC 7065) that leads this way.
    pub(crate) fn url(self, servers: &[IceServer]) -> Option<(Url, Credential)> {
        servers.iter().find_map(|server| {
            let credential = Credential {
                username: server.username.as_ref()?.0.clone(),
                password: server.credential.as_ref()?.0.clone(),
            };
            let url = server
                .urls
                .iter()
                .filter_map(|url| Url::parse(url))
                .find(|url| url.way == self)?;
            credential.is_usable().then_some((url, credential))
        })
    }

    /// Whether the installation offers it.
    pub(crate) fn is_offered(self, servers: &[IceServer]) -> bool {
        self == Self::Direct || self.url(servers).is_some()
    }
}

/// `stun:host:port`, `turn:host:port?transport=udp` and the like: RFC 7064, RFC 7065.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Url {
    /// `Direct` of a STUN server.
    pub(crate) way: Way,
    pub(crate) host: String,
    port: u16,
}

impl Url {
    /// `None` for what this end doesn't speak, DTLS for example.
    pub(crate) fn parse(url: &str) -> Option<Self> {
        let (scheme, rest) = url.split_once(':')?;
        let (address, transport) = rest.split_once("?transport=").unwrap_or((rest, "udp"));
        let way = match (scheme, transport) {
            ("stun", "udp") => Way::Direct,
            ("turn", "udp") => Way::RelayUdp,
            ("turn", "tcp") => Way::RelayTcp,
            ("turns", "tcp") => Way::RelayTls,
            _ => return None,
        };
        // An IPv6 address stands in brackets.
        let (host, port) = match address.rsplit_once(':') {
            Some((host, port)) if !port.ends_with(']') => (host, Some(port)),
            _ => (address, None),
        };
        let default = if scheme == "turns" {
            TLS_PORT
        } else {
            stun::DEFAULT_PORT
        };
        Some(Self {
            way,
            host: host.trim_matches(['[', ']']).to_owned(),
            port: port.map_or(Some(default), |port| port.parse().ok())?,
        })
    }

    /// The address in the family of `like`.
    pub(crate) async fn resolve(&self, step: Step, like: IpAddr) -> Result<SocketAddr, Failure> {
        let failed = |what: &str| Failure::new(step, format!("{}:{}: {what}", self.host, self.port));
        let mut addresses = lookup_host((&*self.host, self.port))
            .await
            .map_err(|error| failed(&error.to_string()))?;
        addresses
            .find(|address| address.is_ipv4() == like.is_ipv4())
            .ok_or_else(|| failed("it has no address of the family that the server was reached by"))
    }
}

/// RFC 8656 section 3.1.
const TLS_PORT: u16 = 5349;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_url_says_which_way_it_leads() {
        for (text, way, host, port) in [
            ("stun:video.example.org", Way::Direct, "video.example.org", 3478),
            ("turn:video.example.org:3479", Way::RelayUdp, "video.example.org", 3479),
            ("turn:192.0.2.1:3478?transport=tcp", Way::RelayTcp, "192.0.2.1", 3478),
            (
                "turns:relay.example.org?transport=tcp",
                Way::RelayTls,
                "relay.example.org",
                5349,
            ),
            (
                "turns:[2001:db8::1]:443?transport=tcp",
                Way::RelayTls,
                "2001:db8::1",
                443,
            ),
            ("stun:[2001:db8::1]", Way::Direct, "2001:db8::1", 3478),
        ] {
            let host = host.to_owned();
            assert_eq!(Url::parse(text), Some(Url { way, host, port }), "{text}");
        }
        for text in [
            "",
            "http://video.example.org",
            "turns:relay.example.org",
            "turn:host:port",
        ] {
            assert_eq!(Url::parse(text), None, "{text}");
        }
    }
}
