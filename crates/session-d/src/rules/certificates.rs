//! Which client certificate an API key is bound to.

use daemon::doors::ClientCertificate;
use data_encoding::{HEXLOWER, HEXLOWER_PERMISSIVE};
use tonic::Status;

use super::fields::invalid;

/// What a certificate has to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Binding {
    /// This one.
    Sha256([u8; 32]),
    /// One that is made out to this name, also when it is renewed.
    Dns(String),
}

impl Binding {
    /// Of a request; empty: none.
    pub(crate) fn parse(text: &str) -> Result<Option<Self>, Status> {
        if text.is_empty() {
            return Ok(None);
        }
        let should = "has to be dns: and a whole name in lower case, or sha256: and 64 hexadecimal digits, or empty";
        Self::of_text(text)
            .map(Some)
            .ok_or_else(|| invalid("certificate", should))
    }

    pub(crate) fn of_text(text: &str) -> Option<Self> {
        match text.split_once(':')? {
            // As openssl prints it, too.
            ("sha256", digits) => {
                let hash = HEXLOWER_PERMISSIVE.decode(digits.replace(':', "").as_bytes());
                hash.ok()?.try_into().ok().map(Self::Sha256)
            }
            ("dns", name) => is_name(name).then(|| Self::Dns(name.to_owned())),
            _ => None,
        }
    }

    pub(crate) fn fits(&self, shown: &ClientCertificate) -> bool {
        match self {
            Self::Sha256(hash) => shown.sha256() == *hash,
            Self::Dns(name) => shown.is_for(name),
        }
    }
}

impl std::fmt::Display for Binding {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Sha256(hash) => write!(f, "sha256:{}", HEXLOWER.encode(hash)),
            Self::Dns(name) => write!(f, "dns:{name}"),
        }
    }
}

/// A whole name: no pattern, no address.
fn is_name(name: &str) -> bool {
    let fits = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-' || c == '.';
    (1..=253).contains(&name.len()) && name.chars().all(fits) && name.parse::<std::net::IpAddr>().is_err()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_binding_reads_as_it_prints() {
        let fingerprint = format!("sha256:{}", "0a".repeat(32));
        for good in ["dns:booking.example.org", &fingerprint] {
            let binding = Binding::parse(good).expect("good").expect("a binding");
            assert_eq!(binding.to_string(), good);
        }
        assert_eq!(Binding::parse("").expect("none is good"), None);

        let of_openssl = format!("sha256:{}", vec!["0A"; 32].join(":"));
        let binding = Binding::parse(&of_openssl).expect("good").expect("a binding");
        assert_eq!(binding.to_string(), fingerprint);
    }

    #[test]
    fn what_binds_to_no_certificate_is_refused() {
        let long = format!("dns:{}", "a".repeat(254));
        let bad = [
            "x",
            "dns:",
            "dns:*.example.org",
            "dns:127.0.0.1",
            "dns:Booking",
            "sha256:0a",
            "sha1:0a",
            &long,
        ];
        for bad in bad {
            assert!(Binding::parse(bad).is_err(), "{bad}");
        }
    }
}
