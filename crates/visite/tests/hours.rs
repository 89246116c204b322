//! `visite hours`, as an operator types it, against a session-d that runs.

use std::{
    path::{Path, PathBuf},
    process::{Command, Output},
    time::{Duration, SystemTime},
};

use api::{
    control::v1::{
        CreateDeviceChallengeRequest, EnrolDeviceRequest, SignInDeviceRequest,
        control_service_client::ControlServiceClient,
    },
    session::v1::{CreateHourRequest, Hour, OpenHourRequest, hour_service_client::HourServiceClient},
};
use aws_lc_rs::{
    digest::{SHA256, digest},
    rand::SystemRandom,
    signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair as _},
};
use daemon::{Daemon as _, Life};
use hyper_util::rt::TokioIo;
use session_d::{Config, SessionD, UnixConfig};
use tokio::net::UnixStream;
use tonic::{
    Request,
    transport::{Channel, Endpoint},
};

#[tokio::test(flavor = "multi_thread")]
async fn hours_are_listed_closed_and_revoked() {
    let house = House::new().await;
    let practice = house.add_practice();
    let doctor = house.enrol_doctor(&practice).await;
    assert_eq!(house.says(&["list", &practice.id]), "");

    let hour = doctor.opens_an_hour(&practice.id).await;
    let listed = house.says(&["list", &practice.id]);
    let made = hour.create_time.expect("a time");
    let until = hour.open_until.expect("open");
    assert_eq!(listed, format!("{}  {made}  open until {until}\n", hour.id));

    assert_eq!(house.says(&["close", &hour.id]), format!("{} is closed\n", hour.id));
    assert_eq!(
        house.says(&["list", &practice.id]),
        format!("{}  {made}  closed\n", hour.id)
    );

    assert_eq!(house.says(&["revoke", &hour.id]), format!("{} is revoked\n", hour.id));
    assert_eq!(
        house.says(&["list", &practice.id]),
        format!("{}  {made}  revoked\n", hour.id)
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_hour_is_refused_in_words() {
    let house = House::new().await;
    let nobody = "0".repeat(32);

    for what in [
        ["close", &nobody],
        ["revoke", &nobody],
        ["close", "no id"],
        ["list", "no id"],
    ] {
        let refused = house.hours(&what);
        let said = String::from_utf8_lossy(&refused.stderr);
        assert!(!refused.status.success(), "{what:?}");
        assert!(refused.stdout.is_empty(), "{what:?}");
        assert!(said.starts_with("visite: ") && said.lines().count() == 1, "{said}");
    }
}

/// A session-d in a directory of its own.
struct House {
    dir: tempfile::TempDir,
    channel: Channel,
}

impl House {
    async fn new() -> Self {
        let dir = tempfile::tempdir().expect("a directory");
        let socket = socket(dir.path());
        let config = Config {
            unix: Some(UnixConfig::at(socket.clone())),
            ..Config::new(dir.path().join("data"))
        };
        let life = Life::new();
        let daemon = SessionD::bind(config).await.expect("binds");
        tokio::spawn(daemon.serve(life.clone()));
        life.is_ready().await;
        let channel = connect(socket).await;
        Self { dir, channel }
    }

    fn visite(&self, arguments: &[&str]) -> Output {
        let command = Command::new(env!("CARGO_BIN_EXE_visite"))
            .args(arguments)
            .arg("--socket")
            .arg(socket(self.dir.path()))
            .output();
        command.expect("runs")
    }

    fn hours(&self, arguments: &[&str]) -> Output {
        self.visite(&[&["hours"], arguments].concat())
    }

    /// What `visite hours` prints where all is well.
    fn says(&self, arguments: &[&str]) -> String {
        said(self.hours(arguments))
    }

    fn add_practice(&self) -> Practice {
        let said = said(self.visite(&["practice", "add", "Praxis am Finkenweg"]));
        let line = |name| said.lines().find_map(|line| line.strip_prefix(name)).expect("a line");
        let (_, code) = line("enrolment link:").split_once("#enrol=").expect("a code");
        Practice {
            id: line("practice:").trim().to_owned(),
            code: code.to_owned(),
        }
    }

    async fn enrol_doctor(&self, practice: &Practice) -> Doctor {
        let key = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).expect("a key");
        let mut control = ControlServiceClient::new(self.channel.clone());
        let enrolment = EnrolDeviceRequest {
            code: practice.code.clone(),
            public_key: key.public_key().as_ref().to_vec(),
            name: "Sprechzimmer 1".to_owned(),
        };
        let device = control
            .enrol_device(enrolment)
            .await
            .expect("enrolled")
            .into_inner()
            .device;
        let asked = CreateDeviceChallengeRequest { device: device.clone() };
        let asked = control.create_device_challenge(asked).await.expect("a challenge");
        let challenge = asked.into_inner().challenge;
        let signed = [b"visite device sign-in v1\0", &*challenge].concat();
        let signature = key.sign(&SystemRandom::new(), &signed).expect("signs");
        let answer = SignInDeviceRequest {
            device,
            challenge,
            signature: signature.as_ref().to_vec(),
        };
        Doctor {
            token: control
                .sign_in_device(answer)
                .await
                .expect("signs in")
                .into_inner()
                .token,
            channel: self.channel.clone(),
        }
    }
}

/// As `visite practice add` prints it.
struct Practice {
    id: String,
    code: String,
}

/// A doctor's browser, which alone makes and opens hours.
struct Doctor {
    token: String,
    channel: Channel,
}

impl Doctor {
    async fn opens_an_hour(&self, practice: &str) -> Hour {
        let mut hours = HourServiceClient::new(self.channel.clone());
        let hour = CreateHourRequest {
            practice: practice.to_owned(),
            sha256: digest(&SHA256, b"an invite").as_ref().to_vec(),
            sealed_label: b"label".to_vec(),
            ..CreateHourRequest::default()
        };
        let made = hours.create_hour(self.signed(hour)).await.expect("made").into_inner();
        let open = OpenHourRequest {
            hour: made.id,
            until: Some((SystemTime::now() + AN_HOUR).into()),
        };
        hours.open_hour(self.signed(open)).await.expect("opened").into_inner()
    }

    fn signed<T>(&self, message: T) -> Request<T> {
        let mut request = Request::new(message);
        let credential = format!("Bearer {}", self.token).parse().expect("ASCII");
        request.metadata_mut().insert("authorization", credential);
        request
    }
}

fn said(output: Output) -> String {
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("UTF-8")
}

fn socket(dir: &Path) -> PathBuf {
    dir.join("session.sock")
}

async fn connect(socket: PathBuf) -> Channel {
    let connector = tower::service_fn(move |_| {
        let socket = socket.clone();
        async move { UnixStream::connect(socket).await.map(TokioIo::new) }
    });
    let session = Endpoint::from_static("http://session-d");
    session.connect_with_connector(connector).await.expect("connects")
}

const AN_HOUR: Duration = Duration::from_secs(60 * 60);
