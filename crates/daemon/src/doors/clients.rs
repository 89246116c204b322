//! Whose certificates may be shown at a TLS port: our own daemons', and integrators'. Each has an authority of its own.

use std::{fmt, path::Path, sync::Arc};

use anyhow::Context as _;
use aws_lc_rs::digest::{SHA256, digest};
use rustls::{
    RootCertStore,
    client::verify_server_name,
    pki_types::{CertificateDer, ServerName, UnixTime},
    server::{ParsedCertificate, WebPkiClientVerifier, danger::ClientCertVerifier},
};

use crate::{ConfigError, tls};

/// Whoever may come with a certificate.
#[derive(Debug)]
pub(super) struct Clients {
    daemons: Option<Verifier>,
    integrators: Option<Verifier>,
    anybody: Option<Verifier>,
}

type Verifier = Arc<dyn ClientCertVerifier>;

impl Clients {
    pub(super) fn of(daemons: Option<&Path>, integrators: Option<&Path>) -> anyhow::Result<Self> {
        let daemons = daemons.map(tls::roots).transpose();
        let daemons = daemons.map_err(|error| error.within("client_ca"))?;
        let integrators = integrators.map(|ca| separate_roots(ca, daemons.as_ref()));
        let integrators = integrators
            .transpose()
            .map_err(|error| error.within("integrators.ca"))?;
        let mut all = RootCertStore::empty();
        for roots in [&daemons, &integrators].into_iter().flatten() {
            all.extend(roots.roots.iter().cloned());
        }
        let all = (!all.is_empty()).then_some(all);
        Ok(Self {
            daemons: daemons.map(verifier).transpose()?,
            integrators: integrators.map(verifier).transpose()?,
            anybody: all.map(verifier).transpose()?,
        })
    }

    /// For the handshake: where a certificate is shown at all, it has to be of one of the authorities.
    pub(super) fn verifier(&self) -> Option<Verifier> {
        self.anybody.clone()
    }

    /// Whether this chain is a daemon's of ours, and which integrator's it is.
    pub(super) fn judge(&self, shown: &[CertificateDer<'static>]) -> (bool, Option<ClientCertificate>) {
        let Some((own, others)) = shown.split_first() else {
            return (false, None);
        };
        let is_of = |authority: &Option<Verifier>| {
            let authority = authority.as_ref();
            authority.is_some_and(|authority| authority.verify_client_cert(own, others, UnixTime::now()).is_ok())
        };
        // An integrators' authority may be one below the daemons': who is an integrator is no daemon.
        let integrator = is_of(&self.integrators).then(|| ClientCertificate(Arc::new(own.clone())));
        (integrator.is_none() && is_of(&self.daemons), integrator)
    }
}

/// Whether the file `ca` holds authorities of integrators, and none of the daemons' in `client_ca`.
///
/// # Errors
/// When it can't be read, holds something else or nothing, or an authority of both.
pub fn check_integrators(ca: &Path, client_ca: Option<&Path>) -> Result<(), ConfigError> {
    let daemons = client_ca.map(tls::roots).transpose()?;
    separate_roots(ca, daemons.as_ref()).map(drop)
}

fn separate_roots(ca: &Path, daemons: Option<&RootCertStore>) -> Result<RootCertStore, ConfigError> {
    let roots = tls::roots(ca)?;
    let mut of_daemons = daemons.into_iter().flat_map(|daemons| &daemons.roots);
    let is_shared = of_daemons.any(|daemons| {
        let mut keys = roots.roots.iter().map(|root| &root.subject_public_key_info);
        keys.any(|key| *key == daemons.subject_public_key_info)
    });
    if is_shared {
        let what = "holds an authority of client_ca, which would make integrators daemons of ours: give them an authority of their own";
        return Err(ConfigError::new(ca, what));
    }
    Ok(roots)
}

fn verifier(roots: RootCertStore) -> anyhow::Result<Verifier> {
    WebPkiClientVerifier::builder_with_provider(Arc::new(roots), tls::provider())
        .allow_unauthenticated()
        .build()
        .context("judge clients' certificates")
}

/// A certificate of the integrators' authority; who has come in holds its private key.
#[derive(Clone, PartialEq, Eq)]
pub struct ClientCertificate(Arc<CertificateDer<'static>>);

impl ClientCertificate {
    /// The SHA-256 of the whole certificate (DER).
    pub fn sha256(&self) -> [u8; 32] {
        let hash = digest(&SHA256, &self.0);
        hash.as_ref().try_into().expect("SHA-256 has 32 bytes")
    }

    /// Whether it is made out to this DNS name (a `subjectAltName`, which may be a wildcard: RFC 9525).
    pub fn is_for(&self, name: &str) -> bool {
        let (Ok(certificate), Ok(name)) = (ParsedCertificate::try_from(&*self.0), ServerName::try_from(name)) else {
            return false;
        };
        verify_server_name(&certificate, &name).is_ok()
    }
}

/// Says nothing of whose it is.
impl fmt::Debug for ClientCertificate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ClientCertificate")
    }
}
