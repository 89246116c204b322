//! API keys that are bound to a client certificate: stolen, they are good for nothing.

mod common;

use std::path::Path;

use api::{
    control::v1::{LookupInviteRequest, control_service_client::ControlServiceClient},
    session::v1::{
        CreateApiKeyRequest, GetPracticeRequest, ListApiKeysRequest, practice_service_client::PracticeServiceClient,
    },
};
use aws_lc_rs::digest::{SHA256, digest};
use common::{
    Bearer, House,
    authority::{Authority, connect},
    http::Way,
};
use daemon::tls::{CertFiles, client_config};
use data_encoding::HEXLOWER;
use rustls::pki_types::{CertificateDer, pem::PemObject as _};
use session_d::{IntegratorsConfig, TlsConfig};
use tonic::{
    Code, Status,
    transport::{Channel, Identity},
};
use tonic_types::StatusExt as _;

#[tokio::test]
async fn a_bound_key_is_good_with_its_certificate_and_refused_as_a_wrong_one_without() {
    let (house, ours, theirs) = house_for_integrators().await;
    let (dir, port) = (house.dir.path(), house.tls.expect("a port").port());
    let practice = house.practice("Praxis").await;
    let come = async |(cert, key): &(String, String)| {
        let identity = Identity::from_pem(cert, key);
        connect(port, &ours, Some(identity)).await.expect("connects")
    };
    let booking = theirs.issue(dir, "booking.example.org");
    let files = CertFiles {
        cert: dir.join("booking.example.org.pem"),
        key: dir.join("booking.example.org.key"),
    };
    let over_http = client_config(&dir.join("ours.pem"), Some(&files)).expect("a client");
    let over_http = Way::Tls(port, over_http.into()).bridge(dir, "booking").await;
    let over_grpc = come(&booking).await;
    let renewed = come(&theirs.issue(dir, "booking.example.org")).await;
    let other = come(&theirs.issue(dir, "other.example.org")).await;
    let daemon = come(&ours.issue(dir, "booking.example.org")).await;
    let nobody = connect(port, &ours, None).await.expect("connects");

    let by_hash = house
        .bound_key(&practice, &fingerprint(&booking.0))
        .await
        .expect("a key");
    let by_name = house
        .bound_key(&practice, "dns:booking.example.org")
        .await
        .expect("a key");
    let free = house.bound_key(&practice, "").await.expect("a key");
    let wrong = ask(&over_grpc, "visite_00112233445566778899aabbccddeeff_x", &practice).await;
    let wrong = wrong.expect_err("a wrong key");

    for (who, channel, good) in [
        ("booking", &over_grpc, [true, true, true]),
        ("booking, over HTTP and JSON", &over_http, [true, true, true]),
        ("booking, renewed", &renewed, [false, true, true]),
        ("other software", &other, [false, false, true]),
        ("a daemon", &daemon, [false, false, true]),
        ("nobody", &nobody, [false, false, true]),
        ("somebody on this machine", &house.channel, [false, false, true]),
    ] {
        for (key, good) in [&by_hash, &by_name, &free].into_iter().zip(good) {
            match ask(channel, key, &practice).await {
                Ok(()) => assert!(good, "{who}"),
                Err(refused) => {
                    assert!(!good, "{who}: {refused}");
                    assert_eq!(
                        (refused.code(), refused.message(), refused.details()),
                        (wrong.code(), wrong.message(), wrong.details()),
                        "{who}"
                    );
                }
            }
        }
    }
}

#[tokio::test]
async fn an_integrators_certificate_makes_no_daemon_and_alone_opens_nothing() {
    let (house, ours, theirs) = house_for_integrators().await;
    let (cert, key) = theirs.issue(house.dir.path(), "signal-d");
    let port = house.tls.expect("a port").port();
    let integrator = connect(port, &ours, Some(Identity::from_pem(cert, key))).await;
    let integrator = integrator.expect("connects");

    let lookup = ControlServiceClient::new(integrator.clone())
        .lookup_invite(LookupInviteRequest::default())
        .await;
    let practice = PracticeServiceClient::new(integrator)
        .get_practice(GetPracticeRequest::default())
        .await;

    assert_eq!(lookup.expect_err("no daemon").code(), Code::PermissionDenied);
    assert_eq!(practice.expect_err("no key").code(), Code::Unauthenticated);
}

