//! A session-d in a directory of its own, and those who talk to it.

#![allow(dead_code, reason = "not every test file needs all of it")]

pub(crate) mod authority;
pub(crate) mod device;
pub(crate) mod http;
pub(crate) mod postgres;
pub(crate) mod receiver;

use std::{
    net::SocketAddr,
    path::{Path, PathBuf},
    sync::atomic::{AtomicU64, Ordering},
};

use api::{
    control::v1::control_service_client::ControlServiceClient,
    session::v1::{
        CreatePracticeRequest, CreateRoomRequest, CreateRoomResponse, InviteSpec,
        hour_service_client::HourServiceClient, practice_service_client::PracticeServiceClient,
        room_service_client::RoomServiceClient,
    },
};
use aws_lc_rs::digest::{SHA256, digest};
use daemon::{Daemon as _, Life};
use hyper_util::rt::TokioIo;
use prost_types::{Duration, Timestamp};
use session_d::{Clock, Config, RelayConfig, SessionD, TlsConfig, UnixConfig};
use tokio::{net::UnixStream, task::JoinHandle};
use tonic::{
    Request, Status,
    metadata::MetadataValue,
    service::{Interceptor, interceptor::InterceptedService},
    transport::{Channel, Endpoint},
};

pub(crate) struct House {
    pub(crate) dir: tempfile::TempDir,
    /// To the Unix socket: the operator's, and our daemons'.
    pub(crate) channel: Channel,
    /// The TLS port, where there is one.
    pub(crate) tls: Option<SocketAddr>,
    pub(crate) clock: Clock,
    life: Life,
    serving: JoinHandle<anyhow::Result<()>>,
}

impl House {
    pub(crate) async fn new() -> Self {
        Self::in_dir(tempfile::tempdir().expect("a directory")).await
    }

    pub(crate) async fn in_dir(dir: tempfile::TempDir) -> Self {
        Self::with_tls(dir, None).await
    }

    pub(crate) async fn with_tls(dir: tempfile::TempDir, tls: Option<TlsConfig>) -> Self {
        Self::with(dir, |config| config.tls = tls).await
    }

    pub(crate) async fn with_relay(dir: tempfile::TempDir, relay: RelayConfig) -> Self {
        Self::with(dir, |config| config.relay = Some(relay)).await
    }

    /// One whose configuration says something else.
    pub(crate) async fn with(dir: tempfile::TempDir, change: impl FnOnce(&mut Config)) -> Self {
        let mut config = config(dir.path()).await;
        change(&mut config);
        Self::of(dir, config).await
    }

    /// Whose store is where the configuration says.
    pub(crate) async fn of(dir: tempfile::TempDir, config: Config) -> Self {
        let clock = config.clock.clone();
        let life = Life::new();
        let daemon = SessionD::bind(config).await.expect("binds");
        let tls = daemon.tls_addr();
        let serving = tokio::spawn(daemon.serve(life.clone()));
        life.is_ready().await;
        let channel = connect(&socket(dir.path())).await.expect("connects");
        Self {
            dir,
            channel,
            tls,
            clock,
            life,
            serving,
        }
    }

    /// Ends it in good order, and keeps what it has stored.
    pub(crate) async fn end(self) -> tempfile::TempDir {
        drop(self.channel);
        self.life.end();
        self.serving.await.expect("no panic").expect("a good end");
        self.dir
    }

    pub(crate) fn practices(&self) -> PracticeServiceClient<Channel> {
        PracticeServiceClient::new(self.channel.clone())
    }

    pub(crate) fn rooms(&self) -> RoomServiceClient<Channel> {
        RoomServiceClient::new(self.channel.clone())
    }

    pub(crate) fn hours_as(&self, credential: &str) -> HourServiceClient<InterceptedService<Channel, Bearer>> {
        HourServiceClient::with_interceptor(self.channel.clone(), Bearer::new(credential))
    }

    pub(crate) fn control(&self) -> ControlServiceClient<Channel> {
        ControlServiceClient::new(self.channel.clone())
    }

    pub(crate) fn practices_as(&self, credential: &str) -> PracticeServiceClient<InterceptedService<Channel, Bearer>> {
        PracticeServiceClient::with_interceptor(self.channel.clone(), Bearer::new(credential))
    }

    pub(crate) fn rooms_as(&self, credential: &str) -> RoomServiceClient<InterceptedService<Channel, Bearer>> {
        RoomServiceClient::with_interceptor(self.channel.clone(), Bearer::new(credential))
    }

    pub(crate) async fn create(&self, request: CreateRoomRequest) -> CreateRoomResponse {
        let created = self.rooms().create_room(request).await.expect("created");
        created.into_inner()
    }

    pub(crate) async fn practice(&self, name: &str) -> String {
        let request = CreatePracticeRequest {
            name: name.to_owned(),
            ..CreatePracticeRequest::default()
        };
        self.practices()
            .create_practice(request)
            .await
            .expect("created")
            .into_inner()
            .id
    }
}

/// Puts a credential into every call.
#[derive(Clone)]
pub(crate) struct Bearer(MetadataValue<tonic::metadata::Ascii>);

impl Bearer {
    pub(crate) fn new(credential: &str) -> Self {
        Self(format!("Bearer {credential}").parse().expect("ASCII"))
    }
}

impl Interceptor for Bearer {
    fn call(&mut self, mut request: Request<()>) -> Result<Request<()>, Status> {
        request.metadata_mut().insert("authorization", self.0.clone());
        Ok(request)
    }
}

/// With the store in the directory, or on the server for whole suites.
pub(crate) async fn config(dir: &Path) -> Config {
    Config {
        public_url: Some("https://video.example.org".to_owned()),
        postgres: postgres::shared(dir).await,
        unix: Some(UnixConfig::at(socket(dir))),
        ..Config::new(dir.join("data"))
    }
}

pub(crate) fn socket(dir: &Path) -> PathBuf {
    dir.join("session.sock")
}

pub(crate) async fn connect(socket: &Path) -> Result<Channel, tonic::transport::Error> {
    let socket = socket.to_owned();
    let connector = tower::service_fn(move |_| {
        let socket = socket.clone();
        async move { UnixStream::connect(socket).await.map(TokioIo::new) }
    });
    Endpoint::from_static("http://session-d")
        .connect_with_connector(connector)
        .await
}

/// A room that begins `offset` seconds from now, with one invite.
pub(crate) fn room_request(practice: &str, offset: i64) -> CreateRoomRequest {
    CreateRoomRequest {
        practice: practice.to_owned(),
        start_time: Some(in_seconds(offset)),
        duration: Some(Duration {
            seconds: 1200,
            nanos: 0,
        }),
        invites: vec![InviteSpec::default()],
        ..CreateRoomRequest::default()
    }
}

/// The 22 characters of an invite, and their SHA-256.
pub(crate) fn invented_invite() -> (String, Vec<u8>) {
    static NUMBER: AtomicU64 = AtomicU64::new(0);
    let number = NUMBER.fetch_add(1, Ordering::Relaxed);
    let invite = format!("invented-invite-{number:06}");
    let hash = digest(&SHA256, invite.as_bytes());
    (invite, hash.as_ref().to_vec())
}

pub(crate) fn in_seconds(offset: i64) -> Timestamp {
    let now = std::time::SystemTime::now()
        .duration_since(std::time::UNIX_EPOCH)
        .expect("after 1970");
    Timestamp {
        seconds: i64::try_from(now.as_secs()).expect("fits") + offset,
        nanos: 0,
    }
}
