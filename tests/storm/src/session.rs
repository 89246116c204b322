//! Calls session-d over its Unix socket, as many clients at a time, each on a connection of its own with one call after the other.

use std::{
    path::Path,
    str::FromStr,
    sync::Arc,
    time::{Duration, Instant, SystemTime, UNIX_EPOCH},
};

use anyhow::{Context as _, Result, bail, ensure};
use api::{
    control::v1::{RedeemInviteRequest, control_service_client::ControlServiceClient},
    session::v1::{
        CreatePracticeRequest, CreateRoomRequest, InviteSpec, practice_service_client::PracticeServiceClient,
        room_service_client::RoomServiceClient,
    },
};
use data_encoding::BASE64URL_NOPAD;
use hyper_util::rt::TokioIo;
use tokio::{
    net::{UnixListener, UnixStream},
    sync::Barrier,
    task::JoinSet,
};
use tokio_stream::wrappers::UnixListenerStream;
use tonic::transport::{Channel, Endpoint, Server};
use tonic_health::pb::{HealthCheckRequest, health_check_response::ServingStatus, health_client::HealthClient};

use crate::process;

/// What is called.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Call {
    /// `grpc.health.v1.Health/Check`, which is next to nothing.
    Empty,
    /// A room with an invite.
    Create,
    /// An invite, by a browser that has not come before.
    Redeem,
    /// An invite, by a browser that comes again.
    Again,
}

impl FromStr for Call {
    type Err = anyhow::Error;

    fn from_str(word: &str) -> Result<Self> {
        Ok(match word {
            "empty" => Self::Empty,
            "create" => Self::Create,
            "redeem" => Self::Redeem,
            "again" => Self::Again,
            _ => bail!("a call is empty, create, redeem or again"),
        })
    }
}

/// The yardstick: a tonic server whose one call does nothing.
#[tokio::main(flavor = "current_thread")]
pub(crate) async fn empty(socket: &Path) -> Result<()> {
    let (_, health) = tonic_health::server::health_reporter();
    let incoming = UnixListenerStream::new(UnixListener::bind(socket)?);
    Ok(Server::builder()
        .add_service(health)
        .serve_with_incoming(incoming)
        .await?)
}

/// Has so many clients make one kind of call for so many seconds.
#[expect(clippy::print_stdout, reason = "what the bench reads")]
#[tokio::main(flavor = "current_thread")]
pub(crate) async fn calls(socket: &Path, pid: u32, call: Call, clients: u64, seconds: f64) -> Result<()> {
    let mut ready = JoinSet::new();
    for number in 0..clients {
        let socket = socket.to_owned();
        ready.spawn(async move { Client::ready(&socket, call, number).await });
    }
    let clients = ready.join_all().await.into_iter().collect::<Result<Vec<_>>>()?;
    let (together, length) = (Arc::new(Barrier::new(clients.len())), Duration::from_secs_f64(seconds));
    let (began, spent) = (Instant::now(), process::cpu(pid)?);
    let mut calling = JoinSet::new();
    for mut client in clients {
        let together = Arc::clone(&together);
        calling.spawn(async move {
            together.wait().await;
            let mut took = Vec::new();
            while began.elapsed() < length {
                let asked = Instant::now();
                client.make(call).await?;
                took.push(asked.elapsed());
            }
            Ok(took)
        });
    }
    let took = calling.join_all().await.into_iter().collect::<Result<Vec<_>>>()?;
    let (lasted, spent) = (began.elapsed(), process::cpu(pid)?.saturating_sub(spent));
    let mut took = took.concat();
    took.sort_unstable();
    let count = took.len();
    ensure!(count > 0, "nothing was answered");
    let us = |time: Duration| time.as_secs_f64() * 1e6;
    println!(
        "calls {count} rate {:.0} us {:.1} p50 {:.0} p99 {:.0}",
        count as f64 / lasted.as_secs_f64(),
        us(spent) / count as f64,
        us(took[count / 2]),
        us(took[count * 99 / 100]),
    );
    Ok(())
}

/// Makes so many rooms, by so many clients at a time.
#[expect(clippy::print_stdout, reason = "what the bench reads")]
#[tokio::main(flavor = "current_thread")]
pub(crate) async fn fill(socket: &Path, rooms: u64, clients: u64) -> Result<()> {
    let mut filling = JoinSet::new();
    for number in 0..clients {
        let socket = socket.to_owned();
        filling.spawn(async move {
            let mut client = Client::ready(&socket, Call::Create, number).await?;
            let own = (rooms + clients - 1 - number) / clients;
            for made in 0..own {
                if made > 0 && made % ROOMS_OF_PRACTICE == 0 {
                    client.practice = practice(&client.channel).await?;
                }
                client.create().await?;
            }
            Ok(own)
        });
    }
    let made: Vec<u64> = filling.join_all().await.into_iter().collect::<Result<_>>()?;
    println!("rooms {}", made.iter().sum::<u64>());
    Ok(())
}

