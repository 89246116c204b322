//! What a webhook may be: whom it may call, what it hears of, and when it tries again.

use std::net::IpAddr;

use api::session::v1::event::Type;
use http::Uri;
use ipnet::IpNet;
use tonic::Status;

use super::fields::invalid;

/// Where a webhook's requests go. Which addresses its name has, and whether they may be called, is seen with each request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Receiver {
    /// As it was given.
    pub(crate) url: String,
    pub(crate) tls: bool,
    /// A name or an address, without brackets.
    pub(crate) host: String,
    pub(crate) port: u16,
    /// What goes into the `Host` header.
    pub(crate) authority: String,
    /// Path and query.
    pub(crate) target: String,
}

impl Receiver {
    pub(crate) fn parse(field: &str, text: &str, networks: &Networks) -> Result<Self, Status> {
        let refused = |should| invalid(field, should);
        let shape = "has to be like https://software.example.org/visite, in ASCII, without user, password and fragment";
        if text.len() > LONGEST_URL || text.contains('#') || !text.chars().all(|c| c.is_ascii_graphic()) {
            return Err(refused(shape));
        }
        let uri: Uri = text.parse().map_err(|_| refused(shape))?;
        let (Some(scheme), Some(authority)) = (uri.scheme_str(), uri.authority()) else {
            return Err(refused(shape));
        };
        let host = authority.host().trim_matches(['[', ']']);
        if host.is_empty() || authority.as_str().contains('@') {
            return Err(refused(shape));
        }
        let tls = match scheme {
            "https" => true,
            "http" if networks.plain_loopback => false,
            _ => return Err(refused("has to be https://")),
        };
        let receiver = Self {
            url: text.to_owned(),
            tls,
            host: host.to_owned(),
            port: authority.port_u16().unwrap_or(if tls { 443 } else { 80 }),
            authority: authority.as_str().to_owned(),
            target: uri.path_and_query().map_or("/", |target| target.as_str()).to_owned(),
        };
        match host.parse() {
            Ok(address) if !networks.open(address, tls) => Err(refused(
                "has to be in a public network: others have to be allowed by the operator",
            )),
            Ok(_) | Err(_) => Ok(receiver),
        }
    }
}

/// Which addresses may be called: those of the open internet, and what the operator allows.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Networks {
    pub(crate) allowed: Vec<IpNet>,
    /// Whether what is on this machine may be called without TLS.
    pub(crate) plain_loopback: bool,
}

impl Networks {
    pub(crate) fn open(&self, address: IpAddr, tls: bool) -> bool {
        let address = address.to_canonical();
        if !tls {
            return self.plain_loopback && address.is_loopback();
        }
        self.allowed.iter().any(|network| network.contains(&address)) || is_public(address)
    }
}

/// Whether anybody's address may be meant by it, and nobody's inner network, by IANA's registries of special-purpose addresses (RFC 6890).
fn is_public(address: IpAddr) -> bool {
    let within = |network: &&str| network.parse::<IpNet>().expect("a network").contains(&address);
    !SPECIAL.iter().any(within) && (address.is_ipv4() || within(&GLOBAL_UNICAST))
}

/// Addresses of version 6 that wrap one of version 4 (6to4, Teredo, NAT64) are among them or no global unicast ones: whoever unwraps them sends elsewhere.
const SPECIAL: [&str; 19] = [
    "0.0.0.0/8",
    "10.0.0.0/8",
    "100.64.0.0/10",
    "127.0.0.0/8",
    "169.254.0.0/16",
    "172.16.0.0/12",
    "192.0.0.0/24",
    "192.0.2.0/24",
    "192.88.99.0/24",
    "192.168.0.0/16",
    "198.18.0.0/15",
    "198.51.100.0/24",
    "203.0.113.0/24",
    "224.0.0.0/4",
    "240.0.0.0/4",
    "2001::/23",
    "2001:db8::/32",
    "2002::/16",
    "3fff::/20",
];
const GLOBAL_UNICAST: &str = "2000::/3";

/// What a webhook hears of, as bits by the numbers of `Event.Type`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Types(u16);

impl Types {
    /// None stands for all.
    pub(crate) fn parse(types: &[i32]) -> Result<Self, Status> {
        let bit = |number: &i32| match Type::try_from(*number) {
            Ok(Type::Unspecified) | Err(_) => Err(invalid("types", "have to be types of events, or none for all")),
            Ok(known) => Ok(1 << known as u16),
        };
        types
            .iter()
            .map(bit)
            .try_fold(0, |all, bit| bit.map(|bit: u16| all | bit))
            .map(Self)
    }

    pub(crate) fn include(self, number: i32) -> bool {
        self.0 == 0 || u32::try_from(number).is_ok_and(|number| u32::from(self.0) >> number & 1 == 1)
    }

    pub(crate) fn numbers(self) -> Vec<i32> {
        (0..16).filter(|number| self.0 >> number & 1 == 1).collect()
    }

    /// As the store keeps them.
    pub(crate) fn to_bits(self) -> u16 {
        self.0
    }

    pub(crate) fn of_bits(bits: u16) -> Self {
        Self(bits)
    }
}

