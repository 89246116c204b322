//! Proxies before us: whom to believe about where a browser comes from, and how that is told. Nobody else is believed.

use std::{
    io,
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr},
};

use axum::http::{HeaderMap, HeaderName, header::FORWARDED};
use daemon::ConfigError;
use ipnet::IpNet;
use serde::Deserialize;
use tokio::io::{AsyncRead, AsyncReadExt as _};

/// Proxies before us.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Proxy {
    /// Their addresses and networks: `127.0.0.1`, `10.1.0.0/16`. One to 64.
    pub trusted: Vec<String>,
    /// How they tell where a browser comes from.
    pub told_by: ToldBy,
}

/// How a proxy tells where a connection comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ToldBy {
    /// HAProxy's PROXY protocol, version 2, before TLS. Nobody but trusted proxies can connect then.
    ProxyV2,
    /// `X-Forwarded-For`: each proxy has put behind what was there whom it was asked by.
    XForwardedFor,
    /// RFC 7239, likewise.
    Forwarded,
}

/// Who is believed.
#[derive(Debug)]
pub(crate) struct Hops {
    trusted: Vec<IpNet>,
    pub(crate) told_by: ToldBy,
}

impl Hops {
    /// # Errors
    /// A [`ConfigError`] where nobody is trusted, too many are, or one is no network.
    pub(crate) fn of(proxy: &Proxy) -> Result<Self, ConfigError> {
        let refusal = |what: String| ConfigError::of_key("proxy.trusted", what);
        let count = proxy.trusted.len();
        if !(1..=MOST_TRUSTED).contains(&count) {
            return Err(refusal(format!(
                "has {count} of them; it has to name 1 to {MOST_TRUSTED} proxies or networks of them"
            )));
        }
        let network = |text: &String| {
            let address = text.parse::<IpAddr>().map(IpNet::from);
            let network = address.or_else(|_| text.parse::<IpNet>());
            network.map_err(|_| refusal(format!("{text} has to be like 127.0.0.1 or 10.1.0.0/16")))
        };
        let trusted: Vec<_> = proxy.trusted.iter().map(network).collect::<Result<_, _>>()?;
        if trusted.iter().any(|network| network.prefix_len() == 0) {
            return Err(refusal("everybody would be believed: name your proxies".to_owned()));
        }
        let told_by = proxy.told_by;
        Ok(Self { trusted, told_by })
    }

    pub(crate) fn trusts(&self, address: IpAddr) -> bool {
        let address = address.to_canonical();
        self.trusted.iter().any(|network| network.contains(&address))
    }

    /// Whom the last of the trusted proxies was asked by, as the headers have it; `None` where they don't say it. What stands before that may be anybody's.
    pub(crate) fn client(&self, headers: &HeaderMap) -> Result<Option<IpAddr>, Malformed> {
        let (name, node): (_, fn(&str) -> Option<IpAddr>) = match self.told_by {
            ToldBy::ProxyV2 => return Ok(None),
            ToldBy::XForwardedFor => (X_FORWARDED_FOR, address),
            ToldBy::Forwarded => (FORWARDED, forwarded_for),
        };
        let mut client = None;
        for value in headers.get_all(name).iter().rev() {
            let value = value.to_str().map_err(|_| Malformed)?;
            for hop in value.rsplit(',') {
                let hop = node(hop.trim()).ok_or(Malformed)?.to_canonical();
                client = Some(hop);
                if !self.trusts(hop) {
                    return Ok(client);
                }
            }
        }
        Ok(client)
    }
}

/// A header that says where a browser comes from, and doesn't.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Malformed;

/// One element of RFC 7239: `for="[2001:db8::17]:4711";proto=https`.
fn forwarded_for(element: &str) -> Option<IpAddr> {
    let mut pairs = element.split(';').filter_map(|pair| pair.split_once('='));
    let (_, node) = pairs.find(|(name, _)| name.trim().eq_ignore_ascii_case("for"))?;
    address(node.trim().trim_matches('"'))
}

