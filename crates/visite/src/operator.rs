//! What an operator asks a running session-d or stun-d, over its Unix socket.

mod devices;
mod hours;
mod keys;
mod practices;
mod relay;
mod rooms;

use std::{
    path::{Path, PathBuf},
    time::SystemTime,
};

use anyhow::Context as _;
use api::session::v1::{
    hour_service_client::HourServiceClient, practice_service_client::PracticeServiceClient,
    room_service_client::RoomServiceClient,
};
use hyper_util::rt::TokioIo;
use tokio::net::UnixStream;
use tonic::transport::{Channel, Endpoint};

#[derive(Debug, clap::Subcommand)]
pub(crate) enum Command {
    /// Practices: add one, list them, get an enrolment link.
    Practice(Asking<practices::Command>),
    /// A practice's browsers: list them, enrol another, bar one that was lost.
    Device(Asking<devices::Command>),
    /// Appointments: list them, cancel one.
    Room(Asking<rooms::Command>),
    /// Open consultation hours: list them, close one, end its link.
    Hours(Asking<hours::Command>),
    /// API keys for integrators: add one, bar one.
    Key(Asking<keys::Command>),
    /// The relay (stun-d): what it does, who relays; drop allocations, drain it, set its secrets.
    Relay(relay::Asking),
}

/// A command, and whom to ask.
#[derive(Debug, clap::Args)]
pub(crate) struct Asking<C: clap::Subcommand> {
    /// session-d's Unix socket. `visite up` has it in its data directory.
    #[arg(
        long,
        global = true,
        env = "VISITE_SOCKET",
        default_value = "/run/visite/session.sock"
    )]
    socket: PathBuf,
    #[command(subcommand)]
    command: C,
}

pub(crate) fn run(command: &Command) -> anyhow::Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        match command {
            Command::Practice(asking) => {
                practices::run(&asking.command, Operator::connect(&asking.socket).await?).await
            }
            Command::Device(asking) => devices::run(&asking.command, Operator::connect(&asking.socket).await?).await,
            Command::Room(asking) => rooms::run(&asking.command, Operator::connect(&asking.socket).await?).await,
            Command::Hours(asking) => hours::run(&asking.command, Operator::connect(&asking.socket).await?).await,
            Command::Key(asking) => keys::run(&asking.command, Operator::connect(&asking.socket).await?).await,
            Command::Relay(asking) => asking.run().await,
        }
    })
}

/// session-d, as its operator sees it.
#[derive(Debug, Clone)]
pub(crate) struct Operator {
    channel: Channel,
}

impl Operator {
    pub(crate) async fn connect(socket: &Path) -> anyhow::Result<Self> {
        let channel = connect(socket, "session-d").await?;
        Ok(Self { channel })
    }

    pub(crate) fn practices(&self) -> PracticeServiceClient<Channel> {
        PracticeServiceClient::new(self.channel.clone())
    }

    pub(crate) fn rooms(&self) -> RoomServiceClient<Channel> {
        RoomServiceClient::new(self.channel.clone())
    }

    pub(crate) fn hours(&self) -> HourServiceClient<Channel> {
        HourServiceClient::new(self.channel.clone())
    }
}

/// Reaches a daemon by its socket. The name is for who reads an error: the connector goes to the socket whatever it says.
async fn connect(socket: &Path, name: &'static str) -> anyhow::Result<Channel> {
    let path = socket.to_owned();
    Endpoint::from_shared(format!("http://{name}"))?
        .connect_with_connector(tower::service_fn(move |_| {
            let path = path.clone();
            async move { UnixStream::connect(path).await.map(TokioIo::new) }
        }))
        .await
        // What tonic says about it repeats what the system said.
        .map_err(|error| anyhow::anyhow!("{}", anyhow::Error::from(error).root_cause()))
        .with_context(|| format!("reach {name} at {} (--socket names another)", socket.display()))
}

/// What a daemon said, without the parts that are for programs.
pub(crate) fn said(status: &tonic::Status) -> anyhow::Error {
    anyhow::anyhow!("{} ({})", status.message(), status.code())
}

/// UTC, for people and for scripts: `2026-11-24T09:30:00Z`.
fn print_time(time: Option<prost_types::Timestamp>) -> String {
    time.map_or_else(|| "-".to_owned(), |time| time.to_string())
}

/// The seconds that `SystemTime` counts, as the protos count them.
fn now() -> prost_types::Timestamp {
    SystemTime::now().into()
}