/// When it is tried again after so many failures in a row; `None` when it has been tried for long enough. `chance` spreads those that failed together: up to a fifth later.
pub(crate) fn next_attempt(failures: u32, now: u64, chance: u16) -> Option<u64> {
    let index = usize::try_from(failures.checked_sub(1)?).ok()?;
    let delay = SCHEDULE.get(index)?;
    Some(now + delay + delay * u64::from(chance) / u64::from(u16::MAX) / 5)
}

/// Seconds: what the Standard Webhooks specification proposes. Three days, together.
const SCHEDULE: [u64; 9] = [
    5,
    5 * 60,
    30 * 60,
    2 * 3600,
    5 * 3600,
    10 * 3600,
    14 * 3600,
    20 * 3600,
    24 * 3600,
];
const LONGEST_URL: usize = 2048;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_public_addresses_are_open_in_every_spelling() {
        let networks = Networks::default();
        let open = |address: &str| networks.open(address.parse().expect("an address"), true);

        for public in [
            "9.9.9.9",
            "192.0.1.1",
            "100.128.0.1",
            "172.32.0.1",
            "2620:fe::fe",
            "::ffff:9.9.9.9",
        ] {
            assert!(open(public), "{public}");
        }
        for inner in [
            "0.0.0.0",
            "10.1.2.3",
            "100.64.0.1",
            "127.0.0.1",
            "127.8.8.8",
            "169.254.169.254",
            "172.31.255.255",
            "192.0.0.8",
            "192.168.0.1",
            "198.19.0.1",
            "224.0.0.1",
            "255.255.255.255",
            "::",
            "::1",
            "::7f00:1",
            "::ffff:127.0.0.1",
            "::ffff:10.0.0.1",
            "::ffff:169.254.169.254",
            "64:ff9b::a00:1",
            "64:ff9b:1::1",
            "100::1",
            "2001::1",
            "2001:db8::1",
            "2002:7f00:1::",
            "2002:a00:1::1",
            "3fff::1",
            "5f00::1",
            "fc00::1",
            "fd12::1",
            "fe80::1",
            "fec0::1",
            "ff02::1",
        ] {
            assert!(!open(inner), "{inner}");
        }
    }

    #[test]
    fn what_the_operator_allows_is_open_too_and_plain_http_on_this_machine_only() {
        let networks = Networks {
            allowed: vec!["10.20.0.0/16".parse().expect("a network")],
            plain_loopback: true,
        };
        let open = |address: &str, tls| networks.open(address.parse().expect("an address"), tls);

        assert!(open("10.20.3.4", true) && open("::ffff:10.20.3.4", true) && !open("10.21.0.1", true));
        assert!(open("127.0.0.1", false) && open("::1", false) && open("::ffff:127.0.0.1", false));
        assert!(!open("127.0.0.1", true) && !open("10.20.3.4", false) && !open("9.9.9.9", false));
    }

    #[test]
    fn a_url_is_what_it_seems() {
        let parse = |url: &str| Receiver::parse("url", url, &Networks::default());

        let receiver = parse("https://Software.example.org:8443/visite?practice=7").expect("good");
        assert_eq!((&*receiver.host, receiver.port), ("Software.example.org", 8443));
        assert_eq!(
            (&*receiver.authority, &*receiver.target),
            ("Software.example.org:8443", "/visite?practice=7")
        );
        assert_eq!(parse("https://[2620:fe::fe]/").expect("good").host, "2620:fe::fe");
        for bad in [
            "",
            "/visite",
            "software.example.org",
            "http://software.example.org/",
            "ftp://software.example.org/",
            "https://",
            "https:///x",
            "https://user@software.example.org/",
            "https://user:word@software.example.org/",
            "https://software.example.org/#x",
            "https://software.example.org/ä",
            "https://software.example.org/\r\nx: y",
            "https://127.0.0.1/",
            "https://[::1]/",
            "https://[::ffff:10.0.0.1]/",
            &format!("https://software.example.org/{}", "x".repeat(2048)),
        ] {
            assert!(parse(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn types_are_those_that_are_named_or_all() {
        let some = Types::parse(&[Type::Waiting.into(), Type::Ended.into()]).expect("known");

        assert!(some.include(Type::Waiting.into()) && !some.include(Type::Left.into()));
        assert_eq!(some.numbers(), [Type::Waiting as i32, Type::Ended as i32]);
        assert_eq!(Types::of_bits(some.to_bits()), some);
        assert!(Types::parse(&[]).is_ok_and(|all| all.include(Type::Created.into()) && all.numbers().is_empty()));
        assert!(Types::parse(&[0]).is_err() && Types::parse(&[99]).is_err());
    }

    #[test]
    fn it_is_tried_again_ever_later_for_three_days() {
        let mut now = 0;
        for failures in 1..=9 {
            let (soonest, latest) = (next_attempt(failures, now, 0), next_attempt(failures, now, u16::MAX));
            let (soonest, latest) = (soonest.expect("again"), latest.expect("again"));
            assert!(
                now + 5 <= soonest && latest - now <= (soonest - now) * 6 / 5,
                "{failures}"
            );
            now = soonest;
        }
        assert!((3 * 86_400..4 * 86_400).contains(&now), "{now}");
        assert_eq!(next_attempt(10, now, 0), None);
    }
}
