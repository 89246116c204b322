//! TLS from files, with the one provider of cryptography that this house uses.

use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

use anyhow::Context as _;
use rustls::{
    ClientConfig, RootCertStore, ServerConfig,
    crypto::{CryptoProvider, aws_lc_rs},
    pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject as _},
    server::WebPkiClientVerifier,
};
use serde::Deserialize;

use crate::ConfigError;

/// A certificate chain and its private key, both PEM.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CertFiles {
    /// The certificate, then those that lead to its authority.
    pub cert: PathBuf,
    /// The private key (PKCS#8, SEC1 or PKCS#1).
    pub key: PathBuf,
}

/// Makes aws-lc-rs what every part of the process uses by default. Later calls change nothing.
pub fn use_one_provider() {
    // An error says that a provider is there already: ours, since there is no other in the tree (a test says so).
    let _ = aws_lc_rs::default_provider().install_default();
}

/// A server's side of TLS 1.2 and 1.3. With `client_ca`, clients may show a certificate, and one of another authority is refused.
///
/// # Errors
/// A [`ConfigError`] when a file can't be used.
pub fn server_config(files: &CertFiles, alpn: &[&[u8]], client_ca: Option<&Path>) -> anyhow::Result<Arc<ServerConfig>> {
    let builder = ServerConfig::builder_with_provider(provider())
        .with_safe_default_protocol_versions()
        .context("choose TLS versions")?;
    let builder = match client_ca {
        None => builder.with_no_client_auth(),
        Some(ca) => {
            let verifier = WebPkiClientVerifier::builder_with_provider(Arc::new(roots(ca)?), provider())
                .allow_unauthenticated()
                .build()
                .map_err(|error| ConfigError::new(ca, error.to_string()))?;
            builder.with_client_cert_verifier(verifier)
        }
    };
    let mut config = builder
        .with_single_cert(certificates(&files.cert)?, private_key(&files.key)?)
        .map_err(|error| ConfigError::new(&files.cert, format!("doesn't go with {}: {error}", files.key.display())))?;
    config.alpn_protocols = alpn.iter().map(|protocol| protocol.to_vec()).collect();
    Ok(Arc::new(config))
}

/// A client's side: trusts the authorities in `ca` and no other, and shows the certificate of `client` where asked.
///
/// # Errors
/// A [`ConfigError`] when a file can't be used.
pub fn client_config(ca: &Path, client: Option<&CertFiles>) -> anyhow::Result<ClientConfig> {
    let builder = ClientConfig::builder_with_provider(provider())
        .with_safe_default_protocol_versions()
        .context("choose TLS versions")?
        .with_root_certificates(roots(ca)?);
    let Some(files) = client else {
        return Ok(builder.with_no_client_auth());
    };
    Ok(builder
        .with_client_auth_cert(certificates(&files.cert)?, private_key(&files.key)?)
        .map_err(|error| ConfigError::new(&files.cert, format!("doesn't go with {}: {error}", files.key.display())))?)
}

fn provider() -> Arc<CryptoProvider> {
    Arc::new(aws_lc_rs::default_provider())
}

fn roots(ca: &Path) -> Result<RootCertStore, ConfigError> {
    let mut roots = RootCertStore::empty();
    for certificate in certificates(ca)? {
        roots
            .add(certificate)
            .map_err(|error| ConfigError::new(ca, format!("holds a certificate that is no authority: {error}")))?;
    }
    Ok(roots)
}

fn certificates(file: &Path) -> Result<Vec<CertificateDer<'static>>, ConfigError> {
    let certificates = CertificateDer::pem_file_iter(file)
        .and_then(Iterator::collect::<Result<Vec<_>, _>>)
        .map_err(|error| ConfigError::new(file, format!("no certificate can be read: {error}")))?;
    if certificates.is_empty() {
        return Err(ConfigError::new(file, "holds no certificate (PEM)"));
    }
    Ok(certificates)
}

fn private_key(file: &Path) -> Result<PrivateKeyDer<'static>, ConfigError> {
    PrivateKeyDer::from_pem_file(file)
        .map_err(|error| ConfigError::new(file, format!("no private key can be read: {error}")))
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn a_key_that_belongs_to_another_certificate_is_refused() {
        let dir = tempfile::tempdir().expect("a directory");
        let (ours, other) = (write_pair(dir.path(), "ours"), write_pair(dir.path(), "other"));
        let mixed = CertFiles {
            cert: ours.cert.clone(),
            key: other.key,
        };

        assert!(server_config(&ours, &[b"h2"], None).is_ok());
        let refusal = server_config(&mixed, &[b"h2"], None).expect_err("is refused");

        assert!(refusal.downcast_ref::<ConfigError>().is_some(), "{refusal:#}");
    }

    #[test]
    fn a_file_without_a_certificate_is_refused_by_name() {
        let dir = tempfile::tempdir().expect("a directory");
        let empty = dir.path().join("empty.pem");
        fs::write(&empty, "").expect("written");

        let refusal = client_config(&empty, None).expect_err("is refused");

        assert!(
            refusal.to_string().ends_with("empty.pem: holds no certificate (PEM)"),
            "{refusal}"
        );
    }

    fn write_pair(dir: &Path, name: &str) -> CertFiles {
        let made = rcgen::generate_simple_self_signed(vec![format!("{name}.test")]).expect("a certificate");
        let files = CertFiles {
            cert: dir.join(format!("{name}.pem")),
            key: dir.join(format!("{name}.key")),
        };
        fs::write(&files.cert, made.cert.pem()).expect("written");
        fs::write(&files.key, made.signing_key.serialize_pem()).expect("written");
        files
    }
}
