//! Whom a client finds: a certificate, its key, and how DTLS is spoken.

use std::{fmt, sync::Arc};

use daemon::{
    ConfigError,
    tls::{CertFiles, Pair, Validity},
};
use dimpl::{
    Config, DtlsCertificate,
    crypto::{CryptoProvider, aws_lc_rs},
};
use rustls::pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject as _};

use super::session::Admitted;
use crate::client::PATIENCE;

pub(crate) struct Identity {
    pub(super) config: Arc<Config>,
    pub(super) certificate: DtlsCertificate,
    validity: Option<Validity>,
}

impl Identity {
    /// # Errors
    /// A [`ConfigError`] when a file can't be used. `dimpl` signs by ECDSA only, and shows one certificate: not those that lead to its authority.
    pub(crate) fn read(files: &CertFiles) -> Result<Arc<Self>, ConfigError> {
        // Says what is wrong with the files, and whether they belong together.
        let validity = Pair::read(files)?.validity();
        let gone = |error| ConfigError::new(&files.cert, format!("is gone again: {error}")).within("cert");
        let certificate = CertificateDer::from_pem_file(&files.cert).map_err(gone)?;
        let key = PrivateKeyDer::from_pem_file(&files.key).map_err(gone)?;
        let provider = CryptoProvider {
            hmac_provider: &Admitted,
            ..aws_lc_rs::default_provider()
        };
        let usable = provider.key_provider.load_private_key(key.secret_der());
        usable.map_err(|_| {
            ConfigError::new(&files.key, "is no ECDSA key of P-256 or P-384, as DTLS needs it here").within("key")
        })?;
        let config = Config::builder()
            .with_crypto_provider(provider)
            // The first client hello of 1.3 can't be answered without keeping something of it.
            .dtls13_cipher_suites(&[])
            .require_client_certificate(false)
            .handshake_timeout(PATIENCE)
            .mtu(MTU)
            .build()
            .expect("the same for everybody, and tried by tests");
        Ok(Arc::new(Self {
            config: Arc::new(config),
            certificate: DtlsCertificate {
                certificate: certificate.to_vec(),
                private_key: key.secret_der().to_vec(),
            },
            validity,
        }))
    }

    /// From when to when the certificate is good.
    pub(crate) fn validity(&self) -> Option<Validity> {
        self.validity
    }
}

/// Says nothing of the key.
impl fmt::Debug for Identity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Identity")
    }
}

/// Bytes of the longest datagram of a handshake: every network's.
const MTU: usize = 1200;
