//! Whose certificates are asked for at a TLS port: our own daemons', and integrators'. Each has an authority of its own.

use std::{fmt, path::Path, sync::Arc};

use aws_lc_rs::digest::{SHA256, digest};
use rustls::{
    RootCertStore,
    client::verify_server_name,
    pki_types::{CertificateDer, ServerName, UnixTime},
    server::{ParsedCertificate, WebPkiClientVerifier, danger::ClientCertVerifier},
};

use super::TlsConfig;
use crate::{ConfigError, tls};

/// Who may show what.
#[derive(Debug)]
pub(super) struct Clients {
    daemons: Option<Arc<dyn ClientCertVerifier>>,
    integrators: Option<Arc<dyn ClientCertVerifier>>,
}

impl Clients {
    pub(super) fn of(config: &TlsConfig) -> Result<Self, ConfigError> {
        let verifier = |key, ca: Option<&Path>| {
            let verifier = ca.map(|ca| verifier(ca, tls::roots(ca)?));
            verifier.transpose().map_err(|error: ConfigError| error.within(key))
        };
        Ok(Self {
            daemons: verifier("client_ca", config.client_ca.as_deref())?,
            integrators: verifier("integrators_ca", config.integrators_ca.as_deref())?,
        })
    }

    /// For the handshake: a certificate has to be of one of the two, where one is shown at all.
    pub(super) fn verifier(config: &TlsConfig) -> Result<Option<Arc<dyn ClientCertVerifier>>, ConfigError> {
        let authorities: Vec<_> = [&config.client_ca, &config.integrators_ca].into_iter().flatten().collect();
        let Some(first) = authorities.first() else {
            return Ok(None);
        };
        let mut all = RootCertStore::empty();
        for ca in &authorities {
            all.roots.extend(tls::roots(ca)?.roots);
        }
        verifier(first, all).map(Some)
    }

    /// Whose the certificate is that somebody has shown: whether a daemon's of ours, and which integrator's.
    pub(super) fn judge(&self, shown: &[CertificateDer<'static>]) -> (bool, Option<ClientCertificate>) {
        let Some((own, others)) = shown.split_first() else {
            return (false, None);
        };
        let is_of = |authority: &Option<Arc<dyn ClientCertVerifier>>| {
            let verified = authority.as_ref().map(|authority| authority.verify_client_cert(own, others, UnixTime::now()));
            verified.is_some_and(|verified| verified.is_ok())
        };
        let integrator = is_of(&self.integrators).then(|| ClientCertificate(Arc::new(own.clone())));
        (is_of(&self.daemons), integrator)
    }
}

fn verifier(ca: &Path, roots: RootCertStore) -> Result<Arc<dyn ClientCertVerifier>, ConfigError> {
    WebPkiClientVerifier::builder_with_provider(Arc::new(roots), tls::provider())
        .allow_unauthenticated()
        .build()
        .map_err(|error| ConfigError::new(ca, error))
}

/// A certificate of the authority for integrators, whose key who has come in holds.
#[derive(Clone, PartialEq, Eq)]
pub struct ClientCertificate(Arc<CertificateDer<'static>>);

impl ClientCertificate {
    /// The SHA-256 of the whole certificate (DER).
    pub fn sha256(&self) -> [u8; 32] {
        let hash = digest(&SHA256, &self.0);
        hash.as_ref().try_into().expect("SHA-256 has 32 bytes")
    }

    /// Whether it is made out to this DNS name (`subjectAltName`).
    pub fn is_for(&self, name: &str) -> bool {
        let (Ok(certificate), Ok(name)) = (ParsedCertificate::try_from(&*self.0), ServerName::try_from(name)) else {
            return false;
        };
        verify_server_name(&certificate, &name).is_ok()
    }
}

impl fmt::Debug for ClientCertificate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ClientCertificate")
    }
}
