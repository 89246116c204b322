//! What clients are shown, over real handshakes: what they agree on, and what follows when the files change.

use std::{
    fs, io,
    path::Path,
    sync::{Arc, Mutex},
    time::Duration,
};

use daemon::tls::{CertFiles, Certificate, Pair, client_config};
use rustls::{ClientConfig, NamedGroup, ProtocolVersion, pki_types::CertificateDer, version};
use tokio::time::{sleep, timeout};
use tokio_rustls::{TlsAcceptor, TlsConnector, client::TlsStream};

#[tokio::test]
async fn a_key_is_agreed_on_by_two_ways_at_once_with_whoever_can_and_tls_1_2_is_still_spoken() {
    let dir = tempfile::tempdir().expect("a directory");
    let files = write_pair(dir.path());
    let certificate = Certificate::of(Pair::read(&files).expect("good"));

    let stream = connect(&certificate, client_config(&files.cert, None).expect("a client")).await;
    let session = stream.get_ref().1;
    assert_eq!(session.protocol_version(), Some(ProtocolVersion::TLSv1_3));
    let group = session.negotiated_key_exchange_group().expect("one is agreed on");
    assert_eq!(group.name(), NamedGroup::X25519MLKEM768);

    daemon::tls::use_one_provider();
    let mut roots = rustls::RootCertStore::empty();
    roots.add(shown(&stream)).expect("its own authority");
    let old = ClientConfig::builder_with_protocol_versions(&[&version::TLS12])
        .with_root_certificates(roots)
        .with_no_client_auth();
    let stream = connect(&certificate, old).await;
    assert_eq!(stream.get_ref().1.protocol_version(), Some(ProtocolVersion::TLSv1_2));
}

#[tokio::test]
async fn changed_files_are_shown_once_they_belong_together() {
    let log = Log::start();
    let dir = tempfile::tempdir().expect("a directory");
    let files = write_pair(dir.path());
    let certificate = Certificate::of(Pair::read(&files).expect("good"));
    let following = tokio::spawn(certificate.clone().follow_files());
    let of_now = || async {
        let trusting = client_config(&dir.path().join("all.pem"), None).expect("a client");
        shown(&connect(&certificate, trusting).await)
    };
    let first = of_now().await;

    // A new certificate, and still the key of before.
    let key = fs::read(&files.key).expect("read");
    write_pair(dir.path());
    let new_key = fs::read(&files.key).expect("read");
    fs::write(&files.key, &key).expect("written");
    until(|| log.read().contains("it goes on with the certificate that it has")).await;
    assert_eq!(of_now().await, first);

    fs::write(&files.key, new_key).expect("written");
    until(|| log.read().contains("the certificate is read anew")).await;
    assert_ne!(of_now().await, first);
    following.abort();
    assert!(!log.read().contains("PRIVATE KEY"));
}

async fn connect(certificate: &Certificate, client: ClientConfig) -> TlsStream<tokio::io::DuplexStream> {
    let server = certificate.server_config(&[], None).expect("a server");
    let (near, far) = tokio::io::duplex(64 * 1024);
    let name = "localhost".try_into().expect("a name");
    let (accepted, connected) = tokio::join!(
        TlsAcceptor::from(server).accept(far),
        TlsConnector::from(Arc::new(client)).connect(name, near)
    );
    accepted.expect("TLS");
    connected.expect("TLS")
}

fn shown(stream: &TlsStream<tokio::io::DuplexStream>) -> CertificateDer<'static> {
    let chain = stream.get_ref().1.peer_certificates().expect("it is shown");
    chain[0].clone().into_owned()
}

/// A new pair at the usual place; `all.pem` has every certificate that ever was there.
fn write_pair(dir: &Path) -> CertFiles {
    let made = rcgen::generate_simple_self_signed(vec!["localhost".to_owned()]).expect("a certificate");
    let files = CertFiles {
        cert: dir.join("server.pem"),
        key: dir.join("server.key"),
    };
    fs::write(&files.cert, made.cert.pem()).expect("written");
    fs::write(&files.key, made.signing_key.serialize_pem()).expect("written");
    let mut all = fs::read_to_string(dir.join("all.pem")).unwrap_or_default();
    all.push_str(&made.cert.pem());
    fs::write(dir.join("all.pem"), all).expect("written");
    files
}

async fn until(seen: impl Fn() -> bool) {
    let waiting = async {
        while !seen() {
            sleep(Duration::from_millis(50)).await;
        }
    };
    timeout(Duration::from_secs(60), waiting).await.expect("it is seen");
}

/// What this process logs.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Log {
    fn start() -> Self {
        let log = Self::default();
        let writer = log.clone();
        let subscriber = tracing_subscriber::fmt().with_writer(move || writer.clone()).finish();
        tracing::subscriber::set_global_default(subscriber).expect("the first to log");
        log
    }

    fn read(&self) -> String {
        String::from_utf8_lossy(&self.0.lock().expect("no panic")).into_owned()
    }
}

impl io::Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().expect("no panic").extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