/// An address, with or without a port.
fn address(text: &str) -> Option<IpAddr> {
    let bare = text
        .strip_prefix('[')
        .and_then(|text| text.strip_suffix(']'))
        .unwrap_or(text);
    let with_port = || text.parse::<SocketAddr>().map(|addr| addr.ip());
    bare.parse().or_else(|_| with_port()).ok()
}

/// Reads the header of the PROXY protocol (version 2, section 2.2 of HAProxy's `proxy-protocol.txt`), and not a byte more. `None`: the proxy comes by itself, to see whether we live.
///
/// # Errors
/// When it is none, is longer than it need be, or tells of something else than TCP over IP.
pub(crate) async fn read_proxy_header<S: AsyncRead + Unpin>(stream: &mut S) -> io::Result<Option<IpAddr>> {
    let mut head = [0; 16];
    stream.read_exact(&mut head).await?;
    let [signature @ .., command, family, high, low] = head;
    let length = usize::from(u16::from_be_bytes([high, low]));
    if signature != SIGNATURE || length > LONGEST_HEADER {
        return Err(io::ErrorKind::InvalidData.into());
    }
    let mut told = [0; LONGEST_HEADER];
    let told = &mut told[..length];
    stream.read_exact(told).await?;
    // Source and destination, then their ports; behind them may be what we don't ask for.
    let client = match (command, family) {
        (LOCAL, _) => return Ok(None),
        (PROXY, TCP_OVER_IPV4) if length >= 12 => told
            .first_chunk()
            .map(|octets: &[u8; 4]| Ipv4Addr::from(*octets).into()),
        (PROXY, TCP_OVER_IPV6) if length >= 36 => told
            .first_chunk()
            .map(|octets: &[u8; 16]| Ipv6Addr::from(*octets).into()),
        _ => None,
    };
    client.map(Some).ok_or_else(|| io::ErrorKind::InvalidData.into())
}

const X_FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");
const MOST_TRUSTED: usize = 64;
const SIGNATURE: [u8; 12] = *b"\r\n\r\n\0\r\nQUIT\n";
/// Version 2 in the upper half of the byte, the command in the lower one.
const LOCAL: u8 = 0x20;
const PROXY: u8 = 0x21;
const TCP_OVER_IPV4: u8 = 0x11;
const TCP_OVER_IPV6: u8 = 0x21;
/// Bytes: the addresses, and what proxies add about TLS. Theirs fit into one segment.
const LONGEST_HEADER: usize = 1024;

#[cfg(test)]
mod tests {
    use super::*;

    fn hops(trusted: &[&str], told_by: ToldBy) -> Result<Hops, ConfigError> {
        let trusted = trusted.iter().map(|&it| it.to_owned()).collect();
        Hops::of(&Proxy { trusted, told_by })
    }

    fn told(told_by: ToldBy, name: &'static str, values: &[&str]) -> Result<Option<String>, Malformed> {
        let mut headers = HeaderMap::new();
        for value in values {
            headers.append(name, value.parse().expect("a header"));
        }
        let hops = hops(&["127.0.0.1", "10.1.0.0/16", "2001:db8:1::/48"], told_by).expect("good");
        Ok(hops.client(&headers)?.map(|client| client.to_string()))
    }

    #[test]
    fn only_what_a_trusted_proxy_has_put_there_is_believed() {
        let told = |values: &[&str]| told(ToldBy::XForwardedFor, "x-forwarded-for", values);

        for (values, client) in [
            (&["192.0.2.1"][..], "192.0.2.1"),
            (&["203.0.113.9, 192.0.2.1"], "192.0.2.1"),
            (&["203.0.113.9, 192.0.2.1, 10.1.2.3"], "192.0.2.1"),
            (&["203.0.113.9", "192.0.2.1", "10.1.2.3, 127.0.0.1"], "192.0.2.1"),
            (&["nonsense, 192.0.2.1:4711"], "192.0.2.1"),
            (&["::ffff:192.0.2.1"], "192.0.2.1"),
            (&["[2001:db8:2::1]:443, 2001:db8:1::1"], "2001:db8:2::1"),
            (&["10.1.2.3, 127.0.0.1"], "10.1.2.3"),
        ] {
            assert_eq!(told(values), Ok(Some(client.to_owned())), "{values:?}");
        }
        assert_eq!(told(&[]), Ok(None));
        for malformed in [
            "",
            "unknown",
            "192.0.2.1,",
            "192.0.2.1.5",
            "192.0.2.1, nonsense, 127.0.0.1",
        ] {
            assert_eq!(told(&[malformed]), Err(Malformed), "{malformed}");
        }
    }