#[tokio::test]
async fn a_certificate_of_nobodys_authority_lets_nobody_in() {
    let (house, ours, _) = house_for_integrators().await;
    let practice = house.practice("Praxis").await;
    let free = house.bound_key(&practice, "").await.expect("a key");
    let strange = Authority::new(house.dir.path(), "strange").issue(house.dir.path(), "booking.example.org");
    let port = house.tls.expect("a port").port();

    let refused = match connect(port, &ours, Some(Identity::from_pem(strange.0, strange.1))).await {
        // With TLS 1.3 the client learns of it with its first call.
        Ok(channel) => ask(&channel, &free, &practice).await.is_err(),
        Err(_) => true,
    };

    assert!(refused);
}

#[tokio::test]
async fn what_a_key_is_bound_to_can_be_read_and_has_to_make_sense() {
    let (house, ..) = house_for_integrators().await;
    let practice = house.practice("Praxis").await;

    let bound = house.bound_key(&practice, "dns:booking.example.org").await;
    bound.expect("a key");
    let list = ListApiKeysRequest {
        practice: practice.clone(),
    };
    let keys = house.practices().list_api_keys(list).await.expect("listed");
    assert_eq!(keys.into_inner().keys[0].certificate, "dns:booking.example.org");

    let odd = house.bound_key(&practice, "booking.example.org").await;
    let details = odd.expect_err("is refused").get_details_bad_request();
    assert_eq!(details.expect("details").field_violations[0].field, "certificate");
}

#[tokio::test]
async fn no_key_is_bound_where_nobody_could_show_a_certificate() {
    let house = House::new().await;
    let practice = house.practice("Praxis").await;

    let refused = house.bound_key(&practice, "dns:booking.example.org").await;

    let refused = refused.expect_err("is refused");
    assert_eq!(refused.code(), Code::FailedPrecondition);
    let reason = refused.get_details_error_info().expect("a reason").reason;
    assert_eq!(reason, "NO_CERTIFICATES");
}

/// One that knows the first authority as its daemons', and the second as its integrators'.
async fn house_for_integrators() -> (House, Authority, Authority) {
    daemon::tls::use_one_provider();
    let dir = tempfile::tempdir().expect("a directory");
    let path = dir.path().to_owned();
    let (ours, theirs) = (Authority::new(&path, "ours"), Authority::new(&path, "theirs"));
    ours.issue(&path, "localhost");
    let house = House::with(dir, |config| {
        config.tls = Some(tls_config(&path));
        config.integrators = Some(IntegratorsConfig {
            ca: path.join("theirs.pem"),
        });
    })
    .await;
    (house, ours, theirs)
}

fn tls_config(dir: &Path) -> TlsConfig {
    TlsConfig {
        listen: ([127, 0, 0, 1], 0).into(),
        cert: dir.join("localhost.pem"),
        key: dir.join("localhost.key"),
        client_ca: Some(dir.join("ours.pem")),
    }
}

fn fingerprint(pem: &str) -> String {
    let certificate = CertificateDer::from_pem_slice(pem.as_bytes()).expect("a certificate");
    format!("sha256:{}", HEXLOWER.encode(digest(&SHA256, &certificate).as_ref()))
}

async fn ask(channel: &Channel, key: &str, practice: &str) -> Result<(), Status> {
    let request = GetPracticeRequest {
        practice: practice.to_owned(),
    };
    let mut practices = PracticeServiceClient::with_interceptor(channel.clone(), Bearer::new(key));
    practices.get_practice(request).await.map(drop)
}

impl House {
    async fn bound_key(&self, practice: &str, certificate: &str) -> Result<String, Status> {
        let request = CreateApiKeyRequest {
            practice: practice.to_owned(),
            name: "booking".to_owned(),
            certificate: certificate.to_owned(),
            ..CreateApiKeyRequest::default()
        };
        Ok(self.practices().create_api_key(request).await?.into_inner().key)
    }
}
