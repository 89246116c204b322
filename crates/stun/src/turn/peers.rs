//! Which peers may be reached through the relay: addresses of the open internet, and nobody's inner network (RFC 8656 section 21.1.4).

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// What is relayed to, and what is not.
#[derive(Debug, Clone, Default)]
pub struct Peers {
    denied: Vec<Network>,
    allowed: Vec<Network>,
    own: Vec<Network>,
}

/// What was decided of a peer, and why.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// It is an address of the open internet.
    Open,
    /// The operator allows this network, whatever else it is.
    Allowed(Network),
    /// The operator denies this network.
    Denied(Network),
    /// The machine of the relay has it.
    Own(Network),
    /// It is nobody's, somebody's inner one, or one that leads elsewhere.
    Special(Network),
}

/// An address and how many of its first bits count.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Network {
    address: IpAddr,
    bits: u8,
}

/// It isn't an address and how many of its bits count, as in `192.0.2.0/24`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a network such as 192.0.2.0/24 or 2001:db8::/32")]
pub struct NotANetwork;

impl Peers {
    /// The open internet, without `denied`; and `allowed` whatever it is, which the operator answers for.
    #[must_use]
    pub fn new(denied: Vec<Network>, allowed: Vec<Network>) -> Self {
        Self {
            denied,
            allowed,
            own: Vec::new(),
        }
    }

    /// Neither these, which the relay's own machine has, unless they are allowed.
    #[must_use]
    pub fn with_own(mut self, own: &[IpAddr]) -> Self {
        let whole = |&address: &IpAddr| Network {
            address,
            bits: if address.is_ipv4() { 32 } else { 128 },
        };
        self.own = own.iter().map(whole).collect();
        self
    }

    #[must_use]
    pub fn allow(&self, peer: IpAddr) -> bool {
        matches!(self.judge(peer), Verdict::Open | Verdict::Allowed(_))
    }

    /// Of an address that wraps another one both count: whoever translates it sends to the inner one.
    #[must_use]
    pub fn judge(&self, peer: IpAddr) -> Verdict {
        let inner = inner(peer);
        let spellings = || [Some(peer), inner.map(IpAddr::V4)].into_iter().flatten();
        let find = |networks: &[Network]| {
            networks
                .iter()
                .copied()
                .find(|network| spellings().any(|ip| network.contains(ip)))
        };
        if let Some(network) = find(&self.denied) {
            return Verdict::Denied(network);
        }
        if let Some(network) = find(&self.allowed) {
            return Verdict::Allowed(network);
        }
        if let Some(network) = find(&self.own) {
            return Verdict::Own(network);
        }
        find(&SPECIAL).map_or(Verdict::Open, Verdict::Special)
    }
}

impl Network {
    /// # Errors
    /// When an address has fewer than so many bits.
    pub fn new(address: IpAddr, bits: u8) -> Result<Self, NotANetwork> {
        let most = if address.is_ipv4() { 32 } else { 128 };
        (bits <= most).then_some(Self { address, bits }).ok_or(NotANetwork)
    }

    #[must_use]
    pub fn contains(self, address: IpAddr) -> bool {
        match (self.address, address) {
            (IpAddr::V4(own), IpAddr::V4(other)) => {
                let rest = 32 - u32::from(self.bits);
                (own.to_bits() ^ other.to_bits()).checked_shr(rest).unwrap_or(0) == 0
            }
            (IpAddr::V6(own), IpAddr::V6(other)) => {
                let rest = 128 - u32::from(self.bits);
                (own.to_bits() ^ other.to_bits()).checked_shr(rest).unwrap_or(0) == 0
            }
            _ => false,
        }
    }
}

impl std::str::FromStr for Network {
    type Err = NotANetwork;

    /// Without a number of bits it is one address.
    fn from_str(text: &str) -> Result<Self, NotANetwork> {
        let (address, bits) = text
            .split_once('/')
            .map_or((text, None), |(address, bits)| (address, Some(bits)));
        let address: IpAddr = address.parse().map_err(|_| NotANetwork)?;
        let whole = if address.is_ipv4() { 32 } else { 128 };
        let bits = bits.map_or(Ok(whole), |bits| bits.parse().map_err(|_| NotANetwork))?;
        Self::new(address, bits)
    }
}

