//! TLS from files, with the one provider of cryptography that this house uses.

mod validity;

use std::{
    fmt, fs,
    os::unix::fs::MetadataExt as _,
    path::{Path, PathBuf},
    sync::{Arc, PoisonError, RwLock},
    time::Duration,
};

use anyhow::Context as _;
use rustls::{
    ClientConfig, RootCertStore, ServerConfig,
    crypto::{CryptoProvider, aws_lc_rs},
    pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject as _},
    server::{ClientHello, ResolvesServerCert, danger::ClientCertVerifier},
    sign::{CertifiedKey, SingleCertAndKey},
};
use serde::Deserialize;

use crate::{ConfigError, acme::Challenges, metrics::Count};
pub use validity::Validity;

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

/// A certificate and its key, read and found to belong together.
#[derive(Debug, Clone)]
pub struct Pair {
    /// None's: it was just made.
    files: Option<CertFiles>,
    validity: Option<Validity>,
    key: Arc<CertifiedKey>,
}

impl Pair {
    /// # Errors
    /// When one of the files can't be used, or they don't belong together: says which key of the configuration is at fault, `cert` or `key`.
    pub fn read(files: &CertFiles) -> Result<Self, ConfigError> {
        let chain = certificates(&files.cert).map_err(|error| error.within("cert"))?;
        let validity = Validity::of_chain(&chain).map_err(|_| {
            ConfigError::new(&files.cert, "holds something that doesn't say how long it is good").within("cert")
        })?;
        let key = private_key(&files.key).map_err(|error| error.within("key"))?;
        let key = CertifiedKey::from_der(chain, key, &provider()).map_err(|error| {
            ConfigError::new(
                &files.cert,
                format!(
                    "doesn't go with {} ({error}); name the key that it was made for",
                    files.key.display()
                ),
            )
            .within("cert")
        })?;
        Ok(Self {
            files: Some(files.clone()),
            validity: Some(validity),
            key: Arc::new(key),
        })
    }

    /// One that was just made, to have something to show.
    pub(crate) fn in_memory(key: Arc<CertifiedKey>) -> Self {
        Self {
            files: None,
            validity: None,
            key,
        }
    }

    /// From when to when it is good; none where nobody trusts it anyway.
    pub fn validity(&self) -> Option<Validity> {
        self.validity
    }
}

/// A certificate that was just made with its key. It isn't looked at: webpki refuses those that answer an ACME authority, for their critical extension.
///
/// # Errors
/// When the key can't be used.
pub(crate) fn just_made(
    certificate: CertificateDer<'static>,
    key: PrivateKeyDer<'static>,
) -> Result<CertifiedKey, rustls::Error> {
    let key = provider().key_provider.load_private_key(key)?;
    Ok(CertifiedKey::new(vec![certificate], key))
}

/// What clients are shown. It can be changed while they come; clones are the same one.
#[derive(Clone)]
pub struct Certificate {
    pair: Arc<RwLock<Pair>>,
    /// What an ACME authority is shown instead, when it asks whether a name is ours.
    challenges: Option<Challenges>,
    /// How often in a row that authority has given no new one.
    failures: Option<Arc<Count>>,
}

impl Certificate {
    /// Shows this until something else is to be shown.
    pub fn of(pair: Pair) -> Self {
        Self {
            pair: Arc::new(RwLock::new(pair)),
            challenges: None,
            failures: None,
        }
    }

    pub(crate) fn renewed_by(self, challenges: Challenges, failures: Arc<Count>) -> Self {
        Self {
            challenges: Some(challenges),
            failures: Some(failures),
            ..self
        }
    }

    /// From when to when it is good; none where nobody trusts it anyway.
    pub fn validity(&self) -> Option<Validity> {
        self.pair().validity
    }

    /// How often in a row its authority has given no new one, where it is an authority's to renew it.
    pub(crate) fn failures(&self) -> Option<&Count> {
        self.failures.as_deref()
    }

    /// Shows this to whoever comes from now on.
    pub fn show(&self, pair: Pair) {
        *self.pair.write().unwrap_or_else(PoisonError::into_inner) = pair;
    }