struct Client {
    number: u64,
    channel: Channel,
    /// For calls of session-d.
    practice: String,
    /// Tokens of invites that are not used up, and how often the last one was used.
    invites: Vec<String>,
    uses: u32,
    /// Browsers that have come.
    browsers: u64,
}

impl Client {
    /// Connected, with what the call needs.
    async fn ready(socket: &Path, call: Call, number: u64) -> Result<Self> {
        let channel = connect(socket).await?;
        let mut client = Self {
            number,
            practice: match call {
                Call::Empty => String::new(),
                Call::Create | Call::Redeem | Call::Again => practice(&channel).await?,
            },
            channel,
            invites: Vec::new(),
            uses: 0,
            browsers: 0,
        };
        let rooms = match call {
            Call::Empty | Call::Create => 0,
            Call::Redeem => ROOMS_TO_REDEEM,
            Call::Again => 1,
        };
        for _ in 0..rooms {
            let invites = client.create().await?;
            client.invites.extend(invites);
        }
        // The first call of a connection does more than the others; a browser that comes again has come before.
        client.make(call).await?;
        Ok(client)
    }

    async fn make(&mut self, call: Call) -> Result<()> {
        match call {
            Call::Empty => {
                let mut health = HealthClient::new(self.channel.clone());
                let answer = health.check(HealthCheckRequest::default()).await?.into_inner();
                ensure!(answer.status() == ServingStatus::Serving, "it doesn't serve");
            }
            Call::Create => {
                self.create().await?;
            }
            Call::Redeem => {
                if self.uses == USES {
                    (self.uses, _) = (0, self.invites.pop());
                }
                (self.uses, self.browsers) = (self.uses + 1, self.browsers + 1);
                self.redeem().await?;
            }
            Call::Again => self.redeem().await?,
        }
        Ok(())
    }

    async fn create(&self) -> Result<Vec<String>> {
        let now = SystemTime::now().duration_since(UNIX_EPOCH)?.as_secs();
        let request = CreateRoomRequest {
            practice: self.practice.clone(),
            start_time: Some(prost_types::Timestamp {
                seconds: now.try_into()?,
                nanos: 0,
            }),
            duration: Some(prost_types::Duration {
                seconds: 1200,
                nanos: 0,
            }),
            invites: vec![InviteSpec {
                max_uses: USES,
                ..InviteSpec::default()
            }],
            ..CreateRoomRequest::default()
        };
        let mut rooms = RoomServiceClient::new(self.channel.clone());
        let created = rooms.create_room(request).await?.into_inner();
        ensure!(
            created.invites.len() == 1 && created.room.is_some(),
            "no room with an invite"
        );
        Ok(created.invites.into_iter().map(|invite| invite.token).collect())
    }

    async fn redeem(&self) -> Result<()> {
        let invite = self
            .invites
            .last()
            .context("all invites are used up: a shorter time, please")?;
        let browser = u128::from(self.number) << 64 | u128::from(self.browsers);
        let request = RedeemInviteRequest {
            invite: invite.clone(),
            client: BASE64URL_NOPAD.encode(&browser.to_be_bytes()),
        };
        let mut control = ControlServiceClient::new(self.channel.clone());
        let redeemed = control.redeem_invite(request).await?.into_inner();
        ensure!(!redeemed.token.is_empty(), "no token");
        Ok(())
    }
}

async fn practice(channel: &Channel) -> Result<String> {
    let request = CreatePracticeRequest {
        name: "Praxis".to_owned(),
        ..CreatePracticeRequest::default()
    };
    let mut practices = PracticeServiceClient::new(channel.clone());
    Ok(practices.create_practice(request).await?.into_inner().id)
}

async fn connect(socket: &Path) -> Result<Channel> {
    let (path, endpoint) = (socket.to_owned(), Endpoint::from_static("http://session-d"));
    let connecting = endpoint.connect_with_connector(tower::service_fn(move |_| {
        let path = path.clone();
        async move { UnixStream::connect(path).await.map(TokioIo::new) }
    }));
    connecting.await.with_context(|| format!("reach {}", socket.display()))
}

/// As often as an invite may be.
const USES: u32 = 20;
/// Of each client: good for 2000 browsers.
const ROOMS_TO_REDEEM: u64 = 100;
/// Well below what a practice may have.
const ROOMS_OF_PRACTICE: u64 = 10_000;