impl std::fmt::Display for Network {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}/{}", self.address, self.bits)
    }
}

/// The IPv4 address that translators (NAT64, 6to4, SIIT, mapped and compatible addresses) find in an IPv6 one.
fn inner(address: IpAddr) -> Option<Ipv4Addr> {
    let IpAddr::V6(address) = address else { return None };
    let bits = address.to_bits();
    let low = || Some(Ipv4Addr::from_bits(bits as u32));
    match address.segments() {
        [0, 0, 0, 0, 0, 0 | 0xffff, ..] | [0, 0, 0, 0, 0xffff, 0, ..] | [0x64, 0xff9b, 0, 0, 0, 0, ..] => low(),
        [0x2002, ..] => Some(Ipv4Addr::from_bits((bits >> 80) as u32)),
        _ => None,
    }
}

const fn v4(a: u8, b: u8, c: u8, d: u8, bits: u8) -> Network {
    Network {
        address: IpAddr::V4(Ipv4Addr::new(a, b, c, d)),
        bits,
    }
}

const fn v6(a: u16, b: u16, c: u16, bits: u8) -> Network {
    Network {
        address: IpAddr::V6(Ipv6Addr::new(a, b, c, 0, 0, 0, 0, 0)),
        bits,
    }
}

/// The IANA registries of special-purpose addresses (RFC 6890 and what followed), and multicast. All of NAT64's well-known prefix is open as far as the IPv4 address in it is.
const SPECIAL: [Network; 34] = [
    v4(0, 0, 0, 0, 8),
    v4(10, 0, 0, 0, 8),
    v4(100, 64, 0, 0, 10),
    v4(127, 0, 0, 0, 8),
    v4(169, 254, 0, 0, 16),
    v4(172, 16, 0, 0, 12),
    v4(192, 0, 0, 0, 24),
    v4(192, 0, 2, 0, 24),
    v4(192, 88, 99, 0, 24),
    v4(192, 168, 0, 0, 16),
    v4(198, 18, 0, 0, 15),
    v4(198, 51, 100, 0, 24),
    v4(203, 0, 113, 0, 24),
    v4(224, 0, 0, 0, 4),
    v4(240, 0, 0, 0, 4),
    // The unspecified address, loopback, and IPv4-compatible ones.
    v6(0, 0, 0, 96),
    mapped(0, 0xffff),
    mapped(0xffff, 0),
    // NAT64 within one network (RFC 8215): what it leads to is that network's.
    v6(0x64, 0xff9b, 1, 48),
    v6(0x100, 0, 0, 64),
    // Teredo.
    v6(0x2001, 0, 0, 32),
    v6(0x2001, 2, 0, 48),
    v6(0x2001, 0xdb8, 0, 32),
    v6(0x2001, 0x10, 0, 28),
    v6(0x2001, 0x20, 0, 28),
    // 6to4: its relays are gone, and it names an IPv4 address.
    v6(0x2002, 0, 0, 16),
    v6(0x3fff, 0, 0, 20),
    v6(0x5f00, 0, 0, 16),
    v6(0xfc00, 0, 0, 7),
    v6(0xfe80, 0, 0, 10),
    v6(0xfec0, 0, 0, 10),
    v6(0xff00, 0, 0, 8),
    // Discard-only and dummy prefixes (RFC 6666, RFC 9780).
    Network {
        address: IpAddr::V6(Ipv6Addr::new(0x100, 0, 0, 1, 0, 0, 0, 0)),
        bits: 64,
    },
    // Drone remote identification (RFC 9374).
    v6(0x2001, 0x30, 0, 28),
];

/// The IPv4-mapped and IPv4-translated addresses.
const fn mapped(fifth: u16, sixth: u16) -> Network {
    Network {
        address: IpAddr::V6(Ipv6Addr::new(0, 0, 0, 0, fifth, sixth, 0, 0)),
        bits: 96,
    }
}