    /// A server's side of TLS 1.2 and 1.3 that shows it. Whether clients may show a certificate as well, and which, `clients` judges.
    ///
    /// # Errors
    /// When there is no TLS to be had of these versions.
    pub fn server_config(
        &self,
        alpn: &[&[u8]],
        clients: Option<Arc<dyn ClientCertVerifier>>,
    ) -> anyhow::Result<Arc<ServerConfig>> {
        let builder = ServerConfig::builder_with_provider(provider())
            .with_safe_default_protocol_versions()
            .context("choose TLS versions")?;
        let builder = match clients {
            None => builder.with_no_client_auth(),
            Some(verifier) => builder.with_client_cert_verifier(verifier),
        };
        let mut config = builder.with_cert_resolver(Arc::new(self.clone()));
        config.alpn_protocols = alpn.iter().map(|protocol| protocol.to_vec()).collect();
        if self.challenges.is_some() {
            config.alpn_protocols.push(ACME_TLS.to_vec());
        }
        Ok(Arc::new(config))
    }

    /// Shows what its files hold whenever that changes, and never ends. Where they can't be used, or one is still that of before, it goes on with what it has and says so.
    pub async fn follow_files(self) {
        let Some(files) = self.pair().files else {
            return std::future::pending().await;
        };
        on_change(
            || self.pair().files.unwrap_or_else(|| files.clone()),
            |files| {
                Pair::read(files).map(|pair| self.show(pair))?;
                Ok(())
            },
        )
        .await;
    }

    fn pair(&self) -> Pair {
        self.pair.read().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl ResolvesServerCert for Certificate {
    fn resolve(&self, hello: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        // RFC 8737 section 3: whoever offers nothing but this is an authority, and looks for this.
        let asks = hello.alpn().is_some_and(|offered| offered.eq([ACME_TLS]));
        match &self.challenges {
            Some(challenges) if asks => challenges.tls(hello.server_name()?),
            _ => Some(self.pair().key),
        }
    }
}

/// Says nothing of the key.
impl fmt::Debug for Certificate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Certificate({:?})", self.pair().files.map(|files| files.cert))
    }
}

/// Calls `changed` when one of the files (as they are called then) is another than before, and both have been left alone for a moment: they are seldom written at once. Says what came of it; never ends.
pub async fn on_change(files: impl Fn() -> CertFiles, changed: impl Fn(&CertFiles) -> anyhow::Result<()>) {
    let mut known = stamps(&files());
    let mut last = known;
    loop {
        tokio::time::sleep(LOOK).await;
        let files = files();
        let now = stamps(&files);
        if now != known && now == last {
            known = now;
            match changed(&files) {
                Ok(()) => tracing::info!("the certificate is read anew"),
                Err(error) => tracing::warn!("it goes on with the certificate that it has: {error:#}"),
            }
        }
        last = now;
    }
}

/// What tells one file from another that has taken its place: device, number, length, and time of change.
type Stamp = (u64, u64, u64, i64, i64);

fn stamps(files: &CertFiles) -> [Option<Stamp>; 2] {
    [&files.cert, &files.key].map(|file| {
        let found = fs::metadata(file).ok()?;
        Some((found.dev(), found.ino(), found.len(), found.mtime(), found.mtime_nsec()))
    })
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
    let pair = Pair::read(files)?;
    Ok(builder.with_client_cert_resolver(Arc::new(SingleCertAndKey::from(pair.key))))
}

/// Whether the file holds the certificates of authorities.
///
/// # Errors
/// When it can't be read, or holds something else or nothing.
pub fn check_authority(ca: &Path) -> Result<(), ConfigError> {
    roots(ca).map(drop)
}

pub(crate) fn provider() -> Arc<CryptoProvider> {
    Arc::new(aws_lc_rs::default_provider())
}

pub(crate) fn roots(ca: &Path) -> Result<RootCertStore, ConfigError> {
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

const ACME_TLS: &[u8] = b"acme-tls/1";

/// How often files are looked at: a moment after both have been written the new ones are shown.
const LOOK: Duration = Duration::from_secs(2);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_that_belongs_to_another_certificate_is_refused() {
        let dir = tempfile::tempdir().expect("a directory");
        let (ours, other) = (write_pair(dir.path(), "ours"), write_pair(dir.path(), "other"));
        let mixed = CertFiles {
            cert: ours.cert.clone(),
            key: other.key,
        };

        assert!(Pair::read(&ours).is_ok());
        let refusal = Pair::read(&mixed).expect_err("is refused");

        assert!(refusal.to_string().contains("doesn't go with"), "{refusal}");
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
