use std::time::{Duration, SystemTime};

use rustls::pki_types::CertificateDer;
use yasna::{
    ASN1Error, ASN1ErrorKind, ASN1Result, BERReader, Tag,
    tags::{TAG_GENERALIZEDTIME, TAG_UTCTIME},
};

/// From when to when a certificate is good.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Validity {
    /// The first second.
    pub from: SystemTime,
    /// The last second.
    pub to: SystemTime,
}

impl Validity {
    /// That of a chain: its own certificate's, which is the first, but for its end where another one's is before.
    ///
    /// # Errors
    /// When one of them is no certificate, or there is none.
    pub(crate) fn of_chain(chain: &[CertificateDer<'_>]) -> ASN1Result<Self> {
        let mut all = chain.iter().map(|certificate| validity(certificate));
        let own = all.next().unwrap_or(Err(ASN1Error::new(ASN1ErrorKind::Eof)))?;
        all.try_fold(own, |whole, next| {
            let to = whole.to.min(next?.to);
            Ok(Self { to, ..whole })
        })
    }

    /// How long it is good, in all.
    pub(crate) fn length(self) -> Duration {
        self.to.duration_since(self.from).unwrap_or_default()
    }
}

/// RFC 5280 section 4.1.2.5.
#[expect(
    clippy::redundant_closure_for_method_calls,
    reason = "the method alone is not general enough in its lifetimes"
)]
fn validity(certificate: &CertificateDer<'_>) -> ASN1Result<Validity> {
    yasna::parse_der(certificate, |reader| {
        reader.read_sequence(|reader| {
            let validity = reader.next().read_sequence(|reader| {
                // Version, where it is said; serial number, algorithm, issuer.
                reader.read_optional(|reader| reader.read_tagged(Tag::context(0), |reader| reader.read_der()))?;
                for _ in 0..3 {
                    reader.next().read_der()?;
                }
                let validity = reader.next().read_sequence(|reader| {
                    let from = time(reader.next())?;
                    let to = time(reader.next())?;
                    Ok(Validity { from, to })
                });
                while reader.read_optional(|reader| reader.read_der())?.is_some() {}
                validity
            })?;
            // How it is signed.
            while reader.read_optional(|reader| reader.read_der())?.is_some() {}
            Ok(validity)
        })
    })
}

fn time(reader: BERReader<'_, '_>) -> ASN1Result<SystemTime> {
    match reader.lookahead_tag()? {
        TAG_UTCTIME => Ok((*reader.read_utctime()?.datetime()).into()),
        TAG_GENERALIZEDTIME => Ok((*reader.read_generalized_time()?.datetime()).into()),
        _ => Err(ASN1Error::new(ASN1ErrorKind::Invalid)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_chain_is_good_from_its_own_begin_to_the_first_end_in_it() {
        let own = certificate(100, 200);

        for (other, to) in [((0, 150), 150), ((0, 900), 200), ((120, 130), 130)] {
            let chain = [own.clone(), certificate(other.0, other.1)];
            let whole = Validity::of_chain(&chain).expect("certificates");

            assert_eq!((whole.from, whole.to), (day(100), day(to)));
        }
        assert!(Validity::of_chain(&[]).is_err());
        assert!(Validity::of_chain(&[own, CertificateDer::from(vec![0x30, 0])]).is_err());
    }

    fn certificate(from: u64, to: u64) -> CertificateDer<'static> {
        let mut params = rcgen::CertificateParams::new(["localhost".to_owned()]).expect("a name");
        params.not_before = day(from).into();
        params.not_after = day(to).into();
        let key = rcgen::KeyPair::generate().expect("a key");
        params.self_signed(&key).expect("a certificate").der().clone()
    }

    /// The 175th is the first of 2050, from when on times are written in another form.
    fn day(day: u64) -> SystemTime {
        SystemTime::UNIX_EPOCH + Duration::from_secs(2_509_488_000 + 86_400 * day)
    }
}
