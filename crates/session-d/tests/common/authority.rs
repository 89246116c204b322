//! Certificates, and who comes with one.

use std::{fs, path::Path};

use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair};
use tonic::transport::{Certificate, Channel, ClientTlsConfig, Endpoint, Identity};

pub(crate) async fn connect(
    port: u16,
    authority: &Authority,
    identity: Option<Identity>,
) -> Result<Channel, tonic::transport::Error> {
    let tls = ClientTlsConfig::new()
        .ca_certificate(Certificate::from_pem(&authority.pem))
        .domain_name("localhost");
    let tls = match identity {
        Some(identity) => tls.identity(identity),
        None => tls,
    };
    Endpoint::from_shared(format!("https://127.0.0.1:{port}"))
        .expect("a URL")
        .tls_config(tls)?
        .connect()
        .await
}

pub(crate) struct Authority {
    pub(crate) pem: String,
    issuer: Issuer<'static, KeyPair>,
}

impl Authority {
    pub(crate) fn new(dir: &Path, name: &str) -> Self {
        let key = KeyPair::generate().expect("a key");
        let mut params = CertificateParams::default();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let pem = params.self_signed(&key).expect("a certificate").pem();
        fs::write(dir.join(format!("{name}.pem")), &pem).expect("written");
        Self {
            pem,
            issuer: Issuer::new(params, key),
        }
    }

    pub(crate) fn issue(&self, dir: &Path, name: &str) -> (String, String) {
        let key = KeyPair::generate().expect("a key");
        let params = CertificateParams::new([name.to_owned()]).expect("a name");
        let cert = params.signed_by(&key, &self.issuer).expect("signed").pem();
        fs::write(dir.join(format!("{name}.pem")), &cert).expect("written");
        fs::write(dir.join(format!("{name}.key")), key.serialize_pem()).expect("written");
        (cert, key.serialize_pem())
    }
}