    #[test]
    fn rfc_7239_is_read_likewise() {
        let told = |value: &str| told(ToldBy::Forwarded, "forwarded", &[value]);

        for (value, client) in [
            ("for=192.0.2.1", "192.0.2.1"),
            (
                "for=203.0.113.9, For=\"192.0.2.1:4711\";proto=https;by=10.1.2.3",
                "192.0.2.1",
            ),
            (
                "proto=https; for=\"[2001:db8:2::1]:443\", for=10.1.2.3",
                "2001:db8:2::1",
            ),
        ] {
            assert_eq!(told(value), Ok(Some(client.to_owned())), "{value}");
        }
        for malformed in ["for=unknown", "for=_hidden", "proto=https", "192.0.2.1"] {
            assert_eq!(told(malformed), Err(Malformed), "{malformed}");
        }
    }

    #[test]
    fn who_is_to_be_believed_is_named() {
        for trusted in [&[][..], &["home"], &["10.0.0.0/33"], &["0.0.0.0/0"], &["::/0"]] {
            assert!(hops(trusted, ToldBy::ProxyV2).is_err(), "{trusted:?}");
        }
    }

    #[tokio::test]
    async fn the_header_of_the_proxy_protocol_is_read_to_its_end_and_no_further() {
        let header = |command: u8, family: u8, told: &[u8]| {
            let length = u16::try_from(told.len()).expect("fits").to_be_bytes();
            [&SIGNATURE[..], &[command, family], &length, told, b"TLS"].concat()
        };
        let v4 = [192, 0, 2, 1, 127, 0, 0, 1, 0x12, 0x34, 1, 187];
        let v6 = [[0x20; 16], [0x30; 16]].concat();
        let v6 = [&v6[..], &[0; 4], b"more"].concat();
        for (bytes, client) in [
            (header(PROXY, TCP_OVER_IPV4, &v4), Some("192.0.2.1")),
            (
                header(PROXY, TCP_OVER_IPV6, &v6),
                Some("2020:2020:2020:2020:2020:2020:2020:2020"),
            ),
            (header(LOCAL, 0, &[]), None),
        ] {
            let mut rest = &bytes[..];
            let told = read_proxy_header(&mut rest).await.expect("good");
            assert_eq!(told.map(|client| client.to_string()).as_deref(), client);
            assert_eq!(rest, b"TLS");
        }

        let good = header(PROXY, TCP_OVER_IPV4, &v4);
        let mut malformed = vec![
            header(PROXY, TCP_OVER_IPV4, &v4[..11]),
            header(PROXY, TCP_OVER_IPV6, &v6[..35]),
            header(PROXY, 0x12, &v4),
            header(PROXY, 0, &v4),
            header(0x22, TCP_OVER_IPV4, &v4),
            header(0x11, TCP_OVER_IPV4, &v4),
            header(PROXY, TCP_OVER_IPV4, &[0; LONGEST_HEADER + 1]),
            b"PROXY TCP4 192.0.2.1 127.0.0.1 4660 443\r\n".to_vec(),
        ];
        malformed.extend((0..16 + v4.len()).map(|cut| good[..cut].to_vec()));
        for bytes in malformed {
            assert!(read_proxy_header(&mut &bytes[..]).await.is_err(), "{bytes:?}");
        }
    }
}
